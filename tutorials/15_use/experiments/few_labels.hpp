/// @file
/// Learning from few labels: what the lesson and the experiments about it share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/semi_supervised.hpp"
#include "tutorials/15_use/shared.hpp"

namespace use {

using models::Classifier;
using models::SemiSupervised;

/// The images whose labels are known: so many of each class, drawn by chance.
Dataset few(const Dataset& data, std::size_t of_each, nn::Random& random);

/// Shifts and scales numbers, (N, D), such that over those of the training images each has mean 0, and
/// all together variance 1.
struct Scale {
    Array means;  ///< (1, D)
    Real deviation;

    explicit Scale(const Array& train);
    Array apply(const Array& rows) const;
    Array undo(const Array& rows) const;
};

/// The data with other numbers in the place of each image's pixels, scaled.
Data with_features(const Data& data, const std::function<Array(const Array&)>& features);

/// The share of wrong answers.
double error(const Classifier& net, const Dataset& data);

/// How a classifier learns from labels alone. What stands in lists is tried.
struct Supervised {
    std::vector<std::size_t> hidden = {128};  ///< none: a linear probe
    std::vector<double> decays = {0, 3, 10};  ///< of the weights
    std::vector<double> jitters = {0.5,
                                   1};  ///< while it learns, N(0, jitter²) is added to its inputs
};
/// The one that makes the fewest errors on the validation images, also among the numbers of steps, up to
/// 800 of 100 images.
Classifier labels_alone(Session& session, const Dataset& labelled, const Dataset& validation,
                        const Supervised& settings, const std::string& name);

/// How M2 goes on from such a classifier, with images whose labels are not known.
struct Unlabelled {
    models::VaeSettings vae = {};
    std::size_t epochs = 6;
    Real alpha = 10;  ///< weight of the classifier's loss on the labelled images
    Real jitter = 1;
};
/// With the number of epochs that makes the fewest errors on the validation images.
SemiSupervised semi_supervised(Session& session, const Dataset& unlabelled, const Dataset& labelled,
                               const Dataset& validation, const Classifier& start,
                               const Unlabelled& settings, const std::string& name);
/// M2 on 20 codes with the better of two sizes of z, on validation images as well.
SemiSupervised best_m2(Session& session, const Data& codes, const Dataset& labelled,
                       const Classifier& start, const std::string& name);

}  // namespace use
