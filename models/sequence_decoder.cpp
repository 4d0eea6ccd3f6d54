#include "models/sequence_decoder.hpp"

#include <algorithm>

#include "nn/rows.hpp"

namespace models {

using autograd::require;

SequenceDecoder::SequenceDecoder(const SequenceSettings& s, nn::Random& random)
    : embed(s.symbols + 1, s.embedding, random),
      lstm(s.embedding + s.code, s.units, random),
      output(s.units, s.symbols, random) {}

std::size_t SequenceDecoder::code() const {
    return lstm.cell.input.value.shape(1) - embed.weight.value.shape(1);
}

// --- likelihood -----------------------------------------------------------------------------------

// [embedding, z]·Wᵀ is a sum of two products. The one is taken for each symbol there is, the other once
// for all steps.
Variable SequenceDecoder::logits(Tape& tape, const Variable* z,
                                 const nn::PaddedSequences& x) const {
    const Variable w = tape.parameter(lstm.cell.input), symbol = tape.parameter(embed.weight);
    const std::size_t split = symbol.shape()[1], inputs = w.shape()[1], gates = w.shape()[0];
    const Variable of_symbols = z ? linear(symbol, slice(w, 1, 0, split)) : linear(symbol, w);
    Variable a = gather(of_symbols, x.before, {x.steps, x.batch});
    if (z) a = a + reshape(linear(*z, slice(w, 1, split, inputs)), {1, x.batch, gates});
    const Variable h = lstm.steps(a, lstm.cell.zero_state(tape, x.batch), x.lengths);
    return output(reshape(h, {x.steps * x.batch, lstm.cell.units()}));
}

Variable SequenceDecoder::logits(Variable z, const nn::PaddedSequences& x) const {
    const Shape expected{x.batch, code()};
    require(code() > 0 && z.shape() == expected, "[SequenceDecoder] expected a code ", expected,
            ", got ", z);
    return logits(z.tape(), &z, x);
}

Variable SequenceDecoder::logits(Tape& tape, const nn::PaddedSequences& x) const {
    require(code() == 0, "[SequenceDecoder] expected a code of ", code(), " numbers, got none");
    return logits(tape, nullptr, x);
}

Variable log_likelihood(Variable logits, const nn::PaddedSequences& x) {
    const Variable surprise = cross_entropy_with_logits(logits, x.symbols);  // (T·B,)
    const Variable counted = surprise * logits.tape().constant(x.counts);
    return -sum(reshape(counted, {x.steps, x.batch}), {0});
}

Variable SequenceDecoder::log_likelihood(Variable z, const nn::PaddedSequences& x) const {
    return models::log_likelihood(logits(z, x), x);
}

Variable SequenceDecoder::log_likelihood(Tape& tape, const nn::PaddedSequences& x) const {
    return models::log_likelihood(logits(tape, x), x);
}

// --- generation -----------------------------------------------------------------------------------

// All sequences go on until the last has ended; what one says behind its end mark is not kept.
std::vector<Indices> SequenceDecoder::generate(const Array* codes, std::size_t count,
                                               const Speech& speech, nn::Random& random) const {
    require(speech.temperature >= 0, "[generate] expected a temperature of at least 0, got ",
            speech.temperature);
    Tape tape;
    nn::set_evaluation(tape);
    nn::LstmState state = lstm.cell.zero_state(tape, count);
    Indices said(count, 0);
    std::vector<bool> ended(count, false);
    std::vector<Indices> out(count);
    for (std::size_t t = 0; t < speech.longest; ++t) {
        const Variable before = embed(tape, said);
        state =
            lstm.cell(codes ? autograd::concat({before, tape.constant(*codes)}, 1) : before, state);
        const Variable scores = output(state.h);
        said = speech.temperature > 0
                   ? nn::Categorical{scores / Real(speech.temperature)}.sample(random)
                   : nn::argmax(scores.value());
        for (std::size_t n = 0; n < count; ++n) {
            if (said[n] == 0) ended[n] = true;
            if (!ended[n]) out[n].push_back(said[n]);
        }
        if (std::ranges::find(ended, false) == ended.end()) break;
    }
    return out;
}

std::vector<Indices> SequenceDecoder::generate(const Array& codes, const Speech& speech,
                                               nn::Random& random) const {
    require(code() > 0 && codes.dimension() == 2 && codes.shape(1) == code(),
            "[generate] expected codes (N, ", code(), "), got ", codes);
    return generate(&codes, codes.shape(0), speech, random);
}

std::vector<Indices> SequenceDecoder::generate(std::size_t count, const Speech& speech,
                                               nn::Random& random) const {
    require(code() == 0, "[generate] expected codes of ", code(), " numbers, got none");
    return generate(nullptr, count, speech, random);
}

}  // namespace models
