// Task a6.5: who is silent?
//
// An encoder has put out means and log variances for N examples and K units, both (N, K). Return three rows of K
// numbers, (3, K): the KL of each unit to N(0, 1), averaged over the examples; the variance of its mean over the examples
// (divided by N); and 1 if that variance is above 1/100, the usual mark of an active unit, else 0. It is measured, not
// trained: arrays, no tape.

#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array use_of_units(const Array& mean, const Array& log_variance);

Array use_of_units(const Array&, const Array&) {
    throw Error("[a6.5] the measures are not written yet");
}

}  // namespace autograd
