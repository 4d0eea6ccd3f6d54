/// @file
/// What a linear model can reach: principal component analysis, and its probabilistic form. A linear
/// autoencoder must land on the first, a linear VAE on the second.
#pragma once

#include <cstddef>
#include <vector>

#include "autograd/array.hpp"

namespace models {

/// The best linear code of k numbers for D: x ≈ mean + codeᵀ·components.
struct Pca {
    autograd::Array mean;        ///< (D)
    autograd::Array components;  ///< (k, D), orthonormal rows; the first explains the most variance
    autograd::Array eigenvalues;  ///< (D), the variance along every direction, descending

    /// The codes (N, k) of the examples (N, D). Throws if their shape is another.
    autograd::Array encode(const autograd::Array& data) const;

    /// The examples (N, D) that the codes (N, k) stand for. Throws if their shape is another.
    autograd::Array decode(const autograd::Array& codes) const;

    /// decode(encode(data)): each example's nearest point on the plane. Throws if their shape is another.
    autograd::Array reconstruct(const autograd::Array& data) const;

    /// The squared distance of each example from its reconstruction, summed over dimensions: N
    /// numbers. Throws unless they are (N, D).
    std::vector<double> squared_errors(const autograd::Array& data) const;

    /// Their mean: squared error per example.
    double squared_error(const autograd::Array& data) const;

    /// The same with only the first k components. Throws if there are fewer, or k is 0.
    Pca first(std::size_t k) const;
};

/// Principal component analysis of the examples (N, D): the eigenvectors of their covariance with
/// the k largest eigenvalues. The covariance is divided by N and computed in double precision. An
/// eigenvector's sign means nothing; here its entry of largest magnitude is positive.
///
/// Throws if the data are not (N, D), have no examples or a value that is not finite, or k is not in
/// 1 ... D.
Pca pca(const autograd::Array& data, std::size_t k);

/// Data as a Gaussian of k directions plus equal noise in all: x = W·z + mean + σ·ε with z and ε
/// standard normal, so x ~ N(mean, W·Wᵀ + σ²·I). At the maximum of the likelihood the columns of W
/// lie along the first k principal directions and the noise has the mean variance of the others.
///
/// Source: Tipping & Bishop, Probabilistic Principal Component Analysis, JRSS B 61 (1999).
struct ProbabilisticPca {
    Pca principal;
    double sigma = 0;  ///< standard deviation of the noise

    /// log p(x) of each example (N, D), in nats: N numbers. Throws if their shape is another.
    std::vector<double> log_likelihoods(const autograd::Array& data) const;

    /// Their mean: nats per example.
    double log_likelihood(const autograd::Array& data) const;
};

/// The maximum-likelihood fit with as many directions as `principal` has components.
///
/// Throws if no direction is left for the noise (k = D), or there is no variance in it.
ProbabilisticPca probabilistic_pca(const Pca& principal);

/// The model x = W·z + mean + σ·ε that some net has learnt, in the form above: `mean` is (D) and
/// `weights` is W, (D, k), as nn::Linear stores them. Its likelihood is then exact, whereas a linear
/// VAE of the same weights only bounds it. No variance is lost or added: W·Wᵀ + σ²·I is kept.
///
/// Throws if the shapes are others, k is not in 1 ... D − 1, or sigma is not above 0.
ProbabilisticPca probabilistic_pca(const autograd::Array& mean, const autograd::Array& weights,
                                   double sigma);

/// The angles between the space that the rows of `a` (k, D) span and that of `b` (m, D), in degrees,
/// ascending: min(k, m) numbers between 0 and 90, all 0 if one space contains the other. The rows
/// need be neither orthogonal nor of length 1.
///
/// Throws if their shapes are others, or the rows linearly dependent.
///
/// Source: Björck & Golub, Numerical methods for computing angles between linear subspaces,
/// Mathematics of Computation 27 (1973).
autograd::Array principal_angles(const autograd::Array& a, const autograd::Array& b);

}  // namespace models
