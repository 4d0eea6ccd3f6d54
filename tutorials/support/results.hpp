/// @file
/// The numbers that a run ends with, in a file that the pages of the course quote from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tutorials {

/// What was run, and what came out.
struct Results {
    std::string tutorial;  ///< `07_vae`
    std::string data;      ///< `fashion-mnist`
    std::uint64_t seed = 0;
    std::size_t epochs = 0;
    std::size_t batch = 0;  ///< examples per step
    std::size_t threads = 0;
    std::string blas;  ///< OpenBLAS's name for the processor, `Cooperlake`

    /// One number, or one for each of several things (levels, units).
    using Value = std::variant<double, std::vector<double>>;
    std::vector<std::pair<std::string, Value>> results;  ///< by key, in the order they were added

    /// Adds a result: `results.add("test_neg_elbo", 244.41)`.
    /// Throws if the key is there already or a number is not finite.
    void add(const std::string& key, double number);
    void add(const std::string& key, const std::vector<double>& numbers);
};

/// Writes `{"tutorial": ..., "seed": ..., "results": {key: number, ...}}` as JSON, keys in the order
/// above and numbers as nn::decimal() writes them.
///
/// The file is replaced as a whole or stays as it was (see nn::write_atomically()).
///
/// With `adds`, for an experiment alone, numbers that earlier runs of the same settings have left there
/// stay, except those that are measured anew.
///
/// Throws if the file cannot be written.
void write_results(const std::filesystem::path& path, const Results& results, bool adds = false);

}  // namespace tutorials
