/// @file
/// Operations whose pullback is right, or wrong in a known way: what the student's checker is tried on.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "autograd/ops.hpp"

namespace suspects {

using autograd::Array;
using autograd::Entry;
using autograd::Real;
using autograd::Variable;

/// What a pullback knows and gives: a and da are (B, D), b and db are (D,), dy is (B, D).
struct Shares {
    const Array &a, &b, &dy;
    Array &da, &db;

    std::size_t rows() const { return a.shape()[0]; }
    std::size_t columns() const { return b.size(); }
    double x(std::size_t i, std::size_t j) const { return a.data()[i * columns() + j]; }
    double up(std::size_t i, std::size_t j) const { return dy.data()[i * columns() + j]; }
    Real& to_a(std::size_t i, std::size_t j) const { return da.data()[i * columns() + j]; }
};

/// Calls f(i, j) for each entry of (B, D).
template <class F>
void for_each_entry(const Shares& s, F f) {
    for (std::size_t i = 0; i < s.rows(); ++i)
        for (std::size_t j = 0; j < s.columns(); ++j) f(i, j);
}

/// Of y_ij = a_ij² b_j / 2 + sin(a_i,j+1), the last column being followed by the first.
inline void right(const Shares& s) {
    for_each_entry(s, [&](std::size_t i, std::size_t j) {
        const std::size_t next = (j + 1) % s.columns();
        s.to_a(i, j) += s.up(i, j) * s.x(i, j) * s.b.data()[j];
        s.to_a(i, next) += s.up(i, j) * std::cos(s.x(i, next));
        s.db.data()[j] += s.up(i, j) * s.x(i, j) * s.x(i, j) / 2;
    });
}

/// The right shares, changed afterwards.
template <double factor_of_a, double factor_of_b>
void scaled(const Shares& s) {
    right(s);
    s.da *= factor_of_a;
    s.db *= factor_of_b;
}

inline void without_incoming(const Shares& s) {
    const Array ones = autograd::full(s.dy.shape(), 1);
    right({s.a, s.b, ones, s.da, s.db});
}

inline void wrong_neighbour(const Shares& s) {
    for_each_entry(s, [&](std::size_t i, std::size_t j) {
        const std::size_t last = (j + s.columns() - 1) % s.columns();
        s.to_a(i, j) += s.up(i, j) * s.x(i, j) * s.b.data()[j];
        s.to_a(i, last) += s.up(i, j) * std::cos(s.x(i, last));
        s.db.data()[j] += s.up(i, j) * s.x(i, j) * s.x(i, j) / 2;
    });
}

inline void one_entry(const Shares& s) {
    right(s);
    s.da.data()[s.da.size() - 2] *= 1.01;
}

inline void without_last_row(const Shares& s) {
    right(s);
    for (std::size_t j = 0; j < s.columns(); ++j) s.to_a(s.rows() - 1, j) = 0;
}

inline void first_row_of_b(const Shares& s) {
    right(s);
    for (std::size_t j = 0; j < s.columns(); ++j)
        s.db.data()[j] = s.up(0, j) * s.x(0, j) * s.x(0, j) / 2;
}

inline void mean_of_b(const Shares& s) {
    right(s);
    s.db /= static_cast<Real>(s.rows());
}

inline void not_a_number(const Shares& s) {
    right(s);
    s.da.data()[1] = std::numeric_limits<double>::quiet_NaN();
}

/// Of y_ij = |a_ij| b_j.
template <bool with_sign>
void of_kink(const Shares& s) {
    for_each_entry(s, [&](std::size_t i, std::size_t j) {
        const bool down = with_sign && s.x(i, j) < 0;
        s.to_a(i, j) += s.up(i, j) * s.b.data()[j] * (down ? -1 : 1);
        s.db.data()[j] += s.up(i, j) * std::abs(s.x(i, j));
    });
}

/// What a pullback may get wrong besides its shares.
struct Rule {
    void (*shares)(const Shares&);
    bool overwrites = false;  ///< what has come to a from elsewhere
    bool forgets_b = false;
    bool kink = false;
};

inline std::map<std::string, Rule> known_rules() {
    return {{"right", {right}},
            {"sign", {scaled<-1.0, -1.0>}},
            {"factor", {scaled<1.01, 1.0>}},
            {"sign_of_b", {scaled<1.0, -1.0>}},
            {"no_incoming", {without_incoming}},
            {"neighbour", {wrong_neighbour}},
            {"one_entry", {one_entry}},
            {"last_row", {without_last_row}},
            {"first_row_of_b", {first_row_of_b}},
            {"mean_of_b", {mean_of_b}},
            {"nan", {not_a_number}},
            {"overwrites", {right, true}},
            {"forgets_b", {right, false, true}},
            {"kink", {of_kink<true>, false, false, true}},
            {"wrong_kink", {of_kink<false>, false, false, true}}};
}

inline void add(Variable x, const Array& share, bool overwrite) {
    if (!x.requires_gradient()) return;
    const auto [gradient, beta] = x.tape().contribution(x);
    for (std::size_t i = 0; i < share.size(); ++i)
        gradient.data()[i] = share.data()[i] + (beta == 0 || overwrite ? 0 : gradient.data()[i]);
}

inline Variable operation(Variable a, Variable b, Rule rule) {
    return a.tape().record(
        "operation", {a, b},
        [=](Entry& y) {
            const std::size_t columns = b.value().size();
            y.value.resize(a.shape());
            for (std::size_t i = 0; i < y.value.size(); ++i) {
                const double v = a.value().data()[i], w = b.value().data()[i % columns];
                const std::size_t next = i - i % columns + (i + 1) % columns;
                y.value.data()[i] =
                    rule.kink ? std::abs(v) * w : v * v * w / 2 + std::sin(a.value().data()[next]);
            }
        },
        [=](Entry& y) {
            Array da = autograd::full(a.shape(), 0), db = autograd::full(b.shape(), 0);
            rule.shares({a.value(), b.value(), y.gradient, da, db});
            add(a, da, rule.overwrites);
            if (!rule.forgets_b) add(b, db, false);
        });
}

}  // namespace suspects
