/// @file
/// Windows on images, and the patches seen through them: gather, and its transpose, scatter. Elsewhere
/// they are called im2col and col2im.
#pragma once

#include <algorithm>

#include "autograd/array.hpp"

namespace autograd {

/// Those from number `begin` on, without `end`.
struct Range {
    std::size_t begin, end;

    std::size_t count() const { return end - begin; }
    /// Part number i of `parts` that are equally long, up to one.
    Range part(std::size_t i, std::size_t parts) const {
        return {begin + count() * i / parts, begin + count() * (i + 1) / parts};
    }
};

/// How a window moves over images (B, H, W, C): one place every `stride` pixels along both axes, the
/// first one `padding` pixels before the image's corner. Around the image there are zeros. Rows and
/// columns at the far ends that are too few for one more place are seen by none.
struct Windows {
    std::size_t images, height, width, channels;
    std::size_t window_height, window_width;
    std::size_t stride, padding;

    /// Throws, naming the operation, unless x is images of at least one pixel, the stride is at least 1
    /// and the window is no larger than an image with its padding.
    Windows(const char* operation, const Shape& x, std::size_t window_height,
            std::size_t window_width, std::size_t stride, std::size_t padding);

    /// How many places there are along the height, and along the width.
    std::size_t down() const { return (height + 2 * padding - window_height) / stride + 1; }
    std::size_t across() const { return (width + 2 * padding - window_width) / stride + 1; }

    /// How many numbers there are in an image, a patch, a line of patches side by side, and all patches.
    std::size_t image_size() const { return height * width * channels; }
    std::size_t patch_size() const { return window_height * window_width * channels; }
    std::size_t line_size() const { return across() * patch_size(); }
    std::size_t patches_size() const { return images * down() * line_size(); }

    /// The lines of places of these images. They are counted through all images: line b·down() + i is
    /// the i-th of image b.
    Range lines(Range of) const { return {of.begin * down(), of.end * down()}; }
};

/// Throws, naming the operation, unless x is (B, H, W, C) with at least one pixel.
void require_images(const char* operation, const Shape& x);

/// Threads share images in this many parts. It does not depend on how many threads there are, and so
/// the bits of a sum over images do not either.
inline constexpr std::size_t image_parts = 8;

/// More operations than this are worth a second thread. OpenBLAS thinks so too, of a product; within a
/// part, beside others, it never takes one. So products have one thread each either way, and the same
/// bits.
inline constexpr std::size_t worth_sharing = 262144;

/// Calls work(part, images) for each part of `count` images; threads share them.
template <class Work>
void for_each_part(std::size_t count, std::size_t operations, const Work& work) {
    const std::size_t parts = std::min(image_parts, count);
#pragma omp parallel for schedule(static) if (operations > worth_sharing)
    for (std::size_t part = 0; part < parts; ++part) work(part, Range{0, count}.part(part, parts));
}

/// patches ← what is seen from the places of these lines, a row for each, (places, h·w·C): the pixels
/// row by row, their channels innermost. `images` is where the first of all images begins.
void gather(const Windows& windows, const Real* images, Range lines, Real* patches);

/// images += patches, each number to where `gather` would find it. The transpose of `gather`: what
/// several windows see gets the sum of what comes back, and what lies in the padding goes nowhere.
void scatter(const Windows& windows, const Real* patches, Range lines, Real* images);

}  // namespace autograd
