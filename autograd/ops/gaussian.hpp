/// @file
/// Diagonal Gaussians, given by mean and log variance: divergences and samples, each one operation
/// because it is one thing in mathematics.
///
/// The divergences give one number per example: x is (B, ...), everything behind the first axis is
/// summed over, and the result is (B,).
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

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
