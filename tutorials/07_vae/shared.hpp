/// @file
/// What the lesson on the VAE shares with its experiments: its trained models, and figures.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/vae.hpp"
#include "nn/module.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using tutorials::Plot;
using tutorials::Session;
using Numbers = tutorials::Plot::Numbers;

/// A model and how its training went.
template <class Model>
struct Trained {
    Model model;
    nn::History history = {};
    double images_per_second = 0;  ///< 0 if it was only loaded
};

/// The loop of the lesson: minimises −ELBO. Calls `after_epoch`, if there is one.
Trained<Vae> train(Session& session, Vae vae, nn::TrainingSettings settings, nn::Random& random,
                   const std::function<void(const Vae&)>& after_epoch = {});

/// The models of the lesson. Each is trained when it is first asked for.
Trained<Vae> the_vae(Session& session, const std::function<void(const Vae&)>& after_epoch = {});
Vae the_plane(Session& session);                                 ///< 784-400-100-2
Trained<models::Autoencoder> the_autoencoder(Session& session);  ///< plain, 784-400-20

/// A net of the plane's widths before training.
Vae new_plane(Session& session, nn::Random& random);

// --- proposals ------------------------------------------------------------------------------------

/// λ of q(z | x) of the images: (N, latent).
Array encode_log_variance(const Vae& vae, const Array& images);
/// ln p(x | z) of every code (K, latent) for every image (N, D): (K, N). For Bernoulli pixels.
Variable log_likelihood_table(const Vae& vae, Variable codes, Variable images);

/// The square |z₁|, |z₂| ≤ reach, cut into cells.
struct Grid {
    std::size_t side;
    double reach = 4.5;

    double step() const { return 2 * reach / static_cast<double>(side); }
    double middle(std::size_t i) const { return (static_cast<double>(i) + 0.5) * step() - reach; }
    /// (side², 2): z₁ changes from row to row of cells, z₂ within it.
    Array middles() const;
};

/// q(z) = 1/N Σ q(z | xₙ) in the cells of a plane: (side, side).
struct Aggregate {
    Grid grid;
    Array density;

    /// KL(q(z) ‖ N(0, I)) in nats.
    double kl_to_prior() const;
    /// The share of the prior's mass in cells where q(z) is less than a tenth of it.
    double holes() const;
};
Aggregate aggregate(const Vae& vae, const Array& images, Grid grid);

/// A Gaussian in the plane.
struct Gaussian {
    double mean[2], variance[2], covariance = 0;

    double determinant() const { return variance[0] * variance[1] - covariance * covariance; }
    /// dᵀ Σ⁻¹ d
    double distance(double d1, double d2) const;
    double log_density(double z1, double z2) const;
};

/// q(z | x) of one image, from codes of two units.
Gaussian proposal(const Vae& vae, const Array& image);

/// (1) and (2) as sums over cells.
struct Exact {
    double evidence;        ///< ln p(x)
    Numbers log_posterior;  ///< ln p(z | x) in each cell
};
std::vector<Exact> integrate(const Vae& vae, const Array& images, const Grid& grid);
/// KL(q ‖ p(z | x)), a sum over cells.
double gap(const Gaussian& q, const Exact& exact, const Grid& grid);

// --- figures --------------------------------------------------------------------------------------

/// One draw from q(z | x) for each image by class, within |z₁|, |z₂| ≤ reach, and the circle that holds
/// 86 % of N(0, I).
Plot plot_codes(const Vae& vae, const nn::Dataset& shown, const std::string& title = "",
                double reach = 4.5);
/// Where q(z) is more than the prior (bright) and where less (dark), and the same circle.
Plot plot_aggregate(const Aggregate& codes);

/// The plane decoded, and the decoder as a file for a browser.
void save_the_plane(Session& session, Vae vae);

void draw_the_flow(const std::filesystem::path& path);
/// Images, shuffled pixels, shuffled halves, samples.
void draw_the_idea(Session& session, const Array& samples);
void plot_training(const std::filesystem::path& path, const nn::History& history,
                   const models::LatentUse& use);

// --- measures -------------------------------------------------------------------------------------

/// The largest difference of two gradients, relative to the largest component.
double largest_difference(const autograd::Gradients& a, const std::vector<nn::NamedParameter>& of_a,
                          const autograd::Gradients& b,
                          const std::vector<nn::NamedParameter>& of_b);
/// To so many significant digits.
double rounded(double x, int digits);

/// What needs no network, in nats per test image: each pixel at its training mean, and the entropy of
/// the grey levels.
struct Reference {
    double independent_pixels, bernoulli_floor;
};
Reference points_of_reference(const nn::TrainTest& data);
