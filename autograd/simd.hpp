/// @file
/// The few SIMD loops that xtensor lacks or runs element by element: sums, and functions that have no
/// SIMD form there.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <xsimd/xsimd.hpp>

#include "autograd/array.hpp"

namespace autograd::simd {

using Batch = xsimd::batch<Real>;
inline constexpr std::size_t width = Batch::size;

/// The last, incomplete batch of an array, filled up with a number.
inline Batch load_tail(const Real* x, std::size_t n, Real filling) {
    std::array<Real, width> lanes;
    lanes.fill(filling);
    std::copy_n(x, n, lanes.begin());
    return Batch::load_unaligned(lanes.data());
}
/// Filled up with its first element.
inline Batch load_tail(const Real* x, std::size_t n) { return load_tail(x, n, *x); }

inline void store_tail(Batch y, Real* out, std::size_t n) {
    std::array<Real, width> lanes;
    y.store_unaligned(lanes.data());
    std::copy_n(lanes.begin(), n, out);
}

/// A whole batch, or the n elements of an incomplete one.
inline Batch load(const Real* x, std::size_t n) {
    return n == width ? Batch::load_unaligned(x) : load_tail(x, n);
}
inline void store(Batch y, Real* out, std::size_t n) {
    if (n == width)
        y.store_unaligned(out);
    else
        store_tail(y, out, n);
}

/// Calls f(i, m) for n elements, a batch at a time: it has those from number i on, m of them. For
/// functions of several arrays that have more than one result; else there is `map`.
template <class Function>
void for_each_batch(std::size_t n, Function f) {
    std::size_t i = 0;
    for (; i + width <= n; i += width) f(i, width);
    if (i < n) f(i, n - i);
}

/// So many elements are worth a second thread.
inline constexpr std::size_t worth_threads = 32768;

/// y[i] = f(x[i], ...) for n elements; f takes and returns batches. y may be one of the x. Threads share
/// many elements; what becomes of each does not depend on how many there are.
template <class Function, class... Inputs>
void map(std::size_t n, Real* y, Function f, const Inputs*... x) {
    constexpr std::size_t piece = 256 * width;
    const auto map_piece = [&](std::size_t i, std::size_t end) {
        for (; i + width <= end; i += width)
            f(Batch::load_unaligned(x + i)...).store_unaligned(y + i);
        if (i < end) store_tail(f(load_tail(x + i, end - i)...), y + i, end - i);
    };
    if (n < worth_threads) return map_piece(0, n);
#pragma omp parallel for schedule(static)
    for (std::size_t begin = 0; begin < n; begin += piece)
        map_piece(begin, std::min(begin + piece, n));
}

/// The sum of the numbers in a batch.
inline Real sum(Batch x) {
    std::array<Real, width> lanes;
    x.store_unaligned(lanes.data());
    Real total = 0;
    for (const Real lane : lanes) total += lane;
    return total;
}

/// Σᵢ f(x[i], ...) over n elements; f takes and returns batches. Four sums run side by side, because
/// one would wait for each addition. Many elements are summed in halves, so that the rounding error of
/// a million numbers is that of a few.
template <class Function, class... Inputs>
requires(sizeof...(Inputs) > 0) Real sum(std::size_t n, Function f, const Inputs*... x) {
    if (n > 256 * width) {
        const std::size_t half = n / 2 - n / 2 % (4 * width);
        return sum(half, f, x...) + sum(n - half, f, (x + half)...);
    }
    std::array<Batch, 4> part;
    part.fill(Batch(Real{0}));
    std::size_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
        for (std::size_t k = 0; k < 4; ++k)
            part[k] += f(Batch::load_unaligned(x + i + k * width)...);
    for (; i + width <= n; i += width) part[0] += f(Batch::load_unaligned(x + i)...);
    Real total = sum((part[0] + part[1]) + (part[2] + part[3]));
    if (i == n) return total;
    std::array<Real, width> lanes;
    f(load_tail(x + i, n - i)...).store_unaligned(lanes.data());
    for (std::size_t k = 0; k < n - i; ++k) total += lanes[k];
    return total;
}

inline Real sum(std::size_t n, const Real* x) {
    return sum(
        n, [](Batch v) { return v; }, x);
}

/// The largest of n > 0 elements; if there is a NaN among them, this or that.
inline Real max(std::size_t n, const Real* x) {
    if (n < width) return *std::max_element(x, x + n);
    Batch largest = Batch::load_unaligned(x);
    for (std::size_t i = width; i + width <= n; i += width)
        largest = xsimd::max(largest, Batch::load_unaligned(x + i));
    largest =
        xsimd::max(largest, Batch::load_unaligned(x + n - width));  // the rest, and some twice
    std::array<Real, width> lanes;
    largest.store_unaligned(lanes.data());
    return *std::max_element(lanes.begin(), lanes.end());
}

/// eˣ to the ends of the range, where xsimd's overflows and underflows too early.
inline Batch exp(Batch x) {
    const auto far = xsimd::abs(x) > Batch(sizeof(Real) == 4 ? Real(87) : Real(708));
    if (!xsimd::any(far)) return xsimd::exp(x);
    const Batch root = xsimd::exp(Real(0.5) * x);
    return xsimd::select(far, root * root, xsimd::exp(x));
}

/// log x, also of numbers too small to be normal, of which xsimd's is wrong in double precision.
inline Batch log(Batch x) {
    const auto tiny = x < Batch(std::numeric_limits<Real>::min()) && x > Batch(Real{0});
    if (!xsimd::any(tiny)) return xsimd::log(x);
    const Batch larger = x * Real(0x1p60);
    const Real log_of_that = static_cast<Real>(41.588830833596718565);  // 60 ln 2
    return xsimd::select(tiny, xsimd::log(larger) - log_of_that, xsimd::log(x));
}

/// log(1 + eˣ), also where eˣ overflows.
inline Batch softplus(Batch x) {
    return xsimd::max(x, Batch(Real{0})) + xsimd::log1p(xsimd::exp(-xsimd::abs(x)));
}

/// 1 / (1 + e⁻ˣ).
inline Batch sigmoid(Batch x) { return Real{1} / (Real{1} + xsimd::exp(-x)); }

}  // namespace autograd::simd
