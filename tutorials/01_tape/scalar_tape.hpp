/// @file
/// A reverse-mode differentiator for single numbers, which chapter 01 is about.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace scalar {

/// The record of a computation, in the order in which it happened.
struct Tape {
    struct Edge {
        std::size_t input;  // the entry it comes from
        double slope;       // ∂(this entry) / ∂(that one)
    };
    struct Entry {
        std::string operation;
        double value;
        std::vector<Edge> edges;
        double gradient = 0;
    };
    std::vector<Entry> entries;

    struct Number record(const std::string& operation, double value,
                         const std::vector<Edge>& edges);
    struct Number variable(double value, const std::string& name = "variable");

    /// The gradient of entry `last` with respect to every entry.
    void backward(std::size_t last) {
        for (Entry& entry : entries) entry.gradient = 0;
        entries[last].gradient = 1;
        for (std::size_t j = last + 1; j-- > 0;)
            for (const Edge& edge : entries[j].edges)
                entries[edge.input].gradient += entries[j].gradient * edge.slope;
    }
};

/// A number on a tape: a handle that says which tape and which entry.
struct Number {
    Tape* tape;
    std::size_t index;
    double value() const { return tape->entries[index].value; }
    double gradient() const { return tape->entries[index].gradient; }
};

inline Number Tape::record(const std::string& operation, double value,
                           const std::vector<Edge>& edges) {
    entries.push_back({operation, value, edges});
    return {this, entries.size() - 1};
}

inline Number Tape::variable(double value, const std::string& name) {
    return record(name, value, {});
}

// Each operator computes its value, notes its slopes and appends an entry.
inline Number operator+(Number a, Number b) {
    return a.tape->record("+", a.value() + b.value(), {{a.index, 1}, {b.index, 1}});
}
inline Number operator-(Number a, Number b) {
    return a.tape->record("−", a.value() - b.value(), {{a.index, 1}, {b.index, -1}});
}
inline Number operator*(Number a, Number b) {
    return a.tape->record("·", a.value() * b.value(), {{a.index, b.value()}, {b.index, a.value()}});
}
inline Number operator*(double c, Number x) {
    return x.tape->record("scale", c * x.value(), {{x.index, c}});
}
inline Number exp(Number x) {
    const double y = std::exp(x.value());
    return x.tape->record("exp", y, {{x.index, y}});
}
inline Number log(Number x) {
    return x.tape->record("ln", std::log(x.value()), {{x.index, 1 / x.value()}});
}
inline Number sin(Number x) {
    return x.tape->record("sin", std::sin(x.value()), {{x.index, std::cos(x.value())}});
}
inline Number tanh(Number x) {
    const double y = std::tanh(x.value());
    return x.tape->record("tanh", y, {{x.index, 1 - y * y}});
}

/// x ← x/2 + x/2, `depth` times: a chain of diamonds. The derivative of the last number is 1.
inline Number diamonds(Tape& tape, int depth) {
    Number x = tape.variable(1);
    for (int d = 0; d < depth; ++d) x = 0.5 * x + 0.5 * x;
    return x;
}

}  // namespace scalar
