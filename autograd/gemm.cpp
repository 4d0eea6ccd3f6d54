#include "autograd/gemm.hpp"

#include "autograd/threads.hpp"
#include "autograd/xtensor_blas.hpp"

namespace autograd {

void gemm(Matrix a, Matrix b, Real beta, Real* c) {
    const std::size_t rows = a.transposed ? a.columns : a.rows;
    const std::size_t inner = a.transposed ? a.rows : a.columns;
    const std::size_t columns = b.transposed ? b.rows : b.columns;
    if (rows == 0 || columns == 0) return;
    promise_no_more_threads_than_given();
    const auto flag = [](Matrix m) { return m.transposed ? cxxblas::Trans : cxxblas::NoTrans; };
    const auto extent = [](std::size_t n) { return static_cast<xt::blas_index_t>(n); };
    // BLAS wants leading dimensions of at least one even for matrices without columns.
    const auto leading = [&](std::size_t n) { return extent(n > 0 ? n : 1); };
    cxxblas::gemm<xt::blas_index_t>(
        cxxblas::RowMajor, flag(a), flag(b), extent(rows), extent(columns), extent(inner), Real{1},
        a.data, leading(a.columns), b.data, leading(b.columns), beta, c, leading(columns));
}

}  // namespace autograd
