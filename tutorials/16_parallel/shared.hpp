/// @file
/// A VAE that any number of processes train, and how the lesson starts them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/vae.hpp"
#include "nn/parallel/data_parallel.hpp"
#include "tutorials/support/session.hpp"

namespace lesson {

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using nn::Communicator;
using tutorials::Session;
using Numbers = std::vector<double>;

/// 784-400-20 for images of 784 pixels, as in chapter 7.
Vae new_vae(const nn::Dataset& data, nn::Random& random);

/// So many images, in the same order for all processes: a batch to measure steps with.
Array some_images(Session& session, std::size_t count);

/// One step on images that are this process's share of a batch; returns the loss of the share.
double step(const Communicator& world, Vae& vae, nn::Adam& adam, Tape& tape, nn::Random& random,
            const Array& images, nn::Share share);

/// The middle one of the microseconds that some calls take, without what is done before each.
double median_microseconds(
    int calls, const std::function<void()>& work, const std::function<void()>& before = [] {});

/// The median for arrays of each of these lengths, one to send and one to receive.
Numbers microseconds_by_length(
    const Numbers& lengths,
    const std::function<void(std::span<float> sent, std::span<float> received)>& work);

/// Between numbers at the same place, as a share of those of b.
double largest_difference(const Numbers& a, const Numbers& b);

void draw_the_flow(Session& session);

/// What a message takes, (4), in microseconds and bytes.
struct Cost {
    double latency;    ///< α
    double bandwidth;  ///< β
    double gradient;   ///< bytes of the gradient
    double ring(double processes, double bytes) const {
        return 2 * (processes - 1) * (latency + bytes / (processes * bandwidth));
    }
};

/// What a step of one process takes, (5): microseconds.
struct Step {
    double start;      ///< a
    double per_image;  ///< c
    double time(double images) const { return start + images * per_image; }
};

/// In the second of two epochs.
std::size_t steps_until_death(Session& session);

/// What another run of this program has left.
struct Left {
    std::filesystem::path folder = "";
    bool ended_well = false;
    std::string last_line = "";  ///< of what it printed on the standard error output
    Numbers numbers(const std::string& key) const;
    double number(const std::string& key) const { return numbers(key).at(0); }
};

/// Which run, and how.
struct Job {
    std::string what;           ///< what `--measure` names
    std::size_t processes = 1;  ///< more than one: started by mpirun
    std::size_t threads = 1;    ///< of each
    std::string folder;         ///< in that of the session; emptied, unless it resumes
    bool resume = false;
    bool may_fail = false;
    bool again = true;  ///< else what an earlier run has left will do
};

/// Runs this program once more, with the flags of the session, and waits. Its output goes to `log.txt` in its
/// folder. Throws with its last line if it fails, unless it may, and if there is no mpirun.
Left started(const Session& session, const Job& job);

/// From what the runs `messages` of two processes and `steps` of one have left.
Cost cost_of(const Left& messages);
Step step_of(const Left& steps);

}  // namespace lesson
