#include <cmath>

#include "autograd/tape.hpp"

namespace autograd {

Variable l1(Variable activations);

Variable l1(Variable activations) {
    return activations.tape().record(
        "l1", {activations},
        [=](Entry& y) {
            const Array& a = activations.value();
            Real total = 0;
            for (std::size_t i = 0; i < a.size(); ++i) total += std::abs(a.data()[i]);
            y.value.resize(Shape{});
            *y.value.data() = total / static_cast<Real>(a.shape()[0]);
        },
        [=](Entry& y) {
            const Array& a = activations.value();
            const auto [gradient, beta] = activations.tape().contribution(activations);
            const Real share = *y.gradient.data() / static_cast<Real>(a.shape()[0]);
            for (std::size_t i = 0; i < a.size(); ++i) {
                const Real before = beta == 0 ? 0 : gradient.data()[i];
                const Real sign = a.data()[i] > 0 ? 1 : a.data()[i] < 0 ? -1 : 0;
                gradient.data()[i] = before + share * sign;
            }
        });
}

}  // namespace autograd
