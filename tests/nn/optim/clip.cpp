#include "nn/optim/clip.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../checks.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;

namespace {

/// A parameter that `backward` has reached.
Parameter with_gradient(const Array& gradient) {
    return {full(gradient.shape(), 0), gradient, true};
}

}  // namespace

TEST_CASE("clipping by norm scales all gradients by one factor, to the limit") {
    Parameter a = with_gradient(array({2}, {3, 0})), b = with_gradient(array({1, 1}, {-4}));
    CHECK(clip_by_norm({{"a", &a}, {"b", &b}}, 2) == about(5));
    CHECK(a.gradient(0) == about(1.2));
    CHECK(a.gradient(1) == 0);
    CHECK(b.gradient(0, 0) == about(-1.6));
    CHECK(clip_by_norm({{"a", &a}, {"b", &b}}, 10) == about(2));
    CHECK(b.gradient(0, 0) == about(-1.6));
}

TEST_CASE("gradients whose norm is at or below the limit keep their bits") {
    for (const double limit : {5., 5.5}) {
        Parameter a = with_gradient(array({2}, {3, -4}));
        CHECK(clip_by_norm({{"a", &a}}, limit) == 5);
        CHECK(a.gradient == array({2}, {3, -4}));
    }
    Parameter zero = with_gradient(full({3}, 0));
    CHECK(clip_by_norm({{"zero", &zero}}, 1e-6) == 0);
    CHECK(zero.gradient == full({3}, 0));
    CHECK(clip_by_norm({}, 1) == 0);
}

TEST_CASE("the norm is summed in double and does not overflow in single precision") {
    Parameter huge = with_gradient(full({10'000}, Real(1e25)));
    CHECK(clip_by_norm({{"huge", &huge}}, 1) == doctest::Approx(1e27));
    CHECK(huge.gradient(0) == about(0.01));
    // A long sum: in single precision alone it would stop growing or be off in the fifth digit.
    Parameter many = with_gradient(full({3'000'000}, Real(0.1)));
    CHECK(clip_by_norm({{"many", &many}}, 1e9) ==
          doctest::Approx(0.1 * std::sqrt(3e6)).epsilon(1e-7));
}

TEST_CASE("clipping leaves gradients alone that no backward pass has reached") {
    Parameter used = with_gradient(array({1}, {4})), stale = with_gradient(array({1}, {1000}));
    stale.has_gradient = false;
    const std::vector<NamedParameter> all = {{"used", &used}, {"stale", &stale}};
    CHECK(clip_by_norm(all, 2) == 4);
    clip_by_value(all, 1);
    CHECK(used.gradient(0) == 1);
    CHECK(stale.gradient(0) == 1000);
}

TEST_CASE("clipping by value holds each element between the limits, which belong to it") {
    Parameter a = with_gradient(array({5}, {-2, -0.5, 0, 0.5, 0.75}));
    clip_by_value({{"a", &a}}, 0.5);
    CHECK(a.gradient == array({5}, {-0.5, -0.5, 0, 0.5, 0.5}));
}

TEST_CASE("clipping hides no gradient that is not a number") {
    const Real nan = std::numeric_limits<Real>::quiet_NaN(),
               infinity = std::numeric_limits<Real>::infinity();
    const auto has_nan = [](const Parameter& p) {
        return std::any_of(p.gradient.begin(), p.gradient.end(),
                           [](Real g) { return std::isnan(g); });
    };
    for (const Real bad : {nan, infinity, -infinity}) {
        Parameter a = with_gradient(array({2}, {1, bad})), b = with_gradient(array({1}, {7}));
        CHECK_FALSE(std::isfinite(clip_by_norm({{"a", &a}, {"b", &b}}, 1)));
        CHECK(has_nan(a));
    }
    Parameter a = with_gradient(array({3}, {nan, 3, infinity}));
    clip_by_value({{"a", &a}}, 1);
    CHECK(std::isnan(a.gradient(0)));
    CHECK(a.gradient(1) == 1);
    CHECK(a.gradient(2) == 1);
}

TEST_CASE("limits must be above zero") {
    Parameter a = with_gradient(array({1}, {4}));
    for (const double limit : {0., -1., std::nan("")}) {
        CHECK_THROWS_AS(clip_by_norm({{"a", &a}}, limit), Error);
        CHECK_THROWS_AS(clip_by_value({{"a", &a}}, limit), Error);
    }
    CHECK_THROWS_WITH_AS(clip_by_norm({}, 0), "[clip_by_norm] wants a limit above 0, got 0", Error);
    CHECK(a.gradient(0) == 4);
}
