/// @file
/// One axis of an array and everything that stands before and behind it. For the sources of operations
/// only.
#pragma once

#include <algorithm>

#include "autograd/simd.hpp"

namespace autograd {

/// One lane whose elements are neighbours, computed a batch at a time. Every x and y is a pointer to
/// where the lane begins.
struct Lane {
    std::size_t extent;

    Real load(const Real* x) const { return *x; }
    void store(Real* y, Real number) const { *y = number; }
    /// The largest element; if there is a NaN, this or that.
    Real max(const Real* x) const { return simd::max(extent, x); }
    /// Σ f(x, ...) over the lane.
    template <class Function, class... Inputs>
    Real sum(Function f, const Inputs*... x) const {
        return simd::sum(extent, f, x...);
    }
    /// y = f(x, ...) for each element of the lane.
    template <class Function, class... Inputs>
    void map(Real* y, Function f, const Inputs*... x) const {
        simd::map(extent, y, f, x...);
    }
};

/// The same for as many lanes side by side as a batch has numbers, or for the last few. The elements of
/// each are `step` apart.
struct LaneBatch {
    std::size_t extent, step, count;

    simd::Batch load(const Real* x) const { return simd::load(x, count); }
    void store(Real* y, simd::Batch numbers) const { simd::store(numbers, y, count); }
    simd::Batch max(const Real* x) const {
        simd::Batch largest = load(x);
        for (std::size_t k = 1; k < extent; ++k) largest = xsimd::max(largest, load(x + k * step));
        return largest;
    }
    template <class Function, class... Inputs>
    simd::Batch sum(Function f, const Inputs*... x) const {
        simd::Batch total(Real{0});
        for (std::size_t k = 0; k < extent; ++k) total += f(load(x + k * step)...);
        return total;
    }
    template <class Function, class... Inputs>
    void map(Real* y, Function f, const Inputs*... x) const {
        for (std::size_t k = 0; k < extent; ++k) store(y + k * step, f(load(x + k * step)...));
    }
};

/// An array seen as (outer, extent, inner) around one of its axes. A lane is what runs along that
/// axis: `extent` elements, `inner` apart.
struct Lanes {
    std::size_t axis, outer = 1, extent, inner = 1;

    /// Counts negative axes from the end. Throws, naming the operation, if there is no such axis.
    Lanes(const char* operation, const Shape& shape, int wanted);

    /// The shape without the axis, or with it at extent 1.
    Shape reduced(const Shape& shape, bool keepdims) const;

    /// Calls f(lane, number, first) with each Lane, or each LaneBatch where lanes stand side by side:
    /// the number of the (first) lane and the offset of its first element.
    template <class Function>
    void for_each(Function f) const {
        for (std::size_t o = 0; o < outer; ++o)
            if (inner == 1)
                f(Lane{extent}, o, o * extent);
            else
                for (std::size_t i = 0; i < inner; i += simd::width)
                    f(LaneBatch{extent, inner, std::min(simd::width, inner - i)}, o * inner + i,
                      o * extent * inner + i);
    }

    /// Calls f(number, offset of its first element) for every lane.
    template <class Function>
    void for_each_first(Function f) const {
        for (std::size_t o = 0; o < outer; ++o)
            for (std::size_t i = 0; i < inner; ++i) f(o * inner + i, o * extent * inner + i);
    }
};

/// The axis that a possibly negative number names. Throws, naming the operation, if there is none.
std::size_t checked_axis(const char* operation, const Shape& shape, int axis);

}  // namespace autograd
