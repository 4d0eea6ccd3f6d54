/// @file
/// Sums, differences, products and quotients. Shapes broadcast as in NumPy.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// The shape that a and b broadcast to: aligned at their last axes, where one of them has extent 1
/// or lacks the axis the other one counts. Throws, naming the operation, if two extents differ.
Shape broadcast_shape(const char* operation, const Shape& a, const Shape& b);

/// y = a + b.   ā += ȳ,  b̄ += ȳ
Variable operator+(Variable a, Variable b);
/// y = a − b.   ā += ȳ,  b̄ −= ȳ
Variable operator-(Variable a, Variable b);
/// y = a ∘ b, element-wise.   ā += ȳ ∘ b,  b̄ += ȳ ∘ a
Variable operator*(Variable a, Variable b);
/// y = a / b, element-wise.   ā += ȳ / b,  b̄ −= ȳ ∘ y / b
Variable operator/(Variable a, Variable b);

/// y = x + c.   x̄ += ȳ
Variable operator+(Variable x, Real c);
Variable operator+(Real c, Variable x);
/// y = x − c.   x̄ += ȳ
Variable operator-(Variable x, Real c);
/// y = c − x.   x̄ −= ȳ
Variable operator-(Real c, Variable x);
/// y = c x.   x̄ += c ȳ
Variable operator*(Real c, Variable x);
Variable operator*(Variable x, Real c);
/// y = x / c.   x̄ += ȳ / c
Variable operator/(Variable x, Real c);
/// y = c / x, element-wise.   x̄ −= ȳ ∘ y / x
Variable operator/(Real c, Variable x);
/// y = −x.   x̄ −= ȳ
Variable operator-(Variable x);

}  // namespace autograd
