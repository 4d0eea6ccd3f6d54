// The project: what a request may ask of the student's model.

#include "tutorials/assignments/judge/probe.hpp"

#include <utility>

namespace project {

using autograd::Array;

Array train(const Array& images);                                              // task project.1
std::pair<Array, Array> encode(const Array& parameters, const Array& images);  // task project.1
Array decode(const Array& parameters, const Array& codes);                     // task project.1

}  // namespace project

namespace probe {

using Arrays = std::vector<Array>;

std::map<std::string, Handler> handlers() {
    return {
        {"train", [](const Words&, const Arrays& x) { return Arrays{project::train(x.at(0))}; }},
        {"encode",
         [](const Words&, const Arrays& x) {
             const auto [mean, log_variance] = project::encode(x.at(0), x.at(1));
             return Arrays{mean, log_variance};
         }},
        {"decode",
         [](const Words&, const Arrays& x) { return Arrays{project::decode(x.at(0), x.at(1))}; }},
    };
}

}  // namespace probe
