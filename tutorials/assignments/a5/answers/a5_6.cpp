#include <cmath>

#include "autograd/ops.hpp"

namespace autograd {

Variable importance_weighted(Variable log_likelihood, Variable log_prior, Variable log_posterior);

Variable importance_weighted(Variable log_likelihood, Variable log_prior, Variable log_posterior) {
    const Variable log_weights = log_likelihood + log_prior - log_posterior;
    const Real draws = static_cast<Real>(log_weights.shape()[0]);
    return mean(log_sum_exp(log_weights, 0)) - std::log(draws);
}

}  // namespace autograd
