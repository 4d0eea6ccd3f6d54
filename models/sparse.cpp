#include "models/sparse.hpp"

#include <cstdio>
#include <limits>
#include <string>

namespace models {

using autograd::require;

namespace {

/// Enough to tell 1.0000001 from 1.
std::string nine_digits(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", number);
    return text;
}

void require_batch_of_codes(const char* operation, Variable activations) {
    require(activations.shape().size() == 2, "[", operation, "] expected activations (B, J), got ",
            activations.shape());
}

}  // namespace

Variable l1_penalty(Variable activations) {
    require_batch_of_codes("l1_penalty", activations);
    return mean(sum(abs(activations), {1}));
}

Variable bernoulli_kl(Real rho, Variable p) {
    require(rho > 0 && rho < 1, "[bernoulli_kl] expected a rho between 0 and 1, got ", double{rho});
    for (const Real each : p.value().storage())  // NaN passes, for training to report
        require(!(each < 0 || each > 1), "[bernoulli_kl] expected probabilities, got ",
                nine_digits(double{each}));
    constexpr Real tiny = std::numeric_limits<Real>::epsilon();
    const Variable inside = tiny + (1 - 2 * tiny) * p;
    return -(rho * log(inside / rho) + (1 - rho) * log((1 - inside) / (1 - rho)));
}

Variable kl_penalty(Variable activations, Real rho) {
    require_batch_of_codes("kl_penalty", activations);
    return sum(bernoulli_kl(rho, mean(activations, {0})));
}

Variable SparseLoss::value(Real weight) const {
    require(weight >= 0, "[SparseLoss] expected a weight of at least 0, got ", double{weight});
    return reconstruction + weight * penalty;
}

SparseLoss sparse_loss(const Autoencoder& model, Variable x, const Penalty& penalty) {
    const Variable code = model.encode(x);
    return {model.decoding_loss(code, x), penalty(code)};
}

}  // namespace models
