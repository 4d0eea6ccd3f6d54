// What (5) says of networks that we do not have. What is assumed: each node computes as one processor of this machine,
// with $a$ and $c$ by the smallest and the largest batch of the lesson (in between, its steps take about a tenth less than
// $a + cB$); all links of the ring work at the same time; the gradient goes in one piece; nothing else is on the network;
// the few numbers besides go by a tree where that is faster; α and β are 2 µs and 10 GB/s for InfiniBand of 100 Gb/s, 30 µs and 1.1 GB/s for Ethernet of 10 Gb/s. These four numbers are round
// ones from data sheets, and were not measured. A tree, exercise 3, sends whole gradients, but in 2 log₂ n steps.

#include <algorithm>
#include <cmath>
#include <string>

#include "tutorials/16_parallel/shared.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

double tree(const Cost& cost, double n, double bytes) {
    return 2 * std::ceil(std::log2(n)) * (cost.latency + bytes / cost.bandwidth);
}

double together(const Step& step, const Cost& cost, double n, double batch) {
    const double few = std::min(cost.ring(n, 8), tree(cost, n, 8));
    const double sum = std::min(cost.ring(n, cost.gradient), tree(cost, n, cost.gradient));
    return step.time(batch / n) + (n > 1 ? few + sum : 0);
}

void nodes(Session& session) {
    const Job messages{.what = "messages", .processes = 2, .folder = "messages", .again = false};
    const Job steps{.what = "steps", .folder = "steps_1x1", .again = false};
    const Cost here = cost_of(started(session, messages));
    const Step step = step_of(started(session, steps));
    const double large = 16384, share = 128;
    Plot strong{{.title = "16 384 images a step",
                 .x = "processes",
                 .y = "times as fast as one",
                 .log_x = true,
                 .log_y = true,
                 .x_range = {{1, 1100}},
                 .y_range = {{1, 1100}}}};
    Plot weak{{.title = "128 images for each process",
               .x = "processes",
               .y = "efficiency",
               .log_x = true,
               .x_range = {{1, 1100}},
               .y_range = {{0, 1.05}}}};
    for (const auto& [title, name, cost] :
         {std::tuple{"InfiniBand", "infiniband", Cost{2, 10000, here.gradient}},
          {"Ethernet", "ethernet", Cost{30, 1100, here.gradient}}}) {
        Numbers ns, speedups, efficiencies;
        for (double n = 1; n <= 1024; n *= 2) {
            ns.push_back(n);
            speedups.push_back(step.time(large) / together(step, cost, n, large));
            efficiencies.push_back(step.time(share) / together(step, cost, n, n * share));
        }
        strong.line(title, ns, speedups);
        weak.line(title, ns, efficiencies);
        const auto best = std::max_element(speedups.begin(), speedups.end()) - speedups.begin();
        session.result(std::string("best_nodes_") + name, ns[static_cast<std::size_t>(best)]);
        session.result(std::string("best_speedup_") + name,
                       speedups[static_cast<std::size_t>(best)]);
        session.result(std::string("weak_efficiency_") + name, efficiencies.back());
        const double sent_twice = 2 * cost.gradient / cost.bandwidth;
        session.result(std::string("best_by_formula_") + name,
                       std::sqrt((step.per_image * large - sent_twice) / (2 * cost.latency)));
    }
    session.result("half_share", (here.ring(2, here.gradient) - step.start) / step.per_image);
    tutorials::save_plots(session.file("nodes.png"), {strong, weak}, 2);
}

}  // namespace

const tutorials::Experiment experiment{"nodes", "Predicted: up to 1024 processes", nodes};

// @figure{nodes.png, Predictions by (5), with the faster of ring and tree. Left, strong scaling. Right, weak scaling:
// images a second, as a share of n times those of one process.}
//
// | predicted | InfiniBand | Ethernet |
// |---|--:|--:|
// | strong scaling: the best of 1, 2, 4, ... 1024 | @result{best_nodes_infiniband, .0f} processes | @result{best_nodes_ethernet, .0f} processes |
// | how much faster these are than one | @result{best_speedup_infiniband, .0f} | @result{best_speedup_ethernet, .1f} |
// | weak scaling: efficiency of 1024 processes | @result{weak_efficiency_infiniband, .0%} | @result{weak_efficiency_ethernet, .0%} |
//
// Two things stop strong scaling. A share of few images still takes the start $a$ of a step, which holds Adam's update of all
// weights. And the all-reduce gets no shorter with the share: each process sends nearly the same bytes, in ever more
// messages. This net is a bad case for many nodes: it has 2.6 MB of gradient and computes an image in
// @result{step_per_image_us, .0f} µs. By (5) a net that computes longer for each of its weights, such as a convolutional
// one, scales further.
