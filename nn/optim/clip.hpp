/// @file
/// Limits on gradients, applied between `backward` and `step`.
#pragma once

#include "autograd/gradients.hpp"

namespace nn {

using autograd::Gradients;

/// Scales the gradients of all parameters by one factor so that their common Euclidean norm is at
/// most `limit`. Returns the norm before. Exact: PyTorch divides by the norm plus 10⁻⁶. Pascanu, Mikolov and Bengio 2013, algorithm 1.
/// A gradient that is not finite is not hidden: the norm returned is not finite either, and there is
/// NaN among the gradients afterwards. Throws unless limit > 0.
double clip_by_norm(Gradients& gradients, double limit);

/// Holds each element of each gradient between −limit and limit; NaN stays NaN. Throws unless
/// limit > 0.
void clip_by_value(Gradients& gradients, double limit);

}  // namespace nn
