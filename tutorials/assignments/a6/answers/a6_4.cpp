#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

struct Optimum {
    Array decoder, encoder, log_variance;
};

Optimum optimum(const Array& covariance, Real sigma, Real beta);

Optimum optimum(const Array& covariance, Real sigma, Real beta) {
    const Real a = covariance.data()[0], b = covariance.data()[1], d = covariance.data()[3];
    const Real middle = (a + d) / 2, apart = std::hypot((a - d) / 2, b);
    const Real angle = std::atan2(b, (a - d) / 2) / 2;  // of the first principal direction
    const Real threshold = beta * sigma * sigma;
    Optimum out{full({2, 2}, 0), full({2, 2}, 0), full({2}, 0)};
    for (std::size_t unit = 0; unit < 2; ++unit) {
        const Real variance = unit == 0 ? middle + apart : middle - apart;
        if (variance <= threshold) continue;
        const Real length = std::sqrt(variance - threshold);
        const Real direction[2] = {unit == 0 ? std::cos(angle) : -std::sin(angle),
                                   unit == 0 ? std::sin(angle) : std::cos(angle)};
        for (std::size_t i = 0; i < 2; ++i) {
            out.decoder.data()[2 * i + unit] = length * direction[i];
            out.encoder.data()[2 * unit + i] = length / variance * direction[i];
        }
        out.log_variance.data()[unit] = std::log(threshold / variance);
    }
    return out;
}

}  // namespace autograd
