#include "models/autoencoder.hpp"

#include <algorithm>

namespace models {

namespace {

std::vector<std::size_t> sizes(const AutoencoderSettings& s) {
    std::vector<std::size_t> out = {s.input};
    out.insert(out.end(), s.hidden.begin(), s.hidden.end());
    out.push_back(s.latent);
    return out;
}

nn::Layer mlp_encoder(const AutoencoderSettings& s, nn::Random& random) {
    nn::Sequential net = nn::mlp(sizes(s), s.activation, random);
    net.add(s.code_activation);
    return net;
}

Decoder mlp_decoder(const AutoencoderSettings& s, nn::Random& random) {
    std::vector<std::size_t> back = sizes(s);
    std::reverse(back.begin(), back.end());
    return Decoder(nn::mlp(back, s.activation, random), s.likelihood);
}

}  // namespace

Autoencoder::Autoencoder(const AutoencoderSettings& s, nn::Random& random)
    : encoder(mlp_encoder(s, random)), decoder(mlp_decoder(s, random)) {}

Autoencoder::Autoencoder(nn::Layer e, Decoder d) : encoder(std::move(e)), decoder(std::move(d)) {}

Variable Autoencoder::loss(Variable corrupted, Variable clean) const {
    return decoding_loss(encode(corrupted), clean);
}

Variable Autoencoder::decoding_loss(Variable code, Variable x) const {
    return mean(decoder.error(x, code));
}

}  // namespace models
