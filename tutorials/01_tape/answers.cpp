#include <complex>
#include <cstdio>
#include <limits>

#include "autograd/gradcheck.hpp"
#include "tutorials/01_tape/shared.hpp"

using namespace tape_chapter;
using scalar::Number;

// ## Exercise 1
//
// The tape stands at the top of the page; compare yours with it line by line. It should
// find 5.5 and 1.716 for the function of the survey, and 1 for the chain of the question.
//
// The slopes of $y = a/b$ are $1/b$ and $-a/b^2 = -y/b$.

namespace {

Number operator/(Number a, Number b) {
    const double y = a.value() / b.value();
    return a.tape->record("/", y, {{a.index, 1 / b.value()}, {b.index, -y / b.value()}});
}

Number relu(Number x) {
    const bool on = x.value() > 0;
    return x.tape->record("relu", on ? x.value() : 0, {{x.index, on ? 1.0 : 0.0}});
}

void check_new_operations(Session& session) {
    // a / relu(b), whose derivative by a is 1/b and by b is −a/b² for b > 0
    const auto value = [](double a, double b) {
        scalar::Tape tape;
        return (tape.variable(a) / relu(tape.variable(b))).value();
    };
    const double a = 3, b = 0.7, h = 1e-5;
    scalar::Tape tape;
    const Number x = tape.variable(a), y = tape.variable(b), f = x / relu(y);
    tape.backward(f.index);
    const double by_a = (value(a + h, b) - value(a - h, b)) / (2 * h);
    const double by_b = (value(a, b + h) - value(a, b - h)) / (2 * h);
    session.result("new_operations_error",
                   std::max(std::abs(by_a - x.gradient()), std::abs(by_b - y.gradient())));
}

const tutorials::Experiment exercise_1{"exercise_1", "Division and ReLU on the scalar tape",
                                       check_new_operations};

}  // namespace

// Against central differences of $a / \text{relu}(b)$ at $a = 3$, $b = .7$ the error is
// @result{new_operations_error}. At $b = 0$ `relu` has a kink: see the experiment `limits`.

// ## Exercise 2
//
// It is right exactly where every entry is reached only once on the way back: where no entry,
// except those with no inputs of their own, is used more than once. Then the first share is the
// total. An input that is used twice does no harm, because it has nothing to hand on; $x \cdot x$
// comes out right. A diamond below another entry does harm: that entry is reached twice, and the
// second time it hands on the first share again.

// ## Exercise 3
//
// Count first how often each entry is used; hand on when the count is reached. This is Kahn's
// algorithm for sorting a graph, run backwards. Only what the result depends on may be counted.

namespace {

void count_uses(const scalar::Tape& tape, std::size_t j, std::vector<std::size_t>& uses) {
    for (const auto& edge : tape.entries[j].edges)
        if (uses[edge.input]++ == 0) count_uses(tape, edge.input, uses);
}

void hand_on_last(scalar::Tape& tape, std::size_t j, double share, std::vector<std::size_t>& left) {
    auto& entry = tape.entries[j];
    entry.gradient += share;
    if (left[j] > 0 && --left[j] > 0) return;  // more shares will come
    for (const auto& edge : entry.edges)
        hand_on_last(tape, edge.input, entry.gradient * edge.slope, left);
}

void mended_order(Session& session) {
    scalar::Tape tape;
    const std::size_t last = diamonds(tape, 25).index;
    std::vector<std::size_t> uses(tape.entries.size(), 0);
    count_uses(tape, last, uses);
    hand_on_last(tape, last, 1, uses);
    session.result("mended_depth_25", tape.entries[0].gradient);
}

const tutorials::Experiment exercise_3{"exercise_3", "Handing on when the last share has arrived",
                                       mended_order};

}  // namespace

// After 25 diamonds it finds @result{mended_depth_25}, and each entry hands on once. It still
// recurses, so a long chain, of a million steps, can exhaust the stack.

// ## Exercise 4
//
// $Y = A X B$: $dY = A\,dX\,B$, and $\langle \bar Y, A\,dX\,B \rangle = \langle A^{\mathsf T} \bar Y
// B^{\mathsf T}, dX \rangle$. So $\bar X = A^{\mathsf T} \bar Y B^{\mathsf T}$.
//
// $y = \sum_i x_i^2$: $dy = \sum_i 2 x_i\, dx_i$, so $\bar y\,dy = \langle 2 \bar y\,x, dx \rangle$
// and $\bar x = 2 \bar y\, x$, with the one number $\bar y$ repeated to the shape of $x$.
//
// $Y = X \circ s$: every row of $X$ is multiplied by $s$, so $Y_{ij} = X_{ij} s_j$ and
// $dY_{ij} = s_j\, dX_{ij} + X_{ij}\, ds_j$. Then
// $$ \langle \bar Y, dY \rangle = \sum_{ij} \bar Y_{ij} s_j\, dX_{ij}
//    + \sum_j \Big( \sum_i \bar Y_{ij} X_{ij} \Big)\, ds_j . $$
// So $\bar X = \bar Y \circ s$, of shape (B, D), and $\bar s_j = \sum_i \bar Y_{ij} X_{ij}$, of
// shape (D,): $s$ was repeated over the rows, and its gradient is summed over them.

// ## Exercise 5
//
// By Taylor, $f(x + ih) = f(x) + ih f'(x) - \frac{h^2}{2} f''(x) - \dots$ The imaginary part over
// $h$ is $f'(x) - \frac{h^2}{6} f'''(x)$. The truncation is that of central differences with the
// other sign, but nothing is subtracted, so no rounding error is divided by $h$.

namespace {

void complex_step(Session& session) {
    using Complex = std::complex<double>;
    const auto f = [](Complex x) { return std::exp(x) * std::tanh(x); };
    const double x = 1, t = std::tanh(x), truth = std::exp(x) * (t + 1 - t * t);
    for (const int k : {2, 6, 20}) {
        const double h = std::pow(10.0, -k);
        const double error = std::abs(f(Complex(x, h)).imag() / h / truth - 1);
        session.result("complex_step_error_" + std::to_string(k), error);
    }
}

const tutorials::Experiment exercise_5{"exercise_5", "A complex step", complex_step};

}  // namespace

// At $x = 1$ the relative error is @result{complex_step_error_2} for $h = 10^{-2}$,
// @result{complex_step_error_6} for $10^{-6}$, and @result{complex_step_error_20} for $10^{-20}$,
// where a difference of real numbers would be 0. It works for functions that are written for
// complex numbers and have no kinks.
//
// For central differences the text has the best step, $\sqrt[3]{3 \varepsilon\, |f / f'''|}$. With
// $t = \tanh 1 = .7616$ and $t' = 1 - t^2 = .4200$ we have $f = e\,t = 2.070$ and
// $f''' = e\,(t + 3 t' + 3 t'' + t''') = 1.968$, with $t'' = -2 t\,t' = -.6397$ and
// $t''' = -2\,(t'^2 + t\,t'') = .6216$. Rounding to a double has a relative error of
// at most $\varepsilon = 1.1 \cdot 10^{-16}$, so the step is $7 \cdot 10^{-6}$. The experiment `step_size` found
// @result{best_step_double} for the median over 101 places.

// ## Exercise 6
//
// The gradient check does not find it: the gradient is right for the function that is computed. The
// experiment `limits` shows it with the operations of the library, and the same holds with a
// pullback of your own, $\bar x \mathrel{+}= -\bar y / (1 + e^{x})$. What finds it is a value known
// from elsewhere: softplus of 3 is 3.0486. That is why the tests of this library compare the *value* of
// every operation with plain loops, apart from its gradient.
//
// The text has another mistake: a pullback that forgets to multiply by $\bar y$. A check that
// chooses $\bar y = 1$ misses it. A random $\bar y$ finds it.
