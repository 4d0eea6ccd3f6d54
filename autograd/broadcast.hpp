/// @file
/// Broadcasting by NumPy's rule: functions of arrays whose shapes differ, and the transpose of
/// broadcasting, sums over what was repeated.
#pragma once

#include <array>

#include "autograd/simd.hpp"

namespace autograd {

/// The elements of an array that belongs to somebody else, read in a shape that may have other axes
/// of extent 1 than the array's own.
struct View {
    const Real* data;
    const Shape& shape;

    View(const Real* elements, const Shape& read_as) : data(elements), shape(read_as) {}
    View(const Array& array) : View(array.data(), array.shape()) {}
};

/// Nested loops over a large array in row-major order, and how N small ones that broadcast to it are
/// walked at the same time. Axes side by side are one loop if each small array is either repeated
/// along all of them or along none: (B, D) with (1, D) is a loop over B around one over D, and two
/// arrays of the same shape are a single loop.
template <std::size_t N>
class Loops {
  public:
    using Offsets = std::array<std::size_t, N>;
    struct Loop {
        std::size_t extent;
        Offsets step;  ///< how far one step moves in each small array; 0 where it is repeated
    };

    Loops(const Shape& large, const std::array<const Shape*, N>& small)
        : loops_(large.size() + 1, Loop{}) {
        Offsets next;  // the step along the next axis that is not repeated
        next.fill(1);
        for (std::size_t axis = large.size(); axis-- > 0;) {
            if (large[axis] == 1) continue;
            Loop loop{large[axis], {}};
            for (std::size_t k = 0; k < N; ++k) {
                const std::size_t missing = large.size() - small[k]->size();
                if (axis < missing || (*small[k])[axis - missing] != large[axis]) continue;
                loop.step[k] = next[k];
                next[k] *= large[axis];
            }
            if (count_ > 0 && alike(loop, loops_[count_ - 1]))
                loops_[count_ - 1].extent *= loop.extent;
            else
                loops_[count_++] = loop;
        }
        if (count_ == 0) loops_[count_++] = {1, {}};  // one number
    }

    std::size_t depth() const { return count_; }
    /// Loop number 0 is the innermost.
    const Loop& operator[](std::size_t level) const { return loops_[level]; }

    /// Calls row(at, offsets) for each turn of the innermost loop: where it begins in the large array
    /// and in each small one. Threads share the outermost loop over a large array.
    template <class Row>
    void for_each_row(Row row) const {
        if (count_ == 1) return row(0, Offsets{});
        const Loop& outer = loops_[count_ - 1];
        std::size_t size = 1;  // of the large array, for each turn
        for (std::size_t level = 0; level + 1 < count_; ++level) size *= loops_[level].extent;
#pragma omp parallel for schedule(static) if (outer.extent * size > simd::worth_threads)
        for (std::size_t i = 0; i < outer.extent; ++i) {
            std::size_t at = i * size;
            Offsets offsets;
            for (std::size_t k = 0; k < N; ++k) offsets[k] = i * outer.step[k];
            walk(count_ - 2, at, offsets, row);
        }
    }

  private:
    static bool alike(const Loop& a, const Loop& b) {
        for (std::size_t k = 0; k < N; ++k)
            if ((a.step[k] == 0) != (b.step[k] == 0)) return false;
        return true;
    }

    template <class Row>
    void walk(std::size_t level, std::size_t& at, Offsets offsets, const Row& row) const {
        const Loop& loop = loops_[level];
        if (level == 0) {
            row(at, offsets);
            at += loop.extent;
            return;
        }
        for (std::size_t i = 0; i < loop.extent; ++i) {
            walk(level - 1, at, offsets, row);
            for (std::size_t k = 0; k < N; ++k) offsets[k] += loop.step[k];
        }
    }

    xt::svector<Loop, 8> loops_;
    std::size_t count_ = 0;
};

/// One operand along the innermost loop: elements side by side, or one that is repeated.
struct Row {
    const Real* data;
    bool repeated;

    simd::Batch load(std::size_t i) const {
        return repeated ? simd::Batch(*data) : simd::Batch::load_unaligned(data + i);
    }
    simd::Batch load_tail(std::size_t i, std::size_t n) const {
        return repeated ? simd::Batch(*data) : simd::load_tail(data + i, n);
    }
};

/// out[i] = f(x[i], ...) along the innermost loop.
template <class Function, class... Rows>
void map_row(std::size_t n, Real* out, Function f, Rows... x) {
    if (!(x.repeated || ...)) return simd::map(n, out, f, x.data...);
    std::size_t i = 0;
    for (; i + simd::width <= n; i += simd::width) f(x.load(i)...).store_unaligned(out + i);
    if (i < n) simd::store_tail(f(x.load_tail(i, n - i)...), out + i, n - i);
}

/// out ← f(x, ...) + beta·out, element by element, each x being repeated along the axes that it lacks
/// in `shape`, the shape of out. f takes and returns SIMD batches; beta is 0 or 1. Each x broadcasts
/// to `shape`: check that before, where there is a name for the error. No x overlaps with out.
template <class Function, class... Views>
void broadcast_map(const Shape& shape, Real beta, Real* out, Function f, const Views&... views) {
    constexpr std::size_t N = sizeof...(Views);
    const std::array<View, N> x{View(views)...};
    const auto run = [&]<std::size_t... K>(std::index_sequence<K...>) {
        const Loops<N> loops(shape, {&x[K].shape...});
        const auto& [extent, step] = loops[0];
        loops.for_each_row([&, n = extent, &steps = step](std::size_t at, const auto& offset) {
            if (n == 0) return;
            if (beta == 0)
                map_row(n, out + at, f, Row{x[K].data + offset[K], steps[K] == 0}...);
            else
                map_row(
                    n, out + at, [&](simd::Batch old, auto... v) { return old + f(v...); },
                    Row{out + at, false}, Row{x[K].data + offset[K], steps[K] == 0}...);
        });
    };
    run(std::make_index_sequence<N>());
}

/// out ← x, repeated along the axes that it lacks in `shape`, the shape of out: (1, D) to (B, D) is a
/// row B times.
void broadcast_to(const Shape& shape, View x, Real* out);

/// out ← Σ x + beta·out, x being summed over the axes that it has and `shape`, the shape of out,
/// lacks; beta is 0 or 1. The transpose of `broadcast_to`: what is given once and used often gets the
/// sum of what comes back. Sums are taken pair by pair, so that the rounding error of a million
/// numbers is that of a few.
void reduce_to_shape(const Shape& shape, View x, Real beta, Real* out);

}  // namespace autograd
