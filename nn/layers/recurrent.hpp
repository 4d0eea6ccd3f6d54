/// @file
/// Recurrent layers: one set of weights for all steps of a sequence, and a state that goes from step to
/// step. A cell is one step, composed of operations; a layer takes all steps of a batch at once, in one
/// operation, and computes the same.
#pragma once

#include "nn/module.hpp"
#include "nn/random.hpp"

namespace nn {

/// What an LSTM remembers between two steps: what it shows and what it keeps, both (B, units).
struct LstmState {
    Variable h, c;
};

/// A step of a long short-term memory: x (B, in) and the state before give the state. Three gates open and
/// close what is forgotten, added and shown; the way back through c is a product with f alone, so that a
/// gradient can last as long as its gates stay open. See autograd::lstm.
///
/// Starts uniformly within ±1/√units as PyTorch's, except that the gate f has a bias of 1 more: it is open
/// at first, and what is not yet learnt is remembered. Jozefowicz, Zaremba and Sutskever 2015.
struct LstmCell {
    Parameter input;      ///< (4·units, in): from x to i, f, g and o
    Parameter recurrent;  ///< (4·units, units): from h to the same
    Parameter bias;       ///< (4·units,), the sum of PyTorch's two

    /// Throws unless there is an input and a unit.
    LstmCell(std::size_t in, std::size_t units, Random& random);

    LstmState operator()(Variable x, const LstmState& before) const;
    /// Zeros, what a sequence begins with that nothing is known of.
    LstmState zero_state(Tape& tape, std::size_t batch) const;

    std::size_t units() const { return recurrent.value.shape()[1]; }

    void visit(auto&& see) {
        see("input", input);
        see("recurrent", recurrent);
        see("bias", bias);
    }
};

/// A step of gated recurrent units: x (B, in) and the state before, (B, units), give the state. Two gates
/// instead of three and one state instead of two. See autograd::gru. Starts as PyTorch's.
struct GruCell {
    Parameter input;           ///< (3·units, in): from x to r, z and n
    Parameter input_bias;      ///< (3·units,)
    Parameter recurrent;       ///< (3·units, units): from h to the same
    Parameter recurrent_bias;  ///< (3·units,), of which the last third is multiplied by r

    /// Throws unless there is an input and a unit.
    GruCell(std::size_t in, std::size_t units, Random& random);

    Variable operator()(Variable x, Variable before) const;
    /// Zeros, what a sequence begins with that nothing is known of.
    Variable zero_state(Tape& tape, std::size_t batch) const;

    std::size_t units() const { return recurrent.value.shape()[1]; }

    void visit(auto&& see) {
        see("input", input);
        see("input_bias", input_bias);
        see("recurrent", recurrent);
        see("recurrent_bias", recurrent_bias);
    }
};

/// The states h of an LstmCell after each step: x (T, B, in) becomes (T, B, units). `lengths` has the
/// number of steps of each sequence, or is empty where all have T; behind its end a sequence keeps its
/// state.
///
/// `inputs` and `steps` are the two halves of it. Of symbols there are often fewer than places where they
/// stand; then the first half is taken of the table of an Embedding instead of all places, and its rows are
/// gathered: the same function, and a product less.
/// @code
/// const Variable of_symbols = lstm.inputs(tape.parameter(embed.weight));
/// const Variable states = lstm.steps(gather(of_symbols, symbols, {T, B}), first);
/// @endcode
struct Lstm {
    LstmCell cell;  ///< for steps taken one by one, as when a sequence is drawn

    Lstm(std::size_t in, std::size_t units, Random& random) : cell(in, units, random) {}

    /// Begins with zeros. Throws unless x is (T, B, in), and if a length does not fit.
    Variable operator()(Variable x, const Indices& lengths = {}) const;
    /// Begins with this state. Throws also unless it is (B, units).
    Variable operator()(Variable x, const LstmState& first, const Indices& lengths = {}) const;

    /// What x gives to the gates: (..., in) becomes (..., 4·units).
    Variable inputs(Variable x) const;
    /// What the state adds to that, step by step: (T, B, 4·units) becomes (T, B, units).
    Variable steps(Variable inputs, const LstmState& first, const Indices& lengths = {}) const;

    void visit(auto&& see) { cell.visit(see); }
};

/// The same with a GruCell.
struct Gru {
    GruCell cell;  ///< for steps taken one by one, as when a sequence is drawn

    Gru(std::size_t in, std::size_t units, Random& random) : cell(in, units, random) {}

    /// Begins with zeros. Throws unless x is (T, B, in), and if a length does not fit.
    Variable operator()(Variable x, const Indices& lengths = {}) const;
    /// Begins with this state. Throws also unless it is (B, units).
    Variable operator()(Variable x, Variable first, const Indices& lengths = {}) const;

    /// The two halves: (..., in) becomes (..., 3·units), and (T, B, 3·units) becomes (T, B, units).
    Variable inputs(Variable x) const;
    Variable steps(Variable inputs, Variable first, const Indices& lengths = {}) const;

    void visit(auto&& see) { cell.visit(see); }
};

/// The last state of each sequence, whatever its length: (T, B, units) becomes (B, units). Throws if there
/// is no step.
Variable last_step(Variable states);

}  // namespace nn
