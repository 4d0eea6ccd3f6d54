// The same VAE with other priors, the same ten epochs for each: a mixture of 200 Gaussians whose means, variances and
// weights are free parameters, and VampPriors with 50 and 200 pseudo-inputs. The last row trains nothing: it takes
// the lesson's model with $\mathcal N(0, I)$ and puts the mean posterior of 5000 training images in the place of its
// prior.

#include "tutorials/14_likelihood/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

namespace likelihood {

namespace {

// A mixture whose components are the posteriors of some images, as they are.
models::MixtureVae with_mean_posterior(const Vae& vae, const Array& images) {
    nn::Random unused{0};
    models::MixturePrior prior(images.shape(0), vae.latent(), unused);
    prior.mean.value = tutorials::encode(vae, images);
    prior.log_variance.value =
        nn::map_rows(images, [&](Variable x) { return vae.encode(x).log_variance; });
    return {vae, prior};
}

void priors(Session& session) {
    const Data data = load(session);
    const bool quick = session.flags.quick;
    const std::size_t epochs = session.flags.epochs, samples = quick ? 20 : 500;
    const Array images = some(session, data.test, 500);
    const Vae standard = the_standard(session, data).model;
    nn::Random random{session.flags.seed};
    const Numbers reference = costs(standard, images, samples, random);
    session.result("prior_standard", estimate(reference).mean);
    const auto measure = [&](const std::string& key, const auto& model) {
        const Numbers found = costs(model, images, samples, random);
        session.result("prior_" + key, estimate(found).mean);
        session.result("prior_gain_" + key, estimate(difference(reference, found)).mean);
    };
    {
        nn::Random start{session.flags.seed};
        const Vae vae = new_vae(data, start);
        const models::MixturePrior prior(quick ? 20 : 200, vae.latent(), start);
        measure("mixture", train(session, data, models::MixtureVae{vae, prior}, start,
                                 {.name = "mixture", .epochs = epochs})
                               .model);
    }
    {
        nn::Random start{session.flags.seed};
        measure("vamp_50", train(session, data, new_vamp(data, 50, start), start,
                                 {.name = "vamp_50", .epochs = epochs})
                               .model);
    }
    measure("vamp_200", the_vamp(session, data).model);
    measure("mean_posterior",
            with_mean_posterior(standard, nn::first(data.train, quick ? 200 : 5000).images));
}

const tutorials::Experiment experiment{
    "priors", "A mixture, VampPriors of other sizes, and the mean posterior", priors};

}  // namespace

}  // namespace likelihood

// | prior; seeds 1, 2, 3 | −ln p(x) of 500 test images, $K = 500$ | gain over $\mathcal N(0, I)$, image by image |
// |---|---|---|
// | $\mathcal N(0, I)$ | @result{prior_standard, .1f}, @result{priors_seed_2/prior_standard, .1f}, @result{priors_seed_3/prior_standard, .1f} |  |
// | mixture of 200 | @result{prior_mixture, .1f}, @result{priors_seed_2/prior_mixture, .1f}, @result{priors_seed_3/prior_mixture, .1f} | @result{prior_gain_mixture, .1f}, @result{priors_seed_2/prior_gain_mixture, .1f}, @result{priors_seed_3/prior_gain_mixture, .1f} |
// | VampPrior, 50 | @result{prior_vamp_50, .1f}, @result{priors_seed_2/prior_vamp_50, .1f}, @result{priors_seed_3/prior_vamp_50, .1f} | @result{prior_gain_vamp_50, .1f}, @result{priors_seed_2/prior_gain_vamp_50, .1f}, @result{priors_seed_3/prior_gain_vamp_50, .1f} |
// | VampPrior, 200 | @result{prior_vamp_200, .1f}, @result{priors_seed_2/prior_vamp_200, .1f}, @result{priors_seed_3/prior_vamp_200, .1f} | @result{prior_gain_vamp_200, .1f}, @result{priors_seed_2/prior_gain_vamp_200, .1f}, @result{priors_seed_3/prior_gain_vamp_200, .1f} |
// | mean posterior of 5000, not trained | @result{prior_mean_posterior, .1f}, @result{priors_seed_2/prior_mean_posterior, .1f}, @result{priors_seed_3/prior_mean_posterior, .1f} | @result{prior_gain_mean_posterior, .1f}, @result{priors_seed_2/prior_gain_mean_posterior, .1f}, @result{priors_seed_3/prior_gain_mean_posterior, .1f} |
//
// All four gain more than two nats over $\mathcal N(0, I)$ with each seed. The VampPriors gain more than the free mixture,
// and fifty pseudo-inputs bring most of what 200 bring; so it is with all three seeds. The free mixture also starts
// elsewhere, at random means and not at images.
//
// The mean posterior gains about as much as the free mixture without any training, although exercise 5 finds that its KL
// is *larger* for test images. The two are different measures. Here the weights of 500 draws of each image are averaged,
// and it is enough that some of them fall where the prior has mass; there every single draw counts. (And there the terms
// are posteriors of binary images, here of grey ones.)
