#include "models/decoder.hpp"

#include <cmath>

namespace models {

Decoder::Decoder(nn::Layer n, Likelihood of, Real sigma, bool learn)
    : net(std::move(n)), likelihood(of), learn_sigma(learn) {
    autograd::require(sigma > 0, "[Decoder] expected a sigma above 0, got ", double{sigma});
    log_variance.value = autograd::full({1}, 2 * std::log(sigma));
}

Variable Decoder::mean(Variable z) const {
    const Variable outputs = net(z);
    return likelihood == Likelihood::bernoulli ? nn::Bernoulli{outputs}.mean() : outputs;
}

Variable Decoder::log_likelihood(Variable x, Variable z) const {
    const Variable outputs = net(z);
    if (likelihood == Likelihood::bernoulli) return nn::Bernoulli{outputs}.log_prob(x);
    const Variable l = x.tape().parameter(log_variance);
    return nn::Normal{outputs, learn_sigma ? l : stop_gradient(l)}.log_prob(x);
}

Variable Decoder::error(Variable x, Variable z) const {
    const Variable outputs = net(z);
    return likelihood == Likelihood::bernoulli ? bce_with_logits(outputs, x)
                                               : squared_error(outputs, x);
}

double Decoder::sigma() const { return std::exp(0.5 * double{*log_variance.value.data()}); }

}  // namespace models
