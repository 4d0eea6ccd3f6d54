#include "tutorials/support/numbers.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autograd/error.hpp"

TEST_CASE("mean, median and standard deviation of a few numbers are those of paper and pencil") {
    CHECK(tutorials::mean({1, 2, 6}) == 3);
    CHECK(tutorials::median({6, 1, 2}) == 2);
    CHECK(tutorials::median({6, 1, 2, 4}) == 3);
    const auto [mean, deviation] = tutorials::spread({1, 2, 6});
    CHECK(mean == 3);
    CHECK(deviation == doctest::Approx(2.6457513));  // √(14 / 2)
    CHECK(tutorials::spread({5}).deviation == 0);
    CHECK_THROWS_WITH_AS(tutorials::spread({}), "[mean] expected at least one number, got none",
                         autograd::Error);
    CHECK_THROWS_AS(tutorials::median({}), autograd::Error);
    CHECK(std::isnan(tutorials::median({1, 2, NAN})));
}
