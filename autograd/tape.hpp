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
#include "autograd/gradients.hpp"
#include "autograd/variable.hpp"

namespace autograd {

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
    Array gradient;   ///< of the loss with respect to `value`: what papers write ȳ. A parameter's
                      ///< stands in Gradients
    Array saved;      ///< what forward keeps for the pullback, or scratch of the latter
    Indices indices;  ///< row numbers, labels or axes that the pullback needs
    std::vector<std::uint32_t> inputs;     ///< which entries it was computed from
    const Parameter* parameter = nullptr;  ///< a leaf that stands for this parameter,
    std::size_t slot = 0;                  ///< whose gradient is this one of Gradients
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
/// @code
/// tape.rewind();
/// const Gradients& gradients = tape.backward(loss(tape));
/// adam.step(gradients);
/// @endcode
class Tape {
  public:
    Tape() = default;
    Tape(const Tape&) = delete;
    Tape& operator=(const Tape&) = delete;

    /// A leaf without gradient: data, noise. The array is copied.
    Variable constant(const Array& value);
    /// The same in another shape, element by element: images (B, 784) as (B, 28, 28, 1). Throws
    /// unless it has as many elements.
    Variable constant(const Array& value, const Shape& shape);
    /// A leaf with gradient. The array is copied.
    Variable variable(const Array& value);
    /// A leaf that stands for a parameter, whose value is not copied and must outlive the record.
    /// Used twice, the same parameter gives the same variable.
    Variable parameter(const Parameter& parameter);
    Variable parameter(const Parameter&&) = delete;  // it would be gone before backward()

    /// Gradients of y, which has one element, with respect to every variable and parameter it
    /// depends on. They are the tape's own and hold until the next backward pass, also across
    /// rewind(); copy them to keep them longer. Throws if y depends on no variable and no
    /// parameter, and in inference mode.
    Gradients& backward(Variable y);
    /// The same for y of any shape: gradients of ⟨cotangent, y⟩.
    Gradients& backward(Variable y, const Array& cotangent);

    /// Forgets the record and keeps its memory. Handles made before are invalid afterwards.
    void rewind();

    /// In inference mode nothing is recorded for differentiation.
    void set_inference(bool on) { inference_ = on; }
    bool inference() const { return inference_; }

    /// Whether dropout and the like do what they do in training; so at first. Apart from inference
    /// mode: one may want a gradient without dropout, or dropout without a gradient.
    void set_training(bool on) { training_ = on; }
    bool training() const { return training_; }

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
    /// shapes before: if `forward` throws, the tape is as it was. autograd/pullback.hpp has `assign` and
    /// `contribute`, which take care of memory, of constants and of who comes first:
    /// @code
    /// Variable square(Variable x) {
    ///     return x.tape().record(
    ///         "square", {x}, [=](Entry& y) { assign(y.value, x.value() * x.value()); },
    ///         [=](Entry& y) { contribute(x, Real{2} * y.gradient * x.value()); });
    /// }
    /// @endcode
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

    /// For writing pullbacks: where to put the next contribution to x̄. Throws if x requires no
    /// gradient: ask Variable::requires_gradient() first, and save the work.
    Contribution contribution(Variable x);

  private:
    friend class Variable;
    friend class Gradients;
    Entry& begin(const char* operation, std::span<const Variable> inputs);
    Variable commit(Entry& y);
    Variable leaf(const char* operation, const Array& value, const Shape& shape,
                  bool requires_gradient);
    Entry& entry(Variable x);
    Array& gradient_of(Entry& x);
    Array& begin_backward(Variable y);
    Gradients& sweep(Variable y);
    void check_value(const Entry& y) const;
    void check_gradients(const Entry& y);

    std::deque<Entry> entries_;  // a deque, because references to entries must survive its growth
    std::vector<std::uint32_t> parameters_;  // the entries that stand for parameters
    Gradients gradients_;                    // of the last pass
    std::size_t size_ = 0;
    std::uint32_t generation_ = 0;
    std::uint64_t pass_ = 0;  // how often backward() has begun
    bool inference_ = false;
    bool training_ = true;
    bool watch_ = false;
    bool poison_ = false;
};

/// Inference mode, and no training mode, for as long as this object lives: what evaluation wants.
class InferenceMode {
  public:
    explicit InferenceMode(Tape& tape)
        : tape_(tape), inference_(tape.inference()), training_(tape.training()) {
        tape_.set_inference(true);
        tape_.set_training(false);
    }
    ~InferenceMode() {
        tape_.set_inference(inference_);
        tape_.set_training(training_);
    }
    InferenceMode(const InferenceMode&) = delete;
    InferenceMode& operator=(const InferenceMode&) = delete;

  private:
    Tape& tape_;
    bool inference_, training_;
};

}  // namespace autograd
