/// @file
/// Numbers that change as training goes on: learning rates and weights of the KL.
#pragma once

#include <functional>

namespace nn {

/// A number as a function of time. Time counts what the caller likes, steps or epochs, from 0, and
/// may be fractional. Periods, durations and factors must be above 0: anything else throws.
using Schedule = std::function<double(double time)>;

namespace schedule {

/// `value` for ever.
Schedule constant(double value);
/// value · factorᵏ from time k · every on.
Schedule step_decay(double value, double every, double factor);
/// value · factorᵗ.
Schedule exponential_decay(double value, double factor);
/// From `first` to `last` along half a cosine within `duration`, then `last`.
/// Loshchilov and Hutter 2017, eq. 5, without restarts.
Schedule cosine(double first, double last, double duration);
/// From `first` to `last` in a straight line within `duration`, then `last`. From 0 to 1 it is the
/// usual warm-up of a KL weight: Bowman, Vilnis, Vinyals, Dai, Jozefowicz and Bengio 2016, section 3.1.
Schedule linear_ramp(double first, double last, double duration);
/// `schedule`, scaled up from 0 within `duration`: a warm-up.
Schedule warm_up(double duration, Schedule schedule);
/// Ramps from 0 to `value` over the first half of each period, then holds it.
/// Fu, Li, Liu, Gao, Celikyilmaz and Carin 2019, eq. 6 with R = ½: for KL weights.
Schedule cyclic_ramp(double value, double period);

}  // namespace schedule
}  // namespace nn
