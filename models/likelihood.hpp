/// @file
/// What a decoder's outputs mean.
#pragma once

#include "autograd/ops.hpp"

namespace models {

using autograd::Array;
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

}  // namespace models
