#include "models/vae.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <functional>
#include <numbers>

#include "autograd/gradcheck.hpp"

using namespace models;

namespace {

Array pictures(std::size_t count, std::size_t width) {
    nn::Random random(7);
    return random.uniform({count, width});
}

VaeSettings small(Likelihood likelihood, bool learn_sigma = false) {
    return {.input = 7,
            .hidden = {6, 5},
            .latent = 3,
            .activation = autograd::tanh,
            .likelihood = likelihood,
            .sigma = Real(0.4),
            .learn_sigma = learn_sigma};
}

}  // namespace

TEST_CASE("the VAE of the first paper: 784-400-20") {
    nn::Random random(1);
    Vae vae({}, random);
    CHECK(nn::parameter_count(nn::parameters(vae)) ==
          (784 * 400 + 400) + 2 * (400 * 20 + 20) + (20 * 400 + 400) + (400 * 784 + 784));
}

TEST_CASE("the decoder has the layers of the encoder, backwards") {
    nn::Random random(1);
    Vae vae(small(Likelihood::bernoulli), random);
    std::string weights;
    for (const auto& [name, parameter, frozen] : nn::parameters(vae))
        if (name.ends_with("weight")) weights += autograd::text(parameter->value);
    CHECK(weights == "(6, 7)(5, 6)(3, 5)(3, 5)(5, 3)(6, 5)(7, 6)");
}

TEST_CASE("the bound is minus reconstruction minus beta times KL") {
    nn::Random random(1);
    const Vae vae(small(Likelihood::bernoulli), random);
    Tape tape;
    const Elbo elbo = vae.elbo(tape.constant(pictures(4, 7)), random);
    const double r = elbo.reconstruction.item(), k = elbo.total_kl().item();
    CHECK(r > 0);
    CHECK(k > 0);
    CHECK(elbo.value().item() == doctest::Approx(-r - k));
    CHECK(elbo.value(4).item() == doctest::Approx(-r - 4 * k));
    CHECK(elbo.value(0).item() == doctest::Approx(-r));
    CHECK_THROWS_WITH_AS(elbo.value(-1),
                         "[Elbo] expected beta and free bits of at least 0, got -1 and 0",
                         autograd::Error);
}

TEST_CASE("both parts of the bound are sums over dimensions, averaged over the batch") {
    nn::Random random(1);
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian}) {
        const Vae vae(small(likelihood), random);
        const Array x = pictures(4, 7), noise = random.normal({4, 3});
        Tape tape;
        const Elbo elbo = vae.elbo(tape.constant(x), tape.constant(noise));

        // The same by hand, from the encoder's and decoder's outputs.
        const nn::Normal q = vae.encode(tape.constant(x));
        const Array m = q.mean.value(), l = q.log_variance.value();
        Array z = m;
        double kl = 0, reconstruction = 0;
        for (std::size_t i = 0; i < z.size(); ++i) {
            const double mu = m.data()[i], lambda = l.data()[i];
            kl += 0.5 * (std::exp(lambda) + mu * mu - 1 - lambda);
            z.data()[i] = static_cast<Real>(mu + std::exp(lambda / 2) * double{noise.data()[i]});
        }
        const Array out = vae.decode(tape.constant(z)).value();
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double t = x.data()[i], o = out.data()[i];
            reconstruction +=
                likelihood == Likelihood::bernoulli
                    ? std::log1p(std::exp(o)) - t * o
                    : 0.5 * ((t - o) * (t - o) / 0.16 + std::log(2 * std::numbers::pi * 0.16));
        }
        CHECK(elbo.kl[0].item() == doctest::Approx(kl / 4).epsilon(1e-5));
        CHECK(elbo.reconstruction.item() == doctest::Approx(reconstruction / 4).epsilon(1e-5));
    }
}

TEST_CASE("the same seed gives the same bound, and noise makes it vary") {
    nn::Random random(1);
    const Vae vae(small(Likelihood::bernoulli), random);
    const auto bound = [&](std::uint64_t seed) {
        nn::Random noise(seed);
        Tape tape;
        return vae.elbo(tape.constant(pictures(4, 7)), noise).value().item();
    };
    CHECK(bound(5) == bound(5));
    CHECK(bound(5) != bound(6));
}

TEST_CASE("sigma is only learnt when asked for, and is saved either way") {
    for (const bool learn : {false, true}) {
        nn::Random random(1);
        Vae vae(small(Likelihood::gaussian, learn), random);
        CHECK(vae.decoder.sigma() == doctest::Approx(0.4));
        CHECK(nn::parameters(vae).back().name == "decoder.log_variance");
        Tape tape;
        const autograd::Gradients& gradients =
            tape.backward(vae.elbo(tape.constant(pictures(4, 7)), random).value());
        CHECK(gradients.reached(vae.decoder.log_variance) == learn);
        CHECK(gradients.reached(vae.encoder.mean.weight));
    }
}

TEST_CASE("mean and log variance have layers of their own, and the bound reaches both") {
    nn::Random random(1);
    Vae vae(small(Likelihood::bernoulli), random);
    Tape tape;
    const autograd::Gradients& gradients =
        tape.backward(vae.elbo(tape.constant(pictures(4, 7)), random).value());
    for (const nn::NamedParameter& each : nn::parameters(vae)) {
        CAPTURE(each.name);
        CHECK(gradients.reached(*each.parameter));
    }
    CHECK(gradients.of(vae.encoder.mean.weight) != gradients.of(vae.encoder.log_variance.weight));
}

TEST_CASE("the gated VAE of the published table: 784-300-300-40") {
    nn::Random random(1);
    Vae vae({.hidden = {300, 300}, .latent = 40, .gated = true}, random);
    const std::size_t encoder = 2 * (784 * 300 + 300) + 2 * (300 * 300 + 300);
    const std::size_t decoder = 2 * (40 * 300 + 300) + 2 * (300 * 300 + 300);
    CHECK(nn::parameter_count(nn::parameters(vae)) ==
          encoder + 2 * (300 * 40 + 40) + decoder + (300 * 784 + 784));
}

TEST_CASE("importance weights average to the bound, row by row and sample by sample") {
    nn::Random random(1);
    const Vae vae(small(Likelihood::bernoulli), random);
    Tape tape;
    const Variable x = tape.constant(pictures(2, 7));
    const std::size_t samples = 20000;
    const Array weights = log_weights(vae.draw(x, samples, random)).value();
    REQUIRE(weights.shape() == autograd::Shape{2 * samples});
    for (std::size_t n = 0; n < 2; ++n) {
        const Variable row = slice(x, 0, n, n + 1);
        double bound = 0, mean = 0;
        for (int i = 0; i < 400; ++i) bound += vae.elbo(row, random).value().item() / 400;
        for (std::size_t k = 0; k < samples; ++k) mean += weights(k * 2 + n) / samples;
        CHECK(mean == doctest::Approx(bound).epsilon(0.02));
    }
}

TEST_CASE("samples and reconstructions are pictures") {
    nn::Random random(1);
    const Vae vae(small(Likelihood::bernoulli), random);
    Tape tape;
    const Array drawn = vae.sample(tape, 5, random).value();
    CHECK(drawn.shape() == autograd::Shape{5, 7});
    for (const Real pixel : drawn.storage()) CHECK((pixel > 0 && pixel < 1));
    const Array r = vae.reconstruct(tape.constant(pictures(2, 7))).value();
    CHECK(r.shape() == autograd::Shape{2, 7});
    for (const Real pixel : r.storage()) CHECK((pixel > 0 && pixel < 1));
}

TEST_CASE("settings that make no sense are refused in one line") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Vae({.latent = 0}, random),
                         "[Linear] expected at least one input and one output, got 400 and 0",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(Vae({.likelihood = Likelihood::gaussian, .sigma = 0}, random),
                         "[Decoder] expected a sigma above 0, got 0", autograd::Error);
}

TEST_CASE("images of the wrong width are refused") {
    nn::Random random(1);
    const Vae vae({}, random);
    Tape tape;
    CHECK_THROWS_WITH_AS(vae.elbo(tape.constant(pictures(2, 100)), random),
                         "[linear] x is (2, 100) but weight is (400, 784)", autograd::Error);
}

TEST_CASE("the gradient of the bound is right, noise frozen" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    const Array x = pictures(4, 7), noise = random.normal({4, 3});
    VaeSettings gated = small(Likelihood::bernoulli);
    gated.gated = true;
    for (const VaeSettings& settings : {small(Likelihood::bernoulli), small(Likelihood::gaussian),
                                        small(Likelihood::gaussian, true), gated}) {
        Vae vae(settings, random);
        auto parameters = nn::parameters(vae);
        // A sigma that is not learnt has no gradient, though the bound depends on it.
        if (settings.likelihood == Likelihood::gaussian && !settings.learn_sigma)
            parameters.pop_back();
        const auto bound = [&](Tape& tape) {
            return vae.elbo(tape.constant(x), tape.constant(noise));
        };
        Tape once;
        const Real kl = static_cast<Real>(bound(once).total_kl().item());
        for (const auto& objective : std::vector<std::function<Variable(const Elbo&)>>{
                 [](const Elbo& elbo) { return elbo.value(); },
                 [](const Elbo& elbo) { return elbo.value(3); },
                 [=](const Elbo& elbo) { return elbo.value_at_capacity(3, 2 * kl); },
                 [=](const Elbo& elbo) { return elbo.value_at_capacity(3, kl / 2); }}) {
            const auto loss = [&](Tape& tape) { return -objective(bound(tape)); };
            const auto report = autograd::gradcheck(loss, parameters);
            INFO(autograd::text(report));
            CHECK(report.passed(1e-6));
        }
    }
}
