/// @file
/// The family of task a5.7: densities that the framework does not have, of data x given the decoder's
/// output o. Their derivatives are not written down here.
#pragma once

#include <cmath>
#include <map>
#include <numbers>
#include <string>

namespace judge {

using Long = long double;

/// Where x lives. For `real`, o says where; else it is a rate, a scale or a log odds.
enum class Support { real, positive, above_one, unit, counts };

struct Likelihood {
    Support support;
    Long (*log_density)(Long x, Long o);
    Long largest;    ///< o of this size, either sign, has a finite log density
    int trials = 0;  ///< counts go up to here, if there is an end
};

namespace detail {

inline constexpr Long pi = std::numbers::pi_v<Long>;

inline Long softplus(Long o) { return (o > 0 ? o : 0) + std::log1p(std::exp(-std::abs(o))); }
inline Long log_choose(Long n, Long k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}
inline Long log_rising(Long a, Long n) {
    Long total = 0;
    for (Long i = 0; i < n; ++i) total += std::log(a + i);
    return total;
}
inline Long log_normal(Long z, Long sigma) {
    return -z * z / (2 * sigma * sigma) - std::log(sigma * std::sqrt(2 * pi));
}
inline Long logit(Long x) { return std::log(x) - std::log1p(-x); }

}  // namespace detail

inline const std::map<std::string, Likelihood>& likelihoods() {
    using namespace detail;
    using enum Support;
    static const std::map<std::string, Likelihood> family{
        {"laplace",
         {real, [](Long x, Long o) { return -std::abs(x - o) / 0.75L - std::log(1.5L); }, 900}},
        {"logistic",
         {real,
          [](Long x, Long o) {
              const Long z = 2 * (x - o);
              return z - 2 * softplus(z) + std::log(2.0L);
          },
          900}},
        {"student_t",
         {real,
          [](Long x, Long o) {
              return std::lgamma(3.0L) - std::lgamma(2.5L) - std::log(5 * pi) / 2 -
                     3 * std::log1p((x - o) * (x - o) / 5);
          },
          900}},
        {"gumbel",
         {real,
          [](Long x, Long o) {
              const Long z = 2 * (x - o);
              return -z - std::exp(-z) + std::log(2.0L);
          },
          300}},
        {"hyperbolic_secant",
         {real,
          [](Long x, Long o) {
              const Long a = pi * (x - o);
              return a / 2 - softplus(a);
          },
          900}},
        {"gamma",
         {positive,
          [](Long x, Long o) {
              return 3 * o + 2 * std::log(x) - x * std::exp(o) - std::lgamma(3.0L);
          },
          300}},
        {"exponential", {positive, [](Long x, Long o) { return o - x * std::exp(o); }, 300}},
        {"weibull",
         {positive,
          [](Long x, Long o) {
              return std::log(3.0L) + 2 * std::log(x) - 3 * o - std::pow(x * std::exp(-o), 3.0L);
          },
          200}},
        {"rayleigh",
         {positive,
          [](Long x, Long o) { return std::log(x) - 2 * o - std::pow(x * std::exp(-o), 2.0L) / 2; },
          300}},
        {"log_normal",
         {positive, [](Long x, Long o) { return log_normal(std::log(x) - o, 0.5L) - std::log(x); },
          900}},
        {"inverse_gaussian",
         {positive,
          [](Long x, Long o) {
              const Long mean = std::exp(o);
              return std::log(1 / (pi * x * x * x)) / 2 -
                     std::pow(x - mean, 2.0L) / mean / mean / x;
          },
          300}},
        {"half_normal",
         {positive,
          [](Long x, Long o) { return std::log(2.0L) + log_normal(x * std::exp(-o), 1) - o; },
          300}},
        {"pareto",
         {above_one, [](Long x, Long o) { return o - (std::exp(o) + 1) * std::log(x); }, 300}},
        {"power", {unit, [](Long x, Long o) { return o + (std::exp(o) - 1) * std::log(x); }, 300}},
        {"logit_normal",
         {unit,
          [](Long x, Long o) {
              return log_normal(logit(x) - o, 0.5L) - std::log(x) - std::log1p(-x);
          },
          900}},
        {"poisson",
         {counts, [](Long x, Long o) { return x * o - std::exp(o) - std::lgamma(x + 1); }, 300}},
        {"binomial",
         {counts, [](Long x, Long o) { return log_choose(8, x) + x * o - 8 * softplus(o); }, 900,
          8}},
        {"negative_binomial",
         {counts,
          [](Long x, Long o) { return log_choose(x + 3, x) - 4 * softplus(o) - x * softplus(-o); },
          900}},
        {"geometric",
         {counts, [](Long x, Long o) { return -softplus(-o) - x * softplus(o); }, 900}},
        {"beta_binomial",
         {counts,
          [](Long x, Long o) {
              const Long a = 5 / (1 + std::exp(-o)), b = 5 / (1 + std::exp(o));
              return log_choose(6, x) + log_rising(a, x) + log_rising(b, 6 - x) - log_rising(5, 6);
          },
          30, 6}},
    };
    return family;
}

}  // namespace judge
