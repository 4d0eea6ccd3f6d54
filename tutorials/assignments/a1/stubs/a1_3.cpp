// Task a1.3: the transpose of broadcasting.
//
// `x.shape` is the shape of a large array whose elements stand at `x.data` in row-major order; `shape`
// is that of a small array which broadcasts to it: counted from the last axis, each of its extents is
// that of x or 1, and it may have fewer axes. Each element of the small array gets the sum of all
// elements of x that it would be repeated to, plus beta times what stands in `out`; beta is 0 or 1, and
// where it is 0, `out` may hold anything, even NaN. Plain loops will do.

#include "autograd/broadcast.hpp"

namespace autograd {

void reduce_to_shape(const Shape&, View, Real, Real*) {
    throw Error("[a1.3] reduce_to_shape is not written yet");
}

}  // namespace autograd
