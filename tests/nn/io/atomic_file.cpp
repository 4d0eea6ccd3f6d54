#include "nn/io/atomic_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "autograd/array.hpp"
#include "temporary_folder.hpp"

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
    CHECK(folder.entries() == 1);  // no .part is left
}

TEST_CASE("a name without a folder means the current one") {
    const TemporaryFolder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path);
    write_atomically("file", "here");
    std::filesystem::current_path(before);
    CHECK(bytes_of(folder / "file") == "here");
}

TEST_CASE("a .part left by a killed run is no obstacle") {
    const TemporaryFolder folder;
    put_bytes(folder / "file.part", "half a model that was being wri");
    write_atomically(folder / "file", "whole");
    CHECK(bytes_of(folder / "file") == "whole");
    CHECK(folder.entries() == 1);
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

TEST_CASE("a failed rename leaves nothing behind") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "file");
    CHECK_THROWS_WITH_AS(write_atomically(folder / "file", "x"),
                         doctest::Contains("Is a directory"), Error);
    CHECK(folder.entries() == 1);
}

TEST_CASE("when the disk is full the old file stays and the .part goes") {
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

TEST_CASE("what cannot be read is named") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(read_file(folder / "none"),
                         ("[read_file] there is no file " + (folder / "none").string()).c_str(),
                         Error);
    CHECK_THROWS_WITH_AS(read_file(folder.path), doctest::Contains("is not a file"), Error);
}
