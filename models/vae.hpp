/// @file
/// The variational autoencoder.
#pragma once

#include <vector>

#include "models/likelihood.hpp"
#include "nn/distributions/distributions.hpp"
#include "nn/layers/mlp.hpp"

namespace models {

/// The evidence lower bound of a batch in its two parts, in nats per example (summed over
/// dimensions, averaged over the batch), each of rank 0.
struct Elbo {
    Variable reconstruction;  ///< −E[ln p(x | z)] over z ~ q(z | x): what rebuilding x costs
    Variable kl;              ///< KL(q(z | x) ‖ p(z)): what it costs to say which z

    /// −reconstruction − β · kl; the bound itself at β = 1. Throws if β < 0.
    Variable value(Real beta = 1) const;
    /// −reconstruction − γ |kl − capacity|: the code is to have so many nats. Burgess et al.
    /// 2018. Throws if γ or the capacity is negative.
    Variable value_at_capacity(Real gamma, Real capacity) const;
};

/// The shape of a VAE, and what its decoder says about pixels.
struct VaeSettings {
    std::size_t input = 784;
    std::vector<std::size_t> hidden = {400};  ///< between input and latent; mirrored in the decoder
    std::size_t latent = 20;
    nn::Activation activation = autograd::relu;
    bool gated = false;  ///< hidden layers are nn::GatedLinear, and there is no activation
    Likelihood likelihood = Likelihood::bernoulli;
    Real sigma = 1;            ///< deviation of a Gaussian pixel; where learning starts
    bool learn_sigma = false;  ///< one σ for all pixels, learnt with the rest
};

/// p(z) = N(0, I), p(x | z) given by the decoder, q(z | x) = N(μ(x), diag e^λ(x)) by the encoder.
/// Kingma and Welling 2014; Rezende, Mohamed and Wierstra 2014.
struct Vae {
    VaeSettings settings;
    nn::Sequential encoder;        ///< x to the last hidden layer; the two heads read from there
    nn::Linear mean;               ///< μ
    nn::Linear log_variance;       ///< λ
    nn::Sequential decoder;        ///< z to logits or pixels
    Parameter pixel_log_variance;  ///< ln σ² of a Gaussian decoder, shape (1,)

    /// Throws if an extent is 0 or σ is not positive.
    Vae(VaeSettings s, nn::Random& random);

    /// q(z | x): mean and log variance are (B, latent), x is (B, input).
    nn::Normal encode(Variable x) const;
    /// Logits or means of the pixels, (B, input), of z, (B, latent).
    Variable decode(Variable z) const;
    /// ln p(x | z) in nats; shape (B,).
    Variable log_likelihood(Variable x, Variable z) const;

    /// The bound with one sample of z per example, its noise drawn from `random`.
    Elbo elbo(Variable x, nn::Random& random) const;
    /// The same with given noise, (B, latent).
    Elbo elbo(Variable x, Variable noise) const;

    /// ln p(x, z) − ln q(z | x) for each row of x, with `samples` draws of z: for
    /// importance_weighted(). Shape (samples · B,), all rows once and then again.
    Variable log_weights(Variable x, std::size_t samples, nn::Random& random) const;

    /// Pixels, (B, input), decoded from the mean of q(z | x).
    Variable reconstruct(Variable x) const;
    /// Expected pixels, (count, input), of images whose z is drawn from the prior.
    Variable sample(Tape& tape, std::size_t count, nn::Random& random) const;

    /// The deviation of a Gaussian pixel.
    double sigma() const;

    void visit(auto&& see) {
        see("encoder", encoder);
        see("mean", mean);
        see("log_variance", log_variance);
        see("decoder", decoder);
        if (settings.likelihood == Likelihood::gaussian)
            see("pixel_log_variance", pixel_log_variance);
    }
};

}  // namespace models
