// Task a8.6: a divergence of the term. README.md says which.
//
// Levels need not be Gaussian. Posterior and prior of a unit are of the family of the term, each with one output of a net:
// q for the posterior's, p for the prior's, both (B, K). The result is KL(q ‖ p) of each example, in nats, (B,): the sum over
// its K units. One operation with a pullback of its own; both arrays get gradients. Derive it on paper first.
//
// `sum_examples(y.value, f, arrays...)` writes Σ f(numbers...) of each example, and `contribute_examples(x, y, f, arrays...)`
// adds f(numbers...) times ȳ of the example to the gradient of x. f takes and returns batches of numbers: `[](Batch q, Batch p) {
// return q * xsimd::exp(p); }`. Plain loops will do too: `x.tape().contribution(x)` gives the gradient of x and a
// number beta; if it is 0, yours is the first contribution and overwrites what stands there; else add to it.

#include <cmath>

#include "autograd/ops/examples.hpp"

namespace autograd {

using simd::Batch;

Variable divergence(Variable posterior, Variable prior);

Variable divergence(Variable posterior, Variable prior) {
    require_same_shape("divergence", "posterior", posterior, "prior", prior);
    require_examples("divergence", posterior);
    return posterior.tape().record(
        "divergence", {posterior, prior},
        [=](Entry& y) {
            y.value.resize(Shape{posterior.shape()[0]});
            throw Error("[a8.6] the divergence is not written yet");
        },
        [=](Entry&) { throw Error("[a8.6] its pullback is not written yet"); });
}

}  // namespace autograd
