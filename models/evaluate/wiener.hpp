/// @file
/// What a linear model can restore: noise by the Wiener filter, missing pixels by a conditional
/// Gaussian. Both are closed forms; a denoising autoencoder must do better to be worth its training.
#pragma once

#include "autograd/array.hpp"
#include "models/evaluate/pca.hpp"

namespace models {

/// The linear filter of least squared error for images of a given mean m and covariance Σ in white
/// noise of variance σ²: r = m + Σ·(Σ + σ²I)⁻¹·(x̃ − m). Along each principal direction the deviation
/// from the mean is multiplied by a gain below 1. If the images are Gaussian no filter is better.
///
/// Source: N. Wiener, *Extrapolation, interpolation, and smoothing of stationary time series* (1949);
/// here for finite vectors, which need not be stationary.
struct Wiener {
    Pca directions;         ///< all D of them
    autograd::Array gains;  ///< (D): λᵢ / (λᵢ + σ²)

    /// The restored images (N, D), not clipped. Throws if their shape is another.
    autograd::Array operator()(const autograd::Array& noisy) const;

    /// The weights (D) with which one pixel's answer is put together from all noisy pixels.
    /// Throws if there is no such pixel.
    autograd::Array weights_of(std::size_t pixel) const;
};

/// The filter for the noise N(0, σ²), from pca(images, D).
///
/// Throws if there are fewer components than dimensions, or sigma is not above 0.
Wiener wiener(const Pca& directions, double sigma);

/// Fills in pixels that are missing by their expectation given the others, E[x_missing | x_known],
/// under the Gaussian of probabilistic PCA. The same pixels are missing in all images (N, D): `known`
/// (D) is 1 where a pixel is known, else 0; what stands in the images at the others is not looked at.
///
/// Throws if their shapes are others, or no pixel is known.
///
/// Source: Tipping & Bishop 1999, section 5; it is the posterior mean of z, decoded.
autograd::Array fill_in(const ProbabilisticPca& model, const autograd::Array& images,
                        const autograd::Array& known);

/// The same with missing pixels of each image's own: those that hold NaN, as in impute(). An image of
/// which nothing is known becomes the mean.
///
/// Throws if the images are not (N, D), or a pixel is infinite.
autograd::Array fill_in(const ProbabilisticPca& model, const autograd::Array& images);

}  // namespace models
