// Gradients are a value: what one pass found, and nothing that an earlier one left.
#include <doctest/doctest.h>

#include <sstream>
#include <type_traits>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "evaluate.hpp"

using namespace autograd;
using optests::same;

namespace {

template <class P>
concept GoesOnATape = requires(Tape tape, P&& parameter) {
    tape.parameter(std::forward<P>(parameter));
};

}  // namespace

// --- no gradient is stale -------------------------------------------------------------------------

TEST_CASE("a parameter that the last loss does not reach has no gradient, whatever came before") {
    Tape tape;
    const Parameter p{full({1}, 1)}, q{full({1}, 1)};
    const Gradients& gradients = tape.backward(sum(tape.parameter(p) * 100));
    CHECK(gradients.reached(p));
    tape.rewind();
    tape.backward(sum(tape.parameter(q) * 3));
    CHECK_FALSE(gradients.reached(p));
    CHECK(same(gradients.of(q), full({1}, 3)));
    CHECK_THROWS_WITH_AS(gradients.of(p),
                         "[gradients] backward has not reached this parameter of shape (1,)",
                         Error);
}

TEST_CASE("two tapes over one model do not know of each other") {
    const Parameter p{full({2}, 3)};
    Tape one, other;
    const Gradients& first = one.backward(sum(one.parameter(p) * 2));
    const Gradients& second = other.backward(sum(square(other.parameter(p))));
    CHECK(same(first.of(p), full({2}, 2)));
    CHECK(same(second.of(p), full({2}, 6)));
}

TEST_CASE("gradients of parameters outlive the record, those of variables do not") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    const Variable x = tape.variable(full({2}, 5));
    const Gradients& gradients = tape.backward(sum(x * tape.parameter(p)));
    tape.rewind();
    CHECK(same(gradients.of(p), full({2}, 5)));
    CHECK_THROWS_WITH_AS(gradients.of(x),
                         "[variable] this handle was made before the tape was rewound", Error);
}

TEST_CASE("a parameter given by its variable is the same as by itself") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    const Variable x = tape.parameter(p);
    const Gradients& gradients = tape.backward(sum(square(x)));
    CHECK(&gradients.of(x) == &gradients.of(p));
    CHECK(gradients.reached(x));
}

// --- copies and sums ------------------------------------------------------------------------------

TEST_CASE("a copy keeps what its own pass found") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    const Variable x = tape.variable(full({2}, 5)), w = tape.parameter(p);
    const Gradients kept = tape.backward(sum(x * w));
    CHECK(same(kept.of(x), full({2}, 3)));
    tape.backward(sum(square(w)));
    CHECK(same(kept.of(p), full({2}, 5)));
    CHECK_THROWS_WITH_AS(
        kept.of(x), "[gradients] a later backward pass has overwritten the gradients of variables",
        Error);
}

TEST_CASE("gradients add up, each parameter by itself") {
    Tape tape;
    const Parameter both{full({2}, 3)}, first{full({1}, 1)}, second{full({1}, 1)};
    Gradients sum_of = tape.backward(sum(tape.parameter(both)) + sum(tape.parameter(first) * 7));
    tape.rewind();
    const Variable b = tape.parameter(both);
    const Gradients& later = tape.backward(sum(square(b)) + sum(tape.parameter(second) * 9));
    sum_of += later;
    CHECK(same(sum_of.of(both), full({2}, 7)));  // 1 + 2·3
    CHECK(same(sum_of.of(first), full({1}, 7)));
    CHECK(same(sum_of.of(second), full({1}, 9)));
    CHECK(same(later.of(both), full({2}, 6)));
    CHECK_THROWS_WITH_AS(sum_of.of(b),
                         "[gradients] a sum or multiple holds the gradients of parameters alone",
                         Error);
    sum_of *= Real(0.5);
    CHECK(same(sum_of.of(both), full({2}, 3.5)));
    CHECK(same(sum_of.of(second), full({1}, 4.5)));
}

TEST_CASE("a sum starts from nothing as well") {
    Tape tape;
    const Parameter p{full({2}, 3)};
    Gradients sum_of;
    CHECK(sum_of.empty());
    for (int i = 0; i < 3; ++i) {
        tape.rewind();
        sum_of += tape.backward(sum(square(tape.parameter(p))));
    }
    CHECK_FALSE(sum_of.empty());
    CHECK(same(sum_of.of(p), full({2}, 18)));
}

TEST_CASE("a variable alone leaves no gradient of a parameter") {
    Tape tape;
    const Gradients& gradients = tape.backward(sum(tape.variable(full({2}, 1))));
    CHECK(gradients.empty());
}

TEST_CASE("gradients do not know the variables of another tape") {
    Tape one, other;
    const Variable x = one.variable(full({1}, 1)), y = other.variable(full({1}, 1));
    const Gradients& gradients = one.backward(sum(x));
    CHECK_THROWS_WITH_AS(gradients.of(y), "[gradients] this variable is of another tape", Error);
}

// --- mistakes that used to be silent --------------------------------------------------------------

TEST_CASE("a contribution to an input without gradient is refused, on a new tape and a used one") {
    const auto careless = [](Variable x, Variable c) {
        return x.tape().record(
            "careless", {x, c}, [=](Entry& y) { y.value = x.value() * c.value(); },
            [=](Entry& y) {
                for (const Variable& input : {x, c})  // does not ask whether it wants one
                    input.tape().contribution(input).gradient = y.gradient;
            });
    };
    Tape tape;
    for (int record = 0; record < 2; ++record) {
        CAPTURE(record);
        tape.rewind();
        const Variable x = tape.variable(full({2}, 1)), c = tape.constant(full({2}, 1));
        CHECK_THROWS_WITH_AS(tape.backward(sum(careless(x, c))),
                             "[contribution] expected an input that requires a gradient, got "
                             "constant of shape (2,): ask requires_gradient() first",
                             Error);
        tape.rewind();  // leaves more gradients behind for the second time
        const Variable z = tape.variable(full({2}, 1));
        tape.backward(sum(square(z) * z));
    }
}

TEST_CASE("a temporary parameter does not go on a tape") {
    static_assert(GoesOnATape<Parameter&>);
    static_assert(GoesOnATape<const Parameter&>);
    static_assert(!GoesOnATape<Parameter>);
    static_assert(!GoesOnATape<const Parameter>);
}

TEST_CASE("stop_gradient stays on the record, tied to what it was made from") {
    Tape tape;
    const Variable x = tape.variable(full({2}, 3)), y = stop_gradient(x);
    CHECK_FALSE(y.requires_gradient());
    std::ostringstream out;
    tape.print(out);
    CHECK(out.str() == "#0 variable (2,)\n#1 stop_gradient (2,)  <- #0  (no gradient)\n");
}

// --- constants of another shape -------------------------------------------------------------------

TEST_CASE("a constant may have another shape than the array it is made from") {
    Tape tape;
    const Array rows = optests::random_array({2, 6});
    const Variable images = tape.constant(rows, {2, 2, 3, 1});
    CHECK(images.shape() == Shape{2, 2, 3, 1});
    CHECK(std::equal(rows.begin(), rows.end(), images.value().begin()));
    CHECK_THROWS_WITH_AS(tape.constant(rows, {2, 5}),
                         "[constant] expected a shape of 12 elements for an array (2, 6), got "
                         "(2, 5)",
                         Error);
    CHECK(tape.size() == 1);
}
