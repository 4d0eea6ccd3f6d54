/// @file
/// Data, models and figures of the lesson on likelihood.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/evaluate/log_likelihood.hpp"
#include "models/priors.hpp"
#include "nn/optim/schedule.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace likelihood {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using models::VampVae;
using nn::Dataset;
using tutorials::Plot;
using tutorials::Session;
using Numbers = Plot::Numbers;

/// Grey training images, which are made binary anew for each batch; the last sixth of them and the test
/// images, made binary once.
struct Data {
    Dataset train, validation, test;
};
Data load(Session& session);
/// The first `count`, 20 in a quick run.
Array some(const Session& session, const Dataset& data, std::size_t count);

/// What a training is told besides the flags.
struct Recipe {
    std::string name;
    std::size_t epochs;
    std::size_t samples = 1;     ///< K of the bound that is the objective; 1 is the ELBO
    bool doubly = false;         ///< the gradient of DReG
    double warm_up = 0;          ///< epochs in which the weight of the KL rises from 0 to 1
    std::size_t repetition = 0;  ///< the seed is so much higher
    std::size_t patience = 0;    ///< see nn::TrainingSettings
    bool binary = true;          ///< else the grey levels are the data
};

template <class Model>
struct Trained {
    Model model;
    nn::History history;
    double images_per_second;
};

/// Minus the bound that is the objective.
template <class Model>
Variable objective(const Model& model, Variable x, nn::Random& random, const Recipe& recipe,
                   Real weight = 1) {
    if constexpr (models::TakesPosterior<Model>)
        if (recipe.doubly) {
            const autograd::Shape shape = {recipe.samples * x.shape()[0], model.latent()};
            const Variable noise = nn::standard_normal(x.tape(), shape, random);
            return -models::doubly_reparameterized(model, x, noise);
        }
    const models::Draws draws = model.draw(x, recipe.samples, random);
    return recipe.samples == 1 ? -models::elbo(draws).value(weight)
                               : -models::importance_weighted(draws);
}

/// Trains on an objective, the learning rate falling along half a cosine; measures −ELBO on the
/// validation images.
template <class Model>
Trained<Model> train(Session& session, const Data& data, Model model, nn::Random& random,
                     const Recipe& recipe) {
    const double rate = session.flags.learning_rate, epochs = static_cast<double>(recipe.epochs);
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    nn::Training training{
        session.training({.epochs = recipe.epochs,
                          .name = recipe.name,
                          .learning_rate = nn::schedule::cosine(rate, rate / 20, epochs),
                          .patience = recipe.patience,
                          .quiet = recipe.patience == 0}),
        model, adam, random};
    Array binary;
    const auto loss = [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
        if (recipe.binary) random.bernoulli(batch.images, binary);
        const Real weight =
            recipe.warm_up > 0 ? Real(std::min(1., training.time() / recipe.warm_up)) : Real(1);
        const Variable x = tape.constant(recipe.binary ? binary : batch.images);
        const Variable value = objective(model, x, random, recipe, weight);
        return {value, {{"loss", value.item()}}};
    };
    auto [history, speed] = tutorials::fit(training, adam, batches, loss, [&] {
        return tutorials::test_bound(model, data.validation.images, random);
    });
    return {std::move(model), std::move(history), speed};
}

/// −ln p(x) of each image by importance weighting.
template <class Model>
Numbers costs(const Model& model, const Array& images, std::size_t samples, nn::Random& random) {
    Numbers out = models::importance_weighted(model, images, samples, random).per_image;
    for (double& log_p : out) log_p = -log_p;
    return out;
}

/// The lesson's VAE, 784-400-20, and the same with a VampPrior of so many pseudo-inputs, which start
/// as training images. Trained when they are first asked for.
Trained<Vae> the_standard(Session& session, const Data& data);
Trained<VampVae> the_vamp(Session& session, const Data& data);
Vae new_vae(const Data& data, nn::Random& random);
VampVae new_vamp(const Data& data, std::size_t components, nn::Random& random);

/// A mean and its standard error.
struct Estimate {
    double mean, standard_error;
};
Estimate estimate(const Numbers& numbers);
/// a − b, one by one.
Numbers difference(const Numbers& a, const Numbers& b);

/// The size of binary images, a byte for each pixel, behind zlib at its best: nats for each image.
Numbers compressed(const Array& images);

/// The flags of the published rows: see experiments/rows.cpp.
struct Protocol {
    std::string row;             ///< vae, hvae or vamp; empty: not asked for
    std::size_t warm_up = 100;   ///< epochs until the KL has its full weight
    std::size_t patience = 50;   ///< epochs
    std::size_t samples = 5000;  ///< K
    std::size_t images = 10000;  ///< of the test set
};
inline Protocol protocol;
std::vector<tutorials::Option> protocol_options();
void published_row(Session& session);

void draw_flow(Session& session);

}  // namespace likelihood
