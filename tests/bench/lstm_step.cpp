// How fast is a training step of an LSTM autoencoder at batch 128: 32 steps, 64 symbols in an embedding of
// 64, 256 units on both sides, a code of 32? It is compared with the bare time of its own matrix products and
// with PyTorch at the same work (lstm_step.py), all by turns in one run:
// `lstm_step --threads 2 --python venv/bin/python3`. Before, how its time grows with the steps and with the
// batch. The last line is JSON.
#include <cstdio>
#include <utility>
#include <vector>

#include "bench.hpp"
#include "nn/layers/embedding.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/recurrent.hpp"
#include "nn/optim/optimizer.hpp"

namespace {

using bench::Matrix;
using nn::Tape;
using nn::Variable;

constexpr std::size_t steps = 32, batch = 128, symbols = 64, embedding = 64, units = 256, code = 32;
constexpr std::size_t batches_per_epoch = 5;  // lstm_step.py: the same numbers
constexpr int epochs = 21;                    // of which the first is left out

/// The last state of the encoder makes a code, the code the first state of the decoder, which sees the
/// right symbol before each that it has to say.
struct Autoencoder {
    nn::Embedding embed;
    nn::Lstm encoder;
    nn::Linear to_code, from_code;
    nn::Lstm decoder;
    nn::Linear output;

    explicit Autoencoder(nn::Random& random)
        : embed(symbols, embedding, random),
          encoder(embedding, units, random),
          to_code(units, code, random),
          from_code(code, units, random),
          decoder(embedding, units, random),
          output(units, symbols, random) {}

    /// The states of one side. What symbols give to the gates is computed once for each of them.
    Variable states(const nn::Lstm& lstm, const nn::Indices& words,
                    const nn::LstmState& first) const {
        const std::size_t sequences = first.h.shape()[0];
        const Variable table = lstm.inputs(first.h.tape().parameter(embed.weight));
        return lstm.steps(gather(table, words, {words.size() / sequences, sequences}), first);
    }

    /// Nats per sequence of so many, side by side; `before` has for each symbol the one before.
    Variable loss(Tape& tape, const nn::Indices& words, const nn::Indices& before,
                  std::size_t sequences) const {
        const nn::LstmState zero = encoder.cell.zero_state(tape, sequences);
        const Variable z = to_code(nn::last_step(states(encoder, words, zero)));
        const Variable said = states(decoder, before, {tanh(from_code(z)), zero.c});
        const Variable logits = output(reshape(said, {words.size(), units}));
        return sum(cross_entropy_with_logits(logits, words)) / static_cast<nn::Real>(sequences);
    }

    void visit(auto&& see) {
        see("embed", embed);
        see("encoder", encoder);
        see("to_code", to_code);
        see("from_code", from_code);
        see("decoder", decoder);
        see("output", output);
    }
};

/// Sequences of random symbols and the training on them.
class LstmTraining {
  public:
    LstmTraining(std::size_t length, std::size_t sequences) : sequences_(sequences) {
        for (std::size_t i = 0; i < length * sequences; ++i)
            words_.push_back(random_.below(symbols));
        before_.assign(sequences, 0);
        before_.insert(before_.end(), words_.begin(), words_.end() - static_cast<long>(sequences));
    }

    void step() {
        tape_.rewind();
        adam_.step(tape_.backward(model_.loss(tape_, words_, before_, sequences_)));
    }
    double epoch() {
        return bench::seconds([&] {
            for (std::size_t i = 0; i < batches_per_epoch; ++i) step();
        });
    }

  private:
    nn::Random random_{1};
    Autoencoder model_{random_};
    nn::Adam adam_{model_, {.learning_rate = 1e-3f}};
    std::size_t sequences_;
    nn::Indices words_{}, before_{};
    Tape tape_{};
};

/// A product of all steps for x, one of each step for the state before, and what goes back through them.
void add_lstm(bench::Products& products) {
    products.linear(products.matrix(steps * batch, embedding), 4 * units, false);
    products.recurrent(steps, batch, units, 4 * units);
}

bench::Products products_of_a_step(nn::Random& random) {
    bench::Products products(random);
    add_lstm(products);
    products.linear(products.linear(products.matrix(batch, units), code), units);
    add_lstm(products);
    products.linear(products.matrix(steps * batch, units), symbols);
    products.backward();
    return products;
}

/// Microseconds of a step for each step of each sequence: the same for all, where cost is linear in both.
void print_growth() {
    std::printf("\n%-24s %9s %9s\n", "steps x sequences", "us/step", "us each");
    for (const auto& [length, sequences] : std::vector<std::pair<std::size_t, std::size_t>>{
             {16, 128}, {32, 128}, {64, 128}, {128, 128}, {32, 32}, {32, 64}, {32, 256}}) {
        LstmTraining training(length, sequences);
        std::vector<double> times;
        for (int i = 0; i < 6; ++i) times.push_back(bench::seconds([&] { training.step(); }));
        const double step = 1e6 * bench::median({times.begin() + 1, times.end()});
        std::printf("%13zu x %-8zu %9.0f %9.2f\n", length, sequences, step,
                    step / static_cast<double>(length * sequences));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options(argc, argv);
    nn::Random random{0};
    const bench::Products products = products_of_a_step(random);
    LstmTraining ours(steps, batch);
    std::printf(
        "training step of an LSTM autoencoder, %zu steps, batch %zu: %.0f million operations in "
        "products\n",
        steps, batch, products.flops() / 1e6);
    bench::print_machine(options);
    print_growth();

    std::vector<bench::Rival> rivals =
        bench::find_rivals(options, LSTM_STEP_PY, {"torch-eager", "torch-fused", "torch-compiled"});
    bench::race(options,
                {batch, batches_per_epoch, [&] { return ours.epoch(); }, [&] { products(); }},
                std::move(rivals), epochs);
}
