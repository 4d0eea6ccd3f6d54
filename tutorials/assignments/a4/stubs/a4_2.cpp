// Task a4.2: a unit should be active for a part ρ of the examples.
//
// Activations are (B, K), between 0 and 1. The mean of unit k over the batch is ρ̂ₖ, and the penalty is the sum over
// the units of KL(ρ ‖ ρ̂ₖ), the divergence between two coins, in nats: both sides of the coin count. The result has
// rank 0. One operation with a pullback of its own, as in task a4.1.

#include <cmath>

#include "autograd/tape.hpp"

namespace autograd {

Variable sparsity(Variable activations, Real target);

Variable sparsity(Variable, Real) { throw Error("[a4.2] the penalty is not written yet"); }

}  // namespace autograd
