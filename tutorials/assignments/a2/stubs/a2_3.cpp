// Task a2.3: how wrong is a number?
//
// The error of an analytic derivative a against a numeric one n: |n − a| / max(|n|, |a|, 10⁻³), relative, but
// not for numbers that are nearly zero. Where one of the two is not finite, the error is infinite:
// comparing with NaN is always false, so a check that asks whether an error is too large would not see it.

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/array.hpp"

namespace autograd {

double relative_error(double analytic, double numeric);

double relative_error(double, double) { throw Error("[a2.3] the error is not written yet"); }

}  // namespace autograd
