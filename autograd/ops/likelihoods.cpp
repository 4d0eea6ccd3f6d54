#include "autograd/ops/likelihoods.hpp"

#include <cmath>

#include "autograd/ops/examples.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

using simd::Batch;

Variable bce_with_logits(Variable logits, Variable targets) {
    require_same_shape("bce_with_logits", "logits", logits, "targets", targets);
    require_examples("bce_with_logits", logits);
    return logits.tape().record(
        "bce_with_logits", {logits, targets},
        [=](Entry& y) {
            sum_examples(
                y.value, [](Batch l, Batch t) { return simd::softplus(l) - t * l; }, logits.value(),
                targets.value());
        },
        [=](Entry& y) {
            contribute_examples(
                logits, y, [](Batch l, Batch t) { return simd::sigmoid(l) - t; }, logits.value(),
                targets.value());
            contribute_examples(
                targets, y, [](Batch l) { return -l; }, logits.value());
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
            for (std::size_t b = 0; b < labels.size(); ++b) {
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
            }
        },
        [=](Entry& y) {
            contribute_examples(
                logits, y, [](Batch difference) { return difference; }, y.saved);
        });
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
