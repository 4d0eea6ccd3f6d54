// $\mathcal L_K$ is a loss like any other. A small VAE, 784-100-20, learns from 10 000 images for four epochs with
// $K = 1$, 5 and 50 as its objective, and with $K = 50$ once more with the gradient of DReG. All are judged alike, by
// $-\ln p(x)$ of 500 test images with $K = 500$. An epoch with $K$ draws costs about $K$ passes through the decoder, so
// this compares equal numbers of steps, not equal time.

#include "models/evaluate/latent_use.hpp"
#include "tutorials/14_likelihood/shared.hpp"

namespace likelihood {

namespace {

void objectives(Session& session) {
    Data data = load(session);
    const bool quick = session.flags.quick;
    data.train = nn::first(data.train, quick ? 256 : 10000);
    const Array images = some(session, data.test, 500);
    const auto measure = [&](const std::string& key, std::size_t samples, bool doubly) {
        nn::Random random{session.flags.seed};
        Vae vae({.input = data.train.images.shape(1), .hidden = {100}, .latent = 20}, random);
        const auto trained = train(session, data, vae, random,
                                   {.name = "objective_" + key,
                                    .epochs = session.epochs(4),
                                    .samples = samples,
                                    .doubly = doubly});
        const auto use = models::latent_use(trained.model, images, random);
        const Estimate log_p = estimate(costs(trained.model, images, quick ? 20 : 500, random));
        session.result("objective_" + key, log_p.mean);
        session.result("objective_elbo_" + key, use.neg_elbo());
        session.result("objective_active_" + key, static_cast<double>(use.levels[0].active));
    };
    measure("1", 1, false);
    measure("5", 5, false);
    measure("50", quick ? 10 : 50, false);
    measure("50_doubly", quick ? 10 : 50, true);
}

const tutorials::Experiment experiment{
    "objective", "More draws as the objective: a better model, a worse ELBO", objectives};

}  // namespace

}  // namespace likelihood

// | objective; seeds 1, 2, 3 | −ln p(x) | −ELBO | active units |
// |---|---|---|---|
// | $K = 1$, ELBO | @result{objective_1, .1f}, @result{objective_seed_2/objective_1, .1f}, @result{objective_seed_3/objective_1, .1f} | @result{objective_elbo_1, .1f}, @result{objective_seed_2/objective_elbo_1, .1f}, @result{objective_seed_3/objective_elbo_1, .1f} | @result{objective_active_1, .0f}, @result{objective_seed_2/objective_active_1, .0f}, @result{objective_seed_3/objective_active_1, .0f} |
// | $K = 5$ | @result{objective_5, .1f}, @result{objective_seed_2/objective_5, .1f}, @result{objective_seed_3/objective_5, .1f} | @result{objective_elbo_5, .1f}, @result{objective_seed_2/objective_elbo_5, .1f}, @result{objective_seed_3/objective_elbo_5, .1f} | @result{objective_active_5, .0f}, @result{objective_seed_2/objective_active_5, .0f}, @result{objective_seed_3/objective_active_5, .0f} |
// | $K = 50$ | @result{objective_50, .1f}, @result{objective_seed_2/objective_50, .1f}, @result{objective_seed_3/objective_50, .1f} | @result{objective_elbo_50, .1f}, @result{objective_seed_2/objective_elbo_50, .1f}, @result{objective_seed_3/objective_elbo_50, .1f} | @result{objective_active_50, .0f}, @result{objective_seed_2/objective_active_50, .0f}, @result{objective_seed_3/objective_active_50, .0f} |
// | $K = 50$, DReG | @result{objective_50_doubly, .1f}, @result{objective_seed_2/objective_50_doubly, .1f}, @result{objective_seed_3/objective_50_doubly, .1f} | @result{objective_elbo_50_doubly, .1f}, @result{objective_seed_2/objective_elbo_50_doubly, .1f}, @result{objective_seed_3/objective_elbo_50_doubly, .1f} | @result{objective_active_50_doubly, .0f}, @result{objective_seed_2/objective_active_50_doubly, .0f}, @result{objective_seed_3/objective_active_50_doubly, .0f} |
//
// With more draws in the objective $-\ln p(x)$ falls: by several nats from $K = 1$ to 5 and from 5 to 50. At $K = 5$ the
// ELBO is within 4 nats of that of the model that was trained on it, but at $K = 50$ it is *worse* with each seed, by 6 to
// 12 nats. This is no contradiction. A likely reason: with $K$ draws not every draw has to be good, one in $K$ is
// enough, so the encoder may spread its proposals. (The widths of $q$ have not been compared.) So the ELBO no longer says
// how good such a model is. All this is a short training, in which all 20 units are active in all rows.
//
// With DReG $-\ln p(x)$ is lower than with the other gradient of $K = 50$ with each seed, by .4 to 1.2 nats, and $-$ELBO by
// 1 to 4.
