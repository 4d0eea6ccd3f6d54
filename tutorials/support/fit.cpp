#include "tutorials/support/fit.hpp"

namespace tutorials {

Loss neg_elbo(const models::Elbo& elbo, autograd::Real beta) {
    const double reconstruction = elbo.reconstruction.item(), kl = elbo.total_kl().item();
    return {-elbo.value(beta),
            {{"neg_elbo", reconstruction + kl}, {"reconstruction", reconstruction}, {"kl", kl}}};
}

nn::Metrics parts_of(const models::LatentUse& use) {
    return {{"neg_elbo", use.neg_elbo()}, {"reconstruction", use.reconstruction}, {"kl", use.kl}};
}

Fit fit(nn::Training& training, nn::Optimizer& optimizer, nn::Batches& batches, const LossOf& loss,
        const nn::Training::Evaluation& evaluate) {
    autograd::Tape tape;
    const auto step = [&](const nn::Batch& batch) {
        tape.rewind();
        Loss found = loss(tape, batch);
        if (found.metrics.size() == 0) found.metrics.add({"loss", found.value.item()});
        optimizer.step(tape.backward(found.value));
        return found.metrics;
    };
    training.run(batches, step, evaluate);
    return {training.history(), training.images_per_second()};
}

}  // namespace tutorials
