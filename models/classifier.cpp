#include "models/classifier.hpp"

#include <algorithm>
#include <cmath>

#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"

namespace models {

using autograd::require;

namespace {

nn::Layer perceptron(const ClassifierSettings& s, nn::Random& random) {
    require(s.classes > 1, "[Classifier] expected at least two classes, got ", s.classes);
    std::vector<std::size_t> sizes = {s.input};
    sizes.insert(sizes.end(), s.hidden.begin(), s.hidden.end());
    sizes.push_back(s.classes);
    return nn::mlp(sizes, s.activation, random);
}

}  // namespace

Classifier::Classifier(const ClassifierSettings& settings, nn::Random& random)
    : layers(perceptron(settings, random)) {}

Variable Classifier::loss(Variable x, const Indices& labels) const {
    return nn::categorical_loss(logits(x), labels);
}

Indices Classifier::predict(const Array& images) const {
    const Array scores = nn::map_rows(images, [&](Variable x) { return logits(x); });
    for (const auto score : scores.storage())
        require(std::isfinite(score), "[predict] expected finite logits, got ", double{score});
    return nn::argmax(scores);
}

double Classifier::accuracy(const Array& images, const Indices& labels) const {
    const Indices predicted = predict(images);
    require(labels.size() == predicted.size(), "[accuracy] expected a label for each of ",
            predicted.size(), " images, got ", labels.size());
    std::size_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace models
