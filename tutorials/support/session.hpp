/// @file
/// What every tutorial does besides its lesson: flags, threads, data, results, errors.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nn/data/dataset.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/flags.hpp"
#include "tutorials/support/results.hpp"

namespace tutorials {

/// As long as one lives, a folder is for one run: two would overwrite each other's figures, and take
/// each other's checkpoints for their own.
class FolderLock {
  public:
    /// Throws if another one holds the folder. File systems that know no locks are let be.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int descriptor_;
};

/// One run of a tutorial.
class Session {
  public:
    /// Sets the number of threads and prints what runs with what. Throws if another run writes into
    /// the same folder.
    Session(const About& about, const Flags& flags,
            const nn::Communicator& processes = nn::alone());

    const Flags flags;
    /// Those that run this together. The first one alone locks the folder, and writes into it what this
    /// class writes; a lesson leaves its figures to it as well.
    const nn::Communicator& world;

    /// A path in the folder for figures, model and numbers: `session.file("samples.png")`.
    std::filesystem::path file(const std::string& name) const { return flags.out / name; }

    /// What `--data` names, cut short by `--quick`; loaded when it is first asked for, which prints what
    /// it is. Unless the run goes on with an earlier one, or is of an experiment alone, it removes the
    /// checkpoints that an earlier one of this program has left. Throws for data that this chapter,
    /// or what it is to run beside the lesson, cannot do with, see needs_of(), and for those that some chapter
    /// could not do with: fewer images than 1000 + 200, fewer than 5 pixels to a side, fewer than 10 images of
    /// a class for training or test or none in a half of the training set (which is then sorted), images
    /// of which nine in ten are the same or of one grey level or colour.
    const nn::TrainTest& load_data();

    /// The settings of a training in this run: its files are in the run's folder, and it is resumed if
    /// `--resume` says so, and only with the same seed, the same test images, and the same real numbers
    /// for the chapter's own flags, which weigh what is trained.
    ///
    /// Names that begin with `model` are the lesson's own: an experiment that asks for the same training
    /// gets what the lesson has left, or trains it if there is nothing. Of any other name, `probe`, the
    /// second training in a run is called `probe_2`, so that a resumed run does not mistake one for the
    /// other.
    nn::TrainingSettings training(nn::TrainingSettings settings);

    /// So many epochs; in a quick run two at most.
    std::size_t epochs(std::size_t wanted) const {
        return flags.quick ? std::min<std::size_t>(wanted, 2) : wanted;
    }

    /// Notes a number for `results.json`, and prints it. Keys are the ones of the course's tables:
    /// `test_neg_elbo`. Throws if the key is there already or a number is not finite.
    void result(const std::string& key, double number);
    void result(const std::string& key, const std::vector<double>& numbers);
    /// The same without printing it: for what stands in a table.
    void note(const std::string& key, double number) { results_.add(key, number); }

    /// Does what the flags name: the lesson, an experiment, or all; then writes `results.json`, with the
    /// seconds of each, as `seconds` and `seconds_NAME`.
    void run(const std::function<void(Session&)>& lesson);

  private:
    void time(const std::string& key, const std::function<void(Session&)>& part);

    std::optional<FolderLock> lock_;
    nn::Conditions options_;  // the real numbers among the chapter's own flags
    std::optional<nn::TrainTest> data_ = {};
    bool experimenting_ = false;
    std::map<std::string, std::size_t> trainings_;  // how many there were of each name
    Results results_;
};

/// The `main` of a tutorial: reads the flags, runs the lesson, writes the results. Errors become one
/// line. The exit code is 0, 1 after an error, 130 after Ctrl-C, to which it says how to go on, also
/// between trainings.
///
/// Of several processes the first one alone prints on the standard output. An error on any of them ends
/// all, with the line of that one, or of the first if it is an error of all.
int run(int argc, char** argv, const About& about, const std::function<void(Session&)>& lesson,
        const nn::Communicator& world = nn::alone());

/// The same for a program that has read its flags itself.
int run(int argc, char** argv, const std::function<void()>& program,
        const nn::Communicator& world = nn::alone());

/// For OpenMP and OpenBLAS. Throws nothing.
void set_threads(std::size_t threads);

/// Throws unless there are so many examples of each class in `part`, as `"validation images"`.
void require_classes(const nn::Dataset& data, const std::string& part, std::size_t of_each);

/// Why OpenBLAS computes more slowly than this processor could, or nothing: `core` is its name for
/// the processor, `wide` whether that has AVX-512, `forced` what OPENBLAS_CORETYPE says, if anything.
std::string blas_warning(const std::string& core, bool wide, const char* forced);

/// The command line that goes on with an interrupted run, quoted for a shell.
std::string resume_command(int argc, const char* const* argv);

}  // namespace tutorials
