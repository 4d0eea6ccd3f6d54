#include "tutorials/support/needs.hpp"

#include <map>

namespace tutorials {

Needs needs_of(const std::string& part) {
    static const std::map<std::string, Needs> all{
        {"02_training", {.classes = 10}},
        {"03_autoencoder", {.item = {28, 28, 1}}},
        {"04_undercomplete", {.classes = 2, .item = {28, 28, 1}}},
        {"05_sparse/units", {.classes = 2}},
        {"06_denoising/inpainting", {.grey = true}},
        {"06_denoising/others", {.grey = true}},
        {"06_denoising/recipes", {.grey = true}},
        {"07_vae/attributes", {.classes = 10}},
        {"07_vae/familiarity", {.grey = true}},
        {"08_cvae", {.classes = 10}},
        {"08_cvae/completion", {.grey = true}},
        {"11_bugs/no_condition", {.classes = 2}},
        {"15_use", {.classes = 2}},
        {"15_use/anomaly", {.classes = 2}},
        {"15_use/comparison", {.classes = 2}},
        {"15_use/editing", {.classes = 10}},
        {"15_use/rare", {.classes = 10}},
        {"15_use/synthetic", {.classes = 2, .grey = true}},
    };
    const auto found = all.find(part);
    return found != all.end() ? found->second : Needs{};
}

void require_needs(const nn::Dataset& data, const std::string& part) {
    const Needs needs = needs_of(part);
    autograd::require(data.classes >= needs.classes, "[load_data] ", data.name, " has ",
                      data.classes, data.classes == 1 ? " class" : " classes", ", but ", part,
                      " needs ", needs.classes);
    autograd::require(!needs.grey || data.item[2] == 1, "[load_data] ", data.name,
                      " has images in colour, but ", part, " needs grey ones");
    autograd::require(needs.item.empty() || data.item == needs.item, "[load_data] ", data.name,
                      " has images of ", data.item, ", but ", part, " needs ", needs.item);
}

}  // namespace tutorials
