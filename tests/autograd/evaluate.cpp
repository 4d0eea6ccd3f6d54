#include "evaluate.hpp"

#include <cmath>
#include <limits>
#include <random>

namespace optests {

Array random_array(const Shape& shape, unsigned seed) {
    std::mt19937 engine(seed);
    Array out = Array::from_shape(shape);
    for (Real& x : out.storage()) {
        const float magnitude = 0.25F + 0.75F * static_cast<float>(engine()) / 0x1p32F;
        x = engine() % 2 ? magnitude : -magnitude;
    }
    return out;
}

double dot(const Array& a, const Array& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a.data()[i]} * double{b.data()[i]};
    return sum;
}

Evaluation evaluate(Tape& tape, const OpCase& op, int uses) {
    std::vector<Variable> inputs;
    for (const Array& input : op.inputs) inputs.push_back(tape.variable(input));

    // Σ ⟨cotangent, y⟩ over all uses; recorded by hand, so that no other operation is involved.
    std::vector<Variable> results;
    for (int i = 0; i < uses; ++i) results.push_back(op.function(inputs));
    const Array cotangent = random_array(results[0].shape());
    const Variable together = tape.record(
        "together", results, [](autograd::Entry& y) { y.value = autograd::full({}, 0); },
        [&tape, &cotangent](autograd::Entry& y) {
            for (std::size_t i = 0; i < y.inputs.size(); ++i)
                tape.contribution(tape.input(y, i)).gradient = cotangent;
        });
    const autograd::Gradients& gradients = tape.backward(together);

    Evaluation out{results[0].value(), {}};
    for (const Variable& input : inputs)
        out.gradients.push_back(gradients.reached(input) ? gradients.of(input)
                                                         : autograd::full(input.shape(), 0));
    return out;
}

double worst_error(const Array& a, const Plain& b) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (a.shape() != b.shape) return infinity;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a.data()[i], y = b.elements[i];
        if (!std::isfinite(x) || !std::isfinite(y)) return infinity;
        worst = std::max(worst, std::abs(x - y) / std::max(1.0, std::abs(y)));
    }
    return worst;
}

double worst_error(const Array& a, const Array& b) { return worst_error(a, Plain(b)); }

bool same(const Array& a, const Array& b) {
    return a.shape() == b.shape() &&
           std::equal(a.storage().begin(), a.storage().end(), b.storage().begin());
}

bool same(const Evaluation& a, const Evaluation& b) {
    return same(a.value, b.value) &&
           std::equal(a.gradients.begin(), a.gradients.end(), b.gradients.begin(),
                      b.gradients.end(), [](const Array& x, const Array& y) { return same(x, y); });
}

}  // namespace optests
