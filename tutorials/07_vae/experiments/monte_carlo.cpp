// From (1), $\ln p(x) \approx \ln \frac1K \sum_k p(x \mid z_k)$ with $z_k \sim p(z)$. The rival draws
// from the encoder and corrects for it. **Importance weighting** multiplies and divides by $q$ in (1):
// $$ \ln p(x) \approx \ln \frac1K \sum_{k=1}^K \frac{p(x \mid z_k)\, p(z_k)}{q(z_k \mid x)}, \qquad
//    z_k \sim q(z \mid x) . $$
// At $K = 1$ its mean is the ELBO, and with growing $K$ it rises to $\ln p(x)$. The terms are too small for
// floating-point numbers, so both work with logarithms and take the largest term out of the sum.

#include <algorithm>
#include <cstdio>
#include <limits>

#include "models/evaluate/log_likelihood.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

namespace {

struct PriorDraws {
    std::vector<models::StreamingLogSumExp> sums;  // of p(x | z), for each image
    Numbers best_fit;                              // the largest ln p(x | z) so far
    Array best;                                    // and the draw that has it, (N, latent)
};

void draw_more(PriorDraws& prior, const Vae& vae, const Array& images, std::size_t draws,
               nn::Random& random) {
    const std::size_t units = vae.latent();
    for (std::size_t piece; draws > 0; draws -= piece) {
        piece = std::min<std::size_t>(draws, 1000);
        const Array z = random.normal({piece, units});
        const Array table = nn::evaluate(
            [&](Variable codes, Variable x) { return log_likelihood_table(vae, codes, x); }, z,
            images);
        for (std::size_t k = 0; k < piece; ++k)
            for (std::size_t n = 0; n < images.shape(0); ++n) {
                const double log_p = table(k, n);
                prior.sums[n].add(log_p);
                if (log_p <= prior.best_fit[n]) continue;
                prior.best_fit[n] = log_p;
                std::copy_n(z.data() + k * units, units, prior.best.data() + n * units);
            }
    }
}

void monte_carlo(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Vae vae = the_vae(session).model;
    nn::Random random{session.flags.seed};
    const Array images = nn::first(data.test, session.flags.quick ? 20 : 100).images;
    const std::size_t count = images.shape(0), most = session.flags.quick ? 1000 : 100000;

    PriorDraws prior{std::vector<models::StreamingLogSumExp>(count),
                     Numbers(count, -std::numeric_limits<double>::infinity()),
                     autograd::full({count, vae.latent()}, 0)};
    Numbers prior_counts, prior_estimates;
    std::vector<tutorials::NamedImages> pictures{{"image", images}};
    for (std::size_t done = 0, k = 10; k <= most; done = k, k *= 10) {
        draw_more(prior, vae, images, k - done, random);
        Numbers estimates;
        for (const auto& sum : prior.sums)
            estimates.push_back(sum.value() - std::log(static_cast<double>(k)));
        prior_counts.push_back(static_cast<double>(k));
        prior_estimates.push_back(average(estimates));
        pictures.push_back({"best of " + std::to_string(k), tutorials::decode(vae, prior.best)});
    }
    Numbers counts, estimates;
    for (std::size_t k = 1; k <= most / 100; k *= 10) {
        counts.push_back(static_cast<double>(k));
        estimates.push_back(models::importance_weighted(vae, images, k, random).mean);
    }
    pictures.push_back({"encoder", tutorials::reconstruct(vae, images)});

    session.result("prior_samples", prior_counts.back());
    session.result("prior_log_likelihood_10", prior_estimates.front());
    session.result("prior_log_likelihood", prior_estimates.back());
    session.result("prior_best_fit", average(prior.best_fit));
    session.result("importance_log_likelihood_10", estimates.at(1));
    session.result("importance_log_likelihood", estimates.back());
    session.result("encoder_fit", nn::mean_over_rows(images, [&](Variable x) {
                       return vae.log_likelihood(x, vae.encode(x).mean);
                   }));

    Plot{
        {.x = "draws K for each image", .y = "estimate of ln p(x) (nats per image)", .log_x = true}}
        .line("z from the encoder, weighted", counts, estimates)
        .line("z from the prior", prior_counts, prior_estimates)
        .save(session.file("monte_carlo.png"));
    for (auto& [name, row] : pictures) row = nn::take(row, tutorials::upto(14));
    tutorials::save_named_rows(session.file("best_draws.png"), pictures, data.test.item);
}

const tutorials::Experiment experiment{
    "monte_carlo", "100 000 draws from the prior do not replace the encoder", monte_carlo};

}  // namespace

// @figure{monte_carlo.png, Estimates of the mean log-likelihood of 100 test images against the number
// of draws for each.}
//
// @figure{best_draws.png, Test images (first row); for each, the best of 10, 100, 1000, 10 000 and
// 100 000 draws from the prior; the encoder's one attempt (last row).}
//
// With ten draws for each image the estimate from the prior is @result{prior_log_likelihood_10, .0f}
// nats; with 100 000 it is @result{prior_log_likelihood, .1f}, and still rising. From the encoder it is
// @result{importance_log_likelihood_10, .1f} with ten draws and @result{importance_log_likelihood, .1f}
// with a thousand (one seed). The KL explains it: the codes that matter for an image hold a share of the
// order of $e^{-\mathrm{KL}}$ of the prior's mass, so it takes about $e^{\mathrm{KL}}$ draws to find
// them (Chatterjee and Diaconis 2018). With a KL of 16 nats that is about nine million draws, for each
// image at each step of training.
