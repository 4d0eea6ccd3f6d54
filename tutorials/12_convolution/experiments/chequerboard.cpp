// Three autoencoders that differ in how they double the maps: transposed convolutions of 3 × 3 pixels,
// whose stride does not divide their size; of 4 × 4 pixels; or each pixel copied to 2 × 2, and a
// convolution of 3 × 3 with stride 1. They learn from 20 000 images for three epochs. The measure is how
// much of a picture alternates from pixel to pixel, in % of the standard deviation of its pixels (the function
// `chequer`).

#include <algorithm>
#include <cmath>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;

namespace {

// Three ways to double an image of `in` channels.

struct Way {
    std::string name, title;
    void (*add)(nn::Sequential& net, std::size_t in, std::size_t out, nn::Random& random);
};

const std::vector<Way> ways{
    {"three", "3 × 3, stride 2",
     [](nn::Sequential& net, std::size_t in, std::size_t out, nn::Random& random) {
         const nn::Kernel kernel{.size = 3, .stride = 2, .padding = 1, .output_padding = 1};
         net.add(nn::TransposedConvolution(in, out, kernel, random));
     }},
    {"four", "4 × 4, stride 2",
     [](nn::Sequential& net, std::size_t in, std::size_t out, nn::Random& random) {
         net.add(nn::TransposedConvolution(in, out, halve, random));
     }},
    {"grown", "grow, then 3 × 3",
     [](nn::Sequential& net, std::size_t in, std::size_t out, nn::Random& random) {
         net.add(nn::Upsample{2});
         net.add(nn::Convolution(in, out, {.size = 3, .padding = 1}, random));
     }}};

// An autoencoder for sides that 4 divides, the lesson's but for the way up.

Autoencoder autoencoder(const Shape& item, const Way& way, nn::Random& random) {
    const std::size_t channels = 16, code = 32, features = features_seen(item, channels);
    nn::Sequential encoder{see(item, channels, random), nn::Flatten{},
                           nn::Linear(features, code, random)};
    nn::Sequential decoder{nn::Linear(code, features, random), autograd::relu,
                           nn::Unflatten{item[0] / 4, item[1] / 4, 2 * channels}};
    way.add(decoder, 2 * channels, channels, random);
    decoder.add(autograd::relu);
    way.add(decoder, channels, item[2], random);
    decoder.add(nn::Flatten{});
    return {encoder, models::Decoder(decoder, models::Likelihood::gaussian)};
}

// How much of a picture alternates from pixel to pixel: the mean of ± x, the sign alternating along the
// rows, along the columns, or along both; the root of the sum of the three squares, in % of the standard
// deviation of the picture's pixels, averaged over pictures. At 100 % nothing else varies in the picture.

double chequer(const Array& pictures, const Shape& item) {
    const std::size_t size = pictures.shape(1);
    double total = 0;
    for (std::size_t n = 0; n < pictures.shape(0); ++n) {
        double sum = 0, squares = 0, rows = 0, columns = 0, both = 0;
        for (std::size_t d = 0; d < size; ++d) {
            const std::size_t i = d / item[2] / item[1], j = d / item[2] % item[1];
            const double x = pictures(n, d);
            sum += x, squares += x * x;
            rows += i % 2 ? -x : x;
            columns += j % 2 ? -x : x;
            both += (i + j) % 2 ? -x : x;
        }
        const auto pixels = static_cast<double>(size);
        const double variance = squares / pixels - sum / pixels * sum / pixels;
        if (variance > 0)  // else it is even
            total += std::sqrt((rows * rows + columns * columns + both * both) / variance) / pixels;
    }
    return 100 * total / static_cast<double>(pictures.shape(0));
}

// The darkest pixel of all becomes black, the brightest white.

Array stretched(Array pictures) {
    const auto [least, most] = std::minmax_element(pictures.begin(), pictures.end());
    const Real black = *least, range = *most - black;
    for (Real& x : pictures.storage()) x = (x - black) / range;
    return pictures;
}

// How often each pixel is covered: all kernels are 1 everywhere, and so is the image.

Array covered(std::size_t size, std::size_t output_padding) {
    return nn::evaluate(
        [&](Variable y, Variable ones) {
            for (int layer = 0; layer < 2; ++layer)
                y = conv2d_transposed(y, ones, 2, 1, output_padding);
            const Variable row = reshape(y, {1, y.shape()[1] * y.shape()[2]});
            return row / max(row, 1).item();
        },
        autograd::full({1, 7, 7, 1}, 1), autograd::full({1, size, size, 1}, 1));
}

void chequerboard(Session& session) {
    tutorials::save_named_rows(session.file("overlaps.png"),
                               {{"3 × 3, 4 × 4", tutorials::join(covered(3, 1), covered(4, 0))}},
                               {28, 28, 1}, 8);
    const Data data = split(session);
    Shape item = data.train.item;
    if (item[0] % 4 || item[1] % 4) return;
    const Dataset train = nn::first(data.train, 20000), test = nn::first(data.test, 1000);
    const std::size_t count = session.flags.quick ? 4 : 12;
    const Array images = nn::first(test, count).images;
    session.result("chequer_real", chequer(test.images, item));
    std::vector<tutorials::NamedImages> before, after{{"image", images}};
    for (const Way& way : ways) {
        nn::Random random{session.flags.seed};
        Autoencoder net = autoencoder(item, way, random);
        before.push_back({way.title, stretched(tutorials::reconstruct(net, images))});
        session.result("chequer_before_" + way.name,
                       chequer(tutorials::reconstruct(net, test.images), item));
        tutorials::fit(session, net, train, random,
                       {.epochs = session.epochs(3), .name = "chequer_" + way.name, .quiet = true},
                       [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                           return {net.loss(tape.constant(batch.images)), {}};
                       });
        const Array rebuilt = tutorials::reconstruct(net, test.images);
        session.result("chequer_after_" + way.name, chequer(rebuilt, item));
        session.result("chequer_mse_" + way.name, tutorials::error_per_pixel(test.images, rebuilt));
        session.result("chequer_weights_" + way.name, static_cast<double>(weights(net)));
        after.push_back({way.title, tutorials::reconstruct(net, images)});
    }
    tutorials::save_named_rows(session.file("before.png"), before, item);
    tutorials::save_named_rows(session.file("after.png"), after, item);
}

}  // namespace

const tutorials::Experiment experiment{"chequerboard", "The chequerboard, and its cure",
                                       chequerboard};

// @figure{before.png, What the three nets make of twelve test images before training, each row stretched from black to white (seed 1).}
//
// @figure{after.png, The same after three epochs. First row: the images.}
//
// | | untrained, seeds 1, 2, 3 | trained | squared error per test pixel |
// |---|---|---|---|
// | test images | | @result{chequer_real, .2f} | |
// | 3 × 3, stride 2 | @result{chequer_before_three, .1f}, @result{chequer_2/chequer_before_three, .1f}, @result{chequer_3/chequer_before_three, .1f} | @result{chequer_after_three, .2f}, @result{chequer_2/chequer_after_three, .2f}, @result{chequer_3/chequer_after_three, .2f} | @result{chequer_mse_three, .4f}, @result{chequer_2/chequer_mse_three, .4f}, @result{chequer_3/chequer_mse_three, .4f} |
// | 4 × 4, stride 2 | @result{chequer_before_four, .1f}, @result{chequer_2/chequer_before_four, .1f}, @result{chequer_3/chequer_before_four, .1f} | @result{chequer_after_four, .2f}, @result{chequer_2/chequer_after_four, .2f}, @result{chequer_3/chequer_after_four, .2f} | @result{chequer_mse_four, .4f}, @result{chequer_2/chequer_mse_four, .4f}, @result{chequer_3/chequer_mse_four, .4f} |
// | grow, then 3 × 3 | @result{chequer_before_grown, .1f}, @result{chequer_2/chequer_before_grown, .1f}, @result{chequer_3/chequer_before_grown, .1f} | @result{chequer_after_grown, .2f}, @result{chequer_2/chequer_after_grown, .2f}, @result{chequer_3/chequer_after_grown, .2f} | @result{chequer_mse_grown, .4f}, @result{chequer_2/chequer_mse_grown, .4f}, @result{chequer_3/chequer_mse_grown, .4f} |
//
// Before training, the alternation has between a third and nine tenths of the standard deviation behind both kinds of
// transposed convolution, and less than a twentieth behind copying. Kernels of 4 × 4 cover all pixels away from the
// rim equally often, but neighbouring pixels get different weights, drawn at random (exercise 4). So the first cure does
// not suffice before training; the second does. After three epochs none of the three alternates more than the test
// images do: the squared error punishes it. The measure is a mean over the picture, and small dots can still be seen in
// the rows of both transposed convolutions. The errors differ by less than a tenth; that of 4 × 4 is the largest with
// each seed. A loss that does not see the pattern may leave it there: the last experiment of this page has one.
