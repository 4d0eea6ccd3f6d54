/// @file
/// The training loop that the lessons share; tutorials 02, 03 and 07 write it out.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "autograd/tape.hpp"
#include "models/bound.hpp"
#include "models/evaluate/latent_use.hpp"
#include "nn/data/batches.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/session.hpp"

namespace tutorials {

/// What a step minimises, of rank 0, and the numbers that are noted beside it.
struct Loss {
    autograd::Variable value;
    nn::Metrics metrics;
};

/// Minus the bound with the KL weighted by β, in nats per example. Its metrics are −ELBO and its parts,
/// `neg_elbo`, `reconstruction` and `kl`, all without the weight.
Loss neg_elbo(const models::Elbo& elbo, autograd::Real beta = 1);

/// The same metrics, measured over all images of a data set.
nn::Metrics parts_of(const models::LatentUse& use);
/// Those of held-out images (N, ...), for a model without a condition.
template <models::LatentVariableModel Model>
nn::Metrics test_bound(const Model& model, const autograd::Array& images, nn::Random& random) {
    return parts_of(models::latent_use(model, images, random));
}

/// What a training has left.
struct Fit {
    nn::History history;
    double images_per_second;  ///< 0 if a checkpoint left nothing to train
};

/// Computes the loss of a batch on an empty tape.
using LossOf = std::function<Loss(autograd::Tape&, const nn::Batch&)>;

/// Runs a training that has its own optimizer and batches. A loss without metrics is noted as `loss`.
Fit fit(nn::Training& training, nn::Optimizer& optimizer, nn::Batches& batches, const LossOf& loss,
        const nn::Training::Evaluation& evaluate);

/// Trains a module with Adam as the flags say: `--learning-rate`, `--batch`, and Session::training().
/// @code
/// tutorials::fit(session, vae, data.train, random, {.epochs = session.flags.epochs},
///                [&](autograd::Tape& tape, const nn::Batch& batch) {
///                    return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
///                });
/// @endcode
/// Throws what nn::Training throws.
template <class Module>
Fit fit(Session& session, Module& module, const nn::Dataset& train, nn::Random& random,
        nn::TrainingSettings settings, const LossOf& loss,
        const nn::Training::Evaluation& evaluate = {}) {
    const auto rate = static_cast<autograd::Real>(session.flags.learning_rate);
    nn::Adam adam{module, {.learning_rate = rate}};
    nn::Batches batches{train, session.flags.batch};
    nn::Training training{session.training(std::move(settings)), module, adam, random};
    return fit(training, adam, batches, loss, evaluate);
}

}  // namespace tutorials
