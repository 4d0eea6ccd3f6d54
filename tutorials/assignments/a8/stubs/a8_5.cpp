// Task a8.5: a chain of any length.
//
// Now L levels with one number each, counted from the image upward: the top is N(0, 1), and below it z of level l is
// gains[l] times z of level l + 1, plus noise of the standard deviation noises[l]; so gains and noises are (L − 1,), and the
// lowest is l = 0. x is z of level 0 plus noise of the standard deviation `sigma`. Given one x, return mean and variance of
// each level's number, (2, L): means in the first row, variances in the second, the lowest level first.

#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array chain_posterior(const Array& gains, const Array& noises, Real sigma, Real x);

Array chain_posterior(const Array&, const Array&, Real, Real) {
    throw Error("[a8.5] the posterior is not written yet");
}

}  // namespace autograd
