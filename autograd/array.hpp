/// @file
/// The array every part of Tapestry computes with, and its shape.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "autograd/xtensor.hpp"

#include "autograd/error.hpp"

namespace autograd {

/// The number type. Programs compute in single precision; the same sources are compiled a second
/// time with TAPESTRY_DOUBLE defined, and the gradient checks link that library.
#ifdef TAPESTRY_DOUBLE
using Real = double;
#else
using Real = float;
#endif

/// An array of any rank in row-major order. Rank 0 holds one number.
using Array = xt::xarray<Real>;

/// Extents, outermost first: (B, D) is B rows of D columns.
using Shape = Array::shape_type;

/// Row numbers, class labels, axes.
using Indices = std::vector<std::size_t>;

/// An array of this shape with these elements, row by row: `array({2, 3}, {1, 2, 3, 4, 5, 6})`.
/// Throws if their number does not fit.
Array array(const Shape& shape, std::initializer_list<double> elements);
/// An array of this shape with one value everywhere.
Array full(const Shape& shape, Real value);

/// How many elements an array of this shape has; 1 for rank 0.
std::size_t element_count(const Shape& shape);

/// Where in an array of this shape its element number `flat` stands: `(3, 5)`.
std::string position(const Shape& shape, std::size_t flat);

}  // namespace autograd
