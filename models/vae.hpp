/// @file
/// The variational autoencoder.
#pragma once

#include "models/decoder.hpp"
#include "models/gaussian_net.hpp"
#include "nn/layers/mlp.hpp"

namespace models {

/// A VAE of multi-layer perceptrons, and what its decoder says about pixels.
struct VaeSettings {
    std::size_t input = 784;
    std::vector<std::size_t> hidden = {400};  ///< between input and latent; mirrored in the decoder
    std::size_t latent = 20;
    nn::Activation activation = autograd::relu;
    bool gated = false;  ///< hidden layers are nn::GatedLinear, and there is no activation
    Likelihood likelihood = Likelihood::bernoulli;
    Real sigma = 1;            ///< standard deviation of a Gaussian pixel; where learning starts
    bool learn_sigma = false;  ///< σ is learnt with the rest
    bool sigma_per_pixel = false;  ///< each pixel has a σ of its own, else all have one
};

/// The nets of these settings. Their first layers have `silent` more inputs, which start unheard: see
/// nn::Linear. Throw if an extent is 0 or σ is not positive.
GaussianNet mlp_encoder(const VaeSettings& settings, nn::Random& random, std::size_t silent = 0);
Decoder mlp_decoder(const VaeSettings& settings, nn::Random& random, std::size_t silent = 0);

/// p(z) = N(0, I), p(x | z) given by the decoder, q(z | x) = N(μ(x), diag e^λ(x)) by the encoder.
/// Kingma and Welling 2014; Rezende, Mohamed and Wierstra 2014.
///
/// The nets can be any. Two lines make a VAE of images (B, H, W, C):
/// @code
/// nn::Sequential see{...}, draw{...};  // (B, 28, 28, 1) to 256 features; (B, 20) to (B, 28, 28, 1)
/// models::Vae vae({see, 256, 20, random}, models::Decoder(draw));
/// @endcode
struct Vae {
    GaussianNet encoder;
    Decoder decoder;

    /// Multi-layer perceptrons. Throws if an extent is 0 or σ is not positive.
    Vae(const VaeSettings& settings, nn::Random& random);
    Vae(GaussianNet encoder, Decoder decoder);

    /// How many numbers z has.
    std::size_t latent() const { return encoder.width(); }

    /// q(z | x): mean and log variance are (B, latent), x is (B, ...).
    nn::Normal encode(Variable x) const { return encoder(x); }
    /// Logits or means of the pixels, (B, ...), of z, (B, latent).
    Variable decode(Variable z) const { return decoder(z); }
    /// ln p(x | z) in nats; shape (B,).
    Variable log_likelihood(Variable x, Variable z) const { return decoder.log_likelihood(x, z); }

    /// So many samples of z for each example, the noise drawn from `random`.
    Draws draw(Variable x, std::size_t samples, nn::Random& random) const;
    /// The same with given noise, (K·B, latent).
    Draws draw(Variable x, Variable noise) const;
    /// What is known of given draws z of any q, both (K·B, latent).
    Draws draws_of(Variable x, const nn::Normal& q, Variable z) const;
    /// The bound with one sample of z for each example.
    Elbo elbo(Variable x, nn::Random& random) const { return models::elbo(draw(x, 1, random)); }
    Elbo elbo(Variable x, Variable noise) const { return models::elbo(draw(x, noise)); }

    /// Pixels, (B, ...), decoded from the mean of q(z | x).
    Variable reconstruct(Variable x) const { return decoder.mean(encode(x).mean); }
    /// Expected pixels, (count, ...), of images whose z is drawn from the prior.
    Variable sample(Tape& tape, std::size_t count, nn::Random& random) const;

    void visit(auto&& see) {
        see("encoder", encoder);
        see("decoder", decoder);
    }
};

}  // namespace models
