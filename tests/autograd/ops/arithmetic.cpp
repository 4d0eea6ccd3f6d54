#include "autograd/ops/arithmetic.hpp"

#include <doctest/doctest.h>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::same;

TEST_CASE("shapes broadcast as in NumPy") {
    CHECK(broadcast_shape("test", {}, {}) == Shape{});
    CHECK(broadcast_shape("test", {3, 1}, {4}) == Shape{3, 4});
    CHECK(broadcast_shape("test", {5}, {2, 1, 1}) == Shape{2, 1, 5});
    CHECK(broadcast_shape("test", {2, 0}, {2, 1}) == Shape{2, 0});
    CHECK_THROWS_WITH_AS(broadcast_shape("test", {2, 3}, {3, 2}),
                         "[test] shapes (2, 3) and (3, 2) do not broadcast: 3 against 2", Error);
}

TEST_CASE("a column times a row: each gradient is summed over what was broadcast") {
    Tape tape;
    const Variable column = tape.variable(array({2, 1}, {2, 3}));
    const Variable row = tape.variable(array({3}, {10, 20, 30}));
    const Variable y = column * row;
    CHECK(same(y.value(), array({2, 3}, {20, 40, 60, 30, 60, 90})));
    const Gradients& gradients = tape.backward(y, array({2, 3}, {1, 2, 3, 4, 5, 6}));
    CHECK(same(gradients.of(column), array({2, 1}, {140, 320})));
    CHECK(same(gradients.of(row), array({3}, {14, 19, 24})));
}

TEST_CASE("an operation may have the same variable on both sides") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({2}, {2, -4}));
    const Gradients& gradients = tape.backward(sum(x - x));
    CHECK(same(gradients.of(x), full({2}, 0)));
    tape.backward(sum(x / x));
    CHECK(same(gradients.of(x), full({2}, 0)));
    tape.backward(sum(x * x));
    CHECK(same(gradients.of(x), array({2}, {4, -8})));
}

TEST_CASE("a variable with one element may scale an array, as a learnt sigma does") {
    Tape tape;
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1}}) {
        CAPTURE(text(shape));
        const Variable sigma = tape.variable(full(shape, 2));
        const Variable x = tape.constant(array({2, 2}, {1, 2, 3, 4}));
        const Variable y = x / sigma;
        CHECK(same(y.value(), array({2, 2}, {0.5, 1, 1.5, 2})));
        const Gradients& gradients = tape.backward(sum(y));
        CHECK(same(gradients.of(sigma), full(shape, -2.5)));  // −Σx / σ²
    }
}
