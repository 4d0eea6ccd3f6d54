/// @file
/// Probability distributions whose parameters are variables of a tape.
///
/// An event is everything behind the first axis: densities, entropies and divergences are in nats
/// per example, of shape (B,). Samples that a gradient can pass are made from noise that is given.
#pragma once

#include <optional>

#include "autograd/ops.hpp"
#include "nn/random.hpp"

namespace nn {

using autograd::Variable;

/// N(μ, diag e^λ); the mean is (B, ...) and the log variance too, or one number for all elements.
struct Normal {
    Variable mean;
    Variable log_variance;

    /// −½ Σ (ln 2π + λ + (x − μ)² e^−λ); shape (B,).
    Variable log_prob(Variable x) const;
    /// μ + e^(λ/2) ∘ noise, the noise from N(0, 1): see autograd::reparameterize.
    Variable sample(Variable noise) const;
};

/// Independent coin throws with p(1) = sigmoid(logits); (B, D).
struct Bernoulli {
    Variable logits;

    /// Σ x ln p + (1 − x) ln(1 − p); shape (B,). For x between 0 and 1 it is the negative cross
    /// entropy, which is what autoencoders of grey images use.
    Variable log_prob(Variable x) const;
    /// sigmoid(logits).
    Variable mean() const;
};

/// One of C classes with probabilities softmax(logits); (B, C).
struct Categorical {
    Variable logits;

    /// ln p(label); shape (B,).
    Variable log_prob(const autograd::Indices& labels) const;
    /// softmax(logits).
    Variable probabilities() const;
    /// One label per example. No gradient passes.
    autograd::Indices sample(Random& random) const;
    /// −Σ p ln p; shape (B,).
    Variable entropy() const;
};

/// Σ π_c N(x; μ_c, diag e^λ_c), a mixture of C Gaussians with the weights π = softmax(logits).
struct GaussianMixture {
    Variable mean;                        ///< (C, K)
    Variable log_variance;                ///< (C, K)
    std::optional<Variable> logits = {};  ///< (C,); without, all weigh the same

    /// ln p(x) of x, (B, K); shape (B,). Squares are multiplied out, so that one product serves all
    /// pairs of examples and components: rounding errors are relative to Σ (x² + μ²) e^−λ.
    Variable log_prob(Variable x) const;
    /// As many samples, (count, K). No gradient passes through the choice of components.
    Variable sample(std::size_t count, Random& random) const;
};

/// Noise from N(0, 1) as a constant of the tape, drawn into the tape's own memory.
Variable standard_normal(autograd::Tape& tape, const autograd::Shape& shape, Random& random);
/// ln N(x; 0, I) = −½ Σ (ln 2π + x²); shape (B,).
Variable standard_normal_log_prob(Variable x);

/// KL(q ‖ N(0, 1)), exact; shape (B,).
Variable kl_to_standard_normal(const Normal& q);
/// KL(q ‖ p), exact; shape (B,).
Variable kl(const Normal& q, const Normal& p);
Variable kl(const Categorical& q, const Categorical& p);

}  // namespace nn
