/// @file
/// Why the bound is below ln p(x): the family of q, or the encoder that chooses from it.
#pragma once

#include "models/bound.hpp"

namespace models {

/// How a posterior is refined: Adam on its parameters, the model fixed.
struct RefinementSettings {
    std::size_t steps = 300;
    std::size_t samples = 10;         ///< draws of each image in a step
    Real learning_rate = Real(0.05);  ///< falls to a tenth of it
};

/// A diagonal Gaussian q(z) for each image, its own.
struct Posteriors {
    Array mean, log_variance;  ///< (N, latent)
};

/// What a model says of given draws: Vae::draws_of() and the like.
using DrawsOf = std::function<Draws(Variable x, const nn::Normal& q, Variable z)>;

/// Moves each q to where the bound of its image is highest, from where it is. Throws if a setting is
/// 0, or there are no images.
Posteriors refine(const DrawsOf& model, const Array& images, Posteriors q, nn::Random& random,
                  const RefinementSettings& settings = {});

/// The bound of each image with these q, nats, by so many draws of each.
std::vector<double> bounds(const DrawsOf& model, const Array& images, const Posteriors& q,
                           std::size_t samples, nn::Random& random);

/// What the encoder says, for each of the images (N, ...).
template <TakesPosterior Model>
Posteriors encoded(const Model& model, const Array& images) {
    Tape tape;
    tape.set_inference(true);
    const nn::Normal q = model.encode(tape.constant(images));
    return {q.mean.value(), q.log_variance.value()};
}
template <TakesPosterior Model>
DrawsOf draws_of(const Model& model) {
    return
        [&model](Variable x, const nn::Normal& q, Variable z) { return model.draws_of(x, q, z); };
}

}  // namespace models
