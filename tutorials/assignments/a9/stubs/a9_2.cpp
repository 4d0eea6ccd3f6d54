// Task a9.2: scatter patches.
//
// The transpose of `gather`, with the same windows and lines: add each number of the patches to that number of the
// images which gather would have copied there. What was seen in several patches gets the sum, what gather found in
// the padding goes nowhere, and what no window sees stays as it is. `images` is where the first image begins,
// `patches` where the first patch of the line `lines.begin` does.

#include "autograd/patches.hpp"

namespace autograd {

void scatter(const Windows&, const Real*, Range, Real*) {
    throw Error("[a9.2] scatter is not written yet");
}

}  // namespace autograd
