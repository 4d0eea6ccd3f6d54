/// @file
/// The matrix product: the only place in autograd that calls xtensor-blas.
#pragma once

#include <cstddef>

#include "autograd/array.hpp"

namespace autograd {

/// A matrix in row-major memory that belongs to somebody else.
struct Matrix {
    const Real* data;
    std::size_t rows, columns;  ///< as stored
    bool transposed = false;    ///< read it as (columns, rows); nothing is copied
};

inline Matrix transposed(Matrix a) { return {a.data, a.rows, a.columns, !a.transposed}; }

/// c ← a·b + beta·c, with c of shape (rows of a, columns of b) in row-major memory. With beta = 0
/// what was in c does not matter, not even NaN. The inner extents must agree: check them before,
/// where there is a name for the error.
void gemm(Matrix a, Matrix b, Real beta, Real* c);

}  // namespace autograd
