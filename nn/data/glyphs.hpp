/// @file
/// Images that need no files.
#pragma once

#include <cstddef>

#include "nn/data/dataset.hpp"

namespace nn {

/// Draws n grey images of 28 × 28, as if with a soft pen: ring, bar, plus, cross, triangle, square,
/// zigzag, wave, spiral, arrow, one after the other. Each has its own size, place, turn, slant,
/// bend, thickness, darkness and grain. Grey levels are multiples of 1/255 on a black ground.
///
/// The first images of a larger set are those of a smaller one from the same seed.
Dataset glyphs(std::size_t n, Random& random);

}  // namespace nn
