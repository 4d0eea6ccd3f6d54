/// @file
/// Black and white pictures with known factors, which need no files.
#pragma once

#include <cstddef>

#include "nn/data/dataset.hpp"
#include "nn/data/factors.hpp"

namespace nn {

/// Pictures of sprites are squares of so many pixels.
inline constexpr std::size_t sprite_side = 32;

/// What a sprite is made by: shape (3: square, ellipse, heart), scale (6), rotation (40), x (32),
/// y (32). That is 737 280 sprites, each with a number; see Factors. Scales go evenly from ½ to 1,
/// rotations evenly once around, centres evenly over the middle half of the picture, so that all of
/// every sprite is within it. A square looks the same after each quarter of a turn and an ellipse
/// after half a turn: ten or twenty of their rotations differ.
///
/// The factors and their numbers of values are those of dSprites (Matthey, Higgins, Hassabis and
/// Lerchner 2017), whose pictures are 64 × 64.
const Factors& sprite_factors();

/// The pictures of the sprites with these numbers, (N, 1024), of zeros and ones. `images` gets that
/// shape. Throws if there is no such sprite.
void draw_sprites(const Indices& numbers, Array& images);
Array draw_sprites(const Indices& numbers);

/// The same as a data set, labelled with their shapes.
Dataset sprites(const Indices& numbers);

/// All sprites in a random order that is always the same, divided in two.
struct SpriteSplit {
    Indices train;  ///< 727 280 numbers
    Indices test;   ///< 10 000 others
};
SpriteSplit split_sprites();

}  // namespace nn
