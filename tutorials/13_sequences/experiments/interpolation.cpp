// What lies between two sequences? In data space, a straight line mixes the one-hot rows of each step. The most probable
// symbol is that of the nearer end, so there is nothing on the line but the two ends. Between two codes every point
// can be said.
//
// **Melodies.** A VAE with a code of 16 numbers, trained for eight epochs with KL warm-up and 16 free nats, walks over nine points between the codes of 100 pairs of
// test melodies, both of one key; at each point the decoder takes the most probable symbols. In what it says at the seven points between the
// ends, @result{key_kept_between, .0f} % of the sounding steps are in this key. If pitches were drawn by chance it would be 58 %.
//
// @figure{walks.png, Steps in the key of both ends, and factors among contour, rhythm and repetition that can be heard in
// what is said, that is, have any of their values (means of 100 pairs, seed 1). The dashed line belongs to the key.}
//
// @figure{walk.png, A walk between two test melodies of one key (seed 1). First and last, the melodies themselves; between
// them, every other point.}
//
// @player{walk.json, The same walk.}
//
// **Words.** Here a plain autoencoder stands beside a VAE with KL warm-up and 10 free nats. Both have a code of 16 numbers, and learn for
// four epochs. The decoders take the most probable letters. From its code, the autoencoder rebuilds @result{words_rebuilt_autoencoder, .0f} % of the test words
// letter by letter, the VAE from the mean of its code @result{words_rebuilt_vae, .0f} % (one seed).
//
// @figure{word_walks.png, From one test word to another over nine points: on the straight line between one-hot rows, between
// the codes of an autoencoder, between those of a VAE (seed 1).}
//
// The VAE's walks keep the key all the way, but about half of contour, rhythm and repetition cannot be heard in what is said, at the
// ends as in the middle. The autoencoder rebuilds most words, and some of what it says between two of them can hardly be
// spoken (*towdsm*, *yceweb*). What the VAE says can be spoken in these three walks, but five of their six ends are other words than the
// test words: its code does not hold a word.
//
#include <cmath>
#include <string>

#include "nn/rows.hpp"
#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/melodies.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;

namespace {

constexpr std::size_t walk_steps = 9;

// (1 − s) times the one-hot rows of a and s times those of b, and of each step the largest: on the way there is
// nothing but a and b.

Indices straight_line(const Indices& a, const Indices& b, std::size_t step) {
    return 2 * step < walk_steps - 1 ? a : b;
}

// Pairs of test melodies of one key, as numbers of rows.

std::vector<std::pair<std::size_t, std::size_t>> pairs_of_one_key(const std::vector<Indices>& all,
                                                                  std::size_t wanted) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::vector<std::size_t> waiting(nn::keys, all.size());
    for (std::size_t i = 0; i < all.size() && pairs.size() < wanted; ++i) {
        std::size_t& other = waiting[nn::key_of(all[i])];
        if (other == all.size()) {
            other = i;
        } else {
            pairs.emplace_back(other, i);
            other = all.size();
        }
    }
    return pairs;
}

// How many of the factors but the key can be heard, in %: of the melodies that are drawn, all.

double well_formed(const Indices& melody) {
    if (nn::notes_of(melody).empty()) return 0;
    const Indices values = nn::melody_values(melody);
    double found = 0;
    for (std::size_t k = 1; k < values.size(); ++k)
        found += values[k] < nn::melody_factors()[k].values;
    return 100 * found / 3;
}

void walk_between_melodies(Session& session) {
    require_known_factors("interpolation");
    const Data data = load_melodies(session);
    const SequenceVae vae = the_wide_vae(session, data);
    const auto melodies = nn::sequences_in(data.test.images);
    const Array codes = models::encode(vae, data.test.images);
    const auto pairs = pairs_of_one_key(melodies, session.flags.quick ? 5 : 100);
    Numbers share, in_key(walk_steps, 0), formed(walk_steps, 0), different(walk_steps, 0);
    double between = 0;
    std::vector<Indices> shown;
    for (const auto& [a, b] : pairs) {
        const Array line = tutorials::walk(nn::take(codes, {a}), nn::take(codes, {b}), walk_steps);
        const auto said = say(vae.decoder, line);
        const std::size_t key = nn::key_of(melodies[a]);
        for (std::size_t s = 0; s < walk_steps; ++s) {
            const double n = static_cast<double>(pairs.size());
            in_key[s] += 100 * (said[s].empty() ? 0 : nn::in_key(said[s], key)) / n;
            formed[s] += well_formed(said[s]) / n;
            if (s > 0 && s + 1 < walk_steps)
                between += 100 * (said[s].empty() ? 0 : nn::in_key(said[s], key)) /
                           (n * static_cast<double>(walk_steps - 2));
        }
        if (shown.empty()) shown = said;
    }
    for (std::size_t s = 0; s < walk_steps; ++s)
        share.push_back(static_cast<double>(s) / static_cast<double>(walk_steps - 1));
    session.result("key_kept_between", between);
    session.result("key_kept", in_key);
    session.result("factors_heard", formed);
    tutorials::Plot plot{
        {.x = "way from one melody to the other", .y = "%", .y_range = {{0, 105}}}};
    plot.line("steps in the key", share, in_key).line("factors that can be heard", share, formed);
    // A pitch at random is in a key in 7 of 12 cases.
    plot.level("pitches at random", 100.0 * 7 / 12);
    plot.save(session.file("walks.png"));
    const auto [a, b] = pairs.front();
    std::vector<tutorials::NamedMelody> walk{{"test melody", melodies[a]}};
    const std::vector<std::string> places{"from its code", "a quarter of the way",
                                          "half of the way", "three quarters",
                                          "from the other code"};
    for (std::size_t i = 0; i < places.size(); ++i) walk.push_back({places[i], shown[2 * i]});
    walk.push_back({"other test melody", melodies[b]});
    tutorials::save_piano_rolls(session.file("walk.png"), walk);
    tutorials::save_melodies(session.file("walk.json"), walk);
}

void walk_between_words(Session& session) {
    const Data data = load_words(session);
    const std::size_t epochs = session.epochs(4);
    const SequenceAutoencoder plain =
        train_autoencoder(session, data,
                          {.name = "words_autoencoder", .epochs = epochs, .code = 16})
            .model;
    const SequenceVae vae =
        train_vae(session, data, cured({.name = "words_vae", .epochs = epochs, .code = 16}, 10))
            .model;
    const Array plain_codes = models::encode(plain, data.test.images);
    const Array codes = models::encode(vae, data.test.images);
    const auto words = nn::sequences_in(data.test.images);
    const auto rebuilt = [&](const SequenceDecoder& decoder, const Array& of) {
        const auto said = say(decoder, of);
        double right = 0;
        for (std::size_t i = 0; i < said.size(); ++i) right += said[i] == words[i];
        return 100 * right / static_cast<double>(said.size());
    };
    session.result("words_rebuilt_autoencoder", rebuilt(plain.decoder, plain_codes));
    session.result("words_rebuilt_vae", rebuilt(vae.decoder, codes));
    tutorials::Diagram shown;
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const std::size_t a = 2 * pair, b = 2 * pair + 1;
        const auto add = [&](double x, const std::string& title, const std::vector<Indices>& walk) {
            std::vector<std::string> lines{title};
            for (const std::string& word : in_letters(walk)) lines.push_back(word.substr(0, 14));
            shown.box(x, -4.2 * static_cast<double>(pair), lines);
        };
        std::vector<Indices> straight;
        for (std::size_t s = 0; s < walk_steps; ++s)
            straight.push_back(straight_line(words[a], words[b], s));
        add(0, "straight line", straight);
        add(2.6, "autoencoder",
            say(plain.decoder, tutorials::walk(nn::take(plain_codes, {a}),
                                               nn::take(plain_codes, {b}), walk_steps)));
        add(5.2, "VAE, cured",
            say(vae.decoder,
                tutorials::walk(nn::take(codes, {a}), nn::take(codes, {b}), walk_steps)));
    }
    shown.save(session.file("word_walks.png"));
}

const tutorials::Experiment experiment{"interpolation", "From one sequence to another",
                                       [](Session& session) {
                                           walk_between_melodies(session);
                                           walk_between_words(session);
                                       }};

}  // namespace
