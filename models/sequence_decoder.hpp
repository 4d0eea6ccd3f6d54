/// @file
/// A model of sequences of symbols, one symbol after the other, with a code or without.
#pragma once

#include <vector>

#include "models/bound.hpp"
#include "nn/data/padding.hpp"
#include "nn/data/words.hpp"
#include "nn/layers/embedding.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/recurrent.hpp"

namespace models {

/// How large the nets of a model of sequences are.
struct SequenceSettings {
    std::size_t symbols = nn::word_symbols;  ///< how many there are, the end mark, 0, among them
    std::size_t embedding = 32;              ///< numbers for each symbol
    std::size_t units = 128;                 ///< of an LSTM
    std::size_t code = 16;                   ///< numbers of z; 0 for a language model
};

/// How sequences are drawn.
struct Speech {
    double temperature = 1;     ///< divides the logits; with 0 the most probable symbol is taken
    std::size_t longest = 100;  ///< symbols, if no end mark comes before
};

/// p(x | z) = Π p(xₜ | x₁, ..., xₜ₋₁, z): an LSTM that is given the symbol before and z at each step, and
/// says of each symbol how probable it is as the next. Without z it is a language model.
///
/// In training and when the likelihood of given sequences is asked for, the symbols before are the right
/// ones (teacher forcing), so that all steps are one operation. When sequences are drawn they are its own.
struct SequenceDecoder {
    nn::Embedding embed;  ///< of the symbols, and of one more that says nothing: see neutral()
    nn::Lstm lstm;
    nn::Linear output;  ///< states to logits

    /// Throws unless there are symbols, embedding and units.
    SequenceDecoder(const SequenceSettings& settings, nn::Random& random);

    std::size_t symbols() const { return output.bias.value.size(); }
    /// What stands for a symbol that is not to be known: see nn::replace_some.
    std::size_t neutral() const { return symbols(); }
    /// How many numbers z has.
    std::size_t code() const;

    /// The scores of all symbols at each step, (T·B, symbols), given z, (B, code). Throws if z does not fit
    /// or there is no such symbol.
    Variable logits(Variable z, const nn::PaddedSequences& x) const;
    /// Without a code. Throws if the decoder wants one.
    Variable logits(Tape& tape, const nn::PaddedSequences& x) const;

    /// ln p(x | z) and ln p(x) in nats, the end mark being said as well; shape (B,).
    Variable log_likelihood(Variable z, const nn::PaddedSequences& x) const;
    Variable log_likelihood(Tape& tape, const nn::PaddedSequences& x) const;

    /// A sequence for each code (N, code), without its end mark. Throws if the temperature is negative.
    std::vector<Indices> generate(const Array& codes, const Speech& speech,
                                  nn::Random& random) const;
    /// So many, without a code.
    std::vector<Indices> generate(std::size_t count, const Speech& speech,
                                  nn::Random& random) const;

    void visit(auto&& see) {
        see("embed", embed);
        see("lstm", lstm);
        see("output", output);
    }

  private:
    Variable logits(Tape& tape, const Variable* z, const nn::PaddedSequences& x) const;
    std::vector<Indices> generate(const Array* codes, std::size_t count, const Speech& speech,
                                  nn::Random& random) const;
};

/// Σ ln p(symbol) over the steps of each sequence, (B,), of logits (T·B, symbols). Padding does not count.
Variable log_likelihood(Variable logits, const nn::PaddedSequences& x);

}  // namespace models
