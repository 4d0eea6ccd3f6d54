#include "nn/layers/mlp.hpp"

namespace nn {

Sequential mlp(const std::vector<std::size_t>& sizes, Activation activation, Random& random) {
    Sequential out;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
        if (i > 1) out.add(activation);
        out.add(Linear(sizes[i - 1], sizes[i], random));
    }
    return out;
}

Sequential hidden_layers(const std::vector<std::size_t>& sizes, Activation activation, bool gated,
                         Random& random, std::size_t silent) {
    Sequential out;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
        const std::size_t more = i == 1 ? silent : 0;
        if (gated) {
            out.add(GatedLinear(sizes[i - 1], sizes[i], random, more));
        } else {
            out.add(Linear(sizes[i - 1], sizes[i], random, more));
            out.add(activation);
        }
    }
    return out;
}

}  // namespace nn
