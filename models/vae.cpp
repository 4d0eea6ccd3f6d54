#include "models/vae.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace models {

namespace {

/// input, hidden...: the widths from the image to the last hidden layer.
std::vector<std::size_t> encoder_sizes(const VaeSettings& s) {
    std::vector<std::size_t> sizes = {s.input};
    sizes.insert(sizes.end(), s.hidden.begin(), s.hidden.end());
    return sizes;
}

std::vector<std::size_t> decoder_sizes(const VaeSettings& s) {
    std::vector<std::size_t> sizes = encoder_sizes(s);
    sizes.push_back(s.latent);
    std::reverse(sizes.begin(), sizes.end());
    return sizes;
}

}  // namespace

Vae::Vae(VaeSettings s, nn::Random& random)
    : settings(std::move(s)),
      encoder(nn::mlp(encoder_sizes(settings), settings.activation, random)),
      mean(encoder_sizes(settings).back(), settings.latent, random),
      log_variance(encoder_sizes(settings).back(), settings.latent, random),
      decoder(nn::mlp(decoder_sizes(settings), settings.activation, random)) {
    autograd::require(settings.sigma > 0, "[Vae] wants a sigma above 0, got ", settings.sigma);
    if (!settings.hidden.empty()) encoder.add(settings.activation);
    pixel_log_variance.value = autograd::full({1}, 2 * std::log(settings.sigma));
}

nn::Normal Vae::encode(Variable x) const {
    const Variable h = encoder(x);
    return {mean(h), log_variance(h)};
}

Variable Vae::decode(Variable z) const { return decoder(z); }

Variable Vae::log_likelihood(Variable x, Variable z) const {
    const Variable outputs = decode(z);
    if (settings.likelihood == Likelihood::bernoulli) return nn::Bernoulli{outputs}.log_prob(x);

    // ln N(x; outputs, σ² I) with one σ: −½ (|x − outputs|² / σ² + D ln 2πσ²)
    Variable l = x.tape().parameter(pixel_log_variance);
    if (!settings.learn_sigma) l = stop_gradient(l);
    const Real dimensions = static_cast<Real>(settings.input);
    const Real log_two_pi = static_cast<Real>(std::log(2 * std::numbers::pi));
    return Real(-0.5) * (squared_error(x, outputs) * exp(-l) + dimensions * (l + log_two_pi));
}

Elbo Vae::elbo(Variable x, nn::Random& random) const {
    return elbo(x, nn::standard_normal(x.tape(), {x.shape().at(0), settings.latent}, random));
}

Elbo Vae::elbo(Variable x, Variable noise) const {
    const nn::Normal q = encode(x);
    const Variable z = q.sample(noise);
    return {-autograd::mean(log_likelihood(x, z)), autograd::mean(nn::kl_to_standard_normal(q))};
}

Variable Vae::reconstruct(Variable x) const {
    return pixels(settings.likelihood, decode(encode(x).mean));
}

Variable Vae::sample(Tape& tape, std::size_t count, nn::Random& random) const {
    const Variable z = nn::standard_normal(tape, {count, settings.latent}, random);
    return pixels(settings.likelihood, decode(z));
}

double Vae::sigma() const { return std::exp(0.5 * double{*pixel_log_variance.value.data()}); }

}  // namespace models
