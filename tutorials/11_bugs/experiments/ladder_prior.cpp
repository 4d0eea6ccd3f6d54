// In a model with two levels (chapter 10), $p(z_2) = \mathcal N(0, I)$, and $z_1$ is drawn from
// $p(z_1 \mid z_2)$. So the KL of the lower level is taken to that.

#include "models/hierarchical_vae.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    Exhibit exhibit{"KL of the top level, nats per test image"};
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        models::HierarchicalVae vae{{.input = gallery.pixels(),
                                     .hidden = {200},
                                     .between = {100},
                                     .latent = {units, units}},
                                    random};
        const auto loss = [&](Variable x, const nn::Batch& batch) {
            const auto levels = vae.infer(x, vae.noise(x.tape(), batch.size(), random));
            Variable cost = -mean(vae.log_likelihood(x, models::codes(levels)));
            for (const models::LatentLevel& level : levels) {
                const Variable kl =
                    wrong ? nn::kl_to_standard_normal(level.posterior)  // WRONG below the top
                          : models::kl(level);
                cost = cost + mean(kl);
            }
            return cost;
        };
        train(gallery,
              {.epochs = gallery.session.flags.epochs,
               .name = wrong ? "ladder_wrong" : "ladder_right"},
              vae, gallery.data.train, random, loss);

        const auto kl = [&](std::size_t level) {
            return mean_over_rows(gallery.data.test.images, [&](Variable x) {
                const auto levels = vae.infer(x, vae.noise(x.tape(), x.shape()[0], random));
                return models::kl(levels[level]);
            });
        };
        const Numbers kls{kl(0), kl(1)};
        exhibit.number(wrong) = kls[1];
        exhibit.plots.push_back(panel(wrong, {.x = "level", .y = "KL (nats per test image)"})
                                    .bars("", {"z₁ given z₂", "z₂"}, kls));
    }
    return exhibit;
}

const tutorials::Experiment ladder_prior{
    "ladder_prior", "Every level's KL taken to N(0, I)",
    [](Session& session) { show(session, "ladder_prior", exhibit_of); }};

}  // namespace

// **Symptom:** the top level carries @result{ladder_prior_wrong, .2f} nats instead of
// @result{ladder_prior_right, .2f} with seed 1, and less than in the right program with all three
// seeds. It looks like posterior collapse, for which one would try warm-up
// and free bits. The figure shows what the lower level really costs. Samples are made with $p(z_1
// \mid z_2)$, which was never asked to agree with the codes. **Cause:** the KL of a plain VAE, copied
// into a loop over levels. If $z_1$ is compared with $\mathcal N(0, I)$ anyway, $z_2$ cannot make it
// cheaper, so what it says is worth little. **Test:** *on a Gaussian chain the KL of each level is the information
// that it carries*: a model so simple that its divergences are known on paper.
//
// There is also a test called *each level is compared with what the level above expects of it*. With
// the bug in the library, it passed: it looks at which priors are made, and not at what the bound
// does with them. Believe a test when you have seen it fail.
//
// @figure{ladder_prior.png, What each level costs, measured rightly for both programs. The scales
// differ.}
