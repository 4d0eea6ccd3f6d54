// Task a3.1: gradient descent with momentum.
//
// One step: v ← μ v + g, then w ← w − η v, or with `nesterov` w ← w − η (g + μ v), with the v that has just been made.
// `weight` is w, `velocity` v, which begins as 0, `gradient` g, `rate` η and `momentum` μ. All arrays have one shape.
// The rate may be another one in each step.

#include "autograd/array.hpp"

namespace autograd {

void sgd_step(Array& weight, Array& velocity, const Array& gradient, Real rate, Real momentum,
              bool nesterov);

void sgd_step(Array&, Array&, const Array&, Real, Real, bool) {
    throw Error("[a3.1] the step is not written yet");
}

}  // namespace autograd
