/// @file
/// What the lesson on denoising and its experiments share.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "models/evaluate/psnr.hpp"
#include "models/evaluate/wiener.hpp"
#include "nn/data/corruption.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace denoising {

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Variable;
using models::Autoencoder;
using models::psnr;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

/// A hidden layer of the input's own activation, and a linear path of its own beside it:
/// r = sigmoid(g(f(x̃)) + S x̃ + s).
struct Denoiser {
    Autoencoder bent;
    nn::Linear straight;

    Denoiser(std::size_t pixels, std::size_t width, nn::Random& random);
    /// The restored images (B, D), each pixel between 0 and 1.
    Variable operator()(Variable x) const;
    void visit(auto&& see) {
        see("bent", bent);
        see("straight", straight);
    }
};

/// One hidden layer of 512 units and no more, for the smaller experiments.
Autoencoder small_net(std::size_t pixels, nn::Random& random);

/// What a net is shown and what it is asked for.
struct Pair {
    Array input, target;
};
using Teacher = std::function<Pair(const nn::Batch& clean, nn::Random&)>;
/// Corrupted in, clean out; the corruption is drawn anew for each batch.
Teacher denoise(const std::function<Array(const Array&, nn::Random&)>& corrupt);

/// Trains with the squared error. The learning rate falls from `rate` to 0.
template <class Net>
tutorials::Fit teach(Session& session, Net& net, const nn::Dataset& data, nn::Random& random,
                     nn::TrainingSettings settings, double rate, const Teacher& teacher,
                     const nn::Training::Evaluation& evaluate = {}) {
    settings.epochs = session.epochs(settings.epochs);
    settings.learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(settings.epochs));
    return tutorials::fit(
        session, net, data, random, std::move(settings),
        [&](autograd::Tape& tape, const nn::Batch& batch) {
            const Pair pair = teacher(batch, random);
            const Variable restored = net(tape.constant(pair.input));
            return tutorials::Loss{nn::squared_loss(restored, tape.constant(pair.target)), {}};
        },
        evaluate);
}

template <class Net>
Array restore(const Net& net, const Array& noisy) {
    return nn::map_rows(noisy, [&](Variable x) { return net(x); });
}

/// The training images without the last twelfth, and those, to choose and to look by.
nn::Dataset to_learn_from(const nn::TrainTest& data);
nn::Dataset validation(const nn::TrainTest& data);

/// The test images with noise of this standard deviation, the same for every method.
Array noisy_test(Session& session, double sigma);
/// .3 as in the names of results: 30.
std::string percent(double sigma);
/// The first few rows.
Array few(const Array& images, std::size_t count = 10);

/// The lesson's net, 784-1024-784 for noise of .3: trained, or loaded if the lesson has run.
struct Trained {
    Denoiser net;
    tutorials::Fit fit;
};
Trained lesson_net(Session& session);
/// The same for another strength, or for a mixture of strengths.
Trained net_for(Session& session, const nn::Corruption& noise, const std::string& name);
/// All principal directions of the training images.
models::Pca all_directions(Session& session);

/// E[x | x̃] if the clean x is one of the rows (N, D) of `data`: (B, D) to (B, D).
Array remember(const Array& data, double sigma, const Array& noisy);

/// What flows where.
void draw_the_idea(Session& session);

}  // namespace denoising
