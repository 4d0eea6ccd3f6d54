#include "nn/losses/losses.hpp"

#include <cmath>
#include <numbers>

#include "../checks.hpp"
#include "nn/distributions/distributions.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;
using autograd::Parameter;
using autograd::Tape;

// Nats per example: summed over D dimensions, averaged over B examples. With several B and D no sum
// can pass for a mean, nor the other way round.

namespace {

const double log_two_pi = std::log(2 * std::numbers::pi);

}  // namespace

TEST_CASE("losses do not depend on how often the batch repeats an example, but grow with D") {
    for (const std::size_t examples : {1, 2, 3})
        for (const std::size_t dimensions : {1, 5}) {
            Tape tape;
            const auto d = static_cast<double>(dimensions);
            const Shape shape{examples, dimensions};
            const auto filled = [&](autograd::Real x) { return tape.constant(full(shape, x)); };
            CHECK(bernoulli_loss(filled(0), filled(1)).item() == about(d * std::log(2.)));
            CHECK(squared_loss(filled(2), filled(5)).item() == about(9 * d));
            CHECK(categorical_loss(filled(0), autograd::Indices(examples, 0)).item() ==
                  about(std::log(d)));
        }
}

TEST_CASE("losses of a batch are the plain double loops over its examples") {
    constexpr std::size_t examples = 3, dimensions = 5;
    Random random{1};
    const Array outputs = random.normal({examples, dimensions});
    const Array x = random.uniform({examples, dimensions});
    const autograd::Indices labels = {4, 0, 2};
    double bernoulli = 0, squared = 0, categorical = 0;
    for (std::size_t b = 0; b < examples; ++b) {
        double total = 0;
        for (std::size_t d = 0; d < dimensions; ++d) {
            const double o = outputs(b, d), t = x(b, d), p = 1 / (1 + std::exp(-o));
            bernoulli -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / examples;
            squared += (o - t) * (o - t) / examples;
            total += std::exp(o);
        }
        categorical -= (double{outputs(b, labels[b])} - std::log(total)) / examples;
    }
    Tape tape;
    const Variable o = tape.constant(outputs), t = tape.constant(x);
    CHECK(bernoulli_loss(o, t).item() == about(bernoulli));
    CHECK(squared_loss(o, t).item() == about(squared));
    CHECK(categorical_loss(o, labels).item() == about(categorical));
    CHECK(bernoulli_loss(o, t).shape() == Shape{});
}

TEST_CASE("losses are minus the mean log densities of the distributions they are named after") {
    Random random{2};
    Tape tape;
    const Variable o = tape.constant(random.normal({4, 6})),
                   x = tape.constant(random.uniform({4, 6}));
    CHECK(bernoulli_loss(o, x).item() == about(-double{mean(Bernoulli{o}.log_prob(x)).item()}));
    CHECK(categorical_loss(o, {0, 5, 2, 2}).item() ==
          about(-double{mean(Categorical{o}.log_prob({0, 5, 2, 2})).item()}));
    // Everything behind the first axis is one example.
    const Variable image = reshape(o, {4, 2, 3}), same = reshape(x, {4, 2, 3});
    CHECK(bernoulli_loss(image, same).item() == about(bernoulli_loss(o, x).item()));
    // At σ² = ½ the Gaussian one is the squared loss and a constant.
    const Normal normal{o, tape.constant(array({1}, {std::log(0.5)}))};
    CHECK(-double{mean(normal.log_prob(x)).item()} ==
          about(double{squared_loss(o, x).item()} + 3 * (log_two_pi + std::log(0.5))));
}

TEST_CASE("losses have right gradients with respect to everything that is a variable") {
    Random random{4};
    Parameter o{random.normal({3, 5})}, x{random.uniform({3, 5})};
    const std::vector<autograd::NamedParameter> all = {{"o", &o}, {"x", &x}};
    const auto check = [&](auto function) {
        check_gradients([&](Tape& tape) { return function(tape.parameter(o), tape.parameter(x)); },
                        all);
    };
    check([](Variable a, Variable b) { return bernoulli_loss(a, b); });
    check([](Variable a, Variable b) { return squared_loss(a, b); });
    check([](Variable a, Variable) { return categorical_loss(a, {4, 0, 2}); });
}

TEST_CASE("losses refuse shapes that do not fit and leave the tape as it was") {
    Tape tape;
    const Variable a = tape.constant(full({2, 3}, 0)), b = tape.constant(full({2, 4}, 0));
    const Variable number = tape.constant(full({}, 0));
    const std::size_t before = tape.size();
    CHECK_THROWS_AS(bernoulli_loss(a, b), Error);
    CHECK_THROWS_AS(squared_loss(a, b), Error);
    CHECK_THROWS_AS(squared_loss(number, number), Error);
    CHECK_THROWS_AS(categorical_loss(a, {0, 3}), Error);
    CHECK(tape.size() == before);
}
