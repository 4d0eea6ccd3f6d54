#include "tutorials/01_tape/shared.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tutorials/support/diagram.hpp"

namespace tape_chapter {

void draw(const scalar::Tape& tape, const std::filesystem::path& path) {
    const auto digits = [](double x) {
        char text[32];
        std::snprintf(text, sizeof text, "%.4g", x);
        return std::string(text);
    };
    tutorials::Diagram diagram;
    for (std::size_t i = 0; i < tape.entries.size(); ++i) {
        const auto& entry = tape.entries[i];
        diagram.box(2.0 * static_cast<double>(i), 0,
                    {entry.operation, digits(entry.value), digits(entry.gradient)});
        for (const auto& edge : entry.edges) diagram.arrow(edge.input, i, digits(edge.slope));
    }
    diagram.save(path);
}

double dot(const Array& a, const Array& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) total += double{a.data()[i]} * double{b.data()[i]};
    return total;
}

double error_of_pullback(const std::function<Variable(Variable)>& op, const Array& x,
                         const Array& cotangent) {
    Tape tape;
    const Variable input = tape.variable(x);
    const Array gradient = tape.backward(op(input), cotangent).of(input);
    const auto value_with = [&](std::size_t i, Real step) {
        Array moved = x;
        moved.data()[i] += step;
        tape.rewind();
        return dot(cotangent, op(tape.constant(moved)).value());
    };
    const Real h = Real(1e-2);
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double slope = (value_with(i, h) - value_with(i, -h)) / (2 * double{h});
        worst = std::max(worst, std::abs(slope - double{gradient.data()[i]}));
    }
    return worst;
}

Curve damped_wave(std::size_t points, nn::Random* noise) {
    Curve curve{autograd::full({points, 1}, 0), autograd::full({points, 1}, 0)};
    for (std::size_t i = 0; i < points; ++i) {
        const double x = -3 + 6 * (static_cast<double>(i) + 0.5) / static_cast<double>(points);
        curve.x(i, 0) = static_cast<Real>(x);
        curve.t(i, 0) = static_cast<Real>(std::sin(3 * x) * std::exp(-x * x / 4) +
                                          (noise ? 0.05 * noise->normal() : 0));
    }
    return curve;
}

tutorials::Plot::Numbers numbers(const Array& a) { return {a.data(), a.data() + a.size()}; }

}  // namespace tape_chapter
