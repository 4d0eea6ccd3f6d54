/// @file
/// The multi-layer perceptron.
#pragma once

#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"

namespace nn {

/// The activation that does nothing.
inline Variable identity(Variable x) { return x; }

/// Affine layers between neighbouring sizes, each but the last followed by the activation:
/// {784, 400, 10} is 784 → 400 → activation → 10. Fewer than two sizes give no layers.
Sequential mlp(const std::vector<std::size_t>& sizes, Activation activation, Random& random);

}  // namespace nn
