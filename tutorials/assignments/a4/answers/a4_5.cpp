#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array hoyer(const Array& activations);

Array hoyer(const Array& activations) {
    const std::size_t examples = activations.shape()[0], units = activations.shape()[1];
    const Real root = std::sqrt(static_cast<Real>(examples));
    Array out = full({units}, 0);
    for (std::size_t unit = 0; unit < units; ++unit) {
        Real sum = 0, squares = 0;
        for (std::size_t row = 0; row < examples; ++row) {
            const Real a = activations.data()[row * units + unit];
            sum += std::abs(a);
            squares += a * a;
        }
        if (squares > 0) out.data()[unit] = (root - sum / std::sqrt(squares)) / (root - 1);
    }
    return out;
}

}  // namespace autograd
