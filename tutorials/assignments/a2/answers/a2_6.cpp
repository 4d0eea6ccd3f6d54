#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "autograd/tape.hpp"

namespace autograd {

Array cotangent(const Shape& shape, unsigned seed);
double relative_error(double analytic, double numeric);

double directional_error(const std::function<Variable(const std::vector<Variable>&)>& f,
                         const std::vector<Array>& x, unsigned seed);

double directional_error(const std::function<Variable(const std::vector<Variable>&)>& f,
                         const std::vector<Array>& x, unsigned seed) {
    Tape tape;
    std::vector<Variable> inputs;
    for (const Array& each : x) inputs.push_back(tape.variable(each));
    const Variable y = f(inputs);
    const Array v = cotangent(y.shape(), seed);
    const Gradients& found = tape.backward(y, v);
    std::vector<Array> direction;
    double analytic = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        direction.push_back(cotangent(x[k].shape(), seed + 1 + static_cast<unsigned>(k)));
        if (!found.reached(inputs[k])) continue;
        for (std::size_t i = 0; i < x[k].size(); ++i)
            analytic += direction[k].data()[i] * found.of(inputs[k]).data()[i];
    }
    const double step = std::cbrt(std::numeric_limits<double>::epsilon());
    const auto moved = [&](double by) {
        Tape other;
        std::vector<Variable> at;
        for (std::size_t k = 0; k < x.size(); ++k) {
            Array there = x[k];
            for (std::size_t i = 0; i < there.size(); ++i)
                there.data()[i] += by * direction[k].data()[i];
            at.push_back(other.variable(there));
        }
        return Array(f(at).value());
    };
    const Array up = moved(step), down = moved(-step);
    double numeric = 0;
    for (std::size_t i = 0; i < v.size(); ++i)
        numeric += v.data()[i] * (up.data()[i] - down.data()[i]) / (2 * step);
    return relative_error(analytic, numeric);
}

}  // namespace autograd
