#include "nn/train/training.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <iostream>
#include <limits>
#include <sstream>

#include "nn/io/safetensors.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"
#include "tests/allocations.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using autograd::Error;
using nn::Random;
using nn::Training;
using nn::TrainingSettings;

namespace {

constexpr std::size_t examples = 22, batch_size = 8, dimensions = 5, steps = 3;

nn::Dataset small_data() {
    Random random{77};
    return {.name = "small",
            .images = random.uniform({examples, dimensions}),
            .labels = nn::Indices(examples, 0),
            .rows = 1,
            .columns = dimensions,
            .classes = 1,
            .class_names = {"only"}};
}

/// A denoising autoencoder: its steps and its evaluation draw random numbers.
struct Denoiser {
    nn::Linear encoder, decoder;
    explicit Denoiser(Random& random)
        : encoder(dimensions, 3, random), decoder(3, dimensions, random) {}
    void visit(auto&& see) {
        see("encoder", encoder);
        see("decoder", decoder);
    }
    nn::Variable loss(nn::Variable x, Random& random) const {
        const auto noise = x.tape().constant(random.normal(x.shape()));
        const auto code = autograd::tanh(encoder(x + nn::Real(0.1) * noise));
        return autograd::mean(autograd::square(decoder(code) - x));
    }
};

/// Called after each step of a run; `number` counts from 1.
using AfterStep = std::function<void(std::size_t number)>;

/// What a program does: everything anew, then the training.
struct Run {
    nn::Dataset data = small_data();
    Random random{5};
    Denoiser model{random};
    nn::Adam adam{model, {.learning_rate = nn::Real(0.01)}};
    nn::Batches batches{data, batch_size};
    nn::Tape tape;
    Training training;

    explicit Run(TrainingSettings settings) : training(settings, model, adam, random) {}

    void operator()(
        const AfterStep& after_step = {}, const std::function<void()>& evaluated = [] {}) {
        std::size_t number = 0;
        const auto measure = [&](nn::Variable loss) -> nn::Metrics {
            return {{"loss", loss.item()}, {"root", std::sqrt(loss.item())}};
        };
        training.run(
            batches,
            [&](const nn::Batch& batch) -> nn::Metrics {
                tape.rewind();
                const auto loss = model.loss(tape.constant(batch.images), random);
                tape.backward(loss);
                adam.step();
                if (after_step) after_step(++number);
                return measure(loss);
            },
            [&]() -> nn::Metrics {
                evaluated();
                tape.rewind();
                const autograd::InferenceMode inference(tape);
                return measure(model.loss(tape.constant(data.images), random));
            });
    }
};

TrainingSettings settings_in(const TemporaryFolder& folder, std::size_t epochs) {
    return {.epochs = epochs,
            .folder = folder.path,
            .learning_rate = nn::cosine(0.02, 0, 5),
            .quiet = true};
}

/// Everything a run leaves behind.
struct Files {
    std::string model, history, checkpoint;
    explicit Files(const Training& training)
        : model(bytes_of(training.model_path())),
          history(bytes_of(training.history_path())),
          checkpoint(bytes_of(training.checkpoint_path())) {}
    bool operator==(const Files&) const = default;
};

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

/// While it lives, what goes to the standard output is kept.
class Captured {
  public:
    Captured() : before_(std::cout.rdbuf(text_.rdbuf())) {}
    ~Captured() { std::cout.rdbuf(before_); }
    std::string text() const { return text_.str(); }

  private:
    std::ostringstream text_;
    std::streambuf* before_;
};

/// A training whose steps do nothing but report.
struct Report {
    nn::Dataset data = small_data();
    Random random{5};
    Denoiser model{random};
    nn::Sgd sgd{model, {.learning_rate = nn::Real(0.25)}};
    nn::Batches batches{data, batch_size};
    Training training;
    explicit Report(TrainingSettings settings) : training(settings, model, sgd, random) {}
};

}  // namespace

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
    const Training again({.folder = folder.path}, std::vector<nn::NamedParameter>{},
                         uninterrupted.adam, uninterrupted.random);
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
        return message_of([&] {
            training.run(second.batches, [](const nn::Batch&) -> nn::Metrics {
                throw std::logic_error("a step was done");
            });
        });
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
    CHECK(refusal([](Run& run, auto&) { run.random = Random{6}; }) == made + "seed 5, not 6");
    CHECK(contains(refusal([](Run& run, auto&) { run.adam.settings.beta1 = nn::Real(0.5); }),
                   made + "optimizer Adam, beta1 0.9,"));
    CHECK(refusal([](Run&, auto& changed) { changed.learning_rate = nn::cosine(0.04, 0, 5); }) ==
          made + "learning rate 0.02, not 0.04");
    CHECK(contains(
        refusal([](Run&, auto& changed) { changed.learning_rate = nn::cosine(0.02, 0, 6); }),
        made + "learning rates over 3 epochs 0.02, "));
    CHECK(refusal([](Run&, auto& changed) { changed.conditions[0].second = "0.2"; }) ==
          made + "noise 0.1, not 0.2");
    CHECK(refusal([](Run&, auto& changed) { changed.epochs = 1; }) ==
          "[resume] the checkpoint is from epoch 2, beyond the 1 asked for");
    CHECK(Files(first.training) == before);
    CHECK(refusal([](Run&, auto&) {}) == "a step was done");
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
                   "[train] loss is nan in epoch 1, step 3"));
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

TEST_CASE("training without an evaluation has a history of training alone") {
    const TemporaryFolder folder;
    Report report({.epochs = 1, .folder = folder.path, .quiet = true});
    report.training.run(report.batches, [](const nn::Batch&) -> nn::Metrics { return {{"a", 1}}; });
    CHECK(bytes_of(folder / "history.csv") == "epoch,train_a\n1,1\n");
}

TEST_CASE("training sets the learning rate before every step") {
    const TemporaryFolder folder;
    const auto schedule = nn::linear_ramp(0.5, 0, 2);
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
    Report report(
        {.epochs = 3, .folder = folder.path, .learning_rate = nn::cosine(1, 0, 3), .quiet = true});
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
          "[train] got 0 epochs, wanted at least 1");
}
