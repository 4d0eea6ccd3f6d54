#include "autograd/threads.hpp"

#include <omp.h>

#include <algorithm>

namespace autograd {

int threads_given(int wanted) {
    return omp_get_max_active_levels() > 0 ? std::min(wanted, omp_get_thread_limit()) : 1;
}

void promise_no_more_threads_than_given() {
    if (omp_get_dynamic()) omp_set_dynamic(0);  // which gives fewer when the machine is busy
    const int promised = omp_get_max_threads(), given = threads_given(promised);
    if (given < promised) omp_set_num_threads(given);
}

}  // namespace autograd
