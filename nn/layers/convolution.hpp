/// @file
/// Convolutions and their transposes. Images are (B, H, W, C), channels innermost.
#pragma once

#include "nn/module.hpp"
#include "nn/random.hpp"

namespace nn {

/// A square kernel and how it moves over an image, in pixels.
struct Kernel {
    std::size_t size;         ///< height and width
    std::size_t stride = 1;   ///< from one place to the next
    std::size_t padding = 0;  ///< rows and columns of zeros on each side of the image
    std::size_t output_padding =
        0;  ///< of a TransposedConvolution: see autograd::conv2d_transposed
};

/// y = x convolved with a kernel, + b; (B, H, W, in) becomes (B, H', W', out), with as many pixels as the
/// kernel has places: see autograd::conv2d. Starts as PyTorch's: see fan_in_uniform, each result being
/// the sum of in · size² products.
struct Convolution {
    Parameter weight;  ///< (out, size, size, in)
    Parameter bias;    ///< (out,)
    Kernel kernel;

    /// Throws if there are no channels or no kernel, if the stride is 0, or an output padding is given.
    Convolution(std::size_t in, std::size_t out, Kernel kernel, Random& random);

    Variable operator()(Variable x) const;

    void visit(auto&& see) {
        see("weight", weight);
        see("bias", bias);
    }
};

/// The way back: (B, H', W', in) becomes (B, H, W, out), what Convolution(out, in, kernel) turns into the
/// first: see autograd::conv2d_transposed. With a stride of 2 it doubles an image. Starts uniformly as
/// Convolution does, each result being the sum of in · size² / stride² products.
struct TransposedConvolution {
    Parameter weight;  ///< (in, size, size, out)
    Parameter bias;    ///< (out,)
    Kernel kernel;

    /// Throws if there are no channels or no kernel, if the stride is 0, or the output padding not below
    /// it.
    TransposedConvolution(std::size_t in, std::size_t out, Kernel kernel, Random& random);

    Variable operator()(Variable x) const;

    void visit(auto&& see) {
        see("weight", weight);
        see("bias", bias);
    }
};

}  // namespace nn
