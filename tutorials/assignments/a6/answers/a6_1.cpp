#include <cmath>
#include <numbers>

#include "autograd/ops.hpp"

namespace autograd {

struct Parts {
    Variable distortion, rates;
};

Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma);

namespace {

/// The diagonal of a C aᵀ: the variance of each row of a, times x.
Variable variances(Variable a, Variable c) { return sum(matmul(a, c) * a, {1}); }

}  // namespace

Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma) {
    const std::size_t count = covariance.shape()[0];
    Array identity = full({count, count}, 0);
    for (std::size_t i = 0; i < count; ++i) identity.data()[i * (count + 1)] = 1;
    Tape& tape = decoder.tape();
    const Variable c = tape.constant(covariance);
    const Variable error = tape.constant(identity) - matmul(decoder, encoder);  // x − W V x
    const Variable squares = sum(variances(error, c)) + sum(square(decoder) * exp(log_variance));
    const Real constant =
        static_cast<Real>(count) * std::log(2 * std::numbers::pi_v<Real> * sigma * sigma) / 2;
    return {constant + squares / (2 * sigma * sigma),
            (exp(log_variance) + variances(encoder, c) - Real(1) - log_variance) / Real(2)};
}

}  // namespace autograd
