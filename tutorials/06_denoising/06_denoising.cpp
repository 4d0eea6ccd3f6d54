// ---
// title: The denoising autoencoder
// builds_on: 03_autoencoder
// leads_to:
// tooltip: Spoil the input, ask for the clean image: what cannot copy must know the data.
// minutes: 5
// keywords: corruption, noise, Wiener filter, PSNR, posterior mean, score, vector field, inpainting
// ---
//
// ## What you will be able to do
//
// - Train a net that repairs images: noise removed, missing pixels filled in, with corruption that
//   is new in every batch; and name the two mistakes after which it trains happily and repairs
//   little.
// - Say how good a denoiser is in decibels, and compare it with the best *linear* one, which
//   follows from the covariance of the data in closed form.
// - Read $r(x) - x$ as a field of arrows that point to where the data are, say of which function it
//   is the gradient, and check a trained net against that formula.
//
// **Predict first.** To every pixel, whose range is 0 to 1, add Gaussian noise of standard
// deviation ½. Most people cannot name the garment any more. By what factor can the squared error
// be cut, with nothing but the noisy image at hand: by a linear filter, and by a network? Write
// down two numbers.
//
// ## The idea in one figure
//
// @figure{idea.png, A denoising autoencoder is given a spoilt image and asked for the clean one.
// The corruption is drawn anew whenever an image comes up; the loss never looks at the spoilt
// pixels.}
//
// Chapter 03 ended with a question: what keeps a net from copying its input? A narrow code is one
// answer. Here is another, which leaves the net as wide as it likes and adds no penalty to the
// loss: **give it a question to which the input is not the answer**. Spoil the image, show the net
// the spoilt one, ask for the clean one. Whoever copies is wrong by exactly the noise. To do better
// one must know what clothes look like, so that what cannot be part of a shirt is recognised and
// taken away.
//
// In chapter 03 copying was cheap. Now it is dear: Gaussian noise of standard deviation .3 costs a
// copy $784 \cdot .09 = 70.6$ per image, while the variance of the data is 68.2. Who copies does
// worse than who answers every question with the same mean image.
//
// ## The mathematics
//
// ### The loss
//
// Let $\tilde x$ be a corrupted version of $x$, drawn from some $q(\tilde x \mid x)$. The net is
// the autoencoder of chapter 03, $r(\tilde x) = g(f(\tilde x))$. Only its loss has two arguments
// now:
// $$ \min_{f,\,g}\ \operatorname{E}_{x} \operatorname{E}_{\tilde x \mid x}
//    \bigl| x - g(f(\tilde x)) \bigr|^2 . \tag{1} $$
// There are three classical corruptions (Vincent and others 2010), and each is of the form
// $\tilde x = k \circ x + a$ once its dice are thrown:
//
// | corruption | a pixel becomes | $k$ | $a$ |
// |---|---|---|---|
// | Gaussian noise | $x + \sigma \varepsilon$ | 1 | $\sigma \varepsilon$ |
// | masking noise | 0 with probability $p$ | 0 or 1 | 0 |
// | salt and pepper | 0 or 1, each with probability $p / 2$ | 0 or 1 | 1 where there is salt |
//
// ### What the best answer is
//
// Fix one $\tilde x$ and look at all the clean images it may have come from. For any answer $r$
// $$ \operatorname{E}\bigl[ |x - r|^2 \bigm| \tilde x \bigr]
//    = \operatorname{E}\bigl[ |x - \operatorname{E}[x|\tilde x]|^2 \bigm| \tilde x \bigr]
//    + \bigl| r - \operatorname{E}[x|\tilde x] \bigr|^2 , $$
// since the cross term vanishes. The first term does not depend on $r$. So the minimum of (1) over
// all functions is the **posterior mean**
// $$ r^*(\tilde x) = \operatorname{E}[\, x \mid \tilde x \,] . \tag{2} $$
// That is a definite thing, with two consequences. The best answer is an *average* of what may have
// been there: where the noise has destroyed the evidence, an average of several shirts is blurred,
// and **the blur is no failure of the net, but the optimum of squared error**. And it depends on
// the distribution of the data only through Bayes' rule: who can denoise perfectly at every
// $\sigma$ knows the distribution.
//
// ### The best linear answer
//
// Suppose $r$ may only be affine. The best choice needs no training. For Gaussian noise it is
// $$ r(\tilde x) = m + \Sigma\, (\Sigma + \sigma^2 I)^{-1} (\tilde x - m) , $$
// with the mean $m$ and the covariance $\Sigma$ of the images. In the coordinates of PCA, $\Sigma =
// U \Lambda U^{\mathsf T}$, it says something that one can remember: *shrink each coordinate by its
// share of signal*,
// $$ c_i \mapsto \frac{\lambda_i}{\lambda_i + \sigma^2}\, c_i ,
//    \qquad \text{error } = \sum_i \frac{\lambda_i\, \sigma^2}{\lambda_i + \sigma^2} . \tag{3} $$
// This is the **Wiener filter**. If images were Gaussian, it would be the posterior mean itself. So
// what a net gains over (3) is what it knows about images beyond their covariance.
//
// The unit of such comparisons is the **peak signal-to-noise ratio**, in decibels:
// $$ \mathrm{PSNR} = 10 \log_{10} \frac{1}{\mathrm{MSE}} , $$
// where 1 is the range of the pixels and MSE the squared error per pixel, averaged over all pixels
// of all test images before the logarithm is taken. Ten decibels are a factor of 10 in squared
// error, 3 decibels a factor of 2. (Papers often average the decibels of single images instead.
// By Jensen's inequality that number is never lower than ours.)
//
// ### The arrows
//
// Let $p_\sigma(\tilde x) = \int p(x)\, \mathcal N(\tilde x; x, \sigma^2 I)\, dx$ be the density of
// noisy images. Differentiate under the integral:
// $$ \nabla p_\sigma(\tilde x)
//    = \int p(x)\, \mathcal N(\tilde x; x, \sigma^2 I)\, \frac{x - \tilde x}{\sigma^2}\, dx
//    = p_\sigma(\tilde x)\, \frac{\operatorname{E}[x \mid \tilde x] - \tilde x}{\sigma^2} , $$
// divide by $p_\sigma$, and read it from right to left:
// $$ r^*(\tilde x) - \tilde x = \sigma^2\, \nabla \ln p_\sigma(\tilde x) . \tag{4} $$
// The correction that a perfect denoiser makes is the slope of the log density, uphill, towards
// where data are (Miyasawa 1961; for neural nets Vincent 2011, Alain and Bengio 2014). Nothing was
// assumed about $p$, and about the noise only that it is Gaussian. A net that has learnt to remove
// noise has learnt a **vector field towards the data manifold**, and with it the density
// $p_\sigma$ of noisy data, up to a constant: without ever writing one down. Diffusion models are
// built on this one line.
//
// ### Could it memorise all the same?
//
// It cannot copy. But take (2) literally for the training set, $N$ points of equal probability:
// $$ r_N(\tilde x) = \sum_n w_n x_n , \qquad
//    w_n = \frac{\exp(-|\tilde x - x_n|^2 / 2\sigma^2)}
//               {\sum_m \exp(-|\tilde x - x_m|^2 / 2\sigma^2)} . \tag{5} $$
// This is the exact minimum of the *training* loss, and it is the complete memory: an average of
// training images, weighted by how well noise explains the difference. A net that were large and
// patient enough would end there. In two dimensions, (5) is our yardstick. In 784, it is a warning,
// and we shall measure how good it is.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $\tilde x = k \circ x + a$ | `nn::Damage`: `keep`, `add`, `apply(clean)` |
// | $q(\tilde x \mid x)$ | `nn::Corruption`; `draw(shape, random)` gives a `Damage` |
// | $r = g \circ f$ | `models::Autoencoder` of chapter 03 |
// | (1), outputs linear | `Autoencoder::loss(corrupted, clean)` |
// | (1), outputs squashed to [0, 1] | `nn::squared_loss(net(corrupted), clean)` |
// | (3) | `models::wiener(pca, sigma)` |
// | (5) | `remember`, below |
// | PSNR | `models::psnr(restored, clean)` |
//
// > **Reduction.** The loss is summed over pixels and averaged over images, as everywhere in this
// > course. A mean squared error *per pixel* enters only into decibels.
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "models/evaluate/psnr.hpp"
#include "models/evaluate/wiener.hpp"
#include "nn/data/corruption.hpp"
#include "nn/data/toys.hpp"
#include "nn/layers/linear.hpp"
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
using models::Likelihood;
using models::psnr;
using nn::map_rows;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

namespace {

void draw_the_idea(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x"});
    const auto noise = diagram.box(2.7, 0, {"corruption", "new every time"});
    const auto spoilt = diagram.box(5.6, 0, {"spoilt image x̃"});
    const auto net = diagram.box(8.5, 0, {"encoder, decoder", "of any width"});
    const auto r = diagram.box(11.4, 0, {"r(x̃)"});
    const auto loss = diagram.box(5.6, 1.7, {"loss: how far is r(x̃) from x?"});
    diagram.arrow(x, noise);
    diagram.arrow(noise, spoilt);
    diagram.arrow(spoilt, net);
    diagram.arrow(net, r);
    diagram.arrow(x, loss);
    diagram.arrow(r, loss);
    diagram.save(session.file("idea.png"));
}

// ### Corruption is data
//
// A `nn::Corruption` says what may happen; `draw` throws the dice for a batch and gives a
// `nn::Damage`, two arrays. Why so formal? Because noise that is *data* can be kept. The gradient
// checks of this chapter need a loss that is the same function twice in a row, the test images must
// be spoilt in the same way for every method that we compare, and further below we make a damage by
// hand.
//
// @figure{corruptions.png, Eight test images under each corruption. Gaussian noise is not clipped:
// pixels leave the range from 0 to 1, and the picture shows them as black or white.}

void show_corruptions(Session& session, const nn::Dataset& test) {
    const Array clean = nn::first(test, 8).images;
    nn::Random random(session.flags.seed);
    tutorials::save_named_rows(
        session.file("corruptions.png"),
        {{"clean", clean},
         {"Gaussian, σ = .1", nn::gaussian_noise(.1)(clean, random)},
         {"Gaussian, σ = .3", nn::gaussian_noise(.3)(clean, random)},
         {"Gaussian, σ = .5", nn::gaussian_noise(.5)(clean, random)},
         {"masking, p = ½", nn::masking_noise(.5)(clean, random)},
         {"salt and pepper, p = ½", nn::salt_and_pepper_noise(.5)(clean, random)}},
        test.item);
}

// ### One loop for all
//
// Every net of this chapter is trained by the same loop. A `Recipe` says what the net is shown and
// what it is asked for; both are made from the clean batch. Look at the step: the corruption is
// drawn *inside* it, from the generator that belongs to the training, so every epoch brings new
// noise and an interrupted run goes on bit for bit.

/// The pair that a step learns from.
struct Lesson {
    Array input, target;
};
using Teacher = std::function<Lesson(const Array& clean, nn::Random&)>;
using Spoiler = std::function<Array(const Array& clean, nn::Random&)>;

/// The denoising autoencoder's: corrupted in, clean out.
Teacher denoise(const Spoiler& spoil) {
    return [spoil](const Array& clean, nn::Random& random) -> Lesson {
        return {spoil(clean, random), clean};
    };
}

struct Recipe {
    std::string name;  ///< of the files
    std::size_t epochs;
    double learning_rate;
    Teacher teach;
    bool quiet = true;
    /// What to measure after every epoch.
    std::function<nn::Metrics()> evaluate = {};
    /// What a run that is resumed must agree in, besides the flags.
    nn::Conditions conditions = {};
};

struct Trained {
    nn::History history;
    double images_per_second;
};

template <class Net>
Trained train(const Session& session, const Recipe& recipe, Net& net, const nn::Dataset& data,
              nn::Random& random) {
    nn::Batches batches(data, session.flags.batch);
    nn::Adam adam(net);
    Tape tape;
    nn::Training training(
        {.epochs = recipe.epochs,
         .name = recipe.name,
         .folder = session.flags.out,
         .resume = session.flags.resume,
         .learning_rate = nn::schedule::cosine(recipe.learning_rate, 0, double(recipe.epochs)),
         .conditions = recipe.conditions,
         .quiet = recipe.quiet},
        net, adam, random);
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        const Lesson lesson = recipe.teach(batch.images, random);
        tape.rewind();
        const Variable loss =
            nn::squared_loss(net(tape.constant(lesson.input)), tape.constant(lesson.target));
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    };
    training.run(batches, step, recipe.evaluate);
    return {training.history(), training.images_per_second()};
}

/// A quick run does everything, but not for long.
std::size_t epochs(const Session& session, std::size_t wanted) {
    return session.flags.quick ? 2 : wanted;
}

template <class Net>
Array restore(const Net& net, const Array& spoilt) {
    return map_rows(spoilt, [&](Variable x) { return net(x); });
}

// And the net: one hidden layer, of 512 units in the small nets and 1024 in the main ones. The
// images could be copied through far fewer, so nothing but the corruption stands between the net
// and a copy. Its outputs are squashed, since pixels end at 0 and 1; its hidden units have the
// smooth ReLU of chapter 03.

Variable silu(Variable x) { return x * sigmoid(x); }

Autoencoder make_net(std::size_t pixels, std::size_t width, nn::Random& random) {
    return Autoencoder({.input = pixels,
                        .latent = width,
                        .code_activation = silu,
                        .likelihood = Likelihood::bernoulli},
                       random);
}

// ### The wrong thing first, twice
//
// Three nets, 784-512-784, alike in everything but the pair that they learn from:
//
// - clean in, clean out: the autoencoder of chapter 03, which we then use to remove noise. People
//   do this: "an autoencoder only lets through what is typical, so noise is filtered".
// - noisy in, noisy out: one line wrong, the corruption applied to the batch *before* it becomes
//   input and target. The loss falls nicely.
// - noisy in, clean out.
//
// | trained on | error on its own task, per image | repairs to |
// |---|---|---|
// | clean → clean | @result{loss_clean_clean, .2f} | @result{psnr_clean_clean, .2f} dB |
// | noisy → noisy | @result{loss_noisy_noisy, .2f} | @result{psnr_noisy_noisy, .2f} dB |
// | noisy → clean | @result{loss_noisy_clean, .2f} | @result{psnr_noisy_clean, .2f} dB |
//
// @figure{wrong.png, What three nets of one shape make of noisy images. The first two were never
// asked to take anything away.}
//
// The noisy images have @result{psnr_noisy_30, .2f} dB. The second net is the bug: rewarded for
// noise in its answers, it takes away only what it cannot carry. The first is not useless, and that
// is why people believe in it. It has learnt what is typical, noise is not typical, and part of it
// does not get through. But look at its grains and stripes: what noise resembles clothes becomes
// clothes. It stays below the linear filter that we shall meet, which has @result{psnr_wiener_30,
// .2f} dB, and what it repairs it owes to what it has not learnt yet, for a perfect copier repairs
// nothing. The third net did what was asked of it.
//
// The losses tell nothing of all this: the first net's is less than half of the third's, whose task
// is hard.
// **Compare losses only between nets that do the same task**, and measure on the task that you
// have.

struct Pupil {
    std::string name, title;
    Teacher teach;
};

/// Returns the third net.
Autoencoder three_tasks(Session& session, const nn::TrainTest& data, const Array& noisy) {
    const auto noise = nn::gaussian_noise(.3);
    const nn::Dataset& test = data.test;
    const std::vector<Pupil> pupils{{"clean_clean", "clean → clean",
                                     [](const Array& clean, nn::Random&) -> Lesson {
                                         return {clean, clean};
                                     }},
                                    {"noisy_noisy", "noisy → noisy",
                                     [noise](const Array& clean, nn::Random& random) -> Lesson {
                                         const Array spoilt = noise(clean, random);
                                         return {spoilt, spoilt};
                                     }},
                                    {"noisy_clean", "noisy → clean", denoise(noise)}};

    const auto few = [](const Array& images) { return nn::take(images, tutorials::upto(8)); };
    std::vector<NamedImages> rows{{"clean", few(test.images)}, {"noisy, σ = .3", few(noisy)}};
    std::printf("\nThe same net taught three tasks; how well does it repair images of %.2f dB?\n",
                psnr(noisy, test.images));
    std::printf("  taught         loss on its task  repairs to (dB)\n");
    std::vector<Autoencoder> nets;
    for (const auto& [name, title, teach] : pupils) {
        nn::Random random(session.flags.seed);
        Autoencoder& net = nets.emplace_back(make_net(test.images.shape(1), 512, random));
        const nn::History history =
            train(
                session,
                {.name = name, .epochs = epochs(session, 4), .learning_rate = 3e-3, .teach = teach},
                net, data.train, random)
                .history;
        const double loss = history.column("train_loss").back();
        const double repaired = psnr(restore(net, noisy), test.images);
        // The arrow of the title is one column wide and three bytes long.
        std::printf("  %-15s  %16.2f  %15.2f\n", title.c_str(), loss, repaired);
        session.note("loss_" + name, loss);
        session.note("psnr_" + name, repaired);
        rows.push_back({title, restore(net, few(noisy))});
    }
    tutorials::save_named_rows(session.file("wrong.png"), rows, test.item);
    return nets.back();
}

// ### A field of arrows
//
// Now (4), where it can be seen. The data are points on two spiral arms in the plane: a manifold of
// one dimension. The net is 2-128-128-128-2, three hidden layers each sixty-four times as wide as
// the input, with linear outputs; its units are ReLUs, whose corners can follow arms that lie so
// close together. At each point of a grid we draw $r(x) - x$. Beside it stands the
// exact minimum (5) of the training loss. The formula needs nothing but the data, and is itself a
// small network: a linear layer whose weights are the data, a softmax, and a linear layer whose
// weights are the data again. (Its name elsewhere is *attention*.)

/// E[x | x̃] if the clean x is one of the rows (N, D) of `data`: (B, D) to (B, D).
Array remember(const Array& data, double sigma, const Array& noisy) {
    // ln wₙ = x̃·xₙ/σ² − |xₙ|²/2σ² + what is the same for all n
    Array half_norms(Shape{data.shape(0)});
    for (std::size_t n = 0; n < data.shape(0); ++n) {
        double sum = 0;
        for (std::size_t d = 0; d < data.shape(1); ++d)
            sum += double{data(n, d)} * double{data(n, d)};
        half_norms(n) = static_cast<Real>(-sum / 2);
    }
    const auto weigh_and_add = [&](Variable x) {
        const Variable images = x.tape().constant(data), norms = x.tape().constant(half_norms);
        const Variable weights = softmax(linear(x, images, norms) * Real(1 / (sigma * sigma)));
        return matmul(weights, images);
    };
    return map_rows(noisy, weigh_and_add);
}

/// How far a net's arrows are from the exact ones, as a share of those, where noisy data are.
double error_of_arrows(const Array& net, const Array& exact, const Array& from) {
    double difference = 0, length = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        difference += std::pow(double{net.data()[i]} - double{exact.data()[i]}, 2);
        length += std::pow(double{exact.data()[i]} - double{from.data()[i]}, 2);
    }
    return std::sqrt(difference / length);
}

/// side × side points over [−1.4, 1.4]².
Array grid(std::size_t side) {
    Array points(Shape{side * side, 2});
    for (std::size_t i = 0; i < side * side; ++i) {
        const auto place = [&](std::size_t k) {
            return static_cast<Real>(-1.4 + 2.8 * (double(k) + .5) / double(side));
        };
        points(i, 0) = place(i % side);
        points(i, 1) = place(i / side);
    }
    return points;
}

Plot::Numbers column(const Array& points, std::size_t number) {
    Plot::Numbers numbers;
    for (std::size_t i = 0; i < points.shape(0); ++i) numbers.push_back(double{points(i, number)});
    return numbers;
}

Plot plane(const std::string& title) {
    return Plot({.title = title,
                 .x = "x₁",
                 .y = "x₂",
                 .same_scale = true,
                 .x_range = std::array{-1.5, 1.5},
                 .y_range = std::array{-1.5, 1.5},
                 .legend = false});
}

/// Arrows from points to where they are sent, at most a sixth of a unit long.
Plot arrows(const std::string& title, const nn::Dataset& data, const Array& from, const Array& to) {
    Plot::Numbers dx = column(to, 0), dy = column(to, 1);
    const Plot::Numbers x = column(from, 0), y = column(from, 1);
    for (std::size_t i = 0; i < x.size(); ++i) {
        dx[i] -= x[i], dy[i] -= y[i];
        const double length = std::hypot(dx[i], dy[i]), factor = std::min(1., 1 / (6 * length));
        dx[i] *= factor, dy[i] *= factor;
    }
    const Array some = nn::first(data, 1000).images;
    return plane(title).points("", column(some, 0), column(some, 1)).arrows("", x, y, dx, dy);
}

// @figure{field.png, Dots are data, arrows lead from x towards r(x) and are at most a sixth of a
// unit long. First row: the trained net and the exact posterior mean, for noise of .1. Second row:
// the net that was trained with noise of .4; and points from anywhere (blue) with the places where
// ten applications of the net for .1 take them (orange).}
//
// Trained and exact field agree: where noisy data are, the net's arrows are off by
// @result{field_error_percent, .1f} % of the length of the exact ones. Arrows vanish on the
// manifold and turn round in the valley between two arms, where both are equally likely. And nobody
// told the net what a spiral is.
//
// With noise of .4 the arms are blurred into one hill, and the arrows point to its middle. **The
// noise decides at which scale the manifold is seen**: much noise tells far-away points the way,
// and little noise knows the details. Apply the map of little noise again and again, and points
// from anywhere slide onto the arms. This is not yet sampling: they all end on the ridge line of
// the density, wherever they happen to come from. (With the exact $r$ this iteration is an old
// friend, the *mean shift* algorithm.) Add some noise after each step, and begin with the coarse
// field and change over to the finer ones, and it becomes a diffusion model.

struct FieldNet {
    Autoencoder net;
    double sigma;
};

FieldNet learn_field(const Session& session, const nn::Dataset& data, double sigma) {
    nn::Random random(session.flags.seed);
    FieldNet field{
        Autoencoder({.input = 2, .hidden = {128}, .latent = 128, .code_activation = autograd::relu},
                    random),
        sigma};
    train(session,
          {.name = "field_" + std::to_string(std::lround(100 * sigma)),
           .epochs = epochs(session, 80),
           .learning_rate = 3e-3,
           .teach = denoise(nn::gaussian_noise(sigma))},
          field.net, data, random);
    return field;
}

void field(Session& session) {
    nn::Random random(session.flags.seed);
    const std::size_t count = session.flags.quick ? 500 : 10'000;
    const nn::Dataset data = nn::spiral(count, random);
    const FieldNet fine = learn_field(session, data, .1), coarse = learn_field(session, data, .4);

    const Array probes = nn::gaussian_noise(fine.sigma)(nn::first(data, 2000).images, random);
    const double error = error_of_arrows(restore(fine.net, probes),
                                         remember(data.images, fine.sigma, probes), probes);
    std::printf("\nThe field of arrows on two spiral arms, noise %.1f\n", fine.sigma);
    std::printf("  arrows differ from the exact ones by %.1f %% of their length\n", 100 * error);
    session.note("field_error_percent", 100 * error);

    Array start = random.uniform({300, 2});
    for (Real& coordinate : start) coordinate = Real(2.8) * coordinate - Real(1.4);
    Array end = start;
    for (int step = 0; step < 10; ++step) end = restore(fine.net, end);
    Plot walk = plane("from anywhere, ten times");
    walk.points("", column(start, 0), column(start, 1)).points("", column(end, 0), column(end, 1));

    const Array at = grid(20);
    tutorials::save_plots(
        session.file("field.png"),
        {arrows("net, noise .1", data, at, restore(fine.net, at)),
         arrows("exact, noise .1", data, at, remember(data.images, fine.sigma, at)),
         arrows("net, noise .4", data, at, restore(coarse.net, at)), walk},
        2);
}

// ### The yardstick
//
// Back to clothes. The Wiener filter is computed from the covariance of the training images, and
// its results on the test images are known: 23.61, 18.82 and 17.16 dB for noise of .1, .3 and .5.
// Ours must agree, or something is wrong with the filter, the noise or the decibels. Chapter after
// chapter this is the cheapest insurance: *before training anything, reproduce a number that needs
// no training.*
//
// The noisy test images are made once, and every method gets the same ones.

struct Level {
    double sigma;
    Array noisy;
};

std::vector<Level> noisy_levels(const Session& session, const Array& clean) {
    nn::Random random(session.flags.seed + 1000);
    std::vector<Level> levels;
    for (const double sigma : {.05, .1, .2, .3, .4, .5})
        levels.push_back({sigma, nn::gaussian_noise(sigma)(clean, random)});
    return levels;
}

const Array& noisy_at(const std::vector<Level>& levels, double sigma) {
    const auto found = std::find_if(levels.begin(), levels.end(),
                                    [&](const Level& level) { return level.sigma == sigma; });
    return found->noisy;
}

/// .3 as in the names of results: 30.
std::string percent(double sigma) { return std::to_string(std::lround(100 * sigma)); }

/// Pixels end at 0 and 1, and whoever knows that is better off.
Array clipped(Array images) {
    for (Real& pixel : images) pixel = std::clamp(pixel, Real(0), Real(1));
    return images;
}

// ### One net for each level
//
// The filter is told $\sigma$, so the nets are told as well: one is trained for noise of .1, one
// for .3, one for .5. Each is then tested on all levels.
//
// @figure{psnr.png, Quality of the restored test images against the strength of their noise. At
// each of the levels .1, .3 and .5 the net that was trained for it is the best of the three, and
// above the Wiener filter, which is made anew for every level.}
//
// | noise σ | noisy | Wiener | Wiener, clipped | net of this level |
// |---|---|---|---|---|
// | .1 | @result{psnr_noisy_10, .2f} | @result{psnr_wiener_10, .2f} | @result{psnr_wiener_clipped_10, .2f} | @result{psnr_denoised_10, .2f} |
// | .3 | @result{psnr_noisy_30, .2f} | @result{psnr_wiener_30, .2f} | @result{psnr_wiener_clipped_30, .2f} | @result{psnr_denoised_30, .2f} |
// | .5 | @result{psnr_noisy_50, .2f} | @result{psnr_wiener_50, .2f} | @result{psnr_wiener_clipped_50, .2f} | @result{psnr_denoised_50, .2f} |
//
// That answers the question at the beginning: at $\sigma = ½$ the linear filter cuts the squared
// error by a factor of @result{gain_wiener_50, .1f}, the net by @result{gain_denoised_50, .1f}.
// Part of the net's advantage is cheap: its outputs end at 0 and 1. The column *clipped* gives the
// filter the same help. The rest is knowledge of clothes.
//
// Another seed changes little, and twenty epochs (`--epochs 20`) are better than nine at each level:
//
// | noise σ | seed 1 | seed 2 | seed 3 | seed 1, 20 epochs |
// |---|---|---|---|---|
// | .1 | @result{psnr_denoised_10, .2f} | @result{seed_2/psnr_denoised_10, .2f} | @result{seed_3/psnr_denoised_10, .2f} | @result{epochs_20/psnr_denoised_10, .2f} |
// | .3 | @result{psnr_denoised_30, .2f} | @result{seed_2/psnr_denoised_30, .2f} | @result{seed_3/psnr_denoised_30, .2f} | @result{epochs_20/psnr_denoised_30, .2f} |
// | .5 | @result{psnr_denoised_50, .2f} | @result{seed_2/psnr_denoised_50, .2f} | @result{seed_3/psnr_denoised_50, .2f} | @result{epochs_20/psnr_denoised_50, .2f} |
//
// A net for one level is poor at the others: trained for strong noise it wipes out details that
// weak noise has left intact, trained for weak noise it takes strong noise for detail. Who has a
// noisy photograph does not know its $\sigma$. `--blind` trains a single net on all levels, each
// image of a batch with its own $\sigma$ between 0 and .55, and does not tell it which.
//
// One addition to the autoencoder. Everything that a linear filter can do, a hidden layer can do
// too, but it must be squeezed through units that bend. At weak noise, where the linear filter is
// nearly right, this is where the decibels are lost. So the linear part gets a path of its own,
// straight from the noisy pixels to the logits of the answer, and the hidden layer has to learn
// only what a linear filter cannot do:
// $$ r(\tilde x) = \operatorname{sigmoid}\bigl( g(f(\tilde x)) + S\, \tilde x + s \bigr) . $$
// $S$ and $s$ are the weights and the bias of `straight`, and $g$ ends before its sigmoid.
// Restoration nets have had such a path since (Mao, Shen and Yang 2016); exercise 1 takes it away.

struct Denoiser {
    Autoencoder bent;
    nn::Linear straight;

    Denoiser(std::size_t pixels, std::size_t width, nn::Random& random)
        : bent(make_net(pixels, width, random)), straight(pixels, pixels, random) {}

    Variable operator()(Variable x) const {
        return sigmoid(bent.decode(bent.encode(x)) + straight(x));
    }

    void visit(auto&& see) {
        see("bent", bent);
        see("straight", straight);
    }
};

struct Options {
    std::size_t width = 1024;
    bool blind = false;
};

struct Expert {
    double sigma;  ///< what it is for
    Denoiser net;
};

std::vector<Expert> train_experts(Session& session, const nn::TrainTest& data,
                                  const std::vector<Level>& levels, const Options& options) {
    const Array& clean = data.test.images;
    std::vector<Expert> experts;
    for (const double sigma : {.1, .3, .5}) {
        if (options.blind && !experts.empty()) {  // one net serves all levels
            experts.push_back({sigma, experts.front().net});
            continue;
        }
        nn::Random random(session.flags.seed);
        Denoiser& net =
            experts.emplace_back(Expert{sigma, {clean.shape(1), options.width, random}}).net;
        const nn::Corruption noise = options.blind
                                         ? nn::Corruption{nn::CorruptionKind::gaussian, 0, .55}
                                         : nn::gaussian_noise(sigma);
        std::printf("\nA denoiser of %zu weights for noise from %g to %g\n",
                    nn::parameter_count(nn::parameters(net)), noise.weakest, noise.strongest);
        const bool main_one = options.blind || sigma == .3;
        const Trained trained =
            train(session,
                  {.name = main_one ? "model" : "model_" + percent(sigma),
                   .epochs = session.flags.epochs,
                   .learning_rate = session.flags.learning_rate,
                   .teach = denoise(noise),
                   .quiet = false,
                   .evaluate = [&]() -> nn::Metrics {
                       return {{"psnr", psnr(restore(net, noisy_at(levels, sigma)), clean)}};
                   },
                   .conditions = {{"weakest noise", autograd::text(noise.weakest)},
                                  {"strongest noise", autograd::text(noise.strongest)}}},
                  net, data.train, random);
        if (main_one) session.note("train_images_per_second", trained.images_per_second);
    }
    return experts;
}

const Denoiser& expert_for(const std::vector<Expert>& experts, double sigma) {
    const auto found = std::find_if(experts.begin(), experts.end(),
                                    [&](const Expert& expert) { return expert.sigma == sigma; });
    return found->net;
}

void judge(Session& session, const std::vector<Expert>& experts, const models::Pca& directions,
           const Array& clean, const std::vector<Level>& levels) {
    std::printf("\nDecibels on the test images\n");
    std::printf("  noise   noisy  Wiener  clipped  net .1  net .3  net .5\n");
    Plot::Numbers sigmas, noisy, wiener;
    std::vector<Plot::Numbers> restored(experts.size());
    for (const Level& level : levels) {
        const Array linear = models::wiener(directions, level.sigma)(level.noisy);
        sigmas.push_back(level.sigma);
        noisy.push_back(psnr(level.noisy, clean));
        wiener.push_back(psnr(linear, clean));
        const double limited = psnr(clipped(linear), clean);
        std::printf("   %4.2f  %6.2f  %6.2f   %6.2f", level.sigma, noisy.back(), wiener.back(),
                    limited);
        for (std::size_t k = 0; k < experts.size(); ++k) {
            restored[k].push_back(psnr(restore(experts[k].net, level.noisy), clean));
            std::printf("  %6.2f", restored[k].back());
            if (experts[k].sigma == level.sigma)
                session.note("psnr_denoised_" + percent(level.sigma), restored[k].back());
        }
        std::printf("\n");
        session.note("psnr_noisy_" + percent(level.sigma), noisy.back());
        session.note("psnr_wiener_" + percent(level.sigma), wiener.back());
        session.note("psnr_wiener_clipped_" + percent(level.sigma), limited);
    }
    const auto factor = [&](const Plot::Numbers& better) {
        return std::pow(10, (better.back() - noisy.back()) / 10);
    };
    session.note("gain_wiener_50", factor(wiener));
    session.note("gain_denoised_50", factor(restored.back()));
    Plot plot({.x = "standard deviation of the noise", .y = "PSNR (dB)"});
    for (std::size_t k = 0; k < experts.size(); ++k)
        plot.line("net for ." + std::to_string(std::lround(10 * experts[k].sigma)), sigmas,
                  restored[k]);
    plot.line("Wiener filter for each", sigmas, wiener)
        .line("noisy images", sigmas, noisy)
        .save(session.file("psnr.png"));
}

// @figure{denoised.png, Test images and noise of .3 and .5, restored by the Wiener filter and by
// the net. The filter leaves clouds on the background and halos around the garment; the net draws
// clean outlines. What neither can do is bring back a print that the noise has buried: there the
// best answer is an average, and averages are smooth.}

void show_restored(Session& session, const std::vector<Expert>& experts,
                   const models::Pca& directions, const nn::Dataset& test,
                   const std::vector<Level>& levels) {
    const auto few = [](const Array& images) { return nn::take(images, tutorials::upto(10)); };
    std::vector<NamedImages> rows{{"clean", few(test.images)}};
    for (const auto& [sigma, name] : {std::pair(.3, "noise .3"), {.5, "noise .5"}}) {
        const Array noisy = few(noisy_at(levels, sigma));
        rows.push_back({name, noisy});
        rows.push_back({"Wiener", models::wiener(directions, sigma)(noisy)});
        rows.push_back({"net", restore(expert_for(experts, sigma), noisy)});
    }
    tutorials::save_named_rows(session.file("denoised.png"), rows, test.item);
}

// ### What the net does that no filter can
//
// How is a pixel of the answer put together from those of the noisy image? For a linear filter
// there is one recipe for all images, a row of its matrix. For the net the recipe is the gradient
// of that pixel with respect to the input, and the tape computes it: one backward pass with a
// cotangent that is 1 at the pixel. It depends on the image, and it tells how the answer follows
// small changes of the noisy image, not how all of it comes about.
//
// @figure{recipes.png, First row: noisy images, σ = .3. Second row: the weights with which the
// Wiener filter averages the pixels of the noisy image to answer for one of them, where the weights
// are brightest; grey is zero, white positive, black negative. Third row: the weights of the net
// for the same pixel, which change from image to image. They run along the edge of the shoe, and
// along both legs of the trousers.}
//
// The filter has made its peace with all garments at once. The net first finds out what it is
// looking at, then averages what belongs together. An average over many pixels of one sleeve
// removes more noise than an average over a neighbourhood that ends in the background. This is what
// the decibels above Wiener are made of.

/// The gradients of one pixel of the answers with respect to the noisy images (B, D).
Array recipes_of(const Denoiser& net, const Array& noisy, std::size_t pixel) {
    Tape tape;
    const Variable x = tape.variable(noisy);
    const Variable answers = slice(net(x), 1, pixel, pixel + 1);
    // Images do not mix, so each row has the gradient of its own.
    return tape.backward(sum(answers)).of(x);
}

/// Rows (k, D) as pictures: 0 is grey, the largest magnitude of each row black or white.
Array as_pictures(Array rows) {
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            largest = std::max(largest, std::abs(rows(i, j)));
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            rows(i, j) = Real(.5) + Real(.5) * rows(i, j) / std::max(largest, Real(1e-12));
    }
    return rows;
}

void show_recipes(Session& session, const Denoiser& net, const models::Pca& directions,
                  const nn::Dataset& test, const std::vector<Level>& levels) {
    const Array noisy = nn::take(noisy_at(levels, .3), tutorials::upto(10));
    const std::size_t pixel = test.item[0] / 2 * test.item[1] + test.item[1] / 4;
    const Array weights = models::wiener(directions, .3).weights_of(pixel);
    Array filter(noisy.shape());
    for (std::size_t i = 0; i < filter.shape(0); ++i)
        std::copy(weights.begin(), weights.end(), &filter(i, 0));
    tutorials::save_named_rows(session.file("recipes.png"),
                               {{"noisy", noisy},
                                {"Wiener's recipe", as_pictures(filter)},
                                {"the net's recipe", as_pictures(recipes_of(net, noisy, pixel))}},
                               test.item);
}

// ### The one that remembers
//
// And (5), the perfect memory? It has all training images at hand and is told $\sigma$. Given
// *training* images with new noise, it returns the very image in @result{recalled_percent, .1f} %
// of the cases. Given test images:
//
// | σ = .3, decibels | training images | test images |
// |---|---|---|
// | memory (5) | all but perfect | @result{psnr_memory_test, .2f} |
// | net | @result{psnr_net_train, .2f} | @result{psnr_net_test, .2f} |
//
// @figure{memory.png, Test images with noise of .3, what the perfect memory answers, and what the
// net answers. The memory's answers are flawless pictures of other garments.}
//
// Worse than the linear filter; yet its failures look better than the net's successes, sharp,
// clean, and wrong. In 784 dimensions the nearest of 60 000 images is so much nearer than the
// second that the average has a single member. This, mind, is the global minimum of the training
// loss. That the two numbers of the net lie so close together says that it is far from there. New
// noise in every batch forbids the copy, and makes memory expensive: not an image must be learnt by
// heart but all that noise can make of it. What forbids memory in the end is that the net is too
// small and stops too early, as everywhere.

/// The share of rows that are the same, but for a hundredth of the range in each pixel.
double share_of_equal(const Array& a, const Array& b) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.shape(0); ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < a.shape(1); ++j)
            largest = std::max(largest, std::abs(a(i, j) - b(i, j)));
        equal += largest < Real(.01) ? 1 : 0;
    }
    return static_cast<double>(equal) / static_cast<double>(a.shape(0));
}

void memory(Session& session, const Denoiser& net, const nn::TrainTest& data,
            const std::vector<Level>& levels) {
    const std::size_t count = session.flags.quick ? 100 : 1000;
    nn::Random random(session.flags.seed);
    const Array seen = nn::first(data.train, count).images;
    const Array fresh = nn::first(data.test, count).images;
    const Array noisy_seen = nn::gaussian_noise(.3)(seen, random);
    const Array noisy_fresh = nn::take(noisy_at(levels, .3), tutorials::upto(fresh.shape(0)));
    const Array recalled = remember(data.train.images, .3, noisy_fresh);

    const double percent = 100 * share_of_equal(remember(data.train.images, .3, noisy_seen), seen);
    const double on_test = psnr(recalled, fresh);
    const double net_train = psnr(restore(net, noisy_seen), seen);
    const double net_test = psnr(restore(net, noisy_fresh), fresh);
    std::printf("\nMemory against net, noise .3, %zu images of each kind\n", fresh.shape(0));
    std::printf("  memory: the very image for %.1f %% of training images, %.2f dB on test images\n",
                percent, on_test);
    std::printf("  net:    %.2f dB on training images, %.2f dB on test images\n", net_train,
                net_test);
    session.note("recalled_percent", percent);
    session.note("psnr_memory_test", on_test);
    session.note("psnr_net_train", net_train);
    session.note("psnr_net_test", net_test);

    const auto few = [](const Array& images) { return nn::take(images, tutorials::upto(10)); };
    tutorials::save_named_rows(session.file("memory.png"),
                               {{"clean", few(fresh)},
                                {"noisy", few(noisy_fresh)},
                                {"memory", few(recalled)},
                                {"net", restore(net, few(noisy_fresh))}},
                               data.test.item);
}

// ### Other corruptions, and what is specific about each
//
// Nothing in (1) and (2) asks for Gaussian noise. The same small net, taught with each of the three
// corruptions and tested on all of them; in decibels:
//
// | taught with (rows), repairs (columns) | Gaussian .3 | masking ½ | salt and pepper .3 |
// |---|---|---|---|
// | (spoilt image) | @result{psnr_noisy_30, .2f} | @result{psnr_spoilt_masking, .2f} | @result{psnr_spoilt_salt_pepper, .2f} |
// | Gaussian .3 | @result{psnr_gaussian_on_gaussian, .2f} | @result{psnr_gaussian_on_masking, .2f} | @result{psnr_gaussian_on_salt_pepper, .2f} |
// | masking ½ | @result{psnr_masking_on_gaussian, .2f} | @result{psnr_masking_on_masking, .2f} | @result{psnr_masking_on_salt_pepper, .2f} |
// | salt and pepper .3 | @result{psnr_salt_pepper_on_gaussian, .2f} | @result{psnr_salt_pepper_on_masking, .2f} | @result{psnr_salt_pepper_on_salt_pepper, .2f} |
// | median of 3 × 3 pixels | @result{psnr_median_on_gaussian, .2f} | @result{psnr_median_on_masking, .2f} | @result{psnr_median_on_salt_pepper, .2f} |
//
// @figure{others.png, Masked and peppered images, what the nets that were taught the respective
// corruption make of them, and the median filter, the classical remedy for salt and pepper.}
//
// The best of each column stands on the diagonal. **A denoiser knows its noise as well as its
// images**: shown something else it does something else, confidently. The median of the neighbours
// is the textbook's tool against single pixels that are wrong; it knows nothing about clothes, and
// with every third pixel wrong it begins to lose.

struct Kind {
    std::string name, title;
    nn::Corruption corruption;
};

/// Each pixel becomes the median of itself and its neighbours: eight, or fewer at the border.
Array median_filter(const Array& images, const Shape& item) {
    const std::size_t rows = item[0], columns = item[1];
    Array out(images.shape());
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j) {
                std::array<Real, 9> near{};
                std::size_t count = 0;
                for (std::size_t y = i == 0 ? 0 : i - 1; y <= std::min(i + 1, rows - 1); ++y)
                    for (std::size_t x = j == 0 ? 0 : j - 1; x <= std::min(j + 1, columns - 1); ++x)
                        near[count++] = images(n, y * columns + x);
                const auto middle = near.begin() + static_cast<std::ptrdiff_t>(count / 2);
                std::nth_element(near.begin(), middle,
                                 near.begin() + static_cast<std::ptrdiff_t>(count));
                out(n, i * columns + j) = *middle;
            }
    return out;
}

/// The net for Gaussian noise is there already.
void other_corruptions(Session& session, const nn::TrainTest& data, const Array& gaussian_noisy,
                       const Autoencoder& gaussian_net) {
    const nn::Dataset& test = data.test;
    const std::vector<Kind> kinds{
        {"gaussian", "Gaussian .3", nn::gaussian_noise(.3)},
        {"masking", "masking ½", nn::masking_noise(.5)},
        {"salt_pepper", "salt and pepper .3", nn::salt_and_pepper_noise(.3)}};
    nn::Random draw(session.flags.seed + 2000);
    const std::vector<Array> spoilt{gaussian_noisy, kinds[1].corruption(test.images, draw),
                                    kinds[2].corruption(test.images, draw)};
    std::printf("\nRepairing other corruptions (dB)\n");
    std::printf("  taught with          Gaussian  masking  salt and pepper\n");
    const auto row = [&](const std::string& title, const std::string& key, const auto& repair) {
        std::printf("  %-18s", title.c_str());
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            const double decibels = psnr(repair(spoilt[i]), test.images);
            std::printf("  %9.2f", decibels);
            session.note("psnr_" + key + kinds[i].name, decibels);
        }
        std::printf("\n");
    };
    row("(spoilt image)", "spoilt_", [](const Array& x) { return x; });

    const auto few = [](const Array& images) { return nn::take(images, tutorials::upto(10)); };
    std::vector<NamedImages> pictures{{"clean", few(test.images)}};
    row(kinds[0].title, "gaussian_on_", [&](const Array& x) { return restore(gaussian_net, x); });
    for (std::size_t k = 1; k < kinds.size(); ++k) {
        nn::Random random(session.flags.seed);
        Autoencoder net = make_net(test.images.shape(1), 512, random);
        train(session,
              {.name = "taught_" + kinds[k].name,
               .epochs = epochs(session, 4),
               .learning_rate = 3e-3,
               .teach = denoise(kinds[k].corruption)},
              net, data.train, random);
        row(kinds[k].title, kinds[k].name + "_on_",
            [&](const Array& x) { return restore(net, x); });
        const Array some = few(spoilt[k]);
        pictures.push_back({kinds[k].title, some});
        pictures.push_back({"net", restore(net, some)});
        pictures.push_back({"median", median_filter(some, test.item)});
    }
    row("median filter", "median_on_", [&](const Array& x) { return median_filter(x, test.item); });
    tutorials::save_named_rows(session.file("others.png"), pictures, test.item);
}

// ### Filling in what is missing
//
// A damage made by hand: one half of the image is gone, the lower, the upper, the left or the right
// one, each equally likely. A missing pixel is not a black one, so it is marked by a value that no
// pixel has: $k = 0$, $a = -1$. The same loop trains a net to answer with the whole image. We keep
// what is known and take the net's answer for the rest.
//
// The linear yardstick is the expectation of the missing pixels given the others, under the
// Gaussian of probabilistic PCA with 64 directions. Its error on the lower half of the first 2000
// test images is known: .0429 per missing pixel.
//
// @figure{inpainted.png, The lower half is missing, then the left one. The linear completion is a
// ghost of many garments; the net decides for one, where the visible half allows it.}
//
// | squared error per missing pixel, lower half | |
// |---|---|
// | mean image | @result{inpainting_mean, .4f} |
// | conditional Gaussian | @result{inpainting_linear, .4f} |
// | net | @result{inpainting_net, .4f} |
//
// Look at the sandal and the boot: when half of the evidence is gone, many completions are
// possible, the best answer is their average, and both answers are blurred. Here squared error
// reaches its limit. What one wants is *one* of the possible completions, drawn at random: a
// generative model, chapter 07.

enum class Half { lower, upper, left, right };

/// Marks the pixels of one half as missing, in row n of a damage that has left all as they are.
void take_away(Half half, nn::Damage& damage, std::size_t n, const Shape& item) {
    const std::size_t rows = item[0], columns = item[1];
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            const bool missing = half == Half::lower   ? i >= rows / 2
                                 : half == Half::upper ? i < rows / 2
                                 : half == Half::left  ? j < columns / 2
                                                       : j >= columns / 2;
            if (!missing) continue;
            damage.keep(n, i * columns + j) = 0;
            damage.add(n, i * columns + j) = -1;
        }
}

nn::Damage no_damage(const Shape& shape) {
    return {autograd::full(shape, 1), autograd::full(shape, 0)};
}

/// The same half of all images.
nn::Damage without(Half half, const nn::Dataset& data) {
    nn::Damage damage = no_damage(data.images.shape());
    for (std::size_t n = 0; n < data.size(); ++n) take_away(half, damage, n, data.item);
    return damage;
}

/// What is known as it is, the rest as the net says.
Array complete(const Autoencoder& net, const nn::Damage& damage, const Array& clean) {
    Array out = restore(net, damage.apply(clean));
    for (std::size_t i = 0; i < out.size(); ++i)
        if (damage.keep.data()[i] != 0) out.data()[i] = clean.data()[i];
    return out;
}

void inpaint(Session& session, const nn::TrainTest& data, const models::Pca& directions) {
    const nn::Dataset& test = data.test;
    const Spoiler lose_a_half = [&](const Array& clean, nn::Random& random) {
        nn::Damage damage = no_damage(clean.shape());
        for (std::size_t n = 0; n < clean.shape(0); ++n)
            take_away(static_cast<Half>(random.below(4)), damage, n, test.item);
        return damage.apply(clean);
    };
    nn::Random random(session.flags.seed);
    Autoencoder net = make_net(test.images.shape(1), 512, random);
    train(session,
          {.name = "inpainting",
           .epochs = epochs(session, 8),
           .learning_rate = 3e-3,
           .teach = denoise(lose_a_half)},
          net, data.train, random);

    const models::ProbabilisticPca gaussian = models::probabilistic_pca(
        directions.first(std::min<std::size_t>(64, test.images.shape(1) - 1)));
    const auto linear = [&](const nn::Damage& damage, const Array& clean) {
        Array known(Shape{clean.shape(1)});
        std::copy_n(damage.keep.data(), known.size(), known.data());
        return models::fill_in(gaussian, clean, known);
    };
    const nn::Dataset some = nn::first(test, 2000);
    const nn::Damage lower = without(Half::lower, some);
    Array mean_image = some.images;
    for (std::size_t i = 0; i < mean_image.size(); ++i)
        if (lower.keep.data()[i] == 0)
            mean_image.data()[i] = directions.mean(i % test.images.shape(1));
    // All errors are in the missing half of the pixels.
    const auto error = [&](const Array& out) {
        return 2 * std::pow(10, -psnr(out, some.images) / 10);
    };
    const double of_mean = error(mean_image), of_linear = error(linear(lower, some.images)),
                 of_net = error(complete(net, lower, some.images));
    std::printf("\nThe lower half is missing: squared error per missing pixel\n");
    std::printf(
        "  mean image            %.5f\n  conditional Gaussian  %.5f\n  net                   "
        "%.5f\n",
        of_mean, of_linear, of_net);
    session.note("inpainting_mean", of_mean);
    session.note("inpainting_linear", of_linear);
    session.note("inpainting_net", of_net);

    const nn::Dataset ten = nn::first(test, 10);
    std::vector<NamedImages> pictures{{"clean", ten.images}};
    for (const Half half : {Half::lower, Half::left}) {
        const nn::Damage damage = without(half, ten);
        Array grey = damage.apply(ten.images);
        for (Real& pixel : grey)
            if (pixel < 0) pixel = Real(.35);
        pictures.push_back({half == Half::lower ? "lower half gone" : "left half gone", grey});
        pictures.push_back({"Gaussian", linear(damage, ten.images)});
        pictures.push_back({"net", complete(net, damage, ten.images)});
    }
    tutorials::save_named_rows(session.file("inpainted.png"), pictures, test.item);
}

// ### What the program does

void lesson(Session& session, const Options& options) {
    draw_the_idea(session);
    const nn::TrainTest data = session.load_data();
    const Array& clean = data.test.images;
    show_corruptions(session, data.test);
    const std::vector<Level> levels = noisy_levels(session, clean);

    const Autoencoder small = three_tasks(session, data, noisy_at(levels, .3));
    field(session);
    const models::Pca directions = models::pca(data.train.images, clean.shape(1));
    const auto experts = train_experts(session, data, levels, options);
    judge(session, experts, directions, clean, levels);
    show_restored(session, experts, directions, data.test, levels);
    const Denoiser& net = expert_for(experts, .3);
    show_recipes(session, net, directions, data.test, levels);
    memory(session, net, data, levels);
    other_corruptions(session, data, noisy_at(levels, .3), small);
    inpaint(session, data, directions);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return tutorials::run(
        argc, argv,
        {.name = "06_denoising",
         .title = "The denoising autoencoder",
         .defaults = {.epochs = 9, .learning_rate = 2e-3},
         .options = {{"--width", &options.width, "hidden units of the denoiser"},
                     {"--blind", &options.blind, "one net for all levels of noise"}}},
        [&](Session& session) { lesson(session, options); });
}

// ## Check it
//
// `meson test -C build models "models in double" nn` runs the tests. Those that guard this chapter,
// one at a time:
//
// - `build/tests/models/models -tc="a linear autoencoder that learns to remove noise*"`: in three
//   dimensions, where theory knows the answer, training ends at the Wiener filter;
// - `build/tests/models/models_double -tc="the gradient of the denoising loss*"`: both losses under
//   each corruption, noise frozen, against central differences;
// - `build/tests/models/models -sf="*wiener.cpp"`: the filter against its closed form, against
//   every other choice of gains, against (4), and against the known decibels on Fashion-MNIST;
// - `build/tests/models/models -sf="*psnr.cpp"` and `build/tests/nn/nn -sf="*corruption.cpp"`: the
//   unit of measurement, and the noise itself.
//
// ## Run it
//
// `build/tutorials/06_denoising` trains eleven nets; more than half of the time goes to the three
// main ones, one for each level of noise. `--epochs` and `--learning-rate` are theirs; they are
// wider with `--width 2048`, and `--blind` trains one net in place of the three. `--data glyphs`
// needs no files. `--quick` shows that everything works, and nothing else: with two epochs on 2048
// images the nets have hardly begun.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `corruptions.png`: at σ = .5 the eye still finds the trousers and loses the checks of the
//   shirt. Masking half of the pixels is kinder than it looks: what is left is true.
// - `wrong.png`: third row: noise that has become stripes and stains. Fourth row: noise.
// - `field.png`: arrows are at right angles to the arms, and shorter the nearer they start. In
//   between they turn round. Compare the two upper panels at the left and the right edge, beyond
//   the ends of the arms: there the net has never been, and its arrows are made up.
// - `psnr.png`: follow one net from its own level to both sides. The filter has the advantage of a
//   choice at every level, and wins at .05, for which no net was trained.
// - `denoised.png`: after noise of .5 the print on the pullover is gone. Both restorations know
//   that it is a pullover.
// - `recipes.png`: compare the shoe (first) with the trousers (third). The filter's faint second
//   spot at the right is the mirror image of the pixel: it knows that clothes are symmetric.
// - `memory.png`: every answer is a real garment. The pullover has got another print, and the
//   checked shirt has lost its checks.
// - `others.png`: where half of the pixels are black, so is the median of nine.
// - `inpainted.png`: the upper half of the sandal could be that of a shoe, and is completed to
//   something between the two.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | the loss falls quickly and far, images stay noisy | the target is the noisy image | *the denoising loss compares what becomes of the corrupted image with the clean one* |
// | training loss falls, test decibels do not | noise drawn once and kept, so that image and noise are learnt by heart | *corruption follows from the generator alone, and is new every time* |
// | noisy images have 3 decibels less than $-20 \log_{10} \sigma$ | noise added twice; with σ² in place of σ they have twice as many decibels as they should | *Gaussian noise has mean zero and the asked standard deviation, and is not clipped* |
// | "20 dB" in one paper and 20.3 in another for the same method | decibels averaged over images, or noise clipped to [0, 1] | *the errors of all images are averaged before the logarithm, not after* |
// | superb on its own noise, useless on photographs | trained on one σ or one kind of noise | |
// | a gradient check fails at random | new noise between the two evaluations | *damage that is drawn is data: it does the same again, and to other images* |
// | all masked pixels come back dark | black taken for missing: mark missing pixels by a value of their own | |
// | worse than the Wiener filter at weak noise | the image does not get through the net: too narrow, too few epochs | *what a linear model restores of Fashion-MNIST is what is known* |
//
// ## What one does with it
//
// - **Restore**: grain in old photographs, noise in microscopy and in X-ray images taken with
//   little dose, scratches, dropouts. In medicine the lesson of the blurred average comes with a
//   warning: an answer that is *likely* may not be what is *there*.
// - **Fill in**: objects removed from photographs, gaps in measurements, the missing questions of a
//   questionnaire. Language models are trained on words that were masked.
// - **Learn features**: the original purpose. A net that has to see through noise has hidden units
//   that respond to strokes instead of pixels; stacks of them were once used to start deep nets.
// - **Generate**: (4) is all that a diffusion model needs.
// - **Find what does not belong**: far from the manifold the arrows are long.
//
// ## Further, and exercises
//
// 1. Take the straight path away (`return sigmoid(bent.decode(bent.encode(x)));`). At which level
//    is most lost, and why there? *Hint: how many directions have a variance above σ²?*
// 2. Look at the column of the net for .5 in the table of decibels. What does it do to noise of .1?
//    Then run with `--blind` and compare, level by level. *Hint: the specialist shrinks as if there
//    were more noise; the one net has to see for itself how much there is.*
// 3. Make the bug of the kept noise: draw the noise of the first 2000 images once, and train on
//    these pairs for 50 epochs. Plot training loss and test decibels. *Hint: a `Teacher` sees only
//    the images; `nn::Batch::rows` has their numbers.*
// 4. Train the net *clean → clean* for 40 epochs and measure after each how well it repairs. What
//    happens while its loss falls? *Hint: think of the wide nets of chapter 03.*
// 5. Estimate σ from the noisy image alone. *Hint: directions without variance contain only noise;
//    `Pca::eigenvalues` knows them.*
// 6. Points that take steps $x \leftarrow r(x)$ all end on the arms. Let them go more slowly and
//    shake them, $x \leftarrow x + \tfrac{\eta}{2\sigma^2} (r(x) - x) + \sqrt\eta\, \varepsilon$
//    with $\eta = \sigma^2 / 10$, for 500 steps. How are the end points distributed? *Hint: put (4)
//    in, and look up Langevin's equation.*
//
// ## Where the real code differs
//
// In PyTorch the corruption is `x + sigma * torch.randn_like(x)` in the loop, or `nn.Dropout(p)(x)`
// for masking, which however divides what is left by $1 - p$: ours does not. Denoisers for
// photographs are convolutional, see patches and are given or estimate the noise level; they
// predict the noise, $\tilde x - r$, instead of the image (DnCNN), which by (4) is the score up to
// a factor. Before them the best took patches from all over the image, grouped them by likeness and
// shrank each group (BM3D), without any training. Real noise is not Gaussian: photons are counted,
// so dark pixels have less of it.
//
// **Names.** *PSNR* needs the range of the pixels: with bytes it is $20 \log_{10} 255$ minus the
// same logarithm, and the number is the same. *Denoising score matching* is loss (1) seen through
// (4). The *score* of statistics is a gradient with respect to parameters; here it is with respect
// to the image. *Empirical Bayes* and *Tweedie's formula* are names of (4) too. *Masked
// autoencoders* mask whole patches, and judge the net on those alone.
//
// ## Further reading
//
// - P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, *Extracting and composing robust features
//   with denoising autoencoders*, ICML 2008; with I. Lajoie, *Stacked denoising autoencoders*, JMLR
//   11, 2010.
// - P. Vincent, *A connection between score matching and denoising autoencoders*, Neural
//   Computation 23, 2011.
// - G. Alain, Y. Bengio, *What regularized auto-encoders learn from the data-generating
//   distribution*, JMLR 15, 2014.
// - K. Miyasawa, *An empirical Bayes estimator of the mean of a normal population*, Bulletin of the
//   International Statistical Institute 38, 1961.
// - N. Wiener, *Extrapolation, interpolation, and smoothing of stationary time series*, 1949.
// - K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, *Image denoising by sparse 3-D transform-domain
//   collaborative filtering*, IEEE TIP 16, 2007.
// - X. Mao, C. Shen, Y. Yang, *Image restoration using very deep convolutional encoder-decoder
//   networks with symmetric skip connections*, NIPS 2016.
// - K. Zhang, W. Zuo, Y. Chen, D. Meng, L. Zhang, *Beyond a Gaussian denoiser: residual learning of
//   deep CNN for image denoising*, IEEE TIP 26, 2017.
// - S. Mohan, Z. Kadkhodaie, E. P. Simoncelli, C. Fernandez-Granda, *Robust and interpretable blind
//   image denoising via bias-free convolutional neural networks*, ICLR 2020: recipes of single
//   pixels.
// - Y. Song, S. Ermon, *Generative modeling by estimating gradients of the data distribution*,
//   NeurIPS 2019.
// - J. Ho, A. Jain, P. Abbeel, *Denoising diffusion probabilistic models*, NeurIPS 2020.
