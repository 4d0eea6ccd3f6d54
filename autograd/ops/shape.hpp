/// @file
/// Operations that move elements and compute nothing. Axes may be negative: −1 is the last one.
#pragma once

#include <initializer_list>
#include <span>

#include "autograd/tape.hpp"

namespace autograd {

/// y = x with its axes reversed, xᵀ; (M, N) gives (N, M).   x̄ += ȳᵀ
Variable transpose(Variable x);
/// Axis number i of y is axis axes[i] of x; with {0, 2, 1}, (B, M, N) gives (B, N, M).
/// x̄ += ȳ with the axes put back. Throws unless `axes` names every axis once.
Variable transpose(Variable x, const Indices& axes);

/// The same elements in the same order; the new shape has as many.   x̄ += ȳ in x's shape
Variable reshape(Variable x, const Shape& shape);

/// The parts one after the other along an axis; the other extents must agree.
/// Each part's gradient is its piece of ȳ
Variable concat(std::span<const Variable> parts, int axis);
Variable concat(std::initializer_list<Variable> parts, int axis);

/// Elements begin ≤ i < end along an axis; its extent is end − begin.
/// x̄ += ȳ there, 0 elsewhere
Variable slice(Variable x, int axis, std::size_t begin, std::size_t end);

/// Rows of x, which is (N, ...), by their numbers; the result is (rows, ...).
/// x̄ at row r += Σ of the rows of ȳ that were taken from r
Variable gather(Variable x, const Indices& rows);
/// Rows of x, which is (N, ...), by their numbers, in an array of rows; the result is (T, B, ...) where
/// `leading` is {T, B}, which has as many elements as there are numbers.
/// x̄ at row r += Σ of the rows of ȳ that were taken from r
Variable gather(Variable x, const Indices& rows, const Shape& leading);

}  // namespace autograd
