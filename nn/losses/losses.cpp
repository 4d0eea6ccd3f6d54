#include "nn/losses/losses.hpp"

namespace nn {

Variable bernoulli_loss(Variable logits, Variable targets) {
    return mean(autograd::bce_with_logits(logits, targets));
}

Variable categorical_loss(Variable logits, const autograd::Indices& labels) {
    return mean(autograd::cross_entropy_with_logits(logits, labels));
}

Variable squared_loss(Variable reconstruction, Variable x) {
    return mean(autograd::squared_error(reconstruction, x));
}

}  // namespace nn
