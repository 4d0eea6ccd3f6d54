#include "nn/losses/losses.hpp"

#include <cmath>
#include <numbers>

namespace nn {

using autograd::Real;

Variable bernoulli_loss(Variable logits, Variable targets) {
    return mean(autograd::bce_with_logits(logits, targets));
}

Variable categorical_loss(Variable logits, const autograd::Indices& labels) {
    return mean(autograd::cross_entropy_with_logits(logits, labels));
}

Variable squared_loss(Variable reconstruction, Variable x) {
    return mean(autograd::squared_error(reconstruction, x));
}

Variable gaussian_loss(Variable mean, Variable log_variance, Variable x) {
    autograd::require(log_variance.value().size() == 1,
                      "[gaussian_loss] wants one log variance, got ", log_variance.shape());
    const Variable squared = squared_loss(mean, x);
    const Variable l = reshape(log_variance, {});
    const Real dimensions = static_cast<Real>(x.value().size()) / static_cast<Real>(x.shape()[0]);
    const Real log_two_pi = static_cast<Real>(std::log(2 * std::numbers::pi));
    return Real(0.5) * (squared * exp(-l) + dimensions * (l + log_two_pi));
}

}  // namespace nn
