// ---
// title: The undercomplete autoencoder
// builds_on: 03_autoencoder
// leads_to:
// tooltip: A narrow code as the only restraint: PCA that bends, compression that is learnt.
// minutes: 5
// keywords: bottleneck, nonlinear PCA, manifold, rate, distortion, quantiser, JPEG, anomaly
// ---
//
// ## What you will be able to do
//
// - Say what a bottleneck restrains and what it does not, and show a single number that holds
//   twenty pictures.
// - Measure a learnt code as an engineer would, in bits against error, beside PCA and beside JPEG,
//   and say on which pictures and at which error each of them wins.
// - Use a trained bottleneck for what it is good at: a map, search by likeness, and noticing what
//   does not belong.
//
// **Predict first.** JPEG was designed by experts for all pictures of the world. A small network is
// trained for half a minute on pictures of clothes. Both are to store new pictures of clothes so
// that the error is the same. Which needs fewer bits, and by what factor? And which one if the
// pictures show something else?
//
// ## The idea in one figure
//
// @figure{idea.png, Points along a spiral, and what is left of them after one number each. Left:
// PCA finds the best straight line, and every point moves to the nearest place on it. Right: an
// autoencoder with one number finds the curve. The short strokes lead from points that it has not
// seen to their reconstructions.}
//
// The restraint of this chapter is the oldest and the simplest: **make the code narrow**. There is
// no other. The loss is the reconstruction error and nothing is added to it. A code that is
// narrower than the input is called **undercomplete**; whatever goes from input to output has to
// pass the narrow place, and whatever does not fit through it is lost. What the net keeps is
// therefore what most of the data have in common.
//
// Chapter 03 showed that without nonlinearities this is PCA. With them it is PCA that has learnt to
// bend. The left line above is the best that one number can do along a straight line, and it is
// poor: the mean squared error is @result{spiral_pca_error, .4f}. The right one has
// @result{spiral_net_error, .4f}, where @result{spiral_floor, .4f} is what the noise across the
// curve would leave even to someone who knew the spiral.
//
// ## The mathematics
//
// ### A curved surface instead of a plane
//
// The decoder $g : \mathbb R^k \to \mathbb R^D$ maps all codes to a set of pictures,
// $$ M = \{\, g(h) : h \in \mathbb R^k \,\} , $$
// and every reconstruction lies on it. If $g$ is smooth, $M$ is a surface of at most $k$
// dimensions: a **manifold** (where it does not cross itself). If $g$ is affine, it is a plane, or
// hyperplane as one says in many dimensions. The best encoder sends $x$ to the code of the nearest
// point of $M$, and then
// $$ \min_{f, g}\ \operatorname E\, |x - g(f(x))|^2
//    = \min_{M}\ \operatorname E\, \operatorname{dist}(x, M)^2
//    \ \le\ \lambda_{k+1} + \dots + \lambda_D \tag{1} $$
// as soon as the net can represent planes: on the right stands the error of the best one, PCA. (A
// sigmoid at the end cannot, but as pixels are between 0 and 1 it loses nothing by it, as chapter
// 03 measured.) So a nonlinear autoencoder that does worse than PCA with as many numbers is not
// trained well enough; there is nothing else to blame. That is our first test, for every $k$.
//
// ### What the bottleneck does not restrain
//
// It counts *numbers*. But how much fits into a number? As much as one likes. Write the pictures of
// the training set in a list. Let the encoder answer with the place in the list, $n / N$, and let
// the decoder hold the list. The reconstruction of all $N$ pictures is perfect, the code has
// **one** number, and nothing has been learnt about pictures at all. A continuous, even smooth,
// encoder and decoder can do this; they only need enough layers or units. Then (1) is zero, and
// worthless, since a curve that is long enough comes close to everything.
//
// What protects us is not the width of the code alone, but the width together with the number of
// training pictures and with what the net can represent. Below, one number learns 20 pictures by
// heart.
//
// ### Numbers are not bits
//
// To compare codes, count what it costs to store them. Round every number of the code to the middle
// of a cell of width $\Delta$. If the density $p$ of the number is nearly constant across a cell,
// the rounding error is uniform in it, and the cells' entropy follows from $p$ as well:
// $$ \operatorname E\,(h - \hat h)^2 \approx \frac{\Delta^2}{12} , \qquad
//    R \approx -\!\int p \log_2 p \ -\ \log_2 \Delta . \tag{2} $$
// The **rate** $R$ is in bits. Halving $\Delta$ costs one bit more per number, and divides the
// rounding error by four. It is an *estimate* of a file: an arithmetic coder that knows how often
// each cell occurs comes within a fraction of a percent of it. We take these frequencies from 20 000
// training pictures and let the test pictures pay $-\log_2 q(\text{cell})$ for each number.
//
// The **distortion** $D$ is the squared error of the pictures that are decoded from the rounded
// codes. Each method then gives a curve of $D$ against $R$, and a method is better where its curve
// is lower. With PCA and one $\Delta$ for all axes this is the classic *transform coding*: an axis
// whose standard deviation is far below $\Delta$ is always rounded to zero and costs nothing, so
// PCA chooses its own $k$. JPEG does the same with cosines on blocks of 8 × 8 pixels, which need no
// training set because they were chosen for pictures in general.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $f$, $g$, $k$ | `Autoencoder::encode`, `decode`, `AutoencoderSettings::latent` |
// | $\Delta$, $\hat h$ | the steps of `models::Quantiser`, `Quantiser::round` |
// | $R$ | `Quantiser::bits`: bits per image |
// | $D$ | `error_per_pixel`, `Point::error` |
// | $\lambda_i$ | `models::Pca::eigenvalues` |
//
// > **Reduction.** The loss is summed over the pixels and averaged over the images. Errors are
// > reported per pixel, divided by 784; rates are in **bits** per image, the only place in this
// > course where the logarithm is to base 2.
//
// ## The program

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "models/evaluate/psnr.hpp"
#include "models/evaluate/quantiser.hpp"
#include "models/evaluate/roc.hpp"
#include "nn/data/glyphs.hpp"
#include "nn/data/toys.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/jpeg.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Autoencoder;
using models::Likelihood;
using nn::map_rows;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

namespace {

// ### The tools of chapter 03
//
// The same loop, the same activation, the same loss: squared error of pixels that have passed a
// sigmoid.

Variable silu(Variable x) { return x * sigmoid(x); }

Variable pixel_loss(const Autoencoder& model, Variable x) { return nn::squared_loss(model(x), x); }

struct Recipe {
    std::string name;  ///< of the files
    std::size_t epochs;
    double learning_rate;
};

/// Returns how many images were learnt from in a second.
double train(const Session& session, const Recipe& recipe, Autoencoder& model,
             const nn::Dataset& data, nn::Random& random) {
    nn::Batches batches(data, session.flags.batch);
    nn::Adam adam(model);
    Tape tape;
    nn::Training training(
        {.epochs = recipe.epochs,
         .name = recipe.name,
         .folder = session.flags.out,
         .resume = session.flags.resume,
         .learning_rate = nn::schedule::cosine(recipe.learning_rate, 0, double(recipe.epochs)),
         .quiet = true},
        model, adam, random);
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable loss = pixel_loss(model, tape.constant(batch.images));
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    };
    training.run(batches, step);
    return training.images_per_second();
}

Array reconstruct(const Autoencoder& model, const Array& images) {
    return map_rows(images, [&](Variable x) { return model(x); });
}

Array encode(const Autoencoder& model, const Array& images) {
    return map_rows(images, [&](Variable x) { return model.encode(x); });
}

Array decode(const Autoencoder& model, const Array& codes) {
    return map_rows(codes, [&](Variable h) { return model.decoder.mean(h); });
}

/// Σ (x − r)² of each image.
std::vector<double> squared_errors(const Array& images, const Array& reconstructions) {
    const Array errors = nn::evaluate(
        [](Variable x, Variable r) { return sum(square(x - r), {1}); }, images, reconstructions);
    return {errors.begin(), errors.end()};
}

double error_per_pixel(const Array& images, const Array& reconstructions) {
    double sum = 0;
    for (const double error : squared_errors(images, reconstructions)) sum += error;
    return sum / static_cast<double>(images.size());
}

double error_per_pixel(const Autoencoder& model, const Array& images) {
    return error_per_pixel(images, reconstruct(model, images));
}

/// A quick run does everything, but not for long.
std::size_t epochs(const Session& session, std::size_t wanted) {
    return session.flags.quick ? std::min<std::size_t>(wanted, 2) : wanted;
}

Plot::Numbers column(const Array& points, std::size_t j) {
    Plot::Numbers numbers;
    for (std::size_t i = 0; i < points.shape(0); ++i) numbers.push_back(double{points(i, j)});
    return numbers;
}

// ### A line and a curve
//
// In two dimensions one can look at $M$ itself. One number is asked for, so PCA's $M$ is a line,
// and the net's is a curve: decode many codes in a row and connect them.

/// Codes in equal steps over the range of the given ones: (steps, 1).
Array over_the_range(const Array& codes, std::size_t steps) {
    const auto [low, high] = std::minmax_element(codes.begin(), codes.end());
    return tutorials::walk(autograd::full({1, 1}, *low), autograd::full({1, 1}, *high), steps);
}

/// Points, the curve, and a stroke from each point to its reconstruction.
Plot curve_plot(const std::string& title, const Array& points, const Array& curve,
                const Array& reconstructed) {
    Plot plot({.title = title, .x = "x₁", .y = "x₂", .same_scale = true, .legend = false});
    for (std::size_t i = 0; i < points.shape(0); ++i)
        plot.contour({double{points(i, 0)}, double{reconstructed(i, 0)}},
                     {double{points(i, 1)}, double{reconstructed(i, 1)}});
    plot.points("", column(points, 0), column(points, 1))
        .line("", column(curve, 0), column(curve, 1));
    return plot;
}

void line_and_curve(Session& session) {
    constexpr double noise = 0.02;
    nn::Random random(session.flags.seed);
    const nn::Dataset points = nn::spiral(2000, random, 1, noise);
    const Array unseen = nn::spiral(200, random, 1, noise).images;

    const models::Pca line = models::pca(points.images, 1);
    Autoencoder net({.input = 2, .hidden = {64, 64}, .latent = 1, .activation = silu}, random);
    train(session, {.name = "spiral", .epochs = epochs(session, 150), .learning_rate = 5e-3}, net,
          points, random);

    const auto error = [&](const Array& again) { return 2 * error_per_pixel(unseen, again); };
    session.note("spiral_pca_error", error(line.reconstruct(unseen)));
    session.note("spiral_net_error", error(reconstruct(net, unseen)));
    session.note("spiral_floor", noise * noise);
    const Array codes = encode(net, unseen);
    tutorials::save_plots(
        session.file("idea.png"),
        {curve_plot("PCA", unseen, line.decode(over_the_range(line.encode(unseen), 2)),
                    line.reconstruct(unseen)),
         curve_plot("autoencoder", unseen, decode(net, over_the_range(codes, 400)),
                    reconstruct(net, unseen))},
        2);
}

// ### The wrong thing first: one number is enough
//
// A net 784-512-256-**1**-256-512-784 and a few pictures, shown to it again and again. Twenty are
// one batch, so the loop is short, and it does not need the machinery for long trainings.

Autoencoder one_number_net(std::size_t pixels, nn::Random& random) {
    return Autoencoder({.input = pixels,
                        .hidden = {512, 256},
                        .latent = 1,
                        .activation = silu,
                        .likelihood = Likelihood::bernoulli},
                       random);
}

void learn_by_heart(Autoencoder& net, const Array& images, std::size_t steps, nn::Random& random) {
    nn::Adam adam(net);
    const nn::Schedule rate = nn::schedule::cosine(2e-3, 0, double(steps));
    Tape tape;
    for (std::size_t step = 0; step < steps; ++step) {
        autograd::Indices some = random.permutation(images.shape(0));
        some.resize(std::min<std::size_t>(some.size(), 50));
        tape.rewind();
        adam.set_learning_rate(static_cast<Real>(rate(double(step))));
        adam.step(tape.backward(pixel_loss(net, tape.constant(nn::take(images, some)))));
    }
}

// | training pictures | error on these | error on test pictures |
// |---|---|---|
// | 5 | @result{by_heart_5, .5f} | @result{unseen_5, .5f} |
// | 20 | @result{by_heart_20, .5f} | @result{unseen_20, .5f} |
// | 500 | @result{by_heart_500, .5f} | @result{unseen_500, .5f} |
//
// The mean picture, the answer of somebody who was told nothing, has an error of
// @result{mean_image_error, .5f} on the test pictures.
//
// @figure{one_number.png, One number per picture. First row: ten of twenty training pictures, in
// the order of their codes. Second row: decoded from their one number. Third row: decoded from the
// numbers halfway to the next picture. Fourth row: test pictures. Fifth row: what the net makes of
// them.}
//
// With five and with twenty pictures the net has done exactly what the mathematics feared: the
// numbers are places in a list, and the decoder holds the list. On the training pictures it is far
// better than PCA with 64 numbers on anything. On pictures that it has not seen it is no better
// than the mean picture, or worse: it answers with *one of its twenty*, whichever has the nearest
// place, or with a mixture of two neighbours in the list. Nothing is wrong with the loss curve,
// which is why the error on held-out data is the only one worth reporting. With 500 pictures the
// list does not fit any more into as many steps; the net begins to blur what is similar, and what
// it blurs it can reuse: the error on test pictures falls as that on training pictures rises. More
// data is a restraint, too.
//
// (In bits: to name one of twenty pictures takes $\log_2 20 = 4.3$ of them. No compression is that
// good. The rest is in the decoder, and whoever counts the bits of the code must not forget those
// of the decoder.)

autograd::Indices in_order_of(const Array& codes) {
    autograd::Indices order = tutorials::upto(codes.shape(0));
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return codes(a, 0) < codes(b, 0); });
    return order;
}

void draw_one_number(const Session& session, const Autoencoder& net, const Array& learnt,
                     const nn::Dataset& test) {
    const Array codes = encode(net, learnt);
    const autograd::Indices order = in_order_of(codes);
    const Array sorted = nn::take(codes, order);
    autograd::Indices shown;
    Array between = autograd::full({10, 1}, 0);
    for (std::size_t i = 0; i < 10; ++i) {
        const std::size_t place = i * (order.size() - 2) / 9;
        shown.push_back(order[place]);
        between(i, 0) = (sorted(place, 0) + sorted(place + 1, 0)) / 2;
    }
    const Array images = nn::take(learnt, shown), unseen = nn::first(test, 10).images;
    tutorials::save_named_rows(session.file("one_number.png"),
                               {{"learnt", images},
                                {"from one number", reconstruct(net, images)},
                                {"halfway to the next", decode(net, between)},
                                {"not learnt", unseen},
                                {"from one number", reconstruct(net, unseen)}},
                               test.item);
}

void one_number(Session& session, const nn::TrainTest& data, double mean_image_error) {
    const Array& test = data.test.images;
    std::printf("\nOne number per picture: error per pixel\n");
    std::printf("  learnt    on these  on test pictures\n");
    for (const std::size_t count : {5, 20, 500}) {
        nn::Random random(session.flags.seed);
        Autoencoder net = one_number_net(test.shape(1), random);
        const Array learnt = nn::first(data.train, count).images;
        learn_by_heart(net, learnt, session.flags.quick ? 20 : 2000, random);
        const double by_heart = error_per_pixel(net, learnt), unseen = error_per_pixel(net, test);
        std::printf("  %6zu  %10.6f  %16.6f\n", count, by_heart, unseen);
        session.note("by_heart_" + std::to_string(count), by_heart);
        session.note("unseen_" + std::to_string(count), unseen);
        if (count == 20) draw_one_number(session, net, learnt, data.test);
    }
    std::printf("  the mean picture instead: %.6f\n", mean_image_error);
    session.note("mean_image_error", mean_image_error);
}

// ### The sweep: 2, 8, 16, 32, 64 numbers
//
// Now all 60 000 pictures, and codes of five widths. To reconstruct from two numbers the decoder
// has to bend its surface through the whole of the data, which takes layers: these nets get three
// on each side. For a wider code one wide layer on each side turned out to be better *within the
// few epochs that we can afford*: deep nets learn more slowly. Give all five the same layers and
// see (exercise 1). `--epochs 40` runs a longer schedule.

struct Width {
    std::size_t k;
    std::vector<std::size_t> hidden;
};

const std::vector<Width> widths{
    {2, {512, 256, 64}}, {8, {768}}, {16, {768}}, {32, {768}}, {64, {768}}};

models::AutoencoderSettings shape_of_net(const Width& width, std::size_t pixels) {
    return {.input = pixels,
            .hidden = width.hidden,
            .latent = width.k,
            .activation = silu,
            .likelihood = Likelihood::bernoulli};
}

/// The nets by the width of their codes.
using Nets = std::map<std::size_t, Autoencoder>;

/// PCA's error per pixel with 0, 1, 2, ... components.
Plot::Numbers pca_errors(const models::Pca& pca, const Array& images) {
    const Array codes = pca.encode(images);
    const models::Pca one = pca.first(1);
    double error = one.squared_error(images) * double(images.shape(0));
    for (const double code : column(codes, 0)) error += code * code;
    Plot::Numbers errors{error / double(images.size())};
    for (std::size_t j = 0; j < codes.shape(1); ++j) {  // each axis takes its own share away
        for (const double code : column(codes, j)) error -= code * code;
        errors.push_back(error / double(images.size()));
    }
    return errors;
}

// @figure{sweep.png, Test error against the number of numbers in the code, both axes logarithmic.
// With as many numbers the autoencoder leaves about half of PCA's error, whatever their number.}
//
// | k | autoencoder, test | training | PCA, test | PCA needs, for the same |
// |---|---|---|---|---|
// | 2 | @result{test_mse_per_pixel_k2, .5f} | @result{train_mse_per_pixel_k2, .5f} | @result{pca_mse_per_pixel_k2, .5f} | @result{pca_needs_k2} |
// | 8 | @result{test_mse_per_pixel_k8, .5f} | @result{train_mse_per_pixel_k8, .5f} | @result{pca_mse_per_pixel_k8, .5f} | @result{pca_needs_k8} |
// | 16 | @result{test_mse_per_pixel_k16, .5f} | @result{train_mse_per_pixel_k16, .5f} | @result{pca_mse_per_pixel_k16, .5f} | @result{pca_needs_k16} |
// | 32 | @result{test_mse_per_pixel_k32, .5f} | @result{train_mse_per_pixel_k32, .5f} | @result{pca_mse_per_pixel_k32, .5f} | @result{pca_needs_k32} |
// | 64 | @result{test_mse_per_pixel_k64, .5f} | @result{train_mse_per_pixel_k64, .5f} | @result{pca_mse_per_pixel_k64, .5f} | @result{pca_needs_k64} |
//
// The last column says how many numbers PCA needs for an error as small. Two numbers on a curved
// surface are worth @result{pca_needs_k2} on a plane. PCA cannot be better than this, whatever one
// does: its optimum is known and reached. The net's errors are only upper bounds of what such nets
// can do.
//
// Is that luck? Other seeds end within a few percent of the first. And four times as many epochs
// (`--epochs 40`) lower every row:
//
// | k | seed 1 | seed 2 | seed 3 | seed 1, 40 epochs |
// |---|---|---|---|---|
// | 2 | @result{test_mse_per_pixel_k2, .5f} | @result{seed_2/test_mse_per_pixel_k2, .5f} | @result{seed_3/test_mse_per_pixel_k2, .5f} | @result{epochs_40/test_mse_per_pixel_k2, .5f} |
// | 8 | @result{test_mse_per_pixel_k8, .5f} | @result{seed_2/test_mse_per_pixel_k8, .5f} | @result{seed_3/test_mse_per_pixel_k8, .5f} | @result{epochs_40/test_mse_per_pixel_k8, .5f} |
// | 16 | @result{test_mse_per_pixel_k16, .5f} | @result{seed_2/test_mse_per_pixel_k16, .5f} | @result{seed_3/test_mse_per_pixel_k16, .5f} | @result{epochs_40/test_mse_per_pixel_k16, .5f} |
// | 32 | @result{test_mse_per_pixel_k32, .5f} | @result{seed_2/test_mse_per_pixel_k32, .5f} | @result{seed_3/test_mse_per_pixel_k32, .5f} | @result{epochs_40/test_mse_per_pixel_k32, .5f} |
// | 64 | @result{test_mse_per_pixel_k64, .5f} | @result{seed_2/test_mse_per_pixel_k64, .5f} | @result{seed_3/test_mse_per_pixel_k64, .5f} | @result{epochs_40/test_mse_per_pixel_k64, .5f} |
//
// @figure{reconstructions.png, Test pictures, one of each class, and what 2, 8 and 64 numbers keep
// of them: the autoencoder above, PCA below. On a plane everything between two pictures is a
// mixture of them, hence PCA's ghosts; on the surface it is another garment.}

Array one_of_each_class(const nn::Dataset& data) {
    autograd::Indices rows;
    for (std::size_t label = 0; label < data.classes; ++label) {
        const autograd::Indices all = tutorials::members(data.labels, label);
        rows.push_back(all.empty() ? 0 : all.front());
    }
    return nn::take(data.images, rows);
}

void draw_reconstructions(const Session& session, const nn::Dataset& test, const Nets& nets,
                          const models::Pca& pca) {
    const Array originals = one_of_each_class(test);
    std::vector<NamedImages> rows{{"test images", originals}};
    for (const std::size_t k : {2, 8, 64}) {
        rows.push_back({"net, " + std::to_string(k), reconstruct(nets.at(k), originals)});
        rows.push_back({"PCA, " + std::to_string(k), pca.first(k).reconstruct(originals)});
    }
    tutorials::save_named_rows(session.file("reconstructions.png"), rows, test.item);
}

Nets sweep(Session& session, const nn::TrainTest& data, const models::Pca& pca,
           const Plot::Numbers& of_pca) {
    Nets nets;
    Plot::Numbers ks, errors;
    std::printf("\nThe sweep: error per pixel on the test images\n");
    std::printf("   k  autoencoder       PCA  PCA needs for the same\n");
    for (const Width& width : widths) {
        const std::size_t k = width.k;
        nn::Random random(session.flags.seed);
        const auto shape = shape_of_net(width, data.test.images.shape(1));
        Autoencoder& net = nets.emplace(k, Autoencoder(shape, random)).first->second;
        const std::string name = std::string("k").append(std::to_string(k));
        const double images_per_second = train(session,
                                               {.name = k == 32 ? "model" : name,
                                                .epochs = session.flags.epochs,
                                                .learning_rate = session.flags.learning_rate},
                                               net, data.train, random);
        const double error = error_per_pixel(net, data.test.images);
        const auto needed = std::find_if(of_pca.begin(), of_pca.end(),
                                         [&](double with_less) { return with_less <= error; }) -
                            of_pca.begin();
        std::printf("%4zu  %11.6f  %8.6f  %22td\n", k, error, of_pca[k], needed);
        session.note("test_mse_per_pixel_" + name, error);
        session.note("train_mse_per_pixel_" + name, error_per_pixel(net, data.train.images));
        session.note("pca_mse_per_pixel_" + name, of_pca[k]);
        session.note("pca_needs_" + name, double(needed));
        if (k == 32) session.note("train_images_per_second", images_per_second);
        ks.push_back(double(k));
        errors.push_back(error);
    }
    Plot::Numbers components;
    for (std::size_t k = 1; k < of_pca.size(); ++k) components.push_back(double(k));
    Plot({.x = "numbers in the code",
          .y = "squared error per pixel",
          .log_x = true,
          .log_y = true,
          .x_range = {{1, 300}}})
        .line("PCA", components, {of_pca.begin() + 1, of_pca.end()})
        .line("autoencoder", ks, errors)
        .save(session.file("sweep.png"));
    draw_reconstructions(session, data.test, nets, pca);
    return nets;
}

// ### Compression: bits against error
//
// Everything that turns pictures into numbers and back can be put behind the same quantiser. For
// the nets there is one thing to do first. Nobody asked the numbers of their code to be independent
// of each other, and a coder that treats them one by one pays for what they have in common. So turn
// the code with its own PCA, and turn it back before decoding.

using Map = std::function<Array(const Array&)>;

struct Transform {
    Map encode, decode;
    double scale;  ///< how large the numbers of its codes are
};

Transform transform_of(const models::Pca& pca) {
    return {[&](const Array& images) { return pca.encode(images); },
            [&](const Array& codes) { return pca.decode(codes); }, 1};
}

Transform transform_of(const Autoencoder& net, const Array& training_images) {
    const Array codes = encode(net, training_images);
    const models::Pca axes = models::pca(codes, codes.shape(1));
    double variance = 0;
    for (const Real eigenvalue : axes.eigenvalues) variance += double{eigenvalue};
    return {[&net, axes](const Array& images) { return axes.encode(encode(net, images)); },
            [&net, axes](const Array& turned) { return decode(net, axes.decode(turned)); },
            std::sqrt(variance / double(codes.shape(1)))};
}

/// One way to store pictures: what it costs, and how well it does.
struct Point {
    double bits;   ///< per image
    double error;  ///< squared, per pixel
    /// The images after being stored like this.
    Map stored;
};

using Curve = std::vector<Point>;  // from few bits to many

Curve rate_distortion(const Transform& transform, const nn::TrainTest& data,
                      const std::vector<double>& steps) {
    const Array training = transform.encode(data.train.images);
    const Array test = transform.encode(data.test.images);
    Curve curve;
    for (const double step : steps) {
        const models::Quantiser quantiser(
            training, std::vector<double>(training.shape(1), step * transform.scale));
        const Map stored = [=](const Array& images) {
            return transform.decode(quantiser.round(transform.encode(images)));
        };
        const Array again = transform.decode(quantiser.round(test));
        curve.push_back({quantiser.bits(test), error_per_pixel(data.test.images, again), stored});
    }
    return curve;
}

// JPEG gets the best conditions that we can think of. A file for each picture of 28 × 28 would be
// mostly headers and tables. So all test pictures go into **one** file, with Huffman tables made
// for exactly these pictures, each picture filled up to whole blocks. Both ways are in the figure.

Curve jpeg_curve(const nn::Dataset& data, decltype(tutorials::jpeg_each)* jpeg) {
    Curve curve;
    for (const int quality : {1, 3, 5, 8, 12, 18, 27, 40, 60, 80, 92}) {
        const auto coded = jpeg(data.images, data.item, quality);
        const Map stored = [=](const Array& images) {
            return jpeg(images, data.item, quality).images;
        };
        curve.push_back({coded.bits, error_per_pixel(data.images, coded.images), stored});
    }
    return curve;
}

/// What is better than everything that costs less: the lower left edge of all curves together.
Curve envelope(const std::vector<Curve>& curves) {
    Curve all, best;
    for (const Curve& curve : curves) all.insert(all.end(), curve.begin(), curve.end());
    std::sort(all.begin(), all.end(),
              [](const Point& a, const Point& b) { return a.bits < b.bits; });
    for (const Point& point : all)
        if (best.empty() || point.error < best.back().error) best.push_back(point);
    return best;
}

/// The bits for an error as small as this, between two points of an envelope along a straight line
/// in the logarithm of the error.
double bits_for(const Curve& best, double error) {
    const auto enough = std::find_if(best.begin(), best.end(),
                                     [&](const Point& point) { return point.error <= error; });
    autograd::require(enough != best.end(), "[bits_for] no way to store has an error of ", error);
    if (enough == best.begin()) return enough->bits;
    const Point& before = *(enough - 1);
    const double part = std::log(before.error / error) / std::log(before.error / enough->error);
    return before.bits + part * (enough->bits - before.bits);
}

// @figure{rate.png, Bits per test picture against squared error per pixel; lower left is better.
// The thin grey curves are the nets of the sweep, each with many step sizes, the blue one is their
// lower left edge. JPEG is drawn twice: all pictures in one file, and a file for each.}
//
// At an error of @result{rate_error, .4f} per pixel:
//
// | method | bits per picture |
// |---|---|
// | autoencoder | @result{bits_autoencoder, .0f} |
// | PCA with the same quantiser | @result{bits_pca, .0f} |
// | JPEG, all pictures in one file | @result{bits_jpeg, .0f} |
// | JPEG, a file for each of 1000 pictures | @result{bits_jpeg_each, .0f} |
// | the pixels as they are | 6272 |
//
// That is the answer to half of the question at the beginning: at this error, on its own kind of
// pictures, the little net needs @result{jpeg_to_autoencoder, .1f} times fewer bits than JPEG. PCA,
// which learns from the same pictures but is flat, needs @result{bits_pca, .0f}. Look at how the
// curves go on, though. The net's curve bends and becomes level: there is an error that it cannot
// get below, however finely its code is stored, since the pictures do not lie *on* its surface but
// around it. PCA (with all of its 784 axes; here are 256) and JPEG know no such floor. They can
// spend bits on whatever is left, down to the last pixel, and below an error of about
// @result{autoencoder_floor, .4f} they are all there is.
//
// @figure{same_bits.png, Test pictures for no more bits than the net needs for that error: after the
// net, after PCA, and after JPEG, which cannot be had so cheaply and is shown at its lowest quality.
// The net invents a plausible garment, PCA forgets the details, JPEG shows its blocks.}
//
// And the decoder has to be stored too, once. That of 32 numbers has @result{decoder_weights}
// weights of 32 bits, and those of 8 and 16 hardly fewer; at the difference from JPEG in one file
// this is paid for after @result{pays_after, .0f} pictures. For the photo album of a family this is
// a bad bargain; for a shop, or for a telescope that sends the same kind of picture for ten years,
// a good one.

Plot::Numbers all(const Curve& curve, double Point::*what) {
    Plot::Numbers numbers;
    for (const Point& point : curve) numbers.push_back(point.*what);
    return numbers;
}

/// The point that costs most within a budget, or the cheapest one.
const Point& affordable(const Curve& best, double bits) {
    const auto beyond = std::find_if(best.begin(), best.end(),
                                     [&](const Point& point) { return point.bits > bits; });
    return beyond == best.begin() ? *beyond : *(beyond - 1);
}

std::string bits_text(const std::string& name, const Point& point) {
    return name + ", " + std::to_string(std::lround(point.bits)) + " bits";
}

void compression(Session& session, const nn::TrainTest& data, const models::Pca& pca,
                 const Nets& nets) {
    const nn::TrainTest counted{nn::first(data.train, 20000), data.test};
    std::vector<Curve> of_nets;
    for (const auto& [k, net] : nets)
        of_nets.push_back(rate_distortion(transform_of(net, counted.train.images), counted,
                                          {1.4, 1, 0.7, 0.5, 0.35, 0.2, 0.1}));
    const Curve net = envelope(of_nets);
    const Curve linear = envelope({rate_distortion(
        transform_of(pca), counted, {6, 4.5, 3.2, 2.4, 1.8, 1.3, 0.9, 0.6, 0.4, 0.25})});
    const Curve jpeg = envelope({jpeg_curve(data.test, tutorials::jpeg_together)});
    const nn::Dataset some = nn::first(data.test, 1000);
    const Curve files = envelope({jpeg_curve(some, tutorials::jpeg_each)});

    Plot plot({.x = "bits per picture",
               .y = "squared error per pixel",
               .log_x = true,
               .log_y = true,
               .x_range = {{10, 10000}},
               .y_range = {{5e-5, 0.1}}});
    for (const Curve& curve : of_nets)
        plot.contour(all(curve, &Point::bits), all(curve, &Point::error));
    for (const auto& [label, curve] : {std::pair("autoencoder", &net),
                                       {"PCA", &linear},
                                       {"JPEG, one file", &jpeg},
                                       {"JPEG, a file each", &files}})
        plot.line(label, all(*curve, &Point::bits), all(*curve, &Point::error));
    plot.save(session.file("rate.png"));

    const double floor = net.back().error, error = std::max(0.01, 1.05 * floor);
    const double bits = bits_for(net, error), of_jpeg = bits_for(jpeg, error);
    const double weights = [&] {
        Autoencoder copy = nets.at(32);
        return double(nn::parameter_count(nn::parameters(copy.decoder.net)));
    }();
    std::printf("\nBits per picture for an error of %.4f per pixel\n", error);
    std::printf("  autoencoder %.0f, PCA %.0f, JPEG in one file %.0f, JPEG in a file each %.0f\n",
                bits, bits_for(linear, error), of_jpeg, bits_for(files, error));
    session.note("rate_error", error);
    session.note("autoencoder_floor", floor);
    session.note("bits_autoencoder", bits);
    session.note("bits_pca", bits_for(linear, error));
    session.note("bits_jpeg", of_jpeg);
    session.note("bits_jpeg_each", bits_for(files, error));
    session.note("jpeg_to_autoencoder", of_jpeg / bits);
    session.note("decoder_weights", weights);
    session.note("pays_after", 32 * weights / (of_jpeg - bits));

    const Array originals = one_of_each_class(data.test);
    std::vector<NamedImages> rows{{"test images", originals}};
    for (const auto& [name, curve] : {std::pair("net", &net), {"PCA", &linear}, {"JPEG", &jpeg}}) {
        const Point& point = affordable(*curve, bits);
        rows.push_back({bits_text(name, point), point.stored(originals)});
    }
    tutorials::save_named_rows(session.file("same_bits.png"), rows, data.test.item);
}

// ### Another kind of picture
//
// The net has saved bits by knowing clothes. What does it do with glyphs: rings, crosses, arrows,
// drawn by a program? And a net of the same build that was trained on glyphs, with clothes? (With
// `--data glyphs`, the other kind are glyphs in negative.)

nn::TrainTest another_kind_than(const nn::TrainTest& data, nn::Random& random) {
    const std::size_t train = std::min<std::size_t>(20000, data.train.size());
    const std::size_t test = std::min<std::size_t>(2000, data.test.size());
    if (data.test.name != "glyphs") return {nn::glyphs(train, random), nn::glyphs(test, random)};
    nn::TrainTest other{nn::first(data.train, train), nn::first(data.test, test)};
    for (nn::Dataset* part : {&other.train, &other.test})
        for (Real& pixel : part->images) pixel = 1 - pixel;
    return other;
}

// | error per pixel | on the data | on the other kind |
// |---|---|---|
// | net trained on the data | @result{data_net_on_data, .4f} | @result{data_net_on_other, .4f} |
// | net trained on the other kind | @result{other_net_on_data, .4f} | @result{other_net_on_other, .4f} |
// | PCA of the data, 32 | @result{pca_on_data, .4f} | @result{pca_on_other, .4f} |
// | JPEG at @result{kinds_jpeg_bits, .0f} and @result{kinds_jpeg_bits_other, .0f} bits | @result{jpeg_on_data, .4f} | @result{jpeg_on_other, .4f} |
// | the mean picture of each kind | @result{mean_on_data, .4f} | @result{mean_on_other, .4f} |
//
// @figure{kinds.png, Five test pictures of clothes and five glyphs. Second row: after the net that
// was trained on clothes. Third row: after the net that was trained on glyphs. Fourth row: after
// JPEG, which has never been trained on anything.}
//
// Each net is good at its own kind and much worse at the other. The net for clothes still hints at
// the glyphs, among shadows of clothes. What the net for glyphs makes of clothes is neither, and
// further off than the mean picture. A net for faces fails on trees in the same way. JPEG does not
// care. This is the second half of the answer: learnt compression is **specific to its data**.
//
// It is also **lossy**, like JPEG: what is off the surface is gone. And it is **learnt** and not
// designed, for better (nobody had to know what is common to clothes) and for worse. On photographs
// of the world at large such a net loses to JPEG. A photograph has millions of pixels and may show
// anything, so its pictures do not lie near a surface of few dimensions that any affordable net
// could learn; what they have in common is local and simple, smooth areas and edges, and exactly
// that is what JPEG's cosines were designed for. (Learnt codecs that do beat JPEG on photographs
// are convolutional, which is local too, and are trained on rate and distortion together with
// quantisation in the loop: Ballé and others 2017.)

void kinds(Session& session, const nn::TrainTest& data, const models::Pca& pca,
           const Autoencoder& net) {
    nn::Random random(session.flags.seed);
    const nn::TrainTest other = another_kind_than(data, random);
    Autoencoder other_net(shape_of_net({32, {768}}, data.train.images.shape(1)), random);
    train(session,
          {.name = "other_kind",
           .epochs = session.flags.epochs,
           .learning_rate = session.flags.learning_rate},
          other_net, other.train, random);

    const models::Pca few = pca.first(32), none = models::pca(other.train.images, 1);
    const auto together = [](const nn::Dataset& d) {
        return tutorials::jpeg_together(d.images, d.item, 12);
    };
    const auto ours = together(data.test), theirs = together(other.test);
    const auto of_mean = [](const models::Pca& p, const Array& images) {
        Array means = images;
        for (std::size_t i = 0; i < images.shape(0); ++i)
            std::copy_n(p.mean.data(), p.mean.size(), &means(i, 0));
        return means;
    };
    const Array &x = data.test.images, &y = other.test.images;
    struct Row {
        const char *key, *name;
        Array on_data, on_other;
    };
    std::printf("\nAnother kind of picture: error per pixel\n");
    std::printf("                              on the data  on the other kind\n");
    for (const auto& [key, name, on_data, on_other] :
         {Row{"data_net", "trained on the data", reconstruct(net, x), reconstruct(net, y)},
          Row{"other_net", "trained on the other kind", reconstruct(other_net, x),
              reconstruct(other_net, y)},
          Row{"pca", "PCA of the data", few.reconstruct(x), few.reconstruct(y)},
          Row{"jpeg", "JPEG", ours.images, theirs.images},
          Row{"mean", "mean picture of each kind", of_mean(pca, x), of_mean(none, y)}}) {
        const double a = error_per_pixel(x, on_data), b = error_per_pixel(y, on_other);
        std::printf("  %-26s  %11.6f  %17.6f\n", name, a, b);
        session.note(std::string(key) + "_on_data", a);
        session.note(std::string(key) + "_on_other", b);
    }
    session.note("kinds_jpeg_bits", ours.bits);
    session.note("kinds_jpeg_bits_other", theirs.bits);

    const Array shown =
        tutorials::join(nn::first(data.test, 5).images, nn::first(other.test, 5).images);
    tutorials::save_named_rows(
        session.file("kinds.png"),
        {{"test images", shown},
         {"net for the data", reconstruct(net, shown)},
         {"net for the others", reconstruct(other_net, shown)},
         {"JPEG", tutorials::jpeg_together(shown, data.test.item, 12).images}},
        data.test.item);
}

// ### Use one: fewer dimensions
//
// Often the code itself is wanted. *Search by likeness*: the pictures most like this one are those
// with the nearest codes. To put a number on it, let the nearest of the training pictures lend its
// label, and count how often that label is right. (The labels judge; nobody trains on them.)
//
// @figure{neighbours.png, How often the nearest training picture has the label of the test picture,
// against the number of numbers that are compared. In few dimensions the net's code keeps more of
// what makes a class than PCA's does.}
//
// With two numbers the net's code gives @result{neighbour_net_k2, .0f} % and PCA's
// @result{neighbour_pca_k2, .0f} %. Comparing all 784 pixels gives @result{neighbour_pixels, .0f}
// %, and costs a hundred times as much as comparing eight numbers, which give
// @result{neighbour_net_k8, .0f} %.

double percent_agreeing(const nn::TrainTest& data, const Array& queries, const Array& among) {
    const autograd::Indices found = tutorials::nearest(queries, among);
    std::size_t agree = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        agree += data.train.labels[found[i]] == data.test.labels[i] ? 1 : 0;
    return 100 * double(agree) / double(found.size());
}

void neighbours(Session& session, const nn::TrainTest& data, const models::Pca& pca,
                const Nets& nets) {
    const Array queries = nn::first(data.test, 2000).images;
    const Array& among = data.train.images;
    Plot::Numbers ks, of_net, of_pca;
    for (const auto& [k, net] : nets) {
        const models::Pca axes = pca.first(k);
        ks.push_back(double(k));
        of_net.push_back(percent_agreeing(data, encode(net, queries), encode(net, among)));
        of_pca.push_back(percent_agreeing(data, axes.encode(queries), axes.encode(among)));
        session.note("neighbour_net_k" + std::to_string(k), of_net.back());
        session.note("neighbour_pca_k" + std::to_string(k), of_pca.back());
    }
    const double of_pixels = percent_agreeing(data, queries, among);
    session.note("neighbour_pixels", of_pixels);
    std::printf("\nThe nearest training picture has the same label (percent)\n  k    ");
    for (const double k : ks) std::printf("  %5.0f", k);
    std::printf("\n  net  ");
    for (const double percent : of_net) std::printf("  %5.1f", percent);
    std::printf("\n  PCA  ");
    for (const double percent : of_pca) std::printf("  %5.1f", percent);
    std::printf("    pixels %.1f\n", of_pixels);
    Plot({.x = "numbers compared", .y = "same label (percent)", .log_x = true})
        .line("autoencoder", ks, of_net)
        .line("PCA", ks, of_pca)
        .level("all pixels", of_pixels)
        .save(session.file("neighbours.png"));
}

// ### Use two: cleaning, a first attempt
//
// Noise points in all directions, the surface has only few: so projecting a noisy picture onto it
// should leave most of the noise outside. On each pixel of the test pictures, normal noise with
// standard deviation 0.3. The peak signal-to-noise ratio is $-10 \log_{10}$ of the squared error
// per pixel, in decibels; higher is better.
//
// | numbers in the code | 2 | 8 | 16 | 32 | 64 |
// |---|---|---|---|---|---|
// | autoencoder | @result{psnr_net_k2, .2f} | @result{psnr_net_k8, .2f} | @result{psnr_net_k16, .2f} | @result{psnr_net_k32, .2f} | @result{psnr_net_k64, .2f} |
// | PCA | @result{psnr_pca_k2, .2f} | @result{psnr_pca_k8, .2f} | @result{psnr_pca_k16, .2f} | @result{psnr_pca_k32, .2f} | @result{psnr_pca_k64, .2f} |
//
// The noisy pictures have @result{psnr_noisy, .2f} dB, so a bottleneck does clean. For PCA one can
// say what happens exactly. Of the noise the projection keeps what lies along its $k$ axes, a share
// of $k / 784$; of the picture it loses what it always loses:
// $$ \text{error per pixel} \ =\ \text{error of PCA on clean pictures}
//    \ +\ \sigma^2 \frac{k}{784} . $$
// A narrow code forgets the picture, a wide one lets noise through. Now compare the rows. What the
// net gains by its curved surface when pictures are clean, it has to earn again when they are not:
// PCA moves *whatever* comes to the nearest point of its plane, that is its definition, while the
// net's encoder was only ever asked about clean pictures, which lie near its surface. How it
// continues from there into the open is an accident. The remedy is obvious once one has seen this:
// show it noisy pictures while it learns. That is chapter 06.

void cleaning(Session& session, const nn::TrainTest& data, const models::Pca& pca,
              const Nets& nets) {
    const Array& clean = data.test.images;
    nn::Random random(session.flags.seed);
    const Array noise = random.normal(clean.shape());
    const Array noisy =
        nn::evaluate([](Variable x, Variable e) { return x + Real(0.3) * e; }, clean, noise);
    const double before = models::psnr(noisy, clean);
    session.note("psnr_noisy", before);
    std::printf("\nCleaning: decibels, the noisy pictures have %.2f\n", before);
    std::printf("   k    net    PCA\n");
    for (const auto& [k, net] : nets) {
        const double of_net = models::psnr(reconstruct(net, noisy), clean);
        const double of_pca = models::psnr(pca.first(k).reconstruct(noisy), clean);
        std::printf("%4zu  %5.2f  %5.2f\n", k, of_net, of_pca);
        session.note("psnr_net_k" + std::to_string(k), of_net);
        session.note("psnr_pca_k" + std::to_string(k), of_pca);
    }
}

// ### Use three: what does not belong
//
// A narrow net reconstructs badly what it was not trained on. Turn that into a detector: train on
// *one* class only, as if it were the only kind that the factory makes, and take the reconstruction
// error of a picture as its **anomaly score**. All other classes are defects, of which training has
// seen none. How well the score separates them is the area under the ROC curve: the probability
// that a defect has a larger score than a good piece. Ten times, with each class in turn as the
// good one.
//
// @figure{anomalies.png, Area under the ROC curve for each class as the normal one and all others
// as anomalies; ½ would be chance.}
//
// The mean over the classes is @result{anomaly_auc_pca, .4f} for PCA and
// @result{anomaly_auc_autoencoder, .4f} for a net 784-256-32-256-784 that was trained for seconds
// on 6000 pictures. A stronger autoencoder is not automatically a better detector, which surprises
// many: what counts is not how well the good pieces are rebuilt but how *badly* the others are, and
// a better net may be better at those, too. Remember the wide net of chapter 03, which rebuilt
// everything and so detected nothing.

nn::Dataset only(const nn::Dataset& data, std::size_t label) {
    nn::Dataset some = data;
    some.images = tutorials::first_of(data, label, data.size());
    some.labels.assign(some.images.shape(0), label);
    return some;
}

/// The area under the ROC curve of scores, high for what is not of this class.
double detection(const std::vector<double>& scores, const nn::Dataset& data, std::size_t label) {
    std::vector<double> normal, anomalous;
    for (std::size_t i = 0; i < scores.size(); ++i)
        (data.labels[i] == label ? normal : anomalous).push_back(scores[i]);
    return models::area_under_roc(normal, anomalous);
}

void anomalies(Session& session, const nn::TrainTest& data) {
    const Array& test = data.test.images;
    Plot::Numbers of_net, of_pca;
    std::printf("\nOne class is normal: area under the ROC curve\n     net    PCA\n");
    for (std::size_t label = 0; label < data.train.classes; ++label) {
        const nn::Dataset normal = only(data.train, label);
        const models::Pca pca = models::pca(normal.images, 32);
        nn::Random random(session.flags.seed);
        Autoencoder net({.input = test.shape(1),
                         .hidden = {256},
                         .latent = 32,
                         .activation = silu,
                         .likelihood = Likelihood::bernoulli},
                        random);
        train(session,
              {.name = "normal_" + std::to_string(label),
               .epochs = epochs(session, 10),
               .learning_rate = 2e-3},
              net, normal, random);
        of_net.push_back(detection(squared_errors(test, reconstruct(net, test)), data.test, label));
        of_pca.push_back(detection(pca.squared_errors(test), data.test, label));
        std::printf("  %.4f  %.4f  %s\n", of_net.back(), of_pca.back(),
                    data.test.class_names[label].c_str());
    }
    const auto mean = [](const Plot::Numbers& numbers) {
        double sum = 0;
        for (const double number : numbers) sum += number;
        return sum / double(numbers.size());
    };
    session.result("anomaly_auc_autoencoder", mean(of_net));
    session.result("anomaly_auc_pca", mean(of_pca));
    Plot({.x = "the normal class", .y = "area under the ROC curve", .y_range = {{0.5, 1.0}}})
        .bars("autoencoder", data.test.class_names, of_net)
        .bars("PCA", data.test.class_names, of_pca)
        .save(session.file("anomalies.png"));
}

// ### What the program does

void lesson(Session& session) {
    line_and_curve(session);
    const nn::TrainTest data = session.load_data();
    autograd::require(data.test.item == autograd::Shape{28, 28, 1},
                      "[04_undercomplete] expected images of 28 × 28");
    const models::Pca pca = models::pca(data.train.images, 256);
    const Plot::Numbers of_pca = pca_errors(pca, data.test.images);

    one_number(session, data, of_pca[0]);
    const Nets nets = sweep(session, data, pca, of_pca);
    compression(session, data, pca, nets);
    kinds(session, data, pca, nets.at(32));
    neighbours(session, data, pca, nets);
    cleaning(session, data, pca, nets);
    anomalies(session, data);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "04_undercomplete",
                           .title = "The undercomplete autoencoder",
                           .defaults = {.epochs = 10, .learning_rate = 3e-3}},
                          lesson);
}

// ## Check it
//
// - `build/tests/models/models -sf="*quantiser*"`: four equally likely cells cost two bits; fine
//   cells of a normal number cost and leave what (2) says.
// - `build/tests/tutorials/support -sf="*jpeg*"`: JPEG is called rightly: with more quality files
//   grow and errors fall, pictures in one file are those in files of their own, damaged files are
//   refused.
// - `build/tests/models/models -sf="*roc*"`: the area under the ROC curve by hand, and for two
//   normal scores against the closed form.
// - `build/tests/models/models_double -tc="the gradient of the autoencoder*"`: the loss against
//   central differences; `build/tests/models/models -tc="*PCA*"`: the yardstick.
//
// ## Run it
//
// `build/tutorials/04_undercomplete` trains the spiral's net, three nets of one number, the five of
// the sweep, which take most of the time, one on the other kind of picture and ten small ones for
// the anomalies. `--epochs`, `--batch` and `--learning-rate` are those of the sweep; `--epochs 40`
// takes about four times as long. `--data glyphs` needs no files. `--quick` shows that everything
// works, and nothing else: after two epochs on 2048 pictures the nets are far above PCA.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `idea.png`: follow a few of the strokes. On the left they are parallel and long, on the right
//   mostly shorter than the points are thick. Where one is longer and slants along the curve, the
//   encoder has missed the nearest point of it.
// - `one_number.png`: first and second row agree but for details; look at the jacket's sleeves and
//   the sandal's sole. The fifth row shows garments of the twenty and mixtures of two, which are at
//   best of the same kind as those of the fourth.
// - `sweep.png`: a distance between the two curves is a factor, since the axes are logarithmic.
//   Downwards it is about two everywhere. Sideways it says how many times more numbers PCA needs,
//   about five at two and at eight, and fewer from there on; the last column of the table has the
//   numbers.
// - `rate.png`: each thin curve begins above the coloured one and then joins it. Above it, a wide
//   code is stored so coarsely that a narrower one, stored finely, does better for the same bits.
//   Then see where the coloured curve ends and the others go on.
// - `same_bits.png`: three ways to be wrong; mind the price at the left.
// - `kinds.png`: what the second row makes of glyphs and the third of clothes.
// - `anomalies.png`: trousers look like nothing else; a shirt looks like many things; bags and
//   sandals hardly look like each other, so that a net for them learns to rebuild much.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | worse than PCA with as many numbers | not trained enough, rate too low, or a ReLU on the code (chapter 03) | *a linear autoencoder finds the plane of PCA, and leaves what PCA leaves* |
// | superb on the training pictures, useless on others | too few pictures for so strong a net: it keeps a list | *as wide as its input, an autoencoder that has seen noise alone copies anything* is the other way to copy |
// | a rate below the entropy, compression too good to be true | cells counted on the pictures that are then stored, one table for each | *a cell costs minus the logarithm of how often training codes fell into it* |
// | rates are all 30 % too low | natural logarithms called bits | *four equally likely cells cost two bits, and two numbers cost the sum of their bits* |
// | JPEG needs 1600 bits for a black picture | its headers and tables, not its pixels: share them | *images in one JPEG file are those in files of their own, for fewer bits* |
// | the area under the ROC curve is below ½ | the score has the wrong sign | *the area under the ROC counts the pairs in the right order, and ties half* |
//
// ## What one does with it
//
// - **Store many pictures of one kind**: surveillance, spectra, weather fields, simulation output.
//   Count the decoder, and keep an exact copy of what matters, for the error on a single picture
//   has no bound.
// - **Reduce dimensions** before a method that cannot stand many: nearest neighbours, clustering, a
//   plot.
// - **Detect anomalies** where defects are rare and of unknown kind. Try PCA first.
// - **Clean**, after training for it: chapter 06.
//
// The restraint of this chapter is a number that one has to choose, the same for every picture:
// trousers are simple, sandals are not, both get $k$. Chapter 05 lets the code be wide and makes it
// pay for every unit that it uses. And a code whose numbers have *infinite precision* is no
// restraint at all, as the twenty pictures have shown: chapter 07 puts noise on the code, and
// counts what the code then carries, in nats: $R$ again, by another name.
//
// ## Further, and exercises
//
// 1. Use `{512, 256}` for all five widths, for 10 epochs and for 40. Where does depth help, where
//    does it only cost time? *Hint: compare training errors, not test errors: which nets are too
//    weak, and which are just slow?*
// 2. Give the spiral two turns (write it yourself: the toy winds once). From how many turns on does
//    the net stop following, and what does it do instead? *Hint: start from several seeds; it is
//    the optimisation that fails, not the net's capacity.*
// 3. Learn 20 pictures by heart with a code of one number that is rounded to 32 cells during
//    training. *Hint: add uniform noise of one cell's width to the code in the loss, and a sigmoid,
//    so that the net cannot escape by making the code large.*
// 4. Quantise the code without turning it (`axes`) first. How many bits does the correlation cost?
//    *Hint: if the numbers were normal, it would be ½ log₂ of the ratio of the product of the
//    variances to the determinant of the covariance, at a fine step.*
// 5. Give every number of the turned code its own step. *Hint: at a high rate the best step is
//    inversely proportional to the length of the decoder's derivative along that axis.*
// 6. Use the *code* for the anomaly score as well: a picture may be rebuilt well and still have a
//    code where no training code is. *Hint: add the squared length of the whitened code.*
//
// ## Where the real code differs
//
// In PyTorch this chapter is two `nn.Sequential` as before; that the code is narrow needs no line
// of code at all. Learnt codecs in earnest (the library CompressAI) are convolutional, replace
// rounding by uniform noise during training so that it has a gradient, learn the entropy model
// together with the transform, minimise $R + \lambda D$, and end in a real arithmetic coder.
// Anomaly detection in earnest uses the same error, or distances between features of a network that
// was trained on something else.
//
// **Names.** *Undercomplete* speaks of the code's width against the input's; a *bottleneck* is any
// narrow layer, and the "bottleneck blocks" of residual networks are something else. *Nonlinear
// PCA* was the name of exactly this net in 1991; there are half a dozen other methods of that name.
// *Manifold* is used by everybody and seldom proved. *Rate* is bits per picture here, bits per
// pixel in the literature on codecs. *PSNR* of 8-bit pictures has 255² where we have 1.
//
// ## Further reading
//
// - M. A. Kramer, *Nonlinear principal component analysis using autoassociative neural networks*,
//   AIChE Journal 37, 1991.
// - D. DeMers, G. Cottrell, *Non-linear dimensionality reduction*, NIPS 1992.
// - G. E. Hinton, R. R. Salakhutdinov, *Reducing the dimensionality of data with neural networks*,
//   Science 313, 2006.
// - T. M. Cover, J. A. Thomas, *Elements of information theory*, Wiley 2006, chapter 10, on rate
//   and distortion.
// - A. Gersho, R. M. Gray, *Vector quantization and signal compression*, Kluwer 1992.
// - V. K. Goyal, *Theoretical foundations of transform coding*, IEEE Signal Processing Magazine 18,
//   2001.
// - G. K. Wallace, *The JPEG still picture compression standard*, Communications of the ACM 34,
//   1991.
// - J. Ballé, V. Laparra, E. P. Simoncelli, *End-to-end optimized image compression*, ICLR 2017.
// - L. Ruff and others, *A unifying review of deep and shallow anomaly detection*, Proceedings of
//   the IEEE 109, 2021.
