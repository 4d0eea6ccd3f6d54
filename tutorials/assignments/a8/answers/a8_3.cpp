#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Variable upward_loss(Variable log_likelihood, Variable z, Gaussian lower, Gaussian lower_prior,
                     Gaussian upper);

namespace {

/// ln N(z; μ, e^λ) of each example, without −½ ln 2π for each number.
Variable log_density(Variable z, Gaussian g) {
    const Variable far = (z - g.mean) * exp(g.log_variance / Real(-2));
    return sum(square(far) + g.log_variance, {1}) / Real(-2);
}

}  // namespace

Variable upward_loss(Variable log_likelihood, Variable z, Gaussian lower, Gaussian lower_prior,
                     Gaussian upper) {
    const Variable drawn = log_density(z, lower) - log_density(z, lower_prior);
    const Variable above = gaussian_kl(upper.mean, upper.log_variance);
    return mean(drawn + above - log_likelihood);
}

}  // namespace autograd
