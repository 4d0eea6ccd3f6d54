// Task a5.7: a likelihood that the framework does not have, value and pullback. README.md says which.
//
// The decoder's outputs o and the data x are (B, D); the result is ln p(x | o) of each example, in nats, (B,):
// the sum over its D elements. One operation with a pullback of its own, which gives o its gradient; x is
// data and needs none. Plain loops over `x.value().data()` and `output.value().data()` will do. Outputs may
// be large, of either sign: write the formula so that nothing overflows which does not have to.

#include <cmath>

#include "autograd/ops/examples.hpp"

namespace autograd {

Variable log_likelihood(Variable x, Variable output);

Variable log_likelihood(Variable x, Variable output) {
    require_same_shape("log_likelihood", "x", x, "output", output);
    require_examples("log_likelihood", x);
    return x.tape().record(
        "log_likelihood", {x, output},
        [=](Entry& y) {
            y.value.resize(Shape{x.shape()[0]});
            throw Error("[a5.7] the likelihood is not written yet");
        },
        [=](Entry&) { throw Error("[a5.7] its pullback is not written yet"); });
}

}  // namespace autograd
