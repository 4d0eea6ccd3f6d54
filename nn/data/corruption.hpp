/// @file
/// Corrupting images on purpose, for models that learn to repair them.
#pragma once

#include "autograd/array.hpp"
#include "nn/random.hpp"

namespace nn {

/// What happens to the pixels (B, D) of a batch once all draws are made: x̃ = keep ∘ x + add. Every
/// corruption here has this form, so one that is drawn is data: it can be looked at, applied again,
/// made by hand, and held still while gradients are checked.
struct Damage {
    Array keep;  ///< (B, D)
    Array add;   ///< (B, D)

    /// x̃, (B, D), of the clean images (B, D). Throws if the shapes differ.
    Array apply(const Array& clean) const;
};

/// The corruptions of Vincent, Larochelle, Lajoie, Bengio and Manzagol, *Stacked denoising
/// autoencoders*, JMLR 11 (2010), section 3.3.
enum class CorruptionKind {
    gaussian,         ///< x̃ = x + σ·ε with ε ~ N(0, 1), not clipped; the strength is σ ≥ 0
    masking,          ///< a pixel becomes 0; the strength is the probability of that
    salt_and_pepper,  ///< a pixel becomes 0 or 1, equally likely; the strength is the probability
};

/// A kind of corruption, and how strong it is: each image by its own strength, uniform between the
/// two.
struct Corruption {
    CorruptionKind kind = CorruptionKind::gaussian;
    double weakest = 0;
    double strongest = 0;

    /// Throws the dice for a batch of this shape, (B, D).
    ///
    /// Throws for strengths that are negative, not finite, above 1 where they are probabilities, or
    /// in the wrong order, and for a shape that is not (B, D).
    Damage draw(const Shape& shape, Random& random) const;

    /// The images (B, D), corrupted. Throws as above.
    Array operator()(const Array& clean, Random& random) const;
};

/// The same strength for every image.
Corruption gaussian_noise(double sigma);
Corruption masking_noise(double probability);
Corruption salt_and_pepper_noise(double probability);

}  // namespace nn
