// Two processes train. In the middle of the second epoch one of them ends itself with SIGKILL, the signal by which the
// system ends a process that takes too much memory. Then one process goes on with what is left.

#include <iostream>

#include "tutorials/16_parallel/shared.hpp"

using namespace lesson;

namespace {

void death(Session& session) {
    const Left whole = started(session, {"train", 1, 1, "one"});
    const Left dead =
        started(session, {.what = "death", .processes = 2, .folder = "dead", .may_fail = true});
    std::cout << "it said: " << dead.last_line << std::endl;
    session.result("death_ended_well", dead.ended_well);
    const Left resumed = started(session, {.what = "train", .folder = "dead", .resume = true});
    session.result("death_difference",
                   largest_difference(resumed.numbers("curve"), whole.numbers("curve")));
}

}  // namespace

const tutorials::Experiment experiment{"death", "One of two is killed; one goes on", death};

// The other process waits for a message that never comes. It cannot know: a process that is slow looks the same.
// `mpirun` knows, because it has started both. It tells the survivors to end, and kills them a second later if they do
// not. Ours note the first signal, wait a little for their neighbour, and end with the line
// `process 1 no longer answers: go on from the last checkpoint with --resume`.
//
// What is left is the checkpoint of the first epoch. It is whole, because a file is written beside the old one and
// takes its name only when it is complete. One process went on from it, and the largest relative difference of its
// curve from that of one process that trained without a break is @result{death_difference, .0e}.
//
// Ctrl-C is the gentle case. `mpirun` passes it to all processes as SIGTERM, but not at the same instant: one may be a
// step ahead. So after each step the processes add up how many of them were told, and stop together.
