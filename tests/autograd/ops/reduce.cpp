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

TEST_CASE("wherever the largest logit stands, along either axis, it alone has probability 1") {
    for (std::size_t at = 0; at < 3; ++at) {
        CAPTURE(at);
        Array columns = full({3, 2}, 0), rows = full({2, 3}, 0);
        for (std::size_t i = 0; i < 2; ++i) columns(at, i) = rows(i, at) = 2000;
        Tape tape;
        CHECK(softmax(tape.constant(columns), 0).value() == columns / Real{2000});
        CHECK(softmax(tape.constant(rows), 1).value() == rows / Real{2000});
        CHECK(log_sum_exp(tape.constant(columns), 0).value() == array({2}, {2000, 2000}));
    }
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

TEST_CASE("large logits keep the digits in which they differ") {
    const double third = 1 / 3.0;
    for (const double large : {1e4, 1e5, 1e6, 1e8, -1e8}) {
        CAPTURE(large);
        for (const int axis : {0, 1}) {  // lanes of neighbours, and lanes side by side
            Tape tape;
            const Shape shape = axis == 1 ? Shape{1, 3} : Shape{3, 1}, twice{3, 2};
            const auto lane = [&](std::initializer_list<double> x) {
                const Variable one = tape.variable(array(shape, x));
                return axis == 1 ? one : concat({one, one}, 1);
            };
            const auto check = [&](Variable y, std::initializer_list<double> expected) {
                const std::vector<double> e(expected);
                for (std::size_t i = 0; i < y.value().size(); ++i)
                    CHECK(double{y.value().data()[i]} ==
                          doctest::Approx(e[axis == 1 ? i : i / 2]).epsilon(rounding));
            };
            const Variable x = lane({large, large, large});
            check(softmax(x, axis), {third, third, third});
            check(log_softmax(x, axis), {-std::log(3), -std::log(3), -std::log(3)});
            for (const Real slope : tape.backward(sum(log_sum_exp(x, axis))).of(x))
                CHECK(double{slope} == doctest::Approx(third).epsilon(rounding));
            const double e = std::exp(-16.0);
            check(softmax(lane({large, large - 16, large - 1e9}), axis),
                  {1 / (1 + e), e / (1 + e), 0});
        }
    }
}

TEST_CASE("probabilities are those of long double, along every axis and at every length") {
    struct Case {
        std::size_t outer, inner;
    };
    for (const std::size_t extent : {1, 2, 3, 15, 16, 17, 70, 700})
        for (const Case& lanes : {Case{1, 1}, {5, 1}, {1, 3}, {2, 19}}) {
            const std::size_t outer = lanes.outer, inner = lanes.inner;
            CAPTURE(extent);
            CAPTURE(inner);
            Array x = random_array({outer, extent, inner});
            x *= 10;
            Tape tape;
            const Variable v = tape.variable(x);
            const Variable p = softmax(v, 1), log_p = log_softmax(v, 1), total = log_sum_exp(v, 1);
            const Array& slopes = tape.backward(total, full(total.shape(), 1)).of(v);
            const auto near = [](Real got, long double expected) {
                return std::abs(static_cast<long double>(got) - expected) <
                       (optests::double_precision ? 1e-13L : 1e-5L) * (1 + std::abs(expected));
            };
            bool right = true;
            for (std::size_t o = 0; o < outer; ++o)
                for (std::size_t i = 0; i < inner; ++i) {
                    long double sum = 0;
                    for (std::size_t k = 0; k < extent; ++k)
                        sum += std::exp(static_cast<long double>(x(o, k, i)));
                    right = right && near(total.value()(o, i), std::log(sum));
                    for (std::size_t k = 0; k < extent; ++k) {
                        const long double log_expected = x(o, k, i) - std::log(sum);
                        right = right && near(p.value()(o, k, i), std::exp(log_expected)) &&
                                near(slopes(o, k, i), std::exp(log_expected)) &&
                                near(log_p.value()(o, k, i), log_expected);
                    }
                }
            CHECK(right);
        }
}

TEST_CASE("what infinities and NaN give: a NaN stays one, and so does what is undefined") {
    const double inf = double{infinity}, nan = std::numeric_limits<double>::quiet_NaN();
    const auto all_nan = [](const Array& y) {
        return std::all_of(y.begin(), y.end(), [](Real e) { return std::isnan(e); });
    };
    const std::vector<std::vector<double>> undefined = {{-inf, nan}, {nan, -inf}, {inf, nan},
                                                        {nan, inf},  {1, nan},    {nan, 1}};
    for (const std::size_t padding : {0, 40})  // alone, and behind full batches
        for (const bool across : {false, true}) {
            const auto lane = [&](Tape& tape, const std::vector<double>& x) {
                Array lanes = full({1, padding + 2}, -3);
                std::copy(x.begin(), x.end(), lanes.begin() + static_cast<long>(padding));
                const Variable v = tape.constant(lanes);
                return across ? transpose(v) : v;
            };
            const int axis = across ? 0 : 1;
            Tape tape;
            for (const auto& x : undefined) {
                CAPTURE(x[0]);
                CAPTURE(x[1]);
                CHECK(all_nan(log_sum_exp(lane(tape, x), axis).value()));
                CHECK(all_nan(softmax(lane(tape, x), axis).value()));
                CHECK(all_nan(log_softmax(lane(tape, x), axis).value()));
                if (!across)
                    CHECK(all_nan(cross_entropy_with_logits(lane(tape, x), {padding}).value()));
            }
            CHECK(log_sum_exp(lane(tape, {-inf, inf}), axis).item() == infinity);
            CHECK(log_sum_exp(lane(tape, {3, inf}), axis).item() == infinity);
            CHECK(all_nan(softmax(lane(tape, {0, inf}), axis).value()));
            CHECK(all_nan(log_softmax(lane(tape, {0, inf}), axis).value()));
        }
}
