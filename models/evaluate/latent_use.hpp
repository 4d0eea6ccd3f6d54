/// @file
/// How a latent-variable model uses its latent units, and what that costs.
#pragma once

#include <algorithm>
#include <string>

#include "models/evaluate/given.hpp"

namespace models {

/// A unit is active if the posterior mean moves with the image: variance above this.
/// Burda, Grosse and Salakhutdinov 2016, section 5.2.
inline constexpr double active_variance = 0.01;

/// How the units of one level are used: means over a data set.
struct LevelUse {
    double kl = 0;  ///< nats per image
    /// Of each latent unit; they add up to `kl`. Empty under a prior that is no Gaussian, such as a
    /// mixture, which is no product over the units.
    std::vector<double> kl_per_unit;
    /// Variance over the images of the posterior mean; and if the KL has a closed form, of its
    /// distance from the prior's, in standard deviations of it: what the image moves, and not what the
    /// level above or a condition has moved already.
    std::vector<double> variance_per_unit;
    std::size_t active = 0;  ///< how many units are active

    std::size_t units() const { return std::max(kl_per_unit.size(), variance_per_unit.size()); }
    /// A tenth of the units are active, or fewer.
    bool collapsed() const { return 10 * active <= units(); }
    /// Less than one nat, or no active unit.
    bool silent() const { return kl < 1 || active == 0; }
};

/// Means over a data set of the parts of the bound, and how they spread over levels and units.
struct LatentUse {
    double reconstruction = 0;     ///< −E[ln p(x | z)], nats per image
    double kl = 0;                 ///< of all levels, nats per image
    std::vector<LevelUse> levels;  ///< lowest first; a VAE has one

    double neg_elbo() const { return reconstruction + kl; }
};

/// The bound on the images (N, ...) with one sample of z for each, and the use of each unit. Throws if
/// there are no images.
LatentUse latent_use(const DrawFrom& draw, const Given& given, nn::Random& random);

template <LatentVariableModel Model>
LatentUse latent_use(const Model& model, const Array& images, nn::Random& random) {
    return latent_use(draw_from(model), {images}, random);
}
/// The same with a condition for each image, (N, C). Throws unless there is one for each.
template <ConditionalModel Model>
LatentUse latent_use(const Model& model, const Array& images, const Array& conditions,
                     nn::Random& random) {
    return latent_use(draw_from(model), {images, conditions}, random);
}

/// One sentence: `17 of 20 units active`, or what is wrong with that. Of several levels, the highest
/// first: `Level 2 says 3.1 nats with 9 of 40 units, level 1 ...`, or that it is silent. Of what is not
/// a number it says so.
std::string verdict(const LatentUse& use);

/// How every run of a latent-variable model ends, in nats per image: the parts of the bound, the
/// lowest level's KL first; the KL of each unit in falling order (those below .005 are only counted),
/// a line for each level, the highest first; and the verdict. Without a newline at the end.
std::string report(const LatentUse& use);

}  // namespace models
