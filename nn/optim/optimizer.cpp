#include "nn/optim/optimizer.hpp"

#include <cmath>
#include <sstream>

namespace nn {

namespace {

/// Calls body(i) for every i < n. Steps over large arrays are limited by memory, so several threads
/// share them; each element is computed alike whatever their number.
template <class Body>
void for_each_element(std::size_t n, Body body) {
#pragma omp parallel for simd schedule(static) firstprivate(body) if (parallel : n > 16384)
    for (std::size_t i = 0; i < n; ++i) body(i);
}

std::string words(const auto&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

}  // namespace

Optimizer::Optimizer(std::vector<NamedParameter> parameters, std::vector<std::string> memories)
    : parameters_(std::move(parameters)), memories_(std::move(memories)) {
    for (const auto& [name, parameter] : parameters_)
        memory_.emplace_back(memories_.size(), autograd::full(parameter->value.shape(), 0));
}

void Optimizer::step() {
    ++steps_;
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
        Parameter& parameter = *parameters_[p].parameter;
        if (!parameter.has_gradient) continue;
        update(parameter.value, parameter.gradient, memory_[p]);
        parameter.has_gradient = false;
    }
}

std::vector<Optimizer::NamedArray> Optimizer::state() {
    std::vector<NamedArray> out;
    for (std::size_t p = 0; p < parameters_.size(); ++p)
        for (std::size_t m = 0; m < memories_.size(); ++m)
            out.push_back({parameters_[p].name + "/" + memories_[m], &memory_[p][m]});
    return out;
}

// --- stochastic gradient descent ------------------------------------------------------------------

Sgd::Sgd(std::vector<NamedParameter> parameters, SgdSettings s)
    : Optimizer(std::move(parameters), {"velocity"}), settings(s) {}

std::string Sgd::in_words() const {
    return words("SGD, momentum ", settings.momentum, settings.nesterov ? ", Nesterov" : "");
}

void Sgd::update(Array& value, const Array& gradient, std::vector<Array>& memory) {
    Real *w = value.data(), *v = memory[0].data();
    const Real *g = gradient.data(), rate = settings.learning_rate, mu = settings.momentum;
    const Real look_ahead = settings.nesterov ? mu : 1, direct = settings.nesterov ? 1 : 0;
    for_each_element(value.size(), [=](std::size_t i) {
        v[i] = mu * v[i] + g[i];
        w[i] -= rate * (direct * g[i] + look_ahead * v[i]);
    });
}

// --- RMSProp --------------------------------------------------------------------------------------

RmsProp::RmsProp(std::vector<NamedParameter> parameters, RmsPropSettings s)
    : Optimizer(std::move(parameters), {"mean_square"}), settings(s) {}

std::string RmsProp::in_words() const {
    return words("RMSProp, decay ", settings.decay, ", epsilon ", settings.epsilon);
}

void RmsProp::update(Array& value, const Array& gradient, std::vector<Array>& memory) {
    Real *w = value.data(), *s = memory[0].data();
    const Real* g = gradient.data();
    const Real rate = settings.learning_rate, decay = settings.decay, epsilon = settings.epsilon;
    for_each_element(value.size(), [=](std::size_t i) {
        s[i] = decay * s[i] + (1 - decay) * g[i] * g[i];
        w[i] -= rate * g[i] / (std::sqrt(s[i]) + epsilon);
    });
}

// --- Adam -----------------------------------------------------------------------------------------

Adam::Adam(std::vector<NamedParameter> parameters, AdamSettings s)
    : Optimizer(std::move(parameters), {"mean", "mean_square"}), settings(s) {}

std::string Adam::in_words() const {
    return words("Adam, beta1 ", settings.beta1, ", beta2 ", settings.beta2, ", epsilon ",
                 settings.epsilon, ", weight decay ", settings.weight_decay);
}

void Adam::update(Array& value, const Array& gradient, std::vector<Array>& memory) {
    Real *w = value.data(), *m = memory[0].data(), *v = memory[1].data();
    const Real* g = gradient.data();
    const Real beta1 = settings.beta1, beta2 = settings.beta2, epsilon = settings.epsilon;
    // The means start at zero; these factors undo that bias.
    const double t = static_cast<double>(steps());
    const Real unbias1 = static_cast<Real>(1 / (1 - std::pow(double{beta1}, t)));
    const Real unbias2 = static_cast<Real>(1 / (1 - std::pow(double{beta2}, t)));
    const Real rate = settings.learning_rate * unbias1;
    const Real shrink = 1 - settings.learning_rate * settings.weight_decay;
    for_each_element(value.size(), [=](std::size_t i) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        w[i] = shrink * w[i] - rate * m[i] / (std::sqrt(unbias2 * v[i]) + epsilon);
    });
}

}  // namespace nn
