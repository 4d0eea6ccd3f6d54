#include "nn/layers/convolution.hpp"

#include <cmath>

#include "../checks.hpp"
#include "nn/layers/images.hpp"
#include "nn/layers/sequential.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;

namespace {

/// The largest of the absolute values.
double largest(const Array& x) {
    double out = 0;
    for (const double value : numbers(x)) out = std::max(out, std::abs(value));
    return out;
}

}  // namespace

TEST_CASE("a convolution layer applies its kernel, stride and padding") {
    Random random{1};
    Convolution layer(2, 3, {.size = 3, .stride = 2, .padding = 1}, random);
    const Array images = random.normal({4, 7, 6, 2});
    Tape tape;
    const Variable x = tape.constant(images);
    const Variable y = layer(x);
    CHECK(y.shape() == Shape{4, 4, 3, 3});
    const Variable weight = tape.parameter(layer.weight), bias = tape.parameter(layer.bias);
    CHECK(y.value() == conv2d(x, weight, bias, 2, 1).value());
}

TEST_CASE("a transposed convolution layer takes images back to their size") {
    Random random{2};
    const Array images = random.normal({4, 7, 6, 2});
    for (const Kernel kernel : {Kernel{.size = 4, .stride = 2, .padding = 1}, Kernel{.size = 3},
                                Kernel{.size = 5, .stride = 3, .padding = 2}}) {
        Tape tape;
        const Variable code = Convolution(2, 3, kernel, random)(tape.constant(images));
        // What a stride leaves over along the height, where it is as much along the width.
        Kernel back = kernel;
        back.output_padding = (7 + 2 * kernel.padding - kernel.size) % kernel.stride;
        const TransposedConvolution layer(3, 2, back, random);
        CHECK(layer(code).shape()[1] == 7);
        CHECK(layer(code).shape()[3] == 2);
    }
    TransposedConvolution layer(3, 2, {.size = 3, .stride = 2, .padding = 1, .output_padding = 1},
                                random);
    Tape tape;
    const Variable x = tape.constant(random.normal({2, 3, 4, 3}));
    const Variable weight = tape.parameter(layer.weight), bias = tape.parameter(layer.bias);
    CHECK(layer(x).shape() == Shape{2, 6, 8, 2});
    CHECK(layer(x).value() == conv2d_transposed(x, weight, bias, 2, 1, 1).value());
}

TEST_CASE("convolution layers start uniformly, within one over the root of the products in a sum") {
    Random random{3};
    const Convolution layer(20, 50, {.size = 5}, random);
    CHECK(layer.weight.value.shape() == Shape{50, 5, 5, 20});
    CHECK(layer.bias.value.shape() == Shape{50});
    const double bound = 1 / std::sqrt(20. * 25);
    CHECK(largest(layer.weight.value) <= bound * (1 + 1e-7));
    CHECK(largest(layer.weight.value) > 0.999 * bound);
    CHECK(largest(layer.bias.value) <= bound);
    CHECK(largest(layer.bias.value) > 0.8 * bound);

    const TransposedConvolution back(50, 20, {.size = 4, .stride = 2}, random);
    CHECK(back.weight.value.shape() == Shape{50, 4, 4, 20});
    CHECK(back.bias.value.shape() == Shape{20});
    const double back_bound = 1 / std::sqrt(50. * 16 / 4);
    CHECK(largest(back.weight.value) <= back_bound * (1 + 1e-7));
    CHECK(largest(back.weight.value) > 0.999 * back_bound);
}

TEST_CASE("a net of convolutions has right gradients") {
    Random random{4};
    Sequential net{Convolution(2, 3, {.size = 3, .stride = 2, .padding = 1}, random),
                   autograd::tanh,
                   AveragePool{2, 1},
                   Flatten{},
                   Unflatten{2, 1, 3},
                   Upsample{2},
                   TransposedConvolution(
                       3, 2, {.size = 3, .stride = 2, .padding = 1, .output_padding = 1}, random)};
    Parameter x{random.normal({2, 5, 4, 2})};
    check_gradients([&](Tape& tape) { return net(tape.parameter(x)); }, with_input(net, x));
    CHECK(parameters(net).size() == 4);
    CHECK(parameters(net)[2].name == "6.weight");
}

TEST_CASE("convolution layers refuse sizes of zero, and images of other channels") {
    Random random{5};
    CHECK_THROWS_WITH_AS(Convolution(0, 2, {.size = 3}, random),
                         "[Convolution] expected at least one channel in and one out, got 0 and 2",
                         Error);
    CHECK_THROWS_WITH_AS(
        Convolution(1, 2, {.size = 3, .stride = 0}, random),
        "[Convolution] expected a kernel size and a stride of at least 1, got 3 and 0", Error);
    CHECK_THROWS_WITH_AS(Convolution(1, 2, {.size = 3, .stride = 2, .output_padding = 1}, random),
                         "[Convolution] expected no output padding, got 1", Error);
    CHECK_THROWS_WITH_AS(
        TransposedConvolution(1, 0, {.size = 3}, random),
        "[TransposedConvolution] expected at least one channel in and one out, got 1 and 0", Error);
    CHECK_THROWS_WITH_AS(
        TransposedConvolution(1, 2, {.size = 0}, random),
        "[TransposedConvolution] expected a kernel size and a stride of at least 1, got 0 and 1",
        Error);
    CHECK_THROWS_WITH_AS(
        TransposedConvolution(1, 2, {.size = 3, .stride = 2, .output_padding = 2}, random),
        "[TransposedConvolution] expected an output padding below the stride 2, got 2", Error);
    const Convolution layer(3, 2, {.size = 3}, random);
    Tape tape;
    CHECK_THROWS_WITH_AS(
        layer(tape.constant(random.normal({2, 5, 5, 1}))),
        "[conv2d] x is (2, 5, 5, 1) but weight is (2, 3, 3, 3): 1 channels against 3", Error);
}
