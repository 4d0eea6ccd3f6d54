#include "tutorials/assignments/judge/cell.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace judge {

namespace {

// --- what the kernel lets a probe do --------------------------------------------------------------

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
#error "the cell knows x86-64 and arm64"
#endif

/// What a program needs that computes.
constexpr long allowed[] = {
    SYS_read,
    SYS_write,
    SYS_writev,
    SYS_close,
    SYS_lseek,
    SYS_fstat,
    SYS_newfstatat,
    SYS_mmap,
    SYS_munmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_futex,
    SYS_exit,
    SYS_exit_group,
    SYS_rt_sigaction,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_getpid,
    SYS_gettid,
    SYS_set_tid_address,
    SYS_set_robust_list,
    SYS_getrandom,
    SYS_clock_gettime,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_sched_yield,
    SYS_execveat,
    SYS_sched_getaffinity,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_arch_prctl
    SYS_arch_prctl,
#endif
};

/// What no solution needs, and how the report calls it. It ends the probe.
struct Forbidden {
    long call;
    const char* name;
};
constexpr Forbidden forbidden[] = {
    {SYS_clone, "fork, which starts a process"},
    {SYS_clone3, "clone3, which starts a thread or a process"},
    {SYS_execve, "execve, which starts a program"},
    {SYS_kill, "kill, which reaches other processes"},
    {SYS_tkill, "tkill, which reaches other processes"},
    {SYS_tgkill, "tgkill, which reaches other processes"},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo, which reaches other processes"},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo, which reaches other processes"},
    {SYS_pidfd_open, "pidfd_open, which reaches other processes"},
    {SYS_ptrace, "ptrace, which reaches other processes"},
    {SYS_process_vm_readv, "process_vm_readv, which reads the memory of other processes"},
    {SYS_process_vm_writev, "process_vm_writev, which writes the memory of other processes"},
    {SYS_socket, "socket, which reaches the network"},
    {SYS_socketpair, "socketpair, which reaches other processes"},
    {SYS_openat, "open, to write a file"},
#ifdef SYS_open
    {SYS_fork, "fork, which starts a process"},
    {SYS_vfork, "vfork, which starts a process"},
    {SYS_open, "open, to write a file"},
    {SYS_creat, "creat, to write a file"},
#endif
};

/// A trap is a signal, SIGSYS, which ends the probe. The probe's own code says first which call it was
/// (probe.cpp); a program that handles the signal itself goes on without the call.
constexpr unsigned trap = SECCOMP_RET_TRAP, kill_it = SECCOMP_RET_KILL_PROCESS,
                   allow = SECCOMP_RET_ALLOW;
constexpr unsigned refuse(unsigned error) { return SECCOMP_RET_ERRNO | error; }

/// The low half of an argument of a call, on machines that count from the low end.
constexpr unsigned argument(unsigned i) { return offsetof(seccomp_data, args) + 8 * i; }

/// A program of the kernel's packet filter, which looks at the number of each call.
class Filter {
  public:
    explicit Filter(pid_t self) {
        load(offsetof(seccomp_data, arch));
        unless(architecture, kill_it);
        load(offsetof(seccomp_data, nr));
        for (const long call : allowed) if_is(call, allow);
        opening(SYS_openat, 2);
#ifdef SYS_open
        opening(SYS_open, 1);
#endif
        // The C library blocks signals before it starts a thread or a program. That does nothing here, so
        // that a trap is always heard.
        if_is(SYS_rt_sigprocmask, refuse(0));
        // abort() sends itself a signal that way.
        add(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4);
        load(argument(0));
        if_is(self, allow);
        answer(trap);
        for (const Forbidden& each : forbidden) if_is(each.call, trap);
        answer(refuse(EPERM));
    }

    void install() {
        sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(126);
    }

  private:
    void add(int code, unsigned k, int yes = 0, int no = 0) {
        code_.push_back({static_cast<unsigned short>(code), static_cast<unsigned char>(yes),
                         static_cast<unsigned char>(no), k});
    }
    void load(unsigned offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
    void answer(unsigned what) { add(BPF_RET | BPF_K, what); }
    void if_is(long number, unsigned what) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), 0, 1);
        answer(what);
    }
    void unless(unsigned number, unsigned what) {
        add(BPF_JMP | BPF_JEQ | BPF_K, number, 1, 0);
        answer(what);
    }
    /// To write a file ends the probe; to read one fails, as the C library's own start does now and then.
    void opening(long call, unsigned flags) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 4);
        load(argument(flags));
        add(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1);
        answer(trap);
        answer(refuse(EACCES));
    }

    std::vector<sock_filter> code_;
};

// --- the child ------------------------------------------------------------------------------------

/// No more than this, nor than what is allowed already.
void limit(int resource, rlim_t most) {
    const auto which = static_cast<__rlimit_resource>(resource);
    rlimit both{};
    if (getrlimit(which, &both) != 0) _exit(126);
    both.rlim_cur = both.rlim_max = std::min(both.rlim_max, most);
    if (setrlimit(which, &both) != 0) _exit(126);
}

void become_nobody() {
    constexpr unsigned nobody = 65534;
    if (geteuid() != 0) return;
    if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
}

/// Never returns.
void live(int program, int requests, int answers, const Limits& limits) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_RDWR);
    // First out of the way of the numbers that they are to have.
    requests = fcntl(requests, F_DUPFD, 10);
    answers = fcntl(answers, F_DUPFD, 10);
    program = fcntl(program, F_DUPFD_CLOEXEC, 10);
    dup2(requests, 0);
    dup2(limits.prints ? 2 : nowhere, 1);
    if (!limits.prints) dup2(nowhere, 2);
    dup2(answers, 3);
    dup2(program, 4);
    fcntl(4, F_SETFD, FD_CLOEXEC);
    close_range(5, ~0U, 0);

    const auto seconds = static_cast<rlim_t>(limits.seconds) + 1;
    limit(RLIMIT_CPU, seconds);
    limit(RLIMIT_AS, limits.memory);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 16);
    become_nobody();
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // which a change of user has forgotten
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(126);

    char name[] = "probe", one_thread[] = "OMP_NUM_THREADS=1",
         one_kernel[] = "OPENBLAS_NUM_THREADS=1";
    char* const arguments[] = {name, nullptr};
    char* const environment[] = {one_thread, one_kernel, nullptr};
    Filter(getpid()).install();
    syscall(SYS_execveat, 4, "", arguments, environment, AT_EMPTY_PATH);
    _exit(127);
}

// --- the parent -----------------------------------------------------------------------------------

using Clock = std::chrono::steady_clock;

/// Whether a process wants the processor, has ended or was stopped from outside, and does not sleep.
bool is_awake(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    const std::string words{std::istreambuf_iterator<char>(file), {}};
    const std::size_t name = words.rfind(')');  // which may hold anything
    return name + 2 < words.size() &&
           std::string("RDZT").find(words[name + 2]) != std::string::npos;
}

/// When a probe's time is up: when its seconds have passed on the clock, unless it still waits for a
/// busy machine's processor. Its seconds of that are limited by the kernel.
class Patience {
  public:
    Patience(pid_t process, double seconds)
        : process_(process),
          next_(Clock::now() + span(seconds)),
          last_(Clock::now() + span(12 * seconds)) {}

    bool is_over() {
        const auto now = Clock::now();
        if (now < next_) return false;
        next_ = now + span(0.2);
        asleep_ = is_awake(process_) ? 0 : asleep_ + 1;
        return now > last_ || asleep_ > 4;  // one look may fall on a moment of rest
    }
    /// Milliseconds until it is worth asking again.
    int pause() const {
        return static_cast<int>(std::max(span(0.001), next_ - Clock::now()) /
                                std::chrono::milliseconds(1));
    }

  private:
    static Clock::duration span(double seconds) {
        return std::chrono::milliseconds(static_cast<long>(1000 * seconds));
    }
    pid_t process_;
    Clock::time_point next_, last_;
    int asleep_ = 0;  // so many looks in a row
};

/// Reads until the other end is closed, the time is up, or more has come than one answer may be long.
/// False if the time is up.
bool read_until(int file, Patience& patience, std::string& bytes) {
    std::array<char, 65536> piece;
    while (bytes.size() <= frame::longest + sizeof(std::uint64_t)) {
        if (patience.is_over()) return false;
        pollfd ready{file, POLLIN, 0};
        if (poll(&ready, 1, patience.pause()) == 0) continue;
        const ssize_t got = read(file, piece.data(), piece.size());
        if (got == 0) return true;
        if (got > 0) bytes.append(piece.data(), static_cast<std::size_t>(got));
    }
    return true;
}

/// Waits for the end while there is patience, then makes one. Returns the status and whether it came in
/// time.
std::pair<int, bool> end_of(pid_t child, Patience& patience) {
    int status = 0;
    while (!patience.is_over()) {
        if (waitpid(child, &status, WNOHANG) == child) return {status, true};
        usleep(1000);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return {status, false};
}

/// The last that a stopped probe writes is the number of the call.
std::string what_was_called(const std::string& written) {
    std::int64_t call = -1;
    if (written.size() >= sizeof call)
        std::memcpy(&call, written.data() + written.size() - sizeof call, sizeof call);
    const auto found = std::ranges::find(forbidden, call, &Forbidden::call);
    return found != std::end(forbidden) ? std::string("the code called ") + found->name
                                        : "the code called what it may not";
}

std::string how_it_ended(int status, const std::string& written, const Limits& limits) {
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (number == SIGSYS) return "was stopped: " + what_was_called(written);
    if (number == SIGXCPU || number == SIGKILL)
        return "used more than " + std::to_string(static_cast<int>(limits.seconds)) +
               " seconds of processor time";
    if (number == SIGXFSZ) return "was stopped: it tried to write a file";
    if (number == SIGSEGV)
        return "crashed: it read or wrote where it must not (segmentation fault)";
    if (number != 0) return std::string("crashed: ") + strsignal(number);
    if (WEXITSTATUS(status) != 0)
        return "ended with exit code " + std::to_string(WEXITSTATUS(status));
    return "";
}

/// Takes the one answer out of all that was written.
std::string read_answer(const std::string& bytes, std::uint64_t id, frame::Message& answer) {
    std::uint64_t length = 0;
    if (bytes.empty()) return "ended without an answer";
    if (bytes.size() < sizeof length) return "gave no whole answer";
    std::memcpy(&length, bytes.data(), sizeof length);
    const std::string body = bytes.substr(sizeof length);
    if (length > body.size()) return "gave no whole answer";
    if (length < body.size()) return "wrote more than one answer";
    try {
        answer = frame::Decoder(body).message();
    } catch (const std::runtime_error& error) {
        return std::string("wrote what is no answer: ") + error.what();
    }
    if (answer.id != id) return "answered another question";
    return "";
}

struct Pipe {
    int out = -1, in = -1;
    Pipe() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        out = ends[0];
        in = ends[1];
    }
    ~Pipe() {
        close_out();
        close_in();
    }
    void close_out() { out = out >= 0 ? (close(out), -1) : -1; }
    void close_in() { in = in >= 0 ? (close(in), -1) : -1; }
};

/// What a probe reads: a file without a name, so that nobody waits for a probe that does not read.
int unnamed_file(const std::string& bytes) {
    const int file = memfd_create("request", MFD_CLOEXEC);
    std::size_t at = 0;
    while (file >= 0 && at < bytes.size()) {
        const ssize_t written = write(file, bytes.data() + at, bytes.size() - at);
        if (written <= 0) break;
        at += static_cast<std::size_t>(written);
    }
    if (file < 0 || at < bytes.size() || lseek(file, 0, SEEK_SET) != 0)
        throw std::runtime_error("no memory for a request");
    return file;
}

}  // namespace

Outcome ask(const std::string& program, const frame::Message& request, const Limits& limits) {
    const int file = open(program.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::runtime_error("there is no program " + program);
    const std::string body = frame::encode(request);
    std::string bytes;
    frame::put(bytes, body.size());
    const int requests = unnamed_file(bytes + body);
    Pipe answers;
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no new process");
    if (child == 0) live(file, requests, answers.in, limits);
    close(file);
    close(requests);
    answers.close_in();

    Patience patience(child, limits.seconds);
    std::string written;
    const bool read = read_until(answers.out, patience, written);
    answers.close_out();
    const auto [status, ended] = end_of(child, patience);

    Outcome outcome;
    if (!read || !ended)
        outcome.trouble =
            "did not end within " + std::to_string(static_cast<int>(limits.seconds)) + " seconds";
    else
        outcome.trouble = how_it_ended(status, written, limits);
    if (outcome.trouble == "ended with exit code 126" ||
        outcome.trouble == "ended with exit code 127")
        outcome.trouble += " before it began";
    if (outcome.trouble.empty()) outcome.trouble = read_answer(written, request.id, outcome.answer);
    if (outcome.trouble.empty() && outcome.answer.words == "std::bad_alloc")
        outcome.trouble =
            "ran out of memory: more than " + std::to_string(limits.memory >> 20) + " MB";
    return outcome;
}

}  // namespace judge
