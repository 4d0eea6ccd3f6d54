#include "tutorials/support/session.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nn/io/safetensors.hpp"
#include "nn/train/interrupt.hpp"
#include "tests/nn/io/png_bytes.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using tutorials::blas_warning;
using tutorials::resume_command;
using tutorials::Session;

namespace {

/// What a program printed, and how it ended.
struct Ended {
    int code;
    std::string output, errors;
};

Ended run(const TemporaryFolder& folder, const std::function<void(Session&)>& lesson,
          const std::vector<std::string>& flags = {"--quick"},
          const std::string& name = "99_test") {
    std::vector<std::string> line{"build/99_test"};
    line.insert(line.end(), flags.begin(), flags.end());
    line.insert(line.end(), {"--out", folder.path});
    std::vector<char*> words;
    for (std::string& word : line) words.push_back(word.data());
    const int count = static_cast<int>(words.size());
    std::ostringstream output, errors;
    auto* const before_output = std::cout.rdbuf(output.rdbuf());
    auto* const before_errors = std::cerr.rdbuf(errors.rdbuf());
    const int code =
        tutorials::run(count, words.data(), {.name = name, .title = "Nothing"}, lesson);
    std::cout.rdbuf(before_output);
    std::cerr.rdbuf(before_errors);
    return {code, output.str(), errors.str()};
}

/// The command that goes on with such a run, as a line of its own.
std::string going_on(const TemporaryFolder& folder) {
    const char* const words[] = {"build/99_test", "--quick", "--out", folder.path.c_str()};
    return resume_command(4, words) + "\n";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a tutorial that ends well leaves its results") {
    const TemporaryFolder folder;
    const Ended ended = run(folder, [&](Session& session) {
        CHECK(session.file("a.png") == folder / "a.png");
        session.result("test_neg_elbo", 244.5);
        session.result("kl_per_level", {1.5, 2});
    });
    CHECK(ended.code == 0);
    CHECK(contains(ended.output, "99_test: Nothing\nseed 1, threads "));
    CHECK(contains(ended.output, "test_neg_elbo 244.5\nkl_per_level 1.5 2\nseconds "));

    const auto json = nlohmann::json::parse(bytes_of(folder / "results.json"));
    CHECK(json["tutorial"] == "99_test");
    CHECK(json["data"] == "none");
    CHECK(json["seed"] == 1);
    CHECK(json["epochs"] == 2);
    CHECK(json["batch"] == 128);
    CHECK(json["threads"] >= 1);
    CHECK(json["blas"].get<std::string>().size() > 2);
    CHECK(json["results"]["test_neg_elbo"] == 244.5);
    CHECK(json["results"]["kl_per_level"] == std::vector<double>{1.5, 2});
    CHECK(json["results"]["seconds"] >= 0);
}

TEST_CASE("a quick tutorial has little data, and says which") {
    const TemporaryFolder folder;
    const Ended ended = run(folder, [&](Session& session) {
        const auto data = session.load_data();
        CHECK(data.train.size() == 2048);
        CHECK(data.test.size() == 512);
        session.result("images", static_cast<double>(data.train.size()));
    });
    CHECK(ended.code == 0);
    const auto json = nlohmann::json::parse(bytes_of(folder / "results.json"));
    CHECK(contains(ended.output, "data " + json["data"].get<std::string>() +
                                     ": 2048 images to learn from, 512 to test with, 28 × 28\n"));
}

TEST_CASE("own data that are too few for a chapter are refused before anything is trained") {
    const TemporaryFolder folder, data;
    // IDX: two zeros, type, rank, extents as four bytes from the highest, then the bytes.
    const auto idx = [](const std::vector<int>& extents, const std::string& bytes) {
        std::string file{0, 0, 8, static_cast<char>(extents.size())};
        for (const int extent : extents)
            file += {0, 0, static_cast<char>(extent / 256), static_cast<char>(extent % 256)};
        return file + bytes;
    };
    const auto grain = [](int image, int pixel, int) { return (image * 7 + pixel * 3) % 251; };
    const auto in_turn = [](int i, int) { return i % 10; };
    std::vector<int> item{5, 5};
    const auto refusal = [&](int train, int test, auto label, auto grey) {
        for (const auto& [name, count] : {std::pair{"train", train}, {"t10k", test}}) {
            std::string labels, images;
            for (int i = 0; i < count; ++i) labels += static_cast<char>(label(i, count));
            for (int i = 0; i < count; ++i)
                for (int pixel = 0; pixel < item[0] * item[1]; ++pixel)
                    images += static_cast<char>(grey(i, pixel, count));
            put_bytes(data / (std::string(name) + "-labels-idx1-ubyte"), idx({count}, labels));
            put_bytes(data / (std::string(name) + "-images-idx3-ubyte"),
                      idx({count, item[0], item[1]}, images));
        }
        const auto lesson = [](Session& session) { session.load_data(); };
        return run(folder, lesson, {"--data", data.path.string()}).errors;
    };
    CHECK(refusal(1000, 200, in_turn, grain) == "");
    CHECK(contains(refusal(999, 200, in_turn, grain),
                   " has 999 + 200 images for training and test, expected at least 1000 + 200\n"));
    CHECK(contains(refusal(1000, 199, in_turn, grain), " has 1000 + 199 images"));

    // classes that are missing where a chapter wants them
    const auto three = [](int i, int) { return i % 3; };
    CHECK(contains(refusal(1000, 200, three, grain),
                   " has 0 of class 3 among the 1000 training images, expected at least 10"));
    const auto no_nine_to_learn = [](int i, int count) { return i % (count == 1000 ? 9 : 10); };
    CHECK(contains(refusal(1000, 200, no_nine_to_learn, grain),
                   " has 0 of class 9 among the 1000 training images"));
    const auto no_nine_to_test = [](int i, int count) { return i % (count == 200 ? 9 : 10); };
    CHECK(contains(refusal(1000, 200, no_nine_to_test, grain),
                   " has 0 of class 9 among the 200 test images"));
    const auto sorted = [](int i, int count) { return 10 * i / count; };
    CHECK(contains(refusal(1000, 200, sorted, grain),
                   " has 0 of class 5 among the 500 images in the first half of the training set, "
                   "expected at least 1: are they sorted?\n"));

    // nothing to see
    const auto all_white = [](int, int, int) { return 255; };
    CHECK(contains(refusal(1000, 200, in_turn, all_white),
                   "[load_data] the training images of " + data.path.filename().string() +
                       " are all the same, expected different ones\n"));
    const auto same_test = [](int i, int pixel, int count) {
        return count == 200 ? pixel : (i + pixel) % 256;
    };
    CHECK(contains(refusal(1000, 200, in_turn, same_test), "the test images of "));
    const auto flat = [](int i, int, int) { return i % 256; };
    CHECK(contains(refusal(1000, 200, in_turn, flat), " have one grey level or colour each"));
    const auto first_only = [](int i, int pixel, int) { return i < 20 ? (i + pixel) % 256 : 0; };
    CHECK(contains(refusal(1000, 200, in_turn, first_only), " are nearly all the same, "));
    const auto mostly_flat = [](int i, int pixel, int) { return (i + (i < 20 ? pixel : 0)) % 256; };
    CHECK(contains(refusal(1000, 200, in_turn, mostly_flat),
                   " nearly all have one grey level or colour "));

    for (const auto& small : {std::vector{1, 64}, {64, 1}, {3, 3}}) {
        item = small;
        CHECK(
            contains(refusal(1000, 200, in_turn, grain), ", expected at least 5 pixels to a side"));
    }
}

TEST_CASE("a tutorial learns from sprites in colour, or from PNG images of one's own") {
    const TemporaryFolder folder, images;
    const auto said = [&](const std::vector<std::string>& flags) {
        const Ended ended = run(
            folder, [](Session& session) { session.load_data(); }, flags);
        return ended.code == 0 ? ended.output : ended.errors;
    };
    CHECK(contains(said({"--quick", "--data", "colour-sprites"}),
                   "data colour-sprites: 2048 images to learn from, 512 to test with, 32 × 32 in "
                   "colour\n"));

    const auto put_images = [&](auto colour) {  // 1200 of 6 × 6
        for (int i = 0; i < 1200; ++i) {
            std::string lines;
            for (int y = 0; y < 6; ++y) {
                lines += '\0';
                for (int x = 0; x < 6; ++x) lines += colour(i, x + y);
            }
            put_bytes(images / (std::to_string(i) + ".png"),
                      png_bytes({.width = 6, .height = 6, .kind = png_colour, .lines = lines}));
        }
    };
    const std::string data = images.path.string();
    put_images([](int i, int place) { return raw({i % 256, 20 * place, 0}); });
    const std::string start = "data " + images.path.filename().string() +
                              ": 1000 images to learn from, 200 to test with, ";
    CHECK(contains(said({"--data", data}), start + "6 × 6 in colour\n"));
    CHECK(contains(said({"--data", data, "--side", "5"}), start + "5 × 5 in colour\n"));
    CHECK(
        contains(said({"--data", data, "--side", "4"}), ", expected at least 5 pixels to a side"));
    put_images([](int i, int place) { return std::string(3, static_cast<char>(i + place)); });
    CHECK(contains(said({"--data", data}), start + "6 × 6\n"));
    put_images([](int i, int) { return raw({i % 256, 100, 0}); });
    CHECK(contains(said({"--data", data}), " have one grey level or colour each"));
    put_bytes(images / "7.png", "no picture");
    CHECK(said({"--data", data}) ==
          "[read_png] " + (images / "7.png").string() + ": is not a PNG file\n");
}

TEST_CASE("data that a chapter cannot do with are refused before anything is trained") {
    const TemporaryFolder folder;
    const auto loads = [](Session& session) { session.load_data(); };
    const tutorials::Experiment others{"others", "Other filters", loads};
    const auto refusal = [&](const std::string& name, std::vector<std::string> flags) {
        flags.insert(flags.end(), {"--quick", "--data", "colour-sprites"});
        return run(
                   folder, [](Session& session) { session.load_data(); }, flags, name)
            .errors;
    };
    CHECK(refusal("08_cvae", {}) ==
          "[load_data] colour-sprites has 3 classes, but 08_cvae needs 10\n");
    CHECK(
        refusal("04_undercomplete", {}) ==
        "[load_data] colour-sprites has images of (32, 32, 3), but 04_undercomplete needs (28, 28, "
        "1)\n");
    const std::string grey =
        "[load_data] colour-sprites has images in colour, but 06_denoising/others needs grey "
        "ones\n";
    CHECK(refusal("06_denoising", {}) == "");
    CHECK(refusal("06_denoising", {"--all"}) == grey);
    CHECK(refusal("06_denoising", {"--only", "others"}) == grey);
}

TEST_CASE("only a run that goes on finds the checkpoints of an earlier one") {
    const TemporaryFolder folder;
    const auto lesson = [](Session& session) { session.load_data(); };
    const auto checkpoint = folder / "plane.checkpoint.safetensors";
    const std::string program = program_invocation_short_name;
    const std::map<std::string, std::string> notes{{"program", program},
                                                   {"file", "plane.checkpoint.safetensors"}};
    nn::write_safetensors(checkpoint, {.arrays = {}, .metadata = notes});
    const auto kept = folder / "kept.checkpoint.safetensors";
    nn::write_safetensors(kept, {.arrays = {}, .metadata = notes});  // a copy
    const auto other = folder / "other.checkpoint.safetensors";
    nn::write_safetensors(other, {.arrays = {}, .metadata = {{"program", "another"}}});
    const auto mine = folder / "mine.checkpoint.safetensors";
    put_bytes(mine, "no checkpoint at all");
    put_bytes(folder / "plane.safetensors", "a model");
    CHECK(run(folder, lesson, {"--quick", "--data", "nowhere"}).code == 1);
    CHECK(std::filesystem::exists(checkpoint));
    CHECK(run(folder, lesson, {"--quick", "--resume"}).code == 0);
    CHECK(std::filesystem::exists(checkpoint));
    CHECK(run(folder, lesson).code == 0);
    CHECK_FALSE(std::filesystem::exists(checkpoint));
    CHECK(std::filesystem::exists(folder / "plane.safetensors"));
    CHECK(std::filesystem::exists(kept));
    CHECK(std::filesystem::exists(other));
    CHECK(std::filesystem::exists(mine));
}

TEST_CASE(
    "a training in a run is resumed with the same numbers for the chapter's own flags alone") {
    const TemporaryFolder folder;
    double weight = 2;
    std::size_t count = 3;
    const tutorials::About about{
        .name = "99_test",
        .title = "Nothing",
        .options = {{"--weight", &weight, "of the loss"}, {"--count", &count, "of pictures"}}};
    tutorials::Flags flags{
        .data = "glyphs", .seed = 5, .threads = 1, .out = folder.path, .quick = true};
    std::ostringstream output;
    auto* const before = std::cout.rdbuf(output.rdbuf());
    Session session(about, flags);
    const nn::Conditions without_data = session.training({}).conditions;
    const nn::TrainTest& data = session.load_data();
    std::cout.rdbuf(before);
    CHECK(without_data == nn::Conditions{{"--seed", "5"}, {"--weight", "2"}});
    CHECK(session.training({}).conditions.back() ==
          std::pair<std::string, std::string>("test data whose checksum is", checksum(data.test)));
}

TEST_CASE("a limit on the size of files ends a run with a message") {
    const TemporaryFolder folder;
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{10, before.rlim_max};
    const Ended ended = run(folder, [&](Session&) { setrlimit(RLIMIT_FSIZE, &small); });
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(ended.code == 1);
    CHECK(contains(ended.errors, "results.json: File too large\n"));
    CHECK(folder.entries() == 0);
}

TEST_CASE("two runs do not write into one folder at a time") {
    const TemporaryFolder folder;
    const Ended first = run(folder, [&](Session&) {
        const Ended second = run(folder, [](Session&) { FAIL("it has begun"); });
        CHECK(second.code == 1);
        CHECK(second.errors == "[--out] another run writes into " + folder.path.string() +
                                   ": wait until it has ended, or give another folder\n");
    });
    CHECK(first.code == 0);
    CHECK(run(folder, [](Session&) {}).code == 0);
}

TEST_CASE("no file takes the place of a standard stream that is closed") {
    const TemporaryFolder folder;
    std::cout.flush();  // or the child would write it once more
    const pid_t child = fork();
    if (child == 0) {
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(stream);
        run(folder, [&](Session&) {
            const int file = open((folder / "file").c_str(), O_WRONLY | O_CREAT, 0666);
            _exit(file > STDERR_FILENO && write(STDERR_FILENO, "x", 1) < 0 ? 0 : 1);
        });
        _exit(2);
    }
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}

TEST_CASE("a tutorial whose output is lost does not end well") {
    const TemporaryFolder folder;
    std::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO), full = ::open("/dev/full", O_WRONLY);
    REQUIRE(::dup2(full, STDOUT_FILENO) == STDOUT_FILENO);
    const Ended ended = run(folder, [](Session&) { std::puts("a table"); });
    std::clearerr(stdout);
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(full);
    CHECK(ended.code == 1);
    CHECK(ended.errors.ends_with("[output] the standard output could not be written\n"));
}

TEST_CASE("a tutorial that fails says why in one line and leaves no results") {
    const TemporaryFolder folder;
    const Ended failed = run(folder, [](Session&) { throw autograd::Error("[linear] no"); });
    CHECK(failed.code == 1);
    CHECK(failed.errors.ends_with("[linear] no\n"));
    const Ended wrong = run(folder, [](Session& session) { session.result("a", 1.0 / 0.0); });
    CHECK(wrong.code == 1);
    CHECK(folder.entries() == 0);
}

TEST_CASE("a tutorial that was interrupted says how to go on") {
    const TemporaryFolder folder;
    const Ended ended =
        run(folder, [](Session&) { throw nn::Interrupted("Interrupted in epoch 3", SIGINT); });
    CHECK(ended.code == 130);
    CHECK(ended.errors.ends_with("Interrupted in epoch 3. Go on with: " + going_on(folder)));
    CHECK(run(folder, [](Session&) { throw nn::Interrupted("", SIGTERM); }).code == 143);
}

TEST_CASE("a tutorial that is interrupted between trainings says how to go on") {
    for (const bool loads : {false, true}) {  // before, there is nothing to go on with
        const TemporaryFolder folder;
        std::cout.flush();  // or the child would write it once more
        const pid_t child = fork();
        if (child == 0) {
            std::signal(SIGINT, SIG_DFL);
            if (!std::freopen((folder / "errors").c_str(), "w", stderr)) _exit(2);
            run(folder, [&](Session& session) {
                if (loads) session.load_data();
                std::raise(SIGINT);
            });
            _exit(3);
        }
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == SIGINT);
        CHECK(bytes_of(folder / "errors") ==
              (loads ? "Interrupted. Go on with: " + going_on(folder) : ""));
    }
}

TEST_CASE("a tutorial runs nothing when it was asked for help or got a bad flag") {
    const TemporaryFolder folder;
    const auto lesson = [](Session&) { FAIL("it runs"); };
    CHECK(run(folder, lesson, {"--help"}).code == 0);
    const Ended ended = run(folder, lesson, {"--bogus"});
    CHECK(ended.code == 1);
    CHECK(contains(ended.errors, "--bogus"));
    CHECK(folder.entries() == 0);
}

TEST_CASE("the command that goes on is quoted for a shell") {
    const char* words[] = {"./a b/07_vae", "--out", "it's", "--data", "", "--resume"};
    CHECK(resume_command(1, words) == "'./a b/07_vae' --resume");
    CHECK(resume_command(3, words) == "'./a b/07_vae' --out 'it'\\''s' --resume");
    CHECK(resume_command(6, words) == "'./a b/07_vae' --out 'it'\\''s' --data '' --resume");
}

TEST_CASE("slow kernels of OpenBLAS are told of, with the remedy") {
    CHECK(blas_warning("Cooperlake", true, nullptr).empty());
    CHECK(blas_warning("SkylakeX", true, "SkylakeX").empty());
    CHECK(blas_warning("Haswell", false, nullptr).empty());
    CHECK(blas_warning("Haswell", true, nullptr) ==
          "OpenBLAS computes as on Haswell, though this processor has AVX-512");
    CHECK(contains(blas_warning("Haswell", true, "Haswell"), ": unset OPENBLAS_CORETYPE"));
}
