#include "tutorials/support/flags.hpp"

#include <doctest/doctest.h>
#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "autograd/array.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using tutorials::About;
using tutorials::Flags;

namespace {

std::optional<Flags> parse(const About& about, std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return tutorials::parse(static_cast<int>(words.size()), words.data(), about);
}

/// With a folder that exists, so that none is left behind.
About about_in(const TemporaryFolder& folder) {
    return {.name = "99_test", .title = "Nothing", .defaults = {.epochs = 7, .out = folder.path}};
}

std::string complaint(const std::vector<const char*>& words) {
    const TemporaryFolder folder;
    try {
        parse(about_in(folder), words);
    } catch (const autograd::Error& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("flags that are not given have the tutorial's defaults") {
    const TemporaryFolder folder;
    const Flags flags = parse(about_in(folder), {}).value();
    CHECK(flags.data == "auto");
    CHECK(flags.side == 32);
    CHECK(flags.epochs == 7);
    CHECK(flags.batch == 128);
    CHECK(flags.learning_rate == 1e-3);
    CHECK(flags.seed == 1);
    CHECK(flags.threads == static_cast<std::size_t>(omp_get_max_threads()));
    CHECK(flags.out == folder.path);
    CHECK_FALSE(flags.resume);
    CHECK_FALSE(flags.quick);
}

TEST_CASE("flags that are given are taken") {
    const TemporaryFolder folder;
    const std::string out = folder / "a" / "b";
    const Flags flags =
        parse(about_in(folder), {"--data", "glyphs", "--side", "28", "--epochs", "3", "--batch=32",
                                 "--learning-rate", "2.5e-2", "--seed", "18446744073709551615",
                                 "--threads", "1", "--out", out.c_str(), "--resume"})
            .value();
    CHECK(flags.data == "glyphs");
    CHECK(flags.side == 28);
    CHECK(flags.epochs == 3);
    CHECK(flags.batch == 32);
    CHECK(flags.learning_rate == 2.5e-2);
    CHECK(flags.seed == 18446744073709551615u);
    CHECK(flags.threads == 1);
    CHECK(flags.out == out);
    CHECK(flags.resume);
    CHECK(std::filesystem::is_directory(out));
}

TEST_CASE("a quick run has two epochs, unless told otherwise") {
    const TemporaryFolder folder;
    CHECK(parse(about_in(folder), {"--quick"})->epochs == 2);
    CHECK(parse(about_in(folder), {"--quick", "--epochs", "5"})->epochs == 5);
    About about = about_in(folder);
    about.defaults.epochs = 1;
    CHECK(parse(about, {"--quick"})->epochs == 1);
}

TEST_CASE("there are no more threads than processors") {
    const TemporaryFolder folder;
    CHECK(parse(about_in(folder), {"--threads", "100000"})->threads ==
          static_cast<std::size_t>(omp_get_num_procs()));
}

TEST_CASE("a tutorial may have flags of its own") {
    const TemporaryFolder folder;
    double beta = 4;
    std::size_t latent = 20;
    bool linear = false;
    std::string kind = "plain";
    About about = about_in(folder);
    about.options = {{"--beta", &beta, "weight of the KL"},
                     {"--latent", &latent, "dimensions"},
                     {"--linear", &linear, "no hidden layer"},
                     {"--kind", &kind, "which"}};
    parse(about, {"--latent", "2", "--linear"});
    CHECK(beta == 4);
    CHECK(latent == 2);
    CHECK(linear);
    parse(about, {"--beta", "0.5", "--kind", "other"});
    CHECK(beta == 0.5);
    CHECK(kind == "other");
    CHECK_THROWS_AS(parse(about, {"--latent", "-2"}), autograd::Error);
    for (const char* value : {"x", "1,5", "0,001", "1_5", "inf"})
        CHECK_THROWS_WITH_AS(
            parse(about, {"--beta", value}),
            doctest::Contains("--beta: expected a number from -1e38 to 1e38, got "),
            autograd::Error);
    CHECK_THROWS_AS(parse(about, {"--data", ""}), autograd::Error);
    CHECK_THROWS_AS(parse(about, {"--out", ""}), autograd::Error);
}

TEST_CASE("help lists every flag with its default, and runs nothing") {
    const TemporaryFolder folder;
    double beta = 4;
    About about = about_in(folder);
    about.options = {{"--beta", &beta, "weight of the KL"}};
    std::ostringstream text;
    auto* const before = std::cout.rdbuf(text.rdbuf());
    const bool runs = parse(about, {"--help"}).has_value();
    std::cout.rdbuf(before);
    CHECK_FALSE(runs);
    /// From the flag to the next one: what stands before it and in between is the library's business.
    const auto entry = [help = text.str()](const std::string& flag) {
        const auto begin = help.find(" " + flag + " ");
        return begin == help.npos ? "" : help.substr(begin, help.find(" --", begin + 1) - begin);
    };
    const std::vector<std::array<std::string, 2>> promised = {
        {"--data", "auto"},
        {"--epochs", "7"},
        {"--batch", "128"},
        {"--learning-rate", "0.001"},
        {"--seed", "1"},
        {"--threads", std::to_string(omp_get_max_threads())},
        {"--out", folder.path},
        {"--resume", ""},
        {"--quick", ""},
        {"--beta", "4"},
        {"--beta", "weight of the KL"}};
    for (const auto& [flag, part] : promised) {
        CAPTURE(flag);
        CHECK(entry(flag) != "");
        CHECK(entry(flag).find(part) != std::string::npos);
    }
}

TEST_CASE("bad flags are refused in one line") {
    const std::string one = "expected a whole number of at least 1, got ", see = " (see --help)";
    for (const char* flag : {"--epochs", "--batch", "--threads"})
        for (const char* value : {"0", "-3", "1.5", "1e3", "x", "010", "18446744073709551616"})
            CHECK(complaint({flag, value}) ==
                  std::string("[flags] ") + flag + ": " + one + value + see);
    for (const char* value : {"-1", "1.5", "0x10", "18446744073709551616"})
        CHECK(complaint({"--seed", value}) ==
              std::string("[flags] --seed: expected a whole number, got ") + value + see);
    for (const char* value : {"0", "-1", "nan", "inf", "x", "1e39", "1e-39", "1,5"})
        CHECK(complaint({"--learning-rate", value}) ==
              std::string("[flags] --learning-rate: expected a number from 1e-38 to 1e38, got ") +
                  value + see);
    CHECK(complaint({"--epochs", "1", "--seed", "2", "--epochs", "3"}) ==
          "[flags] --epochs is given 2 times, expected once (see --help)");
    for (const auto& words : std::vector<std::vector<const char*>>{
             {"--bogus"}, {"--epochs"}, {"word"}, {"--quick", "--bogus", "3"}}) {
        const std::string text = complaint(words);
        CHECK(text.starts_with("[flags] "));
        CHECK(text.find('\n') == text.npos);
    }
    CHECK(complaint({"--bogus"}).find("--bogus") != std::string::npos);
}

TEST_CASE("a folder that cannot be made is refused") {
    const TemporaryFolder folder;
    put_bytes(folder / "file", "in the way");
    const std::string out = folder / "file" / "inside";
    CHECK(complaint({"--out", out.c_str()}).starts_with("[--out] cannot make " + out));
}

TEST_CASE("a folder that cannot be written into is refused, with the reason") {
    const TemporaryFolder folder;
    const auto out = folder / "locked", reason = folder / "reason";
    std::filesystem::create_directory(out);
    std::filesystem::permissions(out, std::filesystem::perms(0555));
    put_bytes(reason, "");
    std::filesystem::permissions(reason, std::filesystem::perms(0666));
    std::filesystem::permissions(folder.path, std::filesystem::perms(0755));
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(1);  // root may write anywhere
        put_bytes(reason, complaint({"--out", out.c_str()}));
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    REQUIRE(status == 0);
    CHECK(bytes_of(reason) == "[--out] cannot write into " + out.string() + ": Permission denied");
}
