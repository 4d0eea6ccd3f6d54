/// @file
/// Gradient descent and its refinements.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/module.hpp"

namespace nn {

/// What every optimizer has: parameters, a step count, and arrays that it remembers per parameter.
class Optimizer {
  public:
    virtual ~Optimizer() = default;

    /// Moves every parameter that the last `backward` reached, and uses its gradient up: a parameter
    /// that the next loss does not depend on stays where it is.
    void step();

    /// How far a step goes; what a schedule changes.
    virtual Real& learning_rate() = 0;

    /// The kind and its settings apart from the learning rate: `SGD, momentum 0.9, Nesterov`. Two
    /// optimizers that differ in this cannot go on with each other's state.
    virtual std::string in_words() const = 0;

    const std::vector<NamedParameter>& parameters() const { return parameters_; }
    std::uint64_t steps() const { return steps_; }

    /// All there is to the state besides the parameters, for checkpoints: the step count, and for
    /// each parameter the arrays that this kind of optimizer remembers, such as
    /// `encoder.weight/mean`. They may be overwritten to continue an earlier run.
    struct NamedArray {
        std::string name;
        Array* array;
    };
    std::vector<NamedArray> state();
    void set_steps(std::uint64_t steps) { steps_ = steps; }

  protected:
    /// `memories` names what is remembered per parameter; the arrays start at zero.
    Optimizer(std::vector<NamedParameter> parameters, std::vector<std::string> memories);

    /// One parameter's update; memory[i] is what it remembers under the i-th name.
    virtual void update(Array& value, const Array& gradient, std::vector<Array>& memory) = 0;

  private:
    std::vector<NamedParameter> parameters_;
    std::vector<std::string> memories_;
    std::vector<std::vector<Array>> memory_;
    std::uint64_t steps_ = 0;
};

/// The settings of Sgd. They may be changed between steps; what it remembers is not here, see
/// Optimizer::state().
struct SgdSettings {
    Real learning_rate = 0.01f;
    Real momentum = 0;  ///< μ
    bool nesterov = false;
};

/// v ← μ v + g;  w ← w − η v, or with Nesterov w ← w − η (g + μ v).
/// Sutskever, Martens, Dahl and Hinton 2013, in the form of PyTorch, where η multiplies v.
class Sgd : public Optimizer {
  public:
    explicit Sgd(Module auto& module, SgdSettings s = {}) : Sgd(nn::parameters(module), s) {}
    explicit Sgd(std::vector<NamedParameter> parameters, SgdSettings s = {});

    SgdSettings settings;
    Real& learning_rate() override { return settings.learning_rate; }
    std::string in_words() const override;

  private:
    void update(Array& value, const Array& gradient, std::vector<Array>& memory) override;
};

/// The settings of RmsProp, with the symbols of the formula below.
struct RmsPropSettings {
    Real learning_rate = 0.01f;
    Real decay = 0.99f;  ///< α
    Real epsilon = 1e-8f;
};

/// s ← α s + (1 − α) g²;  w ← w − η g / (√s + ε).   Tieleman and Hinton 2012, lecture 6.5.
class RmsProp : public Optimizer {
  public:
    explicit RmsProp(Module auto& module, RmsPropSettings s = {})
        : RmsProp(nn::parameters(module), s) {}
    explicit RmsProp(std::vector<NamedParameter> parameters, RmsPropSettings s = {});

    RmsPropSettings settings;
    Real& learning_rate() override { return settings.learning_rate; }
    std::string in_words() const override;

  private:
    void update(Array& value, const Array& gradient, std::vector<Array>& memory) override;
};

/// The settings of Adam and AdamW, with the symbols of the formula below.
struct AdamSettings {
    Real learning_rate = 0.001f;
    Real beta1 = 0.9f;
    Real beta2 = 0.999f;
    Real epsilon = 1e-8f;
    Real weight_decay = 0;  ///< per step w ← w − η · decay · w, apart from the gradient: AdamW
};

/// m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  w ← w − η m̂ / (√v̂ + ε) with
/// m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) after t steps of the optimizer; PyTorch counts the steps
/// of each parameter by itself, which differs only if some loss does not depend on it.
/// Kingma and Ba 2015, algorithm 1. With weight decay: Loshchilov and Hutter 2019, algorithm 2.
class Adam : public Optimizer {
  public:
    explicit Adam(Module auto& module, AdamSettings s = {}) : Adam(nn::parameters(module), s) {}
    explicit Adam(std::vector<NamedParameter> parameters, AdamSettings s = {});

    AdamSettings settings;
    Real& learning_rate() override { return settings.learning_rate; }
    std::string in_words() const override;

  private:
    void update(Array& value, const Array& gradient, std::vector<Array>& memory) override;
};

}  // namespace nn
