#include "autograd/threads.hpp"

#include <doctest/doctest.h>
#include <omp.h>

#include "autograd/gemm.hpp"

using autograd::threads_given;

namespace {

/// A product of one number: as small as it gets, so that no thread is asked for.
void multiply() {
    const autograd::Real one = 1;
    autograd::Real result;
    autograd::gemm({&one, 1, 1, false}, {&one, 1, 1, false}, 0, &result);
    CHECK(result == 1);
}

}  // namespace

TEST_CASE("a product promises no more threads than the environment gives") {
    const int threads = omp_get_max_threads(), levels = omp_get_max_active_levels();
    omp_set_num_threads(7);
    CHECK(threads_given(7) == 7);
    omp_set_dynamic(1);
    multiply();
    CHECK(omp_get_dynamic() == 0);
    CHECK(omp_get_max_threads() == 7);

    omp_set_max_active_levels(0);  // no region may have a second thread
    CHECK(threads_given(7) == 1);
    multiply();
    CHECK(omp_get_max_threads() == 1);
    omp_set_max_active_levels(levels);
    omp_set_num_threads(threads);
}
