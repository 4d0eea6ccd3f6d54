#include "nn/optim/clip.hpp"

#include <algorithm>
#include <cmath>

namespace nn {

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

double clip_by_norm(const std::vector<NamedParameter>& parameters, double limit) {
    autograd::require(limit > 0, "[clip_by_norm] wants a limit above 0, got ", limit);
    double squares = 0;
    for (const auto& [name, parameter] : parameters)
        if (parameter->has_gradient) squares += sum_of_squares(parameter->gradient);
    const double norm = std::sqrt(squares);
    if (norm <= limit) return norm;
    const Real factor = static_cast<Real>(limit / norm);
    for (const auto& [name, parameter] : parameters)
        if (parameter->has_gradient)
            for (Real& g : parameter->gradient.storage()) g *= factor;
    return norm;
}

void clip_by_value(const std::vector<NamedParameter>& parameters, double limit) {
    autograd::require(limit > 0, "[clip_by_value] wants a limit above 0, got ", limit);
    const Real bound = static_cast<Real>(limit);
    for (const auto& [name, parameter] : parameters)
        if (parameter->has_gradient)
            for (Real& g : parameter->gradient.storage()) g = std::clamp(g, -bound, bound);
}

}  // namespace nn
