// Two weights can be drawn. The loss is $\frac12 (u^2 + 50\, v^2)$, a **ravine**: steep across,
// flat along. Its axes $u$, $v$ lie along the weights' axes $x$, $y$, or are turned against them by
// 45°. Each rule starts at $(u, v) = (-4, 0.8)$ and takes 29 steps. SGD, at three rates, shows the
// bound $\eta < 2/a_{\max} = 0.04$.
//
// @figure{ravine.png, Above: SGD at a rate far below the bound, just below it and just above it;
// its path, and its loss. Below: four rules, each at its best rate, in the ravine along the axes
// and in the same ravine turned by 45°. The minimum is at (0, 0).}
//
// In both ravines each rule uses the rate, out of twelve per factor of ten, at which the **mean
// loss along the path** is lowest. The start has the loss 24, and the mean losses are
//
// | rule | along the axes | turned by 45° |
// |---|--:|--:|
// | SGD | @result{ravine_sgd_straight, .2f} | @result{ravine_sgd_turned, .2f} |
// | momentum | @result{ravine_momentum_straight, .2f} | @result{ravine_momentum_turned, .2f} |
// | RMSProp | @result{ravine_rmsprop_straight, .2f} | @result{ravine_rmsprop_turned, .2f} |
// | Adam | @result{ravine_adam_straight, .2f} | @result{ravine_adam_turned, .2f} |
//
// SGD and momentum do not notice the turn: their steps are sums of gradients, which turn with the
// ravine. (Momentum reaches the neighbourhood of the minimum sooner than SGD, but its swings cost
// it more on the way.) RMSProp divides each weight's gradient by that weight's own scale. Along the
// axes a scale per weight is a scale per direction, and it goes nearly straight to the minimum:
// after 29 steps its loss is @result{rms_prop_straight}. Turned, both weights have about the same
// scale, and it walks much like SGD: @result{rms_prop_turned, .2f}. Adam loses its lead by the
// turn, too.
//
// @figure{ravine_loss.png, The loss at each step of the four paths, in the ravine along the axes
// and in the turned one.}
//
// The curves of momentum and Adam swing, so their last losses say little. Two weights are no
// network either; for that see the comparison on clothes.
//
// The rules are written here as functions of one number's gradient. The library's optimizers, given
// the tape's gradients, walk the same paths: the largest distance between them is
// @result{library_path_difference}.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <string>

#include "autograd/ops.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using autograd::Array;
using autograd::Variable;
using tutorials::Plot;
using tutorials::Session;

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
    Point from_axes(double u, double v) const {
        const double c = std::cos(turn), s = std::sin(turn);
        return {c * u - s * v, s * u + c * v};
    }
    double loss(Point p) const {
        const auto [u, v] = along_axes(p);
        return (flat * u * u + steep * v * v) / 2;
    }
    Point gradient(Point p) const {
        const auto [u, v] = along_axes(p);
        return from_axes(flat * u, steep * v);
    }
    Point start() const { return from_axes(-4, 0.8); }
};

struct Memory {
    double first = 0, second = 0;
};

/// What a rule multiplies the rate by, for one weight with the gradient g in step t.
double direction(RuleNumber rule, double g, Memory& memory, int t) {
    if (rule == momentum) return memory.first = 0.9 * memory.first + g;
    if (rule == rms_prop) {
        memory.second = 0.99 * memory.second + 0.01 * g * g;
        return g / (std::sqrt(memory.second) + 1e-8);
    }
    if (rule == adam) {
        memory.first = 0.9 * memory.first + 0.1 * g;
        memory.second = 0.999 * memory.second + 0.001 * g * g;
        const double mean = memory.first / (1 - std::pow(0.9, t));
        return mean / (std::sqrt(memory.second / (1 - std::pow(0.999, t))) + 1e-8);
    }
    return g;
}

constexpr int steps = 29;

/// Start and all places that a rule goes through.
std::vector<Point> path(const Ravine& ravine, RuleNumber rule, double rate) {
    std::vector<Point> out{ravine.start()};
    Memory x, y;
    for (int t = 1; t <= steps; ++t) {
        const Point here = out.back(), g = ravine.gradient(here);
        out.push_back({here.x - rate * direction(rule, g.x, x, t),
                       here.y - rate * direction(rule, g.y, y, t)});
    }
    return out;
}

Numbers losses(const Ravine& ravine, const std::vector<Point>& points) {
    Numbers out;
    for (const Point& point : points) out.push_back(ravine.loss(point));
    return out;
}

double best_rate(const Ravine& ravine, RuleNumber rule) {
    double best = 0, lowest = std::numeric_limits<double>::infinity();
    for (int k = -36; k <= 0; ++k) {
        const double rate = std::pow(10.0, k / 12.0);
        const double mean = spread(losses(ravine, path(ravine, rule, rate))).mean;
        if (mean < lowest) lowest = mean, best = rate;
    }
    return best;
}

/// The largest distance between a path and that of the library's optimizer with the tape's gradient.
double distance_to_library(const Ravine& ravine, RuleNumber rule, double rate) {
    const Point u = ravine.from_axes(1, 0), v = ravine.from_axes(0, 1);
    const Array axes = autograd::array({2, 2}, {u.x, u.y, v.x, v.y});
    const Array curvature = autograd::array({2}, {Ravine::flat, Ravine::steep});
    autograd::Parameter w{autograd::array({1, 2}, {ravine.start().x, ravine.start().y})};
    const auto optimizer = rules[rule].make({{"w", &w}}, rate);
    autograd::Tape tape;
    double largest = 0;
    for (const Point& point : path(ravine, rule, rate)) {
        largest = std::max(
            largest, std::hypot(double{w.value(0, 0)} - point.x, double{w.value(0, 1)} - point.y));
        tape.rewind();
        const Variable uv = linear(tape.parameter(w), tape.constant(axes));
        optimizer->step(tape.backward(0.5f * sum(tape.constant(curvature) * square(uv))));
    }
    return largest;
}

Plot map_of(const std::string& title, const Ravine& ravine, double bottom, double top) {
    Plot plot{{.title = title,
               .x = "weight x",
               .y = "weight y",
               .same_scale = true,
               .x_range = {{-4.6, 1.8}},
               .y_range = {{bottom, top}}}};
    for (const double loss : {0.25, 1.0, 2.5, 5.0, 10.0, 20.0}) {
        Numbers x, y;
        for (int i = 0; i <= 120; ++i) {
            const double angle = std::numbers::pi * i / 60;
            const Point point =
                ravine.from_axes(std::sqrt(2 * loss / Ravine::flat) * std::cos(angle),
                                 std::sqrt(2 * loss / Ravine::steep) * std::sin(angle));
            x.push_back(point.x), y.push_back(point.y);
        }
        plot.contour(x, y);
    }
    return plot;
}

void draw_path(Plot& plot, const std::string& label, const std::vector<Point>& points) {
    Numbers x, y;
    for (const Point& point : points) x.push_back(point.x), y.push_back(point.y);
    plot.line(label, x, y);
}

void draw_losses(Plot& plot, const std::string& label, const Numbers& losses) {
    Numbers step;
    for (std::size_t t = 0; t < losses.size(); ++t) step.push_back(static_cast<double>(t));
    plot.line(label, step, losses);
}

Plot plot_of_losses(const std::string& title) {
    return Plot{{.title = title, .x = "step", .y = "loss", .log_y = true}};
}

void walks(Session& session) {
    const Ravine straight, turned{std::numbers::pi / 4};
    Plot sgd_paths = map_of("SGD at three rates", straight, -3.2, 3.2);
    Plot sgd_losses = plot_of_losses("SGD at three rates");
    for (const double rate : {0.002, 0.038, 0.0412}) {
        const auto points = path(straight, sgd, rate);
        draw_path(sgd_paths, "rate " + autograd::text(rate), points);
        draw_losses(sgd_losses, "rate " + autograd::text(rate), losses(straight, points));
    }
    Plot straight_map = map_of("four rules, along the axes", straight, -3.2, 3.2);
    Plot turned_map = map_of("four rules, turned by 45°", turned, -4.4, 2);
    Plot straight_losses = plot_of_losses("along the axes"),
         turned_losses = plot_of_losses("turned by 45°");
    const std::array keys{"sgd", "momentum", "rmsprop", "adam"};
    double difference = 0;
    std::puts("Mean loss over 29 steps, each rule at its best rate");
    std::puts("             along the axes         turned by 45 degrees");
    for (const RuleNumber rule : {sgd, momentum, rms_prop, adam}) {
        std::printf("  %-9s", rules[rule].name);
        for (const bool is_turned : {false, true}) {
            const Ravine& ravine = is_turned ? turned : straight;
            const double rate = best_rate(ravine, rule);
            const auto points = path(ravine, rule, rate);
            const Numbers loss = losses(ravine, points);
            draw_path(is_turned ? turned_map : straight_map, rules[rule].name, points);
            draw_losses(is_turned ? turned_losses : straight_losses, rules[rule].name, loss);
            difference = std::max(difference, distance_to_library(ravine, rule, rate));
            const double mean = spread(loss).mean;
            std::printf("  %8.3f at rate %.4f", mean, rate);
            session.note(
                std::string("ravine_") + keys[rule] + (is_turned ? "_turned" : "_straight"), mean);
            if (rule == rms_prop)
                session.note(is_turned ? "rms_prop_turned" : "rms_prop_straight", loss.back());
        }
        std::puts("");
    }
    tutorials::save_plots(session.file("ravine.png"),
                          {sgd_paths, sgd_losses, straight_map, turned_map}, 2);
    tutorials::save_plots(session.file("ravine_loss.png"), {straight_losses, turned_losses}, 2);
    session.result("library_path_difference", difference);
}

const tutorials::Experiment ravine{"ravine", "Four rules in a ravine of two weights", walks};

}  // namespace
