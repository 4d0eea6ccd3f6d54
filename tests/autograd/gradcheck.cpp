#include "autograd/gradcheck.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "autograd/ops.hpp"
#include "evaluate.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;

namespace {

/// Differences of single-precision numbers show nothing.
const auto double_only = doctest::skip(!optests::double_precision);

using Rule = Array (*)(const Array& x, const Array& y_gradient);

/// y = x³ with a derivative rule of one's choice.
Variable cube(Variable x, Rule rule) {
    return x.tape().record(
        "cube", {x}, [=](Entry& y) { y.value = x.value() * x.value() * x.value(); },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            const Array add = rule(x.value(), y.gradient);
            gradient = beta == 0 ? add : Array(gradient + add);
        });
}

Array right(const Array& x, const Array& dy) { return Real{3} * x * x * dy; }
Array wrong_sign(const Array& x, const Array& dy) { return Real{-3} * x * x * dy; }
Array wrong_factor(const Array& x, const Array& dy) { return Real{2} * x * x * dy; }
Array forgets_incoming(const Array& x, const Array&) { return Real{3} * x * x; }
Array not_a_number(const Array& x, const Array& dy) { return x * dy * std::nan(""); }
Array wrong_in_one_entry(const Array& x, const Array& dy) {
    Array out = right(x, dy);
    out.data()[4] *= Real(1.001);
    return out;
}

const GradCheckMode modes[] = {GradCheckMode::jacobian, GradCheckMode::entries,
                               GradCheckMode::directional};

GradCheckReport check_cube(Rule rule, GradCheckMode mode) {
    return gradcheck([=](const std::vector<Variable>& x) { return cube(x[0], rule); },
                     {random_array({2, 3})}, {.mode = mode});
}

}  // namespace

TEST_CASE("a right gradient passes in every mode" * double_only) {
    for (const GradCheckMode mode : modes) {
        const GradCheckReport report = check_cube(right, mode);
        INFO(text(report));
        CHECK(report.passed(1e-8));
    }
}

TEST_CASE("every mode finds a wrong sign, a wrong factor and a forgotten incoming gradient" *
          double_only) {
    for (const GradCheckMode mode : modes)
        for (const Rule rule : {wrong_sign, wrong_factor, forgets_incoming, wrong_in_one_entry})
            CHECK_FALSE(check_cube(rule, mode).passed(1e-6));
}

TEST_CASE("a gradient that is not a number never passes, whatever the tolerance") {
    for (const GradCheckMode mode : modes) {
        const GradCheckReport report = check_cube(not_a_number, mode);
        CHECK(std::isnan(report.worst));
        CHECK_FALSE(report.passed(std::numeric_limits<double>::infinity()));
    }
}

TEST_CASE("a value that is not a number never passes") {
    const auto report =
        gradcheck([](const std::vector<Variable>& x) { return log(x[0]); }, {array({2}, {1, -1})});
    CHECK_FALSE(report.passed(std::numeric_limits<double>::infinity()));
}

TEST_CASE("to compare nothing is no success") {
    const GradCheckReport nothing = gradcheck([](Tape& tape) { return tape.variable(full({}, 1)); },
                                              std::vector<NamedParameter>{});
    CHECK(nothing.count == 0);
    CHECK_FALSE(nothing.passed());
    const GradCheckReport no_elements = check_cube(right, GradCheckMode::entries);
    CHECK(no_elements.count == 6);
}

TEST_CASE("the report names the worst entry and its parameter" * double_only) {
    Parameter good{random_array({2}, 1)}, bad{random_array({2, 3}, 2)};
    const auto loss = [&](Tape& tape) {
        return sum(cube(tape.parameter(good), right)) +
               sum(cube(tape.parameter(bad), wrong_in_one_entry));
    };
    const std::vector<NamedParameter> parameters = {{"good", &good}, {"bad", &bad}};
    const GradCheckReport report = gradcheck(loss, parameters);
    CHECK(report.where == "bad (1, 1)");
    CHECK(report.count == 8);
    CHECK(report.worst == doctest::Approx(0.001 / 1.001).epsilon(1e-3));
    CHECK(report.analytic == doctest::Approx(1.001 * report.numeric).epsilon(1e-6));
    CHECK(text(report).find("at bad (1, 1): tape ") != std::string::npos);
    CHECK(text(report).find("; 8 compared") != std::string::npos);
}

TEST_CASE("the inputs of a function are numbered" * double_only) {
    const auto function = [](const std::vector<Variable>& x) {
        return x[0] + cube(x[1], wrong_in_one_entry);
    };
    const auto report = gradcheck(function, {random_array({6}, 1), random_array({6}, 2)});
    CHECK(report.where == "input 1 (4,)");
}

TEST_CASE("the full Jacobian finds what a wrong mixture of outputs does" * double_only) {
    // A pullback that gives each input the gradient of the other output: symmetric sums hide it.
    const auto swapped = [](const std::vector<Variable>& v) {
        const Variable x = v[0];
        return x.tape().record(
            "swapped", {x}, [=](Entry& y) { y.value = x.value(); },
            [=](Entry& y) {
                Array& gradient = x.tape().contribution(x).gradient;
                gradient = array({2}, {double{y.gradient(1)}, double{y.gradient(0)}});
            });
    };
    const auto report = gradcheck(swapped, {array({2}, {1, 2})}, {.mode = GradCheckMode::jacobian});
    CHECK(report.count == 4);
    CHECK_FALSE(report.passed());
}

TEST_CASE("what the result does not depend on has gradient zero, and that is checked too" *
          double_only) {
    Parameter used{random_array({2}, 1)}, unused{random_array({3}, 2)};
    const std::vector<NamedParameter> parameters = {{"used", &used}, {"unused", &unused}};
    const auto report =
        gradcheck([&](Tape& tape) { return sum(square(tape.parameter(used))); }, parameters);
    CHECK(report.count == 5);
    CHECK(report.passed());
    // A gradient that was stopped where the value goes on is wrong.
    const auto stopped = gradcheck(
        [](const std::vector<Variable>& x) { return stop_gradient(x[0]); }, {random_array({2})});
    CHECK(stopped.worst == doctest::Approx(1));
    CHECK_FALSE(stopped.passed());
}

TEST_CASE("a pullback that forgets to overwrite is found" * double_only) {
    const auto careless = [](const std::vector<Variable>& v) {
        const Variable x = v[0];
        return x.tape().record(
            "careless", {x}, [=](Entry& y) { y.value = x.value(); },
            [=](Entry& y) { x.tape().contribution(x).gradient += y.gradient; });
    };
    CHECK_FALSE(gradcheck(careless, {random_array({3})}).passed());
}

TEST_CASE("parameters are back at their values afterwards, also when the loss throws") {
    Parameter p{random_array({2, 3})};
    const Array before = p.value;
    const std::vector<NamedParameter> parameters = {{"p", &p}};
    int calls = 0;
    const auto throws_later = [&](Tape& tape) {
        require(++calls < 5, "[loss] gave up");
        return sum(square(tape.parameter(p)));
    };
    for (const GradCheckMode mode : modes) {
        gradcheck([&](Tape& tape) { return sum(square(tape.parameter(p))); }, parameters,
                  {.mode = mode});
        CHECK(same(p.value, before));
        calls = 0;
        CHECK_THROWS_WITH_AS(gradcheck(throws_later, parameters, {.mode = mode}), "[loss] gave up",
                             Error);
        CHECK(same(p.value, before));
    }
}

TEST_CASE("the step is chosen well, and can be chosen otherwise" * double_only) {
    const auto function = [](const std::vector<Variable>& x) { return exp(x[0]); };
    const std::vector<Array> inputs = {random_array({5})};
    const double best = gradcheck(function, inputs).worst;
    CHECK(best < 1e-9);
    CHECK(gradcheck(function, inputs, {.step = 1e-2}).worst > 100 * best);
    CHECK(gradcheck(function, inputs, {.step = 1e-12}).worst > 100 * best);
}

TEST_CASE("another seed draws other cotangents") {
    const auto function = [](const std::vector<Variable>& x) { return square(x[0]); };
    const auto analytic = [&](unsigned seed) {
        return gradcheck(function, {array({1}, {3})}, {.seed = seed}).analytic;
    };
    CHECK(analytic(1) == analytic(1));
    CHECK(analytic(1) != analytic(2));
}
