// Task a7.3: what a label is worth.
//
// A table, (A, C), says how often a code of kind a came with a label of kind c. Its entries are counts or any other
// weights of at least 0; they need not add up to 1. Return three numbers in nats, (3,): the entropy of the rows' kinds, the
// entropy of the labels, and the mutual information of the two. Kinds that do not occur count as nothing: 0 ln 0 is 0.

#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array information(const Array& table);

Array information(const Array&) { throw Error("[a7.3] the information is not written yet"); }

}  // namespace autograd
