/// @file
/// The multi-layer perceptron.
#pragma once

#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"

namespace nn {

/// The activation that does nothing.
inline Variable identity(Variable x) { return x; }

/// x·sigmoid(x), a smooth ReLU. Elfwing, Uchibe and Doya 2018.
inline Variable silu(Variable x) { return x * sigmoid(x); }

/// Affine layers between neighbouring sizes, each but the last followed by the activation:
/// {784, 400, 10} is 784 → 400 → activation → 10. Fewer than two sizes give no layers.
Sequential mlp(const std::vector<std::size_t>& sizes, Activation activation, Random& random);

/// Hidden layers between neighbouring sizes: affine and each followed by the activation, or gated and
/// without one. {784, 300, 300} gives two, fewer than two sizes give none. The first has `silent` more
/// inputs, whose weights start at 0: see Linear.
Sequential hidden_layers(const std::vector<std::size_t>& sizes, Activation activation, bool gated,
                         Random& random, std::size_t silent = 0);

}  // namespace nn
