/// @file
/// Labels as a second latent variable: a VAE that learns from images of which few have a label.
#pragma once

#include "models/classifier.hpp"
#include "models/cvae.hpp"

namespace models {

/// The three nets of multi-layer perceptrons.
struct SemiSupervisedSettings {
    VaeSettings vae = {};                         ///< of p(x | y, z) and q(z | x, y)
    std::vector<std::size_t> classifier = {400};  ///< hidden layers of q(y | x)
    std::size_t classes = 10;                     ///< C
};

/// p(y) p(z) p(x | y, z), where p(y) is 1/C for each class and p(z) = N(0, I). Where the label y is
/// not known it is a latent variable like z, with the proposal q(y | x) q(z | x, y).
/// M2 of Kingma, Mohamed, Rezende and Welling 2014.
struct SemiSupervised {
    Cvae cvae;              ///< p(x | y, z) and q(z | x, y)
    Classifier classifier;  ///< q(y | x)

    /// Throws if an extent is 0, σ is not positive, or there are fewer than two classes.
    SemiSupervised(const SemiSupervisedSettings& settings, nn::Random& random);
    /// Any nets, the CVAE with a condition for each class.
    SemiSupervised(Cvae of_pixels, Classifier of_labels);

    std::size_t classes() const { return cvae.condition; }
    std::size_t latent() const { return cvae.latent(); }

    /// q(y | x).
    nn::Categorical label(Variable x) const { return {classifier.logits(x)}; }

    /// A bound on ln p(x, y) of each image, −L(x, y) in the paper, in nats; (B,). y is (B, C),
    /// one_hot() of the labels; noise (B, latent).
    Variable labelled_bound(Variable x, Variable y, Variable noise) const;
    /// The same for each of the classes as label; (B, C). All get the same noise, (B, latent): they
    /// differ by the class, and not by the draw.
    Variable bound_of_each_class(Variable x, Variable noise) const;
    /// A bound on ln p(x) of each image, −U(x) in the paper: Σ_y q(y | x) (−L(x, y)) + H(q(y | x)); (B,).
    /// Throws unless the classifier has as many classes as the CVAE has conditions.
    Variable unlabelled_bound(Variable x, Variable noise) const;

    void visit(auto&& see) {
        see("cvae", cvae);
        see("classifier", classifier);
    }

  private:
    Array each_class_;  // one_hot() of all classes
};

}  // namespace models
