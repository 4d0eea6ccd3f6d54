#include "models/evaluate/per_symbol.hpp"

#include "nn/rows.hpp"

namespace models {

PerSymbol per_symbol(const LogitsOf& logits, const Array& rows) {
    double nats = 0, right = 0, symbols = 0;
    Tape tape;
    nn::set_evaluation(tape);
    nn::for_each_piece(rows, nn::rows_at_a_time, [&](std::size_t, const Array& some) {
        tape.rewind();
        const nn::PaddedSequences x = nn::padded(some);
        const Variable scores = logits(tape, x);
        nats -= double{sum(log_likelihood(scores, x)).item()};
        const Indices guesses = nn::argmax(scores.value());
        for (std::size_t i = 0; i < guesses.size(); ++i) {
            const bool counts = x.counts.data()[i] > 0;
            symbols += counts;
            right += counts && guesses[i] == x.symbols[i];
        }
    });
    autograd::require(symbols > 0, "[per_symbol] expected rows of symbols, got ", rows);
    return {nats / symbols, right / symbols, nats / static_cast<double>(rows.shape(0))};
}

PerSymbol per_symbol(const SequenceDecoder& model, const Array& rows) {
    return per_symbol([&](Tape& tape, const auto& x) { return model.logits(tape, x); }, rows);
}

PerSymbol per_symbol(const SequenceAutoencoder& model, const Array& rows) {
    return per_symbol(
        [&](Tape& tape, const auto& x) { return model.decoder.logits(model.encode(tape, x), x); },
        rows);
}

PerSymbol per_symbol(const SequenceVae& model, const Array& rows) {
    return per_symbol(
        [&](Tape& tape, const auto& x) {
            return model.decoder.logits(model.encode(tape, x).mean, x);
        },
        rows);
}

}  // namespace models
