// What operations refuse, in which words, and that nothing happened.
#include <doctest/doctest.h>

#include <sstream>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::same;

namespace {

std::string printed(const Tape& tape) {
    std::ostringstream out;
    tape.print(out);
    return out.str();
}

/// Expects the message; then that the record is as it was, and that the tape goes on as if nothing
/// had happened.
template <class Call>
void check_refused(Tape& tape, Call call, const std::string& message) {
    CAPTURE(message);
    const std::string before = printed(tape);
    CHECK_THROWS_WITH_AS(call(), message.c_str(), Error);
    CHECK(printed(tape) == before);

    const std::size_t size = tape.size();
    const Variable x = tape.variable(array({2}, {3, 4}));
    const Gradients& gradients = tape.backward(sum(square(x)));
    CHECK(tape.size() == size + 3);
    CHECK(same(gradients.of(x), array({2}, {6, 8})));
}

/// A tape and variables of many shapes.
struct Variables {
    Tape tape;
    Variable number = of({});
    Variable three = of({3}), four = of({4});
    Variable matrix = of({2, 3}), wide = of({2, 4}), tall = of({4, 3});
    Variable cube = of({2, 3, 4}), other_cube = of({5, 4, 3});
    Variable no_rows = of({0, 3}), no_columns = of({2, 0});

    Variable of(const Shape& shape) { return tape.variable(full(shape, 1)); }
    template <class Call>
    void refuse(Call call, const std::string& message) {
        check_refused(tape, call, message);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Variables, "arithmetic refuses shapes that do not broadcast") {
    refuse([&] { matrix + four; }, "[add] shapes (2, 3) and (4,) do not broadcast: 3 against 4");
    refuse([&] { four - matrix; },
           "[subtract] shapes (4,) and (2, 3) do not broadcast: 4 against 3");
    refuse([&] { matrix* tall; },
           "[multiply] shapes (2, 3) and (4, 3) do not broadcast: 2 against 4");
    refuse([&] { cube / three; },
           "[divide] shapes (2, 3, 4) and (3,) do not broadcast: 4 against 3");
    refuse([&] { three + no_columns; },
           "[add] shapes (3,) and (2, 0) do not broadcast: 3 against 0");
}

TEST_CASE_FIXTURE(Variables, "where refuses shapes that do not broadcast") {
    refuse([&] { where(matrix, three, four); },
           "[where] shapes (3,) and (4,) do not broadcast: 3 against 4");
    refuse([&] { where(four, three, matrix); },
           "[where] shapes (4,) and (2, 3) do not broadcast: 4 against 3");
}

TEST_CASE_FIXTURE(Variables, "clip refuses ends in the wrong order, and ends that are no numbers") {
    refuse([&] { clip(three, 2, 1); }, "[clip] the low end 2 is above the high end 1");
    refuse([&] { clip(three, NAN, 1); }, "[clip] the low end nan is above the high end 1");
}

TEST_CASE_FIXTURE(Variables, "matmul refuses what is not a pair of matrices") {
    refuse([&] { matmul(three, tall); },
           "[matmul] expected at least two axes, got (3,) and (4, 3)");
    refuse([&] { matmul(matrix, three); },
           "[matmul] expected at least two axes, got (2, 3) and (3,)");
    refuse([&] { matmul(matrix, tall); },
           "[matmul] a is (2, 3) but b is (4, 3): 3 columns against 4 rows");
    refuse([&] { matmul(cube, other_cube); },
           "[matmul] the leading extents of a (2, 3, 4) and b (5, 4, 3) differ");
    refuse([&] { matmul(wide, other_cube); },
           "[matmul] the leading extents of a (2, 4) and b (5, 4, 3) differ");
}

TEST_CASE_FIXTURE(Variables, "linear refuses weights and biases that do not fit") {
    refuse([&] { linear(matrix, three); }, "[linear] expected a weight (out, in), got (3,)");
    refuse([&] { linear(wide, tall); }, "[linear] x is (2, 4) but weight is (4, 3)");
    refuse([&] { linear(number, tall); }, "[linear] x is () but weight is (4, 3)");
    refuse([&] { linear(wide, tall, four); }, "[linear] x is (2, 4) but weight is (4, 3)");
    refuse([&] { linear(matrix, tall, three); }, "[linear] weight is (4, 3) but bias is (3,)");
    refuse([&] { linear(matrix, tall, number); }, "[linear] weight is (4, 3) but bias is ()");
}

TEST_CASE_FIXTURE(Variables, "reductions refuse axes that do not exist, and axes given twice") {
    refuse([&] { sum(matrix, {2}); }, "[sum] there is no axis 2 in (2, 3)");
    refuse([&] { sum(matrix, {0, -3}); }, "[sum] there is no axis -3 in (2, 3)");
    refuse([&] { sum(number, {0}); }, "[sum] there is no axis 0 in ()");
    refuse([&] { sum(matrix, {1, -1}); }, "[sum] axis -1 of (2, 3) is given twice");
    refuse([&] { mean(matrix, {2}); }, "[mean] there is no axis 2 in (2, 3)");
    refuse([&] { mean(cube, {0, 0}); }, "[mean] axis 0 of (2, 3, 4) is given twice");
    refuse([&] { max(three, 1); }, "[max] there is no axis 1 in (3,)");
    refuse([&] { log_sum_exp(number, -1); }, "[log_sum_exp] there is no axis -1 in ()");
    refuse([&] { softmax(three, -2); }, "[softmax] there is no axis -2 in (3,)");
    refuse([&] { log_softmax(three, 1); }, "[log_softmax] there is no axis 1 in (3,)");
}

TEST_CASE_FIXTURE(Variables, "what has no value for no elements says so") {
    refuse([&] { mean(no_rows); }, "[mean] of no elements: (0, 3)");
    refuse([&] { mean(no_rows, {0}); }, "[mean] of no elements: (0, 3)");
    refuse([&] { max(no_rows, 0); }, "[max] of no elements along axis 0 of (0, 3)");
    refuse([&] { log_sum_exp(no_columns, -1); },
           "[log_sum_exp] of no elements along axis -1 of (2, 0)");
    refuse([&] { softmax(no_columns); }, "[softmax] of no elements along axis -1 of (2, 0)");
    refuse([&] { log_softmax(no_columns); },
           "[log_softmax] of no elements along axis -1 of (2, 0)");
    refuse([&] { mse(no_rows, no_rows); }, "[mse] of no elements: (0, 3)");
}

TEST_CASE_FIXTURE(Variables, "transpose and reshape refuse axes and shapes that do not fit") {
    refuse(
        [&] {
            transpose(cube, {0, 1});
        },
        "[transpose] expected each axis of (2, 3, 4) once, got (0, 1)");
    refuse(
        [&] {
            transpose(cube, {0, 1, 1});
        },
        "[transpose] expected each axis of (2, 3, 4) once, got (0, 1, 1)");
    refuse(
        [&] {
            transpose(matrix, {1, 2});
        },
        "[transpose] expected each axis of (2, 3) once, got (1, 2)");
    refuse([&] { reshape(matrix, {4}); }, "[reshape] (2, 3) has 6 elements but (4,) has 4");
    refuse([&] { reshape(matrix, {}); }, "[reshape] (2, 3) has 6 elements but () has 1");
}

TEST_CASE_FIXTURE(Variables, "concat refuses parts that do not fit together") {
    refuse([&] { concat({}, 0); }, "[concat] of no parts");
    refuse([&] { concat({number, number}, 0); }, "[concat] there is no axis 0 in ()");
    refuse([&] { concat({matrix, wide}, 2); }, "[concat] there is no axis 2 in (2, 3)");
    refuse(
        [&] {
            concat({matrix, three}, 0);
        },
        "[concat] parts (2, 3) and (3,) have different ranks");
    refuse(
        [&] {
            concat({matrix, tall, wide}, 0);
        },
        "[concat] parts (2, 3) and (2, 4) differ along another axis than 0");
    refuse(
        [&] {
            concat({matrix, tall}, -1);
        },
        "[concat] parts (2, 3) and (4, 3) differ along another axis than -1");
}

TEST_CASE_FIXTURE(Variables, "slice and gather refuse what is not there") {
    refuse([&] { slice(matrix, 2, 0, 1); }, "[slice] there is no axis 2 in (2, 3)");
    refuse([&] { slice(matrix, 1, 2, 1); }, "[slice] expected 2 to 1 along axis 1 of (2, 3)");
    refuse([&] { slice(matrix, -2, 1, 3); }, "[slice] expected 1 to 3 along axis -2 of (2, 3)");
    refuse([&] { gather(matrix, {0, 2}); }, "[gather] there is no row 2 in (2, 3)");
    refuse([&] { gather(number, {0}); }, "[gather] expected rows to choose from, got shape ()");
    refuse([&] { gather(no_rows, {0}); }, "[gather] there is no row 0 in (0, 3)");
}

TEST_CASE_FIXTURE(Variables, "losses refuse shapes that differ, and a number without examples") {
    const std::string no_examples = "expected examples along the first axis, got shape ()";
    refuse([&] { bce_with_logits(matrix, three); },
           "[bce_with_logits] logits is (2, 3) but targets is (3,)");
    refuse([&] { bce_with_logits(number, number); }, "[bce_with_logits] " + no_examples);
    refuse([&] { squared_error(matrix, wide); }, "[squared_error] a is (2, 3) but b is (2, 4)");
    refuse([&] { squared_error(number, number); }, "[squared_error] " + no_examples);
    refuse([&] { mse(matrix, wide); }, "[mse] a is (2, 3) but b is (2, 4)");
    refuse([&] { gaussian_kl(matrix, wide); },
           "[gaussian_kl] mean is (2, 3) but log_variance is (2, 4)");
    refuse([&] { gaussian_kl(number, number); }, "[gaussian_kl] " + no_examples);
    refuse([&] { gaussian_kl(matrix, wide, matrix, matrix); },
           "[gaussian_kl] mean is (2, 3) but log_variance is (2, 4)");
    refuse([&] { gaussian_kl(matrix, matrix, three, matrix); },
           "[gaussian_kl] mean is (2, 3) but prior_mean is (3,)");
    refuse([&] { gaussian_kl(matrix, matrix, matrix, three); },
           "[gaussian_kl] mean is (2, 3) but prior_log_variance is (3,)");
    refuse([&] { gaussian_kl(number, number, number, number); }, "[gaussian_kl] " + no_examples);
    refuse([&] { reparameterize(matrix, wide, matrix); },
           "[reparameterize] mean is (2, 3) but log_variance is (2, 4)");
    refuse([&] { reparameterize(matrix, matrix, wide); },
           "[reparameterize] mean is (2, 3) but noise is (2, 4)");
}

TEST_CASE_FIXTURE(Variables, "cross entropy refuses labels that do not fit the logits") {
    refuse(
        [&] {
            cross_entropy_with_logits(three, {0, 1, 2});
        },
        "[cross_entropy_with_logits] expected logits (B, C) for 3 labels, got (3,)");
    refuse([&] { cross_entropy_with_logits(matrix, {0}); },
           "[cross_entropy_with_logits] expected logits (B, C) for 1 labels, got (2, 3)");
    refuse(
        [&] {
            cross_entropy_with_logits(matrix, {0, 3});
        },
        "[cross_entropy_with_logits] label 3 is not one of the classes of logits (2, 3)");
}

TEST_CASE_FIXTURE(Variables, "an operation that fails while it computes leaves no trace either") {
    refuse(
        [&] {
            tape.record(
                "own", {matrix},
                [](Entry& y) {
                    y.value.resize(Shape{7});
                    throw Error("[own] gave up");
                },
                [](Entry&) {});
        },
        "[own] gave up");
}
