// Let the gradients of single images scatter around the mean gradient with the variance $\sigma^2$.
// The mean of $B$ of them has the variance $\sigma^2/B$: it is right on average, and its error
// falls as $1/\sqrt B$. Half the error costs four times the work. We compare the gradient of $B$
// images with that of 10 000: the length of the difference over the length of the latter, averaged
// over 40 draws.
//
// @figure{noise.png, Left: the relative error of a minibatch's gradient for a network with 64
// hidden units at its first weights. Right: the mean loss of one weight that descends on noisy
// gradients, averaged over 2000 walks: two constant rates with the floors of equation (1) as dashed
// lines, and a rate that decays.}
//
// The error falls as $B$ to the power @result{noise_slope, .1f} (one seed). At $B = 128$ it is
// @result{noise_at_128, .2f} times as long as the gradient itself, and yet such steps learn: the
// errors of many steps average out.
//
// With a constant rate they never go away, though. Take one weight in a bowl $\frac12 a w^2$ and a
// constant rate $\eta$. A step is $w \leftarrow w - \eta\,(a w + n)$ with noise $n$ of variance
// $s^2 = \sigma^2/B$. In the long run the variance $v$ of $w$ no longer changes,
// $v = (1 - \eta a)^2 v + \eta^2 s^2$. Solve for $v$, multiply by $a/2$, and the mean loss ends at
// a **floor**
// $$ \frac{\eta\, s^2}{2\,(2 - \eta a)} , \qquad s^2 = \frac{\sigma^2}{B}. \tag{1} $$
// With $a = 1$ and $s^2 = 1$ we take the mean loss of the last 50 of 150 steps. The rate 0.5 ended
// at @result{floor_measured, .3f}, and (1) says @result{floor_predicted, .3f}. The rate 0.05 ended
// at @result{floor_low_measured, .4f}, and (1) says @result{floor_low_predicted, .4f}. That is a
// thirteenth for a tenth of the rate, because $2 - \eta a$ differs as well; for small rates the
// floor is proportional to $\eta / B$. But by the recursion for $v$ the lower rate takes
// @result{steps_low, .0f} steps to come within a tenth of its floor, and the higher one takes
// @result{steps_high, .0f}. A rate that falls as $1/(2 + t)$ goes on falling: there the mean loss
// was @result{floor_decaying, .4f}, below both.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "nn/data/batches.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using autograd::Array;
using autograd::Tape;
using tutorials::Plot;
using tutorials::Session;

/// All gradients in one row.
Numbers gradient_of(models::Classifier& net, const nn::Batch& batch, Tape& tape) {
    tape.rewind();
    const autograd::Gradients& gradients =
        tape.backward(net.loss(tape.constant(batch.images), batch.labels));
    Numbers out;
    for (const auto& [name, parameter, frozen] : nn::parameters(net)) {
        const Array& gradient = gradients.of(*parameter);
        out.insert(out.end(), gradient.begin(), gradient.end());
    }
    return out;
}

double distance(const Numbers& a, const Numbers& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) total += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(total);
}

Plot gradient_noise(Session& session, const nn::Dataset& data) {
    nn::Random random(session.flags.seed);
    models::Classifier net({.input = data.images.shape(1), .hidden = {64}, .classes = data.classes},
                           random);
    Tape tape;
    nn::Batches all(data, data.size());
    const Numbers truth = gradient_of(net, *all.in_order().begin(), tape);
    const double length = distance(truth, Numbers(truth.size(), 0.0));

    std::puts("Error of a minibatch's gradient, relative to the gradient of all images");
    Numbers sizes, errors, theory;
    for (std::size_t size = 4; size <= 512; size *= 2) {
        nn::Batches batches(data, size);
        double error = 0;
        constexpr int draws = 40;
        for (int draw = 0; draw < draws; ++draw)
            error += distance(gradient_of(net, *batches.shuffled(random).begin(), tape), truth) /
                     length / draws;
        std::printf("  B = %3zu: %.3f\n", size, error);
        sizes.push_back(static_cast<double>(size));
        errors.push_back(error);
        theory.push_back(errors[0] * std::sqrt(sizes[0] / sizes.back()));
        if (size == 128) session.note("noise_at_128", error);
    }
    session.note("noise_slope",
                 std::log(errors.back() / errors.front()) / std::log(sizes.back() / sizes.front()));
    return Plot{{.title = "error of a minibatch's gradient",
                 .x = "examples in the batch",
                 .y = "error / length of the gradient",
                 .log_x = true,
                 .log_y = true}}
        .line("measured", sizes, errors)
        .line("1/√B, through the first point", sizes, theory);
}

/// The mean loss ½ w² at each step, over many walks that start at w = 3.
Numbers noisy_descent(const nn::Schedule& rate, std::size_t steps, std::size_t walks,
                      nn::Random& random) {
    Numbers mean(steps, 0.0);
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

double floor_of(double rate) { return rate / (2 * (2 - rate)); }

/// After how many steps from w = 3 the expected loss is within a tenth of its floor.
int steps_to_floor(double rate) {
    double mean_square = 9;
    for (int t = 0;; ++t) {
        if (mean_square / 2 < 1.1 * floor_of(rate)) return t;
        mean_square = (1 - rate) * (1 - rate) * mean_square + rate * rate;
    }
}

Plot noise_floor(Session& session) {
    nn::Random random(session.flags.seed);
    const std::size_t walks = session.flags.quick ? 200 : 2000;
    constexpr std::size_t steps = 150;
    Plot plot{
        {.title = "descent on noisy gradients", .x = "step", .y = "mean loss", .log_y = true}};
    Numbers time(steps);
    for (std::size_t t = 0; t < steps; ++t) time[t] = static_cast<double>(t);
    const auto last_third = [&](const std::string& label, const nn::Schedule& rate) {
        const Numbers loss = noisy_descent(rate, steps, walks, random);
        plot.line(label, time, loss);
        return spread(Numbers(loss.end() - 50, loss.end())).mean;
    };
    session.note("floor_measured", last_third("rate 0.5", nn::schedule::constant(0.5)));
    session.note("floor_low_measured", last_third("rate 0.05", nn::schedule::constant(0.05)));
    session.note("floor_decaying",
                 last_third("rate 1/(2 + t)", [](double t) { return 1 / (2 + t); }));
    session.note("floor_predicted", floor_of(0.5));
    session.note("floor_low_predicted", floor_of(0.05));
    session.note("steps_high", steps_to_floor(0.5));
    session.note("steps_low", steps_to_floor(0.05));
    return plot.level("floors of equation (1)", floor_of(0.5)).level("", floor_of(0.05));
}

void noise_case(Session& session) {
    const Parts data = divide(session.load_data());
    const Plot left = gradient_noise(session, nn::first(data.train, 10000));
    tutorials::save_plots(session.file("noise.png"), {left, noise_floor(session)}, 2);
}

const tutorials::Experiment noise{
    "noise", "A minibatch is noisy, and a constant rate keeps the noise", noise_case};

}  // namespace
