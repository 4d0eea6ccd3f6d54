// One smooth function, written once for every kind of number: `float`, `double`, and the `Number`
// of the scalar tape, whose operators record.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tutorials/01_tape/shared.hpp"
#include "tutorials/support/numbers.hpp"

using namespace tape_chapter;

namespace {

template <class Kind>
Kind smooth(Kind x) {
    using std::exp, std::tanh;
    return exp(x) * tanh(x);
}

double slope_by_tape(double x) {
    scalar::Tape tape;
    const scalar::Number at = tape.variable(x);
    tape.backward(smooth(at).index);
    return at.gradient();
}

/// Central differences, or one-sided ones. Divides by the step that was really taken: x + h is
/// rounded.
template <class Kind>
double slope_by_differences(Kind x, Kind h, bool central) {
    const Kind above = x + h, below = central ? x - h : x;
    if (above == below) return 0;
    return static_cast<double>((smooth(above) - smooth(below)) / (above - below));
}

/// The median of the relative error at 101 places.
template <class Kind>
double difference_error(double h, bool central) {
    std::vector<double> errors;
    for (int i = 0; i <= 100; ++i) {
        const Kind x = static_cast<Kind>(0.5 + 0.01 * i);
        const double truth = slope_by_tape(static_cast<double>(x));
        const double found = slope_by_differences(x, static_cast<Kind>(h), central);
        errors.push_back(std::abs(found / truth - 1));
    }
    return tutorials::median(errors);
}

/// The slope of a straight line through (log h, log error) for h between two ends.
double log_slope(const std::vector<double>& h, const std::vector<double>& error, double from,
                 double to) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::size_t i = 0; i < h.size(); ++i) {
        if (h[i] < from || h[i] > to) continue;
        const double lx = std::log(h[i]), ly = std::log(error[i]);
        n += 1, x += lx, y += ly, xx += lx * lx, xy += lx * ly;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

void step_sizes(Session& session) {
    tutorials::Plot::Numbers h, central, one_sided, single;
    for (int k = 0; k <= 48; ++k) {
        h.push_back(std::pow(10.0, -12 + 0.25 * k));
        central.push_back(difference_error<double>(h.back(), true));
        one_sided.push_back(difference_error<double>(h.back(), false));
        single.push_back(h.back() < 1e-8 ? std::numeric_limits<double>::infinity()
                                         : difference_error<float>(h.back(), true));
    }
    tutorials::Plot{{.x = "step h", .y = "relative error", .log_x = true, .log_y = true}}
        .line("double, central", h, central)
        .line("double, one-sided", h, one_sided)
        .line("float, central", h, single)
        .save(session.file("step_size.png"));
    const auto best = [](const std::vector<double>& error) {
        const auto least = std::min_element(error.begin(), error.end());
        return static_cast<std::size_t>(least - error.begin());
    };
    session.result("best_step_double", h[best(central)]);
    session.result("best_error_double", central[best(central)]);
    session.result("best_step_float", h[best(single)]);
    session.result("best_error_float", single[best(single)]);
    session.result("truncation_slope", log_slope(h, central, 1e-3, 1e-1));
    session.result("rounding_slope", log_slope(h, central, 1e-11, 1e-7));
}

const tutorials::Experiment step_size{"step_size", "Too small a step is as bad as too large a one",
                                      step_sizes};

}  // namespace

// The right arm of the central curve rises with slope @result{truncation_slope, .3f} on logarithmic
// axes (theory: 2), the left arm with @result{rounding_slope, .2f} (theory: −1). The flat piece of the
// single-precision curve, at small steps, is where $x + h = x$ and nothing moves.
