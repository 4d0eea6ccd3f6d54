#include "autograd/ops.hpp"

namespace autograd {

Variable negative_elbo(Variable logits, Variable pixels, Variable mean, Variable log_variance,
                       Real beta);

Variable negative_elbo(Variable logits, Variable pixels, Variable mean, Variable log_variance,
                       Real beta) {
    const Variable reconstruction = bce_with_logits(logits, pixels);  // (B,)
    const Variable kl = gaussian_kl(mean, log_variance);              // (B,)
    return autograd::mean(reconstruction + beta * kl);
}

}  // namespace autograd
