// Each level has 40 units. What does each cost, and how many are active?

#include <algorithm>
#include <string>
#include <vector>

#include "../shared.hpp"
#include "tutorials/support/plot.hpp"

namespace hierarchical {

namespace {

void units(Session& session) {
    const Data data = load(session);
    const Trained trained = train_two_levels(session, data);
    nn::Random random{session.flags.seed};
    const auto use = report("Two levels", trained.model, data, random);
    std::vector<tutorials::Plot> plots;
    for (std::size_t l = use.levels.size(); l-- > 0;) {
        Numbers sorted = use.levels[l].kl_per_unit;
        std::sort(sorted.rbegin(), sorted.rend());
        std::vector<std::string> names;
        for (std::size_t u = 1; u <= sorted.size(); ++u)
            names.push_back(u % 5 == 0 ? std::to_string(u) : "");
        tutorials::Plot plot{{.title = l == 0 ? "lower level" : "upper level",
                              .x = "unit, by rank",
                              .y = "KL (nats per image)"}};
        plots.push_back(plot.bars("", names, sorted));
    }
    tutorials::save_plots(session.file("kl_per_unit.png"), plots, 2);
}

const tutorials::Experiment experiment{"units", "Most of the 40 units of each level are unused",
                                       units};

}  // namespace

}  // namespace hierarchical

// @figure{kl_per_unit.png, What each unit costs, sorted within its level. The vertical scales
// differ.}
//
// The upper level has @result{active_upper, .0f} active units of 40, the lower level
// @result{active_lower, .0f}. The rest cost about nothing: for them $q$ is nearly $p$.
