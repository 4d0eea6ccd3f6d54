/// @file
/// Losses of a batch, all by one convention: **nats per example, summed over dimensions, averaged
/// over the batch**. The result has rank 0.
#pragma once

#include "autograd/ops.hpp"

namespace nn {

using autograd::Variable;

/// −ln p(targets) for independent Bernoulli variables with the given logits, both (B, ...).
Variable bernoulli_loss(Variable logits, Variable targets);

/// −ln p(label) for one of C classes, logits (B, C).
Variable categorical_loss(Variable logits, const autograd::Indices& labels);

/// Σ (x − r)² per example: −ln N(x; r, σ² I) at σ² = ½ less its constant. Both (B, ...).
Variable squared_loss(Variable reconstruction, Variable x);

}  // namespace nn
