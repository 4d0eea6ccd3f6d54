/// @file
/// How a training run shows where it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

#include "nn/train/metrics.hpp"

namespace nn {

/// A bar that is redrawn in place on a terminal, and lines that stay.
///
/// The bar shows epoch, steps, time left, rate and the metrics so far; what does not fit into the
/// width of the terminal is left out, from the right. It is redrawn ten times a second at most, and
/// erased before a line is written and when this object ends.
class Progress {
  public:
    /// `lines` takes the lines; `terminal` is the file descriptor that the bar is drawn on, or −1
    /// for none.
    Progress(std::ostream& lines, int terminal, std::size_t epochs, std::size_t steps_per_epoch);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// An epoch begins: `epoch` of them are done, and of this one `step` steps, by an earlier run.
    void start_epoch(std::size_t epoch, std::size_t step);
    /// One more step is done.
    void step(std::size_t images, const MetricMeans& means);
    /// Shown in place of the metrics until the next step: `evaluating`.
    void say(const char* activity);
    /// Writes a line that stays.
    void line(const std::string& text);

  private:
    using Clock = std::chrono::steady_clock;
    void draw(const MetricMeans* means, const char* activity);
    std::string erasing() const;
    void erase();
    double seconds_left(Clock::time_point now) const;

    std::ostream& lines_;
    int terminal_;
    std::size_t epochs_, steps_per_epoch_;
    std::size_t epoch_ = 0, step_ = 0;
    std::size_t steps_done_ = 0;  // since the beginning, in this run
    std::size_t images_ = 0;      // since the epoch began, in this run
    Clock::time_point run_start_, epoch_start_, last_drawn_;
    std::size_t drawn_ = 0;  // columns of the bar that is on the screen
};

/// The file descriptor of the terminal that the standard error output is, or −1 if it is none or
/// cannot move its cursor.
int error_terminal();

}  // namespace nn
