// Task a9.7: an operation on images of the term. README.md says which.
//
// Every number of the result is a sum of some numbers of the image, each times a weight that does not depend on the
// image. Value and pullback, as one operation with a pullback of its own. Plain loops over `x.value().data()` will do,
// in which number (b, i, j, c) of images (B, H, W, C) stands at ((b·H + i)·W + j)·C + c.

#include "autograd/patches.hpp"
#include "autograd/tape.hpp"

namespace autograd {

Variable filtered(Variable x);

Variable filtered(Variable) { throw Error("[a9.7] the operation is not written yet"); }

}  // namespace autograd
