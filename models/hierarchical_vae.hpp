/// @file
/// The variational autoencoder with several levels of latent variables.
#pragma once

#include <vector>

#include "models/decoder.hpp"
#include "models/gaussian_net.hpp"
#include "nn/layers/mlp.hpp"

namespace models {

/// How q(z₁, ..., z_L | x) is factored.
enum class Inference {
    bottom_up,  ///< q(z₁ | x) q(z₂ | z₁) ...: each level is guessed from the one below
    top_down,  ///< q(z_L | x) ... q(z₁ | z₂, x): each level is guessed from the image and the one
               ///< above, which starts from what the model itself expects there (ladder)
};

/// A hierarchical VAE of multi-layer perceptrons, and how its posterior is inferred.
struct HierarchicalVaeSettings {
    std::size_t input = 784;
    std::vector<std::size_t> hidden = {300, 300};  ///< between x and z₁; mirrored in the decoder
    std::vector<std::size_t> between = {300};      ///< between a level and the next, both ways
    std::vector<std::size_t> latent = {40, 40};  ///< widths of z₁, z₂, ..., lowest level first
    nn::Activation activation = autograd::relu;
    bool gated = false;  ///< hidden layers are nn::GatedLinear, and there is no activation
    Inference inference = Inference::top_down;
    bool skip = false;  ///< the decoder sees every level, not z₁ alone
    Likelihood likelihood = Likelihood::bernoulli;
    Real sigma = 1;  ///< standard deviation of a Gaussian pixel
};

/// p(z_L) = N(0, I), then p(z_l | z_{l+1}) level by level downward, each a Gaussian given by a net,
/// then p(x | z₁), or p(x | z₁, ..., z_L) with `skip`. Levels are numbered from 0, the lowest.
///
/// Top-down inference is that of the ladder VAE: Sønderby, Raiko, Maaløe, Sønderby and Winther 2016.
struct HierarchicalVae {
    Inference inference;
    bool skip;
    std::vector<GaussianNet> encoders;  ///< upward: from x, or from what is below level l
    std::vector<GaussianNet> priors;    ///< downward: p(z_l | z_{l+1}), one fewer than levels
    Decoder decoder;                    ///< z₁, or all draws side by side, to logits or pixels

    /// Multi-layer perceptrons. Throws if there is no level, an extent is 0 or σ is not positive.
    HierarchicalVae(const HierarchicalVaeSettings& settings, nn::Random& random);
    /// Any nets. The next encoder reads what the hidden layers of the last made of x, or its draw
    /// where inference is bottom-up. Throws unless there is a prior for each level but the highest,
    /// of as many numbers.
    HierarchicalVae(std::vector<GaussianNet> encoders, std::vector<GaussianNet> priors,
                    Decoder decoder, Inference inference = Inference::top_down, bool skip = false);

    std::size_t levels() const { return encoders.size(); }

    /// One draw from N(0, I) of (count, width) for each level, lowest first.
    PerLevel<Variable> noise(Tape& tape, std::size_t count, nn::Random& random) const;
    /// The same, but zeros: with them every draw is a mean.
    PerLevel<Variable> no_noise(Tape& tape, std::size_t count) const;

    /// Guesses all levels for x, (B, ...), lowest first in the result, as often as there is noise:
    /// (K·B, width) for each level. What the image says is computed once. Like all that take noise
    /// or draws, throws unless there is one for each level.
    PerLevel<LatentLevel> infer(Variable x, const PerLevel<Variable>& noise) const;
    /// ln p(x | z) in nats, z being the draws of all levels; shape (B,).
    Variable log_likelihood(Variable x, const PerLevel<Variable>& z) const;
    /// Logits or means of the pixels, (B, ...).
    Variable decode(const PerLevel<Variable>& z) const { return decoder(seen(z)); }

    /// So many samples of every level for each example, the noise drawn from `random`.
    Draws draw(Variable x, std::size_t samples, nn::Random& random) const;
    /// The same with given noise.
    Draws draw(Variable x, const PerLevel<Variable>& noise) const;
    /// The bound with one sample of every level for each example.
    Elbo elbo(Variable x, nn::Random& random) const { return models::elbo(draw(x, 1, random)); }
    Elbo elbo(Variable x, const PerLevel<Variable>& noise) const {
        return models::elbo(draw(x, noise));
    }

    /// The draws of all levels that noise leads to, from the top down: z_L is its own noise, and
    /// z_l = μ(z_{l+1}) + σ(z_{l+1}) ∘ noise_l.
    PerLevel<Variable> descend(const PerLevel<Variable>& noise) const;
    /// Expected pixels, (B, ...), of the images that noise leads to.
    Variable generate(const PerLevel<Variable>& noise) const;
    /// Pixels, (B, ...), decoded from the means of the posterior.
    Variable reconstruct(Variable x) const;

    void visit(auto&& see) {
        see("encoders", encoders);
        see("priors", priors);
        see("decoder", decoder);
    }

  private:
    Variable seen(const PerLevel<Variable>& z) const;
    PerLevel<nn::Normal> evidence(Variable x) const;
    PerLevel<LatentLevel> ascend(nn::Normal lowest, const PerLevel<Variable>& noise) const;
    PerLevel<LatentLevel> descend(const PerLevel<nn::Normal>& evidence,
                                  const PerLevel<Variable>& noise) const;
};

/// The product of two Gaussian densities, normalised: what is believed when `prior` was believed and
/// the evidence N(x̂, σ̂²) came in. Precisions add, and the mean moves from the prior's by the share
/// that the evidence has in the precision. Sønderby et al. 2016, section 2.
nn::Normal combine(const nn::Normal& prior, const nn::Normal& evidence);

}  // namespace models
