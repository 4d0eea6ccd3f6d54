/// @file
/// Each process takes a share of the batch.
#pragma once

#include "autograd/gradients.hpp"
#include "autograd/variable.hpp"
#include "nn/parallel/communicator.hpp"
#include "nn/random.hpp"
#include "nn/train/metrics.hpp"

namespace nn {

using autograd::Gradients;
using autograd::Variable;

// A step of n processes, which does what one process does with the whole batch:
//
//     const nn::SharedRows rows(random, batch.share);   // noise belongs to the example
//     tape.rewind();
//     const auto elbo = vae.elbo(tape.constant(batch.images), random);
//     adam.step(nn::average(world, tape.backward(-elbo.value()), batch.share));

/// Replaces the gradients of the losses of all processes, each a mean over its share of the batch, by
/// that of the mean over the whole batch. Afterwards all processes hold the same bits. Returns its
/// argument. Throws if the processes reached parameters of different sizes.
///
/// A loss may hold terms that are no mean over examples, such as a penalty on a batch mean: see
/// batch_mean().
Gradients& average(const Communicator& world, Gradients& gradients, Share share);

/// The metrics of the whole batch from those of the shares, which are means over examples.
Metrics average(const Communicator& world, const Metrics& metrics, Share share);

/// The mean over the whole batch from the mean over the share of each process, of any shape. What is
/// computed from it, by each process for itself, may be any function: a penalty on the mean activation of
/// a hidden unit is not the mean of the penalties of the shares.
/// @code
/// const Variable rate = nn::batch_mean(world, mean(code, {0}), batch.share);  // ρ̂ (J,)
/// const Variable loss = reconstruction + beta * sum(models::bernoulli_kl(0.05f, rate));
/// @endcode
/// m = Σᵣ wᵣ mᵣ with wᵣ = count / whole.   m̄ᵣ += m̄: average() puts in the weight wᵣ, as it does for the
/// rest of the loss. For gradients that average() does not see, this is wrong.
Variable batch_mean(const Communicator& world, Variable mean_of_share, Share share);

}  // namespace nn
