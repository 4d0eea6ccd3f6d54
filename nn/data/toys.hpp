/// @file
/// Densities in the plane: small enough to plot, hard enough to be worth modelling.
#pragma once

#include <cstddef>

#include "nn/data/dataset.hpp"

namespace nn {

// Each gives n points as a Dataset whose `images` are (n, 2), x and y of order 1, not confined to
// [0, 1]. The label, dealt out in turn, is the piece of the density that a point comes from.
// `noise` is the standard deviation, in x and in y, of what blurs it.

/// Two half circles of radius 1 that reach into each other: around (0, 0) the upper half, around
/// (1, ½) the lower.
Dataset two_moons(std::size_t n, Random& random, double noise = 0.1);

/// Circles around the origin, the k-th of radius k / rings.
Dataset rings(std::size_t n, Random& random, std::size_t rings = 2, double noise = 0.05);

/// Arms that wind once around the origin: at angle φ from its start, an arm has radius φ / 2π.
Dataset spiral(std::size_t n, Random& random, std::size_t arms = 2, double noise = 0.02);

}  // namespace nn
