#include "autograd/tape.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <sstream>

#include "autograd/ops.hpp"
#include "evaluate.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;

namespace {

constexpr double tolerance = optests::double_precision ? 1e-14 : 1e-6;

std::string printed(const Tape& tape) {
    std::ostringstream out;
    tape.print(out);
    return out.str();
}

}  // namespace

// --- the record ---------------------------------------------------------------------------------

TEST_CASE("the record is printed one operation a line") {
    Tape tape;
    CHECK(printed(tape) == "");
    const Parameter weight{full({4, 3}, 1)};
    const Variable x = tape.constant(full({2, 3}, 1));
    const Variable y = linear(x, tape.parameter(weight));
    const Variable z = y + tape.variable(full({4}, 1));
    sum(square(x));
    sum(z);
    CHECK(tape.size() == 8);
    CHECK(printed(tape) ==
          "#0 constant (2, 3)  (no gradient)\n"
          "#1 parameter (4, 3)\n"
          "#2 linear (2, 4)  <- #0, #1\n"
          "#3 variable (4,)\n"
          "#4 add (2, 4)  <- #2, #3\n"
          "#5 square (2, 3)  <- #0  (no gradient)\n"
          "#6 sum ()  <- #5  (no gradient)\n"
          "#7 sum ()  <- #4\n");
}

TEST_CASE("constants and variables are copied, a parameter is not") {
    Tape tape;
    Array data = full({2}, 1);
    Parameter p{full({2}, 1)};
    const Variable c = tape.constant(data), v = tape.variable(data), w = tape.parameter(p);
    data.fill(5);
    p.value.fill(5);
    CHECK(same(c.value(), full({2}, 1)));
    CHECK(same(v.value(), full({2}, 1)));
    CHECK(&w.value() == &p.value);
}

TEST_CASE("item is the one number of a value of one element") {
    Tape tape;
    CHECK(tape.constant(full({}, 2.5)).item() == Real{2.5});
    CHECK(tape.constant(full({1, 1}, 2.5)).item() == Real{2.5});
    CHECK_THROWS_WITH_AS(tape.constant(full({2}, 1)).item(),
                         "[item] expected one element, got shape (2,)", Error);
    CHECK_THROWS_WITH_AS(tape.constant(full({0, 2}, 1)).item(),
                         "[item] expected one element, got shape (0, 2)", Error);
}

TEST_CASE("what is recorded knows whether it has a gradient") {
    Tape tape;
    const Parameter p{full({2}, 1)};
    const Variable c = tape.constant(full({2}, 1)), v = tape.variable(full({2}, 1));
    CHECK_FALSE(c.requires_gradient());
    CHECK(v.requires_gradient());
    CHECK(tape.parameter(p).requires_gradient());
    CHECK_FALSE((c + c).requires_gradient());
    CHECK((c + v).requires_gradient());
    CHECK((v + c).requires_gradient());
    CHECK_FALSE(stop_gradient(v).requires_gradient());
}

TEST_CASE("operations refuse the variables of another tape, and a tape the loss of another") {
    Tape one, other;
    const Variable a = one.variable(full({2}, 1)), b = other.variable(full({2}, 1));
    CHECK_THROWS_WITH_AS(a + b, "[add] expected variables of one tape, got two tapes", Error);
    CHECK(one.size() == 1);
    CHECK_THROWS_WITH_AS(one.backward(sum(b)),
                         "[backward] expected a variable of this tape, got one of another tape",
                         Error);
}

// --- gradients of known answer ------------------------------------------------------------------

TEST_CASE("a variable may be used several times in one operation and in many") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({3}, {2, -3, 0.5}));
    const Gradients& gradients = tape.backward(sum(x * x * x + x + x + x));  // 3x² + 3
    CHECK(same(gradients.of(x), array({3}, {15, 30, 3.75})));
}

TEST_CASE("a diamond adds what comes back along both sides") {
    Tape tape;
    tape.poison_gradients(true);
    const Variable x = tape.variable(array({2}, {3, -1}));
    const Variable left = x * 2, right = square(x);
    const Gradients& gradients = tape.backward(sum(left * right));  // 2x³
    CHECK(same(gradients.of(x), array({2}, {54, 6})));
    CHECK(same(gradients.of(left), right.value()));
    CHECK(same(gradients.of(right), left.value()));
}

TEST_CASE("an intermediate result hands its gradient on once, when it is complete") {
    Tape tape;
    const Variable w = tape.variable(array({2}, {3, -1}));
    const Variable x = w * 2;  // used twice below, and itself computed from w
    const Gradients& gradients = tape.backward(sum(x + square(x)));  // 2w + 4w², so 2 + 8w
    CHECK(same(gradients.of(x), array({2}, {13, -3})));
    CHECK(same(gradients.of(w), array({2}, {26, -6})));
}

TEST_CASE("a chain of diamonds costs one visit for each, and doubles each time") {
    Tape tape;
    const Variable x = tape.variable(full({}, 1));
    Variable y = x;
    for (int i = 0; i < 60; ++i) y = y + y;
    const Gradients& gradients = tape.backward(y);
    CHECK(gradients.of(x).data()[0] == Real(0x1p60));
}

TEST_CASE("a chain of 100 000 operations does not exhaust the stack") {
    Tape tape;
    const Variable x = tape.variable(full({}, 3));
    Variable y = x;
    for (int i = 0; i < 100'000; ++i) y = -y;
    const Gradients& gradients = tape.backward(y);
    CHECK(y.item() == 3);
    CHECK(gradients.of(x).data()[0] == 1);
}

TEST_CASE("what the loss does not depend on has no gradient, and says so") {
    Tape tape;
    const Parameter unused{full({2}, 1)};
    const Variable x = tape.variable(full({2}, 1)), y = tape.variable(full({2}, 1));
    const Variable p = tape.parameter(unused), aside = square(y), loss = sum(x), later = square(x);
    const Gradients& gradients = tape.backward(loss);
    CHECK(gradients.reached(x));
    for (const Variable& v : {y, p, aside, later}) CHECK_FALSE(gradients.reached(v));
    CHECK_FALSE(gradients.reached(unused));
    CHECK_THROWS_WITH_AS(gradients.of(y),
                         "[gradients] backward has not reached this variable of shape (2,)", Error);
}

TEST_CASE("tied weights: one parameter used twice gets both contributions") {
    const Parameter weight{random_array({3, 3}, 1)};
    const Array x = random_array({4, 3}, 2), v = random_array({4, 3}, 3);
    Tape tape;
    tape.poison_gradients(true);
    const Variable w = tape.parameter(weight);
    const Variable again = tape.parameter(weight);
    CHECK(tape.size() == 1);
    CHECK(&w.value() == &again.value());
    const Gradients& gradients = tape.backward(matmul(linear(tape.constant(x), w), again), v);
    const Array tied = gradients.of(weight);

    // The same with two parameters of equal value; the gradients of the two add up.
    const Parameter first{weight.value}, second{weight.value};
    tape.rewind();
    tape.backward(matmul(linear(tape.constant(x), tape.parameter(first)), tape.parameter(second)),
                  v);
    const Array both = gradients.of(first) + gradients.of(second);
    CHECK(optests::worst_error(tied, both) < tolerance);
}

TEST_CASE("stop_gradient lets values through and nothing back") {
    Tape tape;
    const Variable x = tape.variable(array({2}, {2, 3}));
    const Variable stopped = stop_gradient(square(x));
    CHECK(same(stopped.value(), array({2}, {4, 9})));
    const Gradients& gradients = tape.backward(sum(x * stopped));  // as if x² were a constant
    CHECK(same(gradients.of(x), array({2}, {4, 9})));
    CHECK_THROWS_WITH_AS(tape.backward(sum(stopped)),
                         "[backward] this sum depends on no variable and no parameter, or was "
                         "computed in inference mode",
                         Error);
}

// --- backward -----------------------------------------------------------------------------------

TEST_CASE("backward wants one element or a cotangent of the right shape") {
    Tape tape;
    const Variable x = tape.variable(array({2}, {2, 3}));
    CHECK_THROWS_WITH_AS(tape.backward(x),
                         "[backward] expected a loss of one element, got shape (2,); give a "
                         "cotangent, or take a sum or mean first",
                         Error);
    CHECK_THROWS_WITH_AS(tape.backward(x, full({1, 2}, 1)),
                         "[backward] the result is (2,) but the cotangent is (1, 2)", Error);
    const Gradients& gradients = tape.backward(square(x), array({2}, {10, 100}));
    CHECK(same(gradients.of(x), array({2}, {40, 600})));
    tape.backward(x, array({2}, {10, 100}));  // a leaf is its own result
    CHECK(same(gradients.of(x), array({2}, {10, 100})));
}

TEST_CASE("each backward pass overwrites the one before") {
    Tape tape;
    const Parameter p{array({2}, {2, 3})}, q{array({2}, {5, 7})};
    const Variable x = tape.parameter(p), y = tape.parameter(q);
    const Variable product = sum(x * y), other = sum(square(x));
    const Gradients& gradients = tape.backward(product);
    CHECK(same(gradients.of(p), q.value));
    CHECK(same(gradients.of(q), p.value));
    tape.backward(product);
    CHECK(same(gradients.of(p), q.value));
    CHECK(same(gradients.of(q), p.value));
    tape.backward(other);
    CHECK(same(gradients.of(p), array({2}, {4, 6})));
    CHECK(gradients.reached(p));
    CHECK_FALSE(gradients.reached(q));
    CHECK_FALSE(gradients.reached(product));
}

TEST_CASE("a parameter's variable is its value and its gradient") {
    Tape tape;
    Parameter p{array({2}, {2, 3})};
    const Variable x = tape.parameter(p);
    const Gradients& gradients = tape.backward(sum(square(x)));
    CHECK(gradients.reached(p));
    CHECK(&gradients.of(x) == &gradients.of(p));

    p.value = full({3, 1}, 1);  // another shape in the next record
    tape.rewind();
    tape.backward(sum(square(tape.parameter(p))));
    CHECK(same(gradients.of(p), full({3, 1}, 2)));
}

// --- poison -------------------------------------------------------------------------------------

TEST_CASE("poison shows a pullback that reads a gradient which nobody has written") {
    Tape tape;
    const auto careless_double = [](Variable x) {
        return x.tape().record(
            "careless", {x}, [=](Entry& y) { y.value = x.value() + x.value(); },
            [=](Entry& y) {
                Array& gradient = x.tape().contribution(x).gradient;
                for (std::size_t i = 0; i < gradient.size(); ++i)  // forgets beta
                    gradient.data()[i] += 2 * y.gradient.data()[i];
            });
    };
    tape.poison_gradients(true);
    const Variable x = tape.variable(full({2}, 1));
    const Gradients& gradients = tape.backward(sum(careless_double(x)));
    CHECK(std::isnan(gradients.of(x).data()[0]));
    CHECK(std::isnan(gradients.of(x).data()[1]));
    tape.backward(sum(x * 2));
    CHECK(same(gradients.of(x), full({2}, 2)));
}

// --- rewinding ----------------------------------------------------------------------------------

TEST_CASE("a handle from before the rewinding throws wherever it is used") {
    Tape tape;
    const Parameter p{full({2}, 1)};
    const Variable x = tape.variable(full({2}, 1)), w = tape.parameter(p);
    const Gradients& gradients = tape.backward(sum(x * w));
    tape.rewind();
    CHECK(tape.size() == 0);
    const Variable fresh = tape.variable(full({2}, 1));
    const std::string before = printed(tape);
    const char* message = "[variable] this handle was made before the tape was rewound";
    for (const Variable& stale : {x, w}) {
        CHECK_THROWS_WITH_AS(stale.value(), message, Error);
        CHECK_THROWS_WITH_AS(stale.shape(), message, Error);
        CHECK_THROWS_WITH_AS(stale.item(), message, Error);
        CHECK_THROWS_WITH_AS(gradients.of(stale), message, Error);
        CHECK_THROWS_WITH_AS(gradients.reached(stale), message, Error);
        CHECK_THROWS_WITH_AS(stale.requires_gradient(), message, Error);
        CHECK_THROWS_WITH_AS(exp(stale), message, Error);
        CHECK_THROWS_WITH_AS(fresh + stale, message, Error);
        CHECK_THROWS_WITH_AS(concat({fresh, stale}, 0), message, Error);
        CHECK_THROWS_WITH_AS(tape.backward(stale), message, Error);
        // An operation of one's own that does not look at its inputs is caught too.
        CHECK_THROWS_WITH_AS(tape.record(
                                 "own", {fresh, stale}, [](Entry&) {}, [](Entry&) {}),
                             message, Error);
    }
    CHECK(printed(tape) == before);
    CHECK(fresh.value()(0) == 1);
}

// --- inference ----------------------------------------------------------------------------------

TEST_CASE("in inference mode nothing has a gradient, and backward says why") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    {
        const InferenceMode inference(tape);
        CHECK(tape.inference());
        const Variable y = sum(tape.parameter(p) * tape.variable(full({2}, 2)));
        CHECK(y.item() == 12);
        CHECK_FALSE(tape.parameter(p).requires_gradient());
        CHECK_FALSE(y.requires_gradient());
        CHECK_THROWS_WITH_AS(tape.backward(y),
                             "[backward] this sum depends on no variable and no parameter, or was "
                             "computed in inference mode",
                             Error);
    }
    CHECK_FALSE(tape.inference());
}

TEST_CASE("inference mode goes back to what it was") {
    Tape tape;
    CHECK(tape.training());
    tape.set_inference(true);
    {
        const InferenceMode inner(tape);
        CHECK_FALSE(tape.training());
    }
    CHECK(tape.inference());
    CHECK(tape.training());
}

TEST_CASE("a parameter first used in inference mode is trained all the same") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    {
        const InferenceMode inference(tape);
        square(tape.parameter(p));
    }
    const Gradients& gradients = tape.backward(sum(square(tape.parameter(p))));
    CHECK(same(gradients.of(p), full({2}, 6)));
    {
        const InferenceMode inference(tape);
        CHECK_FALSE(square(tape.parameter(p)).requires_gradient());
    }
}

// --- the watch for what is not finite -----------------------------------------------------------

TEST_CASE("the watch names the operation that made the first non-finite value") {
    Tape tape;
    const Variable x = tape.variable(array({2, 2}, {1, 2, 0, 4}));
    CHECK_NOTHROW(log(x));  // nobody looks
    tape.watch_for_nan(true);
    const std::string before = printed(tape);
    CHECK_THROWS_WITH_AS(exp(log(x)),
                         "[log] made the first non-finite value: -inf at (1, 0) of (2, 2)", Error);
    CHECK_THROWS_WITH_AS(sqrt(-x),
                         "[sqrt] made the first non-finite value: nan at (0, 0) of (2, 2)", Error);
    CHECK_THROWS_WITH_AS(tape.constant(full({}, std::numeric_limits<Real>::quiet_NaN())),
                         "[constant] made the first non-finite value: nan at () of ()", Error);
    const Parameter bad{full({1}, std::numeric_limits<Real>::infinity())};
    CHECK_THROWS_WITH_AS(tape.parameter(bad),
                         "[parameter] made the first non-finite value: inf at (0,) of (1,)", Error);
    CHECK(printed(tape) == before + "#2 negate (2, 2)  <- #0\n");
    const Gradients& gradients = tape.backward(sum(x));  // and the tape still works
    CHECK(same(gradients.of(x), full({2, 2}, 1)));
}

TEST_CASE("the watch names the operation that made the first non-finite gradient") {
    Tape tape;
    const Parameter p{array({3}, {1, 0, 4})};
    const Variable loss = sum(exp(-sqrt(tape.parameter(p))));
    const Gradients& gradients = tape.backward(loss);  // nobody looks
    CHECK(std::isinf(gradients.of(p).data()[1]));
    tape.watch_for_nan(true);
    const std::string before = printed(tape);
    CHECK_THROWS_WITH_AS(tape.backward(loss),
                         "[sqrt] made the first non-finite gradient: -inf at (1,) of (3,)", Error);
    CHECK(printed(tape) == before);
    tape.backward(sum(square(tape.parameter(p))));
    CHECK(same(gradients.of(p), array({3}, {2, 0, 8})));
}
