#include "nn/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <regex>
#include <vector>

#include "autograd/error.hpp"

namespace nn {

namespace fs = std::filesystem;
using autograd::require;

namespace {

/// Where the bytes of `path` are to go: the end of a chain of links, whether or not it exists.
fs::path followed(fs::path path) {
    for (int links = 0; links < 40 && fs::is_symlink(path); ++links)
        path = path.parent_path() / fs::read_symlink(path);  // an absolute one replaces the folder
    return path;
}

/// A new file beside `path`, whose name is put into `part`: no other writer has the same one. −1 if
/// it cannot be made.
int open_part(const std::string& path, std::string& part) {
    static std::atomic<unsigned> number{0};
    for (;;) {
        part = path + "." + std::to_string(::getpid()) + "-" + std::to_string(number++) + ".part";
        const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST) return file;  // exists: left by a run that was killed
    }
}

/// Whether all bytes were taken; if not, errno says why.
bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t taken = ::write(file, bytes.data(), bytes.size());
        if (taken < 0 && errno == EINTR) continue;  // a signal arrived: try again
        if (taken < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(taken));
    }
    return true;
}

/// Waits until the bytes are on the disk; without it, a power cut could leave the new name on an
/// empty file. Some file systems cannot say when that is, which is no reason to lose a run.
bool synchronise(int file) {
    return ::fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS ||
           errno == EROFS;
}

/// 0, or the errno of the step that failed.
int replace(const std::string& path, std::string_view bytes) {
    std::string part;
    const int file = open_part(path, part);
    if (file < 0) return errno;
    int error = write_all(file, bytes) && synchronise(file) ? 0 : errno;
    if (::close(file) != 0 && error == 0) error = errno;
    if (error == 0 && std::rename(part.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) ::unlink(part.c_str());
    return error;
}

}  // namespace

void write_atomically(const fs::path& path, std::string_view bytes) {
    const fs::path target = followed(path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
    const std::string cannot = "[write_atomically] cannot write " + path.string() + ": ";
    require(fs::is_directory(folder), cannot, "there is no folder ", folder.string());
    require(!fs::exists(target) || fs::is_regular_file(target), cannot,
            "there is something else than a file");
    const int error = replace(target.string(), bytes);
    require(error == 0, cannot, std::strerror(error));
}

void remove_abandoned_parts(const fs::path& folder) {
    static const std::regex name(R"(.+\.(\d{1,9})-\d+\.part)");
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string file = entry.path().filename().string();
        std::smatch found;
        if (std::regex_match(file, found, name) && ::kill(std::stoi(found[1]), 0) != 0 &&
            errno == ESRCH)
            abandoned.push_back(entry.path());
    }
    std::error_code another_was_faster;
    for (const fs::path& path : abandoned) fs::remove(path, another_was_faster);
}

std::string read_file(const fs::path& path) {
    require(fs::exists(path), "[read_file] there is no file ", path.string());
    require(fs::is_regular_file(path), "[read_file] ", path.string(), " is not a file");
    std::ifstream file(path, std::ios::binary);
    std::string bytes(fs::file_size(path), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    require(file.good(), "[read_file] cannot read ", path.string());
    return bytes;
}

}  // namespace nn
