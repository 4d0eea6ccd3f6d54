/// @file
/// Pictures: an array written as a PNG file, and many small images laid out as one.
#pragma once

#include <cstddef>
#include <filesystem>

#include "autograd/array.hpp"

namespace nn {

/// Writes a PNG file with 8 bits per channel. `pixels` is (H, W) for grey or (H, W, 3) for red,
/// green and blue; 0 is black and 1 is full, values beyond are clamped.
///
/// The file is replaced as a whole or stays as it was (see write_atomically()).
///
/// Throws for another shape, no pixels, a side of more than 1000000, a pixel that is not a number, a
/// file that cannot be written.
void write_png(const std::filesystem::path& path, const autograd::Array& pixels);

/// How image_grid() lays out its images.
struct GridOptions {
    std::size_t columns = 10;       ///< images beside each other
    std::size_t gap = 2;            ///< pixels between two images, not scaled
    std::size_t scale = 1;          ///< each pixel becomes scale × scale pixels
    autograd::Real background = 1;  ///< the gaps, and the places that are left over in the last row
};

/// One picture that shows N images, left to right and then down. `images` is (N, D), each row an
/// image of the shape `item` = (H, W, C) in row-major order. The picture is (H', W') for grey images,
/// C = 1, and (H', W', 3) for red, green and blue, C = 3.
///
/// Throws for another shape, no images, no columns, a scale of 0.
autograd::Array image_grid(const autograd::Array& images, const autograd::Shape& item,
                           const GridOptions& options = {});

}  // namespace nn
