// A denoising autoencoder is an autoencoder that is given something else than it is asked for.
#include <doctest/doctest.h>

#include <cmath>

#include "autograd/gradcheck.hpp"
#include "models/autoencoder.hpp"
#include "models/evaluate/wiener.hpp"
#include "nn/data/corruption.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"

using namespace models;

TEST_CASE("the denoising loss compares what becomes of the corrupted image with the clean one") {
    nn::Random random(1);
    for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli}) {
        const Autoencoder model({.input = 6, .latent = 2, .likelihood = likelihood}, random);
        const Array clean = random.uniform({3, 6});
        const Array noisy = nn::gaussian_noise(0.5)(clean, random);
        Tape tape;
        const double loss = model.loss(tape.constant(noisy), tape.constant(clean)).item();
        const Array r = model(tape.constant(noisy)).value();
        double expected = 0;
        for (std::size_t i = 0; i < clean.size(); ++i) {
            const double t = clean.data()[i], p = r.data()[i];
            expected += likelihood == Likelihood::gaussian
                            ? (t - p) * (t - p)
                            : -t * std::log(p) - (1 - t) * std::log(1 - p);
        }
        CHECK(loss == doctest::Approx(expected / 3).epsilon(1e-5));
        CHECK(model.loss(tape.constant(clean), tape.constant(clean)).item() ==
              model.loss(tape.constant(clean)).item());
    }
}

TEST_CASE("the gradient of the denoising loss is right, noise frozen" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli})
        for (const nn::Corruption& corruption :
             {nn::gaussian_noise(0.3), nn::masking_noise(0.4), nn::salt_and_pepper_noise(0.4)}) {
            Autoencoder model({.input = 7,
                               .hidden = {9},
                               .latent = 8,
                               .activation = autograd::tanh,
                               .likelihood = likelihood},
                              random);
            const Array clean = random.uniform({4, 7});
            const nn::Damage damage = corruption.draw(clean.shape(), random);
            const auto loss = [&](Tape& tape) {
                return model.loss(tape.constant(damage.apply(clean)), tape.constant(clean));
            };
            const auto report = autograd::gradcheck(loss, nn::parameters(model));
            INFO(autograd::text(report));
            CHECK(report.passed(1e-6));
        }
}

TEST_CASE("a linear autoencoder that learns to remove noise becomes the Wiener filter") {
    nn::Random random(5);
    const double sigma = 0.8;
    Array data = random.normal({4000, 3});
    for (std::size_t i = 0; i < data.shape(0); ++i) {
        data(i, 0) = 2 * data(i, 0) + 1;
        data(i, 1) = Real(0.4) * data(i, 0) + Real(0.5) * data(i, 1);
    }
    const Wiener filter = wiener(pca(data, 3), sigma);

    Autoencoder model({.input = 3, .latent = 3}, random);
    nn::Adam adam(model);
    const auto rate = nn::schedule::cosine(0.03, 0, 1500);
    Tape tape;
    for (int step = 0; step < 1500; ++step) {
        tape.rewind();
        const Array noisy = nn::gaussian_noise(sigma)(data, random);
        adam.set_learning_rate(static_cast<Real>(rate(step)));
        adam.step(tape.backward(model.loss(tape.constant(noisy), tape.constant(data))));
    }

    const Array probes{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {-2, 3, 1}};
    tape.rewind();
    const Array learnt = model(tape.constant(probes)).value(), exact = filter(probes);
    for (std::size_t i = 0; i < probes.size(); ++i)
        CHECK(std::abs(learnt.data()[i] - exact.data()[i]) < 0.02);
}
