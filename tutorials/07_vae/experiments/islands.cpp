// The net with two latent units once more, trained on the reconstruction alone ($\beta = 0$) and on the
// KL alone; and as it should be.

#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/fit.hpp"

namespace {

Vae train_on(Session& session, const std::string& name,
             const std::function<Variable(const models::Elbo&)>& part) {
    nn::Random random{session.flags.seed};
    Vae vae = new_plane(session, random);
    tutorials::fit(session, vae, session.load_data().train, random,
                   {.epochs = session.flags.epochs, .name = name, .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) {
                       const models::Elbo elbo = vae.elbo(tape.constant(batch.images), random);
                       return tutorials::Loss{part(elbo), {}};
                   });
    return vae;
}

void islands(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset shown = nn::first(data.test, 3000);
    const std::size_t side = session.flags.quick ? 90 : 300;
    std::vector<Plot> plots;
    const auto look = [&](const std::string& key, const std::string& title, const Vae& vae,
                          double reach) {
        plots.push_back(plot_codes(vae, shown, title, reach));
        nn::Random random{session.flags.seed};
        const auto use = models::latent_use(vae, data.test.images, random);
        session.result(key + "_reconstruction", use.reconstruction);
        session.result(key + "_kl", use.kl);
        session.result(key + "_holes", 100 * aggregate(vae, data.train.images, {side}).holes());
    };
    look("islands", "reconstruction only",
         train_on(session, "reconstruction_only",
                  [](const auto& elbo) { return elbo.reconstruction; }),
         20);
    look("oblivion", "KL only",
         train_on(session, "kl_only", [](const auto& elbo) { return elbo.total_kl(); }), 4.5);
    look("both", "both", the_plane(session), 4.5);
    tutorials::save_plots(session.file("latent_spaces.png"), plots, 2);
}

const tutorials::Experiment experiment{"islands", "What each part of the bound does alone",
                                       islands};

}  // namespace

// @figure{latent_spaces.png, One draw from q(z given x) for each of 3000 test images, by class. The grey
// circle has radius 2 and holds 86 % of the prior. The first panel has
// other axes.}
//
// | trained on | reconstruction | KL | holes |
// |---|--:|--:|--:|
// | reconstruction only | @result{islands_reconstruction, .1f} | @result{islands_kl, .1f} | @result{islands_holes, .0f} % |
// | KL only | @result{oblivion_reconstruction, .1f} | @result{oblivion_kl, .2f} | @result{oblivion_holes, .0f} % |
// | both | @result{both_reconstruction, .1f} | @result{both_kl, .1f} | @result{both_holes, .0f} % |
//
// (Nats per test image, one seed. *Holes*: the share of the prior's mass in places where the mean of all training
// proposals is less than a tenth of the prior. A draw from the prior lands there with this probability.)
//
// - *Reconstruction only* places the codes where it likes, far beyond the prior. They would cost
//   @result{islands_kl, .0f} nats, but this loss does not charge for them.
// - *KL only* proposes the same Gaussian for every image, $q(z|x) = p(z)$. This code costs nothing and
//   has forgotten the image.
// - *Both* lie where the prior is, and the classes have their places. Holes are left between them.
