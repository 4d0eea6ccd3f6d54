#include "models/semi_supervised.hpp"

#include <doctest/doctest.h>
#include <cmath>

#include "autograd/gradcheck.hpp"
#include "learnt.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/rows.hpp"

using namespace models;

namespace {

constexpr bool single = sizeof(Real) == sizeof(float);
constexpr std::size_t classes = 3;

SemiSupervisedSettings small(Likelihood likelihood = Likelihood::bernoulli) {
    return {.vae = {.input = 7,
                    .hidden = {6, 5},
                    .latent = 2,
                    .activation = autograd::tanh,
                    .likelihood = likelihood,
                    .sigma = Real(0.4)},
            .classifier = {4},
            .classes = classes};
}

/// A model that has an opinion about labels, as if it had been trained.
SemiSupervised trained(nn::Random& random, Likelihood likelihood = Likelihood::bernoulli) {
    SemiSupervised model(small(likelihood), random);
    for (const auto& each : learnt(model))
        for (Real& weight : each.parameter->value.storage())
            weight += static_cast<Real>(0.5 * random.normal());
    return model;
}

/// The classifier that says `label` of every image, and is as good as certain.
void make_certain(SemiSupervised& model, std::size_t label) {
    const auto all = nn::parameters(model.classifier);
    all[all.size() - 2].parameter->value.fill(0);
    Array& bias = all.back().parameter->value;
    bias.fill(0);
    bias(label) = 200;
}

double nats(double x) { return x > 0 ? x * std::log(x) : 0; }

}  // namespace

TEST_CASE("a classifier of other classes than the conditions is refused") {
    nn::Random random(2);
    const SemiSupervised whole(small(), random);
    const SemiSupervised odd(whole.cvae,
                             Classifier({.input = 7, .hidden = {}, .classes = 2}, random));
    Tape tape;
    const Variable x = tape.constant(random.uniform({4, 7}));
    CHECK_THROWS_WITH_AS(odd.unlabelled_bound(x, tape.constant(random.normal({4, 2}))),
                         doctest::Contains("[unlabelled_bound] expected logits (4, 3)"),
                         autograd::Error);
}

TEST_CASE("a labelled image costs what its CVAE pays, and ln C for the label") {
    nn::Random random(1);
    const SemiSupervised model = trained(random);
    Tape tape;
    const Variable x = tape.constant(random.uniform({4, 7}));
    const Variable noise = tape.constant(random.normal({4, 2}));
    const Variable y = tape.constant(one_hot({0, 2, 1, 2}, classes));
    const double bound = mean(model.labelled_bound(x, y, noise)).item();
    CHECK(bound == doctest::Approx(model.cvae.elbo(x, y, noise).value().item() - std::log(3)));
}

TEST_CASE("the bounds of all classes are what a plain loop over the classes gives") {
    nn::Random random(2);
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian}) {
        const SemiSupervised model = trained(random, likelihood);
        Tape tape;
        const Variable x = tape.constant(random.uniform({5, 7}));
        const Variable noise = tape.constant(random.normal({5, 2}));
        const Array all = model.bound_of_each_class(x, noise).value();
        const Array q = model.label(x).probabilities().value();
        const Array unlabelled = model.unlabelled_bound(x, noise).value();
        REQUIRE(all.shape() == Shape{5, classes});
        std::vector<double> sums(5, 0);
        for (std::size_t y = 0; y < classes; ++y) {
            const Variable told = tape.constant(one_hot(Indices(5, y), classes));
            const Array one = model.labelled_bound(x, told, noise).value();
            for (std::size_t b = 0; b < 5; ++b) {
                CHECK(all(b, y) == doctest::Approx(one(b)).epsilon(1e-5));
                sums[b] += double{q(b, y)} * double{one(b)} - nats(q(b, y));
            }
        }
        for (std::size_t b = 0; b < 5; ++b)
            CHECK(unlabelled(b) == doctest::Approx(sums[b]).epsilon(1e-5));
    }
}

TEST_CASE("if the classifier is certain, a missing label costs what that label costs") {
    nn::Random random(3);
    SemiSupervised model = trained(random);
    const Array images = random.uniform({4, 7}), draws = random.normal({4, 2});
    for (std::size_t label = 0; label < classes; ++label) {
        make_certain(model, label);
        Tape tape;
        const Variable x = tape.constant(images), noise = tape.constant(draws);
        const Variable y = tape.constant(one_hot(Indices(4, label), classes));
        const Array told = model.labelled_bound(x, y, noise).value();
        const Array untold = model.unlabelled_bound(x, noise).value();
        for (std::size_t b = 0; b < 4; ++b)
            CHECK(untold(b) == doctest::Approx(told(b)).epsilon(1e-6));
    }
}

TEST_CASE("if the nets do not look at the label, not knowing it costs KL(q(y | x) || p(y)) alone") {
    nn::Random random(4);
    SemiSupervised model(small(), random);  // weights on the condition start at 0
    Tape tape;
    const Variable x = tape.constant(random.uniform({4, 7}));
    const Variable noise = tape.constant(random.normal({4, 2}));
    const Variable y = tape.constant(one_hot(Indices(4, 0), classes));
    const Array given = bound_per_draw(model.cvae.draw(x, y, noise)).value();
    const Array q = model.label(x).probabilities().value();
    const Array bound = model.unlabelled_bound(x, noise).value();
    for (std::size_t b = 0; b < 4; ++b) {
        double kl = std::log(3);
        for (std::size_t c = 0; c < classes; ++c) kl += nats(q(b, c));
        CHECK(bound(b) == doctest::Approx(double{given(b)} - kl).epsilon(1e-5));
    }
}

TEST_CASE("no classifier gives a higher bound than the softmax of the bounds of the classes") {
    nn::Random random(5);
    SemiSupervised model = trained(random);
    Tape tape;
    const Array images = random.uniform({4, 7}), draws = random.normal({4, 2});
    const Array best =
        log_sum_exp(model.bound_of_each_class(tape.constant(images), tape.constant(draws)), 1)
            .value();
    for (int attempt = 0; attempt < 20; ++attempt) {
        for (const auto& each : nn::parameters(model.classifier))
            for (Real& weight : each.parameter->value.storage())
                weight = static_cast<Real>(random.normal());
        tape.rewind();
        const Array found =
            model.unlabelled_bound(tape.constant(images), tape.constant(draws)).value();
        for (std::size_t b = 0; b < 4; ++b) CHECK(found(b) < best(b) + 1e-5);
    }
    tape.rewind();  // and that softmax attains it
    const Variable x = tape.constant(images), noise = tape.constant(draws);
    const Variable bounds = model.bound_of_each_class(x, noise);
    const Array attained =
        (sum(softmax(bounds) * bounds, {1}) + nn::Categorical{bounds}.entropy()).value();
    for (std::size_t b = 0; b < 4; ++b) CHECK(attained(b) == doctest::Approx(best(b)));
}

TEST_CASE("two labels and images without any are enough to tell two kinds apart") {
    // Four pixels in two patterns, each with a pixel of noise; one image of each kind has a label.
    nn::Random random(6);
    const std::size_t count = 64;
    Array images = autograd::full({count, 5}, 0);
    Indices labels(count);
    for (std::size_t n = 0; n < count; ++n) {
        labels[n] = n % 2;
        for (std::size_t d = 0; d < 4; ++d) images(n, d) = (d < 2) == (labels[n] == 0);
        images(n, 4) = static_cast<Real>(random.below(2));
        if (n > 1) images(n, random.below(4)) = 0;  // some are incomplete
    }
    SemiSupervised model(
        {.vae = {.input = 5, .hidden = {8}, .latent = 1}, .classifier = {8}, .classes = 2}, random);
    nn::Adam adam(model, {.learning_rate = Real(0.01)});
    const Array few = nn::take(images, {0, 1});
    Tape tape;
    for (int step = 0; step < 300; ++step) {
        tape.rewind();
        const Variable x = tape.constant(images), told = tape.constant(few);
        const Variable missing =
            model.unlabelled_bound(x, nn::standard_normal(tape, {count, 1}, random));
        const Variable given = model.labelled_bound(told, tape.constant(one_hot({0, 1}, 2)),
                                                    nn::standard_normal(tape, {2, 1}, random));
        adam.step(tape.backward(Real(10) * model.classifier.loss(told, {0, 1}) - mean(missing) -
                                mean(given)));
    }
    CHECK(model.classifier.accuracy(images, labels) == 1);
}

TEST_CASE("a step without labels takes the classifier along, and a labelled bound does not") {
    nn::Random random(7);
    SemiSupervised model = trained(random);
    Tape tape;
    const Variable x = tape.constant(random.uniform({2, 7}));
    const Variable noise = tape.constant(random.normal({2, 2}));
    const auto& weight = *nn::parameters(model.classifier)[0].parameter;
    CHECK(tape.backward(mean(model.unlabelled_bound(x, noise))).reached(weight));
    const Variable y = tape.constant(one_hot({0, 1}, classes));
    CHECK_FALSE(tape.backward(mean(model.labelled_bound(x, y, noise))).reached(weight));
}

TEST_CASE("the gradients of both bounds are right" * doctest::skip(single)) {
    nn::Random random(8);
    const Array x = random.uniform({3, 7}), noise = random.normal({3, 2});
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian}) {
        SemiSupervised model = trained(random, likelihood);
        const auto loss = [&](Tape& tape) {
            const Variable images = tape.constant(x), e = tape.constant(noise);
            const Variable y = tape.constant(one_hot({2, 0, 1}, classes));
            return mean(model.unlabelled_bound(images, e)) +
                   Real(0.7) * mean(model.labelled_bound(images, y, e)) -
                   Real(3) * model.classifier.loss(images, {2, 0, 1});
        };
        const auto report = autograd::gradcheck(loss, learnt(model));
        INFO(autograd::text(report));
        CHECK(report.passed(1e-6));
    }
}

TEST_CASE("what does not fit together is refused in one line") {
    nn::Random random(9);
    CHECK_THROWS_WITH_AS(SemiSupervised({.classes = 1}, random),
                         "[Classifier] expected at least two classes, got 1", autograd::Error);
    const SemiSupervised model(small(), random);
    Tape tape;
    const Variable x = tape.constant(random.uniform({2, 7}));
    CHECK_THROWS_WITH_AS(
        model.unlabelled_bound(x, tape.constant(random.normal({3, 2}))),
        "[draw] expected noise for each of 6 examples, as often as one likes, got (9, 2)",
        autograd::Error);
}
