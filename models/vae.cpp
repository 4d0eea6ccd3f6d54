#include "models/vae.hpp"

#include <cmath>

namespace models {

namespace {

/// input, hidden...: the widths from the image to the last hidden layer.
std::vector<std::size_t> encoder_sizes(const VaeSettings& s) {
    std::vector<std::size_t> sizes = {s.input};
    sizes.insert(sizes.end(), s.hidden.begin(), s.hidden.end());
    return sizes;
}

nn::Sequential make_encoder(const VaeSettings& s, nn::Random& random) {
    return nn::hidden_layers(encoder_sizes(s), s.activation, s.gated, random);
}

nn::Sequential make_decoder(const VaeSettings& s, nn::Random& random) {
    std::vector<std::size_t> sizes = {s.latent};
    sizes.insert(sizes.end(), s.hidden.rbegin(), s.hidden.rend());
    nn::Sequential decoder = nn::hidden_layers(sizes, s.activation, s.gated, random);
    decoder.add(nn::Linear(sizes.back(), s.input, random));
    return decoder;
}

}  // namespace

Variable Elbo::value(Real beta) const {
    autograd::require(beta >= 0, "[Elbo] wants a beta of at least 0, got ", double{beta});
    return -(reconstruction + beta * kl);
}

Variable Elbo::value_at_capacity(Real gamma, Real capacity) const {
    autograd::require(gamma >= 0 && capacity >= 0,
                      "[Elbo] wants gamma and capacity of at least 0, got ", double{gamma}, " and ",
                      double{capacity});
    return -(reconstruction + gamma * abs(kl - capacity));
}

Vae::Vae(VaeSettings s, nn::Random& random)
    : settings(std::move(s)),
      encoder(make_encoder(settings, random)),
      mean(encoder_sizes(settings).back(), settings.latent, random),
      log_variance(encoder_sizes(settings).back(), settings.latent, random),
      decoder(make_decoder(settings, random)) {
    autograd::require(settings.sigma > 0, "[Vae] wants a sigma above 0, got ", settings.sigma);
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

    Variable l = x.tape().parameter(pixel_log_variance);
    if (!settings.learn_sigma) l = stop_gradient(l);
    return gaussian_log_likelihood(x, outputs, l);
}

Elbo Vae::elbo(Variable x, nn::Random& random) const {
    return elbo(x, nn::standard_normal(x.tape(), {x.shape().at(0), settings.latent}, random));
}

Elbo Vae::elbo(Variable x, Variable noise) const {
    const nn::Normal q = encode(x);
    const Variable z = q.sample(noise);
    return {-autograd::mean(log_likelihood(x, z)), autograd::mean(nn::kl_to_standard_normal(q))};
}

Variable Vae::log_weights(Variable x, std::size_t samples, nn::Random& random) const {
    const nn::Normal one = encode(x);
    const nn::Normal q{repeat(one.mean, samples), repeat(one.log_variance, samples)};
    const Variable z = q.sample(nn::standard_normal(x.tape(), q.mean.shape(), random));
    const Variable zero = x.tape().constant(autograd::full(z.shape(), 0));
    const Variable log_prior = nn::Normal{zero, zero}.log_prob(z);
    return log_likelihood(repeat(x, samples), z) + log_prior - q.log_prob(z);
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
