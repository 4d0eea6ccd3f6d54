#include "nn/optim/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "nn/optim/denormals.hpp"

namespace nn {

namespace {

/// Calls body(i) for every i < n. Steps over large arrays are limited by memory, so several threads
/// share them; each element is computed alike whatever their number.
template <class Body>
void for_each_element(std::size_t n, Body body) {
#pragma omp parallel firstprivate(body) if (n > 16384)
    {
        const FlushDenormals flush;
#pragma omp for simd schedule(static)
        for (std::size_t i = 0; i < n; ++i) body(i);
    }
}

std::string words(const auto&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

}  // namespace

Optimizer::Optimizer(const std::vector<NamedParameter>& parameters,
                     std::vector<std::string> memories)
    : memories_(std::move(memories)) {
    require_distinct("optimizer", {.parameters = parameters, .buffers = {}});
    for (const NamedParameter& each : parameters) {
        if (each.frozen) {
            others_.push_back(each.parameter);
            continue;
        }
        parameters_.push_back(each);
        memory_.emplace_back(memories_.size(), autograd::full(each.parameter->value.shape(), 0));
    }
    autograd::require(!parameters_.empty(), "[optimizer] expected parameters to learn, got ",
                      others_.empty() ? "none" : "frozen ones alone");
}

void Optimizer::leave_to_others(const std::vector<NamedParameter>& parameters) {
    for (const NamedParameter& each : parameters) others_.push_back(each.parameter);
}

bool Optimizer::knows(const Parameter& parameter) const {
    return std::ranges::any_of(parameters_,
                               [&](auto& own) { return own.parameter == &parameter; }) ||
           std::ranges::find(others_, &parameter) != others_.end();
}

void Optimizer::step(const Gradients& gradients) {
    gradients.for_each([&](const Parameter& parameter, const Array&) {
        autograd::require(knows(parameter), "[step] backward reached a parameter of shape ",
                          parameter.value, " that this optimizer has not: is it missing in a ",
                          "visit(), or to be left to others?");
    });
    const auto reached = [&](const NamedParameter& p) { return gradients.reached(*p.parameter); };
    autograd::require(std::ranges::any_of(parameters_, reached),
                      "[step] expected gradients of this optimizer's parameters, got ",
                      gradients.empty() ? "none: call backward() first" : "those of others alone");
    ++steps_;
    for (std::size_t p = 0; p < parameters_.size(); ++p)
        if (reached(parameters_[p])) {
            Parameter& parameter = *parameters_[p].parameter;
            update(parameter.value, gradients.of(parameter), memory_[p]);
        }
}

std::vector<NamedArray> Optimizer::state() {
    std::vector<NamedArray> out;
    for (std::size_t p = 0; p < parameters_.size(); ++p)
        for (std::size_t m = 0; m < memories_.size(); ++m)
            out.push_back({parameters_[p].name + "/" + memories_[m], &memory_[p][m]});
    return out;
}

void Optimizer::continue_from(std::uint64_t steps, Real learning_rate) {
    steps_ = steps;
    set_learning_rate(learning_rate);
}

// --- stochastic gradient descent ------------------------------------------------------------------

Sgd::Sgd(const std::vector<NamedParameter>& parameters, SgdSettings s)
    : Optimizer(parameters, {"velocity"}), settings(s) {}

std::string Sgd::describe() const {
    return words("SGD, momentum ", settings.momentum, settings.nesterov ? ", Nesterov" : "");
}

void Sgd::update(Array& value, const Array& gradient, std::vector<Array>& memory) {
    Real *w = value.data(), *v = memory[0].data();
    const Real *g = gradient.data(), rate = settings.learning_rate, mu = settings.momentum;
    const Real from_memory = settings.nesterov ? mu : 1, direct = settings.nesterov ? 1 : 0;
    for_each_element(value.size(), [=](std::size_t i) {
        v[i] = mu * v[i] + g[i];
        w[i] -= rate * (direct * g[i] + from_memory * v[i]);
    });
}

// --- RMSProp --------------------------------------------------------------------------------------

RmsProp::RmsProp(const std::vector<NamedParameter>& parameters, RmsPropSettings s)
    : Optimizer(parameters, {"mean_square"}), settings(s) {}

std::string RmsProp::describe() const {
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

Adam::Adam(const std::vector<NamedParameter>& parameters, AdamSettings s)
    : Optimizer(parameters, {"mean", "mean_square"}), settings(s) {}

std::string Adam::describe() const {
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
