#include "autograd/array.hpp"

#include <functional>
#include <numeric>
#include <sstream>

namespace autograd {

std::string text(const Shape& shape) {
    std::string out = "(";
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (axis > 0) out += ", ";
        out += std::to_string(shape[axis]);
    }
    if (shape.size() == 1) out += ",";  // (3,) is a shape, (3) only a number in brackets
    return out + ")";
}

std::string text(double number) {
    std::ostringstream out;
    out << number;
    return out.str();
}

std::size_t element_count(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace autograd
