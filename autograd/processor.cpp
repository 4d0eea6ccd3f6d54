#include "autograd/processor.hpp"

#include <cstdio>
#include <cstdlib>

// This file alone is compiled for any processor of its family; so it uses no other part of the library.
// The build says what the others may use: PROCESSOR_NEEDS is NEED(avx2) NEED(fma) and so on.
#define NEED(feature) \
    if (!__builtin_cpu_supports(#feature)) refuse(#feature);

namespace {

[[noreturn]] [[maybe_unused]] void refuse(const char* feature) {
    std::fprintf(stderr,
                 "[processor] expected %s, for which this program was compiled, got a processor "
                 "without it: build it on this machine, with -Dnative=true\n",
                 feature);
    std::_Exit(1);
}

}  // namespace

void tapestry_check_processor() {
#ifdef __x86_64__
    __builtin_cpu_init();  // which may not have been asked yet, this early
#endif
    PROCESSOR_NEEDS
}

namespace {

// Constructors of arrays and the like have no priority, and come later. (A function of its own: g++ 16 forgets
// the priority of one that was declared before without it.)
[[gnu::constructor(101)]] void before_all_others() { tapestry_check_processor(); }

}  // namespace
