/// @file
/// Convolutions of images, as matrix products of their patches: gather, multiply, and back: multiply,
/// scatter.
///
/// Images are (B, H, W, C), channels innermost, with at least one pixel; B and C may be 0. A kernel of h
/// by w pixels moves over them by `stride` pixels s along both axes, with `padding` p rows and columns of
/// zeros on each side, and has H′ by W′ places. Throws unless the stride is at least 1 and the kernel at
/// most as large as an image with its padding. Dumoulin and Visin 2016 draw it all.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// y = the patch of x at each place, as a row, for kernels of `height` h by `width` w; (B, H, W, C) gives
/// the shape (B·H′·W′, h·w·C).
/// x̄ += the rows of ȳ scattered to where they were gathered, summed where patches overlap
Variable patches(Variable x, std::size_t height, std::size_t width, std::size_t stride = 1,
                 std::size_t padding = 0);

/// y = patches(x)·Kᵀ + b, a convolution as nets have it, the kernel K not being turned round.
/// x̄ += conv2d_transposed(ȳ, K),  K̄ += ȳᵀ·patches(x),  b̄ += Σ ȳ over the pixels
///
/// x is (B, H, W, C), the weight K is (O, h, w, C), the bias b is (O,), and the result has the shape
/// (B, H′, W′, O) with H′ = ⌊(H + 2p − h) / s⌋ + 1 for stride s and padding p, and W′ alike.
Variable conv2d(Variable x, Variable weight, Variable bias, std::size_t stride = 1,
                std::size_t padding = 0);
/// The same without bias.
Variable conv2d(Variable x, Variable weight, std::size_t stride = 1, std::size_t padding = 0);

/// y = x·K scattered as patches, + b; the transpose of the conv2d with this weight that takes y to x.
/// x̄ += conv2d(ȳ, K),  K̄ += xᵀ·patches(ȳ),  b̄ += Σ ȳ over the pixels
///
/// x is (B, H′, W′, O), the weight K is (O, h, w, C), the bias b is (C,), and the result has the shape
/// (B, H, W, C) with H = (H′ − 1)·s − 2p + h + `output_padding`: strides of more than 1 take images of
/// several heights to the same H′, and that says which. Throws unless it is less than the stride and
/// the padding leaves a pixel.
Variable conv2d_transposed(Variable x, Variable weight, Variable bias, std::size_t stride = 1,
                           std::size_t padding = 0, std::size_t output_padding = 0);
/// The same without bias.
Variable conv2d_transposed(Variable x, Variable weight, std::size_t stride = 1,
                           std::size_t padding = 0, std::size_t output_padding = 0);

}  // namespace autograd
