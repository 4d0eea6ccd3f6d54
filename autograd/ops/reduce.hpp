/// @file
/// Sums, means, maxima and the functions of a whole axis that are built on them.
///
/// Axes may be negative: −1 is the last one. With `keepdims` a reduced axis stays with extent 1, so
/// that the result broadcasts against x. An axis that does not exist throws, and so does an axis without
/// elements where its function has no value: `max`, `log_sum_exp`, `softmax`, `log_softmax`.
///
/// A NaN stays one: its sum, maximum and `log_sum_exp` are NaN, and so is all of its `softmax`. That is
/// also what `softmax` gives where it is undefined, with +∞ or with nothing but −∞; `log_sum_exp` is ∞ or
/// −∞ there.
#pragma once

#include <initializer_list>

#include "autograd/tape.hpp"

namespace autograd {

/// y = Σ x over all axes; the result has rank 0.   x̄ += ȳ everywhere
Variable sum(Variable x);
/// y = Σ x over the given axes; (B, D) over {1} gives (B,).   x̄ += ȳ, broadcast along them
Variable sum(Variable x, std::initializer_list<int> axes, bool keepdims = false);

/// y = Σ x / N over all N elements; the result has rank 0.   x̄ += ȳ / N everywhere
Variable mean(Variable x);
/// y = Σ x / N over the N elements along the given axes; (B, D) over {0} gives (D,).
/// x̄ += ȳ / N, broadcast along them
Variable mean(Variable x, std::initializer_list<int> axes, bool keepdims = false);

/// The largest element along an axis; (B, D) along 1 gives (B,).
/// x̄ += ȳ at the first element that attains it, else 0
Variable max(Variable x, int axis, bool keepdims = false);

/// y = ln Σ eˣ along an axis, without overflow; (B, D) along 1 gives (B,).   x̄ += ȳ ∘ softmax x
Variable log_sum_exp(Variable x, int axis, bool keepdims = false);

/// y = eˣ / Σ eˣ along an axis; the shape of x.   x̄ += y ∘ (ȳ − Σ ȳ ∘ y)
Variable softmax(Variable x, int axis = -1);

/// y = x − ln Σ eˣ along an axis; the shape of x.   x̄ += ȳ − eʸ Σ ȳ
Variable log_softmax(Variable x, int axis = -1);

}  // namespace autograd
