// Task a2.6: a check for many inputs.
//
// A model has a million weights: two calls for each are too many. Draw a random cotangent v and a random
// direction u for each input, and compare one number, the derivative of ⟨v, f(x)⟩ along u: once as Σ u ∘
// gradient by the tape, once by a central difference along u. Return their `relative_error`. f may be called
// three times. Other seeds try other directions.

#include <functional>
#include <vector>

#include "autograd/tape.hpp"

namespace autograd {

Array cotangent(const Shape& shape, unsigned seed);
double relative_error(double analytic, double numeric);

double directional_error(const std::function<Variable(const std::vector<Variable>&)>& f,
                         const std::vector<Array>& x, unsigned seed);

double directional_error(const std::function<Variable(const std::vector<Variable>&)>&,
                         const std::vector<Array>&, unsigned) {
    throw Error("[a2.6] the directional check is not written yet");
}

}  // namespace autograd
