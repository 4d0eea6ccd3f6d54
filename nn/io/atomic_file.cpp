#include "nn/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "autograd/array.hpp"

namespace nn {

namespace {

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

/// 0, or the errno of the step that failed.
int replace(const std::string& part, const std::string& path, std::string_view bytes) {
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return errno;
    // Without the fsync a power cut could leave the new name on an empty file.
    int error = write_all(file, bytes) && ::fsync(file) == 0 ? 0 : errno;
    if (::close(file) != 0 && error == 0) error = errno;
    if (error == 0 && std::rename(part.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) ::unlink(part.c_str());
    return error;
}

}  // namespace

void write_atomically(const std::filesystem::path& path, std::string_view bytes) {
    const auto folder = path.has_parent_path() ? path.parent_path() : ".";
    autograd::require(std::filesystem::is_directory(folder), "[write_atomically] cannot write ",
                      path.string(), ": there is no folder ", folder.string());
    const int error = replace(path.string() + ".part", path.string(), bytes);
    autograd::require(error == 0, "[write_atomically] cannot write ", path.string(), ": ",
                      std::strerror(error));
}

std::string read_file(const std::filesystem::path& path) {
    autograd::require(std::filesystem::exists(path), "[read_file] there is no file ",
                      path.string());
    autograd::require(std::filesystem::is_regular_file(path), "[read_file] ", path.string(),
                      " is not a file");
    std::ifstream file(path, std::ios::binary);
    std::string bytes(std::filesystem::file_size(path), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    autograd::require(file.good(), "[read_file] cannot read ", path.string());
    return bytes;
}

}  // namespace nn
