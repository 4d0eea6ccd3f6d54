/// @file
/// First values for weights of shape (out, in), and for kernels (out, h, w, in).
///
/// What counts is how many products a result is the sum of, `fan_in`, and how many an input has a part
/// in, `fan_out`: in and out for a matrix, in and out times h·w for a kernel that moves pixel by pixel. A
/// transposed convolution's kernel (in, h, w, out) is read as that of the convolution whose transpose it
/// is.
#pragma once

#include "nn/random.hpp"

namespace nn {

/// How many products a result of this weight is the sum of, and how many an input has a part in.
struct Fans {
    std::size_t in, out;
};

/// Throws, naming the operation, unless the shape is (out, in) or (out, h, w, in).
Fans fans(const char* operation, const Shape& shape);

/// U(−a, a) with a = √(6 / (fan_in + fan_out)): keeps the variance of signals and of gradients where
/// the activation is about linear at 0, as tanh is. Glorot and Bengio 2010, eq. 16. Throws as `fans`.
Array xavier_uniform(const Shape& shape, Random& random);

/// N(0, 2 / fan_in): keeps the variance of signals through ReLUs, which let half of it pass.
/// He, Zhang, Ren and Sun 2015, eq. 10. Throws as `fans`.
Array he_normal(const Shape& shape, Random& random);

/// U(−a, a) with a = 1 / √in: what PyTorch's Linear starts from, for the weight and, with the same
/// `in`, the bias. LeCun, Bottou, Orr and Müller 1998, section 4.6, has the idea.
Array fan_in_uniform(const Shape& shape, std::size_t in, Random& random);

}  // namespace nn
