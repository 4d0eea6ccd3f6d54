#include "autograd/ops/matmul.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "autograd/broadcast.hpp"
#include "autograd/gemm.hpp"

namespace autograd {

namespace {

/// (..., D) read as a matrix with D columns, which may be none.
Matrix rows_of(const Array& x) {
    const auto last = x.shape().end() - 1;
    const std::size_t rows =
        std::accumulate(x.shape().begin(), last, std::size_t{1}, std::multiplies<>());
    return {x.data(), rows, *last};
}

/// Matrix number i of (..., M, N).
Matrix matrix_of(const Array& x, std::size_t i) {
    const std::size_t rows = x.shape()[x.dimension() - 2], columns = x.shape().back();
    return {x.data() + i * rows * columns, rows, columns};
}

/// x̄ += a·b, x̄ read as one matrix.
void contribute_product(Variable x, Matrix a, Matrix b) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    gemm(a, b, beta, gradient.data());
}

/// y = a·b for each of `count` pairs, and what goes back.
Variable matmul_pairs(Variable a, Variable b, const Shape& shape, std::size_t count) {
    return a.tape().record(
        "matmul", {a, b},
        [&](Entry& y) {
            y.value.resize(shape);
            const std::size_t step = count == 0 ? 0 : y.value.size() / count;
            for (std::size_t i = 0; i < count; ++i)
                gemm(matrix_of(a.value(), i), matrix_of(b.value(), i), 0,
                     y.value.data() + i * step);
        },
        [=](Entry& y) {
            const auto contribute_pairs = [&](Variable x, auto&& product) {
                if (!x.requires_gradient()) return;
                const auto [gradient, beta] = x.tape().contribution(x);
                const std::size_t step = count == 0 ? 0 : gradient.size() / count;
                for (std::size_t i = 0; i < count; ++i)
                    product(i, matrix_of(y.gradient, i), beta, gradient.data() + i * step);
            };
            contribute_pairs(a, [&](std::size_t i, Matrix dy, Real beta, Real* out) {
                gemm(dy, transposed(matrix_of(b.value(), i)), beta, out);
            });
            contribute_pairs(b, [&](std::size_t i, Matrix dy, Real beta, Real* out) {
                gemm(transposed(matrix_of(a.value(), i)), dy, beta, out);
            });
        });
}

}  // namespace

Variable matmul(Variable a, Variable b) {
    const Shape &m = a.shape(), &n = b.shape();
    require(m.size() >= 2 && n.size() >= 2, "[matmul] expected at least two axes, got ", m, " and ",
            n);
    require(m.back() == n[n.size() - 2], "[matmul] a is ", m, " but b is ", n, ": ", m.back(),
            " columns against ", n[n.size() - 2], " rows");
    Shape shape = m;
    shape.back() = n.back();
    if (n.size() > 2) {
        require(m.size() == n.size() && std::equal(m.begin(), m.end() - 2, n.begin()),
                "[matmul] the leading extents of a ", m, " and b ", n, " differ");
        const std::size_t count = element_count(Shape(m.begin(), m.end() - 2));
        return matmul_pairs(a, b, shape, count);
    }
    return a.tape().record(
        "matmul", {a, b},
        [&](Entry& y) {
            y.value.resize(shape);
            gemm(rows_of(a.value()), rows_of(b.value()), 0, y.value.data());
        },
        [=](Entry& y) {
            contribute_product(a, rows_of(y.gradient), transposed(rows_of(b.value())));
            contribute_product(b, transposed(rows_of(a.value())), rows_of(y.gradient));
        });
}

namespace {

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
        [=](Entry& y) {
            const Matrix dy = rows_of(y.gradient);
            contribute_product(x, dy, rows_of(weight.value()));
            contribute_product(weight, transposed(dy), rows_of(x.value()));
            if (!bias.requires_gradient()) return;
            const auto [gradient, beta] = bias.tape().contribution(bias);
            reduce_to_shape(bias.shape(), y.gradient, beta, gradient.data());
        });
}

Variable linear(Variable x, Variable weight) {
    check_linear(x.shape(), weight.shape());
    return x.tape().record(
        "linear", {x, weight},
        [=](Entry& y) {
            y.value.resize(linear_shape(x.shape(), weight.shape()));
            gemm(rows_of(x.value()), transposed(rows_of(weight.value())), 0, y.value.data());
        },
        [=](Entry& y) {
            const Matrix dy = rows_of(y.gradient);
            contribute_product(x, dy, rows_of(weight.value()));
            contribute_product(weight, transposed(dy), rows_of(x.value()));
        });
}

}  // namespace autograd
