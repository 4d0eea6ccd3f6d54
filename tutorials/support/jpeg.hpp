/// @file
/// The compression that everybody has: JPEG.
#pragma once

#include <cstddef>
#include <string>

#include "autograd/array.hpp"

namespace tutorials {

/// The JPEG file of a grey picture (H, W) with pixels from 0 to 1; values beyond are clamped. The
/// Huffman tables are made for this picture. `quality` is 1 (small) to 100 (good).
///
/// Throws if the picture has another shape, no pixels, more than 65500 to a side or a pixel that is
/// not a number, or if the quality is another.
///
/// Source: ITU-T recommendation T.81 (1992); G. K. Wallace, The JPEG still picture compression
/// standard, Communications of the ACM 34 (1991).
std::string encode_jpeg(const autograd::Array& pixels, int quality);

/// The picture (H, W) in a grey JPEG file. Throws if it is none, or damaged.
autograd::Array decode_jpeg(const std::string& file);

/// Images after JPEG, and what they cost.
struct JpegImages {
    autograd::Array images;  ///< (N, D)
    double bits;             ///< of the files, for each image
};

/// Each of the images (N, D), of the shape `item` = (H, W, 1), as a JPEG file of its own, headers
/// included.
JpegImages jpeg_each(const autograd::Array& images, const autograd::Shape& item, int quality);

/// All of them side by side in a single file, which shares headers and Huffman tables. Every image
/// is continued by its own last row and column to full blocks of 8 × 8, as JPEG does at the edge of
/// a picture, so that no block shows parts of two.
JpegImages jpeg_together(const autograd::Array& images, const autograd::Shape& item, int quality);

}  // namespace tutorials
