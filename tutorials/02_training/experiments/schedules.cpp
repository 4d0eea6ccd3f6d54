// A **schedule** is the rate as a function of time. Here are five, for momentum and ten epochs of
// 20 000 images. Each is tried from four rates, so that each is compared at a rate that suits it.
// There are three seeds for each.
//
// @figure{schedules.png, Left: five schedules that start from the rate 0.1. Right: the validation
// loss after ten epochs against the rate they start from, mean and standard deviation over three
// seeds.}
//
// | schedule | best first rate | validation loss there |
// |---|--:|--:|
// | constant | @result{schedule_constant_rate, .2g} | @result{schedule_constant, .3f} ± @result{schedule_constant_sd, .3f} |
// | step: × 0.2 every four epochs | @result{schedule_step_rate, .2g} | @result{schedule_step, .3f} ± @result{schedule_step_sd, .3f} |
// | exponential: × 0.7 per epoch | @result{schedule_exponential_rate, .2g} | @result{schedule_exponential, .3f} ± @result{schedule_exponential_sd, .3f} |
// | cosine to 0 | @result{schedule_cosine_rate, .2g} | @result{schedule_cosine, .3f} ± @result{schedule_cosine_sd, .3f} |
// | cosine, two epochs of warm-up | @result{schedule_warm_up_rate, .2g} | @result{schedule_warm_up, .3f} ± @result{schedule_warm_up_sd, .3f} |
//
// Each of the four that fall ends lower than the best constant rate, by at least twice the latter's
// standard deviation, and with less spread. Between the cosine with and without warm-up there is no
// difference beyond the spread. From the lowest first rate, 0.01, it is the other way round: there
// the constant rate is the lowest, because the others slow down too early.
//
// A **warm-up** raises the rate from 0 over the first epochs, when gradients are large and change
// quickly. At the rate 0.3 the cosine ended at @result{schedule_cosine_at_03, .3f} ±
// @result{schedule_cosine_at_03_sd, .3f}, with the warm-up at @result{schedule_warm_up_at_03, .3f}
// ± @result{schedule_warm_up_at_03_sd, .3f}. So it makes a rate that is too high less harmful; at
// the better rate 0.1 it is not needed here.

#include <algorithm>
#include <cstdio>
#include <string>

#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using tutorials::Session;

constexpr std::size_t epochs = 10;

struct Kind {
    const char *name, *key;
    nn::Schedule (*from)(double rate);
};

const std::vector<Kind> kinds{
    {"constant", "constant", nn::schedule::constant},
    {"step", "step", [](double rate) { return nn::schedule::step_decay(rate, 4, 0.2); }},
    {"exponential", "exponential",
     [](double rate) { return nn::schedule::exponential_decay(rate, 0.7); }},
    {"cosine", "cosine", [](double rate) { return nn::schedule::cosine(rate, 0, epochs); }},
    {"warm-up, cosine", "warm_up",
     [](double rate) { return nn::schedule::warm_up(2, nn::schedule::cosine(rate, 0, epochs)); }},
};

void compare(Session& session) {
    const Parts data = divide(session.load_data());
    const nn::Dataset twenty = nn::first(data.train, 20000),
                      judging = nn::first(data.validation, 5000);
    tutorials::Plot shapes{{.title = "from the rate 0.1", .x = "epoch", .y = "learning rate"}};
    tutorials::Plot losses{{.title = "after ten epochs",
                            .x = "first rate",
                            .y = "validation loss (nats per image)",
                            .log_x = true}};
    for (const auto& [name, key, from] : kinds) {
        std::printf("\n%s: validation loss after %zu epochs of 20 000 images\n", name, epochs);
        Numbers rates, means, deviations, time, value;
        for (const double rate : {0.01, 0.03, 0.1, 0.3}) {
            Numbers last;
            for (const auto seed : seeds(session))
                last.push_back(
                    train(
                        session,
                        {.rule = momentum, .rate = rate, .schedule = from(rate), .epochs = epochs},
                        twenty, judging, seed)
                        .loss.back());
            const Spread found = spread(last);
            std::printf("  rate %.2f: %s\n", rate, text(found).c_str());
            rates.push_back(rate), means.push_back(found.mean),
                deviations.push_back(found.deviation);
            const std::string at =
                std::string("schedule_") + key + (rate < 0.2 ? "_at_01" : "_at_03");
            if (rate < 0.05) continue;
            session.note(at, found.mean), session.note(at + "_sd", found.deviation);
        }
        const auto best =
            static_cast<std::size_t>(std::min_element(means.begin(), means.end()) - means.begin());
        session.note(std::string("schedule_") + key, means[best]);
        session.note(std::string("schedule_") + key + "_sd", deviations[best]);
        session.note(std::string("schedule_") + key + "_rate", rates[best]);
        losses.error_bars(name, rates, means, deviations);
        for (int i = 0; i < 200; ++i) {
            time.push_back(epochs * i / 200.0);
            value.push_back(from(0.1)(time.back()));
        }
        shapes.line(name, time, value);
    }
    tutorials::save_plots(session.file("schedules.png"), {shapes, losses}, 2);
}

const tutorials::Experiment schedules{"schedules", "A rate that falls ends lower", compare};

}  // namespace
