// Task a2.2: a random cotangent.
//
// What a gradient check multiplies the outputs with: an array of this shape, whose numbers are between ¼ and 1
// in size, of both signs, all different. The same seed always gives the same array, on every machine;
// another seed gives another one. std::mt19937 has bits that the standard fixes; std::uniform_real_distribution
// and the like have not.

#include <random>

#include "autograd/array.hpp"

namespace autograd {

Array cotangent(const Shape& shape, unsigned seed);

Array cotangent(const Shape&, unsigned) { throw Error("[a2.2] the cotangent is not written yet"); }

}  // namespace autograd
