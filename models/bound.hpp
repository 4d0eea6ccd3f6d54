/// @file
/// What one pass through a latent-variable model leaves, and every bound on ln p(x) that follows from
/// it. A model is what can draw; all else is written once, here and in evaluate/.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "models/per_level.hpp"
#include "nn/distributions/distributions.hpp"

namespace models {

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;

/// What is known of one level of latent variables, for each draw: all are (K·B, width).
struct LatentLevel {
    nn::Normal posterior;             ///< q(z_l | ...), given x and the draws that it depends on
    std::optional<nn::Normal> prior;  ///< p(z_l | ...), given the draws above; none is N(0, I)
    Variable z;                       ///< a draw from the posterior
    /// Whether what the level costs is the KL of two given Gaussians. Not if the prior hangs on a
    /// draw that was made from this very z, as below the top of bottom-up inference: there
    /// E[ln q − ln p] has to be taken over both together, by the draw, which may be negative.
    bool closed_form = true;
    /// ln p(z) at the draw, (K·B,), of a prior that is no Gaussian, such as a mixture. Then `prior` is
    /// not looked at, and there is no closed form either.
    std::optional<Variable> log_p = {};
};

/// ln p(z_l | ...) and ln q(z_l | ...) at the draw, in nats; shape (K·B,).
Variable log_prior(const LatentLevel& level);
Variable log_posterior(const LatentLevel& level);
/// What the level costs in nats: KL(q ‖ p), or ln q − ln p at the draw without a closed form; (K·B,).
Variable kl(const LatentLevel& level);

/// The draws alone, lowest level first.
PerLevel<Variable> codes(const PerLevel<LatentLevel>& levels);

/// What one pass through a latent-variable model leaves: K draws of z for each of B examples. Rows are
/// all examples once and then again.
struct Draws {
    std::size_t samples = 1;       ///< K
    Variable log_likelihood;       ///< ln p(x | z) in nats, (K·B,)
    PerLevel<LatentLevel> levels;  ///< lowest first; a VAE has one
};

/// The evidence lower bound of a batch in its parts, in nats per example (summed over dimensions,
/// averaged over draws and the batch), each of rank 0.
struct Elbo {
    Variable reconstruction;  ///< −E[ln p(x | z)] over z ~ q(z | x): what rebuilding x costs
    PerLevel<Variable> kl;    ///< what it costs to say which z, level by level, lowest first

    /// The KL of all levels together.
    Variable total_kl() const;

    /// −reconstruction − β Σ max(free_bits, KL_l). At β = 1 without free bits it is the bound. A
    /// level that costs less than its free bits, on the mean of the batch, is not pushed further
    /// down: Kingma, Salimans, Jozefowicz, Chen, Sutskever and Welling 2016, appendix C.8. Throws if
    /// either is negative.
    Variable value(Real beta = 1, Real free_bits = 0) const;
    /// −reconstruction − γ |Σ KL_l − capacity|: the code is to have so many nats. Burgess et al.
    /// 2018. Throws if γ or the capacity is negative.
    Variable value_at_capacity(Real gamma, Real capacity) const;
};

/// Both parts of the bound, of any model.
Elbo elbo(const Draws& draws);

/// ln p(x | z) − KL of each draw, in nats; (K·B,): the bound itself, whose mean elbo() gives in parts.
Variable bound_per_draw(const Draws& draws);

/// ln p(x, z) − ln q(z | x) of each draw, in nats; shape (K·B,).
Variable log_weights(const Draws& draws);

/// ln 1/K Σ p(x, zₖ) / q(zₖ | x), averaged over the batch; rank 0. A bound that is the ELBO at K = 1
/// and rises to ln p(x) with K; minus it is a loss like any other.
/// Burda, Grosse and Salakhutdinov 2016, eq. 8.
Variable importance_weighted(const Draws& draws);

/// K draws z of q(z | x), given; q and z are (K·B, latent), x is (B, ...).
template <class Model>
concept TakesPosterior = requires(const Model& model, Variable x, const nn::Normal& q) {
    { model.encode(x) } -> std::same_as<nn::Normal>;
    { model.draws_of(x, q, x) } -> std::same_as<Draws>;
};

/// wₖ / Σ w, the share of each draw in its example, as constants; (K·B, 1).
Variable weight_shares(const Draws& draws);

/// The value of x, and of its gradient so much: factor is (rows, 1) or another shape that broadcasts.
Variable scale_gradient(Variable x, Variable factor);

/// The rows of x, (B, ...), all once and then again: (times · B, ...).
Variable repeat(Variable x, std::size_t times);
/// Both parameters so.
nn::Normal repeat(const nn::Normal& q, std::size_t times);
/// B, of x, (B, ...). Throws if it has no axis.
std::size_t examples_in(Variable x);
/// K, from noise (K·B, ...) that is given for x, (B, ...). Throws unless it is a whole number.
std::size_t samples_of(Variable noise, Variable x);

/// importance_weighted() with another estimate of its gradient with respect to the parameters of q,
/// which does not drown in noise as K grows. As written the gradient is Σ w̃ₖ ∇ ln wₖ with shares w̃.
/// Where q enters ln wₖ as a density, what it gives is 0 on average for K = 1, and for any K can be
/// exchanged for a path through z: what is left is Σ w̃ₖ² ∂ln wₖ/∂zₖ ∇zₖ. The gradient of the decoder
/// stays what it is. `noise` is (K·B, latent). The model is run twice: the first time for the shares.
/// Tucker, Lawson, Gu and Maddison 2019 (DReG), eq. 8; at K = 1 it is Roeder, Wu and Duvenaud 2017.
template <TakesPosterior Model>
Variable doubly_reparameterized(const Model& model, Variable x, Variable noise) {
    const nn::Normal q = repeat(model.encode(x), samples_of(noise, x));
    const nn::Normal still{stop_gradient(q.mean), stop_gradient(q.log_variance)};
    const Variable z = q.sample(noise);
    const Variable shares = weight_shares(model.draws_of(x, still, stop_gradient(z)));
    return importance_weighted(model.draws_of(x, still, scale_gradient(z, shares)));
}

/// What can be evaluated: a model of x, (B, ...).
template <class Model>
concept LatentVariableModel = requires(const Model& model, Variable x, nn::Random& random) {
    { model.draw(x, std::size_t{1}, random) } -> std::same_as<Draws>;
};
/// A model of x given a condition c, both (B, ...).
template <class Model>
concept ConditionalModel = requires(const Model& model, Variable x, nn::Random& random) {
    { model.draw(x, x, std::size_t{1}, random) } -> std::same_as<Draws>;
};

}  // namespace models
