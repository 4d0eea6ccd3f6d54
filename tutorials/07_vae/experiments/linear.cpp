// Take away the hidden layers: a linear encoder and a linear decoder
// $x \sim \mathcal N(Wz + m, \sigma^2 I)$ with one learned $\sigma$. Now (1) *can* be done, because a
// linear map of a Gaussian plus Gaussian noise is Gaussian:
// $$ p(x) = \mathcal N(m,\; W W^{\mathsf T} + \sigma^2 I) . $$
// This is **probabilistic PCA**. The maximum of its likelihood is known in closed form: the columns of $W$
// span the first $k$ principal directions, and $\sigma^2$ is the mean variance in the others (Tipping
// and Bishop 1999). The posterior is Gaussian with covariance
// $\sigma^2 (W^{\mathsf T} W + \sigma^2 I)^{-1}$, the same for every image, and diagonal if the columns
// of $W$ are orthogonal. So a diagonal $q$ can be the posterior itself, the gap in (4) can be zero, and
// the ELBO should reach the exact log-likelihood (Lucas et al. 2019). If the training, the KL, $\sigma$
// or a constant were wrong, it would not.

#include <cstdio>

#include "models/evaluate/log_likelihood.hpp"
#include "models/evaluate/pca.hpp"
#include "nn/optim/schedule.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/numbers.hpp"

namespace {

void linear_case(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    Vae vae{{.input = data.train.images.shape(1),
             .hidden = {},
             .latent = 20,
             .likelihood = models::Likelihood::gaussian,
             .sigma = 0.35f,  // what a single pixel varies by
             .learn_sigma = true},
            random};
    const std::size_t epochs = 3 * session.flags.epochs;
    const auto history =
        tutorials::fit(
            session, vae, data.train, random,
            {.epochs = epochs,
             .name = "linear",
             .learning_rate = nn::schedule::cosine(5 * session.flags.learning_rate, 0,
                                                   static_cast<double>(epochs)),
             .quiet = true},
            [&](Tape& tape, const nn::Batch& batch) {
                return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
            },
            [&] { return tutorials::test_bound(vae, data.test.images, random); })
            .history;

    const models::Pca principal = models::pca(data.train.images, 20);
    const models::ProbabilisticPca best = models::probabilistic_pca(principal);
    const auto decoder = nn::parameters(vae.decoder.net);  // weight and bias
    const models::ProbabilisticPca learnt = models::probabilistic_pca(
        decoder[1].parameter->value, decoder[0].parameter->value, vae.decoder.sigma());
    const Array angles =
        models::principal_angles(principal.components, learnt.principal.components);
    const double evidence = best.log_likelihood(data.test.images);
    Numbers ten_times;  // one draw of z for each image
    for (int i = 0; i < 10; ++i)
        ten_times.push_back(-models::latent_use(vae, data.test.images, random).neg_elbo());
    session.result("linear_test_elbo", tutorials::mean(ten_times));
    session.result("linear_log_likelihood", learnt.log_likelihood(data.test.images));
    session.result("ppca_log_likelihood", evidence);
    session.result("linear_sigma", vae.decoder.sigma());
    session.result("ppca_sigma", best.sigma);
    session.result("linear_angle_degrees", double{angles(angles.size() - 1)});

    const Array some = nn::first(data.test, 500).images;
    const double exact = learnt.log_likelihood(some);
    Numbers samples, below, bounds = history.column("test_neg_elbo");
    for (double& b : bounds) b = -b;
    for (std::size_t k = 1; k <= (session.flags.quick ? 10 : 1000); k *= 10) {
        samples.push_back(static_cast<double>(k));
        below.push_back(models::importance_weighted(vae, some, k, random).mean - exact);
    }
    Plot training{{.title = "training",
                   .x = "epoch",
                   .y = "nats per test image",
                   .y_range = {{evidence - 100, evidence + 10}}}};
    training.line("ELBO", history.column("epoch"), bounds).level("probabilistic PCA", evidence);
    Plot weighting{{.title = "importance weighting",
                    .x = "draws K",
                    .y = "estimate less exact ln p(x) (nats per image)",
                    .log_x = true}};
    weighting.line("", samples, below).level("", 0);
    tutorials::save_plots(session.file("linear.png"), {training, weighting}, 2);
}

const tutorials::Experiment experiment{"linear", "A linear VAE finds probabilistic PCA",
                                       linear_case};

}  // namespace

// @figure{linear.png, Left, the bound of the linear VAE and the exact log-likelihood of probabilistic PCA.
// Right, importance weighting on 500 test images: difference from the exact value. Its last point lies just above 0,
// by the noise of the draws or by rounding.}
//
// | nats per test image; $\sigma$ (one seed) | linear VAE | probabilistic PCA |
// |---|--:|--:|
// | ELBO | @result{linear_test_elbo, .2f} | |
// | exact log-likelihood | @result{linear_log_likelihood, .2f} | @result{ppca_log_likelihood, .2f} |
// | $\sigma$ | @result{linear_sigma, .4f} | @result{ppca_sigma, .4f} |
//
// The largest angle between the plane of $W$ and the principal plane is
// @result{linear_angle_degrees, .1f} degrees. Gradient descent has solved an eigenvalue problem, to
// within these differences. (A density may be above 1, so a log-likelihood may be above 0.)
