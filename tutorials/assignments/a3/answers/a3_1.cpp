#include "autograd/array.hpp"

namespace autograd {

void sgd_step(Array& weight, Array& velocity, const Array& gradient, Real rate, Real momentum,
              bool nesterov);

void sgd_step(Array& weight, Array& velocity, const Array& gradient, Real rate, Real momentum,
              bool nesterov) {
    for (std::size_t i = 0; i < weight.size(); ++i) {
        const Real g = gradient.data()[i];
        Real& v = velocity.data()[i];
        v = momentum * v + g;
        const Real direction = nesterov ? g + momentum * v : v;
        weight.data()[i] -= rate * direction;
    }
}

}  // namespace autograd
