#include "models/evaluate/log_likelihood.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "../linear.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/pca.hpp"
#include "models/vae.hpp"

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
    nn::Random random(9);
    const Array x = correlated(300, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    const double variance = reference.sigma * reference.sigma;
    const Vae vae = exact_vae(reference, random);

    const double exact = reference.log_likelihood(x);
    CHECK(importance_weighted(vae, x, 1, random).mean == doctest::Approx(exact).epsilon(1e-5));
    CHECK(importance_weighted(vae, x, 7, random).mean == doctest::Approx(exact).epsilon(1e-5));

    // Each unit's KL averages to ½ ln(eigenvalue / variance) on the data the axes come from.
    const LevelUse use = latent_use(vae, x, random).levels[0];
    for (std::size_t k = 0; k < 2; ++k)
        CHECK(use.kl_per_unit[k] ==
              doctest::Approx(0.5 * std::log(double{reference.principal.eigenvalues(k)} / variance))
                  .epsilon(1e-2));
    CHECK(use.active == 2);
}

namespace {

/// A model of which only the weights are known: the k-th draw of any image has log weight given(k).
DrawFrom weights(const std::function<double(std::size_t k)>& given) {
    return [given, drawn = std::size_t{0}](const std::vector<Variable>& x, std::size_t samples,
                                           nn::Random&) mutable {
        const std::size_t count = x[0].shape()[0];
        Array out = autograd::full({samples * count}, 0);
        for (std::size_t i = 0; i < out.size(); ++i)
            out.data()[i] = static_cast<Real>(given(drawn + i / count));
        drawn += samples;
        return Draws{samples, x[0].tape().constant(out), {}};
    };
}

LogLikelihood of_one_image(const std::vector<double>& each) {
    nn::Random random(5);
    const Array x = autograd::full({1, 3}, 0);
    return importance_weighted(weights([&](std::size_t k) { return each[k]; }), {x}, each.size(),
                               random);
}

}  // namespace

TEST_CASE("importance weighting takes the weights of any model, and counts them") {
    // Weights 1 and 3 in turn, whatever the image: ln 2 for every even K.
    nn::Random random(5);
    const Array x = random.uniform({120, 3});
    const auto two = [](std::size_t k) { return k % 2 == 0 ? 0 : std::log(3.); };
    const LogLikelihood found = importance_weighted(weights(two), {x}, 130, random);
    REQUIRE(found.per_image.size() == 120);
    for (const double value : found.per_image) CHECK(value == doctest::Approx(std::log(2)));
    CHECK(found.mean == doctest::Approx(std::log(2)));
    CHECK(found.standard_error == doctest::Approx(0));

    const DrawFrom too_few = [](const std::vector<Variable>& rows, std::size_t samples,
                                nn::Random&) {
        return Draws{samples, sum(rows[0], {1}), {}};
    };
    const Array three = random.uniform({3, 3});
    CHECK_THROWS_WITH_AS(importance_weighted(too_few, {three}, 5, random),
                         "[importance_weighted] expected 5 weights for each of 3 images, got (3,)",
                         autograd::Error);
}

TEST_CASE("the standard error is that of the mean") {
    const LogLikelihood found = summary({1, 2, 3, 6}, 5);
    CHECK(found.mean == doctest::Approx(3));
    CHECK(found.standard_error == doctest::Approx(std::sqrt((4. + 1 + 0 + 9) / 3 / 4)));
    CHECK(found.samples == 5);
}

TEST_CASE("a draw of weight 0 counts, wherever it comes; an image of such alone is impossible") {
    const double never = -std::numeric_limits<double>::infinity();
    CHECK(of_one_image({never, -5, -5}).mean == doctest::Approx(-5 + std::log(2. / 3)));
    CHECK(of_one_image({-5, never, -5}).mean == doctest::Approx(-5 + std::log(2. / 3)));
    std::vector<double> late(45, never);  // several pieces without any weight
    late[44] = -7;
    CHECK(of_one_image(late).mean == doctest::Approx(-7 - std::log(45)));
    CHECK(of_one_image({never, never}).mean == never);
    CHECK(of_one_image({never, never}).standard_error == -never);
    CHECK(of_one_image({-5, -never, never}).mean == -never);
    CHECK(std::isnan(of_one_image({-5, std::nan(""), never}).mean));
    CHECK(std::isnan(of_one_image({std::nan(""), -5}).mean));
    CHECK(of_one_image({-1e30, -1e30}).mean == doctest::Approx(-1e30));
}

TEST_CASE(
    "importance weighting of a conditional model is that of the VAE which it is for a class") {
    nn::Random random(6);
    const Cvae cvae({.vae = {.input = 5, .hidden = {6}, .latent = 2}, .condition = 3}, random);
    nn::Random again(6);
    const Vae vae({.input = 5, .hidden = {6}, .latent = 2}, again);
    const Array x = coin_throws(70, random), c = random.normal({70, 3});
    nn::Random one(7), two(7);
    const LogLikelihood conditional = importance_weighted(cvae, x, c, 45, one);
    const LogLikelihood plain = importance_weighted(vae, x, 45, two);
    REQUIRE(conditional.per_image.size() == 70);
    for (std::size_t i = 0; i < 70; ++i)
        CHECK(conditional.per_image[i] == doctest::Approx(plain.per_image[i]).epsilon(1e-5));
    CHECK_THROWS_WITH_AS(
        importance_weighted(cvae, x, random.normal({69, 3}), 1, one),
        "[importance_weighted] expected a condition for each of 70 images, got (69, 3)",
        autograd::Error);
}

TEST_CASE("no samples are no estimate, nor are no images") {
    nn::Random random(5);
    const Vae vae = one_unit(random);
    CHECK_THROWS_WITH_AS(importance_weighted(vae, coin_throws(2, random), 0, random),
                         "[importance_weighted] expected at least one sample, got 0",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(importance_weighted(vae, autograd::full({0, 5}, 0), 1, random),
                         "[importance_weighted] expected images, got (0, 5)", autograd::Error);
}
