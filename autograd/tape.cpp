#include "autograd/tape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace autograd {

namespace {

const Array& value_of(const Entry& entry) {
    return entry.parameter ? entry.parameter->value : entry.value;
}

/// Throws, naming the operation, if the array holds a number that is not finite.
void require_finite(const char* operation, const char* what, const Array& array) {
    const auto found = std::find_if_not(array.storage().begin(), array.storage().end(),
                                        [](Real x) { return std::isfinite(x); });
    if (found == array.storage().end()) return;
    const auto flat = static_cast<std::size_t>(found - array.storage().begin());
    throw Error("[" + std::string(operation) + "] made the first non-finite " + what + ": " +
                text(*found) + " at " + position(array.shape(), flat) + " of " + text(array));
}

}  // namespace

// --- handles ------------------------------------------------------------------------------------

Entry& Variable::entry() const { return tape_->entry(*this); }
const Array& Variable::value() const { return value_of(entry()); }
bool Variable::requires_gradient() const { return entry().requires_gradient; }

Real Variable::item() const {
    require(value().size() == 1, "[item] expected one element, got shape ", shape());
    return *value().data();
}

// --- recording ----------------------------------------------------------------------------------

Variable Tape::constant(const Array& value) {
    return leaf("constant", value, value.shape(), false);
}

Variable Tape::constant(const Array& value, const Shape& shape) {
    require(element_count(shape) == value.size(), "[constant] expected a shape of ", value.size(),
            " elements for an array ", value, ", got ", shape);
    return leaf("constant", value, shape, false);
}

Variable Tape::variable(const Array& value) { return leaf("variable", value, value.shape(), true); }

Variable Tape::leaf(const char* operation, const Array& value, const Shape& shape,
                    bool requires_gradient) {
    Entry& x = begin(operation, {});
    x.value.resize(shape);
    std::copy(value.storage().begin(), value.storage().end(), x.value.storage().begin());
    x.requires_gradient = requires_gradient && !inference_;
    return commit(x);
}

Variable Tape::parameter(const Parameter& parameter) {
    for (const std::uint32_t index : parameters_) {
        const Entry& known = entries_[index];
        // One recorded in inference mode is of no use to who now wants its gradient.
        if (known.parameter == &parameter && (known.requires_gradient || inference_))
            return Variable(this, index, generation_);
    }
    Entry& x = begin("parameter", {});
    x.parameter = &parameter;
    x.slot = gradients_.slot_of(parameter);
    x.requires_gradient = !inference_;
    const Variable handle = commit(x);
    parameters_.push_back(handle.index_);
    return handle;
}

Entry& Tape::begin(const char* operation, std::span<const Variable> inputs) {
    bool requires_gradient = false;
    for (const Variable& x : inputs) {
        require(x.tape_ == this, "[", operation, "] expected variables of one tape, got two tapes");
        requires_gradient = entry(x).requires_gradient || requires_gradient;
    }
    if (size_ == entries_.size()) entries_.emplace_back();

    Entry& y = entries_[size_];
    y.operation = operation;
    y.inputs.clear();
    for (const Variable& x : inputs) y.inputs.push_back(x.index_);
    y.parameter = nullptr;
    y.has_gradient = false;
    y.requires_gradient = requires_gradient && !inference_;
    return y;
}

Variable Tape::commit(Entry& y) {
    if (watch_) check_value(y);
    return Variable(this, static_cast<std::uint32_t>(size_++), generation_);
}

void Tape::rewind() {
    size_ = 0;
    parameters_.clear();
    ++generation_;
}

Entry& Tape::entry(Variable x) {
    require(x.generation_ == generation_,
            "[variable] this handle was made before the tape was rewound");
    return entries_[x.index_];
}

// --- differentiating ----------------------------------------------------------------------------

Gradients& Tape::backward(Variable y) {
    require(y.value().size() == 1, "[backward] expected a loss of one element, got shape ",
            y.shape(), "; give a cotangent, or take a sum or mean first");
    begin_backward(y).fill(1);
    return sweep(y);
}

Gradients& Tape::backward(Variable y, const Array& cotangent) {
    require(y.shape() == cotangent.shape(), "[backward] the result is ", y.shape(),
            " but the cotangent is ", cotangent);
    Array& seed = begin_backward(y);
    std::copy(cotangent.storage().begin(), cotangent.storage().end(), seed.storage().begin());
    return sweep(y);
}

/// Forgets the gradients of the last pass and returns ȳ, to be filled.
Array& Tape::begin_backward(Variable y) {
    require(y.tape_ == this,
            "[backward] expected a variable of this tape, got one of another tape");
    require(y.requires_gradient(), "[backward] this ", y.entry().operation,
            " depends on no variable and no parameter, or was computed in inference mode");
    for (std::size_t i = 0; i < size_; ++i) entries_[i].has_gradient = false;
    for (Gradients::Slot& slot : gradients_.slots_) slot.reached = false;
    gradients_.tape_ = this;
    gradients_.pass_ = ++pass_;
    return contribution(y).gradient;
}

/// Recording order is a topological order: when an entry's turn comes, all that was computed from
/// it has already added its share.
Gradients& Tape::sweep(Variable y) {
    for (std::size_t i = y.index_ + std::size_t{1}; i-- > 0;) {
        Entry& entry = entries_[i];
        if (!entry.has_gradient || entry.inputs.empty()) continue;
        entry.pullback(entry);
        if (watch_) check_gradients(entry);
    }
    return gradients_;
}

/// The memory for x̄.
Array& Tape::gradient_of(Entry& x) {
    return x.parameter ? gradients_.slots_[x.slot].gradient : x.gradient;
}

Contribution Tape::contribution(Variable x) {
    Entry& target = entry(x);
    require(target.requires_gradient, "[contribution] expected an input that requires a gradient, ",
            "got ", target.operation, " of shape ", value_of(target),
            ": ask requires_gradient() first");
    Array& gradient = gradient_of(target);
    if (target.has_gradient) return {gradient, 1};
    target.has_gradient = true;
    if (target.parameter) gradients_.slots_[target.slot].reached = true;
    gradient.resize(value_of(target).shape());
    if (poison_) gradient.fill(std::numeric_limits<Real>::quiet_NaN());
    return {gradient, 0};
}

// --- looking ------------------------------------------------------------------------------------

void Tape::check_value(const Entry& y) const { require_finite(y.operation, "value", value_of(y)); }

void Tape::check_gradients(const Entry& y) {
    for (const std::uint32_t input : y.inputs)
        if (entries_[input].has_gradient)
            require_finite(y.operation, "gradient", gradient_of(entries_[input]));
}

void Tape::print(std::ostream& out) const {
    for (std::size_t i = 0; i < size_; ++i) {
        const Entry& entry = entries_[i];
        out << '#' << i << ' ' << entry.operation << ' ' << text(value_of(entry));
        const char* separator = "  <- #";
        for (const std::uint32_t input : entry.inputs)
            out << std::exchange(separator, ", #") << input;
        if (!entry.requires_gradient) out << "  (no gradient)";
        out << '\n';
    }
}

}  // namespace autograd
