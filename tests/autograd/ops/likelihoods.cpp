#include "autograd/ops/likelihoods.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;
using optests::worst_error;

namespace {

using Variables = std::vector<Variable>;
using Function = std::function<Variable(const Variables&)>;

optests::Evaluation evaluate(const Function& function, const std::vector<Array>& inputs) {
    Tape tape;
    return optests::evaluate(tape, {"", inputs, function, nullptr});
}

}  // namespace

TEST_CASE("binary cross-entropy is finite and exact at logits where its composition is not") {
    const Array logits = array({6, 1}, {-1000, -100, 100, 1000, 1000, -1000});
    const Array targets = array({6, 1}, {0, 0.5, 0.5, 1, 0, 1});
    const auto fused =
        evaluate([](const Variables& v) { return bce_with_logits(v[0], v[1]); }, {logits, targets});
    CHECK(worst_error(fused.value, array({6}, {0, 50, 50, 0, 1000, 1000})) < 1e-6);
    const auto composed = evaluate(
        [](const Variables& v) {
            const Variable p = sigmoid(v[0]);
            return -sum(v[1] * log(p) + (1 - v[1]) * log(1 - p), {1});
        },
        {logits, targets});
    for (const int i : {0, 3, 4, 5}) CHECK_FALSE(std::isfinite(composed.value(i)));

    const Array v = random_array({6});
    const Array slope = array({6}, {0, -0.5, 0.5, 0, 1, -1});  // sigmoid(l) − t
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(std::abs(fused.gradients[0].data()[i] - v.data()[i] * slope.data()[i]) < 1e-6);
        CHECK(fused.gradients[1].data()[i] == -v.data()[i] * logits.data()[i]);
    }
}

TEST_CASE("cross entropy is finite and exact at logits where its composition is not") {
    Tape tape;
    const Variable logits = tape.variable(array({2, 2}, {1000, -1000, -1000, 1000}));
    const Variable y = cross_entropy_with_logits(logits, {0, 0});
    CHECK(same(y.value(), array({2}, {0, 2000})));
    const Gradients& gradients = tape.backward(y, array({2}, {3, 5}));
    CHECK(same(gradients.of(logits), array({2, 2}, {0, 0, -5, 5})));
}

TEST_CASE("cross entropy keeps the digits in which large logits differ") {
    Tape tape;
    const Variable logits = tape.variable(array({2, 3}, {1e8, 1e8, 1e8, -1e6, -1e6, -1e6}));
    const Variable y = cross_entropy_with_logits(logits, {0, 2});
    CHECK(worst_error(y.value(), full({2}, static_cast<Real>(std::log(3)))) < 1e-6);
    const Gradients& gradients = tape.backward(y, full({2}, 1));
    const double third = 1 / 3.0;
    CHECK(worst_error(gradients.of(logits),
                      array({2, 3}, {third - 1, third, third, third, third, third - 1})) < 1e-6);
}

TEST_CASE("losses are sums over an example, one number for each") {
    Tape tape;
    const Variable a = tape.variable(array({2, 2}, {1, 2, 3, 4}));
    const Variable b = tape.constant(array({2, 2}, {0, 0, 1, 1}));
    CHECK(same(squared_error(a, b).value(), array({2}, {5, 13})));
    CHECK(mse(a, b).item() == Real(4.5));
    const Variable half = bce_with_logits(b * 0, b * 0 + 0.5);
    CHECK(worst_error(half.value(), full({2}, static_cast<Real>(2 * std::log(2)))) < 1e-6);
}
