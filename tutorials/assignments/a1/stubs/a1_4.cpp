// Task a1.4: the pullback of a quotient, whose two sides broadcast.
//
// `contribute_broadcast(a, y, f, u, v)` computes f(u, v) in the shape of y, sums it over the axes along
// which a was repeated, and adds that to the gradient of a. f takes and returns batches of numbers:
// `[](Batch p, Batch q) { return p * q; }`, or std::multiplies<>(). Any number of arrays may follow f.

#include <functional>

#include "autograd/ops/arithmetic.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

using simd::Batch;

Variable operator/(Variable a, Variable b) {
    const Shape shape = broadcast_shape("divide", a.shape(), b.shape());
    return a.tape().record(
        "divide", {a, b},
        [&](Entry& y) { assign_broadcast(y.value, shape, std::divides<>(), a.value(), b.value()); },
        [=](Entry&) { throw Error("[a1.4] the pullback of the quotient is not written yet"); });
}

}  // namespace autograd
