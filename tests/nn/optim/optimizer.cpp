#include "nn/optim/optimizer.hpp"

#include <omp.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "../../allocations.hpp"
#include "../checks.hpp"
#include "autograd/ops.hpp"
#include "nn/layers/linear.hpp"
#include "oracle.hpp"

using namespace nn;
using autograd::array;
using autograd::full;

namespace {

using Make = std::function<std::unique_ptr<Optimizer>(const std::vector<NamedParameter>&)>;

template <class Kind, class Settings>
Make make(Settings settings) {
    return [=](const std::vector<NamedParameter>& parameters) {
        return std::make_unique<Kind>(parameters, settings);
    };
}

/// What backward would find if the gradient of this parameter were that.
Gradients& given(Tape& tape, const Parameter& parameter, const Array& gradient) {
    tape.rewind();
    return tape.backward(tape.parameter(parameter), gradient);
}

/// One of each kind, by name. Loops give the name a variable of its own, or do without a structured
/// binding: clang 14 captures none in a lambda, and CAPTURE is one.
const std::map<std::string, Make> every_kind = {
    {"sgd", make<Sgd>(SgdSettings{.learning_rate = 0.005f})},
    {"momentum", make<Sgd>(SgdSettings{.learning_rate = 0.002f, .momentum = 0.9f})},
    {"nesterov",
     make<Sgd>(SgdSettings{.learning_rate = 0.002f, .momentum = 0.8f, .nesterov = true})},
    {"rmsprop",
     make<RmsProp>(RmsPropSettings{.learning_rate = 0.01f, .decay = 0.9f, .epsilon = 1e-3f})},
    {"adam", make<Adam>(AdamSettings{
                 .learning_rate = 0.1f, .beta1 = 0.8f, .beta2 = 0.95f, .epsilon = 1e-3f})},
    {"adamw", make<Adam>(AdamSettings{.learning_rate = 0.1f, .weight_decay = 0.5f})},
};

/// Steps on given gradients of one number, from 1; the values on the way.
std::vector<double> path(const Make& kind, const std::vector<double>& gradients) {
    Parameter w{array({}, {1})};
    const auto optimizer = kind({{"w", &w}});
    std::vector<double> out;
    Tape tape;
    for (const double g : gradients) {
        optimizer->step(given(tape, w, array({}, {g})));
        out.push_back(w.value());
    }
    return out;
}

void check_path(const Make& kind, const std::vector<double>& gradients,
                const std::vector<double>& expected) {
    const auto found = path(kind, gradients);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == about(expected[i]));
}

/// ∂/∂w of Σ c (w − ½)² / 2, the function of oracle.py.
Array oracle_gradient(const Parameter& w) {
    const double curvature[] = {1, 10, 100};
    Array gradient = full({3}, 0);
    for (std::size_t i = 0; i < 3; ++i)
        gradient(i) = static_cast<Real>(curvature[i] * (double{w.value(i)} - 0.5));
    return gradient;
}

}  // namespace

// --- the first steps ------------------------------------------------------------------------------

TEST_CASE("the first steps of stochastic gradient descent are those computed by hand") {
    const std::vector<double> g = {2, 2, -1};
    check_path(make<Sgd>(SgdSettings{.learning_rate = Real(0.1)}), g, {0.8, 0.6, 0.7});
    // v = 2, 3.8, 2.42
    check_path(make<Sgd>(SgdSettings{.learning_rate = Real(0.1), .momentum = Real(0.9)}), g,
               {0.8, 0.42, 0.178});
    // g + .9 v = 3.8, 5.42, 1.178
    check_path(
        make<Sgd>(SgdSettings{.learning_rate = Real(0.1), .momentum = Real(0.9), .nesterov = true}),
        g, {0.62, 0.078, -0.0398});
}

TEST_CASE("the first steps of RMSProp are those computed by hand") {
    // s = .4, .76, .784
    const double first = 1 - 0.1 * 2 / (std::sqrt(0.4) + 0.01);
    const double second = first - 0.1 * 2 / (std::sqrt(0.76) + 0.01);
    check_path(make<RmsProp>(RmsPropSettings{
                   .learning_rate = Real(0.1), .decay = Real(0.9), .epsilon = Real(0.01)}),
               {2, 2, -1}, {first, second, second + 0.1 * 1 / (std::sqrt(0.784) + 0.01)});
}

TEST_CASE("the first steps of Adam are those computed by hand") {
    // m = 1, 1.5, .25 and v = 1, 1.75, 1.5625, both before the bias is undone
    const double first = 1 - 0.1 * 2 / (2 + 0.01);
    const double second = first - 0.1 * (1.5 / 0.75) / (std::sqrt(1.75 / 0.4375) + 0.01);
    const double third = second - 0.1 * (0.25 / 0.875) / (std::sqrt(1.5625 / 0.578125) + 0.01);
    const AdamSettings settings{
        .learning_rate = Real(0.1), .beta1 = Real(0.5), .beta2 = Real(0.75), .epsilon = Real(0.01)};
    check_path(make<Adam>(settings), {2, 2, -1}, {first, second, third});
}

TEST_CASE("Adam's first step has the size of the learning rate, whatever that of the gradient") {
    for (const double g : {1e-3, 1., -1e4}) {
        const double step = path(make<Adam>(AdamSettings{.learning_rate = Real(0.1)}), {g})[0] - 1;
        CHECK(step == doctest::Approx(std::copysign(0.1, -g)).epsilon(1e-4));
    }
}

TEST_CASE("weight decay shrinks by the rate times the decay, apart from the gradient") {
    const AdamSettings settings{.learning_rate = Real(0.1), .weight_decay = Real(0.5)};
    check_path(make<Adam>(settings), {0, 0, 0}, {0.95, 0.95 * 0.95, 0.95 * 0.95 * 0.95});
    // A decay that went through the gradient would be divided by its own root mean square.
    AdamSettings plain = settings;
    plain.weight_decay = 0;
    CHECK(path(make<Adam>(settings), {3})[0] == about(path(make<Adam>(plain), {3})[0] - 0.1 * 0.5));
}

TEST_CASE("the optimizers walk the path of PyTorch's, also when the learning rate changes") {
    for (const auto& [key, expected] : oracle) {
        const std::string& name = key;
        CAPTURE(name);
        Parameter w{array({3}, {1, -2, 3})};
        const auto optimizer = every_kind.at(name)({{"w", &w}});
        Tape tape;
        for (std::size_t step = 0; step < expected.size(); ++step) {
            CAPTURE(step);
            if (step == 3) optimizer->set_learning_rate(optimizer->learning_rate() / 2);
            optimizer->step(given(tape, w, oracle_gradient(w)));
            // The settings are float constants also in double precision.
            for (std::size_t i = 0; i < 3; ++i)
                CHECK(w.value(i) == doctest::Approx(expected[step][i]).epsilon(2e-6));
        }
    }
    CHECK(oracle.size() == every_kind.size());
}

// --- what a step touches --------------------------------------------------------------------------

TEST_CASE("a step leaves parameters without a gradient where they are") {
    for (const auto& [key, kind] : every_kind) {
        const std::string& name = key;
        CAPTURE(name);
        Parameter used{array({2}, {1, 2})}, unused{array({2}, {3, 4})};
        const auto optimizer = kind({{"used", &used}, {"unused", &unused}});
        Tape tape;
        const Array slope = array({2}, {1, -1});
        Gradients both = given(tape, used, slope);
        optimizer->step(both += given(tape, unused, slope));
        const Array before = unused.value;
        CHECK(before != array({2}, {3, 4}));

        const Array memory = *optimizer->state().back().array;
        optimizer->step(given(tape, used, slope));
        CHECK(unused.value == before);  // no momentum, no decay either
        CHECK(*optimizer->state().back().array == memory);
        CHECK(optimizer->steps() == 2);
    }
}

TEST_CASE("what is remembered of a gradient that has become zero becomes zero") {
    for (const auto* name : {"momentum", "nesterov", "rmsprop", "adam"}) {
        CAPTURE(name);
        Parameter w{full({3}, 1)};
        const auto optimizer = every_kind.at(name)({{"w", &w}});
        Tape tape;
        optimizer->step(given(tape, w, full({3}, 1)));
        for (int i = 0; i < 20'000; ++i) optimizer->step(given(tape, w, full({3}, 0)));
        // Not the smallest numbers there are, where rounding would keep it, and slowly.
        for (const auto& memory : optimizer->state()) CHECK(*memory.array == full({3}, 0));
    }
    volatile Real smallest = std::numeric_limits<Real>::min();
    CHECK(smallest / 2 > 0);  // and only within a step
}

TEST_CASE("the gradient of a loss that was skipped is never applied") {
    Parameter a{array({1}, {1})}, b{array({1}, {1})};
    Sgd sgd({{"a", &a}, {"b", &b}}, {.learning_rate = 0.5f});
    Tape tape;
    tape.backward(sum(tape.parameter(a) * 100));  // a bad batch: no step
    tape.rewind();
    sgd.step(tape.backward(sum(tape.parameter(b) * 3)));
    CHECK(a.value(0) == 1);
    CHECK(b.value(0) == -0.5);
}

// --- mistakes that used to be silent --------------------------------------------------------------

TEST_CASE("a parameter that the loss reaches and the optimizer has not is an error") {
    Parameter known{array({1}, {1})}, forgotten{full({2, 3}, 1)};
    Sgd sgd({{"known", &known}}, {.learning_rate = 0.5f});
    Tape tape;
    const Gradients& gradients =
        tape.backward(sum(tape.parameter(known)) + sum(tape.parameter(forgotten)));
    CHECK_THROWS_WITH_AS(sgd.step(gradients),
                         "[step] backward reached a parameter of shape (2, 3) that this optimizer "
                         "has not: is it missing in a visit(), or to be left to others?",
                         autograd::Error);
    CHECK(known.value(0) == 1);
    CHECK(sgd.steps() == 0);
    sgd.leave_to_others({{"forgotten", &forgotten}});
    sgd.step(gradients);
    CHECK(known.value(0) == 0.5);
    CHECK(forgotten.value == full({2, 3}, 1));
}

TEST_CASE("a frozen parameter is known and stays where it is") {
    Parameter learnt{array({1}, {1})}, frozen{array({1}, {1})};
    for (const auto& [key, kind] : every_kind) {
        const std::string& name = key;
        CAPTURE(name);
        learnt.value = array({1}, {1});
        const auto optimizer = kind({{"learnt", &learnt}, {"frozen", &frozen, true}});
        Tape tape;
        optimizer->step(tape.backward(sum(tape.parameter(learnt) * tape.parameter(frozen))));
        CHECK(learnt.value(0) != 1);
        CHECK(frozen.value(0) == 1);
        CHECK(optimizer->parameters().size() == 1);
        for (const auto& [of, array] : optimizer->state()) CHECK(of.starts_with("learnt/"));
    }
}

TEST_CASE("an optimizer without parameters to learn is an error") {
    Parameter frozen{full({1}, 1)};
    CHECK_THROWS_WITH_AS(Adam(std::vector<NamedParameter>{}),
                         "[optimizer] expected parameters to learn, got none", autograd::Error);
    CHECK_THROWS_WITH_AS(Adam({{"frozen", &frozen, true}}),
                         "[optimizer] expected parameters to learn, got frozen ones alone",
                         autograd::Error);
}

TEST_CASE("an optimizer refuses a name or a parameter that stands twice") {
    Parameter a{full({1}, 1)}, b{full({1}, 1)};
    CHECK_THROWS_WITH_AS(Adam({{"a", &a}, {"a", &b}}), "[optimizer] two parts are called a",
                         autograd::Error);
    CHECK_THROWS_AS(Adam({{"a", &a}, {"b", &a}}), autograd::Error);
}

TEST_CASE("a step without gradients, or with those of others alone, is an error") {
    Parameter own{full({1}, 1)}, other{full({1}, 1)};
    Adam adam({{"own", &own}});
    adam.leave_to_others({{"other", &other}});
    CHECK_THROWS_WITH_AS(adam.step({}),
                         "[step] expected gradients of this optimizer's parameters, got none: call "
                         "backward() first",
                         autograd::Error);
    Tape tape;
    CHECK_THROWS_WITH_AS(adam.step(tape.backward(sum(tape.parameter(other)))),
                         "[step] expected gradients of this optimizer's parameters, got those of "
                         "others alone",
                         autograd::Error);
    CHECK(adam.steps() == 0);
}

// --- what an optimizer is made of -----------------------------------------------------------------

TEST_CASE("parameters come from a module, or as a list") {
    Random random{1};
    Linear layer(2, 3, random);
    Sgd from_module{layer, {.learning_rate = 0.5f}};
    REQUIRE(from_module.parameters().size() == 2);
    CHECK(from_module.parameters()[1].name == "bias");
    const auto named = parameters(layer);
    auto changeable = named;
    CHECK(Adam{named}.parameters().size() == 2);
    CHECK(RmsProp{changeable}.parameters().size() == 2);
    CHECK(from_module.learning_rate() == 0.5f);
    from_module.set_learning_rate(0.25f);
    CHECK(from_module.settings.learning_rate == 0.25f);
}

TEST_CASE("a step allocates nothing") {
    Parameter w{full({300, 100}, 1)};
    const Array slope = full({300, 100}, 0.5);
    Tape tape;
    const Gradients& gradients = given(tape, w, slope);
    for (const auto& [key, kind] : every_kind) {
        const std::string& name = key;
        CAPTURE(name);
        const auto optimizer = kind({{"w", &w}});
        optimizer->step(gradients);  // the threads start with the first one
        const std::size_t before = allocations();
        optimizer->step(gradients);
        CHECK(allocations() == before);
    }
}

TEST_CASE("the number of threads does not change a step") {
    const int threads = omp_get_max_threads();
    Random random{2};
    const Array start = random.normal({301, 211}), gradient = random.normal({301, 211});
    for (const auto& entry : every_kind) {
        const auto& name = entry.first;
        const auto& kind = entry.second;
        CAPTURE(name);
        const auto run = [&](int with) {
            omp_set_num_threads(with);
            Parameter w{start};
            Tape tape;
            const Gradients& gradients = given(tape, w, gradient);
            const auto optimizer = kind({{"w", &w}});
            for (int i = 0; i < 4; ++i) optimizer->step(gradients);
            return w.value;
        };
        const Array alone = run(1);
        CHECK(run(2) == alone);
        CHECK(run(3) == alone);
        CHECK(alone != start);
    }
    omp_set_num_threads(threads);
}

TEST_CASE("an optimizer that is given the state of another continues bit for bit") {
    Random random{3};
    for (const auto& [key, kind] : every_kind) {
        const std::string& name = key;
        CAPTURE(name);
        Parameter first{random.normal({5, 7})}, second;
        const auto steps = [&](Optimizer& optimizer, Parameter& w, std::uint64_t seed) {
            Random noise{seed};
            Tape tape;
            for (int i = 0; i < 5; ++i) optimizer.step(given(tape, w, noise.normal({5, 7})));
        };
        const auto original = kind({{"w", &first}});
        steps(*original, first, 1);

        second.value = first.value;
        const auto continued = kind({{"w", &second}});
        const auto from = original->state(), to = continued->state();
        REQUIRE(from.size() == to.size());
        for (std::size_t i = 0; i < to.size(); ++i) {
            CHECK(to[i].name == from[i].name);
            CHECK(*to[i].array != *from[i].array);
            *to[i].array = *from[i].array;
        }
        continued->continue_from(7, Real(0.125));
        CHECK(continued->learning_rate() == Real(0.125));
        continued->continue_from(original->steps(), original->learning_rate());
        CHECK(continued->steps() == 5);

        Parameter third{first.value};
        const auto forgetful = kind({{"w", &third}});
        steps(*original, first, 2);
        steps(*continued, second, 2);
        steps(*forgetful, third, 2);
        CHECK(second.value == first.value);
        if (name != "sgd") CHECK(third.value != first.value);  // plain descent has no memory
    }
}

TEST_CASE("the state names parameter and memory") {
    Random random{4};
    Linear layer(1, 1, random);
    std::vector<std::string> names;
    for (const auto& [name, values] : Adam{layer}.state()) names.push_back(name);
    CHECK(names == std::vector<std::string>{"weight/mean", "weight/mean_square", "bias/mean",
                                            "bias/mean_square"});
}

// --- standard functions ---------------------------------------------------------------------------

namespace {

/// Minimises a function of two numbers; returns the distance to its minimum in the end.
double distance_after(const std::function<Variable(Variable, Variable)>& f,
                      std::array<double, 2> start, std::array<double, 2> minimum, const Make& kind,
                      int steps) {
    Parameter x{array({}, {start[0]})}, y{array({}, {start[1]})};
    const auto optimizer = kind({{"x", &x}, {"y", &y}});
    Tape tape;
    for (int i = 0; i < steps; ++i) {
        tape.rewind();
        optimizer->step(tape.backward(f(tape.parameter(x), tape.parameter(y))));
    }
    return std::hypot(double{x.value()} - minimum[0], double{y.value()} - minimum[1]);
}

Variable quadratic(Variable x, Variable y) {  // condition number 100
    return Real(0.5) * square(x - 1) + Real(50) * square(y + 2);
}

Variable rosenbrock(Variable x, Variable y) {
    return square(1 - x) + Real(100) * square(y - square(x));
}

Variable beale(Variable x, Variable y) {
    return square(Real(1.5) - x + x * y) + square(Real(2.25) - x + x * square(y)) +
           square(Real(2.625) - x + x * y * square(y));
}

Make sgd(double rate, double momentum = 0, bool nesterov = false) {
    return make<Sgd>(SgdSettings{.learning_rate = static_cast<Real>(rate),
                                 .momentum = static_cast<Real>(momentum),
                                 .nesterov = nesterov});
}
Make rmsprop(double rate) {
    return make<RmsProp>(RmsPropSettings{.learning_rate = static_cast<Real>(rate)});
}
Make adam(double rate, double decay = 0) {
    return make<Adam>(AdamSettings{.learning_rate = static_cast<Real>(rate),
                                   .weight_decay = static_cast<Real>(decay)});
}

}  // namespace

TEST_CASE("every optimizer finds the bottom of a quadratic bowl of condition number 100") {
    const auto distance = [](const Make& kind, int steps) {
        return distance_after(quadratic, {-3, 4}, {1, -2}, kind, steps);
    };
    CHECK(distance(sgd(0.0198), 1000) < 1e-4);
    CHECK(distance(sgd(0.033, 0.67), 200) < 1e-4);
    CHECK(distance(sgd(0.0132, 0.8, true), 200) < 1e-4);
    CHECK(distance(rmsprop(0.01), 2000) < 0.02);  // it keeps stepping by about its rate
    CHECK(distance(adam(0.1), 1000) < 1e-3);
    // Theory: the slow direction shrinks by 1 − 1/50 per step at best, with momentum by √.67.
    CHECK(distance(sgd(0.0198), 200) > 0.01);
    CHECK(distance(sgd(0.0201), 1000) > 100);  // above 2 / 100 it diverges
}

TEST_CASE("every optimizer follows Rosenbrock's valley to its end") {
    const auto distance = [](const Make& kind, int steps) {
        return distance_after(rosenbrock, {-1.2, 1}, {1, 1}, kind, steps);
    };
    CHECK(distance(sgd(0.001), 20'000) < 0.01);
    CHECK(distance(sgd(0.0005, 0.95), 4000) < 0.01);
    CHECK(distance(sgd(0.0005, 0.95, true), 4000) < 0.01);
    CHECK(distance(rmsprop(0.002), 8000) < 0.05);
    CHECK(distance(adam(0.02), 4000) < 0.01);
}

TEST_CASE("every optimizer finds the minimum of Beale's function") {
    const auto distance = [](const Make& kind, int steps) {
        return distance_after(beale, {1, 1}, {3, 0.5}, kind, steps);
    };
    CHECK(distance(sgd(0.02), 4000) < 0.01);
    CHECK(distance(sgd(0.005, 0.9), 2000) < 0.01);
    CHECK(distance(sgd(0.005, 0.9, true), 2000) < 0.01);
    CHECK(distance(rmsprop(0.005), 4000) < 0.05);
    CHECK(distance(adam(0.05), 2000) < 0.01);
}

TEST_CASE("weight decay moves the minimum towards zero") {
    Parameter w{array({}, {3})};
    const auto optimizer = adam(0.01, 0.1)({{"w", &w}});
    Tape tape;
    for (int i = 0; i < 3000; ++i) {
        tape.rewind();
        optimizer->step(tape.backward(square(tape.parameter(w) - 1)));
    }
    CHECK(w.value() < 1);
    CHECK(w.value() > 0);
}

TEST_CASE("optimizers are told apart by kind and settings, not by their learning rate") {
    Random random{1};
    nn::Linear layer(2, 2, random);
    nn::Adam adam(layer), fast(layer, {.learning_rate = 1}), other(layer, {.beta1 = Real(0.5)});
    const nn::Sgd sgd(layer), momentum(layer, {.momentum = Real(0.9)}),
        nesterov(layer, {.momentum = Real(0.9), .nesterov = true});
    const nn::RmsProp rms_prop(layer), slow(layer, {.decay = Real(0.9)});
    CHECK(adam.describe() == fast.describe());
    CHECK(adam.describe() == "Adam, beta1 0.9, beta2 0.999, epsilon 1e-08, weight decay 0");
    CHECK(adam.describe() != other.describe());
    CHECK(sgd.describe() == "SGD, momentum 0");
    CHECK(momentum.describe() != nesterov.describe());
    CHECK(rms_prop.describe() != slow.describe());
}
