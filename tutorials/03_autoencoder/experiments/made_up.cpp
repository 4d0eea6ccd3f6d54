// The lesson's deep net has 32 numbers where the map has two. Does it draw
// better? We make up codes in two ways. *Shuffled*: each of the 32 numbers is taken from the code
// of some training image, each from another one, so every number by itself is distributed as in the
// data. *Normal*: a draw from the normal distribution with the mean and the covariance of the
// codes, which also knows how the numbers vary together, linearly. The yardstick is a variational
// autoencoder (VAE, chapter 07) with the same layers, trained for 10 epochs; its codes are drawn from
// the distribution that its training prescribes, $N(0, I)$.

#include <cmath>
#include <functional>
#include <string>

#include "models/vae.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Variable;
using tutorials::Session;

namespace {

models::Vae variational(Session& session, const nn::Dataset& train, nn::Random& random) {
    models::Vae net({.input = train.images.shape(1),
                     .hidden = {512, 256},
                     .latent = 32,
                     .activation = nn::silu},
                    random);
    const std::size_t epochs = session.epochs(10);
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = "vae_32",
                    .learning_rate = nn::schedule::cosine(2e-3, 0, double(epochs)),
                    .quiet = true},
                   [&](autograd::Tape& tape, const nn::Batch& batch) {
                       return tutorials::neg_elbo(net.elbo(tape.constant(batch.images), random));
                   });
    return net;
}

/// Each number from the code of another row.
Array shuffled(const Array& codes, std::size_t count, nn::Random& random) {
    Array out(autograd::Shape{count, codes.shape(1)});
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t unit = 0; unit < codes.shape(1); ++unit)
            out(i, unit) = codes(random.below(codes.shape(0)), unit);
    return out;
}

/// Draws from the normal distribution with the mean and the covariance of the codes.
Array normal_like(const Array& codes, std::size_t count, nn::Random& random) {
    const models::Pca axes = models::pca(codes, codes.shape(1));
    const Array u = random.normal({count, codes.shape(1)});
    return axes.decode(nn::evaluate([](Variable e, Variable v) { return e * sqrt(relu(v)); }, u,
                                    axes.eigenvalues));
}

void made_up(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Autoencoder net = lesson::train_32(session, "model", lesson::deep_layers).net;
    nn::Random random(session.flags.seed);
    const models::Vae vae = variational(session, data.train, random);

    constexpr std::size_t count = 500;
    const Array test = nn::first(data.test, count).images;
    const Array some = nn::first(data.train, 20000).images;
    const Array codes = tutorials::encode(net, data.train.images);
    const Array from_shuffled = tutorials::decode(net, shuffled(codes, count, random));
    const Array from_normal = tutorials::decode(net, normal_like(codes, count, random));
    const Array from_prior = tutorials::decode(vae, random.normal({count, 32}));
    const Array rebuilt = tutorials::reconstruct(net, test);
    const Array rebuilt_by_vae = tutorials::reconstruct(vae, test);

    const auto measure = [&](const char* name, const Array& images) {
        session.result(name, tutorials::distance_to_nearest(images, some));
    };
    measure("distance_test", test);
    measure("distance_rebuilt", rebuilt);
    measure("distance_shuffled", from_shuffled);
    measure("distance_normal", from_normal);
    measure("distance_rebuilt_by_vae", rebuilt_by_vae);
    measure("distance_prior", from_prior);

    const auto ten = [](const Array& images) { return nn::take(images, tutorials::upto(10)); };
    tutorials::save_named_rows(session.file("made_up.png"),
                               {{"test images", ten(test)},
                                {"rebuilt", ten(rebuilt)},
                                {"shuffled codes", ten(from_shuffled)},
                                {"normal codes", ten(from_normal)},
                                {"rebuilt by the VAE", ten(rebuilt_by_vae)},
                                {"drawn by the VAE", ten(from_prior)}},
                               data.test.item);
}

}  // namespace

const tutorials::Experiment experiment{"made_up", "Codes of 32 numbers, made up", made_up};

// @figure{made_up.png, First row: test images. Second row: rebuilt by the lesson's deep net. Third and fourth
// row: what its decoder makes of made-up codes. Fifth and sixth row: test images rebuilt, and images drawn,
// by the variational autoencoder.}
//
// | | squared distance per pixel from the nearest of 20 000 training images |
// |---|---|
// | test images | @result{distance_test, .3f} |
// | rebuilt by the deep net | @result{distance_rebuilt, .3f} |
// | decoded from shuffled codes | @result{distance_shuffled, .3f} |
// | decoded from normal codes | @result{distance_normal, .3f} |
// | rebuilt by the variational autoencoder | @result{distance_rebuilt_by_vae, .3f} |
// | drawn by the variational autoencoder | @result{distance_prior, .3f} |
//
// Means over 500 images, one seed. Blurred images are nearer to others than sharp ones are, so rebuilt test
// images are nearer than the test images themselves. The deep net's made-up images are more than twice as
// far away as its rebuilt ones, and farther than unseen garments. Normal codes do better than shuffled ones.
// What the variational autoencoder draws is blurred: farther away than what it rebuilds, and nearer than
// unseen garments.
