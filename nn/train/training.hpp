/// @file
/// What surrounds the loop body: epochs, progress, history, checkpoints, Ctrl-C.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nn/data/batches.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"
#include "nn/parallel/communicator.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/interrupt.hpp"
#include "nn/train/metrics.hpp"
#include "nn/train/progress.hpp"

namespace nn {

/// How long, how and where to train.
struct TrainingSettings {
    std::size_t epochs = 10;
    /// What the files are called: `NAME.safetensors`, `NAME.checkpoint.safetensors`, and
    /// `NAME.history.csv`, or just `history.csv` under the usual name.
    std::string name = "model";
    std::filesystem::path folder = "out";  ///< where the files go; made if there is none
    bool resume = false;                   ///< go on from the checkpoint, if there is one
    /// The learning rate over time in epochs, set before every step. None: the optimizer's own.
    Schedule learning_rate = {};
    /// Early stopping: stop once the first number of the evaluation has not fallen for this many
    /// epochs. In any case end with the parameters of the epoch where it was lowest, which
    /// `NAME.best.safetensors` holds. 0: go on to the end, and end with the last.
    std::size_t patience = 0;
    /// What else must be the same in a run that is resumed: `{{"beta", "4"}}`.
    Conditions conditions = {};
    /// What `NAME.safetensors` says besides its arrays: see Tensors::metadata.
    std::map<std::string, std::string> notes = {};
    bool quiet = false;  ///< no lines; the bar on a terminal stays
    /// The processes that train together. Their folder is one; the first of them writes into it, and all
    /// read from it when they resume.
    const Communicator* world = &alone();
};

/// Trains a module for some epochs.
/// @code
/// nn::Training training{{.epochs = 10, .folder = "out/07_vae"}, vae, adam, random};
/// training.run(batches, [&](const nn::Batch& batch) -> nn::Metrics {
///     tape.rewind();
///     const auto elbo = vae.elbo(tape.constant(batch.images), random);
///     adam.step(tape.backward(-elbo.value()));
///     return {{"reconstruction", elbo.reconstruction.item()}, {"kl", elbo.total_kl().item()}};
/// });
/// @endcode
///
/// A line on the standard output tells of every epoch; on a terminal a bar shows what is between.
/// After every epoch the folder holds the history (`history.csv`) and a checkpoint; at the end also
/// the parameters (`model.safetensors`).
///
/// With `resume` the run goes on **bit for bit** as if it had never stopped, within an epoch too,
/// provided that steps and evaluation draw all their random numbers from `random` and keep nothing
/// from one call to the next outside the module, the optimizer and `random`, and that it computes
/// with as many threads on the same kind of processor. A finished run is only loaded. More epochs
/// than before may be asked for.
///
/// Ctrl-C ends the step, saves a checkpoint and throws Interrupted; a second one ends the program.
///
/// With several processes each step gets its share of a batch and averages the gradients, see
/// nn/parallel/data_parallel.hpp; the metrics are averaged here. All of them evaluate, with the same
/// result. They stop at one step if any of them is asked to. A checkpoint says nothing of how many there
/// were: another number of them can go on with it, whose numbers then differ by rounding.
class Training {
  public:
    /// Does one step, the optimizer's included, and returns what it measured: the loss at least.
    using Step = std::function<Metrics(const Batch&)>;
    /// Measures on held-out data.
    using Evaluation = std::function<Metrics()>;

    /// Refers to the module, the optimizer and the generator, which must outlive it.
    template <class Module>
    Training(TrainingSettings settings, Module& module, Optimizer& optimizer, Random& random)
        : Training(std::move(settings), nn::state(module), optimizer, random) {}
    Training(TrainingSettings settings, std::vector<NamedArray> state, Optimizer& optimizer,
             Random& random);

    /// Runs what is left of the epochs. The history gets a row for each, with the means of what the
    /// steps returned as `train_NAME` and what the evaluation returned as `test_NAME`.
    ///
    /// Throws Interrupted as said above. Throws Error if the batches are not shared out over all processes,
    /// or if these no longer hold the same parameters after an epoch. Throws Error, keeping the last checkpoint, if a metric or a
    /// parameter is not finite; if there is nothing to do, or nothing to stop early by, or the folder
    /// cannot be written; and, when it is to resume, what load_checkpoint() throws, or if the
    /// checkpoint is beyond the epochs.
    void run(Batches& batches, const Step& step, const Evaluation& evaluation = {});

    /// One row per finished epoch.
    const History& history() const { return state_.history; }
    /// The epoch, counted from 1, in which the first number of the evaluation was lowest. Throws if
    /// there was no evaluation.
    std::size_t best_epoch() const;
    /// How many epochs are done, with the fraction of the present one: for schedules.
    double time() const;
    /// How fast the steps went: the median over the epochs of this run, without the first one if
    /// there are more, and without evaluation and saving. 0 if there was nothing left to do.
    double images_per_second() const;

    std::filesystem::path model_path() const { return file(".safetensors"); }
    std::filesystem::path checkpoint_path() const { return file(".checkpoint.safetensors"); }
    std::filesystem::path best_path() const { return file(".best.safetensors"); }
    std::filesystem::path history_path() const;

  private:
    std::filesystem::path file(const char* ending) const;
    Conditions all_conditions(const Batches& batches) const;
    void resume(Progress& progress);
    void run_epoch(Batches& batches, const Step& step, Progress& progress);
    void finish_epoch(const Metrics& evaluated, Progress& progress);
    std::string report(const Metrics& trained, const Metrics& evaluated) const;
    bool exhausted() const;
    void stop_if_asked() const;
    int signal_to_any() const;
    void save() const;
    void require_finite(const Metrics& metrics) const;
    void require_finite_parameters() const;
    void require_same_parameters() const;
    [[noreturn]] void diverged(const std::string& what) const;

    TrainingSettings settings_;
    Learner learner_;
    Conditions conditions_;
    TrainingState state_;
    std::size_t steps_per_epoch_ = 0;
    std::vector<double> rates_;  // images per second, epoch by epoch
};

}  // namespace nn
