// A power cut, or a full disk, for a program that is started with this in LD_PRELOAD; tests/kills.py does.
// POWER_FOLDER is the folder that the program writes into; calls of write, fsync and rename that concern it
// are counted. At call number POWER_AT the power goes: the process ends; files whose bytes have not been
// synchronised since they were last changed are cut off somewhere; and of the renamings a random number, from
// the last one back, has not happened. From call number POWER_FULL on, nothing more can be written. POWER_LOG
// names a file for the number of calls.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

long number(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atol(text) : 0;
}

struct Renamed {
    fs::path path, before;  // where the file is that had the name before, or nothing
};

struct Disk {
    std::string folder = std::getenv("POWER_FOLDER");
    fs::path old = folder + ".old";  // files whose name another one has taken, to be found again
    long at = number("POWER_AT"), full = number("POWER_FULL"), calls = 0;
    std::minstd_rand random{static_cast<unsigned>(number("POWER_SEED")) + 1};
    std::map<ino_t, off_t> synchronised;  // and how long they were then
    std::vector<Renamed> renamed;
    std::mutex lock;

    ~Disk() {
        fs::remove_all(old);
        if (const char* log = std::getenv("POWER_LOG"))
            if (std::FILE* file = std::fopen(log, "w")) {
                std::fprintf(file, "%ld", calls);
                std::fclose(file);
            }
    }

    bool has(const fs::path& path) const { return path.string().starts_with(folder + "/"); }
    bool has(int file) const {
        std::error_code failure;
        const fs::path path = fs::read_symlink("/proc/self/fd/" + std::to_string(file), failure);
        return !failure && has(path);
    }

    void count() {
        ++calls;
        if (at > 0 && calls >= at) cut();
    }

    [[noreturn]] void cut() {
        const auto lost = random() % (renamed.size() + 1);
        for (std::size_t i = 0; i < lost; ++i) {
            const Renamed& last = renamed[renamed.size() - 1 - i];
            if (last.before.empty())
                ::unlink(last.path.c_str());
            else
                next<int(const char*, const char*)>("rename")(last.before.c_str(),
                                                              last.path.c_str());
        }
        fs::remove_all(old);
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            struct stat now {};
            if (!entry.is_regular_file() || ::stat(entry.path().c_str(), &now) != 0) continue;
            const auto found = synchronised.find(now.st_ino);
            if (found != synchronised.end() && found->second == now.st_size) continue;
            if (::truncate(entry.path().c_str(), now.st_size * (random() % 4) / 4) != 0)
                std::abort();
        }
        ::kill(::getpid(), SIGKILL);
        for (;;) ::pause();
    }

    void keep_old(const fs::path& path) {
        fs::create_directories(old);
        Renamed change{path, {}};
        if (fs::exists(path)) {
            change.before = old / std::to_string(renamed.size());
            fs::create_hard_link(path, change.before);
        }
        renamed.push_back(change);
    }
};

Disk& disk() {
    static Disk the_one;
    return the_one;
}

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, size_t size) {
    static const auto real = next<ssize_t(int, const void*, size_t)>("write");
    if (file <= STDERR_FILENO || !disk().has(file)) return real(file, bytes, size);
    const std::lock_guard guard(disk().lock);
    disk().count();
    if (disk().full > 0 && disk().calls >= disk().full) {
        if (disk().calls == disk().full && size > 1)
            return real(file, bytes, size / 2);  // what fits
        errno = ENOSPC;
        return -1;
    }
    return real(file, bytes, size);
}

extern "C" int fsync(int file) {
    static const auto real = next<int(int)>("fsync");
    if (!disk().has(file)) return real(file);
    const std::lock_guard guard(disk().lock);
    disk().count();
    struct stat now {};
    ::fstat(file, &now);
    disk().synchronised[now.st_ino] = now.st_size;
    return 0;  // a real disk would only be slower
}

extern "C" int rename(const char* from, const char* to) noexcept {
    static const auto real = next<int(const char*, const char*)>("rename");
    if (!disk().has(fs::path(to))) return real(from, to);
    const std::lock_guard guard(disk().lock);
    disk().count();
    disk().keep_old(to);
    return real(from, to);
}
