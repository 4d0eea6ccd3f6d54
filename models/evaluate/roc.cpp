#include "models/evaluate/roc.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace models {

namespace {

void check(const std::vector<double>& scores) {
    autograd::require(!scores.empty(),
                      "[area_under_roc] expected scores of both kinds, got none of one");
    autograd::require(
        std::none_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); }),
        "[area_under_roc] a score is not a number");
}

}  // namespace

double area_under_roc(const std::vector<double>& low, const std::vector<double>& high) {
    check(low);
    check(high);
    std::vector<double> sorted = low;
    std::sort(sorted.begin(), sorted.end());
    double wins = 0;  // over all pairs
    for (const double score : high) {
        const auto [below, above] = std::equal_range(sorted.begin(), sorted.end(), score);
        wins += double(below - sorted.begin()) + 0.5 * double(above - below);
    }
    return wins / (double(low.size()) * double(high.size()));
}

}  // namespace models
