// Task a3.6: a rule of the term. README.md says which.
//
// One step of it, number `step`, counted from 1, element by element. `memory` has three arrays of the weight's shape that
// are yours: they begin as 0, and what you leave there is there at the next step. sign(0) is 0.

#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

void rule_step(Array& weight, std::vector<Array>& memory, const Array& gradient, std::size_t step,
               Real rate);

void rule_step(Array&, std::vector<Array>&, const Array&, std::size_t, Real) {
    throw Error("[a3.6] the step is not written yet");
}

}  // namespace autograd
