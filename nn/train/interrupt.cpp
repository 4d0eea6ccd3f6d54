#include "nn/train/interrupt.hpp"

namespace nn {

namespace {

// All that a handler may touch.
volatile std::sig_atomic_t noted = 0;

void note(int signal) { noted = signal; }

/// Returns what the signal did before. With SA_RESETHAND a second one finds what is usual: the end.
struct sigaction watch(int signal, unsigned flags) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_IGN) return before;
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(flags | SA_RESTART);  // reads and writes go on
    sigaction(signal, &action, nullptr);
    return before;
}

}  // namespace

InterruptWatch::InterruptWatch() {
    noted = 0;
    before_interrupt_ = watch(SIGINT, SA_RESETHAND);
    before_terminate_ = watch(SIGTERM, SA_RESETHAND);
    before_hangup_ = watch(SIGHUP, 0);  // a terminal that is closed and its shell both send one
}

InterruptWatch::~InterruptWatch() {
    noted = 0;
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_terminate_, nullptr);
    sigaction(SIGHUP, &before_hangup_, nullptr);
}

int InterruptWatch::signal() { return noted; }

}  // namespace nn
