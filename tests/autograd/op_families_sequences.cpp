// Recurrent nets.
#include <cmath>

#include "autograd/ops.hpp"
#include "op_families.hpp"

namespace optests {

using namespace autograd;
using Variables = std::vector<Variable>;
using Plains = std::vector<Plain>;

namespace {

double sigmoid_of(double a) { return 1 / (1 + std::exp(-a)); }

/// (h′·Wᵀ + b)[gate] for a sequence whose state before is h′.
double product(const Plain& weight, const Plain& bias, const std::vector<double>& before,
               std::size_t gate) {
    double sum = bias[{gate}];
    for (std::size_t k = 0; k < before.size(); ++k) sum += weight[{gate, k}] * before[k];
    return sum;
}

/// Row b of (B, H).
std::vector<double> row_of(const Plain& state, std::size_t b) {
    std::vector<double> out;
    for (std::size_t k = 0; k < state.shape[1]; ++k) out.push_back(state[{b, k}]);
    return out;
}

/// y (T, B, H): one sequence after the other, each step by step, `step(t, b, h)` for the steps it has.
template <class Step>
Plain plain_steps(const Plain& x, const Plain& first, const Indices& lengths, Step step) {
    const std::size_t steps = x.shape[0], batch = x.shape[1], units = first.shape[1];
    Plain out(Shape{steps, batch, units});
    for (std::size_t b = 0; b < batch; ++b) {
        std::vector<double> h = row_of(first, b);
        for (std::size_t t = 0; t < steps; ++t) {
            if (lengths.empty() || t < lengths[b]) step(t, b, h);
            for (std::size_t k = 0; k < units; ++k) out[{t, b, k}] = h[k];
        }
    }
    return out;
}

Plain plain_lstm(const Plains& v, const Indices& lengths) {
    Plain cells = v[4];
    return plain_steps(
        v[0], v[3], lengths, [&](std::size_t t, std::size_t b, std::vector<double>& h) {
            const std::vector<double> before = h;
            const std::size_t units = h.size();
            for (std::size_t k = 0; k < units; ++k) {
                const auto a = [&](std::size_t i) {
                    return v[0][{t, b, i * units + k}] + product(v[1], v[2], before, i * units + k);
                };
                double& c = cells[{b, k}];
                c = sigmoid_of(a(1)) * c + sigmoid_of(a(0)) * std::tanh(a(2));
                h[k] = sigmoid_of(a(3)) * std::tanh(c);
            }
        });
}

Plain plain_gru(const Plains& v, const Indices& lengths) {
    return plain_steps(
        v[0], v[3], lengths, [&](std::size_t t, std::size_t b, std::vector<double>& h) {
            const std::vector<double> before = h;
            const std::size_t units = h.size();
            for (std::size_t k = 0; k < units; ++k) {
                const auto x = [&](std::size_t i) { return v[0][{t, b, i * units + k}]; };
                const auto a = [&](std::size_t i) {
                    return product(v[1], v[2], before, i * units + k);
                };
                const double r = sigmoid_of(x(0) + a(0)), z = sigmoid_of(x(1) + a(1));
                h[k] = (1 - z) * std::tanh(x(2) + r * a(2)) + z * before[k];
            }
        });
}

}  // namespace

void recurrence(Table& table, std::size_t steps, std::size_t batch, std::size_t units,
                const Indices& lengths) {
    const Shape state{batch, units};
    const auto inputs = [&](std::size_t gates) {
        return std::vector<Array>{table.draw({steps, batch, gates}), table.draw({gates, units}),
                                  table.draw({gates}), table.draw(state)};
    };
    const auto title = [&](const char* operation) {
        return name(operation + text(Shape(lengths.begin(), lengths.end())),
                    {{steps, batch, units}});
    };
    std::vector<Array> of_lstm = inputs(4 * units);
    of_lstm.push_back(table.draw(state));
    table.cases.push_back(
        {title("lstm "), of_lstm,
         [=](const Variables& v) { return lstm(v[0], v[1], v[2], v[3], v[4], lengths); },
         [=](const Plains& v) { return plain_lstm(v, lengths); }});
    table.cases.push_back({title("gru "), inputs(3 * units),
                           [=](const Variables& v) { return gru(v[0], v[1], v[2], v[3], lengths); },
                           [=](const Plains& v) { return plain_gru(v, lengths); }});
}

}  // namespace optests
