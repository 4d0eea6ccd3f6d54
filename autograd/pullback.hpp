/// @file
/// How operations write values and add to gradients. Holds xtensor expressions: for the sources of
/// operations only.
#pragma once

#include "autograd/broadcast.hpp"
#include "autograd/tape.hpp"

namespace autograd {

/// Whether xtensor has a SIMD form of the expression. One function without, as xt::maximum, makes the
/// whole expression run element by element.
template <class Expression>
inline constexpr bool vectorized = xt::xassign_traits<Array, Expression>::simd_linear_assign();

/// Throws unless all arrays in the expression have one shape. xtensor would broadcast them too, but
/// step through them element by element, 40 times slower: that is what `assign_broadcast` is for.
template <class Expression>
void require_one_shape(const Expression& expression) {
    static_assert(vectorized<Expression>, "this expression would run element by element");
    Shape shape(expression.dimension(), static_cast<std::size_t>(-1));  // not known yet
    require(expression.broadcast_shape(shape, true),
            "[assign] expected arrays of one shape, got some that broadcast to ", shape);
}

/// What is left of `xt::noalias(target) = expression` when all shapes are the same: one SIMD loop. The
/// other loops are not even compiled, which takes longer than all the rest of an operation.
template <class Expression>
void assign_linear(Array& target, const Expression& expression) {
    xt::linear_assigner<true>::run(target, expression);
}

/// target = expression, in the memory that target has. The arrays in it have one shape.
template <class Expression>
void assign(Array& target, const Expression& expression) {
    require_one_shape(expression);
    target.resize(expression.shape());
    assign_linear(target, expression);
}

/// x̄ += expression, which has the shape of x, as all arrays in it. Nothing is computed when x is a
/// constant.
template <class Expression>
void contribute(Variable x, const Expression& expression) {
    if (!x.requires_gradient()) return;
    require_one_shape(expression);
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0)
        assign_linear(gradient, expression);
    else
        assign_linear(gradient, gradient + expression);
}

/// y = f(inputs...), element by element, each input being broadcast to `shape`, the shape of y. f
/// takes and returns SIMD batches.
template <class Function, class... Inputs>
void assign_broadcast(Array& y, const Shape& shape, Function f, const Inputs&... inputs) {
    y.resize(shape);
    broadcast_map(shape, 0, y.data(), f, inputs...);
}

/// x̄ += f(inputs...), each input being broadcast to the shape of y, and the result summed over the
/// axes along which x was. This is the transpose of broadcasting. Where there is something to sum,
/// `y.saved` holds what is summed, so it is no input.
template <class Function, class... Inputs>
void contribute_broadcast(Variable x, Entry& y, Function f, const Inputs&... inputs) {
    if (!x.requires_gradient()) return;
    const Shape& shape = y.value.shape();
    const auto [gradient, beta] = x.tape().contribution(x);
    if (x.shape() == shape) return broadcast_map(shape, beta, gradient.data(), f, inputs...);
    assign_broadcast(y.saved, shape, f, inputs...);
    reduce_to_shape(x.shape(), y.saved, beta, gradient.data());
}

}  // namespace autograd
