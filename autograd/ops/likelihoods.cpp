#include "autograd/ops/likelihoods.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "autograd/ops/examples.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

using simd::Batch;

namespace {

/// How many elements of an example are summed at a time.
constexpr std::size_t block = 64 * simd::width;

/// Σ ln(1 + eˡ) − t l over at most a block of elements, and where wanted sigmoid(l) − t of each.
///
/// ln(1 + eˡ) = max(l, 0) + ln(1 + e^−|l|), where nothing overflows; and the sum of such logarithms is
/// the logarithm of a product, whose 64 factors are between 1 and 2: one logarithm for all of them.
template <bool with_slope>
Real bernoulli_block(std::size_t n, const Real* logits, const Real* targets, Real* slope) {
    const Batch zero(Real{0}), one(Real{1});
    Batch linear = zero, product = one;
    const auto add = [&](Batch l, Batch t) {
        const Batch e = xsimd::exp(-xsimd::abs(l));
        linear += xsimd::max(l, zero) - t * l;
        product *= one + e;
        return with_slope ? xsimd::select(l < zero, e, one) / (one + e) - t : zero;
    };
    std::size_t i = 0;
    for (; i + simd::width <= n; i += simd::width) {
        const Batch d = add(Batch::load_unaligned(logits + i), Batch::load_unaligned(targets + i));
        if (with_slope) d.store_unaligned(slope + i);
    }
    if (i < n) {  // filled up with what adds nothing
        const Real impossible = std::numeric_limits<Real>::lowest();
        const Batch d = add(simd::load_tail(logits + i, n - i, impossible),
                            simd::load_tail(targets + i, n - i, 0));
        if (with_slope) simd::store_tail(d, slope + i, n - i);
    }
    return simd::sum(linear + xsimd::log(product));
}

/// y[b] = Σ ln(1 + eˡ) − t l over the elements of example b.
template <bool with_slope>
void bernoulli_cross_entropy(Array& y, const Array& logits, const Array& targets, Array& slope) {
    const std::size_t count = logits.shape()[0], size = example_size(logits);
    y.resize(Shape{count});
    if (with_slope) slope.resize(logits.shape());
    for_each_example(count, size, [&](std::size_t b) {
        Real sum = 0;
        for (std::size_t i = b * size; i < (b + 1) * size; i += block)
            sum += bernoulli_block<with_slope>(std::min(block, (b + 1) * size - i),
                                               logits.data() + i, targets.data() + i,
                                               with_slope ? slope.data() + i : nullptr);
        y.data()[b] = sum;
    });
}

}  // namespace

Variable bce_with_logits(Variable logits, Variable targets) {
    require_same_shape("bce_with_logits", "logits", logits, "targets", targets);
    require_examples("bce_with_logits", logits);
    return logits.tape().record(
        "bce_with_logits", {logits, targets},
        [=](Entry& y) {  // y.saved = sigmoid(l) − t, if the pullback will want it
            if (y.requires_gradient && logits.requires_gradient())
                bernoulli_cross_entropy<true>(y.value, logits.value(), targets.value(), y.saved);
            else
                bernoulli_cross_entropy<false>(y.value, logits.value(), targets.value(), y.saved);
        },
        [=](Entry& y) {
            contribute_examples(logits, y, std::identity(), y.saved);
            contribute_examples(targets, y, std::negate<>(), logits.value());
        });
}

Variable cross_entropy_with_logits(Variable logits, const Indices& labels) {
    require(logits.shape().size() == 2 && logits.shape()[0] == labels.size(),
            "[cross_entropy_with_logits] expected logits (B, C) for ", labels.size(),
            " labels, got ", logits.shape());
    const std::size_t classes = logits.shape()[1];
    for (const std::size_t label : labels)
        require(label < classes, "[cross_entropy_with_logits] label ", label,
                " is not one of the classes of logits ", logits.shape());
    return logits.tape().record(
        "cross_entropy_with_logits", {logits},
        [&](Entry& y) {
            y.value.resize(Shape{labels.size()});
            y.saved.resize(logits.shape());  // softmax(l) − onehot(label), which the pullback wants
            for_each_example(labels.size(), classes, [&](std::size_t b) {
                const Real* l = logits.value().data() + b * classes;
                Real* p = y.saved.data() + b * classes;
                const Real largest = simd::max(classes, l);  // taken off: see softmax
                simd::map(
                    classes, p, [=](Batch e) { return xsimd::exp(e - largest); }, l);
                const Real total = simd::sum(classes, p);
                y.value.data()[b] = std::log(total) - (l[labels[b]] - largest);
                simd::map(
                    classes, p, [=](Batch e) { return e / total; }, p);
                p[labels[b]] -= 1;
            });
        },
        [=](Entry& y) { contribute_examples(logits, y, std::identity(), y.saved); });
}

Variable squared_error(Variable a, Variable b) {
    require_same_shape("squared_error", "a", a, "b", b);
    require_examples("squared_error", a);
    return a.tape().record(
        "squared_error", {a, b},
        [=](Entry& y) {
            sum_examples(
                y.value, [](Batch u, Batch v) { return (u - v) * (u - v); }, a.value(), b.value());
        },
        [=](Entry& y) {
            const auto twice = [](Batch u, Batch v) { return Real{2} * (u - v); };
            contribute_examples(a, y, twice, a.value(), b.value());
            contribute_examples(b, y, twice, b.value(), a.value());
        });
}

Variable mse(Variable a, Variable b) {
    require_same_shape("mse", "a", a, "b", b);
    require(a.value().size() > 0, "[mse] of no elements: ", a.shape());
    return a.tape().record(
        "mse", {a, b},
        [=](Entry& y) {
            const std::size_t count = a.value().size();
            y.value.resize(Shape{});
            *y.value.data() = simd::sum(
                                  count, [](Batch u, Batch v) { return (u - v) * (u - v); },
                                  a.value().data(), b.value().data()) /
                              static_cast<Real>(count);
        },
        [=](Entry& y) {
            const Real scale = 2 * *y.gradient.data() / static_cast<Real>(a.value().size());
            contribute(a, scale * (a.value() - b.value()));
            contribute(b, scale * (b.value() - a.value()));
        });
}

}  // namespace autograd
