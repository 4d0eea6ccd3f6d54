/// @file
/// From a code to what it says about the image: p(x | z).
#pragma once

#include "models/bound.hpp"
#include "nn/layers/sequential.hpp"

namespace models {

/// What a decoder's outputs mean.
enum class Likelihood {
    bernoulli,  ///< outputs are logits; each pixel is 1 with probability sigmoid(output)
    gaussian,   ///< outputs are means; each pixel is N(output, σ²)
};

/// A net and what its outputs mean. The net maps a code (B, K) to the form of the images, (B, D) or
/// (B, H, W, C) or whatever theirs is: an image is everything behind the first axis.
struct Decoder {
    nn::Layer net;
    Likelihood likelihood = Likelihood::bernoulli;
    Parameter log_variance;  ///< ln σ² of a Gaussian pixel: (1,), or of the shape of an image
    bool learn_sigma;

    /// σ is the standard deviation; where learning starts if it is learnt. There is one for all
    /// pixels, or with `sigmas` = (D,) or (H, W, C) one for each. Throws unless it is positive.
    explicit Decoder(nn::Layer net, Likelihood likelihood = Likelihood::bernoulli, Real sigma = 1,
                     bool learn_sigma = false, const Shape& sigmas = {1});

    /// Logits or means of the pixels, (B, ...).
    Variable operator()(Variable z) const { return net(z); }
    /// The expected pixels, (B, ...).
    Variable mean(Variable z) const;
    /// ln p(x | z) in nats; shape (B,). Throws if x has another shape than what the net gives.
    Variable log_likelihood(Variable x, Variable z) const;
    /// What a plain autoencoder pays, (B,): the cross entropy in nats of Bernoulli pixels; of Gaussian
    /// ones Σ (x − r)², which is −ln p(x | z) at σ² = ½ less a constant.
    Variable error(Variable x, Variable z) const;

    /// The standard deviation of a Gaussian pixel; of several the root of the mean square.
    double sigma() const;

    void visit(auto&& see) {
        see("net", net);
        if (likelihood == Likelihood::bernoulli) return;
        if (learn_sigma)
            see("log_variance", log_variance);
        else
            see.frozen("log_variance", log_variance);
    }
};

}  // namespace models
