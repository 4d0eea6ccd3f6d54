#include "nn/init.hpp"

#include <cmath>

namespace nn {

namespace {

/// Uniform numbers between −bound and bound.
Array symmetric(const Shape& shape, double bound, Random& random) {
    Array out = random.uniform(shape);
    for (auto& x : out.storage()) x = static_cast<autograd::Real>(bound * (2.0 * double{x} - 1.0));
    return out;
}

}  // namespace

Array xavier_uniform(const Shape& shape, Random& random) {
    autograd::require(shape.size() == 2, "[xavier_uniform] expected a shape (out, in), got ",
                      shape);
    return symmetric(shape, std::sqrt(6.0 / static_cast<double>(shape[0] + shape[1])), random);
}

Array he_normal(const Shape& shape, Random& random) {
    autograd::require(shape.size() == 2, "[he_normal] expected a shape (out, in), got ", shape);
    const double standard_deviation = std::sqrt(2.0 / static_cast<double>(shape[1]));
    Array out = random.normal(shape);
    for (auto& x : out.storage()) x = static_cast<autograd::Real>(standard_deviation * double{x});
    return out;
}

Array fan_in_uniform(const Shape& shape, std::size_t in, Random& random) {
    return symmetric(shape, 1.0 / std::sqrt(static_cast<double>(in)), random);
}

}  // namespace nn
