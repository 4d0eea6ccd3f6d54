#include "nn/train/training.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <set>

#include "nn/io/safetensors.hpp"
#include "nn/module.hpp"
#include "nn/parallel/data_parallel.hpp"

namespace nn {

using autograd::require;

namespace {

/// ` name 1.2345`, for every number.
std::string listed(const Metrics& metrics) {
    std::string text;
    for (const auto& [name, value] : metrics) {
        char number[32];
        std::snprintf(number, sizeof number, "%.5g", value);
        text += std::string(text.empty() ? " " : ", ") + name + " " + number;
    }
    return text;
}

bool all_finite(const Array& array) {
    return std::all_of(array.storage().begin(), array.storage().end(),
                       [](Real x) { return std::isfinite(x); });
}

/// FNV-1a over all bits.
std::uint64_t checksum(const std::vector<NamedArray>& state) {
    using Word = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const auto& [name, array] : state)
        for (const Real number : array->storage())
            sum = (sum ^ std::bit_cast<Word>(number)) * 0x100000001b3;
    return sum;
}

double median(std::vector<double> numbers) {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    return *middle;
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    require(!error, "[train] cannot make the folder ", folder.string(), ": ", error.message());
}

}  // namespace

Training::Training(TrainingSettings settings, std::vector<NamedArray> state, Optimizer& optimizer,
                   Random& random)
    : settings_(std::move(settings)), learner_{std::move(state), optimizer, random} {}

std::filesystem::path Training::file(const char* ending) const {
    return settings_.folder / (settings_.name + ending);
}

std::filesystem::path Training::history_path() const {
    const bool usual = settings_.name == TrainingSettings{}.name;
    return usual ? settings_.folder / "history.csv" : file(".history.csv");
}

double Training::time() const {
    const auto part = static_cast<double>(state_.step) / static_cast<double>(steps_per_epoch_);
    return static_cast<double>(state_.epoch) + (state_.step > 0 ? part : 0);
}

double Training::images_per_second() const {
    if (rates_.empty()) return 0;
    return median({rates_.begin() + (rates_.size() > 1 ? 1 : 0), rates_.end()});
}

Conditions Training::all_conditions(const Batches& batches) const {
    const Schedule& rate = settings_.learning_rate;
    const double first_rate = rate ? rate(0) : double{learner_.optimizer.learning_rate()};
    Conditions conditions{
        {"data", batches.data().name},
        {"examples", std::to_string(batches.data().size())},
        {"items of", autograd::text(batches.data().item)},
        {"batch", std::to_string(batches.batch_size())},
        {"steps per epoch", std::to_string(batches.count())},
        {"seed", std::to_string(learner_.random.state().seed)},
        {"optimizer", learner_.optimizer.describe()},
        {"learning rate", autograd::text(first_rate)},
        {"numbers of", std::to_string(sizeof(Real)) + " bytes"},
        {"early stopping", settings_.patience > 0 ? "on" : "off"},
        {"data whose checksum is", checksum(batches.data())},
    };
    if (rate) {
        // Schedules are stretched over the epochs asked for: compared between runs of as many.
        std::string rates;
        for (int i = 0; i <= 4; ++i)
            rates += (i > 0 ? ", " : "") +
                     autograd::text(rate(i * static_cast<double>(settings_.epochs) / 4));
        const std::string epochs = std::to_string(settings_.epochs);
        conditions.emplace_back("learning rates over " + epochs + " epochs", rates);
    }
    conditions.insert(conditions.end(), settings_.conditions.begin(), settings_.conditions.end());
    std::set<std::string> names;
    for (const auto& [name, value] : conditions)
        require(names.insert(name).second, "[train] two conditions are called ", name);
    return conditions;
}

// --- the run --------------------------------------------------------------------------------------

void Training::run(Batches& batches, const Step& step, const Evaluation& evaluation) {
    require(settings_.epochs > 0, "[train] got 0 epochs, expected at least 1");
    require(settings_.patience == 0 || evaluation,
            "[train] expected an evaluation to stop early by, got none");
    const Communicator& world = *settings_.world;
    const std::size_t part = batches.options().part, parts = batches.options().parts;
    require(part == world.rank() && parts == world.size(), "[train] got part ", part, " of ", parts,
            " of each batch, expected part ", world.rank(), " of ", world.size(), " for process ",
            world.rank());
    make_folder(settings_.folder);
    steps_per_epoch_ = batches.count();
    conditions_ = all_conditions(batches);

    std::ostream nowhere(nullptr);
    const bool speaks = world.leads() && !settings_.quiet;
    Progress progress(speaks ? std::cout : nowhere, world.leads() ? error_terminal() : -1,
                      settings_.epochs, steps_per_epoch_);
    const InterruptWatch watch;
    if (settings_.resume) resume(progress);
    while (state_.epoch < settings_.epochs && !exhausted()) {
        run_epoch(batches, step, progress);
        if (evaluation) progress.say("evaluating");
        finish_epoch(evaluation ? evaluation() : Metrics{}, progress);
        stop_if_asked();
    }
    wait_for_all(world);  // until the best parameters are written
    if (settings_.patience > 0) nn::load(best_path(), learner_.state);
    if (!world.leads()) return;
    Tensors model{.arrays = {}, .metadata = settings_.notes};
    for (const auto& [name, array] : learner_.state) model.arrays[name] = *array;
    write_safetensors(model_path(), model);
}

void Training::run_epoch(Batches& batches, const Step& step, Progress& progress) {
    Random& random = learner_.random;
    const Random::State now = random.state();
    if (state_.step == 0) state_.epoch_start = now;

    const auto start = std::chrono::steady_clock::now();
    random.restore(state_.epoch_start);
    auto epoch = batches.shuffled(random);
    if (state_.step > 0) random.restore(now);  // the finished steps have drawn from it as well
    auto at = epoch.begin();
    std::advance(at, state_.step);

    progress.start_epoch(state_.epoch, state_.step);
    std::size_t images = 0;
    for (; state_.step < steps_per_epoch_; ++at) {
        if (settings_.learning_rate)
            learner_.optimizer.set_learning_rate(
                static_cast<Real>(settings_.learning_rate(time())));
        const Batch& batch = *at;
        const Metrics metrics = average(*settings_.world, step(batch), batch.share);
        ++state_.step;
        require_finite(metrics);
        state_.means.add(metrics, batch.share.whole);
        images += batch.share.whole;
        progress.step(batch.share.whole, state_.means);
        stop_if_asked();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (images > 0) rates_.push_back(static_cast<double>(images) / seconds.count());
}

void Training::finish_epoch(const Metrics& evaluated, Progress& progress) {
    require_finite_parameters();
    require_same_parameters();
    for (const auto& [name, value] : evaluated)
        require(std::isfinite(value), "[train] the evaluation's ", name, " is ", value,
                " after epoch ", state_.epoch + 1, ", though all parameters are finite");
    MetricMeans& means = state_.means;
    Metrics trained;
    std::vector<std::pair<std::string, double>> row{
        {"epoch", static_cast<double>(state_.epoch + 1)}};
    for (std::size_t i = 0; i < means.names.size(); ++i) {
        row.emplace_back("train_" + means.names[i], means.mean(i));
        trained.add({means.names[i].c_str(), means.mean(i)});
    }
    for (const auto& [name, value] : evaluated)
        row.emplace_back(std::string("test_") + name, value);

    state_.history.add(row);
    ++state_.epoch;
    state_.step = 0;
    means.restart();
    state_.epoch_start = learner_.random.state();
    if (!settings_.world->leads()) return;
    if (settings_.patience > 0 && best_epoch() == state_.epoch)
        nn::save(best_path(), learner_.state);
    else if (settings_.patience == 0)
        std::filesystem::remove(best_path());  // of an earlier run
    save();
    write_history(history_path(), state_.history);

    progress.line(report(trained, evaluated));
}

std::string Training::report(const Metrics& trained, const Metrics& evaluated) const {
    const std::string epochs = std::to_string(settings_.epochs);
    std::string epoch = std::to_string(state_.epoch);
    epoch.insert(0, epochs.size() - epoch.size(), ' ');
    std::string line = settings_.name == TrainingSettings{}.name ? "" : settings_.name + "  ";
    line += "epoch " + epoch + "/" + epochs + "  train" + listed(trained);
    if (evaluated.size() > 0) line += "  test" + listed(evaluated);
    return line;
}

void Training::require_finite(const Metrics& metrics) const {
    for (const auto& [name, value] : metrics)
        if (!std::isfinite(value)) diverged(std::string(name) + " is " + autograd::text(value));
}

void Training::require_finite_parameters() const {
    for (const auto& [name, array] : learner_.state)
        if (!all_finite(*array)) diverged(name + " has a number that is not finite");
}

void Training::require_same_parameters() const {
    const Communicator& world = *settings_.world;
    if (world.size() == 1) return;
    require(same(world, checksum(learner_.state)), "[train] the processes no longer hold the same ",
            "parameters after epoch ", state_.epoch + 1, ": are all gradients averaged?");
}

void Training::diverged(const std::string& what) const {
    throw autograd::Error("[train] " + what + " in epoch " + std::to_string(state_.epoch + 1) +
                          ", step " + std::to_string(state_.step) + ": try a learning rate below " +
                          autograd::text(double{learner_.optimizer.learning_rate()}));
}

// --- stopping and going on ------------------------------------------------------------------------

std::size_t Training::best_epoch() const {
    const auto& [columns, rows] = state_.history;
    const auto judge = std::find_if(columns.begin(), columns.end(), [](const std::string& name) {
        return name.starts_with("test_");
    });
    require(judge != columns.end(), "[train] expected an evaluation to judge epochs by, got none");
    const auto column = static_cast<std::size_t>(judge - columns.begin());
    const auto best = std::min_element(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
        return a[column] < b[column];
    });
    return static_cast<std::size_t>(best - rows.begin()) + 1;
}

bool Training::exhausted() const {
    return settings_.patience > 0 && state_.epoch > 0 &&
           state_.epoch - best_epoch() >= settings_.patience;
}

void Training::save() const { save_checkpoint(checkpoint_path(), learner_, state_, conditions_); }

/// A signal that one of the processes has got, SIGINT before SIGTERM, or 0: the same for all.
int Training::signal_to_any() const {
    const int here = InterruptWatch::signal();
    if (settings_.world->size() == 1) return here;
    std::array<double, 2> told{here == SIGINT ? 1.0 : 0.0, here == SIGTERM ? 1.0 : 0.0};
    sum(*settings_.world, std::span<double>(told));
    return told[0] > 0 ? SIGINT : told[1] > 0 ? SIGTERM : 0;
}

void Training::stop_if_asked() const {
    const int signal = signal_to_any();
    if (signal == 0) return;
    if (state_.step > 0) {  // after an epoch it was saved already
        require_finite_parameters();
        if (settings_.world->leads()) save();
    }
    const std::string where = state_.step > 0 ? "in epoch " + std::to_string(state_.epoch + 1)
                                              : "after epoch " + std::to_string(state_.epoch);
    throw Interrupted("Interrupted " + where + "; saved to " + checkpoint_path().string(), signal);
}

void Training::resume(Progress& progress) {
    wait_for_all(*settings_.world);  // until the first has seen what is there
    if (!std::filesystem::exists(checkpoint_path())) {
        progress.line("[resume] there is no " + checkpoint_path().string() +
                      ": starting from the beginning");
        return;
    }
    load_checkpoint(checkpoint_path(), learner_, state_, conditions_);
    require(same(*settings_.world, checksum(learner_.state)), "[resume] the processes have read ",
            "different checkpoints: is the folder the same for all?");
    require(
        state_.epoch < settings_.epochs || (state_.epoch == settings_.epochs && state_.step == 0),
        "[resume] the checkpoint is from epoch ", state_.epoch + (state_.step > 0 ? 1 : 0),
        ", beyond the ", settings_.epochs, " asked for");
    require(settings_.patience == 0 || state_.epoch == 0 || std::filesystem::exists(best_path()),
            "[resume] there is no ", best_path().string(), ", which holds the best epoch so far");
    if (state_.epoch > 0 && settings_.world->leads()) write_history(history_path(), state_.history);
    progress.line("resumed from " + checkpoint_path().string() + " after epoch " +
                  std::to_string(state_.epoch) +
                  (state_.step > 0 ? ", step " + std::to_string(state_.step) : ""));
}

}  // namespace nn
