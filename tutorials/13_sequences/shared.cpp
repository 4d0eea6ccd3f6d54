#include "shared.hpp"

#include <algorithm>
#include <filesystem>

#include "nn/data/batches.hpp"
#include "nn/data/tunes.hpp"
#include "nn/optim/clip.hpp"
#include "nn/optim/schedule.hpp"
#include "tutorials/support/diagram.hpp"

namespace sequences {

// --- data -----------------------------------------------------------------------------------------

namespace {

constexpr std::size_t longest_word = 12;

Words list_of_words(const Session& session) {
    const std::filesystem::path usual = "/usr/share/dict/words";
    if (word_list != "auto") return nn::read_words(word_list, longest_word);
    if (!session.flags.quick && std::filesystem::exists(usual))
        return nn::read_words(usual, longest_word);
    nn::Random random{13};
    Words words = nn::invented_words(20000, random);
    std::erase_if(words, [](const std::string& word) { return word.size() > longest_word; });
    return words;
}

Dataset part(const std::string& name, const std::vector<Indices>& all, std::size_t begin,
             std::size_t end) {
    const auto at = [&](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
    return nn::sequence_data(name, {at(begin), at(end)}, longest_word + 1);
}

}  // namespace

Data load_words(const Session& session) {
    const Words words = list_of_words(session);
    std::vector<Indices> all;
    nn::Random random{2013};  // the same for every --seed
    for (const std::size_t i : random.permutation(words.size()))
        all.push_back(nn::symbols_of(words[i]));
    const std::size_t held = std::min<std::size_t>(all.size() / 10, 6000), n = all.size();
    const std::size_t train =
        session.flags.quick ? 2048 : std::min<std::size_t>(n - 2 * held, 30000);
    autograd::require(held > 0 && n >= train + 2 * held, "[words] expected more than ", train,
                      " words, got ", n);
    return {part("words", all, 0, train), part("words", all, n - 2 * held, n - held),
            part("words", all, n - held, n), nn::word_symbols};
}

void require_known_factors(const std::string& experiment) {
    autograd::require(
        midi_files == "auto", "[--melodies] ", experiment,
        " expected melodies whose key, contour, rhythm and repetition are known, got ", midi_files);
}

namespace {

Data read_melodies(const Session& session) {
    const nn::Tunes tunes = nn::read_tunes(midi_files);
    std::vector<Indices> train, validation;
    for (std::size_t i = 0; i < tunes.train.size(); ++i)
        (i % 10 == 9 ? validation : train).push_back(tunes.train[i]);
    autograd::require(
        train.size() >= session.flags.batch && !validation.empty() && tunes.test.size() >= 2,
        "[--melodies] ", midi_files, " has ", tunes.train.size(), " + ", tunes.test.size(),
        " melodies for training and test, expected ten more than ", session.flags.batch,
        " and 2 at least");
    const auto part = [](const std::vector<Indices>& melodies) {
        return nn::sequence_data(midi_files, melodies, nn::melody_steps + 1);
    };
    return {part(train), part(validation), part(tunes.test), nn::melody_symbols};
}

}  // namespace

Data load_melodies(const Session& session) {
    if (midi_files != "auto") return read_melodies(session);
    nn::Random random{2013};
    const auto some = [&](std::size_t count) {
        Indices numbers;
        for (std::size_t i = 0; i < count; ++i)
            numbers.push_back(random.below(nn::melody_factors().combinations()));
        return nn::sequence_data("melodies", nn::draw_melodies(numbers, random),
                                 nn::melody_steps + 1);
    };
    const std::size_t train = session.flags.quick ? 512 : 8000,
                      held = session.flags.quick ? 200 : 1000;
    return {some(train), some(held), some(held), nn::melody_symbols};
}

// --- training -------------------------------------------------------------------------------------

models::SequenceSettings nets(const Data& data, std::size_t code) {
    return {.symbols = data.symbols, .embedding = 32, .units = 128, .code = code};
}

Recipe cured(Recipe recipe, double free_bits) {
    recipe.warm_up = 0.4 * static_cast<double>(recipe.epochs);
    recipe.free_bits = free_bits;
    return recipe;
}

namespace {

// What all three have in common: `loss` is given the padded batch and the time in epochs.

template <class Model, class Loss, class Evaluate>
Trained<Model> train(Session& session, const Data& data, Model model, nn::Random& random,
                     const Recipe& recipe, const Loss& loss, const Evaluate& evaluate) {
    const double rate = 4 * session.flags.learning_rate;
    const auto schedule = nn::schedule::cosine(rate, 0, static_cast<double>(recipe.epochs));
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{data.train, session.flags.batch, {.by_label = true}};
    nn::Training training{session.training({.epochs = recipe.epochs,
                                            .name = recipe.name,
                                            .learning_rate = schedule,
                                            .quiet = recipe.quiet}),
                          model, adam, random};
    Tape tape;
    nn::PaddedSequences x;
    const auto step = [&](const nn::Batch& batch) {
        nn::pad(batch.images, x);
        if (recipe.word_dropout > 0)  // the symbols to be said stay as they are
            nn::replace_some(x.before, recipe.word_dropout, data.symbols, random);
        tape.rewind();
        const tutorials::Loss found = loss(model, tape, x, training.time());
        autograd::Gradients& gradients = tape.backward(found.value);
        nn::clip_by_norm(gradients, 5);
        adam.step(gradients);
        return found.metrics;
    };
    training.run(batches, step, [&] { return evaluate(model); });
    return {std::move(model), training.history(), training.images_per_second()};
}

nn::Metrics per_symbol(const auto& model, const Data& data) {
    const models::PerSymbol found = models::per_symbol(model, data.validation.images);
    return {{"nats_per_symbol", found.nats}, {"accuracy", found.accuracy}};
}

}  // namespace

Trained<SequenceDecoder> train_language_model(Session& session, const Data& data,
                                              const Recipe& recipe) {
    nn::Random random{recipe.seed};
    const auto loss = [](const SequenceDecoder& model, Tape& tape, const auto& x, double) {
        const Variable nats = -mean(model.log_likelihood(tape, x));
        return tutorials::Loss{nats, {{"nats", double{nats.item()}}}};
    };
    return train(session, data, SequenceDecoder{nets(data, 0), random}, random, recipe, loss,
                 [&](const auto& model) { return per_symbol(model, data); });
}

Trained<SequenceAutoencoder> train_autoencoder(Session& session, const Data& data,
                                               const Recipe& recipe) {
    nn::Random random{recipe.seed};
    const auto loss = [](const SequenceAutoencoder& model, Tape& tape, const auto& x, double) {
        const Variable nats = model.loss(tape, x);
        return tutorials::Loss{nats, {{"nats", double{nats.item()}}}};
    };
    return train(session, data, SequenceAutoencoder{nets(data, recipe.code), random}, random,
                 recipe, loss, [&](const auto& model) { return per_symbol(model, data); });
}

// As in chapter 10, KL warm-up and free bits act on what is minimised. What is noted is −ELBO without them.

Trained<SequenceVae> train_vae(Session& session, const Data& data, const Recipe& recipe) {
    nn::Random random{recipe.seed};
    nn::Schedule beta = nn::schedule::constant(1);
    if (recipe.warm_up > 0) beta = nn::schedule::linear_ramp(0, 1, recipe.warm_up);
    const auto loss = [&](const SequenceVae& vae, Tape& tape, const auto& x, double time) {
        const models::Elbo elbo = vae.elbo(tape, x, random);
        tutorials::Loss found = tutorials::neg_elbo(elbo);
        found.value = -elbo.value(Real(beta(time)), Real(recipe.free_bits));
        return found;
    };
    return train(session, data, SequenceVae{nets(data, recipe.code), random}, random, recipe, loss,
                 [&](const SequenceVae& vae) {
                     return tutorials::test_bound(vae, data.validation.images, random);
                 });
}

Trained<SequenceDecoder> the_language_model(Session& session, const Data& words) {
    return train_language_model(
        session, words,
        {.name = "model_language", .epochs = session.flags.epochs, .seed = session.flags.seed});
}

SequenceVae the_wide_vae(Session& session, const Data& melodies) {
    const std::size_t epochs = session.flags.quick ? 1 : 8;
    return train_vae(session, melodies,
                     cured({.name = "model_wide", .epochs = epochs, .code = 16}, 16))
        .model;
}

// --- one batch ------------------------------------------------------------------------------------

Steps step_by_step(const nn::PaddedSequences& x, Tape& tape) {
    Steps out;
    for (std::size_t t = 0; t < x.steps; ++t) {
        const auto part = [&](const auto& all, auto to) {
            std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(t * x.batch), x.batch, to);
        };
        part(x.symbols, out.symbols.emplace_back(x.batch).begin());
        part(x.before, out.before.emplace_back(x.batch).begin());
        Array counts = autograd::full({x.batch}, 0);
        part(x.counts, counts.begin());
        out.counts.push_back(tape.constant(counts));
    }
    return out;
}

void measure_padding(Session& session, const Data& data) {
    for (const bool by_label : {false, true}) {
        nn::Random random{session.flags.seed};
        nn::Batches batches{data.train, 128, {.by_label = by_label}};
        double steps = 0, counted = 0;
        for (const nn::Batch& batch : batches.shuffled(random)) {
            const nn::PaddedSequences x = nn::padded(batch.images);
            steps += static_cast<double>(x.counts.size());
            for (const Real each : x.counts.storage()) counted += double{each};
        }
        session.result(by_label ? "padding_by_length" : "padding_by_chance",
                       100 * (1 - counted / steps));
    }
}

// --- what is said ---------------------------------------------------------------------------------

std::vector<Indices> say(const SequenceDecoder& decoder, const Array& codes) {
    nn::Random unused{0};
    return decoder.generate(codes, {.temperature = 0, .longest = 40}, unused);
}

Words in_letters(const std::vector<Indices>& sequences) {
    Words words;
    for (const Indices& sequence : sequences) words.push_back(nn::word_of(sequence));
    return words;
}

void draw_the_flow(const std::filesystem::path& path) {
    tutorials::Diagram diagram;
    const std::vector<std::string> letters{"c", "a", "t", "end"}, before{"start", "c", "a", "t"};
    std::size_t last = 0;
    for (std::size_t t = 0; t < 4; ++t) {
        const double x = 1.6 * static_cast<double>(t);
        const auto letter = diagram.box(x, -1.5, {letters[t]}), state = diagram.box(x, 0, {"LSTM"});
        diagram.arrow(letter, state);
        if (t > 0) diagram.arrow(last, state);
        last = state;
    }
    const auto q = diagram.box(6.9, 0, {"μ, λ", "(B, 2)"}),
               z = diagram.box(8.7, 0, {"z", "(B, 2)"});
    const auto noise = diagram.box(8.7, -1.5, {"noise"});
    diagram.arrow(last, q);
    diagram.arrow(q, z);
    diagram.arrow(noise, z);
    for (std::size_t t = 0; t < 4; ++t) {
        const double x = 10.6 + 1.7 * static_cast<double>(t);
        const auto letter = diagram.box(x, -1.5, {before[t]});
        const auto state = diagram.box(x, 0, {"LSTM"});
        const auto scores = diagram.box(x, 1.5, {letters[t], "(B, 27)"});
        diagram.arrow(letter, state);
        diagram.arrow(t > 0 ? last : z, state);
        diagram.arrow(state, scores);
        last = state;
    }
    diagram.save(path);
}

}  // namespace sequences
