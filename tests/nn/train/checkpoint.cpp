#include "nn/train/checkpoint.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "nn/io/safetensors.hpp"
#include "nn/layers/linear.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using nn::Conditions;
using nn::Random;
using nn::Real;
using nn::TrainingState;

namespace {

const Conditions conditions{{"batch", "64"}, {"seed", "3"}};

/// A layer and its optimizer after a few steps, and a place in a run.
struct State {
    Random random{3};
    nn::Linear layer;
    nn::Adam adam;
    TrainingState state;

    explicit State(std::size_t in = 4, std::size_t out = 2)
        : layer(in, out, random), adam(layer, {.learning_rate = Real(0.3)}) {}

    void advance() {
        for (int i = 0; i < 3; ++i) {
            nn::Gradients gradients;
            for (const auto& [name, parameter, frozen] : adam.parameters()) {
                autograd::Tape tape;
                gradients += tape.backward(tape.parameter(*parameter),
                                           random.normal(parameter->value.shape()));
            }
            adam.step(gradients);
        }
        state.epoch = 7;
        state.step = 2;
        state.epoch_start = {3, 1234};
        state.means.add({{"loss", 1.0 / 3}, {"tiny", -5e-324}}, 64);
        state.history.add({{"epoch", 1}, {"train_loss", std::sqrt(2)}});
        state.history.add({{"epoch", 2}, {"train_loss", 1e300}});
        adam.set_learning_rate(Real(0.1));
    }

    nn::Learner learner() { return {nn::state(layer), adam, random}; }
    void save(const std::filesystem::path& path) {
        save_checkpoint(path, learner(), state, conditions);
    }
    void load(const std::filesystem::path& path, const Conditions& wanted = conditions) {
        auto all = learner();
        load_checkpoint(path, all, state, wanted);
    }
};

/// Everything in a state, as the bytes of its own checkpoint.
std::string bytes_of(State& state) {
    const TemporaryFolder folder;
    state.save(folder / "state");
    return ::bytes_of(folder / "state");
}

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const autograd::Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

/// Loading from there fails with this message, and changes nothing.
void check_refused(const std::filesystem::path& path, const std::string& message,
                   State state = State{}, const Conditions& wanted = conditions) {
    const std::string before = bytes_of(state);
    const std::string thrown = message_of([&] { state.load(path, wanted); });
    CHECK(thrown.find(message) != thrown.npos);
    CHECK(thrown.find('\n') == thrown.npos);
    INFO(thrown);
    CHECK(bytes_of(state) == before);
}

}  // namespace

TEST_CASE("a checkpoint gives every bit back") {
    const TemporaryFolder folder;
    State saved;
    saved.advance();
    saved.save(folder / "file");

    State loaded;
    REQUIRE(bytes_of(loaded) != bytes_of(saved));
    loaded.load(folder / "file");
    CHECK(loaded.layer.weight.value == saved.layer.weight.value);
    CHECK(loaded.adam.steps() == 3);
    CHECK(loaded.adam.learning_rate() == Real(0.1));
    CHECK(*loaded.adam.state().back().array == *saved.adam.state().back().array);
    CHECK(loaded.random.state() == saved.random.state());
    CHECK(loaded.state.epoch == 7);
    CHECK(loaded.state.step == 2);
    CHECK(loaded.state.epoch_start == Random::State{3, 1234});
    CHECK(loaded.state.means.names == saved.state.means.names);
    CHECK(loaded.state.means.sums == saved.state.means.sums);
    CHECK(loaded.state.means.examples == 64);
    CHECK(loaded.state.history.names == saved.state.history.names);
    CHECK(loaded.state.history.rows == saved.state.history.rows);
    CHECK(bytes_of(loaded) == bytes_of(saved));
}

TEST_CASE("a checkpoint from before the first step gives every bit back") {
    const TemporaryFolder folder;
    State saved;
    saved.save(folder / "file");
    State loaded;
    loaded.advance();
    loaded.load(folder / "file");
    CHECK(loaded.state.history.rows.empty());
    CHECK(bytes_of(loaded) == bytes_of(saved));
}

TEST_CASE("a checkpoint made under other conditions is refused with the first that differs") {
    const TemporaryFolder folder;
    State saved;
    saved.advance();
    saved.save(folder / "file");
    check_refused(folder / "file", "[resume] the checkpoint was made with batch 64, not 128",
                  State{}, {{"batch", "128"}, {"seed", "4"}});
    check_refused(folder / "file", "[resume] the checkpoint was made with seed 3, not 4", State{},
                  {{"batch", "64"}, {"seed", "4"}});
}

TEST_CASE("a checkpoint of another model or optimizer is refused") {
    const TemporaryFolder folder;
    State saved;
    saved.advance();
    saved.save(folder / "file");
    check_refused(folder / "file",
                  "[resume] model/weight is (2, 4) in the checkpoint but (2, 5) here", State{5, 2});

    nn::Tensors tensors = nn::read_safetensors(folder / "file");
    tensors.arrays.erase("optimizer/bias/mean");
    nn::write_safetensors(folder / "less", tensors);
    check_refused(folder / "less", "[resume] the checkpoint has no optimizer/bias/mean");
    tensors = nn::read_safetensors(folder / "file");
    tensors.arrays["model/more"] = saved.layer.bias.value;
    nn::write_safetensors(folder / "more", tensors);
    check_refused(folder / "more", "[resume] the checkpoint has model/more, which is not here");

    nn::Learner twice = saved.learner();
    twice.state.push_back(twice.state.front());
    CHECK_THROWS_WITH_AS(save_checkpoint(folder / "twice", twice, saved.state, conditions),
                         "[checkpoint] two parts are called model/weight", autograd::Error);
}

TEST_CASE("a checkpoint with a parameter that is not finite is refused") {
    const TemporaryFolder folder;
    State broken, other;
    broken.layer.bias.value[1] = std::numeric_limits<Real>::infinity();
    broken.save(folder / "x");
    CHECK_THROWS_WITH_AS(
        other.load(folder / "x"),
        "[resume] model/bias has a number that is not finite, inf, in the checkpoint",
        autograd::Error);
}

TEST_CASE("a checkpoint is one's own under the name that it was given") {
    const TemporaryFolder folder;
    State state;
    state.save(folder / "a.checkpoint.safetensors");
    CHECK(nn::is_own_checkpoint(folder / "a.checkpoint.safetensors"));
    std::filesystem::copy(folder / "a.checkpoint.safetensors", folder / "b.checkpoint.safetensors");
    CHECK_FALSE(nn::is_own_checkpoint(folder / "b.checkpoint.safetensors"));
}

TEST_CASE("a checkpoint that was cut off is refused") {
    const TemporaryFolder folder;
    State saved;
    saved.advance();
    saved.save(folder / "file");
    const std::string whole = ::bytes_of(folder / "file");
    for (std::size_t length = 0; length < whole.size(); length += 97) {
        put_bytes(folder / "cut", whole.substr(0, length));
        check_refused(folder / "cut", (folder / "cut").string());
    }
}

TEST_CASE("a checkpoint with a note that is missing or no number is refused") {
    const TemporaryFolder folder;
    State saved;
    saved.advance();
    saved.save(folder / "file");
    const nn::Tensors whole = nn::read_safetensors(folder / "file");
    for (const auto& note : whole.metadata) {
        const auto& name = note.first;
        if (name.starts_with("with ") || name == "program" || name == "file")
            continue;  // elsewhere
        CAPTURE(name);
        nn::Tensors damaged = whole;
        damaged.metadata.erase(name);
        nn::write_safetensors(folder / "damaged", damaged);
        check_refused(folder / "damaged", "is no checkpoint: it has no " + name);
        if (name == "means.names" || name == "history.names") continue;  // any text will do
        damaged.metadata[name] = note.second + "?";
        nn::write_safetensors(folder / "damaged", damaged);
        check_refused(folder / "damaged", "expected a number");
    }
    nn::Tensors damaged = whole;
    damaged.metadata["means.names"] = "loss";
    nn::write_safetensors(folder / "damaged", damaged);
    check_refused(folder / "damaged", "2 sums for 1 metrics");
    damaged = whole;
    damaged.metadata["history.names"] = "epoch";
    nn::write_safetensors(folder / "damaged", damaged);
    check_refused(folder / "damaged", "a row of 2 numbers below 1 names");
}
