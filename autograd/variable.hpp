/// @file
/// What a tape computes with: variables, and the parameters that some of them stand for.
#pragma once

#include <cstdint>
#include <string>

#include "autograd/array.hpp"

namespace autograd {

class Tape;
struct Entry;

/// What is learnt: a value that outlives the tape.
struct Parameter {
    Array value;
};

/// A parameter and the path that leads to it, as in `encoder.0.weight`.
struct NamedParameter {
    std::string name;
    Parameter* parameter;
    bool frozen = false;  ///< the loss may reach it, but no optimizer moves it
};

/// A handle to one entry of a tape: cheap to copy, valid until the tape is rewound. Every use after
/// that throws.
class Variable {
  public:
    const Array& value() const;
    const Shape& shape() const { return value().shape(); }
    /// The one number in a value of one element. Throws for any other size.
    Real item() const;

    /// False for constants and for what is computed from constants alone.
    bool requires_gradient() const;

    Tape& tape() const { return *tape_; }

  private:
    friend class Tape;
    friend class Gradients;
    Variable(Tape* tape, std::uint32_t index, std::uint32_t generation)
        : tape_(tape), index_(index), generation_(generation) {}
    Entry& entry() const;

    Tape* tape_;
    std::uint32_t index_;
    std::uint32_t generation_;
};

}  // namespace autograd
