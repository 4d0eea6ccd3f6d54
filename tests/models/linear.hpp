/// @file
/// A VAE of which everything is known.
#pragma once

#include <cmath>

#include "models/evaluate/pca.hpp"
#include "models/vae.hpp"

/// Four numbers of two directions and some noise.
inline autograd::Array correlated(std::size_t count, nn::Random& random) {
    using autograd::Real;
    autograd::Array x = random.normal({count, 4});
    for (std::size_t n = 0; n < count; ++n) {
        x(n, 1) = Real(0.8) * x(n, 0) + Real(0.3) * x(n, 1);
        x(n, 3) = x(n, 2) - Real(0.5) * x(n, 3);
    }
    return x;
}

/// The VAE that is probabilistic PCA: decoder W z + m, and as encoder the exact posterior
/// N(M⁻¹ Wᵀ (x − m), σ² M⁻¹), M = WᵀW + σ² I, which is diagonal in the principal axes.
inline models::Vae exact_vae(const models::ProbabilisticPca& reference, nn::Random& random) {
    using autograd::Real;
    const auto& [principal, sigma] = reference;
    const std::size_t inputs = principal.components.shape(1), units = principal.components.shape(0);
    const double variance = sigma * sigma;
    models::Vae vae({.input = inputs,
                     .hidden = {},
                     .latent = units,
                     .likelihood = models::Likelihood::gaussian,
                     .sigma = static_cast<Real>(sigma)},
                    random);
    auto& decoder = nn::parameters(vae)[4].parameter->value;  // decoder.net.0.weight
    nn::parameters(vae)[5].parameter->value = principal.mean;
    vae.encoder.log_variance.weight.value.fill(0);
    for (std::size_t k = 0; k < units; ++k) {
        const double eigenvalue = principal.eigenvalues(k);
        const double gain = std::sqrt(eigenvalue - variance);
        double shift = 0;
        for (std::size_t d = 0; d < inputs; ++d) {
            const double u = principal.components(k, d);
            decoder(d, k) = static_cast<Real>(gain * u);
            vae.encoder.mean.weight.value(k, d) = static_cast<Real>(gain * u / eigenvalue);
            shift += gain * u / eigenvalue * double{principal.mean(d)};
        }
        vae.encoder.mean.bias.value(k) = static_cast<Real>(-shift);
        vae.encoder.log_variance.bias.value(k) = static_cast<Real>(std::log(variance / eigenvalue));
    }
    return vae;
}
