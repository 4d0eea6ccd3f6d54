#include "autograd/simd.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "evaluate.hpp"

using namespace autograd;
using namespace optests;
using simd::Batch;

namespace {

constexpr double epsilon = std::numeric_limits<Real>::epsilon();
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

/// Every length around the four batches that one turn of the loops takes.
constexpr std::size_t longest = 5 * simd::width + 1;

Real softplus(Real x) { return simd::softplus(Batch(x)).get(0); }
Real sigmoid(Real x) { return simd::sigmoid(Batch(x)).get(0); }

}  // namespace

TEST_CASE("map computes every element, whatever the length, also in place") {
    const Array x = random_array({longest}, 1), y = random_array({longest}, 2);
    for (std::size_t n = 0; n <= longest; ++n) {
        CAPTURE(n);
        Array out = full({longest}, 7);
        simd::map(
            n, out.data(), [](Batch a, Batch b) { return a * b; }, x.data(), y.data());
        for (std::size_t i = 0; i < longest; ++i)
            CHECK(out.data()[i] == (i < n ? x.data()[i] * y.data()[i] : Real{7}));
        Array in_place = x;
        simd::map(
            n, in_place.data(), [](Batch a) { return a + a; }, in_place.data());
        for (std::size_t i = 0; i < longest; ++i)
            CHECK(in_place.data()[i] == (i < n ? 2 : 1) * x.data()[i]);
    }
}

TEST_CASE("sum adds every element, whatever the length") {
    const Array x = random_array({longest}, 1), y = random_array({longest}, 2);
    for (std::size_t n = 0; n <= longest; ++n) {
        CAPTURE(n);
        double total = 0, products = 0;
        for (std::size_t i = 0; i < n; ++i) {
            total += double{x.data()[i]};
            products += double{x.data()[i]} * double{y.data()[i]};
        }
        CHECK(std::abs(double{simd::sum(n, x.data())} - total) < 50 * epsilon);
        const Real sum = simd::sum(
            n, [](Batch a, Batch b) { return a * b; }, x.data(), y.data());
        CHECK(std::abs(double{sum} - products) < 50 * epsilon);
    }
}

TEST_CASE("max finds the largest element, wherever it is") {
    for (std::size_t n = 1; n <= longest; ++n)
        for (std::size_t at = 0; at < n; ++at) {
            Array x = full({longest}, 9);  // what lies behind does not count
            std::fill_n(x.data(), n, Real{-2});
            x.data()[at] = -1;
            CHECK(simd::max(n, x.data()) == -1);
        }
}

TEST_CASE("the loops read no element that is not theirs") {
    Array x = full({longest}, not_a_number);  // a NaN beside the elements would show in the sum
    for (std::size_t n = 0; n < longest; ++n) {
        CHECK(simd::sum(n, x.data()) == static_cast<Real>(n));
        x.data()[n] = 1;
    }
}

TEST_CASE("softplus and sigmoid are exact to rounding, also far out") {
    for (double x = -40; x <= 40; x += 0.37) {
        const Real r = static_cast<Real>(x);
        const double soft = std::log1p(std::exp(-std::abs(double{r}))) + std::fmax(double{r}, 0);
        const double s = double{r} > 0 ? 1 / (1 + std::exp(-double{r}))
                                       : std::exp(double{r}) / (1 + std::exp(double{r}));
        CAPTURE(x);
        CHECK(std::abs(double{softplus(r)} - soft) <= 4 * epsilon * soft);
        CHECK(std::abs(double{sigmoid(r)} - s) <= 8 * epsilon * s);
    }
    for (const Real far : {Real(100), Real(1000), infinity}) {
        CHECK(softplus(far) == far);
        CHECK(softplus(-far) < 1e-40);
        CHECK(softplus(-far) >= 0);
        CHECK(sigmoid(far) == 1);
        CHECK(sigmoid(-far) < 1e-37);
        CHECK(sigmoid(-far) >= 0);
    }
    CHECK(std::isnan(softplus(not_a_number)));
    CHECK(std::isnan(sigmoid(not_a_number)));
}
