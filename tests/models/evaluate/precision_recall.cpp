#include "models/evaluate/precision_recall.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "nn/random.hpp"

using autograd::Array;
using models::lie_among;
using models::precision_recall;

namespace {

Array on_a_line(const std::vector<double>& places) {
    Array out = Array::from_shape({places.size(), 1});
    for (std::size_t i = 0; i < places.size(); ++i)
        out(i, 0) = static_cast<autograd::Real>(places[i]);
    return out;
}

}  // namespace

TEST_CASE("precision and recall of points on a line are as counted by hand") {
    // Radii of the real points with k = 1: 1, 1, 2, 10. Of the made ones: 1, 1, 98.5.
    const Array real = on_a_line({0, 1, 3, 13}), made = on_a_line({-0.5, 0.5, 99});
    const auto found = precision_recall(made, real, 1);
    CHECK(found.precision == doctest::Approx(2.0 / 3));  // 99 is 86 from 13
    CHECK(found.recall == 1);                            // 3 and 13 are within 98.5 of 99
    CHECK(precision_recall(on_a_line({-0.5, 0.5, 1.5}), real, 1).recall == doctest::Approx(0.5));
    CHECK(lie_among(made, real, 1) == std::vector<bool>{true, true, false});
    CHECK(lie_among(on_a_line({7}), real, 1) == std::vector<bool>{true});  // within 10 of 13
    CHECK(lie_among(on_a_line({-1, 5, 23}), real, 1) ==
          std::vector<bool>{true, true, true});  // on edges
    // With k = 2 the radii of the real points are 3, 2, 3, 12.
    CHECK(precision_recall(on_a_line({-2.9, -3.1, 6, 24.9, 25.1}), real, 2).precision ==
          doctest::Approx(3.0 / 5));
}

TEST_CASE("a point is not its own neighbour, but its double is") {
    CHECK(precision_recall(on_a_line({0.5, 5}), on_a_line({0, 1}), 1).precision == 0.5);
    CHECK(precision_recall(on_a_line({0.5, 5}), on_a_line({0, 0, 1}), 1).precision == 0.5);
    CHECK(precision_recall(on_a_line({0.5, 5}), on_a_line({0, 0}), 1).precision == 0);
}

TEST_CASE("what is drawn from one mode of two is precise, and half of the rest is not recalled") {
    nn::Random random(1);
    Array real = random.normal({400, 2}), made = random.normal({300, 2});
    for (std::size_t i = 0; i < 200; ++i) real(i, 0) += 50;
    const auto found = precision_recall(made, real);
    CHECK(found.precision > 0.85);
    CHECK(found.recall == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("precision and recall want more than k finite rows of one width") {
    const Array four = on_a_line({0, 1, 3, 13});
    CHECK_NOTHROW(precision_recall(four, four, 3));
    CHECK_THROWS_AS(precision_recall(four, four, 4), autograd::Error);
    CHECK_THROWS_AS(precision_recall(four, four, 0), autograd::Error);
    CHECK_THROWS_AS(precision_recall(Array::from_shape({5, 2}), four), autograd::Error);
    CHECK_THROWS_AS(precision_recall(Array::from_shape({5}), four), autograd::Error);
    CHECK_THROWS_AS(
        precision_recall(four, on_a_line({0, 1, 3, std::numeric_limits<double>::infinity()})),
        autograd::Error);
}
