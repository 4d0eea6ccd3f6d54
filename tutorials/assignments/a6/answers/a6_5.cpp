#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

Array use_of_units(const Array& mean, const Array& log_variance);

Array use_of_units(const Array& mean, const Array& log_variance) {
    const std::size_t examples = mean.shape()[0], units = mean.shape()[1];
    const Real share = Real(1) / static_cast<Real>(examples);
    Array out = full({3, units}, 0);
    for (std::size_t unit = 0; unit < units; ++unit) {
        Real kl = 0, middle = 0, variance = 0;
        for (std::size_t i = unit; i < mean.size(); i += units) {
            const Real m = mean.data()[i], l = log_variance.data()[i];
            kl += share * (std::exp(l) + m * m - 1 - l) / 2;
            middle += share * m;
        }
        for (std::size_t i = unit; i < mean.size(); i += units)
            variance += share * (mean.data()[i] - middle) * (mean.data()[i] - middle);
        out.data()[unit] = kl;
        out.data()[units + unit] = variance;
        out.data()[2 * units + unit] = variance > Real(0.01) ? 1 : 0;
    }
    return out;
}

}  // namespace autograd
