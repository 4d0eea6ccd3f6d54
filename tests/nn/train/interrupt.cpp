#include "nn/train/interrupt.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

using nn::InterruptWatch;

namespace {

void (*handler_of(int signal))(int) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    return now.sa_handler;
}

/// Which signal ended a process that does this; 0 if it lived.
int signal_that_ends(void (*action)()) {
    const pid_t child = fork();
    if (child == 0) {
        action();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("the first signal is noted and what signals did before comes back") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const auto found = std::signal(signal, SIG_DFL);  // under nohup one is ignored
        const auto before = handler_of(signal);
        {
            const InterruptWatch watch;
            CHECK(InterruptWatch::signal() == 0);
            CHECK((handler_of(signal) != before));
            std::raise(signal);
            CHECK(InterruptWatch::signal() == signal);
        }
        CHECK((handler_of(signal) == before));
        {
            const InterruptWatch again;
            CHECK(InterruptWatch::signal() == 0);
        }
        std::signal(signal, found);
    }
}

TEST_CASE("a second Ctrl-C ends the program at once") {
    CHECK(signal_that_ends([] {
              const InterruptWatch watch;
              std::raise(SIGINT);
          }) == 0);
    CHECK(signal_that_ends([] {
              std::signal(SIGINT, SIG_DFL);  // a shell's background is deaf to it
              const InterruptWatch watch;
              std::raise(SIGINT);
              std::raise(SIGINT);
          }) == SIGINT);
}

TEST_CASE("a terminal that is closed may say so more than once") {
    CHECK(signal_that_ends([] {
              std::signal(SIGHUP, SIG_DFL);
              const InterruptWatch watch;
              std::raise(SIGHUP);
              std::raise(SIGHUP);
              if (InterruptWatch::signal() != SIGHUP) std::abort();
          }) == 0);
}

TEST_CASE("a signal that was to be ignored stays ignored") {
    const auto before = std::signal(SIGINT, SIG_IGN);
    {
        const InterruptWatch watch;
        CHECK((handler_of(SIGINT) == SIG_IGN));
        std::raise(SIGINT);
        CHECK(InterruptWatch::signal() == 0);
    }
    CHECK((handler_of(SIGINT) == SIG_IGN));
    std::signal(SIGINT, before);
}
