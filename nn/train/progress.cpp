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
constexpr std::size_t widest_bar = 20, narrowest_bar = 6;

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

/// ` [######..............]`
std::string bar(std::size_t width, double done) {
    const auto filled = static_cast<std::size_t>(done * static_cast<double>(width));
    return " [" + std::string(filled, '#').append(width - filled, '.') + "]";
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

void Progress::step(std::size_t images, const MetricMeans& means) {
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

void Progress::draw(const MetricMeans* means, const char* activity) {
    const auto now = last_drawn_ = Clock::now();
    const std::size_t width = columns_of(terminal_) - 1;  // the last column would start a new line
    const std::string epoch = formatted("epoch %zu/%zu", epoch_ + 1, epochs_);
    std::string rest;
    const auto append = [&](const std::string& part) {
        const bool fits = epoch.size() + rest.size() + part.size() <= width;
        if (fits) rest += part;
        return fits;
    };
    append(formatted(" %zu/%zu", step_, steps_per_epoch_));
    if (steps_done_ > 0) {
        append("  " + clock_time(seconds_left(now)) + " left");
        append(formatted("  %.0f images/s", images_ / seconds(now - epoch_start_)));
    }
    if (means == nullptr) append(std::string("  ") + activity);
    for (std::size_t i = 0; means != nullptr && i < means->names.size(); ++i)
        if (!append("  " + means->names[i] + formatted(" %#.4g", means->mean(i)))) break;

    // The bar takes what room is left.
    const std::size_t used = epoch.size() + rest.size() + 3;
    const std::size_t room = std::min(widest_bar, width - std::min(width, used));
    const double done = static_cast<double>(step_) / static_cast<double>(steps_per_epoch_);
    const std::string line = epoch + (room >= narrowest_bar ? bar(room, done) : "") + rest;
    write_to(terminal_, erasing() + line);
    drawn_ = line.size();
}

std::string Progress::erasing() const {
    // A terminal that became narrower has broken the bar into several lines.
    const std::size_t more_lines = (std::max<std::size_t>(drawn_, 1) - 1) / columns_of(terminal_);
    std::string codes = "\r";
    for (std::size_t i = 0; i < more_lines; ++i) codes += "\x1b[A";  // up
    return codes + "\x1b[J";                                         // erase from here on
}

void Progress::erase() {
    if (drawn_ > 0) write_to(terminal_, erasing());
    drawn_ = 0;
}

int error_terminal() {
    const char* const kind = std::getenv("TERM");
    const bool can_draw = isatty(STDERR_FILENO) && kind && std::strcmp(kind, "dumb") != 0;
    return can_draw ? STDERR_FILENO : -1;
}

}  // namespace nn
