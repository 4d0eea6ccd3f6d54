// The net saves bits because it knows garments. What does it do with glyphs, shapes such as rings and
// crosses that are drawn by a program? And a net of the same layers that was trained on 20 000 glyphs, with
// garments? (With `--data glyphs`, the other kind are glyphs in negative.)

#include <algorithm>
#include <cstdio>
#include <string>

#include "nn/data/glyphs.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/jpeg.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Real;
using tutorials::Session;

namespace {

nn::TrainTest another_kind_than(const nn::TrainTest& data, nn::Random& random) {
    const std::size_t train = std::min<std::size_t>(20000, data.train.size());
    const std::size_t test = std::min<std::size_t>(2000, data.test.size());
    if (data.test.name != "glyphs") return {nn::glyphs(train, random), nn::glyphs(test, random)};
    nn::TrainTest other{nn::first(data.train, train), nn::first(data.test, test)};
    for (nn::Dataset* part : {&other.train, &other.test})
        for (Real& pixel : part->images) pixel = 1 - pixel;
    return other;
}

void kinds(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Autoencoder net = lesson::train_k(session, 32).net;
    nn::Random random(session.flags.seed);
    const nn::TrainTest other = another_kind_than(data, random);
    models::Autoencoder other_net(lesson::layers(32), random);
    lesson::train(session, other_net, other.train, random, "other_kind", session.flags.epochs,
                  session.flags.learning_rate);

    const models::Pca pca = models::pca(data.train.images, 32);
    const Array &x = data.test.images, &y = other.test.images;
    const auto jpeg = [&](const Array& images, int quality) {
        return tutorials::jpeg_together(images, data.test.item, quality);
    };
    std::printf("%-28s  on the data  on the other kind\n", "error per pixel");
    const auto row = [&](const std::string& key, const Array& of_data, const Array& of_other) {
        const double a = tutorials::error_per_pixel(x, of_data);
        const double b = tutorials::error_per_pixel(y, of_other);
        std::printf("  %-26s  %11.6f  %17.6f\n", key.c_str(), a, b);
        session.note(key + "_on_data", a);
        session.note(key + "_on_other", b);
    };
    row("data_net", tutorials::reconstruct(net, x), tutorials::reconstruct(net, y));
    row("other_net", tutorials::reconstruct(other_net, x), tutorials::reconstruct(other_net, y));
    row("pca", pca.reconstruct(x), pca.reconstruct(y));
    for (const int quality : {1, 12}) {
        const auto ours = jpeg(x, quality), theirs = jpeg(y, quality);
        const std::string key = "jpeg_" + std::to_string(quality);
        row(key, ours.images, theirs.images);
        session.note(key + "_bits", ours.bits);
        session.note(key + "_bits_other", theirs.bits);
    }
    session.note("mean_on_data", tutorials::variety(x));
    session.note("mean_on_other", tutorials::variety(y));

    const Array shown =
        tutorials::join(nn::first(data.test, 5).images, nn::first(other.test, 5).images);
    tutorials::save_named_rows(session.file("kinds.png"),
                               {{"test images", shown},
                                {"net for garments", tutorials::reconstruct(net, shown)},
                                {"net for glyphs", tutorials::reconstruct(other_net, shown)},
                                {"JPEG", jpeg(shown, 12).images}},
                               data.test.item);
}

}  // namespace

const tutorials::Experiment experiment{"kinds", "A net is good at its own kind of image", kinds};

// | error per pixel | garments | glyphs |
// |---|---|---|
// | net trained on garments | @result{data_net_on_data, .4f} | @result{data_net_on_other, .3f} |
// | net trained on glyphs | @result{other_net_on_data, .3f} | @result{other_net_on_other, .4f} |
// | PCA of garments, 32 numbers | @result{pca_on_data, .4f} | @result{pca_on_other, .3f} |
// | JPEG at its lowest quality, @result{jpeg_1_bits, .0f} and @result{jpeg_1_bits_other, .0f} bits | @result{jpeg_1_on_data, .4f} | @result{jpeg_1_on_other, .4f} |
// | JPEG at @result{jpeg_12_bits, .0f} and @result{jpeg_12_bits_other, .0f} bits | @result{jpeg_12_on_data, .4f} | @result{jpeg_12_on_other, .4f} |
// | the mean image of each kind | @result{mean_on_data, .3f} | @result{mean_on_other, .3f} |
//
// The errors of the nets are those of codes that are not rounded, so no number of bits makes them
// smaller.
//
// @figure{kinds.png, Five garments and five glyphs, none seen in training. Second row: rebuilt by the
// net for garments. Third row: by the net for glyphs. Fourth row: JPEG at quality 12.}
//
// Each net is good at its own kind and much worse at the other. The net for garments still hints at the
// glyphs. The net for glyphs is farther from the garments than their mean image is. JPEG was made for neither
// kind and works on both. (One seed.)
