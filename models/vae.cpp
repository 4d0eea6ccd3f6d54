#include "models/vae.hpp"

namespace models {

// --- the nets -------------------------------------------------------------------------------------

// input, hidden..., and two heads that read the last of them.
GaussianNet mlp_encoder(const VaeSettings& s, nn::Random& random, std::size_t silent) {
    std::vector<std::size_t> sizes = {s.input};
    sizes.insert(sizes.end(), s.hidden.begin(), s.hidden.end());
    const std::size_t unheard = s.hidden.empty() ? silent : 0;  // then the heads come first
    return {nn::hidden_layers(sizes, s.activation, s.gated, random, silent),
            nn::Linear(sizes.back(), s.latent, random, unheard),
            nn::Linear(sizes.back(), s.latent, random, unheard)};
}

// The same backwards: latent, hidden..., input.
Decoder mlp_decoder(const VaeSettings& s, nn::Random& random, std::size_t silent) {
    std::vector<std::size_t> sizes = {s.latent};
    sizes.insert(sizes.end(), s.hidden.rbegin(), s.hidden.rend());
    nn::Sequential net = nn::hidden_layers(sizes, s.activation, s.gated, random, silent);
    net.add(nn::Linear(sizes.back(), s.input, random, s.hidden.empty() ? silent : 0));
    const Shape sigmas = {s.sigma_per_pixel ? s.input : 1};
    return Decoder(std::move(net), s.likelihood, s.sigma, s.learn_sigma, sigmas);
}

Vae::Vae(const VaeSettings& settings, nn::Random& random)
    : encoder(mlp_encoder(settings, random)), decoder(mlp_decoder(settings, random)) {}

Vae::Vae(GaussianNet e, Decoder d) : encoder(std::move(e)), decoder(std::move(d)) {}

// --- inference ------------------------------------------------------------------------------------

Draws Vae::draw(Variable x, Variable noise) const {
    const std::size_t samples = samples_of(noise, x);
    const nn::Normal q = repeat(encode(x), samples);
    return draws_of(x, q, q.sample(noise));
}

Draws Vae::draws_of(Variable x, const nn::Normal& q, Variable z) const {
    const std::size_t samples = samples_of(z, x);
    return {samples, log_likelihood(repeat(x, samples), z), {{q, {}, z}}};
}

Draws Vae::draw(Variable x, std::size_t samples, nn::Random& random) const {
    return draw(x, nn::standard_normal(x.tape(), {samples * examples_in(x), latent()}, random));
}

// --- generation -----------------------------------------------------------------------------------

Variable Vae::sample(Tape& tape, std::size_t count, nn::Random& random) const {
    return decoder.mean(nn::standard_normal(tape, {count, latent()}, random));
}

}  // namespace models
