#include "autograd/gradients.hpp"

#include <algorithm>

#include "autograd/tape.hpp"

namespace autograd {

// --- parameters -----------------------------------------------------------------------------------

const Array& Gradients::of(const Parameter& parameter) const {
    const Slot* slot = find(parameter);
    require(slot, "[gradients] backward has not reached this parameter of shape ", parameter.value);
    return slot->gradient;
}

const Gradients::Slot* Gradients::find(const Parameter& parameter) const {
    const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
        return slot.reached && slot.parameter == &parameter;
    });
    return found == slots_.end() ? nullptr : &*found;
}

/// The number of the slot of this parameter, a new one if it has none.
std::size_t Gradients::slot_of(const Parameter& parameter) {
    const auto found = std::find_if(slots_.begin(), slots_.end(),
                                    [&](const Slot& slot) { return slot.parameter == &parameter; });
    if (found != slots_.end()) return static_cast<std::size_t>(found - slots_.begin());
    slots_.push_back({&parameter, {}});
    return slots_.size() - 1;
}

bool Gradients::empty() const {
    return std::none_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.reached; });
}

// --- variables ------------------------------------------------------------------------------------

const Entry& Gradients::entry(Variable x) const {
    require(tape_, "[gradients] a sum or multiple holds the gradients of parameters alone");
    require(x.tape_ == tape_, "[gradients] this variable is of another tape");
    require(pass_ == tape_->pass_,
            "[gradients] a later backward pass has overwritten the gradients of variables");
    return x.entry();
}

bool Gradients::reached(Variable x) const { return entry(x).has_gradient; }

const Array& Gradients::of(Variable x) const {
    const Entry& own = entry(x);
    require(own.has_gradient, "[gradients] backward has not reached this ", own.operation,
            " of shape ", x.shape());
    return own.parameter ? of(*own.parameter) : own.gradient;
}

// --- arithmetic -----------------------------------------------------------------------------------

Gradients& Gradients::operator+=(const Gradients& other) {
    tape_ = nullptr;
    other.for_each([&](const Parameter& parameter, const Array& more) {
        Slot& slot = slots_[slot_of(parameter)];
        if (slot.reached)
            std::transform(more.begin(), more.end(), slot.gradient.begin(), slot.gradient.begin(),
                           std::plus<>());
        else
            slot.gradient = more;
        slot.reached = true;
    });
    return *this;
}

Gradients& Gradients::operator*=(Real factor) {
    for_each([=](const Parameter&, Array& gradient) {
        for (Real& g : gradient.storage()) g *= factor;
    });
    return *this;
}

}  // namespace autograd
