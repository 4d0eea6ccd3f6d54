/// @file
/// Where a probe lives: a process without files, network, children and other processes, for a limited
/// time and with limited memory.
#pragma once

#include <cstddef>
#include <string>

#include "tutorials/assignments/judge/frame.hpp"

namespace judge {

struct Limits {
    double seconds = 10;                        ///< on the clock; as many on the processor
    std::size_t memory = std::size_t{1} << 29;  ///< bytes
    bool prints = false;                        ///< what the probe prints is shown
};

/// What came of a request: an answer, or what went wrong in words.
struct Outcome {
    frame::Message answer;
    std::string trouble;
};

/// Starts the program, asks it once, and waits for its end. Whatever the program does, this returns.
/// Throws std::runtime_error only if the program cannot be started at all.
Outcome ask(const std::string& program, const frame::Message& request, const Limits& limits);

}  // namespace judge
