/// @file
/// The conditional variational autoencoder.
#pragma once

#include "models/vae.hpp"

namespace models {

/// A conditional VAE of multi-layer perceptrons, and what its prior is told.
struct CvaeSettings {
    VaeSettings vae = {};
    std::size_t condition = 10;  ///< C: the classes of a label, or the numbers of an attribute
    bool learn_prior = false;    ///< p(z | c) = N(m(c), diag e^l(c)), affine in c; else N(0, I)
};

/// p(z | c) p(x | z, c), with q(z | x, c) by the encoder: a VAE to whose encoder and decoder the
/// condition c is joined, as further inputs. c is (B, C), one_hot() of labels or any numbers.
/// Nothing of it is modelled, it is given. Sohn, Lee and Yan 2015.
///
/// Of perceptrons, all weights on c start at 0: at first this is the VAE of the same seed, whatever
/// the condition.
struct Cvae {
    GaussianNet encoder;    ///< reads x and c, joined()
    Decoder decoder;        ///< reads z and c, joined()
    GaussianNet prior_net;  ///< reads c
    std::size_t condition;  ///< C
    bool learn_prior;       ///< else the prior stays what it is

    /// Multi-layer perceptrons. Throws if an extent is 0 or σ is not positive.
    Cvae(const CvaeSettings& settings, nn::Random& random);
    /// Any nets, of which encoder and decoder read joined() inputs; silent_prior() is a prior.
    Cvae(GaussianNet encoder, Decoder decoder, GaussianNet prior, std::size_t condition,
         bool learn_prior = false);

    /// How many numbers z has.
    std::size_t latent() const { return encoder.width(); }

    /// p(z | c); (B, latent).
    nn::Normal prior(Variable c) const;
    /// q(z | x, c); (B, latent). Like all that take c, throws if it is not (B, C).
    nn::Normal encode(Variable x, Variable c) const;
    /// Logits or means of the pixels, (B, ...), of z, (B, latent).
    Variable decode(Variable z, Variable c) const;
    /// The expected pixels, (B, ...).
    Variable mean_pixels(Variable z, Variable c) const;
    /// ln p(x | z, c) in nats; shape (B,).
    Variable log_likelihood(Variable x, Variable z, Variable c) const;

    /// So many samples of z for each example and its condition, the noise drawn from `random`.
    Draws draw(Variable x, Variable c, std::size_t samples, nn::Random& random) const;
    /// The same with given noise, (K·B, latent).
    Draws draw(Variable x, Variable c, Variable noise) const;
    /// The bound on ln p(x | c) with one sample of z for each example; the KL is from p(z | c).
    Elbo elbo(Variable x, Variable c, nn::Random& random) const {
        return models::elbo(draw(x, c, 1, random));
    }
    Elbo elbo(Variable x, Variable c, Variable noise) const {
        return models::elbo(draw(x, c, noise));
    }

    /// Pixels, (B, ...), decoded from the mean of q(z | x, c).
    Variable reconstruct(Variable x, Variable c) const { return mean_pixels(encode(x, c).mean, c); }
    /// Expected pixels, (B, ...), of an image for each condition, whose z is drawn from p(z | c).
    Variable sample(Variable c, nn::Random& random) const;

    void visit(auto&& see) {
        see("encoder", encoder);
        see("decoder", decoder);
        if (learn_prior)
            see("prior", prior_net);
        else
            see.frozen("prior", prior_net);
    }

  private:
    Variable told(Variable a, Variable c) const;
};

/// What a net that is told c reads: c behind each row of x, (B, D + C), or as C more planes behind
/// those of each image, (B, H, W, planes + C). Throws unless c is (B, C).
Variable joined(Variable x, Variable c);

/// p(z | c) that is affine in c, and at first N(0, I) whatever c is.
GaussianNet silent_prior(std::size_t condition, std::size_t latent, nn::Random& random);

/// A row for each label that is 1 at the label and 0 elsewhere; (B, classes). Throws if there are no
/// labels, or a class does not exist.
Array one_hot(const Indices& labels, std::size_t classes);

}  // namespace models
