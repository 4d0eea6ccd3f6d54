/// @file
/// Rules by which a weight moves, among them the family of task a3.6. They are told from the whole course of its
/// gradients, as sums over all steps so far; what a program would remember from one step to the next is not said here.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tutorials/assignments/judge/oracle.hpp"

namespace judge {

/// What one weight has been through before a step: its gradients, the rates, and where it was. Steps are counted
/// from 1, and this is number `t`.
struct Course {
    std::vector<Long> gradients, rates, weights;  ///< weights[k] is the one before step k + 1
    std::size_t t = 0;

    Long g(std::size_t k) const { return gradients[k - 1]; }
    Long g() const { return g(t); }
    Long w() const { return weights[t - 1]; }
    Long rate() const { return rates[t - 1]; }

    /// Σ βᵘ⁻ᵏ f(k) over the steps k up to u.
    template <class F>
    Long fading(Long beta, std::size_t u, F f) const {
        Long total = 0;
        for (std::size_t k = 1; k <= u; ++k)
            total += std::pow(beta, static_cast<Long>(u - k)) * f(k);
        return total;
    }
    /// The same with weights that tend to a sum of 1: of the gradients, of their squares.
    Long mean(Long beta, std::size_t u) const {
        return (1 - beta) * fading(beta, u, [this](std::size_t k) { return g(k); });
    }
    Long square(Long beta, std::size_t u) const {
        return (1 - beta) * fading(beta, u, [this](std::size_t k) { return g(k) * g(k); });
    }
    /// Which part of 1 those weights have reached.
    Long known(Long beta) const { return 1 - std::pow(beta, static_cast<Long>(t)); }
};

/// What becomes of the weight.
using Rule = Long (*)(const Course&);

inline Long sign(Long x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

inline const std::map<std::string, Rule>& rules() {
    using C = const Course&;
    static constexpr Long slow = 0.9L, slower = 0.99L, tiny = 1e-8L;
    static const std::map<std::string, Rule> family{
        {"mean_size",
         [](C c) {
             const Long size =
                 0.1L * c.fading(slow, c.t, [&](std::size_t k) { return std::abs(c.g(k)); });
             return c.w() - c.rate() * c.g() / (size + 0.01L);
         }},
        {"adamax",
         [](C c) {
             Long largest = 0;
             for (std::size_t k = 1; k <= c.t; ++k)
                 largest = std::max(
                     largest, std::pow(slower, static_cast<Long>(c.t - k)) * std::abs(c.g(k)));
             return c.w() - c.rate() * c.mean(slow, c.t) / c.known(slow) / (largest + tiny);
         }},
        {"amsgrad",
         [](C c) {
             Long largest = 0;
             for (std::size_t k = 1; k <= c.t; ++k) largest = std::max(largest, c.square(0.5L, k));
             return c.w() - c.rate() * c.mean(slow, c.t) / (std::sqrt(largest) + tiny);
         }},
        {"nadam",
         [](C c) {
             const Long ahead = (slow * c.mean(slow, c.t) + (1 - slow) * c.g()) / c.known(slow);
             const Long size = std::sqrt(c.square(slower, c.t) / c.known(slower)) + tiny;
             return c.w() - c.rate() * ahead / size;
         }},
        {"lion",
         [](C c) {
             const Long before = c.mean(slower, c.t - 1);
             return c.w() - c.rate() * sign(slow * before + (1 - slow) * c.g());
         }},
        {"signum", [](C c) { return c.w() - c.rate() * sign(c.mean(slow, c.t)); }},
        {"quasi", [](C c) { return c.w() - c.rate() * (0.3L * c.g() + 0.7L * c.mean(slow, c.t)); }},
        {"sutskever",
         [](C c) {
             const Long moved =
                 c.fading(slow, c.t, [&](std::size_t k) { return c.rates[k - 1] * c.g(k); });
             return c.w() - slow * moved - c.rate() * c.g();
         }},
        {"damped",
         [](C c) {
             return c.w() -
                    c.rate() * 0.7L * c.fading(slow, c.t, [&](std::size_t k) { return c.g(k); });
         }},
        {"centred",
         [](C c) {
             const Long mean = c.mean(slow, c.t);
             const Long spread = std::sqrt(c.square(slow, c.t) - mean * mean);
             return c.w() - c.rate() * c.g() / (spread + 0.1L);
         }},
        {"scaled_momentum",
         [](C c) {
             const Long v = c.fading(0.5L, c.t, [&](std::size_t k) {
                 return c.g(k) / (std::sqrt(c.square(slow, k)) + tiny);
             });
             return c.w() - c.rate() * v;
         }},
        {"decay",
         [](C c) {
             const Long v = c.fading(
                 slow, c.t, [&](std::size_t k) { return c.g(k) + 0.1L * c.weights[k - 1]; });
             return c.w() - c.rate() * v;
         }},
        {"soft",
         [](C c) {
             const Long there = c.w() - c.rate() * c.g();
             return sign(there) * std::max(std::abs(there) - 0.1L * c.rate(), Long{0});
         }},
        {"two_speeds",
         [](C c) {
             const auto g = [&](std::size_t k) { return c.g(k); };
             return c.w() - c.rate() * (c.fading(0.5L, c.t, g) + c.fading(slow, c.t, g)) / 2;
         }},
        {"belief",
         [](C c) {
             const Long surprise = 0.01L * c.fading(slower, c.t, [&](std::size_t k) {
                 return std::pow(c.g(k) - c.mean(slow, k), 2.0L);
             });
             return c.w() - c.rate() * c.mean(slow, c.t) / (std::sqrt(surprise) + 0.01L);
         }},
        {"unbiased",
         [](C c) {
             return c.w() -
                    c.rate() * c.g() / (std::sqrt(c.square(slow, c.t) / c.known(slow)) + tiny);
         }},
        {"power_sign",
         [](C c) {
             return c.w() - c.rate() * c.g() * std::exp(sign(c.g()) * sign(c.mean(slow, c.t)));
         }},
        {"add_sign",
         [](C c) {
             return c.w() - c.rate() * c.g() * (1 + sign(c.g()) * sign(c.mean(slow, c.t)));
         }},
        {"cautious",
         [](C c) {
             const Long v = c.fading(slow, c.t, [&](std::size_t k) { return c.g(k); });
             return v * c.g() > 0 ? c.w() - c.rate() * v : c.w();
         }},
        {"dual",
         [](C c) {
             const Long sum = c.fading(1, c.t, [&](std::size_t k) { return c.g(k); });
             return c.w() - c.rate() * sum / std::sqrt(static_cast<Long>(c.t));
         }},
    };
    return family;
}

}  // namespace judge
