#include <algorithm>
#include <numeric>

#include "autograd/tape.hpp"

namespace autograd {

Variable keep_largest(Variable activations, std::size_t count);

Variable keep_largest(Variable activations, std::size_t count) {
    return activations.tape().record(
        "keep_largest", {activations},
        [=](Entry& y) {
            const Array& a = activations.value();
            const std::size_t units = a.shape()[1];
            y.value = full(a.shape(), 0);
            y.indices.clear();
            for (std::size_t row = 0; row < a.shape()[0]; ++row) {
                std::vector<std::size_t> places(units);
                std::iota(places.begin(), places.end(), row * units);
                std::sort(places.begin(), places.end(),
                          [&](std::size_t i, std::size_t j) { return a.data()[i] > a.data()[j]; });
                y.indices.insert(y.indices.end(), places.begin(),
                                 places.begin() + static_cast<long>(count));
            }
            for (const std::size_t place : y.indices) y.value.data()[place] = a.data()[place];
        },
        [=](Entry& y) {
            const auto [gradient, beta] = activations.tape().contribution(activations);
            if (beta == 0) gradient.fill(0);
            for (const std::size_t place : y.indices)
                gradient.data()[place] += y.gradient.data()[place];
        });
}

}  // namespace autograd
