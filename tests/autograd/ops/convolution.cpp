#include "autograd/ops/convolution.hpp"

#include <doctest/doctest.h>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::dot;
using optests::random_array;
using optests::same;
using optests::worst_error;

TEST_CASE("a convolution of known answer: the kernel is laid on the image, not turned round") {
    Tape tape;
    const Variable x = tape.variable(array({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6}));
    const Variable weight = tape.variable(array({1, 2, 2, 1}, {1, 0, 0, 10}));
    const Variable bias = tape.variable(array({1}, {100}));
    const Variable y = conv2d(x, weight, bias);
    CHECK(same(y.value(), array({1, 1, 2, 1}, {151, 162})));
    const Gradients& gradients = tape.backward(y, array({1, 1, 2, 1}, {1, 2}));
    CHECK(same(gradients.of(x), array({1, 2, 3, 1}, {1, 2, 0, 0, 10, 20})));
    CHECK(same(gradients.of(weight), array({1, 2, 2, 1}, {5, 8, 14, 17})));
    CHECK(same(gradients.of(bias), array({1}, {3})));
}

TEST_CASE("a transposed convolution of known answer: every pixel paints the kernel") {
    Tape tape;
    const Variable x = tape.variable(array({1, 1, 2, 1}, {2, 3}));
    const Variable weight = tape.variable(array({1, 1, 3, 1}, {1, 10, 100}));
    const Variable bias = tape.variable(array({1}, {0.5}));
    const Variable y = conv2d_transposed(x, weight, bias, 2);
    CHECK(same(y.value(), array({1, 1, 5, 1}, {2.5, 20.5, 203.5, 30.5, 300.5})));
    const Gradients& gradients = tape.backward(y, array({1, 1, 5, 1}, {1, 2, 3, 4, 5}));
    CHECK(same(gradients.of(x), array({1, 1, 2, 1}, {321, 543})));
    CHECK(same(gradients.of(weight), array({1, 1, 3, 1}, {11, 16, 21})));
    CHECK(same(gradients.of(bias), array({1}, {15})));
}

TEST_CASE(
    "padding cuts the image of a transposed convolution, output padding adds at its far ends") {
    Tape tape;
    const Variable x = tape.constant(full({1, 2, 2, 1}, 1));
    const Variable weight = tape.constant(full({1, 3, 3, 1}, 1));
    CHECK(conv2d_transposed(x, weight, 2).shape() == Shape{1, 5, 5, 1});
    CHECK(conv2d_transposed(x, weight, 2, 1).shape() == Shape{1, 3, 3, 1});
    CHECK(conv2d_transposed(x, weight, 2, 1, 1).shape() == Shape{1, 4, 4, 1});
    // Two windows overlap in the middle column and row; nothing reaches the last of all.
    CHECK(same(conv2d_transposed(x, tape.constant(full({1, 2, 2, 1}, 1)), 1).value(),
               array({1, 3, 3, 1}, {1, 2, 1, 2, 4, 2, 1, 2, 1})));
    CHECK(same(conv2d_transposed(x, tape.constant(full({1, 1, 1, 1}, 1)), 2, 0, 1).value(),
               array({1, 4, 4, 1}, {1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0})));
}

TEST_CASE("<conv x, y> = <x, conv_transposed y> for every kernel, stride and padding up to 5" *
          doctest::skip(!optests::double_precision)) {
    Tape tape;
    std::size_t count = 0;
    double worst = 0;
    const auto check = [&](std::size_t height, std::size_t width, std::size_t stride,
                           std::size_t padding, std::size_t output_padding) {
        const std::size_t more = output_padding;
        if (stride + height + more <= 2 * padding || 2 * stride + width + more <= 2 * padding)
            return;  // no pixel is left
        tape.rewind();
        const Variable weight = tape.constant(random_array({3, height, width, 2}, 1));
        const Variable y = tape.constant(random_array({2, 2, 3, 3}, 2));
        const Variable back = conv2d_transposed(y, weight, stride, padding, output_padding);
        const Variable x = tape.constant(random_array(back.shape(), 3));
        const Variable there = conv2d(x, weight, stride, padding);
        CHECK(there.shape() == y.shape());
        const double a = dot(there.value(), y.value()), b = dot(x.value(), back.value());
        worst = std::max(worst, std::abs(a - b) / std::max(1.0, std::abs(a)));
        ++count;
    };
    for (std::size_t height = 1; height <= 5; ++height)
        for (std::size_t width = 1; width <= 5; ++width)
            for (std::size_t stride = 1; stride <= 5; ++stride)
                for (std::size_t padding = 0; padding <= 5; ++padding)
                    for (std::size_t more = 0; more < stride; ++more)
                        check(height, width, stride, padding, more);
    CHECK(count > 1000);
    CHECK(worst < 1e-12);
}

TEST_CASE("what goes back through a convolution is its transpose, and the other way round") {
    Tape tape;
    const Variable x = tape.variable(random_array({3, 6, 4, 2}, 1));
    const Variable weight = tape.constant(random_array({5, 3, 3, 2}, 2));
    const Variable y = conv2d(x, weight, 2, 1);
    const Array cotangent = random_array(y.shape(), 3);
    const Gradients& there = tape.backward(y, cotangent);
    CHECK(same(there.of(x), conv2d_transposed(tape.constant(cotangent), weight, 2, 1, 1).value()));

    const Variable z = tape.variable(random_array(y.shape(), 4));
    const Variable image = conv2d_transposed(z, weight, 2, 1, 1);
    const Array other = random_array(image.shape(), 5);
    const Gradients& back = tape.backward(image, other);
    CHECK(same(back.of(z), conv2d(tape.constant(other), weight, 2, 1).value()));
}

TEST_CASE("images whose patches fill many blocks are treated like small ones") {
    constexpr double tolerance = optests::double_precision ? 1e-11 : 2e-4;
    for (const Shape& shape : {Shape{1, 90, 40, 16}, Shape{20, 30, 17, 16}}) {
        CAPTURE(text(shape));
        Tape tape;
        const Variable x = tape.variable(random_array(shape, 1));
        const Variable weight = tape.variable(random_array({3, 5, 5, 16}, 2));
        const Variable y = conv2d(x, weight, 1, 2);
        const Array cotangent = random_array(y.shape(), 3);
        const Gradients gradients = tape.backward(y, cotangent);
        const Array of_x = gradients.of(x), of_weight = gradients.of(weight);

        const Variable rows = linear(patches(x, 5, 5, 1, 2), reshape(weight, {3, 5 * 5 * 16}));
        const Variable same_y = reshape(rows, y.shape());
        CHECK(worst_error(y.value(), same_y.value()) < tolerance);
        const Gradients& composed = tape.backward(same_y, cotangent);
        CHECK(worst_error(of_x, composed.of(x)) < tolerance);
        CHECK(worst_error(of_weight, composed.of(weight)) < tolerance);
    }
}

TEST_CASE("a kernel may be larger than the image, where padding makes room for it") {
    Tape tape;
    const Variable x = tape.constant(array({1, 1, 1, 1}, {2}));
    const Variable weight = tape.constant(array({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9}));
    CHECK(same(conv2d(x, weight, 1, 1).value(), array({1, 1, 1, 1}, {10})));
    CHECK(same(conv2d(x, weight, 2, 2).value(), array({1, 2, 2, 1}, {18, 14, 6, 2})));
}

TEST_CASE("a batch of another size between two of the same changes neither") {
    Tape tape;
    const Parameter weight{random_array({4, 3, 3, 2})};
    const auto step = [&](const Array& images) {
        tape.rewind();
        const Variable y = conv2d(tape.constant(images), tape.parameter(weight), 1, 1);
        return tape.backward(sum(square(y))).of(weight);
    };
    const Array many = random_array({9, 6, 6, 2}, 1), one = random_array({1, 6, 6, 2}, 2);
    const Array first = step(many), alone = step(one);
    CHECK(same(step(many), first));
    CHECK(same(step(one), alone));
}
