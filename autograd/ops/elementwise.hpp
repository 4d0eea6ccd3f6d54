/// @file
/// Functions of each element by itself. The result has the shape of x.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// y = eˣ.   x̄ += ȳ ∘ y
Variable exp(Variable x);
/// y = ln x.   x̄ += ȳ / x
Variable log(Variable x);
/// y = √x.   x̄ += ȳ / 2y;  infinite at 0
Variable sqrt(Variable x);
/// y = x².   x̄ += 2 ȳ ∘ x
Variable square(Variable x);
/// y = |x|.   x̄ += ȳ ∘ sign x;  0 at 0
Variable abs(Variable x);
/// y = tanh x.   x̄ += ȳ ∘ (1 − y²)
Variable tanh(Variable x);
/// y = 1 / (1 + e⁻ˣ).   x̄ += ȳ ∘ y ∘ (1 − y)
Variable sigmoid(Variable x);
/// y = max(x, 0).   x̄ += ȳ where x > 0;  0 at 0
Variable relu(Variable x);
/// y = x where x > 0, else slope · x.   x̄ += ȳ where x > 0, else slope · ȳ (at 0 too)
Variable leaky_relu(Variable x, Real slope = Real(0.01));
/// y = ln(1 + eˣ), without overflow.   x̄ += ȳ ∘ sigmoid x
Variable softplus(Variable x);
/// y = x where x > 0, else α (eˣ − 1).   x̄ += ȳ where x > 0, else ȳ ∘ (y + α).
/// Clevert, Unterthiner and Hochreiter 2016, eq. 15.
Variable elu(Variable x, Real alpha = 1);
/// y = x held between `low` and `high`.   x̄ += ȳ where low ≤ x ≤ high, else 0.
/// Throws unless low ≤ high.
Variable clip(Variable x, Real low, Real high);
/// y = x, and no gradient goes back.   x̄ += 0
Variable stop_gradient(Variable x);

/// y = a where the condition is not 0, else b; the three broadcast.   ā += ȳ where it is not 0,
/// b̄ += ȳ where it is 0. The condition has no gradient.
Variable where(Variable condition, Variable a, Variable b);

}  // namespace autograd
