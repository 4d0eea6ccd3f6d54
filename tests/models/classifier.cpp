#include "models/classifier.hpp"

#include <doctest/doctest.h>
#include <cmath>

#include "autograd/gradcheck.hpp"
#include "nn/data/toys.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;
using autograd::Real;
using autograd::Tape;

namespace {

/// Steps on all images at once.
void train(Classifier& model, const nn::Dataset& data, int steps) {
    nn::Adam adam(model, {.learning_rate = Real(0.02)});
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        tape.rewind();
        adam.step(tape.backward(model.loss(tape.constant(data.images), data.labels)));
    }
}

}  // namespace

TEST_CASE("a classifier without hidden layers is one affine map: the linear probe") {
    nn::Random random(1);
    Classifier probe({.input = 20, .hidden = {}, .classes = 3}, random);
    const auto parameters = nn::parameters(probe);
    CHECK(parameters.size() == 2);
    CHECK(parameters[0].parameter->value.shape() == autograd::Shape{3, 20});
    Classifier deep({}, random);
    CHECK(nn::parameter_count(nn::parameters(deep)) == 784 * 400 + 400 + 400 * 10 + 10);
}

TEST_CASE("the loss is the mean surprise at the label, in nats") {
    nn::Random random(1);
    Classifier model({.input = 2, .hidden = {}, .classes = 2}, random);
    const auto parameters = nn::parameters(model);
    parameters[0].parameter->value = autograd::array({2, 2}, {1, 0, 0, 1});
    parameters[1].parameter->value = autograd::array({2}, {0, 0});
    Tape tape;
    const Variable x = tape.constant(autograd::array({2, 2}, {std::log(3), 0, 0, 0}));
    CHECK(model.loss(x, {0, 1}).item() ==  // 3/4 and 1/2
          doctest::Approx((std::log(4.0 / 3) + std::log(2)) / 2));
    CHECK(model.loss(x, {1, 1}).item() == doctest::Approx((std::log(4) + std::log(2)) / 2));
}

TEST_CASE("predictions are the largest logits and accuracy counts them, over more than one batch") {
    nn::Random random(1);
    const Classifier model({.input = 5, .hidden = {4}, .classes = 3}, random);
    const Array images = random.normal({1203, 5});
    Tape tape;
    const Array logits = model.logits(tape.constant(images)).value();
    Indices labels = model.predict(images);
    REQUIRE(labels.size() == 1203);
    for (std::size_t i = 0; i < labels.size(); ++i)
        for (std::size_t c = 0; c < 3; ++c) CHECK(logits(i, labels[i]) >= logits(i, c));
    CHECK(model.accuracy(images, labels) == 1);
    for (std::size_t i = 0; i < 401; ++i) labels[3 * i] = (labels[3 * i] + 1) % 3;
    CHECK(model.accuracy(images, labels) == doctest::Approx(2.0 / 3));
}

TEST_CASE("two moons need a hidden layer") {
    nn::Random random(1);
    const nn::Dataset moons = nn::two_moons(400, random), held_out = nn::two_moons(400, random);
    Classifier line({.input = 2, .hidden = {}, .classes = 2}, random);
    Classifier curve({.input = 2, .hidden = {32}, .classes = 2}, random);
    train(line, moons, 300);
    train(curve, moons, 300);
    const double straight = line.accuracy(held_out.images, held_out.labels);
    CHECK(straight > 0.8);
    CHECK(straight < 0.93);
    CHECK(curve.accuracy(held_out.images, held_out.labels) > 0.98);
}

TEST_CASE("the gradient of the classifier's loss is right" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    Classifier model({.input = 6, .hidden = {5, 4}, .classes = 3, .activation = autograd::tanh},
                     random);
    const Array x = random.uniform({4, 6});
    const auto loss = [&](Tape& tape) { return model.loss(tape.constant(x), {0, 2, 1, 2}); };
    const auto report = autograd::gradcheck(loss, nn::parameters(model));
    INFO(autograd::text(report));
    CHECK(report.passed(1e-6));
}

TEST_CASE("what cannot be classified is refused in one line") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(Classifier({.classes = 1}, random),
                         "[Classifier] expected at least two classes, got 1", autograd::Error);
    CHECK_THROWS_WITH_AS(Classifier({.input = 0}, random),
                         "[Linear] expected at least one input and one output, got 0 and 400",
                         autograd::Error);
    const Classifier model({.input = 4, .hidden = {}, .classes = 3}, random);
    Tape tape;
    CHECK_THROWS_WITH_AS(model.loss(tape.constant(autograd::full({2, 4}, 0)), {0, 3}),
                         doctest::Contains("3"), autograd::Error);
    CHECK_THROWS_WITH_AS(model.accuracy(autograd::full({2, 4}, 0), {0}),
                         "[accuracy] expected a label for each of 2 images, got 1",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(model.predict(autograd::full({2, 4}, Real(std::nan("")))),
                         doctest::Contains("[predict] expected finite logits, got "),
                         autograd::Error);
    CHECK_THROWS_AS(model.accuracy(autograd::full({0, 4}, 0), {}), autograd::Error);
    CHECK_THROWS_WITH_AS(model.predict(autograd::full({2, 5}, 0)),
                         "[linear] x is (2, 5) but weight is (3, 4)", autograd::Error);
}
