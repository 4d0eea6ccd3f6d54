/// @file
/// The few loops that xtensor lacks or runs element by element: functions that have no SIMD form
/// there, sums, and sums over some axes with their transpose, broadcasting.
#pragma once

#include <algorithm>
#include <array>
#include <xsimd/xsimd.hpp>

#include "autograd/array.hpp"

namespace autograd::kernels {

using Batch = xsimd::batch<Real>;
inline constexpr std::size_t width = Batch::size;

/// The last, incomplete batch of an array, filled up with its first element.
inline Batch load_tail(const Real* x, std::size_t n) {
    std::array<Real, width> lanes;
    lanes.fill(x[0]);
    std::copy_n(x, n, lanes.begin());
    return Batch::load_unaligned(lanes.data());
}

inline void store_tail(Batch y, Real* out, std::size_t n) {
    std::array<Real, width> lanes;
    y.store_unaligned(lanes.data());
    std::copy_n(lanes.begin(), n, out);
}

/// y[i] = f(x[i], ...) for n elements; f takes and returns batches. y may be one of the x.
template <class Function, class... Inputs>
void map(std::size_t n, Real* y, Function f, const Inputs*... x) {
    std::size_t i = 0;
    for (; i + width <= n; i += width) f(Batch::load_unaligned(x + i)...).store_unaligned(y + i);
    if (i < n) store_tail(f(load_tail(x + i, n - i)...), y + i, n - i);
}

/// Σᵢ f(x[i], ...) over n elements; f takes and returns batches. Four sums run side by side, because
/// one would wait for each addition.
template <class Function, class... Inputs>
requires(sizeof...(Inputs) > 0) Real sum(std::size_t n, Function f, const Inputs*... x) {
    std::array<Batch, 4> part;
    part.fill(Batch(Real{0}));
    std::size_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
        for (std::size_t k = 0; k < 4; ++k)
            part[k] += f(Batch::load_unaligned(x + i + k * width)...);
    for (; i + width <= n; i += width) part[0] += f(Batch::load_unaligned(x + i)...);
    std::array<Real, width> lanes;
    ((part[0] + part[1]) + (part[2] + part[3])).store_unaligned(lanes.data());
    Real total = 0;
    for (const Real lane : lanes) total += lane;
    if (i == n) return total;
    f(load_tail(x + i, n - i)...).store_unaligned(lanes.data());
    for (std::size_t k = 0; k < n - i; ++k) total += lanes[k];
    return total;
}

inline Real sum(std::size_t n, const Real* x) {
    return sum(
        n, [](Batch v) { return v; }, x);
}

/// log(1 + eˣ), also where eˣ overflows.
inline Batch softplus(Batch x) {
    return xsimd::max(x, Batch(Real{0})) + xsimd::log1p(xsimd::exp(-xsimd::abs(x)));
}

/// 1 / (1 + e⁻ˣ).
inline Batch sigmoid(Batch x) { return Real{1} / (Real{1} + xsimd::exp(-x)); }

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

}  // namespace autograd::kernels
