#include "autograd/ops/fused.hpp"

#include <cmath>

#include "autograd/ops/contribute.hpp"
#include "autograd/ops/lanes.hpp"

namespace autograd {

using kernels::Batch;

namespace {

void require_same_shape(const char* operation, const char* left, Variable a, const char* right,
                        Variable b) {
    require(a.shape() == b.shape(), "[", operation, "] ", left, " is ", a.shape(), " but ", right,
            " is ", b.shape());
}

/// How many elements one example of x has, x being (B, ...).
std::size_t example_size(const Array& x) { return x.shape()[0] == 0 ? 0 : x.size() / x.shape()[0]; }

void require_examples(const char* operation, Variable x) {
    require(!x.shape().empty(), "[", operation, "] wants examples along the first axis, got shape ",
            x.shape());
}

/// Calls body(b) for each example b. Threads share a large batch; what is computed for an example
/// does not depend on how many there are.
template <class Body>
void for_each_example(std::size_t count, std::size_t size, Body body) {
#pragma omp parallel for schedule(static) if (count * size > 32768)
    for (std::size_t b = 0; b < count; ++b) body(b);
}

/// y[b] = Σ f(x[b], ...) over the elements of example b.
template <class Function, class... Inputs>
void sum_examples(Array& y, Function f, const Array& first, const Inputs&... x) {
    const std::size_t count = first.shape()[0], size = example_size(first);
    y.resize(Shape{count});
    for_each_example(count, size, [&](std::size_t b) {
        y.data()[b] = kernels::sum(size, f, first.data() + b * size, x.data() + b * size...);
    });
}

/// x̄[b] += ȳ[b] · f(v[b], ...) for each example b.
template <class Function, class... Inputs>
void contribute_examples(Variable x, const Entry& y, Function f, const Inputs&... v) {
    if (!x.requires_gradient()) return;
    const Contribution target = x.tape().contribution(x);
    const std::size_t size = example_size(target.gradient);
    for_each_example(y.value.size(), size, [&](std::size_t b) {
        const Batch dy(y.gradient.data()[b]);
        Real* out = target.gradient.data() + b * size;
        if (target.beta == 0)
            kernels::map(
                size, out, [&](auto... e) { return dy * f(e...); }, v.data() + b * size...);
        else
            kernels::map(
                size, out, [&](Batch old, auto... e) { return old + dy * f(e...); }, out,
                v.data() + b * size...);
    });
}

}  // namespace

Variable bce_with_logits(Variable logits, Variable targets) {
    require_same_shape("bce_with_logits", "logits", logits, "targets", targets);
    require_examples("bce_with_logits", logits);
    return logits.tape().record(
        "bce_with_logits", {logits, targets},
        [=](Entry& y) {
            sum_examples(
                y.value, [](Batch l, Batch t) { return kernels::softplus(l) - t * l; },
                logits.value(), targets.value());
        },
        [=](Entry& y) {
            contribute_examples(
                logits, y, [](Batch l, Batch t) { return kernels::sigmoid(l) - t; }, logits.value(),
                targets.value());
            contribute_examples(
                targets, y, [](Batch l) { return -l; }, logits.value());
        });
}

Variable cross_entropy_with_logits(Variable logits, const Indices& labels) {
    require(logits.shape().size() == 2 && logits.shape()[0] == labels.size(),
            "[cross_entropy_with_logits] wants logits (B, C) for ", labels.size(), " labels, got ",
            logits.shape());
    const std::size_t classes = logits.shape()[1];
    for (const std::size_t label : labels)
        require(label < classes, "[cross_entropy_with_logits] label ", label,
                " is not one of the classes of logits ", logits.shape());
    return logits.tape().record(
        "cross_entropy_with_logits", {logits},
        [&](Entry& y) {
            const Real* l = logits.value().data();
            const Lanes lanes("cross_entropy_with_logits", logits.shape(), -1);
            y.value.resize(Shape{labels.size()});
            y.saved.resize(logits.shape());  // softmax(l) − onehot(label), which the pullback wants
            y.indices.assign(labels.begin(), labels.end());
            lanes.for_each([&](std::size_t b, std::size_t first) {
                const Real total = log_sum_exp(l, lanes, first);
                y.value.data()[b] = total - l[first + labels[b]];
                lanes.for_each_in(
                    first, [&](std::size_t i) { y.saved.data()[i] = std::exp(l[i] - total); });
                y.saved.data()[first + labels[b]] -= 1;
            });
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
            *y.value.data() = kernels::sum(
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

Variable gaussian_kl(Variable mean, Variable log_variance) {
    require_same_shape("gaussian_kl", "mean", mean, "log_variance", log_variance);
    require_examples("gaussian_kl", mean);
    return mean.tape().record(
        "gaussian_kl", {mean, log_variance},
        [=](Entry& y) {
            sum_examples(
                y.value,
                [](Batch m, Batch l) { return Real{0.5} * (xsimd::exp(l) + m * m - Real{1} - l); },
                mean.value(), log_variance.value());
        },
        [=](Entry& y) {
            contribute_examples(
                mean, y, [](Batch m) { return m; }, mean.value());
            contribute_examples(
                log_variance, y, [](Batch l) { return Real{0.5} * (xsimd::exp(l) - Real{1}); },
                log_variance.value());
        });
}

Variable gaussian_kl(Variable mean, Variable log_variance, Variable prior_mean,
                     Variable prior_log_variance) {
    require_same_shape("gaussian_kl", "mean", mean, "log_variance", log_variance);
    require_same_shape("gaussian_kl", "mean", mean, "prior_mean", prior_mean);
    require_same_shape("gaussian_kl", "mean", mean, "prior_log_variance", prior_log_variance);
    require_examples("gaussian_kl", mean);
    return mean.tape().record(
        "gaussian_kl", {mean, log_variance, prior_mean, prior_log_variance},
        [=](Entry& y) {
            sum_examples(
                y.value,
                [](Batch m, Batch l, Batch pm, Batch pl) {
                    const Batch d = m - pm;
                    return Real{0.5} *
                           (pl - l - Real{1} + xsimd::exp(l - pl) + d * d * xsimd::exp(-pl));
                },
                mean.value(), log_variance.value(), prior_mean.value(), prior_log_variance.value());
        },
        [=](Entry& y) {
            const auto pull = [](Batch m, Batch pm, Batch pl) {
                return (m - pm) * xsimd::exp(-pl);
            };
            contribute_examples(mean, y, pull, mean.value(), prior_mean.value(),
                                prior_log_variance.value());
            contribute_examples(
                log_variance, y,
                [](Batch l, Batch pl) { return Real{0.5} * (xsimd::exp(l - pl) - Real{1}); },
                log_variance.value(), prior_log_variance.value());
            // The first rule with the two means exchanged.
            contribute_examples(prior_mean, y, pull, prior_mean.value(), mean.value(),
                                prior_log_variance.value());
            contribute_examples(
                prior_log_variance, y,
                [](Batch m, Batch l, Batch pm, Batch pl) {
                    const Batch d = m - pm;
                    return Real{0.5} * (Real{1} - xsimd::exp(l - pl) - d * d * xsimd::exp(-pl));
                },
                mean.value(), log_variance.value(), prior_mean.value(), prior_log_variance.value());
        });
}

Variable reparameterize(Variable mean, Variable log_variance, Variable noise) {
    require_same_shape("reparameterize", "mean", mean, "log_variance", log_variance);
    require_same_shape("reparameterize", "mean", mean, "noise", noise);
    return mean.tape().record(
        "reparameterize", {mean, log_variance, noise},
        [=](Entry& z) {
            assign(z.value,
                   mean.value() + xt::exp(Real{0.5} * log_variance.value()) * noise.value());
        },
        [=](Entry& z) {
            const Array& l = log_variance.value();
            contribute(mean, z.gradient);
            contribute(log_variance,
                       Real{0.5} * z.gradient * noise.value() * xt::exp(Real{0.5} * l));
            contribute(noise, z.gradient * xt::exp(Real{0.5} * l));
        });
}

}  // namespace autograd
