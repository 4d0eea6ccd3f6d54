/// @file
/// Layers for images that have no parameters: between sizes, and between images and rows of numbers.
#pragma once

#include "nn/module.hpp"

namespace nn {

/// The largest pixel of each window, (B, H, W, C) to (B, H', W', C): see autograd::max_pool2d.
struct MaxPool {
    std::size_t size, stride = size;

    Variable operator()(Variable x) const { return autograd::max_pool2d(x, size, stride); }
};

/// The average of each window, (B, H, W, C) to (B, H', W', C): see autograd::average_pool2d.
struct AveragePool {
    std::size_t size, stride = size;

    Variable operator()(Variable x) const { return autograd::average_pool2d(x, size, stride); }
};

/// Each pixel becomes a square, (B, H, W, C) to (B, factor·H, factor·W, C): see
/// autograd::upsample_nearest. A convolution behind it is the cure for the chequerboard that transposed
/// convolutions paint where their size is no multiple of their stride.
/// Odena, Dumoulin and Olah 2016.
struct Upsample {
    std::size_t factor;

    Variable operator()(Variable x) const { return autograd::upsample_nearest(x, factor); }
};

/// A row of numbers for each example: (B, ...) becomes (B, D). Throws if x is one number.
struct Flatten {
    Variable operator()(Variable x) const;
};

/// The way back, an image for each row: (B, D) becomes (B, height, width, channels). Throws unless
/// D = height · width · channels.
struct Unflatten {
    std::size_t height, width, channels;

    Variable operator()(Variable x) const;
};

}  // namespace nn
