#include <cmath>
#include <numbers>

#include "autograd/array.hpp"

namespace autograd {

Array chain_terms(Real a, Real s, Real sigma);

namespace {

/// What a Gaussian of this variance says through noise, in nats.
Real told(Real signal, Real noise) { return std::log1p(signal / noise) / 2; }

}  // namespace

Array chain_terms(Real a, Real s, Real sigma) {
    const Real above = a * a, between = s * s, pixel = sigma * sigma;
    Array out = full({5}, 0);
    out(0) = told(between, pixel);
    out(1) = told(above, between + pixel);
    out(3) = told(above, between);
    out(2) = told(above + between, pixel) - out(3);
    out(4) = std::log(2 * std::numbers::pi_v<Real> * (above + between + pixel)) / 2 + Real(0.5);
    return out;
}

}  // namespace autograd
