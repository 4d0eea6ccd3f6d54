#include "models/autoencoder.hpp"

#include <doctest/doctest.h>

#include "autograd/gradcheck.hpp"
#include "models/evaluate/pca.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"

using namespace models;

namespace {

Array pictures(std::size_t count, std::size_t width) {
    nn::Random random(7);
    return random.uniform({count, width});
}

/// Steps on all images at once.
void train(Autoencoder& model, const Array& images, int steps) {
    nn::Adam adam(model);
    const auto rate = nn::schedule::cosine(0.05, 0, steps);
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        tape.rewind();
        adam.set_learning_rate(static_cast<Real>(rate(step)));
        adam.step(tape.backward(model.loss(tape.constant(images))));
    }
}

double loss(const Autoencoder& model, const Array& images) {
    Tape tape;
    return model.loss(tape.constant(images)).item();
}

}  // namespace

TEST_CASE("the plain autoencoder has three layers and the deep one mirrors its encoder") {
    nn::Random random(1);
    Autoencoder plain({}, random);
    CHECK(nn::parameter_count(nn::parameters(plain)) == 784 * 32 + 32 + 32 * 784 + 784);

    Autoencoder deep({.input = 12, .hidden = {8, 5}, .latent = 3}, random);
    std::string shapes;
    for (const auto& [name, parameter, frozen] : nn::parameters(deep))
        shapes += name + autograd::text(parameter->value) + " ";
    CHECK(shapes ==
          "encoder.0.weight(8, 12) encoder.0.bias(8,) encoder.2.weight(5, 8) encoder.2.bias(5,) "
          "encoder.4.weight(3, 5) encoder.4.bias(3,) decoder.0.weight(5, 3) decoder.0.bias(5,) "
          "decoder.2.weight(8, 5) decoder.2.bias(8,) decoder.4.weight(12, 8) decoder.4.bias(12,) ");
}

TEST_CASE(
    "codes and reconstructions have the promised shapes, and pixels of logits are in (0, 1)") {
    nn::Random random(1);
    const Autoencoder model(
        {.input = 6, .hidden = {5}, .latent = 2, .likelihood = Likelihood::bernoulli}, random);
    Tape tape;
    const Variable x = tape.constant(pictures(3, 6));
    CHECK(model.encode(x).shape() == autograd::Shape{3, 2});
    const Array r = model(x).value();
    CHECK(r.shape() == autograd::Shape{3, 6});
    for (const Real pixel : r.storage()) CHECK((pixel > 0 && pixel < 1));
}

TEST_CASE("the loss sums over pixels and averages over the batch") {
    nn::Random random(1);
    for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli}) {
        const Autoencoder model({.input = 6, .latent = 2, .likelihood = likelihood}, random);
        const Array x = pictures(3, 6);
        Tape tape;
        const double loss = model.loss(tape.constant(x)).item();
        const Array r = model(tape.constant(x)).value();
        double expected = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double t = x.data()[i], p = r.data()[i];
            expected += likelihood == Likelihood::gaussian
                            ? (t - p) * (t - p)
                            : -t * std::log(p) - (1 - t) * std::log(1 - p);
        }
        CHECK(loss == doctest::Approx(expected / 3).epsilon(1e-5));
    }
}

TEST_CASE("a width of zero is refused") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Autoencoder({.latent = 0}, random),
                         "[Linear] expected at least one input and one output, got 784 and 0",
                         autograd::Error);
}

TEST_CASE("the gradient of the autoencoder's loss is right" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    const Array x = pictures(4, 7);
    for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::bernoulli}) {
        Autoencoder model({.input = 7,
                           .hidden = {6, 5},
                           .latent = 3,
                           .activation = autograd::tanh,
                           .code_activation = autograd::sigmoid,
                           .likelihood = likelihood},
                          random);
        const auto loss = [&](Tape& tape) { return model.loss(tape.constant(x)); };
        const auto report = autograd::gradcheck(loss, nn::parameters(model));
        INFO(autograd::text(report));
        CHECK(report.passed(1e-6));
    }
}

TEST_CASE("a linear autoencoder finds the plane of PCA, and leaves what PCA leaves") {
    nn::Random random(5);
    Array data = random.normal({300, 6});
    for (std::size_t i = 0; i < 300; ++i) {
        for (std::size_t d = 0; d < 6; ++d) data(i, d) *= Real(3) / Real(d + 1);
        data(i, 5) += data(i, 0) + 1;  // so that the axes are not the coordinates, nor the mean 0
    }
    const Pca pca = models::pca(data, 2);
    Autoencoder model({.input = 6, .latent = 2}, random);
    train(model, data, 1500);

    Array plane(autograd::Shape{2, 6});
    for (const auto& [name, parameter, frozen] : nn::parameters(model))
        if (name == "decoder.0.weight")
            for (std::size_t i = 0; i < 12; ++i)
                plane(i % 2, i / 2) = parameter->value(i / 2, i % 2);
    CHECK(models::principal_angles(plane, pca.components)(1) < 0.5);
    CHECK(loss(model, data) == doctest::Approx(pca.squared_error(data)).epsilon(1e-3));
}

TEST_CASE("as wide as its input, an autoencoder that has seen noise alone copies anything") {
    nn::Random random(6);
    const Array noise = random.uniform({500, 8});
    Autoencoder wide({.input = 8, .latent = 8}, random);
    Autoencoder narrow({.input = 8, .latent = 4}, random);
    train(wide, noise, 1500);
    train(narrow, noise, 1500);

    const Array step = autograd::array({1, 8}, {0, 0, 0, 0, 1, 1, 1, 1});
    CHECK(loss(wide, random.uniform({500, 8})) < 1e-3);
    CHECK(loss(wide, step) < 1e-2);
    // Noise has no structure: every direction that the code lacks leaves its variance, 1/12.
    CHECK(loss(narrow, random.uniform({500, 8})) == doctest::Approx(4.0 / 12).epsilon(0.15));
    CHECK(loss(narrow, step) > 0.1);
}
