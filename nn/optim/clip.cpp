#include "nn/optim/clip.hpp"

#include <algorithm>
#include <cmath>

namespace nn {

double clip_by_norm(const std::vector<NamedParameter>& parameters, double limit) {
    autograd::require(limit > 0, "[clip_by_norm] wants a limit above 0, got ", limit);
    double squares = 0;
    for (const auto& [name, parameter] : parameters)
        if (parameter->has_gradient)
            for (const Real g : parameter->gradient.storage()) squares += double{g} * double{g};
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
