/// @file
/// The variational autoencoder with several levels of latent variables.
#pragma once

#include <vector>

#include "models/likelihood.hpp"
#include "nn/distributions/distributions.hpp"
#include "nn/layers/mlp.hpp"

namespace models {

/// A Gaussian whose mean and log variance are computed by a net.
struct GaussianNet {
    nn::Sequential hidden;
    nn::Linear mean;
    nn::Linear log_variance;

    /// (B, K), read from the output of the hidden layers.
    nn::Normal heads(Variable features) const { return {mean(features), log_variance(features)}; }
    nn::Normal operator()(Variable x) const { return heads(hidden(x)); }

    void visit(auto&& see) {
        see("hidden", hidden);
        see("mean", mean);
        see("log_variance", log_variance);
    }
};

/// How q(z₁, ..., z_L | x) is factored.
enum class Inference {
    bottom_up,  ///< q(z₁ | x) q(z₂ | z₁) ...: each level is guessed from the one below
    top_down,  ///< q(z_L | x) ... q(z₁ | z₂, x): each level is guessed from the image and the one
               ///< above, which starts from what the model itself expects there (ladder)
};

/// The shape of a hierarchical VAE, and how its posterior is inferred.
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
    Real sigma = 1;  ///< deviation of a Gaussian pixel
};

/// What is known of one level of latent variables, for each example of a batch; (B, K) all.
struct LatentLevel {
    nn::Normal posterior;  ///< q(z_l | ...), given x and the draws that it depends on
    nn::Normal prior;      ///< p(z_l | z_{l+1}), given the draw above; N(0, I) at the top
    Variable z;            ///< a draw from the posterior
};

/// The draws alone.
std::vector<Variable> draws(const std::vector<LatentLevel>& levels);

/// The evidence lower bound of a batch with one KL per level, in nats per example, each of rank 0.
struct HierarchicalElbo {
    Variable reconstruction;   ///< −E[ln p(x | z)]
    std::vector<Variable> kl;  ///< what each level costs, lowest first

    /// −reconstruction − β Σ max(free_bits, KL_l). At β = 1 without free bits it is the bound. A
    /// level that costs less than its free bits, on the mean of the batch, is not pushed further
    /// down: Kingma, Salimans, Jozefowicz, Chen, Sutskever and Welling 2016, appendix C.8. Throws if
    /// either is negative.
    Variable value(Real beta = 1, Real free_bits = 0) const;
};

/// p(z_L) = N(0, I), then p(z_l | z_{l+1}) level by level downward, each a Gaussian given by a net,
/// then p(x | z₁), or p(x | z₁, ..., z_L) with `skip`. Levels are numbered from 0, the lowest.
///
/// Top-down inference is that of the ladder VAE: Sønderby, Raiko, Maaløe, Sønderby and Winther 2016.
struct HierarchicalVae {
    HierarchicalVaeSettings settings;
    std::vector<GaussianNet> encoders;  ///< upward: from x, or from what is below level l
    std::vector<GaussianNet> priors;    ///< downward: p(z_l | z_{l+1}), one fewer than levels
    nn::Sequential decoder;             ///< z to logits or pixels

    /// Throws if there is no level, an extent is 0 or σ is not positive.
    HierarchicalVae(HierarchicalVaeSettings s, nn::Random& random);

    std::size_t levels() const { return settings.latent.size(); }

    /// One draw from N(0, I) of (count, K) for each level, lowest first.
    std::vector<Variable> noise(Tape& tape, std::size_t count, nn::Random& random) const;
    /// The same, but zeros: with them every draw is a mean.
    std::vector<Variable> no_noise(Tape& tape, std::size_t count) const;

    /// Guesses all levels for x, (B, input), lowest first in the result.
    std::vector<LatentLevel> infer(Variable x, const std::vector<Variable>& noise) const;
    /// Whether a level's KL is that of two given Gaussians. Not below the top of bottom-up inference:
    /// there the prior hangs on a draw above that was made from the very z whose price is asked, so
    /// that E[ln q − ln p] has to be taken over both together, by a sample, which may be negative.
    bool closed_form_kl(std::size_t level) const;
    /// ln p(x | z) in nats, z being the draws of all levels; shape (B,).
    Variable log_likelihood(Variable x, const std::vector<Variable>& z) const;
    /// Logits or means of the pixels, (B, input).
    Variable decode(const std::vector<Variable>& z) const;

    /// The bound with one draw of every level per example.
    HierarchicalElbo elbo(Variable x, nn::Random& random) const;
    HierarchicalElbo elbo(Variable x, const std::vector<Variable>& noise) const;
    /// ln p(x, z) − ln q(z | x) with `samples` draws for each row of x: see Vae::log_weights.
    Variable log_weights(Variable x, std::size_t samples, nn::Random& random) const;

    /// The draws of all levels that noise leads to, from the top down: z_L is its own noise, and
    /// z_l = μ(z_{l+1}) + σ(z_{l+1}) ∘ noise_l.
    std::vector<Variable> descend(const std::vector<Variable>& noise) const;
    /// Expected pixels, (B, input), of the images that noise leads to.
    Variable generate(const std::vector<Variable>& noise) const;
    /// Pixels, (B, input), decoded from the means of the posterior.
    Variable reconstruct(Variable x) const;

    void visit(auto&& see) {
        see("encoders", encoders);
        see("priors", priors);
        see("decoder", decoder);
    }

  private:
    std::vector<nn::Normal> evidence(Variable x) const;
    std::vector<LatentLevel> draw(const std::vector<nn::Normal>& evidence,
                                  const std::vector<Variable>& noise) const;
};

/// The product of two Gaussian densities, normalised: what is believed when `prior` was believed and
/// the evidence N(x̂, σ̂²) came in. Precisions add, and the mean moves from the prior's by the share
/// that the evidence has in the precision. Sønderby et al. 2016, section 2.
nn::Normal combine(const nn::Normal& prior, const nn::Normal& evidence);

}  // namespace models
