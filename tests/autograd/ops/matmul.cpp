#include "autograd/ops/matmul.hpp"

#include <doctest/doctest.h>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;

TEST_CASE("a product of known answer") {
    Tape tape;
    const Variable a = tape.variable(array({2, 3}, {1, 2, 3, 4, 5, 6}));
    const Variable b = tape.variable(array({3, 2}, {1, 0, 0, 1, 2, 2}));
    const Variable y = matmul(a, b);
    CHECK(same(y.value(), array({2, 2}, {7, 8, 16, 17})));
    const Gradients& gradients = tape.backward(y, array({2, 2}, {1, 0, 0, 1}));
    CHECK(same(gradients.of(a), array({2, 3}, {1, 0, 2, 0, 1, 2})));
    CHECK(same(gradients.of(b), array({3, 2}, {1, 4, 2, 5, 3, 6})));
}

TEST_CASE("a matrix may be multiplied by itself") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable a = tape.variable(array({2, 2}, {1, 2, 3, 4}));
    const Gradients& gradients =
        tape.backward(matmul(a, a), array({2, 2}, {1, 0, 0, 0}));  // a² at (0, 0): a00² + a01 a10
    CHECK(same(gradients.of(a), array({2, 2}, {2, 3, 2, 0})));
}

TEST_CASE("a layer of known answer: weights are (out, in), the bias is added to every row") {
    Tape tape;
    const Variable x = tape.variable(array({2, 3}, {1, 2, 3, 4, 5, 6}));
    const Variable weight = tape.variable(array({2, 3}, {1, 0, 0, 0, 1, 1}));
    const Variable bias = tape.variable(array({2}, {10, 20}));
    const Variable y = linear(x, weight, bias);
    CHECK(same(y.value(), array({2, 2}, {11, 25, 14, 31})));
    const Gradients& gradients = tape.backward(y, array({2, 2}, {1, 2, 3, 4}));
    CHECK(same(gradients.of(x), array({2, 3}, {1, 2, 2, 3, 4, 4})));
    CHECK(same(gradients.of(weight), array({2, 3}, {13, 17, 21, 18, 24, 30})));
    CHECK(same(gradients.of(bias), array({2}, {4, 6})));
}
