/// @file
/// The array every part of Tapestry computes with, its shape, and how errors are worded.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/xtensor.hpp"

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

/// What every part of Tapestry throws: one line that names the operation, what it got and what it
/// wanted, as in `[linear] x is (128, 784) but weight is (400, 20)`.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A shape as people write it: `(128, 784)`, `(3,)`, `()`.
std::string text(const Shape& shape);
inline std::string text(const Array& array) { return text(array.shape()); }
inline std::string text(const char* words) { return words; }
inline std::string text(const std::string& words) { return words; }
std::string text(double number);
template <std::integral Integer>
std::string text(Integer number) {
    return std::to_string(number);
}

/// Throws Error with the parts joined, unless the condition holds. The message is put together only
/// when it is needed.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
    if (!condition) throw Error((text(parts) + ...));
}

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
