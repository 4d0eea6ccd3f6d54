#include "models/cvae.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "autograd/gradcheck.hpp"
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
    for (const auto& [name, parameter, frozen] : nn::parameters(cvae))
        for (Real& weight : parameter->value.storage())
            weight += static_cast<Real>(0.5 * random.normal());
    return cvae;
}

/// The VAE that a CVAE is for one class: the weights on that class added to the biases.
Vae for_class(const Cvae& cvae, std::size_t label) {
    nn::Random random(1);
    Vae vae(cvae.settings.vae, random);
    Cvae copy = cvae;
    const auto from = nn::parameters(copy.vae), to = nn::parameters(vae);
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
    CHECK_THROWS_WITH_AS(one_hot({0, 10}, 10), "[one_hot] got class 10, wanted one below 10",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(one_hot({}, 10), "[one_hot] got no labels", autograd::Error);
}

TEST_CASE("the condition costs a column per class in the first layer of either net") {
    nn::Random random(1);
    Cvae cvae({}, random);
    CHECK(nn::parameter_count(nn::parameters(cvae)) ==
          (794 * 400 + 400) + 2 * (400 * 20 + 20) + (30 * 400 + 400) + (400 * 784 + 784));
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
        CHECK(conditional.kl.item() == doctest::Approx(plain.kl.item()));
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
                const Vae vae = for_class(cvae, label);
                const Array noise = random.normal({4, 2});
                Tape tape;
                const Variable x = tape.constant(pictures(4, 7)), e = tape.constant(noise);
                const Variable c = tape.constant(one_hot(autograd::Indices(4, label), classes));
                const Elbo given = cvae.elbo(x, c, e), alone = vae.elbo(x, e);
                CHECK(given.reconstruction.item() ==
                      doctest::Approx(alone.reconstruction.item()).epsilon(1e-5));
                CHECK(given.kl.item() == doctest::Approx(alone.kl.item()).epsilon(1e-5));
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
            cvae.elbo(tape.constant(x), c, tape.constant(random.normal({1, 2}))).kl.item();

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
        for (const Real l : cvae.prior(c).log_prob(z).value().storage())
            mass += step * std::exp(double{l});
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
    CHECK(elbo.kl.item() < 0.02);
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
}

TEST_CASE("conditions that make no sense are refused in one line") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Cvae({.condition = 0}, random),
                         "[Linear] wants at least one input and one output, got 0 and 20",
                         autograd::Error);
    const Cvae cvae(small(Likelihood::bernoulli), random);
    Tape tape;
    const Variable x = tape.constant(pictures(2, 7)), z = tape.constant(random.normal({2, 2}));
    const Variable wide = tape.constant(autograd::full({2, 4}, 0)),
                   few = tape.constant(autograd::full({1, 3}, 0));
    const std::size_t before = tape.size();
    CHECK_THROWS_WITH_AS(cvae.elbo(x, wide, z), "[Cvae] got a condition (2, 4), wanted (2, 3)",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(cvae.encode(x, few), "[Cvae] got a condition (1, 3), wanted (2, 3)",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(cvae.decode(z, wide), "[Cvae] got a condition (2, 4), wanted (2, 3)",
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
                const auto report = autograd::gradcheck(loss, nn::parameters(cvae));
                INFO(autograd::text(report));
                CHECK(report.passed(1e-6));
            }
}
