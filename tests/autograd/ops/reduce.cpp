#include "autograd/ops/reduce.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;
using optests::worst_error;

namespace {
constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr double rounding = 8 * std::numeric_limits<Real>::epsilon();
}  // namespace

TEST_CASE("shapes of reductions, with and without the reduced axes") {
    Tape tape;
    const Variable x = tape.constant(random_array({2, 3, 4}));
    CHECK(sum(x).shape() == Shape{});
    CHECK(sum(x, {}).shape() == Shape{2, 3, 4});
    CHECK(sum(x, {1}).shape() == Shape{2, 4});
    CHECK(sum(x, {1}, true).shape() == Shape{2, 1, 4});
    CHECK(mean(x, {0, -1}).shape() == Shape{3});
    CHECK(mean(x, {0, -1}, true).shape() == Shape{1, 3, 1});
    CHECK(mean(x, {0, 1, 2}).shape() == Shape{});
    CHECK(max(x, -1).shape() == Shape{2, 3});
    CHECK(log_sum_exp(x, 0, true).shape() == Shape{1, 3, 4});
    CHECK(softmax(x, 1).shape() == Shape{2, 3, 4});
}

TEST_CASE("the sum of no elements is zero") {
    Tape tape;
    const Variable none = tape.variable(full({0, 3}, 1));
    CHECK(sum(none).item() == 0);
    CHECK(same(sum(none, {0}).value(), full({3}, 0)));
    const Gradients& gradients = tape.backward(sum(none));
    CHECK(gradients.of(none).shape() == Shape{0, 3});
}

TEST_CASE("a mean is a sum divided by the number of elements") {
    Tape tape;
    const Variable x = tape.variable(random_array({2, 3, 4}));
    CHECK(worst_error(mean(x).value(), (sum(x) / 24).value()) < rounding);
    CHECK(worst_error(mean(x, {0, 2}).value(), (sum(x, {0, 2}) / 8).value()) < rounding);
}

TEST_CASE("of equal maxima the first gets the gradient") {
    Tape tape;
    const Variable x = tape.variable(array({2, 3}, {1, 5, 5, 7, 7, 7}));
    const Variable y = max(x, 1);
    CHECK(same(y.value(), array({2}, {5, 7})));
    const Gradients& gradients = tape.backward(y, array({2}, {10, 100}));
    CHECK(same(gradients.of(x), array({2, 3}, {0, 10, 0, 100, 0, 0})));
    tape.backward(max(x, 0), array({3}, {10, 100, 1000}));
    CHECK(same(gradients.of(x), array({2, 3}, {0, 0, 0, 10, 100, 1000})));
    const Variable lowest = tape.variable(full({2}, -infinity));
    CHECK(max(lowest, 0).item() == -infinity);
}

TEST_CASE("log_sum_exp and softmax are finite where a power overflows") {
    Tape tape;
    const Variable x = tape.variable(array({2, 2}, {1000, 1000, -1000, -1002}));
    const Variable y = log_sum_exp(x, 1);
    CHECK(y.value()(0) == doctest::Approx(1000 + std::log(2)));
    CHECK(y.value()(1) == doctest::Approx(-1000 + std::log1p(std::exp(-2))));
    const Gradients& gradients = tape.backward(y, array({2}, {1, 1}));
    const double p = 1 / (1 + std::exp(-2.0));
    const double tolerance = optests::double_precision ? 1e-12 : 1e-4;  // 1000 has few digits left
    CHECK(worst_error(gradients.of(x), array({2, 2}, {0.5, 0.5, p, 1 - p})) < tolerance);
    CHECK(worst_error(softmax(x).value(), gradients.of(x)) < tolerance);
    CHECK(worst_error(exp(log_softmax(x)).value(), gradients.of(x)) < tolerance);
}

TEST_CASE("what is impossible has probability zero") {
    Tape tape;
    const Variable x = tape.variable(array({3}, {0, -double{infinity}, 0}));
    CHECK(worst_error(softmax(x).value(), array({3}, {0.5, 0, 0.5})) < rounding);
    const Variable y = log_sum_exp(x, 0);
    CHECK(y.item() == doctest::Approx(std::log(2)));
    const Gradients& gradients = tape.backward(y);
    CHECK(worst_error(gradients.of(x), array({3}, {0.5, 0, 0.5})) < rounding);
    CHECK(log_sum_exp(tape.constant(full({3}, -infinity)), 0).item() == -infinity);
    CHECK(log_sum_exp(tape.constant(array({2}, {0, double{infinity}})), 0).item() == infinity);
}

TEST_CASE("probabilities sum to one, and a shift of the logits does not change them") {
    Tape tape;
    const Variable x = tape.variable(random_array({3, 17}));
    const Variable p = softmax(x);
    CHECK(worst_error(sum(p, {1}).value(), full({3}, 1)) < rounding);
    CHECK(worst_error(softmax(x + 3).value(), p.value()) < rounding);
    const Gradients& gradients = tape.backward(
        p, full({3, 17}, 2));  // so a cotangent that is the same everywhere gives nothing
    CHECK(worst_error(gradients.of(x), full({3, 17}, 0)) < rounding);
}
