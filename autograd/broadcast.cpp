#include "autograd/broadcast.hpp"

#include <algorithm>

namespace autograd {

using simd::Batch;
using simd::width;

void broadcast_to(const Shape& shape, View x, Real* out) {
    broadcast_map(
        shape, 0, out, [](Batch v) { return v; }, x);
}

namespace {

/// Σ load(row) over begin ≤ row < end, pair by pair.
template <class Load>
auto sum_rows(std::size_t begin, std::size_t end, const Load& load) -> decltype(load(begin)) {
    auto total = load(begin);
    if (end - begin > 64) {
        const std::size_t middle = begin + (end - begin) / 2;
        total = sum_rows(begin, middle, load);
        const auto rest = sum_rows(middle, end, load);
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += rest[k];
        return total;
    }
    for (std::size_t row = begin + 1; row < end; ++row) {
        const auto next = load(row);
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += next[k];
    }
    return total;
}

/// sums += Σ over the rows of x, (rows, columns). A few columns at a time, so that their sums stay in
/// registers; threads share the columns of a large x.
void add_column_sums(std::size_t rows, std::size_t columns, const Real* x, Real* sums) {
    if (rows == 0) return;
    constexpr std::size_t few = 4 * width;
    const std::size_t full = columns - columns % few;
#pragma omp parallel for schedule(static) if (rows * columns > simd::worth_threads)
    for (std::size_t i = 0; i < full; i += few) {
        const auto four = sum_rows(0, rows, [=](std::size_t row) {
            const Real* v = x + row * columns + i;
            return std::array{Batch::load_unaligned(v), Batch::load_unaligned(v + width),
                              Batch::load_unaligned(v + 2 * width),
                              Batch::load_unaligned(v + 3 * width)};
        });
        for (std::size_t k = 0; k < 4; ++k) {
            Real* sum = sums + i + k * width;
            (Batch::load_unaligned(sum) + four[k]).store_unaligned(sum);
        }
    }
    std::size_t i = full;
    for (; i + width <= columns; i += width) {
        const auto one = sum_rows(0, rows, [=](std::size_t row) {
            return std::array{Batch::load_unaligned(x + row * columns + i)};
        });
        (Batch::load_unaligned(sums + i) + one[0]).store_unaligned(sums + i);
    }
    for (; i < columns; ++i)
        sums[i] +=
            sum_rows(0, rows, [=](std::size_t row) { return std::array{x[row * columns + i]}; })[0];
}

/// small += Σ over the loops from `level` inwards; returns where the large array goes on.
const Real* add_sums(const Loops<1>& loops, std::size_t level, const Real* large, Real* small) {
    const auto [extent, steps] = loops[level];
    const std::size_t step = steps[0];
    if (level == 0) {
        if (step == 0)
            *small += simd::sum(extent, large);
        else
            simd::map(
                extent, small, [](Batch a, Batch b) { return a + b; }, small, large);
        return large + extent;
    }
    if (level == 1 && step == 0) {  // rows, each of which is kept
        const std::size_t columns = loops[0].extent;
        add_column_sums(extent, columns, large, small);
        return large + extent * columns;
    }
    for (std::size_t i = 0; i < extent; ++i)
        large = add_sums(loops, level - 1, large, small + i * step);
    return large;
}

}  // namespace

void reduce_to_shape(const Shape& shape, View x, Real beta, Real* out) {
    if (beta == 0) std::fill_n(out, element_count(shape), Real{0});
    const Loops<1> loops(x.shape, {&shape});
    add_sums(loops, loops.depth() - 1, x.data, out);
}

}  // namespace autograd
