/// @file
/// Losses, each one operation because it is one thing in mathematics: faster than its composition, and
/// finite where the composition is not.
///
/// They give one number per example: x is (B, ...), everything behind the first axis is summed
/// over, and the result is (B,). `mean` of that is the loss of a batch, in nats per example.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// −log p(t | logits) for Bernoulli variables: y = Σ softplus(l) − t ∘ l, in nats; shape (B,).
/// Targets may be anything in [0, 1].   l̄ += ȳ ∘ (sigmoid(l) − t),  t̄ −= ȳ ∘ l
Variable bce_with_logits(Variable logits, Variable targets);

/// −log p(label | logits) for one of C classes: y = ln Σ eˡ − l[label], in nats; logits are (B, C),
/// the result is (B,).   l̄ += ȳ ∘ (softmax(l) − onehot(label))
Variable cross_entropy_with_logits(Variable logits, const Indices& labels);

/// y = Σ (a − b)², per example; shape (B,).   ā += 2 ȳ ∘ (a − b),  b̄ −= the same
Variable squared_error(Variable a, Variable b);

/// Mean squared error: the mean of (a − b)² over all elements; rank 0. Not a loss in nats but the
/// number people report "per pixel".   ā += 2 ȳ (a − b) / N,  b̄ −= the same
Variable mse(Variable a, Variable b);

}  // namespace autograd
