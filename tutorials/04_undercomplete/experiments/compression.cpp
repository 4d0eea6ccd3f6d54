// Everything that turns images into numbers and back can use the same quantiser. For the
// nets there is one thing to do first: the numbers of their code depend on each other, and a coder
// that treats them one by one stores what they share several times. So we turn the code with its own
// PCA before rounding, and turn it back before decoding. The tables of cells are counted on 20 000
// training images; the test images are what is stored.
//
// JPEG gets good conditions. A file for each image of 28 × 28 would be mostly headers and tables. So
// all test images go into **one** file, with Huffman tables (short names for frequent symbols) made
// for exactly these images. The other way, a file for each, is in the figure too.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "models/evaluate/quantiser.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/jpeg.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Real;
using models::Autoencoder;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

namespace {

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
    const Array codes = tutorials::encode(net, training_images);
    const models::Pca axes = models::pca(codes, codes.shape(1));
    double variance = 0;
    for (const Real eigenvalue : axes.eigenvalues) variance += double{eigenvalue};
    return {[&net, axes](const Array& x) { return axes.encode(tutorials::encode(net, x)); },
            [&net, axes](const Array& h) { return tutorials::decode(net, axes.decode(h)); },
            std::sqrt(variance / double(codes.shape(1)))};
}

/// One way to store images: what it costs, and how well it does.
struct Point {
    double bits;   ///< per image
    double error;  ///< squared, per pixel
    Map stored;    ///< images after being stored like this
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
        curve.push_back(
            {quantiser.bits(test), tutorials::error_per_pixel(data.test.images, again), stored});
    }
    return curve;
}

Curve jpeg_curve(const nn::Dataset& data, decltype(tutorials::jpeg_each)* jpeg) {
    Curve curve;
    for (const int quality : {1, 3, 5, 8, 12, 18, 27, 40, 60, 80, 92}) {
        const auto coded = jpeg(data.images, data.item, quality);
        const Map stored = [=](const Array& images) {
            return jpeg(images, data.item, quality).images;
        };
        curve.push_back(
            {coded.bits, tutorials::error_per_pixel(data.images, coded.images), stored});
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

void compression(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 256);
    const auto nets = lesson::nets(session);
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

    Plot plot({.x = "bits per image",
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
    Autoencoder copy = nets.at(32);
    const double weights = double(nn::parameter_count(nn::parameters(copy.decoder.net)));
    session.result("rate_error", error);
    session.result("autoencoder_floor", floor);
    session.result("bits_autoencoder", bits);
    session.result("bits_pca", bits_for(linear, error));
    session.result("bits_jpeg", of_jpeg);
    session.result("bits_jpeg_each", bits_for(files, error));
    session.result("jpeg_to_autoencoder", of_jpeg / bits);
    session.result("decoder_weights", weights);
    session.result("pays_after", 32 * weights / (of_jpeg - bits));

    const Array originals = tutorials::one_of_each_class(data.test);
    std::vector<NamedImages> rows{{"test images", originals}};
    for (const auto& [name, curve] : {std::pair("net", &net), {"PCA", &linear}, {"JPEG", &jpeg}}) {
        const Point& point = affordable(*curve, bits);
        rows.push_back({bits_text(name, point), point.stored(originals)});
    }
    tutorials::save_named_rows(session.file("same_bits.png"), rows, data.test.item);
}

}  // namespace

const tutorials::Experiment experiment{"compression", "Bits against error: net, PCA and JPEG",
                                       compression};

// | method, at an error of @result{rate_error, .3f} per pixel | bits per test image |
// |---|---|
// | autoencoder | @result{bits_autoencoder, .0f} |
// | PCA with the same quantiser | @result{bits_pca, .0f} |
// | JPEG, all images in one file | @result{bits_jpeg, .0f} |
// | JPEG, a file for each of 1000 images | @result{bits_jpeg_each, .0f} |
// | the pixels as they are | 6272 |
//
// With seeds 2 and 3 the net needs @result{seed_2/bits_autoencoder, .0f} and
// @result{seed_3/bits_autoencoder, .0f} bits.
//
// @figure{same_bits.png, The first test image of each class, stored by the net, by PCA with about as
// many bits, and by JPEG at its lowest quality, which takes more bits.}
//
// The decoder has to be stored too, once. That of 32 numbers has @result{decoder_weights, .0f} weights
// of 32 bits, and the other decoders with one hidden layer have about as many. At the difference from JPEG
// in one file this pays after about @result{pays_after, .0f} images: not for a few hundred pictures, but
// perhaps for a camera that takes the same kind of image for years.
