#include "autograd/ops/elementwise.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"
#include "autograd/simd.hpp"

using namespace autograd;
using optests::same;
using optests::worst_error;

namespace {

constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
constexpr double rounding = 8 * std::numeric_limits<Real>::epsilon();

using Function = Variable (*)(Variable);

/// f(x) and x̄ for a cotangent of 3 everywhere.
struct Result {
    Array value, gradient;
};
Result run(Function f, const Array& x) {
    Tape tape;
    const Variable input = tape.variable(x), y = f(input);
    const Gradients& gradients = tape.backward(y, full(y.shape(), 3));
    return {y.value(), gradients.of(input)};
}

}  // namespace

// --- the convention at kinks --------------------------------------------------------------------

TEST_CASE("relu has derivative 0 at 0") {
    const Result r = run(relu, array({4}, {-2, -0.0, 0, 2}));
    CHECK(same(r.value, array({4}, {0, 0, 0, 2})));
    CHECK(same(r.gradient, array({4}, {0, 0, 0, 3})));
}

TEST_CASE("leaky relu has its slope for derivative at 0") {
    const auto f = [](Variable x) { return leaky_relu(x, 0.25); };
    const Result r = run(f, array({4}, {-2, -0.0, 0, 2}));
    CHECK(same(r.value, array({4}, {-0.5, 0, 0, 2})));
    CHECK(same(r.gradient, array({4}, {0.75, 0.75, 0.75, 3})));
}

TEST_CASE("abs has derivative 0 at 0") {
    const Result r = run(abs, array({4}, {-2, -0.0, 0, 2}));
    CHECK(same(r.value, array({4}, {2, 0, 0, 2})));
    CHECK(same(r.gradient, array({4}, {-3, 0, 0, 3})));
}

TEST_CASE("elu has alpha for derivative at 0") {
    const auto f = [](Variable x) { return elu(x, 0.5); };
    const Result r = run(f, array({3}, {-0.0, 0, 2}));
    CHECK(same(r.value, array({3}, {0, 0, 2})));
    CHECK(same(r.gradient, array({3}, {1.5, 1.5, 3})));
}

TEST_CASE("clip has derivative 1 at both ends") {
    const auto f = [](Variable x) { return clip(x, -1, 2); };
    const Result r = run(f, array({6}, {-1.5, -1, 0, 2, 2.5, 9}));
    CHECK(same(r.value, array({6}, {-1, -1, 0, 2, 2, 2})));
    CHECK(same(r.gradient, array({6}, {0, 3, 3, 3, 0, 0})));
    const auto to_a_point = [](Variable x) { return clip(x, 1, 1); };
    CHECK(same(run(to_a_point, array({3}, {0, 1, 2})).value, full({3}, 1)));
}

// --- far out ------------------------------------------------------------------------------------

TEST_CASE("sigmoid, tanh, softplus and elu stay finite far out") {
    const Array far = array({4}, {-1000, -100, 100, 1000});
    const Result s = run(sigmoid, far), t = run(tanh, far), p = run(softplus, far),
                 e = run([](Variable x) { return elu(x); }, far);
    CHECK(worst_error(s.value, array({4}, {0, 0, 1, 1})) < rounding);
    CHECK(worst_error(s.gradient, full({4}, 0)) < rounding);
    CHECK(worst_error(t.value, array({4}, {-1, -1, 1, 1})) < rounding);
    CHECK(worst_error(t.gradient, full({4}, 0)) < rounding);
    CHECK(worst_error(p.value, array({4}, {0, 0, 100, 1000})) < rounding);
    CHECK(worst_error(p.gradient, array({4}, {0, 0, 3, 3})) < rounding);
    CHECK(worst_error(e.value, array({4}, {-1, -1, 100, 1000})) < rounding);
    CHECK(worst_error(e.gradient, array({4}, {0, 0, 3, 3})) < rounding);
}

TEST_CASE("elementary functions are exact to rounding over many magnitudes") {
    struct Exact {
        Variable (*f)(Variable);
        double (*reference)(double);
        double low, high;
    };
    for (const Exact& op : {Exact{exp, std::exp, -80, 80}, Exact{tanh, std::tanh, -10, 10},
                            Exact{log, std::log, 1e-30, 1e30}, Exact{sqrt, std::sqrt, 0, 1e30}}) {
        Tape tape;
        for (int i = 0; i <= 200; ++i) {
            const Real x = static_cast<Real>(op.low + (op.high - op.low) * i / 200);
            const double expected = op.reference(double{x});
            const double got = double{op.f(tape.constant(full({}, x))).item()};
            CAPTURE(x);
            CHECK(std::abs(got - expected) <= rounding * std::abs(expected));
        }
    }
}

TEST_CASE(
    "exponentials and logarithms are right to the ends of the range, wherever an element stands") {
    using limits = std::numeric_limits<Real>;
    const std::size_t count = 2 * simd::width + 3;  // full batches and a rest
    const auto check_everywhere = [&](Variable (*f)(Variable), double x, double expected,
                                      double tolerance) {
        CAPTURE(x);
        Tape tape;
        const Variable y = f(tape.constant(full({count}, static_cast<Real>(x))));
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(y.value()(i) == y.value()(0));
            CHECK(std::abs(double{y.value()(i)} - expected) <= tolerance);
        }
    };
    const double top = std::log(double{limits::max()}), bottom = std::log(double{limits::min()});
    for (const double x :
         {top - 0.001, top - 0.3, top - 1, bottom + 1, bottom, bottom - 1, bottom - 10}) {
        const double exact = std::exp(double{static_cast<Real>(x)});
        check_everywhere(exp, x, exact, 4 * rounding * exact + double{limits::denorm_min()});
    }
    check_everywhere(exp, 1, std::exp(1.), rounding * std::exp(1.));
    for (const double x : {double{limits::denorm_min()}, 1000. * limits::denorm_min(),
                           double{limits::min()} / 3, double{limits::min()}}) {
        const double exact = std::log(double{static_cast<Real>(x)});
        check_everywhere(log, x, exact, rounding * std::abs(exact));
    }
}

TEST_CASE("tanh, elu and softplus keep their digits near zero") {
    for (const double x : {1e-3, -1e-3, 1e-6, -1e-6, 1e-12, -1e-12}) {
        Tape tape;
        const Real r = static_cast<Real>(x);
        CAPTURE(x);
        const Variable v = tape.constant(full({}, r));
        const double exact = double{r};
        CHECK(std::abs(double{tanh(v).item()} - std::tanh(exact)) <= rounding * std::abs(exact));
        const double expected = exact > 0 ? exact : std::expm1(exact);
        CHECK(std::abs(double{elu(v).item()} - expected) <= rounding * std::abs(exact));
    }
}

TEST_CASE("square roots and logarithms are what IEEE says at the end of their domain") {
    Tape tape;
    CHECK(sqrt(tape.constant(full({}, 0))).item() == 0);
    CHECK(log(tape.constant(full({}, 0))).item() == -infinity);
    CHECK(std::isnan(log(tape.constant(full({}, -1))).item()));
    CHECK(std::isnan(sqrt(tape.constant(full({}, -1))).item()));
    CHECK(exp(tape.constant(full({}, 1000))).item() == infinity);
    CHECK(exp(tape.constant(full({}, -infinity))).item() == 0);
}

TEST_CASE("a NaN is not swallowed") {
    struct Named {
        const char* name;
        Function f;
    };
    const std::vector<Named> functions = {
        {"exp", exp},
        {"log", log},
        {"sqrt", sqrt},
        {"square", square},
        {"abs", abs},
        {"tanh", tanh},
        {"sigmoid", sigmoid},
        {"relu", relu},
        {"leaky_relu", [](Variable x) { return leaky_relu(x); }},
        {"softplus", softplus},
        {"elu", [](Variable x) { return elu(x); }},
        {"clip", [](Variable x) { return clip(x, -1, 1); }},
        {"max", [](Variable x) { return max(x, 0); }},
        {"log_sum_exp", [](Variable x) { return log_sum_exp(x, 0); }},
        {"softmax", [](Variable x) { return softmax(x); }},
        {"sum", [](Variable x) { return sum(x); }},
    };
    for (const Named& function : functions) {
        CAPTURE(function.name);
        Tape tape;
        // 17 and 0: in a full batch of SIMD lanes and in the rest.
        for (const std::size_t at : {0, 17}) {
            Array x = full({18}, 0.5);
            x.data()[at] = not_a_number;
            const Variable y = function.f(tape.constant(x));
            CHECK(std::isnan(y.value().data()[y.value().size() == 1 ? 0 : at]));
        }
    }
}

// --- where --------------------------------------------------------------------------------------

TEST_CASE("where takes whatever is not 0 for true, and the branch not taken leaves no trace") {
    Tape tape;
    const Variable condition = tape.variable(array({4}, {0, 1, -2, 0.5}));
    const Variable a = tape.variable(full({4}, not_a_number));
    const Variable b = tape.variable(array({4}, {1, 2, 3, 4}));
    const Variable y = where(condition, b, a);
    CHECK(std::isnan(y.value()(0)));
    CHECK(y.value()(1) == 2);
    const Gradients& gradients = tape.backward(where(condition, a, b), full({4}, 5));
    CHECK(same(gradients.of(a), array({4}, {0, 5, 5, 5})));
    CHECK(same(gradients.of(b), array({4}, {5, 0, 0, 0})));
    CHECK_FALSE(gradients.reached(condition));
}
