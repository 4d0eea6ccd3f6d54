#include "models/cvae.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "autograd/gradcheck.hpp"
#include "learnt.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;

namespace {

constexpr std::size_t classes = 3;

Array pictures(std::size_t count, std::size_t width) {
    nn::Random random(7);
    return random.uniform({count, width});
}

CvaeSettings small(Likelihood likelihood, bool learn_prior = false) {
    return {.vae = {.input = 7,
                    .hidden = {6, 5},
                    .latent = 2,
                    .activation = autograd::tanh,
                    .likelihood = likelihood,
                    .sigma = Real(0.4)},
            .condition = classes,
            .learn_prior = learn_prior};
}

/// A model that uses its condition, as if it had been trained.
Cvae trained(const CvaeSettings& settings, nn::Random& random) {
    Cvae cvae(settings, random);
    for (const auto& each : learnt(cvae))
        for (Real& weight : each.parameter->value.storage())
            weight += static_cast<Real>(0.5 * random.normal());
    return cvae;
}

/// The VAE that a CVAE is for one class: the weights on that class added to the biases.
Vae for_class(const Cvae& cvae, const VaeSettings& settings, std::size_t label) {
    nn::Random random(1);
    Vae vae(settings, random);
    Cvae copy = cvae;
    const auto from = nn::parameters(copy), to = nn::parameters(vae);  // the prior's come last
    std::vector<Real> condition;  // the weights on the class, which await their bias
    for (std::size_t p = 0; p < to.size(); ++p) {
        const Array& wide = from[p].parameter->value;
        Array& narrow = to[p].parameter->value;
        if (wide.shape() != narrow.shape()) {
            const std::size_t inputs = narrow.shape(1);
            condition.resize(narrow.shape(0));
            for (std::size_t row = 0; row < narrow.shape(0); ++row) {
                for (std::size_t i = 0; i < inputs; ++i) narrow(row, i) = wide(row, i);
                condition[row] = wide(row, inputs + label);
            }
        } else {
            narrow = wide;
            if (narrow.dimension() != 1) continue;
            for (std::size_t i = 0; i < condition.size(); ++i) narrow(i) += condition[i];
            condition.clear();
        }
    }
    return vae;
}

}  // namespace

TEST_CASE("labels become rows with a single 1") {
    CHECK(one_hot({2, 0}, 3) == autograd::array({2, 3}, {0, 0, 1, 1, 0, 0}));
    CHECK_THROWS_WITH_AS(one_hot({0, 10}, 10), "[one_hot] expected a class below 10, got 10",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(one_hot({}, 10), "[one_hot] expected labels, got none", autograd::Error);
}

TEST_CASE("the condition costs a column per class in the first layer of either net") {
    nn::Random random(1);
    Cvae cvae({}, random);
    CHECK(nn::parameter_count(nn::parameters(cvae)) == (794 * 400 + 400) + 2 * (400 * 20 + 20) +
                                                           (30 * 400 + 400) + (400 * 784 + 784) +
                                                           2 * (10 * 20 + 20));  // the prior
}

TEST_CASE("the prior is learnt if the settings say so") {
    nn::Random random(1);
    CHECK(Cvae(small(Likelihood::bernoulli, true), random).learn_prior);
    CHECK_FALSE(Cvae(small(Likelihood::bernoulli, false), random).learn_prior);
}

TEST_CASE("with weights of zero on the condition a CVAE is the VAE of the same seed") {
    for (const bool learn_prior : {false, true}) {
        const CvaeSettings settings = small(Likelihood::bernoulli, learn_prior);
        nn::Random one(1), two(1);
        const Vae vae(settings.vae, one);
        const Cvae cvae(settings, two);
        nn::Random random(2);
        const Array noise = random.normal({4, 2});
        Tape tape;
        const Variable x = tape.constant(pictures(4, 7)), e = tape.constant(noise);
        const Elbo plain = vae.elbo(x, e);
        const Elbo conditional = cvae.elbo(x, tape.constant(random.normal({4, classes})), e);
        CHECK(conditional.reconstruction.item() == doctest::Approx(plain.reconstruction.item()));
        CHECK(conditional.kl[0].item() == doctest::Approx(plain.kl[0].item()));
    }
}

TEST_CASE("for one class a CVAE is a VAE with other biases") {
    nn::Random random(1);
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian})
        for (std::vector<std::size_t> hidden : {std::vector<std::size_t>{6, 5}, {}})
            for (std::size_t label = 0; label < classes; ++label) {
                CvaeSettings settings = small(likelihood);
                settings.vae.hidden = hidden;
                const Cvae cvae = trained(settings, random);
                const Vae vae = for_class(cvae, settings.vae, label);
                const Array noise = random.normal({4, 2});
                Tape tape;
                const Variable x = tape.constant(pictures(4, 7)), e = tape.constant(noise);
                const Variable c = tape.constant(one_hot(autograd::Indices(4, label), classes));
                const Elbo given = cvae.elbo(x, c, e), alone = vae.elbo(x, e);
                CHECK(given.reconstruction.item() ==
                      doctest::Approx(alone.reconstruction.item()).epsilon(1e-5));
                CHECK(given.kl[0].item() == doctest::Approx(alone.kl[0].item()).epsilon(1e-5));
                const Array a = cvae.reconstruct(x, c).value(), b = vae.reconstruct(x).value();
                for (std::size_t i = 0; i < a.size(); ++i)
                    CHECK(a.data()[i] == doctest::Approx(b.data()[i]).epsilon(1e-5));
            }
}

TEST_CASE("the KL is from the prior of the condition, as a sample of both densities says") {
    nn::Random random(5);
    for (const bool learn_prior : {false, true}) {
        const Cvae cvae = trained(small(Likelihood::bernoulli, learn_prior), random);
        const std::size_t draws = 40000;
        Tape tape;
        tape.set_inference(true);
        const Array x = pictures(1, 7), label = one_hot({1}, classes);
        const Variable c = tape.constant(label);
        const nn::Normal q = cvae.encode(tape.constant(x), c);
        const double exact =
            cvae.elbo(tape.constant(x), c, tape.constant(random.normal({1, 2}))).kl[0].item();

        // One density at a time, in plain numbers.
        const nn::Normal p = cvae.prior(c);
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < draws; ++i) {
            double ratio = 0;
            for (std::size_t k = 0; k < 2; ++k) {
                const double m = q.mean.value()(0, k), l = q.log_variance.value()(0, k);
                const double prior_m = learn_prior ? double{p.mean.value()(0, k)} : 0;
                const double prior_l = learn_prior ? double{p.log_variance.value()(0, k)} : 0;
                const double e = random.normal(), z = m + std::exp(l / 2) * e;
                ratio += 0.5 *
                         (prior_l - l - e * e + (z - prior_m) * (z - prior_m) * std::exp(-prior_l));
            }
            sum += ratio;
            squares += ratio * ratio;
        }
        const double n = static_cast<double>(draws), mean = sum / n;
        const double error = std::sqrt((squares / n - mean * mean) / n);
        CHECK(exact > 0.1);
        CHECK(std::abs(mean - exact) < 4 * error);
    }
}

TEST_CASE("the bound lies below ln p(x | c), computed by quadrature") {
    nn::Random random(9);
    CvaeSettings settings = small(Likelihood::bernoulli, true);
    settings.vae.latent = 1;
    const Cvae cvae = trained(settings, random);
    const Array image = pictures(1, 7);
    for (std::size_t label = 0; label < classes; ++label) {
        const std::size_t cells = 4001, draws = 4000;
        Array grid = autograd::full({cells, 1}, 0), images = autograd::full({cells, 7}, 0);
        const double low = -20, step = 0.01;
        for (std::size_t i = 0; i < cells; ++i) {
            grid(i, 0) = static_cast<Real>(low + step * static_cast<double>(i));
            for (std::size_t d = 0; d < 7; ++d) images(i, d) = image(0, d);
        }
        Tape tape;
        tape.set_inference(true);
        const Variable c = tape.constant(one_hot(autograd::Indices(cells, label), classes));
        const Variable x = tape.constant(images), z = tape.constant(grid);
        const Variable joint = cvae.log_likelihood(x, z, c) + cvae.prior(c).log_prob(z);
        double evidence = 0, mass = 0;
        for (const Real l : joint.value().storage()) evidence += step * std::exp(double{l});
        const Variable prior = cvae.prior(c).log_prob(z);
        for (const Real l : prior.value().storage()) mass += step * std::exp(double{l});
        REQUIRE(mass == doctest::Approx(1).epsilon(1e-3));

        Array some = autograd::full({draws, 7}, 0);
        std::copy_n(images.data(), some.size(), some.data());
        const Variable many = tape.constant(one_hot(autograd::Indices(draws, label), classes));
        const double bound = cvae.elbo(tape.constant(some), many, random).value().item();
        CHECK(bound < std::log(evidence));
        CHECK(bound > std::log(evidence) - 100);
    }
}

TEST_CASE("what the condition says, the code need not say") {
    // Three images, told apart by their class alone.
    const Array images = autograd::array({3, 4}, {1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0});
    nn::Random random(1);
    Cvae cvae({.vae = {.input = 4, .hidden = {8}, .latent = 2}, .condition = 3}, random);
    nn::Adam adam(cvae, {.learning_rate = Real(0.02)});
    Tape tape;
    const Array labels = one_hot({0, 1, 2}, 3);
    for (int step = 0; step < 600; ++step) {
        tape.rewind();
        adam.step(tape.backward(
            -cvae.elbo(tape.constant(images), tape.constant(labels), random).value()));
    }
    tape.rewind();
    const Elbo elbo = cvae.elbo(tape.constant(images), tape.constant(labels), random);
    CHECK(elbo.kl[0].item() < 0.02);
    CHECK(elbo.reconstruction.item() < 0.1);  // without the label: ln 3 nats at least
    const Array drawn = cvae.sample(tape.constant(labels), random).value();
    for (std::size_t i = 0; i < images.size(); ++i)
        CHECK(std::abs(drawn.data()[i] - images.data()[i]) < Real(0.1));
}

TEST_CASE("samples are pictures, one for each condition") {
    nn::Random random(1);
    const Cvae cvae = trained(small(Likelihood::bernoulli, true), random);
    Tape tape;
    const Variable c = tape.constant(one_hot({0, 1, 2, 1, 0}, classes));
    const Array drawn = cvae.sample(c, random).value();
    CHECK(drawn.shape() == autograd::Shape{5, 7});
    for (const Real pixel : drawn.storage()) CHECK((pixel > 0 && pixel < 1));
    CHECK(drawn(0, 0) != drawn(4, 0));  // each with noise of its own
}

TEST_CASE("a prior is saved whether it is learnt or not, and moves only if it is") {
    nn::Random random(6);
    for (const bool learn_prior : {false, true}) {
        Cvae cvae = trained(small(Likelihood::gaussian, true), random);
        cvae.learn_prior = learn_prior;
        const std::vector<autograd::NamedParameter> all = nn::parameters(cvae);
        CHECK(std::count_if(all.begin(), all.end(),
                            [](const auto& each) { return each.name.starts_with("prior."); }) == 4);
        CHECK(learnt(cvae).size() == all.size() - (learn_prior ? 1 : 5));  // σ, and the prior

        // What it says is what it was, not N(0, I), and the bound is paid from there.
        Tape tape;
        const Variable x = tape.constant(pictures(3, 7)), c = tape.constant(random.normal({3, 3}));
        const Variable e = tape.constant(random.normal({3, 2}));
        const Draws draws = cvae.draw(x, c, e);
        REQUIRE(draws.levels[0].prior);
        CHECK(draws.levels[0].prior->mean.value() == cvae.prior_net(c).mean.value());
        CHECK(cvae.elbo(x, c, e).kl[0].item() ==
              doctest::Approx(mean(nn::kl(cvae.encode(x, c), cvae.prior_net(c))).item()));
        const autograd::Gradients& gradients = tape.backward(cvae.elbo(x, c, e).value());
        CHECK(gradients.reached(cvae.prior_net.mean.weight) == learn_prior);
        CHECK(gradients.reached(cvae.encoder.mean.weight));
    }
}

TEST_CASE("every part of a CVAE can be used by itself") {
    nn::Random random(6);
    const Cvae cvae = trained(small(Likelihood::bernoulli, true), random);
    Tape tape;
    const Variable x = tape.constant(pictures(3, 7)), c = tape.constant(random.normal({3, 3}));
    const Variable z = tape.constant(random.normal({3, 2}));
    CHECK(cvae.encoder(joined(x, c)).mean.value() == cvae.encode(x, c).mean.value());
    CHECK(cvae.decoder(joined(z, c)).value() == cvae.decode(z, c).value());
    CHECK(cvae.decoder.mean(joined(z, c)).value() == cvae.mean_pixels(z, c).value());
    CHECK(cvae.decoder.log_likelihood(x, joined(z, c)).value() ==
          cvae.log_likelihood(x, z, c).value());
    CHECK(cvae.prior_net(c).mean.value() == cvae.prior(c).mean.value());
    for (const autograd::Shape& wrong : {autograd::Shape{2, 3}, {3}})
        CHECK_THROWS_WITH_AS(joined(x, tape.constant(random.normal(wrong))),
                             doctest::Contains("[joined] expected a condition (B, C) for "),
                             autograd::Error);
}

TEST_CASE("several draws of each example go with its condition") {
    nn::Random random(6);
    const Cvae cvae = trained(small(Likelihood::bernoulli, true), random);
    const Array noise = random.normal({6, 2});
    Tape tape;
    const Variable x = tape.constant(pictures(3, 7)), c = tape.constant(random.normal({3, 3}));
    const Variable e = tape.constant(noise);
    const Array all = log_weights(cvae.draw(x, c, e)).value();
    for (std::size_t k = 0; k < 2; ++k) {
        const Variable part = slice(e, 0, 3 * k, 3 * k + 3);
        const Array some = log_weights(cvae.draw(x, c, part)).value();
        for (std::size_t b = 0; b < 3; ++b)
            CHECK(all(3 * k + b) == doctest::Approx(some(b)).epsilon(1e-5));
    }
}

TEST_CASE("conditions that make no sense are refused in one line") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Cvae({.condition = 0}, random),
                         "[Linear] expected at least one input and one output, got 0 and 20",
                         autograd::Error);
    const Cvae cvae(small(Likelihood::bernoulli), random);
    Tape tape;
    const Variable x = tape.constant(pictures(2, 7)), z = tape.constant(random.normal({2, 2}));
    const Variable wide = tape.constant(autograd::full({2, 4}, 0)),
                   few = tape.constant(autograd::full({1, 3}, 0));
    const std::size_t before = tape.size();
    CHECK_THROWS_WITH_AS(cvae.elbo(x, wide, z), "[Cvae] expected a condition (2, 3), got (2, 4)",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(cvae.encode(x, few), "[Cvae] expected a condition (2, 3), got (1, 3)",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(cvae.prior(wide), "[Cvae] expected a condition (B, 3), got (2, 4)",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(cvae.decode(z, wide), "[Cvae] expected a condition (2, 3), got (2, 4)",
                         autograd::Error);
    CHECK(tape.size() == before);
}

TEST_CASE("the gradient of the conditional bound is right, noise frozen" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    const Array x = pictures(4, 7), noise = random.normal({4, 2});
    const Array continuous = random.normal({4, classes}), labels = one_hot({0, 2, 1, 2}, classes);
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian})
        for (const bool learn_prior : {false, true})
            for (const Array& condition : {continuous, labels}) {
                CvaeSettings settings = small(likelihood, learn_prior);
                settings.vae.learn_sigma = true;
                Cvae cvae = trained(settings, random);
                const auto loss = [&](Tape& tape) {
                    return -cvae.elbo(tape.constant(x), tape.constant(condition),
                                      tape.constant(noise))
                                .value(Real(1.5));
                };
                const auto report = autograd::gradcheck(loss, learnt(cvae));
                INFO(autograd::text(report));
                CHECK(report.passed(1e-6));
            }
}
