// Task a5.3: the reparameterization trick.
//
// A draw from N(μ, e^λ) as a function of its parameters and of noise ε from the standard normal. All three
// arrays have one shape, which is that of the result, and all three get gradients.
//
// `assign(z.value, expression)` writes an expression of arrays, as `a + xt::exp(b) * c`;
// `contribute(x, expression)` adds one to the gradient of x. `mean.value()` is an array, `z.gradient` the
// incoming gradient.

#include "autograd/ops/examples.hpp"
#include "autograd/ops/gaussian.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

Variable reparameterize(Variable mean, Variable log_variance, Variable noise) {
    require_same_shape("reparameterize", "mean", mean, "log_variance", log_variance);
    require_same_shape("reparameterize", "mean", mean, "noise", noise);
    return mean.tape().record(
        "reparameterize", {mean, log_variance, noise},
        [=](Entry&) { throw Error("[a5.3] the draw is not written yet"); },
        [=](Entry&) { throw Error("[a5.3] its pullback is not written yet"); });
}

}  // namespace autograd
