// ## Exercise 1
//
// With $s = s(l)$ and $s' = s (1 - s)$ the chain rule gives, for one pixel:
//
// - $r = l$, squared error: $\partial (l - x)^2 / \partial l = 2 (l - x) = 2 (r - x)$.
// - $r = s$, cross-entropy: $\partial L / \partial r = -\frac{x}{r} + \frac{1 - x}{1 - r} =
//   \frac{r - x}{r (1 - r)}$; times $r (1 - r)$ that is $r - x$. The slope of the sigmoid cancels.
// - $r = s$, squared error: $2 (r - x)\, r (1 - r)$. Nothing cancels.
//
// For a white pixel, $x = 1$, at the logit $l = -8$: $r = 1 / (1 + e^8) = .000335$. The cross-entropy
// has the slope $-.99966$, the squared error has $2 \cdot (-.99966) \cdot .000335 \cdot .99966 =
// -.00067$: fifteen hundred times less.
//
// There are two likely reasons why it does no harm here. At the start the weights are small, so all logits are close
// to 0 and the factor $r (1 - r)$ is close to its maximum ¼. And an output is driven to $l = -8$ only
// by images in which this pixel *is* black. If it is white in another image, the code of that image
// differs, and its logit differs too.
//
// ## Exercise 2
//
// The reconstructions are $r = m + G h$. Their covariance is $G\, C\, G^{\mathsf T}$ with $C$ the
// covariance of the codes. At the optimum $r - m = P y$, so this is also $P \Sigma P$, whose
// eigenvectors within the subspace are PCA's axes. If $v_i$ lies in the subspace, then $P \Sigma P
// v_i = P \Sigma v_i = \lambda_i P v_i = \lambda_i v_i$.
//
// Write $C = V S V^{\mathsf T}$ with the eigenvectors $V$ of the codes' covariance. Then the
// covariance of the reconstructions is $W W^{\mathsf T}$ with the $D \times K$ matrix $W = G V
// S^{1/2}$, and the axes are the left singular vectors of $W$. The library finds them for
// probabilistic PCA (`models::probabilistic_pca`), which adds the same variance in every direction
// and so does not turn the axes.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

using autograd::Array;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using tutorials::Session;

namespace {

void axes_from_weights(Session& session) {
    const nn::Dataset& train = session.load_data().train;
    const models::Pca pca = models::pca(train.images, 20);
    const lesson::Trained linear = lesson::linear_net(session, pca);
    const Array images = lesson::centred(train, pca.mean).images;
    const models::Pca codes = models::pca(tutorials::encode(linear.net, images), 20);
    const Array w = nn::evaluate(
        [](Variable columns, Variable v, Variable s) {  // (K, D), (K, K) with V's columns as rows
            return matmul(transpose(columns), transpose(v)) * sqrt(s);
        },
        lesson::directions(linear.net), codes.components, codes.eigenvalues);
    const models::Pca found = models::probabilistic_pca(pca.mean, w, 0.1).principal;
    const Array cosines = nn::evaluate([](Variable a, Variable b) { return abs(sum(a * b, {1})); },
                                       found.components, pca.components);
    session.result("recovered_cosine_axis_1", double{cosines(0)});
    session.result("recovered_cosine_least",
                   double{*std::min_element(cosines.begin(), cosines.end())});
}

const tutorials::Experiment exercise_2{"exercise_2", "PCA's axes from the weights of a linear net",
                                       axes_from_weights};

// The cosine of the angle between an axis found and PCA's is @result{recovered_cosine_axis_1, .5f} for the
// first axis, and the least of the twenty is @result{recovered_cosine_least, .5f}, about half a degree.
// That is about as much as the subspace itself is off.
//
// ## Exercise 3

/// The first epoch after which the largest angle is below 45°; one more than there are, if none is.
double epochs_to_45_degrees(const nn::History& history) {
    const std::vector<double> angles = history.column("test_angle");
    const auto found = std::find_if(angles.begin(), angles.end(), [](double a) { return a < 45; });
    return double(found - angles.begin() + 1);
}

void raw_pixels(Session& session) {
    const models::Pca pca = models::pca(session.load_data().train.images, 20);
    const auto raw = lesson::linear_net(session, pca, "linear_raw", 0, false);
    const auto less_mean = lesson::linear_net(session, pca);
    session.result("epochs_to_45_raw", epochs_to_45_degrees(raw.fit.history));
    session.result("epochs_to_45_less_mean", epochs_to_45_degrees(less_mean.fit.history));
    session.result("angle_raw", raw.fit.history.column("test_angle").back());
    session.result("eigenvalue_1", double{pca.eigenvalues(0)});
    double square = 0;
    for (const Real m : pca.mean) square += double{m} * double{m};
    session.result("mean_squared", square);
}

const tutorials::Experiment exercise_3{"exercise_3", "A linear net on raw pixels", raw_pixels};

// With raw pixels it takes @result{epochs_to_45_raw} epochs, without the mean
// @result{epochs_to_45_less_mean}. (One seed.) After 25 epochs the net on raw pixels has arrived, too: its
// largest angle is @result{angle_raw, .1f}°.
//
// It can represent the same solution, because its biases can subtract the mean. But the encoder's weights
// see $x$ and not $y$. The second moments $\operatorname E\, x x^{\mathsf T} = \Sigma + m m^{\mathsf T}$
// have at least $|m|^2 =$ @result{mean_squared, .0f} in the direction of the mean, almost five times the
// largest variance $\lambda_1 =$ @result{eigenvalue_1, .1f}, and the last of the twenty directions has only
// $\lambda_{20} \approx .3$. A loss whose curvatures differ more takes longer to descend: this is the ravine of chapter 02.
//
// ## Exercise 4
//
// One parameter, used twice; the tape adds the two gradients.

struct Tied {
    Parameter weight;  // (K, D)

    Variable operator()(Variable y) const {
        const Variable w = y.tape().parameter(weight);
        return matmul(linear(y, w), w);  // h = y Wᵀ, r = h W
    }
    void visit(auto&& see) { see("weight", weight); }
};

void tied_weights(Session& session) {
    const nn::Dataset& images = session.load_data().train;
    const models::Pca pca = models::pca(images.images, 20);
    const nn::Dataset train = lesson::centred(images, pca.mean);
    nn::Random random(session.flags.seed);
    Tied net{{random.normal({20, 784})}};
    for (Real& w : net.weight.value) w *= Real(0.03);  // rows of length about 0.8
    const std::size_t epochs = session.epochs(25);
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = "tied",
                    .learning_rate = nn::schedule::cosine(3e-3, 0, double(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       const Variable y = tape.constant(batch.images);
                       return {nn::squared_loss(net(y), y), {}};
                   });
    const Array angles = models::principal_angles(net.weight.value, pca.components);
    session.result("tied_angle", double{angles(19)});
    const Array products =
        nn::evaluate([](Variable w) { return matmul(w, transpose(w)); }, net.weight.value);
    double farthest = 0;
    for (std::size_t i = 0; i < 20; ++i)
        for (std::size_t j = 0; j < 20; ++j)
            farthest = std::max(farthest, std::abs(double{products(i, j)} - (i == j ? 1 : 0)));
    session.result("tied_farthest_from_orthonormal", farthest);
}

const tutorials::Experiment exercise_4{"exercise_4", "Tied weights", tied_weights};

// The net has 15 680 weights instead of 31 360, and no biases. It is $r = m + W^{\mathsf T} W y$, so it is a linear
// autoencoder with $G E = W^{\mathsf T} W$, and by the proof its error is least if and only if
// $W^{\mathsf T} W = P$. The eigenvalues of $W^{\mathsf T} W$ that are not zero are those of the
// $K \times K$ matrix $W W^{\mathsf T}$. A projection has no eigenvalues but 0 and 1, and this one has
// rank $K$, so all $K$ are 1 and $G^{\mathsf T} G = W W^{\mathsf T} = I$: the rows of $W$ are
// orthonormal. They are still not the axes, because $W$ may be replaced by $Q W$ with any orthogonal $Q$.
//
// Measured (one seed): the largest principal angle is @result{tied_angle, .1f}°, and the largest difference
// between an entry of $W W^{\mathsf T}$ and that of $I$ is @result{tied_farthest_from_orthonormal, .5f}.
//
// ## Exercise 5

void masked(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random(session.flags.seed);
    nn::Dataset train = data.train;
    train.images = lesson::halved(data.train.images, data.train.item);
    models::Autoencoder net({.input = 196, .latent = 196}, random);
    const auto masks = [&](const autograd::Shape& shape) {
        Array mask(shape);
        random.bernoulli(autograd::full(shape, 0.5), mask);
        return mask;
    };
    const std::size_t epochs = session.epochs(8);
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = "masked",
                    .learning_rate = nn::schedule::cosine(3e-3, 0, double(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       const Variable x = tape.constant(batch.images);
                       const Variable mask = tape.constant(masks(batch.images.shape()));
                       return {net.loss(x * mask, x), {}};
                   });
    const Array test = lesson::halved(nn::first(data.test, 1000).images, data.test.item);
    const Array noise = random.uniform({1000, 196});
    const Array hidden =
        nn::evaluate([](Variable x, Variable m) { return x * m; }, test, masks(test.shape()));
    const double variance = tutorials::variety(test);
    session.result("masked_on_noise",
                   tutorials::error_per_pixel(net, noise) / tutorials::variety(noise));
    session.result(
        "masked_fills_in",
        tutorials::error_per_pixel(test, tutorials::reconstruct(net, hidden)) / variance);
    session.result("left_black", tutorials::error_per_pixel(test, hidden) / variance);
}

const tutorials::Experiment exercise_5{"exercise_5", "A wide net with masked input", masked};

// No. Shown noise that is not masked, the net leaves @result{masked_on_noise, .1f} times its variance, where
// the copying nets left a tenth or less. (This number alone proves little: without the mask an image is twice
// as bright, on average, as those it was trained on, and unmasked garments come out too bright as well.) The
// better argument is what it does with masked garments. The identity is no longer a good answer: it leaves the hidden
// pixels black, which costs @result{left_black, .2f} times the variance of the test images. The net leaves
// @result{masked_fills_in, .2f} of the variance, so it has learnt to estimate hidden pixels from visible
// ones, with a hidden layer as wide as the image. (One seed.) This restraint is the subject of chapter 06.
//
// ## Exercise 6
//
// The classifier is logistic regression, one linear layer and softmax. It learns from few labels and
// three kinds of input: the 784 pixels, 32 coordinates of PCA, the 32 numbers of the lesson's deep net.
// Each input is scaled to a mean square of 1. To be fair to all three, each gets the best of four
// weight decays (chapter 02), chosen with the labels of the 5000 validation images. The labelled images
// are drawn three times; the deep net is the same each time.

/// Trained on some rows of the inputs, for 500 steps of all of them at once.
models::Classifier classifier(const Array& inputs, const autograd::Indices& labels, double decay,
                              std::uint64_t seed) {
    nn::Random random(seed);
    models::Classifier net({.input = inputs.shape(1), .hidden = {}}, random);
    nn::Adam adam(net, {.learning_rate = 1e-2f, .weight_decay = static_cast<Real>(decay)});
    Tape tape;
    for (int step = 0; step < 500; ++step) {
        tape.rewind();
        adam.step(tape.backward(net.loss(tape.constant(inputs), labels)));
    }
    return net;
}

Array scaled(const Array& inputs, double mean_square) {
    const Real scale = static_cast<Real>(1 / std::sqrt(mean_square));
    return nn::evaluate([&](Variable x) { return scale * x; }, inputs);
}

void few_labels(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::TrainTest parts = lesson::with_validation(session, data.train);
    const models::Pca pca = models::pca(parts.train.images, 32);
    const models::Autoencoder net = lesson::train_32(session, "model", lesson::deep_layers).net;
    struct Inputs {
        const char* name;
        Array train, validation, test;
    };
    for (const Inputs& in :
         {Inputs{"pixels", parts.train.images, parts.test.images, data.test.images},
          Inputs{"pca", pca.encode(parts.train.images), pca.encode(parts.test.images),
                 pca.encode(data.test.images)},
          Inputs{"code", tutorials::encode(net, parts.train.images),
                 tutorials::encode(net, parts.test.images),
                 tutorials::encode(net, data.test.images)}}) {
        const double square =
            nn::measure([](Variable x) { return mean(autograd::square(x)); }, in.train);
        for (const std::size_t count : {100, 1000}) {
            std::vector<double> accuracy;
            for (const std::uint64_t seed : {1, 2, 3}) {
                nn::Random random(seed);
                autograd::Indices rows = random.permutation(in.train.shape(0)), labels;
                rows.resize(std::min(count, rows.size()));
                for (const std::size_t row : rows) labels.push_back(parts.train.labels[row]);
                const Array some = scaled(nn::take(in.train, rows), square);
                double best = -1, of_test = 0;
                for (const double decay : {0.0, 0.1, 1.0, 5.0}) {
                    const models::Classifier found = classifier(some, labels, decay, seed);
                    const double of_validation =
                        found.accuracy(scaled(in.validation, square), parts.test.labels);
                    if (of_validation <= best) continue;
                    best = of_validation;
                    of_test = found.accuracy(scaled(in.test, square), data.test.labels);
                }
                accuracy.push_back(100 * of_test);
            }
            lesson::note_seeds(session, std::string(in.name) + "_" + std::to_string(count),
                               accuracy);
        }
    }
}

const tutorials::Experiment exercise_6{"exercise_6", "Few labels: pixels, PCA, codes", few_labels};

}  // namespace

// | percent of the test images right | 100 labels | 1000 labels |
// |---|---|---|
// | pixels | @result{pixels_100, .1f} ± @result{pixels_100_sd, .1f} | @result{pixels_1000, .1f} ± @result{pixels_1000_sd, .1f} |
// | PCA, 32 | @result{pca_100, .1f} ± @result{pca_100_sd, .1f} | @result{pca_1000, .1f} ± @result{pca_1000_sd, .1f} |
// | code, 32 | @result{code_100, .1f} ± @result{code_100_sd, .1f} | @result{code_1000, .1f} ± @result{code_1000_sd, .1f} |
//
// Mean and standard deviation over the three draws. With 100 labels the differences are not large enough,
// beside the spread of the draws, to settle an order. With 1000 labels the pixels are slightly ahead of the
// code, and both are ahead of PCA, by steps of about twice the spread. So we see no labels saved by this code.
// It saves room: 32 numbers tell a linear classifier about as much about the class as 784 pixels. Nothing in
// the training asked for codes in which the classes are easy to separate.
