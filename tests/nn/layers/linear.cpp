#include "nn/layers/linear.hpp"

#include <cmath>

#include "../checks.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;

TEST_CASE("a linear layer computes x W^T + b for every row, whatever the rank of x") {
    Random random{1};
    Linear layer(3, 2, random);
    layer.weight.value = array({2, 3}, {1, 2, 3, -1, 0, 4});
    layer.bias.value = array({2}, {10, 20});
    Tape tape;
    const Variable matrix = layer(tape.constant(array({2, 3}, {1, 1, 1, 2, 0, -1})));
    CHECK(matrix.value() == array({2, 2}, {16, 23, 9, 14}));
    CHECK(layer(tape.constant(array({3}, {1, 1, 1}))).value() == array({2}, {16, 23}));
    const Variable stack = layer(tape.constant(array({1, 2, 3}, {1, 1, 1, 2, 0, -1})));
    CHECK(stack.value() == array({1, 2, 2}, {16, 23, 9, 14}));
}

TEST_CASE("silent inputs are further columns of zeros, and change nothing else") {
    Random random{3}, again{3};
    const Linear layer(2, 3, random), wide(2, 3, again, 2);
    REQUIRE(wide.weight.value.shape() == Shape{3, 4});
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t i = 0; i < 4; ++i)
            CHECK(wide.weight.value(row, i) == (i < 2 ? layer.weight.value(row, i) : 0));
    CHECK(wide.bias.value == layer.bias.value);
}

TEST_CASE("a gated linear layer opens its signal by the sigmoid of its gate") {
    Random random{2};
    GatedLinear layer(2, 1, random);
    layer.signal.weight.value = array({1, 2}, {1, 2});
    layer.signal.bias.value = array({1}, {3});
    layer.gate.weight.value = array({1, 2}, {0, -1});
    layer.gate.bias.value = array({1}, {0.5});
    Tape tape;
    const Variable y = layer(tape.constant(array({2, 2}, {1, 1, 4, -2})));
    CHECK(y.value()(0, 0) == about(6 / (1 + std::exp(0.5))));
    CHECK(y.value()(1, 0) == about(3 / (1 + std::exp(-2.5))));
}

TEST_CASE("linear layers have right gradients, also when applied twice") {
    Random random{3};
    for (const auto& [rows, in, out] :
         {std::array<std::size_t, 3>{1, 1, 1}, {5, 3, 2}, {4, 17, 33}}) {
        Parameter x{random.normal({rows, in})};
        Linear linear(in, out, random);
        check_gradients([&](Tape& tape) { return linear(tape.parameter(x)); },
                        with_input(linear, x));
        GatedLinear gated(in, out, random);
        check_gradients([&](Tape& tape) { return gated(tape.parameter(x)); }, with_input(gated, x));
    }
    Parameter x{random.normal({2, 3, 4})};
    Linear square(4, 4, random);
    check_gradients([&](Tape& tape) { return square(tanh(square(tape.parameter(x)))); },
                    with_input(square, x));
}

TEST_CASE("a linear layer starts with weight and bias within 1/sqrt(in), as PyTorch's does") {
    Random random{4};
    const Linear layer(100, 1000, random);
    CHECK(layer.weight.value.shape() == Shape{1000, 100});
    CHECK(layer.bias.value.shape() == Shape{1000});
    for (const Array* values : {&layer.weight.value, &layer.bias.value}) {
        double largest = 0, squares = 0;
        for (const double w : numbers(*values)) {
            largest = std::max(largest, std::abs(w));
            squares += w * w;
        }
        CHECK(largest <= 0.1);
        CHECK(largest > 0.0995);
        const auto n = static_cast<double>(values->size());
        // Variance a²/3; that of x² is a⁴ (1/5 − 1/9).
        CHECK(std::abs(squares / n - 0.01 / 3) < 4 * 1e-2 * std::sqrt((1. / 5 - 1. / 9) / n));
    }
}

TEST_CASE("linear layers refuse inputs of another width, and extents of zero") {
    Random random{5};
    const Linear layer(3, 2, random);
    Tape tape;
    const Variable x = tape.constant(random.normal({4, 5}));
    CHECK_THROWS_WITH_AS(layer(x), "[linear] x is (4, 5) but weight is (2, 3)", Error);
    const GatedLinear gated(3, 2, random);
    CHECK_THROWS_AS(gated(x), Error);
    CHECK_THROWS_WITH_AS(Linear(0, 2, random),
                         "[Linear] expected at least one input and one output, got 0 and 2", Error);
    CHECK_THROWS_AS(GatedLinear(2, 0, random), Error);
}
