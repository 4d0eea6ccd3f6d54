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

    /// Moves every parameter that backward() reached; the others stay where they are.
    ///
    /// Throws, with nothing moved, if it reached none of them, or one that this optimizer has not: a
    /// part that `visit` forgets would never be trained. Frozen parts are known and stay; for those
    /// of another optimizer see leave_to_others().
    void step(const Gradients& gradients);

    /// Parameters that the loss may reach as well and that this optimizer is to leave where they are:
    /// `encoder_rule.leave_to_others(nn::parameters(decoder))` where each half has a rule of its own.
    void leave_to_others(const std::vector<NamedParameter>& parameters);

    /// How far a step goes; what a schedule changes.
    virtual Real learning_rate() const = 0;
    virtual void set_learning_rate(Real rate) = 0;

    /// The kind and its settings apart from the learning rate: `SGD, momentum 0.9, Nesterov`. Two
    /// optimizers that differ in this cannot go on with each other's state.
    virtual std::string describe() const = 0;

    /// What is learnt: without the frozen ones.
    const std::vector<NamedParameter>& parameters() const { return parameters_; }
    std::uint64_t steps() const { return steps_; }

    /// For each parameter the arrays that this kind of optimizer remembers, such as
    /// `encoder.weight/mean`. With steps() and learning_rate() all there is to the state besides the
    /// parameters. They may be overwritten to continue an earlier run; see continue_from().
    std::vector<NamedArray> state();
    /// Goes on as an optimizer that has taken so many steps.
    void continue_from(std::uint64_t steps, Real learning_rate);

  protected:
    /// `memories` names what is remembered per parameter; the arrays start at zero. Throws if there
    /// is nothing to learn, or a parameter or a name stands twice.
    Optimizer(const std::vector<NamedParameter>& parameters, std::vector<std::string> memories);

    /// One parameter's update; memory[i] is what it remembers under the i-th name.
    virtual void update(Array& value, const Array& gradient, std::vector<Array>& memory) = 0;

  private:
    bool knows(const Parameter& parameter) const;

    std::vector<NamedParameter> parameters_;
    std::vector<const Parameter*> others_;  // known, and not moved
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
    explicit Sgd(const std::vector<NamedParameter>& parameters, SgdSettings s = {});

    SgdSettings settings;
    Real learning_rate() const override { return settings.learning_rate; }
    void set_learning_rate(Real rate) override { settings.learning_rate = rate; }
    std::string describe() const override;

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
    explicit RmsProp(const std::vector<NamedParameter>& parameters, RmsPropSettings s = {});

    RmsPropSettings settings;
    Real learning_rate() const override { return settings.learning_rate; }
    void set_learning_rate(Real rate) override { settings.learning_rate = rate; }
    std::string describe() const override;

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
    explicit Adam(const std::vector<NamedParameter>& parameters, AdamSettings s = {});

    AdamSettings settings;
    Real learning_rate() const override { return settings.learning_rate; }
    void set_learning_rate(Real rate) override { settings.learning_rate = rate; }
    std::string describe() const override;

  private:
    void update(Array& value, const Array& gradient, std::vector<Array>& memory) override;
};

}  // namespace nn
