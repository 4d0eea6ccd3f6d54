#include "autograd/broadcast.hpp"

#include <algorithm>

#include "autograd/simd.hpp"

namespace autograd {

namespace {

using simd::Batch;

/// How a large array folds onto a small one by summing over axes, and the transpose of that: how the
/// small one spreads over the large one by broadcasting. Neighbouring axes of a kind are one run.
///
/// (B, D) onto (1, D): a summed run of B, a kept run of D.
class Fold {
  public:
    /// `small` broadcasts to `large` by NumPy's rule.
    Fold(const Shape& large, const Shape& small);

    /// small ← Σ large + beta·small, beta 0 or 1.
    void sum(const Real* large, Real* small, Real beta) const;
    /// large ← scale·small + beta·large, beta 0 or 1.
    void spread(Real scale, const Real* small, Real* large, Real beta) const;

  private:
    struct Run {
        std::size_t extent;
        bool kept;
        std::size_t step;  ///< how far one step along this run moves in the small array
    };
    const Real* add_sums(std::size_t level, const Real* large, Real* small) const;
    Real* add_spread(std::size_t level, Real scale, const Real* small, Real* large,
                     Real beta) const;

    xt::svector<Run, 8> runs_;
    std::size_t small_size_;
};

Fold::Fold(const Shape& large, const Shape& small) : small_size_(element_count(small)) {
    const std::size_t missing = large.size() - small.size();  // axes that `small` has not
    for (std::size_t axis = 0; axis < large.size(); ++axis) {
        const bool kept = axis >= missing && small[axis - missing] == large[axis];
        if (!runs_.empty() && runs_.back().kept == kept)
            runs_.back().extent *= large[axis];
        else
            runs_.push_back({large[axis], kept, 0});
    }
    if (runs_.empty()) runs_.push_back({1, true, 0});  // rank 0
    std::size_t step = 1;
    for (std::size_t level = runs_.size(); level-- > 0;) {
        if (!runs_[level].kept) continue;
        runs_[level].step = step;
        step *= runs_[level].extent;
    }
}

void Fold::sum(const Real* large, Real* small, Real beta) const {
    if (beta == 0) std::fill_n(small, small_size_, Real{0});
    add_sums(0, large, small);
}

const Real* Fold::add_sums(std::size_t level, const Real* large, Real* small) const {
    const auto [extent, kept, step] = runs_[level];
    if (level + 1 == runs_.size()) {
        if (kept)
            simd::map(
                extent, small, [](Batch a, Batch b) { return a + b; }, small, large);
        else
            *small += simd::sum(extent, large);
        return large + extent;
    }
    for (std::size_t i = 0; i < extent; ++i) large = add_sums(level + 1, large, small + i * step);
    return large;
}

void Fold::spread(Real scale, const Real* small, Real* large, Real beta) const {
    add_spread(0, scale, small, large, beta);
}

Real* Fold::add_spread(std::size_t level, Real scale, const Real* small, Real* large,
                       Real beta) const {
    const auto [extent, kept, step] = runs_[level];
    if (level + 1 < runs_.size()) {
        for (std::size_t i = 0; i < extent; ++i)
            large = add_spread(level + 1, scale, small + i * step, large, beta);
        return large;
    }
    if (extent == 0) return large;
    const Batch s(scale);
    const Real constant = scale * *small;
    if (kept && beta == 0)
        simd::map(
            extent, large, [=](Batch a) { return s * a; }, small);
    else if (kept)
        simd::map(
            extent, large, [=](Batch a, Batch y) { return s * a + y; }, small, large);
    else if (beta == 0)
        std::fill_n(large, extent, constant);
    else
        simd::map(
            extent, large, [=](Batch y) { return constant + y; }, large);
    return large + extent;
}

}  // namespace

void broadcast_to(const Shape& shape, View x, Real beta, Real* out, Real scale) {
    Fold(shape, x.shape).spread(scale, x.data, out, beta);
}

void reduce_to_shape(const Shape& shape, View x, Real beta, Real* out) {
    Fold(x.shape, shape).sum(x.data, out, beta);
}

}  // namespace autograd
