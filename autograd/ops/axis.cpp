#include "autograd/ops/axis.hpp"

namespace autograd {

std::size_t checked_axis(const char* operation, const Shape& shape, int axis) {
    const int rank = static_cast<int>(shape.size());
    require(-rank <= axis && axis < rank, "[", operation, "] there is no axis ", axis, " in ",
            shape);
    return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

Lanes::Lanes(const char* operation, const Shape& shape, int wanted)
    : axis(checked_axis(operation, shape, wanted)), extent(shape[axis]) {
    for (std::size_t i = 0; i < axis; ++i) outer *= shape[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
}

Shape Lanes::reduced(const Shape& shape, bool keepdims) const {
    Shape out;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (i != axis)
            out.push_back(shape[i]);
        else if (keepdims)
            out.push_back(1);
    return out;
}

}  // namespace autograd
