#include "models/sequence_vae.hpp"

#include "nn/rows.hpp"

namespace models {

// --- many to one ----------------------------------------------------------------------------------

SequenceEncoder::SequenceEncoder(const SequenceSettings& s, nn::Random& random)
    : embed(s.symbols, s.embedding, random), lstm(s.embedding, s.units, random) {}

Variable SequenceEncoder::operator()(Tape& tape, const nn::PaddedSequences& x) const {
    const Variable of_symbols = lstm.inputs(tape.parameter(embed.weight));
    const Variable a = gather(of_symbols, x.symbols, {x.steps, x.batch});
    return nn::last_step(lstm.steps(a, lstm.cell.zero_state(tape, x.batch), x.lengths));
}

// --- and back -------------------------------------------------------------------------------------

SequenceAutoencoder::SequenceAutoencoder(const SequenceSettings& s, nn::Random& random)
    : encoder(s, random), code(s.units, s.code, random), decoder(s, random) {}

SequenceVae::SequenceVae(const SequenceSettings& s, nn::Random& random)
    : encoder(s, random),
      mean(s.units, s.code, random),
      log_variance(s.units, s.code, random),
      decoder(s, random) {}

nn::Normal SequenceVae::encode(Tape& tape, const nn::PaddedSequences& x) const {
    const Variable known = encoder(tape, x);
    return {mean(known), log_variance(known)};
}

Draws SequenceVae::draw(const nn::PaddedSequences& x, Variable noise) const {
    const nn::Normal once = encode(noise.tape(), x);
    const std::size_t samples = samples_of(noise, once.mean);
    const nn::Normal q = repeat(once, samples);
    const Variable z = q.sample(noise);
    if (samples == 1) return {samples, decoder.log_likelihood(z, x), {{q, {}, z}}};
    // Kept, so that steps take no memory; operations copy what they need of it.
    thread_local nn::PaddedSequences all;
    nn::repeat(x, samples, all);
    return {samples, decoder.log_likelihood(z, all), {{q, {}, z}}};
}

Draws SequenceVae::draw(Tape& tape, const nn::PaddedSequences& x, std::size_t samples,
                        nn::Random& random) const {
    return draw(x, nn::standard_normal(tape, {samples * x.batch, latent()}, random));
}

Draws SequenceVae::draw(Variable rows, std::size_t samples, nn::Random& random) const {
    return draw(rows.tape(), nn::padded(rows.value()), samples, random);
}

// --- codes of many sequences ----------------------------------------------------------------------

Array encode(const SequenceAutoencoder& model, const Array& rows) {
    return nn::map_rows(rows,
                        [&](Variable x) { return model.encode(x.tape(), nn::padded(x.value())); });
}

Array encode(const SequenceVae& model, const Array& rows) {
    return nn::map_rows(
        rows, [&](Variable x) { return model.encode(x.tape(), nn::padded(x.value())).mean; });
}

}  // namespace models
