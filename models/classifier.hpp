/// @file
/// Which class does an image show? A judge for models that draw on demand, and, without hidden
/// layers, a probe for what a code contains.
#pragma once

#include <vector>

#include "nn/layers/mlp.hpp"

namespace models {

using autograd::Array;
using autograd::Indices;
using autograd::Variable;

/// A classifier that is a multi-layer perceptron.
struct ClassifierSettings {
    std::size_t input = 784;
    std::vector<std::size_t> hidden = {400};  ///< none: logistic regression, the "linear probe"
    std::size_t classes = 10;
    nn::Activation activation = autograd::relu;
};

/// p(label | x) = softmax(logits(x)), trained on the cross entropy.
struct Classifier {
    nn::Layer layers;

    /// Throws if an extent is 0, or there are fewer than two classes.
    Classifier(const ClassifierSettings& settings, nn::Random& random);
    /// Any net from images (B, ...) to (B, classes).
    explicit Classifier(nn::Layer net) : layers(std::move(net)) {}

    /// (B, classes), of x, (B, ...).
    Variable logits(Variable x) const { return layers(x); }
    /// −ln p(label | x) in nats, averaged over the batch; rank 0. Throws if there is no such class.
    Variable loss(Variable x, const Indices& labels) const;

    /// The most probable class of each of the images, (N, ...). Throws if its logits are not finite.
    Indices predict(const Array& images) const;
    /// The share of the images whose most probable class is their label, from 0 to 1. Throws if
    /// there is not one label for each image, or there are no images.
    double accuracy(const Array& images, const Indices& labels) const;

    void visit(auto&& see) { see("layers", layers); }
};

}  // namespace models
