// ---
// title: The tape
// builds_on:
// leads_to: 02_training
// tooltip: The chain rule run backwards, built in seventy lines and then used over arrays.
// minutes: 1
// keywords: chain rule, computation graph, reverse mode, tape, broadcasting, gradient check
// ---
//
// ## What you will be able to do
//
// - Write a reverse-mode differentiator from memory, and say why it is a loop and not a recursion.
// - Derive the pullback of an operation, broadcasting included, and add the operation to a tape.
// - Check a gradient by finite differences with a step size you can justify, and name three wrong
//   gradients that such a check lets pass.
//
// **Predict first.** Take a number, halve it twice over, add the halves: $x \leftarrow x/2 + x/2$.
// Do it 25 times. The derivative of the last number with respect to the first is 1. How many
// function calls does a program need that finds this by applying the chain rule recursively? A
// hundred? A thousand? Write your guess down.
//
// ## The idea in one figure
//
// @figure{tape.png, The function ln a + a b − sin b as a tape: every operation writes one box.
// Values (blue) are written from left to right, starting from a = 2 and b = 5; gradients (red) from
// right to left. The number on an arrow is the local slope that a gradient is multiplied by on its
// way back.}
//
// A program that computes a number is a sequence of small steps. Write each step down as it
// happens, with the slope of its result against each of its inputs, and you have a **tape**. Walk
// the tape backwards once, and you have the derivative of the last number with respect to *every*
// number on it. All of deep learning's training stands on this one trick.
//
// ## The mathematics
//
// ### The chain rule, read backwards
//
// Let a program compute $v_1, v_2, \dots, v_N$ in this order, each $v_j$ from earlier ones, and let
// $L = v_N$ be what we care about. The steps are the nodes of the **computation graph**; an edge
// $i \to j$ says that $v_j$ was computed from $v_i$. Write
// $$ \bar v_i = \frac{\partial L}{\partial v_i} $$
// for the gradient that belongs to $v_i$ (papers call it the *adjoint* or *cotangent*). A change of
// $v_i$ reaches $L$ only through the steps that used $v_i$. Each passes its part on, and the parts
// add up:
// $$ \bar v_N = 1, \qquad
//    \bar v_i = \sum_{j\,:\,i \to j} \bar v_j \, \frac{\partial v_j}{\partial v_i} . \tag{1} $$
//
// Equation (1) is all there is. Two things about it decide everything below:
//
// - **Order.** $\bar v_i$ is final only when *every* $\bar v_j$ on the right is. But $j > i$
//   always, for a step uses what came before. So the order of recording, reversed, is an order in
//   which nothing is used before it is complete. Nobody has to sort anything.
// - **Sharing.** Put (1) into itself until only $L$ is left, and it becomes
//   $$ \bar v_i = \sum_{\text{paths } i \to N} \ \prod_{\text{edges on the path}} \text{slope} , $$
//   a sum over all paths. There may be exponentially many of them; (1) adds them up while looking
//   at each edge once.
//
// ### One pass for all gradients
//
// With vectors instead of numbers, let $y = f_3(f_2(f_1(x)))$ and let $J_k$ be the Jacobian matrix
// of $f_k$. The chain rule says $J = J_3 J_2 J_1$, and a product of three matrices may be evaluated
// from either end. From the right, column by column, one asks *what does this input do to
// everything?* That is **forward mode**: one pass per input. From the left, row by row, one asks
// *what does everything do to this output?* That is **reverse mode**: one pass per output. A loss
// is one output, and a network has a million inputs called weights. Hence reverse.
//
// In reverse mode an operation $y = f(x)$ needs one thing, its **pullback**
// $$ \bar x \mathrel{+}= J^{\mathsf T} \bar y , $$
// because $\langle \bar y, J\,dx \rangle = \langle J^{\mathsf T} \bar y, dx \rangle$: the pullback
// is the transpose of the linear map that says how $f$ responds to small changes. If $f$ is linear
// itself, its pullback is simply its transpose:
//
// | forward | pullback |
// |---|---|
// | copy to several places, broadcast | add up what comes back from them |
// | add up, `sum` | copy to all places |
// | take some rows, `gather` | put them back where they came from, adding |
// | join, `concat` | cut apart, `slice` |
// | $Y = X W^{\mathsf T}$ | $\bar X = \bar Y W$, $\ \bar W = \bar Y^{\mathsf T} X$ |
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $v_i$ | `ScalarTape::Entry::value`, later `Variable::value()` |
// | $\bar v_i$ | `ScalarTape::Entry::gradient`, later `gradients.of(x)` |
// | $\partial v_j / \partial v_i$ | `ScalarTape::Edge::slope` |
// | $\bar v_N = 1$, then (1) for $i = N-1, \dots, 1$ | `backward` |
// | $\bar y$ of an array-valued result, chosen by the caller | the `cotangent` of `Tape::backward` |
// | $J^{\mathsf T} \bar y$ | the second function given to `Tape::record` |
//
// > **Reduction.** The only loss of this chapter is a squared error, summed over the output
// > dimensions (there is one) and averaged over the examples, as everywhere in this course.
//
// ## The program

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "nn/init.hpp"
#include "nn/io/history.hpp"
#include "nn/module.hpp"
#include "nn/random.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"
#include "tutorials/support/timing.hpp"

using autograd::Array;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using tutorials::Session;

namespace {

// ### A tape of scalars
//
// Here is the whole machine for single numbers, in double precision. A `Scalar` is a handle: which
// tape, which entry. An `Entry` is one line of the record. Every operator computes its value, notes
// its slopes (they are known now: the inputs are at hand) and appends the entry. `backward` is
// equation (1) as a double loop.

struct ScalarTape;

/// A number on a tape.
struct Scalar {
    ScalarTape* tape;
    std::size_t index;
    double value() const;
    double gradient() const;
};

/// What was computed, in the order in which it was computed.
struct ScalarTape {
    struct Edge {
        std::size_t input;  ///< the entry it comes from
        double slope;       ///< ∂(this entry) / ∂(that one)
    };
    struct Entry {
        const char* operation;
        double value;
        std::vector<Edge> edges;
        double gradient = 0;
    };
    std::vector<Entry> entries;

    Scalar record(const char* operation, double value, const std::vector<Edge>& edges) {
        entries.push_back({operation, value, edges});
        return {this, entries.size() - 1};
    }
    Scalar variable(double value) { return record("variable", value, {}); }

    /// The gradient of y with respect to every entry.
    void backward(Scalar y) {
        for (Entry& entry : entries) entry.gradient = 0;
        entries[y.index].gradient = 1;
        for (std::size_t j = y.index + 1; j-- > 0;)
            for (const Edge& edge : entries[j].edges)
                entries[edge.input].gradient += entries[j].gradient * edge.slope;
    }
};

double Scalar::value() const { return tape->entries[index].value; }
double Scalar::gradient() const { return tape->entries[index].gradient; }

Scalar operator+(Scalar a, Scalar b) {
    return a.tape->record("+", a.value() + b.value(), {{a.index, 1}, {b.index, 1}});
}
Scalar operator-(Scalar a, Scalar b) {
    return a.tape->record("-", a.value() - b.value(), {{a.index, 1}, {b.index, -1}});
}
Scalar operator*(Scalar a, Scalar b) {
    return a.tape->record("*", a.value() * b.value(), {{a.index, b.value()}, {b.index, a.value()}});
}
Scalar operator*(double c, Scalar x) {
    return x.tape->record("scale", c * x.value(), {{x.index, c}});
}
Scalar exp(Scalar x) {
    const double y = std::exp(x.value());
    return x.tape->record("exp", y, {{x.index, y}});
}
Scalar log(Scalar x) {
    return x.tape->record("ln", std::log(x.value()), {{x.index, 1 / x.value()}});
}
Scalar sin(Scalar x) {
    return x.tape->record("sin", std::sin(x.value()), {{x.index, std::cos(x.value())}});
}
Scalar tanh(Scalar x) {
    const double y = std::tanh(x.value());
    return x.tape->record("tanh", y, {{x.index, 1 - y * y}});
}

// Does it work? Take the function that the survey of Baydin, Pearlmutter, Radul and Siskind (2018)
// differentiates by hand, $f(a, b) = \ln a + a b - \sin b$ at $a = 2$, $b = 5$. On paper
// $\partial f/\partial a = 1/a + b = 5.5$ and $\partial f/\partial b = a - \cos b \approx 1.716$.
// Both inputs are used twice, so both gradients are sums of two contributions. The tape says
// $\partial f/\partial a =$ @result{df_da} and $\partial f/\partial b =$ @result{df_db}.

std::string digits(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", x);
    return text;
}

/// One box per entry with its gradient below, and an arrow for each edge with its slope.
void draw(const ScalarTape& tape, const std::filesystem::path& path) {
    tutorials::Diagram diagram;
    for (std::size_t i = 0; i < tape.entries.size(); ++i) {
        const auto& entry = tape.entries[i];
        diagram.box(2.0 * static_cast<double>(i), 0,
                    {entry.operation, digits(entry.value), digits(entry.gradient)});
    }
    for (std::size_t i = 0; i < tape.entries.size(); ++i)
        for (const auto& edge : tape.entries[i].edges)
            diagram.arrow(edge.input, i, digits(edge.slope));
    diagram.save(path);
}

void chain_rule(Session& session) {
    std::puts("\nThe chain rule backwards: f(a, b) = ln a + a b - sin b at a = 2, b = 5");
    ScalarTape tape;
    const Scalar a = tape.variable(2), b = tape.variable(5);
    const Scalar log_a = log(a), product = a * b, sine = sin(b);
    const Scalar f = log_a + product - sine;
    tape.backward(f);

    std::puts("  entry  operation     value  gradient  computed from");
    for (std::size_t i = 0; i < tape.entries.size(); ++i) {
        const auto& entry = tape.entries[i];
        std::printf("  #%zu     %-9s  %8.4f  %8.4f ", i, entry.operation, entry.value,
                    entry.gradient);
        for (const auto& edge : entry.edges)
            std::printf(" #%zu (slope %.4f)", edge.input, edge.slope);
        std::puts("");
    }
    draw(tape, session.file("tape.png"));
    session.result("df_da", a.gradient());
    session.result("df_db", b.gradient());
}

// ### The wrong thing first: the order
//
// The chain rule sounds like a recursion: *to hand a gradient to $y$, add it to $y$'s account, then
// hand the shares on to $y$'s inputs.* Three people write that down, and the second line of each is
// the same. Spot the difference.

/// Wrong: each time something arrives, everything that has arrived so far is handed on.
void hand_on_total(ScalarTape& tape, std::size_t j, double share) {
    auto& entry = tape.entries[j];
    entry.gradient += share;
    for (const auto& edge : entry.edges)
        hand_on_total(tape, edge.input, entry.gradient * edge.slope);
}

/// Wrong: what arrives later than the first share is never handed on.
void hand_on_once(ScalarTape& tape, std::size_t j, double share) {
    auto& entry = tape.entries[j];
    const bool first = entry.gradient == 0;
    entry.gradient += share;
    if (!first) return;
    for (const auto& edge : entry.edges)
        hand_on_once(tape, edge.input, entry.gradient * edge.slope);
}

/// Right: only the share itself is handed on. Counts its calls.
void hand_on_share(ScalarTape& tape, std::size_t j, double share, std::size_t& calls) {
    ++calls;
    auto& entry = tape.entries[j];
    entry.gradient += share;
    for (const auto& edge : entry.edges) hand_on_share(tape, edge.input, share * edge.slope, calls);
}

/// x ← x/2 + x/2, `depth` times: a chain of diamonds. The last entry; the derivative is 1.
Scalar diamonds(ScalarTape& tape, int depth) {
    Scalar x = tape.variable(1);
    for (int d = 0; d < depth; ++d) x = 0.5 * x + 0.5 * x;
    return x;
}

/// The gradient of the first entry of a chain of diamonds by some way of differentiating.
template <class Backward>
double diamond_gradient(int depth, Backward backward) {
    ScalarTape tape;
    const Scalar y = diamonds(tape, depth);
    backward(tape, y);
    return tape.entries[0].gradient;
}

// With one diamond all of them are right, which is why a test with one diamond is not a test. With
// more, the first counts contributions twice (at depth 4 it finds @result{double_counted_depth_4}),
// the second loses them (@result{lost_depth_4}). What both lack is the order: they hand on from an
// entry before everything has arrived there.

void wrong_orders(Session& session) {
    std::puts("\nThe wrong thing first: x <- x/2 + x/2, repeated; the derivative is 1");
    std::puts(
        "  depth   hand on the total   hand on once   hand on each share   loop over the tape");
    double total = 0, once = 0;
    for (int depth = 1; depth <= 4; ++depth) {
        total = diamond_gradient(
            depth, [](ScalarTape& tape, Scalar y) { hand_on_total(tape, y.index, 1); });
        once = diamond_gradient(depth,
                                [](ScalarTape& tape, Scalar y) { hand_on_once(tape, y.index, 1); });
        const double share = diamond_gradient(depth, [](ScalarTape& tape, Scalar y) {
            std::size_t calls = 0;
            hand_on_share(tape, y.index, 1, calls);
        });
        const double loop =
            diamond_gradient(depth, [](ScalarTape& tape, Scalar y) { tape.backward(y); });
        std::printf("  %5d   %17.4f   %12.4f   %18.4f   %18.4f\n", depth, total, once, share, loop);
    }
    session.result("double_counted_depth_4", total);
    session.result("lost_depth_4", once);
}

// ### Right, and hopeless
//
// The third recursion is correct. It hands every share on by itself, so it visits an entry once for
// each *path* that leads there, and a chain of $d$ diamonds has $2^d$ paths. Count the calls: at
// depth 1 there are 5, and each further diamond doubles them and adds three, $2^{d+2} - 3$ in all.
// The tape visits its $3d + 1$ entries once each.
//
// @figure{recursion.png, Calls that the recursion makes against entries that the loop visits, on a
// logarithmic scale: a straight line is an exponential. A network is not 25 diamonds deep but
// thousands.}
//
// At depth @result{deepest_diamonds} the recursion made @result{recursive_calls} calls and the loop
// visited @result{loop_visits} entries. How good was your guess?
//
// Real systems that build a graph of nodes first sort it (micrograd does, by a depth-first search)
// and then loop as we do. A tape needs no sorting, and no call stack that a long chain could
// overflow.

void recursion_explodes(Session& session) {
    std::puts("\nCalls of the recursion that hands on each share, visits of the loop");
    const int deepest = session.flags.quick ? 16 : 25;
    tutorials::Plot::Numbers depths, recursion, loop;
    for (int depth = 1; depth <= deepest; ++depth) {
        ScalarTape tape;
        const Scalar y = diamonds(tape, depth);
        std::size_t calls = 0;
        const double seconds = tutorials::seconds([&] { hand_on_share(tape, y.index, 1, calls); });
        depths.push_back(depth);
        recursion.push_back(static_cast<double>(calls));
        loop.push_back(static_cast<double>(tape.entries.size()));
        if (depth % 5 == 0 || depth == 1)
            std::printf("  depth %2d: %9zu calls in %8.3f ms; %zu entries\n", depth, calls,
                        1e3 * seconds, tape.entries.size());
    }
    tutorials::Plot{{.x = "diamonds in the chain", .y = "visits", .log_y = true}}
        .line("recursion over the graph", depths, recursion)
        .line("loop over the tape", depths, loop)
        .save(session.file("recursion.png"));
    session.result("deepest_diamonds", deepest);
    session.result("recursive_calls", recursion.back());
    session.result("loop_visits", loop.back());
}

// ### One pass, all gradients
//
// Forward mode lives on the same record. Say that one input moves by 1, and walk the tape
// *forwards*: how fast does each entry move? One sweep answers for one input and all outputs.

/// ∂(every entry) / ∂x, by one forward sweep.
std::vector<double> tangents(const ScalarTape& tape, Scalar x) {
    std::vector<double> moves(tape.entries.size(), 0.0);
    moves[x.index] = 1;
    for (std::size_t j = x.index + 1; j < moves.size(); ++j)
        for (const auto& edge : tape.entries[j].edges) moves[j] += edge.slope * moves[edge.input];
    return moves;
}

// Let a function take $n$ numbers to $m$ numbers through a single one in the middle:
// $y_j = \sin(j\,s)$ with $s = \sum_i x_i^2$. Its Jacobian has $m \times n$ entries. Both modes
// find it, to the last digits, and both multiply once per edge and sweep. They differ in how many
// sweeps it takes.

struct Funnel {
    ScalarTape tape;
    std::vector<Scalar> x, y;

    Funnel(std::size_t inputs, std::size_t outputs) {
        for (std::size_t i = 0; i < inputs; ++i)
            x.push_back(tape.variable(1 / std::sqrt(1.0 + static_cast<double>(i))));
        Scalar s = x[0] * x[0];
        for (std::size_t i = 1; i < inputs; ++i) s = s + x[i] * x[i];
        for (std::size_t j = 1; j <= outputs; ++j) y.push_back(sin(static_cast<double>(j) * s));
    }

    using Matrix = std::vector<std::vector<double>>;
    /// ∂y_j / ∂x_i in row j and column i, a column per sweep.
    Matrix forward_mode() const {
        Matrix jacobian(y.size(), std::vector<double>(x.size()));
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::vector<double> moves = tangents(tape, x[i]);
            for (std::size_t j = 0; j < y.size(); ++j) jacobian[j][i] = moves[y[j].index];
        }
        return jacobian;
    }
    /// The same, a row per sweep.
    Matrix reverse_mode() {
        Matrix jacobian(y.size(), std::vector<double>(x.size()));
        for (std::size_t j = 0; j < y.size(); ++j) {
            tape.backward(y[j]);
            for (std::size_t i = 0; i < x.size(); ++i) jacobian[j][i] = x[i].gradient();
        }
        return jacobian;
    }
    double edges() const {
        std::size_t count = 0;
        for (const auto& entry : tape.entries) count += entry.edges.size();
        return static_cast<double>(count);
    }
};

double largest_difference(const Funnel::Matrix& a, const Funnel::Matrix& b) {
    double largest = 0;
    for (std::size_t j = 0; j < a.size(); ++j)
        for (std::size_t i = 0; i < a[j].size(); ++i)
            largest = std::max(largest, std::abs(a[j][i] - b[j][i]));
    return largest;
}

// For a loss of a thousand parameters, forward mode multiplied @result{forward_multiplications}
// times and reverse mode @result{reverse_multiplications} times. Finite differences are no way out:
// they too need one evaluation per input, and give an approximation for it. With one input and many
// outputs the table turns round, and forward mode is the one to take. The largest difference
// between the two was @result{mode_difference}.
//
// The price of reverse mode is memory. Forward mode could throw each value away once it is used;
// the tape must keep them all until the way back.

void one_pass(Session& session) {
    std::puts("\nForward mode sweeps once per input, reverse mode once per output");
    std::puts("  inputs  outputs   multiplications         milliseconds");
    std::puts("                    forward    reverse    forward  reverse");
    double difference = 0, many_forward = 0, many_reverse = 0;
    const std::size_t many = session.flags.quick ? 200 : 1000;
    for (const auto& [inputs, outputs] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 1}, {10, 1}, {100, 1}, {many, 1}, {30, 30}, {1, many}}) {
        Funnel funnel(inputs, outputs);
        Funnel::Matrix forward, reverse;
        const double forward_seconds =
            tutorials::seconds([&] { forward = funnel.forward_mode(); }, 3);
        const double reverse_seconds =
            tutorials::seconds([&] { reverse = funnel.reverse_mode(); }, 3);
        const double forward_count = static_cast<double>(inputs) * funnel.edges();
        const double reverse_count = static_cast<double>(outputs) * funnel.edges();
        std::printf("  %6zu  %7zu  %9.0f  %9.0f   %8.3f %8.3f\n", inputs, outputs, forward_count,
                    reverse_count, 1e3 * forward_seconds, 1e3 * reverse_seconds);
        difference = std::max(difference, largest_difference(forward, reverse));
        if (inputs == many) many_forward = forward_count, many_reverse = reverse_count;
    }
    session.result("forward_multiplications", many_forward);
    session.result("reverse_multiplications", many_reverse);
    session.result("mode_difference", difference);
}

// ### Is it right? Check by differences
//
// A gradient that is wrong by a factor still goes downhill: the network trains, only worse. Nothing
// crashes. So gradients are *checked*, against the definition of the derivative:
// $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h} . $$
// How small should $h$ be? Taylor's formula gives the truncation error, $\frac{h^2}{6} f'''$:
// smaller is better. But $f$ is computed to a relative precision $\varepsilon$, so the difference
// carries a rounding error of about $\varepsilon f$, divided by $h$: smaller is worse. The sum
// $$ \text{error} \approx \frac{h^2}{6}\,|f'''| + \frac{\varepsilon}{h}\,|f| $$
// is least where $h = \sqrt[3]{3 \varepsilon\, |f / f'''|}$, so near $\sqrt[3]{\varepsilon}$, and
// what is left there is about $\varepsilon^{2/3}$.
//
// To see it, take one smooth function, written once for every kind of number: `float`, `double`,
// and the `Scalar` of above, whose operators record. (The same text would also take a `Variable`.
// That generic code differentiates itself is what operator overloading buys.)

template <class Number>
Number smooth(Number x) {
    using std::exp, std::tanh;
    return exp(x) * tanh(x);
}

double slope_by_tape(double x) {
    ScalarTape tape;
    const Scalar at = tape.variable(x);
    tape.backward(smooth(at));
    return at.gradient();
}

/// Central differences, or one-sided ones. Divides by the step that was really taken: x + h is
/// rounded.
template <class Number>
double slope_by_differences(Number x, Number h, bool central) {
    const Number above = x + h, below = central ? x - h : x;
    if (above == below) return 0;
    return static_cast<double>((smooth(above) - smooth(below)) / (above - below));
}

/// The median of the relative error at 101 places.
template <class Number>
double difference_error(double h, bool central) {
    std::vector<double> errors;
    for (int i = 0; i <= 100; ++i) {
        const Number x = static_cast<Number>(0.5 + 0.01 * i);
        const double truth = slope_by_tape(x);
        const double found = slope_by_differences(x, static_cast<Number>(h), central);
        errors.push_back(std::abs(found / truth - 1));
    }
    std::nth_element(errors.begin(), errors.begin() + 50, errors.end());
    return errors[50];
}

/// The slope of a straight line through (log h, log error) for h between two ends.
double log_slope(const std::vector<double>& h, const std::vector<double>& error, double from,
                 double to) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::size_t i = 0; i < h.size(); ++i) {
        if (h[i] < from || h[i] > to) continue;
        const double lx = std::log(h[i]), ly = std::log(error[i]);
        n += 1, x += lx, y += ly, xx += lx * lx, xy += lx * ly;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

// @figure{step_size.png, Relative error of finite differences against the step size. Each curve is
// a V: on the right the truncation error, rising as h² (central) or h (one-sided), on the left
// rounding, rising as 1/h towards small steps. The bottom of the V is the best that differences can
// do.}
//
// Measured: the right arm rises with slope @result{truncation_slope} (theory: 2) and the left arm
// falls with slope @result{rounding_slope} (theory: −1). In double precision the best step was
// @result{best_step_double}, with an error of @result{best_error_double}. In single precision the
// best step was @result{best_step_float} and the error @result{best_error_float}: a check in
// `float` cannot tell a wrong gradient from a rounded one. That is why this library is compiled
// twice, and why the gradient checks of its tests link the `double` one.

void step_sizes(Session& session) {
    std::puts("\nError of finite differences against the step h (median over 101 places)");
    std::puts("      h    double, central   double, one-sided   float, central");
    tutorials::Plot::Numbers h, central, one_sided, single;
    for (int k = 0; k <= 48; ++k) {
        h.push_back(std::pow(10.0, -12 + 0.25 * k));
        central.push_back(difference_error<double>(h.back(), true));
        one_sided.push_back(difference_error<double>(h.back(), false));
        single.push_back(h.back() < 1e-8 ? std::numeric_limits<double>::infinity()
                                         : difference_error<float>(h.back(), true));
        if (k % 4 == 0)
            std::printf("  1e%+03d   %15.1e   %17.1e   %14s\n", k / 4 - 12, central.back(),
                        one_sided.back(), h.back() < 1e-8 ? "-" : digits(single.back()).c_str());
    }
    tutorials::Plot{{.x = "step h", .y = "relative error", .log_x = true, .log_y = true}}
        .line("double, central", h, central)
        .line("double, one-sided", h, one_sided)
        .line("float, central", h, single)
        .save(session.file("step_size.png"));

    const auto best = [&](const std::vector<double>& error) {
        return static_cast<std::size_t>(std::min_element(error.begin(), error.end()) -
                                        error.begin());
    };
    std::printf("  cube root of epsilon: double %.1e, float %.1e\n",
                std::cbrt(std::numeric_limits<double>::epsilon()),
                static_cast<double>(std::cbrt(std::numeric_limits<float>::epsilon())));
    session.result("best_step_double", h[best(central)]);
    session.result("best_error_double", central[best(central)]);
    session.result("best_step_float", h[best(single)]);
    session.result("best_error_float", single[best(single)]);
    session.result("truncation_slope", log_slope(h, central, 1e-3, 1e-1));
    session.result("rounding_slope", log_slope(h, central, 1e-11, 1e-7));
}

// ### The same tape, over arrays
//
// An entry per number is clear, and hopelessly slow for images. `autograd::Tape` is the machine of
// above with arrays in its entries: one entry for a whole matrix product. An edge can no longer
// hold one slope, for the Jacobian of an operation on a thousand numbers has a million. It does not
// need to. All that `backward` ever does with a Jacobian is to multiply $\bar y$ by its transpose,
// and that is a function: the pullback. Everything else stays: recording order, one loop backwards,
// `+=`.
//
// Here is a small network on both tapes, $r(x) = \sum_k v_k \tanh(w_k x + b_k) + c$ with the loss
// $\frac1B \sum_i (r(x_i) - t_i)^2$. On scalars:

/// What is to be learnt: targets (B, 1) at places (B, 1).
struct Curve {
    Array x, t;
    std::size_t size() const { return x.shape(0); }
};

/// The network's numbers in one row: w, then b, then v (one per unit), then c.
using Weights = std::vector<double>;

Scalar loss_of_scalars(const std::vector<Scalar>& weights, const Curve& curve) {
    ScalarTape& tape = *weights[0].tape;
    const std::size_t units = (weights.size() - 1) / 3;
    Scalar total = tape.variable(0);
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const Scalar x = tape.variable(double{curve.x(i, 0)});
        Scalar r = weights[3 * units];
        for (std::size_t k = 0; k < units; ++k)
            r = r + weights[2 * units + k] * tanh(weights[k] * x + weights[units + k]);
        const Scalar error = r - tape.variable(double{curve.t(i, 0)});
        total = total + error * error;
    }
    return 1.0 / static_cast<double>(curve.size()) * total;
}

// And on arrays. A `Parameter` is a value that outlives the tape, with a place for its gradient;
// inside, `linear` enters it on the tape of its input. (`visit` names the parts; what that is good
// for is told in chapter 02. Parameters are entered one after the other because C++ does not say
// which argument of a call is evaluated first: any order is a topological one, but we want the same
// record from every compiler.)

/// x·Wᵀ + b
Variable affine(Variable x, const Parameter& weight, const Parameter& bias) {
    const Variable w = x.tape().parameter(weight), b = x.tape().parameter(bias);
    return linear(x, w, b);
}

struct Net {
    Parameter w, b;  ///< (units, 1) and (units,)
    Parameter v, c;  ///< (1, units) and (1,)

    Net(const Weights& weights) {
        const std::size_t units = (weights.size() - 1) / 3;
        auto next = weights.begin();
        for (const auto& [part, shape] : std::vector<std::pair<Parameter*, Shape>>{
                 {&w, {units, 1}}, {&b, {units}}, {&v, {1, units}}, {&c, {1}}}) {
            part->value = autograd::full(shape, 0);
            for (Real& number : part->value.storage()) number = static_cast<Real>(*next++);
        }
    }

    /// (B, 1) to (B, 1).
    Variable operator()(Variable x) const { return affine(tanh(affine(x, w, b)), v, c); }

    void visit(auto&& see) {
        see("w", w);
        see("b", b);
        see("v", v);
        see("c", c);
    }
};

Variable loss_of_arrays(const Net& net, const Curve& curve, Tape& tape) {
    const Variable r = net(tape.constant(curve.x));
    return mean(squared_error(r, tape.constant(curve.t)));
}

/// A damped wave with a little noise: t = sin(3x) exp(−x²/4) + noise.
Curve damped_wave(std::size_t points, nn::Random& random) {
    Curve curve{autograd::full({points, 1}, 0), autograd::full({points, 1}, 0)};
    for (std::size_t i = 0; i < points; ++i) {
        const double x = -3 + 6 * (static_cast<double>(i) + 0.5) / static_cast<double>(points);
        curve.x(i, 0) = static_cast<Real>(x);
        curve.t(i, 0) =
            static_cast<Real>(std::sin(3 * x) * std::exp(-x * x / 4) + 0.05 * random.normal());
    }
    return curve;
}

/// Steep slopes and spread-out places for the units' bends, small heights.
Weights first_weights(std::size_t units, nn::Random& random) {
    Weights weights;
    for (std::size_t k = 0; k < units; ++k) weights.push_back(2 * random.normal());
    for (std::size_t k = 0; k < units; ++k) weights.push_back(3 * random.normal());
    for (std::size_t k = 0; k <= units; ++k) weights.push_back(0.1 * random.normal());
    return weights;
}

std::vector<Scalar> on_tape(ScalarTape& tape, const Weights& weights) {
    std::vector<Scalar> out;
    for (const double weight : weights) out.push_back(tape.variable(weight));
    return out;
}

// Two programs that were written apart and agree are better evidence than either one's word. The
// largest difference between their gradients is @result{engines_gradient_difference}, rounding in
// single precision. `Tape::print` shows what was recorded: fewer than twenty entries in place of
// @result{scalar_entries}.

void two_engines(Session& session, const Curve& curve, const Weights& weights) {
    std::puts("\nOne network on both tapes. The array tape holds:");
    ScalarTape scalars;
    const std::vector<Scalar> handles = on_tape(scalars, weights);
    scalars.backward(loss_of_scalars(handles, curve));

    Tape tape;
    Net net(weights);
    const Variable loss = loss_of_arrays(net, curve, tape);
    tape.print(std::cout);
    const autograd::Gradients& gradients = tape.backward(loss);

    double difference = 0;
    std::size_t next = 0;
    for (const auto& [name, parameter, frozen] : nn::parameters(net))
        for (const Real gradient : gradients.of(*parameter).storage())
            difference =
                std::max(difference, std::abs(handles[next++].gradient() - double{gradient}));
    session.result("scalar_entries", static_cast<double>(scalars.entries.size()));
    session.result("engines_gradient_difference", difference);
}

// ### Broadcasting and its transpose
//
// In `linear(x, w, b)` one bias is added to each of $B$ rows. Arrays of different shapes combine by
// NumPy's rule: aligned at their last axes, an axis of extent 1, or one that is missing, is
// repeated. Repeating is a linear map, $B u$: a matrix with one 1 in every row. Its transpose
// *sums* over what was repeated, so the gradient of a bias is the sum of the rows of $\bar y$, and
// has the bias's shape.
//
// Forgetting this sum is the most frequent bug in hand-written pullbacks. There is a test for it
// that needs no derivative at all, and that works for every linear map: for random $u$ and $v$
// $$ \langle B u, v \rangle = \langle u, B^{\mathsf T} v \rangle . $$
// Left, the forward pass; right, the pullback.

double dot(const Array& a, const Array& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) total += double{a.data()[i]} * double{b.data()[i]};
    return total;
}

/// Both sides of the identity for the map that repeats `small` to `large`.
std::pair<double, double> dot_products(const Shape& small, const Shape& large, nn::Random& random) {
    Tape tape;
    const Variable u = tape.variable(random.normal(small));
    const Variable y = u + tape.constant(autograd::full(large, 0));
    const Array v = random.normal(large);
    const autograd::Gradients& gradients = tape.backward(y, v);
    return {dot(y.value(), v), dot(u.value(), gradients.of(u))};
}

// The wrong thing beside it: a "gradient" that takes the first row of $\bar y$ instead of the sum
// over the rows has the right shape, and trains after a fashion. The identity gives it away:

std::pair<double, double> dot_products_first_row_only(std::size_t rows, std::size_t columns,
                                                      nn::Random& random) {
    const Array u = random.normal({columns}), v = random.normal({rows, columns});
    double left = 0, right = 0;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) left += double{u(j)} * double{v(i, j)};
    for (std::size_t j = 0; j < columns; ++j) right += double{u(j)} * double{v(0, j)};
    return {left, right};
}

void broadcasting(Session& session, nn::Random& random) {
    std::puts("\nThe transpose of broadcasting: <B u, v> = <u, B^T v>");
    std::puts("  u         B u           <B u, v>    <u, B^T v>");
    double worst = 0;
    for (const auto& [small, large] : std::vector<std::pair<Shape, Shape>>{
             {{3}, {4, 3}}, {{4, 1}, {4, 3}}, {{}, {2, 4, 3}}, {{2, 1, 3}, {2, 4, 3}}}) {
        const auto [left, right] = dot_products(small, large, random);
        std::printf("  %-9s %-11s  %10.6f   %10.6f\n", autograd::text(small).c_str(),
                    autograd::text(large).c_str(), left, right);
        worst = std::max(worst, std::abs(left - right));
    }
    const auto [left, right] = dot_products_first_row_only(4, 3, random);
    std::printf("  %-9s %-11s  %10.6f   %10.6f   wrong: the first row instead of the sum\n", "(3,)",
                "(4, 3)", left, right);
    session.result("broadcast_dot_error", worst);
    session.result("broadcast_dot_error_first_row", std::abs(left - right));
}

// ### An operation of your own, and a check that sees nothing
//
// The library has no cube. To add one, give `Tape::record` two functions: one fills `y.value`, the
// other adds to the gradients of the inputs. The second one gets `beta`: 0 if it is the first to
// contribute, and must overwrite what lies there, or 1 if it must add. (So no gradient is ever
// filled with zeros, and there is no `zero_grad` to forget.)

/// x̄ += share(i) at each element i.
template <class Share>
void contribute(Variable x, const Share& share) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient.data()[i] = share(i) + (beta == 0 ? 0 : gradient.data()[i]);
}

void fill_with_cubes(autograd::Entry& y, Variable x) {
    y.value.resize(x.shape());
    for (std::size_t i = 0; i < y.value.size(); ++i) {
        const Real v = x.value().data()[i];
        y.value.data()[i] = v * v * v;
    }
}

/// y = x³.   x̄ += 3 ȳ ∘ x²
Variable cube(Variable x) {
    return x.tape().record(
        "cube", {x}, [=](autograd::Entry& y) { fill_with_cubes(y, x); },
        [=](autograd::Entry& y) {
            contribute(x, [&](std::size_t i) {
                const Real v = x.value().data()[i];
                return 3 * y.gradient.data()[i] * v * v;
            });
        });
}

/// The same with a classic bug: x̄ += 3 x², whatever ȳ is.
Variable cube_that_ignores_what_comes_in(Variable x) {
    return x.tape().record(
        "cube", {x}, [=](autograd::Entry& y) { fill_with_cubes(y, x); },
        [=](autograd::Entry&) {
            contribute(x, [&](std::size_t i) {
                const Real v = x.value().data()[i];
                return 3 * v * v;
            });
        });
}

// A check of $\bar x = J^{\mathsf T} \bar y$ has to choose a $\bar y$. Ones are the obvious choice:
// it is what `backward` starts from, the gradient of the sum. And with ones the broken cube passes:
// what it forgets to multiply by is 1. With a **random cotangent** it fails at once.

/// The largest error of x̄ against central differences of ⟨cotangent, op(x)⟩.
double pullback_error(Variable (*op)(Variable), Array x, const Array& cotangent) {
    Tape tape;
    const Variable input = tape.variable(x);
    const Array gradient = tape.backward(op(input), cotangent).of(input);
    const auto value = [&] {
        tape.rewind();
        return dot(cotangent, op(tape.constant(x)).value());
    };
    double worst = 0;
    const Real h = 1e-2f;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const Real before = x.data()[i];
        x.data()[i] = before + h;
        const double up = value();
        x.data()[i] = before - h;
        const double down = value();
        x.data()[i] = before;
        worst =
            std::max(worst, std::abs((up - down) / (2 * double{h}) - double{gradient.data()[i]}));
    }
    return worst;
}

void cotangents(Session& session, nn::Random& random) {
    std::puts("\nAn operation of one's own, y = x^3: error of its pullback");
    const Array x = random.normal({6}), ones = autograd::full({6}, 1), v = random.normal({6});
    std::puts("                          cotangent of ones   random cotangent");
    std::printf("  right                   %17.4f   %16.4f\n", pullback_error(cube, x, ones),
                pullback_error(cube, x, v));
    const double unseen = pullback_error(cube_that_ignores_what_comes_in, x, ones);
    const double seen = pullback_error(cube_that_ignores_what_comes_in, x, v);
    std::printf("  ignores what comes in   %17.4f   %16.4f\n", unseen, seen);
    session.result("broken_pullback_error_ones", unseen);
    session.result("broken_pullback_error_random", seen);
}

// ### The check of the library, and what no check can see
//
// `autograd::gradcheck` does this for any function, with random cotangents, and reports the worst
// entry by name. One line checks our cube, another the network with all its parameters. The numbers
// are those of single precision, so an error of $10^{-3}$ is as good as it gets here; in the tests
// the same lines are asked for $10^{-6}$.
//
// Now its limits.
//
// **Kinks.** `relu` has no derivative at 0. The tape says 0 there (a convention), central
// differences see half of each side and are off by @result{kink_error} (in the report, by half of a
// random cotangent). Nobody is wrong. Check away from kinks, and fix the convention by a test of
// its own.
//
// **A wrong forward pass.** A check compares the gradient with the function *that was computed*,
// not with the one that was meant. Take softplus, $\ln(1 + e^x)$, and get a sign wrong:
// $\ln(1 + e^{-x})$. Its gradient is perfect. At $x = 0$ even its value is. Only an independent
// value, one known from elsewhere, can tell: softplus of 3 is 3.0486, and this one says
// @result{wrong_softplus_at_3}.

Variable softplus_with_a_wrong_sign(Variable x) { return log(1.0f + exp(-x)); }

void limits_of_checks(Session& session, const Curve& curve, const Weights& weights,
                      nn::Random& random) {
    std::puts("\nautograd::gradcheck (in single precision, so errors near 1e-3 are rounding)");
    const auto report = [](const char* what, const autograd::GradCheckReport& found) {
        std::printf("  %-16s %s\n", what, autograd::text(found).c_str());
        return found.worst;
    };
    using Inputs = std::vector<Variable>;
    report("cube", autograd::gradcheck([](const Inputs& x) { return cube(x[0]); },
                                       {random.normal({2, 3})}));
    Net net(weights);
    const double network = report(
        "network", autograd::gradcheck([&](Tape& tape) { return loss_of_arrays(net, curve, tape); },
                                       nn::parameters(net)));
    std::puts("  and its limits:");
    report("relu at 0", autograd::gradcheck([](const Inputs& x) { return relu(x[0]); },
                                            {autograd::array({3}, {-1, 0, 2})}));
    const double wrong =
        report("wrong softplus",
               autograd::gradcheck([](const Inputs& x) { return softplus_with_a_wrong_sign(x[0]); },
                                   {autograd::array({3}, {-1, 0, 3})}));
    Tape tape;
    const Variable three = tape.constant(autograd::array({1}, {3}));
    std::printf("  ... but at 3 it is %.4f, and softplus is %.4f\n",
                double{softplus_with_a_wrong_sign(three).item()}, double{softplus(three).item()});
    session.result("network_gradient_error", network);
    session.result("kink_error",
                   pullback_error(autograd::relu, autograd::full({1}, 0), autograd::full({1}, 1)));
    session.result("wrong_softplus_gradient_error", wrong);
    session.result("wrong_softplus_at_3", double{softplus_with_a_wrong_sign(three).item()});
}

// ### Not a number, and where it came from
//
// Suppose that a loss needs $\sqrt x$ where $x > 0$ and 0 elsewhere.
// `where(condition, sqrt(x), zero)` gives just that, and its value is fine. Its gradient is not: at
// $x = 0$ the square root is given $\bar y = 0$, and its pullback computes $0 / (2 \sqrt 0)$. One
// NaN among the gradients is a NaN in every weight after the next step, and by the time you see it
// the trail is cold. `watch_for_nan` looks at everything as it is made and throws at the first bad
// number, with the name of the operation.
//
// The remedy is to put the `where` inside, so that the square root never sees the zero.

void nan_watch() {
    std::puts("\nNot a number: where(x > 0, sqrt(x), 0) at x = 4, 0, 1");
    const Array x = autograd::array({3}, {4, 0, 1}), positive = autograd::array({3}, {1, 0, 1});
    const auto gradient = [&](bool inside, bool watch) {
        Tape tape;
        tape.watch_for_nan(watch);
        const Variable input = tape.variable(x), condition = tape.constant(positive);
        const Variable zero = tape.constant(autograd::full({3}, 0));
        const Variable one = tape.constant(autograd::full({3}, 1));
        const Variable root = inside ? sqrt(where(condition, input, one)) : sqrt(input);
        const Variable y = where(condition, root, zero);
        return Array(tape.backward(sum(y)).of(input));
    };
    const auto show = [](const char* what, const Array& g) {
        std::printf("  %-18s (%s, %s, %s)\n", what, autograd::text(double{g(0)}).c_str(),
                    autograd::text(double{g(1)}).c_str(), autograd::text(double{g(2)}).c_str());
    };
    show("gradient", gradient(false, false));
    try {
        gradient(false, true);
    } catch (const autograd::Error& error) {
        std::printf("  %-18s %s\n", "with the watch", error.what());
    }
    show("where put inside", gradient(true, true));
}

// ### What a gradient costs
//
// Each entry costs backwards about what it costs forwards, once per input. For a network that is
// nearly all matrix products the count is simple: forward one product per layer, backward two, one
// for $\bar W = \bar Y^{\mathsf T} X$ and one for $\bar X = \bar Y W$. So the backward pass should
// cost twice the forward pass, *whatever the number of weights*. (Griewank 1989 proves a general
// bound: function and gradient together in at most five times the work of the function.) And one
// product is never needed: images are constants, and the first layer's $\bar X$ would be the
// gradient with respect to the pixels. The tape knows what requires no gradient and leaves it out.
//
// Measured on a layer of 400 between 784 pixels and 10 classes, batch 128, which has 318 010
// weights: backward took @result{backward_over_forward_pixels} times as long as forward when the
// pixels were asked for their gradient too, and @result{backward_over_forward} times when they were
// constants. Finite differences would take two forward passes for each of the weights. In
// **inference mode** nothing is noted for a backward pass: use it when you only look.

struct Classifier {
    Parameter w1, b1, w2, b2;

    Variable operator()(Variable x) const { return affine(relu(affine(x, w1, b1)), w2, b2); }
};

void what_a_gradient_costs(Session& session, nn::Random& random) {
    const Classifier net{{nn::he_normal({400, 784}, random)},
                         {autograd::full({400}, 0)},
                         {nn::he_normal({10, 400}, random)},
                         {autograd::full({10}, 0)}};
    const Array x = random.normal({128, 784});
    autograd::Indices labels(128);
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = i % 10;

    Tape tape;
    const auto forward = [&](bool pixels_too) {
        tape.rewind();
        const Variable input = pixels_too ? tape.variable(x) : tape.constant(x);
        return mean(cross_entropy_with_logits(net(input), labels));
    };
    const int times = session.flags.quick ? 5 : 101;
    const double forward_seconds = tutorials::seconds([&] { forward(false); }, times);
    const double all = tutorials::seconds([&] { tape.backward(forward(true)); }, times);
    const double weights = tutorials::seconds([&] { tape.backward(forward(false)); }, times);
    tape.set_inference(true);
    const double inference = tutorials::seconds([&] { forward(false); }, times);

    std::puts("\nWhat a gradient costs: 784-400-10, batch 128, milliseconds at best");
    std::printf("  forward %.3f, in inference mode %.3f\n", 1e3 * forward_seconds, 1e3 * inference);
    std::printf("  forward and backward %.3f, with the gradient of the pixels %.3f\n",
                1e3 * weights, 1e3 * all);
    session.result("backward_over_forward", weights / forward_seconds - 1);
    session.result("backward_over_forward_pixels", all / forward_seconds - 1);
}

// ### Something learnt
//
// A gradient says which way is up. Take a small step the other way, and again:
// $$ w \leftarrow w - \eta\, \bar w . $$
// That is all of **gradient descent**, and the next chapter is about doing it well. Here, both
// tapes learn the same noisy curve from the same start.

double scalar_step(ScalarTape& tape, Weights& weights, const Curve& curve, double rate) {
    tape.entries.clear();
    const std::vector<Scalar> handles = on_tape(tape, weights);
    const Scalar loss = loss_of_scalars(handles, curve);
    tape.backward(loss);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= rate * handles[i].gradient();
    return loss.value();
}

double array_step(Tape& tape, Net& net, const Curve& curve, double rate) {
    tape.rewind();
    const Variable loss = loss_of_arrays(net, curve, tape);
    const autograd::Gradients& gradients = tape.backward(loss);
    for (const auto& [name, parameter, frozen] : nn::parameters(net)) {
        const Array& gradient = gradients.of(*parameter);
        for (std::size_t i = 0; i < gradient.size(); ++i)
            parameter->value.data()[i] -= static_cast<Real>(rate) * gradient.data()[i];
    }
    return double{loss.item()};
}

/// The network's curve at many places, for a plot.
tutorials::Plot::Numbers curve_of(const Net& net, const Array& x) {
    Tape tape;
    tape.set_inference(true);
    const Array r = net(tape.constant(x)).value();
    return {r.data(), r.data() + r.size()};
}

tutorials::Plot::Numbers numbers(const Array& a) { return {a.data(), a.data() + a.size()}; }

// @figure{fit.png, A network of 16 tanh units learns a damped wave from 60 noisy points: at the
// start, on the way, and at the end.}
//
// The loss fell from @result{first_loss} to @result{last_loss}; the noise alone accounts for .0025.
// The two engines, one in double and one in single precision, ended @result{last_loss_difference}
// apart. The array tape was @result{array_speedup} times as fast, though the arrays are so small that
// it spends its time on everything but arithmetic.

void learn(Session& session, const Curve& curve, const Weights& start) {
    const std::size_t steps = session.flags.epochs;
    const double rate = session.flags.learning_rate;
    std::printf("\nGradient descent on both tapes: %zu steps at rate %g\n", steps, rate);
    ScalarTape scalars;
    Weights weights = start;
    Tape tape;
    Net net(start);

    Array grid = autograd::full({301, 1}, 0);
    for (std::size_t i = 0; i < 301; ++i) grid(i, 0) = static_cast<Real>(-3 + 0.02 * double(i));
    tutorials::Plot plot{{.x = "x", .y = "t and r(x)"}};
    plot.points("data", numbers(curve.x), numbers(curve.t));
    plot.line("at the start", numbers(grid), curve_of(net, grid));

    nn::History history;
    double scalar_loss = 0, array_loss = 0, scalar_seconds = 0, array_seconds = 0, first_loss = 0;
    for (std::size_t step = 1; step <= steps; ++step) {
        scalar_seconds +=
            tutorials::seconds([&] { scalar_loss = scalar_step(scalars, weights, curve, rate); });
        array_seconds +=
            tutorials::seconds([&] { array_loss = array_step(tape, net, curve, rate); });
        if (step == 1) first_loss = array_loss;
        history.add({{"epoch", static_cast<double>(step)},
                     {"train_loss", array_loss},
                     {"train_loss_scalar_tape", scalar_loss}});
        if (step == 1 || step == 10 || step == 100 || step == 1000 || step == steps)
            std::printf("  step %5zu: loss %.5f (scalars) %.5f (arrays)\n", step, scalar_loss,
                        array_loss);
        if (step == steps / 40)
            plot.line("after " + std::to_string(step) + " steps", numbers(grid),
                      curve_of(net, grid));
    }
    plot.line("after " + std::to_string(steps) + " steps", numbers(grid), curve_of(net, grid));
    plot.save(session.file("fit.png"));
    nn::write_history(session.file("history.csv"), history);
    nn::save(session.file("model.safetensors").string(), net);

    session.result("first_loss", first_loss);
    session.result("last_loss", array_loss);
    session.result("last_loss_difference", std::abs(array_loss - scalar_loss));
    session.result("array_speedup", scalar_seconds / array_seconds);
}

// ### What the program does

void lesson(Session& session) {
    chain_rule(session);
    wrong_orders(session);
    recursion_explodes(session);
    one_pass(session);
    step_sizes(session);

    nn::Random random(session.flags.seed);
    const Curve curve = damped_wave(session.flags.batch, random);
    const Weights weights = first_weights(16, random);
    two_engines(session, curve, weights);
    broadcasting(session, random);
    cotangents(session, random);
    limits_of_checks(session, curve, weights, random);
    nan_watch();
    what_a_gradient_costs(session, random);
    learn(session, curve, weights);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "01_tape",
                           .title = "The tape",
                           .defaults = {.epochs = 4000, .batch = 60, .learning_rate = 0.1}},
                          lesson);
}

// ## Check it
//
// The claims of this chapter are held up by tests.
// `meson test -C build autograd "autograd in double"` runs those of the tape and its operations.
// One group at a time, by name:
//
// - `build/tests/autograd/autograd -tc="*diamond*"`: sharing is counted once, and costs one visit;
// - `build/tests/autograd/autograd_double -tc="the gradient of every operation*"`: all operations
//   against central differences, in double precision, with random cotangents and awkward sizes;
// - `build/tests/autograd/autograd_double -tc="pullbacks are the transpose*"`: the dot-product
//   identity;
// - `build/tests/autograd/autograd -tc="the watch*"`: who made the first NaN.
//
// And who checks the checks? `meson compile -C build mutants` breaks the library's pullbacks one at
// a time (a sign, a factor, a forgotten $\bar y$, a forgotten sum) and shows that the tests notice
// each.
//
// ## Run it
//
// `build/tutorials/01_tape` takes seconds; `--quick` one. `--epochs` sets the steps of the last
// section, `--batch` the number of its points.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `tape.png`: follow $b$. Its gradient, 1.716, is $1 \cdot 2$ from the product and
//   $-1 \cdot 0.2837$ from the sine.
// - `recursion.png`: a straight line on logarithmic paper. Each diamond doubles the work.
// - `step_size.png`: three V's. To the right all central differences are equally wrong, whatever
//   the precision: that is truncation. To the left the precision decides. The flat piece at the top
//   is where $x + h = x$ in single precision and nothing moves at all.
// - `fit.png`: a function that nobody told the network, found by going downhill. The last loss is
//   below the noise that we put in, .0025: with 49 numbers to choose, the network has begun to
//   learn the noise as well. The next chapter gives that a name.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | gradients too large, more so in deeper nets | contributions handed on before all have arrived | *a chain of diamonds costs one visit for each, and doubles each time* |
// | a variable that is used twice has the gradient of one use | assigned where it should be added | *a variable that is used twice or three times gets two or three contributions* |
// | gradients grow from step to step | added to those of the step before (PyTorch: `zero_grad` forgotten) | *each backward pass overwrites the one before* |
// | the bias's gradient has the shape of the batch | the sum over what was broadcast is missing | *a column times a row: each gradient is summed over what was broadcast* |
// | the check passes and training is poor | the check used a cotangent of ones | *every mode finds a wrong sign, a wrong factor and a forgotten incoming gradient* |
// | the check passes, the loss is nonsense | a wrong forward pass | *the value of every operation is that of plain loops* |
// | stack overflow on long sequences | recursion | *a chain of 100 000 operations does not exhaust the stack* |
// | NaN everywhere after one step | a pullback computes 0/0 or 0·∞ | *the watch names the operation that made the first non-finite gradient* |
// | numbers of another batch | a handle kept over `rewind()` | *a handle from before the rewinding throws wherever it is used* |
//
// ## What one does with it
//
// Train networks, which is the rest of this course. But a tape differentiates any program made of
// its operations, and with respect to whatever you like: with respect to the *input*, gradients
// show what a classifier looks at, and how to change an image a little so that it is taken for
// something else; with respect to the constants of a physical simulation, they fit it to
// measurements; with respect to data, they say which measurement mattered.
//
// ## Further, and exercises
//
// **Memory for time.** The tape keeps every value. A chain of $n$ steps can be differentiated with
// about $2\sqrt n$ of them: keep every $\sqrt n$-th as a checkpoint, and compute the others again,
// one piece at a time, on the way back.
//
// 1. Give the scalar tape division and `relu`, and check both by differences. *Hint: the slopes of
//    $a/b$ are $1/b$ and $-a/b^2$; the second is $-y/b$.*
// 2. For which graphs is `hand_on_total` right? *Hint: draw one in which every entry is used once.*
// 3. Mend `hand_on_once` without a tape's order: hand on when the *last* share has arrived. *Hint:
//    count the uses of each entry first. This is Kahn's algorithm for topological sorting.*
// 4. Call `smooth` with a `std::complex<double>` at $x + ih$ and take the imaginary part over $h$.
//    Plot the error as above. Why does it not rise again when $h$ gets small? *Hint: nothing is
//    subtracted.*
// 5. Put numbers that carry a derivative, $v + v'\epsilon$ with $\epsilon^2 = 0$, in place of the
//    doubles of `ScalarTape`. What is in the $\epsilon$-part of the gradients after `backward`?
//    *Hint: a Hessian times a vector, for the price of a few gradients.*
// 6. In `contribute`, leave out the case `beta == 0`, so that it always adds. Which of the checks
//    above notice? *Hint: `gradcheck` fills gradients with NaN before it starts.*
//
// ## Where the real code differs
//
// PyTorch records a graph of nodes that own each other through counted pointers, and finds an order
// when `backward` is called; freeing a result frees its record. Its gradients *add up* over calls
// until they are set to zero; ours are overwritten. It differentiates gradients again, which this
// tape cannot: one loss per backward pass, no second derivatives. JAX traces a function once,
// differentiates the trace in forward mode, and transposes the linear program that this leaves.
//
// **Names.** The same thing is called reverse mode, backpropagation (for networks), adjoint method
// (for differential equations) and vector–Jacobian product; $\bar v$ is an adjoint, a cotangent, a
// "grad". TensorFlow's `GradientTape` forgets itself after one gradient unless it is made
// *persistent*; ours forgets by `rewind()`.
//
// ## Further reading
//
// - R. E. Wengert, *A simple automatic derivative evaluation program*, Communications of the ACM 7,
//   1964.
// - S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16, 1976: reverse
//   mode.
// - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating
//   errors*, Nature 323, 1986.
// - A. Griewank, *On automatic differentiation*, 1989, and A. Griewank, A. Walther, *Evaluating
//   derivatives*, SIAM, 2008.
// - A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind, *Automatic differentiation in
//   machine learning: a survey*, Journal of Machine Learning Research 18, 2018.
// - A. Karpathy's *micrograd*, 2020, the shortest engine worth reading, and M. Johnson's
//   *Autodidax*, which builds JAX from scratch.
