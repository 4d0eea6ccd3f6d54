#include "models/evaluate/roc.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

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

/// Of each score the share of the others that are below it, ties counting half.
std::vector<double> shares_below(const std::vector<double>& scores, std::vector<double> others) {
    std::sort(others.begin(), others.end());
    std::vector<double> shares;
    for (const double score : scores) {
        const auto [below, above] = std::equal_range(others.begin(), others.end(), score);
        const double wins = double(below - others.begin()) + 0.5 * double(above - below);
        shares.push_back(wins / double(others.size()));
    }
    return shares;
}

double mean_of(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.) / double(numbers.size());
}

double squared_error_of_mean(const std::vector<double>& numbers) {
    const double mean = mean_of(numbers), n = double(numbers.size());
    double squares = 0;
    for (const double number : numbers) squares += (number - mean) * (number - mean);
    return squares / (n - 1) / n;
}

}  // namespace

double area_under_roc(const std::vector<double>& low, const std::vector<double>& high) {
    check(low);
    check(high);
    return mean_of(shares_below(high, low));
}

RocArea area_with_error(const std::vector<double>& low, const std::vector<double>& high) {
    const double area = area_under_roc(low, high);
    autograd::require(low.size() > 1 && high.size() > 1,
                      "[area_with_error] expected two scores of each kind, got ", low.size(),
                      " and ", high.size());
    const double variance = squared_error_of_mean(shares_below(high, low)) +
                            squared_error_of_mean(shares_below(low, high));
    return {area, std::sqrt(variance)};
}

}  // namespace models
