#include "models/evaluate/quantiser.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "nn/random.hpp"

using autograd::Array;
using autograd::array;
using autograd::Error;
using autograd::Real;
using models::Quantiser;

TEST_CASE("four equally likely cells cost two bits, and two numbers cost the sum of their bits") {
    Array codes(autograd::Shape{4000, 2});
    for (std::size_t i = 0; i < 4000; ++i) {
        codes(i, 0) = Real(i % 4);        // 2 bits
        codes(i, 1) = Real(5 * (i % 2));  // 1 bit: the four cells between the two are never hit
    }
    CHECK(Quantiser(codes, {1, 5}).bits(codes) == doctest::Approx(3).epsilon(1e-3));
    CHECK(Quantiser(codes, {4, 5}).bits(codes) == doctest::Approx(2));  // 0, 1 and 2, 3 are one
    CHECK(Quantiser(codes, {1, 1}).bits(codes) == doctest::Approx(3).epsilon(3e-3));
}

TEST_CASE("a cell costs minus the logarithm of how often training codes fell into it") {
    // Counts 3 and 1, each with a half added: 3.5 / 5 and 1.5 / 5.
    const Quantiser quantiser(array({4, 1}, {0, 0.1, -0.2, 1}), {1});
    CHECK(quantiser.bits(array({1, 1}, {0.3})) == doctest::Approx(-std::log2(3.5 / 5)));
    CHECK(quantiser.bits(array({1, 1}, {0.7})) == doctest::Approx(-std::log2(1.5 / 5)));
    CHECK(quantiser.bits(array({2, 1}, {0.3, 0.7})) ==
          doctest::Approx(-std::log2(3.5 / 5) / 2 - std::log2(1.5 / 5) / 2));
}

TEST_CASE(
    "fine cells of a normal number cost its differential entropy less the logarithm of the step") {
    nn::Random random(1);
    const Array codes = random.normal({100000, 1});
    const double entropy = 0.5 * std::log2(2 * std::numbers::pi * std::numbers::e);  // 2.047 bits
    for (const double step : {0.5, 0.25, 0.1}) {
        const Quantiser quantiser(codes, {step});
        CHECK(quantiser.bits(random.normal({100000, 1})) ==
              doctest::Approx(entropy - std::log2(step)).epsilon(5e-3));
        double squares = 0;  // of the errors, which are uniform in a cell: step² / 12
        const Array rounded = quantiser.round(codes);
        for (std::size_t i = 0; i < 100000; ++i)
            squares += std::pow(double{codes(i, 0)} - double{rounded(i, 0)}, 2) / 100000;
        CHECK(squares == doctest::Approx(step * step / 12).epsilon(2e-2));
    }
}

TEST_CASE("codes go to the middle of their cell, and from beyond the last cell to the last one") {
    const Quantiser quantiser(array({2, 2}, {-1, 3, 2, 3}), {0.5, 2});
    const Array rounded =
        quantiser.round(array({3, 2}, {0.7, 3, -9, 1e30, 1.8, -std::numeric_limits<float>::max()}));
    const Array expected = array({3, 2}, {0.5, 4, -1, 4, 2, 4});
    for (std::size_t i = 0; i < 6; ++i) CHECK(rounded.data()[i] == expected.data()[i]);
}

TEST_CASE("a quantiser refuses what it cannot count") {
    const Array codes = array({2, 2}, {0, 1, 2, 3});
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    CHECK_THROWS_AS(Quantiser(codes, {1}), Error);
    CHECK_THROWS_AS(Quantiser(codes, {1, 0}), Error);
    CHECK_THROWS_AS(Quantiser(codes, {1, -1}), Error);
    CHECK_THROWS_AS(Quantiser(codes, {1, 1e-9}), Error);
    CHECK_THROWS_AS(Quantiser(array({4}, {0, 1, 2, 3}), {1}), Error);
    CHECK_THROWS_AS(Quantiser(array({1, 2}, {0, nan}), {1, 1}), Error);
    const Quantiser quantiser(codes, {1, 1});
    CHECK_THROWS_AS(quantiser.round(array({1, 3}, {0, 1, 2})), Error);
    CHECK_THROWS_AS(quantiser.bits(array({1, 2}, {nan, 1})), Error);
}
