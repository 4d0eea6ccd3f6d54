// Task a8.4: a chain with exact answers.
//
// One number on each level: z₂ ~ N(0, 1), z₁ = a z₂ + s ε, x = z₁ + σ ε'. Let q be the exact posterior, in whichever order it is
// factored. Return five numbers in nats, means over the data of the model itself, (5,):
//
// - KL₁ and KL₂ if inference goes downward, q(z₂ | x) q(z₁ | z₂, x);
// - KL₁ and KL₂ if it goes upward, q(z₁ | x) q(z₂ | z₁), with KL₁ = E[ln q(z₁ | x) − ln p(z₁ | z₂)];
// - −E[ln p(x)], what a perfect model pays.
//
// a may be 0 and s² + a² need not be 1. s and σ are above 0.

#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array chain_terms(Real a, Real s, Real sigma);

Array chain_terms(Real, Real, Real) { throw Error("[a8.4] the terms are not written yet"); }

}  // namespace autograd
