// Task a3.2: Adam.
//
// One step, number t, counted from 1: m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², element by element. Both begin as
// 0 and are too small at first; m̂ and v̂ are what they are without that bias, and w ← w − η m̂ / (√v̂ + ε). The correction is
// for the step alone: m and v are remembered as they are. `mean` is m, `square` v, `step` t, `rate` η.

#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

void adam_step(Array& weight, Array& mean, Array& square, const Array& gradient, std::size_t step,
               Real rate, Real beta1, Real beta2, Real epsilon);

void adam_step(Array&, Array&, Array&, const Array&, std::size_t, Real, Real, Real, Real) {
    throw Error("[a3.2] the step is not written yet");
}

}  // namespace autograd
