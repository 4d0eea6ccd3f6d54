#include "tutorials/support/experiment.hpp"

#include <utility>

#include "autograd/error.hpp"

namespace tutorials {

namespace {

// Inside a function: other files' objects may register before those of this file are made.
std::map<std::string, Experiment>& registered() {
    static std::map<std::string, Experiment> all;
    return all;
}

}  // namespace

Experiment::Experiment(const std::string& name, const std::string& t, Run r)
    : title(t), run(std::move(r)) {
    const bool is_new = registered().emplace(name, *this).second;
    autograd::require(is_new, "[Experiment] expected a new name, got ", name, " again");
}

const std::map<std::string, Experiment>& experiments() { return registered(); }

}  // namespace tutorials
