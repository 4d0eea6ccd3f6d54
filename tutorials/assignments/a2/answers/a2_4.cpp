#include <functional>
#include <vector>

#include "autograd/tape.hpp"

namespace autograd {

Array differences(const std::function<Array(const std::vector<Array>&)>& f, std::vector<Array> x,
                  std::size_t k, const Array& v);
Array cotangent(const Shape& shape, unsigned seed);
double relative_error(double analytic, double numeric);

bool gradient_is_right(const std::function<Variable(const std::vector<Variable>&)>& f,
                       const std::vector<Array>& x);

bool gradient_is_right(const std::function<Variable(const std::vector<Variable>&)>& f,
                       const std::vector<Array>& x) {
    Tape tape;
    tape.poison_gradients(true);
    std::vector<Variable> inputs;
    for (const Array& each : x) inputs.push_back(tape.variable(each));
    const Variable y = f(inputs);
    const Array v = cotangent(y.shape(), 1);
    const Gradients& found = tape.backward(y, v);
    const auto value = [&](const std::vector<Array>& at) {
        Tape other;
        std::vector<Variable> moved;
        for (const Array& each : at) moved.push_back(other.variable(each));
        return Array(f(moved).value());
    };
    for (std::size_t k = 0; k < x.size(); ++k) {
        const Array analytic =
            found.reached(inputs[k]) ? found.of(inputs[k]) : full(x[k].shape(), 0);
        const Array numeric = differences(value, x, k, v);
        for (std::size_t i = 0; i < numeric.size(); ++i)
            if (!(relative_error(analytic.data()[i], numeric.data()[i]) < 1e-6)) return false;
    }
    return true;
}

}  // namespace autograd
