/// @file
/// Sequences of different lengths, side by side in batches.
#pragma once

#include <vector>

#include "nn/random.hpp"

namespace nn {

/// Some sequences of symbols, (T, B) time first: number t·B + b is of sequence b at step t. Each ends with
/// the end mark, 0, and is padded with more of them to the length of the longest.
struct PaddedSequences {
    std::size_t steps, batch;  ///< T and B
    Indices symbols;           ///< (T·B): what is to be said
    Indices before;   ///< (T·B): the symbol before each, and 0 before the first: what was said
    Indices lengths;  ///< (B): steps of each sequence, its end mark being one
    Array
        counts;  ///< (T·B): 1 for symbols and end marks, 0 for what is padding: what a loss counts
};

/// The sequences of these numbers, in this order, which have no end marks yet. Throws if there are none, if
/// there is no sequence of such a number, or one has a symbol 0.
PaddedSequences padded(const std::vector<Indices>& sequences, const Indices& numbers);

/// The numbers of the sequences in each batch of an epoch: all of them once, batches of the same size but
/// for one, in random order. Each batch has sequences of about the same length, so that there is little
/// padding; which of those of a length come together is left to chance. Throws if there are no sequences,
/// or batches of 0.
std::vector<Indices> batches_by_length(const std::vector<Indices>& sequences,
                                       std::size_t batch_size, Random& random);

}  // namespace nn
