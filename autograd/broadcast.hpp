/// @file
/// Broadcasting by NumPy's rule, and its transpose: summing over what was broadcast.
#pragma once

#include "autograd/array.hpp"

namespace autograd {

/// The elements of an array that belongs to somebody else, read in a shape that may have other axes
/// of extent 1 than the array's own.
struct View {
    const Real* data;
    Shape shape;

    View(const Real* elements, const Shape& read_as) : data(elements), shape(read_as) {}
    View(const Array& array) : View(array.data(), array.shape()) {}
};

/// out ← scale·x + beta·out, x being repeated along the axes that it lacks in `shape`, the shape of
/// out; beta is 0 or 1. (1, D) to (B, D) repeats a row B times. x broadcasts to `shape`: check that
/// before, where there is a name for the error.
void broadcast_to(const Shape& shape, View x, Real beta, Real* out, Real scale = 1);

/// out ← Σ x + beta·out, x being summed over the axes that it has and `shape`, the shape of out,
/// lacks; beta is 0 or 1. The transpose of `broadcast_to`: what is given once and used often gets the
/// sum of what comes back.
void reduce_to_shape(const Shape& shape, View x, Real beta, Real* out);

}  // namespace autograd
