// Here are two more ways to write the recursion. They differ from the one above in what an entry
// hands on, and when.

#include <cstdio>

#include "tutorials/01_tape/shared.hpp"

using namespace tape_chapter;

namespace {

/// Wrong: each time something arrives, everything that has arrived so far is handed on.
void hand_on_total(scalar::Tape& tape, std::size_t j, double share) {
    auto& entry = tape.entries[j];
    entry.gradient += share;
    for (const auto& edge : entry.edges)
        hand_on_total(tape, edge.input, entry.gradient * edge.slope);
}

/// Wrong: what arrives after the first share is never handed on.
void hand_on_once(scalar::Tape& tape, std::size_t j, double share) {
    auto& entry = tape.entries[j];
    const bool first = entry.gradient == 0;
    entry.gradient += share;
    if (!first) return;
    for (const auto& edge : entry.edges)
        hand_on_once(tape, edge.input, entry.gradient * edge.slope);
}

void wrong_orders(Session& session) {
    std::puts("x <- x/2 + x/2, repeated; the derivative is 1");
    std::puts("  depth   hand on the total   hand on once   loop over the tape");
    double found[3] = {};
    for (int depth = 1; depth <= 4; ++depth) {
        for (int way = 0; way < 3; ++way) {
            scalar::Tape tape;
            const std::size_t last = diamonds(tape, depth).index;
            if (way == 0) hand_on_total(tape, last, 1);
            if (way == 1) hand_on_once(tape, last, 1);
            if (way == 2) tape.backward(last);
            found[way] = tape.entries[0].gradient;
        }
        std::printf("  %5d   %17.4f   %12.4f   %18.4f\n", depth, found[0], found[1], found[2]);
    }
    session.result("double_counted_depth_4", found[0]);
    session.result("lost_depth_4", found[1]);
}

const tutorials::Experiment orders{
    "orders", "Two recursions that are wrong, and right for one diamond", wrong_orders};

}  // namespace

// With one diamond both are right, so a test with one diamond shows nothing. At depth 4, where the
// derivative is 1, the first finds @result{double_counted_depth_4}: it counts contributions twice.
// The second finds @result{lost_depth_4}: it loses them. Both hand on from an entry before
// everything has arrived there.
//
// @transcript
