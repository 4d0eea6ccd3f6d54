/// @file
/// ln p(x) without an encoder: annealed importance sampling.
#pragma once

#include "models/evaluate/log_likelihood.hpp"

namespace models {

struct AnnealingSettings {
    std::size_t temperatures = 500;  ///< steps from the prior to the posterior
    std::size_t chains = 10;         ///< for each image
    std::size_t leapfrogs = 10;      ///< gradient steps within a move
    double step = 0.1;  ///< of a leapfrog at first; each chain changes its own as it goes
};

/// ln p(x | z), (R,), of rows x, (R, ...), and z, (R, latent).
using LogLikelihoodOf = std::function<Variable(Variable x, Variable z)>;

/// Estimates ln p(x) of each of the images (N, ...) under the prior N(0, I). Chains start at draws of
/// the prior and pass through densities ∝ p(z) p(x | z)^β with β from 0 to 1; at each they move by
/// Hamiltonian Monte Carlo and collect (β' − β) ln p(x | z). The mean over chains of the exponential
/// has the expectation p(x), so the estimate is too low on average, the less the slower one anneals.
/// Nothing of it depends on an encoder. `samples` of the result is the number of chains.
///
/// Steps are made longer after a move that was accepted and shorter after one that was not, for about
/// 65 in 100. Throws if a setting is 0 or negative, or there are no images.
/// Neal 2001; for decoders Wu, Burda, Salakhutdinov and Grosse 2017.
LogLikelihood annealed(const LogLikelihoodOf& log_likelihood, std::size_t latent,
                       const Array& images, nn::Random& random,
                       const AnnealingSettings& settings = {});

/// The same of a model with that prior.
template <class Model>
LogLikelihood annealed(const Model& model, const Array& images, nn::Random& random,
                       const AnnealingSettings& settings = {}) {
    return annealed([&](Variable x, Variable z) { return model.log_likelihood(x, z); },
                    model.latent(), images, random, settings);
}

}  // namespace models
