/// @file
/// What the lesson of chapter 04 and its experiments share.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "tutorials/support/fit.hpp"

namespace lesson {

/// Trains on the squared error of the pixels, with a learning rate that falls to zero.
tutorials::Fit train(tutorials::Session& session, models::Autoencoder& net, const nn::Dataset& data,
                     nn::Random& random, const std::string& name, std::size_t epochs, double rate);

/// 784-768-k-768-784, for k = 2 784-512-256-64-2 and back: silu, sigmoid outputs.
models::AutoencoderSettings layers(std::size_t k);

/// The net of that shape, trained on all training images for `--epochs`. That of 32 numbers, `model`, is
/// the lesson's; the others are `model_k2` and so on, trained by the first experiment that needs them.
struct Trained {
    models::Autoencoder net;
    tutorials::Fit fit;
};
Trained train_k(tutorials::Session& session, std::size_t k);

/// Those of 2, 8, 16, 32 and 64 numbers.
std::map<std::size_t, models::Autoencoder> nets(tutorials::Session& session);

/// Σ (x − r)² of each image.
std::vector<double> squared_errors(const autograd::Array& images, const autograd::Array& rebuilt);

/// The images of one class.
nn::Dataset only(const nn::Dataset& data, std::size_t label);

/// 784-256-32-256-784, trained for 10 epochs on images of one class: a detector of all others.
models::Autoencoder detector(tutorials::Session& session, const nn::Dataset& normal,
                             const std::string& name);

/// The scores of the images of a class, and those of all others.
struct Scores {
    std::vector<double> normal, anomalous;
};
Scores divided(const std::vector<double>& scores, const nn::Dataset& data, std::size_t label);

}  // namespace lesson
