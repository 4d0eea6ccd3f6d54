/// @file
/// The tape: what was computed, in the order in which it was computed, and how to walk it backwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <iosfwd>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

class Tape;
struct Entry;

/// What is learnt: a value that outlives the tape, and the gradient of the last loss.
struct Parameter {
    Array value;
    /// Of the shape of `value`; filled by Tape::backward, which overwrites it. Mutable because to
    /// differentiate a model is not to change it.
    mutable Array gradient{};
    /// Whether the last `backward` reached this parameter and no optimizer has used it up since.
    mutable bool has_gradient = false;
};

/// A parameter and the path that leads to it, as in `encoder.0.weight`.
struct NamedParameter {
    std::string name;
    Parameter* parameter;
};

/// A handle to one entry of a tape: cheap to copy, valid until the tape is rewound. Every use after
/// that throws.
class Variable {
  public:
    const Array& value() const;
    const Shape& shape() const { return value().shape(); }
    /// The one number in a value of one element. Throws for any other size.
    Real item() const;

    /// Of the shape of the value. Throws if the last `backward` did not reach this entry.
    const Array& gradient() const;
    bool has_gradient() const;
    /// False for constants and for what is computed from constants alone.
    bool requires_gradient() const;

    Tape& tape() const { return *tape_; }

  private:
    friend class Tape;
    Variable(Tape* tape, std::uint32_t index, std::uint32_t generation)
        : tape_(tape), index_(index), generation_(generation) {}
    Entry& entry() const;

    Tape* tape_;
    std::uint32_t index_;
    std::uint32_t generation_;
};

/// The derivative rule of one entry: a small function object, stored in place.
class Pullback {
  public:
    Pullback() = default;

    template <class Rule>
    explicit Pullback(const Rule& rule) {
        static_assert(std::is_trivially_copyable_v<Rule>,
                      "a pullback captures handles and numbers, never arrays");
        static_assert(sizeof(Rule) <= sizeof(storage_), "a pullback captures at most five handles");
        new (storage_) Rule(rule);
        run_ = [](const std::byte* storage, Entry& y) {
            (*std::launder(reinterpret_cast<const Rule*>(storage)))(y);
        };
    }

    void operator()(Entry& y) const { run_(storage_, y); }

  private:
    alignas(8) std::byte storage_[88]{};
    void (*run_)(const std::byte*, Entry&) = nullptr;
};

/// One line of the record: the result of an operation and everything its pullback needs.
struct Entry {
    const char* operation = "";
    Array value;
    Array gradient;   ///< of the loss with respect to `value`: what papers write ȳ
    Array saved;      ///< what forward keeps for the pullback, or scratch of the latter
    Indices indices;  ///< row numbers, labels or axes that the pullback needs
    std::vector<std::uint32_t> inputs;     ///< which entries it was computed from
    const Parameter* parameter = nullptr;  ///< a leaf that stands for this parameter
    bool requires_gradient = false;
    bool has_gradient = false;
    Pullback pullback;
};

/// Where the next contribution to a gradient goes. The first one overwrites (beta = 0), later ones
/// add (beta = 1), so that nothing is ever filled with zeros.
struct Contribution {
    Array& gradient;
    Real beta;
};

/// Records operations and differentiates what it recorded, from the last entry to the first.
///
/// The arrays of an entry survive rewind(): the same computation the next time allocates nothing.
/// One backward pass gives the gradient of one loss; it overwrites the gradients of the pass before,
/// so there is no zero_grad() to forget. There are no second derivatives.
class Tape {
  public:
    Tape() = default;
    Tape(const Tape&) = delete;
    Tape& operator=(const Tape&) = delete;

    /// A leaf without gradient: data, noise. The array is copied.
    Variable constant(const Array& value);
    /// A leaf with gradient. The array is copied.
    Variable variable(const Array& value);
    /// A leaf that stands for a parameter, whose value is not copied and must outlive the record.
    /// Used twice, the same parameter gives the same variable.
    Variable parameter(const Parameter& parameter);

    /// Gradients of y, which has one element, with respect to every entry and parameter it depends
    /// on. Throws if y depends on none, and in inference mode.
    void backward(Variable y);
    /// The same for y of any shape: gradients of ⟨cotangent, y⟩.
    void backward(Variable y, const Array& cotangent);

    /// Forgets the record and keeps its memory. Handles made before are invalid afterwards.
    void rewind();

    /// In inference mode nothing is recorded for differentiation. Dropout and the like look here too.
    void set_inference(bool on) { inference_ = on; }
    bool inference() const { return inference_; }

    /// Look at every value and gradient, and throw at the first that is not finite, naming the
    /// operation that made it. Costs one pass over every array.
    void watch_for_nan(bool on) { watch_ = on; }
    /// Fill gradients with NaN before their first contribution, to show a pullback that reads what
    /// it should overwrite. For tests.
    void poison_gradients(bool on) { poison_ = on; }

    /// How many entries the record has.
    std::size_t size() const { return size_; }
    /// One line per entry: number, operation, shape, inputs.
    void print(std::ostream& out) const;

    /// For writing operations: appends y = operation(inputs). `forward(Entry& y)` fills `y.value`;
    /// `pullback(Entry& y)` adds to the gradients of the inputs what `y.gradient` gives them. Check
    /// shapes before: if `forward` throws, the tape is as it was.
    template <class Forward, class Rule>
    Variable record(const char* operation, std::span<const Variable> inputs, const Forward& forward,
                    const Rule& pullback) {
        Entry& y = begin(operation, inputs);
        forward(y);
        if (y.requires_gradient) y.pullback = Pullback(pullback);
        return commit(y);
    }
    template <class Forward, class Rule>
    Variable record(const char* operation, std::initializer_list<Variable> inputs,
                    const Forward& forward, const Rule& pullback) {
        return record(operation, std::span(inputs.begin(), inputs.size()), forward, pullback);
    }

    /// For writing pullbacks: handle number i of what y was computed from.
    Variable input(const Entry& y, std::size_t i) {
        return Variable(this, y.inputs[i], generation_);
    }

    /// For writing pullbacks: where to put the next contribution to x̄. Only for an x that requires
    /// a gradient.
    Contribution contribution(Variable x);

  private:
    friend class Variable;
    Entry& begin(const char* operation, std::span<const Variable> inputs);
    Variable commit(Entry& y);
    Variable leaf(const char* operation, const Array& value, bool requires_gradient);
    Entry& entry(Variable x);
    Array& begin_backward(Variable y);
    void sweep(Variable y);
    void check_value(const Entry& y) const;
    void check_gradients(const Entry& y) const;

    std::deque<Entry> entries_;  // a deque, because references to entries must survive its growth
    std::vector<std::uint32_t> parameters_;  // the entries that stand for parameters
    std::size_t size_ = 0;
    std::uint32_t generation_ = 0;
    bool inference_ = false;
    bool watch_ = false;
    bool poison_ = false;
};

/// Inference mode for as long as this object lives.
class InferenceMode {
  public:
    explicit InferenceMode(Tape& tape) : tape_(tape), before_(tape.inference()) {
        tape_.set_inference(true);
    }
    ~InferenceMode() { tape_.set_inference(before_); }
    InferenceMode(const InferenceMode&) = delete;
    InferenceMode& operator=(const InferenceMode&) = delete;

  private:
    Tape& tape_;
    bool before_;
};

}  // namespace autograd
