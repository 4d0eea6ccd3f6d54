#include "nn/distributions/distributions.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

namespace nn {

using autograd::Indices;
using autograd::Real;
using autograd::Shape;

namespace {

constexpr Real log_two_pi = static_cast<Real>(1.8378770664093454836);  // there before main

/// Σ over everything behind the first axis.
Variable sum_events(Variable x) {
    autograd::require(!x.shape().empty(),
                      "[distribution] expected examples along the first axis, got shape ()");
    const std::size_t count = x.shape()[0];
    return sum(reshape(x, {count, count == 0 ? 0 : x.value().size() / count}), {1});
}

}  // namespace

// --- Normal ---------------------------------------------------------------------------------------

Variable Normal::log_prob(Variable x) const {
    if (log_variance.value().size() == 1 && log_variance.shape() != mean.shape()) {
        const Variable squared = squared_error(x, mean), l = reshape(log_variance, {1});
        const Real dimensions =
            static_cast<Real>(x.value().size()) / static_cast<Real>(x.shape()[0]);
        return Real(-0.5) * (squared * exp(-l) + dimensions * (l + log_two_pi));
    }
    const Variable scaled = square(x - mean) * exp(-log_variance);
    return Real(-0.5) * sum_events(log_variance + scaled + log_two_pi);
}

Variable standard_normal_log_prob(Variable x) {
    return Real(-0.5) * sum_events(square(x) + log_two_pi);
}

Variable Normal::sample(Variable noise) const {
    return autograd::reparameterize(mean, log_variance, noise);
}

Variable standard_normal(autograd::Tape& tape, const autograd::Shape& shape, Random& random) {
    return tape.record(
        "standard_normal", {},
        [&](autograd::Entry& y) {
            y.value.resize(shape);
            random.normal(y.value);
        },
        [](autograd::Entry&) {});
}

Variable kl_to_standard_normal(const Normal& q) {
    return autograd::gaussian_kl(q.mean, q.log_variance);
}

Variable kl(const Normal& q, const Normal& p) {
    return autograd::gaussian_kl(q.mean, q.log_variance, p.mean, p.log_variance);
}

// --- GaussianMixture ------------------------------------------------------------------------------

// −½ (x − μ)² e^−λ = −½ x² e^−λ + x μ e^−λ − ½ μ² e^−λ: two products, and what depends on c alone.
Variable GaussianMixture::log_prob(Variable x) const {
    const Shape& shape = mean.shape();
    autograd::require(shape.size() == 2 && shape[0] > 0,
                      "[GaussianMixture] expected components (C, K), got ", shape);
    const Variable precision = exp(-log_variance), scaled = mean * precision;
    const Variable spread = sum(log_variance + mean * scaled + log_two_pi, {1});
    const Real equal = -std::log(static_cast<Real>(shape[0]));
    const Variable own =
        logits ? log_softmax(*logits) - Real(0.5) * spread : Real(-0.5) * spread + equal;
    return log_sum_exp(linear(square(x), Real(-0.5) * precision) + linear(x, scaled, own), 1);
}

Variable GaussianMixture::sample(std::size_t count, Random& random) const {
    const std::size_t components = mean.shape().at(0), width = mean.shape().at(1);
    Indices from(count, 0);
    if (logits)
        from = Categorical{gather(reshape(*logits, {1, components}), from)}.sample(random);
    else
        for (std::size_t& component : from) component = random.below(components);
    const Normal chosen{gather(mean, from), gather(log_variance, from)};
    return chosen.sample(standard_normal(mean.tape(), {count, width}, random));
}

// --- Bernoulli ------------------------------------------------------------------------------------

Variable Bernoulli::log_prob(Variable x) const { return -autograd::bce_with_logits(logits, x); }

Variable Bernoulli::mean() const { return sigmoid(logits); }

// --- Categorical ----------------------------------------------------------------------------------

Variable Categorical::log_prob(const Indices& labels) const {
    return -autograd::cross_entropy_with_logits(logits, labels);
}

Variable Categorical::probabilities() const { return softmax(logits); }

Indices Categorical::sample(Random& random) const {
    const Shape& shape = logits.shape();
    autograd::require(shape.size() == 2 && shape[1] > 0,
                      "[Categorical] expected logits (B, C) to sample from, got ", shape);
    const Real* p = probabilities().value().data();
    Indices labels(shape[0]);
    for (std::size_t& label : labels) {
        const double total = std::accumulate(p, p + shape[1], 0.0);  // 1 but for rounding
        autograd::require(total > 0, "[Categorical] got logits that are not numbers");
        // The first class at which the cumulated probability exceeds a uniform number.
        double left = random.uniform() * total;
        for (label = 0; label + 1 < shape[1] && left >= p[label]; ++label) left -= p[label];
        p += shape[1];
    }
    return labels;
}

Variable Categorical::entropy() const { return -sum_events(softmax(logits) * log_softmax(logits)); }

Variable kl(const Categorical& q, const Categorical& p) {
    return sum_events(softmax(q.logits) * (log_softmax(q.logits) - log_softmax(p.logits)));
}

}  // namespace nn
