#include "nn/layers/embedding.hpp"

namespace nn {

Embedding::Embedding(std::size_t count, std::size_t size, Random& random, double deviation) {
    autograd::require(count > 0 && size > 0,
                      "[Embedding] expected at least one symbol and one number for it, got ", count,
                      " and ", size);
    weight.value = random.normal({count, size});
    for (Real& x : weight.value.storage()) x = static_cast<Real>(deviation * double{x});
}

Variable Embedding::operator()(Tape& tape, const Indices& symbols) const {
    return autograd::gather(tape.parameter(weight), symbols);
}

Variable Embedding::operator()(Tape& tape, const Indices& symbols, std::size_t batch) const {
    const std::size_t count = symbols.size();
    autograd::require(batch > 0 && count % batch == 0, "[Embedding] expected symbols for ", batch,
                      " sequences of one length, got ", count);
    return autograd::gather(tape.parameter(weight), symbols, {count / batch, batch});
}

Variable Embedding::logits(Variable x) const {
    return autograd::linear(x, x.tape().parameter(weight));
}

}  // namespace nn
