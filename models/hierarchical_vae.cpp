#include "models/hierarchical_vae.hpp"

#include <algorithm>
#include <numeric>

namespace models {

using autograd::require;

// --- the nets -------------------------------------------------------------------------------------

namespace {

using Sizes = std::vector<std::size_t>;
using Settings = HierarchicalVaeSettings;

Sizes joined(std::size_t first, const Sizes& rest) {
    Sizes sizes = {first};
    sizes.insert(sizes.end(), rest.begin(), rest.end());
    return sizes;
}

GaussianNet perceptron(const Sizes& sizes, std::size_t width, const Settings& s,
                       nn::Random& random) {
    return {nn::hidden_layers(sizes, s.activation, s.gated, random), sizes.back(), width, random};
}

std::vector<GaussianNet> mlp_encoders(const Settings& s, nn::Random& random) {
    require(!s.latent.empty(), "[HierarchicalVae] expected at least one level, got none");
    Sizes sizes = joined(s.input, s.hidden);
    std::vector<GaussianNet> out = {perceptron(sizes, s.latent[0], s, random)};
    for (std::size_t l = 1; l < s.latent.size(); ++l) {
        const bool from_draw = s.inference == Inference::bottom_up;
        sizes = joined(from_draw ? s.latent[l - 1] : sizes.back(), s.between);
        out.push_back(perceptron(sizes, s.latent[l], s, random));
    }
    return out;
}

std::vector<GaussianNet> mlp_priors(const Settings& s, nn::Random& random) {
    std::vector<GaussianNet> out;
    for (std::size_t l = 0; l + 1 < s.latent.size(); ++l)
        out.push_back(perceptron(joined(s.latent[l + 1], s.between), s.latent[l], s, random));
    return out;
}

Decoder mlp_decoder(const Settings& s, nn::Random& random) {
    const std::size_t all = std::accumulate(s.latent.begin(), s.latent.end(), std::size_t{0});
    Sizes sizes = {s.skip ? all : s.latent[0]};
    sizes.insert(sizes.end(), s.hidden.rbegin(), s.hidden.rend());
    nn::Sequential net = nn::hidden_layers(sizes, s.activation, s.gated, random);
    net.add(nn::Linear(sizes.back(), s.input, random));
    return Decoder(std::move(net), s.likelihood, s.sigma);
}

void require_levels(const char* operation, const char* what, std::size_t levels,
                    const PerLevel<Variable>& given) {
    require(given.size() == levels, "[", operation, "] expected ", what, levels, " levels, got ",
            given.size());
}

}  // namespace

HierarchicalVae::HierarchicalVae(const Settings& s, nn::Random& random)
    : inference(s.inference),
      skip(s.skip),
      encoders(mlp_encoders(s, random)),
      priors(mlp_priors(s, random)),
      decoder(mlp_decoder(s, random)) {}

HierarchicalVae::HierarchicalVae(std::vector<GaussianNet> e, std::vector<GaussianNet> p, Decoder d,
                                 Inference how, bool with_skip)
    : inference(how),
      skip(with_skip),
      encoders(std::move(e)),
      priors(std::move(p)),
      decoder(std::move(d)) {
    require(!encoders.empty(), "[HierarchicalVae] expected at least one level, got none");
    require(priors.size() + 1 == levels(), "[HierarchicalVae] expected ", levels() - 1,
            " priors of ", levels(), " levels, got ", priors.size());
    for (std::size_t l = 0; l < priors.size(); ++l)
        require(priors[l].width() == encoders[l].width(), "[HierarchicalVae] expected a prior of ",
                encoders[l].width(), " numbers on level ", l + 1, ", got ", priors[l].width());
}

PerLevel<Variable> HierarchicalVae::noise(Tape& tape, std::size_t count, nn::Random& random) const {
    PerLevel<Variable> out;
    for (const GaussianNet& level : encoders)
        out.push_back(nn::standard_normal(tape, {count, level.width()}, random));
    return out;
}

PerLevel<Variable> HierarchicalVae::no_noise(Tape& tape, std::size_t count) const {
    PerLevel<Variable> out;
    for (const GaussianNet& level : encoders)
        out.push_back(tape.constant(autograd::full({count, level.width()}, 0)));
    return out;
}

// --- inference ------------------------------------------------------------------------------------

Draws HierarchicalVae::draw(Variable x, std::size_t samples, nn::Random& random) const {
    return draw(x, noise(x.tape(), samples * examples_in(x), random));
}

Draws HierarchicalVae::draw(Variable x, const PerLevel<Variable>& noise) const {
    const PerLevel<LatentLevel> found = infer(x, noise);
    const std::size_t samples = samples_of(noise[0], x);
    return {samples, log_likelihood(repeat(x, samples), codes(found)), found};
}

PerLevel<LatentLevel> HierarchicalVae::infer(Variable x, const PerLevel<Variable>& noise) const {
    require_levels("infer", "noise for ", levels(), noise);
    PerLevel<nn::Normal> said;
    for (const nn::Normal& once : evidence(x))
        said.push_back(repeat(once, samples_of(noise[0], x)));
    return inference == Inference::bottom_up ? ascend(said[0], noise) : descend(said, noise);
}

// What the image says by itself: of every level top-down, of the lowest bottom-up.
PerLevel<nn::Normal> HierarchicalVae::evidence(Variable x) const {
    if (inference == Inference::bottom_up) return {encoders[0](x)};
    PerLevel<nn::Normal> out;
    Variable features = x;
    for (const GaussianNet& encoder : encoders) {
        features = encoder.hidden(features);
        out.push_back(encoder.heads(features));
    }
    return out;
}

PerLevel<LatentLevel> HierarchicalVae::ascend(nn::Normal lowest,
                                              const PerLevel<Variable>& noise) const {
    PerLevel<LatentLevel> out = {{lowest, {}, lowest.sample(noise[0])}};
    for (std::size_t l = 1; l < levels(); ++l) {
        const nn::Normal q = encoders[l](out.back().z);
        out.push_back({q, {}, q.sample(noise[l])});
    }
    for (std::size_t l = 0; l + 1 < levels(); ++l) {
        out[l].prior = priors[l](out[l + 1].z);
        out[l].closed_form = false;
    }
    return out;
}

PerLevel<LatentLevel> HierarchicalVae::descend(const PerLevel<nn::Normal>& evidence,
                                               const PerLevel<Variable>& noise) const {
    PerLevel<LatentLevel> out = {{evidence.back(), {}, evidence.back().sample(noise.back())}};
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

PerLevel<Variable> HierarchicalVae::descend(const PerLevel<Variable>& noise) const {
    require_levels("descend", "noise for ", levels(), noise);
    PerLevel<Variable> z = {noise.back()};
    for (std::size_t l = levels() - 1; l-- > 0;) z.push_back(priors[l](z.back()).sample(noise[l]));
    std::reverse(z.begin(), z.end());
    return z;
}

// What the decoder reads of the draws.
Variable HierarchicalVae::seen(const PerLevel<Variable>& z) const {
    require_levels("decode", "draws of ", levels(), z);
    return skip ? concat(z, 1) : z[0];
}

Variable HierarchicalVae::log_likelihood(Variable x, const PerLevel<Variable>& z) const {
    return decoder.log_likelihood(x, seen(z));
}

Variable HierarchicalVae::generate(const PerLevel<Variable>& noise) const {
    return decoder.mean(seen(descend(noise)));
}

Variable HierarchicalVae::reconstruct(Variable x) const {
    return decoder.mean(seen(codes(infer(x, no_noise(x.tape(), examples_in(x))))));
}

}  // namespace models
