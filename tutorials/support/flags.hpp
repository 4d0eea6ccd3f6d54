/// @file
/// The command line that all tutorials share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tutorials {

/// What the command line says; at first what a tutorial takes when it says nothing.
struct Flags {
    std::string data = "auto";  ///< see nn::load_data
    std::size_t side = 32;      ///< pixels; larger images of a folder of PNG files are made smaller
    std::size_t epochs = 10;
    std::size_t batch = 128;  ///< examples per step
    double learning_rate = 1e-3;
    std::uint64_t seed = 1;
    std::size_t threads = 0;         ///< 0: as many as there are processors
    std::filesystem::path out = {};  ///< empty: `out/NAME`
    bool resume = false;             ///< go on where an interrupted run stopped
    bool quick = false;              ///< a run of a few seconds: little data, at most two epochs
    std::string only = {};           ///< the experiment to run instead of the lesson
    bool all = false;                ///< the lesson and then every experiment
};

/// A flag of one tutorial. The value is what the command line sets; before, it is the default.
struct Option {
    std::string flag;  ///< `--beta`
    std::variant<double*, std::size_t*, bool*, std::string*> value;
    std::string help;
};

/// What a tutorial is called, and what its command line takes.
struct About {
    std::string name;   ///< `07_vae`
    std::string title;  ///< `The variational autoencoder`
    Flags defaults = {};
    std::vector<Option> options = {};
};

/// Reads the command line; without value if it asked for `--help`, which is printed then. Threads
/// are limited to the processors there are and to what the environment gives, and the folder `out` is made.
///
/// Throws Error, in one line, if a flag is unknown, a value is missing, no number or out of range,
/// or the folder cannot be written.
std::optional<Flags> parse(int argc, const char* const* argv, const About& about);

/// Makes the folder and tries it, before training rather than after it. Throws if it cannot be written.
void prepare_folder(const std::filesystem::path& folder);

// What CLI11 calls to check a value; an empty text is approval. It would itself take 010 for eight, a number
// too large for another, and 0,001 for 1 (version 2.6).

std::string whole(const std::string& text);
std::string at_least_one(const std::string& text);
/// In single precision it stays a number above zero.
std::string positive(const std::string& text);
/// Whether the text is a number, with a point if it has one, in this range.
bool number_within(const std::string& text, double low, double high);
std::string not_empty(const std::string& text);

}  // namespace tutorials
