/// @file
/// How operations write values and add to gradients. Holds xtensor expressions: for the sources of
/// operations only.
#pragma once

#include "autograd/kernels.hpp"
#include "autograd/tape.hpp"

namespace autograd {

/// Whether xtensor computes the expression in SIMD batches. One function without a SIMD form, as
/// xt::maximum, makes the whole expression run element by element.
template <class Expression>
inline constexpr bool vectorized = xt::xassign_traits<Array, Expression>::simd_linear_assign();

/// target = expression, in the memory that target has.
template <class Expression>
void assign(Array& target, const Expression& expression) {
    static_assert(vectorized<Expression>, "this expression would run element by element");
    xt::noalias(target) = expression;
}

/// x̄ += expression, which has the shape of x. Nothing is computed when x is a constant.
template <class Expression>
void contribute(Variable x, const Expression& expression) {
    static_assert(vectorized<Expression>, "this expression would run element by element");
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0)
        xt::noalias(gradient) = expression;
    else
        xt::noalias(gradient) += expression;
}

/// The value of x broadcast to a shape: x's own array if it has that shape, else `scratch`.
/// xtensor would step through a column or a single number element by element, 40 times slower.
inline const Array& broadcast(Variable x, const Shape& shape, Array& scratch) {
    if (x.shape() == shape) return x.value();
    scratch.resize(shape);
    kernels::Fold(shape, x.shape()).spread(1, x.value().data(), scratch.data(), 0);
    return scratch;
}

/// x̄ += expression, which has the shape of y, summed over the axes along which x was broadcast.
/// This is the transpose of broadcasting. `y.saved` serves as scratch, also inside the expression.
template <class Expression>
void contribute_folded(Variable x, Entry& y, const Expression& expression) {
    if (!x.requires_gradient()) return;
    if (x.shape() == y.value.shape()) return contribute(x, expression);
    assign(y.saved, expression);
    const auto [gradient, beta] = x.tape().contribution(x);
    kernels::Fold(y.value.shape(), x.shape()).sum(y.saved.data(), gradient.data(), beta);
}

}  // namespace autograd
