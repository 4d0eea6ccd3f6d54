#include "tutorials/support/timing.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "autograd/error.hpp"

namespace tutorials {

double seconds(const std::function<void()>& work, int calls) {
    autograd::require(calls > 0, "[seconds] expected at least one call, got ", calls);
    std::chrono::duration<double> fastest{std::numeric_limits<double>::infinity()};
    for (int i = 0; i < calls; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        fastest = std::min<std::chrono::duration<double>>(fastest,
                                                          std::chrono::steady_clock::now() - start);
    }
    return fastest.count();
}

}  // namespace tutorials
