/// @file
/// Images made smaller and larger without weights. They are (B, H, W, C), channels innermost, with at
/// least one pixel; B and C may be 0.
///
/// A square window of `size` pixels moves by `stride` pixels, or by its own size where no stride is
/// given, and has H′ = ⌊(H − size) / stride⌋ + 1 places along the height. Throws unless the stride is at
/// least 1 and the window at most as large as an image. A NaN stays one in every result that sees it.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// The largest pixel of each window, channel by channel; (B, H, W, C) gives the shape (B, H′, W′, C).
/// x̄ += ȳ at the first pixel that attains it, row by row, else 0
Variable max_pool2d(Variable x, std::size_t size, std::size_t stride);
/// The same without a stride.
Variable max_pool2d(Variable x, std::size_t size);

/// y = Σ x / size² over each window, channel by channel; (B, H, W, C) gives the shape (B, H′, W′, C).
/// x̄ += ȳ / size² at every pixel of the window
Variable average_pool2d(Variable x, std::size_t size, std::size_t stride);
/// The same without a stride.
Variable average_pool2d(Variable x, std::size_t size);

/// Each pixel becomes a square of `factor` by `factor` pixels; (B, H, W, C) gives the shape
/// (B, factor·H, factor·W, C). Throws if the factor is 0.
///
/// x̄ += Σ ȳ over the square
Variable upsample_nearest(Variable x, std::size_t factor);

}  // namespace autograd
