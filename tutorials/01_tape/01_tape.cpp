// ---
// title: The tape
// builds_on:
// leads_to: 02_training
// tooltip: The chain rule run backwards, built in forty lines and then used over arrays.
// minutes: 1
// keywords: chain rule, computation graph, reverse mode, tape, broadcasting, gradient check
// ---
//
// ## What you will be able to do
//
// - Write a reverse-mode differentiator from memory, and say why it is a loop and not a recursion
//   (exercises 1 to 3).
// - Derive the pullback of an operation, broadcasting included, and add an operation to a tape
//   (exercises 1 and 4).
// - Check a gradient by finite differences with a step that you can justify, and name two mistakes
//   that such a check does not see (exercises 5 and 6).
//
// @predict{Take a number, compute half of it twice and add the two halves: $x \leftarrow x/2 + x/2$.
// Do it 25 times. The derivative of the last number with respect to the first is 1. How many function
// calls does a program need that finds this by applying the chain rule recursively? A hundred? A
// thousand? Write your guess down.}
//
// ## The idea in one figure
//
// @figure{tape.png, The function f = ln a + a b − sin b as a tape. Every operation writes one box.
// Values (blue) are written from left to right, starting from a = 2 and b = 5; gradients (red) from
// right to left. The number on an arrow is the slope by which a gradient is multiplied on its way
// back.}
//
// A program that computes a number is a sequence of small steps. Write each step down as it happens,
// with the slope of its result with respect to each of its inputs: that record is a **tape**. Walk
// the tape backwards once, and you have the derivative of the last number with respect to *every*
// number on it.
//
// ## The whole machine, for single numbers
//
// A `Number` is a handle: which tape, which entry. An `Entry` is one line of the record. Look at
// `backward` first: it is the chain rule as a double loop, and everything else only feeds it.
//
// @source{tutorials/01_tape/scalar_tape.hpp, Tape}
//
// An operator computes its value, notes its slopes, which are known at that moment because the inputs
// are at hand, and appends an entry:
//
// @source{tutorials/01_tape/scalar_tape.hpp, operator*}
// @source{tutorials/01_tape/scalar_tape.hpp, tanh}
//
// Does it work? The survey of Baydin, Pearlmutter, Radul and Siskind (2018) differentiates
// $f(a, b) = \ln a + a b - \sin b$ at $a = 2$, $b = 5$ by hand: $\partial f/\partial a = 1/a + b =
// 5.5$ and $\partial f/\partial b = a - \cos b \approx 1.716$. Both inputs are used twice, so both
// gradients are sums of two parts. The program below says @result{df_da} and @result{df_db}.

#include "tutorials/01_tape/scalar_tape.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "nn/io/history.hpp"
#include "nn/module.hpp"
#include "tutorials/01_tape/shared.hpp"
#include "tutorials/support/plot.hpp"

using namespace tape_chapter;

namespace {

void chain_rule(Session& session) {
    scalar::Tape tape;
    const scalar::Number a = tape.variable(2, "a"), b = tape.variable(5, "b");
    const scalar::Number log_a = log(a), product = a * b, sine = sin(b);
    const scalar::Number f = log_a + product - sine;
    tape.backward(f.index);
    session.result("df_da", a.gradient());
    session.result("df_db", b.gradient());
    draw(tape, session.file("tape.png"));
}

}  // namespace

// ## The chain rule, read backwards
//
// Let a program compute $v_1, v_2, \dots, v_N$ in this order, each $v_j$ from earlier ones, and let
// $L = v_N$ be the number we care about. Write
// $$ \bar v_i = \frac{\partial L}{\partial v_i} $$
// for the gradient that belongs to $v_i$ (papers call it *adjoint* or *cotangent*). A change of $v_i$
// reaches $L$ only through the steps that used $v_i$. Each step passes its part on, and the parts add
// up:
// $$ \bar v_N = 1, \qquad
//    \bar v_i = \sum_{j \text{ used } i} \bar v_j \, \frac{\partial v_j}{\partial v_i} . \tag{1} $$
//
// Two things about (1) decide how a program should compute it.
//
// - **Order.** $\bar v_i$ is final only when every $\bar v_j$ on the right is. A step uses what came
//   before it, so $j > i$ always. The order of recording, reversed, is therefore an order in which
//   nothing is used before it is complete. There is nothing to sort.
// - **Sharing.** Put (1) into itself until only $L$ is left:
//   $$ \bar v_i = \sum_{\text{paths } i \to N} \ \prod_{\text{edges on the path}} \text{slope} . $$
//   There may be exponentially many paths. The loop adds them all up while it looks at each edge
//   once.
//
// The chain rule also sounds like a recursion: *hand a share to an entry, which hands it on to its
// inputs*. That is correct, and it visits an entry once for every path that leads there.

namespace {

/// Right, and hopeless: hands each share on by itself. Returns the number of calls.
std::size_t hand_on(scalar::Tape& tape, std::size_t j, double share) {
    std::size_t calls = 1;
    tape.entries[j].gradient += share;
    for (const auto& edge : tape.entries[j].edges)
        calls += hand_on(tape, edge.input, share * edge.slope);
    return calls;
}

void count_calls(Session& session) {
    const int deepest = session.flags.quick ? 16 : 25;
    tutorials::Plot::Numbers depths, recursion, loop;
    for (int depth = 1; depth <= deepest; ++depth) {
        scalar::Tape tape;
        const scalar::Number last = diamonds(tape, depth);
        depths.push_back(depth);
        recursion.push_back(static_cast<double>(hand_on(tape, last.index, 1)));
        loop.push_back(static_cast<double>(tape.entries.size()));
    }
    tutorials::Plot{{.x = "diamonds in the chain", .y = "visits", .log_y = true}}
        .line("recursion over the graph", depths, recursion)
        .line("loop over the tape", depths, loop)
        .save(session.file("recursion.png"));
    session.result("deepest_diamonds", deepest);
    session.result("recursive_calls", recursion.back());
    session.result("loop_visits", loop.back());
}

}  // namespace

// @figure{recursion.png, Calls of the recursion and entries that the loop visits. A diamond is one
// step x/2 + x/2 of the question: two paths that join. On this scale a line is an exponential.}
//
// @prediction{A chain of $d$ diamonds has $2^d$ paths. At depth 1 the recursion makes 5 calls, and
// each further diamond doubles them and adds three: $2^{d+2} - 3$. At depth @result{deepest_diamonds}
// that is @result{recursive_calls} calls. The loop visits @result{loop_visits} entries.}
//
// @experiment{orders}
//
// ## Vectors: one pass for all gradients
//
// Let $y = f_3(f_2(f_1(x)))$ with vectors in place of numbers, and let $J_k$ be the Jacobian matrix
// of $f_k$. The chain rule says $J = J_3 J_2 J_1$. A product of matrices can be evaluated from either
// end. From the right, column by column, each pass answers *what does this input do to every
// output?* That is **forward mode**: one pass for each input. From the left, row by row, each pass
// answers *what does every input do to this output?* That is **reverse mode**: one pass for each
// output. A loss is one output, and its inputs are the numbers that a network learns, often millions.
// Hence reverse mode. Its price is memory: the tape keeps all values until the way back.
//
// @experiment{modes}
//
// In reverse mode an operation $y = f(x)$ needs one thing, its **pullback**
// $\bar x \mathrel{+}= J^{\mathsf T} \bar y$. Why the transpose? If $x$ changes by $dx$, then $y$
// changes by $J\,dx$ and $L$ by
// $\langle \bar y, J\,dx \rangle = \langle J^{\mathsf T} \bar y, dx \rangle$,
// with $\langle a, b \rangle$ for the sum of all products of entries. What stands beside $dx$ is
// $\bar x$. This is also the recipe for deriving a pullback: write down how $L$ changes, and sort it
// so that $dx$ stands alone.
//
// **Example: the linear layer**, $Y = X W^{\mathsf T}$ with $X$ of shape (B, D) and $W$ of shape
// (K, D). Both may change, so $dY = dX\,W^{\mathsf T} + X\,dW^{\mathsf T}$ and
// $$ \langle \bar Y, dY \rangle
//    = \langle \bar Y, dX\,W^{\mathsf T} \rangle + \langle \bar Y, X\,dW^{\mathsf T} \rangle
//    = \langle \bar Y W, dX \rangle + \langle \bar Y^{\mathsf T} X, dW \rangle . $$
// The last step uses $\langle A, BC \rangle = \langle A C^{\mathsf T}, B \rangle =
// \langle B^{\mathsf T} A, C \rangle$, and for the second term that $\langle A, B \rangle =
// \langle A^{\mathsf T}, B^{\mathsf T} \rangle$. So $\bar X = \bar Y W$ and
// $\bar W = \bar Y^{\mathsf T} X$.
//
// | forward | pullback |
// |---|---|
// | copy to several places, broadcast | add up what comes back from them |
// | add up, `sum` | copy to all places |
// | take some rows, `gather` | put them back where they came from, adding |
// | join, `concat` | cut apart, `slice` |
// | $Y = X W^{\mathsf T}$ | $\bar X = \bar Y W$, $\ \bar W = \bar Y^{\mathsf T} X$ |
//
// ## The same tape, over arrays
//
// An entry for each number is clear, and far too slow for images. `autograd::Tape` is the same
// machine with arrays in its entries. An edge can no longer hold one slope: the Jacobian of an
// operation from a thousand numbers to a thousand has a million entries. It need not hold them. All
// that the way back does with a Jacobian is to multiply $\bar y$ by its transpose, and that is a
// function. An operation of the library has its value in one function and its pullback in the next:
//
// @source{autograd/ops/elementwise.cpp, tanh}
//
// | symbol | C++ |
// |---|---|
// | $v_i$ | `Entry::value`, `Variable::value()` |
// | $\bar v_i$ | `scalar::Tape::Entry::gradient`, `gradients.of(x)` |
// | $\partial v_j / \partial v_i$ | `scalar::Tape::Edge::slope` |
// | $\bar y$ of an array, chosen by the caller | the `cotangent` of `Tape::backward` |
// | $J^{\mathsf T} \bar y$ | the second function given to `Tape::record` |
//
// We test the two machines on one function: a sum of 16 tanh curves, each stretched, shifted and
// scaled, $r(x) = \sum_k v_k \tanh(w_k x + b_k) + c$. (This is a small neural network; chapter 02
// explains the word.) Its loss is $\frac1B \sum_i (r(x_i) - t_i)^2$.

namespace {

/// r(x). A Parameter is an array that outlives the tape.
struct Net {
    Parameter w, b;  // (units, 1) and (units,)
    Parameter v, c;  // (1, units) and (1,)

    Net(std::size_t units, nn::Random& random)
        : w{random.normal({units, 1})},
          b{random.normal({units})},
          v{random.normal({1, units})},
          c{autograd::full({1}, 0)} {
        for (Real& steepness : w.value.storage()) steepness *= 2;
        for (Real& shift : b.value.storage()) shift *= 3;
        for (Real& height : v.value.storage()) height *= Real(0.1);
    }

    /// (B, 1) to (B, 1): affine(x) = x Wᵀ + b.
    Variable operator()(Variable x) const {
        const auto affine = [&](Variable input, const Parameter& weight, const Parameter& bias) {
            const Variable on_tape = x.tape().parameter(weight);
            return linear(input, on_tape, x.tape().parameter(bias));
        };
        return affine(tanh(affine(x, w, b)), v, c);
    }

    void visit(auto&& see) {  // names the parts; chapter 02 says what for
        see("w", w);
        see("b", b);
        see("v", v);
        see("c", c);
    }
};

Variable loss_of(const Net& net, const Curve& curve, Tape& tape) {
    return mean(squared_error(net(tape.constant(curve.x)), tape.constant(curve.t)));
}

/// The same on the scalar tape: the loss, with all numbers of the net in `weights`.
scalar::Number loss_of(const std::vector<scalar::Number>& weights, const Curve& curve) {
    scalar::Tape& tape = *weights[0].tape;
    const std::size_t units = (weights.size() - 1) / 3;
    scalar::Number total = tape.variable(0);
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        const scalar::Number x = tape.variable(double{curve.x(i, 0)});
        scalar::Number r = weights[3 * units];
        for (std::size_t k = 0; k < units; ++k)
            r = r + weights[2 * units + k] * tanh(weights[k] * x + weights[units + k]);
        const scalar::Number error = r - tape.variable(double{curve.t(i, 0)});
        total = total + error * error;
    }
    return 1.0 / static_cast<double>(curve.x.size()) * total;
}

void compare_the_tapes(Session& session, Net& net, const Curve& curve) {
    scalar::Tape scalars;
    std::vector<scalar::Number> weights;
    for (const auto& [name, parameter, frozen] : nn::parameters(net))
        for (const Real number : parameter->value.storage())
            weights.push_back(scalars.variable(double{number}));
    scalars.backward(loss_of(weights, curve).index);

    Tape tape;
    const Variable loss = loss_of(net, curve, tape);
    std::puts("\nThe array tape holds");
    tape.print(std::cout);
    const autograd::Gradients& gradients = tape.backward(loss);
    double difference = 0;
    std::size_t next = 0;
    for (const auto& [name, parameter, frozen] : nn::parameters(net))
        for (const Real gradient : gradients.of(*parameter).storage())
            difference =
                std::max(difference, std::abs(weights[next++].gradient() - double{gradient}));
    session.result("scalar_entries", static_cast<double>(scalars.entries.size()));
    session.result("engines_gradient_difference", difference);
}

}  // namespace

// The largest difference between their gradients is @result{engines_gradient_difference}, which is
// rounding in single precision. The scalar tape holds @result{scalar_entries} entries, the array tape
// fewer than twenty.
//
// ### Broadcasting and its transpose
//
// In `linear(x, w, b)` one bias is added to each of $B$ rows. Arrays of different shapes combine by
// NumPy's rule: they are aligned at their last axes, and an axis of extent 1, or one that is missing,
// is repeated. Repeating is a linear map, so its pullback is its transpose, which *sums* over what was
// repeated. The gradient of a bias is the sum of the rows of $\bar y$.
//
// @experiment{broadcasting}
//
// ## Check a gradient
//
// A gradient with a wrong positive factor still leads downhill: the network trains, only worse. Nothing
// crashes. So gradients are checked against the definition of the derivative,
// $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h} . $$
// How small should $h$ be? By Taylor's formula the truncation error is $\frac{h^2}{6} f'''$: smaller
// is better. But $f$ is computed to a relative precision $\varepsilon$, and the difference carries a
// rounding error of about $\varepsilon f$, divided by $h$: smaller is worse. The sum
// $$ \text{error} \approx \frac{h^2}{6}\,|f'''| + \frac{\varepsilon}{h}\,|f| $$
// is least at $h = \sqrt[3]{3 \varepsilon\, |f / f'''|}$. Where $f$ and $f'''$ are of one size, this is
// near $\sqrt[3]{\varepsilon}$, and the error left there is of the order of $\varepsilon^{2/3}$.
//
// @figure{step_size.png, Relative error of finite differences against the step size, the median over
// 101 places of one smooth function. To the right truncation, rising as h² (central) or h
// (one-sided); to the left rounding, rising towards small steps as 1/h.}
//
// In double precision the best step was @result{best_step_double}, with an error of
// @result{best_error_double}. In single precision it was @result{best_step_float, .1g}, with an error of
// @result{best_error_float}: any mistake smaller than that goes unseen. This library is compiled
// twice, and the gradient checks of its tests use the `double` one.
//
// @experiment{step_size}
//
// ### An operation of your own
//
// The library has no cube. To add one, give `Tape::record` two functions. One fills `y.value`. The
// other adds to the gradient of its input. `contribution` gives it that array and a number `beta`: the
// first contribution finds 0 and must overwrite what lies there, later ones find 1 and add.

namespace {

void fill_with_cubes(autograd::Entry& y, Variable x) {
    y.value.resize(x.shape());
    for (std::size_t i = 0; i < y.value.size(); ++i) {
        const Real v = x.value().data()[i];
        y.value.data()[i] = v * v * v;
    }
}

/// y = x³.   x̄ += 3 ȳ ∘ x², or with a mistake that is easily made x̄ += 3 x².
Variable cube(Variable x, bool forgets_what_comes_in) {
    return x.tape().record(
        "cube", {x}, [=](autograd::Entry& y) { fill_with_cubes(y, x); },
        [=](autograd::Entry& y) {
            if (!x.requires_gradient()) return;
            const auto [gradient, beta] = x.tape().contribution(x);
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                const Real v = x.value().data()[i];
                const Real share = 3 * v * v * (forgets_what_comes_in ? 1 : y.gradient.data()[i]);
                gradient.data()[i] = share + (beta == 0 ? 0 : gradient.data()[i]);
            }
        });
}

void check_the_cube(Session& session, nn::Random& random) {
    const Array x = random.normal({6}), ones = autograd::full({6}, 1), v = random.normal({6});
    const auto right = [](Variable input) { return cube(input, false); };
    const auto broken = [](Variable input) { return cube(input, true); };
    session.result("right_pullback_error_random", error_of_pullback(right, x, v));
    session.result("broken_pullback_error_ones", error_of_pullback(broken, x, ones));
    session.result("broken_pullback_error_random", error_of_pullback(broken, x, v));
}

}  // namespace

// The check compares $\bar x$ with central differences of $\langle \bar y, \text{cube}(x) \rangle$.
// It has to choose a $\bar y$. Ones are the obvious choice: the gradient of the sum. With ones
// the broken cube passes, at an error of @result{broken_pullback_error_ones, .4f}, because what it
// forgets to multiply by is 1. With a **random cotangent** its error is
// @result{broken_pullback_error_random, .1f}; that of the right cube is
// @result{right_pullback_error_random, .4f}. `autograd::gradcheck` does this for any function.
//
// @experiment{limits}
//
// ## Use it: go downhill
//
// A gradient says which way is up. **Gradient descent** takes a small step the other way, again and
// again, $w \leftarrow w - \eta\, \bar w$. Here the sum of tanh curves learns a damped wave from 60
// noisy points. The step, in full:

namespace {

double step(Tape& tape, Net& net, const Curve& curve, Real rate) {
    tape.rewind();
    const Variable loss = loss_of(net, curve, tape);
    const autograd::Gradients& gradients = tape.backward(loss);
    for (const auto& [name, parameter, frozen] : nn::parameters(net))
        for (std::size_t i = 0; i < parameter->value.size(); ++i)
            parameter->value.data()[i] -= rate * gradients.of(*parameter).data()[i];
    return double{loss.item()};
}

void learn(Session& session, Net& net, const Curve& curve) {
    const Curve wave = damped_wave(301, nullptr);  // to judge by, and to draw
    tutorials::Plot plot{{.x = "x", .y = "t and r(x)"}};
    plot.points("data", numbers(curve.x), numbers(curve.t));
    Tape tape;
    nn::History history;
    const std::size_t steps = session.flags.epochs;
    for (std::size_t s = 0; s <= steps; ++s) {
        if (s == 0 || s == steps / 40 || s == steps) {
            tape.rewind();
            plot.line("after " + std::to_string(s) + " steps", numbers(wave.x),
                      numbers(net(tape.constant(wave.x)).value()));
        }
        if (s == steps) break;
        const double loss = step(tape, net, curve, Real(session.flags.learning_rate));
        history.add({{"epoch", static_cast<double>(s + 1)}, {"train_loss", loss}});
    }
    plot.save(session.file("fit.png"));
    nn::write_history(session.file("history.csv"), history);
    nn::save(session.file("model.safetensors").string(), net);
    tape.rewind();
    session.result("first_loss", history.column("train_loss").front());
    session.result("last_loss", history.column("train_loss").back());
    session.result("loss_on_the_wave", double{loss_of(net, wave, tape).item()});
}

void lesson(Session& session) {
    chain_rule(session);
    count_calls(session);
    nn::Random random(session.flags.seed);
    const Curve curve = damped_wave(session.flags.batch, &random);
    Net net(16, random);
    compare_the_tapes(session, net, curve);
    check_the_cube(session, random);
    learn(session, net, curve);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "01_tape",
                           .title = "The tape",
                           .defaults = {.epochs = 10000, .batch = 60, .learning_rate = 0.1}},
                          lesson);
}

// @figure{fit.png, Sixteen tanh curves learn a damped wave from 60 noisy points (one seed).}
//
// The loss on the 60 points fell from @result{first_loss, .3f} to @result{last_loss, .4f}. The wave
// itself would have .0025 there on average, the variance of the noise. On the wave, without noise, the
// loss is @result{loss_on_the_wave, .4f}, where a perfect fit has 0. It is worst at the left edge.
//
// @experiment{not_a_number}
//
// @experiment{cost}
//
// ## Check it
//
// `meson test -C build autograd "autograd in double"` runs the tests of the tape, among them all
// operations against central differences in double precision with random cotangents.
// `python3 tests/mutants.py build --only autograd/` breaks the pullbacks one at a time; the tests notice each.
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | a variable that is used twice has the gradient of one use | assigned where it should be added | *a variable that is used twice or three times gets two or three contributions* |
// | the bias's gradient has the shape of the batch | the sum over what was broadcast is missing | *a column times a row: each gradient is summed over what was broadcast* |
// | the check passes and training is poor | the check used a cotangent of ones | *every mode finds a wrong sign, a wrong factor and a forgotten incoming gradient* |
// | the check passes, the loss is nonsense | a wrong forward pass | *the value of every operation is that of plain loops* |
// | NaN everywhere after one step | a pullback computes 0/0 or 0·∞ | *the watch names the operation that made the first non-finite gradient* |
//
// ## Exercises
//
// @exercise{1, Write the scalar tape anew, from memory. Give it division and `relu`, which is
// $\max(x, 0)$, and check both by differences.}
//
// @exercise{2, The experiment `orders` has a recursion that hands on the total. For which graphs is
// it right?}
//
// @exercise{3, Mend the recursion that hands on once, without using the tape's order: an entry hands
// on when its *last* share has arrived.}
//
// @exercise{4, Derive the pullbacks of $Y = A\,X\,B$ for constant $A$ and $B$, of $y = \sum_i x_i^2$,
// and of $Y = X \circ s$, element by element, with $X$ of shape (B, D) and $s$ of shape (D,).}
//
// @exercise{5, Evaluate $f(x) = e^x \tanh x$ at the complex number $x + ih$ and take the imaginary
// part over $h$. Why does its error not rise again when $h$ gets small? And which step should central
// differences take for this $f$ at $x = 1$, in double precision?}
//
// @exercise{6, Write $y = \ln(1 + e^x)$ with a wrong sign, $\ln(1 + e^{-x})$, as an operation with a
// pullback. Does a gradient check find the mistake? What does? Name another mistake that a gradient
// check can miss.}
//
// ## Where the real code differs
//
// PyTorch finds an order only when `backward` is called. Its gradients add up over calls until they are
// set to zero; ours are overwritten. It can differentiate gradients again, which this tape cannot. JAX
// differentiates in forward mode and transposes the linear program that this leaves.
//
// **Names.** Reverse mode, backpropagation (for networks) and the adjoint method (for differential
// equations) all compute vector–Jacobian products; $\bar v$ is an adjoint, a cotangent, a "grad".
//
// ## Further reading
//
// - R. E. Wengert, *A simple automatic derivative evaluation program*, 1964. S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16, 1976. A. Griewank, *On automatic differentiation*, 1989.
// - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating
//   errors*, Nature 323, 1986.
// - A. G. Baydin and others, *Automatic differentiation in machine learning: a survey*, JMLR 18, 2018.
// - A. Karpathy's *micrograd*, 2020, a short engine worth reading, and M. Johnson's *Autodidax*, which
//   builds JAX from scratch.
