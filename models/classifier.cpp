#include "models/classifier.hpp"

#include <algorithm>

#include "nn/losses/losses.hpp"

namespace models {

namespace {

std::vector<std::size_t> sizes(const ClassifierSettings& s) {
    std::vector<std::size_t> out = {s.input};
    out.insert(out.end(), s.hidden.begin(), s.hidden.end());
    out.push_back(s.classes);
    return out;
}

}  // namespace

Classifier::Classifier(ClassifierSettings s, nn::Random& random)
    : settings(std::move(s)), layers(nn::mlp(sizes(settings), settings.activation, random)) {
    autograd::require(settings.classes > 1, "[Classifier] wants at least two classes, got ",
                      settings.classes);
}

Variable Classifier::logits(Variable x) const { return layers(x); }

Variable Classifier::loss(Variable x, const Indices& labels) const {
    return nn::categorical_loss(logits(x), labels);
}

Indices Classifier::predict(const Array& images) const {
    constexpr std::size_t at_a_time = 500;
    const std::size_t count = images.shape().at(0), width = images.shape().at(1);
    Indices labels;
    autograd::Tape tape;
    tape.set_inference(true);
    Array rows;
    for (std::size_t first = 0; first < count; first += at_a_time) {
        rows.resize({std::min(at_a_time, count - first), width});
        std::copy_n(images.data() + first * width, rows.size(), rows.data());
        tape.rewind();
        const Array& scores = logits(tape.constant(rows)).value();
        for (std::size_t b = 0; b < scores.shape()[0]; ++b) {
            const auto* row = scores.data() + b * settings.classes;
            labels.push_back(
                static_cast<std::size_t>(std::max_element(row, row + settings.classes) - row));
        }
    }
    return labels;
}

double Classifier::accuracy(const Array& images, const Indices& labels) const {
    const Indices predicted = predict(images);
    autograd::require(!labels.empty() && labels.size() == predicted.size(), "[accuracy] got ",
                      labels.size(), " labels of ", predicted.size(), " images");
    std::size_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace models
