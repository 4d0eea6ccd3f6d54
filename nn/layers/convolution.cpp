#include "nn/layers/convolution.hpp"

#include <algorithm>

#include "nn/init.hpp"

namespace nn {

namespace {

void require_sizes(const char* layer, std::size_t in, std::size_t out, const Kernel& kernel) {
    autograd::require(in > 0 && out > 0, "[", layer,
                      "] expected at least one channel in and one out, got ", in, " and ", out);
    autograd::require(kernel.size > 0 && kernel.stride > 0, "[", layer,
                      "] expected a kernel size and a stride of at least 1, got ", kernel.size,
                      " and ", kernel.stride);
}

}  // namespace

Convolution::Convolution(std::size_t in, std::size_t out, Kernel moving, Random& random)
    : kernel(moving) {
    require_sizes("Convolution", in, out, kernel);
    autograd::require(kernel.output_padding == 0, "[Convolution] expected no output padding, got ",
                      kernel.output_padding);
    const std::size_t products = in * kernel.size * kernel.size;
    weight.value = fan_in_uniform({out, kernel.size, kernel.size, in}, products, random);
    bias.value = fan_in_uniform({out}, products, random);
}

Variable Convolution::operator()(Variable x) const {
    Tape& tape = x.tape();
    const Variable w = tape.parameter(weight), b = tape.parameter(bias);
    return autograd::conv2d(x, w, b, kernel.stride, kernel.padding);
}

TransposedConvolution::TransposedConvolution(std::size_t in, std::size_t out, Kernel moving,
                                             Random& random)
    : kernel(moving) {
    require_sizes("TransposedConvolution", in, out, kernel);
    autograd::require(kernel.output_padding < kernel.stride,
                      "[TransposedConvolution] expected an output padding below the stride ",
                      kernel.stride, ", got ", kernel.output_padding);
    const std::size_t products =
        std::max<std::size_t>(in * kernel.size * kernel.size / (kernel.stride * kernel.stride), 1);
    weight.value = fan_in_uniform({in, kernel.size, kernel.size, out}, products, random);
    bias.value = fan_in_uniform({out}, products, random);
}

Variable TransposedConvolution::operator()(Variable x) const {
    Tape& tape = x.tape();
    const Variable w = tape.parameter(weight), b = tape.parameter(bias);
    return autograd::conv2d_transposed(x, w, b, kernel.stride, kernel.padding,
                                       kernel.output_padding);
}

}  // namespace nn
