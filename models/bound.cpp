#include "models/bound.hpp"

#include <cmath>

namespace models {

using autograd::require;

// --- a level --------------------------------------------------------------------------------------

Variable log_prior(const LatentLevel& level) {
    if (level.log_p) return *level.log_p;
    return level.prior ? level.prior->log_prob(level.z) : nn::standard_normal_log_prob(level.z);
}

Variable log_posterior(const LatentLevel& level) { return level.posterior.log_prob(level.z); }

Variable kl(const LatentLevel& level) {
    if (!level.closed_form || level.log_p) return log_posterior(level) - log_prior(level);
    return level.prior ? nn::kl(level.posterior, *level.prior)
                       : nn::kl_to_standard_normal(level.posterior);
}

PerLevel<Variable> codes(const PerLevel<LatentLevel>& levels) {
    PerLevel<Variable> out;
    for (const LatentLevel& level : levels) out.push_back(level.z);
    return out;
}

// --- the evidence lower bound ---------------------------------------------------------------------

Elbo elbo(const Draws& draws) {
    Elbo out{-mean(draws.log_likelihood), {}};
    for (const LatentLevel& level : draws.levels) out.kl.push_back(mean(kl(level)));
    return out;
}

Variable bound_per_draw(const Draws& draws) {
    Variable bound = draws.log_likelihood;
    for (const LatentLevel& level : draws.levels) bound = bound - kl(level);
    return bound;
}

Variable Elbo::total_kl() const {
    require(!kl.empty(), "[Elbo] expected at least one level, got none");
    Variable total = kl[0];
    for (std::size_t l = 1; l < kl.size(); ++l) total = total + kl[l];
    return total;
}

Variable Elbo::value(Real beta, Real free_bits) const {
    require(beta >= 0 && free_bits >= 0, "[Elbo] expected beta and free bits of at least 0, got ",
            double{beta}, " and ", double{free_bits});
    Variable cost = reconstruction;
    for (const Variable& level : kl)
        cost = cost + beta * (free_bits > 0 ? relu(level - free_bits) + free_bits : level);
    return -cost;
}

Variable Elbo::value_at_capacity(Real gamma, Real capacity) const {
    require(gamma >= 0 && capacity >= 0, "[Elbo] expected gamma and capacity of at least 0, got ",
            double{gamma}, " and ", double{capacity});
    return -(reconstruction + gamma * abs(total_kl() - capacity));
}

// --- importance weighting -------------------------------------------------------------------------

Variable log_weights(const Draws& draws) {
    Variable log_weight = draws.log_likelihood;
    for (const LatentLevel& level : draws.levels)
        log_weight = log_weight + log_prior(level) - log_posterior(level);
    return log_weight;
}

namespace {

// ln w, (K, B).
Variable table_of_weights(const Draws& draws) {
    const std::size_t samples = draws.samples, rows = draws.log_likelihood.shape().at(0);
    require(samples > 0 && rows % samples == 0, "[importance_weighted] expected ", samples,
            " draws of each example, got ", rows, " rows");
    return reshape(log_weights(draws), {samples, rows / samples});
}

}  // namespace

Variable importance_weighted(const Draws& draws) {
    return mean(log_sum_exp(table_of_weights(draws), 0)) -
           static_cast<Real>(std::log(draws.samples));
}

Variable weight_shares(const Draws& draws) {
    const std::size_t rows = draws.log_likelihood.shape().at(0);
    return reshape(stop_gradient(softmax(table_of_weights(draws), 0)), {rows, 1});
}

// The bracket is 0.
Variable scale_gradient(Variable x, Variable factor) {
    const Variable still = stop_gradient(x);
    return still + factor * (x - still);
}

// --- several draws of each example ----------------------------------------------------------------

Variable repeat(Variable x, std::size_t times) {
    if (times == 1) return x;
    return concat(PerLevel<Variable>(times, x), 0);
}

nn::Normal repeat(const nn::Normal& q, std::size_t times) {
    return {repeat(q.mean, times), repeat(q.log_variance, times)};
}

std::size_t examples_in(Variable x) {
    require(!x.shape().empty(), "[draw] expected examples along the first axis, got shape ",
            x.shape());
    return x.shape()[0];
}

std::size_t samples_of(Variable noise, Variable x) {
    const std::size_t rows = examples_in(noise), examples = examples_in(x);
    require(examples == 0 || rows > 0, "[draw] expected at least one sample, got 0");
    require(examples > 0 && rows % examples == 0, "[draw] expected noise for each of ", examples,
            " examples, as often as one likes, got ", noise.shape());
    return rows / examples;
}

}  // namespace models
