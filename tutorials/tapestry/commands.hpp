/// @file
/// What `tapestry` does for data of one's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tutorials/tapestry/model.hpp"

namespace own {

/// What the command line says.
struct Arguments {
    std::filesystem::path data{}, out{}, model{}, mask{};
    Settings settings{};
    bool hidden_given = false;
    std::string id{};
    std::optional<bool> header{};
    std::size_t side = 32, epochs = 200, patience = 20, batch = 0, count = 100, samples = 16,
                rounds = 1000, threads = 1;
    double learning_rate = 1e-3;
    std::uint64_t seed = 1;
    bool resume = false;
};

// Each throws Error in one line if it cannot be done, and leaves no part of what it was to write.

void train(Arguments& arguments);
void reconstruct(Arguments& arguments);
void sample(Arguments& arguments);
void score(Arguments& arguments);
void encode(Arguments& arguments);
void impute(Arguments& arguments);

}  // namespace own
