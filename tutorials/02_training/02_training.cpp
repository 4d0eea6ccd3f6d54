// ---
// title: Training
// builds_on: 01_tape
// leads_to: 03_autoencoder
// tooltip: Losses, modules and the loop; optimizers, schedules and batch sizes compared; overfitting.
// minutes: 1
// keywords: gradient descent, SGD, momentum, RMSProp, Adam, schedule, batch size, overfitting
// ---
//
// ## What you will be able to do
//
// - Write a training loop from memory, and say what each of its five lines would break if it were
//   left out.
// - Choose an optimizer, a learning rate, a schedule and a batch size by experiments that are fair,
//   and read from a loss curve whether the rate is too high or too low.
// - Tell learning from memorising, and name four cures for the latter with what each of them did
//   here.
//
// **Predict first.** A network with 200 000 weights is shown a thousand photographs of clothes
// whose labels have been *shuffled*, so that there is nothing to be learnt. Which share of these
// thousand labels can it be brought to give back? Write your guess down.
//
// ## The idea in one figure
//
// @figure{ravine.png, A loss surface of two weights, steep one way and flat the other, and the way
// down that four rules take. Above: one rule at three learning rates, and the four rules each at
// its best rate. Below: the same four rules in the same ravine turned by 45°, and their losses in
// the first one.}
//
// Training is walking downhill in fog. The loss is the height, the weights are where you stand, and
// the gradient of chapter 01 says which way is down *right here*. Everything in this chapter is
// about how far to step, what to remember from earlier steps, and how to tell that you walk towards
// what you wanted.
//
// ## The mathematics
//
// ### The loss
//
// A classifier turns an image $x$ into ten numbers, the **logits** $l$, and these into
// probabilities, $p_k = e^{l_k} / \sum_j e^{l_j}$ (softmax). We want the parameters under which the
// labels that were seen are most probable. The logarithm of a product is a sum, so this **maximum
// likelihood** asks for the least
// $$ L = \frac1N \sum_{i=1}^N -\ln p_{y_i}(x_i) , \qquad
//    \frac{\partial (-\ln p_y)}{\partial l_k} = p_k - [k = y] . $$
// This is the **cross-entropy**, the average surprise at the labels, in nats. A network that knows
// nothing gives each of ten classes a tenth and has $L = \ln 10 \approx 2.303$. The gradient is as
// simple as can be: what was said minus what was true.
//
// > **Reduction.** Nats per example: summed over dimensions, averaged over the batch. Here there is
// > one label per example, so nothing to sum; the average over the batch is what makes a learning
// > rate mean the same for batches of 32 and of 512.
//
// ### Gradient descent, and how far a step may go
//
// One step is $w \leftarrow w - \eta\, g$ with the gradient $g = \bar w$ and the **learning rate**
// $\eta$. Near a minimum every smooth loss is a bowl, $\frac12 \sum_i a_i u_i^2$ along its
// principal axes, and there a step multiplies $u_i$ by $1 - \eta a_i$. That number must lie between
// −1 and 1:
// $$ \eta < \frac{2}{a_{\max}} . $$
// The *steepest* direction limits the rate, and the *flattest* one, which shrinks by
// $1 - \eta a_{\min}$ per step, then has to wait. If one is twenty times the other, that is a
// ravine.
//
// ### Stochastic gradients
//
// The gradient of the whole training set would cost 50 000 images a step. The gradient $g_B$ of a
// random **minibatch** of $B$ costs $B$, is right on average, and is off by about $\sigma/\sqrt B$.
// For half the error one pays four times the work, which is why small batches win early. Their
// noise does not go away, though. In a bowl of curvature $a$ with gradient noise of variance
// $\sigma^2$, a constant rate does not lead to the minimum but to a dance around it, with an
// average loss of
// $$ \frac{\eta\, \sigma^2}{2\,(2 - \eta a)} \tag{1} $$
// (the variance $v$ of the weight that reproduces itself, $v = (1 - \eta a)^2 v + \eta^2 \sigma^2$,
// times $a/2$). The floor is proportional to $\eta$. So a rate should be large first and small
// later: a **schedule**.
//
// ### Four rules
//
// | rule | remembers | direction $d$ of the step $w \leftarrow w - \eta\, d$ |
// |---|---|---|
// | SGD | nothing | $g$ |
// | momentum | $v \leftarrow \mu v + g$ | $v$ |
// | RMSProp | $s \leftarrow \alpha s + (1 - \alpha)\, g^2$ | $g / (\sqrt s + \epsilon)$ |
// | Adam | $m \leftarrow \beta_1 m + (1 - \beta_1)\, g$, $\ v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$ | $\hat m / (\sqrt{\hat v} + \epsilon)$, $\ \hat m = m / (1 - \beta_1^t)$, $\ \hat v = v / (1 - \beta_2^t)$ |
//
// **Momentum** sums up past gradients with a memory of about $1/(1-\mu)$ steps: across the ravine
// they cancel, along it they add up, to ten times the step for $\mu = .9$.
//
// **RMSProp** and **Adam** give every parameter a rate of its own, $\eta / (\sqrt s + \epsilon)$,
// from the history of its own gradients: $\sqrt s$ is their recent root mean square. Where
// gradients have been large, steps become careful, and where they have been tiny or rare, bold.
// Multiply the loss by 1000 and SGD's steps grow a thousandfold; Adam's stay the same. Adam adds
// momentum ($m$ in place of $g$) and divides out that both averages start from zero.
//
// | symbol | C++ |
// |---|---|
// | $w$, $g$ | `Parameter::value`, `gradients.of(parameter)` |
// | $\eta$ | `Optimizer::learning_rate()`, or the schedule's value at `Training::time()` |
// | $\mu$; $v$ of momentum | `SgdSettings::momentum`; the state `NAME/velocity` |
// | $\alpha$; $s$ | `RmsPropSettings::decay`; the state `NAME/mean_square` |
// | $\beta_1$, $\beta_2$, $\epsilon$ | `AdamSettings::beta1`, `beta2`, `epsilon` |
// | $m$; $v$ of Adam | the states `NAME/mean` and `NAME/mean_square` |
// | $t$ | `Optimizer::steps()` |
// | $L$ | `nn::categorical_loss` |
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "nn/data/batches.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/layers/linear.hpp"
#include "nn/losses/losses.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using tutorials::Plot;
using tutorials::Session;

namespace {

// ### The wrong loss first
//
// What we care about is how many images are classified right. Why not descend on that? Because it
// is a step function: a small change of a weight changes no decision, so its gradient is zero,
// everywhere. A loss has to say *nearly*.
//
// The next idea is the squared distance $\sum_k (p_k - [k = y])^2$ between the probabilities and
// the truth. It works, until the network is sure of itself and wrong. Then softmax is flat, and the
// gradient vanishes just where it is needed most. In the table the right class's logit lies more
// and more below the wrong one's: the cross-entropy keeps pulling with a gradient of −1, and the
// squared distance, at a gap of 12, with @result{squared_gradient_at_gap_12}.

void wrong_loss_first(Session& session) {
    std::puts("\nSure and wrong: gradient with respect to the right class's logit");
    std::puts(
        "  gap between logits   p(right)    cross-entropy   its gradient   squared: gradient");
    double squared_gradient = 0;
    for (const double gap : {0.0, 4.0, 8.0, 12.0}) {
        const auto gradient = [&](bool squared) {
            Tape tape;
            const Variable logits = tape.variable(autograd::array({1, 2}, {0, gap}));
            const Variable truth = tape.constant(autograd::array({1, 2}, {1, 0}));
            const Variable loss = squared ? nn::squared_loss(softmax(logits), truth)
                                          : nn::categorical_loss(logits, {0});
            const autograd::Gradients& gradients = tape.backward(loss);
            return std::pair{double{loss.item()}, double{gradients.of(logits)(0, 0)}};
        };
        const auto [cross_entropy, cross_entropy_gradient] = gradient(false);
        squared_gradient = gradient(true).second;
        std::printf("  %18.0f   %.2e   %13.4f   %12.4f   %17.2e\n", gap, std::exp(-cross_entropy),
                    cross_entropy, cross_entropy_gradient, squared_gradient);
    }
    session.result("squared_gradient_at_gap_12", squared_gradient);
}

// ### Four rules in a ravine
//
// Before a network with 50 000 weights, two weights that can be drawn. The loss is
// $\frac12 (u^2 + 50\, v^2)$, a ravine with curvatures 1 and 50, and its axes $u$, $v$ may be
// turned against the weights' axes $x$, $y$.

struct Point {
    double x, y;
};

struct Ravine {
    double turn = 0;  ///< of its axes against those of the weights, in radians
    static constexpr double flat = 1, steep = 50;

    Point along_axes(Point p) const {
        const double c = std::cos(turn), s = std::sin(turn);
        return {c * p.x + s * p.y, -s * p.x + c * p.y};
    }
    double loss(Point p) const {
        const auto [u, v] = along_axes(p);
        return (flat * u * u + steep * v * v) / 2;
    }
    Point gradient(Point p) const {
        const auto [u, v] = along_axes(p);
        const double c = std::cos(turn), s = std::sin(turn);
        return {c * flat * u - s * steep * v, s * flat * u + c * steep * v};
    }
    /// The place (u, v) = (−4, 0.8), whichever way the ravine is turned.
    Point start() const {
        const double c = std::cos(turn), s = std::sin(turn);
        return {-4 * c - 0.8 * s, -4 * s + 0.8 * c};
    }
};

// The rules are functions of one number's gradient and of what was remembered about it. This is the
// table of above, line for line.

struct Memory {
    double first = 0, second = 0;
};
using Direction = double (*)(double g, Memory& memory, int t);

double sgd(double g, Memory&, int) { return g; }

double momentum(double g, Memory& memory, int) {
    memory.first = 0.9 * memory.first + g;
    return memory.first;
}

double rms_prop(double g, Memory& memory, int) {
    memory.second = 0.99 * memory.second + 0.01 * g * g;
    return g / (std::sqrt(memory.second) + 1e-8);
}

double adam(double g, Memory& memory, int t) {
    memory.first = 0.9 * memory.first + 0.1 * g;
    memory.second = 0.999 * memory.second + 0.001 * g * g;
    const double mean = memory.first / (1 - std::pow(0.9, t));
    const double mean_square = memory.second / (1 - std::pow(0.999, t));
    return mean / (std::sqrt(mean_square) + 1e-8);
}

struct Rule {
    const char* name;
    Direction direction;
    /// The same rule in the library.
    std::unique_ptr<nn::Optimizer> (*make)(std::vector<nn::NamedParameter>, Real rate);
};

const std::array<Rule, 4> rules{{
    {"SGD", sgd,
     [](auto parameters, Real rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Sgd>(parameters, nn::SgdSettings{.learning_rate = rate});
     }},
    {"momentum", momentum,
     [](auto parameters, Real rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Sgd>(parameters,
                                          nn::SgdSettings{.learning_rate = rate, .momentum = 0.9f});
     }},
    {"RMSProp", rms_prop,
     [](auto parameters, Real rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::RmsProp>(parameters,
                                              nn::RmsPropSettings{.learning_rate = rate});
     }},
    {"Adam", adam,
     [](auto parameters, Real rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Adam>(parameters, nn::AdamSettings{.learning_rate = rate});
     }},
}};

constexpr int ravine_steps = 29;

/// Start and all places that a rule goes through.
std::vector<Point> path(const Ravine& ravine, Direction direction, double rate) {
    std::vector<Point> out{ravine.start()};
    Memory x, y;
    for (int t = 1; t <= ravine_steps; ++t) {
        const Point here = out.back(), g = ravine.gradient(here);
        out.push_back({here.x - rate * direction(g.x, x, t), here.y - rate * direction(g.y, y, t)});
    }
    return out;
}

/// The rate, of 12 to each factor of ten, whose path has the lowest mean loss.
double best_rate(const Ravine& ravine, Direction direction) {
    double best = 0, lowest = std::numeric_limits<double>::infinity();
    for (int k = -36; k <= 0; ++k) {
        const double rate = std::pow(10.0, k / 12.0);
        double total = 0;
        for (const Point& point : path(ravine, direction, rate)) total += ravine.loss(point);
        if (total < lowest) lowest = total, best = rate;
    }
    return best;
}

/// The path of the library's optimizer, with the tape's gradient.
std::vector<Point> path_of_library(const Ravine& ravine, const Rule& rule, double rate) {
    const double c = std::cos(ravine.turn), s = std::sin(ravine.turn);
    const Array axes = autograd::array({2, 2}, {c, s, -s, c});
    const Array curvature = autograd::array({2}, {Ravine::flat, Ravine::steep});
    Parameter w{autograd::array({1, 2}, {ravine.start().x, ravine.start().y})};
    const auto optimizer = rule.make({{"w", &w}}, static_cast<Real>(rate));
    std::vector<Point> out{ravine.start()};
    Tape tape;
    for (int t = 1; t <= ravine_steps; ++t) {
        tape.rewind();
        const Variable uv = linear(tape.parameter(w), tape.constant(axes));
        optimizer->step(tape.backward(0.5f * sum(tape.constant(curvature) * square(uv))));
        out.push_back({double{w.value(0, 0)}, double{w.value(0, 1)}});
    }
    return out;
}

// Three things to see. The bound $2 / a_{\max} = 0.04$ is sharp: at 95 % of it SGD works, at 103 %
// it flies apart. Momentum gets down the flat valley faster than SGD can. And RMSProp goes straight
// for the minimum when the ravine lies along the axes, because then a rate per parameter is a rate
// per direction. Turn the ravine by 45° and that gift is gone: after the same 29 steps its loss is
// @result{rms_prop_turned} in place of @result{rms_prop_straight}. SGD and momentum do not notice
// the turn at all. Adam is half momentum, half RMSProp; in so short a walk it mostly shows that
// momentum overshoots.
//
// The optimizers of the library, fed by the tape, walk the same paths as our one-liners: the
// largest distance between them is @result{library_path_difference}.

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

Plot& draw_contours(Plot& plot, const Ravine& ravine) {
    for (const double loss : {0.25, 1.0, 2.5, 5.0, 10.0, 20.0}) {
        Plot::Numbers x, y;
        for (int i = 0; i <= 120; ++i) {
            const double angle = std::numbers::pi * i / 60;
            const double u = std::sqrt(2 * loss / Ravine::flat) * std::cos(angle);
            const double v = std::sqrt(2 * loss / Ravine::steep) * std::sin(angle);
            const double c = std::cos(ravine.turn), s = std::sin(ravine.turn);
            x.push_back(c * u - s * v);
            y.push_back(s * u + c * v);
        }
        plot.contour(x, y);
    }
    return plot;
}

void draw_path(Plot& plot, const std::string& label, const std::vector<Point>& points) {
    Plot::Numbers x, y;
    for (const Point& point : points) x.push_back(point.x), y.push_back(point.y);
    plot.line(label, x, y);
}

Plot empty_map(const std::string& title, double bottom, double top) {
    return Plot{{.title = title,
                 .x = "weight x",
                 .y = "weight y",
                 .x_range = {{-4.8, 1.8}},
                 .y_range = {{bottom, top}}}};
}

void ravine_walks(Session& session) {
    const Ravine straight, turned{std::numbers::pi / 4};
    std::puts("\nSGD in a ravine of curvatures 1 and 50; the bound on the rate is 0.04");
    Plot rates = empty_map("SGD at three rates", -1.6, 1.6);
    draw_contours(rates, straight);
    for (const double rate : {0.002, 0.038, 0.0412}) {
        const auto points = path(straight, sgd, rate);
        std::printf("  rate %.4f: loss %.3f at the start, %10.4f after %d steps\n", rate,
                    straight.loss(points.front()), straight.loss(points.back()), ravine_steps);
        draw_path(rates, "rate " + autograd::text(rate), points);
    }

    std::printf("\nFour rules, each at its best rate for %d steps\n", ravine_steps);
    std::puts("             along the axes         turned by 45 degrees");
    std::puts("             rate     last loss     rate     last loss");
    std::vector<Plot> maps{empty_map("four rules, the ravine along the axes", -1.6, 1.6),
                           empty_map("the same ravine, turned by 45°", -4.4, 1.0)};
    Plot losses{
        {.title = "four rules, losses along the axes", .x = "step", .y = "loss", .log_y = true}};
    draw_contours(maps[0], straight), draw_contours(maps[1], turned);
    double library_difference = 0;
    std::array<double, 2> rms_prop_losses{};
    for (const Rule& rule : rules) {
        std::printf("  %-9s", rule.name);
        std::array<double, 2> last{};
        for (std::size_t i = 0; i < 2; ++i) {
            const Ravine& ravine = i == 0 ? straight : turned;
            const double rate = best_rate(ravine, rule.direction);
            const auto points = path(ravine, rule.direction, rate);
            const auto check = path_of_library(ravine, rule, rate);
            for (std::size_t t = 0; t < points.size(); ++t)
                library_difference = std::max(library_difference, distance(points[t], check[t]));
            draw_path(maps[i], rule.name, points);
            last[i] = ravine.loss(points.back());
            std::printf("  %.4f   %10.2e", rate, last[i]);
            if (i == 1) continue;
            Plot::Numbers step, loss;
            for (const Point& point : points) {
                step.push_back(static_cast<double>(step.size()));
                loss.push_back(ravine.loss(point));
            }
            losses.line(rule.name, step, loss);
        }
        std::puts("");
        if (rule.direction == rms_prop) rms_prop_losses = last;
    }
    tutorials::save_plots(session.file("ravine.png"), {rates, maps[0], maps[1], losses}, 2);
    session.result("rms_prop_straight", rms_prop_losses[0]);
    session.result("rms_prop_turned", rms_prop_losses[1]);
    session.result("library_path_difference", library_difference);
}

// ### A rate per parameter
//
// The first step shows it barest. Let three parameters have the gradients 100, 1 and 0.01. SGD
// moves them by amounts that differ ten-thousandfold. Adam's first step is
// $\hat m/\sqrt{\hat v} = g/|g|$: each moves by just the learning rate. RMSProp, whose mean starts
// at zero and is not corrected, moves each by $1/\sqrt{1 - \alpha} = 10$ times the rate: a reason
// for smaller rates or a warm-up.

void first_steps(Session& session) {
    std::puts("\nThe first step at rate 0.001, for gradients of 100, 1 and 0.01");
    double adam_step = 0;
    for (const Rule& rule : rules) {
        Parameter w{autograd::full({3}, 0)};
        const auto optimizer = rule.make({{"w", &w}}, 1e-3f);
        Tape tape;
        optimizer->step(tape.backward(
            sum(tape.constant(autograd::array({3}, {100, 1, 0.01})) * tape.parameter(w))));
        std::printf("  %-9s %12.3e %12.3e %12.3e\n", rule.name, double{w.value(0)},
                    double{w.value(1)}, double{w.value(2)});
        adam_step = double{w.value(2)};
    }
    session.result("adam_first_step", adam_step);
}

// ### A module
//
// A module is a struct with its parts as members, a call operator that says how they are joined,
// and `visit`, which names them. Counting, printing, saving and optimizing parameters are written
// once, in `nn/module.hpp`, over `visit`.

struct Classifier {
    nn::Linear hidden, output;
    nn::Dropout dropout;

    Classifier(const nn::Dataset& data, std::size_t units, double dropout_rate, nn::Random& random)
        : hidden(data.images.shape(1), units, random),
          output(units, data.classes, random),
          dropout(dropout_rate, random) {}

    /// Logits (B, C) of images (B, D).
    Variable operator()(Variable x) const { return output(dropout(relu(hidden(x)))); }

    void visit(auto&& see) {
        see("hidden", hidden);
        see("output", output);
    }
};

/// Which class of row i has the largest logit.
std::size_t decision(const Array& logits, std::size_t i) {
    const Real* const row = logits.data() + i * logits.shape(1);
    return static_cast<std::size_t>(std::max_element(row, row + logits.shape(1)) - row);
}

/// The share of examples that are decided as labelled.
double accuracy(const Array& logits, const nn::Indices& labels) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += decision(logits, i) == labels[i];
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

// Data that is not learnt from is looked at in **inference mode**: nothing is recorded, and dropout
// stands still.

nn::Metrics judge(const Classifier& net, const nn::Dataset& data, Tape& tape) {
    tape.rewind();
    const autograd::InferenceMode inference(tape);
    const Variable logits = net(tape.constant(data.images));
    return {{"loss", double{nn::categorical_loss(logits, data.labels).item()}},
            {"accuracy", accuracy(logits.value(), data.labels)}};
}

// ### Three parts of the data
//
// What is learnt from must not be what one is judged by. And what *choices* are made by, such as
// the learning rates below, is learnt from as well, only more slowly. So there are three parts:
// **training** data for the weights, **validation** data for our choices, and **test** data, which
// is looked at once, at the end, for the number that is reported.

struct Parts {
    nn::Dataset train, validation, test;
};

Parts divide(const nn::TrainTest& data) {
    const std::size_t held_out = std::min<std::size_t>(10000, data.train.size() / 6);
    Parts parts{nn::first(data.train, data.train.size() - held_out), nn::last(data.train, held_out),
                data.test};
    tutorials::require_classes(parts.validation, "validation images", 1);
    return parts;
}

// ### The loop
//
// Training is five lines. *Rewind* the tape, or it grows for ever. Compute the *loss* of a
// minibatch. Go *backward* for all gradients. *Step*. And take the minibatches in a *new random
// order* each epoch, or the network learns the order.
//
// Before a long run, two questions save hours. Is the first loss that of knowing nothing, $\ln 10$?
// Here it was @result{first_loss}. Can the net learn one batch by heart? If not, something is
// broken that no tuning will mend. After 100 steps on the same 32 images the loss was
// @result{one_batch_loss}.

void the_loop(Session& session, const Parts& data) {
    nn::Random random(session.flags.seed);
    Classifier net(data.train, 64, 0, random);
    std::puts("\nA classifier and its parameters");
    nn::print_parameters(std::cout, nn::parameters(net));

    nn::Sgd optimizer(net, {.learning_rate = 0.1f});
    nn::Batches batches(data.train, 128);
    Tape tape;
    std::puts("\nThe loop: SGD at rate 0.1 over the training images once, loss of the minibatch");
    for (const nn::Batch& batch : batches.shuffled(random)) {
        tape.rewind();
        const Variable loss = nn::categorical_loss(net(tape.constant(batch.images)), batch.labels);
        optimizer.step(tape.backward(loss));

        const auto t = optimizer.steps();
        if (t == 1) session.result("first_loss", double{loss.item()});
        if ((t & (t - 1)) == 0)
            std::printf("  step %3zu: %.4f\n", static_cast<std::size_t>(t), double{loss.item()});
    }

    Classifier learner(data.train, 64, 0, random);
    nn::Adam adam(learner, {.learning_rate = 3e-3f});
    const nn::Dataset few = nn::first(data.train, 32);
    double by_heart = 0;
    for (int t = 0; t < 100; ++t) {
        tape.rewind();
        const Variable loss = nn::categorical_loss(learner(tape.constant(few.images)), few.labels);
        adam.step(tape.backward(loss));
        by_heart = double{loss.item()};
    }
    session.result("one_batch_loss", by_heart);
}

// ### How noisy is a minibatch?
//
// Compare the gradient of $B$ images with that of 10 000: the length of the difference over the
// length of the true one, averaged over 40 draws. It falls as $B$ to the power @result{noise_slope}
// (theory: −½). At $B = 128$ the error is @result{noise_at_128} times the gradient itself, and yet
// the loop above learns: the errors of many steps average out.

/// All gradients in one row.
std::vector<double> gradient_of(Classifier& net, const nn::Batch& batch, Tape& tape) {
    tape.rewind();
    const autograd::Gradients& gradients =
        tape.backward(nn::categorical_loss(net(tape.constant(batch.images)), batch.labels));
    std::vector<double> out;
    for (const auto& [name, parameter, frozen] : nn::parameters(net)) {
        const Array& gradient = gradients.of(*parameter);
        out.insert(out.end(), gradient.begin(), gradient.end());
    }
    return out;
}

double length_of_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) total += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(total);
}

Plot gradient_noise(Session& session, const nn::Dataset& data) {
    nn::Random random(session.flags.seed);
    Classifier net(data, 64, 0, random);
    Tape tape;
    nn::Batches all(data, data.size());
    const std::vector<double> truth = gradient_of(net, *all.in_order().begin(), tape);
    const double length = length_of_difference(truth, std::vector<double>(truth.size(), 0.0));

    std::puts("\nError of a minibatch's gradient, relative to the gradient of all images");
    Plot::Numbers sizes, errors;
    for (std::size_t size = 4; size <= 512; size *= 2) {
        nn::Batches batches(data, size);
        double error = 0;
        constexpr int draws = 40;
        for (int draw = 0; draw < draws; ++draw)
            error += length_of_difference(gradient_of(net, *batches.shuffled(random).begin(), tape),
                                          truth) /
                     length / draws;
        std::printf("  B = %3zu: %.3f\n", size, error);
        sizes.push_back(static_cast<double>(size));
        errors.push_back(error);
        if (size == 128) session.result("noise_at_128", error);
    }
    session.result("noise_slope", std::log(errors.back() / errors.front()) /
                                      std::log(sizes.back() / sizes.front()));
    Plot::Numbers theory;
    for (const double size : sizes) theory.push_back(errors[0] * std::sqrt(sizes[0] / size));
    return Plot{{.title = "error of a minibatch's gradient",
                 .x = "examples in the batch",
                 .y = "error / length of the gradient",
                 .log_x = true,
                 .log_y = true}}
        .line("measured", sizes, errors)
        .line("1/√B", sizes, theory);
}

// And the floor that this noise leads to? Take one weight in a bowl, $L = \frac12 w^2$, whose
// gradient comes with noise of variance 1, and average over 2000 walks. At rate 0.5 the loss ends
// at @result{floor_measured} and equation (1) says @result{floor_predicted}. A tenth of the rate
// has a floor of about a thirteenth, and takes ten times as long to get there. A rate that falls as
// $1/t$ keeps going down: large steps while the way is far, small ones when only noise is left.
//
// @figure{noise.png, Left: the error of a minibatch's gradient falls as one over the square root of
// its size. Right: the average loss of one weight that descends on noisy gradients, at two constant
// rates with the floors that theory predicts, and at a rate that decays.}

/// The mean loss ½ w² at each step, over many walks that start at w = 3.
Plot::Numbers noisy_descent(const nn::Schedule& rate, std::size_t steps, std::size_t walks,
                            nn::Random& random) {
    Plot::Numbers mean(steps, 0.0);
    Array noise = autograd::full({steps}, 0);
    for (std::size_t walk = 0; walk < walks; ++walk) {
        random.normal(noise);
        double w = 3;
        for (std::size_t t = 0; t < steps; ++t) {
            mean[t] += w * w / 2 / static_cast<double>(walks);
            w -= rate(static_cast<double>(t)) * (w + double{noise(t)});
        }
    }
    return mean;
}

double predicted_floor(double rate) { return rate / (2 * (2 - rate)); }

Plot noise_floor(Session& session) {
    nn::Random random(session.flags.seed);
    const std::size_t walks = session.flags.quick ? 200 : 2000;
    constexpr std::size_t steps = 150;
    Plot plot{
        {.title = "descent on noisy gradients", .x = "step", .y = "mean loss", .log_y = true}};
    Plot::Numbers time(steps);
    for (std::size_t t = 0; t < steps; ++t) time[t] = static_cast<double>(t);

    std::puts("\nDescent on noisy gradients: mean loss of the last 50 of 150 steps");
    const auto show = [&](const std::string& label, const nn::Schedule& rate) {
        const Plot::Numbers loss = noisy_descent(rate, steps, walks, random);
        plot.line(label, time, loss);
        double last = 0;
        for (std::size_t t = steps - 50; t < steps; ++t) last += loss[t] / 50;
        return last;
    };
    const double measured = show("rate 0.5", nn::schedule::constant(0.5));
    std::printf("  rate 0.5:      %.4f, predicted %.4f\n", measured, predicted_floor(0.5));
    std::printf("  rate 0.05:     %.4f, predicted %.4f\n",
                show("rate 0.05", nn::schedule::constant(0.05)), predicted_floor(0.05));
    std::printf("  rate 1/(2 + t): %.4f\n",
                show("rate 1/(2 + t)", [](double t) { return 1 / (2 + t); }));
    plot.level("floors of theory", predicted_floor(0.5)).level("", predicted_floor(0.05));
    session.result("floor_measured", measured);
    session.result("floor_predicted", predicted_floor(0.5));
    return plot;
}

// ### Experiments that can be repeated
//
// From here on we compare. A comparison is fair when the two sides differ in one thing, so
// everything that makes up a run is written down in a `Recipe`, and a `Run` starts from the same
// weights and deals the same batches whatever the recipe. `nn::Training` is the loop of above with
// what surrounds it: epochs, the history, checkpoints, Ctrl-C. (Its history calls held-out numbers
// `test_`; here they are measured on the validation part.)

struct Recipe {
    std::size_t rule = 3;  ///< which of the four; Adam
    double rate = 1e-3;
    nn::Schedule schedule = {};  ///< in place of the rate
    std::size_t epochs = 10;
    std::size_t batch = 128;
    std::size_t units = 64;
    double dropout = 0;
    double weight_decay = 0;  ///< with Adam
};

std::unique_ptr<nn::Optimizer> make_optimizer(const Recipe& recipe, Classifier& net) {
    const Real rate = static_cast<Real>(recipe.rate);
    if (recipe.weight_decay > 0)
        return std::make_unique<nn::Adam>(
            net, nn::AdamSettings{.learning_rate = rate,
                                  .weight_decay = static_cast<Real>(recipe.weight_decay)});
    return rules[recipe.rule].make(nn::parameters(net), rate);
}

/// A loss above this, in nats, has left all bounds; it starts at 2.3.
constexpr double lost = 1000;
struct Diverged {};

struct Run {
    nn::Random random;
    Classifier net;
    std::unique_ptr<nn::Optimizer> optimizer;
    nn::History history;
    double images_per_second = 0;
    bool diverged = false;

    Run(Session& session, const std::string& name, const Recipe& recipe, const nn::Dataset& data,
        const nn::Dataset& held_out)
        : random(session.flags.seed),
          net(data, recipe.units, recipe.dropout, random),
          optimizer(make_optimizer(recipe, net)) {
        const bool main_run = name == "model";
        const bool shorten = session.flags.quick && !main_run;
        nn::Batches batches(data, std::min(recipe.batch, data.size()));
        nn::Training training(
            {.epochs = shorten ? std::min<std::size_t>(recipe.epochs, 2) : recipe.epochs,
             .name = name,
             .folder = main_run ? session.flags.out : session.file("runs"),
             .resume = session.flags.resume,
             .learning_rate = recipe.schedule,
             .quiet = !main_run},
            net, *optimizer, random);
        Tape tape;
        const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
            tape.rewind();
            const Variable logits = net(tape.constant(batch.images));
            const Variable loss = nn::categorical_loss(logits, batch.labels);
            if (!(loss.item() < lost)) throw Diverged{};
            optimizer->step(tape.backward(loss));
            return {{"loss", double{loss.item()}},
                    {"accuracy", accuracy(logits.value(), batch.labels)}};
        };
        try {
            training.run(batches, step, [&] { return judge(net, held_out, tape); });
        } catch (const Diverged&) {
            diverged = true;
        }
        history = training.history();
        images_per_second = training.images_per_second();
    }
    Run(const Run&) = delete;  // the optimizer and the dropout point into it

    double validation_loss() const { return diverged ? lost : history.column("test_loss").back(); }
    double validation_accuracy() const {
        return diverged ? 0 : history.column("test_accuracy").back();
    }
    double train_loss() const { return diverged ? lost : history.column("train_loss").back(); }

    /// A line of a plot, a point per epoch; x counts epochs, or `x_step` for each of them.
    void draw(Plot& plot, const std::string& label, const std::string& column,
              double x_step = 1) const {
        if (history.rows.empty()) return;
        Plot::Numbers x = history.column("epoch");
        for (double& epoch : x) epoch *= x_step;
        plot.line(label, x, history.column(column));
    }
};

// ### Too high, too low
//
// The learning rate is the one number that has to be right. So it is not guessed but swept: half a
// power of ten at a time, each rule for three epochs of 10 000 images, judged on the validation
// part.
//
// @figure{rates.png, Validation loss after three epochs against the learning rate, for four rules.
// Too low crawls, too high diverges; where a line leaves the figure, the loss left all bounds. The
// grey line is ln 10, knowing nothing.}
//
// Every rule has its valley. Left of it the runs crawl: they would get there, some day. Right of it
// they are thrown back to $\ln 10$, knowing nothing, or leave all bounds ("lost" in the
// transcript). Momentum's left slope is SGD's at a tenth of the rate, as a memory of
// $1/(1 - \mu) = 10$ steps has it. RMSProp and Adam divide by the gradients' size, so that their
// rates are a scale of their own. Adam's valley is the widest, and that is why "Adam, 1e-3" is
// where everybody starts.

/// For each rule the rate with the lowest validation loss.
std::array<double, 4> sweep_rates(Session& session, const Parts& data) {
    const nn::Dataset small = nn::first(data.train, 10000);
    const nn::Dataset judged = nn::first(data.validation, 5000);
    constexpr std::array from{-6, -7, -10, -10}, to{2, 1, -2, -1};  // in half powers of ten
    std::puts("\nToo high, too low: validation loss after 3 epochs of 10 000 images");
    std::puts("      rate       SGD  momentum   RMSProp      Adam");
    std::array<Plot::Numbers, 4> rates, losses;
    for (int k = -10; k <= 2; ++k) {
        const double rate = std::pow(10.0, k / 2.0);
        std::printf("  %8.0e", rate);
        for (std::size_t rule = 0; rule < rules.size(); ++rule) {
            if (k < from[rule] || k > to[rule]) {
                std::printf("          ");
                continue;
            }
            const std::string name = std::string("rate_") + rules[rule].name + std::to_string(k);
            const Run run(session, name, {.rule = rule, .rate = rate, .epochs = 3}, small, judged);
            rates[rule].push_back(rate);
            losses[rule].push_back(run.validation_loss());
            std::printf(run.diverged ? "      lost" : "%10.4f", losses[rule].back());
        }
        std::puts("");
    }
    Plot plot{{.x = "learning rate",
               .y = "validation loss (nats per image)",
               .log_x = true,
               .y_range = {{0.4, 2.6}}}};
    std::array<double, 4> best{};
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
        const auto lowest = std::min_element(losses[rule].begin(), losses[rule].end());
        best[rule] = rates[rule][static_cast<std::size_t>(lowest - losses[rule].begin())];
        plot.line(rules[rule].name, rates[rule], losses[rule]);
    }
    plot.level("ln 10", std::log(10.0)).save(session.file("rates.png"));
    session.result("best_rates", {best.begin(), best.end()});
    return best;
}

// ### The four rules compared
//
// Each at its best rate of the sweep, ten epochs of 20 000 images, same start, same batches.
//
// @figure{optimizers.png, Training loss (left) and validation loss (right) of four optimizers, each
// at its best rate.}
//
// After ten epochs the validation losses were @result{optimizer_validation_losses} (in the order
// SGD, momentum, RMSProp, Adam). Two remarks. The differences are smaller than a wrong rate would
// make them, so a comparison without a sweep compares luck. And a rate that is best for three
// epochs is too high for ten: the validation curves jump about, which is the noise floor of
// equation (1). That is what schedules are for.
//
// Where did Adam's rates per parameter end up? Its state holds $v$, the mean square of each
// weight's gradients, and $\eta/\sqrt{\hat v}$ is what the next one is multiplied by. Averaged over
// the hidden units, there is one number for each pixel of the image, and it is a picture.
//
// @figure{adaptive.png, Left: the mean training image. Middle: the size of the gradients of the
// weights that look at each pixel, as Adam remembers it. Right: the rate that Adam gives these
// weights, on a logarithmic scale, bright for large: careful in the middle, where every image has
// something to say, bold at the rim, where hardly any does.}
//
// Between pixels in the upper tenth and in the lower tenth, Adam's rates differ by a factor of
// @result{adaptive_rate_ratio}.

/// Scales numbers to [0, 1], all but the highest and lowest twentieth, which are clamped.
void stretch(std::vector<double>& values) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const double low = sorted[sorted.size() / 20], high = sorted[sorted.size() * 19 / 20];
    for (double& value : values)
        value = std::clamp((value - low) / std::max(high - low, 1e-30), 0.0, 1.0);
}

void draw_adaptive_rates(Session& session, const nn::Dataset& data, Run& run) {
    const Array* squares = nullptr;
    for (const auto& [name, array] : run.optimizer->state())
        if (name == "hidden.weight/mean_square") squares = array;
    const std::size_t units = squares->shape(0), pixels = squares->shape(1);
    const double unbias = 1 - std::pow(0.999, static_cast<double>(run.optimizer->steps()));

    std::vector<double> image(pixels, 0.0), gradient(pixels, 0.0), rate(pixels, 0.0);
    for (std::size_t p = 0; p < pixels; ++p) {
        for (std::size_t i = 0; i < data.size(); ++i) image[p] += double{data.images(i, p)};
        for (std::size_t u = 0; u < units; ++u)
            gradient[p] += std::sqrt(double{(*squares)(u, p)} / unbias) / double(units);
        rate[p] = -std::log10(gradient[p] + 1e-8);
    }
    std::vector<double> sorted = rate;
    std::sort(sorted.begin(), sorted.end());
    session.result("adaptive_rate_ratio",
                   std::pow(10, sorted[pixels * 9 / 10] - sorted[pixels / 10]));

    Array pictures = autograd::full({3, pixels}, 0);
    std::size_t row = 0;
    for (std::vector<double>* values : {&image, &gradient, &rate}) {
        stretch(*values);
        for (std::size_t p = 0; p < pixels; ++p) pictures(row, p) = static_cast<Real>((*values)[p]);
        ++row;
    }
    tutorials::save_image_rows(session.file("adaptive.png"), {pictures}, data.item, 10);
}

void compare_rules(Session& session, const Parts& data, const std::array<double, 4>& rates) {
    const nn::Dataset twenty = nn::first(data.train, 20000);
    const nn::Dataset judged = nn::first(data.validation, 5000);
    std::puts("\nFour rules, each at its best rate, 10 epochs of 20 000 images");
    std::puts("               rate    training loss   validation loss   validation accuracy");
    Plot train{{.title = "training", .x = "epoch", .y = "loss (nats per image)"}};
    Plot validation{{.title = "validation", .x = "epoch", .y = "loss (nats per image)"}};
    std::vector<double> losses;
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
        Run run(session, std::string("rule_") + rules[rule].name,
                {.rule = rule, .rate = rates[rule], .epochs = 10}, twenty, judged);
        std::printf("  %-9s %8.4f   %14.4f   %15.4f   %19.4f\n", rules[rule].name, rates[rule],
                    run.train_loss(), run.validation_loss(), run.validation_accuracy());
        run.draw(train, rules[rule].name, "train_loss");
        run.draw(validation, rules[rule].name, "test_loss");
        losses.push_back(run.validation_loss());
        if (rule == 3) draw_adaptive_rates(session, twenty, run);
    }
    tutorials::save_plots(session.file("optimizers.png"), {train, validation}, 2);
    session.result("optimizer_validation_losses", losses);
}

// ### Schedules
//
// A schedule is a function of time. Five of them, all from the rate 0.1 and all with momentum, and
// beside them a lower constant rate, for fairness: over ten epochs 0.03 is better than 0.1.
//
// @figure{schedules.png, Left: the learning rate over ten epochs. Right: the validation loss. Where
// the rate ends low, the loss comes down and stops jumping.}
//
// The last loss of the constant rate was @result{schedule_constant}, that of the lower one
// @result{schedule_constant_lower}, and with the cosine it was @result{schedule_cosine}. All that
// decay are better than both that do not.
//
// A **warm-up** raises the rate from zero over the first two epochs. It is an insurance for the
// beginning, when gradients are large and point anywhere. At this rate it is not needed. At three
// times the rate it pays: the cosine alone ended at @result{schedule_hot_cosine}, with warm-up at
// @result{schedule_hot_warm_up}.

struct Trial {
    const char* name;
    const char* key;
    nn::Schedule schedule;
};

void compare_schedules(Session& session, const Parts& data) {
    const nn::Dataset twenty = nn::first(data.train, 20000);
    const nn::Dataset judged = nn::first(data.validation, 5000);
    constexpr double rate = 0.1, epochs = 10;
    const std::vector<Trial> trials{
        {"constant", "constant", nn::schedule::constant(rate)},
        {"constant, lower", "constant_lower", nn::schedule::constant(0.3 * rate)},
        {"step", "step", nn::schedule::step_decay(rate, 4, 0.2)},
        {"exponential", "exponential", nn::schedule::exponential_decay(rate, 0.7)},
        {"cosine", "cosine", nn::schedule::cosine(rate, 0, epochs)},
        {"warm-up, cosine", "warm_up",
         nn::schedule::warm_up(2, nn::schedule::cosine(rate, 0, epochs))},
        {"hot cosine", "hot_cosine", nn::schedule::cosine(3 * rate, 0, epochs)},
        {"hot warm-up", "hot_warm_up",
         nn::schedule::warm_up(2, nn::schedule::cosine(3 * rate, 0, epochs))},
    };
    std::puts("\nSchedules for momentum, 10 epochs of 20 000 images (from rate 0.1; hot: 0.3)");
    std::puts("                     training loss   validation loss   validation accuracy");
    Plot rates{{.title = "learning rate", .x = "epoch", .y = "rate", .legend = false}};
    Plot losses{{.title = "validation", .x = "epoch", .y = "loss (nats per image)"}};
    std::vector<double> last;
    for (const auto& [name, key, schedule] : trials) {
        const Run run(session, std::string("schedule_") + key,
                      {.rule = 1, .rate = rate, .schedule = schedule, .epochs = 10}, twenty,
                      judged);
        std::printf("  %-16s   %13.4f   %15.4f   %19.4f\n", name, run.train_loss(),
                    run.validation_loss(), run.validation_accuracy());
        last.push_back(run.validation_loss());
        if (schedule(1) > rate) continue;
        Plot::Numbers time, value;
        for (int i = 0; i < 200; ++i) {
            time.push_back(epochs * i / 200);
            value.push_back(schedule(time.back()));
        }
        rates.line(name, time, value);
        run.draw(losses, name, "test_loss");
    }
    for (std::size_t i = 0; i < trials.size(); ++i)
        session.result(std::string("schedule_") + trials[i].key, last[i]);
    tutorials::save_plots(session.file("schedules.png"), {rates, losses}, 2);
}

// ### Batch size
//
// Plain SGD, five epochs over the same 20 000 images, with batches of 8 to 2048. Larger batches
// mean fewer steps. At one rate for all, the batch of 2048 takes 50 steps where the batch of 8
// takes 12 500, and ends at @result{batch_2048_same_rate} against @result{batch_8_same_rate}: it
// crawls. Its gradients are better, so let it take larger steps: with a rate **in proportion to the
// batch** (the *linear scaling rule*, Goyal and others 2017) batches of 8 to 128 end at nearly the
// same loss. It must break where the rate meets the bound $2/a_{\max}$, which no batch size moves:
// at 2048 and a rate of 1.6 the loss was @result{batch_2048_scaled}.
//
// @figure{batch.png, Left: training loss after five epochs against the batch size, at the same rate
// for all and at a rate in proportion. Right: training images per second.}
//
// Why not always small, then? A step of eight images uses the processor less well: it ran at
// @result{small_batch_images_per_second} images per second, and one of 512 at
// @result{large_batch_images_per_second}. With more cores, or on a graphics card, the gap is wider.
// The usual 64 to 256 are a treaty between the two.

void compare_batches(Session& session, const Parts& data) {
    const nn::Dataset twenty = nn::first(data.train, 20000);
    const nn::Dataset judged = nn::first(data.validation, 5000);
    std::puts("\nBatch sizes, SGD, 5 epochs of 20 000 images: training loss");
    std::puts("  batch     rate 0.1   rate in proportion   images per second");
    Plot losses{{.title = "after five epochs",
                 .x = "batch size",
                 .y = "training loss (nats per image)",
                 .log_x = true}};
    std::vector<std::string> names;
    Plot::Numbers sizes, same, scaled, speed;
    for (const std::size_t batch : {8, 32, 128, 512, 2048}) {
        const double proportional = 0.1 * static_cast<double>(batch) / 128;
        const std::string name = "batch_" + std::to_string(batch);
        const Run a(session, name, {.rule = 0, .rate = 0.1, .epochs = 5, .batch = batch}, twenty,
                    judged);
        const Run b(session, name + "_scaled",
                    {.rule = 0, .rate = proportional, .epochs = 5, .batch = batch}, twenty, judged);
        sizes.push_back(static_cast<double>(batch));
        names.push_back(std::to_string(batch));
        same.push_back(a.train_loss());
        scaled.push_back(b.train_loss());
        speed.push_back(a.images_per_second);
        std::printf("  %5zu   %10.4f   %18.4f   %17.0f\n", batch, same.back(), scaled.back(),
                    speed.back());
    }
    losses.line("rate 0.1", sizes, same).line("rate in proportion", sizes, scaled);
    std::vector<Plot> plots{losses};
    const double fastest = *std::max_element(speed.begin(), speed.end());
    if (fastest > 0) {  // a resumed run only loads what is finished, and measures no speed
        plots.push_back(Plot{{.title = "speed",
                              .x = "batch size",
                              .y = "images per second",
                              .y_range = {{0, 1.1 * fastest}}}});
        plots.back().bars("", names, speed);
    }
    tutorials::save_plots(session.file("batch.png"), plots, 2);
    session.result("batch_8_same_rate", same.front());
    session.result("batch_2048_same_rate", same.back());
    session.result("batch_2048_scaled", scaled.back());
    session.result("small_batch_images_per_second", speed.front());
    session.result("large_batch_images_per_second", speed[3]);
}

// ### Learning and memorising
//
// Now take data away. A thousand images, and a network with a hundred times as many weights. The
// training loss goes to zero. The validation loss goes down, turns, and rises: from there on, what
// the network learns is about these thousand images and not about clothes. That is **overfitting**,
// and it cannot be seen from the training data.
//
// How far can memory go? Shuffle the labels, so that there is nothing to learn at all. The training
// accuracy was @result{shuffled_train_accuracy}, with 256 hidden units after 3000 steps. What did
// you guess? (The experiment is that of Zhang and others 2017.) A network that gives back what it
// was shown has shown nothing; in the next chapter, where the labels are the inputs themselves,
// this becomes the central difficulty.
//
// Four cures. **Early stopping** keeps the epoch where the validation loss is least: here epoch
// @result{stop_epoch}, with a loss of @result{stopped_loss} in place of @result{plain_loss} at the
// end. **Weight decay** pulls all weights towards zero, so that only what pays for itself stays
// (@result{decay_loss}). **Dropout** silences half of the hidden units at random in each step, so
// that none can rely on the others (@result{dropout_loss}). And **more data**: ten thousand images,
// for the same number of steps (@result{more_data_loss}). Nothing replaces data.
//
// @figure{overfitting.png, Left: training and validation loss of a network that learns from a
// thousand images; the dashed line is where one should have stopped. Right: the validation loss
// with three cures, for the same number of steps.}

void overfit(Session& session, const Parts& data) {
    const nn::Dataset thousand = nn::first(data.train, 1000);
    const nn::Dataset ten_thousand = nn::first(data.train, 10000);
    const nn::Dataset judged = nn::first(data.validation, 5000);
    nn::Dataset shuffled = thousand;
    nn::Random random(session.flags.seed);
    random.shuffle(shuffled.labels);

    std::puts("\nLearning from 1000 images, 1200 steps of 50");
    std::puts("                      training            validation");
    std::puts("                      loss     accuracy   loss     accuracy   least loss, in epoch");
    const auto show = [](const char* name, const Run& run) {
        const auto losses = run.history.column("test_loss");
        const auto least = std::min_element(losses.begin(), losses.end());
        const double epoch = static_cast<double>(least - losses.begin()) + 1;
        std::printf("  %-18s  %.4f   %.4f     %.4f   %.4f     %.4f   %5.0f\n", name,
                    run.train_loss(), run.history.column("train_accuracy").back(),
                    run.validation_loss(), run.validation_accuracy(), *least, epoch);
        return std::pair{epoch, *least};
    };
    const auto train = [&](const char* name, const Recipe& recipe, const nn::Dataset& images) {
        return std::make_unique<Run>(session, name, recipe, images, judged);
    };
    const auto plain = train("overfit", {.epochs = 60, .batch = 50, .units = 128}, thousand);
    const auto decay = train(
        "overfit_decay", {.epochs = 60, .batch = 50, .units = 128, .weight_decay = 1}, thousand);
    const auto dropout = train("overfit_dropout",
                               {.epochs = 60, .batch = 50, .units = 128, .dropout = 0.5}, thousand);
    const auto more =
        train("overfit_more_data", {.epochs = 6, .batch = 50, .units = 128}, ten_thousand);
    const auto nonsense = train("overfit_shuffled",
                                {.rate = 2e-3, .epochs = 150, .batch = 50, .units = 256}, shuffled);
    const auto [stop_epoch, stopped_loss] = show("plain", *plain);
    show("weight decay", *decay), show("dropout", *dropout), show("10 000 images", *more);
    show("shuffled labels", *nonsense);

    Plot gap{{.title = "a thousand images", .x = "step", .y = "loss (nats per image)"}};
    plain->draw(gap, "training", "train_loss", 20);
    plain->draw(gap, "validation", "test_loss", 20);
    gap.level("least validation", stopped_loss);
    Plot cures{{.title = "validation", .x = "step", .y = "loss (nats per image)"}};
    plain->draw(cures, "plain", "test_loss", 20);
    decay->draw(cures, "weight decay", "test_loss", 20);
    dropout->draw(cures, "dropout", "test_loss", 20);
    more->draw(cures, "10 000 images", "test_loss", 200);
    tutorials::save_plots(session.file("overfitting.png"), {gap, cures}, 2);

    session.result("shuffled_train_accuracy", nonsense->history.column("train_accuracy").back());
    session.result("plain_loss", plain->validation_loss());
    session.result("stop_epoch", stop_epoch);
    session.result("stopped_loss", stopped_loss);
    session.result("decay_loss", decay->validation_loss());
    session.result("dropout_loss", dropout->validation_loss());
    session.result("more_data_loss", more->validation_loss());
}

// ### A classifier, and what it gets wrong
//
// All of it together: Adam, a warm-up and a cosine, a little dropout, 256 hidden units, all
// training images. Every choice was made on the validation part; the test part is looked at here
// for the first and only time. The accuracy on it was @result{test_accuracy}, its loss
// @result{test_loss} nats per image.
//
// @figure{training.png, Loss of the classifier, epoch by epoch. In the first epochs the training
// loss lies above the validation loss: it is a mean over the epoch, beginning included, and with
// dropout at work.}
//
// @figure{mistakes.png, The ten test images that the classifier got wrong with the greatest
// confidence; what it took them for is in the transcript.}

std::vector<double> probabilities(const Array& logits, std::size_t i) {
    const std::size_t classes = logits.shape(1);
    std::vector<double> out(logits.data() + i * classes, logits.data() + (i + 1) * classes);
    const double largest = *std::max_element(out.begin(), out.end());
    double total = 0;
    for (double& p : out) total += p = std::exp(p - largest);
    for (double& p : out) p /= total;
    return out;
}

/// For each class how many are right, and what the others were most often taken for.
void print_confusions(const Array& logits, const nn::Dataset& data) {
    std::vector<std::vector<std::size_t>> taken_for(data.classes,
                                                    std::vector<std::size_t>(data.classes));
    for (std::size_t i = 0; i < data.size(); ++i) ++taken_for[data.labels[i]][decision(logits, i)];
    std::puts("\nTest images by class");
    for (std::size_t c = 0; c < data.classes; ++c) {
        auto& row = taken_for[c];
        std::size_t all = 0;
        for (const std::size_t count : row) all += count;
        const std::size_t right = std::exchange(row[c], 0);
        const auto most = std::max_element(row.begin(), row.end());
        std::printf("  %-12s %4zu of %4zu right; %3zu taken for %s\n", data.class_names[c].c_str(),
                    right, all, *most,
                    data.class_names[static_cast<std::size_t>(most - row.begin())].c_str());
    }
}

void show_mistakes(Session& session, const Array& logits, const nn::Dataset& data) {
    std::vector<std::pair<double, std::size_t>> mistakes;
    for (std::size_t i = 0; i < data.size(); ++i)
        if (const std::size_t taken = decision(logits, i); taken != data.labels[i])
            mistakes.emplace_back(probabilities(logits, i)[taken], i);
    std::sort(mistakes.rbegin(), mistakes.rend());
    mistakes.resize(std::min<std::size_t>(mistakes.size(), 10));
    if (mistakes.empty()) return;

    std::puts("\nWrong and sure (the images of mistakes.png from left to right)");
    const std::size_t pixels = data.images.shape(1);
    Array images = autograd::full({mistakes.size(), pixels}, 0);
    for (std::size_t k = 0; k < mistakes.size(); ++k) {
        const auto [confidence, i] = mistakes[k];
        std::copy_n(data.images.data() + i * pixels, pixels, images.data() + k * pixels);
        std::printf("  %-12s taken for %-12s with probability %.4f\n",
                    data.class_names[data.labels[i]].c_str(),
                    data.class_names[decision(logits, i)].c_str(), confidence);
    }
    tutorials::save_image_rows(session.file("mistakes.png"), {images}, data.item, 4);
}

void train_classifier(Session& session, const Parts& data) {
    const auto& flags = session.flags;
    const double rate = flags.learning_rate, epochs = static_cast<double>(flags.epochs);
    std::printf("\nA classifier, %zu images, 256 hidden units (\"test\" is the validation part)\n",
                data.train.size());
    std::fflush(stdout);
    Run run(session, "model",
            {.rate = rate,
             .schedule = nn::schedule::warm_up(0.5, nn::schedule::cosine(rate, 0, epochs)),
             .epochs = flags.epochs,
             .batch = flags.batch,
             .units = 256,
             .dropout = 0.2},
            data.train, data.validation);

    Tape tape;
    for (const auto& [name, value] : judge(run.net, data.test, tape))
        session.result(std::string("test_") + name, value);
    session.result("train_images_per_second", run.images_per_second);
    const autograd::InferenceMode inference(tape);
    const Array logits = run.net(tape.constant(data.test.images)).value();
    print_confusions(logits, data.test);
    show_mistakes(session, logits, data.test);

    Plot losses{{.x = "epoch", .y = "loss (nats per image)"}};
    run.draw(losses, "training", "train_loss");
    run.draw(losses, "validation", "test_loss");
    losses.save(session.file("training.png"));
}

// ### What the program does

void lesson(Session& session) {
    const Parts data = divide(session.load_data());
    if (session.flags.quick)
        std::puts("With --quick there are fewer images and epochs than the headings below say.");
    wrong_loss_first(session);
    ravine_walks(session);
    first_steps(session);
    the_loop(session, data);
    tutorials::save_plots(
        session.file("noise.png"),
        {gradient_noise(session, nn::first(data.train, 10000)), noise_floor(session)}, 2);

    const std::array<double, 4> rates = sweep_rates(session, data);
    compare_rules(session, data, rates);
    compare_schedules(session, data);
    compare_batches(session, data);
    overfit(session, data);
    train_classifier(session, data);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "02_training",
                           .title = "Training",
                           .defaults = {.epochs = 12, .batch = 128, .learning_rate = 2e-3}},
                          lesson);
}

// ## Check it
//
// `meson test -C build nn "nn in double"` runs the tests of this floor of the house. One group at a
// time:
//
// - `build/tests/nn/nn -tc="the first steps of*"`: the four rules against steps computed by hand;
// - `build/tests/nn/nn -tc="the optimizers walk the path of PyTorch's*"`: and against another
//   library;
// - `build/tests/nn/nn -tc="every optimizer*"`: on a bowl of condition 100, Rosenbrock's valley and
//   Beale's function;
// - `build/tests/nn/nn -tc="*schedule*,a warm-up*"`: textbook values;
// - `build/tests/nn/nn_double -tc="losses*"`: values by plain double loops, reductions, gradients;
// - `build/tests/nn/nn -tc="training interrupted*"`: a run that was interrupted anywhere ends in
//   the same bits.
//
// ## Run it
//
// `build/tutorials/02_training`, within a minute or two; `--quick` for a few seconds. `--epochs`,
// `--batch` and `--learning-rate` are those of the last classifier; the comparisons have their own.
// Ctrl-C at any time, and `--resume` goes on: every finished run is only loaded.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `ravine.png`: above left, too low crawls and too high flies apart, on two weights. Above right
//   and below left, the same ravine twice: paths of SGD and momentum are turned copies of each
//   other, those of RMSProp and Adam are not.
// - `rates.png`: the one plot to make before anything else is compared.
// - `optimizers.png`, `schedules.png`: when a validation curve jumps about, its rate is too high to
//   end with. Lower it and the curve drops.
// - `noise.png`: two laws that hold to a few per cent, $1/\sqrt B$ and equation (1).
// - `adaptive.png`: what "a rate per parameter" looks like for a first layer.
// - `batch.png`: the lines meet at the batch that the rate was chosen for.
// - `overfitting.png`: the gap between the curves is what was memorised.
// - `mistakes.png`: some of these the authors of the set might have labelled otherwise. A loss in
//   nats is dominated by them: one image at a probability of .0005 costs as much as forty at .83.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | the first loss is not $\ln C$ | logits far too large at the start; sum where a mean should be; labels off by one | *losses of a batch are the plain double loops over its examples* |
// | the loss goes up at once, or to NaN | rate too high, or a sign | *every optimizer finds the bottom of a quadratic bowl of condition number 100* |
// | the loss stands still | rate too low; `step` forgotten; the parameters of another copy of the module | *a step uses the gradient up, and leaves parameters without one where they are* |
// | a rate that was good is bad after the batch size changed | the loss is summed over the batch | *losses do not depend on how often the batch repeats an example, but grow with D* |
// | Adam leaps in its first steps | averages not corrected for their start at zero | *Adam's first step has the size of the learning rate, whatever that of the gradient* |
// | held-out results change from run to run, or are worse than they should be | dropout at work while judging | *dropout does nothing outside training, nor at rate 0, and draws no numbers then* |
// | good on training data, poor on new data | overfitting, or test data of another kind | none: this takes held-out data |
// | too good on test data | choices were made on it | none: this takes discipline |
// | the curve of each epoch looks the same | batches in the same order every time | *the order of an epoch is new each time and follows from the generator alone* |
// | a resumed run ends elsewhere | the optimizer's memory or the generator was not saved | *training interrupted after any step and resumed ends in the same bits* |
//
// ## What one does with it
//
// Everything that follows in this course is this loop with another loss. Whoever can read its
// curves can tell within a minute whether an autoencoder is worth waiting for. The classifier
// itself will come back as a judge: when a later chapter generates images of a class that it was
// asked for, someone has to say whether they look like it.
//
// ## Further, and exercises
//
// 1. Give `Classifier` a second hidden layer. Which rate is best now? *Hint: `nn::mlp` makes such
//    nets of any depth; sweep first.*
// 2. Add a fifth rule to `rules`: AdaGrad, $s \leftarrow s + g^2$, $d = g/\sqrt s$. In which figure
//    does one see that its rate only ever falls? *Hint: write `direction` first; `nn::RmsProp`
//    shows how the library's one would look.*
// 3. Run SGD with the cosine at half, once and twice its best constant rate. Is the best rate with
//    a schedule the best rate without? *Hint: `nn::schedule::cosine` starts where a constant rate would
//    stay.*
// 4. Keep the average of the weights over the last epoch and judge that instead. *Hint: average
//    `parameter->value` after each step; noise averages out, as in `noise.png`.*
// 5. How many images must have a wrong label before the test accuracy falls below .8? *Hint: change
//    a share of `labels` as in `overfit`, and watch training and validation accuracy part.*
// 6. Train with the squared distance in place of the cross-entropy. Where is the difference larger,
//    at a good start or after one that was sure and wrong? *Hint: multiply the weights of `output`
//    by 30 before the first step.*
//
// ## Where the real code differs
//
// PyTorch's optimizers hold several groups of parameters with settings of their own, and its
// schedules *change* the optimizer step by step where ours are functions of time. Its
// `weight_decay` in `Adam` adds to the gradient, and is divided by $\sqrt{\hat v}$ with it; ours is
// that of `AdamW`, apart from the gradient. Its RMSProp has the same defaults as ours, Keras's
// decays with .9. Large models are trained in half precision with a scaled loss, on many machines
// that average their gradients: a large batch.
//
// **Names.** "SGD" in papers often means SGD with momentum. The *momentum* of PyTorch and of this
// library sums gradients ($v \leftarrow \mu v + g$); other texts average them, $(1-\mu) g$, so that
// rates differ by the factor $1 - \mu$. An *epoch* is once through the training set; a *step* or
// *iteration* is one batch. "Validation" and "test" are used the other way round in some older
// texts.
//
// ## Further reading
//
// - B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964:
//   momentum.
// - H. Robbins, S. Monro, *A stochastic approximation method*, Annals of Mathematical Statistics
//   22, 1951: rates that must fall.
// - T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, 2012.
// - D. P. Kingma, J. Ba, *Adam*, ICLR 2015.
// - I. Loshchilov, F. Hutter, *SGDR*, ICLR 2017 (the cosine), and *Decoupled weight decay
//   regularization*, ICLR 2019.
// - N. Srivastava and others, *Dropout*, Journal of Machine Learning Research 15, 2014.
// - P. Goyal and others, *Accurate, large minibatch SGD*, 2017.
// - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals, *Understanding deep learning requires
//   rethinking generalization*, ICLR 2017: shuffled labels.
// - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, MIT Press 2016, chapters 7 and 8.
// - The data: H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017.
