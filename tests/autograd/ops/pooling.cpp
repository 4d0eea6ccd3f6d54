#include "autograd/ops/pooling.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::same;

namespace {

constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

}  // namespace

TEST_CASE("the largest pixel of each window, and the gradient goes there") {
    Tape tape;
    const Variable x = tape.variable(array({1, 2, 4, 1}, {1, 5, 2, 3, 4, 0, -1, 7}));
    const Variable y = max_pool2d(x, 2);
    CHECK(same(y.value(), array({1, 1, 2, 1}, {5, 7})));
    const Gradients& gradients = tape.backward(y, array({1, 1, 2, 1}, {10, 20}));
    CHECK(same(gradients.of(x), array({1, 2, 4, 1}, {0, 10, 0, 0, 0, 0, 0, 20})));
}

TEST_CASE("the largest pixel of windows that overlap gets what comes back to each") {
    Tape tape;
    const Variable x = tape.variable(array({1, 2, 3, 1}, {1, 9, 2, 3, 4, 5}));
    const Gradients& gradients = tape.backward(max_pool2d(x, 2, 1), array({1, 1, 2, 1}, {10, 20}));
    CHECK(same(gradients.of(x), array({1, 2, 3, 1}, {0, 30, 0, 0, 0, 0})));
}

TEST_CASE("of equally large pixels the first gets the gradient") {
    Tape tape;
    const Variable x = tape.variable(full({1, 2, 2, 1}, 3));
    const Gradients& gradients = tape.backward(max_pool2d(x, 2), array({1, 1, 1, 1}, {1}));
    CHECK(same(gradients.of(x), array({1, 2, 2, 1}, {1, 0, 0, 0})));
}

TEST_CASE("each channel is pooled by itself") {
    Tape tape;
    const Variable x = tape.constant(array({1, 2, 2, 2}, {1, 8, 2, 7, 3, 6, 4, 5}));
    CHECK(same(max_pool2d(x, 2).value(), array({1, 1, 1, 2}, {4, 8})));
    CHECK(same(average_pool2d(x, 2).value(), array({1, 1, 1, 2}, {2.5, 6.5})));
}

TEST_CASE("in pooling a NaN stays one wherever it stands, and minus infinity may be the largest") {
    for (std::size_t where = 0; where < 4; ++where) {
        Array image = array({1, 2, 2, 1}, {1, 2, 3, 4});
        image.data()[where] = not_a_number;
        Tape tape;
        CHECK(std::isnan(max_pool2d(tape.constant(image), 2).item()));
        CHECK(std::isnan(average_pool2d(tape.constant(image), 2).item()));
    }
    Tape tape;
    const Variable x = tape.variable(full({1, 2, 2, 1}, -infinity));
    CHECK(max_pool2d(x, 2).item() == -infinity);
}

TEST_CASE("rows and columns that do not fill a window are left out, and get no gradient") {
    Tape tape;
    const Variable x = tape.variable(array({1, 3, 3, 1}, {1, 2, 9, 3, 4, 9, 9, 9, 9}));
    const Variable y = average_pool2d(x, 2);
    CHECK(same(y.value(), array({1, 1, 1, 1}, {2.5})));
    const Gradients& gradients = tape.backward(y);
    CHECK(same(gradients.of(x), array({1, 3, 3, 1}, {0.25, 0.25, 0, 0.25, 0.25, 0, 0, 0, 0})));
    CHECK(same(max_pool2d(x, 2).value(), array({1, 1, 1, 1}, {4})));
}

TEST_CASE("upsampling repeats each pixel, and is undone by the average") {
    Tape tape;
    const Variable x = tape.variable(array({1, 1, 2, 1}, {1, 2}));
    const Variable y = upsample_nearest(x, 2);
    CHECK(same(y.value(), array({1, 2, 4, 1}, {1, 1, 2, 2, 1, 1, 2, 2})));
    CHECK(same(average_pool2d(y, 2).value(), x.value()));
    const Gradients& gradients = tape.backward(y, array({1, 2, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8}));
    CHECK(same(gradients.of(x), array({1, 1, 2, 1}, {14, 22})));
}
