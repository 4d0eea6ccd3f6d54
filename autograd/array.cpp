#include "autograd/array.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "autograd/processor.hpp"

namespace autograd {

/// Puts the check of the processor into every program: all of them use this file.
[[gnu::used]] static auto* const processor_check = &tapestry_check_processor;

Array array(const Shape& shape, std::initializer_list<double> elements) {
    require(element_count(shape) == elements.size(), "[array] shape ", shape, " expects ",
            element_count(shape), " elements, got ", elements.size());
    Array out = Array::from_shape(shape);
    std::transform(elements.begin(), elements.end(), out.storage().begin(),
                   [](double x) { return static_cast<Real>(x); });
    return out;
}

Array full(const Shape& shape, Real value) {
    Array out = Array::from_shape(shape);
    out.fill(value);
    return out;
}

std::size_t element_count(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string position(const Shape& shape, std::size_t flat) {
    Shape index = shape;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        index[axis] = flat % shape[axis];
        flat /= shape[axis];
    }
    return text(index);
}

}  // namespace autograd
