/// @file
/// The family of task a8.6: densities whose one parameter is computed from an output o of a net. What their divergences
/// are is not said here: a divergence is an integral.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <vector>

namespace judge {

using Long = long double;

/// Where x lives. On the real line o says where, or how wide.
enum class Domain { real, positive, above_one, unit, circle, counts };

struct Density {
    Domain domain;
    Long (*log)(Long x, Long o);
    bool located = false;  ///< o is where the density has its top, and perhaps a corner
    int last = 500;        ///< counts go up to here
};

namespace detail {

inline constexpr Long pi = std::numbers::pi_v<Long>;

inline Long softplus(Long o) { return std::max(o, 0.0L) + std::log1p(std::exp(-std::abs(o))); }
inline Long choose(Long n, Long k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// ∫ f from a to b, or to infinity with the sign of `towards`. The points lie exponentially close to the ends.
template <class F>
Long between(F f, Long a, Long b) {
    constexpr Long step = 1.0L / 32;
    Long total = 0;
    for (Long t = -5.5L; t <= 5.5L; t += step) {
        const Long share = 1 / (1 + std::exp(-pi * std::sinh(t))),
                   rest = 1 / (1 + std::exp(pi * std::sinh(t)));
        const Long x = t < 0 ? a + (b - a) * share : b - (b - a) * rest;
        total += step * (b - a) * pi * std::cosh(t) * share * rest * f(x);
    }
    return total;
}
template <class F>
Long beyond(F f, Long a, Long towards) {
    constexpr Long step = 1.0L / 32;
    Long total = 0;
    for (Long t = -7; t <= 7; t += step) {
        const Long far = std::exp(pi / 2 * std::sinh(t));
        total += step * far * pi / 2 * std::cosh(t) * f(a + towards * far);
    }
    return total;
}

}  // namespace detail

/// ∫ f(x) dx over the domain, or the sum; f may have corners at two places.
template <class F>
Long integral(const Density& family, F f, Long corner, Long other) {
    using namespace detail;
    const Long low = family.located ? std::min(corner, other) : 0,
               high = family.located ? std::max(corner, other) : 0;
    Long total = 0;
    switch (family.domain) {
        case Domain::real:
            total = beyond(f, low, -1) + beyond(f, high, 1);
            return high > low ? total + between(f, low, high) : total;
        case Domain::positive:
            return beyond(f, 0, 1);
        case Domain::above_one:
            return beyond(f, 1, 1);
        case Domain::unit:
            return between(f, 0, 1);
        case Domain::circle:  // a sum over equal steps is exact for what is smooth and periodic
            for (int i = 0; i < 96; ++i) total += pi / 48 * f(pi / 48 * i);
            return total;
        case Domain::counts:
            for (int x = 0; x <= family.last; ++x) total += f(x);
            return total;
    }
    return total;
}

/// KL of the density with the output q to that with p.
inline Long divergence(const Density& family, Long q, Long p) {
    return integral(
        family,
        [&](Long x) {
            const Long log_q = family.log(x, q), mass = std::exp(log_q);
            return mass > 0 ? mass * (log_q - family.log(x, p)) : 0;
        },
        q, p);
}

inline const std::map<std::string, Density>& densities() {
    using namespace detail;
    using enum Domain;
    using std::exp, std::log, std::abs, std::pow;
    static const std::map<std::string, Density> family{
        {"poisson", {counts, [](Long x, Long o) { return x * o - exp(o) - std::lgamma(x + 1); }}},
        {"bernoulli", {counts, [](Long x, Long o) { return x * o - softplus(o); }, false, 1}},
        {"binomial",
         {counts, [](Long x, Long o) { return choose(8, x) + x * o - 8 * softplus(o); }, false, 8}},
        {"geometric", {counts, [](Long x, Long o) { return -softplus(-o) - x * softplus(o); }}},
        {"negative_binomial",
         {counts,
          [](Long x, Long o) { return choose(x + 2, x) - 3 * softplus(-o) - x * softplus(o); }}},
        {"exponential", {positive, [](Long x, Long o) { return o - x * exp(o); }}},
        {"gamma",
         {positive,
          [](Long x, Long o) { return 3 * o + 2 * log(x) - x * exp(o) - std::lgamma(3.0L); }}},
        {"inverse_gamma",
         {positive, [](Long x, Long o) { return 2 * o - 3 * log(x) - exp(o) / x; }}},
        {"laplace", {real, [](Long x, Long o) { return -abs(x - o) / 0.75L - log(1.5L); }, true}},
        {"laplace_scale", {real, [](Long x, Long o) { return -abs(x) * exp(-o) - o - log(2.0L); }}},
        {"gumbel", {real, [](Long x, Long o) { return -(x - o) - exp(-(x - o)); }, true}},
        {"rayleigh",
         {positive, [](Long x, Long o) { return log(x) - 2 * o - x * x * exp(-2 * o) / 2; }}},
        {"weibull",
         {positive,
          [](Long x, Long o) { return log(3.0L) + 2 * log(x) - 3 * o - pow(x * exp(-o), 3.0L); }}},
        {"pareto", {above_one, [](Long x, Long o) { return o - (exp(o) + 1) * log(x); }}},
        {"power", {unit, [](Long x, Long o) { return o + (exp(o) - 1) * log(x); }}},
        {"cauchy",
         {real, [](Long x, Long o) { return -log(pi) - std::log1p((x - o) * (x - o)); }, true}},
        {"cauchy_scale",
         {real, [](Long x, Long o) { return o - log(pi) - log(exp(2 * o) + x * x); }}},
        {"logistic",
         {real, [](Long x, Long o) { return -abs(x - o) - 2 * std::log1p(exp(-abs(x - o))); },
          true}},
        {"von_mises",
         {circle,
          [](Long x, Long o) {
              return 2 * std::cos(x - o) - log(2 * pi * std::cyl_bessel_i(0.0L, 2.0L));
          }}},
        {"inverse_gaussian",
         {positive,
          [](Long x, Long o) {
              return -log(pi * x * x * x) / 2 - pow(x * exp(-o) - 1, 2.0L) / x;
          }}},
    };
    return family;
}

}  // namespace judge
