#include "nn/io/decimal.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

using nn::decimal;

TEST_CASE("numbers are written as a person would") {
    CHECK(decimal(244.41f) == "244.41");
    CHECK(decimal(244.41) == "244.41");
    CHECK(decimal(-0.1f) == "-0.1");
    CHECK(decimal(0) == "0");
    CHECK(decimal(-0.0) == "0");
    CHECK(decimal(60000) == "60000");
    CHECK(decimal(100000000) == "100000000");
    CHECK(decimal(9007199254740991) == "9007199254740991");
    CHECK(decimal(-12) == "-12");
    CHECK(decimal(1e-5) == "1e-05");
    CHECK(decimal(1.0 / 3) == "0.33333334");
    CHECK(decimal(0.0001f) == "0.0001");
    CHECK(decimal(1e30f) == "1e+30");
    CHECK(decimal(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(decimal(-std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(decimal(-INFINITY) == "-inf");
    CHECK(decimal(1e300) == "inf");
}

TEST_CASE("every float comes back, and reading and writing again changes nothing") {
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i) {
        const auto bits = static_cast<std::uint32_t>(random());
        float number;
        std::memcpy(&number, &bits, sizeof number);
        if (!std::isfinite(number)) continue;
        const std::string text = decimal(number);
        REQUIRE(std::strtof(text.c_str(), nullptr) == number);
        REQUIRE(decimal(std::strtod(text.c_str(), nullptr)) == text);
    }
}

TEST_CASE("doubles are written to the same text after reading too") {
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> numbers(0, 10);
    for (int i = 0; i < 20000; ++i) {
        const double number = numbers(random);
        const std::string text = decimal(number);
        const double again = std::strtod(text.c_str(), nullptr);
        REQUIRE(std::abs(again - number) <= 1.2e-7 * number);
        REQUIRE(decimal(again) == text);
    }
}
