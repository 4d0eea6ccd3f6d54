/// @file
/// xtensor-blas, so that its products reach BLAS. Apart from xtensor.hpp because it doubles the time
/// a file takes to compile.
#pragma once

// Says that there is a BLAS. Since 0.21 the other headers no longer ask it in time, and every product
// would silently become a plain loop, twenty times as slow.
#include <xtensor-blas/xblas_config.hpp>

// After it, which a formatter that sorts must not undo.
#include <xtensor-blas/xlinalg.hpp>
