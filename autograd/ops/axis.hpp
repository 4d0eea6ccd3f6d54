/// @file
/// One axis of an array and everything that stands before and behind it.
#pragma once

#include "autograd/array.hpp"

namespace autograd {

/// An array seen as (outer, extent, inner) around one of its axes. A lane is what runs along that
/// axis: `extent` elements, `inner` apart.
struct Lanes {
    std::size_t axis, outer = 1, extent, inner = 1;

    /// Counts negative axes from the end. Throws, naming the operation, if there is no such axis.
    Lanes(const char* operation, const Shape& shape, int wanted);

    /// The shape without the axis, or with it at extent 1.
    Shape reduced(const Shape& shape, bool keepdims) const;

    /// Calls f(lane number, offset of its first element) for every lane.
    template <class Function>
    void for_each(Function f) const {
        for (std::size_t o = 0; o < outer; ++o)
            for (std::size_t i = 0; i < inner; ++i) f(o * inner + i, o * extent * inner + i);
    }

    /// Calls f(offset) for every element of the lane whose first element stands at `first`.
    template <class Function>
    void for_each_in(std::size_t first, Function f) const {
        for (std::size_t k = 0; k < extent; ++k) f(first + k * inner);
    }
};

/// The axis that a possibly negative number names. Throws, naming the operation, if there is none.
std::size_t checked_axis(const char* operation, const Shape& shape, int axis);

/// ln Σ eˣ of the lane that starts at `first`, without overflow.
Real log_sum_exp(const Real* x, const Lanes& lanes, std::size_t first);

}  // namespace autograd
