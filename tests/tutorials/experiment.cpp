#include "tutorials/support/experiment.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "autograd/error.hpp"
#include "models/vae.hpp"
#include "tests/nn/io/temporary_folder.hpp"
#include "tutorials/support/fit.hpp"

using tutorials::Experiment;
using tutorials::Session;

namespace {

std::string ran;  // which parts, in their order

const Experiment second{"second", "The second", [](Session& session) {
                            ran += "second ";
                            session.result("of_second", 2);
                        }};
const Experiment first{"first", "The first", [](Session& session) {
                           ran += "first ";
                           session.result("of_first", static_cast<double>(session.flags.batch));
                       }};

// What the third does, which the tests of trainings set.
std::function<void(Session&)> look = [](Session&) { ran += "third "; };
const Experiment third{"third", "The third", [](Session& session) { look(session); }};

void lesson(Session& session) {
    ran += "lesson ";
    session.result("of_lesson", 1);
}

/// The exit code, and what was printed where.
struct Ended {
    int code;
    std::string output, errors;
};

Ended run(const TemporaryFolder& folder, std::vector<std::string> flags,
          const std::function<void(Session&)>& main_part = lesson) {
    ran.clear();
    flags.insert(flags.begin(), "build/99_test");
    flags.insert(flags.end(), {"--out", folder.path});
    std::vector<char*> words;
    for (std::string& word : flags) words.push_back(word.data());
    std::ostringstream output, errors;
    auto* const before = std::cout.rdbuf(output.rdbuf());
    auto* const before_errors = std::cerr.rdbuf(errors.rdbuf());
    const int code = tutorials::run(static_cast<int>(words.size()), words.data(),
                                    {.name = "99_test", .title = "Nothing"}, main_part);
    std::cout.rdbuf(before);
    std::cerr.rdbuf(before_errors);
    return {code, output.str(), errors.str()};
}

nlohmann::json results(const TemporaryFolder& folder) {
    return nlohmann::json::parse(bytes_of(folder / "results.json"))["results"];
}

/// What a training of a small VAE has left.
struct Trained {
    autograd::Array bias;
    autograd::Real next_number;
    double images_per_second;
};

Trained train_small(Session& session, const nn::Dataset& data, const std::string& name) {
    nn::Random random{7};  // so that the run's seed is known only by what the session notes of it
    models::Vae vae{{.hidden = {8}, .latent = 2}, random};
    const auto fit = tutorials::fit(
        session, vae, data, random, {.epochs = 1, .name = name, .quiet = true},
        [&](autograd::Tape& tape, const nn::Batch& batch) {
            return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
        });
    return {vae.encoder.mean.bias.value, random.normal({1})(0), fit.images_per_second};
}

}  // namespace

TEST_CASE("without a word about experiments the lesson runs alone") {
    const TemporaryFolder folder;
    CHECK(run(folder, {}).code == 0);
    CHECK(ran == "lesson ");
    CHECK(results(folder).contains("seconds"));
    CHECK_FALSE(results(folder).contains("of_first"));
}

TEST_CASE("--all runs the lesson and then every experiment") {
    const TemporaryFolder folder;
    const Ended ended = run(folder, {"--all"});
    CHECK(ended.code == 0);
    CHECK(ran == "lesson first second third ");
    CHECK(ended.output.find("--- first: The first\nof_first 128\nseconds_first ") !=
          std::string::npos);
    CHECK(results(folder)["of_lesson"] == 1);
    CHECK(results(folder)["of_second"] == 2);
    CHECK(results(folder).contains("seconds_second"));
}

TEST_CASE("an experiment alone adds to what the lesson has left") {
    const TemporaryFolder folder;
    run(folder, {});
    CHECK(run(folder, {"--only", "first"}).code == 0);
    CHECK(ran == "first ");
    CHECK(results(folder)["of_lesson"] == 1);
    CHECK(results(folder)["of_first"] == 128);

    run(folder, {"--only", "first", "--batch", "64"});  // another setting: another run
    CHECK(results(folder)["of_first"] == 64);
    CHECK_FALSE(results(folder).contains("of_lesson"));

    put_bytes(folder / "results.json", "{\"tutorial\": \"99");
    CHECK(run(folder, {"--only", "second"}).code == 0);
    CHECK(results(folder)["of_second"] == 2);
}

TEST_CASE("an experiment that the program has not is refused with the names of those it has") {
    const TemporaryFolder folder;
    const Ended ended = run(folder, {"--only", "fourth"});
    CHECK(ended.code == 1);
    CHECK(ended.errors.find("expected one of first, second, third, got fourth") !=
          std::string::npos);
    CHECK(run(folder, {"--only", "first", "--all"}).code == 1);
    const std::string help = run(folder, {"--help"}).output;
    std::size_t at = 0;  // each on a line of its own; spaces around it are the library's business
    for (const char* const line : {"first: The first", "second: The second", "third: The third"}) {
        at = help.find(line, at);
        REQUIRE(at != std::string::npos);
        CHECK(help.find(line, at + 1) == std::string::npos);
        CHECK(help.find_first_not_of(' ', help.rfind('\n', at) + 1) == at);
    }
}

TEST_CASE("a name is for one experiment") {
    CHECK_THROWS_WITH_AS(Experiment("first", "Again", lesson),
                         "[Experiment] expected a new name, got first again", autograd::Error);
}

TEST_CASE("an experiment gets the lesson's models, and trains them where there are none") {
    std::string name;
    SUBCASE("its only one") { name = "model"; }
    SUBCASE("one of several") { name = "model_plane"; }
    std::vector<Trained> trained;
    const auto train = [&](Session& session) {
        trained.push_back(train_small(session, session.load_data().train, name));
    };
    const auto before = std::exchange(look, train);
    const TemporaryFolder both, alone, at_once;
    run(both, {"--quick"}, train);
    run(both, {"--quick", "--only", "third"});
    run(alone, {"--quick", "--only", "third"});
    run(at_once, {"--quick", "--all"}, train);
    const Ended other_seed = run(both, {"--quick", "--only", "third", "--seed", "2"});
    look = before;

    REQUIRE(trained.size() == 5);
    for (const Trained& each : trained) {
        CHECK(each.bias == trained[0].bias);
        CHECK(each.next_number == trained[0].next_number);
    }
    CHECK(trained[1].images_per_second == 0);
    CHECK(trained[2].images_per_second > 0);
    CHECK(trained[4].images_per_second == 0);
    CHECK(other_seed.code == 1);
    CHECK(other_seed.errors.find("--seed") != std::string::npos);
}

TEST_CASE("two trainings of one name in a run do not take each other's checkpoints") {
    std::vector<Trained> trained;
    const auto twice = [&](Session& session) {
        const nn::TrainTest& data = session.load_data();
        for (const auto* part : {&data.train, &data.test})
            trained.push_back(train_small(session, *part, "probe"));
    };
    const TemporaryFolder folder;
    CHECK(run(folder, {"--quick"}, twice).code == 0);
    const Ended resumed = run(folder, {"--quick", "--resume"}, twice);
    CHECK(resumed.code == 0);
    CHECK(resumed.errors == "");
    REQUIRE(trained.size() == 4);
    CHECK(trained[0].bias != trained[1].bias);
    CHECK(trained[2].bias == trained[0].bias);
    CHECK(trained[3].bias == trained[1].bias);
}
