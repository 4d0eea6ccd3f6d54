// The numbers of the table: the plain autoencoder and the VAE of the lesson, with the same widths,
// pixels and training.

#include <cmath>

#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

namespace {

// Random codes with the mean and the variance that each unit has among the given ones.
Array codes_like(const Array& codes, std::size_t count, nn::Random& random) {
    return nn::evaluate(
        [](Variable c, Variable noise) {
            const Variable centre = mean(c, {0}, true);
            return centre + sqrt(mean(square(c - centre), {0}, true)) * noise;
        },
        codes, random.normal({count, codes.shape(1)}));
}

void rivals(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset &test = data.test, train = nn::first(data.train, data.test.size());
    Vae vae = the_vae(session).model;
    auto plain = the_autoencoder(session).model;
    nn::Random random{session.flags.seed};

    const auto rebuild = [&](const std::string& name, auto& model, const nn::RowMap& cost) {
        session.result(name + "_parameters",
                       static_cast<double>(nn::parameter_count(nn::parameters(model))));
        const double nats = nn::mean_over_rows(test.images, cost);
        session.result(name + "_reconstruction", nats);
        session.result(name + "_overfitting", nats - nn::mean_over_rows(train.images, cost));
        session.result(name + "_edges",
                       100 *
                           tutorials::edges(tutorials::reconstruct(model, test.images), test.item) /
                           tutorials::edges(test.images, test.item));
    };
    rebuild("plain", plain,
            [&](Variable x) { return bce_with_logits(plain.decode(plain.encode(x)), x); });
    rebuild("vae", vae, [&](Variable x) { return -vae.log_likelihood(x, vae.encode(x).mean); });

    const std::size_t count = session.flags.quick ? 100 : 500;
    std::vector<tutorials::NamedImages> rows;
    const auto generate = [&](const std::string& name, const std::string& key, const Array& drawn) {
        session.result(key + "_variety",
                       100 * tutorials::variety(drawn) / tutorials::variety(test.images));
        session.result(key + "_distance", tutorials::distance_to_nearest(drawn, test.images));
        rows.push_back({name, nn::take(drawn, tutorials::upto(14))});
    };
    const Array z = random.normal({count, 20}), codes = tutorials::encode(plain, test.images);
    generate("plain, N(0, I)", "plain", tutorials::decode(plain, z));
    generate("plain, fitted", "fitted", tutorials::decode(plain, codes_like(codes, count, random)));
    generate("VAE, N(0, I)", "vae", tutorials::decode(vae, z));
    tutorials::save_named_rows(session.file("generation.png"), rows, test.item);

    // Half way between test images of different classes.
    Indices from, to;
    for (std::size_t i = 0; from.size() < count / 2; ++i)
        if (test.labels[i] != test.labels[i + 1]) from.push_back(i), to.push_back(i + 1);
    const auto half_way = [&](const std::string& key, const Array& a, const auto& finish) {
        const Array pictures =
            finish(nn::evaluate([](Variable u, Variable v) { return 0.5f * (u + v); },
                                nn::take(a, from), nn::take(a, to)));
        session.result("half_way_" + key + "_distance",
                       tutorials::distance_to_nearest(pictures, train.images));
        session.result("half_way_" + key + "_edges", 100 * tutorials::edges(pictures, test.item) /
                                                         tutorials::edges(test.images, test.item));
    };
    half_way("pixels", test.images, [](const Array& mixed) { return mixed; });
    half_way("plain", codes, [&](const Array& mixed) { return tutorials::decode(plain, mixed); });
    half_way("vae", tutorials::encode(vae, test.images),
             [&](const Array& mixed) { return tutorials::decode(vae, mixed); });

    session.result("real_distance", tutorials::distance_to_nearest(
                                        nn::first(data.train, count).images, test.images));
    session.result(
        "rebuilt_distance",
        tutorials::distance_to_nearest(
            tutorials::reconstruct(vae, nn::first(data.train, count).images), test.images));
}

const tutorials::Experiment experiment{"rivals", "Plain autoencoder and VAE, measured side by side",
                                       rivals};

}  // namespace

// @figure{generation.png, Decoded random codes. First row: plain autoencoder, codes from N(0, I). Second:
// plain autoencoder, codes from a Gaussian with the mean and variance of each of its units. Third: VAE,
// codes from N(0, I).}
//
// - *Edges*: mean absolute difference of neighbouring pixels, in % of the original images'.
// - *Variety*: variance among the pictures, averaged over pixels, in % of the test images'.
// - *Distance*: squared error per pixel to the nearest of the 10 000 test images. Read it with care:
//   training images, sharp and real, are @result{real_distance, .4f} away, and their blurred
//   reconstructions only @result{rebuilt_distance, .4f}. Blur makes this distance smaller.
//
// | pictures | variety, % | distance |
// |---|--:|--:|
// | plain, codes from $\mathcal N(0, I)$ | @result{plain_variety, .0f} | @result{plain_distance, .4f} |
// | plain, codes from a fitted Gaussian | @result{fitted_variety, .0f} | @result{fitted_distance, .4f} |
// | VAE, codes from $\mathcal N(0, I)$ | @result{vae_variety, .0f} | @result{vae_distance, .4f} |
// | half way between two images, pixels | | @result{half_way_pixels_distance, .4f} |
// | half way, plain | | @result{half_way_plain_distance, .4f} |
// | half way, VAE | | @result{half_way_vae_distance, .4f} |
//
// (Half way: distance to the nearest of 10 000 training images.) Decoded draws from $\mathcal N(0, I)$ are
// faint and much alike with the plain autoencoder. With the right spread they vary, and they are torn and
// far from any real image. The VAE's vary nearly as much and are nearer. The plain autoencoder reconstructs
// better. The Gaussian has only the mean and the variance of each unit of the test images' codes; a
// Gaussian with all covariances might draw better pictures, and was not tried. All this is one seed; a
// difference of .3 nats, as in overfitting, is no ranking.
