/// @file
/// What the lesson on the conditional VAE and its experiments share: how they train, draw and measure.
#pragma once

#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/latent_use.hpp"
#include "nn/data/dataset.hpp"
#include "tutorials/support/session.hpp"

namespace lesson {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Variable;
using models::Classifier;
using models::Cvae;
using models::one_hot;
using nn::Dataset;
using tutorials::Session;
using Numbers = std::vector<double>;

/// The training images without the last sixth; that sixth, on which choices are made; the test images.
struct Data {
    Dataset train, validation, test;
};
Data split(Session& session);

/// Which parts of the model read the condition. The others are given zeros, and the prior is N(0, I).
struct Told {
    bool encoder, decoder, prior;
};

/// One pass through the model; if all are told, this is Cvae::draw with one sample.
models::Draws draws(const Cvae& cvae, Told told, Variable x, Variable c, nn::Random& random);

/// A conditional VAE, 784-400-20 if the images have 784 pixels, and what its training has left.
struct Trained {
    Cvae cvae;
    Told told;
    nn::History history;  ///< of the training set and, as `test_...`, of the validation set
    double images_per_second;
};

/// Trains one on the labels. With patience it stops once the bound on the validation set stands still. The
/// bound is measured with noise of its own, the same after every epoch.
Trained train(Session& session, const Data& data, nn::TrainingSettings settings, Told told,
              std::size_t latent = 20, Real beta = 1);
/// The lesson's own: all parts are told. An experiment gets the one that the lesson has left.
Cvae lesson_model(Session& session, const Data& data);

/// The bound on images with their labels.
models::LatentUse use_of(const Trained& model, const Dataset& data, nn::Random& random);

/// The judge: a classifier of real images, trained for the 20 epochs and at the rate that were best on the
/// validation images.
Classifier train_judge(Session& session, const Dataset& train);
/// Any classifier; without hidden layers a linear one.
Classifier train_classifier(Session& session, const Dataset& train, const std::string& name,
                            std::vector<std::size_t> hidden, std::size_t epochs, double rate);

/// 0, 1, ..., classes − 1 and again, `count` numbers in all.
Indices in_turn(std::size_t count, std::size_t classes);

/// The style u of codes z: counted from the mean of p(z | c) in its standard deviations. With the prior
/// N(0, I) it is z itself.
Variable style(const Cvae& cvae, Variable z, Variable c);
/// That of images with conditions, at the mean of q(z | x, c).
Array style(const Cvae& cvae, const Array& images, const Array& conditions);
/// The pictures (N, D) of styles (N, K), with a condition for each, or one class for all.
Array decode(const Cvae& cvae, const Array& styles, const Array& conditions);
Array decode(const Cvae& cvae, const Array& styles, std::size_t label);
/// A picture for each condition (N, C), its z drawn from p(z | c).
Array draw(const Cvae& cvae, const Array& conditions, nn::Random& random);

/// Decode 100 styles with every class: the share of the pictures' variance that is there at a fixed
/// style. 0: the decoder ignores the condition.
double moved_by_class(const Cvae& cvae, nn::Random& random);
/// How often the judge sees the class that was asked for, in `count` pictures, as many of each class.
double agreement(const Cvae& cvae, const Classifier& judge, std::size_t count, nn::Random& random);
/// How often a linear classifier names the class of test images from a style, drawn from q(z | x, c).
double probe(Session& session, const Data& data, const Trained& model);

/// Ten styles, the same in each row, decoded with each class: one row for a class.
void save_grid(Session& session, const std::string& file, const Cvae& cvae, const Dataset& data);
/// For each label another one, drawn with equal probability among the rest.
Indices other_classes(const Session& session, const Dataset& data);

/// The mean grey level of each image: its ink.
Numbers inks(const Array& images);
double correlation(const Numbers& a, const Numbers& b);

}  // namespace lesson
