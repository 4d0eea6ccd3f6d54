#include "models/evaluate/roc.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "autograd/array.hpp"
#include "nn/random.hpp"

using models::area_under_roc;
using models::area_with_error;

TEST_CASE("the area under the ROC counts the pairs in the right order, and ties half") {
    CHECK(area_under_roc({1, 2}, {3, 4, 5}) == 1);
    CHECK(area_under_roc({3, 4, 5}, {1, 2}) == 0);
    CHECK(area_under_roc({1, 1}, {1}) == 0.5);
    CHECK(area_under_roc({4, 1, 2}, {3, 2}) == doctest::Approx((2 + 1.5) / 6));
}

TEST_CASE("the area under the ROC of two normal scores is Φ of their distance over √2") {
    nn::Random random(1);
    std::vector<double> low, high;
    for (int i = 0; i < 20000; ++i) {
        low.push_back(random.normal());
        high.push_back(random.normal() + 1);
    }
    const double expected = 0.5 * std::erfc(-1 / std::numbers::sqrt2 / std::numbers::sqrt2);
    CHECK(area_under_roc(low, high) == doctest::Approx(expected).epsilon(0.01));
}

TEST_CASE("the standard error of the area under the ROC is that of DeLong") {
    // Shares of the high ones 1, ½ and of the low ones 1, ½: variances ⅛ and ⅛, each of a mean of two.
    const models::RocArea found = area_with_error({1, 3}, {2, 4});
    CHECK(found.area == 0.75);
    CHECK(found.standard_error == doctest::Approx(std::sqrt(0.125)));
}

TEST_CASE("the standard error of the area under the ROC is how much the area varies") {
    nn::Random random(1);
    std::vector<double> areas, errors;
    for (int trial = 0; trial < 2000; ++trial) {
        std::vector<double> low, high;
        for (int i = 0; i < 60; ++i) low.push_back(random.normal());
        for (int i = 0; i < 40; ++i) high.push_back(2 * random.normal() + 0.7);
        const models::RocArea found = area_with_error(low, high);
        areas.push_back(found.area);
        errors.push_back(found.standard_error);
    }
    double mean = 0, squares = 0, error = 0;
    for (const double area : areas) mean += area / 2000;
    for (const double area : areas) squares += (area - mean) * (area - mean) / 1999;
    for (const double each : errors) error += each / 2000;
    CHECK(error == doctest::Approx(std::sqrt(squares)).epsilon(0.05));
}

TEST_CASE("the area under the ROC wants scores, and numbers") {
    CHECK_THROWS_AS(area_under_roc({}, {1}), autograd::Error);
    CHECK_THROWS_AS(area_under_roc({1}, {}), autograd::Error);
    CHECK_THROWS_AS(area_under_roc({1}, {std::numeric_limits<double>::quiet_NaN()}),
                    autograd::Error);
    CHECK_THROWS_AS(area_with_error({1}, {1, 2}), autograd::Error);
    CHECK_THROWS_AS(area_with_error({1, 2}, {1}), autograd::Error);
}
