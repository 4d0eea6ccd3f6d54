#include "models/decoder.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "autograd/gradcheck.hpp"
#include "learnt.hpp"
#include "models/autoencoder.hpp"
#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/vae.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;

namespace {

/// A net that is no perceptron: each image (B, 2, 3, 1) is read through the sum and the differences of
/// its rows, (B, 3, 2).
struct Rows {
    nn::Linear mix;

    explicit Rows(nn::Random& random) : mix(2, 2, random) {}

    Variable operator()(Variable x) const {
        const Variable rows = transpose(reshape(x, {x.shape()[0], 2, 3}), {0, 2, 1});
        return tanh(mix(rows));
    }
    void visit(auto&& see) { see("mix", mix); }
};

/// And back: (B, 2) to images (B, 2, 3, 1).
struct Columns {
    nn::Linear first, second;

    explicit Columns(std::size_t codes, nn::Random& random)
        : first(codes, 3, random), second(1, 2, random) {}

    Variable operator()(Variable z) const {
        const std::size_t count = z.shape()[0];
        const Variable columns = reshape(tanh(first(z)), {count, 3, 1});
        return reshape(transpose(second(columns), {0, 2, 1}), {count, 2, 3, 1});
    }
    void visit(auto&& see) {
        see("first", first);
        see("second", second);
    }
};

const Shape image = {2, 3, 1};

Array pictures(std::size_t count, nn::Random& random) { return random.uniform({count, 2, 3, 1}); }

}  // namespace

TEST_CASE("with a σ of its own each pixel is judged by that, in rows and in images") {
    nn::Random random(2);
    const Columns net(2, random);
    const Array x = pictures(4, random), z = random.normal({4, 2});
    Decoder decoder(net, Likelihood::gaussian, Real(0.4), true, image);
    for (std::size_t d = 0; d < 6; ++d)
        decoder.log_variance.value.data()[d] = static_cast<Real>(0.3 * double(d) - 1);
    double squares = 0;
    Tape tape;
    const Array out = decoder(tape.constant(z)).value();
    const Array log_p = decoder.log_likelihood(tape.constant(x), tape.constant(z)).value();
    for (std::size_t d = 0; d < 6; ++d) squares += std::exp(0.3 * double(d) - 1) / 6;
    for (std::size_t b = 0; b < 4; ++b) {
        double expected = 0;
        for (std::size_t d = 0; d < 6; ++d) {
            const double far = double{x.data()[6 * b + d]} - double{out.data()[6 * b + d]},
                         l = 0.3 * double(d) - 1;
            expected -= 0.5 * (far * far * std::exp(-l) + std::log(2 * std::numbers::pi) + l);
        }
        CHECK(log_p(b) == doctest::Approx(expected).epsilon(1e-5));
    }
    CHECK(decoder.sigma() == doctest::Approx(std::sqrt(squares)));
}

TEST_CASE("a decoder says of images of any shape what it says of rows") {
    nn::Random random(1);
    const Columns net(2, random);
    const Array x = pictures(4, random), z = random.normal({4, 2});
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian}) {
        const Decoder decoder(net, likelihood, Real(0.4));
        Tape tape;
        const Variable code = tape.constant(z);
        const Array out = decoder(code).value(), mean = decoder.mean(code).value();
        const Array log_p = decoder.log_likelihood(tape.constant(x), code).value();
        const Array error = decoder.error(tape.constant(x), code).value();
        REQUIRE(out.shape() == x.shape());
        REQUIRE(log_p.shape() == Shape{4});
        for (std::size_t b = 0; b < 4; ++b) {
            double expected = 0, cost = 0;
            for (std::size_t d = 0; d < 6; ++d) {
                const double o = out.data()[6 * b + d], t = x.data()[6 * b + d];
                const double entropy = std::log1p(std::exp(o)) - t * o, squared = (t - o) * (t - o);
                const bool coin = likelihood == Likelihood::bernoulli;
                cost += coin ? entropy : squared;
                expected -=
                    coin ? entropy : 0.5 * (squared / 0.16 + std::log(2 * std::numbers::pi * 0.16));
                CHECK(mean.data()[6 * b + d] ==
                      doctest::Approx(coin ? 1 / (1 + std::exp(-o)) : o).epsilon(1e-5));
            }
            CHECK(log_p(b) == doctest::Approx(expected).epsilon(1e-5));
            CHECK(error(b) == doctest::Approx(cost).epsilon(1e-5));
        }
    }
}

TEST_CASE("a deviation must be positive, and images as the net gives them") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Decoder(nn::identity, Likelihood::gaussian, Real(-0.5)),
                         "[Decoder] expected a sigma above 0, got -0.5", autograd::Error);
    CHECK_THROWS_AS(Decoder(nn::identity, Likelihood::gaussian, Real(0) / Real(0)),
                    autograd::Error);
    const Decoder decoder(Columns(2, random));
    Tape tape;
    CHECK_THROWS_AS(decoder.log_likelihood(tape.constant(random.uniform({4, 6})),
                                           tape.constant(random.normal({4, 2}))),
                    autograd::Error);
}

TEST_CASE("a VAE of other nets is made in two lines, and learns") {
    nn::Random random(2);
    Vae vae({Rows(random), 6, 2, random}, Decoder(Columns(2, random)));
    CHECK(vae.latent() == 2);
    std::string names;
    for (const auto& each : nn::parameters(vae)) names += each.name + " ";
    CHECK(names ==
          "encoder.hidden.mix.weight encoder.hidden.mix.bias encoder.mean.weight encoder.mean.bias "
          "encoder.log_variance.weight encoder.log_variance.bias decoder.net.first.weight "
          "decoder.net.first.bias decoder.net.second.weight decoder.net.second.bias ");

    const Array x = pictures(8, random);
    CHECK(latent_use(vae, x, random).levels.at(0).kl_per_unit.size() == 2);
    CHECK(importance_weighted(vae, x, 30, random).per_image.size() == 8);
    Tape tape;
    CHECK(vae.reconstruct(tape.constant(x)).shape() == x.shape());
    CHECK(vae.sample(tape, 5, random).shape() == Shape{5, 2, 3, 1});
    const double before = latent_use(vae, x, random).neg_elbo();
    nn::Adam adam(vae, {.learning_rate = Real(0.02)});
    for (int step = 0; step < 200; ++step) {
        tape.rewind();
        adam.step(tape.backward(-vae.elbo(tape.constant(x), random).value()));
    }
    CHECK(latent_use(vae, x, random).neg_elbo() < before - 0.1);
}

TEST_CASE("so are all other models, from images to images") {
    nn::Random random(3);
    const Array x = pictures(4, random), labels = one_hot({0, 1, 1, 0}, 2);
    Tape tape;
    const Variable pixels = tape.constant(x), c = tape.constant(labels);
    const auto flat = [](Variable v) {
        return reshape(v, {v.shape()[0], v.value().size() / v.shape()[0]});
    };

    const Autoencoder plain(nn::Sequential(Rows(random), flat, nn::Linear(6, 2, random)),
                            Decoder(Columns(2, random), Likelihood::gaussian));
    CHECK(plain(pixels).shape() == x.shape());
    CHECK(plain.loss(pixels).shape() == Shape{});

    const Classifier judge(nn::Sequential(Rows(random), flat, nn::Linear(6, 3, random)));
    CHECK(judge.predict(x).size() == 4);

    // A condition is two more planes of an image, and two more numbers of a code.
    const auto see = [flat](Variable v) { return flat(slice(v, -1, 0, 3)); };
    const Cvae cvae(GaussianNet(see, 18, 2, random), Decoder(Columns(4, random)),
                    silent_prior(2, 2, random), 2);
    CHECK(cvae.sample(c, random).shape() == x.shape());
    CHECK(cvae.elbo(pixels, c, random).kl.size() == 1);
    CHECK(latent_use(cvae, x, labels, random).levels.size() == 1);
    const Array seen = joined(pixels, c).value();
    REQUIRE(seen.shape() == Shape{4, 2, 3, 3});
    for (std::size_t b = 0; b < 4; ++b)
        for (std::size_t p = 0; p < 6; ++p) {
            CHECK(seen.data()[(6 * b + p) * 3] == x.data()[6 * b + p]);
            CHECK(seen.data()[(6 * b + p) * 3 + 1] == labels(b, 0));
            CHECK(seen.data()[(6 * b + p) * 3 + 2] == labels(b, 1));
        }

    const HierarchicalVae ladder(
        {GaussianNet(Rows(random), 6, 2, random), GaussianNet(flat, 6, 1, random)},
        {GaussianNet(nn::identity, 1, 2, random)}, Decoder(Columns(2, random)));
    CHECK(ladder.reconstruct(pixels).shape() == x.shape());
    CHECK(latent_use(ladder, x, random).levels.size() == 2);
    CHECK(importance_weighted(ladder, x, 30, random).per_image.size() == 4);
}

TEST_CASE("nets that do not fit together are refused when the model is made") {
    nn::Random random(1);
    const Decoder decoder{Columns(2, random)};
    const auto net = [&](std::size_t width) { return GaussianNet(nn::identity, 3, width, random); };
    CHECK_THROWS_WITH_AS(HierarchicalVae({}, {}, decoder),
                         "[HierarchicalVae] expected at least one level, got none",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(HierarchicalVae({net(2), net(1)}, {}, decoder),
                         "[HierarchicalVae] expected 1 priors of 2 levels, got 0", autograd::Error);
    CHECK_THROWS_WITH_AS(HierarchicalVae({net(2), net(1)}, {net(3)}, decoder),
                         "[HierarchicalVae] expected a prior of 2 numbers on level 1, got 3",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(Cvae(net(2), decoder, silent_prior(4, 3, random), 4),
                         "[Cvae] expected a prior of 2 numbers, got 3", autograd::Error);
}

TEST_CASE("the gradient of the bound is right through other nets" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(4);
    const Array x = pictures(3, random), noise = random.normal({6, 2});
    Vae vae({Rows(random), 6, 2, random},
            Decoder(Columns(2, random), Likelihood::gaussian, Real(0.5), true));
    const auto bound = [&](Tape& tape) {
        return log_weights(vae.draw(tape.constant(x), tape.constant(noise)));
    };
    const auto report = autograd::gradcheck(bound, learnt(vae));
    INFO(autograd::text(report));
    CHECK(report.passed(1e-6));
}
