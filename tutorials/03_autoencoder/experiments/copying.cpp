// A hidden layer as wide as the image, no nonlinearity, and nothing that restrains it. To have the
// answer in seconds, the images are shrunk to half their height and width: 196 pixels, 196 hidden
// units. One such net is trained on the data, one on white noise: every pixel of every image is
// drawn from a uniform distribution, so there is nothing to learn in it. A third net has 16 hidden
// units and is trained on the data.
//
// Errors on different kinds of images cannot be compared directly, because it is easy to be close
// to a dark image. So we divide each error by the variance of its kind, which is the error of a net
// that always answers with the mean image of that kind. 0 is perfect, 1 is no better than the mean image, and
// larger values are possible.

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "nn/data/glyphs.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Shape;
using models::Autoencoder;
using tutorials::NamedImages;
using tutorials::Session;

namespace {

void copying(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Shape& item = data.test.item;
    nn::Random random(session.flags.seed);
    nn::Dataset clothes = data.train;
    clothes.images = lesson::halved(data.train.images, item);
    nn::Dataset noise = clothes;
    random.uniform(noise.images);
    const std::size_t width = clothes.images.shape(1);

    // Held-out images of three kinds:
    const nn::Dataset some = nn::first(data.test, 1000);
    const nn::Dataset glyphs = nn::glyphs(some.size(), random);
    const std::vector<NamedImages> kinds{{"data", lesson::halved(some.images, item)},
                                         {"glyphs", lesson::halved(glyphs.images, glyphs.item)},
                                         {"noise", random.uniform({some.size(), width})}};
    const auto five_of_each = [&](const std::function<Array(const Array&)>& f) {
        Array row(Shape{15, width});
        for (std::size_t kind = 0; kind < kinds.size(); ++kind)
            std::copy_n(f(kinds[kind].images).data(), 5 * width, &row(5 * kind, 0));
        return row;
    };

    struct Copier {
        const char *name, *label;
        const nn::Dataset& data;
        std::size_t hidden;
    };
    std::printf("error on held-out images, as a share of their variance\n");
    std::printf("  %-22s      data    glyphs     noise\n", "net, trained on");
    std::vector<double> on_data;
    std::vector<NamedImages> rows{{"original", five_of_each([](const Array& x) { return x; })}};
    for (const Copier& copier : {Copier{"wide", "196 units, data", clothes, width},
                                 Copier{"noise_trained", "196 units, noise", noise, width},
                                 Copier{"narrow", "16 units, data", clothes, 16}}) {
        nn::Random init(session.flags.seed);
        Autoencoder net({.input = width, .latent = copier.hidden}, init);
        const std::size_t epochs = session.epochs(8);
        lesson::train(session,
                      {.epochs = epochs,
                       .name = copier.name,
                       .learning_rate = nn::schedule::cosine(3e-3, 0, double(epochs)),
                       .quiet = true},
                      net, copier.data, init);
        std::printf("  %-22s", copier.label);
        for (const auto& [kind, images] : kinds) {
            const double share =
                tutorials::error_per_pixel(net, images) / tutorials::variety(images);
            std::printf("  %8.5f", share);
            session.note(std::string(copier.name) + "_on_" + kind, share);
            if (kind == "data") on_data.push_back(share);
        }
        std::printf("\n");
        rows.push_back({copier.label, five_of_each([&](const Array& x) {
                            return tutorials::reconstruct(net, x);
                        })});
    }
    session.note("noise_to_data_ratio", on_data[1] / on_data[0]);
    tutorials::save_named_rows(session.file("copying.png"), rows, {item[0] / 2, item[1] / 2, 1}, 4);
}

}  // namespace

const tutorials::Experiment experiment{"copying", "A net that may copy learns to copy", copying};

// @figure{copying.png, Reconstructions of images that the nets have not seen, five each of
// garments, glyphs (shapes drawn by a program) and noise. The two wide nets reproduce all three kinds; the narrow net
// reproduces garments only.}
//
// | error as a share of the variance | data | glyphs | noise |
// |---|---|---|---|
// | 196 units, trained on the data | @result{wide_on_data, .4f} | @result{wide_on_glyphs, .4f} | @result{wide_on_noise, .3f} |
// | 196 units, trained on noise | @result{noise_trained_on_data, .4f} | @result{noise_trained_on_glyphs, .4f} | @result{noise_trained_on_noise, .5f} |
// | 16 units, trained on the data | @result{narrow_on_data, .2f} | @result{narrow_on_glyphs, .2f} | @result{narrow_on_noise, .2f} |
//
// (One seed.) The net that has seen only noise leaves about a thousandth of the variance of garments.
// Both wide nets have approached the identity, and the identity says nothing about garments. Nothing
// in the training looks wrong: the error on held-out garments is small too, so this is not
// overfitting. The net generalises, but to everything.
//
// The narrow net has a larger error everywhere, and its error is *informative*: small for garments,
// large for glyphs, and for noise larger than that of the mean image. Anomaly detection rests on
// this (chapter 04).
