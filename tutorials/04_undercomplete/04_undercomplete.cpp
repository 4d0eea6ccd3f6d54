// ---
// title: The undercomplete autoencoder
// builds_on: 03_autoencoder
// leads_to:
// tooltip: A narrow code as the only restraint: PCA that bends, compression that is learnt.
// minutes: 1
// keywords: bottleneck, nonlinear PCA, manifold, rate, distortion, quantiser, JPEG, anomaly, ROC
// ---
//
// ## What you will be able to do
//
// - Say what a bottleneck restrains and what it does not, and tell a net that is too weak from one that
//   learns its images by heart (exercises 1 and 2).
// - Measure what a learnt code costs in bits, and predict how its error falls when it gets more of them
//   (exercises 3 and 4).
// - Turn a reconstruction error into an anomaly detector, and judge it by its ROC curve and by the share
//   of its alarms that are real (exercise 5).
//
// @predict{JPEG was designed by experts for photographs of anything. A small network is trained for ten
// epochs on pictures of clothes. Both store new pictures of clothes with the same error. Which needs
// fewer bits, and by what factor? And which one does better if the pictures show something else?}
//
// ## The idea in one figure
//
// @figure{spiral.png, Points along a spiral, and what is left of them after one number each. Left: PCA
// moves every point to the nearest place on the best straight line. Right: an autoencoder with one
// number. The thin strokes lead from points that neither has seen to their reconstructions.}
//
// The restraint of this chapter is the simplest: **make the code narrow**. The loss is the
// reconstruction error and nothing is added to it. A code narrower than the input is called
// **undercomplete**. Whatever does not fit through the narrow place is lost, so the code has to keep
// what tells the data apart, and the weights what they have in common.
//
// Chapter 03 showed that without nonlinearities this is PCA. With them it is PCA that can bend. The line
// leaves a mean squared error of @result{spiral_pca_error, .2f}, the curve
// @result{spiral_net_error, .3f}. (One seed. Noise across the curve alone would leave .0004.)
//
// @experiment{spiral}
//
// ## The model itself: a code in bits
//
// The net is the autoencoder of chapter 03. New is the question what a code *costs*. A real number
// can carry any number of digits, so counting numbers is not enough. We count bits: round each number of
// the code to the middle of a cell of width Δ, and store which cell it was. A good coder gives frequent
// cells short names: a cell that occurs with frequency $q$ costs $-\log_2 q$ bits. (An *arithmetic coder*
// gets within a fraction of a percent of this.) That is a **quantiser**:

#include <cmath>
#include <map>

namespace {

struct Cells {
    double width;                    // Δ
    std::map<long, double> count{};  // how often training numbers fell into each cell
    double total = 0;

    long cell(double h) const { return std::lround(h / width); }
    double rounded(double h) const { return width * static_cast<double>(cell(h)); }

    void learn(double h) {
        ++count[cell(h)];
        ++total;
    }
    /// −log₂ of the frequency of the cell; a cell that was never met has no name.
    double bits(double h) const { return -std::log2(count.at(cell(h)) / total); }
};

}  // namespace

// The library's `models::Quantiser` does the same for codes of K numbers, with one table for each, and
// adds one half to each count so that every cell has a name.
//
// @source{models/evaluate/quantiser.cpp, Quantiser::cell}
//
// @source{models/evaluate/quantiser.cpp, Quantiser::bits}
//
// Does it do what the theory says? For a number whose density $p$ is nearly constant across a cell, the
// rounding error is uniform within ±Δ/2, and the cell's frequency is $p \Delta$. So
// $$ \operatorname E\,(h - \hat h)^2 \approx \int_{-\Delta/2}^{\Delta/2} \frac{e^2}{\Delta}\, de
//    = \frac{\Delta^2}{12} , \qquad
//    R \approx -\!\int p \log_2 (p\, \Delta) = -\!\int p \log_2 p \ -\ \log_2 \Delta . \tag{1} $$
// Halving Δ costs one bit more per number and divides the rounding error by four. For a standard normal
// number the first integral is $\frac12 \log_2 (2 \pi e) = 2.047$ bits. The program rounds 100 000 of
// them with Δ = ½:
//
// | | formula (1) | by hand | `models::Quantiser` |
// |---|---|---|---|
// | bits | 3.047 | @result{bits_by_hand, .3f} | @result{bits_of_library, .3f} |
// | squared error | .02083 | @result{rounding_by_hand, .5f} | @result{rounding_of_library, .5f} |
//
// The two programs agree. Formula (1) is slightly too low, because the density is not quite constant across
// cells that are half a standard deviation wide: with the exact probabilities of the cells the rate is 3.062
// bits. 100 000 draws leave it uncertain by about .003.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "models/evaluate/quantiser.hpp"
#include "models/evaluate/roc.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using tutorials::Plot;
using tutorials::Session;

namespace {

void quantise(Session& session) {
    nn::Random random(session.flags.seed);
    const Array numbers = random.normal({100000, 1});
    Cells cells{0.5};
    for (const double h : numbers) cells.learn(h);
    double bits = 0, squared = 0;
    for (const double h : numbers) {
        bits += cells.bits(h);
        squared += std::pow(h - cells.rounded(h), 2);
    }
    session.result("bits_by_hand", bits / cells.total);
    session.result("rounding_by_hand", squared / cells.total);

    const models::Quantiser quantiser(numbers, {0.5});
    session.result("bits_of_library", quantiser.bits(numbers));
    session.result("rounding_of_library",
                   tutorials::error_per_pixel(numbers, quantiser.round(numbers)));
}

}  // namespace

// ## The mathematics
//
// | symbol | C++ |
// |---|---|
// | $f$, $g$, $K$ | `Autoencoder::encode`, `decode`, `AutoencoderSettings::latent` |
// | Δ, $\hat h$ | the steps of `models::Quantiser`, `Quantiser::round` |
// | $R$, the rate | `Quantiser::bits`: **bits** per image, hence $\log_2$ |
// | the distortion | `error_per_pixel`: squared error divided by 784 |
// | $\lambda_i$ | `models::Pca::eigenvalues` |
//
// ### A curved surface instead of a plane
//
// The decoder $g : \mathbb R^K \to \mathbb R^D$ maps all codes to a set of images,
// $$ M = \{\, g(h) : h \in \mathbb R^K \,\} , $$
// and every reconstruction lies in it. If $g$ is smooth, $M$ is a surface of at most $K$ dimensions, a
// **manifold** where it does not cross itself. If $g$ is affine, it is a plane. The best encoder sends
// $x$ to the code of the nearest point of $M$, and then
// $$ \min_{f, g}\ \operatorname E\, |x - g(f(x))|^2
//    = \min_{M}\ \operatorname E\, \operatorname{dist}(x, M)^2
//    \ \le\ \lambda_{K+1} + \dots + \lambda_D \tag{2} $$
// as soon as the net can represent planes: on the right stands the error of the best one, PCA. (With a
// sigmoid at the end it cannot quite; chapter 03 measured that for these images the sigmoid helps.)
// The expectation in (2) is over the training images. If a net has a larger *training* error than PCA
// with as many numbers, suspect its training. If only its error on test images is larger, the net may
// have adapted to single training images, as below.
//
// ### What the bottleneck does not restrain
//
// It counts numbers, and a number can hold as much as one likes. Write the $N$ training images in a
// list. Let the encoder answer with the place in the list, $n / N$, and let the decoder hold the list.
// The reconstruction is perfect, the code has **one** number, and nothing has been learnt about images.
// A continuous encoder and decoder can do this, too, if they are large enough: $M$ is then a long curve
// that passes through every training image. So the width of the code restrains the net only together
// with the number of training images and the size of the net.
//
// @experiment{one_number}
//
// ### Rate and distortion
//
// Put a quantiser behind the code. The **rate** $R$ is what the rounded codes cost in bits per image,
// the **distortion** is the squared error of the images that are decoded from them. A small Δ costs many
// bits and distorts little, so each method gives a curve, and a method is better where its curve is
// lower. With PCA and one Δ for all axes this is *transform coding*: an axis whose standard deviation is
// far below Δ is almost always rounded to 0 and costs next to nothing, so PCA chooses its own $K$. JPEG
// does the same with cosines on blocks of 8 × 8 pixels and a Δ for each frequency; both were chosen once,
// for photographs in general.
//
// ## Train: 2, 8, 16, 32 and 64 numbers
//
// The lesson's run trains the net of 32 numbers, 784-768-32-768-784, for 10 epochs:

namespace {

models::Autoencoder narrow(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const lesson::Trained trained = lesson::train_k(session, 32);
    const models::Pca pca = models::pca(data.train.images, 32);
    session.result("test_mse_per_pixel", tutorials::error_per_pixel(trained.net, data.test.images));
    session.result("pca_mse_per_pixel", pca.squared_error(data.test.images) / 784);
    session.result("train_images_per_second", trained.fit.images_per_second);
    return trained.net;
}

}  // namespace

// Its error is @result{test_mse_per_pixel, .4f} per pixel on the test images, PCA's is
// @result{pca_mse_per_pixel, .4f}. The experiment trains the other four.
//
// @figure{sweep.png, Error on the test images against the width of the code.}
//
// At each of the five widths the net leaves about half of PCA's error. Read the other way, PCA needs
// @result{pca_needs_k2} numbers to be as good as the net with 2, and @result{pca_needs_k64} to be as good
// as the net with 64.
//
// @experiment{sweep}
//
// ## Compression
//
// @figure{rate.png, Squared error per pixel against bits per test image; lower left is better. The thin
// grey curves are the five nets, each with seven cell widths; the blue curve is the best of them at each
// rate.}
//
// @prediction{On its own kind of images, at an error of @result{rate_error, .3f}, the best of the nets needs
// @result{bits_autoencoder, .0f} bits per image, PCA @result{bits_pca, .0f} and JPEG
// @result{bits_jpeg, .0f}: a factor of @result{jpeg_to_autoencoder, .1f} between net and JPEG, without
// the decoder's own bits. On glyphs JPEG wins: at its lowest quality, @result{jpeg_1_bits_other, .0f} bits,
// it leaves an error of @result{jpeg_1_on_other, .3f}, and the net for clothes stays at
// @result{data_net_on_other, .3f} however many bits its code gets.}
//
// Notice how the curves continue. The net's curve becomes level at @result{autoencoder_floor, .4f}: the
// images do not lie *on* its surface but around it, however finely the code is stored. PCA (with up to
// 784 axes; here are 256) and JPEG can spend more bits to reduce the error further. Below that level only
// they remain.
//
// @experiment{compression}
//
// @experiment{kinds}
//
// So learnt compression is **specific to its data**, it is **lossy**, and it is **learnt** instead of
// designed. We have not measured photographs of anything. There we expect such a net to be at a
// disadvantage: they have millions of pixels and may show anything, and what they have in common, smooth
// areas and edges, is what JPEG's cosines were designed for. Learnt codecs (coders with their decoders) that
// do beat JPEG on photographs are convolutional, and quantiser and transform are learnt together (Ballé and
// others 2017).
//
// ## Uses of a narrow code
//
// ### Fewer dimensions, and cleaning
//
// A few numbers are quicker to compare than 784 pixels, so the code serves to search for similar images.
// And a decoder that can draw little else than garments should remove noise from them. Two measurements:
//
// @experiment{neighbours}
//
// @experiment{cleaning}
//
// ### What does not belong: anomaly detection
//
// A narrow net reconstructs badly what it was not trained on. Train it on *one* class only, as if it were
// the only kind of thing that a factory makes, and use the reconstruction error of an image as its
// **anomaly score**. All other classes are then anomalies, of which the training has seen none.
//
// To decide, one needs a **threshold**: images with a larger score raise an alarm. A low threshold finds
// more anomalies and raises more **false alarms**. The **ROC curve** (receiver operating characteristic)
// shows all thresholds at once: the share of anomalies found against the share of normal images that
// raise an alarm. Chance is the diagonal. The area under the curve sums it up in one number, and has a
// meaning of its own: it is the probability that a random anomaly has a larger score than a random normal
// image. To see this, walk along the curve from the largest score to the smallest. Each normal image moves
// it to the right by one over their number, and adds a strip as high as the share of anomalies with larger
// scores. The sum of all strips is the share of pairs, one normal and one anomalous, in the right order.

namespace {

struct Roc {
    Plot::Numbers false_alarms{0}, found{0};
    double area = 0;
};

Roc roc(std::vector<double> normal, std::vector<double> anomalous) {
    std::sort(normal.rbegin(), normal.rend());
    std::sort(anomalous.rbegin(), anomalous.rend());
    Roc curve;
    std::size_t above = 0;  // anomalies with larger scores than this normal image
    for (const double score : normal) {
        while (above < anomalous.size() && anomalous[above] > score) ++above;
        const double share = double(above) / double(anomalous.size());
        curve.area += share / double(normal.size());
        curve.false_alarms.push_back(curve.false_alarms.back() + 1 / double(normal.size()));
        curve.found.push_back(share);
    }
    curve.false_alarms.push_back(1);
    curve.found.push_back(1);
    return curve;
}

/// The share of the numbers that are above a threshold, in percent.
double percent_above(const std::vector<double>& numbers, double threshold) {
    const auto above = std::count_if(numbers.begin(), numbers.end(),
                                     [&](double number) { return number > threshold; });
    return 100 * double(above) / double(numbers.size());
}

void detect(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset all = lesson::only(data.train, 0);
    const std::size_t held_out = all.size() / 6;
    const nn::Dataset normal = nn::first(all, all.size() - held_out);
    const Array validation = nn::last(all, held_out).images, &test = data.test.images;
    const models::Autoencoder net = lesson::detector(session, normal, "model_detector");

    // The threshold: one false alarm in twenty, on normal images that were held back.
    std::vector<double> scores =
        lesson::squared_errors(validation, tutorials::reconstruct(net, validation));
    std::sort(scores.begin(), scores.end());
    const double threshold = scores[scores.size() - 1 - scores.size() / 20];

    const std::vector<double> of_test =
        lesson::squared_errors(test, tutorials::reconstruct(net, test));
    const lesson::Scores found = lesson::divided(of_test, data.test, 0);
    const Roc curve = roc(found.normal, found.anomalous);
    session.result("roc_area_by_hand", curve.area);
    session.result("roc_area_of_library", models::area_under_roc(found.normal, found.anomalous));
    session.result("threshold", threshold);
    const double alarms = percent_above(found.normal, threshold);
    const double hits = percent_above(found.anomalous, threshold);
    session.result("false_alarm_percent", alarms);
    session.result("found_percent", hits);
    session.result("real_alarms_percent", 100 * hits / (hits + 999 * alarms));

    const auto bins = [](const std::vector<double>& numbers) {  // 4 units wide
        const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
        return std::max<std::size_t>(1, std::size_t((*high - *low) / 4));
    };
    Plot histogram({.x = "score: squared error per image", .y = "share of the images"});
    histogram.histogram(data.test.class_names[0] + " (normal)", found.normal, bins(found.normal))
        .histogram("all others (anomalies)", found.anomalous, bins(found.anomalous));
    Plot curves({.x = "false alarms (share)", .y = "anomalies found (share)", .same_scale = true});
    curves.line("detector", curve.false_alarms, curve.found).line("chance", {0, 1}, {0, 1});
    tutorials::save_plots(session.file("roc.png"), {histogram, curves}, 2);

    // What it misses: the anomalies with the smallest scores, and the normal images with the largest.
    autograd::Indices order = tutorials::upto(of_test.size());
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return of_test[a] < of_test[b]; });
    autograd::Indices missed, false_alarms;
    for (const std::size_t i : order)
        if (data.test.labels[i] != 0 && missed.size() < 10) missed.push_back(i);
    std::reverse(order.begin(), order.end());
    for (const std::size_t i : order)
        if (data.test.labels[i] == 0 && false_alarms.size() < 10) false_alarms.push_back(i);
    const Array missed_images = nn::take(test, missed), alarm_images = nn::take(test, false_alarms);
    tutorials::save_named_rows(session.file("missed.png"),
                               {{"missed anomalies", missed_images},
                                {"rebuilt", tutorials::reconstruct(net, missed_images)},
                                {"worst false alarms", alarm_images},
                                {"rebuilt", tutorials::reconstruct(net, alarm_images)}},
                               data.test.item);
}

}  // namespace

// @figure{roc.png, A net trained on T-shirts and tops alone. Left: the scores of the test images. Right:
// the ROC curve of all thresholds.}
//
// The area under this curve is @result{roc_area_by_hand, .3f}, by the function above as by the library's
// (@result{roc_area_of_library, .3f}). The threshold was set on 1000 T-shirts and tops that were held back
// from training, so that one in twenty of them raises an alarm. On the test images
// @result{false_alarm_percent, .1f} % of the T-shirts and tops raise an alarm, and @result{found_percent, .0f}
// % of the anomalies are found. (One seed.)
//
// @figure{missed.png, The ten anomalies with the smallest scores, and the ten T-shirts or tops with the
// largest.}
//
// The missed anomalies have the outline of a T-shirt, a sleeveless top or a short dress, and weak patterns.
// The false alarms have strong patterns or rare outlines. The score says how hard an image is to rebuild,
// which is not the same as how unusual it is.
//
// @experiment{anomalies}
//
// On average over the ten classes the net is ahead of PCA by less than a hundredth, in each of three seeds. It
// is not ahead in every class: in this run PCA is better for sandals, sneakers and bags. A net that rebuilds
// its own class better is not automatically a better detector: it may rebuild the anomalies better, too.
//
// ## The program

namespace {

void chapter(Session& session) {
    autograd::require(session.load_data().test.images.shape(1) == 784,
                      "[04_undercomplete] expected images of 784 pixels, 28 × 28, got ",
                      session.load_data().test.images.shape(1));
    quantise(session);
    narrow(session);
    detect(session);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "04_undercomplete",
                           .title = "The undercomplete autoencoder",
                           .defaults = {.epochs = 10, .learning_rate = 3e-3}},
                          chapter);
}

// ## Check it
//
// | what is tested | command |
// |---|---|
// | the quantiser: four equally likely cells cost two bits; fine cells of a normal number | `build/tests/models/models -sf="*quantiser*"` |
// | the area under the ROC curve by hand, and for two normal scores | `build/tests/models/models -sf="*roc*"` |
// | JPEG: more quality, larger files and smaller errors | `build/tests/tutorials/support -sf="*jpeg*"` |
// | PCA, the yardstick | `build/tests/models/models -tc="*PCA*"` |
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | a larger training error than PCA with as many numbers | not trained enough, rate too low, or a ReLU on the code | *a linear autoencoder finds the plane of PCA, and leaves what PCA leaves* |
// | a tiny training error, useless on other images | too few images for so strong a net | none: look at held-out images |
// | a rate below the entropy | cells counted on the images that are then stored | *a cell costs minus the logarithm of how often training codes fell into it* |
// | all rates 30 % too low | natural logarithms called bits | *four equally likely cells cost two bits, and two numbers cost the sum of their bits* |
// | JPEG needs more than a thousand bits for a black image | its headers and tables; share them | *images in one JPEG file are those in files of their own, for fewer bits* |
// | the area under the ROC curve is below ½ | the score has the wrong sign | *the area under the ROC counts the pairs in the right order, and ties half* |
//
// ## Exercises
//
// @exercise{1, Give the net of 32 numbers two layers of 512 and 256 units on each side instead of one of
// 768. Compare training and validation errors after 10 epochs: is a net too weak, or does it overfit?}
//
// @exercise{2, A code of one number is to hold twenty images although it is rounded to 32 cells. Rounding
// has no gradient, so replace it during training by uniform noise as wide as a cell, from the first step
// on. What happens, why, and what helps?}
//
// @exercise{3, Quantise the code of the net of 32 numbers without turning it to its axes first. How many
// bits per image does that cost? Derive a prediction for normal codes, and compare.}
//
// @exercise{4, By what factor does one more bit per image lower the rounding error, if PCA has K active
// axes? Why does a net with a fixed K not follow this for ever?}
//
// @exercise{5, The scores of normal images and of anomalies are normal with variance 1, and their means
// differ by d. What is the area under the ROC curve? And if one image in 1000 is an anomaly, what share of
// the alarms of the lesson's detector is real?}
//
// ## Where the real code differs
//
// Learnt codecs in practice (the library CompressAI) are convolutional, replace rounding by uniform noise
// during training as in exercise 2, learn the entropy model with the transform, minimise rate plus λ times
// distortion, and end in a real arithmetic coder. Anomaly detection in practice uses the same error, or
// distances between features of a network that was trained on something else.
//
// **Names.** A *bottleneck* is any narrow layer; the "bottleneck blocks" of residual networks are
// something else. *Nonlinear PCA* was the name of this net in 1991; several other methods share it. *Rate*
// is bits per image here, bits per pixel in the literature on codecs.
//
// ## Further reading
//
// - M. A. Kramer, *Nonlinear principal component analysis using autoassociative neural networks*, AIChE
//   Journal 37, 1991.
// - G. E. Hinton, R. R. Salakhutdinov, *Reducing the dimensionality of data with neural networks*,
//   Science 313, 2006.
// - T. M. Cover, J. A. Thomas, *Elements of information theory*, Wiley 2006, chapter 10.
// - A. Gersho, R. M. Gray, *Vector quantization and signal compression*, Kluwer 1992.
// - V. K. Goyal, *Theoretical foundations of transform coding*, IEEE Signal Processing Magazine 18, 2001.
// - G. K. Wallace, *The JPEG still picture compression standard*, Communications of the ACM 34, 1991.
// - J. Ballé, V. Laparra, E. P. Simoncelli, *End-to-end optimized image compression*, ICLR 2017.
// - L. Ruff and others, *A unifying review of deep and shallow anomaly detection*, Proceedings of the
//   IEEE 109, 2021.
