#include "autograd/ops/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "autograd/broadcast.hpp"
#include "autograd/ops/axis.hpp"
#include "autograd/tape.hpp"

namespace autograd {

using simd::Batch;

// --- sums and means -----------------------------------------------------------------------------

namespace {

/// y = scale · Σ x.   x̄ += scale · ȳ, broadcast. `kept` is the shape of y with the summed axes at
/// extent 1; `shape` is that with or without them.
Variable scaled_sum(const char* operation, Variable x, const Shape& kept, const Shape& shape,
                    Real scale) {
    return x.tape().record(
        operation, {x},
        [&](Entry& y) {
            y.value.resize(shape);
            reduce_to_shape(kept, x.value(), 0, y.value.data());
            if (scale != 1) y.value *= scale;
            y.indices.assign(kept.begin(), kept.end());
        },
        [=](Entry& y) {
            const Shape small(y.indices.begin(), y.indices.end());
            const auto [gradient, beta] = x.tape().contribution(x);
            broadcast_map(
                x.shape(), beta, gradient.data(), [=](Batch dy) { return scale * dy; },
                View(y.gradient.data(), small));
        });
}

Variable sum_over(const char* operation, Variable x, std::initializer_list<int> axes, bool keepdims,
                  bool average) {
    Shape kept = x.shape();
    Shape summed(kept.size(), 0);
    for (const int axis : axes) {
        const std::size_t i = checked_axis(operation, x.shape(), axis);
        require(summed[i] == 0, "[", operation, "] axis ", axis, " of ", x.shape(),
                " is given twice");
        summed[i] = 1;
        kept[i] = 1;
    }
    Shape shape;
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (keepdims || summed[i] == 0) shape.push_back(kept[i]);
    const std::size_t count = x.value().size() / std::max<std::size_t>(element_count(kept), 1);
    return scaled_sum(operation, x, kept, shape, average ? Real{1} / static_cast<Real>(count) : 1);
}

}  // namespace

Variable sum(Variable x) { return scaled_sum("sum", x, Shape{}, Shape{}, 1); }
Variable sum(Variable x, std::initializer_list<int> axes, bool keepdims) {
    return sum_over("sum", x, axes, keepdims, false);
}

Variable mean(Variable x) {
    require(x.value().size() > 0, "[mean] of no elements: ", x.shape());
    return scaled_sum("mean", x, Shape{}, Shape{}, Real{1} / static_cast<Real>(x.value().size()));
}
Variable mean(Variable x, std::initializer_list<int> axes, bool keepdims) {
    require(x.value().size() > 0, "[mean] of no elements: ", x.shape());
    return sum_over("mean", x, axes, keepdims, true);
}

// --- functions of one axis ----------------------------------------------------------------------

Variable max(Variable x, int axis, bool keepdims) {
    const Lanes lanes("max", x.shape(), axis);
    require(lanes.extent > 0, "[max] of no elements along axis ", axis, " of ", x.shape());
    return x.tape().record(
        "max", {x},
        [&](Entry& y) {
            y.value.resize(lanes.reduced(x.shape(), keepdims));
            y.indices.resize(y.value.size());  // where each maximum was found
            const Real* v = x.value().data();
            lanes.for_each_first([&](std::size_t lane, std::size_t first) {
                std::size_t best = first;
                for (std::size_t k = 0, i = first; k < lanes.extent; ++k, i += lanes.inner)
                    if (v[i] > v[best] || std::isnan(v[i])) best = i;  // a NaN stays one
                y.indices[lane] = best;
                y.value.data()[lane] = v[best];
            });
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            if (beta == 0) gradient.fill(0);
            for (std::size_t lane = 0; lane < y.indices.size(); ++lane)
                gradient.data()[y.indices[lane]] += y.gradient.data()[lane];
        });
}

namespace {

// In all that follows the largest element is taken off first: then no power overflows, and large
// numbers keep the digits in which they differ.

Real finite_or_zero(Real x) { return std::isfinite(x) ? x : 0; }
Batch finite_or_zero(Batch x) {
    return xsimd::select(xsimd::abs(x) < Batch(std::numeric_limits<Real>::infinity()), x,
                         Batch(Real{0}));
}

/// e^(x − shift), as a function of batches.
auto exp_less(auto shift) {
    return [=](Batch x) { return xsimd::exp(x - shift); };
}

/// x̄ += f(x, ...) for each element of a lane.
template <class Function, class... Inputs>
void add_to_lane(const auto& lane, Real beta, Real* gradient, Function f, const Inputs*... x) {
    if (beta == 0)
        lane.map(gradient, f, x...);
    else
        lane.map(
            gradient, [=](Batch old, auto... v) { return old + f(v...); }, gradient, x...);
}

Lanes lanes_to_normalize(const char* operation, const Shape& shape, int axis) {
    const Lanes lanes(operation, shape, axis);
    require(lanes.extent > 0, "[", operation, "] of no elements along axis ", axis, " of ", shape);
    return lanes;
}

}  // namespace

Variable log_sum_exp(Variable x, int axis, bool keepdims) {
    const Lanes lanes = lanes_to_normalize("log_sum_exp", x.shape(), axis);
    return x.tape().record(
        "log_sum_exp", {x},
        [&](Entry& y) {
            y.value.resize(lanes.reduced(x.shape(), keepdims));
            lanes.for_each([&](auto lane, std::size_t number, std::size_t first) {
                using std::log;
                const Real* v = x.value().data() + first;
                const auto shift = finite_or_zero(lane.max(v));  // ∞ − ∞ would be no number
                lane.store(y.value.data() + number, shift + log(lane.sum(exp_less(shift), v)));
            });
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            lanes.for_each(
                [&, &out = gradient, b = beta](auto lane, std::size_t number, std::size_t first) {
                    const Real* v = x.value().data() + first;
                    const auto shift = lane.max(v);
                    const auto scale =
                        lane.load(y.gradient.data() + number) / lane.sum(exp_less(shift), v);
                    add_to_lane(
                        lane, b, out.data() + first,
                        [=](Batch e) { return scale * xsimd::exp(e - shift); }, v);
                });
        });
}

Variable softmax(Variable x, int axis) {
    const Lanes lanes = lanes_to_normalize("softmax", x.shape(), axis);
    return x.tape().record(
        "softmax", {x},
        [&](Entry& y) {
            y.value.resize(x.shape());
            lanes.for_each([&](auto lane, std::size_t, std::size_t first) {
                const Real* v = x.value().data() + first;
                Real* p = y.value.data() + first;
                lane.map(p, exp_less(lane.max(v)), v);
                const auto total = lane.sum(std::identity(), p);
                lane.map(
                    p, [=](Batch e) { return e / total; }, p);
            });
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            lanes.for_each(
                [&, &out = gradient, b = beta](auto lane, std::size_t, std::size_t first) {
                    const Real *p = y.value.data() + first, *dy = y.gradient.data() + first;
                    const auto average = lane.sum(std::multiplies<>(), dy, p);
                    add_to_lane(
                        lane, b, out.data() + first,
                        [=](Batch q, Batch d) { return q * (d - average); }, p, dy);
                });
        });
}

Variable log_softmax(Variable x, int axis) {
    const Lanes lanes = lanes_to_normalize("log_softmax", x.shape(), axis);
    return x.tape().record(
        "log_softmax", {x},
        [&](Entry& y) {
            y.value.resize(x.shape());
            lanes.for_each([&](auto lane, std::size_t, std::size_t first) {
                using std::log;
                const Real* v = x.value().data() + first;
                const auto shift = lane.max(v);
                const auto log_total = log(lane.sum(exp_less(shift), v));
                lane.map(
                    y.value.data() + first, [=](Batch e) { return e - shift - log_total; }, v);
            });
        },
        [=](Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            lanes.for_each(
                [&, &out = gradient, b = beta](auto lane, std::size_t, std::size_t first) {
                    const Real *log_p = y.value.data() + first, *dy = y.gradient.data() + first;
                    const auto total = lane.sum(std::identity(), dy);
                    add_to_lane(
                        lane, b, out.data() + first,
                        [=](Batch l, Batch d) { return d - xsimd::exp(l) * total; }, log_p, dy);
                });
        });
}

}  // namespace autograd
