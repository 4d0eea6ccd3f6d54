#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array chain_posterior(const Array& gains, const Array& noises, Real sigma, Real x);

Array chain_posterior(const Array& gains, const Array& noises, Real sigma, Real x) {
    const std::size_t levels = gains.size() + 1;
    std::vector<Real> variance(levels, 1);
    for (std::size_t l = levels - 1; l-- > 0;)
        variance[l] = gains(l) * gains(l) * variance[l + 1] + noises(l) * noises(l);
    const Real of_x = variance[0] + sigma * sigma;
    Array out = full({2, levels}, 0);
    Real path = 1;  // how much of the level's number arrives in x
    for (std::size_t l = 0; l < levels; ++l) {
        const Real shared = path * variance[l];
        out(0, l) = shared / of_x * x;
        out(1, l) = variance[l] - shared * shared / of_x;
        if (l + 1 < levels) path *= gains(l);
    }
    return out;
}

}  // namespace autograd
