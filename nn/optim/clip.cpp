#include "nn/optim/clip.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nn {

using autograd::Array;
using autograd::Parameter;
using autograd::Real;

namespace {

/// In double, where the square of a float cannot overflow.
double sum_of_squares(const Array& array) {
    const Real* x = array.data();
    const std::size_t n = array.size();
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < n; ++i) sum += double{x[i]} * double{x[i]};
    return sum;
}

}  // namespace

double clip_by_norm(Gradients& gradients, double limit) {
    autograd::require(limit > 0, "[clip_by_norm] expected a limit above 0, got ", limit);
    double squares = 0;
    std::as_const(gradients).for_each(
        [&](const Parameter&, const Array& gradient) { squares += sum_of_squares(gradient); });
    const double norm = std::sqrt(squares);
    if (norm <= limit) return norm;
    gradients *= static_cast<Real>(limit / norm);
    return norm;
}

void clip_by_value(Gradients& gradients, double limit) {
    autograd::require(limit > 0, "[clip_by_value] expected a limit above 0, got ", limit);
    const Real bound = static_cast<Real>(limit);
    gradients.for_each([=](const Parameter&, Array& gradient) {
        for (Real& g : gradient.storage()) g = std::clamp(g, -bound, bound);
    });
}

}  // namespace nn
