#include "nn/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "autograd/error.hpp"

namespace nn::schedule {

namespace {

void require_positive(const char* schedule, const char* what, double value) {
    autograd::require(value > 0, "[", schedule, "] expected a ", what, " above 0, got ", value);
}

}  // namespace

Schedule constant(double value) {
    return [=](double) { return value; };
}

Schedule step_decay(double value, double every, double factor) {
    require_positive("step_decay", "period", every);
    require_positive("step_decay", "factor", factor);
    return [=](double time) { return value * std::pow(factor, std::floor(time / every)); };
}

Schedule exponential_decay(double value, double factor) {
    require_positive("exponential_decay", "factor", factor);
    return [=](double time) { return value * std::pow(factor, time); };
}

Schedule cosine(double first, double last, double duration) {
    require_positive("cosine", "duration", duration);
    return [=](double time) {
        const double done = std::clamp(time / duration, 0.0, 1.0);
        return last + (first - last) * (1 + std::cos(std::numbers::pi * done)) / 2;
    };
}

Schedule linear_ramp(double first, double last, double duration) {
    require_positive("linear_ramp", "duration", duration);
    return
        [=](double time) { return std::lerp(first, last, std::clamp(time / duration, 0.0, 1.0)); };
}

Schedule warm_up(double duration, Schedule schedule) {
    require_positive("warm_up", "duration", duration);
    return [=](double time) { return std::min(time / duration, 1.0) * schedule(time); };
}

Schedule cyclic_ramp(double value, double period) {
    require_positive("cyclic_ramp", "period", period);
    return [=](double time) {
        const double place = time / period - std::floor(time / period);
        return value * std::min(2 * place, 1.0);
    };
}

}  // namespace nn::schedule
