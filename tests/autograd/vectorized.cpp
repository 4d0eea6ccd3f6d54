// Every expression that an operation assigns is computed in SIMD batches: `assign` and `contribute`
// refuse to compile another one. Here: that the question they ask has the right answers.
#include <doctest/doctest.h>

#include "autograd/ops/contribute.hpp"

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
