// A **linear** network computes $W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)$, which
// is one affine layer again, however many hidden units it has. Its border between two classes is a
// straight line. Here are two rings of points that no straight line separates, and three networks
// $2 \to 16 \to 2$ that differ in the activation alone.
//
// @figure{nonlinearity.png, Two classes of points and, in grey, the probability that a trained
// network gives to the outer ring (white: 1). Left: without activation. Right: ReLU.}
//
// On 2000 new points, mean and standard deviation over three seeds of the first weights, the share
// of right answers was @result{nonlinearity_none, .3f} ± @result{nonlinearity_none_sd, .3f} without
// activation, @result{nonlinearity_relu, .4f} ± @result{nonlinearity_relu_sd, .4f} with ReLU and
// @result{nonlinearity_sigmoid, .4f} ± @result{nonlinearity_sigmoid_sd, .4f} with sigmoid. Guessing
// gives 0.5.

#include <cstdio>

#include "nn/data/toys.hpp"
#include "nn/layers/mlp.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using autograd::Array;
using autograd::Real;
using tutorials::Session;

models::Classifier trained(const nn::Dataset& points, nn::Activation activation,
                           std::uint64_t seed) {
    nn::Random random(seed);
    models::Classifier net({.input = 2, .hidden = {16}, .classes = 2, .activation = activation},
                           random);
    nn::Adam adam(net, {.learning_rate = 0.03f});
    autograd::Tape tape;
    for (int step = 0; step < 1000; ++step) {
        tape.rewind();
        adam.step(tape.backward(net.loss(tape.constant(points.images), points.labels)));
    }
    return net;
}

/// The two activations and their slopes, as the tape has them.
void draw_activations(const Session& session) {
    Array places = autograd::full({1201}, 0);
    Numbers x;
    for (std::size_t i = 0; i < places.size(); ++i) {
        x.push_back(-6 + 0.01 * static_cast<double>(i));
        places(i) = static_cast<Real>(x.back());
    }
    tutorials::Plot values{
        {.title = "activation", .x = "sum s", .y = "f(s)", .y_range = {{-0.2, 2}}}};
    tutorials::Plot slopes{
        {.title = "slope", .x = "sum s", .y = "f'(s)", .y_range = {{-0.1, 1.1}}}};
    for (const auto& [name, f] : std::vector<std::pair<const char*, nn::Activation>>{
             {"ReLU", autograd::relu}, {"sigmoid", autograd::sigmoid}}) {
        autograd::Tape tape;
        const autograd::Variable s = tape.variable(places), y = f(s);
        const Array slope = tape.backward(sum(y)).of(s);
        values.line(name, x, {y.value().begin(), y.value().end()});
        slopes.line(name, x, {slope.begin(), slope.end()});
    }
    tutorials::save_plots(session.file("activations.png"), {values, slopes}, 2);
}

/// The probability of the second class over a square, from the top row down.
Array map_of(const models::Classifier& net, std::size_t side, double reach) {
    Array places = autograd::full({side * side, 2}, 0);
    const double step = 2 * reach / static_cast<double>(side);
    for (std::size_t i = 0; i < side * side; ++i) {
        places(i, 0) = static_cast<Real>(-reach + step * (static_cast<double>(i % side) + 0.5));
        places(i, 1) = static_cast<Real>(reach - step * (static_cast<double>(i / side) + 0.5));
    }
    const Array p =
        nn::map_rows(places, [&](autograd::Variable x) { return softmax(net.logits(x)); });
    Array map = autograd::full({side, side}, 0);
    for (std::size_t i = 0; i < map.size(); ++i) map.data()[i] = p(i, 1);
    return map;
}

void without_and_with(Session& session) {
    draw_activations(session);
    nn::Random random(session.flags.seed);
    const nn::Dataset points = nn::rings(300, random, 2, 0.08);
    const nn::Dataset fresh = nn::rings(2000, random, 2, 0.08);
    struct Kind {
        const char *title, *key;
        nn::Activation activation;
    };
    std::puts("Two rings: share of new points that are classified right");
    std::vector<tutorials::Plot> plots;
    for (const auto& [title, key, activation] :
         std::vector<Kind>{{"no activation", "none", nn::identity},
                           {"ReLU", "relu", autograd::relu},
                           {"sigmoid", "sigmoid", autograd::sigmoid}}) {
        Numbers shares;
        for (const auto seed : seeds(session)) {
            const models::Classifier net = trained(points, activation, seed);
            shares.push_back(net.accuracy(fresh.images, fresh.labels));
            if (shares.size() > 1 || activation == autograd::sigmoid) continue;
            plots.push_back(tutorials::Plot{{.title = title,
                                             .x = "first coordinate",
                                             .y = "second coordinate",
                                             .same_scale = true,
                                             .x_range = {{-1.4, 1.4}},
                                             .y_range = {{-1.4, 1.4}}}});
            plots.back()
                .image(map_of(net, 70, 1.4), {-1.4, 1.4}, {-1.4, 1.4})
                .scatter(points.images, points.labels, {"inner ring", "outer ring"});
        }
        std::printf("  %-14s %s\n", title, text(spread(shares)).c_str());
        session.note(std::string("nonlinearity_") + key, spread(shares).mean);
        session.note(std::string("nonlinearity_") + key + "_sd", spread(shares).deviation);
    }
    tutorials::save_plots(session.file("nonlinearity.png"), plots, 2);
}

const tutorials::Experiment nonlinearity{
    "nonlinearity", "Without an activation, two layers are one", without_and_with};

}  // namespace
