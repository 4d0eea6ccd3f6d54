/// @file
/// Pictures: PNG files written and read, and many small images laid out as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

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

/// A picture as a file has it, with 8 bits per channel.
struct Bitmap {
    autograd::Shape shape;            ///< (H, W, 1) for grey, (H, W, 3) for red, green and blue
    std::vector<std::uint8_t> bytes;  ///< row-major
};

/// The shape of the picture in a PNG file, by its header alone: a palette counts as colour.
///
/// Throws, in one line that names the file, if it is missing, no file or no PNG, if its header is
/// damaged, or if it declares more than 2²⁶ pixels.
autograd::Shape png_shape(const std::filesystem::path& path);

/// Reads a PNG file of any kind: grey, colour or palette, 1 to 16 bits, interlaced or not. Its numbers
/// are taken as they are, whatever the file says of colour spaces; 16 bits are rounded to 8. What is
/// transparent lies on white, as on a page.
///
/// Throws as png_shape() does, and if the file ends early or is damaged anywhere but in its notes. What
/// follows the picture is not looked at.
Bitmap read_png(const std::filesystem::path& path);

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
