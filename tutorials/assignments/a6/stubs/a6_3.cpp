// Task a6.3: provoke it.
//
// The same model. As β grows, one unit falls silent and then the other: from some weight on, the state in which it says
// nothing is a minimum of the loss and no saddle. Return the two weights, (2,), the smaller first: from the first one
// on a single unit is left, from the second on none.

#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array silencing_weights(const Array& covariance, Real sigma);

Array silencing_weights(const Array&, Real) {
    throw Error("[a6.3] the weights are not written yet");
}

}  // namespace autograd
