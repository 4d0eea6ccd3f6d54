#include "nn/data/words.hpp"

#include <doctest/doctest.h>

#include <set>

#include "../io/temporary_folder.hpp"
#include "autograd/error.hpp"

using namespace nn;
using autograd::Error;
using Words = std::vector<std::string>;

namespace {

/// What read_words says of a file with these bytes, without the beginning that every error has.
std::string complaint(const std::string& bytes) {
    const TemporaryFolder folder;
    put_bytes(folder / "list", bytes);
    try {
        read_words(folder / "list");
    } catch (const Error& error) {
        const std::string message = error.what();
        const std::string beginning = "[read_words] " + (folder / "list").string() + ": ";
        CHECK(message.starts_with(beginning));
        return message.substr(beginning.size());
    }
    return "nothing";
}

}  // namespace

TEST_CASE("a word is its letters, and back up to the end mark") {
    CHECK(symbols_of("abz") == Indices{1, 2, 26});
    CHECK(symbols_of("").empty());
    CHECK(word_of({1, 2, 26}) == "abz");
    CHECK(word_of({3, 0, 7}) == "c");
    CHECK_THROWS_WITH_AS(symbols_of("it's"), "[symbols_of] expected letters a to z, got \"it's\"",
                         Error);
    CHECK_THROWS_WITH_AS(word_of({27}), "[word_of] expected symbols below 27, got 27", Error);
}

TEST_CASE("of a list the words of plain letters are read, each once, as long as they may be") {
    const TemporaryFolder folder;
    put_bytes(folder / "list", "tree\nA\nAaron\nit's\n\nna\xc3\xafve\nhouse\r\ntree\nbe");
    CHECK(read_words(folder / "list") == Words{"tree", "house", "be"});
    CHECK(read_words(folder / "list", 4) == Words{"tree", "be"});
}

TEST_CASE("what is no list of words is refused by its name") {
    CHECK(complaint("") == "expected words of 1 to 16 letters a to z, got none");
    CHECK(complaint("Aaron\n12\n") == "expected words of 1 to 16 letters a to z, got none");
    CHECK(complaint(std::string("tree\n\0house\n", 12)) == "expected text, got a byte of 0");
    const TemporaryFolder folder;
    CHECK_THROWS_AS(read_words(folder / "nothing"), Error);
    CHECK_THROWS_AS(read_words(folder.path), Error);
}

TEST_CASE("invented words are different, can be spoken, and are the same again") {
    Random random{1}, again{1}, other{2};
    const Words words = invented_words(3000, random);
    CHECK(words == invented_words(3000, again));
    CHECK(words != invented_words(3000, other));
    CHECK(std::set<std::string>(words.begin(), words.end()).size() == 3000);
    for (const std::string& word : words) {
        CHECK(word.find_first_of("aeiou") != std::string::npos);
        CHECK(word.size() <= 18);
        CHECK(word_of(symbols_of(word)) == word);
    }
    CHECK_THROWS_WITH_AS(invented_words(0, random),
                         "[invented_words] expected 1 to 50000 words, got 0", Error);
}

TEST_CASE("as many words as one may ask for can be invented") {
    Random random{3};
    CHECK(invented_words(50000, random).size() == 50000);
}
