// Task a8.2: one bound, a KL for each level.
//
// Two levels, inferred downward. Given are ln p(x | z₁) of each example, (B,); the posterior of the upper level, q(z₂ | x), whose
// prior is N(0, I); and the posterior and prior of the lower level at the z₂ that was drawn, q(z₁ | z₂, x) and
// p(z₁ | z₂). Means and log variances are (B, K₂) above, (B, K₁) below. What training makes small is
//
//     −E[ln p(x | z₁)] + max(c, KL₁) + max(c, KL₂)
//
// in nats per example: each KL is summed over the units of its level and averaged over the batch before it is
// compared with the c nats that are free. The result has rank 0. `gaussian_kl` in autograd/ops/gaussian.hpp has both forms.

#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Variable downward_loss(Variable log_likelihood, Gaussian upper, Gaussian lower,
                       Gaussian lower_prior, Real free_nats);

Variable downward_loss(Variable, Gaussian, Gaussian, Gaussian, Real) {
    throw Error("[a8.2] the loss is not written yet");
}

}  // namespace autograd
