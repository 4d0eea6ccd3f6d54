// Suppose that a loss needs $\sqrt x$ where $x > 0$ and 0 elsewhere. `where(condition, sqrt(x), zero)`
// gives that, and its value is fine. Its gradient is not: at $x = 0$ the square root is given
// $\bar y = 0$, and its pullback computes $0 / (2 \sqrt 0)$. One NaN among the gradients is a NaN in
// every weight after the next step. `watch_for_nan` looks at everything as it is made and throws at
// the first bad number, with the name of the operation. The remedy is to put another `where` inside,
// so that the square root never sees the zero.

#include <cmath>
#include <cstdio>

#include "tutorials/01_tape/shared.hpp"

using namespace tape_chapter;

namespace {

void watch(Session&) {
    const Array x = autograd::array({3}, {4, 0, 1}), positive = autograd::array({3}, {1, 0, 1});
    const auto gradient = [&](bool inside, bool watched) {
        Tape tape;
        tape.watch_for_nan(watched);
        const Variable input = tape.variable(x), condition = tape.constant(positive);
        const Variable zero = tape.constant(autograd::full({3}, 0));
        const Variable one = tape.constant(autograd::full({3}, 1));
        const Variable root = inside ? sqrt(where(condition, input, one)) : sqrt(input);
        return tape.backward(sum(where(condition, root, zero))).of(input);
    };
    const auto print = [](const char* name, const Array& g) {
        std::printf("  %-34s", name);
        for (const Real slope : g.storage())  // a NaN may print as -nan
            std::isnan(slope) ? std::printf("    nan") : std::printf(" %6.3f", double{slope});
        std::puts("");
    };
    std::puts("gradients at x = 4, 0, 1");
    print("where(c, sqrt(x), 0)", gradient(false, false));
    print("where(c, sqrt(where(c, x, 1)), 0)", gradient(true, false));
    try {
        gradient(false, true);
    } catch (const autograd::Error& error) {
        std::printf("  watched: %s\n", error.what());
    }
}

const tutorials::Experiment not_a_number{
    "not_a_number", "Where a NaN among the gradients comes from, and how to find it", watch};

}  // namespace

// @transcript
