#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

void adam_step(Array& weight, Array& mean, Array& square, const Array& gradient, std::size_t step,
               Real rate, Real beta1, Real beta2, Real epsilon);

void adam_step(Array& weight, Array& mean, Array& square, const Array& gradient, std::size_t step,
               Real rate, Real beta1, Real beta2, Real epsilon) {
    const Real t = static_cast<Real>(step);
    const Real known1 = 1 - std::pow(beta1, t), known2 = 1 - std::pow(beta2, t);
    for (std::size_t i = 0; i < weight.size(); ++i) {
        const Real g = gradient.data()[i];
        Real &m = mean.data()[i], &v = square.data()[i];
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        weight.data()[i] -= rate * (m / known1) / (std::sqrt(v / known2) + epsilon);
    }
}

}  // namespace autograd
