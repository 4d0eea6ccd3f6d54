/// @file
/// The sequences of this chapter, and how the lesson and its experiments train models of them.
#pragma once

#include <string>
#include <vector>

#include "models/evaluate/ngram.hpp"
#include "models/evaluate/per_symbol.hpp"
#include "models/sequence_vae.hpp"
#include "nn/data/melodies.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/session.hpp"

namespace sequences {

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::SequenceAutoencoder;
using models::SequenceDecoder;
using models::SequenceVae;
using nn::Dataset;
using tutorials::Session;
using Numbers = std::vector<double>;
using Words = std::vector<std::string>;

/// What `--words` says: a list of words, or `auto`.
inline std::string word_list = "auto";
/// What `--melodies` says: a MIDI file or a folder of them, or `auto`.
inline std::string midi_files = "auto";

/// Rows of symbols: see nn::sequence_data.
struct Data {
    Dataset train, validation, test;
    std::size_t symbols;
};

/// Words of at most 12 letters: of the list that `--words` names, by default Debian's; invented ones
/// where that is not installed, and in a quick run. Cut in three by chance, always the same.
Data load_words(const Session& session);
/// Melodies, each with its own draw of key, contour, rhythm and repetition; or those of the MIDI files that
/// `--melodies` names, of which a tenth of the training part is for validation. Throws if these are too few.
Data load_melodies(const Session& session);
/// Throws, in the name of an experiment, for melodies of MIDI files: their factors are not known.
void require_known_factors(const std::string& experiment);

/// The nets of this chapter, with so many numbers of code.
models::SequenceSettings nets(const Data& data, std::size_t code);

/// How a model is trained, and what keeps its code from falling silent.
struct Recipe {
    std::string name;
    std::size_t epochs;
    std::size_t code = 2;     ///< numbers of z
    double warm_up = 0;       ///< epochs until the KL has its full weight
    double free_bits = 0;     ///< nats
    double word_dropout = 0;  ///< the probability that a symbol before is not shown
    std::uint64_t seed = 1;
    bool quiet = false;
};
/// The recipe with two cures: warm-up over the first 40 % of the epochs, and free bits.
Recipe cured(Recipe recipe, double free_bits = 2.5);

/// A model, how its training went, and how fast.
template <class Model>
struct Trained {
    Model model;
    nn::History history;  ///< after each epoch, of the training set and, as `test_...`, validation
    double sequences_per_second;
};

Trained<SequenceDecoder> train_language_model(Session& session, const Data& data,
                                              const Recipe& recipe);
Trained<SequenceAutoencoder> train_autoencoder(Session& session, const Data& data,
                                               const Recipe& recipe);
Trained<SequenceVae> train_vae(Session& session, const Data& data, const Recipe& recipe);

/// The lesson's language model of words; trained when it is first asked for.
Trained<SequenceDecoder> the_language_model(Session& session, const Data& words);
/// A VAE of melodies whose code may say more than the lesson's: 16 numbers, 16 nats free. Trained when it is
/// first asked for.
SequenceVae the_wide_vae(Session& session, const Data& melodies);

/// A batch as the model on the tape takes it: symbols and masks of each step.
struct Steps {
    std::vector<Indices> symbols, before;
    std::vector<Variable> counts;
};
Steps step_by_step(const nn::PaddedSequences& x, Tape& tape);

/// What follows a code when the most probable symbol is taken each time, one for each row (N, code).
std::vector<Indices> say(const SequenceDecoder& decoder, const Array& codes);
/// The letters of each.
Words in_letters(const std::vector<Indices>& sequences);

/// The figure of the model: what is computed from what.
void draw_the_flow(const std::filesystem::path& path);
/// Notes what batches of 64 words waste on padding, with words of about one length together and without.
void measure_padding(Session& session, const Data& data);

}  // namespace sequences
