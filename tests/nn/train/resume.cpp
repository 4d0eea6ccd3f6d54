#include <doctest/doctest.h>

#include "tests/nn/train/runs.hpp"

using nn::Random;
using nn::Training;
using nn::TrainingSettings;

TEST_CASE("training interrupted after any step and resumed ends in the same bits") {
    const TemporaryFolder whole;
    Run uninterrupted(settings_in(whole, 3));
    uninterrupted();
    const Files wanted(uninterrupted.training);
    const auto state = uninterrupted.random.state();

    for (std::size_t k = 1; k <= 3 * steps; ++k) {
        CAPTURE(k);
        const TemporaryFolder folder;
        auto settings = settings_in(folder, 3);
        Run first(settings);
        CHECK_THROWS_AS(first([&](std::size_t number) {
                            if (number == k) std::raise(k % 2 ? SIGINT : SIGTERM);
                        }),
                        nn::Interrupted);
        settings.resume = true;
        Run second(settings);
        std::size_t last = 0;
        second([&](std::size_t number) { last = number; });
        CHECK(last == 3 * steps - k);
        CHECK(Files(second.training) == wanted);
        CHECK(second.random.state() == state);
    }
}

TEST_CASE("training interrupted after every step and resumed each time ends in the same bits") {
    const TemporaryFolder whole, folder;
    Run uninterrupted(settings_in(whole, 2));
    uninterrupted();

    auto settings = settings_in(folder, 2);
    settings.resume = true;  // the first time there is nothing to resume from
    for (std::size_t k = 0; k < 2 * steps; ++k)
        CHECK_THROWS_AS(Run{settings}([](std::size_t) { std::raise(SIGINT); }), nn::Interrupted);
    Run last(settings);
    last([](std::size_t) { FAIL("a step too many"); });
    CHECK(Files(last.training) == Files(uninterrupted.training));
}

TEST_CASE("training interrupted during an evaluation stops after that epoch") {
    const TemporaryFolder whole, folder;
    Run uninterrupted(settings_in(whole, 2));
    uninterrupted();

    auto settings = settings_in(folder, 2);
    Run first(settings);
    std::size_t last = 0;
    const auto message = message_of(
        [&] { first([&](std::size_t number) { last = number; }, [] { std::raise(SIGINT); }); });
    CHECK(message ==
          "Interrupted after epoch 1; saved to " + first.training.checkpoint_path().string());
    CHECK(last == steps);
    settings.resume = true;
    Run second(settings);
    second();
    CHECK(Files(second.training) == Files(uninterrupted.training));
}

TEST_CASE("training goes on to more epochs as if they had been asked for at once") {
    const TemporaryFolder whole, folder;
    Run uninterrupted(settings_in(whole, 4));
    uninterrupted();
    for (const std::size_t epochs : {1u, 3u, 4u}) {
        auto settings = settings_in(folder, epochs);
        settings.resume = true;
        Run part(settings);
        part();
        CHECK(part.training.history().rows.size() == epochs);
    }
    const Training again({.folder = folder.path}, std::vector<nn::NamedArray>{}, uninterrupted.adam,
                         uninterrupted.random);
    CHECK(bytes_of(again.model_path()) == bytes_of(uninterrupted.training.model_path()));
    CHECK(bytes_of(again.history_path()) == bytes_of(uninterrupted.training.history_path()));
}

TEST_CASE("training that is finished is only loaded") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 2);
    Run first(settings);
    first();
    const Files wanted(first.training);
    std::filesystem::remove(first.training.history_path());
    std::filesystem::remove(first.training.model_path());
    settings.resume = true;
    Run second(settings);
    second([](std::size_t) { FAIL("a step too many"); });
    CHECK(Files(second.training) == wanted);
    CHECK(second.random.state() == first.random.state());
    CHECK(second.training.images_per_second() == 0);
}

TEST_CASE("training refuses a checkpoint that was made with other settings") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 3);
    settings.conditions = {{"noise", "0.1"}};
    Run first(settings);
    CHECK_THROWS_AS(first([](std::size_t number) {
                        if (number == 4) std::raise(SIGINT);
                    }),
                    nn::Interrupted);
    const Files before(first.training);
    settings.resume = true;

    const auto refusal = [&](auto change) {
        Run second(settings);
        TrainingSettings changed = settings;
        change(second, changed);
        Training training(changed, second.model, second.adam, second.random);
        const auto step = [](const nn::Batch&) -> nn::Metrics {
            throw std::logic_error("a step was done");
        };
        return message_of(
            [&] { training.run(second.batches, step, [] { return nn::Metrics{}; }); });
    };
    const std::string made = "[resume] the checkpoint was made with ";
    CHECK(refusal([](Run& run, auto&) { run.batches = nn::Batches(run.data, 9); }) ==
          made + "batch 8, not 9");
    CHECK(refusal([](Run& run, auto&) {
              run.batches = nn::Batches(run.data, batch_size, {.drop_last = true});
          }) == made + "steps per epoch 3, not 2");
    CHECK(refusal([](Run& run, auto&) { run.data.name = "other"; }) ==
          made + "data small, not other");
    CHECK(refusal([](Run& run, auto&) { run.data = nn::first(run.data, 21); }) ==
          made + "examples 22, not 21");
    CHECK(refusal([](Run& run, auto&) {
              run.data.item = {dimensions, 1, 1};
          }) == made + "items of (5,), not (5, 1, 1)");
    CHECK(contains(refusal([](Run& run, auto&) { run.data.images(21, 4) += nn::Real(1e-6); }),
                   made + "data whose checksum is "));
    CHECK(contains(refusal([](Run& run, auto&) { run.data.labels[20] = 1; }),
                   made + "data whose checksum is "));
    CHECK(contains(refusal([](Run& run, auto&) {  // signs of two pixels in one lane
                       run.data.images(0, 0) *= -1;
                       run.data.images(0, 4) *= -1;
                   }),
                   made + "data whose checksum is "));
    CHECK(refusal([](Run&, auto& changed) { changed.patience = 2; }) ==
          made + "early stopping off, not on");
    CHECK(refusal([](Run& run, auto&) { run.random = Random{6}; }) == made + "seed 5, not 6");
    CHECK(contains(refusal([](Run& run, auto&) { run.adam.settings.beta1 = nn::Real(0.5); }),
                   made + "optimizer Adam, beta1 0.9,"));
    CHECK(refusal([](Run&, auto& changed) {
              changed.learning_rate = nn::schedule::cosine(0.04, 0, 5);
          }) == made + "learning rate 0.02, not 0.04");
    CHECK(contains(refusal([](Run&, auto& changed) {
                       changed.learning_rate = nn::schedule::cosine(0.02, 0, 6);
                   }),
                   made + "learning rates over 3 epochs 0.02, "));
    CHECK(refusal([](Run&, auto& changed) { changed.conditions[0].second = "0.2"; }) ==
          made + "noise 0.1, not 0.2");
    CHECK(refusal([](Run&, auto& changed) { changed.epochs = 1; }) ==
          "[resume] the checkpoint is from epoch 2, beyond the 1 asked for");
    CHECK(Files(first.training) == before);
    CHECK(refusal([](Run&, auto&) {}) == "a step was done");
}

TEST_CASE("training with early stopping does not end with the parameters of another run") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 3);
    settings.patience = 2;
    Run other(settings);
    other();
    REQUIRE(std::filesystem::exists(other.training.best_path()));

    settings.patience = 0;
    Run plain(settings);
    plain();
    CHECK_FALSE(std::filesystem::exists(plain.training.best_path()));

    settings.patience = 2;
    Run stopped(settings);
    stopped();
    std::filesystem::remove(stopped.training.best_path());
    settings.epochs = 4;
    settings.resume = true;
    Run resumed(settings);
    CHECK(message_of([&] { resumed([](std::size_t) { FAIL("a step was done"); }); }) ==
          "[resume] there is no " + resumed.training.best_path().string() +
              ", which holds the best epoch so far");
}

TEST_CASE("training refuses two conditions of one name, its own included") {
    const TemporaryFolder folder;
    for (const nn::Conditions& twice :
         {nn::Conditions{{"beta", "1"}, {"beta", "2"}}, nn::Conditions{{"batch", "1"}}}) {
        auto settings = settings_in(folder, 1);
        settings.conditions = twice;
        Run run(settings);
        CHECK(message_of([&] { run(); }) == "[train] two conditions are called " + twice[0].first);
    }
}

TEST_CASE("training takes any bytes for a name of the data") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 1);
    settings.conditions = {{"folder", "caf\xe9"}};
    Run first(settings);
    first.data.name = "caf\xe9";
    first();
    settings.resume = true;
    settings.epochs = 2;
    Run second(settings);
    second.data.name = first.data.name;
    second();
    CHECK(second.training.history().rows.size() == 2);
}

TEST_CASE("training that has come further than is asked for says how far") {
    const TemporaryFolder folder;
    Run first(settings_in(folder, 2));
    first();
    auto settings = settings_in(folder, 1);
    settings.resume = true;
    Run run(settings);
    CHECK(message_of([&] { run(); }) ==
          "[resume] the checkpoint is from epoch 2, beyond the 1 asked for");
}

TEST_CASE("training that finds no checkpoint says so and begins") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 1);
    settings.resume = true;
    settings.quiet = false;
    Run run(settings);
    const Captured output;
    run();
    CHECK(contains(output.text(), "[resume] there is no " +
                                      run.training.checkpoint_path().string() +
                                      ": starting from the beginning\n"));
    CHECK(run.training.history().rows.size() == 1);
}

TEST_CASE("training leaves a damaged checkpoint alone") {
    const TemporaryFolder folder;
    auto settings = settings_in(folder, 1);
    settings.resume = true;
    Run run(settings);
    put_bytes(run.training.checkpoint_path(), "damaged");
    const auto message = message_of([&] { run([](std::size_t) { FAIL("a step was done"); }); });
    CHECK(contains(message, run.training.checkpoint_path().string()));
    CHECK(bytes_of(run.training.checkpoint_path()) == "damaged");
}
