// Task a7.6: a metric of the term. README.md says which.
//
// Codes are (N, K), the values of the factors (N, F), whole numbers from 0 on. First a table: how closely unit j is tied to
// factor k, aₖⱼ, a number between 0 and 1. Then one score of the table, rank 0. It has a gradient for the codes, so
// that a net could be trained on it. Put it together from operations, or write a pullback of your own. The factors are
// data; no code and no factor stays the same in all items. All means are over the N items.
//
// `codes.tape().constant(array)` puts what you have computed from the factors on the tape: a matrix that averages over the
// items with the same value, say. `factors(i, k)` is the value of factor k in item i.

#include <cmath>
#include <vector>

#include "autograd/ops.hpp"

namespace autograd {

Variable metric(Variable codes, const Array& factors);

Variable metric(Variable, const Array&) { throw Error("[a7.6] the metric is not written yet"); }

}  // namespace autograd
