#include "nn/train/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace nn {

namespace {

constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::size_t bar_width = 20;

double seconds(std::chrono::steady_clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

std::size_t columns_of(int terminal) {
    winsize size{};
    const bool known = ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

/// As printf would write it.
template <class... Parts>
std::string formatted(const char* format, Parts... parts) {
    char text[64];
    std::snprintf(text, sizeof text, format, parts...);
    return text;
}

/// 0:07, 12:34, 1:02:03
std::string clock_time(double seconds) {
    const auto whole = static_cast<long>(std::min(std::ceil(seconds), 359999.0));
    if (whole < 3600) return formatted("%ld:%02ld", whole / 60, whole % 60);
    return formatted("%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
}

/// Appends the part if the line stays within the width. Each part is plain ASCII.
bool append(std::string& line, const std::string& part, std::size_t width) {
    if (line.size() + part.size() > width) return false;
    line += part;
    return true;
}

void write_to(int terminal, const std::string& text) {
    // A bar that cannot be drawn is no reason to stop.
    [[maybe_unused]] const auto written = ::write(terminal, text.data(), text.size());
}

}  // namespace

Progress::Progress(std::ostream& lines, int terminal, std::size_t epochs,
                   std::size_t steps_per_epoch)
    : lines_(lines),
      terminal_(terminal),
      epochs_(epochs),
      steps_per_epoch_(steps_per_epoch),
      run_start_(Clock::now()) {}

Progress::~Progress() { erase(); }

void Progress::start_epoch(std::size_t epoch, std::size_t step) {
    epoch_ = epoch;
    step_ = step;
    images_ = 0;
    epoch_start_ = Clock::now();
}

void Progress::step(std::size_t images, const Means& means) {
    ++step_;
    ++steps_done_;
    images_ += images;
    if (terminal_ >= 0 && Clock::now() - last_drawn_ >= redraw_every) draw(&means, "");
}

void Progress::say(const char* activity) {
    if (terminal_ >= 0) draw(nullptr, activity);
}

void Progress::line(const std::string& text) {
    erase();
    lines_ << text << std::endl;
}

double Progress::seconds_left(Clock::time_point now) const {
    const std::size_t all = epochs_ * steps_per_epoch_, gone = epoch_ * steps_per_epoch_ + step_;
    return seconds(now - run_start_) / static_cast<double>(steps_done_) *
           static_cast<double>(all - gone);
}

void Progress::draw(const Means* means, const char* activity) {
    const auto now = last_drawn_ = Clock::now();
    const std::size_t width = columns_of(terminal_) - 1;  // the last column would start a new line
    std::string line;
    append(line, formatted("epoch %zu/%zu", epoch_ + 1, epochs_), width);
    const std::size_t filled = bar_width * step_ / steps_per_epoch_;
    const std::string bar = "  [" + std::string(filled, '#') +
                            std::string(bar_width - filled, '.') +
                            formatted("] %zu/%zu", step_, steps_per_epoch_);
    if (width >= 70) append(line, bar, width);
    if (steps_done_ > 0) {
        const double rate = static_cast<double>(images_) / seconds(now - epoch_start_);
        append(line, "  " + clock_time(seconds_left(now)) + " left", width);
        append(line, formatted("  %.0f images/s", rate), width);
    }
    if (means == nullptr) append(line, std::string("  ") + activity, width);
    for (std::size_t i = 0; means != nullptr && i < means->names.size(); ++i)
        if (!append(line, "  " + means->names[i] + formatted(" %.4g", means->mean(i)), width))
            break;
    write_to(terminal_, "\r" + line + "\x1b[K");
    drawn_ = line.size();
}

void Progress::erase() {
    if (drawn_ > 0) write_to(terminal_, "\r\x1b[K");
    drawn_ = 0;
}

int error_terminal() {
    const char* const kind = std::getenv("TERM");
    const bool can_draw = isatty(STDERR_FILENO) && kind && std::strcmp(kind, "dumb") != 0;
    return can_draw ? STDERR_FILENO : -1;
}

}  // namespace nn
