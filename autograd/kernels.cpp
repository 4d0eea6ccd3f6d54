#include "autograd/kernels.hpp"

namespace autograd::kernels {

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
            map(
                extent, small, [](Batch a, Batch b) { return a + b; }, small, large);
        else
            *small += kernels::sum(extent, large);
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
        map(
            extent, large, [=](Batch a) { return s * a; }, small);
    else if (kept)
        map(
            extent, large, [=](Batch a, Batch y) { return s * a + y; }, small, large);
    else if (beta == 0)
        std::fill_n(large, extent, constant);
    else
        map(
            extent, large, [=](Batch y) { return constant + y; }, large);
    return large + extent;
}

}  // namespace autograd::kernels
