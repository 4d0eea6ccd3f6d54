#include "nn/layers/linear.hpp"

#include <algorithm>

#include "nn/init.hpp"

namespace nn {

namespace {

/// A weight (out, in) with further columns of zeros.
Array with_zeros(const Array& weight, std::size_t columns) {
    const std::size_t out = weight.shape(0), in = weight.shape(1);
    Array wide = autograd::full({out, in + columns}, 0);
    for (std::size_t row = 0; row < out; ++row)
        std::copy_n(weight.data() + row * in, in, wide.data() + row * (in + columns));
    return wide;
}

}  // namespace

Linear::Linear(std::size_t in, std::size_t out, Random& random, std::size_t silent) {
    autograd::require(in > 0 && out > 0,
                      "[Linear] expected at least one input and one output, got ", in, " and ",
                      out);
    weight.value = with_zeros(fan_in_uniform({out, in}, in, random), silent);
    bias.value = fan_in_uniform({out}, in, random);
}

Variable Linear::operator()(Variable x) const {
    return autograd::linear(x, x.tape().parameter(weight), x.tape().parameter(bias));
}

Variable GatedLinear::operator()(Variable x) const {
    return signal(x) * autograd::sigmoid(gate(x));
}

}  // namespace nn
