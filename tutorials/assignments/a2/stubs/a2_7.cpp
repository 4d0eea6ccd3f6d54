// Task a2.7: a difference formula of the term. README.md says at which places.
//
// Return the derivative of f at x from values at these places alone, each asked for once. The formula is to be
// exact for every polynomial of a degree below the number of places. Work its weights out on paper: write f at
// each place as a Taylor series, and ask that everything but f′ cancels.

#include <functional>

#include "autograd/array.hpp"

namespace autograd {

double slope(const std::function<double(double)>& f, double x, double h);

double slope(const std::function<double(double)>&, double, double) {
    throw Error("[a2.7] the formula is not written yet");
}

}  // namespace autograd
