/// @file
/// As many threads as there really are.
#pragma once

namespace autograd {

/// How many threads OpenMP gives a parallel region that asks for `wanted`: the environment may limit
/// all threads of a program (`OMP_THREAD_LIMIT`) or allow no second one (`OMP_MAX_ACTIVE_LEVELS`).
int threads_given(int wanted);

/// Lowers what omp_get_max_threads() promises to what the environment gives, and has OpenMP keep to
/// it. OpenBLAS takes the promise at its word: a product divided among more threads than come waits for
/// the others for ever. So everything that reaches OpenBLAS calls this first. It costs nanoseconds, and
/// holds for the thread that calls it.
void promise_no_more_threads_than_given();

}  // namespace autograd
