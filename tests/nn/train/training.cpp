#include "nn/train/training.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "nn/io/safetensors.hpp"
#include "tests/allocations.hpp"
#include "tests/nn/train/runs.hpp"

TEST_CASE("training stops at a number that is not finite and keeps the last checkpoint") {
    const TemporaryFolder folder;
    Run good(settings_in(folder, 1));
    good();
    const Files before(good.training);

    Report report({.epochs = 3, .folder = folder.path, .quiet = true});
    std::size_t number = 0;
    const auto reporting = [&](double value) {
        return [&number, value](const nn::Batch&) -> nn::Metrics {
            return {{"kl", 1}, {"loss", ++number == 2 ? value : 1}};
        };
    };
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(message_of([&] { report.training.run(report.batches, reporting(infinity)); }) ==
          "[train] loss is inf in epoch 1, step 2: try a learning rate below 0.25");
    CHECK(Files(good.training) == before);

    Report evaluated({.epochs = 3, .folder = folder.path, .quiet = true});
    CHECK(contains(message_of([&] {
                       evaluated.training.run(evaluated.batches, reporting(1), [] {
                           return nn::Metrics{{"loss", NAN}};
                       });
                   }),
                   "[train] the evaluation's loss is nan after epoch 1, though all parameters are "
                   "finite"));
    Report exploded({.epochs = 3, .folder = folder.path, .quiet = true});
    exploded.model.decoder.bias.value[2] = std::numeric_limits<nn::Real>::quiet_NaN();
    CHECK(message_of([&] { exploded.training.run(exploded.batches, reporting(1)); }) ==
          "[train] decoder.bias has a number that is not finite in epoch 1, step 3: try a learning "
          "rate below 0.25");
    CHECK(Files(good.training) == before);
}

TEST_CASE("training reports means over examples, epoch by epoch") {
    const TemporaryFolder folder;
    Report report({.epochs = 2, .name = "report", .folder = folder.path});
    const Captured output;
    double step = 0;
    report.training.run(
        report.batches,
        [&](const nn::Batch& batch) -> nn::Metrics {
            return {{"size", static_cast<double>(batch.size())}, {"step", ++step}};
        },
        [&]() -> nn::Metrics {
            return {{"time", report.training.time()}};
        });
    // 8 + 8 + 6 examples
    CHECK(bytes_of(folder / "report.history.csv") ==
          "epoch,train_size,train_step,test_time\n1,7.4545455,1.9090909,1\n"
          "2,7.4545455,4.909091,2\n");
    CHECK(output.text() ==
          "report  epoch 1/2  train size 7.4545, step 1.9091  test time 1\n"
          "report  epoch 2/2  train size 7.4545, step 4.9091  test time 2\n");
    CHECK(std::filesystem::exists(folder / "report.safetensors"));
    CHECK(std::filesystem::exists(folder / "report.checkpoint.safetensors"));
    CHECK(folder.entries() == 3);
    CHECK(report.training.images_per_second() > 0);
}

TEST_CASE("the lines of a run stand below each other, with one digit and with two") {
    const TemporaryFolder folder;
    Report report({.epochs = 10, .name = "report", .folder = folder.path});
    const Captured output;
    report.training.run(report.batches, [](const nn::Batch&) -> nn::Metrics { return {{"a", 1}}; });
    CHECK(output.text().starts_with("report  epoch  1/10  train a 1\n"));
    CHECK(output.text().ends_with("report  epoch 10/10  train a 1\n"));
}

TEST_CASE("the model file holds its notes beside the parameters, and is loaded as any other") {
    const TemporaryFolder folder;
    nn::TrainingSettings settings = settings_in(folder, 1);
    settings.notes = {{"settings", "{\"latent\": 3}"}};
    Run run(settings);
    run();
    const nn::Tensors file = nn::read_safetensors(run.training.model_path());
    CHECK(file.metadata == settings.notes);
    CHECK(file.arrays.size() == 4);
    nn::Random random{9};
    Denoiser again{random};
    nn::load(run.training.model_path(), again);
    CHECK(again.decoder.weight.value == run.model.decoder.weight.value);
}

TEST_CASE("training without an evaluation has a history of training alone") {
    const TemporaryFolder folder;
    Report report({.epochs = 1, .folder = folder.path, .quiet = true});
    report.training.run(report.batches, [](const nn::Batch&) -> nn::Metrics { return {{"a", 1}}; });
    CHECK(bytes_of(folder / "history.csv") == "epoch,train_a\n1,1\n");
}

TEST_CASE("training sets the learning rate before every step") {
    const TemporaryFolder folder;
    const auto schedule = nn::schedule::linear_ramp(0.5, 0, 2);
    Report report({.epochs = 2, .folder = folder.path, .learning_rate = schedule, .quiet = true});
    std::size_t number = 0;
    report.training.run(report.batches, [&](const nn::Batch&) -> nn::Metrics {
        const double time = static_cast<double>(number++) / steps;
        CHECK(report.training.time() == doctest::Approx(time));
        CHECK(report.sgd.learning_rate() == doctest::Approx(0.5 - time / 4));
        return {{"loss", 1}};
    });
    CHECK(number == 2 * steps);
}

TEST_CASE("training takes nothing from the heap from one step to the next") {
    const TemporaryFolder folder;
    Report report({.epochs = 3,
                   .folder = folder.path,
                   .learning_rate = nn::schedule::cosine(1, 0, 3),
                   .quiet = true});
    std::size_t number = 0, before = 0;
    report.training.run(report.batches, [&](const nn::Batch& batch) -> nn::Metrics {
        const std::size_t now = allocations();
        if (number > steps && number % steps > 0) CHECK(now == before);
        ++number;
        const nn::Metrics metrics{{"loss", batch.images[0]}, {"other", 2}};
        before = allocations();
        return metrics;
    });
}

TEST_CASE("training leaves signals as they were, and says where it stopped") {
    const auto handler = [] {
        struct sigaction now {};
        sigaction(SIGINT, nullptr, &now);
        return now.sa_handler;
    };
    const TemporaryFolder folder;
    Run run(settings_in(folder, 2));
    const auto before = handler();
    std::string message;
    int signal = 0;
    try {
        run([&](std::size_t number) {
            CHECK((handler() != before));
            if (number == 4) std::raise(SIGTERM);
        });
    } catch (const nn::Interrupted& interrupted) {
        message = interrupted.what();
        signal = interrupted.signal;
    }
    CHECK((handler() == before));
    CHECK(signal == SIGTERM);
    CHECK(message == "Interrupted in epoch 2; saved to " + run.training.checkpoint_path().string());
}

TEST_CASE("training refuses a folder that cannot be made, and no epochs at all") {
    const TemporaryFolder folder;
    put_bytes(folder / "file", "in the way");
    const auto step = [](const nn::Batch&) -> nn::Metrics { return {{"loss", 1}}; };
    Report blocked({.folder = folder / "file", .quiet = true});
    CHECK(contains(message_of([&] { blocked.training.run(blocked.batches, step); }),
                   "[train] cannot make the folder"));
    Report idle({.epochs = 0, .folder = folder.path, .quiet = true});
    CHECK(message_of([&] { idle.training.run(idle.batches, step); }) ==
          "[train] got 0 epochs, expected at least 1");
}

TEST_CASE("early stopping has patience and goes back to the best epoch") {
    const TemporaryFolder folder;
    const std::vector<double> scores = {5, 3, 4, 3.5, 1, 2, 2, 2, 0};
    const auto stopped = [&](std::size_t epochs, bool resume) {
        Report report({.epochs = epochs,
                       .folder = folder.path,
                       .resume = resume,
                       .patience = 3,
                       .quiet = true});
        const auto now = [&] { return static_cast<std::size_t>(report.training.time() + 0.5); };
        // Each epoch leaves its number in the model.
        const auto step = [&](const nn::Batch&) -> nn::Metrics {
            report.model.decoder.bias.value[0] = std::floor(nn::Real(report.training.time())) + 1;
            return {{"loss", 1}};
        };
        report.training.run(report.batches, step, [&]() -> nn::Metrics {
            return {{"score", scores.at(now() - 1)}};
        });
        CHECK(report.training.history().rows.size() == now());
        return std::pair(report.training.best_epoch(), report.model.decoder.bias.value[0]);
    };
    CHECK(stopped(4, false) == std::pair(std::size_t{2}, nn::Real(2)));
    CHECK(stopped(9, true) == std::pair(std::size_t{5}, nn::Real(5)));  // after eight epochs
    CHECK(nn::read_history(folder / "history.csv").rows.size() == 8);
    CHECK(stopped(9, true) == std::pair(std::size_t{5}, nn::Real(5)));  // nothing left to do

    Report blind({.epochs = 1, .folder = folder.path, .patience = 3, .quiet = true});
    const auto step = [](const nn::Batch&) -> nn::Metrics { return {{"loss", 1}}; };
    CHECK(message_of([&] { blind.training.run(blind.batches, step); }) ==
          "[train] expected an evaluation to stop early by, got none");
}
