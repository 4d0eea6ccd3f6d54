#include "models/hierarchical_vae.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace models {

namespace {

using Sizes = std::vector<std::size_t>;

GaussianNet gaussian_net(const Sizes& sizes, std::size_t out, const HierarchicalVaeSettings& s,
                         nn::Random& random) {
    return {.hidden = nn::hidden_layers(sizes, s.activation, s.gated, random),
            .mean = nn::Linear(sizes.back(), out, random),
            .log_variance = nn::Linear(sizes.back(), out, random)};
}

Sizes joined(std::size_t first, const Sizes& rest) {
    Sizes sizes = {first};
    sizes.insert(sizes.end(), rest.begin(), rest.end());
    return sizes;
}

nn::Normal standard_normal_like(const nn::Normal& q) {
    const Variable zero = q.mean.tape().constant(autograd::full(q.mean.shape(), 0));
    return {zero, zero};
}

}  // namespace

// --- the bound ------------------------------------------------------------------------------------

Variable HierarchicalElbo::value(Real beta, Real free_bits) const {
    autograd::require(beta >= 0 && free_bits >= 0,
                      "[HierarchicalElbo] wants beta and free bits of at least 0, got ",
                      double{beta}, " and ", double{free_bits});
    Variable cost = reconstruction;
    for (const Variable& level : kl)
        cost = cost + beta * (free_bits > 0 ? relu(level - free_bits) + free_bits : level);
    return -cost;
}

HierarchicalElbo HierarchicalVae::elbo(Variable x, nn::Random& random) const {
    return elbo(x, noise(x.tape(), x.shape().at(0), random));
}

HierarchicalElbo HierarchicalVae::elbo(Variable x, const std::vector<Variable>& noise) const {
    const std::vector<LatentLevel> found = infer(x, noise);
    HierarchicalElbo out{-autograd::mean(log_likelihood(x, draws(found))), {}};
    for (std::size_t l = 0; l < levels(); ++l) {
        const auto& [q, p, z] = found[l];
        out.kl.push_back(
            autograd::mean(closed_form_kl(l) ? nn::kl(q, p) : q.log_prob(z) - p.log_prob(z)));
    }
    return out;
}

bool HierarchicalVae::closed_form_kl(std::size_t level) const {
    return settings.inference == Inference::top_down || level + 1 == levels();
}

Variable HierarchicalVae::log_weights(Variable x, std::size_t samples, nn::Random& random) const {
    std::vector<nn::Normal> said;
    for (const nn::Normal& once : evidence(x))
        said.push_back({repeat(once.mean, samples), repeat(once.log_variance, samples)});
    const auto found = draw(said, noise(x.tape(), samples * x.shape().at(0), random));
    Variable log_weight = log_likelihood(repeat(x, samples), draws(found));
    for (const auto& [q, p, z] : found) log_weight = log_weight + p.log_prob(z) - q.log_prob(z);
    return log_weight;
}

std::vector<Variable> draws(const std::vector<LatentLevel>& levels) {
    std::vector<Variable> z;
    for (const LatentLevel& level : levels) z.push_back(level.z);
    return z;
}

// --- inference ------------------------------------------------------------------------------------

std::vector<LatentLevel> HierarchicalVae::infer(Variable x,
                                                const std::vector<Variable>& noise) const {
    return draw(evidence(x), noise);
}

// What the image says by itself: of every level top-down, of the lowest bottom-up.
std::vector<nn::Normal> HierarchicalVae::evidence(Variable x) const {
    if (settings.inference == Inference::bottom_up) return {encoders[0](x)};
    std::vector<nn::Normal> out;
    Variable features = x;
    for (const GaussianNet& encoder : encoders) {
        features = encoder.hidden(features);
        out.push_back(encoder.heads(features));
    }
    return out;
}

std::vector<LatentLevel> HierarchicalVae::draw(const std::vector<nn::Normal>& evidence,
                                               const std::vector<Variable>& noise) const {
    std::vector<LatentLevel> out;
    if (settings.inference == Inference::bottom_up) {
        std::vector<nn::Normal> q = evidence;
        std::vector<Variable> z = {q[0].sample(noise.at(0))};
        for (std::size_t l = 1; l < levels(); ++l) {
            q.push_back(encoders[l](z[l - 1]));
            z.push_back(q[l].sample(noise.at(l)));
        }
        for (std::size_t l = 0; l + 1 < levels(); ++l)
            out.push_back({q[l], priors[l](z[l + 1]), z[l]});
        out.push_back({q.back(), standard_normal_like(q.back()), z.back()});
        return out;
    }
    const nn::Normal& top = evidence.back();
    out.push_back({top, standard_normal_like(top), top.sample(noise.at(levels() - 1))});
    for (std::size_t l = levels() - 1; l-- > 0;) {
        const nn::Normal p = priors[l](out.back().z), q = combine(p, evidence[l]);
        out.push_back({q, p, q.sample(noise[l])});
    }
    std::reverse(out.begin(), out.end());
    return out;
}

nn::Normal combine(const nn::Normal& prior, const nn::Normal& evidence) {
    // 1/σ² = 1/σp² + 1/σ̂², in logarithms; the evidence's share of it is sigmoid(λp − λ̂).
    const Variable gap = prior.log_variance - evidence.log_variance;
    return {prior.mean + sigmoid(gap) * (evidence.mean - prior.mean),
            prior.log_variance - softplus(gap)};
}

// --- generation -----------------------------------------------------------------------------------

std::vector<Variable> HierarchicalVae::descend(const std::vector<Variable>& noise) const {
    std::vector<Variable> z = {noise.at(levels() - 1)};
    for (std::size_t l = levels() - 1; l-- > 0;) z.push_back(priors[l](z.back()).sample(noise[l]));
    std::reverse(z.begin(), z.end());
    return z;
}

Variable HierarchicalVae::decode(const std::vector<Variable>& z) const {
    return decoder(settings.skip ? concat(z, 1) : z.at(0));
}

Variable HierarchicalVae::log_likelihood(Variable x, const std::vector<Variable>& z) const {
    const Variable outputs = decode(z);
    if (settings.likelihood == Likelihood::bernoulli) return nn::Bernoulli{outputs}.log_prob(x);
    const Array log_variance = autograd::full({1}, 2 * std::log(settings.sigma));
    return gaussian_log_likelihood(x, outputs, x.tape().constant(log_variance));
}

Variable HierarchicalVae::generate(const std::vector<Variable>& noise) const {
    return pixels(settings.likelihood, decode(descend(noise)));
}

Variable HierarchicalVae::reconstruct(Variable x) const {
    const auto found = infer(x, no_noise(x.tape(), x.shape().at(0)));
    return pixels(settings.likelihood, decode(draws(found)));
}

// --- making one -----------------------------------------------------------------------------------

HierarchicalVae::HierarchicalVae(HierarchicalVaeSettings s, nn::Random& random)
    : settings(std::move(s)) {
    const Sizes& latent = settings.latent;
    autograd::require(!latent.empty(), "[HierarchicalVae] wants at least one level, got none");
    autograd::require(settings.sigma > 0, "[HierarchicalVae] wants a sigma above 0, got ",
                      settings.sigma);
    const bool upward = settings.inference == Inference::bottom_up;
    Sizes sizes = joined(settings.input, settings.hidden);
    encoders.push_back(gaussian_net(sizes, latent[0], settings, random));
    for (std::size_t l = 1; l < latent.size(); ++l) {
        sizes = joined(upward ? latent[l - 1] : sizes.back(), settings.between);
        encoders.push_back(gaussian_net(sizes, latent[l], settings, random));
    }
    for (std::size_t l = 0; l + 1 < latent.size(); ++l) {
        sizes = joined(latent[l + 1], settings.between);
        priors.push_back(gaussian_net(sizes, latent[l], settings, random));
    }
    const std::size_t all = std::accumulate(latent.begin(), latent.end(), std::size_t{0});
    sizes = {settings.skip ? all : latent[0]};
    sizes.insert(sizes.end(), settings.hidden.rbegin(), settings.hidden.rend());
    decoder = nn::hidden_layers(sizes, settings.activation, settings.gated, random);
    decoder.add(nn::Linear(sizes.back(), settings.input, random));
}

std::vector<Variable> HierarchicalVae::noise(Tape& tape, std::size_t count,
                                             nn::Random& random) const {
    std::vector<Variable> out;
    for (const std::size_t width : settings.latent)
        out.push_back(nn::standard_normal(tape, {count, width}, random));
    return out;
}

std::vector<Variable> HierarchicalVae::no_noise(Tape& tape, std::size_t count) const {
    std::vector<Variable> out;
    for (const std::size_t width : settings.latent)
        out.push_back(tape.constant(autograd::full({count, width}, 0)));
    return out;
}

}  // namespace models
