#include "nn/layers/dropout.hpp"

#include "autograd/pullback.hpp"

namespace nn {

Dropout::Dropout(double rate, Random& random)
    : kept_(static_cast<Real>(1.0 - rate)), random_(&random) {
    autograd::require(0 <= rate && rate < 1, "[Dropout] expected 0 <= rate < 1, got ", rate);
}

Variable Dropout::operator()(Variable x) const {
    if (!x.tape().training() || kept_ == 1) return x;
    return x.tape().record(
        "dropout", {x},
        [&](autograd::Entry& y) {
            Array& mask = y.saved;
            mask.resize(x.shape());
            random_->uniform(mask);
            for (Real& u : mask.storage()) u = u < kept_ ? 1 / kept_ : Real{0};
            xt::noalias(y.value) = x.value() * mask;
        },
        [x](autograd::Entry& y) { contribute(x, y.gradient * y.saved); });
}

}  // namespace nn
