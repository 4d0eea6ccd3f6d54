/// @file
/// Matrix products.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// y = a·b.   ā += ȳ·bᵀ,  b̄ += aᵀ·ȳ
///
/// a is (..., M, K). Either b is (K, N) and multiplies every matrix of a, or b is (..., K, N) with
/// the leading extents of a, and the products are taken pair by pair. The result is (..., M, N).
Variable matmul(Variable a, Variable b);

/// y = x·Wᵀ + b.   x̄ += ȳ·W,  W̄ += ȳᵀ·x,  b̄ += Σ ȳ over the rows
///
/// x is (..., I), the weight W is (O, I), the bias b is (O,), and the result is (..., O). The weight
/// is stored as PyTorch stores it, (out, in), so that neither pass copies or transposes anything.
Variable linear(Variable x, Variable weight, Variable bias);
/// The same without bias.
Variable linear(Variable x, Variable weight);

}  // namespace autograd
