// ---
// title: The sparse autoencoder
// builds_on: 03_autoencoder
// leads_to: 11_bugs
// tooltip: A code wider than the image that learns all the same, because being active has a price.
// minutes: 4
// keywords: sparsity, overcomplete, L1, KL divergence, Bernoulli, mean activation, features, linear probe
// ---
//
// ## What you will be able to do
//
// - Say what the Kullback-Leibler divergence measures, prove that it is never negative, and name
//   the two properties of a distance that it lacks.
// - Train an autoencoder whose code is *wider* than the image, with every unit active as often as
//   you ask for, and show that it was the penalty that did it.
// - Tell a code that is sparse from one that is merely small, and recognise three classic mistakes
//   by what they do to a histogram.
//
// **Predict first.** Two networks with 1024 hidden units are asked for a mean activation of .05 in
// each of them. Their losses differ in one place only: an average is taken before a function in the
// one and after it in the other. In the first, how strongly is a unit active when it is active at
// all? And in the second?
//
// ## The idea in one figure
//
// @figure{idea.png, A sparse autoencoder. The code is wider than the image, so it could copy; the
// second term of the loss looks at how often each unit is active over a batch of images, and makes
// everything but the wanted rate expensive.}
//
// A restraint is needed, chapter 03 found, or a net just copies. Chapter 04 takes away width. But
// **width need not shrink**. A dictionary has a hundred thousand words, and a sentence uses ten of
// them: the restraint is in the *use*. Give the net more hidden units than the image has pixels,
// and a price on being active. Then every image is to be said with few words, and which words these
// are **depends on the image**: the sole unit fires for shoes and is silent for shirts. A unit is
// called active when its activation is near 1, inactive when it is near 0; a sigmoid gives just
// that range.
//
// The bottleneck of chapter 04 makes all images share the same few numbers. Here every image has
// its own few, chosen from many. The first is a plane (a curved one, at best); the second is a
// great many planes, and the image chooses.
//
// ## The mathematics
//
// ### The price of being active
//
// The loss gets a second term, as every restraint does:
// $$ L = \underbrace{|x - g(a)|^2}_{\text{reconstruction}} + \text{weight} \cdot
//    \underbrace{\Omega(a)}_{\text{penalty}} , \qquad a = f(x) \in \mathbb R^J . $$
// Note what is penalised: *activations*, not weights. Weight decay makes the function smooth; this
// makes the answer short. There are two usual choices of $\Omega$.
//
// **L1**: the sum of magnitudes,
// $$ \Omega_1 = \sum_{j=1}^J |a_j| \qquad \text{with weight } \lambda . \tag{1} $$
// Why not squares? Let a unit want the value $u$, so that its part of the loss is $(a - u)^2$. With
// $\lambda a^2$ added the minimum is at $a = u / (1 + \lambda)$: everything shrinks, nothing
// becomes zero. With $\lambda |a|$ it is at
// $$ a = \operatorname{sign}(u) \max\bigl(|u| - \tfrac\lambda2,\ 0\bigr) , \tag{2} $$
// the **soft threshold**: a square hardly charges for being *slightly* active, but $|a|$ keeps its
// slope down to zero, and small values end there. Exactly zero, that is, if the net can say zero: a
// ReLU can, a sigmoid cannot.
//
// **KL**: ask for a *rate*. Let $\hat\rho_j$ be the mean activation of unit $j$ over the training
// set,
// $$ \hat\rho_j = \frac1N \sum_{n=1}^N a_j(x_n) , \tag{3} $$
// and demand that it be some small $\rho$, usually .05: the unit is to be active for one image in
// twenty. *Which* one is left to the net. What is needed is a measure of how far $\hat\rho_j$ is
// from $\rho$; squared difference would do, but there is one that is made for probabilities, and
// the rest of this course rests on it.
//
// ### The Kullback-Leibler divergence
//
// For two distributions over the same things, discrete or continuous,
// $$ \mathrm{KL}(p \,\|\, q) = \sum_i p_i \ln \frac{p_i}{q_i} , \qquad
//    \mathrm{KL}(p \,\|\, q) = \int p(x) \ln \frac{p(x)}{q(x)}\, dx . \tag{4} $$
// Both are one and the same **expectation**,
// $$ \mathrm{KL}(p \,\|\, q) = \mathbb E_{x \sim p} \bigl[ \ln p(x) - \ln q(x) \bigr] : \tag{5} $$
// draw from $p$, and ask each time how much more likely $p$ thought that was than $q$ did. It is
// the surprise, in nats, of somebody who believes in $q$ while the world is $p$, less the surprise
// that could not be avoided. (In base 2 and in bits: what a code made for $q$ wastes on data from
// $p$.) Since it is an expectation, it can be estimated by drawing; the program does.
//
// **When is it defined?** Wherever $q = 0$ we need $p = 0$: who calls something impossible that
// does happen is infinitely surprised. Where $p = 0$ nothing is added, whatever $q$ is: $0 \cdot
// \ln 0$ is taken as its limit, $\lim_{t \to 0} t \ln t = 0$.
//
// **It is never negative.** The logarithm is concave, so by Jensen's inequality the mean of
// logarithms is at most the logarithm of the mean:
// $$ -\mathrm{KL}(p \,\|\, q) = \mathbb E_p\Bigl[\ln \frac{q}{p}\Bigr]
//    \le \ln \mathbb E_p\Bigl[\frac{q}{p}\Bigr]
//    = \ln \sum_{i:\, p_i > 0} q_i \le \ln 1 = 0 . \tag{6} $$
// **It is zero only if $p = q$.** The logarithm is *strictly* concave, so the first $\le$ is an
// equality only if $q / p$ is the same everywhere; the second only if $q$ has no mass where $p$ has
// none. Together: that constant is 1.
//
// **It is no distance.** A distance is zero only for equals, which holds; it is symmetric, which
// fails; it obeys the triangle inequality, which fails as well. The program shows both. So say *KL
// of p from q*, mind the order, and remember where the expectation is taken: over the first.
//
// ### Two coins
//
// Let the wanted unit be a coin that shows 1 with probability $\rho$, and the actual one a coin
// with $\hat\rho_j$. Two terms in the sum of (4), one for each side of the coin:
// $$ \mathrm{KL}(\rho \,\|\, \hat\rho_j) = \rho \ln \frac{\rho}{\hat\rho_j}
//    + (1 - \rho) \ln \frac{1 - \rho}{1 - \hat\rho_j} , \tag{7} $$
// and the penalty is their sum over the units, each priced by itself:
// $$ \Omega_{\mathrm{KL}} = \sum_{j=1}^J \mathrm{KL}(\rho \,\|\, \hat\rho_j)
//    \qquad \text{with weight } \beta . \tag{8} $$
// Its slope and its curvature are
// $$ \frac{\partial\, \mathrm{KL}}{\partial \hat\rho_j}
//    = \frac{\hat\rho_j - \rho}{\hat\rho_j (1 - \hat\rho_j)} , \qquad
//    \frac{\partial^2 \mathrm{KL}}{\partial \hat\rho_j^2} \Big|_{\hat\rho_j = \rho}
//    = \frac1{\rho (1-\rho)} . \tag{9} $$
// The slope is negative below $\rho$ and positive above. The first half of (7) alone falls for
// ever as $\hat\rho$ grows, the second alone rises for ever; the minimum is the work of both. Near
// $\rho$ the penalty is $(\hat\rho_j - \rho)^2 / 2\rho(1-\rho)$, a squared difference in units of
// what a coin fluctuates. Further up it is milder than that, and below it is steeper: a unit that is
// never on has an infinite price, and so has one that is always on.
//
// An activation is no probability, of course, and a unit is no coin. It is a way of speaking: take
// $a_j(x)$ as the probability that the unit fires at $x$; then $\hat\rho_j$ is the probability that
// it fires at all.
//
// ### The batch stands in for the data
//
// (3) is a mean over 60 000 images, and a step sees 128. So $\hat\rho_j$ is computed over the
// batch. That is not innocent, because the KL is convex: by Jensen again, the mean penalty over
// batches is *more* than the penalty at the mean. Expanding to second order with (9),
// $$ \mathbb E\bigl[\mathrm{KL}(\rho \,\|\, \hat\rho_j^{\text{batch}})\bigr] \approx
//    \mathrm{KL}(\rho \,\|\, \hat\rho_j) + \frac{\operatorname{Var} a_j}{2 B \rho (1 - \rho)} ,
//    \tag{10} $$
// at most $1/2B$ per unit near $\rho$, for the variance of something between 0 and 1 with mean $\rho$
// is at most $\rho (1 - \rho)$. The second term is a tax on *variation*: on units that say different
// things about different images, which is what we want them for. At $B = 128$ it is a fraction of a
// nat for all units together. At $B = 1$ it outweighs everything else, and (8) becomes the penalty
// of single examples, the classic mistake that we shall make below.
//
// ### Sparse is not small
//
// Both prices can be cheated, and by the same trick. The decoder is linear, so that a picture is a
// plain sum
// $$ r = c + \sum_{j=1}^J a_j\, d_j \tag{11} $$
// of what each unit adds: the columns $d_j$ of the decoder's weights, which are pictures
// themselves. Halve all activations and double all columns: the same picture, and L1 costs half.
// The KL fixes the mean of an activation but not how far it moves from there. Let it move half as
// far and double the column: the same picture (with another $c$), the same rate. Carried far
// enough, every unit sits at $\rho$ and trembles, the sigmoid is a straight line over so short a
// distance, and the net is a linear one that copies, with perfect rates. A **small** code, not a
// sparse one.
//
// So the columns must have a price as well, weight decay on the decoder:
// $$ L = |x - r|^2 + \beta \sum_{j=1}^J \mathrm{KL}(\rho \,\|\, \hat\rho_j)
//      + \gamma \sum_{j=1}^J |d_j|^2 . \tag{12} $$
// Whoever wants to be seen must then speak up. A number shows whether it has worked. No unit that
// stays between 0 and 1 with a mean of $\hat\rho$ has a larger variance than $\hat\rho (1 -
// \hat\rho)$, and it has that only if it is always either 0 or 1. So call
// $$ \frac{\operatorname{Var} a_j}{\hat\rho_j (1 - \hat\rho_j)} \tag{13} $$
// the **contrast** of the unit: 1 if it is on or off and nothing between, 0 if it says the same
// about every image.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $f$, $a = f(x)$, (B, J) | `Autoencoder::encode(x)` with a sigmoid as `code_activation` |
// | $J$ | `AutoencoderSettings::latent`, here `--units` |
// | $\Omega_1$ | `models::l1_penalty(a)` |
// | $\mathrm{KL}(\rho \| p)$ | `models::bernoulli_kl(rho, p)`, element by element |
// | $\Omega_{\mathrm{KL}}$ | `models::kl_penalty(a, rho)` |
// | the first two terms of $L$ | `models::sparse_loss(model, x, penalty)`, then `.value(beta)` |
// | $d_j$ | column j of the parameter `decoder.0.weight`, (784, J) |
// | $\rho$, $\beta$, $\gamma$ | `--rho`, `--beta`, `--gamma` |
// | $\hat\rho_j$ | `mean_activations(codes)` in this file |
//
// > **Reduction.** The reconstruction is summed over pixels and averaged over the batch, as
// > everywhere. The penalty is summed over units. Where is its average over the batch? *Inside* the
// > logarithms, in $\hat\rho$: this loss is not a mean of losses of single examples, and that is its
// > point. It is in nats.
//
// ## The program

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "models/evaluate/pca.hpp"
#include "models/sparse.hpp"
#include "nn/distributions/distributions.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Autoencoder;
using models::Penalty;
using nn::map_rows;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;
using Numbers = Plot::Numbers;

namespace {

/// What this chapter's own flags set.
struct Wanted {
    double rho = 0.05;
    double beta = 4;
    double gamma = 0.01;
    std::size_t units = 1024;
};

void draw_the_idea(const Session& session, const Wanted& wanted) {
    const std::string units = std::to_string(wanted.units);
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "784 pixels"});
    const auto f = diagram.box(2.9, 0, {"encoder f", "sigmoid"});
    const auto a = diagram.box(5.8, 0, {"code a", units + " units"});
    const auto g = diagram.box(8.7, 0, {"decoder g", "linear"});
    const auto r = diagram.box(11.8, 0, {"reconstruction r", "784 pixels"});
    const auto error = diagram.box(5.8, 1.8, {"reconstruction: how far is r from x?"});
    const auto mean = diagram.box(5.8, -1.8, {"mean over the batch", "one rate for each unit"});
    const auto price = diagram.box(10.2, -1.8, {"penalty: how far is each rate from ρ?"});
    diagram.arrow(x, f);
    diagram.arrow(f, a);
    diagram.arrow(a, g);
    diagram.arrow(g, r);
    diagram.arrow(x, error);
    diagram.arrow(r, error);
    diagram.arrow(a, mean);
    diagram.arrow(mean, price);
    diagram.save(session.file("idea.png"));
}

// ### A divergence in the hand
//
// Before anything is trained, the claims about (4). As a program the discrete one is three lines.
// The convention $0 \ln 0 = 0$ is the `if`; that $q = 0$ where $p > 0$ costs infinitely much comes
// out by itself, since a floating-point division by zero is infinity, and so is its logarithm.

double divergence(const Numbers& p, const Numbers& q) {
    double total = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
        if (p[i] > 0) total += p[i] * std::log(p[i] / q[i]);
    return total;
}

/// A die with six faces whose probabilities are random.
Numbers random_die(nn::Random& random) {
    Numbers p(6);
    for (double& face : p) face = random.uniform();
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& face : p) face /= total;
    return p;
}

Numbers coin(double p) { return {p, 1 - p}; }

// *Never negative*: of ten thousand pairs of random dice the smallest divergence is
// @result{kl_smallest, .5f}. *Not symmetric*: of a fair coin from one of .05 it is
// @result{kl_fair_from_biased, .3f}, the other way round @result{kl_biased_from_fair, .3f}. *No
// triangle inequality*: with a third coin of .25 half-way, the two legs .5 → .25 → .05 together are
// @result{kl_two_legs, .3f}, less than half of the direct way. *Support*: a die that never shows
// its third face, $(\frac12, \frac12, 0)$, is $\ln 2$ from $(\frac14, \frac14, \frac12)$; the other
// way round the divergence is infinite.

void properties_of_the_divergence(Session& session) {
    nn::Random random(session.flags.seed);
    double smallest = std::numeric_limits<double>::infinity();
    for (int pair = 0; pair < 10000; ++pair) {
        const Numbers p = random_die(random), q = random_die(random);
        smallest = std::min(smallest, divergence(p, q));
        autograd::require(divergence(p, p) == 0, "[05_sparse] a die diverges from itself");
    }
    const Numbers fair = coin(0.5), quarter = coin(0.25), rare = coin(0.05);
    const double there = divergence(fair, rare), back = divergence(rare, fair);
    const double legs = divergence(fair, quarter) + divergence(quarter, rare);
    std::printf("\nThe divergence KL(p || q), in nats\n");
    std::printf("  never negative: the smallest of 10000 pairs of dice is %.5f\n", smallest);
    std::printf("  not symmetric:  coins of .5 and .05: %.3f, the other way round %.3f\n", there,
                back);
    std::printf("  no triangle:    .5 to .25 to .05 is %.3f, .5 to .05 is %.3f\n", legs, there);
    std::printf("  support:        (1/2, 1/2, 0) from (1/4, 1/4, 1/2): %.3f, other way round: %g\n",
                divergence({.5, .5, 0}, {.25, .25, .5}), divergence({.25, .25, .5}, {.5, .5, 0}));
    session.note("kl_smallest", smallest);
    session.note("kl_fair_from_biased", there);
    session.note("kl_biased_from_fair", back);
    session.note("kl_two_legs", legs);
}

// *An expectation*: for two bell curves, $p = \mathcal N(0, 1)$ and $q = \mathcal N(1, 2^2)$, the
// integral in (4) has a closed form, $\ln 2 + \frac{1 + 1}{2 \cdot 4} - \frac12 = .4431$, which
// `nn::kl` knows. And one can draw from $p$ and average $\ln p - \ln q$, as (5) says. The
// transcript shows how the average settles, an error of about $1/\sqrt{\text{draws}}$. Note that
// single terms may well be negative; only their mean may not be.

void divergence_as_expectation(Session& session) {
    nn::Random random(session.flags.seed);
    Tape tape;
    const auto normal = [&](double mean, double log_variance) {
        const auto number = [&](double n) { return tape.constant(autograd::array({1, 1}, {n})); };
        return nn::Normal{number(mean), number(log_variance)};
    };
    const nn::Normal p = normal(0, 0), q = normal(1, std::log(4.0));
    const double exact = nn::kl(p, q).item();
    std::printf("  N(0, 1) from N(1, 4): %.4f by the formula, %.4f the other way round\n", exact,
                double{nn::kl(q, p).item()});
    for (const std::size_t draws : {100, 10000, 1000000}) {
        const Variable x = tape.constant(random.normal({draws, 1}));
        const double estimate = mean(p.log_prob(x) - q.log_prob(x)).item();
        std::printf("    as the mean of ln p - ln q over %7zu draws from p: %.4f\n", draws,
                    estimate);
        if (draws == 1000000) session.note("kl_drawn", estimate);
    }
    session.note("kl_exact", exact);
}

// The formula gives @result{kl_exact, .4f}, a million draws @result{kl_drawn, .4f}.
//
// And the penalty itself, with the library's `bernoulli_kl`:
//
// @figure{coins.png, Left: what a unit's rate costs if .05 is wanted; the KL with its arguments
// exchanged, which is harder on units that are on too often and hardly minds one that is never on;
// and the parabola that both are near their minimum. Right: the two halves of the penalty for a
// wanted rate of .2, and their sum. Neither half alone has a minimum between 0 and 1.}

void draw_coins(const Session& session, double rho) {
    const std::size_t count = 400;
    Numbers rates;
    Array p(Shape{count});
    for (std::size_t i = 0; i < count; ++i) {
        rates.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(count));
        p(i) = static_cast<Real>(rates.back());
    }
    const auto ours = [&](double wanted) {
        const Array kl = nn::evaluate(
            [&](Variable v) { return models::bernoulli_kl(static_cast<Real>(wanted), v); }, p);
        return Numbers(kl.begin(), kl.end());
    };
    Numbers reversed, parabola, on, off;
    const double example = 0.2;
    for (const double rate : rates) {
        reversed.push_back(divergence(coin(rate), coin(rho)));
        parabola.push_back((rate - rho) * (rate - rho) / (2 * rho * (1 - rho)));
        on.push_back(example * std::log(example / rate));
        off.push_back((1 - example) * std::log((1 - example) / (1 - rate)));
    }
    Plot prices({.x = "mean activation of a unit",
                 .y = "nats",
                 .x_range = {{0, 0.6}},
                 .y_range = {{0, 1}}});
    prices.line("KL(ρ || rate)", rates, ours(rho))
        .line("KL(rate || ρ)", rates, reversed)
        .line("parabola", rates, parabola);
    Plot halves({.x = "mean activation of a unit",
                 .y = "nats",
                 .x_range = {{0, 1}},
                 .y_range = {{-0.4, 1.2}}});
    halves.line("both", rates, ours(example))
        .line("first half", rates, on)
        .line("second half", rates, off)
        .level("", 0);
    tutorials::save_plots(session.file("coins.png"), {prices, halves}, 2);
}

// ### What is measured
//
// The codes of many images make an array (N, J), and everything this chapter says about a code is
// read off it: the rate of each unit, the share of units whose rate is what was asked for, and how
// the single activations lie between 0 and 1.

Array encode(const Autoencoder& net, const Array& images) {
    return map_rows(images, [&](Variable x) { return net.encode(x); });
}

/// ρ̂: the mean of each column of the codes (N, J).
Numbers mean_activations(const Array& codes) {
    Numbers rates(codes.shape(1), 0.0);
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t unit = 0; unit < rates.size(); ++unit)
            rates[unit] += double{codes(i, unit)};
    for (double& rate : rates) rate /= static_cast<double>(codes.shape(0));
    return rates;
}

double mean_of(const Numbers& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
           static_cast<double>(numbers.size());
}

/// The share of the units whose rate is within .01 of the wanted one.
double share_near(const Numbers& rates, double rho) {
    const auto near = std::count_if(rates.begin(), rates.end(),
                                    [=](double rate) { return std::abs(rate - rho) <= 0.01; });
    return static_cast<double>(near) / static_cast<double>(rates.size());
}

/// The contrast of each unit of sigmoid codes (N, J).
Numbers contrasts(const Array& codes) {
    const Numbers rates = mean_activations(codes);
    Numbers squares(rates.size(), 0.0);
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t unit = 0; unit < rates.size(); ++unit)
            squares[unit] += double{codes(i, unit)} * double{codes(i, unit)};
    Numbers out;
    for (std::size_t unit = 0; unit < rates.size(); ++unit) {
        const double rate = rates[unit], most = rate * (1 - rate);
        const double variance = squares[unit] / static_cast<double>(codes.shape(0)) - rate * rate;
        out.push_back(most > 0 ? variance / most : 0);
    }
    return out;
}

/// How many activations of an image are above a threshold, on average.
double active_per_image(const Array& codes, Real threshold) {
    const auto active = std::count_if(codes.begin(), codes.end(),
                                      [=](Real activation) { return activation > threshold; });
    return static_cast<double>(active) / static_cast<double>(codes.shape(0));
}

/// Mean over images and pixels of (x − r)².
double error_per_pixel(const Autoencoder& net, const Array& images) {
    const double per_image =
        nn::mean_over_rows(images, [&](Variable x) { return autograd::squared_error(net(x), x); });
    return per_image / static_cast<double>(images.shape(1));
}

// ### The training
//
// One loop for all nets of the chapter; a `Recipe` says what differs. The penalty is a *function of
// the code*: `models::sparse_loss` does not care which one, so the right ones and the wrong ones
// are handed in alike. There is no class for sparse autoencoders. One is an `Autoencoder` that was
// trained with a price.
//
// (The rate of learning rises during the first epoch. Linear outputs that add up a thousand units
// overshoot badly when Adam's first steps, all of full length, pull them all the same way.)

struct Recipe {
    std::string name;  ///< of the files
    Penalty penalty;
    double weight;
    double decay;  ///< γ
    std::size_t epochs;
    double learning_rate;
    nn::Activation activation = autograd::sigmoid;
    bool watched = false;  ///< whether to measure the net on the test images after every epoch
    bool quiet = true;
};

struct Trained {
    Autoencoder net;
    nn::History history = {};
    double images_per_second = 0;
};

Trained train(const Session& session, const Wanted& wanted, const Recipe& recipe,
              const nn::TrainTest& data) {
    nn::Random random(session.flags.seed);  // the same start for all
    Trained trained{Autoencoder({.input = data.train.images.shape(1),
                                 .latent = wanted.units,
                                 .code_activation = recipe.activation},
                                random)};
    const Autoencoder& net = trained.net;
    nn::Batches batches(data.train, session.flags.batch);
    nn::Adam adam(trained.net);
    nn::Training training(
        {.epochs = recipe.epochs,
         .name = recipe.name,
         .folder = session.flags.out,
         .resume = session.flags.resume,
         .learning_rate = nn::schedule::warm_up(
             1, nn::schedule::cosine(recipe.learning_rate, 0, static_cast<double>(recipe.epochs))),
         .conditions = {{"rho", std::to_string(wanted.rho)},
                        {"weight", std::to_string(recipe.weight)},
                        {"decay", std::to_string(recipe.decay)}},
         .quiet = recipe.quiet},
        trained.net, adam, random);
    const autograd::Parameter& columns = *nn::parameters(trained.net.decoder)[0].parameter;
    const auto weight = static_cast<Real>(recipe.weight), decay = static_cast<Real>(recipe.decay);
    Tape tape;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const auto loss = models::sparse_loss(net, tape.constant(batch.images), recipe.penalty);
        Variable total = loss.value(weight);
        if (decay > 0) total = total + decay * sum(square(tape.parameter(columns)));
        adam.step(tape.backward(total));
        return {{"reconstruction", loss.reconstruction.item()}, {"penalty", loss.penalty.item()}};
    };
    const auto evaluate = [&]() -> nn::Metrics {
        const Array codes = encode(net, data.test.images);
        return {{"error_per_pixel", error_per_pixel(net, data.test.images)},
                {"units_near_rho", share_near(mean_activations(codes), wanted.rho)},
                {"contrast", mean_of(contrasts(codes))}};
    };
    training.run(batches, step, recipe.watched ? evaluate : nn::Training::Evaluation{});
    trained.history = training.history();
    trained.images_per_second = training.images_per_second();
    return trained;
}

/// A quick run does everything, but not for long.
std::size_t epochs(const Session& session, std::size_t wanted) {
    return session.flags.quick ? 2 : wanted;
}

Array decode(const Autoencoder& net, const Array& codes) {
    return map_rows(codes, [&](Variable a) { return net.decode(a); });
}

// ### The wrong things first: free, and small
//
// Three nets, with the same start and the same batches.
//
// The first is **free**: $\beta = 0$. Its code has more numbers than the image, nothing stands in
// its way, and chapter 03 has shown what such nets learn. It reconstructs well. But in its code
// everything answers to everything: the mean activation is @result{mean_activation_beta0, .2f}, and
// by chance @result{units_near_rho_beta0, .2f} of the units are within .01 of @result{rho, g}.
//
// The second has the penalty, $\beta =$ @result{beta, g}, but no weight decay, $\gamma = 0$. Its
// rates are as ordered, for @result{units_near_rho_gamma0, .2f} of the units, and its error is
// small. Whoever looks at rates and error is content. But its contrast is @result{contrast_gamma0,
// .3f}, *lower* than that of the free net: it is the **small** code that the mathematics warned of,
// and it gets smaller the longer it is trained.
//
// The third has both, with $\gamma =$ @result{gamma, g}, and is **sparse**: rates as ordered and
// twice the contrast of the small one. It pays with a larger error, as it should: the restraint
// restrains.
//
// | | free | small | sparse |
// |---|---|---|---|
// | $\beta$, $\gamma$ | 0, @result{gamma, g} | @result{beta, g}, 0 | @result{beta, g}, @result{gamma, g} |
// | mean activation | @result{mean_activation_beta0, .4f} | @result{mean_activation_gamma0, .4f} | @result{mean_activation, .4f} |
// | share of units within .01 of $\rho$ | @result{units_near_rho_beta0, .3f} | @result{units_near_rho_gamma0, .3f} | @result{units_near_rho, .3f} |
// | units above ½, per image | @result{active_per_image_beta0, .1f} | @result{active_per_image_gamma0, .1f} | @result{active_per_image, .1f} |
// | contrast | @result{contrast_beta0, .3f} | @result{contrast_gamma0, .3f} | @result{contrast, .3f} |
// | test error per pixel | @result{test_mse_per_pixel_beta0, .5f} | @result{test_mse_per_pixel_gamma0, .5f} | @result{test_mse_per_pixel, .5f} |
//
// @figure{training.png, Left: the share of units whose rate over the test images is within .01 of
// the wanted one, epoch by epoch. Middle: the mean contrast of the units. Right: the test error per
// pixel, which is the price.}
//
// @figure{rates.png, The mean activation of each unit over the test images, units sorted by it.
// With the penalty nearly all have the wanted rate; without it they are anywhere.}

/// The three nets, and their codes of the test images.
struct Nets {
    Trained sparse, free, small;
};
struct Codes {
    Array free, small, sparse;
};

Penalty kl_to(double rho) {
    return [rho = static_cast<Real>(rho)](Variable a) { return models::kl_penalty(a, rho); };
}

Nets train_nets(const Session& session, const Wanted& wanted, const nn::TrainTest& data) {
    const auto net = [&](const char* name, double beta, double gamma, bool quiet) {
        std::printf("\nA net of %zu units with beta %g, gamma %g\n", wanted.units, beta, gamma);
        return train(session, wanted,
                     {.name = name,
                      .penalty = kl_to(wanted.rho),
                      .weight = beta,
                      .decay = gamma,
                      .epochs = session.flags.epochs,
                      .learning_rate = session.flags.learning_rate,
                      .watched = true,
                      .quiet = quiet},
                     data);
    };
    return {net("model", wanted.beta, wanted.gamma, false), net("free", 0, wanted.gamma, true),
            net("small", wanted.beta, 0, true)};
}

/// What there is to say about a net and its codes of the test images.
void report(Session& session, const std::string& ending, const Wanted& wanted,
            const Autoencoder& net, const Array& codes, const nn::Dataset& test) {
    const Numbers rates = mean_activations(codes);
    session.result("mean_activation" + ending, mean_of(rates));
    session.result("units_near_rho" + ending, share_near(rates, wanted.rho));
    session.result("active_per_image" + ending, active_per_image(codes, Real(0.5)));
    session.result("contrast" + ending, mean_of(contrasts(codes)));
    session.result("test_mse_per_pixel" + ending, error_per_pixel(net, test.images));
}

void draw_rates(const Session& session, const Wanted& wanted, const Codes& codes) {
    Numbers units(wanted.units);
    std::iota(units.begin(), units.end(), 1.0);
    const auto sorted = [](const Array& of) {
        Numbers rates = mean_activations(of);
        std::sort(rates.begin(), rates.end());
        return rates;
    };
    Plot({.x = "units, sorted",
          .y = "mean activation over the test images",
          .log_y = true,
          .x_range = {{1, units.back()}}})
        .line("free", units, sorted(codes.free))
        .line("small", units, sorted(codes.small))
        .line("sparse", units, sorted(codes.sparse))
        .level("wanted", wanted.rho)
        .save(session.file("rates.png"));
}

void draw_training(const Session& session, const Nets& nets) {
    Plot near({.x = "epoch", .y = "share of units near the wanted rate", .y_range = {{0, 1}}});
    Plot contrast({.x = "epoch", .y = "contrast"});
    Plot error({.x = "epoch", .y = "test error per pixel", .log_y = true});
    for (const auto& [label, trained] :
         {std::pair("free", &nets.free), {"small", &nets.small}, {"sparse", &nets.sparse}}) {
        const Numbers epoch = trained->history.column("epoch");
        near.line(label, epoch, trained->history.column("test_units_near_rho"));
        contrast.line(label, epoch, trained->history.column("test_contrast"));
        error.line(label, epoch, trained->history.column("test_error_per_pixel"));
    }
    tutorials::save_plots(session.file("training.png"), {near, contrast, error}, 3);
}

void compare(Session& session, const Wanted& wanted, const Nets& nets, const Codes& codes,
             const nn::TrainTest& data) {
    std::printf("\nFree: no penalty\n");
    report(session, "_beta0", wanted, nets.free.net, codes.free, data.test);
    std::printf("\nSmall: no weight decay\n");
    report(session, "_gamma0", wanted, nets.small.net, codes.small, data.test);
    std::printf("\nSparse\n");
    report(session, "", wanted, nets.sparse.net, codes.sparse, data.test);
    const Array of_train = encode(nets.sparse.net, data.train.images);
    session.result("units_near_rho_train", share_near(mean_activations(of_train), wanted.rho));
    session.result("train_images_per_second", nets.sparse.images_per_second);
    draw_training(session, nets);
    draw_rates(session, wanted, codes);
}

// ### Sparse, or merely small?
//
// The penalty sees $\hat\rho_j$ and nothing else. What a unit does from image to image is seen in
// the histogram of single activations only.
//
// @figure{histograms.png, Single activations over the test images, on a logarithmic scale. Free:
// spread over the whole range. Small: rarely above a half. Sparse: mostly near zero, then a floor
// that reaches all the way to 1 and rises again at its end.}
//
// Small and sparse have the same mean in every unit and not the same histogram. That of the sparse
// code runs level up to 1, with a little peak at its end: there are units that *switch*. In the
// small code an image has @result{active_per_image_gamma0, .1f} units above one half, in the sparse
// one @result{active_per_image, .1f}. That is still fewer than the 51 that 1024 units with a rate
// of .05 would make if all were switches. They are not: some switch, most are graded, and the mean
// contrast is @result{contrast, .2f}. How far one gets is a matter of $\gamma$ and of patience.
//
// A test that needs no threshold: keep the $k$ largest activations of each image, silence all
// others, and decode. If an image is said by few units, little is lost.
//
// @figure{kept.png, Test error per pixel if only the k largest activations of each image reach the
// decoder. The free net needs more than a hundred to make any sense; the sparse one says most of
// what it has to say with a few dozens; the small one is no better than that until all of its units
// are heard.}
//
// With 32 of 1024 units the free net's pictures have an error of @result{kept_32_free, .3f}, worse
// than that of the mean image (chapter 04); the sparse net's @result{kept_32_sparse, .3f}. Then
// compare the small net at half of its units, @result{kept_half_small, .4f}, with all of them,
// @result{kept_all_small, .4f}: its precision is in the sum of hundreds of whispers. From the
// sparse net's pictures, half of the units may be missing: @result{kept_half_sparse, .4f} against
// @result{kept_all_sparse, .4f}.

Numbers some_activations(const Array& codes, nn::Random& random) {
    Numbers sample;
    for (int i = 0; i < 200000; ++i) sample.push_back(codes.data()[random.below(codes.size())]);
    return sample;
}

/// The distribution of single activations between 0 and 1, on a scale that shows rare ones.
Plot histogram(const std::string& title, const Array& codes) {
    nn::Random random(1);
    Plot plot({.title = title,
               .x = "activation",
               .y = "share of activations",
               .log_y = true,
               .x_range = {{0, 1}},
               .y_range = {{1e-5, 1}},
               .legend = false});
    return plot.histogram("", some_activations(codes, random), 50);
}

double percent_below(const Array& codes, Real threshold) {
    return 100 * (1 - active_per_image(codes, threshold) / static_cast<double>(codes.shape(1)));
}

/// The codes with all but the k largest activations of each image set to zero.
Array keep_largest(Array codes, std::size_t k) {
    std::vector<Real> sorted(codes.shape(1));
    for (std::size_t i = 0; i < codes.shape(0) && k < sorted.size(); ++i) {
        std::copy_n(&codes(i, 0), sorted.size(), sorted.begin());
        std::nth_element(sorted.begin(), sorted.begin() + std::ptrdiff_t(k), sorted.end(),
                         std::greater<>());
        for (std::size_t unit = 0; unit < codes.shape(1); ++unit)
            if (codes(i, unit) <= sorted[k]) codes(i, unit) = 0;
    }
    return codes;
}

/// Mean over pixels of the squared difference between images and what their codes decode to.
double decoding_error(const Autoencoder& net, const Array& codes, const Array& images) {
    return nn::measure([&](Variable a, Variable x) { return net.decoding_loss(a, x); }, codes,
                       images) /
           static_cast<double>(images.shape(1));
}

void sparse_or_small(Session& session, const Nets& nets, const Codes& codes,
                     const nn::Dataset& test) {
    session.note("silent_percent_beta0", percent_below(codes.free, Real(0.01)));
    session.note("silent_percent_gamma0", percent_below(codes.small, Real(0.01)));
    session.note("silent_percent", percent_below(codes.sparse, Real(0.01)));
    tutorials::save_plots(session.file("histograms.png"),
                          {histogram("free", codes.free), histogram("small", codes.small),
                           histogram("sparse", codes.sparse)},
                          3);

    const Array images = nn::first(test, 1000).images;
    Plot plot({.x = "activations kept for each image",
               .y = "squared error per pixel",
               .log_x = true,
               .log_y = true,
               .x_range = {{1, static_cast<double>(codes.free.shape(1))}}});
    std::printf("\nError per pixel with the k largest activations of each image only\n");
    for (const auto& [label, trained] :
         {std::pair("free", &nets.free), {"small", &nets.small}, {"sparse", &nets.sparse}}) {
        const Array all = encode(trained->net, images);
        Numbers kept, errors;
        std::printf("  %-6s", label);
        for (std::size_t k = 1; k <= all.shape(1); k *= 2) {
            kept.push_back(static_cast<double>(k));
            errors.push_back(decoding_error(trained->net, keep_largest(all, k), images));
            if (k >= 16) std::printf("  %4zu: %.4f", k, errors.back());
        }
        std::printf("\n");
        plot.line(label, kept, errors);
        for (const auto& [name, k] :
             {std::pair("32", std::size_t{32}), {"half", all.shape(1) / 2}, {"all", all.shape(1)}})
            session.note(std::string("kept_") + name + "_" + label,
                         decoding_error(trained->net, keep_largest(all, k), images));
    }
    plot.save(session.file("kept.png"));
}

// ### What a unit looks for, and what it adds
//
// A unit of one hidden layer can be looked at from both sides. Its weights *from* the pixels are
// the picture that it looks for; its weights *to* the pixels, its column $d_j$, are what it adds
// when it is active.
//
// @figure{filters.png, What units add to the picture: decoder columns as images, grey is zero; the
// first 48 units of each net, which is no choice. Free: textures that only make sense in sums of
// hundreds. Small: a few garments among noise. Sparse: garments, outlines, and parts of them.}
//
// @figure{units.png, Ten units of the sparse net, those with the highest contrast. First row: what
// the unit looks for. Second row: what it adds. Then the four test images that activate it most.}
//
// Nobody drew these pictures. A free unit takes part in every image, so its column is a piece of
// everything. A unit that has to be silent for nineteen images of twenty has to *choose*, and what
// it has chosen can be read off the images that activate it: short sleeves; nothing below the hem;
// a heel; a wide thing, be it a bag or a cape. Look at what such a unit looks *for*, too: seldom
// the garment itself, mostly its edges and the places where only this kind of garment has
// something, or has nothing. That is all it takes to tell.

Array as_pictures(Array rows) {
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            largest = std::max(largest, std::abs(rows(i, j)));
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            rows(i, j) = Real(0.5) + Real(0.5) * rows(i, j) / largest;
    }
    return rows;
}

/// What each unit looks for: its weights from the pixels, (J, D).
Array looked_for(Autoencoder& net) { return nn::parameters(net.encoder)[0].parameter->value; }

/// What each unit adds to the picture: its weights to the pixels, (J, D).
Array added(Autoencoder& net) {
    return nn::evaluate([](Variable weight) { return transpose(weight); },
                        nn::parameters(net.decoder)[0].parameter->value);
}

void draw_filters(const Session& session, Nets& nets, const nn::Dataset& test) {
    const std::size_t columns = 16, rows = 3;
    std::vector<NamedImages> pictures;
    for (const auto& [name, trained] :
         {std::pair("free", &nets.free), {"small", &nets.small}, {"sparse", &nets.sparse}})
        for (std::size_t row = 0; row < rows; ++row) {
            autograd::Indices units(columns);
            std::iota(units.begin(), units.end(), row * columns);
            pictures.push_back(
                {row == 0 ? name : "", as_pictures(nn::take(added(trained->net), units))});
        }
    tutorials::save_named_rows(session.file("filters.png"), pictures, test.item, 2);
}

/// The numbers 0 to n − 1 in the order of a score for each, the highest first.
autograd::Indices highest_first(const Numbers& score) {
    autograd::Indices order = tutorials::upto(score.size());
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
    return order;
}

/// One unit's activations for all images (N, J).
Numbers column(const Array& codes, std::size_t unit) {
    Numbers out;
    for (std::size_t i = 0; i < codes.shape(0); ++i) out.push_back(codes(i, unit));
    return out;
}

void draw_units(const Session& session, Autoencoder& net, const Array& codes,
                const nn::Dataset& test) {
    autograd::Indices units = highest_first(contrasts(codes));
    units.resize(10);
    std::vector<NamedImages> rows{{"looks for", as_pictures(nn::take(looked_for(net), units))},
                                  {"adds", as_pictures(nn::take(added(net), units))}};
    std::vector<autograd::Indices> best;
    for (const std::size_t unit : units) best.push_back(highest_first(column(codes, unit)));
    for (std::size_t rank = 0; rank < 4; ++rank) {
        autograd::Indices images;
        for (const autograd::Indices& order : best) images.push_back(order[rank]);
        rows.push_back({rank == 0 ? "active for" : "", nn::take(test.images, images)});
    }
    tutorials::save_named_rows(session.file("units.png"), rows, test.item);
}

// ### Which units light for which class
//
// @figure{classes.png, Mean activation over the test images of each class (rows) of the 256 units
// with the highest contrast (columns), as a share of the unit's highest; units are in the order of
// their favourite class. Above: the free net. Below: the sparse one, in which most units are dark
// for most classes.}
//
// Every unit has a favourite class, by chance if for no other reason. How much of its activation
// does it spend on that? One tenth would be indifference. Over all units, those of the free net
// spend @result{selectivity_beta0, .2f}, those of the small one @result{selectivity_gamma0, .2f},
// those of the sparse one @result{selectivity, .2f}. The net has never seen a label. Look at the
// rows of the three kinds of shoes, and at those of pullover, coat and shirt: classes that look
// alike share units, and trousers, which look like nothing else, have units of their own. There is
// no *shoe unit*; there is a vocabulary.

/// The mean activation of each unit over the images of each class: (classes, J).
Array activations_by_class(const Array& codes, const nn::Dataset& data) {
    Array means = autograd::full({data.classes, codes.shape(1)}, 0);
    for (std::size_t label = 0; label < data.classes; ++label) {
        const autograd::Indices rows = tutorials::members(data.labels, label);
        if (rows.empty()) continue;
        const Numbers rates = mean_activations(nn::take(codes, rows));
        for (std::size_t unit = 0; unit < rates.size(); ++unit)
            means(label, unit) = static_cast<Real>(rates[unit]);
    }
    return means;
}

/// A unit's favourite class, and the share of its activation that it spends on it.
struct Favourite {
    std::size_t label;
    double share;
};

std::vector<Favourite> favourites(const Array& by_class) {
    std::vector<Favourite> out;
    for (std::size_t unit = 0; unit < by_class.shape(1); ++unit) {
        const Numbers rates = column(by_class, unit);
        const auto best = std::max_element(rates.begin(), rates.end());
        const double sum = std::max(mean_of(rates) * static_cast<double>(rates.size()), 1e-9);
        out.push_back({static_cast<std::size_t>(best - rates.begin()), *best / sum});
    }
    return out;
}

/// Strips, one for each class, with a column for each of these units; each is white for its
/// favourite.
void add_strips(std::vector<NamedImages>& rows, const std::string& ending, const Array& by_class,
                autograd::Indices units, std::size_t height,
                const std::vector<std::string>& names) {
    const std::vector<Favourite> favourite = favourites(by_class);
    std::sort(units.begin(), units.end(), [&](std::size_t a, std::size_t b) {
        const Favourite &first = favourite[a], &second = favourite[b];
        return first.label != second.label ? first.label < second.label
                                           : first.share > second.share;
    });
    for (std::size_t label = 0; label < by_class.shape(0); ++label) {
        Array strip(Shape{1, height * units.size()});
        for (std::size_t i = 0; i < strip.size(); ++i) {
            const std::size_t unit = units[i % units.size()];
            strip(0, i) = by_class(label, unit) / by_class(favourite[unit].label, unit);
        }
        rows.push_back({names[label] + ending, strip});
    }
}

void units_and_classes(Session& session, const Codes& codes, const nn::Dataset& test) {
    const std::size_t height = 7, shown = std::min<std::size_t>(256, codes.sparse.shape(1));
    std::vector<NamedImages> rows;
    std::printf("\n");
    for (const auto& [ending, all] :
         {std::pair("_beta0", &codes.free), {"_gamma0", &codes.small}, {"", &codes.sparse}}) {
        const Array by_class = activations_by_class(*all, test);
        double share = 0;
        for (const Favourite& favourite : favourites(by_class)) share += favourite.share;
        session.result(std::string("selectivity") + ending,
                       share / static_cast<double>(by_class.shape(1)));
        if (all == &codes.small) continue;
        autograd::Indices units = highest_first(contrasts(*all));
        units.resize(shown);
        add_strips(rows, *ending ? ", free" : "", by_class, units, height, test.class_names);
    }
    tutorials::save_named_rows(session.file("classes.png"), rows, {height, shown, 1}, 4);
}

// ### An image, said in units
//
// @figure{parts.png, Three test images, two rows each. Above: the image and what its nine most
// active units would add, one by one. Below: the picture that its strongest 1, 2, 4, 8 ... 256
// units make together, and at last all units.}
//
// Equation (11) in pictures. *Which* units are active depends on the image: trousers are told with
// other words than bags, while the axes of a PCA have to serve everything. For trousers and bag the
// picture is complete with 16 or 32 units. For the sandal the last step still does a lot, when the
// whispering of the many weak units takes away the grey behind it. Sparse is a matter of degree.

/// The pictures of one code (1, J) by its strongest 1, 2, 4, ... units, and by all: ten pictures.
Array growing(const Autoencoder& net, const Array& code) {
    Array pictures = decode(net, keep_largest(code, 1));
    for (std::size_t k = 2; k <= 256; k *= 2)
        pictures = tutorials::join(pictures, decode(net, keep_largest(code, k)));
    return tutorials::join(pictures, decode(net, code));
}

void draw_parts(const Session& session, Autoencoder& net, const Array& codes,
                const nn::Dataset& test) {
    const Array columns = added(net);
    std::vector<NamedImages> rows;
    for (const std::size_t label : {1, 5, 8}) {
        const autograd::Indices members = tutorials::members(test.labels, label);
        if (members.empty()) continue;
        const Array code = nn::take(codes, {members[0]});
        autograd::Indices strongest = highest_first(Numbers(code.begin(), code.end()));
        strongest.resize(9);
        rows.push_back(
            {test.class_names[label], tutorials::join(nn::take(test.images, {members[0]}),
                                                      as_pictures(nn::take(columns, strongest)))});
        rows.push_back({"1, 2, 4 ... all", growing(net, code)});
    }
    tutorials::save_named_rows(session.file("parts.png"), rows, test.item);
}

// ### The batch stands in for the data, measured
//
// The same codes of the same net, and the rates of (3) taken over batches of different size. By
// (10) the penalty should exceed that of the whole by a tax that is inversely proportional to the
// size of the batch.
//
// | images in a batch | penalty, nats |
// |---|---|
// | 1 | @result{penalty_batch_1, .2f} |
// | 8 | @result{penalty_batch_8, .2f} |
// | 32 | @result{penalty_batch_32, .2f} |
// | 128 | @result{penalty_batch_128, .2f} |
// | 512 | @result{penalty_batch_512, .2f} |
// | all test images | @result{penalty_all, .2f} |
//
// So it does, and nearly to the digit: with the measured contrast, (10) predicts that a batch of 8
// costs @result{predicted_tax_8, .2f} more than all images at once, a batch of 128
// @result{predicted_tax_128, .2f} more. (Only at 1 are the rates too far from $\rho$ for a formula
// that stops at the second order.) The net is trained against what is written at 128, and most of
// that is a price on saying different things about different images. It is why sparse autoencoders
// want large batches, and why some programs keep a running mean of $\hat\rho$ instead. The first
// line is the subject of the section after the next.

/// Σⱼ KL(ρ ‖ ρ̂ⱼ) with ρ̂ from `size` codes at a time; the mean over these batches.
double penalty_in_batches(const Array& codes, std::size_t size, double rho) {
    double total = 0;
    std::size_t batches = 0;
    for (std::size_t begin = 0; begin + size <= codes.shape(0); begin += size, ++batches) {
        autograd::Indices rows(size);
        std::iota(rows.begin(), rows.end(), begin);
        total +=
            nn::measure([&](Variable a) { return models::kl_penalty(a, static_cast<Real>(rho)); },
                        nn::take(codes, rows));
    }
    return total / static_cast<double>(batches);
}

void batch_sizes(Session& session, const Array& codes, double rho) {
    std::printf("\nThe penalty of the same codes, with the rates taken over batches\n");
    for (const std::size_t size : {1, 8, 32, 128, 512}) {
        if (size > codes.shape(0)) break;  // own data may have fewer
        const double price = penalty_in_batches(codes, size, rho);
        std::printf("  of %3zu images: %8.2f nats\n", size, price);
        session.note("penalty_batch_" + std::to_string(size), price);
        const double tax = mean_of(contrasts(codes)) * static_cast<double>(codes.shape(1)) /
                           (2 * static_cast<double>(size));
        session.note("predicted_tax_" + std::to_string(size), tax);
    }
    const double all = penalty_in_batches(codes, codes.shape(0), rho);
    std::printf("  of all images: %8.2f nats\n", all);
    session.note("penalty_all", all);
}

// ### The other price: a path of L1
//
// First equation (2), without any net: six numbers $a$ that want the values $u$, each with the
// error $(a - u)^2$ and a price with the weight .4, minimised by gradient descent. Under the price
// $a^2$ each becomes $u / 1.4$. Under $|a|$ each loses .2, and whoever has less is zero: not small,
// zero.

void soft_threshold() {
    const Array wanted = autograd::array({6}, {0.05, 0.1, 0.15, 0.3, 0.6, 1});
    const auto print = [](const char* name, const Array& numbers) {
        std::printf("  %-14s", name);
        for (const Real number : numbers) std::printf("  %6.4f", double{number});
        std::printf("\n");
    };
    const auto settle = [&](Variable (*price)(Variable)) {
        autograd::Parameter a{wanted};
        nn::Sgd descent({{"a", &a}}, {.learning_rate = Real(0.05)});
        Tape tape;
        for (int step = 0; step < 300; ++step) {
            tape.rewind();
            const Variable active = relu(tape.parameter(a));
            const Variable error = square(active - tape.constant(wanted));
            descent.step(tape.backward(sum(error + Real(0.4) * price(active))));
        }
        return nn::evaluate(autograd::relu, a.value);
    };
    std::printf("\nWhat a price of weight .4 makes of six wishes\n");
    print("wanted", wanted);
    print("price a^2", settle(autograd::square));
    print("price |a|", settle(autograd::abs));
}

// Now the net. L1 wants units that can be exactly zero, so here the code is a ReLU. There is no
// target rate, only a weight $\lambda$, and one follows the net along a **path** of weights. (A
// third of the data, five epochs each: what counts is the comparison. The rate of learning is a
// fifth: a ReLU that one big step pushes below zero for all images never comes back.)
//
// @figure{l1.png, Left: what lambda does to the number of active units per image, and to how many
// units are never active for any test image. Right: the same nets as a trade, error against active
// units per image, beside PCA with as many numbers.}
//
// With more weight everything goes one way: the sum of activations falls from @result{l1_0_sum,
// .0f} to @result{l1_4_sum, .1f}, the number of units active for an image from @result{l1_0_active,
// .0f} to @result{l1_4_active, .0f}, and the error rises. (`l1_path_monotone` is 1 if there is no
// exception.)
//
// Two things are less pretty. **Dead units**: @result{l1_4_never, .0f} units of the last net are
// zero for every test image. L1 has no lower target; while to the KL a silent unit is infinitely
// dear, L1 likes nothing better, and a ReLU that never opens gets no gradient that could revive it.
// **Shrinkage**: (2) takes $\lambda / 2$ from *every* activation, large ones included, so that
// pictures come out too faint, and the decoder answers with columns that are a little longer (the
// last column of the table in the transcript; they grow from row to row, except in the last row:
// weights that grow slowly have not got far in five epochs).
//
// The right half compares with PCA at as many numbers per image. With thirty of them the sparse
// code is about as good, though its thirty are others for every image; with more, PCA wins against
// nets that have been trained as little as these.

struct L1Point {
    double lambda;
    double active;  ///< units above 0 for an image
    double sum;     ///< Σ |a| for an image
    double never;   ///< units that are 0 for every image
    double error;   ///< per pixel
    double length;  ///< of the decoder's columns, mean over the other units
};

/// The mean length of the columns of the decoder that belong to units which are ever active.
double mean_length(const Array& columns, const Numbers& rates) {
    Numbers lengths;
    for (std::size_t unit = 0; unit < columns.shape(0); ++unit) {
        const double squared = std::inner_product(
            &columns(unit, 0), &columns(unit, 0) + columns.shape(1), &columns(unit, 0), 0.0);
        if (rates[unit] > 0) lengths.push_back(std::sqrt(squared));
    }
    return lengths.empty() ? 0 : mean_of(lengths);
}

L1Point measure_l1(Autoencoder& net, double lambda, const Array& images) {
    const Array codes = encode(net, images);
    const Numbers rates = mean_activations(codes);
    return {.lambda = lambda,
            .active = active_per_image(codes, 0),
            .sum = mean_of(rates) * static_cast<double>(rates.size()),
            .never = static_cast<double>(std::count(rates.begin(), rates.end(), 0.0)),
            .error = error_per_pixel(net, images),
            .length = mean_length(added(net), rates)};
}

/// Whether more weight always means a smaller sum, fewer active units and a larger error.
bool monotone(const std::vector<L1Point>& path) {
    return std::adjacent_find(path.begin(), path.end(), [](const L1Point& a, const L1Point& b) {
               return b.sum >= a.sum || b.active >= a.active || b.error <= a.error;
           }) == path.end();
}

void draw_l1(const Session& session, const std::vector<L1Point>& path, const nn::TrainTest& data) {
    Numbers lambda, active, never, error, numbers, of_pca;
    for (const L1Point& p : path) {
        active.push_back(p.active);
        error.push_back(p.error);
    }
    for (std::size_t i = 1; i < path.size(); ++i) {  // 0 has no place on a logarithmic axis
        lambda.push_back(path[i].lambda);
        never.push_back(path[i].never);
    }
    const std::size_t most = std::min<std::size_t>(256, data.train.images.shape(1));
    const models::Pca pca = models::pca(data.train.images, most);
    for (std::size_t k = 4; k <= most; k *= 2) {
        numbers.push_back(static_cast<double>(k));
        of_pca.push_back(pca.first(k).squared_error(data.test.images) /
                         static_cast<double>(pca.mean.size()));
    }
    Plot units({.x = "λ", .y = "units", .log_x = true});
    units.line("active for an image", lambda, Numbers(active.begin() + 1, active.end()))
        .line("never active", lambda, never);
    Plot trade(
        {.x = "numbers per image", .y = "squared error per pixel", .log_x = true, .log_y = true});
    trade.line("L1: active units", active, error).line("PCA: components", numbers, of_pca);
    tutorials::save_plots(session.file("l1.png"), {units, trade}, 2);
}

void l1_path(Session& session, const Wanted& wanted, const nn::TrainTest& data) {
    const nn::TrainTest some{nn::first(data.train, 20000), data.test};
    std::printf("\nThe L1 path, a code of %zu rectified units\n", wanted.units);
    std::printf("  lambda  active per image  sum of a  never active  error per pixel  columns\n");
    std::vector<L1Point> path;
    for (const double lambda : {0.0, 0.01, 0.03, 0.1, 0.3}) {
        const std::string name = "l1_" + std::to_string(path.size());
        Trained trained = train(session, wanted,
                                {.name = name,
                                 .penalty = models::l1_penalty,
                                 .weight = lambda,
                                 .decay = 0,
                                 .epochs = epochs(session, 5),
                                 .learning_rate = session.flags.learning_rate / 5,
                                 .activation = autograd::relu},
                                some);
        const L1Point p = measure_l1(trained.net, lambda, data.test.images);
        path.push_back(p);
        std::printf("  %6g  %16.1f  %8.2f  %12.0f  %15.5f  %7.2f\n", lambda, p.active, p.sum,
                    p.never, p.error, p.length);
        session.note(name + "_active", p.active);
        session.note(name + "_sum", p.sum);
        session.note(name + "_never", p.never);
        session.note(name + "_mse", p.error);
        session.note(name + "_length", p.length);
    }
    session.result("l1_path_monotone", monotone(path) ? 1 : 0);
    draw_l1(session, path, data);
}

// ### Two classic mistakes
//
// Both of these run, and both lower their loss. Each is one line. (A third of the data and five
// epochs are enough to see what they do.)

/// The mistake of the average in the wrong place: every single activation is compared with ρ.
Penalty kl_per_example(Real rho) {
    return [=](Variable a) { return mean(sum(models::bernoulli_kl(rho, a), {1})); };
}

/// The mistake of the missing half: being on is rewarded, being off is not.
Penalty first_half(Real rho) {
    return [=](Variable a) { return sum(rho * log(rho / mean(a, {0}))); };
}

// **Per example.** The KL of every activation from $\rho$, and *then* the mean. It looks like every
// other loss of this course. But now each unit is asked to be at .05 *for each image*, and the net
// nearly obeys: the mean is @result{mean_activation_per_example, .3f}, and the activations keep near
// it, with a contrast of @result{contrast_per_example, .3f}. What it has to say, it says in a
// whisper. That answers the question at the beginning: in the first net a unit may be active at
// anything up to 1; in the second nearly all activations, for all images, lie in a lump around .05,
// and there is hardly such a thing as being active.
//
// **Half.** $\rho \ln (\rho / \hat\rho_j)$ alone falls as $\hat\rho_j$ grows, all the way to 1. So
// all units are pushed *on*. The symptom stands in the log before any picture is drawn: the penalty
// is **negative**, here @result{half_penalty, .0f} nats, and (6) says that no KL can be. Its least
// value is $J \rho \ln \rho$, reached by units that are always on.
//
// @figure{mistakes.png, Single activations over the test images. Left: the right penalty. Middle:
// the penalty of single examples: the mean is not far off, and all activations keep near it. Right:
// half of the penalty, which switches units on.}
//
// | | right | per example | half |
// |---|---|---|---|
// | mean activation | @result{mean_activation, .3f} | @result{mean_activation_per_example, .3f} | @result{mean_activation_half, .3f} |
// | contrast | @result{contrast, .3f} | @result{contrast_per_example, .3f} | @result{contrast_half, .3f} |
// | units per image above ½ | @result{active_per_image, .1f} | @result{active_per_image_per_example, .1f} | @result{active_per_image_half, .1f} |
// | test error per pixel | @result{test_mse_per_pixel, .4f} | @result{test_mse_per_pixel_per_example, .4f} | @result{test_mse_per_pixel_half, .4f} |
//
// (Do not compare the errors of the last row: the right net has seen six times as many images.)

void mistakes(Session& session, const Wanted& wanted, const Array& right,
              const nn::TrainTest& data) {
    const Real rho = static_cast<Real>(wanted.rho);
    const nn::TrainTest some{nn::first(data.train, 20000), data.test};
    std::vector<Plot> plots{histogram("right", right)};
    for (const auto& [name, title, penalty] :
         {std::tuple("per_example", "per example", kl_per_example(rho)),
          {"half", "half", first_half(rho)}}) {
        std::printf("\nA mistake: %s\n", title);
        const Trained wrong = train(session, wanted,
                                    {.name = name,
                                     .penalty = penalty,
                                     .weight = wanted.beta,
                                     .decay = wanted.gamma,
                                     .epochs = epochs(session, 5),
                                     .learning_rate = session.flags.learning_rate},
                                    some);
        const Array codes = encode(wrong.net, data.test.images);
        report(session, std::string("_") + name, wanted, wrong.net, codes, data.test);
        session.result(std::string(name) + "_penalty",
                       wrong.history.column("train_penalty").back());
        plots.push_back(histogram(title, codes));
    }
    tutorials::save_plots(session.file("mistakes.png"), plots, 3);
}

// ### What the code is good for
//
// A code is a representation, and a fair question to a representation is what a *simple* reader can
// make of it. The **linear probe** is the simplest: logistic regression, one layer, from the code
// to the ten classes. It is trained on the codes of the training images; the autoencoder, which has
// never seen a label, stays as it is.
//
// Each number of a code is shifted and scaled to mean 0 and variance 1 first. It changes nothing
// about what a linear reader can say, but without it units that move little are learnt slowly. The
// reader of the codes is trained for 40 epochs, that of the pixels for 10, after which it only learns
// its training images by heart. Both numbers were found with 10 000 training images held back; the
// test images have had no part in them.
//
// | the probe reads | right on test images |
// |---|---|
// | pixels | @result{linear_probe_accuracy_pixels, .4f} |
// | the free code | @result{linear_probe_accuracy_beta0, .4f} |
// | the small code | @result{linear_probe_accuracy_gamma0, .4f} |
// | the sparse code | @result{linear_probe_accuracy, .4f} |
//
// All three codes are easier to read than the pixels: a thousand nonlinear units, whatever they
// were trained for, give a linear reader more to choose from. How well a code reconstructs says
// little about how well it is read: the free net's error was a fraction of the sparse one's. Do not
// make much of the differences between the codes, though. Among 10 000 test images chance alone
// moves such a share by .003, and this is one seed.

/// The share of the examples whose largest logit (N, C) is that of their label.
double accuracy(const Array& logits, const autograd::Indices& labels) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const Real* const row = &logits(i, 0);
        right += std::max_element(row, row + logits.shape(1)) == row + labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

/// Shifts and scales each number of two sets of codes, (N, J) and (M, J), so that in the first its
/// mean is 0 and its variance 1, or less if it hardly ever changes.
void standardise(Array& codes, Array& held_out) {
    const Numbers means = mean_activations(codes);
    Numbers scales(means.size(), 0.0);
    for (std::size_t i = 0; i < codes.shape(0); ++i) {
        const Real* const row = &codes(i, 0);
        for (std::size_t j = 0; j < scales.size(); ++j)
            scales[j] += (row[j] - means[j]) * (row[j] - means[j]);
    }
    for (double& scale : scales)
        scale = 1 / std::sqrt(1e-4 + scale / static_cast<double>(codes.shape(0)));
    for (Array* const set : {&codes, &held_out})
        for (std::size_t i = 0; i < set->shape(0); ++i) {
            Real* const row = &(*set)(i, 0);
            for (std::size_t j = 0; j < scales.size(); ++j)
                row[j] = static_cast<Real>((row[j] - means[j]) * scales[j]);
        }
}

/// Trains the linear probe on some codes and judges it on held-out ones.
double probe(const Session& session, const std::string& name, std::size_t rounds, Array codes,
             Array held_out, const nn::TrainTest& data) {
    standardise(codes, held_out);
    const nn::Dataset read{.images = std::move(codes), .labels = data.train.labels};
    nn::Random random(session.flags.seed);
    nn::Linear classifier(held_out.shape(1), data.train.classes, random);
    nn::Batches batches(read, 512);
    nn::Adam adam(classifier);
    rounds = epochs(session, rounds);
    nn::Training training(
        {.epochs = rounds,
         .name = "probe_" + name,
         .folder = session.flags.out,
         .resume = session.flags.resume,
         .learning_rate = nn::schedule::cosine(2e-2, 0, static_cast<double>(rounds)),
         .quiet = true},
        classifier, adam, random);
    Tape tape;
    training.run(batches, [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable logits = classifier(tape.constant(batch.images));
        const Variable loss = nn::categorical_loss(logits, batch.labels);
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    });
    return accuracy(map_rows(held_out, [&](Variable a) { return classifier(a); }),
                    data.test.labels);
}

void linear_probes(Session& session, const Nets& nets, const Codes& codes,
                   const nn::TrainTest& data) {
    std::printf("\nA linear classifier that reads pixels, and the codes\n");
    const Array& images = data.train.images;
    session.result("linear_probe_accuracy_pixels",
                   probe(session, "pixels", 10, images, data.test.images, data));
    session.result("linear_probe_accuracy_beta0",
                   probe(session, "free", 40, encode(nets.free.net, images), codes.free, data));
    session.result("linear_probe_accuracy_gamma0",
                   probe(session, "small", 40, encode(nets.small.net, images), codes.small, data));
    session.result(
        "linear_probe_accuracy",
        probe(session, "sparse", 40, encode(nets.sparse.net, images), codes.sparse, data));
}

// ### What the program does

void lesson(Session& session, Wanted wanted) {
    if (session.flags.quick) wanted.units = std::min<std::size_t>(wanted.units, 128);
    autograd::require(wanted.beta >= 0 && wanted.gamma >= 0,
                      "[05_sparse] expected a beta and a gamma of at least 0, got ", wanted.beta,
                      " and ", wanted.gamma);
    session.note("rho", wanted.rho);
    session.note("beta", wanted.beta);
    session.note("gamma", wanted.gamma);
    draw_the_idea(session, wanted);
    properties_of_the_divergence(session);
    divergence_as_expectation(session);
    draw_coins(session, wanted.rho);

    const nn::TrainTest data = session.load_data();
    Nets nets = train_nets(session, wanted, data);
    const Codes codes{encode(nets.free.net, data.test.images),
                      encode(nets.small.net, data.test.images),
                      encode(nets.sparse.net, data.test.images)};
    compare(session, wanted, nets, codes, data);
    sparse_or_small(session, nets, codes, data.test);
    draw_filters(session, nets, data.test);
    draw_units(session, nets.sparse.net, codes.sparse, data.test);
    units_and_classes(session, codes, data.test);
    draw_parts(session, nets.sparse.net, codes.sparse, data.test);
    batch_sizes(session, codes.sparse, wanted.rho);
    soft_threshold();
    l1_path(session, wanted, data);
    mistakes(session, wanted, codes.sparse, data);
    linear_probes(session, nets, codes, data);
}

}  // namespace

int main(int argc, char** argv) {
    Wanted wanted;
    return tutorials::run(
        argc, argv,
        {.name = "05_sparse",
         .title = "The sparse autoencoder",
         .defaults = {.epochs = 10, .learning_rate = 1e-2},
         .options = {{"--rho", &wanted.rho, "the wanted mean activation of every unit"},
                     {"--beta", &wanted.beta, "the weight of the penalty"},
                     {"--gamma", &wanted.gamma, "the weight of the decoder's squares"},
                     {"--units", &wanted.units, "the width of the code"}}},
        [&](Session& session) { lesson(session, wanted); });
}

// ## Check it
//
// ```sh
// meson test -C build models 'models in double' 05_sparse
// build/tests/models/models_double -sf='*sparse.cpp'
// ```
//
// The second line runs the tests of this chapter only:
//
// - **Known answers.** *the KL between coins is zero at rho and has the values of paper and
//   pencil*; *the KL between coins is that of the distributions, and is not symmetric*: the same
//   number from `nn::kl`, which computes it from logits in quite another way.
// - **Where the average stands.** *units may take turns: only their means over the batch are
//   priced*: a code that costs nothing per batch and much per example, and another for which it is
//   the other way round. *the mean of the batch never costs more than the examples one by one*:
//   Jensen. *the penalty does not depend on how often the batch is repeated*.
// - **Per unit.** *units are priced one by one, and the prices added*: a pooled mean would be free.
// - **Gradients.** *the gradient of the sparse loss is right*: both penalties, both likelihoods,
//   against central differences. *the slope of the penalty is that of the formula, shared by the
//   batch*: equation (9). *the KL is finite, and still has a slope, for units that are always or
//   never on*.
// - **It works.** *trained with the penalty, a wide code has units that are active as often as
//   asked*, and without it, has not.
//
// ## Run it
//
// `build/tutorials/05_sparse` trains ten autoencoders and four classifiers in @result{seconds, .0f}
// seconds; the three main nets take most of it. `--epochs` is theirs, `--batch` and
// `--learning-rate` are those of all autoencoders (the L1 nets take a fifth of the rate); `--rho`,
// `--beta`, `--gamma` and `--units` are what to play with. `--data glyphs` needs no files.
// `--quick` shows that everything works, and nothing else.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `coins.png`: the price of a rate. Look at the slopes: above the wanted rate it rises slowly at
//   first, below it steeply, for a unit that is never on is of no use to anybody.
// - `training.png` and `rates.png`: the penalty did it. Without it, @result{units_near_rho_beta0,
//   .3f} of the units are where they should be, which is chance. Then look at the curve of contrast
//   of the small net, which is going the wrong way while everything else improves.
// - `histograms.png` and `kept.png`: three codes, two of which have the same rates.
// - `filters.png` and `units.png`: kinds of clothes and parts of them rather than pixels.
// - `classes.png`: nobody has told the net about classes.
// - `l1.png`: a path that goes one way only, and its price in units that are lost.
// - `mistakes.png`: three histograms. One of the wrong nets has nearly the right mean.
//
// The numbers are those of test images throughout; `units_near_rho_train`,
// @result{units_near_rho_train, .3f}, says the same of the training images, over which (3) is
// defined.
//
// **Other seeds.** The share of units within .01 of ρ, and what a linear classifier makes of the
// codes:
//
// | | seed 1 | seed 2 | seed 3 |
// |---|---|---|---|
// | units near ρ | @result{units_near_rho, .3f} | @result{seed_2/units_near_rho, .3f} | @result{seed_3/units_near_rho, .3f} |
// | linear classifier | @result{linear_probe_accuracy, .1%} | @result{seed_2/linear_probe_accuracy, .1%} | @result{seed_3/linear_probe_accuracy, .1%} |
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | mean activation is nearly right, but every activation is near ρ for every image; low contrast | the KL is taken of single activations and then averaged | *units may take turns: only their means over the batch are priced* |
// | rates and error are excellent, contrast is low and falls from epoch to epoch | a small code: nothing restrains the decoder's columns | |
// | the penalty is negative; units are driven to 1 | the half with 1 − ρ is missing | *the KL between coins is zero at rho and has the values of paper and pencil* |
// | half of the units never fire, the others fire twice as often | one mean over all units instead of one for each | *units are priced one by one, and the prices added* |
// | the penalty does nothing unless β is in the thousands | mean over units instead of the sum | *units are priced one by one, and the prices added* |
// | some units are never active, and the penalty hardly minds | ρ and the rate exchanged: KL(0 ‖ ρ) is −ln(1 − ρ), and not infinite | *the KL between coins is that of the distributions, and is not symmetric* |
// | NaN or infinity, sooner or later | ln 0: a unit off for a whole batch | *the KL is finite, and still has a slope, for units that are always or never on* |
// | an error about probabilities | the code is not a sigmoid's: a ReLU has no rate between 0 and 1; use L1 | *settings that make no sense are refused in one line* |
// | β changes nothing at all | the weight is stored and never used | *the loss is reconstruction plus weight times penalty* |
// | with L1, most units are never active | λ too large too early: a ReLU that is off for every image gets no gradient | |
//
// ## What one does with it
//
// - **Features.** Before labels were plentiful, sparse codes of patches were the standard way to
//   learn features for classifiers; on patches of photographs the units become edge detectors, like
//   the cells that Hubel and Wiesel found in the visual cortex (Olshausen and Field 1996).
// - **Looking into other networks.** The activations of a layer of a language model are given to a
//   wide sparse autoencoder with an L1 price, and its units turn out to stand for things that have
//   names, where the layer's own neurons do not. Same loss as here, a million units.
// - **Compression and search.** An index of the few active units is short, and two sparse codes are
//   compared by the units they share.
// - **Economy.** What is zero need be neither computed nor sent; brains, where a spike costs
//   energy, seem to know.
//
// ## Further, and exercises
//
// 1. Show that (9) times the slope of a sigmoid is $\hat\rho - \rho$ when a unit has the same
//    activation for all images. Why is that good news for units that are stuck at 0 or 1? *Hint:
//    $\sigma' = \sigma (1 - \sigma)$.*
// 2. Let `--rho` be .5. What does the penalty want now, and why is the code not sparse though every
//    unit is near ρ? *Hint: what is the largest contrast, and how many units are active?*
// 3. Train with `--batch 16` and with `--batch 1024`, the number of steps held equal. Compare
//    contrast and mean activation with (10). *Hint: the warm-up is counted in epochs; make it equal
//    in steps, too. The tax pulls the mean up: its share $1 / \hat\rho (1 - \hat\rho)$ falls as $\hat\rho$
//    rises.*
// 4. Instead of pricing the columns, divide each by its length after every step, so that all have
//    length 1. What happens to contrast and error? *Hint: change the parameter's value between
//    `adam.step(gradients)` and the next step; `nn::parameters(net.decoder)[0]`.*
// 5. Keep only the 50 largest activations of each image during training as well, with no penalty at
//    all: the k-sparse autoencoder. *Hint: the mask is a constant; `gather` is not needed, a
//    product is.*
// 6. Exchange the arguments: $\mathrm{KL}(\hat\rho_j \,\|\, \rho)$. Which units are treated more
//    leniently? *Hint: the left half of `coins.png`.*
//
// ## Where the real code differs
//
// PyTorch's `F.kl_div(input, target)` computes KL(target ‖ exp(input)): the *second* argument is
// the first of the formula, the first is expected as a logarithm, and its default reduction, a mean
// over all elements, is no KL of anything (`batchmean` is). Real sparse autoencoders divide each
// decoder column by its length after every step, since otherwise L1 can be cheated: half the
// activation, twice the column, the same picture (the last column of the L1 table in the transcript
// shows to what extent ours do). They also bring dead units back to life by giving them new
// weights. Recent ones keep the $k$ largest activations instead of pricing them.
//
// **Names.** *Sparse* may mean the activations, as here, or the weights, which is another subject
// (pruning). *Overcomplete*: a code wider than the input. *Sparse coding* has a decoder, called
// dictionary, and no encoder: the code of each image is found by minimisation. The sparsity
// parameter is ρ in lecture notes, where λ is then weight decay and β the weight of the penalty;
// elsewhere λ is the weight of L1. *Relative entropy*, *information gain* and *I-divergence* are
// names of the KL; the *cross-entropy* of $p$ and $q$ is the KL plus the entropy of $p$.
//
// ## Further reading
//
// - S. Kullback, R. A. Leibler, *On information and sufficiency*, Annals of Mathematical Statistics
//   22, 1951.
// - B. A. Olshausen, D. J. Field, *Emergence of simple-cell receptive field properties by learning
//   a sparse code for natural images*, Nature 381, 1996.
// - R. Tibshirani, *Regression shrinkage and selection via the lasso*, JRSS B 58, 1996.
// - H. Lee, C. Ekanadham, A. Y. Ng, *Sparse deep belief net model for visual area V2*, NIPS 2007.
// - A. Ng, *Sparse autoencoder*, lecture notes of CS294A, Stanford 2011: the KL penalty of this
//   chapter.
// - A. Coates, H. Lee, A. Y. Ng, *An analysis of single-layer networks in unsupervised feature
//   learning*, AISTATS 2011.
// - A. Makhzani, B. Frey, *k-sparse autoencoders*, ICLR 2014.
// - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, MIT Press 2016, section 14.2.
// - H. Cunningham, A. Ewart, L. Riggs, R. Huben, L. Sharkey, *Sparse autoencoders find highly
//   interpretable features in language models*, ICLR 2024.
