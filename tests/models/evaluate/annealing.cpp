#include "models/evaluate/annealing.hpp"

#include <doctest/doctest.h>

#include "../linear.hpp"

using namespace models;

TEST_CASE("annealing finds the exact likelihood of probabilistic PCA, without an encoder") {
    nn::Random random(3);
    const Array x = correlated(60, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    const Vae vae = exact_vae(reference, random);
    const std::vector<double> exact = reference.log_likelihoods(x);
    const LogLikelihood found = annealed(vae, x, random, {.temperatures = 200, .chains = 20});
    REQUIRE(found.per_image.size() == 60);
    CHECK(found.samples == 20);
    double mean = 0;
    for (std::size_t n = 0; n < 60; ++n) {
        CHECK(found.per_image[n] == doctest::Approx(exact[n]).scale(1).epsilon(0.1));
        mean += exact[n] / 60;
    }
    CHECK(std::abs(found.mean - mean) < 0.02);
}

TEST_CASE("slower annealing gives a higher estimate, which stays below the likelihood") {
    nn::Random random(4);
    const Array x = correlated(60, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    const Vae vae = exact_vae(reference, random);
    // At a single temperature it is importance weighting with the prior as proposal.
    double before = -1e9;
    for (const std::size_t temperatures : {1, 8, 100}) {
        const double now =
            annealed(vae, x, random, {.temperatures = temperatures, .chains = 2}).mean;
        CHECK(now > before + 0.01);
        before = now;
    }
    CHECK(before < reference.log_likelihood(x) + 0.02);
}

TEST_CASE("annealing refuses settings and images that say nothing") {
    nn::Random random(5);
    const Vae vae({.input = 4, .hidden = {}, .latent = 2}, random);
    const Array x = random.uniform({2, 4});
    for (const AnnealingSettings& wrong :
         {AnnealingSettings{.temperatures = 0}, {.chains = 0}, {.leapfrogs = 0}, {.step = 0}})
        CHECK_THROWS_WITH_AS(annealed(vae, x, random, wrong),
                             doctest::Contains("[annealed] expected temperatures, chains, "),
                             autograd::Error);
    CHECK_THROWS_WITH_AS(annealed(vae, autograd::full({0, 4}, 0), random),
                         "[annealed] expected images, got (0, 4)", autograd::Error);
}
