/// @file
/// What the lesson on the β-VAE and its experiments share: how a net is trained, scored and looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/evaluate/disentanglement.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/vae.hpp"
#include "nn/data/sprites.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace beta_vae {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Variable;
using Numbers = tutorials::Plot::Numbers;
using tutorials::Session;

/// The chapter's own flags.
struct Wishes {
    double beta = 16;      ///< the large weight, and where the falling one starts
    double capacity = 25;  ///< nats, for the experiment that gives the code a KL
};
extern Wishes wishes;
inline constexpr double last_beta = 1.5;  ///< where the falling weight ends

extern const nn::Factors& factors;
enum Factor : std::size_t { shape, scale, rotation, x_place, y_place };

/// What is minimised, given the parts of the bound and how much of the training is over (0 to 1).
using Loss = std::function<Variable(const models::Elbo&, double progress)>;
/// Reconstruction + β KL.
Loss weighted(double beta);
/// The same with a β that stays at `first`, falls by equal factors in equal times, and is at `last`
/// from the middle of the training on. `hold` is the share of the training during which it stays.
Loss falling(double first, double last, double hold = 0.3);

/// A trained net, and what we want to know of it.
struct Net {
    std::string title;
    models::Vae vae;
    nn::History history;
    double images_per_second;
    models::LatentUse use;  // of held-out sprites
    models::Disentanglement score{};
};

/// How a net is trained, in multiples of what the flags say.
struct Plan {
    std::string title, name;  // for people, for files
    std::uint64_t seed;
    Loss loss;
    autograd::Real rate = 2;   // of the learning rate
    std::size_t patience = 1;  // of the epochs
    std::size_t breadth = 1;   // of the batch
};

/// 1024-256-256-10 with ELUs.
models::VaeSettings sprite_net();

/// Trains one, without scoring it. The learning rate stays for 75 % of the time, so that a unit that
/// wakes late can still learn, and then falls to 0, so that the KL comes to rest.
Net train(Session& session, const nn::TrainTest& data, const Plan& plan,
          const models::VaeSettings& settings = sprite_net());
/// The same with its scores; prints parts, units and scores.
Net train_and_score(Session& session, const nn::TrainTest& data, const Plan& plan);

/// The three nets of the lesson: β = 1, the large weight, the falling one.
Net plain_net(Session& session);
Net large_net(Session& session);
Net falling_net(Session& session);

/// Loads the sprites. Throws for any other data: only of sprites are the true factors known.
const nn::TrainTest& load_sprites(Session& session);

/// The means that the encoder gives to sprites, which are drawn when they are asked for.
models::Code code_of(const models::Vae& vae);
/// All four metrics of a code.
models::Disentanglement score(const Session& session, const models::Code& code);
void print_header();
void print_scores(const std::string& name, const models::Disentanglement& score);
void note_scores(Session& session, const std::string& prefix, const std::string& suffix,
                 const models::Disentanglement& score);
/// Reconstruction, KL, active units, scores and the smaller gap of x and y, under keys that end so.
void note_net(Session& session, const Net& net, const std::string& suffix);

/// The code that another one becomes if two of its units are turned into each other by 45°.
models::Code turned(const models::Code& code, std::size_t a, std::size_t b);

/// What flows where.
void draw_the_idea(Session& session);

/// The units in falling order of their KL.
Indices by_kl(const models::LatentUse& use);
/// The unit that tells most about a factor.
std::size_t best_unit(const Net& net, std::size_t factor);
/// Each row moves one unit of a heart's code from −2 to 2: the `shown` units with the largest KL.
void traverse(Session& session, const Net& net, const std::string& file, std::size_t shown = 6);
/// For each unit its mean at each of the 32 × 32 places, over sprites of random shape, scale and
/// rotation: (units, 1024), the units in the order of their KL, grey for 0, white for 2.
Array place_maps(const Session& session, const Net& net);

}  // namespace beta_vae
