#include "nn/layers/linear.hpp"

#include "nn/init.hpp"

namespace nn {

Linear::Linear(std::size_t in, std::size_t out, Random& random) {
    autograd::require(in > 0 && out > 0, "[Linear] wants at least one input and one output, got ",
                      in, " and ", out);
    weight.value = fan_in_uniform({out, in}, in, random);
    bias.value = fan_in_uniform({out}, in, random);
}

Variable Linear::operator()(Variable x) const {
    return autograd::linear(x, x.tape().parameter(weight), x.tape().parameter(bias));
}

Variable GatedLinear::operator()(Variable x) const {
    return signal(x) * autograd::sigmoid(gate(x));
}

}  // namespace nn
