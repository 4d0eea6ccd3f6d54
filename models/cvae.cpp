#include "models/cvae.hpp"

#include <algorithm>

namespace models {

using autograd::require;

// --- the nets -------------------------------------------------------------------------------------

Variable joined(Variable x, Variable c) {
    Shape shape = x.shape();
    require(shape.size() >= 2 && c.shape().size() == 2 && c.shape()[0] == shape[0],
            "[joined] expected a condition (B, C) for ", shape, ", got ", c.shape());
    if (shape.size() == 2) return autograd::concat({x, c}, 1);
    Shape one(shape.size(), 1);  // each number of c becomes a plane of equal pixels
    one.front() = shape.front();
    one.back() = shape.back() = c.shape()[1];
    const Variable planes = reshape(c, one) + x.tape().constant(autograd::full(shape, 0));
    return autograd::concat({x, planes}, -1);
}

namespace {

/// The layer before it has learnt anything to say.
nn::Linear silent(nn::Linear layer) {
    std::fill(layer.weight.value.begin(), layer.weight.value.end(), Real(0));
    std::fill(layer.bias.value.begin(), layer.bias.value.end(), Real(0));
    return layer;
}

}  // namespace

GaussianNet silent_prior(std::size_t condition, std::size_t latent, nn::Random& random) {
    return {nn::Sequential(), silent(nn::Linear(condition, latent, random)),
            silent(nn::Linear(condition, latent, random))};
}

Cvae::Cvae(const CvaeSettings& s, nn::Random& random)
    : encoder(mlp_encoder(s.vae, random, s.condition)),
      decoder(mlp_decoder(s.vae, random, s.condition)),
      prior_net(silent_prior(s.condition, s.vae.latent, random)),
      condition(s.condition),
      learn_prior(s.learn_prior) {}

Cvae::Cvae(GaussianNet e, Decoder d, GaussianNet p, std::size_t c, bool learn)
    : encoder(std::move(e)),
      decoder(std::move(d)),
      prior_net(std::move(p)),
      condition(c),
      learn_prior(learn) {
    require(prior_net.width() == latent(), "[Cvae] expected a prior of ", latent(),
            " numbers, got ", prior_net.width());
}

Variable Cvae::told(Variable a, Variable c) const {
    const Shape expected = {examples_in(a), condition};
    require(c.shape() == expected, "[Cvae] expected a condition ", expected, ", got ", c.shape());
    return joined(a, c);
}

nn::Normal Cvae::prior(Variable c) const {
    require(c.shape().size() == 2 && c.shape()[1] == condition, "[Cvae] expected a condition (B, ",
            condition, "), got ", c.shape());
    const nn::Normal p = prior_net(c);
    if (learn_prior) return p;
    return {stop_gradient(p.mean), stop_gradient(p.log_variance)};
}

nn::Normal Cvae::encode(Variable x, Variable c) const { return encoder(told(x, c)); }

Variable Cvae::decode(Variable z, Variable c) const { return decoder(told(z, c)); }

Variable Cvae::mean_pixels(Variable z, Variable c) const { return decoder.mean(told(z, c)); }

Variable Cvae::log_likelihood(Variable x, Variable z, Variable c) const {
    return decoder.log_likelihood(x, told(z, c));
}

// --- inference ------------------------------------------------------------------------------------

Draws Cvae::draw(Variable x, Variable c, std::size_t samples, nn::Random& random) const {
    const Shape shape = {samples * examples_in(x), latent()};
    return draw(x, c, nn::standard_normal(x.tape(), shape, random));
}

Draws Cvae::draw(Variable x, Variable c, Variable noise) const {
    const std::size_t samples = samples_of(noise, x);
    const nn::Normal q = repeat(encode(x, c), samples), p = repeat(prior(c), samples);
    const Variable z = q.sample(noise);
    return {samples, log_likelihood(repeat(x, samples), z, repeat(c, samples)), {{q, p, z}}};
}

// --- generation -----------------------------------------------------------------------------------

Variable Cvae::sample(Variable c, nn::Random& random) const {
    const nn::Normal p = prior(c);
    return mean_pixels(p.sample(nn::standard_normal(c.tape(), p.mean.shape(), random)), c);
}

Array one_hot(const Indices& labels, std::size_t classes) {
    require(!labels.empty(), "[one_hot] expected labels, got none");
    Array out = autograd::full({labels.size(), classes}, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        require(labels[i] < classes, "[one_hot] expected a class below ", classes, ", got ",
                labels[i]);
        out(i, labels[i]) = 1;
    }
    return out;
}

}  // namespace models
