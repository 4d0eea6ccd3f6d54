/// @file
/// The family of task a6.7: prices of a rate that the framework does not have. What their slopes are is not said here.
#pragma once

#include <cmath>
#include <map>
#include <string>

namespace judge {

inline const std::map<std::string, long double (*)(long double)>& prices() {
    using F = long double;
    static const std::map<std::string, F (*)(F)> family{
        {"logarithm", [](F r) -> F { return std::log1p(r); }},
        {"fraction", [](F r) -> F { return r / (1 + r); }},
        {"decay", [](F r) -> F { return -std::expm1(-r); }},
        {"capacity", [](F r) -> F { return (r - 1) * (r - 1); }},
        {"capacity_cosh", [](F r) -> F { return std::log(std::cosh(r - 1)); }},
        {"capacity_root", [](F r) -> F { return std::sqrt(1 + (r - 1) * (r - 1)) - 1; }},
        {"capacity_cauchy", [](F r) -> F { return std::log1p((r - 1) * (r - 1)); }},
        {"capacity_quartic", [](F r) -> F { return std::pow(r - 1, F(4)) / 4; }},
        {"capacity_well", [](F r) -> F { return -std::expm1(-(r - 1) * (r - 1)); }},
        {"soft_floor", [](F r) -> F { return std::log1p(std::exp(4 * r - 2)) / 4; }},
        {"round_floor", [](F r) -> F { return std::sqrt(r * r + F(0.25)); }},
        {"late", [](F r) -> F { return r * r / (1 + r); }},
        {"power", [](F r) -> F { return std::pow(r, F(1.5)); }},
        {"elastic", [](F r) -> F { return r + r * r / 2; }},
        {"root", [](F r) -> F { return std::sqrt(1 + r) - 1; }},
        {"angle", [](F r) -> F { return std::atan(r); }},
        {"bounded", [](F r) -> F { return std::tanh(r); }},
        {"entropy", [](F r) -> F { return (1 + r) * std::log1p(r) - r; }},
        {"slowly_steeper", [](F r) -> F { return r * std::log1p(r); }},
        {"inverse_sinh", [](F r) -> F { return std::asinh(r); }},
    };
    return family;
}

}  // namespace judge
