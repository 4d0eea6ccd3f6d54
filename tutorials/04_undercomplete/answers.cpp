// ## Exercise 1
//
// Both nets learn from 55 000 training images for 10 epochs, with the lesson's learning rate and seed;
// the other 5000 training images are the validation images.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/evaluate/quantiser.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Variable;
using models::Autoencoder;
using tutorials::Session;

namespace {

void wide_or_deep(Session& session) {
    const nn::Dataset& all = session.load_data().train;
    const std::size_t held_out = all.size() / 12;
    const nn::Dataset train = nn::first(all, all.size() - held_out);
    const Array validation = nn::last(all, held_out).images;
    for (const auto& [name, hidden] : {std::pair{"wide", std::vector<std::size_t>{768}},
                                       std::pair{"deep", std::vector<std::size_t>{512, 256}}}) {
        nn::Random random(session.flags.seed);
        models::AutoencoderSettings layers = lesson::layers(32);
        layers.hidden = hidden;
        Autoencoder net(layers, random);
        lesson::train(session, net, train, random, std::string("layers_") + name,
                      session.flags.epochs, session.flags.learning_rate);
        session.result(std::string(name) + "_train", tutorials::error_per_pixel(net, train.images));
        session.result(std::string(name) + "_validation",
                       tutorials::error_per_pixel(net, validation));
    }
}

const tutorials::Experiment exercise_1{"exercise_1", "One wide layer or two", wide_or_deep};

// | layers on each side of 32 numbers | training error | validation error |
// |---|---|---|
// | 768 | @result{wide_train, .4f} | @result{wide_validation, .4f} |
// | 512 and 256 | @result{deep_train, .4f} | @result{deep_validation, .4f} |
//
// The net with two layers has the larger *training* error, so it is not overfitting that makes its
// validation error larger: after 10 epochs it has learnt less. The gap between training and validation error
// is about the same for both. (One seed. With more epochs the deeper net gets further: chapter 03 trains the
// same layers for 25.)
//
// ## Exercise 2
//
// A sigmoid keeps the code $h$ between 0 and 1. In training we add noise that is uniform within ±1/64, half
// a cell of 32: it is as large as a rounding error, and unlike rounding it has a gradient. Afterwards the
// codes are rounded to the middles of 32 cells.

struct Coded {
    Autoencoder net;

    Variable code(Variable x) const { return sigmoid(net.encode(x)); }
    void visit(auto&& see) { see("net", net); }
};

void thirty_two_cells(Session& session) {
    const Array images = nn::first(session.load_data().train, 20).images;
    nn::Random random(session.flags.seed);
    Coded coded{Autoencoder({.input = 784,
                             .hidden = {512, 256},
                             .latent = 1,
                             .activation = nn::silu,
                             .likelihood = models::Likelihood::bernoulli},
                            random)};
    nn::Adam adam(coded);
    const std::size_t steps = session.flags.quick ? 20 : 3000;
    const nn::Schedule rate = nn::schedule::cosine(2e-3, 0, double(steps));
    autograd::Tape tape;
    for (std::size_t step = 0; step < steps; ++step) {
        tape.rewind();
        adam.set_learning_rate(static_cast<Real>(rate(double(step))));
        const Variable x = tape.constant(images);
        const Variable noise = tape.constant(random.uniform({20, 1})) - Real(0.5);
        const Variable h = coded.code(x) + Real(1.0 / 32) * noise;
        adam.step(tape.backward(nn::squared_loss(coded.net.decoder.mean(h), x)));
    }
    const Array codes = nn::evaluate([&](Variable x) { return coded.code(x); }, images);
    Array rounded = codes;
    std::vector<bool> used(32);
    for (Real& h : rounded) {
        const auto cell = std::min<std::size_t>(31, std::size_t(32 * h));
        used[cell] = true;
        h = Real((double(cell) + 0.5) / 32);
    }
    session.result("cells_used", double(std::count(used.begin(), used.end(), true)));
    session.result("by_heart_unrounded",
                   tutorials::error_per_pixel(images, tutorials::decode(coded.net, codes)));
    session.result("by_heart_rounded",
                   tutorials::error_per_pixel(images, tutorials::decode(coded.net, rounded)));
    session.result("by_heart_mean", tutorials::variety(images));
}

const tutorials::Experiment exercise_2{"exercise_2", "Twenty images in 32 cells", thirty_two_cells};

// Nothing is learnt. The number of different cells in use is @result{cells_used, .0f}, and the error per
// pixel is @result{by_heart_rounded, .4f}, that of the mean of the twenty images
// (@result{by_heart_mean, .4f}).
//
// The first suspect is the noise, but without it the sigmoid stops the training just the same. (This program
// runs the case with noise only.) At the start the codes of all images are nearly equal, so the first
// gradients push them all the same way. Soon the numbers before the sigmoid are so large, for every image,
// that its output is 1 and its slope 0, and no gradient reaches the encoder any more: the sigmoid is
// *saturated*. It is not a lack of capacity. Without noise and without the sigmoid on the code the same layers
// learn twenty images by heart (experiment *One number per image is enough for a list*). So to keep a code
// within bounds, look at its values in the first steps, and not only at the loss.
//
// ## Exercise 3
//
// Let the numbers of the code be normal with covariance $C$, and Δ fine. By (1) each number costs
// $\frac12 \log_2 (2 \pi e\, v_i) - \log_2 \Delta$ bits with $v_i$ its variance, so unturned codes cost
// $\frac12 \log_2 \prod_i C_{ii}$ and turned ones $\frac12 \log_2 \prod_i \lambda_i = \frac12 \log_2 \det
// C$, apart from the same constant. The difference is
// $$ \frac12 \log_2 \frac{\prod_i C_{ii}}{\det C} , $$
// which is not negative (Hadamard's inequality) and zero only for uncorrelated numbers. The rounding
// errors are the same: uniform in a cube with side Δ, whichever way it is turned.

void without_turning(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Autoencoder net = lesson::train_k(session, 32).net;
    const Array train = tutorials::encode(net, nn::first(data.train, 20000).images);
    const Array test = tutorials::encode(net, data.test.images);
    const models::Pca axes = models::pca(train, 32);
    double mean_variance = 0, predicted = 0;
    for (const Real v : axes.eigenvalues) {
        mean_variance += double{v} / 32;
        predicted -= std::log2(double{v}) / 2;
    }
    for (std::size_t j = 0; j < 32; ++j) {
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < train.shape(0); ++i)
            sum += double{train(i, j)}, squares += double{train(i, j)} * double{train(i, j)};
        const double n = double(train.shape(0));
        predicted += std::log2(squares / n - sum * sum / (n * n)) / 2;
    }
    const std::vector<double> steps(32, 0.2 * std::sqrt(mean_variance));
    const double unturned = models::Quantiser(train, steps).bits(test);
    const double turned = models::Quantiser(axes.encode(train), steps).bits(axes.encode(test));
    session.result("bits_unturned", unturned);
    session.result("bits_turned", turned);
    session.result("bits_for_correlation", unturned - turned);
    session.result("bits_for_correlation_predicted", predicted);
}

const tutorials::Experiment exercise_3{"exercise_3", "What the correlation of the code costs",
                                       without_turning};

}  // namespace

// For the net of 32 numbers (one seed) with cells of a fifth of the root of the mean variance:
// @result{bits_unturned, .1f} bits unturned, @result{bits_turned, .1f} turned, so the correlation costs
// @result{bits_for_correlation, .1f} bits per image. The formula for normal numbers predicts
// @result{bits_for_correlation_predicted, .1f}.
//
// ## Exercise 4
//
// In the fine regime of (1) an active axis costs $\frac12 \log_2 (2 \pi e\, \lambda_i) - \log_2 \Delta$.
// One more bit per *image*, shared by $K$ active axes, allows $\log_2 \Delta$ to fall by $1 / K$ on each.
// So Δ is divided by $2^{1/K}$ and the rounding error $K \Delta^2 / 12$ by $4^{1/K}$: with 10 axes one bit
// gains a factor of 1.149 or .6 dB, with 100 axes 1.014 or .06 dB. Halving the rounding error takes $K/2$
// bits per image. On top of the rounding error comes what the $K$ axes cannot represent, $\lambda_{K+1} +
// \dots$; for a net it is the distance of the images from its surface. No bits of the code lower that, so
// the curve of a net with fixed $K$ becomes level.
//
// ## Exercise 5
//
// Let $d$ be the distance of the means. The difference $A - N$ of the two scores is normal with mean $d$
// and variance 2, so $P(A > N) = P(A - N > 0) = \Phi(d / \sqrt 2)$. For $d = 1$ it is $\Phi(.7071) = .760$,
// for $d = 2$ $\Phi(1.4142) = .921$. A test of the library compares `area_under_roc` with this formula.
//
// For the second part use Bayes' rule. With the lesson's threshold, @result{found_percent, .0f} % of the
// anomalies raise an alarm and @result{false_alarm_percent, .1f} % of the normal images. If one image in
// 1000 is an anomaly, then of all alarms
// $$ \frac{.001\, t}{.001\, t + .999\, f} $$
// are real, with $t$ and $f$ the two shares: @result{real_alarms_percent, .1f} %. The area under the
// curve does not depend on how frequent anomalies are, and says nothing about this.
