/// @file
/// Small training runs to interrupt, resume and compare.
#pragma once

#include <cmath>
#include <functional>
#include <iostream>
#include <sstream>

#include "nn/layers/linear.hpp"
#include "nn/train/training.hpp"
#include "tests/nn/io/temporary_folder.hpp"

inline constexpr std::size_t examples = 22, batch_size = 8, dimensions = 5, steps = 3;

inline nn::Dataset small_data() {
    nn::Random random{77};
    return {.name = "small",
            .images = random.uniform({examples, dimensions}),
            .labels = nn::Indices(examples, 0),
            .item = {dimensions},
            .classes = 1,
            .class_names = {"only"}};
}

/// A denoising autoencoder: its steps and its evaluation draw random numbers.
struct Denoiser {
    nn::Linear encoder, decoder;
    explicit Denoiser(nn::Random& random)
        : encoder(dimensions, 3, random), decoder(3, dimensions, random) {}
    void visit(auto&& see) {
        see("encoder", encoder);
        see("decoder", decoder);
    }
    nn::Variable loss(nn::Variable x, nn::Random& random) const {
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
    nn::Random random{5};
    Denoiser model{random};
    nn::Adam adam{model, {.learning_rate = nn::Real(0.01)}};
    nn::Batches batches{data, batch_size};
    nn::Tape tape;
    nn::Training training;

    explicit Run(nn::TrainingSettings settings) : training(settings, model, adam, random) {}

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
                adam.step(tape.backward(loss));
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

inline nn::TrainingSettings settings_in(const TemporaryFolder& folder, std::size_t epochs) {
    return {.epochs = epochs,
            .folder = folder.path,
            .learning_rate = nn::schedule::cosine(0.02, 0, 5),
            .quiet = true};
}

/// Everything a run leaves behind.
struct Files {
    std::string model, history, checkpoint;
    explicit Files(const nn::Training& training)
        : model(bytes_of(training.model_path())),
          history(bytes_of(training.history_path())),
          checkpoint(bytes_of(training.checkpoint_path())) {}
    bool operator==(const Files&) const = default;
};

inline std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

inline bool contains(const std::string& text, const std::string& part) {
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
    nn::Random random{5};
    Denoiser model{random};
    nn::Sgd sgd{model, {.learning_rate = nn::Real(0.25)}};
    nn::Batches batches{data, batch_size};
    nn::Training training;
    explicit Report(nn::TrainingSettings settings) : training(settings, model, sgd, random) {}
};
