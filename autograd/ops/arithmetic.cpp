#include "autograd/ops/arithmetic.hpp"

#include <algorithm>
#include <functional>

#include "autograd/pullback.hpp"

namespace autograd {

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

namespace {

/// y = f(a, b), element by element, after broadcasting.
template <class Function>
void broadcast_and_assign(Entry& y, Variable a, Variable b, const Shape& shape, Function f) {
    const Array& u = broadcast(a, shape, y.saved);
    const Array& v = broadcast(b, shape, y.value);
    assign(y.value, f(u, v));
}

}  // namespace

Variable operator+(Variable a, Variable b) {
    const Shape shape = broadcast_shape("add", a.shape(), b.shape());
    return a.tape().record(
        "add", {a, b}, [&](Entry& y) { broadcast_and_assign(y, a, b, shape, std::plus<>()); },
        [=](Entry& y) {
            contribute_folded(a, y, y.gradient);
            contribute_folded(b, y, y.gradient);
        });
}

Variable operator-(Variable a, Variable b) {
    const Shape shape = broadcast_shape("subtract", a.shape(), b.shape());
    return a.tape().record(
        "subtract", {a, b}, [&](Entry& y) { broadcast_and_assign(y, a, b, shape, std::minus<>()); },
        [=](Entry& y) {
            contribute_folded(a, y, y.gradient);
            contribute_folded(b, y, -y.gradient);
        });
}

Variable operator*(Variable a, Variable b) {
    const Shape shape = broadcast_shape("multiply", a.shape(), b.shape());
    return a.tape().record(
        "multiply", {a, b},
        [&](Entry& y) { broadcast_and_assign(y, a, b, shape, std::multiplies<>()); },
        [=](Entry& y) {
            const Shape& both = y.value.shape();
            if (a.requires_gradient())
                contribute_folded(a, y, y.gradient * broadcast(b, both, y.saved));
            if (b.requires_gradient())
                contribute_folded(b, y, y.gradient * broadcast(a, both, y.saved));
        });
}

Variable operator/(Variable a, Variable b) {
    const Shape shape = broadcast_shape("divide", a.shape(), b.shape());
    return a.tape().record(
        "divide", {a, b}, [&](Entry& y) { broadcast_and_assign(y, a, b, shape, std::divides<>()); },
        [=](Entry& y) {
            const Shape& both = y.value.shape();
            if (a.requires_gradient())
                contribute_folded(a, y, y.gradient / broadcast(b, both, y.saved));
            if (b.requires_gradient())
                contribute_folded(b, y, -y.gradient * y.value / broadcast(b, both, y.saved));
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
        [=](Entry& y) { contribute(x, -y.gradient * y.value / x.value()); });
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
