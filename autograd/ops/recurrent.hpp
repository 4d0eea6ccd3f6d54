/// @file
/// Recurrent nets over whole sequences. x is (T, B, ...), time first: step t of B sequences side by side.
///
/// What x gives to the gates of all steps is one product, made before by `linear`; here the steps follow
/// one another, each with a product of the state before. Sequences may be shorter than T: `lengths` has
/// the number of steps of each, or is empty where all have T. A sequence that has ended keeps its state,
/// and what stands in x behind its end has no influence. So the last step has the last state of each.
#pragma once

#include "autograd/tape.hpp"

namespace autograd {

/// y = the states hₜ of a long short-term memory, with c = f ∘ c′ + i ∘ g and h = o ∘ tanh c, where c′ and
/// h′ are those of the step before, i, f, o = sigmoid a, g = tanh a and a = x + h′·Wᵀ + b.
/// x̄ += ā,  W̄ += Σ āᵀ·h′,  b̄ += Σ ā,  h̄′ += ā·W, and ā from h̄ and c̄ by the rules of its parts
///
/// x is (T, B, 4H) and has i, f, g, o one after the other as PyTorch has them, the weight W is (4H, H),
/// the bias b is (4H,), the first states h and c are (B, H), and the result has the shape (T, B, H).
/// Throws unless there is a length for each sequence, or none, and none is above T. Hochreiter and
/// Schmidhuber 1997; the gate f is from Gers, Schmidhuber and Cummins 2000.
Variable lstm(Variable x, Variable weight, Variable bias, Variable h, Variable c,
              const Indices& lengths = {});

/// y = the states hₜ of gated recurrent units, with h = (1 − z) ∘ n + z ∘ h′, where h′ is that of the step
/// before, r, z = sigmoid(x + a), n = tanh(x + r ∘ a) and a = h′·Wᵀ + b.
/// W̄ += Σ āᵀ·h′,  b̄ += Σ ā,  h̄′ += ā·W + z ∘ h̄, and x̄ and ā from h̄ by the rules of its parts
///
/// x is (T, B, 3H) and has r, z, n one after the other as PyTorch has them, the weight W is (3H, H), the
/// bias b is (3H,), the first state h is (B, H), and the result has the shape (T, B, H). Throws as `lstm`.
/// Cho et al. 2014, with r applied behind the product instead of before: one product for each step.
Variable gru(Variable x, Variable weight, Variable bias, Variable h, const Indices& lengths = {});

}  // namespace autograd
