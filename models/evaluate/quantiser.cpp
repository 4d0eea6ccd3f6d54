#include "models/evaluate/quantiser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

using autograd::Array;
using autograd::Real;
using autograd::require;

namespace {

constexpr double most_cells = 1e6;

/// Calls visit(j, value) for every number of the codes (N, k), one example after the other. That is
/// how they lie in memory: column by column, wide codes would be fetched anew for every number.
template <class Visit>
void for_each_number(const Array& codes, Visit visit) {
    const Real* number = codes.data();
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t j = 0; j < codes.shape(1); ++j) visit(j, *number++);
}

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -low;
};

/// The smallest and the largest number of each column of (N, k).
std::vector<Range> ranges_of(const Array& codes) {
    std::vector<Range> ranges(codes.shape(1));
    for_each_number(codes, [&](std::size_t j, double value) {
        require(std::isfinite(value), "[Quantiser] a number of the codes is not finite");
        ranges[j].low = std::min(ranges[j].low, value);
        ranges[j].high = std::max(ranges[j].high, value);
    });
    return ranges;
}

}  // namespace

Quantiser::Quantiser(const Array& codes, const std::vector<double>& steps) {
    require(codes.dimension() == 2 && codes.size() > 0,
            "[Quantiser] expected codes (N, k) with N > 0, got ", codes.shape());
    require(codes.shape(1) == steps.size(), "[Quantiser] ", steps.size(), " steps for codes of ",
            codes.shape(1), " numbers");
    const std::vector<Range> ranges = ranges_of(codes);
    for (std::size_t j = 0; j < steps.size(); ++j) {
        const double step = steps[j];
        const auto [low, high] = ranges[j];
        require(step > 0, "[Quantiser] expected a step above 0, got ", step);
        require((high - low) / step < most_cells, "[Quantiser] a step of ", step,
                " for values from ", low, " to ", high, " makes more than a million cells");
        const long first = std::lround(low / step), last = std::lround(high / step);
        scales_.push_back({step, first, std::vector<double>(std::size_t(last - first + 1), 0.5)});
    }
    for_each_number(codes, [&](std::size_t j, double value) { ++scales_[j].bits[cell(j, value)]; });
    for (Scale& scale : scales_) {
        const double total = double(codes.shape(0)) + 0.5 * double(scale.bits.size());
        for (double& count : scale.bits) count = -std::log2(count / total);
    }
}

std::size_t Quantiser::cell(std::size_t j, double value) const {
    const Scale& scale = scales_[j];
    const double last = double(scale.bits.size() - 1);
    return std::size_t(std::clamp(std::round(value / scale.step) - double(scale.first), 0., last));
}

void Quantiser::check(const Array& codes) const {
    require(codes.dimension() == 2 && codes.shape(0) > 0 && codes.shape(1) == scales_.size(),
            "[Quantiser] expected codes (N, ", scales_.size(), "), got ", codes.shape());
    require(std::all_of(codes.begin(), codes.end(), [](Real x) { return std::isfinite(x); }),
            "[Quantiser] a number of the codes is not finite");
}

Array Quantiser::round(const Array& codes) const {
    check(codes);
    Array rounded(codes.shape());
    Real* middle = rounded.data();
    for_each_number(codes, [&](std::size_t j, double value) {
        const double number = double(scales_[j].first) + double(cell(j, value));
        *middle++ = static_cast<Real>(number * scales_[j].step);
    });
    return rounded;
}

double Quantiser::bits(const Array& codes) const {
    check(codes);
    double total = 0;
    for_each_number(codes,
                    [&](std::size_t j, double value) { total += scales_[j].bits[cell(j, value)]; });
    return total / static_cast<double>(codes.shape(0));
}

}  // namespace models
