// The chain rule as a recursion: hand the gradient to the inputs, and have them do the same. An input
// that is used twice is not complete when the first share arrives. Here it hands on at once what it
// has, and at the second share all that it has by then, the first one included.
//
// Nets with one path from loss to weight never notice. Residual blocks $x + f(x)$ use their input
// twice; with the slope $f' = 0.1$ the gradient through $n$ of them is $1.1^n$.

#include <vector>

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

struct Node {  // of a computation of single numbers
    struct Edge {
        std::size_t input;
        double slope;
    };
    std::vector<Edge> edges;
    double gradient = 0;
};

using Graph = std::vector<Node>;  // in the order of computation

void hand_on(Graph& graph, std::size_t node) {
    for (const auto& [input, slope] : graph[node].edges) {
        graph[input].gradient += graph[node].gradient * slope;
        hand_on(graph, input);  // WRONG: more may arrive there later
    }
}

void loop_backwards(Graph& graph) {
    for (std::size_t node = graph.size(); node-- > 0;)
        for (const auto& [input, slope] : graph[node].edges)
            graph[input].gradient += graph[node].gradient * slope;
}

Graph residual_net(std::size_t blocks) {
    Graph graph{{}};
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t x = graph.size() - 1;
        graph.push_back({{{x, 0.1}}});            // f(x)
        graph.push_back({{{x, 1}, {x + 1, 1}}});  // x + f(x)
    }
    graph.back().gradient = 1;
    return graph;
}

Exhibit exhibit_of(Gallery&) {
    Exhibit exhibit{"gradient through 4 residual blocks"};
    for (const bool wrong : {false, true}) {
        Numbers depths, gradients;
        for (std::size_t blocks = 1; blocks <= 8; ++blocks) {
            Graph graph = residual_net(blocks);
            wrong ? hand_on(graph, graph.size() - 1) : loop_backwards(graph);
            depths.push_back(static_cast<double>(blocks));
            gradients.push_back(graph.front().gradient);
        }
        exhibit.number(wrong) = gradients[3];
        exhibit.plots.push_back(panel(wrong, {.x = "residual blocks",
                                              .y = "gradient of the input",
                                              .log_y = true,
                                              .y_range = {{1, 1e7}}})
                                    .line("", depths, gradients));
    }
    return exhibit;
}

const tutorials::Experiment counted_twice{
    "counted_twice", "Gradients handed on before they are complete",
    [](Session& session) { show(session, "counted_twice", exhibit_of); }};

}  // namespace

// **Symptom:** gradients that are right in shallow nets and explode in deep ones. **Cause:** an entry
// hands on before everything has arrived there. A tape has the right order by itself (chapter 1).
// **Test:** *an intermediate result hands its gradient on once, when it is complete*. A leaf that is
// used twice is right either way, so the test needs a value that is used twice and was itself
// computed.
//
// @figure{counted_twice.png, The gradient that arrives at the input, by depth. In the right program it is
// 1.1 to the power of the number of blocks.}
//
// After four blocks: @result{counted_twice_right, .4f} and @result{counted_twice_wrong, .2f}.
