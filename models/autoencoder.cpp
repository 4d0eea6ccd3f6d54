#include "models/autoencoder.hpp"

#include <algorithm>

#include "nn/losses/losses.hpp"

namespace models {

Autoencoder::Autoencoder(AutoencoderSettings s, nn::Random& random) : settings(std::move(s)) {
    std::vector<std::size_t> sizes = {settings.input};
    sizes.insert(sizes.end(), settings.hidden.begin(), settings.hidden.end());
    sizes.push_back(settings.latent);
    encoder = nn::mlp(sizes, settings.activation, random);
    std::reverse(sizes.begin(), sizes.end());
    decoder = nn::mlp(sizes, settings.activation, random);
}

Variable Autoencoder::encode(Variable x) const { return settings.code_activation(encoder(x)); }

Variable Autoencoder::decode(Variable h) const { return decoder(h); }

Variable Autoencoder::operator()(Variable x) const {
    return pixels(settings.likelihood, decode(encode(x)));
}

Variable Autoencoder::loss(Variable x) const { return loss(x, x); }

Variable Autoencoder::loss(Variable corrupted, Variable clean) const {
    return decoding_loss(encode(corrupted), clean);
}

Variable Autoencoder::decoding_loss(Variable code, Variable x) const {
    const Variable outputs = decode(code);
    return settings.likelihood == Likelihood::bernoulli ? nn::bernoulli_loss(outputs, x)
                                                        : nn::squared_loss(outputs, x);
}

}  // namespace models
