// ---
// title: The variational autoencoder
// builds_on: 03_autoencoder
// leads_to: 08_cvae, 09_beta_vae, 10_hierarchical_vae
// tooltip: A model that draws: the evidence lower bound derived, checked, trained and sampled from.
// minutes: 3
// keywords: latent variable, ELBO, KL divergence, reparameterization, prior, posterior, sampling
// ---
//
// ## What you will be able to do
//
// - Derive the evidence lower bound in two ways, say what stands between it and the likelihood, and
//   check both on a model small enough to integrate.
// - Train a variational autoencoder, read its two numbers (reconstruction and KL), and tell from
//   them and from its latent units whether it works, has collapsed or has forgotten to be a model.
// - Generate: draw new images, walk between two of them, add an attribute to a third.
//
// **Predict first.** A model explains an image by a code of 20 numbers. Draw 100 000 codes from the
// prior, decode every one, and keep the picture that fits a given image of a shirt best. The
// encoder, which has looked at the shirt, gets *one* attempt. Which of the two comes closer?
//
// ## The idea in one figure
//
// @figure{idea.png, Real images (first row); images whose every pixel is drawn from the data but
// independently of the others (second); the left half of one image beside the right half of another
// (third); images drawn by the model of this chapter (fourth).}
//
// A **generative model** knows the distribution of its training set well enough to draw new items
// from it: similar, not identical. That is more than knowing each pixel. In the second row each
// pixel has exactly the distribution it has in the data, and nothing is a garment, for pixels are
// not independent: whoever has seen the left half of a 4 knows that the right half is not that of a
// 0, and the third row shows what it looks like not to know. The pixels must *agree* on what they
// show.
//
// A person who draws makes that agreement first: decide what to draw, then draw it. Once *a dark
// pullover with long sleeves* is decided, the pixels hardly need to consult each other any more.
// The decision is called a **latent variable** $z$: latent because the data do not contain it. The
// fourth row was made this way. Its decisions are 20 random numbers from a bell curve; a network
// learnt to draw what they say. How can one learn to obey decisions that nobody has ever seen? That
// is what this chapter is about, and its answer is a second network that guesses, for each image,
// which decision may have led to it.
//
// ## The mathematics
//
// ### A model with a latent variable
//
// First $z$ is drawn from the **prior** $p(z) = \mathcal N(0, I)$, then $x$ from the **likelihood**
// $p_\theta(x \mid z)$, whose parameters are computed by a network, the **decoder**, with weights
// $\theta$. The probability of an image is that of all the ways in which it can have come about:
// $$ p_\theta(x) = \int p_\theta(x \mid z)\, p(z)\, dz . \tag{1} $$
// We want the $\theta$ that make the training images most probable, **maximum likelihood**:
// maximise $\sum_n \ln p_\theta(x_n)$.
//
// What is $p_\theta(x \mid z)$? Given $z$, pixels are independent, which is no loss: what they must
// agree on is in $z$. The usual choices are these.
//
// - **Bernoulli**: the decoder gives a logit for each pixel. For black and white images. With grey
//   pixels, $\ln p = \sum_i x_i \ln \pi_i + (1-x_i) \ln(1-\pi_i)$ is a cross entropy and no true
//   density, but it trains well, and everybody uses it. Note a floor: it is smallest at $\pi = x$,
//   and there it is not 0 but the entropy of the grey values.
// - **Gaussian**: $p(x \mid z) = \mathcal N(f(z), \sigma^2 I)$, so
//   $-\ln p = |x - f(z)|^2 / 2\sigma^2 + \tfrac D2 \ln 2\pi\sigma^2$: squared error with a price
//   tag. Whoever leaves $\sigma$ out has set $\sigma^2 = \frac12$, a heavy noise for pixels in
//   $[0,1]$, and gets blurred pictures from it. $\sigma$ can be learnt; the last experiment does.
//
// ### Why the integral is hopeless, and the posterior with it
//
// Nothing in (1) is difficult except that $z$ has many dimensions. Cut each axis into 300 pieces,
// as we shall for two dimensions below, and 20 dimensions have $300^{20} \approx 3 \cdot 10^{49}$
// cells. No formula helps either: there is a network in the integrand.
//
// What would help is to know which few $z$ matter for this $x$. That is the **posterior**, and
// Bayes' rule says
// $$ p_\theta(z \mid x) = \frac{p_\theta(x \mid z)\, p(z)}{p_\theta(x)} : \tag{2} $$
// the numerator is easy, and the denominator is the integral (1). Likelihood and posterior are
// intractable for one and the same reason; who had either would have the other.
//
// ### The way out: propose, and be charged for it
//
// Let a second network, the **encoder** with weights $\phi$, propose which $z$ may have led to $x$.
// It answers with a distribution of a simple kind,
// $$ q_\phi(z \mid x) = \mathcal N(\mu(x),\, \operatorname{diag} e^{\lambda(x)}) . $$
// It gives the mean and the *logarithm* $\lambda$ of the variance, since any real number is a valid
// one.
//
// **First derivation, by Jensen.** Multiply and divide by $q$ under the integral, read it as an
// expectation, and use that the logarithm is concave, so that the logarithm of a mean is at least
// the mean of the logarithms:
// $$ \begin{aligned} \ln p(x)
//    &= \ln \int q(z \mid x)\, \frac{p(x \mid z)\, p(z)}{q(z \mid x)}\, dz
//    \\ &\ge \int q(z \mid x)\, \ln \frac{p(x \mid z)\, p(z)}{q(z \mid x)}\, dz
//     = \underbrace{\mathbb E_q[\ln p(x \mid z)]}_{-\text{reconstruction}}
//     - \underbrace{\mathrm{KL}(q(z \mid x) \,\|\, p(z))}_{\text{KL}} . \end{aligned} \tag{3} $$
// This is short, and it hides what was given away.
//
// **Second derivation, by Bayes.** How far is the proposal from the posterior? By the definition
// $\mathrm{KL}(q \| p) = \mathbb E_q[\ln q - \ln p]$ and by (2),
// $$ \begin{aligned} \mathrm{KL}(q(z|x) \,\|\, p(z|x))
//    &= \mathbb E_q[\ln q(z|x) - \ln p(z|x)]
//    \\ &= \mathbb E_q[\ln q(z|x) - \ln p(x|z) - \ln p(z)] + \ln p(x) , \end{aligned} $$
// where $\ln p(x)$ may leave the expectation because it does not contain $z$. Sort the terms:
// $$ \underbrace{\ln p(x)}_{\text{evidence}} - \mathrm{KL}(q(z|x) \,\|\, p(z|x))
//    = \mathbb E_q[\ln p(x|z)] - \mathrm{KL}(q(z|x) \,\|\, p(z)) . \tag{4} $$
// No inequality: an identity. On its **left** is what we want: a probable image, and a proposal
// near the true posterior. On its **right** is what we can compute: the decoder's likelihood at
// proposed codes, and a divergence of two Gaussians. $\ln p(x)$ is called the **evidence** (for the
// model, given by the data). The right side is a **bound** below it, because a KL is never negative
// (chapter 5; it is Jensen once more): the **evidence lower bound**, ELBO. It is **lower** by
// exactly the error of the proposal. So whoever raises the ELBO does two good things, with nobody
// telling how much of each: the data become more probable, or the proposals better.
//
// Read the right side as a bill. *Reconstruction* is what it costs to draw $x$ from its code. *KL*
// is what the code itself costs: how much the encoder had to narrow the prior down to say what it
// means.
//
// ### Why N(0, I) loses nothing
//
// Is a bell curve not a poor stock of decisions? It may be any stock that has enough randomness in
// it, for the decoder is free to bend it. In one dimension, $F^{-1}(\Phi(z))$ has *any*
// distribution function $F$ we like. In two:
//
// @figure{prior_map.png, The standard normal (left) and the same points after the map z/10 + z/|z|
// (right); colours show where each point went. A flexible map turns a bell into anything.}
//
// ### The price of a code: the KL between two Gaussians
//
// Let $p_0 = \mathcal N(\mu_0, \Sigma_0)$ and $p_1 = \mathcal N(\mu_1, \Sigma_1)$ be Gaussians in
// $k$ dimensions, so
// $$ \ln p_i(x) = -\tfrac12 \bigl[ k \ln 2\pi + \ln\det\Sigma_i
//    + (x-\mu_i)^{\mathsf T} \Sigma_i^{-1} (x-\mu_i) \bigr] . $$
// The expectation of a quadratic form under $p_0$ is
// $\mathbb E[(x-a)^{\mathsf T} A (x-a)] = \operatorname{tr}(A \Sigma_0) + (\mu_0-a)^{\mathsf T} A (\mu_0-a)$.
// With $A = \Sigma_0^{-1}$, $a = \mu_0$ it is $k$. So $\mathbb E[\ln p_0 - \ln p_1]$ is
// $$ \mathrm{KL}(p_0 \| p_1) = \tfrac12 \Bigl[ \operatorname{tr}(\Sigma_1^{-1} \Sigma_0)
//    + (\mu_1-\mu_0)^{\mathsf T} \Sigma_1^{-1} (\mu_1-\mu_0) - k
//    + \ln \frac{\det\Sigma_1}{\det\Sigma_0} \Bigr] . \tag{5} $$
// Against the standard normal:
// $$ \mathrm{KL}(\mathcal N(\mu, \Sigma) \| \mathcal N(0, I))
//    = \tfrac12 \bigl[ \operatorname{tr}\Sigma + \mu^{\mathsf T}\mu - k - \ln\det\Sigma \bigr]
//    \tag{6} $$
// and for a diagonal $\Sigma$ with variances $\sigma_j^2 = e^{\lambda_j}$, what every VAE computes:
// $$ \mathrm{KL} = -\tfrac12 \sum_j \bigl( 1 + \ln \sigma_j^2 - \mu_j^2 - \sigma_j^2 \bigr) .
//    \tag{7} $$
// Mind the sign of the determinant. Lecture notes that circulate have $+\ln\det\Sigma$ in (6). A
// narrow $q$ must be *dear*, for it says much; with the wrong sign it is a bargain. The program
// below lets both formulas compete with a sample.
//
// ### The gradient that does not exist, and the trick
//
// The gradient of (3) for $\theta$ is easy: draw $z$, differentiate $\ln p_\theta(x|z)$, done; the
// expectation is over a distribution that does not contain $\theta$. For $\phi$ it is not: $\phi$
// decides *where the samples lie*, and a sample that has been drawn is a number without derivative.
//
// - **Score function** (REINFORCE): from $\nabla q = q\, \nabla \ln q$ follows
//   $\nabla_\phi \mathbb E_q[f(z)] = \mathbb E_q[f(z)\, \nabla_\phi \ln q_\phi(z)]$. Right for any
//   $f$, even one that cannot be differentiated: draw, see how well it went, and make good draws
//   more probable. It never asks *in which direction* $f$ would have been better.
// - **Reparameterization**: make the noise an *input*. Draw $\varepsilon \sim \mathcal N(0, I)$,
//   which has nothing to do with $\phi$, and compute
//   $$ z = \mu_\phi(x) + \sigma_\phi(x) \odot \varepsilon, \qquad
//      \nabla_\phi \mathbb E_q[f(z)] = \mathbb E_\varepsilon[\nabla_\phi f(\mu + \sigma \odot
//      \varepsilon)] . \tag{8} $$
//   Now $z$ is an ordinary node of the computation graph, and the tape does the rest.
//
// Both are right on average. We shall measure how much each scatters.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $x$, pixels in $[0,1]$ | `x`, (B, 784) |
// | $z$, the code | `z`, (B, 20) |
// | $p(z) = \mathcal N(0, I)$ | `nn::standard_normal` draws from it |
// | $p_\theta(x \mid z)$ | `Vae::decode` for its parameters, `Vae::log_likelihood` |
// | $q_\phi(z \mid x)$ | `Vae::encode`, an `nn::Normal` |
// | $\mu$, $\lambda = \ln\sigma^2$ | `Normal::mean`, `Normal::log_variance` |
// | $\varepsilon$, then $z = \mu + e^{\lambda/2} \odot \varepsilon$ | `noise`, `Normal::sample` |
// | $-\mathbb E_q[\ln p(x \mid z)]$ with one sample | `Elbo::reconstruction` |
// | $\mathrm{KL}(q(z \mid x) \,\Vert\, p(z))$, equation (7) | `Elbo::kl`, one for each level of codes: here one |
// | the bound (3); with a weight $\beta$ on the KL | `Elbo::value()`, `Elbo::value(beta)` |
//
// > **Reduction.** Everything is in nats per image: summed over the 784 pixels, summed over the 20
// > latent units, averaged over the batch. The KL has weight 1. Whoever *averages* over pixels
// > instead has divided the reconstruction by 784, which is the same as a KL weight of 784; what
// > comes of that is one of the experiments below.
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/evaluate/pca.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/io/png.hpp"
#include "nn/module.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plane.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using nn::Dataset;
using nn::evaluate;
using nn::map_rows;
using nn::mean_over_rows;
using nn::measure;
using nn::take;
using tutorials::Plot;
using tutorials::Session;
using tutorials::upto;

namespace {

using Numbers = Plot::Numbers;

double average(const Numbers& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
           static_cast<double>(numbers.size());
}

// What a model of this chapter does, as arrays. `map_rows` applies it to many images, a thousand at
// a time, on a tape that keeps no record for gradients.

Array encode(const Vae& vae, const Array& x) {
    return map_rows(x, [&](Variable images) { return vae.encode(images).mean; });
}

Array encode_variance(const Vae& vae, const Array& x) {
    return map_rows(x, [&](Variable images) { return exp(vae.encode(images).log_variance); });
}

Array decode(const Vae& vae, const Array& z) {
    return map_rows(z, [&](Variable code) { return vae.decoder.mean(code); });
}

Array reconstruct(const Vae& vae, const Array& x) { return decode(vae, encode(vae, x)); }

// ### Training
//
// The step is the whole method in four lines: put a batch on the tape, compute the two parts of the
// bound, go backwards, move. The rest of this function says where things are kept. `loss` says what
// is to be minimised; for a VAE it is $-$ELBO, and for the experiments it is something else.
//
// One sample of $z$ per image is enough; further down, the program measures what that costs.

void announce(const nn::TrainingSettings& settings) {
    std::printf("\nTraining %s, %zu epochs\n", settings.name.c_str(), settings.epochs);
    std::fflush(stdout);
}

using Loss = std::function<Variable(const models::Elbo&)>;

Variable neg_elbo(const models::Elbo& elbo) { return -elbo.value(); }

struct Trained {
    nn::History history;
    double images_per_second;
};

Trained train(Session& session, const nn::TrainTest& data, Vae& vae, nn::Random& random,
              nn::TrainingSettings settings, const Loss& loss = neg_elbo,
              const std::function<void()>& after_epoch = {}) {
    settings.folder = session.flags.out;
    settings.resume = session.flags.resume;
    nn::Adam adam{vae, {.learning_rate = Real(session.flags.learning_rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    Tape tape;

    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const models::Elbo elbo = vae.elbo(tape.constant(batch.images), random);
        adam.step(tape.backward(loss(elbo)));
        const double reconstruction = elbo.reconstruction.item(), kl = elbo.total_kl().item();
        return {{"neg_elbo", reconstruction + kl}, {"reconstruction", reconstruction}, {"kl", kl}};
    };
    const auto test = [&]() -> nn::Metrics {
        if (after_epoch) after_epoch();
        const auto use = models::latent_use(vae, data.test.images, random);
        return {
            {"neg_elbo", use.neg_elbo()}, {"reconstruction", use.reconstruction}, {"kl", use.kl}};
    };
    if (settings.quiet) announce(settings);
    nn::Training training{std::move(settings), vae, adam, random};
    training.run(batches, step, test);
    return {training.history(), training.images_per_second()};
}

// Never judge a VAE by one number. The same $-$ELBO can be a good code or none, so every run ends
// with the two parts apart, with the KL of each latent unit, and with a verdict. A unit whose
// posterior mean does not move with the image is not **active**: it tells the decoder nothing.

models::LatentUse report(const std::string& name, const Vae& vae, const Array& images,
                         nn::Random& random) {
    const models::LatentUse use = models::latent_use(vae, images, random);
    const std::string help = use.levels[0].collapsed() ? " See chapter 10." : "";
    std::printf("%s: %s%s\n", name.c_str(), models::report(use).c_str(), help.c_str());
    return use;
}

// The model of the course: 784-400-20, ReLU, Bernoulli pixels, Adam at $10^{-3}$, batches of 128,
// ten epochs. After each of them two figures are drawn anew, so that there is something to see
// within seconds: the same codes turn into garments, epoch by epoch.
//
// @figure{training.png, Left, the bound on training and test images, epoch by epoch. Right, the
// price of the code, which grows while the model learns what is worth saying.}

void train_the_vae(Session& session, const nn::TrainTest& data, Vae& vae, nn::Random& random,
                   const std::function<void()>& draw) {
    std::puts("\nThe VAE, 784-400-20");
    std::printf("Open these while it trains, they are drawn anew after every epoch:\n  %s\n  %s\n",
                session.file("samples.png").c_str(), session.file("reconstructions.png").c_str());
    const auto [history, rate] =
        train(session, data, vae, random, {.epochs = session.flags.epochs}, neg_elbo, draw);
    const Numbers epochs = history.column("epoch");
    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per image"}};
    bound.line("train", epochs, history.column("train_neg_elbo"));
    bound.line("test", epochs, history.column("test_neg_elbo"));
    Plot kl{{.title = "KL(q(z|x) ‖ p(z))", .x = "epoch", .y = "nats per image"}};
    kl.line("train", epochs, history.column("train_kl"));
    kl.line("test", epochs, history.column("test_kl"));
    tutorials::save_plots(session.file("training.png"), {bound, kl}, 2);
    session.result("train_images_per_second", rate);
}

// Of the 20 units only some carry the code; the others were not worth their price. The units are
// exchangeable, so which ones are active is chance.
//
// @figure{kl_per_unit.png, The price of the code, unit by unit, sorted. The last ones are switched
// off.}

void judge_the_vae(Session& session, const Vae& vae, const nn::TrainTest& data,
                   nn::Random& random) {
    const auto use = report("The VAE", vae, data.test.images, random);
    session.result("test_neg_elbo", use.neg_elbo());
    session.result("test_reconstruction", use.reconstruction);
    session.result("test_kl", use.kl);
    session.result("active_units", static_cast<double>(use.levels[0].active));

    Numbers sorted = use.levels[0].kl_per_unit;
    std::sort(sorted.rbegin(), sorted.rend());
    std::vector<std::string> names;
    for (std::size_t unit = 1; unit <= sorted.size(); ++unit) names.push_back(std::to_string(unit));
    Plot{{.x = "latent unit, by rank", .y = "KL (nats per image)"}}
        .bars("", names, sorted)
        .save(session.file("kl_per_unit.png"));
}

// How good is that number? Two points of reference need no network. A model *without* latent
// variables, in which each pixel has its mean and no relation to the others, is the wrong model to
// begin with; it pays @result{independent_pixels} nats. And no Bernoulli decoder whatsoever can be
// below the entropy of the grey values themselves, @result{bernoulli_floor} nats. Between the two,
// the VAE stands at @result{test_neg_elbo}, @result{test_kl} of which pay for the code.

Numbers mean_pixels(const Dataset& set) {
    Numbers mean(set.images.shape(1), 0);
    for (std::size_t i = 0; i < set.size(); ++i)
        for (std::size_t d = 0; d < mean.size(); ++d)
            mean[d] += double{set.images(i, d)} / static_cast<double>(set.size());
    return mean;
}

void points_of_reference(Session& session, const nn::TrainTest& data) {
    const Numbers train = mean_pixels(data.train), test = mean_pixels(data.test);
    double independent = 0, floor = 0;
    for (std::size_t d = 0; d < train.size(); ++d) {
        const double p = std::clamp(train[d], 1e-6, 1 - 1e-6), x = test[d];
        independent -= x * std::log(p) + (1 - x) * std::log(1 - p);
    }
    for (const Real x : data.test.images.storage())
        if (x > 0 && x < 1) floor -= x * std::log(double{x}) + (1 - x) * std::log(1 - double{x});
    std::puts("\nPoints of reference, nats per test image");
    session.result("independent_pixels", independent);
    session.result("bernoulli_floor", floor / static_cast<double>(data.test.size()));
}

// ### What it has learnt to do
//
// To **reconstruct**, encode and decode. To **generate**, drop the encoder: draw $z$ from the prior
// and decode. The encoder was the scaffolding; the generative model is prior and decoder.
//
// @figure{reconstructions.png, Test images (odd rows) and their reconstructions from 20 numbers
// (even rows).}
//
// @figure{samples.png, Images that no one has photographed: decoded from draws of N(0, I).}
//
// Most are garments, blurred ones. Some are chimeras, half bag and half boot: the prior draws codes
// which no training image was ever given. The sum of all proposals resembles the prior and is not
// equal to it. (The remedies are better priors and more levels: chapter 10.)

void pictures(Session& session, const Vae& vae, const nn::TrainTest& data, const Array& samples) {
    const std::size_t count = 14;
    std::vector<tutorials::NamedImages> pairs;
    for (std::size_t row = 0; row < 3; ++row) {
        Indices which = upto(count);
        for (std::size_t& i : which) i += row * count;
        const Array images = take(data.test.images, which);
        pairs.push_back({"image", images});
        pairs.push_back({"rebuilt", reconstruct(vae, images)});
    }
    tutorials::save_named_rows(session.file("reconstructions.png"), pairs, data.test.item);

    nn::write_png(session.file("samples.png"),
                  nn::image_grid(samples, data.test.item, {.columns = count, .scale = 3}));
}

// The figure at the beginning. For its second row, each pixel is taken from a training image of its
// own.

void draw_the_idea(Session& session, const nn::TrainTest& data, const Array& samples,
                   nn::Random& random) {
    const std::size_t count = 14, size = data.test.images.shape(1), width = data.test.item[1];
    const Array real = nn::first(data.test, 2 * count).images;
    Array first = autograd::full({count, size}, 0), independent = first, halves = first;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < size; ++d) {
            const bool left = d % width < width / 2;
            first(i, d) = real(i, d);
            independent(i, d) = data.train.images(random.below(data.train.size()), d);
            halves(i, d) = real(left ? i : count + i, d);
        }
    tutorials::save_named_rows(session.file("idea.png"),
                               {{"real", first},
                                {"pixels alone", independent},
                                {"halves alone", halves},
                                {"the model's", take(samples, upto(count))}},
                               data.test.item);
}

// And the one on the prior: `z/10 + z/|z|` in place of a decoder.

void bend_the_prior(Session& session, nn::Random& random) {
    const Array z = random.normal({3000, 2});
    Array ring = z;
    Indices shell(z.shape(0));
    for (std::size_t i = 0; i < z.shape(0); ++i) {
        const Real length = std::hypot(z(i, 0), z(i, 1));
        for (const std::size_t d : {0, 1}) ring(i, d) = z(i, d) / 10 + z(i, d) / length;
        shell[i] = std::min<std::size_t>(3, static_cast<std::size_t>(length / Real(0.6)));
    }
    const std::vector<std::string> no_legend(4);
    Plot before{{.title = "z from N(0, I)", .x = "z₁", .y = "z₂", .same_scale = true}};
    Plot after{{.title = "z/10 + z/|z|", .x = "x₁", .y = "x₂", .same_scale = true}};
    tutorials::save_plots(
        session.file("prior_map.png"),
        {before.scatter(z, shell, no_legend), after.scatter(ring, shell, no_legend)}, 2);
}

// ### Naive Monte Carlo, measured
//
// Equation (1) is an expectation over the prior, so why not estimate it as such?
// $$ \ln p(x) \approx \ln \frac1K \sum_{k=1}^K p(x \mid z_k), \qquad z_k \sim p(z) . $$
// The terms are as small as $e^{-1000}$, which no floating-point number holds, so logarithms of
// sums are taken with the largest term in front.

struct LogMeanExp {
    double largest = -std::numeric_limits<double>::infinity(), total = 0, count = 0;

    void add(double x) {
        if (x > largest) total *= std::exp(std::exchange(largest, x) - x);
        total += std::exp(x - largest);
        ++count;
    }
    double value() const { return largest + std::log(total / count); }
};

// For Bernoulli pixels $\ln p(x|z) = \sum_i x_i l_i - \ln(1 + e^{l_i})$ with the decoder's logits
// $l(z)$, so a table of *every* code against *every* image is one matrix product.

Variable log_likelihood_table(const Vae& vae, Variable z, Variable x) {
    const Variable logits = vae.decode(z);                                   // (K, D)
    return matmul(logits, transpose(x)) - sum(softplus(logits), {1}, true);  // (K, N)
}

struct PriorSampling {
    std::vector<LogMeanExp> estimates;  // of ln p(x), for each image
    Array best;                         // and the draw that explains it best, (N, latent)
};

void draw_more(PriorSampling& prior, const Vae& vae, const Array& images, std::size_t draws,
               nn::Random& random) {
    const std::size_t units = vae.latent();
    Tape tape;
    tape.set_inference(true);
    while (draws > 0) {
        tape.rewind();
        const std::size_t now = std::min<std::size_t>(draws, 1000);
        const Variable z = nn::standard_normal(tape, {now, units}, random);
        const Array table = log_likelihood_table(vae, z, tape.constant(images)).value();
        for (std::size_t k = 0; k < now; ++k)
            for (std::size_t n = 0; n < images.shape(0); ++n) {
                const double log_p = table(k, n);
                if (log_p > prior.estimates[n].largest)
                    std::copy_n(z.value().data() + k * units, units, prior.best.data() + n * units);
                prior.estimates[n].add(log_p);
            }
        draws -= now;
    }
}

// The rival draws from the encoder's proposal and corrects for having done so. **Importance
// weighting** is (1) with $q$ multiplied and divided in, before any logarithm is exchanged:
// $$ \ln p(x) \approx \ln \frac1K \sum_{k=1}^K \frac{p(x \mid z_k)\, p(z_k)}{q(z_k \mid x)}, \qquad
//    z_k \sim q(z \mid x) . $$
// At $K = 1$ its mean is the ELBO, and with growing $K$ it rises to $\ln p(x)$.
//
// @figure{monte_carlo.png, Estimates of the mean log-likelihood of test images against the number
// of samples. The prior wastes nearly all of its draws; the encoder needs a handful.}
//
// @figure{best_draws.png, Test images (first row); for each, the draw from the prior that explains
// it best, of 10, 100, 1000, 10 000 and 100 000; the encoder's one attempt (last row).}
//
// With ten draws, which is more than a step of training could afford for each image, the prior's
// estimate is @result{prior_log_likelihood_10} nats; with @result{prior_samples} it is
// @result{prior_log_likelihood}, and still climbing. The encoder's is
// @result{importance_log_likelihood_10} with ten, and settles at
// @result{importance_log_likelihood}. And the prediction? The best of all draws from the prior
// explains its image with @result{prior_best_fit} nats on average, the mean of the encoder's
// proposal with @result{encoder_fit}.
//
// The KL says why. The codes that matter for an image hold about $e^{-\mathrm{KL}}$ of the prior's
// mass, so of the order of $e^{\mathrm{KL}}$ draws are needed until they are found: with 16 nats
// some ten million, *for each image, at each step of training*. The KL in nats is the logarithm of
// the number of attempts that the encoder saves. And this is a small code.

void monte_carlo(Session& session, const Vae& vae, const nn::TrainTest& data, nn::Random& random) {
    const Array images = nn::first(data.test, session.flags.quick ? 20 : 100).images;
    const std::size_t most = session.flags.quick ? 1000 : 100000;
    std::printf("\nln p(x) of %zu test images, nats per image\n", images.shape(0));

    PriorSampling prior{std::vector<LogMeanExp>(images.shape(0)),
                        autograd::full({images.shape(0), vae.latent()}, 0)};
    Numbers prior_samples, prior_estimates, prior_fit;
    std::vector<tutorials::NamedImages> pictures{{"image", images}};
    for (std::size_t done = 0, k = 10; k <= most; done = k, k *= 10) {
        draw_more(prior, vae, images, k - done, random);
        Numbers estimates, fit;
        for (const LogMeanExp& estimate : prior.estimates) {
            estimates.push_back(estimate.value());
            fit.push_back(estimate.largest);
        }
        prior_samples.push_back(static_cast<double>(k));
        prior_estimates.push_back(average(estimates));
        prior_fit.push_back(average(fit));
        pictures.push_back({"best of " + std::to_string(k), decode(vae, prior.best)});
        std::printf("  %6zu draws from the prior    %8.2f, the best of them ln p(x|z) = %8.2f\n", k,
                    prior_estimates.back(), prior_fit.back());
    }

    Numbers samples, estimates;
    for (std::size_t k = 1; k <= most / 100; k *= 10) {
        samples.push_back(static_cast<double>(k));
        estimates.push_back(models::importance_weighted(vae, images, k, random).mean);
        std::printf("  %6zu draws from the encoder  %8.2f\n", k, estimates.back());
    }
    const double encoder_fit = mean_over_rows(
        images, [&](Variable x) { return vae.log_likelihood(x, vae.encode(x).mean); });
    pictures.push_back({"encoder", reconstruct(vae, images)});

    session.result("prior_samples", prior_samples.back());
    session.result("prior_log_likelihood_10", prior_estimates.front());
    session.result("prior_log_likelihood", prior_estimates.back());
    session.result("prior_best_fit", prior_fit.back());
    session.result("importance_log_likelihood_10", estimates.at(1));
    session.result("importance_log_likelihood", estimates.back());
    session.result("encoder_fit", encoder_fit);

    Plot{{.x = "samples K", .y = "estimate of ln p(x) (nats per image)", .log_x = true}}
        .line("z from the encoder, weighted", samples, estimates)
        .line("z from the prior", prior_samples, prior_estimates)
        .save(session.file("monte_carlo.png"));
    for (auto& [name, row] : pictures) row = take(row, upto(14));
    tutorials::save_named_rows(session.file("best_draws.png"), pictures, data.test.item);
}

// ### The exact answer, in the plane
//
// With *two* latent units the integral (1) is a sum over the cells of a plane, and everything in
// (4) can be looked at. Here is a VAE 784-400-100-2. It is trained three times in this chapter; the
// first time as it should be.

Vae train_plane(Session& session, const nn::TrainTest& data, const std::string& name,
                const Loss& loss) {
    nn::Random random{session.flags.seed};
    Vae vae{{.input = data.train.images.shape(1), .hidden = {400, 100}, .latent = 2}, random};
    train(session, data, vae, random, {.epochs = session.flags.epochs, .name = name, .quiet = true},
          loss);
    report(name, vae, data.test.images, random);
    return vae;
}

// The plane within $|z_1|, |z_2| \le 4.5$, cut into square cells.

struct Grid {
    double step;
    Array z;  // (cells, 2), the middles
};

Grid cut_the_plane(std::size_t side) {
    const double reach = 4.5, step = 2 * reach / static_cast<double>(side);
    Grid grid{step, autograd::full({side * side, 2}, 0)};
    for (std::size_t i = 0; i < side * side; ++i) {
        grid.z(i, 0) = static_cast<Real>(-reach + (static_cast<double>(i / side) + 0.5) * step);
        grid.z(i, 1) = static_cast<Real>(-reach + (static_cast<double>(i % side) + 0.5) * step);
    }
    return grid;
}

// In every cell and for every image: $\ln p(x|z) + \ln p(z)$.

std::vector<Numbers> log_joint(const Vae& vae, const Array& images, const Grid& grid) {
    std::vector<Numbers> out(images.shape(0));
    Tape tape;
    tape.set_inference(true);
    for (std::size_t first = 0; first < grid.z.shape(0); first += 1000) {
        tape.rewind();
        Indices cells(std::min<std::size_t>(1000, grid.z.shape(0) - first));
        std::iota(cells.begin(), cells.end(), first);
        const Variable z = tape.constant(take(grid.z, cells));
        const Array table = log_likelihood_table(vae, z, tape.constant(images)).value();
        for (std::size_t i = 0; i < cells.size(); ++i)
            for (std::size_t n = 0; n < out.size(); ++n) {
                const double z1 = z.value()(i, 0), z2 = z.value()(i, 1);
                out[n].push_back(double{table(i, n)} - 0.5 * (z1 * z1 + z2 * z2) -
                                 std::log(2 * std::numbers::pi));
            }
    }
    return out;
}

// A Gaussian in the plane, and the encoder's proposal as one, whose axes are parallel to ours.

struct Gaussian {  // in the plane
    double mean[2], variance[2], covariance;

    double determinant() const { return variance[0] * variance[1] - covariance * covariance; }
    // dᵀ Σ⁻¹ d
    double distance(double d1, double d2) const {
        return (variance[1] * d1 * d1 - 2 * covariance * d1 * d2 + variance[0] * d2 * d2) /
               determinant();
    }
    double log_density(double x, double y) const {
        return -0.5 * (2 * std::log(2 * std::numbers::pi) + std::log(determinant()) +
                       distance(x - mean[0], y - mean[1]));
    }
};

Gaussian propose(const Vae& vae, const Array& image) {
    const Array mean = encode(vae, image), variance = encode_variance(vae, image);
    return {{mean(0, 0), mean(0, 1)}, {variance(0, 0), variance(0, 1)}, 0};
}

// The bound for one image with many samples instead of one: as if it were a batch of equal images.

double bound(const Vae& vae, const Array& image, std::size_t draws, nn::Random& random) {
    Tape tape;
    tape.set_inference(true);
    const Indices same(draws, 0);
    const Variable x = gather(tape.constant(image), same);
    return double{vae.elbo(x, random).value().item()};
}

// Now (4) can be checked term by term. The evidence is the sum of the joint over all cells; the
// posterior is the joint divided by it; the gap $\mathrm{KL}(q \,\|\, p(z|x))$ is a sum over cells
// too. The bound is computed in a different way, by sampling. If the identity holds, bound + gap =
// evidence.

struct Exact {
    double evidence, gap;
    Numbers posterior;  // ln p(z | x) in each cell
};

Exact integrate(Numbers log_joint, const Gaussian& q, const Grid& grid) {
    const double log_area = 2 * std::log(grid.step);
    LogMeanExp sum;
    for (const double l : log_joint) sum.add(l);
    const double evidence = sum.value() + std::log(sum.count) + log_area;
    double gap = 0;
    for (std::size_t i = 0; i < log_joint.size(); ++i) {
        log_joint[i] -= evidence;
        const double log_q = q.log_density(double{grid.z(i, 0)}, double{grid.z(i, 1)});
        gap += std::exp(log_q + log_area) * (log_q - log_joint[i]);
    }
    return {evidence, gap, std::move(log_joint)};
}

// The true posterior need not be a Gaussian, and its axes need not be parallel to ours; that is
// where the gap comes from. To see it, draw from it: pick cells by their probability.

Plot draw_posterior(const std::string& title, const Exact& exact, const Gaussian& q,
                    const Grid& grid, nn::Random& random) {
    Numbers cumulative, x, y, ellipse_x, ellipse_y;
    double total = 0;
    for (const double l : exact.posterior) cumulative.push_back(total += std::exp(l));
    for (std::size_t i = 0; i < 1500; ++i) {
        const auto at =
            std::lower_bound(cumulative.begin(), cumulative.end(), random.uniform() * total);
        const auto cell = std::min<std::size_t>(static_cast<std::size_t>(at - cumulative.begin()),
                                                cumulative.size() - 1);
        x.push_back(double{grid.z(cell, 0)} + (random.uniform() - 0.5) * grid.step);
        y.push_back(double{grid.z(cell, 1)} + (random.uniform() - 0.5) * grid.step);
    }
    for (int degrees = 0; degrees <= 360; degrees += 5) {
        const double angle = degrees * std::numbers::pi / 180;
        ellipse_x.push_back(q.mean[0] + 2 * std::sqrt(q.variance[0]) * std::cos(angle));
        ellipse_y.push_back(q.mean[1] + 2 * std::sqrt(q.variance[1]) * std::sin(angle));
    }
    const double x0 = (average(x) + q.mean[0]) / 2, y0 = (average(y) + q.mean[1]) / 2;
    Plot plot{{.title = title,
               .x = "z₁",
               .y = "z₂",
               .same_scale = true,
               .x_range = {{x0 - 0.4, x0 + 0.4}},
               .y_range = {{y0 - 0.4, y0 + 0.4}}}};
    plot.points("p(z|x)", x, y).line("q(z|x), 2σ", ellipse_x, ellipse_y);
    return plot;
}

// @figure{posterior.png, Draws from the true posterior of three images and the ellipse that holds
// 86 % of the proposal. Left the image with the smallest gap; in the middle the median; on the
// right one of the worst tenth.}
//
// Bound and gap add up to the evidence, image by image. On average $\ln p(x)$ is
// @result{plane_log_likelihood} nats and the bound @result{plane_elbo}. Half of the images have a
// gap below @result{plane_gap_median} nats; the mean is @result{plane_gap}, because for a few the
// encoder, one network for all images, proposes codes beside the posterior. In 20 dimensions nobody
// can compute this; there, importance weighting tells how far below the evidence the bound is.

void exact_in_the_plane(Session& session, const Vae& vae, const nn::TrainTest& data,
                        nn::Random& random) {
    const Dataset shown = nn::first(data.test, session.flags.quick ? 10 : 60);
    const Grid grid = cut_the_plane(session.flags.quick ? 90 : 300);
    const auto joint = log_joint(vae, shown.images, grid);

    std::puts("\nBound + gap = evidence, in the plane, nats");
    std::puts("  image              bound     gap     sum   ln p(x)");
    std::vector<Exact> exact;
    std::vector<Gaussian> proposals;
    Numbers evidence, gap, elbo;
    for (std::size_t n = 0; n < shown.size(); ++n) {
        const Array image = take(shown.images, {n});
        proposals.push_back(propose(vae, image));
        exact.push_back(integrate(joint[n], proposals[n], grid));
        elbo.push_back(bound(vae, image, 1000, random));
        evidence.push_back(exact[n].evidence);
        gap.push_back(exact[n].gap);
        if (n < 5)
            std::printf("  %-14s %9.2f %7.2f %9.2f %9.2f\n",
                        shown.class_names[shown.labels[n]].c_str(), elbo[n], gap[n],
                        elbo[n] + gap[n], evidence[n]);
    }
    session.result("plane_log_likelihood", average(evidence));
    session.result("plane_elbo", average(elbo));

    Indices order = upto(shown.size());
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return gap[a] < gap[b]; });
    const std::size_t median = order[order.size() / 2], bad = order[order.size() * 9 / 10];
    session.result("plane_gap", average(gap));
    session.result("plane_gap_median", gap[median]);
    std::vector<Plot> plots;
    for (const std::size_t n : {order.front(), median, bad}) {
        char title[80];
        std::snprintf(title, sizeof title, "%s: gap %.2f nats",
                      shown.class_names[shown.labels[n]].c_str(), gap[n]);
        plots.push_back(draw_posterior(title, exact[n], proposals[n], grid, random));
    }
    tutorials::save_plots(session.file("posterior.png"), plots, 3);
}

// ### A negative divergence
//
// The formula with the wrong sign first, and beside it the right one. The referee is the
// definition, $\mathbb E_{p_0}[\ln p_0 - \ln p_1]$, averaged over draws.

double kl(const Gaussian& p0, const Gaussian& p1, double sign_of_log_determinant = 1) {
    const double trace = (p1.variance[1] * p0.variance[0] - 2 * p1.covariance * p0.covariance +
                          p1.variance[0] * p0.variance[1]) /
                         p1.determinant();
    return 0.5 * (trace + p1.distance(p1.mean[0] - p0.mean[0], p1.mean[1] - p0.mean[1]) - 2 +
                  sign_of_log_determinant * std::log(p1.determinant() / p0.determinant()));
}

struct Estimate {
    double mean, standard_error;
};

Estimate sampled_kl(const Gaussian& p0, const Gaussian& p1, std::size_t draws, nn::Random& random) {
    const double l11 = std::sqrt(p0.variance[0]), l21 = p0.covariance / l11;  // Cholesky
    const double l22 = std::sqrt(p0.variance[1] - l21 * l21);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < draws; ++i) {
        const double e1 = random.normal(), e2 = random.normal();
        const double x = p0.mean[0] + l11 * e1, y = p0.mean[1] + l21 * e1 + l22 * e2;
        const double d = p0.log_density(x, y) - p1.log_density(x, y);
        sum += d;
        squares += d * d;
    }
    const double n = static_cast<double>(draws), mean = sum / n;
    return {mean, std::sqrt((squares / n - mean * mean) / n)};
}

// A narrow Gaussian within the standard normal comes out at @result{kl_wrong_sign} nats with the
// wrong sign: a *negative* divergence, which Jensen forbids. The right one gives
// @result{kl_closed_form}, and so does the sample, @result{kl_sampled}. A VAE trained with the
// wrong sign does not crash: it is paid for being narrow, its variances run to zero, its loss falls
// without end, and what is left is a plain autoencoder. The last line of the table is
// `autograd::gaussian_kl`, which the training uses.

void sign_of_the_determinant(Session& session, nn::Random& random) {
    const Gaussian standard{{0, 0}, {1, 1}, 0}, narrow{{0, 0}, {0.01, 0.01}, 0},
        tilted{{1, -0.5}, {0.5, 0.4}, 0.3}, wide{{-0.5, 1}, {2, 1}, -0.6};
    const std::array<std::pair<const char*, std::array<Gaussian, 2>>, 3> cases{
        {{"N(0, .01 I)  from N(0, I)", {narrow, standard}},
         {"tilted       from N(0, I)", {tilted, standard}},
         {"tilted       from another", {tilted, wide}}}};
    std::puts("\nKL between Gaussians, nats      sampled        formula (5)   wrong sign");
    Numbers sampled;
    for (const auto& [name, p] : cases) {
        const auto [mean, error] =
            sampled_kl(p[0], p[1], session.flags.quick ? 10000 : 200000, random);
        sampled.push_back(mean);
        std::printf("  %s  %7.4f ± %.4f  %9.4f  %11.4f\n", name, mean, error, kl(p[0], p[1]),
                    kl(p[0], p[1], -1));
    }
    const Array of_the_tape = evaluate(
        [](Variable mean, Variable log_variance) { return gaussian_kl(mean, log_variance); },
        autograd::full({1, 2}, 0), autograd::full({1, 2}, Real(std::log(0.01))));
    std::printf("  the tape's own, first case                   %9.4f\n", double{of_the_tape(0)});
    session.result("kl_sampled", sampled[0]);
    session.result("kl_closed_form", kl(narrow, standard));
    session.result("kl_wrong_sign", kl(narrow, standard, -1));
}

// ### Two estimators of one gradient
//
// The gradient of $\mathbb E_q[\ln p(x|z)]$ with respect to $\mu(x)$, for one image: many
// single-sample estimates of each kind. For the reparameterized one the tape differentiates through
// the sample. For the score function $\nabla_\mu \ln q = (z - \mu)/\sigma^2 = \varepsilon/\sigma$
// is multiplied by the value. Its variance can be cut by subtracting from the value a **baseline**
// that does not depend on the sample, for $\mathbb E[\nabla \ln q] = 0$; here, the mean of all the
// other samples.

struct GradientSamples {
    Array score, with_baseline, reparameterized;  // (S, K), an estimate in each row
};

GradientSamples estimate_gradients(const Vae& vae, const Array& image, std::size_t draws,
                                   nn::Random& random) {
    const Array mean = encode(vae, image), variance = encode_variance(vae, image);
    const Array log_variance = evaluate([](Variable v) { return log(v); }, variance);
    const Indices same(draws, 0);
    const Array noise = random.normal({draws, mean.shape(1)});

    Tape tape;
    const Variable mu = tape.variable(take(mean, same));
    const Variable z =
        reparameterize(mu, tape.constant(take(log_variance, same)), tape.constant(noise));
    const Variable value = vae.log_likelihood(tape.constant(take(image, same)), z);  // (S,)

    GradientSamples out{noise, noise, tape.backward(sum(value)).of(mu)};
    const double average = double{autograd::mean(value).item()};
    const double others = static_cast<double>(draws) / static_cast<double>(draws - 1);
    for (std::size_t s = 0; s < draws; ++s)
        for (std::size_t k = 0; k < mean.shape(1); ++k) {
            const double score = double{noise(s, k)} / std::sqrt(double{variance(0, k)});
            const double f = value.value()(s);
            out.score(s, k) = static_cast<Real>(f * score);
            out.with_baseline(s, k) = static_cast<Real>(others * (f - average) * score);
        }
    return out;
}

struct Spread {
    Numbers mean;         // per unit
    double variance = 0;  // of a single sample, summed over the units

    double length() const {
        return std::sqrt(std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0));
    }
};

Spread spread(const Array& samples) {
    Spread out;
    const std::size_t count = samples.shape(0), units = samples.shape(1);
    for (std::size_t k = 0; k < units; ++k) {
        double sum = 0, squares = 0;
        for (std::size_t s = 0; s < count; ++s) {
            sum += double{samples(s, k)};
            squares += double{samples(s, k)} * double{samples(s, k)};
        }
        const double n = static_cast<double>(count);
        out.mean.push_back(sum / n);
        out.variance += (squares - sum * sum / n) / (n - 1);
    }
    return out;
}

Numbers running_mean(const Array& samples, std::size_t unit) {
    Numbers out;
    double sum = 0;
    for (std::size_t s = 0; s < samples.shape(0); ++s) {
        sum += double{samples(s, unit)};
        out.push_back(sum / static_cast<double>(s + 1));
    }
    return out;
}

// @figure{gradients.png, Left, one component of the gradient, averaged over more and more samples.
// All three estimators go to the same place, and the score function alone has not arrived. Right,
// the relative error of the whole gradient; above the dashed line the noise is larger than the
// gradient.}
//
// To know the gradient to 10 % the score function needs @result{score_samples} samples, with a
// baseline @result{baseline_samples}, reparameterized @result{reparameterized_samples}: its
// variance is @result{score_over_reparameterized} times smaller. The score function learns from
// *one* number how good a draw in 20 dimensions was; the reparameterized sample brings a derivative
// for each dimension along.

void compare_gradient_estimators(Session& session, const Vae& vae, const nn::TrainTest& data,
                                 nn::Random& random) {
    const Array image = take(data.test.images, {0});
    const auto samples = estimate_gradients(vae, image, session.flags.quick ? 1000 : 10000, random);
    const std::array<std::pair<const char*, const Array*>, 3> kinds{
        {{"score function", &samples.score},
         {"with a baseline", &samples.with_baseline},
         {"reparameterized", &samples.reparameterized}}};
    const Spread best = spread(samples.reparameterized);
    const double length = best.length();
    const auto largest =
        std::max_element(best.mean.begin(), best.mean.end(),
                         [](double a, double b) { return std::abs(a) < std::abs(b); });
    const auto unit = static_cast<std::size_t>(largest - best.mean.begin());
    const double truth = *largest;

    Plot runs{{.title = "one component",
               .x = "samples",
               .y = "running mean (nats per unit of z)",
               .log_x = true,
               .y_range = {{truth - 12 * std::abs(truth), truth + 12 * std::abs(truth)}}}};
    Plot errors{{.title = "the whole gradient",
                 .x = "samples",
                 .y = "relative error",
                 .log_x = true,
                 .log_y = true}};
    Numbers draws(samples.score.shape(0)), powers, needed;
    std::iota(draws.begin(), draws.end(), 1);
    for (double k = 1; k <= 1e6; k *= 10) powers.push_back(k);
    std::puts("\nThe gradient of E[ln p(x|z)] for the mean of q, one image");
    std::puts("  estimator          one component  sd of a sample, all units  samples for 10 %");
    for (const auto& [name, estimates] : kinds) {
        const Spread s = spread(*estimates);
        needed.push_back(s.variance / (0.01 * length * length));
        std::printf("  %-15s %16.2f %26.2f %17.0f\n", name, s.mean[unit], std::sqrt(s.variance),
                    needed.back());
        runs.line(name, draws, running_mean(*estimates, unit));
        Numbers error;
        for (const double k : powers) error.push_back(std::sqrt(s.variance / k) / length);
        errors.line(name, powers, error);
    }
    errors.level("", 1);
    tutorials::save_plots(session.file("gradients.png"), {runs, errors}, 2);
    session.result("score_samples", std::ceil(needed[0]));
    session.result("baseline_samples", std::ceil(needed[1]));
    session.result("reparameterized_samples", std::ceil(needed[2]));
    session.result("score_over_reparameterized", std::round(needed[0] / needed[2]));
}

// ### Is one sample enough?
//
// The gradient of a step is random for two reasons: which images are in the batch, and which $z$
// were drawn for them. Take the variance of the gradient of all weights over many batches, and then
// over many draws for *one* batch. Only the second part would shrink with more samples per image.

double gradient_variance(Vae& vae, const std::vector<Array>& batches, nn::Random& random) {
    const auto parameters = nn::parameters(vae);
    Numbers sum(nn::parameter_count(parameters), 0), squares = sum;
    Tape tape;
    for (const Array& images : batches) {
        tape.rewind();
        const autograd::Gradients& gradients =
            tape.backward(neg_elbo(vae.elbo(tape.constant(images), random)));
        std::size_t i = 0;
        for (const auto& [name, parameter, frozen] : parameters)
            for (const Real g : gradients.of(*parameter).storage()) {
                sum[i] += double{g};
                squares[i++] += double{g} * double{g};
            }
    }
    const double n = static_cast<double>(batches.size());
    double variance = 0;
    for (std::size_t i = 0; i < sum.size(); ++i)
        variance += (squares[i] - sum[i] * sum[i] / n) / (n - 1);
    return variance;
}

// In the trained model @result{noise_share} % of the variance comes from $z$. So is one sample too
// few? Count what more would buy. Ten samples per image reduce that part to a tenth and leave the
// rest; ten times as many *images*, with one sample each, reduce all of it to a tenth. The work of
// the decoder is the same. One sample it is, and the batch averages: the estimate is unbiased,
// which is all that gradient descent asks.

void one_sample_is_enough(Session& session, Vae& vae, const nn::TrainTest& data,
                          nn::Random& random) {
    const std::size_t size = std::min(session.flags.batch, data.train.size() / 2);  // two at least
    nn::Batches deal{data.train, size, {.drop_last = true}};
    std::vector<Array> different;
    for (const nn::Batch& batch : deal.shuffled(random)) {
        different.push_back(batch.images);
        if (different.size() == 64) break;
    }
    const std::vector<Array> same(different.size(), different[0]);
    const double all = gradient_variance(vae, different, random);
    const double noise = gradient_variance(vae, same, random);
    std::puts("\nWhere the noise of a training step comes from, % of the gradient's variance");
    session.result("noise_share", std::round(100 * noise / all));
}

// ### Islands, oblivion, and both together
//
// What does each of the two terms do alone? The net with two latent units, three times: trained on
// reconstruction only ($\beta = 0$), on the KL only, on both. Codes are drawn from $q(z|x)$.
//
// @figure{latent_spaces.png, Codes of 3000 test images, coloured by class. Left, reconstruction
// only. Middle, KL only. Right, both. Mind the scales.}
//
// @figure{plane.png, The right-hand panel, larger: what is alike lies together.}
//
// - *Reconstruction only* puts every image where it likes. The codes spread far beyond the prior,
//   the variances shrink, and there are islands with gulfs in between. The price of the codes,
//   @result{islands_kl} nats, is paid by nobody.
// - *KL only* puts every image on the same Gaussian. That is the cheapest code there is, and it has
//   forgotten the data: $q(z|x) = p(z)$.
// - *Both* fill the disc of the prior, nearly without gaps, and the classes still have their
//   places. Two properties have appeared that nobody asked for by name. **Continuity**: near codes
//   give similar pictures, because the decoder had to do with noisy ones. **Completeness**:
//   wherever the prior puts its mass there is a picture, because the sum of all proposals resembles
//   the prior.

void islands(Session& session, const nn::TrainTest& data, const Vae& both, nn::Random& random) {
    const Vae rebuild = train_plane(session, data, "plane_reconstruction_only",
                                    [](const models::Elbo& elbo) { return elbo.reconstruction; });
    const Vae forget = train_plane(session, data, "plane_kl_only",
                                   [](const models::Elbo& elbo) { return elbo.total_kl(); });
    session.result("islands_kl", models::latent_use(rebuild, data.test.images, random).kl);

    const Dataset shown = nn::first(data.test, 3000);
    const Array noise = random.normal({shown.size(), 2});
    const auto panel = [&](const char* title, const Vae& vae, bool legend) {
        const Array codes = evaluate(
            [&](Variable x, Variable e) { return vae.encode(x).sample(e); }, shown.images, noise);
        Plot plot{{.title = title, .x = "z₁", .y = "z₂", .same_scale = true, .legend = legend}};
        plot.scatter(codes, shown.labels, shown.class_names);
        return plot;
    };
    tutorials::save_plots(session.file("latent_spaces.png"),
                          {panel("reconstruction only", rebuild, false),
                           panel("KL only", forget, false), panel("both", both, false)},
                          3);
    panel("", both, true).save(session.file("plane.png"));
}

// ### The map of a land of garments
//
// Decode the plane on a grid. Equal steps in $z$ would show mostly codes that are never drawn, so
// take equal steps in *probability*: the quantiles of the standard normal at $(i + \frac12)/20$.
// Each picture then stands for the same share of the prior.
//
// @explorer{manifold.png, plane_decoder.safetensors, The plane of codes decoded at 20 × 20 Normal
// quantiles. Neighbours resemble each other, and there is hardly a place without a garment.}
//
// The decoder is small enough for a browser. On the web page of this chapter you can drag a code over
// the plane and watch what it decodes to, live, from the very numbers that this run has learnt: they
// are in `plane_decoder.safetensors`, with a few codes and their pictures by which another program can
// check that it reads them rightly.

void draw_manifold(Session& session, const Vae& vae, const nn::TrainTest& data) {
    const std::size_t side = 20;
    nn::write_png(session.file("manifold.png"),
                  nn::image_grid(decode(vae, tutorials::normal_plane(side)), data.test.item,
                                 {.columns = side, .gap = 0, .scale = 2}));
}

void save_decoder(Session& session, Vae vae) {
    nn::Random random{session.flags.seed};
    const Array z = random.normal({5, 2});
    tutorials::save_decoder(session.file("plane_decoder.safetensors"),
                            nn::parameters(vae.decoder.net), z, decode(vae, z));
}

// ### The rival: a plain autoencoder
//
// The same widths, the same pixels, the same training, but the code is a point and nothing is asked
// of it.

double train_autoencoder(Session& session, const nn::TrainTest& data, models::Autoencoder& net) {
    nn::Random random{session.flags.seed};
    nn::Adam adam{net, {.learning_rate = Real(session.flags.learning_rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    Tape tape;
    const nn::TrainingSettings settings{.epochs = session.flags.epochs,
                                        .name = "autoencoder",
                                        .folder = session.flags.out,
                                        .resume = session.flags.resume,
                                        .quiet = true};
    announce(settings);
    nn::Training training{settings, net, adam, random};
    training.run(batches, [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable loss = net.loss(tape.constant(batch.images));
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    });
    return training.images_per_second();
}

Array encode(const models::Autoencoder& net, const Array& x) {
    return map_rows(x, [&](Variable images) { return net.encode(images); });
}

Array decode(const models::Autoencoder& net, const Array& h) {
    return map_rows(h, [&](Variable code) { return net.decoder.mean(code); });
}

// ### Walking between two images
//
// Encode two images, walk from one code to the other in a straight line, decode on the way. Mixing
// pixels gives two transparent garments on top of each other. A walk in the latent space of the VAE
// passes through garments.
//
// @figure{interpolation.png, Three walks, each in three rows: mixing the pixels, mixing the codes
// of a plain autoencoder, mixing the codes of the VAE.}

void interpolate(Session& session, const Vae& vae, const models::Autoencoder& plain,
                 const nn::TrainTest& data) {
    const std::size_t steps = 13;
    const std::array<std::array<std::size_t, 2>, 3> walks{{{1, 3}, {9, 8}, {0, 2}}};  // by class
    std::vector<tutorials::NamedImages> rows;
    for (const auto& [from, to] : walks) {
        const Array a = tutorials::first_of(data.test, from, 1),
                    b = tutorials::first_of(data.test, to, 1);
        rows.push_back({"pixels", tutorials::walk(a, b, steps)});
        rows.push_back(
            {"plain", decode(plain, tutorials::walk(encode(plain, a), encode(plain, b), steps))});
        rows.push_back(
            {"VAE", decode(vae, tutorials::walk(encode(vae, a), encode(vae, b), steps))});
    }
    tutorials::save_named_rows(session.file("interpolation.png"), rows, data.test.item);
}

// ### Arithmetic with attributes
//
// If a direction in latent space means something, it can be found from examples with and without it
// and added to a third. The mean code of pullovers less the mean code of T-shirts is *long
// sleeves*; ankle boots less sneakers is *a shaft*.
//
// @figure{attributes.png, Test images (first row) and what the VAE makes of their codes plus 0, ¼,
// ½, ¾, 1 and 1¼ times a direction. Left, dresses to which sleeves are added; right, sandals to
// which a shaft is added.}
//
// It works for directions along which the data vary in the same way everywhere. It is no sign that
// the *axes* of latent space mean anything: the prior looks the same after any rotation, and so
// does the ELBO, but for the choice of a diagonal $q$. Axes with a meaning are the subject of
// chapter 9.

Array class_mean(const Array& codes, const Indices& labels, std::size_t label) {
    return evaluate([](Variable z) { return mean(z, {0}, true); },
                    take(codes, tutorials::members(labels, label)));
}

// Codes plus a multiple of a direction, decoded.

Array with_attribute(const Vae& vae, const Array& codes, const Array& direction, Real strength) {
    return decode(
        vae, evaluate([&](Variable z, Variable d) { return z + strength * d; }, codes, direction));
}

void attributes(Session& session, const Vae& vae, const nn::TrainTest& data) {
    const Array codes = encode(vae, data.train.images);
    const auto mean_code = [&](std::size_t label) {
        return class_mean(codes, data.train.labels, label);
    };
    const auto direction = [&](std::size_t with, std::size_t without) {
        return evaluate([](Variable a, Variable b) { return a - b; }, mean_code(with),
                        mean_code(without));
    };
    const Array sleeves = direction(2, 0), shaft = direction(9, 7);  // by class
    const Array dresses = tutorials::first_of(data.test, 3, 7),
                sandals = tutorials::first_of(data.test, 5, 7);

    std::vector<tutorials::NamedImages> rows{{"image", tutorials::join(dresses, sandals)}};
    for (const auto& [name, strength] :
         {std::pair{"+ 0", 0.f}, std::pair{"+ ¼", 0.25f}, std::pair{"+ ½", 0.5f},
          std::pair{"+ ¾", 0.75f}, std::pair{"+ 1", 1.f}, std::pair{"+ 1¼", 1.25f}})
        rows.push_back(
            {name, tutorials::join(with_attribute(vae, encode(vae, dresses), sleeves, strength),
                                   with_attribute(vae, encode(vae, sandals), shaft, strength))});
    tutorials::save_named_rows(session.file("attributes.png"), rows, data.test.item);
}

// ### Too little, too much
//
// Put a weight $\beta$ on the KL: minimise reconstruction $+ \beta\,$KL. Below 1 codes are cheap:
// the reconstructions get better, and the prior no longer describes where the codes are. Above 1
// they are dear: fewer units are worth their price, and the pictures become general. The last value
// is 784, which is what you get, without ever having written a $\beta$, by *averaging* the
// reconstruction over pixels and *summing* the KL over units.
//
// @figure{beta.png, What reconstruction and code cost on test images, by the weight of the KL in
// training.}
//
// @figure{beta_samples.png, The same 14 draws from the prior, decoded by nets trained with β = 0,
// 0.1, 1, 4 and 784, from above.}
//
// With $\beta = 784$ nothing is left of the code; the net pays @result{beta_784_reconstruction}
// nats for every image. The model without latent variables paid @result{independent_pixels}; it has
// become that model.

void weigh_the_kl(Session& session, const nn::TrainTest& data) {
    const std::size_t epochs = std::max<std::size_t>(1, session.flags.epochs * 3 / 10);
    const std::array<Real, 5> betas{0, 0.1f, 1, 4, 784};
    const Array z = nn::Random{session.flags.seed}.normal({14, 20});
    Numbers reconstruction, kl;
    std::vector<std::string> names;
    std::vector<tutorials::NamedImages> samples;
    std::printf("\nA weight on the KL, %zu epochs each\n", epochs);
    for (const Real beta : betas) {
        names.push_back(autograd::text(beta));
        const std::string name = "beta_" + names.back();
        nn::Random random{session.flags.seed};
        Vae vae{{.input = data.train.images.shape(1)}, random};
        train(session, data, vae, random, {.epochs = epochs, .name = name, .quiet = true},
              [&](const models::Elbo& elbo) { return -elbo.value(beta); });
        const auto use = report(name, vae, data.test.images, random);
        reconstruction.push_back(use.reconstruction);
        kl.push_back(use.kl);
        samples.push_back({"β = " + names.back(), decode(vae, z)});
    }
    session.result("beta_784_reconstruction", reconstruction.back());

    Plot{{.x = "weight of the KL, β", .y = "nats per test image"}}
        .bars("reconstruction", names, reconstruction)
        .bars("KL", names, kl)
        .save(session.file("beta.png"));
    tutorials::save_named_rows(session.file("beta_samples.png"), samples, data.test.item);
}

// ### Why the pictures are blurred
//
// Which decoder would be best, if it could be anything? At a code $z$ it is trained on all the
// images whose proposals reach $z$, each as often as its $q$ says. The cross entropy, and the
// squared error too, is smallest if the decoder answers with their mean (set the derivative of
// $\sum_n q(z|x_n) \ln p(x_n|z)$ by a pixel's $\pi$ to zero),
// $$ \pi^*(z) = \frac{\sum_n q(z \mid x_n)\, x_n}{\sum_n q(z \mid x_n)} . $$
// **A decoder is an averaging machine.** Where several sharp images share a code, it draws their
// mean, and a mean of sharp images is not sharp. The formula can be computed, from the encoder
// alone, over all the training images; the decoder has no part in it.
//
// @figure{averages.png, Test images (first row); what the decoder with two latent units draws at
// their codes (second); the mean of all training images, weighted by q (third), which was computed
// without any decoder.}
//
// Per pixel, decoder and mean differ by @result{averages_difference} (squared), the decoder and the
// image by @result{averages_reconstruction}. The mean is over some @result{averages_images} images.
// A likelihood pays for covering all of them; it charges nothing for a picture that looks like none
// of them. A **generative adversarial network** is trained the other way: a second network tries to
// tell its pictures from real ones, and a blurred one is found out at once. GANs are sharp for that
// reason, and for the same reason they may leave out whole kinds of images and nobody complains.
// Other cures are below.

void averaging_decoder(Session& session, const Vae& vae, const nn::TrainTest& data) {
    const Array images = nn::first(data.test, 14).images, z = encode(vae, images);
    const Array mean = encode(vae, data.train.images),
                variance = encode_variance(vae, data.train.images);

    Array averages = autograd::full(images.shape(), 0);
    double effective = 0;
    for (std::size_t i = 0; i < images.shape(0); ++i) {
        Numbers log_q;
        LogMeanExp total;
        for (std::size_t n = 0; n < data.train.size(); ++n) {
            const Gaussian q{{mean(n, 0), mean(n, 1)}, {variance(n, 0), variance(n, 1)}, 0};
            log_q.push_back(q.log_density(double{z(i, 0)}, double{z(i, 1)}));
            total.add(log_q[n]);
        }
        double squares = 0;
        for (std::size_t n = 0; n < data.train.size(); ++n) {
            const double weight = std::exp(log_q[n] - total.value()) / total.count;
            squares += weight * weight;
            if (weight < 1e-8) continue;
            for (std::size_t d = 0; d < images.shape(1); ++d)
                averages(i, d) += static_cast<Real>(weight) * data.train.images(n, d);
        }
        effective += 1 / squares / static_cast<double>(images.shape(0));
    }
    const Array drawn = decode(vae, z);
    const auto error = [](const Array& a, const Array& b) {
        return measure([](Variable u, Variable v) { return mse(u, v); }, a, b);
    };
    tutorials::save_named_rows(session.file("averages.png"),
                               {{"image", images}, {"decoder", drawn}, {"mean", averages}},
                               data.test.item);
    std::puts("\nThe decoder against the mean of the images that share a code");
    session.result("averages_difference", error(drawn, averages));
    session.result("averages_reconstruction", error(drawn, images));
    session.result("averages_images", std::round(effective));
}

// ### Plain autoencoder and VAE, side by side
//
// Which of the two to use? The same widths, the same training; only measured numbers below.
//
// @figure{generation.png, Decoded random codes. First row, plain autoencoder, codes from N(0, I);
// second, plain autoencoder, codes from a Gaussian with the means and variances that its codes
// have; third, VAE, codes from N(0, I).}
//
// | | plain autoencoder | VAE |
// |---|---|---|
// | the code of an image | a point | a distribution, $\mathcal N(\mu, \operatorname{diag} \sigma^2)$ |
// | the encoder puts out | 20 numbers | 20 means, 20 log variances |
// | the decoder takes | the point | a sample |
// | objective | reconstruction | reconstruction + KL |
// | regularization | none but the width | the price of the code, and its noise |
// | prior | none | $\mathcal N(0, I)$ |
// | generation | the codes must be guessed | draw from the prior, decode |
// | complexity: parameters | @result{plain_parameters} | @result{vae_parameters} |
// | complexity: images per second | @result{plain_images_per_second} | @result{train_images_per_second} |
// | quality: reconstruction of test images, nats | @result{plain_reconstruction} | @result{vae_reconstruction}, from the mean |
// | overfitting: the same, less that of training images | @result{plain_overfitting} | @result{vae_overfitting} |
// | sharpness: edges of reconstructions, % of the originals' | @result{plain_edges} | @result{vae_edges} |
// | drawn from $\mathcal N(0, I)$: variety, % of the data's | @result{plain_variety} | @result{vae_variety} |
// | ... distance to the nearest real image | @result{plain_distance} | @result{vae_distance} |
// | drawn from fitted codes: variety | @result{fitted_variety} | |
// | ... distance to the nearest real image | @result{fitted_distance} | |
// | uses | compressing, denoising, features, anomalies | the same, and drawing, mixing, likelihoods |
//
// *Edges* are mean differences between neighbouring pixels. *Distance* is squared, per pixel; an
// unseen real image is @result{real_distance} away from its nearest neighbour. The plain
// autoencoder rebuilds better, since nothing holds it back. But its codes for $\mathcal N(0, I)$
// are all the same mush, near to everything and without variety; and with the right spread they
// have variety, and are far from anything real. Only the VAE has both.

// Random codes with the mean and the variance that each unit has among the given ones.

Array codes_like(const Array& codes, std::size_t count, nn::Random& random) {
    return evaluate(
        [](Variable c, Variable noise) {
            const Variable centre = mean(c, {0}, true);
            return centre + sqrt(mean(square(c - centre), {0}, true)) * noise;
        },
        codes, random.normal({count, codes.shape(1)}));
}

// Reconstruction and overfitting of a model, from its cost per image.

void rate_reconstruction(Session& session, const std::string& name, const nn::TrainTest& data,
                         const nn::RowMap& cost) {
    const double test = mean_over_rows(data.test.images, cost);
    const double train = mean_over_rows(nn::first(data.train, data.test.size()).images, cost);
    session.result(name + "_reconstruction", test);
    session.result(name + "_overfitting", test - train);
}

void rate_pictures(Session& session, const std::string& name, const Dataset& real,
                   const Array& drawn) {
    session.result(name + "_variety",
                   std::round(100 * tutorials::variety(drawn) / tutorials::variety(real.images)));
    session.result(name + "_distance", tutorials::distance_to_nearest(drawn, real.images));
}

void autoencoder_against_vae(Session& session, Vae& vae, models::Autoencoder& plain,
                             double plain_rate, const nn::TrainTest& data, nn::Random& random) {
    const Dataset& test = data.test;
    std::puts("\nPlain autoencoder against VAE, both 784-400-20");
    session.result("plain_parameters",
                   static_cast<double>(nn::parameter_count(nn::parameters(plain))));
    session.result("vae_parameters", static_cast<double>(nn::parameter_count(nn::parameters(vae))));
    session.result("plain_images_per_second", plain_rate);
    rate_reconstruction(session, "plain", data, [&](Variable x) {
        return bce_with_logits(plain.decode(plain.encode(x)), x);
    });
    rate_reconstruction(session, "vae", data,
                        [&](Variable x) { return -vae.log_likelihood(x, vae.encode(x).mean); });
    const auto rate_edges = [&](const std::string& name, const Array& pictures) {
        session.result(name, std::round(100 * tutorials::edges(pictures, test.item) /
                                        tutorials::edges(test.images, test.item)));
    };
    rate_edges("plain_edges", decode(plain, encode(plain, test.images)));
    rate_edges("vae_edges", reconstruct(vae, test.images));

    const std::size_t count = 500;
    const Array z = random.normal({count, 20}), codes = encode(plain, test.images);
    const Array from_plain = decode(plain, z), from_vae = decode(vae, z);
    const Array from_fitted = decode(plain, codes_like(codes, count, random));
    rate_pictures(session, "plain", test, from_plain);
    rate_pictures(session, "fitted", test, from_fitted);
    rate_pictures(session, "vae", test, from_vae);
    session.result("real_distance", tutorials::distance_to_nearest(
                                        nn::first(data.train, count).images, test.images));
    tutorials::save_named_rows(session.file("generation.png"),
                               {{"plain, N(0, I)", take(from_plain, upto(14))},
                                {"plain, fitted", take(from_fitted, upto(14))},
                                {"VAE, N(0, I)", take(from_vae, upto(14))}},
                               test.item);
}

// ### A linear VAE is probabilistic PCA
//
// A model with a known answer, to end with. Take away the hidden layers: a linear decoder
// $x \sim \mathcal N(Wz + m, \sigma^2 I)$ with one learned $\sigma$, a linear encoder. Then (1)
// *can* be done, for a linear map of a Gaussian plus Gaussian noise is Gaussian:
// $$ p(x) = \mathcal N(m,\; W W^{\mathsf T} + \sigma^2 I) . $$
// This is **probabilistic PCA**, and its maximum of likelihood is known in closed form: the columns
// of $W$ span the first $k$ principal directions, and $\sigma^2$ is the mean variance in the others
// (Tipping and Bishop 1999). The posterior is Gaussian with the covariance
// $\sigma^2 (W^{\mathsf T} W + \sigma^2 I)^{-1}$, the same for every image, and it is *diagonal* if
// the columns of $W$ are orthogonal. So a diagonal $q$ can be the posterior itself. Then the gap in
// (4) is zero, and the ELBO must reach the exact log-likelihood (Lucas et al. 2019). If our
// training, our KL, our $\sigma$ or our constants were wrong anywhere, it would not.
//
// | known at k = 20 | value |
// |---|---|
// | test log-likelihood of probabilistic PCA | 396.70 nats per image |
// | its $\sigma$ | .1385 |
//
// (Densities may be above 1: so may log-likelihoods be above 0.)
//
// @figure{linear.png, Left, the bound of the linear VAE climbs to the exact log-likelihood of
// probabilistic PCA. Right, importance weighting on 500 test images: from the bound to the exact
// value, from below.}
//
// The bound reached @result{linear_test_elbo}, the exact log-likelihood of the learnt weights is
// @result{linear_log_likelihood}, that of probabilistic PCA @result{ppca_log_likelihood}. $\sigma$
// came out as @result{linear_sigma} against @result{ppca_sigma}. The largest angle between the
// plane of $W$ and the principal plane is @result{linear_angle_degrees} degrees. Gradient descent
// has done an eigenvalue problem.

void linear_case(Session& session, const nn::TrainTest& data, nn::Random& noise) {
    nn::Random random{session.flags.seed};
    Vae vae{{.input = data.train.images.shape(1),
             .hidden = {},
             .latent = 20,
             .likelihood = models::Likelihood::gaussian,
             .sigma = 0.35f,  // what a single pixel varies by
             .learn_sigma = true},
            random};
    const std::size_t epochs = 3 * session.flags.epochs;
    const double rate = 5 * session.flags.learning_rate;
    std::printf("\nA linear VAE, %zu epochs, against probabilistic PCA\n", epochs);
    const auto [history, images_per_second] =
        train(session, data, vae, random,
              {.epochs = epochs,
               .name = "linear",
               .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs)),
               .quiet = true});
    report("The linear VAE", vae, data.test.images, noise);
    double elbo = 0;
    const int repeats = 10;  // one sample of z for each image, ten times over
    for (int i = 0; i < repeats; ++i)
        elbo -= models::latent_use(vae, data.test.images, noise).neg_elbo() / repeats;

    const models::Pca principal = models::pca(data.train.images, 20);
    const models::ProbabilisticPca best = models::probabilistic_pca(principal);
    const auto decoder = nn::parameters(vae.decoder.net);  // weight and bias
    const models::ProbabilisticPca learnt = models::probabilistic_pca(
        decoder[1].parameter->value, decoder[0].parameter->value, vae.decoder.sigma());
    const Array angles =
        models::principal_angles(principal.components, learnt.principal.components);
    const double evidence = best.log_likelihood(data.test.images);
    session.result("linear_test_elbo", elbo);
    session.result("linear_log_likelihood", learnt.log_likelihood(data.test.images));
    session.result("ppca_log_likelihood", evidence);
    session.result("linear_sigma", vae.decoder.sigma());
    session.result("ppca_sigma", best.sigma);
    session.result("linear_angle_degrees", double{angles(angles.size() - 1)});

    const Dataset some = nn::first(data.test, 500);
    const double exact = learnt.log_likelihood(some.images);
    Numbers samples, below, bounds = history.column("test_neg_elbo");
    for (double& b : bounds) b = -b;
    for (std::size_t k = 1; k <= (session.flags.quick ? 10 : 1000); k *= 10) {
        samples.push_back(static_cast<double>(k));
        below.push_back(models::importance_weighted(vae, some.images, k, noise).mean - exact);
        std::printf("  importance weighting, %4zu samples: %+.3f nats from exact\n", k,
                    below.back());
    }
    Plot training{{.title = "training",
                   .x = "epoch",
                   .y = "nats per test image",
                   .y_range = {{evidence - 100, evidence + 10}}}};
    training.line("ELBO", history.column("epoch"), bounds).level("probabilistic PCA", evidence);
    Plot weighting{{.title = "importance weighting",
                    .x = "samples K",
                    .y = "estimate less exact ln p(x) (nats per image)",
                    .log_x = true}};
    weighting.line("", samples, below).level("", 0);
    tutorials::save_plots(session.file("linear.png"), {training, weighting}, 2);
}

// ### The whole of it

void lesson(Session& session) {
    const nn::TrainTest data = session.load_data();
    autograd::require(data.test.classes >= 10, "[07_vae] expected ten classes, got ",
                      data.test.classes);
    nn::Random random{session.flags.seed};
    Vae vae{{.input = data.train.images.shape(1), .hidden = {400}, .latent = 20}, random};
    const Array codes = nn::Random{session.flags.seed}.normal({8 * 14, vae.latent()});
    train_the_vae(session, data, vae, random,
                  [&] { pictures(session, vae, data, decode(vae, codes)); });
    judge_the_vae(session, vae, data, random);
    points_of_reference(session, data);
    const Array samples = decode(vae, random.normal({8 * 14, vae.latent()}));
    pictures(session, vae, data, samples);
    draw_the_idea(session, data, samples, random);
    bend_the_prior(session, random);

    monte_carlo(session, vae, data, random);
    const Vae plane = train_plane(session, data, "plane", neg_elbo);
    exact_in_the_plane(session, plane, data, random);
    sign_of_the_determinant(session, random);
    compare_gradient_estimators(session, vae, data, random);
    one_sample_is_enough(session, vae, data, random);

    islands(session, data, plane, random);
    draw_manifold(session, plane, data);
    save_decoder(session, plane);
    averaging_decoder(session, plane, data);

    nn::Random start{session.flags.seed};
    models::Autoencoder plain{{.input = data.train.images.shape(1),
                               .hidden = {400},
                               .latent = 20,
                               .likelihood = models::Likelihood::bernoulli},
                              start};
    const double plain_rate = train_autoencoder(session, data, plain);
    interpolate(session, vae, plain, data);
    attributes(session, vae, data);
    autoencoder_against_vae(session, vae, plain, plain_rate, data, random);
    weigh_the_kl(session, data);
    linear_case(session, data, random);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "07_vae", .title = "The variational autoencoder"},
                          lesson);
}

//
// ## Check it
//
// ```sh
// meson test -C build 'autograd in double' 'models in double' 07_vae
// build/tests/models/models_double -tc='*bound*'
// ```
//
// The second line runs some of them only. Five kinds of evidence guard this chapter:
//
// - **Gradients.** *the gradient of the bound is right, noise frozen*: central differences against
//   the tape, with $\varepsilon$ held fixed. That is possible because of the reparameterization:
//   once the noise is an input, the bound is an ordinary function.
// - **Reductions.** *both parts of the bound are sums over dimensions, averaged over the batch*:
//   computed once more in plain loops. A mean for a sum, a forgotten half, a wrong sign: it fails.
// - **Closed forms.** *the divergence of Gaussians is the integral that defines it*: quadrature.
// - **A model that can be integrated.** *the bound lies below the evidence, and importance
//   weighting rises to it*: one latent unit.
// - **A model with a known answer.** *with the exact posterior every importance weight is the
//   evidence itself*: probabilistic PCA, built from eigenvectors.
//
// ## Run it
//
// ```sh
// build/tutorials/07_vae
// ```
//
// It takes @result{seconds} seconds; the main run of ten epochs, at
// @result{train_images_per_second} images per second, is a small part of them. `--quick` exercises
// every line in a few seconds, `--seed 2` is another draw of everything, `--data glyphs` needs no
// data set (the numbers below are for Fashion-MNIST), and `--resume` goes on with a run that was
// interrupted.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// The first three are those of an independent PyTorch program with the same protocol; its bound had
// a standard deviation of .3 over five seeds. The others follow from the data or from theory.
//
// ## Read the result
//
// Look at the two parts before you look at their sum. To draw a test image costs
// @result{test_reconstruction} nats once its code is known, and to say the code costs
// @result{test_kl}. (Sixteen nats are 23 bits, a choice among nine million.) Without any code the
// image costs @result{independent_pixels}. That is the bargain that makes a latent variable worth
// having.
//
// Look at the units next. @result{active_units} of 20 move with the image. The KL has silenced
// others, because what they would have said was worth less than it cost. A net that uses *none* has
// collapsed; it happens with decoders so strong that they need no advice, with a KL weight that is
// too large, and with losses that average over pixels.
//
// Then look at the samples, for no number here can tell you whether they look like anything.
//
// ## What goes wrong
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | the KL falls to 0, all samples look alike | reconstruction averaged over pixels, KL summed: $\beta = 784$ | *both parts of the bound are sums ...* |
// | the KL is negative | sign of the log determinant | *the divergence of Gaussians is the integral that defines it* |
// | splendid reconstructions, rubbish for samples | KL forgotten or $\beta$ far below 1 | *the bound is minus reconstruction minus beta times KL* |
// | the encoder does not learn | the sample was made outside the tape, so that no gradient reaches $\phi$ | *the gradient of the bound is right, noise frozen* |
// | KL and reconstruction contradict each other | $\lambda$ taken for $\ln\sigma$ in one place and for $\ln\sigma^2$ in another | *fused operations are their composition ...* |
// | NaN after some hundred steps | the encoder puts out $\sigma^2$ itself, which came to 0 or below | put out $\ln\sigma^2$; the tape's NaN watch names the operation |
// | test $-$ELBO below the floor | targets scaled twice, or the test set trained on | the points of reference above |
// | a Gaussian decoder ignores its code | $\sigma$ fixed at 1: noise larger than the picture | *sigma is only learnt when asked for ...*; the linear case |
//
// ## What one does with it
//
// - **Generate** what resembles the data without copying it, also as a stand-in for data that are
//   rare or must not be passed on.
// - **Compress**: the bound is the length of a code that can really be had (*bits back*).
// - **Find what does not belong**: an image with a low bound is unlike the training set.
// - **Fill in** missing pixels, **denoise**: project onto what the model can draw.
// - **Represent**: posterior means are features for a classifier when labels are few.
// - **Edit** by attributes, **interpolate**, morph.
//
// Its limits: the pictures are blurred; the axes of the code have no meaning; the bound is a bound
// only, and since training raises the bound, it prefers decoders whose posteriors are easy to
// propose.
//
// ## Possibilities for extension
//
// - Tell encoder and decoder the label: chapter 8. Press the units apart: chapter 9. Stack latent
//   levels, coarse to fine: chapter 10.
// - Train on the importance-weighted estimate itself, which is a tighter bound: the loss is
//   `-models::importance_weighted(vae.draw(x, K, random))`.
// - A richer prior (a mixture, a flow), a richer posterior (full covariance, a flow), a
//   convolutional decoder, a likelihood on features instead of pixels, a second net that judges the
//   pictures.
//
// ## Exercises
//
// 1. For $f(z) = z^2$ and $q = \mathcal N(\mu, 1)$, show that the reparameterized estimator of the
//    gradient has variance 4 and the score function $\mu^4 + 14\mu^2 + 15$. *Hint:*
//    $\mathbb E[\varepsilon^2], \mathbb E[\varepsilon^4], \mathbb E[\varepsilon^6] = 1, 3, 15$.
// 2. Train with the wrong sign of the log determinant. *Hint:* in `train`, encode the batch and
// write the KL yourself, $\frac12 \sum (e^\lambda + \mu^2 - 1 + \lambda)$. Watch the variances,
// then the samples.
// 3. Ten samples per image instead of one. *Hint:* repeat each row of the batch with `gather`.
// Compare after the same number of *seconds*, with a batch of 1280 as the rival.
// 4. Warm the KL up over the first three epochs with `nn::schedule::linear_ramp(0, 1, 3)`. Do more units
// become active? Is the bound better?
// 5. Give the main net a Gaussian decoder, once with $\sigma = 1$, once with a learned one. *Hint:*
//    `.likelihood = models::Likelihood::gaussian, .learn_sigma = true`. How many units are active?
// 6. In the plane, propose for one image the Gaussian with the mean and the full covariance of the
// exact posterior, taken from the cells. How much of the gap was amortization (one net for all
// images), how much the tilt, how much the shape?
//
// ## Where the real code differs
//
// - PyTorch's example `vae` minimises the same sum per *batch* instead of per image. Adam hardly
//   notices; a clipping threshold or SGD does.
// - Other libraries let the encoder put out a deviation through a softplus, or clamp the log
//   variance.
// - What is shown as samples are the decoder's *means*, here as in nearly every paper. A true draw
//   from $p(x|z)$ adds Bernoulli noise to every pixel.
// - Grey pixels under a Bernoulli likelihood are a convention. The *continuous Bernoulli*
//   normalises it; published likelihoods are of binarised images or of discretised densities.
//
// **Naming traps.** TensorFlow's tutorial "CVAE" is a *convolutional* VAE; elsewhere CVAE means
// conditional. pythae's "HVAE" is *Hamiltonian*; elsewhere it is hierarchical. "Reconstruction
// loss" is a negative log-likelihood here and a mean squared error per pixel in many programs. What
// code calls *the posterior* is nearly always $q$.
//
// ## Further reading
//
// - D. P. Kingma, M. Welling, *Auto-Encoding Variational Bayes*, ICLR 2014: the model, the bound,
//   the trick; equation (7) is its appendix B.
// - D. J. Rezende, S. Mohamed, D. Wierstra, *Stochastic Backpropagation and Approximate Inference
//   in Deep Generative Models*, ICML 2014: the same, at the same time.
// - D. P. Kingma, M. Welling, *An Introduction to Variational Autoencoders*, Foundations and Trends
//   in Machine Learning 12 (2019). C. Doersch, *Tutorial on Variational Autoencoders*,
//   arXiv:1606.05908 (2016): the ring above is his.
// - D. M. Blei, A. Kucukelbir, J. D. McAuliffe, *Variational Inference: A Review for
//   Statisticians*, Journal of the American Statistical Association 112 (2017).
// - Y. Burda, R. Grosse, R. Salakhutdinov, *Importance Weighted Autoencoders*, ICLR 2016. S.
//   Chatterjee, P. Diaconis, *The sample size required in importance sampling*, Annals of Applied
//   Probability 28 (2018): why it is about $e^{\mathrm{KL}}$.
// - R. J. Williams, *Simple statistical gradient-following algorithms for connectionist
//   reinforcement learning*, Machine Learning 8 (1992). S. Mohamed, M. Rosca, M. Figurnov, A. Mnih,
//   *Monte Carlo Gradient Estimation in Machine Learning*, Journal of Machine Learning Research 21
//   (2020).
// - C. Cremer, X. Li, D. Duvenaud, *Inference Suboptimality in Variational Autoencoders*, ICML
//   2018: what the gap is made of.
// - M. E. Tipping, C. M. Bishop, *Probabilistic Principal Component Analysis*, Journal of the Royal
//   Statistical Society B 61 (1999). J. Lucas, G. Tucker, R. Grosse, M. Norouzi, *Don't Blame the
//   ELBO! A Linear VAE Perspective on Posterior Collapse*, NeurIPS 2019.
// - G. Loaiza-Ganem, J. P. Cunningham, *The continuous Bernoulli: fixing a pervasive error in
//   variational autoencoders*, NeurIPS 2019.
