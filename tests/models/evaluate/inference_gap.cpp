#include "models/evaluate/inference_gap.hpp"

#include <doctest/doctest.h>
#include <numeric>

#include "../linear.hpp"

using namespace models;

namespace {

double mean(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
           static_cast<double>(numbers.size());
}

/// KL(N(m, s²) ‖ N(m', s'²)) of numbers.
double kl(double m, double l, double m2, double l2) {
    return 0.5 * (l2 - l - 1 + (std::exp(l) + (m - m2) * (m - m2)) * std::exp(-l2));
}

}  // namespace

TEST_CASE("refinement finds the exact posterior, and what it gains is the distance from it") {
    nn::Random random(5);
    const Array x = correlated(30, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    const Vae vae = exact_vae(reference, random);
    const Posteriors best = encoded(vae, x);
    Posteriors wrong = best;
    double distance = 0;
    for (std::size_t i = 0; i < wrong.mean.size(); ++i) {
        wrong.mean.data()[i] += Real(0.3);
        wrong.log_variance.data()[i] += Real(0.8);
        const double m = best.mean.data()[i], l = best.log_variance.data()[i];
        distance += kl(m + 0.3, l + 0.8, m, l) / 30;
    }
    const DrawsOf model = draws_of(vae);
    const double exact = reference.log_likelihood(x);
    CHECK(mean(bounds(model, x, wrong, 4000, random)) ==
          doctest::Approx(exact - distance).epsilon(0.01));
    const Posteriors refined = refine(model, x, wrong, random, {.steps = 400});
    for (std::size_t i = 0; i < best.mean.size(); ++i) {
        CHECK(std::abs(refined.mean.data()[i] - best.mean.data()[i]) < 0.05);
        CHECK(std::abs(refined.log_variance.data()[i] - best.log_variance.data()[i]) < 0.15);
    }
    CHECK(mean(bounds(model, x, refined, 4000, random)) == doctest::Approx(exact).epsilon(0.002));
}

// With W turned by 45° the posterior of precision Λ = I + WᵀW/σ² is no longer diagonal. Of all
// diagonal Gaussians the best has the variances 1/Λᵢᵢ; its KL is ½ (Σ ln Λᵢᵢ − ln det Λ).
TEST_CASE("what refinement cannot mend is the gap of the family, which is known for a turned W") {
    nn::Random random(6);
    const Array x = correlated(30, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(x, 2));
    Vae vae = exact_vae(reference, random);
    Array& w = nn::parameters(vae)[4].parameter->value;
    const Real half = std::sqrt(Real(0.5));
    double a = 1, b = 1, c = 0;
    const double variance = reference.sigma * reference.sigma;
    for (std::size_t d = 0; d < 4; ++d) {
        const Real first = w(d, 0), second = w(d, 1);
        w(d, 0) = half * (first + second);
        w(d, 1) = half * (first - second);
        a += double{w(d, 0)} * double{w(d, 0)} / variance;
        b += double{w(d, 1)} * double{w(d, 1)} / variance;
        c += double{w(d, 0)} * double{w(d, 1)} / variance;
    }
    const double gap = 0.5 * std::log(a * b / (a * b - c * c));
    REQUIRE(gap > 0.02);
    const DrawsOf model = draws_of(vae);
    const Posteriors refined = refine(model, x, encoded(vae, x), random, {.steps = 600});
    const double found =
        reference.log_likelihood(x) - mean(bounds(model, x, refined, 4000, random));
    CHECK(found == doctest::Approx(gap).epsilon(0.15));
}

TEST_CASE("a step of refinement moves each q a little from where it was, of however many images") {
    nn::Random random(6);
    const Vae vae({.input = 4, .hidden = {}, .latent = 2}, random);
    const Array x = random.uniform({130, 4});
    Posteriors q = encoded(vae, x);
    for (std::size_t i = 0; i < 130; ++i) q.mean(i, 0) = static_cast<Real>(i);
    const Posteriors moved =
        refine(draws_of(vae), x, q, random, {.steps = 1, .learning_rate = Real(0.01)});
    for (std::size_t i = 0; i < 130; ++i)
        CHECK(std::abs(moved.mean(i, 0) - static_cast<Real>(i)) ==
              doctest::Approx(0.01).epsilon(0.01));
}

TEST_CASE("refinement refuses what does not fit in one line") {
    nn::Random random(7);
    const Vae vae({.input = 4, .hidden = {}, .latent = 2}, random);
    const Array x = random.uniform({3, 4});
    const DrawsOf model = draws_of(vae);
    Posteriors q = encoded(vae, x);
    for (const RefinementSettings& wrong :
         {RefinementSettings{.steps = 0}, {.samples = 0}, {.learning_rate = 0}})
        CHECK_THROWS_WITH_AS(refine(model, x, q, random, wrong),
                             "[refine] expected steps, samples and a learning rate above 0",
                             autograd::Error);
    CHECK_THROWS_WITH_AS(bounds(model, x, q, 0, random),
                         "[bounds] expected at least one sample, got 0", autograd::Error);
    CHECK(bounds(model, x, q, 1, random).size() == 3);
    q.mean = random.normal({2, 2});
    CHECK_THROWS_WITH_AS(refine(model, x, q, random),
                         "[refine] expected a q for each of 3 images, got (2, 2) and (3, 2)",
                         autograd::Error);
}
