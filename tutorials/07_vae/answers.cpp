// ## Exercise 1
//
// The evidence is $p(x) = \frac12 \cdot .4 + \frac12 \cdot .1 = .25$, so $\ln p(x) = -1.3863$. The bound:
// $$ \begin{aligned} \mathbb E_q[\ln p(x|z)] &= .6 \ln .4 + .4 \ln .1 = -.5498 - .9210 = -1.4708 ,
//    \\ \mathrm{KL}(q \| p(z)) &= .6 \ln \tfrac{.6}{.5} + .4 \ln \tfrac{.4}{.5} = .1094 - .0893 = .0201 ,
//    \\ \text{ELBO} &= -1.4708 - .0201 = -1.4909 . \end{aligned} $$
// The posterior is $p(z{=}1 | x) = \frac12 \cdot .4 / .25 = .8$, so the gap is
// $$ \mathrm{KL}(q \| p(z|x)) = .6 \ln \tfrac{.6}{.8} + .4 \ln \tfrac{.4}{.2} = -.1726 + .2773 = .1047 , $$
// and $-1.4909 + .1047 = -1.3862$, which is $\ln p(x)$ as (4) says, but for rounding. With $q(1) = .8$
// the gap is 0 and the bound is the evidence:
// $.8 \ln .4 + .2 \ln .1 - .8 \ln 1.6 - .2 \ln .4 = .8 \ln \frac14 + .2 \ln \frac14 = \ln \frac14$.
//
// ## Exercise 2
//
// $\mathbb E[z^2] = \mu^2 + 1$, so the gradient is $2\mu$. Write $z = \mu + \varepsilon$.
//
// Reparameterized: $f'(z) = 2(\mu + \varepsilon)$, with mean $2\mu$ and variance 4.
//
// Score function: $z^2 (z - \mu) = (\mu + \varepsilon)^2 \varepsilon = \mu^2 \varepsilon + 2\mu
// \varepsilon^2 + \varepsilon^3$. Its mean is $2\mu$, because odd moments vanish. For the mean of its
// square, only even powers count:
// $$ \mu^4 \mathbb E[\varepsilon^2] + 4\mu^2\, \mathbb E[\varepsilon^4] + \mathbb E[\varepsilon^6]
//    + 2 \mu^2\, \mathbb E[\varepsilon^4] = \mu^4 + 12\mu^2 + 15 + 6\mu^2 , $$
// less the square of the mean, $4\mu^2$: $\mu^4 + 14\mu^2 + 15$. At $\mu = 1$ that is 30 against 4.

#include <array>
#include <cmath>

#include "nn/optim/schedule.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"

namespace {

void scatter_of_estimators(Session& session) {
    nn::Random random{session.flags.seed};
    const int draws = 1000000;
    double reparameterized = 0, score = 0;  // squared distance from the gradient, 2
    for (int i = 0; i < draws; ++i) {
        const double epsilon = random.normal(), z = 1 + epsilon;
        reparameterized += std::pow(2 * z - 2, 2) / draws;
        score += std::pow(z * z * epsilon - 2, 2) / draws;
    }
    session.result("variance_reparameterized", reparameterized);
    session.result("variance_score", score);
}

const tutorials::Experiment exercise_2{"exercise_2", "Variance of two gradients of z²",
                                       scatter_of_estimators};

}  // namespace

// A million draws give @result{variance_reparameterized, .2f} and @result{variance_score, .1f}.
//
// ## Exercise 3
//
// `draw` gives $q$ as well as the likelihood, so the wrong KL is one line.

namespace {

void train_with_the_wrong_sign(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    Vae vae{{.input = data.train.images.shape(1)}, random};
    const auto fit = tutorials::fit(
        session, vae, data.train, random,
        {.epochs = std::min<std::size_t>(3, session.flags.epochs),
         .name = "wrong_sign",
         .quiet = true},
        [&](Tape& tape, const nn::Batch& batch) {
            const models::Draws draws = vae.draw(tape.constant(batch.images), 1, random);
            const nn::Normal& q = draws.levels[0].posterior;
            const Variable l = q.log_variance;
            const Variable wrong = 0.5f * sum(exp(l) + square(q.mean) - 1 + l, {1});
            return tutorials::Loss{mean(wrong - draws.log_likelihood), {}};
        });
    session.result("wrong_sign_loss", fit.history.column("train_loss"));
    const Array l = encode_log_variance(vae, data.test.images);
    session.result("wrong_sign_deviation",
                   nn::measure([](Variable v) { return mean(exp(0.5f * v)); }, l));
    const auto use = models::latent_use(vae, data.test.images, random);
    session.result("wrong_sign_reconstruction", use.reconstruction);
    session.result("wrong_sign_kl", use.kl);
    const Array codes = tutorials::encode(vae, data.test.images);
    session.result("wrong_sign_variance_of_codes", tutorials::variety(codes));
    tutorials::save_named_rows(
        session.file("wrong_sign.png"),
        {{"image", nn::first(data.test, 14).images},
         {"rebuilt", tutorials::reconstruct(vae, nn::first(data.test, 14).images)},
         {"drawn", tutorials::decode(vae, random.normal({14, vae.latent()}))}},
        data.test.item);
}

const tutorials::Experiment exercise_3{"exercise_3", "Training with the wrong sign",
                                       train_with_the_wrong_sign};

}  // namespace

// The mean loss of epochs 1, 2 and 3 is @result{wrong_sign_loss, .0f} nats (one seed), far below the floor of
// @result{bernoulli_floor, .1f} that no true $-$ELBO can cross. The loss rewards narrow proposals without end:
// $\frac12 \lambda$ has no lower limit, and its slope stays ½. After three epochs the mean standard deviation
// of $q$ is @result{wrong_sign_deviation} in single precision, and the true KL is @result{wrong_sign_kl, .0f} nats.
//
// @figure{wrong_sign.png, Test images, their reconstructions, and decoded draws from N(0, I) after three
// epochs with the wrong sign.}
//
// The noise is gone, so one might expect a good plain autoencoder. The result is a bad one: the reconstruction
// costs @result{wrong_sign_reconstruction, .0f} nats; the mean picture for every image would cost
// @result{independent_pixels, .0f}. A likely reason: both heads read the same hidden layer, and this layer has
// learnt to make $\lambda$ small rather than to describe the image. Decoded draws from the prior look alike.
//
// ## Exercise 4
//
// One loop serves this exercise and the next: several draws, other batches, a weight that changes.

namespace {

struct Recipe {
    std::size_t samples = 1, batch = 128, epochs = 10;
    nn::Schedule beta = nn::schedule::constant(1);
};

struct Course {
    models::LatentUse use;
    Numbers seconds, neg_elbo;  // after each epoch, of training alone
};

Course train_by(Session& session, const std::string& name, const Recipe& recipe,
                std::uint64_t seed) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{seed};
    Vae vae{{.input = data.train.images.shape(1)}, random};
    nn::Adam adam{vae, {.learning_rate = Real(session.flags.learning_rate)}};
    nn::Batches batches{data.train, std::min(recipe.batch, data.train.size())};
    nn::TrainingSettings settings =
        session.training({.epochs = recipe.epochs, .name = name, .quiet = true});
    settings.resume = false;  // what is timed has to be trained
    nn::Training training{settings, vae, adam, random};
    Tape tape;
    training.run(
        batches,
        [&](const nn::Batch& batch) -> nn::Metrics {
            tape.rewind();
            const models::Elbo elbo =
                models::elbo(vae.draw(tape.constant(batch.images), recipe.samples, random));
            const auto beta = static_cast<Real>(recipe.beta(training.time()));
            adam.step(tape.backward(-elbo.value(beta)));
            return {{"reconstruction", elbo.reconstruction.item()}};
        },
        [&] { return tutorials::test_bound(vae, data.test.images, random); });

    Course course{models::latent_use(vae, data.test.images, random),
                  training.history().column("epoch"), training.history().column("test_neg_elbo")};
    const double seconds = static_cast<double>(data.train.size()) / training.images_per_second();
    for (double& epoch : course.seconds) epoch *= seconds;
    return course;
}

void ten_draws(Session& session) {
    const std::size_t epochs = session.flags.epochs;
    Plot plot{{.x = "seconds of training",
               .y = "−ELBO (nats per test image)",
               .y_range = session.flags.quick ? std::optional<std::array<double, 2>>{}
                                              : std::array{242.0, 262.0}}};
    const auto run = [&](const std::string& label, const std::string& key, const Recipe& recipe) {
        const Course course = train_by(session, key, recipe, session.flags.seed);
        plot.line(label, course.seconds, course.neg_elbo);
        session.result(key + "_neg_elbo", course.neg_elbo.back());
        session.result(key + "_seconds", course.seconds.back());
    };
    run("10 draws, batches of 128", "ten_draws",
        {.samples = 10, .epochs = std::max<std::size_t>(1, epochs / 5)});
    run("1 draw, batches of 128", "one_draw", {.epochs = epochs});
    run("1 draw, batches of 1280", "large_batch", {.batch = 1280, .epochs = epochs});
    plot.save(session.file("ten_draws.png"));
}

const tutorials::Experiment exercise_4{"exercise_4", "Ten draws against one", ten_draws};

}  // namespace

// @figure{ten_draws.png, −ELBO on test images after each epoch, against the seconds of training (one
// seed).}
//
// With ten draws $-$ELBO is @result{ten_draws_neg_elbo, .1f} nats after @result{ten_draws_seconds, .0f} s, with
// one draw @result{one_draw_neg_elbo, .1f} after @result{one_draw_seconds, .0f} s: with one draw the same time allows
// more steps. Batches of 1280 at the same learning rate reach @result{large_batch_neg_elbo, .1f} after
// @result{large_batch_seconds, .0f} s. In the figure their line stays above that of ten draws: they make a tenth of
// the steps of batches of 128, and a higher rate might help them. An epoch with ten draws is better than an epoch with one, and it
// takes several times as long.
//
// ## Exercise 5
//
// The weight is `nn::schedule::linear_ramp(0, 1, 3)` of the time in epochs; everything else is as in
// the lesson.

namespace {

void warm_up(Session& session) {
    Numbers bounds, kl, active;
    for (std::uint64_t seed = session.flags.seed; seed < session.flags.seed + 3; ++seed) {
        const Course course = train_by(
            session, "warm_up_" + std::to_string(seed),
            {.epochs = session.flags.epochs, .beta = nn::schedule::linear_ramp(0, 1, 3)}, seed);
        bounds.push_back(course.use.neg_elbo());
        kl.push_back(course.use.kl);
        active.push_back(static_cast<double>(course.use.levels[0].active));
    }
    session.result("warm_up_neg_elbo", bounds);
    session.result("warm_up_kl", kl);
    session.result("warm_up_active", active);
}

const tutorials::Experiment exercise_5{"exercise_5", "KL warm-up over three epochs", warm_up};

}  // namespace

// | seeds 1, 2, 3 | without warm-up | with warm-up |
// |---|--:|--:|
// | $-$ELBO, nats per test image | @result{test_neg_elbo, .1f}, @result{seed_2/test_neg_elbo, .1f}, @result{seed_3/test_neg_elbo, .1f} | @result{warm_up_neg_elbo, .1f} |
// | KL | @result{test_kl, .1f}, @result{seed_2/test_kl, .1f}, @result{seed_3/test_kl, .1f} | @result{warm_up_kl, .1f} |
// | active units | @result{active_units}, @result{seed_2/active_units}, @result{seed_3/active_units} | @result{warm_up_active} |
//
// With each seed more units are active, and the bound is worse by .7 to 1.0 nats. Three of the ten epochs were
// spent on another objective. Whether the difference stays in a longer training was not tried.
//
// ## Exercise 6

namespace {

void gaussian_pixels(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Array shown = nn::first(data.test, 14).images;
    std::vector<tutorials::NamedImages> rows{{"image", shown}};
    const auto run = [&](const std::string& name, const std::string& key, bool learn_sigma) {
        nn::Random random{session.flags.seed};
        Vae vae{{.input = data.train.images.shape(1),
                 .likelihood = models::Likelihood::gaussian,
                 .learn_sigma = learn_sigma},
                random};
        tutorials::fit(
            session, vae, data.train, random,
            {.epochs = session.flags.epochs, .name = key, .quiet = true},
            [&](Tape& tape, const nn::Batch& batch) {
                return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
            });
        const auto use = models::latent_use(vae, data.test.images, random);
        session.result(key + "_sigma", vae.decoder.sigma());
        session.result(key + "_elbo", -use.neg_elbo());
        session.result(key + "_kl", use.kl);
        session.result(key + "_active", static_cast<double>(use.levels[0].active));
        session.result(key + "_error", tutorials::error_per_pixel(vae, data.test.images));
        rows.push_back({name, tutorials::reconstruct(vae, shown)});
    };
    run("σ = 1", "sigma_one", false);
    run("σ learnt", "sigma_learnt", true);
    tutorials::save_named_rows(session.file("sigma.png"), rows, data.test.item);
}

const tutorials::Experiment exercise_6{"exercise_6", "Gaussian pixels, σ chosen and learnt",
                                       gaussian_pixels};

}  // namespace

// | ten epochs, one seed | $\sigma = 1$ | $\sigma$ learnt |
// |---|--:|--:|
// | $\sigma$ | 1 | @result{sigma_learnt_sigma, .3f} |
// | ELBO, nats per test image | @result{sigma_one_elbo, .0f} | @result{sigma_learnt_elbo, .0f} |
// | KL | @result{sigma_one_kl, .1f} | @result{sigma_learnt_kl, .1f} |
// | active units of 20 | @result{sigma_one_active} | @result{sigma_learnt_active} |
// | squared error per pixel, from the mean code | @result{sigma_one_error, .4f} | @result{sigma_learnt_error, .4f} |
//
// @figure{sigma.png, Test images and their reconstructions with σ fixed at 1 and with σ learnt.}
//
// With $\sigma = 1$ a pixel may be off by 1, from black to white, for half a nat. Errors cost few nats,
// so few units save more than their KL. The derivative of $-\ln p$ with respect to $\sigma$ vanishes at
// $\sigma^2 = \mathbb E|x - f(z)|^2 / D$: a learnt $\sigma$ is the root mean square error of the
// decoder itself, with codes drawn from $q$.
//
// ## Exercise 7
//
// For each image, the best Gaussian of a family is the one with the largest bound. Its mean and
// $L$ in $z = \mu + L\varepsilon$, with $L$ lower triangular, are parameters of their own for each
// image; the decoder is frozen. With the entry below the diagonal held at 0 the family is that of the
// encoder.

namespace {

struct FreeProposals {
    Vae vae;
    autograd::Parameter mean, log_scale, tilt;  // (N, 2), (N, 2), (N, 1)
    Real may_tilt;                              // 1, or 0

    // ln p(x | z) + ln p(z) − ln q(z), averaged over `draws` for each of N images.
    Variable bound(Variable x, std::size_t draws, nn::Random& random) const {
        Tape& tape = x.tape();
        const std::size_t count = x.shape()[0];
        const Variable m = models::repeat(tape.parameter(mean), draws),
                       s = models::repeat(tape.parameter(log_scale), draws),
                       t = models::repeat(tape.parameter(tilt), draws);
        const Variable e = tape.constant(random.normal({draws * count, 2}));
        const Variable first = slice(e, 1, 0, 1);
        const Variable skew = autograd::concat({0.f * first, may_tilt * t * first}, 1);
        const Variable z = m + exp(s) * e + skew;
        const Variable entropy = sum(s, {1});  // less a constant
        return autograd::mean(vae.log_likelihood(models::repeat(x, draws), z) +
                              nn::standard_normal_log_prob(z) + entropy);
    }
    Gaussian of(std::size_t n) const {
        const double a = std::exp(log_scale.value(n, 0)), b = std::exp(log_scale.value(n, 1)),
                     c = double{may_tilt} * double{tilt.value(n, 0)};
        return {{mean.value(n, 0), mean.value(n, 1)}, {a * a, b * b + c * c}, a * c};
    }
    void visit(auto&& see) {
        see.frozen("vae", vae);
        see("mean", mean), see("log_scale", log_scale), see("tilt", tilt);
    }
};

void take_the_gap_apart(Session& session) {
    const Vae vae = the_plane(session);
    const Array images = nn::first(session.load_data().test, session.flags.quick ? 10 : 60).images;
    const Grid grid{session.flags.quick ? std::size_t{90} : std::size_t{300}};
    const auto exact = integrate(vae, images, grid);
    const Array log_variance = encode_log_variance(vae, images);
    nn::Random random{session.flags.seed};

    Numbers of_encoder;
    for (std::size_t n = 0; n < exact.size(); ++n)
        of_encoder.push_back(gap(proposal(vae, nn::take(images, {n})), exact[n], grid));
    session.result("gap_of_encoder", tutorials::mean(of_encoder));
    const auto improve = [&](const std::string& key, Real may_tilt) {
        FreeProposals free{vae,
                           {tutorials::encode(vae, images)},
                           {nn::evaluate([](Variable l) { return 0.5f * l; }, log_variance)},
                           {autograd::full({images.shape(0), 1}, 0)},
                           may_tilt};
        nn::Adam adam{free, {.learning_rate = 0.01f}};
        Tape tape;
        for (int step = 0; step < (session.flags.quick ? 20 : 400); ++step) {
            tape.rewind();
            adam.step(tape.backward(-free.bound(tape.constant(images), 20, random)));
        }
        Numbers gaps;
        for (std::size_t n = 0; n < exact.size(); ++n)
            gaps.push_back(gap(free.of(n), exact[n], grid));
        session.result(key, tutorials::mean(gaps));
    };
    improve("gap_of_diagonal", 0);
    improve("gap_of_tilted", 1);
}

const tutorials::Experiment exercise_7{"exercise_7", "What the gap is made of", take_the_gap_apart};

}  // namespace

// | proposal for each of 60 test images, one seed | mean gap, nats | what is left |
// |---|--:|---|
// | the encoder's | @result{gap_of_encoder, .2f} | all of it |
// | the best with axes parallel to ours | @result{gap_of_diagonal, .2f} | tilt and shape |
// | the best Gaussian | @result{gap_of_tilted, .2f} | shape: the posterior is no Gaussian |
//
// Most of the gap comes from the encoder: one net for all images does not find the best proposal for each
// (**amortization**), here for test images, which it was not trained on. The tilt costs little, and the rest
// is shape. (*Best* is what 400 steps of Adam find, with 20 draws for each image; the gaps are sums over the
// grid.)
//
// ## Exercise 8

namespace {

void temperatures(Session& session) {
    const nn::Dataset& test = session.load_data().test;
    const Vae vae = the_vae(session).model;
    nn::Random random{session.flags.seed};
    const Array z = random.normal({500, vae.latent()});
    std::vector<tutorials::NamedImages> rows;
    Numbers variety, distance;
    for (const Real t : {0.5f, 0.75f, 1.f, 1.25f, 1.5f}) {
        const Array pictures =
            tutorials::decode(vae, nn::evaluate([&](Variable v) { return t * v; }, z));
        variety.push_back(100 * tutorials::variety(pictures) / tutorials::variety(test.images));
        distance.push_back(tutorials::distance_to_nearest(pictures, test.images));
        rows.push_back({"t = " + autograd::text(t), nn::take(pictures, tutorials::upto(14))});
        if (t != 1) continue;
        Array pixels;
        random.bernoulli(rows.back().images, pixels);
        rows.push_back({"pixels drawn", pixels});
    }
    session.result("temperature_variety", variety);
    session.result("temperature_distance", distance);
    tutorials::save_named_rows(session.file("temperature.png"), rows, test.item);
}

const tutorials::Experiment exercise_8{"exercise_8", "Drawing with a temperature", temperatures};

}  // namespace

// @figure{temperature.png, Fourteen codes z, drawn from the prior and multiplied by t before they are
// decoded; for t = 1 also with every pixel drawn from its Bernoulli distribution.}
//
// | $t$ (500 codes, one seed) | .5, .75, 1, 1.25, 1.5 |
// |---|--:|
// | variety, % of the test images' | @result{temperature_variety, .0f} |
// | squared distance per pixel to the nearest test image | @result{temperature_distance, .4f} |
//
// With a small $t$ the pictures are alike and pale. They are nearer to test images, but blur alone makes
// this distance smaller (see the experiment on autoencoder and VAE). With a large $t$ the contrast
// grows, and mixtures stay mixtures. Only $t = 1$ is the model: pictures with another $t$ are not its
// samples. The row *pixels drawn*, at $t = 1$, is what $p(x \mid z)$ really says: what $z$ leaves open
// is drawn for each pixel alone, as noise.
