/// @file
/// Pullbacks that no release has.
#pragma once

#include "tutorials/assignments/a2/suspects.hpp"

namespace suspects {

inline void absolute_incoming(const Shares& s) {
    const Array size = autograd::Array(xt::abs(s.dy));
    right({s.a, s.b, size, s.da, s.db});
}

inline void rows_exchanged(const Shares& s) {
    right(s);
    for (std::size_t j = 0; j < s.columns(); ++j) std::swap(s.to_a(0, j), s.to_a(s.rows() - 1, j));
}

inline void small_angles(const Shares& s) {
    for_each_entry(s, [&](std::size_t i, std::size_t j) {
        const std::size_t next = (j + 1) % s.columns();
        s.to_a(i, j) += s.up(i, j) * s.x(i, j) * s.b.data()[j];
        s.to_a(i, next) += s.up(i, j) * (1 - s.x(i, next) * s.x(i, next) / 2);
        s.db.data()[j] += s.up(i, j) * s.x(i, j) * s.x(i, j) / 2;
    });
}

inline void offset(const Shares& s) {
    right(s);
    s.da += 1e-4;
}

inline void half_of_b(const Shares& s) {
    right(s);
    s.db.data()[s.columns() - 1] *= 2;
}

inline std::map<std::string, Rule> unseen_rules() {
    return {{"absolute_incoming", {absolute_incoming}},
            {"rows_exchanged", {rows_exchanged}},
            {"small_angles", {small_angles}},
            {"offset", {offset}},
            {"half_of_b", {half_of_b}}};
}

}  // namespace suspects
