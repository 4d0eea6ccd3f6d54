// Task a8.3: the other direction, and its trap.
//
// The same model, inferred upward: z₁ is drawn from q(z₁ | x), then z₂ from q(z₂ | z₁), and p(z₁ | z₂) is the prior at that
// z₂. Given are ln p(x | z₁), (B,), the draw z₁, (B, K₁), the posterior and the prior of the lower level, and the posterior of
// the upper level. Return minus the bound, in nats per example, rank 0. The term of the upper level has its closed form; that of
// the lower one has not, since z₂ comes from the same z₁. Everything gets its gradient, z₁ too. Log variances may be −1200
// where z₁ is the mean.

#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Variable upward_loss(Variable log_likelihood, Variable z, Gaussian lower, Gaussian lower_prior,
                     Gaussian upper);

Variable upward_loss(Variable, Variable, Gaussian, Gaussian, Gaussian) {
    throw Error("[a8.3] the loss is not written yet");
}

}  // namespace autograd
