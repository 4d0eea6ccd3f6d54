#include "models/cvae.hpp"

#include <algorithm>

namespace models {

namespace {

/// Gives a layer `more` inputs behind those it has, with weights of 0.
void widen(nn::Module auto& layer, std::size_t more) {
    for (const auto& [name, parameter, frozen] : nn::parameters(layer)) {
        const Array old = parameter->value;
        if (old.dimension() != 2) continue;  // a bias
        const std::size_t outputs = old.shape(0), inputs = old.shape(1);
        parameter->value = autograd::full({outputs, inputs + more}, 0);
        for (std::size_t row = 0; row < outputs; ++row)
            std::copy_n(old.data() + row * inputs, inputs,
                        parameter->value.data() + row * (inputs + more));
    }
}

void fill_with_zeros(nn::Linear& layer) {
    std::fill(layer.weight.value.begin(), layer.weight.value.end(), Real(0));
    std::fill(layer.bias.value.begin(), layer.bias.value.end(), Real(0));
}

/// a and c side by side; (B, A + C).
Variable join(Variable a, Variable c, std::size_t width) {
    const autograd::Shape wanted = {a.shape().at(0), width};
    autograd::require(c.shape() == wanted, "[Cvae] got a condition ", c.shape(), ", wanted ",
                      wanted);
    return autograd::concat({a, c}, 1);
}

}  // namespace

Cvae::Cvae(CvaeSettings s, nn::Random& random)
    : settings(std::move(s)),
      vae(settings.vae, random),
      prior_mean(settings.condition, settings.vae.latent, random),
      prior_log_variance(settings.condition, settings.vae.latent, random) {
    if (vae.encoder.layers.empty()) {
        widen(vae.mean, settings.condition);
        widen(vae.log_variance, settings.condition);
    } else {
        widen(vae.encoder.layers.front(), settings.condition);
    }
    widen(vae.decoder.layers.front(), settings.condition);
    fill_with_zeros(prior_mean);
    fill_with_zeros(prior_log_variance);
}

nn::Normal Cvae::prior(Variable c) const { return {prior_mean(c), prior_log_variance(c)}; }

nn::Normal Cvae::encode(Variable x, Variable c) const {
    return vae.encode(join(x, c, settings.condition));
}

Variable Cvae::decode(Variable z, Variable c) const {
    return vae.decode(join(z, c, settings.condition));
}

Variable Cvae::log_likelihood(Variable x, Variable z, Variable c) const {
    return vae.log_likelihood(x, join(z, c, settings.condition));
}

Elbo Cvae::elbo(Variable x, Variable c, nn::Random& random) const {
    return elbo(x, c,
                nn::standard_normal(x.tape(), {x.shape().at(0), settings.vae.latent}, random));
}

Elbo Cvae::elbo(Variable x, Variable c, Variable noise) const {
    const nn::Normal q = encode(x, c);
    const Variable z = q.sample(noise);
    const Variable kl = settings.learn_prior ? nn::kl(q, prior(c)) : nn::kl_to_standard_normal(q);
    return {-mean(log_likelihood(x, z, c)), mean(kl)};
}

Variable Cvae::reconstruct(Variable x, Variable c) const {
    return pixels(settings.vae.likelihood, decode(encode(x, c).mean, c));
}

Variable Cvae::sample(Variable c, nn::Random& random) const {
    const nn::Normal p = prior(c);
    const Variable z = p.sample(nn::standard_normal(c.tape(), p.mean.shape(), random));
    return pixels(settings.vae.likelihood, decode(z, c));
}

Array one_hot(const autograd::Indices& labels, std::size_t classes) {
    autograd::require(!labels.empty(), "[one_hot] got no labels");
    Array out = autograd::full({labels.size(), classes}, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        autograd::require(labels[i] < classes, "[one_hot] got class ", labels[i],
                          ", wanted one below ", classes);
        out(i, labels[i]) = 1;
    }
    return out;
}

}  // namespace models
