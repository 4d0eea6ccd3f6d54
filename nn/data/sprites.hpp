/// @file
/// Pictures with known factors, white or in colour on a black ground, which need no files.
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

/// What a sprite in colour is made by: shape (3, as above), hue (12), scale (6), rotation (12), x (16),
/// y (16). That is 663 552 sprites, each with a number. Hues go evenly around from red by yellow (2),
/// green (4), cyan (6), blue (8) and magenta (10); each colour is the purest of its hue. The others are
/// as above, in fewer steps: three rotations of a square differ, six of an ellipse.
const Factors& colour_sprite_factors();

/// The pictures of these sprites, (N, 3072), each (32, 32, 3) with red, green and blue of a pixel beside
/// each other: black outside, 0, 128/255 or 1 inside. `images` gets that shape. Throws if there is no
/// such sprite.
void draw_colour_sprites(const Indices& numbers, Array& images);
Array draw_colour_sprites(const Indices& numbers);

/// The same as a data set, labelled with their shapes.
Dataset colour_sprites(const Indices& numbers);

/// All of them in a random order that is always the same, divided in two: 653 552 and 10 000 numbers.
SpriteSplit split_colour_sprites();

}  // namespace nn
