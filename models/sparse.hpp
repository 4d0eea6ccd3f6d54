/// @file
/// Sparse autoencoders: an autoencoder whose loss has a price on activations.
#pragma once

#include <functional>

#include "models/autoencoder.hpp"

namespace models {

/// What a code costs besides the reconstruction: activations (B, J) to one number of rank 0.
using Penalty = std::function<Variable(Variable code)>;

/// Σⱼ |aⱼ| per example, averaged over the batch: (B, J) to rank 0. The slope at 0 is taken as 0.
Variable l1_penalty(Variable activations);

/// KL(ρ ‖ p) = ρ ln ρ/p + (1 − ρ) ln (1 − ρ)/(1 − p) between two coins, element by element and in
/// nats: how badly a coin that shows 1 with probability p stands in for one of probability ρ. Zero at
/// p = ρ. Probabilities are held off 0 and 1 by the precision of Real, so that it is finite there.
/// Throws unless 0 < ρ < 1 and all p, of any shape, are between 0 and 1.
Variable bernoulli_kl(Real rho, Variable p);

/// Σⱼ KL(ρ ‖ ρ̂ⱼ) with ρ̂ⱼ the mean activation of unit j **over the batch**: (B, J) to rank 0. It says
/// how often each unit is to be active, and leaves open for which examples. Activations must be
/// between 0 and 1, as those of a sigmoid; throws otherwise, and unless 0 < ρ < 1.
/// Ng 2011, section 3.
Variable kl_penalty(Variable activations, Real rho);

/// The loss of a batch in its two parts, each of rank 0.
struct SparseLoss {
    Variable reconstruction;  ///< as Autoencoder::loss
    Variable penalty;         ///< without its weight

    /// reconstruction + weight · penalty. Throws unless weight ≥ 0.
    Variable value(Real weight) const;
};

/// Both parts for x, (B, input), the penalty taken of the code. `model` can be any autoencoder; to be
/// sparse it need not be narrow.
/// @code
/// const auto loss = sparse_loss(model, x, [](Variable h) { return kl_penalty(h, 0.05f); });
/// tape.backward(loss.value(3));
/// @endcode
SparseLoss sparse_loss(const Autoencoder& model, Variable x, const Penalty& penalty);

}  // namespace models
