#include "models/likelihood.hpp"

#include <cmath>
#include <numbers>

namespace models {

// −½ (|x − mean|² / σ² + D ln 2πσ²)
Variable gaussian_log_likelihood(Variable x, Variable mean, Variable log_variance) {
    const Real dimensions = static_cast<Real>(x.shape().at(1));
    const Real log_two_pi = static_cast<Real>(std::log(2 * std::numbers::pi));
    return Real(-0.5) *
           (squared_error(x, mean) * exp(-log_variance) + dimensions * (log_variance + log_two_pi));
}

Variable repeat(Variable x, std::size_t times) {
    if (times == 1) return x;
    Indices rows(times * x.shape().at(0));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i % x.shape()[0];
    return gather(x, rows);
}

}  // namespace models
