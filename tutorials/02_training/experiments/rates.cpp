// The learning rate is not guessed but swept: half a power of ten at a time, each rule for five
// epochs of 10 000 images, three seeds for each rate, judged on the validation part.
//
// @figure{rates.png, Validation loss after five epochs against the learning rate for four rules;
// mean and standard deviation over three seeds. To the right of the lines of SGD and RMSProp at
// least one of three runs left all bounds (a loss above 1000); the other two end where we stopped.
// The dashed line is ln 10, knowing nothing.}
//
// Every rule has its valley. To the left of it the runs crawl. To the right the loss rises, and in
// the end it is near $\ln 10$ or leaves all bounds. Momentum's left slope is SGD's at a tenth of
// the rate, because a memory of $1/(1 - \mu) = 10$ steps makes each gradient count ten times. Both
// fail at the rate 1. RMSProp and Adam divide by the gradients' size, so their rates are on a scale
// of their own.
//
// | rule | best rate | validation loss there | rates tried with a loss less than 0.05 above it, itself included |
// |---|--:|--:|--:|
// | SGD | @result{best_rate_SGD, .2g} | @result{rates_SGD, .3f} ± @result{rates_SGD_sd, .3f} | @result{rates_SGD_good, .0f} |
// | momentum | @result{best_rate_momentum, .2g} | @result{rates_momentum, .3f} ± @result{rates_momentum_sd, .3f} | @result{rates_momentum_good, .0f} |
// | RMSProp | @result{best_rate_RMSProp, .2g} | @result{rates_RMSProp, .3f} ± @result{rates_RMSProp_sd, .3f} | @result{rates_RMSProp_good, .0f} |
// | Adam | @result{best_rate_Adam, .2g} | @result{rates_Adam, .3f} ± @result{rates_Adam_sd, .3f} | @result{rates_Adam_good, .0f} |
//
// In this short run Adam and momentum end well below RMSProp and SGD. Three seeds do not decide
// between Adam and momentum: their difference is less than the sum of the two standard deviations.
// A rate that is off by a factor of ten costs more than the choice between these two.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using tutorials::Session;

void sweep(Session& session) {
    const Parts data = divide(session.load_data());
    const nn::Dataset small = nn::first(data.train, 10000),
                      judging = nn::first(data.validation, 5000);
    constexpr std::array from{-6, -8, -10, -10}, to{2, 1, -1, -1};  // in half powers of ten
    tutorials::Plot plot{{.x = "learning rate",
                          .y = "validation loss (nats per image)",
                          .log_x = true,
                          .y_range = {{0.4, 2.6}}}};
    for (const RuleNumber rule : {sgd, momentum, rms_prop, adam}) {
        std::printf("\n%s: validation loss after 5 epochs of 10 000 images\n", rules[rule].name);
        Numbers rates, means, deviations;
        for (int k = from[rule]; k <= to[rule]; ++k) {
            Numbers losses;
            for (const auto seed : seeds(session))
                losses.push_back(train(session,
                                       {.rule = rule, .rate = std::pow(10.0, k / 2.0), .epochs = 5},
                                       small, judging, seed)
                                     .loss.back());
            rates.push_back(std::pow(10.0, k / 2.0));
            means.push_back(spread(losses).mean);
            deviations.push_back(spread(losses).deviation);
            std::printf("  rate %8.0e: %s\n", rates.back(), text(spread(losses)).c_str());
        }
        plot.error_bars(rules[rule].name, rates, means, deviations);
        const auto best = std::min_element(means.begin(), means.end());
        const auto at = static_cast<std::size_t>(best - means.begin());
        const std::string name = rules[rule].name;
        session.note("best_rate_" + name, rates[at]);
        session.note("rates_" + name, *best);
        session.note("rates_" + name + "_sd", deviations[at]);
        session.note(
            "rates_" + name + "_good",
            static_cast<double>(std::count_if(means.begin(), means.end(),
                                              [&](double loss) { return loss < *best + 0.05; })));
    }
    plot.level("ln 10", std::log(10.0)).save(session.file("rates.png"));
}

const tutorials::Experiment rates{"rates", "Too high, too low: four rules, each at every rate",
                                  sweep};

}  // namespace
