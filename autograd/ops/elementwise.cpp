#include "autograd/ops/elementwise.hpp"

#include "autograd/ops/arithmetic.hpp"
#include "autograd/pullback.hpp"
#include "autograd/simd.hpp"

namespace autograd {

using simd::Batch;

namespace {

Batch zero() { return Batch(Real{0}); }

}  // namespace

Variable exp(Variable x) {
    return x.tape().record(
        "exp", {x}, [=](Entry& y) { assign_broadcast(y.value, x.shape(), simd::exp, x.value()); },
        [=](Entry& y) { contribute(x, y.gradient * y.value); });
}

Variable log(Variable x) {
    return x.tape().record(
        "log", {x}, [=](Entry& y) { assign_broadcast(y.value, x.shape(), simd::log, x.value()); },
        [=](Entry& y) { contribute(x, y.gradient / x.value()); });
}

Variable sqrt(Variable x) {
    return x.tape().record(
        "sqrt", {x}, [=](Entry& y) { assign(y.value, xt::sqrt(x.value())); },
        [=](Entry& y) { contribute(x, y.gradient / (Real{2} * y.value)); });
}

Variable square(Variable x) {
    return x.tape().record(
        "square", {x}, [=](Entry& y) { assign(y.value, x.value() * x.value()); },
        [=](Entry& y) { contribute(x, y.gradient * (Real{2} * x.value())); });
}

Variable abs(Variable x) {
    return x.tape().record(
        "abs", {x}, [=](Entry& y) { assign(y.value, xt::abs(x.value())); },
        [=](Entry& y) {
            const Array& v = x.value();
            contribute(x, xt::where(v > Real{0}, y.gradient,
                                    xt::where(v < Real{0}, -y.gradient, Real{0})));
        });
}

Variable tanh(Variable x) {
    return x.tape().record(
        "tanh", {x}, [=](Entry& y) { assign(y.value, xt::tanh(x.value())); },
        [=](Entry& y) { contribute(x, y.gradient * (Real{1} - y.value * y.value)); });
}

Variable sigmoid(Variable x) {
    return x.tape().record(
        "sigmoid", {x},
        [=](Entry& y) { assign_broadcast(y.value, x.shape(), simd::sigmoid, x.value()); },
        [=](Entry& y) {
            const auto rule = [](Batch dy, Batch s) { return dy * s * (Real{1} - s); };
            contribute_broadcast(x, y, rule, y.gradient, y.value);
        });
}

Variable relu(Variable x) {
    return x.tape().record(
        "relu", {x},
        [=](Entry& y) {  // asked this way round, a NaN stays one
            const auto f = [](Batch v) { return xsimd::select(v < zero(), zero(), v); };
            assign_broadcast(y.value, x.shape(), f, x.value());
        },
        [=](Entry& y) {
            const auto rule = [](Batch v, Batch dy) {
                return xsimd::select(v > zero(), dy, zero());
            };
            contribute_broadcast(x, y, rule, x.value(), y.gradient);
        });
}

Variable leaky_relu(Variable x, Real slope) {
    return x.tape().record(
        "leaky_relu", {x},
        [=](Entry& y) {
            const Array& v = x.value();
            assign(y.value, xt::where(v > Real{0}, v, slope * v));
        },
        [=](Entry& y) {
            contribute(x, xt::where(x.value() > Real{0}, y.gradient, slope * y.gradient));
        });
}

Variable softplus(Variable x) {
    return x.tape().record(
        "softplus", {x},
        [=](Entry& y) { assign_broadcast(y.value, x.shape(), simd::softplus, x.value()); },
        [=](Entry& y) { contribute(x, y.gradient / (Real{1} + xt::exp(-x.value()))); });
}

Variable elu(Variable x, Real alpha) {
    return x.tape().record(
        "elu", {x},
        [=](Entry& y) {
            const auto f = [=](Batch v) {
                return xsimd::select(v > zero(), v, Batch(alpha) * xsimd::expm1(v));
            };
            assign_broadcast(y.value, x.shape(), f, x.value());
        },
        [=](Entry& y) {
            contribute(x,
                       xt::where(x.value() > Real{0}, y.gradient, y.gradient * (y.value + alpha)));
        });
}

Variable clip(Variable x, Real low, Real high) {
    require(low <= high, "[clip] the low end ", low, " is above the high end ", high);
    return x.tape().record(
        "clip", {x},
        [=](Entry& y) {
            const Array& v = x.value();
            assign(y.value, xt::where(v < low, low, xt::where(v > high, high, v)));
        },
        [=](Entry& y) {
            const Array& v = x.value();
            contribute(x, xt::where(v < low || v > high, Real{0}, y.gradient));
        });
}

Variable stop_gradient(Variable x) {
    return x.tape().record(
        "stop_gradient", {x},
        [=](Entry& y) {
            assign(y.value, x.value());
            y.requires_gradient = false;
        },
        [](Entry&) {});
}

Variable where(Variable condition, Variable a, Variable b) {
    const Shape both = broadcast_shape("where", a.shape(), b.shape());
    const Shape shape = broadcast_shape("where", condition.shape(), both);
    const auto choose = [](Batch c, Batch u, Batch v) { return xsimd::select(c != zero(), u, v); };
    return a.tape().record(
        "where", {condition, a, b},
        [&](Entry& y) {
            assign_broadcast(y.value, shape, choose, condition.value(), a.value(), b.value());
        },
        [=](Entry& y) {
            const auto chosen = [=](Batch c, Batch dy) { return choose(c, dy, zero()); };
            const auto left = [=](Batch c, Batch dy) { return choose(c, zero(), dy); };
            contribute_broadcast(a, y, chosen, condition.value(), y.gradient);
            contribute_broadcast(b, y, left, condition.value(), y.gradient);
        });
}

}  // namespace autograd
