// Minimise reconstruction $+\, \beta\,$KL instead, with five values of $\beta$, three epochs each, one
// seed. The last, 784, is what a program gets that *averages* the reconstruction over pixels and *sums*
// the KL over units; such a program usually does not show that it has a $\beta$.

#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"

namespace {

void weigh_the_kl(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Array z = nn::Random{session.flags.seed}.normal({14, 20});
    Numbers reconstruction, kl;
    std::vector<std::string> names;
    std::vector<tutorials::NamedImages> samples;
    for (const Real beta : {0.f, 0.1f, 1.f, 4.f, 784.f}) {
        names.push_back(autograd::text(beta));
        nn::Random random{session.flags.seed};
        Vae vae{{.input = data.train.images.shape(1)}, random};
        tutorials::fit(session, vae, data.train, random,
                       {.epochs = std::min<std::size_t>(3, session.flags.epochs),
                        .name = "beta_" + names.back(),
                        .quiet = true},
                       [&](Tape& tape, const nn::Batch& batch) {
                           return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random),
                                                      beta);
                       });
        const auto use = models::latent_use(vae, data.test.images, random);
        reconstruction.push_back(use.reconstruction);
        kl.push_back(use.kl);
        session.result("beta_" + names.back() + "_neg_elbo", use.neg_elbo());
        session.result("beta_" + names.back() + "_reconstruction", use.reconstruction);
        session.result("beta_" + names.back() + "_active",
                       static_cast<double>(use.levels[0].active));
        samples.push_back({"β = " + names.back(), tutorials::decode(vae, z)});
    }
    Plot{{.x = "weight of the KL in training, β", .y = "nats per test image"}}
        .bars("reconstruction", names, reconstruction)
        .bars("KL", names, kl)
        .save(session.file("beta.png"));
    tutorials::save_named_rows(session.file("beta_samples.png"), samples, data.test.item);
}

const tutorials::Experiment experiment{"beta", "A weight on the KL: too little and too much",
                                       weigh_the_kl};

}  // namespace

// @figure{beta.png, What reconstruction and code cost on test images after training with five weights.}
//
// @figure{beta_samples.png, The same 14 draws from the prior, decoded by these five models.}
//
// Below 1, the KL counts little: at β = 0.1 the reconstruction is @result{beta_0.1_reconstruction, .0f} nats instead of
// @result{beta_1_reconstruction, .0f}, but the bound is worse (@result{beta_0.1_neg_elbo, .0f} nats instead of
// @result{beta_1_neg_elbo, .0f}) and so are the samples, because the prior no longer describes where the codes are.
// Above 1, fewer units save more than they cost: @result{beta_4_active} of 20 are active at β = 4, instead of
// @result{beta_1_active}. Its bound is worse as well (@result{beta_4_neg_elbo, .0f}), but more of these 14 samples
// look like one garment than at β = 1: bound and samples are different things. With β = 784 no code is left; the
// model costs @result{beta_784_neg_elbo, .1f} nats, about as much as the model without latent variables,
// @result{independent_pixels, .1f}. Chapter 9 is about β.
