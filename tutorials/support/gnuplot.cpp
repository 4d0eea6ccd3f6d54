#include "tutorials/support/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <string_view>
#include <vector>

#include "autograd/error.hpp"
#include "nn/io/atomic_file.hpp"

namespace tutorials::gnuplot {

using autograd::require;

namespace {

/// Whether a PNG file has its last chunk. Where memory is full it has not, and gnuplot does not
/// complain.
bool is_whole(std::string_view png) { return png.ends_with("IEND\xae\x42\x60\x82"); }

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

/// A file descriptor, closed at the end.
struct Descriptor {
    int number;
    explicit Descriptor(int n) : number(n) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void close() {
        if (number >= 0) ::close(number);
        number = -1;
    }
};

/// The environment without GNUTERM, which could name a terminal that is not there.
std::vector<char*> environment() {
    std::vector<char*> variables;
    for (char** each = environ; *each; ++each)
        if (!std::string_view(*each).starts_with("GNUTERM=")) variables.push_back(*each);
    variables.push_back(nullptr);
    return variables;
}

/// Starts gnuplot between two descriptors; returns its process, or −1 if it is not here. In a session of
/// its own, which Ctrl-C does not reach: an interrupted gnuplot takes the numbers that are still to come
/// for commands, and complains of every one.
pid_t start(int script, int picture) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, script, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, picture, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    char name[] = "gnuplot", option[] = "--default-settings";
    char* const words[] = {name, option, nullptr};
    pid_t process = -1;
    const int error =
        posix_spawnp(&process, name, &files, &attributes, words, environment().data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error == 0 ? process : -1;
}

void write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t taken = ::write(file, bytes.data(), bytes.size());
        if (taken < 0 && errno == EINTR) continue;
        if (taken < 0) return;  // gnuplot gave up, and its status will say so
        bytes.remove_prefix(static_cast<std::size_t>(taken));
    }
}

std::string read_all(int file) {
    std::string bytes(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)), '\0');
    const auto count = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return bytes;
}

/// How a run of gnuplot ended.
struct Run {
    bool started = false;
    int status = -1;  // of the process; 0 if it ended well
    std::string picture = {};
};

/// Has gnuplot read the script; what it draws stays in memory.
Run run(const std::string& script) {
    int ends[2];
    const Descriptor picture(::memfd_create("picture", MFD_CLOEXEC));
    require(picture.number >= 0 && ::pipe2(ends, O_CLOEXEC) == 0, "[plot] cannot start gnuplot");
    Descriptor from(ends[0]), to(ends[1]);
    const pid_t process = start(from.number, picture.number);
    if (process < 0) return {};
    from.close();
    auto* const before = std::signal(SIGPIPE, SIG_IGN);  // gnuplot may give up before the end
    write_all(to.number, script);
    std::signal(SIGPIPE, before);
    to.close();
    Run run{.started = true};
    while (::waitpid(process, &run.status, 0) < 0 && errno == EINTR) {
    }
    run.picture = read_all(picture.number);
    return run;
}

/// Says once that there are no figures, and why.
void say_none(const char* why) {
    static bool said = false;
    if (!said) std::cerr << "No figures: " << why << " (apt install gnuplot-nox)." << std::endl;
    said = true;
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
    const InterruptWaits waits;
    const std::string terminal = "set terminal pngcairo";
    const Run drawn =
        run(terminal + " size " + std::to_string(width) + "," + std::to_string(height) +
            " font 'DejaVu Sans,18' linewidth 2 noenhanced\n" + script);
    if (!drawn.started) return say_none("gnuplot is not here");
    if (drawn.status != 0 && run(terminal + "\n").status != 0)
        return say_none("this gnuplot cannot draw PNG files");
    require(drawn.status == 0, "[plot] gnuplot cannot draw ", path.string());
    require(is_whole(drawn.picture), "[plot] gnuplot left ", path.string(), " unfinished");
    nn::write_atomically(path, drawn.picture);
}

}  // namespace tutorials::gnuplot
