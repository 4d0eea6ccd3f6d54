/// @file
/// Arrays without xtensor: what the references of the tests compute with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "autograd/array.hpp"

namespace optests {

using autograd::Array;
using autograd::Shape;

/// The position of one element, outermost first.
using Index = Shape;

/// Numbers in double precision with a shape, in row-major order.
struct Plain {
    Shape shape;
    std::vector<double> elements;

    explicit Plain(const Shape& s) : shape(s), elements(autograd::element_count(s), 0.0) {}
    explicit Plain(const Array& a) : shape(a.shape()), elements(a.begin(), a.end()) {}

    /// The element at an index of this shape or of one it broadcasts to: axes are aligned at the last
    /// one, and an axis of extent 1 has the same element everywhere.
    double operator[](const Index& index) const { return elements[offset(index)]; }
    double& operator[](const Index& index) { return elements[offset(index)]; }

  private:
    std::size_t offset(const Index& index) const {
        const std::size_t missing = index.size() - shape.size();
        std::size_t flat = 0;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            flat = flat * shape[axis] + (shape[axis] == 1 ? 0 : index[missing + axis]);
        return flat;
    }
};

/// Calls f(index) for every index of a shape, the last axis running fastest.
template <class Function>
void for_each_index(const Shape& shape, Function f) {
    Index index(shape.size(), 0);
    for (std::size_t n = autograd::element_count(shape); n > 0; --n) {
        f(index);
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            if (++index[axis] < shape[axis]) break;
            index[axis] = 0;
        }
    }
}

/// out[index] = f(index).
template <class Function>
Plain tabulate(const Shape& shape, Function f) {
    Plain out(shape);
    for_each_index(shape, [&](const Index& index) { out[index] = f(index); });
    return out;
}

/// out[index] = f(a[index], b[index], ...), each broadcast to the shape.
template <class Function, class... Inputs>
Plain map(const Shape& shape, Function f, const Inputs&... x) {
    return tabulate(shape, [&](const Index& index) { return f(x[index]...); });
}

/// What a and b broadcast to.
inline Shape broadcast(const Shape& a, const Shape& b) {
    Shape out(std::max(a.size(), b.size()), 1);
    for (const Shape& shape : {a, b})
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] != 1) out[out.size() - shape.size() + axis] = shape[axis];
    return out;
}

}  // namespace optests
