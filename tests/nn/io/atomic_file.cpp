#include "nn/io/atomic_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <thread>

#include "autograd/error.hpp"
#include "temporary_folder.hpp"

/// What fsync says in this program; 0 if all is well.
static int fsync_error = 0;

extern "C" int fsync(int) {
    errno = fsync_error;
    return fsync_error == 0 ? 0 : -1;
}

using autograd::Error;
using nn::read_file;
using nn::write_atomically;

TEST_CASE("a file is created, replaced and read with every byte in place") {
    const TemporaryFolder folder;
    const std::string every_byte = [] {
        std::string bytes;
        for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
        return bytes;
    }();
    for (const std::string& bytes : {std::string("longer than what comes next"), every_byte,
                                     std::string(), std::string(3'000'000, 'x')}) {
        write_atomically(folder / "file", bytes);
        CHECK(bytes_of(folder / "file") == bytes);
        CHECK(read_file(folder / "file") == bytes);
    }
    CHECK(folder.entries() == 1);  // no part is left
}

TEST_CASE("a name without a folder means the current one") {
    const TemporaryFolder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path);
    write_atomically("file", "here");
    std::filesystem::current_path(before);
    CHECK(bytes_of(folder / "file") == "here");
}

TEST_CASE("a part left by a killed run is no obstacle") {
    const TemporaryFolder folder;
    for (int i = 0; i < 1000; ++i)
        put_bytes(folder / ("file." + std::to_string(getpid()) + "-" + std::to_string(i) + ".part"),
                  "half a model that was being wri");
    write_atomically(folder / "file", "whole");
    CHECK(bytes_of(folder / "file") == "whole");
    CHECK(folder.entries() == 1001);
}

TEST_CASE("parts are removed when their writer is no more, and nothing else is") {
    const TemporaryFolder folder;
    const pid_t gone = fork();
    if (gone == 0) _exit(0);
    waitpid(gone, nullptr, 0);
    const std::string mine = std::to_string(getpid()), its = std::to_string(gone);
    const std::vector<std::string> names{
        "file." + mine + "-0.part",    "file." + its + "-7.part",   its + "-7.part",
        "file." + its + "-7.part.png", "file.1234567890123-7.part", "a.part"};
    for (const std::string& name : names) put_bytes(folder / name, "half");
    nn::remove_abandoned_parts(folder.path);
    CHECK(folder.entries() == 5);
    CHECK_FALSE(std::filesystem::exists(folder / ("file." + its + "-7.part")));
}

TEST_CASE("two writers of one file do not disturb each other, and a reader sees whole files only") {
    const TemporaryFolder folder;
    const std::string path = folder / "file";
    const std::string ones(2'000'000, '1'), twos(1'000'000, '2');
    write_atomically(path, ones);
    std::atomic<int> failed{0}, torn{0};
    std::atomic<bool> done{false};
    const auto write = [&](const std::string& bytes) {
        for (int i = 0; i < 20; ++i) try {
                write_atomically(path, bytes);
            } catch (const Error&) {
                ++failed;
            }
    };
    const auto read = [&] {
        while (!done) {
            const std::string seen = bytes_of(path);
            if (seen != ones && seen != twos) ++torn;
        }
    };
    std::thread one(write, ones), two(write, twos), reader(read);
    one.join();
    two.join();
    done = true;
    reader.join();
    CHECK(failed == 0);
    CHECK(torn == 0);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a link is followed, also to a file that is not there yet") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "models");
    put_bytes(folder / "models" / "real", "old");
    std::filesystem::create_symlink("models/link", folder / "link");
    std::filesystem::create_symlink("real", folder / "models" / "link");
    write_atomically(folder / "link", "new");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(std::filesystem::is_symlink(folder / "models" / "link"));
    CHECK(bytes_of(folder / "models" / "real") == "new");

    std::filesystem::create_symlink("models/to come", folder / "dangling");
    write_atomically(folder / "dangling", "come");
    CHECK(bytes_of(folder / "models" / "to come") == "come");
}

TEST_CASE("what is there and is no file is refused, and stays") {
    const TemporaryFolder folder;
    const std::string pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::filesystem::create_directory(folder / "folder");
    for (const std::string& path : {pipe, (folder / "folder").string()})
        CHECK_THROWS_WITH_AS(
            write_atomically(path, "x"),
            ("[write_atomically] cannot write " + path + ": there is something else than a file")
                .c_str(),
            Error);
    CHECK(std::filesystem::is_fifo(pipe));
    CHECK(folder.entries() == 2);
}

TEST_CASE("a folder that is missing is named") {
    const TemporaryFolder folder;
    const auto path = (folder / "nowhere" / "file").string();
    CHECK_THROWS_WITH_AS(write_atomically(path, "x"),
                         ("[write_atomically] cannot write " + path + ": there is no folder " +
                          (folder / "nowhere").string())
                             .c_str(),
                         Error);
}

TEST_CASE("when the disk is full the old file stays and the part goes") {
    const TemporaryFolder folder;
    write_atomically(folder / "file", "the old model");

    // A limit on the size of files fails like a full disk: after the first bytes were written.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_WITH_AS(write_atomically(folder / "file", std::string(5000, 'x')),
                         doctest::Contains("File too large"), Error);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);

    CHECK(bytes_of(folder / "file") == "the old model");
    CHECK(folder.entries() == 1);
}

TEST_CASE(
    "a file system that cannot synchronise is no reason to lose a run, but a failing disk is") {
    const TemporaryFolder folder;
    for (const int harmless : {EINVAL, ENOTSUP, ENOSYS, EROFS}) {
        fsync_error = harmless;
        write_atomically(folder / "file", std::to_string(harmless));
        CHECK(bytes_of(folder / "file") == std::to_string(harmless));
    }
    fsync_error = EIO;
    CHECK_THROWS_WITH_AS(write_atomically(folder / "file", "x"),
                         doctest::Contains("Input/output error"), Error);
    fsync_error = 0;
    CHECK(bytes_of(folder / "file") == std::to_string(EROFS));
    CHECK(folder.entries() == 1);
}

TEST_CASE("what cannot be read is named") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(read_file(folder / "none"),
                         ("[read_file] there is no file " + (folder / "none").string()).c_str(),
                         Error);
    CHECK_THROWS_WITH_AS(read_file(folder.path), doctest::Contains("is not a file"), Error);
}
