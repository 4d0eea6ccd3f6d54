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

    void operator()(const AfterStep& after_step = {}) {
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
