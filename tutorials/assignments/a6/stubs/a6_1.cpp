// Task a6.1: a loss without noise.
//
// The laboratory: data x of D numbers have the mean 0 and the covariance C, (D, D). The encoder is linear, q(z | x) =
// N(V x, e^λ) with V, (K, D), and one log variance λₖ for each of K units; the decoder is N(W z, σ² I) with W, (D, K).
// Then nothing has to be drawn: the means over all data and all z are polynomials in V, W and e^λ. Write both parts of
// the loss in nats, as exact means: the distortion D = E[−ln p(x | z)], rank 0, with its constant, and the rate
// Rₖ = E[KL(q(zₖ | x) ‖ N(0, 1))] of each unit, (K,).
//
// Put it together from operations: `matmul`, `transpose`, `square`, `sum` and the like in autograd/ops/. C is data and
// needs no gradient; `decoder.tape().constant(covariance)` puts it on the tape. D and K may be any, C is symmetric.

#include <cmath>

#include "autograd/ops.hpp"

namespace autograd {

struct Parts {
    Variable distortion, rates;
};

Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma);

Parts expected_parts(Variable, Variable, Variable, const Array&, Real) {
    throw Error("[a6.1] the parts of the loss are not written yet");
}

}  // namespace autograd
