// Task a2.5: the best step.
//
// The error of a central difference with step h is about h²/6 · |f‴| + ε/h · |f|, where f is known to a
// relative precision ε. Return the h for which it is smallest, given ε, the size of f and that of its third
// derivative, all positive.

#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

double best_step(double epsilon, double value, double third);

double best_step(double, double, double) { throw Error("[a2.5] the step is not written yet"); }

}  // namespace autograd
