/// @file
/// What the lesson on sparse autoencoders and its experiments share: how a net is trained, and what is
/// measured of a code.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/sparse.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace sparse {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Variable;
using models::Autoencoder;
using models::Penalty;
using tutorials::Session;
using Numbers = tutorials::Plot::Numbers;

/// The chapter's own flags.
struct Wishes {
    double rho = 0.05;
    double beta = 8;
    double kappa = 1;
    double gamma = 0.01;
    std::size_t units = 1024;
};
extern Wishes wishes;

/// How a net of this chapter is trained.
struct Plan {
    std::string name;  ///< of its files
    Penalty price;     ///< of the code, weights included
    nn::Activation activation;
    Real start = 0;          ///< the biases of the units at first
    double rate = 1;         ///< the learning rate, as a multiple of `--learning-rate`
    std::size_t epochs = 0;  ///< 0: as the flags say
    double gamma = wishes.gamma;
    bool decay_encoder = false;  ///< whether γ prices the weights of the encoder as well
};
Autoencoder train(Session& session, const Plan& plan, const nn::Dataset& data);

/// The plans of the lesson, and its nets.
Plan sparse_plan(const std::string& name);
Plan free_plan(const std::string& name);
Plan small_plan(const std::string& name);
Autoencoder sparse_net(Session& session);
Autoencoder free_net(Session& session);
Autoencoder small_net(Session& session);
/// σ(5h): what the units of the sparse net do.
Variable sharp(Variable h);
/// Where its biases start, so that a unit without other input is at ρ.
Real sharp_start();
/// β Σⱼ KL(ρ ‖ ρ̂ⱼ) + κ Σⱼ mean aⱼ (1 − aⱼ).
Penalty prices(double beta, double kappa);
/// 20 000 images: what the smaller nets of the experiments are trained on, all for equally long.
nn::Dataset some_of(const nn::Dataset& train);
inline constexpr std::size_t short_epochs = 6;

/// What there is to say of codes (N, J) whose units are on above a half.
struct Use {
    Numbers rate;      ///< ρ̂ⱼ, the mean activation of each unit
    Numbers on;        ///< the share of the images for which it is on
    Numbers contrast;  ///< its variance over ρ̂ⱼ (1 − ρ̂ⱼ)
    double near_zero;  ///< the share of all activations that are below .1 ...
    double between;    ///< ... and from .1 to .9
};
Use use_of(const Array& codes, Real on_above = Real(0.5));
/// The share of the numbers that are within .01 of ρ.
double share_near(const Numbers& rates);
/// Notes it all, and the error per pixel, under keys that end so.
void note(Session& session, const std::string& ending, const Autoencoder& net,
          const nn::Dataset& test);

/// How the single activations of named codes are distributed between 0 and 1, on a scale that shows
/// rare ones.
tutorials::Plot histograms(const std::vector<std::pair<std::string, Array>>& named_codes);

/// What each unit looks for: its weights from the pixels, (J, D).
Array looked_for(Autoencoder& net);
/// What each unit adds to the picture: its weights to the pixels, (J, D).
Array added(Autoencoder& net);
/// The length of each row.
Numbers lengths(const Array& rows);
/// Rows of weights as pictures: grey is zero.
Array as_pictures(Array rows);
/// The numbers 0 to n − 1 in the order of a score for each, the highest first.
Indices highest_first(const Numbers& score);
/// One unit's activations for all images (N, J).
Numbers column(const Array& codes, std::size_t unit);

/// The codes with only those k units of each image that add most, aⱼ times the length of dⱼ; all
/// others are set to what `silent` says of them.
Array keep_units(Array codes, std::size_t k, const Numbers& length, const Numbers& silent);

/// The test error of each net if only so many of its units keep their activation, and the figure of it.
void few_units(Session& session, const std::vector<std::pair<std::string, Autoencoder*>>& nets);
/// The figure of the idea.
void draw_the_idea(const Session& session);

}  // namespace sparse
