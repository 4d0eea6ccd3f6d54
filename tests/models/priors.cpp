#include "models/priors.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"

using namespace models;

namespace {

double log_normal(double z, double m, double l) {
    return -0.5 * (std::log(2 * std::numbers::pi) + l + (z - m) * (z - m) * std::exp(-l));
}

Vae small(nn::Random& random) {
    return Vae({.input = 7, .hidden = {5}, .latent = 2, .activation = autograd::tanh}, random);
}

VampVae with_pseudo_inputs(const Array& images, nn::Random& random) {
    return VampVae(small(random), VampPrior(images));
}

MixtureVae standard_mixture(std::size_t components, nn::Random& random) {
    MixtureVae model(small(random), MixturePrior(components, 2, random));
    model.prior.mean.value.fill(0);
    return model;
}

}  // namespace

TEST_CASE("a mixture of one standard Gaussian is the standard prior, and of equal ones as well") {
    nn::Random random(1);
    const Array x = random.uniform({4, 7});
    Tape tape;
    for (const std::size_t components : {1, 3}) {
        const MixtureVae model = standard_mixture(components, random);
        const Variable noise = tape.constant(random.normal({12, 2}));
        const Draws learnt = model.draw(tape.constant(x), noise);
        Draws standard = model.vae.draw(tape.constant(x), noise);
        standard.levels[0].closed_form = false;
        CHECK(elbo(learnt).value().item() == doctest::Approx(elbo(standard).value().item()));
        CHECK(importance_weighted(learnt).item() ==
              doctest::Approx(importance_weighted(standard).item()));
    }
}

TEST_CASE(
    "the density of a MixturePrior is that of its components with their weights, all learnt") {
    nn::Random random(2);
    MixtureVae model(small(random), MixturePrior(2, 2, random));
    model.prior.mean.value = autograd::array({2, 2}, {1, -1, 0.5, 2});
    model.prior.log_variance.value = autograd::array({2, 2}, {0.3, -0.4, 0, 0.2});
    model.prior.logits.value = autograd::array({2}, {0, std::log(3.)});
    Tape tape;
    const Variable z = tape.constant(autograd::array({1, 2}, {0.2, 0.7}));
    const Variable found = model.prior(tape, model.vae.encoder).log_prob(z);
    const double first = log_normal(0.2, 1, 0.3) + log_normal(0.7, -1, -0.4);
    const double second = log_normal(0.2, 0.5, 0) + log_normal(0.7, 2, 0.2);
    const double density = 0.25 * std::exp(first) + 0.75 * std::exp(second);
    CHECK(found.value()(0) == doctest::Approx(std::log(density)).epsilon(1e-5));
    const autograd::Gradients& gradients = tape.backward(sum(found));
    CHECK(gradients.reached(model.prior.mean));
    CHECK(gradients.reached(model.prior.log_variance));
    CHECK(gradients.reached(model.prior.logits));
}

TEST_CASE("the density of a VampPrior is the mean of the posteriors of its pseudo-inputs") {
    nn::Random random(2);
    const Array pseudo = random.normal({5, 7}), z = random.normal({4, 2});
    const VampVae model = with_pseudo_inputs(pseudo, random);
    Tape tape;
    const nn::Normal q = model.encode(tape.constant(pseudo));
    const Array found = model.prior(tape, model.vae.encoder).log_prob(tape.constant(z)).value();
    for (std::size_t b = 0; b < 4; ++b) {
        double density = 0;
        for (std::size_t c = 0; c < 5; ++c) {
            double log_q = 0;
            for (std::size_t k = 0; k < 2; ++k)
                log_q += log_normal(z(b, k), q.mean.value()(c, k), q.log_variance.value()(c, k));
            density += std::exp(log_q) / 5;
        }
        CHECK(found(b) == doctest::Approx(std::log(density)).epsilon(1e-5));
    }
}

// p(z) ≥ 1/N q(z | xₙ), whatever z.
TEST_CASE("where the pseudo-inputs are the N images themselves, none costs more than ln N") {
    nn::Random random(3);
    const Array x = random.normal({6, 7});
    VampVae model = with_pseudo_inputs(x, random);
    model.vae.encoder.mean.weight.value *= 30;  // far apart, so that it costs nearly as much
    Tape tape;
    const Draws draws = model.draw(tape.constant(x), 20, random);
    const Array costs = kl(draws.levels[0]).value();
    double mean = 0;
    for (const Real cost : costs.storage()) {
        CHECK(cost < std::log(6) + 1e-4);
        mean += double{cost} / 120;
    }
    CHECK(mean > 0.5);
    CHECK(elbo(draws).kl[0].item() == doctest::Approx(mean));
}

TEST_CASE("under a learnt prior the use of a level is known as a whole, not unit by unit") {
    nn::Random random(4);
    const Array x = random.uniform({300, 7});
    MixtureVae model = standard_mixture(1, random);
    model.vae.encoder.mean.weight.value *= 5;
    const LatentUse learnt = latent_use(model, x, random),
                    standard = latent_use(model.vae, x, random);
    CHECK(learnt.kl == doctest::Approx(standard.kl).epsilon(0.1));
    CHECK(learnt.levels[0].kl == learnt.kl);
    CHECK(learnt.levels[0].kl_per_unit.empty());
    CHECK(learnt.levels[0].active == standard.levels[0].active);
    CHECK(verdict(learnt) == "2 of 2 units active.");
    CHECK(report(learnt).find("per unit") == std::string::npos);

    model.prior.mean.value.fill(2);  // where N(0, I) would give another KL
    nn::Random same(9), again(9);
    Tape tape;
    const Elbo bound = elbo(model.draw(tape.constant(x), 1, same));
    const LatentUse moved = latent_use(model, x, again);
    CHECK(moved.kl == doctest::Approx(double{bound.total_kl().item()}));
    CHECK(moved.neg_elbo() == doctest::Approx(-double{bound.value().item()}));
}

TEST_CASE("samples under a learnt prior come from it") {
    nn::Random random(5);
    MixtureVae model = standard_mixture(2, random);
    model.prior.mean.value.fill(100);
    Tape tape;
    tape.set_inference(true);
    const Array there = model.sample(tape, 50, random).value();
    const Array expected =
        model.vae.decoder.mean(tape.constant(autograd::full({1, 2}, 100))).value();
    for (std::size_t n = 0; n < 50; ++n)
        for (std::size_t d = 0; d < 7; ++d)
            CHECK(there(n, d) == doctest::Approx(expected(0, d)).epsilon(0.05));
}

TEST_CASE("priors of nothing are refused in one line") {
    nn::Random random(6);
    CHECK_THROWS_WITH_AS(MixturePrior(0, 2, random),
                         "[MixturePrior] expected components and latent units, got 0 and 2",
                         autograd::Error);
    CHECK_THROWS_AS(MixturePrior(2, 0, random), autograd::Error);
    CHECK_THROWS_WITH_AS(VampPrior(autograd::full({0, 7}, 0)),
                         "[VampPrior] expected images to start from, got (0, 7)", autograd::Error);
}
