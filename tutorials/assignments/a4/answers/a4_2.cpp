#include <cmath>

#include "autograd/tape.hpp"

namespace autograd {

Variable sparsity(Variable activations, Real target);

namespace {

Array unit_means(const Array& a) {
    const std::size_t units = a.shape()[1], examples = a.shape()[0];
    Array means = full({units}, 0);
    for (std::size_t i = 0; i < a.size(); ++i)
        means.data()[i % units] += a.data()[i] / static_cast<Real>(examples);
    return means;
}

}  // namespace

Variable sparsity(Variable activations, Real target) {
    return activations.tape().record(
        "sparsity", {activations},
        [=](Entry& y) {
            y.saved = unit_means(activations.value());
            Real total = 0;
            for (const Real p : y.saved)
                total +=
                    target * std::log(target / p) + (1 - target) * std::log((1 - target) / (1 - p));
            y.value.resize(Shape{});
            *y.value.data() = total;
        },
        [=](Entry& y) {
            const auto [gradient, beta] = activations.tape().contribution(activations);
            const std::size_t units = y.saved.size();
            const Real examples = static_cast<Real>(gradient.size() / units);
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                const Real before = beta == 0 ? 0 : gradient.data()[i];
                const Real p = y.saved.data()[i % units];
                const Real slope = (1 - target) / (1 - p) - target / p;
                gradient.data()[i] = before + *y.gradient.data() * slope / examples;
            }
        });
}

}  // namespace autograd
