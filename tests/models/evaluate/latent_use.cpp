#include "models/evaluate/latent_use.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>
#include <numeric>

#include "models/cvae.hpp"
#include "models/hierarchical_vae.hpp"

using namespace models;

namespace {

/// A level of which so many units are active.
LevelUse level(std::size_t units, std::size_t active, double kl = 0) {
    return {.kl = kl,
            .kl_per_unit = std::vector<double>(units, 0),
            .variance_per_unit = {},
            .active = active};
}

/// Of levels, the lowest first.
LatentUse use_of(double reconstruction, std::vector<LevelUse> levels) {
    LatentUse use{reconstruction, 0, std::move(levels)};
    for (const LevelUse& each : use.levels) use.kl += each.kl;
    return use;
}

}  // namespace

TEST_CASE("the KL of the units adds up to the KL of the bound, whatever the batch") {
    nn::Random random(5);
    const Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    const Array x = random.uniform({1203, 5});  // not a multiple of the batch that is used inside
    const LatentUse use = latent_use(vae, x, random);
    Tape tape;
    const Elbo elbo = vae.elbo(tape.constant(x), random);
    CHECK(use.kl == doctest::Approx(elbo.kl[0].item()).epsilon(1e-5));
    REQUIRE(use.levels.size() == 1);
    const auto& units = use.levels[0].kl_per_unit;
    CHECK(units[0] + units[1] + units[2] == doctest::Approx(use.kl));
    CHECK(use.reconstruction == doctest::Approx(elbo.reconstruction.item()).epsilon(1e-2));
}

TEST_CASE("the reconstruction is paid for codes that are drawn, not for the mean of the proposal") {
    // One unit that the encoder leaves at N(0, 4), and a linear decoder of a Gaussian pixel: the
    // squared error is x² at the mean, and x² + 4 on average over the draws.
    nn::Random random(5);
    Vae vae({.input = 1, .hidden = {}, .latent = 1, .likelihood = Likelihood::gaussian}, random);
    for (const auto& [name, parameter, frozen] : nn::parameters(vae)) parameter->value.fill(0);
    vae.encoder.log_variance.bias.value.fill(static_cast<Real>(std::log(4.0)));
    nn::parameters(vae)[4].parameter->value.fill(1);
    CHECK(nn::parameters(vae)[4].name == "decoder.net.0.weight");
    const LatentUse use = latent_use(vae, autograd::full({20000, 1}, 1), random);
    const double expected = 0.5 * (1 + 4 + std::log(2 * std::numbers::pi));
    const double standard_error = 0.5 * std::sqrt(48.0 / 20000);  // Var (1 − 2ε)² = 48
    CHECK(std::abs(use.reconstruction - expected) < 4 * standard_error);
}

TEST_CASE("a unit that ignores the image is not active") {
    nn::Random random(5);
    Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    vae.encoder.mean.weight.value.fill(0);
    const Array x = random.uniform({50, 5});
    CHECK(latent_use(vae, x, random).levels[0].active == 0);
    for (std::size_t i = 0; i < 6; ++i) vae.encoder.mean.weight.value(1, i) = 5;
    const LatentUse use = latent_use(vae, x, random);
    CHECK(use.levels[0].active == 1);
    CHECK(use.levels[0].variance_per_unit[1] > active_variance);
    CHECK(verdict(use) == "1 of 3 units active.");
}

TEST_CASE("the use of levels adds up to the bound of a hierarchical VAE") {
    nn::Random random(5);
    for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
        const HierarchicalVae model(
            {.input = 5, .hidden = {6}, .between = {4}, .latent = {3, 2}, .inference = inference},
            random);
        const Array x = random.uniform({1203, 5});
        Tape tape;
        double bound[3] = {0, 0, 0}, found[3] = {0, 0, 0};
        for (int repeat = 0; repeat < 20; ++repeat) {
            tape.rewind();
            const Elbo elbo = model.elbo(tape.constant(x), random);
            bound[0] += elbo.reconstruction.item() / 20;
            for (std::size_t l = 0; l < 2; ++l) bound[1 + l] += elbo.kl[l].item() / 20;
            const auto use = latent_use(model, x, random);
            REQUIRE(use.levels.size() == 2);
            found[0] += use.reconstruction / 20;
            for (std::size_t l = 0; l < 2; ++l) found[1 + l] += use.levels[l].kl / 20;
            CHECK(use.kl == doctest::Approx(use.levels[0].kl + use.levels[1].kl));
            const auto& units = use.levels[0].kl_per_unit;
            CHECK(units[0] + units[1] + units[2] == doctest::Approx(use.levels[0].kl));
        }
        CHECK(found[0] == doctest::Approx(bound[0]).epsilon(1e-2));
        CHECK(std::abs(found[1] - bound[1]) < 0.02);
        CHECK(std::abs(found[2] - bound[2]) < 0.02);
    }
}

TEST_CASE("a lower unit that only follows the level above is not active") {
    nn::Random random(5);
    HierarchicalVae model({.input = 5, .hidden = {6}, .between = {4}, .latent = {3, 2}}, random);
    for (auto& [name, parameter, frozen] : nn::parameters(model.priors[0]))
        if (name == "mean.weight")
            for (Real& weight : parameter->value.storage()) weight *= 20;
    for (auto& [name, parameter, frozen] : nn::parameters(model.encoders[1]))
        if (name == "mean.weight")
            for (Real& weight : parameter->value.storage()) weight *= 20;
    model.encoders[0].log_variance.bias.value.fill(50);  // evidence that says nothing
    const auto use = latent_use(model, random.uniform({200, 5}), random).levels;
    CHECK(use[0].active == 0);
    CHECK(use[0].kl < 1e-3);
    CHECK(use[1].active > 0);
}

TEST_CASE("the use of a conditional model's units adds up to its bound, whatever the batch") {
    nn::Random random(4);
    for (const bool learn_prior : {false, true}) {
        Cvae cvae({.vae = {.input = 6, .hidden = {5}, .latent = 3},
                   .condition = 2,
                   .learn_prior = learn_prior},
                  random);
        for (const auto& [name, parameter, frozen] : nn::parameters(cvae))
            for (Real& weight : parameter->value.storage())
                weight += static_cast<Real>(0.3 * random.normal());
        const Array images = random.uniform({1203, 6}), conditions = random.normal({1203, 2});
        nn::Random one(5), two(6);
        const LatentUse use = latent_use(cvae, images, conditions, one);
        Tape tape;
        const Elbo whole = cvae.elbo(tape.constant(images), tape.constant(conditions), two);
        CHECK(use.kl == doctest::Approx(whole.kl[0].item()).epsilon(1e-5));
        const auto& units = use.levels[0].kl_per_unit;
        CHECK(std::accumulate(units.begin(), units.end(), 0.0) == doctest::Approx(use.kl));
        CHECK(use.reconstruction == doctest::Approx(whole.reconstruction.item()).epsilon(0.02));
        CHECK(units.size() == 3);
        CHECK_THROWS_WITH_AS(
            latent_use(cvae, images, random.normal({2, 2}), one),
            "[latent_use] expected a condition for each of 1203 images, got (2, 2)",
            autograd::Error);
    }
}

TEST_CASE("the verdict names the trouble") {
    const auto of = [](std::size_t active) { return verdict(use_of(0, {level(20, active)})); };
    CHECK(of(17) == "17 of 20 units active.");
    CHECK(of(3) == "3 of 20 units active.");
    CHECK(of(2) == "2 of 20 units active: collapsed.");
    CHECK(of(0) == "0 of 20 units active: the latent code is ignored.");
}

TEST_CASE("the verdict on levels says which is silent") {
    const LevelUse lower = level(32, 20, 12.34);
    const auto of = [&](const LevelUse& upper) { return verdict(use_of(0, {lower, upper})); };
    CHECK(of(level(16, 1, 0.04)) ==
          "Level 2 is silent: 0.0 nats with 1 of 16 units, level 1 says 12.3 nats with 20 of 32 "
          "units.");
    CHECK(of(level(16, 1, 1.25)).starts_with("Level 2 says 1.2 nats with 1 of 16"));
    CHECK(of(level(16, 0, 1.25)).starts_with("Level 2 is silent: 1.2 nats with 0 of"));
}

TEST_CASE("a run ends with both parts of the bound, the KL of each unit and a verdict") {
    LevelUse lower = level(5, 3, 16.125);
    lower.kl_per_unit = {0.5, 0, 3.125, 0.004, 12.5};
    CHECK(report(use_of(228.25, {lower})) ==
          "reconstruction 228.25 + KL 16.12 = 244.38 nats per image\n"
          "  KL per unit: 12.50 3.12 0.50 and 2 of 0.00\n"
          "  3 of 5 units active.");
    LevelUse upper = level(2, 2, 2.5);
    upper.kl_per_unit = {1, 1.5};
    CHECK(report(use_of(228.25, {lower, upper})) ==
          "reconstruction 228.25 + KL 16.12 + 2.50 = 246.88 nats per image\n"
          "  KL per unit of level 2: 1.50 1.00\n"
          "  KL per unit of level 1: 12.50 3.12 0.50 and 2 of 0.00\n"
          "  Level 2 says 2.5 nats with 2 of 2 units, level 1 says 16.1 nats with 3 of 5 units.");
    CHECK(report(use_of(0, {level(2, 1)})).find("\n  KL per unit: 2 of 0.00\n") !=
          std::string::npos);
    LevelUse edge = level(2, 1, 0.005);
    edge.kl_per_unit = {0.005, 0};  // which is 0.01 in two digits
    CHECK(report(use_of(0, {edge})).find(": 0.01 and 1 of 0.00\n") != std::string::npos);
    lower.kl = 9.3e10;
    CHECK(report(use_of(228.25, {lower}))
              .starts_with("reconstruction 228.25 + KL 9.3e+10 = 9.3e+10 nats"));
}

TEST_CASE("what is not a number is not called collapsed, and no images are no measurement") {
    nn::Random random(5);
    Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    const Array images = random.uniform({4, 5});
    for (const Real wrong :
         {std::numeric_limits<Real>::quiet_NaN(), std::numeric_limits<Real>::infinity()}) {
        vae.encoder.mean.bias.value(1) = wrong;
        const LatentUse use = latent_use(vae, images, random);
        CHECK(verdict(use).starts_with("The bound is "));
        CHECK(verdict(use).ends_with(": nothing can be said of the units."));
        CHECK(verdict(use).find("active") == std::string::npos);
    }
    CHECK_THROWS_WITH_AS(latent_use(vae, autograd::full({0, 5}, 0), random),
                         "[latent_use] expected images, got (0, 5)", autograd::Error);
    Cvae cvae({.vae = {.input = 5, .latent = 2}, .condition = 3}, random);
    CHECK_THROWS_WITH_AS(
        latent_use(cvae, autograd::full({0, 5}, 0), autograd::full({0, 3}, 0), random),
        "[latent_use] expected images, got (0, 5)", autograd::Error);
}
