/// @file
/// Limits on gradients, applied between `backward` and `step`.
#pragma once

#include "nn/module.hpp"

namespace nn {

/// Scales all gradients by one factor so that their common Euclidean norm is at most `limit`.
/// Returns the norm before. Pascanu, Mikolov and Bengio 2013, algorithm 1.
/// A gradient that is not finite is not hidden: the norm returned is not finite either, and there is
/// NaN among the gradients afterwards. Throws unless limit > 0.
double clip_by_norm(const std::vector<NamedParameter>& parameters, double limit);

/// Holds each element of each gradient between −limit and limit; NaN stays NaN. Throws unless
/// limit > 0.
void clip_by_value(const std::vector<NamedParameter>& parameters, double limit);

}  // namespace nn
