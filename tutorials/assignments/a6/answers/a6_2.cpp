#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array predicted_rates(const Array& covariance, Real sigma, Real beta);

Array predicted_rates(const Array& covariance, Real sigma, Real beta) {
    const Real a = covariance.data()[0], b = covariance.data()[1], d = covariance.data()[3];
    const Real middle = (a + d) / 2, apart = std::hypot((a - d) / 2, b);
    const Real threshold = beta * sigma * sigma;
    Array rates = full({2}, 0);
    rates.data()[0] = std::max(Real(0), std::log((middle + apart) / threshold) / 2);
    rates.data()[1] = std::max(Real(0), std::log((middle - apart) / threshold) / 2);
    return rates;
}

}  // namespace autograd
