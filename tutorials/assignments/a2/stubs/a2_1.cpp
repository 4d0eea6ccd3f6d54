// Task a2.1: a gradient by differences.
//
// f takes arrays and gives one. Return the gradient of ⟨v, f(x)⟩ = Σ v ∘ f(x) with respect to x[k], which has
// the shape of x[k], by central differences in double precision. Choose the step for each entry: too large,
// and the curve bends; too small, and rounding is divided by nearly nothing. Entries may be a million, so
// the step has to grow with them. f may be slow: at most two calls for each entry.
//
// An `Array` is row-major; `x[k].size()` is how many entries it has, `x[k].data()` where they stand.
// `full(shape, 0)` makes one.

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array differences(const std::function<Array(const std::vector<Array>&)>& f, std::vector<Array> x,
                  std::size_t k, const Array& v);

Array differences(const std::function<Array(const std::vector<Array>&)>&, std::vector<Array>,
                  std::size_t, const Array&) {
    throw Error("[a2.1] the differences are not written yet");
}

}  // namespace autograd
