/// @file
/// What the lesson and its experiments share: the parts of the data, the four rules, and a training
/// that follows from a recipe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/classifier.hpp"
#include "nn/data/dataset.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"
#include "nn/train/metrics.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/session.hpp"

namespace training {

using Numbers = std::vector<double>;
using tutorials::spread;
using tutorials::Spread;

/// Training data for the weights, validation data for choices, test data for the last number.
struct Parts {
    nn::Dataset train, validation, test;
};

/// The last 10 000 training images, or a sixth of fewer, become the validation part.
Parts divide(const nn::TrainTest& data);

/// The mean loss in nats per image, and the share of images whose most probable class is their label.
nn::Metrics judge(const models::Classifier& net, const nn::Dataset& data);

/// The share of rows of logits (N, C) whose largest entry is at the label.
double accuracy(const autograd::Array& logits, const autograd::Indices& labels);

enum RuleNumber { sgd, momentum, rms_prop, adam };

struct Rule {
    const char* name;
    std::unique_ptr<nn::Optimizer> (*make)(const std::vector<nn::NamedParameter>& parameters,
                                           double rate);
};

/// By RuleNumber; every setting but the rate is the library's, the momentum is 0.9.
extern const std::array<Rule, 4> rules;

/// Everything that makes up a training, but the data and the seed.
struct Recipe {
    RuleNumber rule = adam;
    double rate = 1e-3;
    nn::Schedule schedule = {};  ///< of the epoch, in place of the rate
    std::size_t epochs = 10;
    std::size_t batch = 128;
    std::size_t units = 64;
    double dropout = 0;
    double weight_decay = 0;  ///< with Adam
};

/// How a training went; one number for each epoch.
struct Course {
    Numbers train_loss, train_accuracy;  ///< means over the batches of the epoch
    Numbers loss, accuracy;              ///< on the held-out images, after the epoch
    double images_per_second = 0;        ///< of the steps alone
};

/// Trains 784 → units → 10. The seed gives first weights, batches and dropout, so that two recipes with
/// one seed start alike. A run whose loss passes 1000 nats ends there; its last losses are infinite.
Course train(const tutorials::Session& session, const Recipe& recipe, const nn::Dataset& data,
             const nn::Dataset& held_out, std::uint64_t seed);

/// The seeds of repetitions: three, or one with --quick.
std::vector<std::uint64_t> seeds(const tutorials::Session& session);

/// `0.368 ± 0.002`
std::string text(const Spread& spread);

/// `data.png`: the first twelve images of each class.
void draw_classes(const tutorials::Session& session, const nn::Dataset& data);
/// `network.png`: what is computed from what.
void draw_network(const tutorials::Session& session);
/// `confusions.png`: the six pairs of classes that are confused most often, with examples.
void draw_confusions(const tutorials::Session& session, const models::Classifier& net,
                     const nn::Dataset& data);

/// 1, 2, ..., n.
Numbers epochs_to(std::size_t n);

}  // namespace training
