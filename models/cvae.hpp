/// @file
/// The conditional variational autoencoder.
#pragma once

#include "models/vae.hpp"

namespace models {

/// The shape of a conditional VAE, and what its prior is told.
struct CvaeSettings {
    VaeSettings vae = {};
    std::size_t condition = 10;  ///< C: the classes of a label, or the numbers of an attribute
    bool learn_prior = false;    ///< p(z | c) = N(m(c), diag e^l(c)), affine in c; else N(0, I)
};

/// p(z | c) p(x | z, c), with q(z | x, c) by the encoder: a VAE to whose encoder and decoder the
/// condition c is joined, as further inputs. c is (B, C), one_hot() of labels or any numbers.
/// Nothing of it is modelled, it is given. Sohn, Lee and Yan 2015.
///
/// All weights on c start at 0: at first this is the VAE of the same seed, whatever the condition.
struct Cvae {
    CvaeSettings settings;
    Vae vae;  ///< its encoder takes x and c, (B, input + C); its decoder z and c, (B, latent + C)
    nn::Linear prior_mean, prior_log_variance;  ///< m and l; 0 unless learnt

    /// Throws if an extent is 0, and what Vae throws.
    Cvae(CvaeSettings s, nn::Random& random);

    /// p(z | c); (B, latent).
    nn::Normal prior(Variable c) const;
    /// q(z | x, c); (B, latent). Like all that take c, throws if it is not (B, C).
    nn::Normal encode(Variable x, Variable c) const;
    /// Logits or means of the pixels, (B, input), of z, (B, latent).
    Variable decode(Variable z, Variable c) const;
    /// ln p(x | z, c) in nats; shape (B,).
    Variable log_likelihood(Variable x, Variable z, Variable c) const;

    /// The bound on ln p(x | c) with one sample of z per example, its noise drawn from `random`;
    /// the KL is from p(z | c).
    Elbo elbo(Variable x, Variable c, nn::Random& random) const;
    /// The same with given noise, (B, latent).
    Elbo elbo(Variable x, Variable c, Variable noise) const;

    /// Pixels, (B, input), decoded from the mean of q(z | x, c).
    Variable reconstruct(Variable x, Variable c) const;
    /// Expected pixels, (B, input), of an image for each condition, whose z is drawn from p(z | c).
    Variable sample(Variable c, nn::Random& random) const;

    void visit(auto&& see) {
        see("vae", vae);
        if (settings.learn_prior) {
            see("prior_mean", prior_mean);
            see("prior_log_variance", prior_log_variance);
        }
    }
};

/// A row for each label that is 1 at the label and 0 elsewhere; (B, classes). Throws if there are no
/// labels, or a class does not exist.
Array one_hot(const autograd::Indices& labels, std::size_t classes);

}  // namespace models
