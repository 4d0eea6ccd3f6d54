#include <random>

#include "autograd/array.hpp"

namespace autograd {

Array cotangent(const Shape& shape, unsigned seed);

Array cotangent(const Shape& shape, unsigned seed) {
    std::mt19937 random(seed);
    Array out = full(shape, 0);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double size = 0.25 + 0.75 * random() / 4294967296.0;
        out.data()[i] = random() % 2 ? size : -size;
    }
    return out;
}

}  // namespace autograd
