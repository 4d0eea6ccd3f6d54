#include "tutorials/support/gnuplot.hpp"

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "autograd/error.hpp"

namespace tutorials::gnuplot {

using autograd::require;

namespace {

bool gnuplot_is_here() {
    static bool said = false;
    const bool here = std::system("command -v gnuplot > /dev/null") == 0;
    if (!here && !said)
        std::cerr << "No figures: gnuplot is not here (apt install gnuplot-nox)." << std::endl;
    said = said || !here;
    return here;
}

/// Whether a PNG file has its last chunk. Where the disk is full it has not, and gnuplot does not
/// complain.
bool is_whole(const std::string& path) {
    constexpr std::string_view last_chunk("IEND\xae\x42\x60\x82");
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {}).ends_with(last_chunk);
}

volatile std::sig_atomic_t interrupted = 0;

/// Ctrl-C waits until a picture is drawn; a second one does not.
class InterruptWaits {
  public:
    InterruptWaits() {
        interrupted = 0;
        sigaction(SIGINT, nullptr, &before_);
        if (before_.sa_handler == SIG_IGN) return;
        struct sigaction action {};
        action.sa_handler = [](int) { interrupted = 1; };
        sigemptyset(&action.sa_mask);
        action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
        sigaction(SIGINT, &action, nullptr);
    }
    ~InterruptWaits() {
        sigaction(SIGINT, &before_, nullptr);
        if (interrupted) ::raise(SIGINT);
    }
    InterruptWaits(const InterruptWaits&) = delete;
    InterruptWaits& operator=(const InterruptWaits&) = delete;

  private:
    struct sigaction before_ {};
};

/// What starts gnuplot so that the picture goes to the file. The shell opens it: gnuplot itself takes a
/// name that begins with `~` or `|` for something else. GNUTERM could name a terminal that is not there.
/// In a session of its own, which Ctrl-C does not reach: an interrupted gnuplot takes the numbers that
/// are still to come for commands, and complains of every one.
std::string command(const std::string& path) {
    std::string quoted;
    for (const char c : path) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return "unset GNUTERM; exec setsid --wait gnuplot --default-settings > '" + quoted + "'";
}

}  // namespace

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c == '\n' ? ' ' : c;
    }
    return out + "'";
}

std::string number(double x) {
    if (!std::isfinite(x)) return "NaN";
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", x);
    return text;
}

void draw(const std::filesystem::path& path, std::size_t width, std::size_t height,
          const std::string& script) {
    if (!gnuplot_is_here()) return;
    const InterruptWaits waits;
    const auto part = path.string() + ".part";
    require(std::ofstream(part).good(), "[plot] cannot write ", part);
    const std::string head = "set terminal pngcairo size " + std::to_string(width) + "," +
                             std::to_string(height) +
                             " font 'DejaVu Sans,18' linewidth 2 noenhanced\n";
    auto* const before = std::signal(SIGPIPE, SIG_IGN);  // gnuplot may give up before the end
    std::FILE* const pipe = ::popen(command(part).c_str(), "w");
    require(pipe != nullptr, "[plot] cannot start gnuplot for ", path.string());
    for (const std::string& text : {head, script}) std::fwrite(text.data(), 1, text.size(), pipe);
    const int status = ::pclose(pipe);
    std::signal(SIGPIPE, before);

    std::error_code error;
    const bool whole = status == 0 && is_whole(part);
    if (whole) std::filesystem::rename(part, path, error);
    const bool drawn = whole && !error;
    if (!drawn) std::filesystem::remove(part, error);
    require(drawn, "[plot] cannot draw ", path.string(),
            status == 0 && !whole ? ": is the disk full?" : "");
}

}  // namespace tutorials::gnuplot
