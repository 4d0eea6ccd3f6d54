/// @file
/// What a decoder's outputs mean.
#pragma once

#include "autograd/ops.hpp"

namespace models {

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;

enum class Likelihood {
    bernoulli,  ///< outputs are logits; each pixel is 1 with probability sigmoid(output)
    gaussian,   ///< outputs are means; each pixel is N(output, σ²)
};

/// The expected pixels, given a decoder's outputs of any shape.
inline Variable pixels(Likelihood likelihood, Variable outputs) {
    return likelihood == Likelihood::bernoulli ? sigmoid(outputs) : outputs;
}

/// ln N(x; mean, σ² I) for each example, x and mean being (B, D) and ln σ² one number, (1,): what
/// Likelihood::gaussian means. Shape (B,).
Variable gaussian_log_likelihood(Variable x, Variable mean, Variable log_variance);

/// The rows of x, (B, ...), all once and then again: (times · B, ...). For several samples of each.
Variable repeat(Variable x, std::size_t times);

}  // namespace models
