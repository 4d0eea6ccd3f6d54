/// @file
/// What recurrent operations have in common: sequences of different lengths, side by side, and the products
/// of each step. For the sources of operations only.
#pragma once

#include <omp.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "autograd/broadcast.hpp"
#include "autograd/gemm.hpp"
#include "autograd/ops/examples.hpp"
#include "autograd/patches.hpp"

namespace autograd {

/// Numbers that belong to somebody else, in rows.
template <class Number>
struct Rows {
    Number* data;
    std::size_t width;

    Number* operator[](std::size_t row) const { return data + row * width; }
    operator Rows<const Number>() const { return {data, width}; }
};
using ConstRows = Rows<const Real>;

inline Matrix matrix_of(ConstRows x, std::size_t begin, std::size_t count) {
    return {x[begin], count, x.width};
}

/// T steps of B sequences through H units, which have G gates. States (T, B, H) and gates (T, B, G) are
/// T·B rows: number t·B + b is that of sequence b at step t.
struct Sequences {
    std::size_t steps, batch, units, gates;

    Sequences(Variable x, Variable weight)
        : steps(x.shape()[0]), batch(x.shape()[1]), units(weight.shape()[1]), gates(x.shape()[2]) {}

    std::size_t rows() const { return steps * batch; }
    Rows<Real> states(Real* x) const { return {x, units}; }
    ConstRows states(const Array& x) const { return {x.data(), units}; }
    ConstRows gates_of(const Array& x) const { return {x.data(), gates}; }

    /// The state before: in the row of the step before, or at the first step in `first`, (B, H).
    const Real* before(std::size_t row, ConstRows states, Variable first) const {
        return row < batch ? first.value().data() + row * units : states[row - batch];
    }
};

inline void require_state(const char* operation, const char* name, Variable state,
                          const Sequences& s) {
    const Shape expected{s.batch, s.units};
    require(state.shape() == expected, "[", operation, "] expected a first state ", name, " ",
            expected, ", got ", state);
}

/// The extents of an operation whose units have so many gates each. Throws if something does not fit.
inline Sequences checked_sequences(const char* operation, std::size_t each, Variable x,
                                   Variable weight, Variable bias, Variable h,
                                   const Indices& lengths) {
    const Shape& w = weight.shape();
    require(x.shape().size() == 3, "[", operation, "] expected x (T, B, ", each, "H), got ", x);
    require(w.size() == 2 && w[0] == each * w[1], "[", operation, "] expected a weight (", each,
            "H, H), got ", w);
    require(x.shape()[2] == w[0], "[", operation, "] x is ", x, " but weight is ", w);
    require(bias.shape() == Shape{w[0]}, "[", operation, "] weight is ", w, " but bias is ", bias);
    const Sequences s(x, weight);
    require_state(operation, "h", h, s);
    require(lengths.empty() || lengths.size() == s.batch, "[", operation, "] expected ", s.batch,
            " lengths or none, got ", lengths.size());
    for (const std::size_t length : lengths)
        require(length <= s.steps, "[", operation, "] expected lengths of at most ", s.steps,
                ", got ", length);
    return s;
}

/// Makes room for the states of all steps, and notes the lengths for both ways.
inline void begin_states(Entry& y, const Sequences& s, const Indices& lengths) {
    y.value.resize(Shape{s.steps, s.batch, s.units});
    y.indices.assign(lengths.begin(), lengths.end());
    if (lengths.empty()) y.indices.assign(s.batch, s.steps);
}

/// y += x, n numbers.
inline void add_to(Real* y, std::size_t n, const Real* x) { simd::map(n, y, std::plus<>(), y, x); }

/// Calls work(part) for parts of the sequences, one for each thread: they know nothing of one another, so
/// that no thread waits for another between two steps. Products of fewer sequences would not be worth it.
template <class Work>
void for_each_part(const Sequences& s, const Work& work) {
    constexpr std::size_t fewest = 32;
    const auto threads = static_cast<std::size_t>(omp_get_max_threads());
    const std::size_t parts = std::clamp<std::size_t>(s.batch / fewest, 1, threads);
#pragma omp parallel for schedule(static) if (parts > 1)
    for (std::size_t part = 0; part < parts; ++part) work(Range{0, s.batch}.part(part, parts));
}

/// Calls running(row) for each sequence of a part that has a step t, and ended(row) for the others.
template <class Running, class Ended>
void for_each_row(const Sequences& s, Range part, std::size_t t, const Indices& lengths,
                  Running running, Ended ended) {
    for_each_example(part.count(), s.gates, [&](std::size_t i) {
        const std::size_t b = part.begin + i, row = t * s.batch + b;
        if (t < lengths[b])
            running(row);
        else
            ended(row);
    });
}

/// Step after step, the product of the states before, h′·Wᵀ, of which running(row) makes a state. Where a
/// sequence has ended its state stays, and ended(row) does what else there is to do.
template <class Running, class Ended>
void forwards(const Sequences& s, Variable weight, Variable h, Entry& y, Rows<Real> products,
              Running running, Ended ended) {
    const Matrix w{weight.value().data(), s.gates, s.units};
    const Rows<Real> states = s.states(y.value.data());
    const auto kept = [&](std::size_t row) {
        std::copy_n(s.before(row, states, h), s.units, states[row]);
        ended(row);
    };
    for_each_part(s, [&](Range part) {
        for (std::size_t t = 0; t < s.steps; ++t) {
            const std::size_t first = t * s.batch + part.begin;
            gemm({s.before(first, states, h), part.count(), s.units}, transposed(w), 0,
                 products[first]);
            for_each_row(s, part, t, y.indices, running, kept);
        }
    });
}

/// And back. running(row) puts ā there, and into dh, which has what came from behind, what goes on to h′
/// directly; what goes through the product is added. At the end dh, (B, H), is that of the first state.
template <class Running, class Ended>
void backwards(const Sequences& s, Variable weight, const Entry& y, Rows<Real> da, Rows<Real> dh,
               Running running, Ended ended) {
    const Matrix w{weight.value().data(), s.gates, s.units};
    std::fill_n(dh.data, s.batch * s.units, Real{0});
    const auto kept = [&](std::size_t row) {
        std::fill_n(da[row], s.gates, Real{0});
        add_to(dh[row % s.batch], s.units, s.states(y.gradient)[row]);
        ended(row);
    };
    for_each_part(s, [&](Range part) {
        for (std::size_t t = s.steps; t-- > 0;) {
            for_each_row(s, part, t, y.indices, running, kept);
            gemm(matrix_of(da, t * s.batch + part.begin, part.count()), w, 1, dh[part.begin]);
        }
    });
}

/// W̄ += Σ āᵀ·h′,  b̄ += Σ ā, when all ā are there: one product for all steps but the first, whose state
/// before comes from elsewhere.
inline void contribute_weights(const Sequences& s, Variable weight, Variable bias, Variable h,
                               ConstRows da, const Entry& y) {
    if (weight.requires_gradient()) {
        const auto [gradient, beta] = weight.tape().contribution(weight);
        const std::size_t first = std::min(s.batch, s.rows()), others = s.rows() - first;
        gemm(transposed(matrix_of(da, 0, first)), matrix_of(s.states(h.value()), 0, first), beta,
             gradient.data());
        gemm(transposed(matrix_of(da, first, others)), matrix_of(s.states(y.value), 0, others), 1,
             gradient.data());
    }
    if (bias.requires_gradient()) {
        const auto [gradient, beta] = bias.tape().contribution(bias);
        reduce_to_shape(bias.shape(), View(da.data, {s.rows(), s.gates}), beta, gradient.data());
    }
}

/// x̄ += d
inline void contribute_elements(Variable x, const Real* d) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0)
        std::copy_n(d, gradient.size(), gradient.data());
    else
        add_to(gradient.data(), gradient.size(), d);
}

/// Where all that goes on to x is put together: in x̄ itself if nothing is there yet, else in scratch,
/// from which it is added at the end.
struct Share {
    Real* data;
    Array* gradient = nullptr;

    Share(Variable x, Real* scratch) : data(scratch) {
        if (!x.requires_gradient()) return;
        const Contribution target = x.tape().contribution(x);
        if (target.beta == 0)
            data = target.gradient.data();
        else
            gradient = &target.gradient;
    }
    void add_rest() const {
        if (gradient) add_to(gradient->data(), gradient->size(), data);
    }
};

/// Rows one after the other in one piece of memory.
struct Pieces {
    Real* next;

    Rows<Real> rows(std::size_t count, std::size_t width) {
        return {std::exchange(next, next + count * width), width};
    }
};

}  // namespace autograd
