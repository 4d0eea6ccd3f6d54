/// @file
/// What the lesson of chapter 03 and its experiments share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "tutorials/support/fit.hpp"

namespace lesson {

/// Notes and prints the mean of a number over several seeds, and as `NAME_sd` its standard deviation.
void note_seeds(tutorials::Session& session, const std::string& name,
                const std::vector<double>& of_seeds);

/// The lesson's training loop: Adam on the squared error of the pixels, Σ (x − r)² per image.
tutorials::Fit train(tutorials::Session& session, nn::TrainingSettings settings,
                     models::Autoencoder& model, const nn::Dataset& data, nn::Random& random,
                     const nn::Training::Evaluation& evaluate = {});

struct Trained {
    models::Autoencoder net;
    tutorials::Fit fit;
};

/// A linear autoencoder 784-20-784, trained on images less their mean, or on the images as they are, for
/// 25 epochs with a learning rate that falls from .01 to `last_rate`. After each epoch it measures how
/// much larger its training error is than PCA's, in percent, and the largest angle to PCA's subspace, in
/// degrees.
Trained linear_net(tutorials::Session& session, const models::Pca& pca,
                   const char* name = "model_linear", double last_rate = 0, bool less_mean = true);

/// A net with a code of 32 numbers, trained for `--epochs` with a learning rate that falls to zero, on
/// the training images without the validation images. After each epoch it measures the error per pixel on
/// these. Under the name `model` it is the lesson's deep net, which experiments only load.
Trained train_32(tutorials::Session& session, const char* name,
                 const models::AutoencoderSettings& layers);
/// 784-512-256-32-256-512-784.
extern const models::AutoencoderSettings deep_layers;

/// The training images without the last 5000; these, the validation images, are `test`.
nn::TrainTest with_validation(const tutorials::Session& session, const nn::Dataset& train);

/// The images less their mean.
nn::Dataset centred(nn::Dataset data, const autograd::Array& mean);

/// Images of half the height and width; a pixel is the mean of four.
autograd::Array halved(const autograd::Array& images, const autograd::Shape& item);

/// The decoder's columns, as rows (K, D): what each number of the code adds to an image.
autograd::Array directions(const models::Autoencoder& linear);

/// `idea.png`: what flows from where to where.
void draw_the_idea(const tutorials::Session& session);

}  // namespace lesson
