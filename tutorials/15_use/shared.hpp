/// @file
/// What the lesson of chapter 15 and its experiments share.
#pragma once

#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/vae.hpp"
#include "tutorials/support/fit.hpp"

namespace use {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Autoencoder;
using models::Vae;
using nn::Dataset;
using tutorials::Session;
using Numbers = std::vector<double>;

/// The training images without the last sixth; that sixth, on which choices are made; the test images.
/// Grey levels, all with labels.
struct Data {
    Dataset train, validation, test;
};
Data load(Session& session);

/// The two nets that are compared all over the chapter: D-400-20-400-D, ReLU, Bernoulli pixels.
Vae new_vae(const Data& data, nn::Random& random);
Autoencoder new_autoencoder(const Data& data, nn::Random& random);

/// Trains either with Adam, the learning rate falling to 0 along half a cosine: the VAE on −ELBO, the
/// autoencoder on the cross-entropy of its pixels. Both in nats per image.
void train(Session& session, const Dataset& images, Vae& vae, nn::Random& random,
           const std::string& name, std::size_t epochs);
void train(Session& session, const Dataset& images, Autoencoder& net, nn::Random& random,
           const std::string& name, std::size_t epochs);

/// Those of all training images and `--epochs`. Trained when they are first asked for.
Vae the_vae(Session& session, const Data& data);
Autoencoder the_autoencoder(Session& session, const Data& data);

/// The images of one class.
Dataset only(const Dataset& data, std::size_t label);

/// Σ (x − r)² of each image.
Numbers squared_errors(const Array& images, const Array& rebuilt);

}  // namespace use
