/// @file
/// What a backward pass found.
#pragma once

#include <cstdint>
#include <deque>

#include "autograd/variable.hpp"

namespace autograd {

/// The gradients of one loss with respect to the parameters and variables that it depends on.
///
/// Tape::backward returns the tape's own, whose memory the next pass uses again. A copy keeps its
/// gradients of parameters for good, and those of variables until the next pass of its tape.
/// @code
/// Gradients sum = tape.backward(first);  // two halves of a batch that is too large
/// ...
/// sum += tape.backward(second);
/// adam.step(sum *= 0.5f);
/// @endcode
class Gradients {
  public:
    /// Of the shape of the parameter's value. Throws if the pass did not reach this parameter.
    const Array& of(const Parameter& parameter) const;
    bool reached(const Parameter& parameter) const { return find(parameter) != nullptr; }

    /// Of the shape of the variable's value. Throws if the pass did not reach this variable, if a
    /// later pass has taken its place, or if these gradients have been added to or scaled, which is
    /// done for parameters alone.
    const Array& of(Variable x) const;
    bool reached(Variable x) const;

    /// Whether no parameter was reached.
    bool empty() const;

    /// Calls f(parameter, gradient) for each parameter that was reached, in the order in which the
    /// tape first met them.
    template <class Function>
    void for_each(Function f) const {
        for (const Slot& slot : slots_)
            if (slot.reached) f(*slot.parameter, slot.gradient);
    }
    /// The same, and f may change the gradients, not their shapes.
    template <class Function>
    void for_each(Function f) {
        tape_ = nullptr;  // what is changed is no longer the gradient of any one pass
        for (Slot& slot : slots_)
            if (slot.reached) f(*slot.parameter, slot.gradient);
    }

    /// Adds the gradients of another loss. A parameter that only one of them reached keeps its own.
    Gradients& operator+=(const Gradients& other);
    /// Multiplies all of them.
    Gradients& operator*=(Real factor);

  private:
    friend class Tape;
    struct Slot {
        const Parameter* parameter;
        Array gradient;
        bool reached = false;  ///< else the gradient is what an earlier pass left
    };
    const Slot* find(const Parameter& parameter) const;
    std::size_t slot_of(const Parameter& parameter);
    const Entry& entry(Variable x) const;

    std::deque<Slot> slots_;      // a deque: growing must not move the arrays
    const Tape* tape_ = nullptr;  // where the gradients of variables are,
    std::uint64_t pass_ = 0;      // as long as this was its last pass
};

}  // namespace autograd
