#include <cmath>
#include <numbers>

#include "autograd/array.hpp"

namespace autograd {

double rate_at(double time, double peak, double last, double warm, double total);

double rate_at(double time, double peak, double last, double warm, double total) {
    if (time < warm) return peak * time / warm;
    if (time >= total) return last;
    const double done = (time - warm) / (total - warm);
    return last + (peak - last) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

}  // namespace autograd
