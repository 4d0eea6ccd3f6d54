#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Variable downward_loss(Variable log_likelihood, Gaussian upper, Gaussian lower,
                       Gaussian lower_prior, Real free_nats);

namespace {

Variable at_least(Variable x, Real free_nats) { return relu(x - free_nats) + free_nats; }

}  // namespace

Variable downward_loss(Variable log_likelihood, Gaussian upper, Gaussian lower,
                       Gaussian lower_prior, Real free_nats) {
    const Variable above = mean(gaussian_kl(upper.mean, upper.log_variance));
    const Variable below = mean(
        gaussian_kl(lower.mean, lower.log_variance, lower_prior.mean, lower_prior.log_variance));
    return at_least(above, free_nats) + at_least(below, free_nats) - mean(log_likelihood);
}

}  // namespace autograd
