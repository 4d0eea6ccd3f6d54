// **Kinks.** `relu`, $\max(x, 0)$, has no derivative at 0. The tape says 0 there, by convention;
// central differences find the mean of the two slopes, 1/2.
//
// **A wrong forward pass.** A check compares a gradient with the function *that was computed*, not
// with the one that was meant. Here softplus, $\ln(1 + e^x)$, has a wrong sign: $\ln(1 + e^{-x})$.

#include <cstdio>

#include "autograd/gradcheck.hpp"
#include "tutorials/01_tape/shared.hpp"

using namespace tape_chapter;

namespace {

Variable softplus_with_a_wrong_sign(Variable x) { return log(1.0f + exp(-x)); }

void what_checks_miss(Session& session) {
    using Inputs = std::vector<Variable>;
    const auto at = autograd::array({3}, {-1, 0, 3});
    const auto report = [&](const char* name, Variable (*op)(Variable)) {
        const auto found = autograd::gradcheck([&](const Inputs& x) { return op(x[0]); }, {at});
        std::printf("  %-15s %s\n", name, autograd::text(found).c_str());
        return found.worst;
    };
    std::puts("autograd::gradcheck at -1, 0 and 3, in single precision");
    report("softplus", autograd::softplus);
    report("relu", autograd::relu);
    session.result("wrong_softplus_gradient_error",
                   report("wrong softplus", softplus_with_a_wrong_sign));
    session.result("kink_error", error_of_pullback(autograd::relu, autograd::full({1}, 0),
                                                   autograd::full({1}, 1)));
    Tape tape;
    const Variable three = tape.constant(autograd::array({1}, {3}));
    session.result("wrong_softplus_at_3", double{softplus_with_a_wrong_sign(three).item()});
}

const tutorials::Experiment limits{"limits", "What a gradient check does not see",
                                   what_checks_miss};

}  // namespace

// At the kink tape and differences are @result{kink_error} apart for a cotangent of 1, and neither
// is wrong: check away from kinks, and fix the convention by a test of its own.
//
// The gradient of the wrong softplus passes, with an error of
// @result{wrong_softplus_gradient_error}. Only a value that is known from elsewhere can tell:
// softplus of 3 is 3.0486, and this one says @result{wrong_softplus_at_3, .4f}.
