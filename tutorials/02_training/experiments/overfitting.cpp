// A thousand images, and a network with a hundred times as many weights: 784 inputs, 128 hidden
// units, 10 outputs. It takes 1200 steps of 50 images, 60 epochs. The training loss keeps falling.
// The validation loss falls, turns, and rises: from there on, what the network learns is about
// these thousand images and not about clothes. That is **overfitting**, and the training data alone
// cannot show it.
//
// @figure{overfitting.png, Left: training and validation loss of a network that learns from a
// thousand images (one seed); the vertical line is where early stopping would have stopped. Right:
// the validation loss with three cures, each at its best strength, for the same number of steps
// (the same seed).}
//
// Four cures. **Early stopping** keeps the weights of the epoch with the least validation loss.
// **Weight decay** multiplies all weights by $1 - \eta\lambda$ in every step, so that only those
// stay large that the gradient keeps large. **Dropout** sets each hidden activation to 0 with
// probability $p$ in each training step and divides the others by $1 - p$, so that no unit can rely
// on another. When we judge, all units take part. **More data** are ten thousand images for the
// same number of steps. For $\lambda$ we tried 0.3, 1 and 3, for $p$ 0.25, 0.5 and 0.75, and kept
// the one with the lowest last loss. Means and standard deviations are over three seeds.
//
// | | training loss at the end | validation loss at the end | least validation loss |
// |---|--:|--:|--:|
// | plain | @result{plain_train_loss, .2f} | @result{plain_loss, .3f} ± @result{plain_loss_sd, .3f} | @result{plain_least, .3f} ± @result{plain_least_sd, .3f} |
// | weight decay, λ = @result{decay_setting, .2g} | @result{decay_train_loss, .2f} | @result{decay_loss, .3f} ± @result{decay_loss_sd, .3f} | @result{decay_least, .3f} ± @result{decay_least_sd, .3f} |
// | dropout, p = @result{dropout_setting, .2g} | @result{dropout_train_loss, .2f} | @result{dropout_loss, .3f} ± @result{dropout_loss_sd, .3f} | @result{dropout_least, .3f} ± @result{dropout_least_sd, .3f} |
// | 10 000 images | @result{more_data_train_loss, .2f} | @result{more_data_loss, .3f} ± @result{more_data_loss_sd, .3f} | @result{more_data_least, .3f} ± @result{more_data_least_sd, .3f} |
//
// Each cure lowers the last loss by many standard deviations, and ten times the data lowers it
// most. The last column is what early stopping gives on top of each; it is a little too low,
// because the epoch was chosen by the same images. The plain network would have
// been stopped in epoch @result{stop_epoch, .0f} (one seed). Training losses are means over the
// last epoch, with dropout at work where there is any. Weight decay is Adam's own, apart from the
// gradient: see nn::AdamSettings.

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>

#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using tutorials::Plot;
using tutorials::Session;

/// The trainings of one recipe, one for each seed, and what they end with.
struct Trial {
    Course first;
    Spread train_loss, loss, least;
    double setting = 0;
};

Trial attempt(const Session& session, const Recipe& recipe, const nn::Dataset& data,
              const nn::Dataset& held_out) {
    Trial trial;
    Numbers train_losses, losses, least;
    for (const auto seed : seeds(session)) {
        Course course = train(session, recipe, data, held_out, seed);
        train_losses.push_back(course.train_loss.back());
        losses.push_back(course.loss.back());
        least.push_back(*std::min_element(course.loss.begin(), course.loss.end()));
        if (losses.size() == 1) trial.first = std::move(course);
    }
    trial.train_loss = spread(train_losses), trial.loss = spread(losses),
    trial.least = spread(least);
    return trial;
}

void record(Session& session, const std::string& key, const Trial& trial) {
    std::printf("  %-10s training %s, validation %s, least %s\n", key.c_str(),
                text(trial.train_loss).c_str(), text(trial.loss).c_str(),
                text(trial.least).c_str());
    session.note(key + "_train_loss", trial.train_loss.mean);
    session.note(key + "_loss", trial.loss.mean),
        session.note(key + "_loss_sd", trial.loss.deviation);
    session.note(key + "_least", trial.least.mean),
        session.note(key + "_least_sd", trial.least.deviation);
    if (trial.setting > 0) session.note(key + "_setting", trial.setting);
}

void draw(Plot& plot, const std::string& label, const Numbers& losses, double steps_per_epoch) {
    Numbers steps = epochs_to(losses.size());
    for (double& step : steps) step *= steps_per_epoch;
    plot.line(label, steps, losses);
}

void memorise(Session& session) {
    const Parts data = divide(session.load_data());
    const nn::Dataset thousand = nn::first(data.train, 1000),
                      ten_thousand = nn::first(data.train, 10000);
    const nn::Dataset judging = nn::first(data.validation, 5000);
    const Recipe plain_recipe{.epochs = 60, .batch = 50, .units = 128};
    std::puts("Learning from 1000 images, 1200 steps of 50");
    const Trial plain = attempt(session, plain_recipe, thousand, judging);
    record(session, "plain", plain);
    const auto best_of = [&](double Recipe::*strength, const Numbers& settings) {
        Trial best;
        best.loss.mean = std::numeric_limits<double>::infinity();
        for (const double setting : settings) {
            Recipe recipe = plain_recipe;
            recipe.*strength = setting;
            Trial trial = attempt(session, recipe, thousand, judging);
            trial.setting = setting;
            if (trial.loss.mean < best.loss.mean) best = std::move(trial);
        }
        return best;
    };
    const Trial decay = best_of(&Recipe::weight_decay, {0.3, 1, 3});
    record(session, "decay", decay);
    const Trial dropout = best_of(&Recipe::dropout, {0.25, 0.5, 0.75});
    record(session, "dropout", dropout);
    const Trial more =
        attempt(session, {.epochs = 6, .batch = 50, .units = 128}, ten_thousand, judging);
    record(session, "more_data", more);

    const Numbers& losses = plain.first.loss;
    const auto stop = std::min_element(losses.begin(), losses.end()) - losses.begin() + 1;
    session.note("stop_epoch", static_cast<double>(stop));
    Plot gap{{.title = "a thousand images", .x = "step", .y = "loss (nats per image)"}};
    draw(gap, "training", plain.first.train_loss, 20);
    draw(gap, "validation", losses, 20);
    gap.line("early stopping", Numbers(2, 20.0 * static_cast<double>(stop)), {0, losses.back()});
    Plot cures{{.title = "validation", .x = "step", .y = "loss (nats per image)"}};
    draw(cures, "plain", losses, 20);
    draw(cures, "weight decay", decay.first.loss, 20);
    draw(cures, "dropout", dropout.first.loss, 20);
    draw(cures, "10 000 images", more.first.loss, 200);
    tutorials::save_plots(session.file("overfitting.png"), {gap, cures}, 2);
}

const tutorials::Experiment overfitting{"overfitting", "A thousand images, memorised; four cures",
                                        memorise};

}  // namespace
