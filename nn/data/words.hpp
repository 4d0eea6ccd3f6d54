/// @file
/// Words as sequences of symbols: lists of them, and words that nobody knows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nn/random.hpp"

namespace nn {

/// The end mark, 0, and the letters a to z, 1 to 26.
inline constexpr std::size_t word_symbols = 27;

/// The letters of a word. Throws unless they are a to z.
Indices symbols_of(const std::string& word);
/// The way back, up to the first end mark. Throws if there is another symbol.
std::string word_of(const Indices& symbols);

/// The words of a list, one on a line, as Debian's package wamerican has it in /usr/share/dict: those of 1
/// to `longest` letters a to z, in the order of the list, each once. Names, abbreviations and words with
/// apostrophes or accents are left out.
///
/// Throws Error, naming the file, if it cannot be read, is larger than 64 MiB, is no text (a byte of 0), or
/// has no such word.
std::vector<std::string> read_words(const std::filesystem::path& path, std::size_t longest = 16);

/// Different words of one to three syllables that can be spoken, for those who have no list: what letters
/// follow one another is far from chance, as in a language. They depend on the state of the generator
/// alone. Throws unless 1 ≤ count ≤ 50 000.
std::vector<std::string> invented_words(std::size_t count, Random& random);

}  // namespace nn
