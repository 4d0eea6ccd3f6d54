#include "models/decoder.hpp"

#include <cmath>

namespace models {

Decoder::Decoder(nn::Layer n, Likelihood of, Real sigma, bool learn, const Shape& sigmas)
    : net(std::move(n)), likelihood(of), learn_sigma(learn) {
    autograd::require(sigma > 0, "[Decoder] expected a sigma above 0, got ", double{sigma});
    log_variance.value = autograd::full(sigmas, 2 * std::log(sigma));
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

double Decoder::sigma() const {
    double squares = 0;
    for (const Real l : log_variance.value.storage()) squares += std::exp(double{l});
    return std::sqrt(squares / static_cast<double>(log_variance.value.size()));
}

}  // namespace models
