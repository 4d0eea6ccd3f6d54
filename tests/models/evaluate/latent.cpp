#include "models/evaluate/latent.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>
#include <numeric>

#include "models/evaluate/pca.hpp"

using namespace models;

namespace {

/// A VAE with one latent unit and a bent decoder, small enough for quadrature.
Vae one_unit(nn::Random& random) {
    return Vae({.input = 5, .hidden = {6}, .latent = 1, .activation = autograd::tanh}, random);
}

Array coin_throws(std::size_t count, nn::Random& random) {
    Array x;
    random.bernoulli(autograd::full({count, 5}, Real(0.4)), x);
    return x;
}

/// ln ∫ p(x | z) p(z) dz by the trapezoidal rule on [−8, 8], for each row of x.
std::vector<double> log_evidence(const Vae& vae, const Array& x) {
    const std::size_t steps = 4001;
    const double h = 16.0 / static_cast<double>(steps - 1);
    Array z = Array::from_shape({steps, 1});
    for (std::size_t i = 0; i < steps; ++i)
        z.data()[i] = static_cast<Real>(-8.0 + h * static_cast<double>(i));
    std::vector<double> out;
    for (std::size_t n = 0; n < x.shape()[0]; ++n) {
        Array copies = Array::from_shape({steps, x.shape()[1]});
        for (std::size_t i = 0; i < copies.size(); ++i) copies.data()[i] = x(n, i % x.shape()[1]);
        Tape tape;
        const Array log_p = vae.log_likelihood(tape.constant(copies), tape.constant(z)).value();
        double total = 0;
        for (std::size_t i = 0; i < steps; ++i) {
            const double u = z.data()[i];
            total += h * std::exp(double{log_p.data()[i]} - 0.5 * u * u) /
                     std::sqrt(2 * std::numbers::pi);
        }
        out.push_back(std::log(total));
    }
    return out;
}

double mean(const std::vector<double>& values) {
    double total = 0;
    for (const double v : values) total += v;
    return total / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("the bound lies below the evidence, and importance weighting rises to it") {
    nn::Random random(5);
    const Vae vae = one_unit(random);
    const Array x = coin_throws(40, random);
    const double evidence = mean(log_evidence(vae, x));

    // The bound as an average over many samples of z.
    double bound = 0;
    for (int repeat = 0; repeat < 200; ++repeat)
        bound -= latent_use(vae, x, random).neg_elbo() / 200;
    CHECK(bound < evidence);

    double before = bound;
    for (const std::size_t samples : {2, 8, 64}) {
        double estimate = 0;
        for (int repeat = 0; repeat < 50; ++repeat)
            estimate += importance_weighted(vae, x, samples, random).mean / 50;
        CHECK(estimate > before - 1e-3);
        CHECK(estimate < evidence + 1e-2);
        before = estimate;
    }
    CHECK(importance_weighted(vae, x, 5000, random).mean ==
          doctest::Approx(evidence).epsilon(1e-3));
}

TEST_CASE("with the exact posterior every importance weight is the evidence itself") {
    // The VAE that is probabilistic PCA: decoder W z + m, and as encoder the exact posterior
    // N(M⁻¹ Wᵀ (x − m), σ² M⁻¹), M = WᵀW + σ² I, which is diagonal in the principal axes.
    nn::Random random(9);
    Array x = random.normal({300, 4});
    for (std::size_t n = 0; n < 300; ++n) {
        x(n, 1) = Real(0.8) * x(n, 0) + Real(0.3) * x(n, 1);
        x(n, 3) = x(n, 2) - Real(0.5) * x(n, 3);
    }
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    const double variance = reference.sigma * reference.sigma;

    Vae vae({.input = 4,
             .hidden = {},
             .latent = 2,
             .likelihood = Likelihood::gaussian,
             .sigma = static_cast<Real>(reference.sigma)},
            random);
    auto& decoder = nn::parameters(vae)[4].parameter->value;
    CHECK(nn::parameters(vae)[4].name == "decoder.0.weight");
    nn::parameters(vae)[5].parameter->value = reference.principal.mean;
    vae.log_variance.weight.value.fill(0);
    for (std::size_t k = 0; k < 2; ++k) {
        const double eigenvalue = reference.principal.eigenvalues(k);
        const double gain = std::sqrt(eigenvalue - variance);
        double shift = 0;
        for (std::size_t d = 0; d < 4; ++d) {
            const double u = reference.principal.components(k, d);
            decoder(d, k) = static_cast<Real>(gain * u);
            vae.mean.weight.value(k, d) = static_cast<Real>(gain * u / eigenvalue);
            shift += gain * u / eigenvalue * double{reference.principal.mean(d)};
        }
        vae.mean.bias.value(k) = static_cast<Real>(-shift);
        vae.log_variance.bias.value(k) = static_cast<Real>(std::log(variance / eigenvalue));
    }

    const double exact = reference.log_likelihood(x);
    CHECK(importance_weighted(vae, x, 1, random).mean == doctest::Approx(exact).epsilon(1e-5));
    CHECK(importance_weighted(vae, x, 7, random).mean == doctest::Approx(exact).epsilon(1e-5));

    // Each unit's KL averages to ½ ln(eigenvalue / variance) on the data the axes come from.
    const LatentUse use = latent_use(vae, x, random);
    for (std::size_t k = 0; k < 2; ++k)
        CHECK(use.kl_per_unit[k] ==
              doctest::Approx(0.5 * std::log(double{reference.principal.eigenvalues(k)} / variance))
                  .epsilon(1e-2));
    CHECK(use.active == 2);
}

TEST_CASE("the KL of the units adds up to the KL of the bound, whatever the batch") {
    nn::Random random(5);
    const Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    const Array x = random.uniform({1203, 5});  // not a multiple of the batch that is used inside
    const LatentUse use = latent_use(vae, x, random);
    Tape tape;
    const Elbo elbo = vae.elbo(tape.constant(x), random);
    CHECK(use.kl == doctest::Approx(elbo.kl.item()).epsilon(1e-5));
    CHECK(use.kl_per_unit[0] + use.kl_per_unit[1] + use.kl_per_unit[2] == doctest::Approx(use.kl));
    CHECK(use.reconstruction == doctest::Approx(elbo.reconstruction.item()).epsilon(1e-2));
}

TEST_CASE("the reconstruction is paid for codes that are drawn, not for the mean of the proposal") {
    // One unit that the encoder leaves at N(0, 4), and a linear decoder of a Gaussian pixel: the
    // squared error is x² at the mean, and x² + 4 on average over the draws.
    nn::Random random(5);
    Vae vae({.input = 1, .hidden = {}, .latent = 1, .likelihood = Likelihood::gaussian}, random);
    for (const auto& [name, parameter, frozen] : nn::parameters(vae)) parameter->value.fill(0);
    vae.log_variance.bias.value.fill(static_cast<Real>(std::log(4.0)));
    nn::parameters(vae)[4].parameter->value.fill(1);
    CHECK(nn::parameters(vae)[4].name == "decoder.0.weight");
    const LatentUse use = latent_use(vae, autograd::full({20000, 1}, 1), random);
    const double expected = 0.5 * (1 + 4 + std::log(2 * std::numbers::pi));
    const double standard_error = 0.5 * std::sqrt(48.0 / 20000);  // Var (1 − 2ε)² = 48
    CHECK(std::abs(use.reconstruction - expected) < 4 * standard_error);
}

TEST_CASE("a unit that ignores the image is not active") {
    nn::Random random(5);
    Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    vae.mean.weight.value.fill(0);
    const Array x = random.uniform({50, 5});
    CHECK(latent_use(vae, x, random).active == 0);
    for (std::size_t i = 0; i < 6; ++i) vae.mean.weight.value(1, i) = 5;
    const LatentUse use = latent_use(vae, x, random);
    CHECK(use.active == 1);
    CHECK(use.variance_per_unit[1] > active_variance);
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
            const HierarchicalElbo elbo = model.elbo(tape.constant(x), random);
            bound[0] += elbo.reconstruction.item() / 20;
            for (std::size_t l = 0; l < 2; ++l) bound[1 + l] += elbo.kl[l].item() / 20;
            const auto use = latent_use(model, x, random);
            REQUIRE(use.size() == 2);
            CHECK(use[1].reconstruction == 0);
            found[0] += use[0].reconstruction / 20;
            for (std::size_t l = 0; l < 2; ++l) found[1 + l] += use[l].kl / 20;
            CHECK(use[0].kl_per_unit[0] + use[0].kl_per_unit[1] + use[0].kl_per_unit[2] ==
                  doctest::Approx(use[0].kl));
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
    const auto use = latent_use(model, random.uniform({200, 5}), random);
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
        CHECK(use.kl == doctest::Approx(whole.kl.item()).epsilon(1e-5));
        CHECK(std::accumulate(use.kl_per_unit.begin(), use.kl_per_unit.end(), 0.0) ==
              doctest::Approx(use.kl));
        CHECK(use.reconstruction == doctest::Approx(whole.reconstruction.item()).epsilon(0.02));
        CHECK(use.kl_per_unit.size() == 3);
        CHECK_THROWS_WITH_AS(latent_use(cvae, images, random.normal({2, 2}), one),
                             "[latent_use] got 2 conditions of 1203 images", autograd::Error);
    }
}

TEST_CASE("the verdict names the trouble and the chapter") {
    LatentUse use;
    use.kl_per_unit.assign(20, 0);
    use.active = 17;
    CHECK(verdict(use) == "17 of 20 units active.");
    use.active = 2;
    CHECK(verdict(use) == "2 of 20 units active: collapsed, see chapter 10.");
    use.active = 3;
    CHECK(verdict(use) == "3 of 20 units active.");
    use.active = 0;
    CHECK(verdict(use) == "0 of 20 units active: the latent code is ignored; see chapter 10.");
}

TEST_CASE("the verdict on levels says which is silent") {
    LatentUse upper, lower;
    upper.kl_per_unit.assign(16, 0);
    upper.kl = 0.04;
    upper.active = 1;
    lower.kl_per_unit.assign(32, 0);
    lower.kl = 12.34;
    lower.active = 20;
    CHECK(verdict(std::vector{lower, upper}) ==
          "Level 2 is silent: 0.0 nats with 1 of 16 units, level 1 says 12.3 nats with 20 of 32 "
          "units.");
    upper.kl = 1.25;
    CHECK(verdict(std::vector{lower, upper}).starts_with("Level 2 says 1.2 nats with 1 of 16"));
    upper.active = 0;
    CHECK(verdict(std::vector{lower, upper}).starts_with("Level 2 is silent: 1.2 nats with 0 of"));
}

TEST_CASE("a run ends with both parts of the bound, the KL of each unit and a verdict") {
    LatentUse use;
    use.reconstruction = 228.25;
    use.kl_per_unit = {0.5, 0, 3.125, 0.004, 12.5};
    use.kl = 16.125;
    use.active = 3;
    CHECK(report(use) ==
          "reconstruction 228.25 + KL 16.12 = 244.38 nats per image\n"
          "  KL per unit: 12.50 3.12 0.50 and 2 of 0.00\n"
          "  3 of 5 units active.");
    LatentUse upper;
    upper.kl_per_unit = {1, 1.5};
    upper.kl = 2.5;
    upper.active = 2;
    CHECK(report(std::vector{use, upper}) ==
          "reconstruction 228.25 + KL 16.12 + 2.50 = 246.88 nats per image\n"
          "  KL per unit of level 2: 1.50 1.00\n"
          "  KL per unit of level 1: 12.50 3.12 0.50 and 2 of 0.00\n"
          "  Level 2 says 2.5 nats with 2 of 2 units, level 1 says 16.1 nats with 3 of 5 units.");
    upper.kl_per_unit = {0, 0};
    CHECK(report(upper).find("\n  KL per unit: 2 of 0.00\n") != std::string::npos);
    use.kl = 9.3e10;
    CHECK(report(use).starts_with("reconstruction 228.25 + KL 9.3e+10 = 9.3e+10 nats"));
}

TEST_CASE("importance weighting takes weights from anywhere, and counts them") {
    // Weights 1 and 3 in turn, whatever the image: ln 2 for every even K.
    nn::Random random(5);
    const Array x = random.uniform({120, 3});
    const LogWeights two = [](Variable rows, std::size_t samples, nn::Random&) {
        Array out = autograd::full({samples * rows.shape()[0]}, 0);
        for (std::size_t i = 0; i < out.size(); ++i)
            out.data()[i] = i / rows.shape()[0] % 2 == 0 ? 0 : std::log(Real(3));
        return rows.tape().constant(out);
    };
    const LogLikelihood found = importance_weighted(two, x, 50, random);
    REQUIRE(found.per_image.size() == 120);
    for (const double value : found.per_image) CHECK(value == doctest::Approx(std::log(2)));
    CHECK(found.mean == doctest::Approx(std::log(2)));
    CHECK(found.standard_error == doctest::Approx(0));

    const LogWeights too_few = [](Variable rows, std::size_t, nn::Random&) {
        return sum(rows, {1});
    };
    CHECK_THROWS_WITH_AS(importance_weighted(too_few, x, 50, random),
                         "[importance_weighted] got weights (50,), wanted 20 for each of 50 images",
                         autograd::Error);
}

TEST_CASE("no samples are no estimate") {
    nn::Random random(5);
    const Vae vae = one_unit(random);
    CHECK_THROWS_WITH_AS(importance_weighted(vae, coin_throws(2, random), 0, random),
                         "[importance_weighted] wants at least one sample", autograd::Error);
}
