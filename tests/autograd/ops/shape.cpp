#include "autograd/ops/shape.hpp"

#include <doctest/doctest.h>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;

TEST_CASE("transposed twice is as before") {
    Tape tape;
    const Variable x = tape.constant(random_array({2, 3, 4}));
    CHECK(same(transpose(transpose(x)).value(), x.value()));
    CHECK(same(transpose(transpose(x, {1, 2, 0}), {2, 0, 1}).value(), x.value()));
    CHECK(same(transpose(x).value(), transpose(x, {2, 1, 0}).value()));
}

TEST_CASE("slices put together again are the whole, in value and gradient") {
    Tape tape;
    tape.poison_gradients(true);
    for (const int axis : {0, 1, 2, -1}) {
        CAPTURE(axis);
        const Variable x = tape.variable(random_array({4, 4, 4}));
        const Variable y = concat({slice(x, axis, 0, 1), slice(x, axis, 1, 4)}, axis);
        CHECK(same(y.value(), x.value()));
        const Array v = random_array({4, 4, 4}, 2);
        const Gradients& gradients = tape.backward(y, v);
        CHECK(same(gradients.of(x), v));
    }
}

TEST_CASE("what a slice leaves out gets gradient zero") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({2, 3}, {1, 2, 3, 4, 5, 6}));
    const Gradients& gradients = tape.backward(slice(x, 1, 1, 2), array({2, 1}, {10, 20}));
    CHECK(same(gradients.of(x), array({2, 3}, {0, 10, 0, 0, 20, 0})));
    tape.backward(slice(x, 0, 1, 1), full({0, 3}, 1));
    CHECK(same(gradients.of(x), full({2, 3}, 0)));
}

TEST_CASE("overlapping slices add up, with and without a contribution before") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({4}, {1, 2, 3, 4}));
    const Gradients& gradients =
        tape.backward(sum(slice(x, 0, 0, 3)) + sum(slice(x, 0, 1, 4)) + sum(x));
    CHECK(same(gradients.of(x), array({4}, {2, 3, 3, 2})));
}

TEST_CASE("a row that is gathered several times gets several contributions, the others none") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({3, 2}, {1, 2, 3, 4, 5, 6}));
    const Variable y = gather(x, {2, 0, 2});
    CHECK(same(y.value(), array({3, 2}, {5, 6, 1, 2, 5, 6})));
    const Gradients& gradients = tape.backward(y, array({3, 2}, {1, 2, 10, 20, 100, 200}));
    CHECK(same(gradients.of(x), array({3, 2}, {10, 20, 0, 0, 101, 202})));
}

TEST_CASE("concat takes a part several times, and parts that are constants") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({2}, {1, 2})), c = tape.constant(array({1}, {7}));
    const Variable y = concat({x, c, x}, 0);
    CHECK(same(y.value(), array({5}, {1, 2, 7, 1, 2})));
    const Gradients& gradients = tape.backward(y, array({5}, {1, 2, 3, 10, 20}));
    CHECK(same(gradients.of(x), array({2}, {11, 22})));
    CHECK_FALSE(gradients.reached(c));
}

TEST_CASE("many parts can be put together") {
    Tape tape;
    const Variable x = tape.variable(full({1}, 3));
    const std::vector<Variable> parts(100, x);
    const Gradients& gradients = tape.backward(sum(concat(parts, 0)));
    CHECK(gradients.of(x)(0) == 100);
}
