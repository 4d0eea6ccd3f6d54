#include "autograd/ops/arithmetic.hpp"

#include <algorithm>
#include <functional>

#include "autograd/pullback.hpp"

namespace autograd {

using simd::Batch;

Shape broadcast_shape(const char* operation, const Shape& a, const Shape& b) {
    const std::size_t rank = std::max(a.size(), b.size());
    Shape out(rank);
    for (std::size_t axis = 0; axis < rank; ++axis) {  // counted from the last axis
        const std::size_t m = axis < a.size() ? a[a.size() - 1 - axis] : 1;
        const std::size_t n = axis < b.size() ? b[b.size() - 1 - axis] : 1;
        require(m == n || m == 1 || n == 1, "[", operation, "] shapes ", a, " and ", b,
                " do not broadcast: ", m, " against ", n);
        out[rank - 1 - axis] = m == 1 ? n : m;
    }
    return out;
}

Variable operator+(Variable a, Variable b) {
    const Shape shape = broadcast_shape("add", a.shape(), b.shape());
    return a.tape().record(
        "add", {a, b},
        [&](Entry& y) { assign_broadcast(y.value, shape, std::plus<>(), a.value(), b.value()); },
        [=](Entry& y) {
            contribute_broadcast(a, y, std::identity(), y.gradient);
            contribute_broadcast(b, y, std::identity(), y.gradient);
        });
}

Variable operator-(Variable a, Variable b) {
    const Shape shape = broadcast_shape("subtract", a.shape(), b.shape());
    return a.tape().record(
        "subtract", {a, b},
        [&](Entry& y) { assign_broadcast(y.value, shape, std::minus<>(), a.value(), b.value()); },
        [=](Entry& y) {
            contribute_broadcast(a, y, std::identity(), y.gradient);
            contribute_broadcast(b, y, std::negate<>(), y.gradient);
        });
}

Variable operator*(Variable a, Variable b) {
    const Shape shape = broadcast_shape("multiply", a.shape(), b.shape());
    return a.tape().record(
        "multiply", {a, b},
        [&](Entry& y) {
            assign_broadcast(y.value, shape, std::multiplies<>(), a.value(), b.value());
        },
        [=](Entry& y) {
            contribute_broadcast(a, y, std::multiplies<>(), y.gradient, b.value());
            contribute_broadcast(b, y, std::multiplies<>(), y.gradient, a.value());
        });
}

Variable operator/(Variable a, Variable b) {
    const Shape shape = broadcast_shape("divide", a.shape(), b.shape());
    return a.tape().record(
        "divide", {a, b},
        [&](Entry& y) { assign_broadcast(y.value, shape, std::divides<>(), a.value(), b.value()); },
        [=](Entry& y) {
            contribute_broadcast(a, y, std::divides<>(), y.gradient, b.value());
            // The quotient first: what dy · q makes of large numbers is too large sooner.
            const auto rule = [](Batch dy, Batch q, Batch d) { return -dy * (q / d); };
            contribute_broadcast(b, y, rule, y.gradient, y.value, b.value());
        });
}

Variable operator+(Variable x, Real c) {
    return x.tape().record(
        "add", {x}, [=](Entry& y) { assign(y.value, x.value() + c); },
        [=](Entry& y) { contribute(x, y.gradient); });
}

Variable operator-(Real c, Variable x) {
    return x.tape().record(
        "subtract", {x}, [=](Entry& y) { assign(y.value, c - x.value()); },
        [=](Entry& y) { contribute(x, -y.gradient); });
}

Variable operator*(Real c, Variable x) {
    return x.tape().record(
        "multiply", {x}, [=](Entry& y) { assign(y.value, c * x.value()); },
        [=](Entry& y) { contribute(x, c * y.gradient); });
}

Variable operator/(Variable x, Real c) {
    return x.tape().record(
        "divide", {x}, [=](Entry& y) { assign(y.value, x.value() / c); },
        [=](Entry& y) { contribute(x, y.gradient / c); });
}

Variable operator/(Real c, Variable x) {
    return x.tape().record(
        "divide", {x}, [=](Entry& y) { assign(y.value, c / x.value()); },
        [=](Entry& y) { contribute(x, -y.gradient * (y.value / x.value())); });
}

Variable operator-(Variable x) {
    return x.tape().record(
        "negate", {x}, [=](Entry& y) { assign(y.value, -x.value()); },
        [=](Entry& y) { contribute(x, -y.gradient); });
}

Variable operator+(Real c, Variable x) { return x + c; }
Variable operator-(Variable x, Real c) { return x + -c; }
Variable operator*(Variable x, Real c) { return c * x; }

}  // namespace autograd
