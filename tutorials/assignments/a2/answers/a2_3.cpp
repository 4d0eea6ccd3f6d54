#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/array.hpp"

namespace autograd {

double relative_error(double analytic, double numeric);

double relative_error(double analytic, double numeric) {
    if (!std::isfinite(analytic) || !std::isfinite(numeric))
        return std::numeric_limits<double>::infinity();
    return std::abs(numeric - analytic) / std::max({std::abs(numeric), std::abs(analytic), 1e-3});
}

}  // namespace autograd
