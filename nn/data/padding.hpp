/// @file
/// Sequences of different lengths, side by side in batches.
#pragma once

#include <vector>

#include "nn/data/dataset.hpp"
#include "nn/random.hpp"

namespace nn {

/// Some sequences of symbols, (T, B) time first: number t·B + b is of sequence b at step t. Each ends with
/// the end mark, 0, and is padded with more of them to the length of the longest.
struct PaddedSequences {
    std::size_t steps = 0, batch = 0;  ///< T and B
    Indices symbols;                   ///< (T·B): what is to be said
    Indices before;   ///< (T·B): the symbol before each, and 0 before the first: what was said
    Indices lengths;  ///< (B): steps of each sequence, its end mark being one
    /// (T·B): 1 for symbols and end marks, 0 for what is padding: what a loss counts.
    Array counts;
};

/// The sequences of these numbers, in this order, which have no end marks yet. Throws if there are none, if
/// there is no sequence of such a number, or one has a symbol 0.
PaddedSequences padded(const std::vector<Indices>& sequences, const Indices& numbers);

/// Sequences as rows of a data set, so that they can be dealt out, trained on and evaluated as images are:
/// row n has the symbols of sequence n and then end marks, one more than the longest sequence has symbols,
/// or as many as `width` says if that is more. Labels are the numbers of symbols. With
/// BatchOptions::by_label the sequences of a batch are of about one length.
///
/// Throws if there are none, or one has a symbol 0.
Dataset sequence_data(const std::string& name, const std::vector<Indices>& sequences,
                      std::size_t width = 0);
/// The way back: each row up to its first end mark.
std::vector<Indices> sequences_in(const Array& rows);

/// Such rows (B, W) side by side, as long as the longest of them and its end mark, in the memory that `out`
/// has. Throws unless each row has an end mark.
void pad(const Array& rows, PaddedSequences& out);
PaddedSequences padded(const Array& rows);

/// All sequences once and then again, `times` in all.
void repeat(const PaddedSequences& sequences, std::size_t times, PaddedSequences& out);

/// Each symbol becomes `other` with this probability. Applied to PaddedSequences::before, with a symbol that
/// says nothing, it is word dropout: Bowman, Vilnis, Vinyals, Dai, Jozefowicz and Bengio 2016, section 3.2.
/// Throws unless it is a probability.
void replace_some(Indices& symbols, double probability, std::size_t other, Random& random);

}  // namespace nn
