#include "nn/train/interrupt.hpp"

namespace nn {

namespace {

// All that a handler may touch.
volatile std::sig_atomic_t noted = 0;

void note(int signal) { noted = signal; }

/// Returns what the signal did before.
struct sigaction watch(int signal) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_IGN) return before;
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    // The second signal finds the default action; reads and writes under way are not disturbed.
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigaction(signal, &action, nullptr);
    return before;
}

}  // namespace

InterruptWatch::InterruptWatch() {
    noted = 0;
    before_interrupt_ = watch(SIGINT);
    before_terminate_ = watch(SIGTERM);
}

InterruptWatch::~InterruptWatch() {
    noted = 0;
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_terminate_, nullptr);
}

int InterruptWatch::signal() { return noted; }

}  // namespace nn
