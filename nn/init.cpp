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

Fans fans(const char* operation, const Shape& shape) {
    autograd::require(shape.size() == 2 || shape.size() == 4, "[", operation,
                      "] expected a shape (out, in) or (out, h, w, in), got ", shape);
    const std::size_t pixels = shape.size() == 4 ? shape[1] * shape[2] : 1;
    return {pixels * shape.back(), pixels * shape[0]};
}

Array xavier_uniform(const Shape& shape, Random& random) {
    const auto [in, out] = fans("xavier_uniform", shape);
    return symmetric(shape, std::sqrt(6.0 / static_cast<double>(in + out)), random);
}

Array he_normal(const Shape& shape, Random& random) {
    const std::size_t in = fans("he_normal", shape).in;
    const double standard_deviation = std::sqrt(2.0 / static_cast<double>(in));
    Array out = random.normal(shape);
    for (auto& x : out.storage()) x = static_cast<autograd::Real>(standard_deviation * double{x});
    return out;
}

Array fan_in_uniform(const Shape& shape, std::size_t in, Random& random) {
    return symmetric(shape, 1.0 / std::sqrt(static_cast<double>(in)), random);
}

}  // namespace nn
