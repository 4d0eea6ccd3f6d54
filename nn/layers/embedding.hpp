/// @file
/// Symbols as rows of numbers.
#pragma once

#include "nn/module.hpp"
#include "nn/random.hpp"

namespace nn {

/// A row of numbers for each of `count` symbols, which is learnt. As a layer it would be a product with
/// one-hot rows; rows are taken by their number instead, and what comes back is added to them.
///
/// The same matrix may serve at the output, where it asks of each symbol how well it fits: see `logits`.
/// Press and Wolf 2017.
struct Embedding {
    Parameter weight;  ///< (count, size)

    /// Starts as N(0, σ²): with 1 as PyTorch's, and with about 1/√size where `logits` is used, so that
    /// these start small. Throws unless there is a symbol and a number for it.
    Embedding(std::size_t count, std::size_t size, Random& random, double deviation = 1);

    /// (symbols, size). Throws if there is no such symbol.
    Variable operator()(Tape& tape, const Indices& symbols) const;
    /// Sequences side by side, (T, B, size): symbol number t·B + b is that of sequence b at step t. Throws
    /// also unless so many sequences have the same number of symbols.
    Variable operator()(Tape& tape, const Indices& symbols, std::size_t batch) const;

    /// y = x·Wᵀ, the scores of all symbols: (..., size) becomes (..., count).
    Variable logits(Variable x) const;

    void visit(auto&& see) { see("weight", weight); }
};

}  // namespace nn
