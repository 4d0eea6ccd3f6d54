// Do products reach BLAS? xtensor-blas multiplies with plain loops, and says nothing, where it has not
// been told that there is a BLAS (see autograd/xtensor_blas.hpp). So this program is linked with
// --wrap, which turns each call of BLAS's product into one of the function here; it counts and goes on.
#include <doctest/doctest.h>

#include <atomic>

#include "autograd/gemm.hpp"

#ifdef TAPESTRY_DOUBLE
#define WRAPPED __wrap_cblas_dgemm
#define REAL __real_cblas_dgemm
#else
#define WRAPPED __wrap_cblas_sgemm
#define REAL __real_cblas_sgemm
#endif

using autograd::Array;
using autograd::Real;

namespace {

std::atomic<int> calls = 0;  // convolutions multiply in several threads

}  // namespace

// As in cblas.h, whose enumerations are passed as ints.
extern "C" {
void REAL(int order, int transpose_a, int transpose_b, int m, int n, int k, Real alpha,
          const Real* a, int lda, const Real* b, int ldb, Real beta, Real* c, int ldc);

void WRAPPED(int order, int transpose_a, int transpose_b, int m, int n, int k, Real alpha,
             const Real* a, int lda, const Real* b, int ldb, Real beta, Real* c, int ldc) {
    ++calls;
    REAL(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
}

TEST_CASE("every product is one call of BLAS") {
    const Array a = autograd::full({4, 3}, 2), b = autograd::full({3, 5}, 1);
    Array c = autograd::full({4, 5}, 1);
    calls = 0;
    autograd::gemm({a.data(), 4, 3}, {b.data(), 3, 5}, 1, c.data());
    CHECK(calls == 1);
    CHECK(c(3, 4) == 7);
}
