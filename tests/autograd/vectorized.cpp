// Every expression that an operation assigns is computed in SIMD batches: `assign` and `contribute`
// refuse to compile another one, and refuse arrays that xtensor would step through because their
// shapes differ. Here: that the questions they ask have the right answers.
#include <doctest/doctest.h>

#include "autograd/pullback.hpp"

using namespace autograd;

namespace {

template <class Expression>
constexpr bool in_batches(const Expression&) {
    return vectorized<Expression>;
}

}  // namespace

TEST_CASE("arithmetic, elementary functions and comparisons run in SIMD batches") {
    const Array x = full({3}, 1), y = full({3}, 2);
    CHECK(in_batches(x + y * x / y - Real{2}));
    CHECK(in_batches(xt::exp(-x) + xt::log(x) + xt::sqrt(x) + xt::tanh(x) + xt::abs(x)));
    CHECK(in_batches(xt::where(x > Real{0}, y, Real{0})));
    CHECK(in_batches(xt::where(xt::not_equal(x, Real{0}), x, y)));
    CHECK(in_batches(xt::fmax(x, y)));
}

TEST_CASE("one function without a SIMD form makes the whole expression run element by element") {
    const Array x = full({3, 3}, 1), y = full({3, 3}, 2);
    CHECK_FALSE(in_batches(xt::maximum(x, y)));
    CHECK_FALSE(in_batches(x + xt::sign(y)));
    CHECK_FALSE(in_batches(Real{2} * xt::clip(x, Real{0}, Real{1})));
    CHECK_FALSE(in_batches(xt::transpose(x)));
}

TEST_CASE(
    "arrays of several shapes in one expression are refused, for xtensor would step through them") {
    const Array x = full({3, 17}, 1), column = full({3, 1}, 2), row = full({17}, 2),
                one = full({}, 2);
    Array y = full({3, 17}, 0);
    assign(y, x + Real{2} * x);
    CHECK(y == full({3, 17}, 3));
    const char* message =
        "[assign] expected arrays of one shape, got some that broadcast to (3, 17)";
    for (const Array* other : {&column, &row, &one}) {
        CHECK_THROWS_WITH_AS(assign(y, x + *other), message, Error);
        CHECK_THROWS_WITH_AS(assign(y, xt::where(*other > Real{0}, x, Real{0})), message, Error);
        Tape tape;
        const Variable v = tape.variable(x);
        CHECK_THROWS_WITH_AS(contribute(v, x * *other), message, Error);
    }
    CHECK(y == full({3, 17}, 3));
}
