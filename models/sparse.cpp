#include "models/sparse.hpp"

#include <algorithm>
#include <limits>

namespace models {

using autograd::require;

namespace {

void require_batch_of_codes(const char* operation, Variable activations) {
    require(activations.shape().size() == 2, "[", operation, "] wants activations (B, J), got ",
            activations.shape());
}

}  // namespace

Variable l1_penalty(Variable activations) {
    require_batch_of_codes("l1_penalty", activations);
    return mean(sum(abs(activations), {1}));
}

Variable bernoulli_kl(Real rho, Variable p) {
    require(rho > 0 && rho < 1, "[bernoulli_kl] wants a rho between 0 and 1, got ", double{rho});
    for (const Real each : p.value().storage())  // NaN passes, for training to report
        require(!(each < 0 || each > 1), "[bernoulli_kl] wants probabilities, got ", double{each});
    constexpr Real tiny = std::numeric_limits<Real>::epsilon();
    const Variable inside = tiny + (1 - 2 * tiny) * p;
    return -(rho * log(inside / rho) + (1 - rho) * log((1 - inside) / (1 - rho)));
}

Variable kl_penalty(Variable activations, Real rho) {
    require_batch_of_codes("kl_penalty", activations);
    return sum(bernoulli_kl(rho, mean(activations, {0})));
}

Variable SparseLoss::value(Real weight) const {
    require(weight >= 0, "[SparseLoss] wants a weight of at least 0, got ", double{weight});
    return reconstruction + weight * penalty;
}

SparseLoss sparse_loss(const Autoencoder& model, Variable x, const Penalty& penalty) {
    const Variable code = model.encode(x);
    return {model.decoding_loss(code, x), penalty(code)};
}

}  // namespace models
