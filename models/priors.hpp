/// @file
/// Priors that are learnt, and the VAE that has one.
#pragma once

#include "models/vae.hpp"

namespace models {

/// C Gaussians with weights, all learnt: p(z) = Σ π_c N(z; μ_c, diag e^λ_c).
struct MixturePrior {
    Parameter mean;          ///< (C, latent)
    Parameter log_variance;  ///< (C, latent)
    Parameter logits;        ///< (C,)

    /// Means from N(0, 1), all variances 1, equal weights. Throws if an extent is 0.
    MixturePrior(std::size_t components, std::size_t latent, nn::Random& random);

    nn::GaussianMixture operator()(Tape& tape, const GaussianNet& encoder) const;

    void visit(auto&& see) {
        see("mean", mean);
        see("log_variance", log_variance);
        see("logits", logits);
    }
};

/// The mean posterior of C pseudo-inputs, images that are learnt: p(z) = 1/C Σ q(z | u_c). The best
/// prior for the bound is the mean posterior of all training images; this is one of fewer terms.
/// Tomczak and Welling 2018, eq. 9 (variational mixture of posteriors).
struct VampPrior {
    Parameter pseudo_inputs;  ///< (C, ...), as images; nothing keeps them between 0 and 1

    /// Where learning starts, such as some training images. Throws if there are none.
    explicit VampPrior(Array images);

    nn::GaussianMixture operator()(Tape& tape, const GaussianNet& encoder) const;

    void visit(auto&& see) { see("pseudo_inputs", pseudo_inputs); }
};

/// A VAE whose prior is learnt. The KL has no closed form: it is ln q − ln p at the draw.
template <class Prior>
struct PriorVae {
    Vae vae;  ///< of which the prior is not used
    Prior prior;

    PriorVae(Vae v, Prior p) : vae(std::move(v)), prior(std::move(p)) {}

    std::size_t latent() const { return vae.latent(); }
    nn::Normal encode(Variable x) const { return vae.encode(x); }
    Variable decode(Variable z) const { return vae.decode(z); }

    /// As those of the VAE.
    Draws draw(Variable x, Variable noise) const {
        const nn::Normal q = repeat(encode(x), samples_of(noise, x));
        return draws_of(x, q, q.sample(noise));
    }
    Draws draw(Variable x, std::size_t samples, nn::Random& random) const {
        return draw(x, nn::standard_normal(x.tape(), {samples * examples_in(x), latent()}, random));
    }
    Draws draws_of(Variable x, const nn::Normal& q, Variable z) const {
        Draws draws = vae.draws_of(x, q, z);
        draws.levels[0].log_p = prior(x.tape(), vae.encoder).log_prob(z);
        return draws;
    }
    Elbo elbo(Variable x, nn::Random& random) const { return models::elbo(draw(x, 1, random)); }

    /// Expected pixels, (count, ...), of images whose z is drawn from the prior.
    Variable sample(Tape& tape, std::size_t count, nn::Random& random) const {
        return vae.decoder.mean(prior(tape, vae.encoder).sample(count, random));
    }

    void visit(auto&& see) {
        see("vae", vae);
        see("prior", prior);
    }
};

using MixtureVae = PriorVae<MixturePrior>;
using VampVae = PriorVae<VampPrior>;

}  // namespace models
