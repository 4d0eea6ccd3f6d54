// Task a6.6: a run of the laboratory, with two cures.
//
// Gradient descent on the weights of the linear model, without momentum. Step t, counted from 0, takes `rate` times the
// gradient of
//
//     D + βₜ Σₖ max(c, Rₖ)
//
// off W, V and λ, all three at once. βₜ is `weights[t]`: if they rise from 0, that is warm-up. c nats are free for each
// unit: below them a rate costs the same whatever it is, so the price gives it no gradient. There are as many steps as
// weights. D and Rₖ are those of `expected_parts`, task a6.1, which you may call; `tape.backward(loss)` gives the
// gradients, and `gradients.of(x)` that of a variable. Return the three arrays after the last step.

#include <vector>

#include "autograd/ops.hpp"

namespace autograd {

struct Parts {
    Variable distortion, rates;
};
Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma);

struct Run {
    Array decoder, encoder, log_variance;
};

Run descend(Run at, const Array& covariance, Real sigma, const std::vector<Real>& weights,
            Real free_nats, Real rate);

Run descend(Run, const Array&, Real, const std::vector<Real>&, Real, Real) {
    throw Error("[a6.6] the descent is not written yet");
}

}  // namespace autograd
