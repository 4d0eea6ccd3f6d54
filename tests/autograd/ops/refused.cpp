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

TEST_CASE_FIXTURE(Variables, "what works on images refuses what is none") {
    const std::string no_images = "expected images (B, H, W, C) of at least one pixel, got ";
    const Variable kernel = of({4, 3, 3, 2});
    const Variable no_lines = of({2, 0, 5, 2}), no_columns_either = of({2, 3, 0, 4});
    refuse([&] { patches(cube, 2, 2); }, "[patches] " + no_images + "(2, 3, 4)");
    refuse([&] { patches(no_lines, 2, 2, 1, 3); }, "[patches] " + no_images + "(2, 0, 5, 2)");
    refuse([&] { conv2d(number, kernel); }, "[conv2d] " + no_images + "()");
    refuse([&] { conv2d(no_lines, kernel, 1, 3); }, "[conv2d] " + no_images + "(2, 0, 5, 2)");
    refuse([&] { conv2d_transposed(cube, kernel); },
           "[conv2d_transposed] " + no_images + "(2, 3, 4)");
    refuse([&] { conv2d_transposed(no_columns_either, kernel); },
           "[conv2d_transposed] " + no_images + "(2, 3, 0, 4)");
    refuse([&] { max_pool2d(matrix, 2); }, "[max_pool2d] " + no_images + "(2, 3)");
    refuse([&] { average_pool2d(matrix, 2, 1); }, "[average_pool2d] " + no_images + "(2, 3)");
    refuse([&] { upsample_nearest(three, 2); }, "[upsample_nearest] " + no_images + "(3,)");
}

TEST_CASE_FIXTURE(Variables, "convolutions refuse weights and biases that do not fit") {
    const Variable x = of({2, 5, 6, 3}), weight = of({4, 3, 2, 3});
    const Variable two_channels = of({4, 3, 3, 2}), back = of({3, 2, 2, 4});
    refuse([&] { conv2d(x, matrix); }, "[conv2d] expected a weight (out, h, w, in), got (2, 3)");
    refuse([&] { conv2d(x, two_channels); },
           "[conv2d] x is (2, 5, 6, 3) but weight is (4, 3, 3, 2): 3 channels against 2");
    refuse([&] { conv2d(x, weight, three); }, "[conv2d] weight is (4, 3, 2, 3) but bias is (3,)");
    refuse([&] { conv2d(x, weight, number, 2); }, "[conv2d] weight is (4, 3, 2, 3) but bias is ()");
    refuse([&] { conv2d_transposed(x, cube); },
           "[conv2d_transposed] expected a weight (in, h, w, out), got (2, 3, 4)");
    refuse([&] { conv2d_transposed(x, weight); },
           "[conv2d_transposed] x is (2, 5, 6, 3) but weight is (4, 3, 2, 3): "
           "3 channels against 4");
    refuse([&] { conv2d_transposed(x, back, three); },
           "[conv2d_transposed] weight is (3, 2, 2, 4) but bias is (3,)");
}

TEST_CASE_FIXTURE(Variables, "windows that do not fit an image are refused, and strides of zero") {
    const Variable x = of({2, 5, 6, 3}), square = of({4, 3, 3, 3});
    const Variable empty = of({4, 0, 3, 3}), wide_kernel = of({4, 3, 7, 3});
    const std::string window = "expected a window between (1, 1) and ";
    refuse([&] { patches(x, 6, 2); },
           "[patches] " + window + "(5, 6), an image with its padding, got (6, 2)");
    refuse([&] { patches(x, 2, 9, 1, 1); },
           "[patches] " + window + "(7, 8), an image with its padding, got (2, 9)");
    refuse([&] { patches(x, 2, 2, 0); }, "[patches] expected a stride of at least 1, got 0");
    refuse([&] { conv2d(x, empty); },
           "[conv2d] " + window + "(5, 6), an image with its padding, got (0, 3)");
    refuse([&] { conv2d(x, wide_kernel); },
           "[conv2d] " + window + "(5, 6), an image with its padding, got (3, 7)");
    refuse([&] { conv2d(x, square, four, 0, 1); },
           "[conv2d] expected a stride of at least 1, got 0");
    refuse([&] { max_pool2d(x, 6); },
           "[max_pool2d] " + window + "(5, 6), an image with its padding, got (6, 6)");
    refuse([&] { max_pool2d(x, 2, 0); }, "[max_pool2d] expected a stride of at least 1, got 0");
    refuse([&] { average_pool2d(x, 0, 1); },
           "[average_pool2d] " + window + "(5, 6), an image with its padding, got (0, 0)");
    refuse([&] { average_pool2d(x, 2, 0); },
           "[average_pool2d] expected a stride of at least 1, got 0");
    refuse([&] { upsample_nearest(x, 0); },
           "[upsample_nearest] expected a factor of at least 1, got 0");
}

TEST_CASE_FIXTURE(Variables,
                  "a transposed convolution refuses what would leave nothing, or not fit") {
    const Variable x = of({2, 2, 3, 4}), kernel = of({4, 3, 2, 1}), empty = of({4, 3, 0, 1});
    refuse([&] { conv2d_transposed(x, kernel, 0); },
           "[conv2d_transposed] expected a stride of at least 1, got 0");
    refuse([&] { conv2d_transposed(x, kernel, 2, 1, 2); },
           "[conv2d_transposed] expected an output padding below the stride 2, got 2");
    refuse([&] { conv2d_transposed(x, kernel, 1, 2); },
           "[conv2d_transposed] expected a padding that leaves a pixel of (4, 4), got 2");
    refuse([&] { conv2d_transposed(x, empty); },
           "[conv2d_transposed] expected a window between (1, 1) and (4, 2), an image with its "
           "padding, got (3, 0)");
}

TEST_CASE_FIXTURE(Variables, "recurrent nets refuse weights, states and lengths that do not fit") {
    const Variable x = of({5, 2, 12}), weight = of({12, 3}), bias = of({12}), state = of({2, 3});
    const Variable of_gru = of({12, 4}), wide_state = of({2, 4}), long_state = of({3, 3});
    refuse([&] { lstm(matrix, weight, bias, state, state); },
           "[lstm] expected x (T, B, 4H), got (2, 3)");
    refuse([&] { gru(matrix, of_gru, bias, wide_state); },
           "[gru] expected x (T, B, 3H), got (2, 3)");
    refuse([&] { lstm(x, three, bias, state, state); },
           "[lstm] expected a weight (4H, H), got (3,)");
    refuse([&] { lstm(x, of_gru, bias, state, state); },
           "[lstm] expected a weight (4H, H), got (12, 4)");
    refuse([&] { gru(x, weight, bias, state); }, "[gru] expected a weight (3H, H), got (12, 3)");
    refuse([&] { lstm(cube, weight, bias, state, state); },
           "[lstm] x is (2, 3, 4) but weight is (12, 3)");
    refuse([&] { lstm(x, weight, three, state, state); },
           "[lstm] weight is (12, 3) but bias is (3,)");
    refuse([&] { lstm(x, weight, bias, wide_state, state); },
           "[lstm] expected a first state h (2, 3), got (2, 4)");
    refuse([&] { lstm(x, weight, bias, state, long_state); },
           "[lstm] expected a first state c (2, 3), got (3, 3)");
    refuse([&] { gru(x, of_gru, bias, state); },
           "[gru] expected a first state h (2, 4), got (2, 3)");
    refuse(
        [&] {
            lstm(x, weight, bias, state, state, {1, 2, 3});
        },
        "[lstm] expected 2 lengths or none, got 3");
    refuse(
        [&] {
            gru(x, of_gru, bias, wide_state, {5, 6});
        },
        "[gru] expected lengths of at most 5, got 6");
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
    refuse(
        [&] {
            gather(matrix, {0, 1, 1}, {2, 2});
        },
        "[gather] expected a shape for 3 rows, got (2, 2)");
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
