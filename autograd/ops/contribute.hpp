/// @file
/// How pullbacks add to gradients. Holds xtensor expressions: for the sources of operations only.
#pragma once

#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "autograd/kernels.hpp"
#include "autograd/tape.hpp"

namespace autograd {

/// x̄ += expression, which has the shape of x. Nothing is computed when x is a constant.
template <class Expression>
void contribute(Variable x, const Expression& expression) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0)
        xt::noalias(gradient) = expression;
    else
        xt::noalias(gradient) += expression;
}

/// x̄ += expression, which has the shape of y, summed over the axes along which x was broadcast.
/// This is the transpose of broadcasting. `y.saved` serves as scratch.
template <class Expression>
void contribute_folded(Variable x, Entry& y, const Expression& expression) {
    if (!x.requires_gradient()) return;
    if (x.shape() == y.value.shape()) return contribute(x, expression);
    xt::noalias(y.saved) = expression;
    const auto [gradient, beta] = x.tape().contribution(x);
    kernels::Fold(y.value.shape(), x.shape()).sum(y.saved.data(), gradient.data(), beta);
}

}  // namespace autograd
