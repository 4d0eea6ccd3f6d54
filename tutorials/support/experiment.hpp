/// @file
/// What a chapter measures beside its lesson.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace tutorials {

class Session;

/// A measurement of its own, or the worked answer of an exercise, which `--only NAME` runs. One at the
/// top of each file in a chapter's folder `experiments/` makes it known to the program:
/// @code
/// const tutorials::Experiment linear{"linear", "A linear VAE finds PCA", linear_case};
/// @endcode
struct Experiment {
    using Run = std::function<void(Session&)>;

    /// `title` is its heading on the chapter's page. Throws if the name is taken.
    Experiment(const std::string& name, const std::string& title, Run run);

    std::string title;
    Run run;
};

/// All that the program has, by name.
const std::map<std::string, Experiment>& experiments();

}  // namespace tutorials
