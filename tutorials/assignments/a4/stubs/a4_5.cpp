// Task a4.5: sparse is not small.
//
// Hoyer's measure of each unit over the batch: (√B − ‖a‖₁ / ‖a‖₂) / (√B − 1), where a are the B activations of the
// unit. It is 1 if one of them is not 0, 0 if all are of one size, and does not change when all are scaled.
// Activations are (B, K) with B at least 2, the result is (K,). A unit that is always 0 has the measure 0. It is
// measured, not trained: arrays, no tape.

#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array hoyer(const Array& activations);

Array hoyer(const Array&) { throw Error("[a4.5] the measure is not written yet"); }

}  // namespace autograd
