/// @file
/// How well a model of sequences guesses the next symbol.
#pragma once

#include <functional>

#include "models/sequence_vae.hpp"

namespace models {

/// Means over a data set.
struct PerSymbol {
    double nats = 0;      ///< −ln p of a symbol, end marks among them
    double accuracy = 0;  ///< how often the most probable symbol is the right one
    double nats_per_sequence = 0;
};

/// The scores of all symbols at each step, (T·B, symbols), the symbols before being right.
using LogitsOf = std::function<Variable(Tape&, const nn::PaddedSequences&)>;

/// Of rows of symbols (N, W): see nn::sequence_data. Throws if there are none.
PerSymbol per_symbol(const LogitsOf& logits, const Array& rows);

/// Of a language model; of autoencoders given the code of each sequence, which is the mean of q(z | x).
PerSymbol per_symbol(const SequenceDecoder& model, const Array& rows);
PerSymbol per_symbol(const SequenceAutoencoder& model, const Array& rows);
PerSymbol per_symbol(const SequenceVae& model, const Array& rows);

}  // namespace models
