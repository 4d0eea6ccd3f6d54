#include "autograd/ops/shape.hpp"

#include <algorithm>
#include <numeric>

#include "autograd/ops/axis.hpp"
#include "autograd/ops/examples.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

namespace {

/// x̄ += expression, a transposition, which has no SIMD form.
template <class Expression>
void contribute_transposed(Variable x, const Expression& expression) {
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0)
        xt::noalias(gradient) = expression;
    else
        xt::noalias(gradient) += expression;
}

}  // namespace

Variable transpose(Variable x) {
    return x.tape().record(
        "transpose", {x}, [=](Entry& y) { xt::noalias(y.value) = xt::transpose(x.value()); },
        [=](Entry& y) { contribute_transposed(x, xt::transpose(y.gradient)); });
}

Variable transpose(Variable x, const Indices& axes) {
    Shape every(x.shape().size());
    std::iota(every.begin(), every.end(), std::size_t{0});
    require(std::is_permutation(every.begin(), every.end(), axes.begin(), axes.end()),
            "[transpose] expected each axis of ", x.shape(), " once, got ",
            Shape(axes.begin(), axes.end()));
    return x.tape().record(
        "transpose", {x},
        [&](Entry& y) {
            xt::noalias(y.value) = xt::transpose(x.value(), axes);
            y.indices.resize(axes.size());  // the way back
            for (std::size_t i = 0; i < axes.size(); ++i) y.indices[axes[i]] = i;
        },
        [=](Entry& y) { contribute_transposed(x, xt::transpose(y.gradient, y.indices)); });
}

namespace {

/// target += source, or target = source where nothing has been contributed before.
void add_elements(const Real* source, std::size_t n, Real* target, Real beta) {
    if (beta == 0)
        std::copy_n(source, n, target);
    else
        std::transform(source, source + n, target, target, std::plus<>());
}

}  // namespace

Variable reshape(Variable x, const Shape& shape) {
    require(element_count(shape) == x.value().size(), "[reshape] ", x.shape(), " has ",
            x.value().size(), " elements but ", shape, " has ", element_count(shape));
    return x.tape().record(
        "reshape", {x},
        [&](Entry& y) {
            y.value.resize(shape);
            std::copy_n(x.value().data(), y.value.size(), y.value.data());
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            add_elements(y.gradient.data(), y.gradient.size(), gradient.data(), beta);
        });
}

namespace {

/// Elements begin ≤ i < begin + part.extent along an axis of a whole: in each of the `outer` blocks
/// one piece of neighbouring elements.
struct Piece {
    std::size_t outer, size, whole_step, offset;

    Piece(const Lanes& part, const Lanes& whole, std::size_t begin)
        : outer(part.outer),
          size(part.extent * part.inner),
          whole_step(whole.extent * whole.inner),
          offset(begin * whole.inner) {}

    void copy_from_whole(const Real* whole, Real* part) const {
        for (std::size_t o = 0; o < outer; ++o)
            std::copy_n(whole + o * whole_step + offset, size, part + o * size);
    }
    void add_from_whole(const Real* whole, Real* part, Real beta) const {
        for (std::size_t o = 0; o < outer; ++o)
            add_elements(whole + o * whole_step + offset, size, part + o * size, beta);
    }
    void add_to_whole(const Real* part, Real* whole, Real beta) const {
        for (std::size_t o = 0; o < outer; ++o)
            add_elements(part + o * size, size, whole + o * whole_step + offset, beta);
    }
};

}  // namespace

Variable concat(std::initializer_list<Variable> parts, int axis) {
    return concat(std::span(parts.begin(), parts.size()), axis);
}

Variable concat(std::span<const Variable> parts, int axis) {
    require(!parts.empty(), "[concat] of no parts");
    Shape shape = parts[0].shape();
    const std::size_t along = checked_axis("concat", shape, axis);
    shape[along] = 0;
    for (const Variable& part : parts) {
        Shape other = part.shape();
        require(other.size() == shape.size(), "[concat] parts ", parts[0].shape(), " and ", other,
                " have different ranks");
        shape[along] += std::exchange(other[along], parts[0].shape()[along]);
        require(other == parts[0].shape(), "[concat] parts ", parts[0].shape(), " and ",
                part.shape(), " differ along another axis than ", axis);
    }
    const auto piece = [=](Variable part, const Array& whole, std::size_t begin) {
        return Piece({"concat", part.shape(), axis}, {"concat", whole.shape(), axis}, begin);
    };
    return parts[0].tape().record(
        "concat", parts,
        [&](Entry& y) {
            y.value.resize(shape);
            std::size_t begin = 0;
            for (const Variable& part : parts) {
                piece(part, y.value, begin).add_to_whole(part.value().data(), y.value.data(), 0);
                begin += part.shape()[along];
            }
        },
        // The parts may be many, so the pullback finds them in the record.
        [piece, along, &tape = parts[0].tape()](Entry& y) {
            std::size_t begin = 0;
            for (std::size_t i = 0; i < y.inputs.size(); ++i) {
                const Variable part = tape.input(y, i);
                if (part.requires_gradient()) {
                    const auto [gradient, beta] = tape.contribution(part);
                    piece(part, y.gradient, begin)
                        .add_from_whole(y.gradient.data(), gradient.data(), beta);
                }
                begin += part.shape()[along];
            }
        });
}

Variable slice(Variable x, int axis, std::size_t begin, std::size_t end) {
    const Lanes whole("slice", x.shape(), axis);
    require(begin <= end && end <= whole.extent, "[slice] expected ", begin, " to ", end,
            " along axis ", axis, " of ", x.shape());
    Lanes part = whole;
    part.extent = end - begin;
    Shape shape = x.shape();
    shape[whole.axis] = part.extent;
    const Piece piece(part, whole, begin);
    return x.tape().record(
        "slice", {x},
        [&](Entry& y) {
            y.value.resize(shape);
            piece.copy_from_whole(x.value().data(), y.value.data());
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            if (beta == 0) gradient.fill(0);  // what was not taken has no influence
            piece.add_to_whole(y.gradient.data(), gradient.data(), 1);
        });
}

namespace {

/// target row rows[i] += source row i, for rows of so many elements. Threads share the elements of each
/// row, because a row may have been taken twice.
void scatter_rows(const Real* source, const Indices& rows, std::size_t size, Real* target) {
    constexpr std::size_t piece = 32 * simd::width;
#pragma omp parallel for schedule(static) if (rows.size() * size > simd::worth_threads)
    for (std::size_t begin = 0; begin < size; begin += piece) {
        const std::size_t n = std::min(piece, size - begin);
        for (std::size_t i = 0; i < rows.size(); ++i)
            add_elements(source + i * size + begin, n, target + rows[i] * size + begin, 1);
    }
}

}  // namespace

Variable gather(Variable x, const Indices& rows) { return gather(x, rows, {rows.size()}); }

Variable gather(Variable x, const Indices& rows, const Shape& leading) {
    require(x.shape().size() >= 1, "[gather] expected rows to choose from, got shape ", x.shape());
    require(element_count(leading) == rows.size(), "[gather] expected a shape for ", rows.size(),
            " rows, got ", leading);
    const std::size_t count = x.shape()[0];
    for (const std::size_t row : rows)
        require(row < count, "[gather] there is no row ", row, " in ", x.shape());
    const std::size_t size = count == 0 ? 0 : x.value().size() / count;
    Shape shape = leading;
    shape.insert(shape.end(), x.shape().begin() + 1, x.shape().end());
    return x.tape().record(
        "gather", {x},
        [&](Entry& y) {
            y.value.resize(shape);
            y.indices.assign(rows.begin(), rows.end());
            for_each_example(rows.size(), size, [&](std::size_t i) {
                std::copy_n(x.value().data() + rows[i] * size, size, y.value.data() + i * size);
            });
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            if (beta == 0) gradient.fill(0);
            scatter_rows(y.gradient.data(), y.indices, size, gradient.data());
        });
}

}  // namespace autograd
