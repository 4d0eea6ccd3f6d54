// Task a1.5: the pullbacks of a linear layer, with bias and without.
//
// `contribute_product(x, a, b)` adds the matrix product a·b to the gradient of x; `rows_of(array)` reads
// an array as a matrix and `transposed(matrix)` turns it, neither copies. For the bias,
// `bias.tape().contribution(bias)` gives its gradient and a number beta, and
// `reduce_to_shape(shape, array, beta, gradient.data())` sums an array down to a shape.

#include <functional>
#include <numeric>

#include "autograd/broadcast.hpp"
#include "autograd/gemm.hpp"
#include "autograd/ops/matmul.hpp"

namespace autograd {

namespace {

/// (..., D) read as a matrix with D columns.
Matrix rows_of(const Array& x) {
    const auto last = x.shape().end() - 1;
    const std::size_t rows =
        std::accumulate(x.shape().begin(), last, std::size_t{1}, std::multiplies<>());
    return {x.data(), rows, *last};
}

/// x̄ += a·b, x̄ read as one matrix.
[[maybe_unused]] void contribute_product(Variable x, Matrix a, Matrix b) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    gemm(a, b, beta, gradient.data());
}

void check_linear(const Shape& x, const Shape& weight) {
    require(weight.size() == 2, "[linear] expected a weight (out, in), got ", weight);
    require(!x.empty() && x.back() == weight[1], "[linear] x is ", x, " but weight is ", weight);
}

Shape linear_shape(const Shape& x, const Shape& weight) {
    Shape shape = x;
    shape.back() = weight[0];
    return shape;
}

}  // namespace

Variable linear(Variable x, Variable weight, Variable bias) {
    check_linear(x.shape(), weight.shape());
    require(bias.shape() == Shape{weight.shape()[0]}, "[linear] weight is ", weight.shape(),
            " but bias is ", bias.shape());
    return x.tape().record(
        "linear", {x, weight, bias},
        [=](Entry& y) {
            y.value.resize(linear_shape(x.shape(), weight.shape()));
            // Every row starts as the bias, and the product is added to it.
            broadcast_to(y.value.shape(), bias.value(), y.value.data());
            gemm(rows_of(x.value()), transposed(rows_of(weight.value())), 1, y.value.data());
        },
        [=](Entry&) { throw Error("[a1.5] the pullback of linear is not written yet"); });
}

Variable linear(Variable x, Variable weight) {
    check_linear(x.shape(), weight.shape());
    return x.tape().record(
        "linear", {x, weight},
        [=](Entry& y) {
            y.value.resize(linear_shape(x.shape(), weight.shape()));
            gemm(rows_of(x.value()), transposed(rows_of(weight.value())), 0, y.value.data());
        },
        [=](Entry&) {
            throw Error("[a1.5] the pullback of linear without bias is not written yet");
        });
}

}  // namespace autograd
