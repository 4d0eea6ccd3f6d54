#include "models/evaluate/imputation.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "models/vae.hpp"
#include "nn/rows.hpp"

using autograd::Array;
using autograd::array;
using autograd::Error;
using models::impute;

TEST_CASE("a linear VAE fills in the expectation given what is known") {
    // x = (1, 2, -1)ᵀ z + ½ ε. Given x₀ and x₂, E[z] = (x₀ − x₂) / (1 + 1 + ¼), and x₁ is twice that.
    const auto rebuild = [](const Array& x) {
        Array out = x;
        for (std::size_t i = 0; i < x.shape(0); ++i) {
            const auto z = (x(i, 0) + 2 * x(i, 1) - x(i, 2)) / autograd::Real(6.25);
            out(i, 0) = z, out(i, 1) = 2 * z, out(i, 2) = -z;
        }
        return out;
    };
    Array rows = array({3, 3}, {1, NAN, -2, 1, 2, 3, NAN, NAN, NAN});
    CHECK(impute(rows, rebuild) == 0);
    CHECK(double{rows(0, 0)} == 1);
    CHECK(double{rows(0, 1)} == doctest::Approx(2 * 3 / 2.25).epsilon(1e-4));
    CHECK(double{rows(0, 2)} == -2);
    CHECK(double{rows(1, 1)} == 2);
    CHECK(std::abs(double{rows(2, 1)}) < 1e-3);
}

TEST_CASE("imputation begins with the mean of the row or what is given, and says who still moves") {
    const auto same = [](const Array& x) { return x; };
    Array rows = array({2, 3}, {1, NAN, 2, 5, 6, 7});
    CHECK(impute(rows, same) == 0);
    CHECK(double{rows(0, 1)} == 1.5);
    rows(0, 1) = NAN;
    CHECK(impute(rows, same, 10, autograd::Real(-3)) == 0);
    CHECK(double{rows(0, 1)} == -3);
    rows(0, 1) = NAN;
    const auto grows = [](const Array& x) { return Array(x + autograd::Real(1)); };
    CHECK(impute(rows, grows, 10) == 1);
    CHECK(double{rows(0, 1)} == 11.5);
    CHECK(double{rows(1, 1)} == 6);
}

TEST_CASE("imputation refuses what it cannot fill in") {
    const auto same = [](const Array& x) { return x; };
    Array rows = array({3}, {1, 2, 3});
    CHECK_THROWS_AS(impute(rows, same), Error);
    rows = array({1, 2}, {INFINITY, NAN});
    CHECK_THROWS_WITH_AS(impute(rows, same),
                         "[impute] row 0 holds inf, expected a finite number or none", Error);
    rows = array({1, 2}, {1, NAN});
    CHECK_THROWS_AS(impute(rows, [](const Array& x) { return Array(x / autograd::Real(0)); }),
                    Error);
    rows = array({1, 2}, {1, NAN});
    CHECK_THROWS_AS(impute(rows, [](const Array&) { return array({1, 1}, {0}); }), Error);
}
