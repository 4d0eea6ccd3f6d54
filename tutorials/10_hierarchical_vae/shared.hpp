/// @file
/// What the lesson, the experiments and the answers of chapter 10 share: data, one way to train, and
/// means with their errors.
#pragma once

#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/hierarchical_vae.hpp"
#include "nn/io/history.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace hierarchical {

using autograd::Array;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::HierarchicalVae;
using models::HierarchicalVaeSettings;
using models::Inference;
using nn::Dataset;
using tutorials::Session;
using Numbers = std::vector<double>;

struct Data {
    const Dataset& train;  ///< grey; it becomes binary batch by batch
    Dataset test;          ///< binary, the same for every model and every seed
};
Data load(Session& session);

/// What is varied besides the model.
struct Recipe {
    std::string name;
    std::size_t epochs;
    double warm_up = 0;    ///< epochs until the KL has its full weight
    double free_bits = 0;  ///< nats per level
    bool resample = true;  ///< the binary pixels of the training images, for each batch
    bool watch = true;     ///< −ELBO and KL on the test images after every epoch
    bool quiet = true;
    std::size_t repetition = 0;  ///< added to the seed: for three trainings in one run
};

/// A model with one level is a plain VAE, so this type serves for all.
struct Trained {
    HierarchicalVae model;
    nn::History history;
    double images_per_second;
};
Trained train(Session& session, const Data& data, const HierarchicalVaeSettings& settings,
              const Recipe& recipe);

/// The two-level model of the lesson and its rival with one level; experiments and answers load the
/// former if the lesson has trained it already.
HierarchicalVaeSettings two_levels(std::size_t input);
HierarchicalVaeSettings one_level(std::size_t input);
Trained train_two_levels(Session& session, const Data& data);

/// Prints the parts of the bound on the test images, level by level.
models::LatentUse report(const std::string& name, const HierarchicalVae& model, const Data& data,
                         nn::Random& random);
/// The same, and notes how many parameters it has, and how sharp 1000 samples and real images are.
models::LatentUse note_model(Session& session, const std::string& name, HierarchicalVae& model,
                             const Data& data, nn::Random& random);
/// Notes the nats and the active units of each level, `kl_per_level` and the like.
void note_levels(Session& session, const models::LatentUse& use);

/// The figure of the model, and of a training.
void draw_flow(Session& session);
void draw_training(Session& session, const Trained& two, const Trained& one);
/// A classifier of real images, whose accuracy on test images is noted.
models::Classifier train_judge(Session& session);
/// How neighbours in rows of pictures differ: squared, per pixel, as `change_WHAT_redrawn`, and how
/// often the judge sees one class in both, in per cent, as `same_class_WHAT_redrawn`.
void note_change(Session& session, const std::string& what, const Array& pictures,
                 std::size_t columns, const models::Classifier& judge);
/// The first rows of the pictures, so many to a row.
void append_rows(std::vector<tutorials::NamedImages>& to, const Array& pictures, std::size_t rows,
                 std::size_t columns, const std::string& name);

/// A mean and its standard error.
struct Estimate {
    double mean, standard_error;
};
Estimate estimate(const Numbers& numbers);
/// a − b, one by one: two models on the same images.
Numbers difference(const Numbers& a, const Numbers& b);
/// Two models on the same images, by K samples for each.
struct Comparison {
    std::size_t samples;
    Estimate one, two;
    Numbers saved;  ///< by the second, image by image
};
void note_comparison(Session& session, const Comparison& best);
void draw_comparison(Session& session, const std::vector<Comparison>& at);
/// −ln p(x) of each image, by importance weighting.
Numbers costs(const HierarchicalVae& model, const Array& images, std::size_t samples,
              nn::Random& random);

/// z₂ ~ N(0, 1), z₁ ~ N(a z₂, s²), x ~ N(z₁, σ²) with a² + s² = 1, and the model that contains it,
/// whose encoders give the exact posterior: see experiments/chain.cpp.
struct Chain {
    double a = 0.8, s = 0.6, sigma = 0.5;
};
HierarchicalVae exact_chain(const Chain& chain, Inference inference);
/// ½ ln(1 + signal / noise), nats: what y = z + noise tells about a Gaussian z.
double information(double signal_variance, double noise_variance);

/// The flags of the published protocol: see experiments/protocol.cpp.
struct Protocol {
    std::string row;             ///< vae or hvae; empty: not asked for
    std::size_t warm_up = 100;   ///< epochs until the KL has its full weight
    std::size_t patience = 50;   ///< epochs
    std::size_t samples = 5000;  ///< K
    std::size_t images = 10000;  ///< of the test set
    std::string against;         ///< the folder of another row, for the difference in pairs
};
inline Protocol protocol;
std::vector<tutorials::Option> protocol_options();
void published_protocol(Session& session);

}  // namespace hierarchical
