/// @file
/// The deterministic autoencoder: r = g(f(x)).
#pragma once

#include <vector>

#include "models/decoder.hpp"
#include "nn/layers/mlp.hpp"

namespace models {

/// The plain three-layer net by default: input, code, output.
struct AutoencoderSettings {
    std::size_t input = 784;
    std::vector<std::size_t> hidden = {};  ///< between input and code; mirrored in the decoder
    std::size_t latent = 32;               ///< width of the code
    nn::Activation activation = autograd::relu;
    nn::Activation code_activation = nn::identity;
    /// What the outputs are: logits of Bernoulli pixels, or the pixels themselves.
    Likelihood likelihood = Likelihood::gaussian;
};

/// Encoder h = f(x) and decoder r = g(h), trained to give back what they were given. The nets can be
/// any. Hinton and Salakhutdinov 2006.
struct Autoencoder {
    nn::Layer encoder;
    Decoder decoder;

    /// Multi-layer perceptrons. Throws if an extent is 0.
    Autoencoder(const AutoencoderSettings& settings, nn::Random& random);
    Autoencoder(nn::Layer encoder, Decoder decoder);

    /// The code h, (B, latent), of x, (B, ...).
    Variable encode(Variable x) const { return encoder(x); }
    /// Logits or pixels, (B, ...), as the likelihood says.
    Variable decode(Variable h) const { return decoder(h); }
    /// The reconstruction as pixels, (B, ...).
    Variable operator()(Variable x) const { return decoder.mean(encode(x)); }

    /// Per example and averaged over the batch: Σ (x − r)² with Likelihood::gaussian, the cross
    /// entropy Σ −x ln r − (1 − x) ln(1 − r) in nats with Likelihood::bernoulli. Rank 0.
    Variable loss(Variable x) const { return loss(x, x); }
    /// The loss of a denoising autoencoder: what is to be rebuilt is not what the net is given, both
    /// (B, ...). Vincent, Larochelle, Bengio and Manzagol 2008.
    Variable loss(Variable corrupted, Variable clean) const;
    /// The same for a code that is there already, (B, latent): what rebuilding x from it costs.
    Variable decoding_loss(Variable code, Variable x) const;

    void visit(auto&& see) {
        see("encoder", encoder);
        see("decoder", decoder.net);  // its σ plays no part here
    }
};

}  // namespace models
