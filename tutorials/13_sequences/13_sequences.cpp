// ---
// title: Sequences
// builds_on: 07_vae, 10_hierarchical_vae
// leads_to:
// tooltip: Words and melodies: recurrent nets, teacher forcing, and a VAE whose decoder ignores its code.
// minutes: 2
// keywords: recurrent net, LSTM, GRU, vanishing gradient, teacher forcing, language model, n-gram, posterior collapse, word dropout, temperature
// ---
//
// ## What you will be able to do
// - Unroll a recurrent net on the tape, say why its gradients vanish or explode, and read off what gates change
//   (exercises 1 and 2).
// - Compute the likelihood of sequences of different lengths, with masks and end marks, compare a model with the right
//   baseline, and draw from it with a temperature (exercises 3, 4 and 6).
// - Recognise a decoder that ignores its code, and say why it does and what a cure costs (exercise 5).
//
// @predict{A VAE reads a melody of at most 32 steps, keeps two numbers, and says the melody again, note by note. The
// decoder sees the right notes so far. How many nats will the code carry after training, if nothing is done about it:
// about 3, about 1, or fewer than 0.1?}
//
// ## The idea in one figure
// @figure{flow.png, A VAE of words. Left, many to one: a recurrent net (an LSTM, see below) reads the word and its end
// mark. Right, one to many: another LSTM is given the code and the letter before at each step, and says how probable
// each of the 27 symbols is as the next. The code goes into every step, though its arrow is drawn to the first alone.
// The LSTM boxes on the left share their weights, and so do those on the right.}
//
// An image has a fixed number of pixels. A word or a melody has a length of its own, and what comes next depends on
// what came before. A **recurrent net** reads a sequence step by step. It keeps a **state**, some numbers that go from
// one step to the next, and has one set of weights for all steps: what it learns about a letter holds wherever the
// letter stands.
//
// - **Many to one**: the encoder reads all symbols. Its last state goes on to the code.
// - **One to many**: the decoder gets the code, and gives the probabilities of one symbol after the other,
//   $$ p(x \mid z) = \prod_{t=1}^{T} p(x_t \mid x_1, \ldots, x_{t-1}, z) . \tag{1} $$
//
// The last symbol is the **end mark**, which says that the word is over. It is a symbol like the others and has a
// probability too. Without it the probabilities of all words would not add up to 1.
//
// In training the decoder is given the *right* letters before, whatever it would have said itself. This is
// **teacher forcing**, and it is exact: (1) asks for the probability of $x_t$ given the true $x_1, \ldots, x_{t-1}$.
// All symbols before are known in advance, so that all steps together can be one operation. When the model is to write, it has only its own letters.
//
// ## The model on the tape
// All of it in operations of the tape: one step of an LSTM, the recurrent net of equation (3) below, and the bound of a
// VAE whose two nets are such steps, one after the other. `w` holds fourteen arrays: embedding and LSTM of the encoder, mean and log variance, embedding
// and LSTM of the decoder, and the layer from states to scores.

#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Indices;
using autograd::Parameter;
using autograd::Variable;

struct State {
    Variable h, c;  // what a unit shows, and what it keeps
};

static State lstm_step(Variable x, State before, Variable w, Variable u, Variable b) {
    const std::size_t n = before.h.shape()[1];
    const Variable a = linear(x, w, b) + linear(before.h, u);  // (B, 4n): i, f, g and o
    const auto part = [&](std::size_t i) { return slice(a, 1, i * n, (i + 1) * n); };
    const Variable c = sigmoid(part(1)) * before.c + sigmoid(part(0)) * tanh(part(2));
    return {sigmoid(part(3)) * tanh(c), c};
}

// The symbols of step $t$ are a list of $B$ numbers, one for each word. `counts[t]`, (B), is 1 up to the end mark of
// a word and 0 behind it; `zero` is the first state.

static Variable neg_elbo(const std::vector<const Parameter*>& w,
                         const std::vector<Indices>& symbols, const std::vector<Indices>& before,
                         const std::vector<Variable>& counts, Variable zero, Variable noise) {
    const auto p = [&](std::size_t i) { return noise.tape().parameter(*w[i]); };
    const std::size_t batch = zero.shape()[0];
    State read{zero, zero}, said{zero, zero};
    for (std::size_t t = 0; t < symbols.size(); ++t) {  // many to one
        const State next = lstm_step(gather(p(0), symbols[t]), read, p(1), p(2), p(3));
        const Variable goes_on = reshape(counts[t], {batch, 1});  // what has ended keeps its state
        read = {where(goes_on, next.h, read.h), where(goes_on, next.c, read.c)};
    }
    const Variable mu = linear(read.h, p(4), p(5)), lambda = linear(read.h, p(6), p(7));
    const Variable z = reparameterize(mu, lambda, noise);

    Variable nats = gaussian_kl(mu, lambda);            // (B)
    for (std::size_t t = 0; t < symbols.size(); ++t) {  // one to many
        const Variable x = autograd::concat({gather(p(8), before[t]), z}, 1);
        said = lstm_step(x, said, p(9), p(10), p(11));
        const Variable scores = linear(said.h, p(12), p(13));  // (B, V)
        nats = nats + counts[t] * cross_entropy_with_logits(scores, symbols[t]);
    }
    return mean(nats);
}

// `gather` takes rows of a matrix by their numbers. The matrix has a row for each symbol, its **embedding**, which is
// learnt: a product with one-hot rows would be the same, and a waste. In the library the encoder is
// `models::SequenceEncoder`, the decoder `models::SequenceDecoder`, and all steps of a layer are one operation. A
// `PaddedSequences` has symbols, symbols before, lengths and counts of a batch:
//
// @source{models/sequence_decoder.cpp, SequenceDecoder::logits}
// @source{models/sequence_vae.cpp, SequenceVae::draw}
//
// `Draws` and `Elbo` are those of chapter 7. All that is built on them, importance weighting, active units, free bits,
// works for words without a line of its own.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "nn/data/tunes.hpp"
#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/melodies.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;
using models::Smoothing;
using tutorials::Plot;

namespace {

// Both get the same weights, words and noise.

void compare_with_the_library(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    SequenceVae vae{nets(data, 2), random};
    std::vector<const Parameter*> w;
    for (const auto& found : nn::parameters(vae)) w.push_back(found.parameter);
    const nn::PaddedSequences x = nn::padded(nn::first(data.train, 128).images);
    const Array noise = random.normal({x.batch, vae.latent()});

    Tape tape;
    const Steps steps = step_by_step(x, tape);
    const Variable zero = tape.constant(autograd::full({x.batch, nets(data, 2).units}, 0));
    session.result(
        "neg_elbo_by_hand",
        neg_elbo(w, steps.symbols, steps.before, steps.counts, zero, tape.constant(noise)).item());
    session.result("neg_elbo_by_library",
                   -models::elbo(vae.draw(x, tape.constant(noise))).value().item());
}

// Before training, the function above gives @result{neg_elbo_by_hand, .3f} nats per word, the library
// @result{neg_elbo_by_library, .3f}.
//
// ## The mathematics
// ### Gradients over many steps
// The simplest recurrent net is $h_t = \tanh(W h_{t-1} + V x_t + b)$. On the tape it is a chain of $T$ layers that share
// their weights. The way back multiplies with the transposed Jacobian of each step,
// $$ \frac{\partial h_T}{\partial h_0} = D_T W\, D_{T-1} W \cdots D_1 W , \quad D_t = \operatorname{diag}(1 - h_t^2) , \qquad
//    \Big\| \frac{\partial h_T}{\partial h_0} \Big\| \le \big( \|W\| \max_t \max_i (1 - h_{ti}^2) \big)^T . \tag{2} $$
// A product of $T$ similar factors shrinks or grows like a power of $T$. If it shrinks, the gradient **vanishes**:
// the weights hardly learn from what came long ago. If it grows, it **explodes**, and one step of the optimizer can
// undo many before it.
//
// The **long short-term memory** (LSTM) has a second state $c$ and three gates between 0 and 1 (Hochreiter and
// Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000):
// $$ c_t = f \circ c_{t-1} + i \circ g , \qquad h_t = o \circ \tanh c_t , \qquad
//    i, f, o = \operatorname{sigmoid} a, \quad g = \tanh a, \tag{3} $$
// where $\circ$ multiplies entry by entry, and $i$, $f$, $o$ and $g$ each have rows of their own in
// $a = V x_t + W h_{t-1} + b$. Along $c$ the way back is a product of $f$ alone,
// without weights and without the slope of a squashing function. A unit whose $f$ is near 1 keeps what it has, and its
// gradient. Here $f$ starts with a bias of 1 more than the others, so that it is more open than shut at first. A **GRU**
// (gated recurrent unit) has one state and two gates: $h_t = (1 - z) \circ n + z \circ h_{t-1}$, where $z$ is a gate and not
// a code, $n$ is the new value, and the second gate says how much of $h_{t-1}$ goes into $n$ (Cho et al. 2014).
//
// After 100 steps, and before any training, @result{gradient_plain_100, .0e} of the gradient is left in the plain net, @result{gradient_gru_100, .0e}
// in the GRU and @result{gradient_lstm_100, .0e} in the LSTM. With weights four times as large, the plain net's gradient
// has grown to @result{gradient_large_100, .0e}.
// @experiment{gradients}
//
// @experiment{memory}
//
// A simple means against explosion is **clipping**: if the norm of all gradients together is above a
// limit, all are scaled down to it. The direction stays (`nn::clip_by_norm`; Pascanu, Mikolov and Bengio 2013).
// @experiment{clipping}
//
// ### Lengths that differ
// Arrays are rectangles, words are not. Shorter words are filled up with end marks, the **padding**, and a **mask** $m_{tb}$
// is 1 up to the end mark of word $b$ and 0 behind it:
// $$ -\ln p(x_b \mid z_b) = -\sum_t m_{tb} \ln p(x_{tb} \mid \ldots) . \tag{4} $$
// The encoder's state stays as it is where the mask is 0. So neither value nor gradient depends on what stands in the padding
// or on how much of it there is. A test fills it with other symbols and asks for the same bits.
//
// | symbol | C++ |
// |---|---|
// | $x_{tb}$ | `PaddedSequences::symbols[t·B + b]`, time first |
// | $x_{t-1,b}$, 0 before the first | `PaddedSequences::before` |
// | $m_{tb}$ | `PaddedSequences::counts`, `lengths` |
// | $V, W, b$ | `LstmCell::input`, `recurrent`, `bias` |
// | (3) for all steps | `autograd::lstm` |
// | (1), (4) | `SequenceDecoder::log_likelihood` |
//
// In batches of 128 words drawn by chance, @result{padding_by_chance, .0f} % of all places are padding. With words of about
// one length in each batch it is @result{padding_by_length, .1f} %. This saves work, and leaves the gradient of each word as
// it is. Which words come together in a step does change.
//
// ## Words: the honest baseline
// A model of text without a code, $p(x) = \prod_t p(x_t \mid x_1, \ldots, x_{t-1})$, is a **language model**. Is a cost of
// so many nats per symbol good? Equal probabilities for all 27 symbols would cost $\ln 27 = 3.30$. A fair rival is a table: an
// **n-gram model** of order $n$ counts how often each symbol follows each $n - 1$ others in the training words. Most
// long pieces have never been seen, so it must give a share of the probability to what was not, by mixing in the next
// lower order. This is **smoothing**. Two ways are compared here, those of Witten and Bell (1991) and of Kneser and Ney (1995; in the
// form of Chen and Goodman 1999), and the baseline gets the better one.

struct Counted {
    models::NGram third, best;
};

Counted choose_baselines(Session& session, const Data& data) {
    const auto train = nn::sequences_in(data.train.images);
    const auto validation = nn::sequences_in(data.validation.images);
    Plot plot{{.x = "order", .y = "nats per validation symbol"}};
    double best = 100, best_third = 100;
    std::pair<std::size_t, Smoothing> chosen{3, {}}, third{3, {}};
    for (const auto& [title, smoothing] : {std::pair{"Witten-Bell", Smoothing::witten_bell},
                                           std::pair{"Kneser-Ney", Smoothing::kneser_ney}}) {
        Numbers orders, nats;
        for (std::size_t order = 1; order <= 8; ++order) {
            orders.push_back(static_cast<double>(order));
            nats.push_back(
                models::nats_per_symbol({train, data.symbols, order, smoothing}, validation));
            if (nats.back() < best) best = nats.back(), chosen = {order, smoothing};
            if (order == 3 && nats.back() < best_third)
                best_third = nats.back(), third = {3, smoothing};
        }
        plot.line(title, orders, nats);
    }
    plot.save(session.file("ngram.png"));
    session.result("ngram_order", static_cast<double>(chosen.first));
    return {{train, data.symbols, third.first, third.second},
            {train, data.symbols, chosen.first, chosen.second}};
}

// @figure{ngram.png, n-gram models on validation words, by order, with two ways to smooth them. Chance plays no part in it.}
//
// Order and smoothing are chosen on validation words, the best being order @result{ngram_order, .0f} with Kneser-Ney. The language model is an LSTM
// of 128 units with an embedding of 32 numbers. It learns from @result{training_words, .0f} words for four epochs.

// The test words are used here, once.

void train_on_words(Session& session, const Data& data, const Counted& counted) {
    const Trained<SequenceDecoder> trained = the_language_model(session, data);
    const models::PerSymbol found = models::per_symbol(trained.model, data.test.images);
    const auto words = nn::sequences_in(data.test.images);
    session.result("nats_per_symbol", found.nats);
    session.result("nats_per_symbol_ngram", models::nats_per_symbol(counted.third, words));
    session.result("nats_per_symbol_ngram_best", models::nats_per_symbol(counted.best, words));
    session.result("accuracy_words", 100 * found.accuracy);
    session.result("words_per_second", trained.sequences_per_second);
}

// | model | nats per test symbol |
// |---|--:|
// | n-gram, order 3 | @result{nats_per_symbol_ngram, .3f} |
// | n-gram, order @result{ngram_order, .0f} | @result{nats_per_symbol_ngram_best, .3f} |
// | LSTM, seeds 1, 2, 3 | @result{nats_per_symbol, .3f}, @result{seed_2/nats_per_symbol, .3f}, @result{seed_3/nats_per_symbol, .3f} |
//
// The LSTM beats the n-gram of order 3 and is beaten by that of order 6, with four passes through the words. The list has many
// forms of one word (*play, plays, played*). So a held-out word is often a stem that was seen with an ending that was seen, which
// suits a table of pieces of six symbols. This is a likely reason, and was not tested. What a larger net, or longer training, reaches was not measured here.
//
// ## Sampling with temperature
// To write, draw a symbol from the probabilities, give it to the net as the symbol before, and go on until the end mark comes.
// A **temperature** $\tau$ divides the scores before the softmax, $p_i \propto e^{s_i / \tau}$: below 1 the probable becomes
// more probable, and at 0 the most probable symbol is taken each time.
//
// @figure{words.png, The first ten words that the language model writes at each temperature (seed 1). The colour of the
// first word means nothing.}
//
// @experiment{temperature}
//
// Towards low temperatures more of the words are known ones. At the lowest, many come more than once, and still three in
// four are none of the words of the training, validation and test set (seed 1).
//
// ## Melodies: a decoder that ignores its code
// The melodies have at most 32 steps of an eighth note. A symbol is a pitch with which a note begins, *hold*, *rest* or the
// end mark: 64 symbols. Each melody is drawn from four known factors, its **key** (12), its **contour** (5), a **rhythm** (6)
// and a pattern of **repetition** (6), and the rest is chance. As with the sprites of chapter 9, the factors are known. The VAE
// has LSTMs of 128 units and a code of two numbers. Two such VAEs are trained on the same 8000 melodies for twelve epochs: one on the
// bound as it is, one with a cure of chapter 10, by the same function: **free bits**. As long as the mean KL of a batch is below 2.2
// nats, its part of the loss stays the same (at 2.2), so that a smaller KL gains nothing.

struct Two {
    Trained<SequenceVae> plain, cured;
};

Two train_on_melodies(Session& session, const Data& data) {
    const std::size_t epochs = session.epochs(12);
    const Recipe plain{.name = "model_plain", .epochs = epochs, .seed = session.flags.seed};
    Recipe with_cures = plain;
    with_cures.name = "model_cured";
    with_cures.free_bits = 2.2;
    Two models{train_vae(session, data, plain), train_vae(session, data, with_cures)};

    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per validation melody"}};
    Plot kl{{.title = "KL", .x = "epoch", .y = "nats per validation melody"}};
    for (const auto& [title, history] :
         {std::pair{"no cure", &models.plain.history}, std::pair{"cured", &models.cured.history}}) {
        bound.line(title, history->column("epoch"), history->column("test_neg_elbo"));
        kl.line(title, history->column("epoch"), history->column("test_kl"));
    }
    tutorials::save_plots(session.file("training.png"), {bound, kl}, 2);
    return models;
}

// The test melodies are used here, once.

void measure(Session& session, const Data& data, const Two& models) {
    session.result("train_images_per_second", models.cured.sequences_per_second);
    const Array some = nn::first(data.test, session.flags.quick ? 20 : 500).images;
    for (const auto& [name, trained] :
         {std::pair{"without_cures", &models.plain}, std::pair{"with_cures", &models.cured}}) {
        nn::Random random{session.flags.seed};
        const std::string ending = std::string("_") + name;
        const models::LatentUse use = models::latent_use(trained->model, data.test.images, random);
        std::printf("%s: %s\n", name, report(use).c_str());
        session.result("kl" + ending, use.kl);
        session.result("neg_elbo" + ending, use.neg_elbo());
        session.result("active" + ending, static_cast<double>(use.levels[0].active));
        session.result("accuracy" + ending,
                       100 * models::per_symbol(trained->model, data.test.images).accuracy);
        const auto exact = models::importance_weighted(trained->model, some, 100, random);
        session.result("nll" + ending, -exact.mean);
        session.result("nll_error" + ending, exact.standard_error);
    }
}

// Two test melodies, what the decoder says of their codes, and of two draws of z.

void listen(Session& session, const Data& data, const SequenceVae& vae) {
    nn::Random random{session.flags.seed};
    const models::Speech speech{.longest = nn::melody_steps};
    const auto originals = nn::sequences_in(data.test.images);
    const auto said = vae.decoder.generate(models::encode(vae, data.test.images), speech, random);
    const auto drawn = vae.decoder.generate(random.normal({2, vae.latent()}), speech, random);
    const std::vector<tutorials::NamedMelody> shown{
        {"test melody 1", originals[0]}, {"said from its code", said[0]},
        {"test melody 2", originals[1]}, {"said from its code", said[1]},
        {"z from N(0, I)", drawn[0]},    {"another z", drawn[1]}};
    tutorials::save_piano_rolls(session.file("melodies.png"), shown);
    tutorials::save_melodies(session.file("melodies.json"), shown);
    nn::write_tune(session.file("drawn.mid"), drawn[0]);

    double same = 0, other = 0;
    const double n = static_cast<double>(said.size());
    for (std::size_t i = 0; i < said.size(); ++i) {
        same += 100 * nn::in_key(said[i], nn::key_of(originals[i])) / n;
        other += 100 * nn::in_key(said[i], nn::key_of(originals[(i + 1) % said.size()])) / n;
    }
    session.result("in_key_of_its_own", same);
    session.result("in_key_of_another", other);
}

// @figure{training.png, −ELBO and KL on validation melodies after each epoch (seed 1). −ELBO has the full KL for both models: the free
// nats are counted.}
//
// | nats per test melody, seeds 1, 2, 3 | no cure | cured |
// |---|--:|--:|
// | reconstruction and KL, −ELBO | @result{neg_elbo_without_cures, .2f}, @result{seed_2/neg_elbo_without_cures, .2f}, @result{seed_3/neg_elbo_without_cures, .2f} | @result{neg_elbo_with_cures, .2f}, @result{seed_2/neg_elbo_with_cures, .2f}, @result{seed_3/neg_elbo_with_cures, .2f} |
// | KL alone | @result{kl_without_cures, .4f}, @result{seed_2/kl_without_cures, .4f}, @result{seed_3/kl_without_cures, .4f} | @result{kl_with_cures, .2f}, @result{seed_2/kl_with_cures, .2f}, @result{seed_3/kl_with_cures, .2f} |
// | $-\ln p(x)$ of the first 500, by K = 100 draws each | @result{nll_without_cures, .2f}, @result{seed_2/nll_without_cures, .2f}, @result{seed_3/nll_without_cures, .2f} | @result{nll_with_cures, .2f}, @result{seed_2/nll_with_cures, .2f}, @result{seed_3/nll_with_cures, .2f} |
//
// The standard error of each number in the last row is about @result{nll_error_without_cures, .1f}. Most of it comes from the draw of the
// melodies, which are the same for all models, so it says little about the differences.
//
// @prediction{Fewer than 0.1: the code of the first carries @result{kl_without_cures, .4f} nats.}
//
// This is posterior collapse (chapter 10), with each of three seeds. At first $z$ says nothing of use and costs at once. Later
// the decoder can do without it: key, rhythm and height of a melody can be read off its first notes. Without a cure the VAE is a language model of melodies with an idle encoder.
//
// With free bits the code carries about as many nats as are free. With seed 1 the bound is a little worse for it, with seeds 2
// and 3 it is better than without. The differences are smaller than the range over the three seeds. Free bits do not make a code useful by
// themselves. The optimizer only has no reason to make it say less, so the decoder has time to learn to use it. With fewer
// melodies and 2.5 free nats the bound is worse with each of three seeds:
//
// @experiment{cures}
//
// @player{melodies.json, Two test melodies, what the cured decoder says of their codes, and what it says of two draws of z
// (seed 1, temperature 1).}
//
// The code does not hold the melody: it has about two nats of about 40. In a melody that is said from the code of a test melody,
// @result{in_key_of_its_own, .0f}, @result{seed_2/in_key_of_its_own, .0f} and @result{seed_3/in_key_of_its_own, .0f} % of the sounding steps are in the key of that melody (means over test melodies, seeds 1, 2, 3), and @result{in_key_of_another, .0f},
// @result{seed_2/in_key_of_another, .0f} and @result{seed_3/in_key_of_another, .0f} % in the key of another one. So the code says something about the key, little with seeds 1 and 2,
// more with seed 3. In the two examples above most bars keep the rhythm as well. How often that happens was not measured.
//
// @experiment{interpolation}
//
// @experiment{attributes}
//
// ## The whole of it

void run_lesson(Session& session) {
    const Data data = load_words(session);
    session.result("training_words", static_cast<double>(data.train.size()));
    draw_the_flow(session.file("flow.png"));
    compare_with_the_library(session, data);
    measure_padding(session, data);
    const Counted counted = choose_baselines(session, data);
    train_on_words(session, data, counted);

    const Data melodies = load_melodies(session);
    const Two models = train_on_melodies(session, melodies);
    measure(session, melodies, models);
    listen(session, melodies, models.cured.model);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(
        argc, argv,
        {.name = "13_sequences",
         .title = "Sequences",
         .defaults = {.epochs = 4, .batch = 64},
         .options = {{"--words", &word_list, "a list of words, one on a line; auto is Debian's"},
                     {"--melodies", &midi_files,
                      "a MIDI file or a folder of them; auto draws melodies"}}},
        run_lesson);
}

// ## Check it
// ```sh
// meson test -C build models 'models in double' 'nn in double' 13_sequences
// ```
//
// - *the likelihood of sequences of different lengths is that of each by itself*, computed step by step with the cell.
// - *what stands in the padding has no influence, and gets no gradient*: the same bits.
// - *symbols are drawn as often as their probabilities say, sharper at a low temperature*.
// - *whatever was said before, the probabilities of what comes next add up to 1*, of n-gram models.
// - *gradients of both autoencoders are right, with lengths that differ and noise frozen*.
//
// `--only NAME` runs one experiment, `--all` the lesson and all of them. `--words FILE` takes another list of words, and
// `--melodies FOLDER` MIDI files of your own, with melodies enough: see the handbook, page "Your own data". Where Debian's
// `wamerican` is not installed, words are invented, and the numbers differ.
//
// ## What goes wrong
// | symptom | likely bug | what catches or cures it |
// |---|---|---|
// | far fewer nats per symbol than any n-gram model | the decoder sees the symbol that it has to say | `before` is `symbols`, one step later: *sequences stand side by side* |
// | nats per symbol fall with a larger batch | the padding counts as symbols that are easy to guess | divide by the sum of the mask |
// | words never end when they are drawn | the end mark has no place in the loss | the mask is 1 at the end mark |
// | loss jumps up once in a while, or becomes NaN | exploding gradients | clip; print the norm before |
// | samples are fine, KL is 0.00 | collapse: a language model with an idle encoder | latent_use, before any picture of the latent space |
// | KL is high, −ELBO much worse than without a code | more free bits than the decoder can use | fewer of them, a smaller code, warm-up |
//
// ## Exercises
// @exercise{1, **A power of T.** The entries of $W$ are uniform within $\pm s/\sqrt{n}$. What is the expected squared length of
// $W^{\mathsf T} v$ for $|v| = 1$? Predict from (2) how fast the gradient of the plain net falls per step if $h$ stays small, and
// compare with the figure.}
// @exercise{2, **Half of it.** Along $c$ alone, after how many steps is half of a gradient left, for $f$ = .5, .73, .9 and
// .99? Why may a bias of $f$ matter more than its weights at first?}
// @exercise{3, **Count right.** Two words of 3 and 7 letters are padded to 8 steps. Write down the mean of nats per symbol,
// right, and with the padding counted by mistake. What do both say if the model knows for sure that padding follows an
// end mark?}
// @exercise{4, **By hand.** Training words are *ab* and *a*, and the alphabet has a, b and the end mark. Compute $p(b \mid a)$
// by Witten-Bell smoothing with order 2. Show that the probabilities of all words add up to 1 if the end mark has a
// probability of at least $\epsilon > 0$ everywhere.}
// @exercise{5, **Collapse is not a failure of optimisation.** Show that for a decoder that can represent every $p(x)$ without
// $z$, no code gives a better bound than none. When is one as good? By which number of the lesson's table do you recognise the collapse,
// and what does the cure cost there?}
// @exercise{6, **Temperature.** Let $p_i \propto e^{s_i/\tau}$. What are the limits for $\tau \to 0$ and $\tau \to \infty$? Show that
// the entropy never falls when $\tau$ rises.}
//
// ## Where the real code differs
// - Text is cut into pieces of words, tens of thousands of them, and models are **transformers**, which see all symbols before at
//   once instead of a state. Their decoders need a code even less.
// - Deep learning libraries have fused LSTMs, as here. They often sort and *pack* sequences instead of masking them.
// - For music, a decoder of two levels is usual: a *conductor* makes a code for each bar, and each bar is said from its own code
//   (Roberts et al. 2018). With 32 steps there is little need.
// - Other cures: training the encoder more often than the decoder (He et al. 2019), cyclical warm-up (Fu et al. 2019), a
//   posterior whose KL cannot be 0.
//
// ## Further reading
// S. R. Bowman, L. Vilnis, O. Vinyals, A. M. Dai, R. Jozefowicz, S. Bengio, *Generating sentences from a continuous space*,
// CoNLL 2016: the VAE of this chapter, its collapse, warm-up and word dropout. J. He, D. Spokoyny, G. Neubig,
// T. Berg-Kirkpatrick, *Lagging inference networks and posterior collapse in variational autoencoders*, ICLR 2019. X. Chen et
// al., *Variational lossy autoencoder*, ICLR 2017: why a strong decoder leaves its code alone. A. Roberts, J. Engel,
// C. Raffel, C. Hawthorne, D. Eck, *A hierarchical latent vector model for learning long-term structure in music*, ICML 2018:
// MusicVAE. R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*, ICML 2013.
// S. F. Chen, J. Goodman, *An empirical study of smoothing techniques for language modeling*, Computer Speech and Language
// 13 (1999).
