/// @file
/// Convolutional nets, and how the lesson and its experiments train them.
#pragma once

#include <string>

#include "models/autoencoder.hpp"
#include "models/classifier.hpp"
#include "models/vae.hpp"
#include "nn/layers/convolution.hpp"
#include "nn/layers/images.hpp"
#include "tutorials/support/session.hpp"

namespace lesson {

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Autoencoder;
using models::Classifier;
using models::Vae;
using nn::Dataset;
using tutorials::Session;
using Numbers = std::vector<double>;

/// 4 × 4 pixels every 2 pixels: half as many along each axis.
inline constexpr nn::Kernel halve{.size = 4, .stride = 2, .padding = 1};

/// Images of the shape `item` = (H, W, C), as rows (B, H·W·C), to feature maps (B, H/4, W/4,
/// 2·channels): two convolutions, each with a ReLU behind it.
nn::Sequential see(const Shape& item, std::size_t channels, nn::Random& random);
/// How many numbers the feature maps of an image are.
std::size_t features_seen(const Shape& item, std::size_t channels);

/// The way back for sides that 4 divides, from `inputs` numbers: a linear layer, two transposed
/// convolutions. Larger pictures are drawn for other sides, and cut.
nn::Sequential draw(std::size_t inputs, const Shape& item, std::size_t channels,
                    nn::Random& random);

/// The lesson's autoencoder: a code of 32 numbers, 16 and 32 feature maps.
Autoencoder convolutional_autoencoder(const Shape& item, nn::Random& random);
/// One with dense layers of these widths, 784-hidden-32.
Autoencoder dense_autoencoder(const Shape& item, std::vector<std::size_t> hidden,
                              nn::Random& random);
/// The width of the one hidden layer with which it has at most so many weights.
std::size_t width_for(const Shape& item, std::size_t weights);

/// A VAE with `channels` and twice as many feature maps, a dense layer of `features`, and a code of 20.
Vae convolutional_vae(const Shape& item, std::size_t channels, std::size_t features,
                      nn::Random& random);

/// The training images without the last sixth; that sixth, on which choices are made; the test images.
struct Data {
    Dataset train, validation, test;
};
Data split(Session& session);

template <class Model>
std::size_t weights(Model model) {
    return nn::parameter_count(nn::parameters(model));
}

/// Images (N, D) moved to the right by so many pixels; black comes in at the left.
Array moved(const Array& images, const Shape& item, std::size_t by);

/// A model, how its training went, and how fast.
template <class Model>
struct Trained {
    Model model;
    nn::History history;  ///< of the training set and, as `test_...`, of the held-out images
    double images_per_second;
};

/// Trains an autoencoder on the squared error, the learning rate falling to 0 along half a cosine.
Trained<Autoencoder> train(Session& session, const Data& data, Autoencoder net, nn::Random& random,
                           const std::string& name, std::size_t epochs);
/// The two of the lesson, with as many weights as each other; trained when they are first asked for.
Trained<Autoencoder> the_convolutional(Session& session, const Data& data);
Trained<Autoencoder> the_dense(Session& session, const Data& data);

/// Trains a VAE on the bound at the flags' learning rate; `test` is what is evaluated after each epoch.
Trained<Vae> train(Session& session, const Dataset& train, const Array& test, Vae vae,
                   nn::Random& random, const std::string& name, std::size_t epochs);

/// Trains a classifier; the learning rate falls to 0.
Classifier train(Session& session, const Dataset& train, Classifier net, nn::Random& random,
                 const std::string& name, std::size_t epochs);

/// Classifiers of real images: one whose features are compared, one with the same layers that starts
/// elsewhere, one with a dense hidden layer.
struct Judges {
    Classifier target, other, dense;
};
Judges train_judges(Session& session, const Data& data);

/// What the target sees behind its second convolution. Its weights are constants here: gradients pass
/// through them to the picture, and stop at them.
struct Features {
    Shape item;
    Array kernel_1, bias_1, kernel_2, bias_2;

    Features(const Shape& images, Classifier target);
    Variable operator()(Variable x) const;  ///< (B, H·W·C) to (B, H/4, W/4, 32)
};

}  // namespace lesson
