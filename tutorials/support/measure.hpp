/// @file
/// What a model does, on arrays, and how well it rebuilds.
#pragma once

#include "autograd/ops.hpp"
#include "models/evaluate/psnr.hpp"
#include "nn/rows.hpp"

namespace tutorials {

/// A model of images without a condition: models::Autoencoder, models::Vae.
template <class Model>
concept Rebuilds = requires(const Model& model, autograd::Variable x) {
    model.encode(x);
    model.decoder.mean(x);
};

/// The codes (N, K) of images (N, ...); of a VAE the means of q(z | x).
template <Rebuilds Model>
autograd::Array encode(const Model& model, const autograd::Array& images) {
    return nn::map_rows(images, [&](autograd::Variable x) {
        if constexpr (requires { model.encode(x).mean; })
            return model.encode(x).mean;
        else
            return model.encode(x);
    });
}

/// The expected pixels (N, ...) of codes (N, K).
template <Rebuilds Model>
autograd::Array decode(const Model& model, const autograd::Array& codes) {
    return nn::map_rows(codes, [&](autograd::Variable z) { return model.decoder.mean(z); });
}

/// Images (N, ...), encoded and decoded again.
template <Rebuilds Model>
autograd::Array reconstruct(const Model& model, const autograd::Array& images) {
    return decode(model, encode(model, images));
}

/// The mean of (x − r)² over all pixels. Throws as models::mse_per_pixel() does.
inline double error_per_pixel(const autograd::Array& images, const autograd::Array& rebuilt) {
    return models::mse_per_pixel(rebuilt, images);
}
template <Rebuilds Model>
double error_per_pixel(const Model& model, const autograd::Array& images) {
    return error_per_pixel(images, reconstruct(model, images));
}

}  // namespace tutorials
