// Let a function take $n$ numbers to $m$ numbers through a single one: $y_j = \sin(j\,s)$ with
// $s = \sum_i x_i^2$. Its Jacobian has $m \times n$ entries. Forward mode can use the same
// record: let one input move by 1, and walk the tape forwards.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tutorials/01_tape/shared.hpp"
#include "tutorials/support/timing.hpp"

using namespace tape_chapter;
using scalar::Number;

namespace {

using Matrix = std::vector<std::vector<double>>;

struct Funnel {
    scalar::Tape tape;
    std::vector<Number> x, y;

    Funnel(std::size_t inputs, std::size_t outputs) {
        for (std::size_t i = 0; i < inputs; ++i)
            x.push_back(tape.variable(1 / std::sqrt(1.0 + static_cast<double>(i))));
        Number s = x[0] * x[0];
        for (std::size_t i = 1; i < inputs; ++i) s = s + x[i] * x[i];
        for (std::size_t j = 1; j <= outputs; ++j) y.push_back(sin(static_cast<double>(j) * s));
    }

    /// ∂(every entry) / ∂x, by one forward sweep. Counts the multiplications.
    std::vector<double> tangents(Number input, double& count) const {
        std::vector<double> moves(tape.entries.size(), 0.0);
        moves[input.index] = 1;
        for (std::size_t j = input.index + 1; j < moves.size(); ++j)
            for (const auto& edge : tape.entries[j].edges)
                moves[j] += edge.slope * moves[edge.input], ++count;
        return moves;
    }
    /// ∂y_j / ∂x_i in row j and column i, a column for each sweep.
    Matrix forward_mode(double& count) const {
        Matrix jacobian(y.size(), std::vector<double>(x.size()));
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::vector<double> moves = tangents(x[i], count);
            for (std::size_t j = 0; j < y.size(); ++j) jacobian[j][i] = moves[y[j].index];
        }
        return jacobian;
    }
    /// The same, a row for each sweep, which begins at y_j.
    Matrix reverse_mode(double& count) {
        Matrix jacobian(y.size(), std::vector<double>(x.size()));
        for (std::size_t j = 0; j < y.size(); ++j) {
            tape.backward(y[j].index);
            for (std::size_t e = 0; e <= y[j].index; ++e)
                count += static_cast<double>(tape.entries[e].edges.size());
            for (std::size_t i = 0; i < x.size(); ++i) jacobian[j][i] = x[i].gradient();
        }
        return jacobian;
    }
};

void one_pass(Session& session) {
    std::puts("  inputs  outputs   multiplications         milliseconds");
    std::puts("                    forward    reverse    forward  reverse");
    const std::size_t many = session.flags.quick ? 200 : 1000;
    double difference = 0, forward_count = 0, reverse_count = 0;
    for (const auto& [inputs, outputs] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 1}, {10, 1}, {100, 1}, {30, 30}, {1, many}, {many, 1}}) {
        Funnel funnel(inputs, outputs);
        forward_count = reverse_count = 0;
        Matrix forward, reverse;
        const double t = tutorials::seconds([&] { forward = funnel.forward_mode(forward_count); });
        const double u = tutorials::seconds([&] { reverse = funnel.reverse_mode(reverse_count); });
        std::printf("  %6zu  %7zu  %9.0f  %9.0f   %8.3f %8.3f\n", inputs, outputs, forward_count,
                    reverse_count, 1e3 * t, 1e3 * u);
        for (std::size_t j = 0; j < outputs; ++j)
            for (std::size_t i = 0; i < inputs; ++i)
                difference = std::max(difference, std::abs(forward[j][i] - reverse[j][i]));
    }
    session.result("forward_multiplications", forward_count);
    session.result("reverse_multiplications", reverse_count);
    session.result("mode_difference", difference);
}

const tutorials::Experiment modes{
    "modes", "Forward mode sweeps once for each input, reverse mode once for each output",
    one_pass};

}  // namespace

// For one output of a thousand inputs, forward mode multiplied @result{forward_multiplications}
// times and reverse mode @result{reverse_multiplications} times. Finite differences do not help:
// they too need at least one evaluation for each input, and give only an approximation. With one
// input and many outputs it is the other way round. The largest difference between the two results
// was @result{mode_difference}.
//
// @transcript
