#include "autograd/ops/reduce.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/broadcast.hpp"
#include "autograd/ops/axis.hpp"

namespace autograd {

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
                x.shape(), beta, gradient.data(), [=](simd::Batch dy) { return scale * dy; },
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
            lanes.for_each([&](std::size_t lane, std::size_t first) {
                std::size_t best = first;
                lanes.for_each_in(first, [&](std::size_t i) {
                    if (v[i] > v[best] || std::isnan(v[i])) best = i;  // a NaN stays one
                });
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

/// x̄ += rule(lane, i) for each element i of each lane. `begin_lane(lane, first)` is called before.
template <class Begin, class Rule>
void contribute_lanes(Variable x, const Lanes& lanes, Begin begin_lane, Rule rule) {
    const auto [gradient, beta] = x.tape().contribution(x);
    Real* out = gradient.data();
    lanes.for_each([&, beta = beta](std::size_t lane, std::size_t first) {
        begin_lane(lane, first);
        lanes.for_each_in(
            first, [&](std::size_t i) { out[i] = rule(lane, i) + (beta == 0 ? 0 : out[i]); });
    });
}

}  // namespace

Variable log_sum_exp(Variable x, int axis, bool keepdims) {
    const Lanes lanes("log_sum_exp", x.shape(), axis);
    require(lanes.extent > 0, "[log_sum_exp] of no elements along axis ", axis, " of ", x.shape());
    return x.tape().record(
        "log_sum_exp", {x},
        [&](Entry& y) {
            y.value.resize(lanes.reduced(x.shape(), keepdims));
            lanes.for_each([&](std::size_t lane, std::size_t first) {
                y.value.data()[lane] = log_sum_exp(x.value().data(), lanes, first);
            });
        },
        [=](Entry& y) {
            const Real *v = x.value().data(), *total = y.value.data(), *dy = y.gradient.data();
            contribute_lanes(
                x, lanes, [](std::size_t, std::size_t) {},
                [=](std::size_t lane, std::size_t i) {
                    return dy[lane] * std::exp(v[i] - total[lane]);
                });
        });
}

Variable softmax(Variable x, int axis) {
    const Lanes lanes("softmax", x.shape(), axis);
    require(lanes.extent > 0, "[softmax] of no elements along axis ", axis, " of ", x.shape());
    return x.tape().record(
        "softmax", {x},
        [&](Entry& y) {
            y.value.resize(x.shape());
            const Real* v = x.value().data();
            lanes.for_each([&](std::size_t, std::size_t first) {
                const Real total = log_sum_exp(v, lanes, first);
                lanes.for_each_in(
                    first, [&](std::size_t i) { y.value.data()[i] = std::exp(v[i] - total); });
            });
        },
        [=](Entry& y) {
            const Real *p = y.value.data(), *dy = y.gradient.data();
            Real average = 0;  // Σ ȳ ∘ y of the lane
            contribute_lanes(
                x, lanes,
                [&](std::size_t, std::size_t first) {
                    average = 0;
                    lanes.for_each_in(first, [&](std::size_t i) { average += dy[i] * p[i]; });
                },
                [&](std::size_t, std::size_t i) { return p[i] * (dy[i] - average); });
        });
}

Variable log_softmax(Variable x, int axis) {
    const Lanes lanes("log_softmax", x.shape(), axis);
    require(lanes.extent > 0, "[log_softmax] of no elements along axis ", axis, " of ", x.shape());
    return x.tape().record(
        "log_softmax", {x},
        [&](Entry& y) {
            y.value.resize(x.shape());
            const Real* v = x.value().data();
            lanes.for_each([&](std::size_t, std::size_t first) {
                const Real total = log_sum_exp(v, lanes, first);
                lanes.for_each_in(first, [&](std::size_t i) { y.value.data()[i] = v[i] - total; });
            });
        },
        [=](Entry& y) {
            const Real *log_p = y.value.data(), *dy = y.gradient.data();
            Real total = 0;  // Σ ȳ of the lane
            contribute_lanes(
                x, lanes,
                [&](std::size_t, std::size_t first) {
                    total = 0;
                    lanes.for_each_in(first, [&](std::size_t i) { total += dy[i]; });
                },
                [&](std::size_t, std::size_t i) { return dy[i] - std::exp(log_p[i]) * total; });
        });
}

}  // namespace autograd
