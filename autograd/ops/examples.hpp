/// @file
/// Sums over all elements of each example, and what goes back through them. For the sources of
/// operations only. x is (B, ...): one example for each index of the first axis.
#pragma once

#include "autograd/simd.hpp"
#include "autograd/tape.hpp"

namespace autograd {

inline void require_same_shape(const char* operation, const char* left, Variable a,
                               const char* right, Variable b) {
    require(a.shape() == b.shape(), "[", operation, "] ", left, " is ", a.shape(), " but ", right,
            " is ", b.shape());
}

/// How many elements one example of x has, x being (B, ...).
inline std::size_t example_size(const Array& x) {
    return x.shape()[0] == 0 ? 0 : x.size() / x.shape()[0];
}

inline void require_examples(const char* operation, Variable x) {
    require(!x.shape().empty(), "[", operation,
            "] expected examples along the first axis, got shape ", x.shape());
}

/// Calls body(b) for each example b. Threads share a large batch; what is computed for an example
/// does not depend on how many there are.
template <class Body>
void for_each_example(std::size_t count, std::size_t size, Body body) {
#pragma omp parallel for schedule(static) if (count * size > simd::worth_threads)
    for (std::size_t b = 0; b < count; ++b) body(b);
}

/// y[b] = Σ f(x[b], ...) over the elements of example b.
template <class Function, class... Inputs>
void sum_examples(Array& y, Function f, const Array& first, const Inputs&... x) {
    const std::size_t count = first.shape()[0], size = example_size(first);
    y.resize(Shape{count});
    for_each_example(count, size, [&](std::size_t b) {
        y.data()[b] = simd::sum(size, f, first.data() + b * size, x.data() + b * size...);
    });
}

/// x̄[b] += ȳ[b] · f(v[b], ...) for each example b.
template <class Function, class... Inputs>
void contribute_examples(Variable x, const Entry& y, Function f, const Inputs&... v) {
    if (!x.requires_gradient()) return;
    const Contribution target = x.tape().contribution(x);
    const std::size_t size = example_size(target.gradient);
    for_each_example(y.value.size(), size, [&](std::size_t b) {
        const simd::Batch dy(y.gradient.data()[b]);
        Real* out = target.gradient.data() + b * size;
        if (target.beta == 0)
            simd::map(
                size, out, [&](auto... e) { return dy * f(e...); }, v.data() + b * size...);
        else
            simd::map(
                size, out, [&](simd::Batch old, auto... e) { return old + dy * f(e...); }, out,
                v.data() + b * size...);
    });
}

}  // namespace autograd
