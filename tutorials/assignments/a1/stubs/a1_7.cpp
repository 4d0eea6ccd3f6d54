// Task a1.7: an activation that the framework does not have, value and pullback. README.md says which.
//
// Any way to write it will do, with arrays or in plain loops over `x.value().data()`. Inputs may be as
// large as a thousand: nothing may overflow.

#include "autograd/pullback.hpp"

namespace autograd {

Variable activation(Variable x);

Variable activation(Variable) { throw Error("[a1.7] the activation is not written yet"); }

}  // namespace autograd
