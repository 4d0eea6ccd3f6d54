#include "models/semi_supervised.hpp"

#include <cmath>
#include <numeric>

namespace models {

SemiSupervised::SemiSupervised(const SemiSupervisedSettings& s, nn::Random& random)
    : SemiSupervised{Cvae({.vae = s.vae, .condition = s.classes}, random),
                     Classifier({.input = s.vae.input,
                                 .hidden = s.classifier,
                                 .classes = s.classes,
                                 .activation = s.vae.activation},
                                random)} {}

SemiSupervised::SemiSupervised(Cvae of_pixels, Classifier of_labels)
    : cvae(std::move(of_pixels)), classifier(std::move(of_labels)) {
    Indices all(classes());
    std::iota(all.begin(), all.end(), std::size_t{0});
    each_class_ = one_hot(all, classes());
}

Variable SemiSupervised::labelled_bound(Variable x, Variable y, Variable noise) const {
    const double log_prior = -std::log(static_cast<double>(classes()));
    return bound_per_draw(cvae.draw(x, y, noise)) + static_cast<Real>(log_prior);
}

Variable SemiSupervised::bound_of_each_class(Variable x, Variable noise) const {
    const std::size_t images = examples_in(x), count = classes();
    static const Indices class_first{1, 0, 2};
    const Variable all = repeat(x.tape().constant(each_class_), images);
    const Variable of_class = transpose(reshape(all, {images, count, count}), class_first);
    const Variable y = reshape(of_class, {count * images, count});  // all images as class 0, ...
    const Variable bounds = labelled_bound(repeat(x, count), y, repeat(noise, count));
    return transpose(reshape(bounds, {count, images}));
}

Variable SemiSupervised::unlabelled_bound(Variable x, Variable noise) const {
    const nn::Categorical q = label(x);
    autograd::require(q.logits.shape() == autograd::Shape{examples_in(x), classes()},
                      "[unlabelled_bound] expected logits (", examples_in(x), ", ", classes(),
                      ") of the classifier, got ", q.logits.shape());
    return sum(q.probabilities() * bound_of_each_class(x, noise), {1}) + q.entropy();
}

}  // namespace models
