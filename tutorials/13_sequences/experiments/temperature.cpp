// The language model of the lesson draws 1000 words at each of six temperatures. A word is known if it is one of the 42000 of the
// training, validation and test set. Almost a third of the words of Debian's list (up to 12 letters) are in none of them, and count as unknown.
//
// @figure{temperature.png, How many of them are known (*in the list*), and how many are different from each other (seed 1).}
//
#include <cstdio>
#include <set>
#include <string>

#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;
using tutorials::Plot;

namespace {

void write_words(Session& session) {
    const Data data = load_words(session);
    const SequenceDecoder model = the_language_model(session, data).model;
    std::set<Indices> known;
    for (const Dataset* part : {&data.train, &data.validation, &data.test})
        for (const Indices& word : nn::sequences_in(part->images)) known.insert(word);
    tutorials::Diagram shown;
    Numbers temperatures, real, different;
    for (const double temperature : {0.25, 0.5, 0.75, 1.0, 1.25, 1.5}) {
        nn::Random random{session.flags.seed};
        const std::size_t count = session.flags.quick ? 50 : 1000;
        const auto words =
            model.generate(count, {.temperature = temperature, .longest = 30}, random);
        double found = 0;
        for (const Indices& word : words) found += static_cast<double>(known.count(word));
        temperatures.push_back(temperature);
        real.push_back(100 * found / static_cast<double>(count));
        different.push_back(100 * static_cast<double>(std::set(words.begin(), words.end()).size()) /
                            static_cast<double>(count));
        char title[16];
        std::snprintf(title, sizeof title, "τ = %.2f", temperature);
        std::vector<std::string> lines{title};
        for (std::size_t i = 0; i < 10; ++i) {
            const std::string word = nn::word_of(words[i]);
            lines.push_back(word.empty() ? "(nothing)" : word.substr(0, 14));
        }
        shown.box(2.2 * static_cast<double>(temperatures.size()), 0, lines);
    }
    shown.save(session.file("words.png"));
    session.result("real_words", real);
    session.result("different_words", different);
    Plot plot{{.x = "temperature τ", .y = "% of 1000 drawn words", .y_range = {{0, 100}}}};
    plot.line("in the list", temperatures, real).line("different", temperatures, different);
    plot.save(session.file("temperature.png"));
}

const tutorials::Experiment experiment{"temperature", "Words at several temperatures", write_words};

}  // namespace
