#include "tutorials/support/rows.hpp"

#include <doctest/doctest.h>

#include "autograd/ops.hpp"
#include "nn/random.hpp"

using autograd::Array;
using autograd::Variable;

TEST_CASE("a map of more rows than fit at once gives what a map of each row gives") {
    nn::Random random(1);
    const Array rows = random.normal({2345, 3});
    const Array sums = tutorials::map_rows(rows, [](Variable x) { return sum(square(x), {-1}); });
    const Array doubled = tutorials::map_rows(rows, [](Variable x) { return 2 * x; });
    REQUIRE(sums.shape() == autograd::Shape{2345});
    REQUIRE(doubled.shape() == rows.shape());
    double total = 0;
    for (std::size_t i = 0; i < 2345; ++i) {
        const double a = rows(i, 0), b = rows(i, 1), c = rows(i, 2);
        CHECK(sums(i) == doctest::Approx(a * a + b * b + c * c));
        CHECK(doubled(i, 2) == doctest::Approx(2 * c));
        total += a * a + b * b + c * c;
    }
    CHECK(tutorials::mean_over_rows(rows, [](Variable x) { return sum(square(x), {-1}); }) ==
          doctest::Approx(total / 2345));
}

TEST_CASE("maps that lose rows, and means of more than one number for each, are refused") {
    const Array rows = autograd::full({4, 3}, 1);
    CHECK_THROWS_AS(tutorials::map_rows(rows, [](Variable x) { return sum(x); }), autograd::Error);
    CHECK_THROWS_AS(tutorials::map_rows(Array(autograd::Shape{0, 3}), [](Variable x) { return x; }),
                    autograd::Error);
    CHECK_THROWS_AS(tutorials::mean_over_rows(rows, [](Variable x) { return x; }), autograd::Error);
}
