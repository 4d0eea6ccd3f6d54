#include "models/evaluate/roc.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "autograd/array.hpp"
#include "nn/random.hpp"

using models::area_under_roc;

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

TEST_CASE("the area under the ROC wants scores, and numbers") {
    CHECK_THROWS_AS(area_under_roc({}, {1}), autograd::Error);
    CHECK_THROWS_AS(area_under_roc({1}, {}), autograd::Error);
    CHECK_THROWS_AS(area_under_roc({1}, {std::numeric_limits<double>::quiet_NaN()}),
                    autograd::Error);
}
