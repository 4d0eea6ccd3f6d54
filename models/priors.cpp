#include "models/priors.hpp"

namespace models {

MixturePrior::MixturePrior(std::size_t components, std::size_t latent, nn::Random& random) {
    autograd::require(components > 0 && latent > 0,
                      "[MixturePrior] expected components and latent units, got ", components,
                      " and ", latent);
    mean.value = random.normal({components, latent});
    log_variance.value = autograd::full({components, latent}, 0);
    logits.value = autograd::full({components}, 0);
}

nn::GaussianMixture MixturePrior::operator()(Tape& tape, const GaussianNet&) const {
    return {tape.parameter(mean), tape.parameter(log_variance), tape.parameter(logits)};
}

VampPrior::VampPrior(Array images) : pseudo_inputs{std::move(images)} {
    autograd::require(pseudo_inputs.value.dimension() > 1 && pseudo_inputs.value.size() > 0,
                      "[VampPrior] expected images to start from, got ", pseudo_inputs.value);
}

nn::GaussianMixture VampPrior::operator()(Tape& tape, const GaussianNet& encoder) const {
    const nn::Normal q = encoder(tape.parameter(pseudo_inputs));
    return {q.mean, q.log_variance};
}

}  // namespace models
