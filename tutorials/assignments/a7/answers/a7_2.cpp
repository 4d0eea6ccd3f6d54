#include "autograd/ops.hpp"

namespace autograd {

Variable told_layer(Variable z, const Indices& labels, Variable weight, Variable bias);

Variable told_layer(Variable z, const Indices& labels, Variable weight, Variable bias) {
    const std::size_t numbers = z.shape()[1], all = weight.shape()[1];
    const Variable of_z = slice(weight, 1, 0, numbers);           // (H, D)
    const Variable of_label = slice(weight, 1, numbers, all);     // (H, C)
    const Variable chosen = gather(transpose(of_label), labels);  // (B, H)
    return linear(z, of_z, bias) + chosen;
}

}  // namespace autograd
