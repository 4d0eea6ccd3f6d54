// *Three* levels, of 32, 16 and 8 units, with ReLUs and with the full KL from the first step: no
// cure. Then one cure at a time, then all three together. Beside these, the same three levels
// without a cure and with bottom-up inference. The nets are smaller than the lesson's and training
// takes four epochs. Each of the six runs with three seeds.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "../shared.hpp"
#include "tutorials/support/plot.hpp"

namespace hierarchical {

namespace {

struct Variant {
    std::string name, label;
    HierarchicalVaeSettings settings;
    double warm_up = 0, free_bits = 0;
};

std::vector<Variant> variants(std::size_t input, double epochs) {
    const HierarchicalVaeSettings plain{
        .input = input, .hidden = {200, 200}, .between = {100}, .latent = {32, 16, 8}};
    HierarchicalVaeSettings gated = plain, upward = plain;
    gated.gated = true;
    upward.inference = Inference::bottom_up;
    return {{"plain", "no cure", plain},
            {"warm_up", "warm-up", plain, epochs / 2},
            {"free_bits", "free bits", plain, 0, 2},
            {"gated", "gated", gated},
            {"all", "all three", gated, epochs / 2, 2},
            {"bottom_up", "bottom-up", upward}};
}

// Each run notes the nats of each level and −ELBO on the test images, at full KL weight and without
// free bits.

models::LatentUse train_variant(Session& session, const Data& data, const Variant& v,
                                std::size_t epochs, std::size_t repetition) {
    const std::string seed = std::to_string(session.flags.seed + repetition);
    const Trained trained = train(session, data, v.settings,
                                  {.name = v.name + "_seed_" + seed,
                                   .epochs = epochs,
                                   .warm_up = v.warm_up,
                                   .free_bits = v.free_bits,
                                   .watch = false,
                                   .repetition = repetition});
    nn::Random random{session.flags.seed};
    const auto use = report(v.label + ", seed " + seed, trained.model, data, random);
    const std::string key = "_" + v.name + "_" + std::to_string(repetition + 1);
    session.note("neg_elbo" + key, use.neg_elbo());
    for (const std::size_t l : {0, 1, 2})
        session.note("kl_" + std::to_string(l + 1) + key, use.levels[l].kl);
    return use;
}

void cures(Session& session) {
    const Data data = load(session);
    const std::size_t epochs = session.flags.quick ? 1 : 4;
    const auto all = variants(data.train.images.shape(1), static_cast<double>(epochs));
    for (const std::size_t repetition : {0, 1, 2}) {
        std::vector<std::string> labels;
        std::vector<Numbers> kl(3);
        for (const Variant& v : all) {
            const auto use = train_variant(session, data, v, epochs, repetition);
            labels.push_back(v.label);
            for (const std::size_t l : {0, 1, 2}) kl[l].push_back(use.levels[l].kl);
        }
        if (repetition > 0) continue;
        tutorials::Plot plot{{.x = "cure", .y = "KL (nats per image)"}};
        plot.bars("level 3 (top)", labels, kl[2]).bars("level 2", labels, kl[1]);
        plot.bars("level 1", labels, kl[0]).level("silent below", 1);
        plot.save(session.file("cures.png"));
    }
}

const tutorials::Experiment experiment{
    "cures", "Three levels: which fall silent, and what wakes them", cures};

}  // namespace

}  // namespace hierarchical

// @figure{cures.png, What each of three levels costs after four epochs, by cure, first seed. Below the
// dashed line, one nat, a level counts as silent.}
