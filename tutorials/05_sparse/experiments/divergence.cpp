// The discrete divergence of (4) is three lines of C++. The convention $0 \ln 0 = 0$ is the `if`; that
// $q = 0$ where $p > 0$ costs infinitely much comes out by itself, because the division by zero gives
// infinity, and so does its logarithm.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

#include "nn/distributions/distributions.hpp"
#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;
using autograd::Tape;
using tutorials::Plot;

namespace {

double divergence(const Numbers& p, const Numbers& q) {
    double total = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
        if (p[i] > 0) total += p[i] * std::log(p[i] / q[i]);
    return total;
}

Numbers coin(double p) { return {p, 1 - p}; }

/// A die with six faces whose probabilities are random.
Numbers random_die(nn::Random& random) {
    Numbers p(6);
    for (double& face : p) face = random.uniform();
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& face : p) face /= total;
    return p;
}

// **Never negative**: the smallest divergence among 10 000 pairs of random dice is
// @result{kl_smallest, .4f}. **Not symmetric**: a coin of .05 from a coin of .5 is
// @result{kl_biased_from_fair, .3f}, the other way round @result{kl_fair_from_biased, .3f}. **No
// triangle inequality**: KL(.5 ‖ .25) + KL(.25 ‖ .05) is @result{kl_two_legs, .3f}, and
// KL(.5 ‖ .05), the number before, is more. **Support**: the KL of (¼, ¼, ½) from (½, ½, 0) is infinite,
// the other way round it is @result{kl_supported, .3f}.

void check_properties(Session& session) {
    nn::Random random(session.flags.seed);
    double smallest = std::numeric_limits<double>::infinity();
    for (int pair = 0; pair < 10000; ++pair) {
        const Numbers p = random_die(random), q = random_die(random);
        smallest = std::min(smallest, divergence(p, q));
        autograd::require(divergence(p, p) == 0, "[05_sparse] a die diverges from itself");
    }
    const Numbers fair = coin(0.5), quarter = coin(0.25), rare = coin(0.05);
    session.result("kl_smallest", smallest);
    session.result("kl_fair_from_biased", divergence(fair, rare));
    session.result("kl_biased_from_fair", divergence(rare, fair));
    session.result("kl_two_legs", divergence(fair, quarter) + divergence(quarter, rare));
    session.result("kl_supported", divergence({.5, .5, 0}, {.25, .25, .5}));
    std::printf("  the other way round: %g\n", divergence({.25, .25, .5}, {.5, .5, 0}));
}

// **An expectation.** For $p = \mathcal N(0, 1)$ and $q = \mathcal N(1, 2^2)$ the integral in (4) has a
// closed form, $\ln 2 + \frac{1 + 1}{2 \cdot 4} - \frac12$, which `nn::kl` knows:
// @result{kl_exact, .4f}. The mean of $\ln p - \ln q$ over a million draws from $p$ is
// @result{kl_drawn, .4f}, with a standard error of .0006. About 15 % of the terms are negative; their
// expectation cannot be.

void draw_from_p(Session& session) {
    nn::Random random(session.flags.seed);
    Tape tape;
    const auto normal = [&](double mean, double log_variance) {
        const auto number = [&](double n) { return tape.constant(autograd::array({1, 1}, {n})); };
        return nn::Normal{number(mean), number(log_variance)};
    };
    const nn::Normal p = normal(0, 0), q = normal(1, std::log(4.0));
    session.result("kl_exact", double{nn::kl(p, q).item()});
    for (const std::size_t draws : {100, 10000, 1000000}) {
        const Variable x = tape.constant(random.normal({draws, 1}));
        const double estimate = mean(p.log_prob(x) - q.log_prob(x)).item();
        std::printf("  the mean over %7zu draws: %.4f\n", draws, estimate);
        if (draws == 1000000) session.result("kl_drawn", estimate);
    }
}

// The figure of the two coins uses the library's `bernoulli_kl`.

void draw_coins(const Session& session) {
    const std::size_t count = 1000;
    Numbers rates;
    Array p(autograd::Shape{count});
    for (std::size_t i = 0; i < count; ++i) {
        rates.push_back(static_cast<double>(i) / static_cast<double>(count));
        p(i) = static_cast<Real>(rates.back());
    }
    const auto ours = [&](double wanted) {
        const Array kl = nn::evaluate(
            [&](Variable v) { return models::bernoulli_kl(static_cast<Real>(wanted), v); }, p);
        return Numbers(kl.begin(), kl.end());
    };
    Numbers reversed, parabola, on, off;
    const double rho = wishes.rho, example = 0.2;
    for (const double rate : rates) {
        reversed.push_back(divergence(coin(rate), coin(rho)));
        parabola.push_back((rate - rho) * (rate - rho) / (2 * rho * (1 - rho)));
        on.push_back(example * std::log(example / std::max(rate, 1e-6)));
        off.push_back((1 - example) * std::log((1 - example) / (1 - rate)));
    }
    Plot prices({.x = "mean activation of a unit",
                 .y = "nats",
                 .x_range = {{0, 0.4}},
                 .y_range = {{0, 0.5}}});
    prices.line("KL(ρ || mean)", rates, ours(rho))
        .line("KL(mean || ρ)", rates, reversed)
        .line("parabola", rates, parabola);
    Plot halves({.x = "mean activation of a unit",
                 .y = "nats",
                 .x_range = {{0, 1}},
                 .y_range = {{-0.4, 1.2}}});
    halves.line("both", rates, ours(example))
        .line("first half", rates, on)
        .line("second half", rates, off)
        .level("", 0);
    tutorials::save_plots(session.file("coins.png"), {prices, halves}, 2);
}

void measure_divergences(Session& session) {
    check_properties(session);
    draw_from_p(session);
    draw_coins(session);
}

const tutorials::Experiment divergence_experiment{
    "divergence", "The properties of the divergence, in numbers", measure_divergences};

}  // namespace
