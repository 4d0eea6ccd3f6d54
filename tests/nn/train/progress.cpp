#include "nn/train/progress.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using nn::Progress;

namespace {

/// A terminal without a screen: what is written to it can be read.
class Terminal {
  public:
    explicit Terminal(unsigned short columns) : reader_(posix_openpt(O_RDWR | O_NOCTTY)) {
        if (reader_ < 0 || grantpt(reader_) != 0 || unlockpt(reader_) != 0)
            throw std::runtime_error("no terminal to test with");
        writer_ = open(ptsname(reader_), O_RDWR | O_NOCTTY);
        fcntl(reader_, F_SETFL, O_NONBLOCK);
        resize(columns);
    }
    ~Terminal() {
        close(writer_);
        close(reader_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    int descriptor() const { return writer_; }

    void resize(unsigned short columns) {
        const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        ioctl(writer_, TIOCSWINSZ, &size);
    }

    /// What was written since the last call.
    std::string written() {
        std::string all;
        char bytes[4096];
        for (ssize_t n; (n = read(reader_, bytes, sizeof bytes)) > 0;)
            all.append(bytes, static_cast<std::size_t>(n));
        return all;
    }

  private:
    int reader_, writer_;
};

const std::string erased = "\r\x1b[J";

nn::MetricMeans some_means() {
    nn::MetricMeans means;
    means.add({{"reconstruction", 228.2}, {"kl", 16.25}}, 1);
    return means;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

/// The bar as it stands after one step out of 469, in a terminal of that width.
std::string bar(unsigned short columns) {
    Terminal terminal(columns);
    std::ostringstream lines;
    Progress progress(lines, terminal.descriptor(), 10, 469);
    progress.start_epoch(2, 233);
    progress.step(128, some_means());
    const std::string written = terminal.written();
    REQUIRE(written.starts_with(erased));
    return written.substr(erased.size());
}

}  // namespace

TEST_CASE("the bar tells epoch, steps, time left, rate and metrics") {
    const std::string text = bar(120);
    CHECK(text.starts_with("epoch 3/10 [#########...........] 234/469  "));
    CHECK(contains(text, " left  "));
    CHECK(contains(text, " images/s  reconstruction 228.2  kl 16.25"));
}

TEST_CASE("the bar stays within the width of the terminal") {
    for (unsigned short columns = 1; columns <= 140; ++columns) {
        CAPTURE(columns);
        CHECK(bar(columns).size() < std::max<std::size_t>(columns, 11));  // "epoch 3/10" at least
    }
    CHECK(bar(30).starts_with("epoch 3/10 234/469"));
    CHECK_FALSE(contains(bar(60), "kl"));
}

TEST_CASE("the bar is redrawn at most ten times a second") {
    Terminal terminal(80);
    std::ostringstream lines;
    Progress progress(lines, terminal.descriptor(), 1, 100000);
    progress.start_epoch(0, 0);
    const auto means = some_means();
    const auto start = std::chrono::steady_clock::now();
    std::size_t drawn = 0;
    for (int step = 0; step < 2000; ++step) {
        progress.step(1, means);
        if (step % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(11));
        for (const char c : terminal.written()) drawn += c == '\r' ? 1 : 0;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    CHECK(drawn >= 2);
    CHECK(static_cast<double>(drawn) <= 1 + taken.count() / 0.1);
}

TEST_CASE("the bar is gone before a line is written and at the end") {
    Terminal terminal(80);
    std::ostringstream lines;
    {
        Progress progress(lines, terminal.descriptor(), 2, 3);
        progress.start_epoch(0, 0);
        progress.step(8, some_means());
        progress.say("evaluating");
        CHECK(contains(terminal.written(), "evaluating"));
        progress.line("epoch 1/2");
        CHECK(terminal.written() == erased);
        CHECK(lines.str() == "epoch 1/2\n");
        progress.say("evaluating");
        terminal.written();
    }
    CHECK(terminal.written() == erased);
}

TEST_CASE("a bar that a narrower terminal has broken is erased as a whole") {
    Terminal terminal(100);
    std::ostringstream lines;
    Progress progress(lines, terminal.descriptor(), 10, 469);
    progress.start_epoch(2, 233);
    progress.step(128, some_means());
    const std::size_t length = terminal.written().size() - erased.size();
    REQUIRE(length > 80);  // three lines of 40 columns
    terminal.resize(40);
    progress.line("done");
    CHECK(terminal.written() == "\r\x1b[A\x1b[A\x1b[J");
}

TEST_CASE("without a terminal there are lines and nothing else") {
    std::ostringstream lines;
    {
        Progress progress(lines, -1, 1, 2);
        progress.start_epoch(0, 0);
        progress.step(8, some_means());
        progress.say("evaluating");
        progress.line("epoch 1/1");
    }
    CHECK(lines.str() == "epoch 1/1\n");
}
