#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array silencing_weights(const Array& covariance, Real sigma);

Array silencing_weights(const Array& covariance, Real sigma) {
    const Real a = covariance.data()[0], b = covariance.data()[1], d = covariance.data()[3];
    const Real middle = (a + d) / 2, apart = std::hypot((a - d) / 2, b);
    Array weights = full({2}, 0);
    weights.data()[0] = (middle - apart) / (sigma * sigma);
    weights.data()[1] = (middle + apart) / (sigma * sigma);
    return weights;
}

}  // namespace autograd
