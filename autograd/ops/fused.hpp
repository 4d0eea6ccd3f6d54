/// @file
/// Losses and the reparameterization, each one operation because it is one thing in mathematics:
/// faster than its composition, and finite where the composition is not.
///
/// The losses give one number per example: x is (B, ...), everything behind the first axis is summed
/// over, and the result is (B,). `mean` of that is the loss of a batch, in nats per example.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// −log p(t | logits) for Bernoulli variables: y = Σ softplus(l) − t ∘ l, in nats; shape (B,).
/// Targets may be anything in [0, 1].   l̄ += ȳ ∘ (sigmoid(l) − t),  t̄ −= ȳ ∘ l
Variable bce_with_logits(Variable logits, Variable targets);

/// −log p(label | logits) for one of C classes: y = ln Σ eˡ − l[label], in nats; logits are (B, C),
/// the result is (B,).   l̄ += ȳ ∘ (softmax(l) − onehot(label))
Variable cross_entropy_with_logits(Variable logits, const Indices& labels);

/// y = Σ (a − b)², per example; shape (B,).   ā += 2 ȳ ∘ (a − b),  b̄ −= the same
Variable squared_error(Variable a, Variable b);

/// Mean squared error: the mean of (a − b)² over all elements; rank 0. Not a loss in nats but the
/// number people report "per pixel".   ā += 2 ȳ (a − b) / N,  b̄ −= the same
Variable mse(Variable a, Variable b);

/// KL(N(μ, e^λ) ‖ N(0, 1)) for diagonal Gaussians with log variances λ, in nats:
/// y = ½ Σ (e^λ + μ² − 1 − λ); (B, K) gives (B,). Kingma and Welling 2014, appendix B.
/// μ̄ += ȳ ∘ μ,  λ̄ += ½ ȳ ∘ (e^λ − 1)
Variable gaussian_kl(Variable mean, Variable log_variance);

/// KL(N(μ, e^λ) ‖ N(m, e^l)) for diagonal Gaussians, in nats:
/// y = ½ Σ (l − λ − 1 + (e^λ + (μ − m)²) e^−l); (B, K) gives (B,).
/// μ̄ += ȳ ∘ (μ − m) e^−l,  λ̄ += ½ ȳ ∘ (e^(λ−l) − 1),  m̄ −= ȳ ∘ (μ − m) e^−l,
/// l̄ += ½ ȳ ∘ (1 − (e^λ + (μ − m)²) e^−l)
Variable gaussian_kl(Variable mean, Variable log_variance, Variable prior_mean,
                     Variable prior_log_variance);

/// A sample of N(μ, e^λ) as a function of its parameters: z = μ + e^(λ/2) ∘ ε with noise ε of the
/// standard normal. Kingma and Welling 2014, section 2.4. Shapes agree.
/// μ̄ += z̄,  λ̄ += ½ z̄ ∘ ε ∘ e^(λ/2),  ε̄ += z̄ ∘ e^(λ/2)
Variable reparameterize(Variable mean, Variable log_variance, Variable noise);

}  // namespace autograd
