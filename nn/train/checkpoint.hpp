/// @file
/// All there is to a training run under way, in one file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "nn/io/history.hpp"
#include "nn/module.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/random.hpp"
#include "nn/train/metrics.hpp"

namespace nn {

/// How far a training run has come.
struct TrainingState {
    std::size_t epoch = 0;  ///< finished epochs
    std::size_t step = 0;   ///< finished steps of the epoch after those
    /// The generator before it drew the order of that epoch.
    Random::State epoch_start{};
    MetricMeans means;  ///< over the finished steps of that epoch
    History history;    ///< of the finished epochs
};

/// What is trained, and by what.
struct Learner {
    std::vector<NamedArray> state;  ///< of the module
    Optimizer& optimizer;
    Random& random;
};

/// What must be the same in a run that continues another: `{{"batch", "128"}, {"seed", "1"}}`.
using Conditions = std::vector<std::pair<std::string, std::string>>;

/// Writes parameters, the optimizer's arrays, step count and learning rate, the generator's state,
/// the training state and the conditions as a safetensors file, with all bits of every number. The file is
/// replaced as a whole or stays as it was.
void save_checkpoint(const std::filesystem::path& path, const Learner& learner,
                     const TrainingState& state, const Conditions& conditions);

/// Whether the file is a checkpoint that this program has written under this name, in this run or an
/// earlier one. A copy under another name is somebody else's.
bool is_own_checkpoint(const std::filesystem::path& path);

/// Puts everything back as save_checkpoint() found it, except the conditions, which are compared.
///
/// Throws, with nothing changed, if the file is malformed or holds something else; if a condition
/// differs, as in `[resume] the checkpoint was made with batch 64, not 128`; or if the parameters or
/// the optimizer's arrays have other names or shapes, or the parameters a number that is not finite.
void load_checkpoint(const std::filesystem::path& path, Learner& learner, TrainingState& state,
                     const Conditions& conditions);

}  // namespace nn
