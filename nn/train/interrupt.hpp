/// @file
/// Ctrl-C as a request to stop in order.
#pragma once

#include <csignal>
#include <stdexcept>
#include <string>

namespace nn {

/// What a training run throws after it was asked to stop and has saved all it needs to go on.
/// A program ends with the exit code 128 + signal: 130 after Ctrl-C.
struct Interrupted : std::runtime_error {
    Interrupted(const std::string& what, int by) : std::runtime_error(what), signal(by) {}
    int signal;  ///< SIGINT, SIGTERM or SIGHUP
};

/// As long as one lives, the first SIGINT (Ctrl-C) or SIGTERM is only noted, and a second one of
/// the same kind ends the program at once. SIGHUP, from a terminal that is closed, is noted however often
/// it comes. Signals that the program was told to ignore, as under nohup, stay ignored. One at a time.
class InterruptWatch {
  public:
    InterruptWatch();
    /// Restores what signals did before.
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

    /// The signal that was noted, or 0.
    static int signal();

  private:
    struct sigaction before_interrupt_, before_terminate_, before_hangup_;
};

}  // namespace nn
