#include "models/sparse.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>

#include "autograd/gradcheck.hpp"
#include "nn/distributions/distributions.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;

namespace {

using Scalar = std::function<Variable(Variable)>;

/// What a penalty asks for these activations.
double price(const Scalar& f, const Array& a) {
    Tape tape;
    return double{f(tape.constant(a)).item()};
}

double kl_by_hand(double rho, double p) {
    return rho * std::log(rho / p) + (1 - rho) * std::log((1 - rho) / (1 - p));
}

Scalar kl(Real rho) {
    return [=](Variable h) { return kl_penalty(h, rho); };
}

/// The classic mistake: every single activation is pulled to ρ, and not the mean of each unit.
Variable kl_per_example(Variable h, Real rho) { return mean(sum(bernoulli_kl(rho, h), {1})); }

/// Four units that are on for one example in four each, and a fifth that is so for all.
Array taking_turns() {
    return autograd::array({4, 5}, {1, 0, 0, 0, .25,  //
                                    0, 1, 0, 0, .25,  //
                                    0, 0, 1, 0, .25,  //
                                    0, 0, 0, 1, .25});
}

Autoencoder small(Likelihood likelihood, nn::Random& random) {
    return Autoencoder({.input = 6,
                        .latent = 9,
                        .activation = autograd::tanh,
                        .code_activation = autograd::sigmoid,
                        .likelihood = likelihood},
                       random);
}

}  // namespace

TEST_CASE("the KL between coins is zero at rho and has the values of paper and pencil") {
    for (const double rho : {0.01, 0.05, 0.5, 0.9})
        CHECK(price([&](Variable p) { return bernoulli_kl(Real(rho), p); },
                    autograd::array({}, {rho})) == doctest::Approx(0).epsilon(1e-6));
    // 1/4 ln (1/4)/(1/2) + 3/4 ln (3/4)/(1/2) = 3/4 ln 3 − ln 2
    const auto quarter = [](Variable p) { return bernoulli_kl(Real(0.25), p); };
    CHECK(price(quarter, autograd::array({}, {0.5})) ==
          doctest::Approx(0.75 * std::log(3.0) - std::log(2.0)).epsilon(1e-5));
    // The mistake of leaving out the second half would be negative: 1/4 ln 1/2 = −0.17.
    for (const double p : {1e-3, 0.04, 0.06, 0.3, 0.7, 0.999}) {
        const double there =
            price([](Variable q) { return bernoulli_kl(Real(0.05), q); }, autograd::array({}, {p}));
        CHECK(there > 0);
        CHECK(there == doctest::Approx(kl_by_hand(0.05, p)).epsilon(1e-4));
    }
}

TEST_CASE("the KL between coins is that of the distributions, and is not symmetric") {
    nn::Random random(2);
    const Array p = random.uniform({7, 1});
    Array logits = p;
    for (Real& l : logits.storage()) l = std::log(l / (1 - l));
    const Real rho = Real(0.2);
    Tape tape;
    const Variable coin = tape.constant(autograd::full({7, 1}, std::log(rho / (1 - rho))));
    const nn::Bernoulli wanted{coin}, actual{tape.constant(logits)};
    const Array ours = bernoulli_kl(rho, tape.constant(p)).value();
    // The KL as an expectation over both outcomes, from the log densities of the library.
    const auto divergence = [&](const nn::Bernoulli& a, const nn::Bernoulli& b) {
        const Variable one = tape.constant(autograd::full({7, 1}, 1)), zero = Real(0) * one;
        const Variable heads = a.log_prob(one), tails = a.log_prob(zero);
        const Variable kl =
            exp(heads) * (heads - b.log_prob(one)) + exp(tails) * (tails - b.log_prob(zero));
        return Array(kl.value());
    };
    const Array library = divergence(wanted, actual), reversed = divergence(actual, wanted);
    double apart = 0;
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(ours(i, 0) == doctest::Approx(library(i)).epsilon(1e-4));
        apart = std::max(apart, std::abs(double{ours(i, 0)} - double{reversed(i)}));
    }
    CHECK(apart > 0.1);
}

TEST_CASE("the slope of the penalty is that of the formula, shared by the batch") {
    const Array h = autograd::array({2, 2}, {0.1, 0.3, 0.5, 0.1});  // means 0.3 and 0.2
    Tape tape;
    const Variable a = tape.variable(h);
    const autograd::Gradients& gradients = tape.backward(kl_penalty(a, Real(0.2)));
    // (ρ̂ − ρ) / (ρ̂ (1 − ρ̂)) / B, the same for every example, 0 where ρ̂ = ρ
    for (const std::size_t example : {0, 1}) {
        CHECK(gradients.of(a)(example, 0) == doctest::Approx(0.1 / 0.21 / 2).epsilon(1e-4));
        CHECK(gradients.of(a)(example, 1) == doctest::Approx(0).epsilon(1e-5));
    }
}

TEST_CASE("units may take turns: only their means over the batch are priced") {
    CHECK(price(kl(Real(0.25)), taking_turns()) == doctest::Approx(0).epsilon(1e-5));
    // Priced example by example, the four that take turns are the expensive ones ...
    const auto per_example = [](Variable h) { return kl_per_example(h, Real(0.25)); };
    CHECK(price(per_example, taking_turns()) > 10);
    // ... and a code that says nothing about the input is free.
    CHECK(price(per_example, autograd::full({4, 5}, Real(0.25))) ==
          doctest::Approx(0).epsilon(1e-5));
}

TEST_CASE("the mean of the batch never costs more than the examples one by one") {
    nn::Random random(3);
    for (int trial = 0; trial < 20; ++trial) {
        const Array h = random.uniform({6, 4});
        const double batch = price(kl(Real(0.1)), h);
        CHECK(batch < price([](Variable a) { return kl_per_example(a, Real(0.1)); }, h));  // Jensen
        CHECK(batch > 0);
    }
    // With one example in the batch they are the same thing.
    const Array one = random.uniform({1, 4});
    CHECK(price(kl(Real(0.1)), one) ==
          doctest::Approx(price([](Variable a) { return kl_per_example(a, Real(0.1)); }, one)));
}

TEST_CASE("units are priced one by one, and the prices added") {
    // Over all units the mean is ρ; but one is never on, and the other twice as often as wanted.
    const Array h = autograd::array({2, 2}, {0.01, 0.19, 0.01, 0.19});
    const double expected = kl_by_hand(0.1, 0.01) + kl_by_hand(0.1, 0.19);
    CHECK(price(kl(Real(0.1)), h) == doctest::Approx(expected).epsilon(1e-4));
}

TEST_CASE("the penalty does not depend on how often the batch is repeated") {
    nn::Random random(4);
    const Array h = random.uniform({5, 3});
    Tape tape;
    const Variable once = tape.constant(h), twice = autograd::concat({once, once}, 0);
    CHECK(kl_penalty(twice, Real(0.3)).item() ==
          doctest::Approx(kl_penalty(once, Real(0.3)).item()).epsilon(1e-5));
    CHECK(l1_penalty(twice).item() == doctest::Approx(l1_penalty(once).item()).epsilon(1e-5));
}

TEST_CASE("the KL is finite, and still has a slope, for units that are always or never on") {
    for (const double p : {0.0, 1.0}) {
        Tape tape;
        const Variable h = tape.variable(autograd::full({3, 1}, Real(p)));
        const Variable penalty = kl_penalty(h, Real(0.05));
        const autograd::Gradients& gradients = tape.backward(penalty);
        CHECK(std::isfinite(penalty.item()));
        CHECK(penalty.item() > 0.5);
        CHECK(std::isfinite(gradients.of(h)(0, 0)));
        CHECK((gradients.of(h)(0, 0) > 0) == (p > 0.5));
    }
}

TEST_CASE("L1 adds magnitudes over units and averages over examples") {
    const Array h = autograd::array({2, 3}, {1, -2, 0, 0.5, 0, -0.5});
    CHECK(price(l1_penalty, h) == doctest::Approx((3.0 + 1.0) / 2));
    Tape tape;
    const Variable a = tape.variable(h);
    const autograd::Gradients& gradients = tape.backward(l1_penalty(a));
    const Array expected = autograd::array({2, 3}, {.5, -.5, 0, .5, 0, -.5});
    CHECK(gradients.of(a) == expected);
}

TEST_CASE("the loss is reconstruction plus weight times penalty") {
    nn::Random random(5);
    const Autoencoder model = small(Likelihood::gaussian, random);
    const Array images = random.uniform({4, 6});
    Tape tape;
    const Variable x = tape.constant(images);
    const SparseLoss loss = sparse_loss(model, x, kl(Real(0.1)));
    const double r = loss.reconstruction.item(), p = loss.penalty.item();
    CHECK(r == doctest::Approx(double{model.loss(x).item()}));
    CHECK(p == doctest::Approx(double{kl_penalty(model.encode(x), Real(0.1)).item()}));
    CHECK(p > 0.5);
    CHECK(loss.value(0).item() == doctest::Approx(r));
    CHECK(loss.value(3).item() == doctest::Approx(r + 3 * p));
}

TEST_CASE("settings that make no sense are refused in one line") {
    nn::Random random(6);
    const Array h = random.uniform({2, 3});
    for (const double rho : {0.0, 1.0, -0.1, 2.0})
        CHECK_THROWS_AS(price(kl(Real(rho)), h), autograd::Error);
    CHECK_THROWS_WITH_AS(price(kl(2), h), "[bernoulli_kl] expected a rho between 0 and 1, got 2",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(price(kl(Real(0.5)), autograd::array({1, 2}, {0.5, 1.5})),
                         "[bernoulli_kl] expected probabilities, got 1.5", autograd::Error);
    CHECK_THROWS_WITH_AS(price(kl(Real(0.5)), autograd::array({1, 1}, {1 + 0x1p-23})),
                         "[bernoulli_kl] expected probabilities, got 1.00000012", autograd::Error);
    CHECK_THROWS_WITH_AS(price(l1_penalty, autograd::array({2}, {0, 1})),
                         "[l1_penalty] expected activations (B, J), got (2,)", autograd::Error);
    CHECK_THROWS_WITH_AS(price(kl(Real(0.5)), autograd::array({2}, {0, 1})),
                         "[kl_penalty] expected activations (B, J), got (2,)", autograd::Error);
    const Autoencoder model = small(Likelihood::gaussian, random);
    Tape tape;
    const SparseLoss loss = sparse_loss(model, tape.constant(random.uniform({2, 6})), l1_penalty);
    CHECK_THROWS_WITH_AS(loss.value(-1), "[SparseLoss] expected a weight of at least 0, got -1",
                         autograd::Error);
}

TEST_CASE("the gradient of the sparse loss is right" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(7);
    const Array x = random.uniform({5, 6});
    for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli}) {
        Autoencoder model = small(likelihood, random);
        for (const Penalty& penalty : {Penalty(kl(Real(0.05))), Penalty(l1_penalty)}) {
            const auto loss = [&](Tape& tape) {
                return sparse_loss(model, tape.constant(x), penalty).value(3);
            };
            const auto report = autograd::gradcheck(loss, nn::parameters(model));
            INFO(autograd::text(report));
            CHECK(report.passed(1e-6));
        }
    }
}

TEST_CASE("trained with the penalty, a wide code has units that are active as often as asked") {
    nn::Random random(8);
    const Array images = random.uniform({200, 6});
    const Real rho = Real(0.1);
    const auto train = [&](Real weight) {
        nn::Random init(9);
        Autoencoder model = small(Likelihood::gaussian, init);
        nn::Adam adam(model, {.learning_rate = Real(0.03)});
        Tape tape;
        for (int step = 0; step < 400; ++step) {
            tape.rewind();
            adam.step(
                tape.backward(sparse_loss(model, tape.constant(images), kl(rho)).value(weight)));
        }
        tape.rewind();
        return mean(model.encode(tape.constant(images)), {0}).value();
    };
    const Array without = train(0), with = train(10);
    double distance = 0;
    for (std::size_t unit = 0; unit < 9; ++unit) {
        CHECK(with(unit) == doctest::Approx(0.1).epsilon(0.1));
        distance += std::abs(without(unit) - rho) / 9;
    }
    CHECK(distance > 0.2);  // the penalty did it, not chance
}
