#include "models/evaluate/quantiser.hpp"

#include <algorithm>
#include <cmath>

namespace models {

using autograd::Array;
using autograd::Real;
using autograd::require;

namespace {

constexpr double most_cells = 1e6;

/// The smallest and the largest number of column j of (N, k).
std::pair<double, double> range_of(const Array& codes, std::size_t j) {
    double low = codes(0, j), high = low;
    for (std::size_t i = 0; i < codes.shape(0); ++i) {
        const double value = codes(i, j);
        require(std::isfinite(value), "[Quantiser] a number of the codes is not finite");
        low = std::min(low, value);
        high = std::max(high, value);
    }
    return {low, high};
}

}  // namespace

Quantiser::Quantiser(const Array& codes, const std::vector<double>& steps) {
    require(codes.dimension() == 2 && codes.size() > 0, "[Quantiser] codes are ", codes.shape(),
            " but (N, k) with N > 0 is wanted");
    require(codes.shape(1) == steps.size(), "[Quantiser] ", steps.size(), " steps for codes of ",
            codes.shape(1), " numbers");
    for (std::size_t j = 0; j < steps.size(); ++j) {
        const double step = steps[j];
        require(step > 0, "[Quantiser] wants a step above 0, got ", step);
        const auto [low, high] = range_of(codes, j);
        require((high - low) / step < most_cells, "[Quantiser] a step of ", step,
                " for values from ", low, " to ", high, " makes more than a million cells");
        const long first = std::lround(low / step), last = std::lround(high / step);
        scales_.push_back({step, first, std::vector<double>(std::size_t(last - first + 1), 0.5)});

        std::vector<double>& counts = scales_.back().bits;
        for (std::size_t i = 0; i < codes.shape(0); ++i) ++counts[cell(j, codes(i, j))];
        const double total = double(codes.shape(0)) + 0.5 * double(counts.size());
        for (double& count : counts) count = -std::log2(count / total);
    }
}

std::size_t Quantiser::cell(std::size_t j, double value) const {
    const Scale& scale = scales_[j];
    const double last = double(scale.bits.size() - 1);
    return std::size_t(std::clamp(std::round(value / scale.step) - double(scale.first), 0., last));
}

void Quantiser::check(const Array& codes) const {
    require(codes.dimension() == 2 && codes.shape(0) > 0 && codes.shape(1) == scales_.size(),
            "[Quantiser] codes are ", codes.shape(), " but (N, ", scales_.size(), ") is wanted");
    require(std::all_of(codes.begin(), codes.end(), [](Real x) { return std::isfinite(x); }),
            "[Quantiser] a number of the codes is not finite");
}

Array Quantiser::round(const Array& codes) const {
    check(codes);
    Array rounded = codes;
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t j = 0; j < codes.shape(1); ++j) {
            const double number = double(scales_[j].first) + double(cell(j, codes(i, j)));
            rounded(i, j) = static_cast<Real>(number * scales_[j].step);
        }
    return rounded;
}

double Quantiser::bits(const Array& codes) const {
    check(codes);
    double total = 0;
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t j = 0; j < codes.shape(1); ++j)
            total += scales_[j].bits[cell(j, codes(i, j))];
    return total / static_cast<double>(codes.shape(0));
}

}  // namespace models
