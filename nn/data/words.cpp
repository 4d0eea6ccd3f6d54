#include "nn/data/words.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <unordered_set>

namespace nn {

using autograd::require;

namespace {

constexpr std::size_t limit = std::size_t{1} << 26;

bool is_letter(char c) { return 'a' <= c && c <= 'z'; }

}  // namespace

Indices symbols_of(const std::string& word) {
    Indices symbols;
    for (const char c : word) {
        require(is_letter(c), "[symbols_of] expected letters a to z, got \"", word, "\"");
        symbols.push_back(static_cast<std::size_t>(c - 'a') + 1);
    }
    return symbols;
}

std::string word_of(const Indices& symbols) {
    std::string word;
    for (const std::size_t symbol : symbols) {
        require(symbol < word_symbols, "[word_of] expected symbols below ", word_symbols, ", got ",
                symbol);
        if (symbol == 0) break;
        word += static_cast<char>('a' + (symbol - 1));
    }
    return word;
}

std::vector<std::string> read_words(const std::filesystem::path& path, std::size_t longest) {
    const auto check = [&](bool condition, const auto&... parts) {
        require(condition, "[read_words] ", path.string(), ": ", parts...);
    };
    std::error_code failure;
    const auto size = std::filesystem::file_size(path, failure);  // fails for a folder
    check(!failure, failure.message());
    check(size <= limit, "is ", size, " bytes long, expected at most ", limit);
    std::ifstream file(path, std::ios::binary);
    check(file.is_open(), "cannot be opened");

    std::vector<std::string> words;
    std::unordered_set<std::string> known;
    for (std::string line; std::getline(file, line);) {
        check(line.find('\0') == std::string::npos, "expected text, got a byte of 0");
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty() || line.size() > longest || !std::ranges::all_of(line, is_letter))
            continue;
        if (known.insert(line).second) words.push_back(line);
    }
    check(!file.bad(), "cannot be read");
    check(!words.empty(), "expected words of 1 to ", longest, " letters a to z, got none");
    return words;
}

std::vector<std::string> invented_words(std::size_t count, Random& random) {
    require(1 <= count && count <= 50000, "[invented_words] expected 1 to 50000 words, got ",
            count);
    // What comes often stands here more than once.
    static constexpr std::array begins{"b", "br", "d", "dr", "f", "fl", "g", "gr", "h",  "k",
                                       "l", "l",  "m", "m",  "n", "n",  "p", "pl", "r",  "r",
                                       "s", "s",  "s", "st", "t", "t",  "t", "tr", "sh", "v"};
    static constexpr std::array vowels{"a", "a", "e", "e", "e",  "i",
                                       "i", "o", "o", "u", "ee", "ai"};
    static constexpr std::array ends{"", "", "", "", "n", "n", "r", "l", "s", "t", "m", "nd", "st"};
    const auto one_of = [&](const auto& parts) { return parts[random.below(parts.size())]; };

    std::vector<std::string> words;
    std::unordered_set<std::string> known;
    while (words.size() < count) {
        std::string word;
        for (std::size_t syllables = 1 + random.below(3); syllables > 0; --syllables) {
            word += one_of(begins);  // one after the other: an order that the language fixes
            word += one_of(vowels);
            word += one_of(ends);
        }
        if (known.insert(word).second) words.push_back(word);
    }
    return words;
}

}  // namespace nn
