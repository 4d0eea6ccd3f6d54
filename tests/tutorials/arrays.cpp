#include "tutorials/support/arrays.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "nn/random.hpp"

using autograd::array;
using autograd::Array;
using autograd::Error;
using autograd::Indices;
using autograd::Variable;

TEST_CASE("rows by class, joined and between") {
    const Array a = array({3, 2}, {1, 2, 3, 4, 5, 6});
    CHECK(tutorials::upto(3) == Indices{0, 1, 2});
    CHECK(tutorials::members({1, 0, 1}, 1) == Indices{0, 2});
    CHECK(tutorials::join(nn::take(a, {2}), nn::take(a, {0, 1})) ==
          array({3, 2}, {5, 6, 1, 2, 3, 4}));
    CHECK(tutorials::walk(array({1, 2}, {0, 4}), array({1, 2}, {2, 0}), 3) ==
          array({3, 2}, {0, 4, 1, 2, 2, 0}));

    const nn::Dataset data{.images = a, .labels = {1, 0, 1}};
    CHECK(tutorials::first_of(data, 1, 1) == array({1, 2}, {1, 2}));
    CHECK(tutorials::first_of(data, 1, 9) == array({2, 2}, {1, 2, 5, 6}));
    const nn::Dataset three{.images = a, .labels = {2, 0, 2}, .classes = 3};
    CHECK(tutorials::one_of_each_class(three) == array({2, 2}, {3, 4, 1, 2}));  // class 1 has none
    CHECK_THROWS_WITH_AS(tutorials::first_of(data, 2, 9),
                         "[first_of] there are no images of class 2", Error);
    CHECK_THROWS_WITH_AS(tutorials::first_of(three, 4, 9),
                         "[first_of] there are no images of class 1", Error);
    const nn::Dataset two{.images = a, .labels = {1, 0, 1}, .classes = 2};
    CHECK(tutorials::first_of(two, 3, 9) == array({1, 2}, {5, 6}));  // the second of class 1
    CHECK(tutorials::first_of(two, 5, 1) == array({1, 2}, {1, 2}));  // there is no third
    CHECK(tutorials::first_of(two, 2, 9) == array({1, 2}, {3, 4}));
}

TEST_CASE("edges, variety and distance of pictures, by hand") {
    const Array two = array({2, 4}, {0, 1, 0, 1, 0, 0, 1, 1});  // 2 × 2: stripes that stand and lie
    CHECK(tutorials::edges(two, {2, 2, 1}) == 0.5);
    CHECK(tutorials::variety(two) == 0.125);  // two of four pixels differ
    const Array real = array({3, 4}, {0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0});
    CHECK(tutorials::distance_to_nearest(two, real) == doctest::Approx(0.125));  // 0 and 1 pixel
}

TEST_CASE("the nearest of more rows than fit at once is the one that a search by hand finds") {
    nn::Random random(1);
    const Array among = random.normal({2345, 3}), queries = random.normal({20, 3});
    const Indices found = tutorials::nearest(queries, among);
    REQUIRE(found.size() == 20);
    for (std::size_t m = 0; m < 20; ++m) {
        std::size_t best = 0;
        double smallest = 1e9;
        for (std::size_t n = 0; n < 2345; ++n) {
            double distance = 0;
            for (std::size_t d = 0; d < 3; ++d)
                distance += std::pow(double{queries(m, d)} - double{among(n, d)}, 2);
            if (distance < smallest) smallest = distance, best = n;
        }
        CHECK(found[m] == best);
    }
    CHECK(tutorials::nearest(array({1, 1}, {3.2}), array({3, 1}, {9, 4, 2})) == Indices{1});
    CHECK_THROWS_AS(tutorials::nearest(queries, Array(autograd::Shape{0, 3})), Error);
}
