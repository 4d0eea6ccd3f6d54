// Task a3.3: clipping by the norm.
//
// The Euclidean norm of all numbers of all arrays together. If it is more than `limit`, every number is multiplied by
// the one factor that makes it the limit; else nothing changes. Returns the norm before. It must be right for numbers
// of 10²⁰⁰ too, whose squares are infinite in double precision.

#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

double clip_gradients(std::vector<Array>& gradients, double limit);

double clip_gradients(std::vector<Array>&, double) {
    throw Error("[a3.3] clipping is not written yet");
}

}  // namespace autograd
