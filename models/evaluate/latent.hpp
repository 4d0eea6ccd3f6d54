/// @file
/// How a latent-variable model uses its latent units, and how well it explains images it has not
/// been trained on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/cvae.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/vae.hpp"

namespace models {

/// Means over a data set of the two parts of the bound, and how they spread over the units.
struct LatentUse {
    double reconstruction = 0;              ///< −E[ln p(x | z)], nats per image
    double kl = 0;                          ///< nats per image
    std::vector<double> kl_per_unit;        ///< mean KL of each latent unit; they add up to `kl`
    std::vector<double> variance_per_unit;  ///< variance over the images of the posterior mean
    std::size_t active = 0;                 ///< how many units are active

    double neg_elbo() const { return reconstruction + kl; }
};

/// A unit is active if the posterior mean moves with the image: variance above this.
/// Burda, Grosse and Salakhutdinov 2016, section 5.2.
inline constexpr double active_variance = 0.01;

/// The bound on `images`, (N, input), with one sample of z per image, and the use of each unit.
LatentUse latent_use(const Vae& vae, const Array& images, nn::Random& random);

/// The same with a condition for each image, (N, C), and with KL and distances from p(z | c) where
/// that is learnt. Throws unless there is a condition for each image.
LatentUse latent_use(const Cvae& cvae, const Array& images, const Array& conditions,
                     nn::Random& random);

/// The same for every level, lowest first. Only the first entry holds the reconstruction, so that
/// what the entries cost adds up to the bound. Where inference is top-down, the variance is that of
/// the posterior mean's distance from the prior's, in deviations of the prior: what the image moves,
/// and not what the level above has moved already.
std::vector<LatentUse> latent_use(const HierarchicalVae& model, const Array& images,
                                  nn::Random& random);

/// One sentence: `17 of 20 units active`, or what is wrong and which chapter helps. With a tenth of
/// the units active or fewer, a code is called collapsed.
std::string verdict(const LatentUse& use);

/// The same of levels, the highest first: `Level 2 says 3.1 nats with 9 of 40 units, level 1 ...`.
/// A level with less than one nat, or without an active unit, is called silent.
std::string verdict(const std::vector<LatentUse>& levels);

/// How every run of a latent-variable model ends, in nats per image: the two parts of the bound, the
/// KL of each unit in falling order (those below .005 are only counted), and the verdict. Three
/// lines, the last without a newline.
std::string report(const LatentUse& use);

/// The same of levels, with a line of units for each, the highest level first. In the first line the
/// lowest level's KL stands first.
std::string report(const std::vector<LatentUse>& levels);

/// ln p(x) estimated by importance weighting.
struct LogLikelihood {
    std::vector<double> per_image;  ///< nats; a lower bound in expectation that rises with K
    double mean = 0;
    double standard_error = 0;  ///< of the mean, from the spread over the images
    std::size_t samples = 0;    ///< K
};

/// What a model says of rows x, (B, D): ln p(x, z) − ln q(z | x) for `samples` draws of z from
/// q(z | x) for each row, as Vae::log_weights does. Shape (samples · B,), all rows once and then
/// again. With a condition, let each row hold it beside the image, and take it apart with slice().
using LogWeights = std::function<Variable(Variable x, std::size_t samples, nn::Random& random)>;

/// ln 1/K Σ p(x, zₖ) / q(zₖ | x) over K samples zₖ ~ q(z | x), for each of the images (N, D).
/// The sum runs in double precision and needs no memory for K. Burda, Grosse and Salakhutdinov
/// 2016, eq. 8. Throws if K is 0, or if the weights are not as many as they should be.
LogLikelihood importance_weighted(const LogWeights& log_weights, const Array& images,
                                  std::size_t samples, nn::Random& random);

/// The same for any model that has a function `log_weights`.
template <class Model>
requires requires(const Model& model, Variable x, nn::Random& random) {
    model.log_weights(x, 1, random);
}
LogLikelihood importance_weighted(const Model& model, const Array& images, std::size_t samples,
                                  nn::Random& random) {
    return importance_weighted([&](Variable x, std::size_t draws,
                                   nn::Random& from) { return model.log_weights(x, draws, from); },
                               images, samples, random);
}

}  // namespace models
