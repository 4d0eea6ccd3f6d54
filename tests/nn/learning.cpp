// Everything together: do small nets learn what they can learn?
#include "nn/layers/convolution.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/layers/images.hpp"
#include "nn/layers/mlp.hpp"
#include "nn/losses/losses.hpp"
#include "nn/optim/clip.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"

#include <doctest/doctest.h>

using namespace nn;
using autograd::array;

namespace {

struct Points {
    Array x;  ///< (B, 2)
    Indices labels;
};

/// Three clouds on the corners of a triangle, their standard deviation a quarter of their distance.
Points blobs(std::size_t count, Random& random) {
    constexpr double corner[3][2] = {{0, 2}, {-1.7, -1}, {1.7, -1}};
    Points out{random.normal({count, 2}), {}};
    for (std::size_t b = 0; b < count; ++b) {
        out.labels.push_back(random.below(3));
        for (std::size_t d = 0; d < 2; ++d)
            out.x(b, d) = static_cast<Real>(0.7 * double{out.x(b, d)} + corner[out.labels[b]][d]);
    }
    return out;
}

/// Which logit of each row is the largest.
double accuracy(const Sequential& net, const Points& points) {
    Tape tape;
    const autograd::InferenceMode inference(tape);
    const Array& logits = net(tape.constant(points.x)).value();
    std::size_t right = 0;
    for (std::size_t b = 0; b < points.labels.size(); ++b) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < logits.shape()[1]; ++c)
            if (logits(b, c) > logits(b, best)) best = c;
        if (best == points.labels[b]) ++right;
    }
    return static_cast<double>(right) / static_cast<double>(points.labels.size());
}

/// Trains on fresh minibatches of the clouds; returns the accuracy on points never seen.
template <class Kind, class Settings>
double accuracy_after_training(Settings settings, int steps) {
    Random random{1};
    Sequential net{Linear(2, 16, random), autograd::relu, Dropout(0.1, random),
                   Linear(16, 3, random)};
    Kind optimizer{parameters(net), settings};
    const double rate = optimizer.learning_rate();
    const Schedule schedule = schedule::warm_up(10, schedule::cosine(rate, 0.1 * rate, steps));
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        const Points batch = blobs(32, random);
        tape.rewind();
        Gradients& gradients =
            tape.backward(categorical_loss(net(tape.constant(batch.x)), batch.labels));
        clip_by_norm(gradients, 5);
        optimizer.set_learning_rate(static_cast<Real>(schedule(step)));
        optimizer.step(gradients);
    }
    Random unseen{2};
    return accuracy(net, blobs(2000, unseen));
}

}  // namespace

TEST_CASE("a two-layer classifier separates three clouds with every optimizer") {
    // Who knows the corners and takes the nearest is right 98.6 times in 100.
    const auto& train = accuracy_after_training<Sgd, SgdSettings>;
    CHECK(train({.learning_rate = 0.2f}, 300) > 0.97);
    CHECK(train({.learning_rate = 0.05f, .momentum = 0.9f}, 300) > 0.97);
    CHECK(train({.learning_rate = 0.05f, .momentum = 0.9f, .nesterov = true}, 300) > 0.97);
    CHECK(accuracy_after_training<RmsProp>(RmsPropSettings{.learning_rate = 0.01f}, 300) > 0.97);
    CHECK(accuracy_after_training<Adam>(AdamSettings{.learning_rate = 0.01f}, 300) > 0.97);
    CHECK(accuracy_after_training<Adam>(AdamSettings{.learning_rate = 0.01f, .weight_decay = 0.01f},
                                        300) > 0.97);
    CHECK(train({.learning_rate = 0}, 300) < 0.9);  // it is not given away by the start
}

TEST_CASE("a hidden layer learns exclusive or, which no linear layer can") {
    const Array corners = array({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1});
    const Indices labels = {0, 1, 1, 0};
    const auto train = [&](Sequential net) {
        Adam adam{net, {.learning_rate = 0.05f}};
        Tape tape;
        for (int step = 0; step < 300; ++step) {
            tape.rewind();
            adam.step(tape.backward(categorical_loss(net(tape.constant(corners)), labels)));
        }
        return accuracy(net, {corners, labels});
    };
    Random random{3};
    CHECK(train(mlp({2, 8, 2}, autograd::tanh, random)) == 1);
    CHECK(train(mlp({2, 2}, autograd::tanh, random)) <= 0.75);
}

namespace {

/// Images (B, 8, 8, 1) of one bright square of 3 x 3 pixels each, anywhere: 36 different ones.
Array squares(std::size_t count, Random& random) {
    Array out = autograd::full({count, 8, 8, 1}, 0);
    for (std::size_t b = 0; b < count; ++b) {
        const std::size_t top = random.below(6), left = random.below(6);
        for (std::size_t row = top; row < top + 3; ++row)
            for (std::size_t column = left; column < left + 3; ++column) out(b, row, column, 0) = 1;
    }
    return out;
}

/// Squared error per image of the reconstruction, after training on fresh images.
double error_after_training(Sequential net, int steps) {
    Adam adam{net, {.learning_rate = 0.01f}};
    Random random{4}, unseen{5};
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        const Array images = squares(32, random);
        tape.rewind();
        const Variable x = tape.constant(images);
        adam.step(tape.backward(squared_loss(net(x), x)));
    }
    tape.rewind();
    const autograd::InferenceMode inference(tape);
    const Variable x = tape.constant(squares(200, unseen));
    return double{squared_loss(net(x), x).item()};
}

}  // namespace

TEST_CASE("a small convolutional autoencoder learns where a square stands, with two numbers") {
    Random random{6};
    const Kernel halve{.size = 4, .stride = 2, .padding = 1};
    const Sequential net{Convolution(1, 8, halve, random),
                         autograd::relu,
                         Convolution(8, 16, halve, random),
                         autograd::relu,
                         Flatten{},
                         Linear(64, 2, random),
                         Linear(2, 64, random),
                         autograd::relu,
                         Unflatten{2, 2, 16},
                         TransposedConvolution(16, 8, halve, random),
                         autograd::relu,
                         TransposedConvolution(8, 1, halve, random)};
    // Who always paints the mean image errs by the variance: 9 bright pixels less Σ p², 7.37.
    CHECK(error_after_training(net, 0) > 7.37);
    const double end = error_after_training(net, 500);
    CAPTURE(end);
    CHECK(end < 2.5);
}
