#include "models/autoencoder.hpp"

#include <doctest/doctest.h>

#include "autograd/gradcheck.hpp"

using namespace models;

namespace {

Array pictures(std::size_t count, std::size_t width) {
    nn::Random random(7);
    return random.uniform({count, width});
}

}  // namespace

TEST_CASE("the plain autoencoder has three layers and the deep one mirrors its encoder") {
    nn::Random random(1);
    Autoencoder plain({}, random);
    CHECK(nn::parameter_count(nn::parameters(plain)) == 784 * 32 + 32 + 32 * 784 + 784);

    Autoencoder deep({.input = 12, .hidden = {8, 5}, .latent = 3}, random);
    std::string shapes;
    for (const auto& [name, parameter] : nn::parameters(deep))
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
                         "[Linear] wants at least one input and one output, got 784 and 0",
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
