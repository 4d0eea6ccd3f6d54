#include "models/sequence_vae.hpp"

#include <cmath>

#include "../nn/checks.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/evaluate/per_symbol.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;

namespace {

const std::vector<Indices> sequences{{1, 2, 3, 4, 1}, {}, {4, 4}, {2, 3, 1}};
const SequenceSettings small{.symbols = 5, .embedding = 3, .units = 4, .code = 2};

}  // namespace

TEST_CASE("the code of a sequence does not depend on what stands beside it or behind its end") {
    nn::Random random(1);
    const SequenceVae vae(small, random);
    nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    Tape tape;
    const Array all = vae.encode(tape, x).mean.value();
    for (std::size_t i = 0; i < x.symbols.size(); ++i)
        if (x.counts.data()[i] == 0) x.symbols[i] = 3;
    CHECK(vae.encode(tape, x).mean.value() == all);
    for (std::size_t n = 0; n < 4; ++n) {
        const Array one = vae.encode(tape, nn::padded(sequences, {n})).mean.value();
        for (std::size_t k = 0; k < 2; ++k) CHECK(one(0, k) == about(all(n, k)));
    }
    const Array rows = nn::sequence_data("some", sequences).images;
    const Array codes = encode(vae, rows);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(codes.data()[i] == about(all.data()[i]));
}

TEST_CASE("draws of rows, of sequences and of given noise are the same model's") {
    nn::Random random(2);
    const SequenceVae vae(small, random);
    const nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    const Array rows = nn::sequence_data("some", sequences, 9).images;
    Tape tape;
    nn::Random one(3), two(3), three(3);
    const Draws a = vae.draw(tape, x, 3, one), b = vae.draw(tape.constant(rows), 3, two);
    const Variable noise = nn::standard_normal(tape, {12, 2}, three);
    const Draws c = vae.draw(x, noise);
    const nn::Normal q = vae.encode(tape, x);
    for (std::size_t i = 0; i < 24; ++i)
        CHECK(c.levels[0].z.value().data()[i] ==
              about(q.mean.value().data()[i % 8] +
                    std::exp(q.log_variance.value().data()[i % 8] / 2) * noise.value().data()[i]));
    CHECK(a.samples == 3);
    CHECK(a.log_likelihood.value() == b.log_likelihood.value());
    CHECK(a.log_likelihood.value() == c.log_likelihood.value());
    for (std::size_t k = 0; k < 3; ++k) {  // all examples once, and then again
        const Variable z = slice(a.levels[0].z, 0, 4 * k, 4 * k + 4);
        const Array alone = vae.decoder.log_likelihood(z, x).value();
        for (std::size_t n = 0; n < 4; ++n)
            CHECK(a.log_likelihood.value()(4 * k + n) == about(alone(n)));
    }
}

TEST_CASE("a decoder that is deaf to its code makes bound and likelihood one number") {
    nn::Random random(4);
    SequenceVae vae(small, random);
    Array& w = vae.decoder.lstm.cell.input.value;
    for (std::size_t row = 0; row < w.shape(0); ++row) w(row, 3) = w(row, 4) = 0;
    for (nn::Linear* head : {&vae.mean, &vae.log_variance})
        head->weight.value.fill(0), head->bias.value.fill(0);
    const Array rows = nn::sequence_data("some", sequences).images;
    const LatentUse use = latent_use(vae, rows, random);
    CHECK(use.kl == about(0));
    CHECK(use.levels[0].active == 0);
    const LogLikelihood found = importance_weighted(vae, rows, 20, random);
    CHECK(-found.mean == doctest::Approx(use.neg_elbo()).epsilon(1e-5));
    CHECK(per_symbol(vae, rows).nats_per_sequence == doctest::Approx(use.neg_elbo()).epsilon(1e-5));
}

TEST_CASE("a few sequences can be learnt by heart from their codes") {
    nn::Random random(5);
    SequenceAutoencoder net({.symbols = 5, .embedding = 6, .units = 12, .code = 3}, random);
    nn::Adam adam(net, {.learning_rate = Real(0.02)});
    const nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    Tape tape;
    for (int step = 0; step < 300; ++step) {
        tape.rewind();
        adam.step(tape.backward(net.loss(tape, x)));
    }
    const Array rows = nn::sequence_data("some", sequences).images;
    CHECK(net.decoder.generate(encode(net, rows), {.temperature = 0, .longest = 9}, random) ==
          sequences);
    CHECK(per_symbol(net, rows).accuracy == 1);
    tape.rewind();
    CHECK(net.loss(tape, x).item() < 0.2);
}

TEST_CASE("gradients of both autoencoders are right, with lengths that differ and noise frozen") {
    nn::Random random(6);
    const nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    SequenceAutoencoder plain(small, random);
    SequenceVae vae(small, random);
    check_gradients([&](Tape& tape) { return plain.loss(tape, x); }, nn::parameters(plain));
    for (const std::size_t samples : {1, 3}) {
        check_gradients(
            [&](Tape& tape) { return vae.draw(tape, x, samples, random).log_likelihood; },
            nn::parameters(vae), &random);
        check_gradients(
            [&](Tape& tape) {
                return elbo(vae.draw(tape, x, samples, random)).value(Real(1.5), Real(0.1));
            },
            nn::parameters(vae), &random);
        check_gradients(
            [&](Tape& tape) { return importance_weighted(vae.draw(tape, x, samples, random)); },
            nn::parameters(vae), &random);
    }
}
