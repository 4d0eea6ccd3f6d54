#include "nn/layers/images.hpp"

namespace nn {

Variable Flatten::operator()(Variable x) const {
    const Shape& shape = x.shape();
    autograd::require(!shape.empty(), "[Flatten] expected examples (B, ...), got ", shape);
    const std::size_t size = autograd::element_count(Shape(shape.begin() + 1, shape.end()));
    return reshape(x, {shape[0], size});
}

Variable Unflatten::operator()(Variable x) const {
    const Shape& shape = x.shape();
    const Shape image{height, width, channels};
    autograd::require(shape.size() == 2 && shape[1] == autograd::element_count(image),
                      "[Unflatten] expected rows of ", autograd::element_count(image),
                      " numbers for images ", image, ", got ", shape);
    return reshape(x, {shape[0], height, width, channels});
}

}  // namespace nn
