/// @file
/// First values for weights of shape (out, in).
#pragma once

#include "nn/random.hpp"

namespace nn {

/// U(−a, a) with a = √(6 / (in + out)): keeps the variance of signals and of gradients where the
/// activation is about linear at 0, as tanh is. Glorot and Bengio 2010, eq. 16.
Array xavier_uniform(const Shape& shape, Random& random);

/// N(0, 2 / in): keeps the variance of signals through ReLUs, which let half of it pass.
/// He, Zhang, Ren and Sun 2015, eq. 10.
Array he_normal(const Shape& shape, Random& random);

/// U(−a, a) with a = 1 / √in: what PyTorch's Linear starts from, for the weight and, with the same
/// `in`, the bias. LeCun, Bottou, Orr and Müller 1998, section 4.6, has the idea.
Array fan_in_uniform(const Shape& shape, std::size_t in, Random& random);

}  // namespace nn
