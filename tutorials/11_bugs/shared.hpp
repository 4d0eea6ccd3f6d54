/// @file
/// What the exhibits of the gallery of bugs share: small data, one VAE, and how right and wrong are
/// shown beside each other.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/vae.hpp"
#include "nn/rows.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace bugs {

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using nn::Dataset;
using nn::map_rows;
using nn::mean_over_rows;
using tutorials::Plot;
using tutorials::Session;
using Numbers = Plot::Numbers;

inline constexpr std::size_t units = 10;  // of every code
inline constexpr std::size_t shown = 14;  // pictures in a row

/// Two numbers that tell the programs apart, and a figure: the right program at the left or above, the
/// wrong one at the right or below.
struct Exhibit {
    std::string measure;  // what the two numbers are, with the unit
    double right = 0, wrong = 0;
    std::vector<Plot> plots = {};                       // right and wrong,
    std::vector<tutorials::NamedImages> pictures = {};  // or rows of pictures

    double& number(bool is_wrong) { return is_wrong ? wrong : right; }
};

/// A VAE that was trained.
struct Run {
    Vae vae;
    nn::History history;
    double images_per_second;
};

struct Gallery {
    explicit Gallery(Session& session);

    Session& session;
    nn::TrainTest data;               // few images: a bug needs no more room
    std::map<std::string, Run> runs;  // the VAEs that are trained already

    std::uint64_t seed() const { return session.flags.seed; }
    std::size_t pixels() const { return data.train.images.shape(1); }
};

/// Makes an exhibit, prints and notes its numbers as NAME_right and NAME_wrong, and draws NAME.png.
void show(Session& session, const std::string& name, const std::function<Exhibit(Gallery&)>& make);
/// The exhibit that a number stands for, and showing it under the name `blind`.
std::string name_behind(std::size_t number);
void show_blind(Session& session, std::size_t number);

/// A plot titled *right* or *wrong*.
Plot panel(bool wrong, tutorials::PlotSettings settings);

/// Trains a small net on images with Adam. The loss is of a batch on a tape, of rank 0.
template <class Module, class LossOfBatch>
tutorials::Fit train(Gallery& gallery, nn::TrainingSettings settings, Module& module,
                     const Dataset& data, nn::Random& random, const LossOfBatch& loss,
                     const nn::Training::Evaluation& test = {}) {
    settings.quiet = true;
    return tutorials::fit(
        gallery.session, module, data, random, std::move(settings),
        [&](Tape& tape, const nn::Batch& batch) {
            return tutorials::Loss{loss(tape.constant(batch.images), batch), {}};
        },
        test);
}

double last(const nn::History& history, const std::string& column);

/// A loss of the VAE, 784-200-10, with a right and a wrong line.
using VaeLoss = std::function<Variable(const Vae&, Variable x, Variable noise, bool wrong)>;

Variable bound(const Vae& vae, Variable x, Variable noise, bool wrong);
Variable unit_mean_loss(const Vae& vae, Variable x, Variable noise, bool wrong);
Variable batch_over_n_loss(const Vae& vae, Variable x, Variable noise, bool wrong, Real n);
Variable kl_sign_loss(const Vae& vae, Variable x, Variable noise, bool wrong);
Variable log_sigma_loss(const Vae& vae, Variable x, Variable noise, bool wrong);
Variable one_layer_loss(const Vae& vae, Variable x, Variable noise, bool wrong);

/// The loss averaged over ten draws of the noise.
double mean_loss(const VaeLoss& loss, bool wrong, const Vae& vae, const Array& images);

Run train_vae(Gallery& gallery, const std::string& name, const VaeLoss& loss, bool wrong);
/// The VAE trained with the library's bound.
Run right_run(Gallery& gallery);
/// The VAE trained with the wrong line. Throws unless the right line is the library's bound: nothing
/// but the marked line is then to blame.
Run wrong_run(Gallery& gallery, const std::string& name, const VaeLoss& loss);

/// −ELBO of images in nats, as a program reports it: with a draw of z, or with the mean.
double reported(const Vae& vae, const Array& images, nn::Random& random, bool wrong);
/// What it costs to answer every test image with the mean training image, in nats.
double mean_picture(const Gallery& gallery);

Array samples(const Vae& vae);
Array reconstructions(const Vae& vae, const Array& images);

/// The share of activations above .9, in a code of 100 units with this penalty.
using SparsePenalty = std::function<Variable(Variable code, bool wrong)>;
inline constexpr Real rho = Real(0.05);
Exhibit sparse(Gallery& gallery, const std::string& name, const SparsePenalty& penalty);

}  // namespace bugs
