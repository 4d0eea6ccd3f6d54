#include "tutorials/09_beta_vae/shared.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "nn/rows.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/measure.hpp"

namespace beta_vae {

using models::Code;
using models::Disentanglement;
using nn::sprite_side;
using tutorials::NamedImages;

Wishes wishes;
const nn::Factors& factors = nn::sprite_factors();

// --- training -------------------------------------------------------------------------------------

Loss weighted(double beta) {
    return [=](const models::Elbo& elbo, double) { return -elbo.value(Real(beta)); };
}

Loss falling(double first, double last, double hold) {
    return [=](const models::Elbo& elbo, double progress) {
        const double fallen = std::clamp((progress - hold) / (0.5 - hold), 0.0, 1.0);
        return -elbo.value(Real(first * std::pow(last / first, fallen)));
    };
}

models::VaeSettings sprite_net() {
    return {.input = 1024, .hidden = {256, 256}, .latent = 10, .activation = [](Variable x) {
                return elu(x);
            }};
}

static nn::Schedule late_cosine(double rate, double duration) {
    const double until = 0.75 * duration;
    return [=, fall = nn::schedule::cosine(rate, 0, duration - until)](double time) {
        return time < until ? rate : fall(time - until);
    };
}

Net train(Session& session, const nn::TrainTest& data, const Plan& plan,
          const models::VaeSettings& settings) {
    nn::Random random{plan.seed};
    models::Vae vae{settings, random};
    nn::Adam adam{vae};
    nn::Batches batches{data.train, plan.breadth * session.flags.batch};
    const std::size_t number = plan.patience * session.flags.epochs;
    const auto epochs = static_cast<double>(number);
    const double rate = double{plan.rate} * session.flags.learning_rate;
    nn::Training training{session.training({.epochs = number,
                                            .name = plan.name,
                                            .learning_rate = late_cosine(rate, epochs),
                                            .conditions = {{"title", plan.title}},
                                            .quiet = true}),
                          vae, adam, random};
    autograd::Tape tape;
    const Array held_out = nn::first(data.test, 2000).images;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const models::Elbo elbo = vae.elbo(tape.constant(batch.images), random);
        adam.step(tape.backward(plan.loss(elbo, training.time() / epochs)));
        return {{"reconstruction", elbo.reconstruction.item()}, {"kl", elbo.total_kl().item()}};
    };
    const auto test = [&]() -> nn::Metrics {
        const auto use = models::latent_use(vae, held_out, random);
        return {{"reconstruction", use.reconstruction}, {"kl", use.kl}};
    };
    training.run(batches, step, test);
    nn::Random noise{plan.seed};
    auto use = models::latent_use(vae, data.test.images, noise);
    return {plan.title, std::move(vae), training.history(), training.images_per_second(),
            std::move(use)};
}

Net train_and_score(Session& session, const nn::TrainTest& data, const Plan& plan) {
    Net net = train(session, data, plan);
    net.score = score(session, code_of(net.vae));
    std::cout << net.title << ": " << models::report(net.use) << std::endl;
    print_header();
    print_scores(net.title, net.score);
    return net;
}

static std::string named(double beta) { return "β = " + autograd::text(beta); }

Net plain_net(Session& session) {
    return train_and_score(session, load_sprites(session),
                           {named(1), "model_1", session.flags.seed, weighted(1)});
}

Net large_net(Session& session) {
    return train_and_score(
        session, load_sprites(session),
        {named(wishes.beta), "model_large", session.flags.seed, weighted(wishes.beta)});
}

Net falling_net(Session& session) {
    return train_and_score(session, load_sprites(session),
                           {named(wishes.beta) + "→" + autograd::text(last_beta), "model",
                            session.flags.seed, falling(wishes.beta, last_beta)});
}

const nn::TrainTest& load_sprites(Session& session) {
    autograd::require(session.flags.data == "sprites", "[--data] got ", session.flags.data,
                      ", expected sprites: only of those the true factors are known");
    autograd::require(wishes.beta > 0, "[--beta] got ", wishes.beta, ", expected above 0");
    autograd::require(wishes.capacity >= 0, "[--capacity] got ", wishes.capacity,
                      ", expected at least 0");
    return session.load_data();
}

// --- scores ---------------------------------------------------------------------------------------

Code code_of(const models::Vae& vae) {
    return [&vae](const Indices& items) {
        Array codes = autograd::full({items.size(), vae.latent()}, 0);
        for (std::size_t begin = 0; begin < items.size(); begin += nn::rows_at_a_time) {
            const std::size_t end = std::min(items.size(), begin + nn::rows_at_a_time);
            const Indices piece(items.begin() + static_cast<std::ptrdiff_t>(begin),
                                items.begin() + static_cast<std::ptrdiff_t>(end));
            const Array some = tutorials::encode(vae, nn::draw_sprites(piece));
            std::copy(some.begin(), some.end(), &codes(begin, 0));
        }
        return codes;
    };
}

Code turned(const Code& code, std::size_t a, std::size_t b) {
    return [=](const Indices& items) {
        Array codes = code(items);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Real u = codes(i, a), v = codes(i, b);
            codes(i, a) = std::sqrt(Real(0.5)) * (u - v);
            codes(i, b) = std::sqrt(Real(0.5)) * (u + v);
        }
        return codes;
    };
}

Disentanglement score(const Session& session, const Code& code) {
    nn::Random random{session.flags.seed};
    if (session.flags.quick)
        return models::disentanglement(factors, code, random, 1000,
                                       {.group = 16, .train = 60, .test = 40});
    return models::disentanglement(factors, code, random);
}

void print_header() {
    std::printf("  %-26s %6s %10s %8s %6s\n", "", "MIG", "FactorVAE", "BetaVAE", "SAP");
}

void print_scores(const std::string& name, const Disentanglement& score) {
    std::printf("  %-26s %6.3f %10.3f %8.3f %6.3f\n", name.c_str(), score.mig, score.factor_vae,
                score.beta_vae, score.sap);
}

void note_scores(Session& session, const std::string& prefix, const std::string& suffix,
                 const Disentanglement& score) {
    session.note(prefix + "mig" + suffix, score.mig);
    session.note(prefix + "factor_vae" + suffix, score.factor_vae);
    session.note(prefix + "beta_vae" + suffix, score.beta_vae);
    session.note(prefix + "sap" + suffix, score.sap);
}

void note_net(Session& session, const Net& net, const std::string& suffix) {
    session.note("test_reconstruction" + suffix, net.use.reconstruction);
    session.note("test_kl" + suffix, net.use.kl);
    session.note("active_units" + suffix, static_cast<double>(net.use.levels[0].active));
    const Numbers& gap = net.score.mutual_information.gap;
    session.note("least_gap" + suffix, std::min(gap[x_place], gap[y_place]));
    note_scores(session, "", suffix, net.score);
}

// --- figures of the lesson -------------------------------------------------------------------------

void draw_the_idea(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"x", "(B, 1024)"});
    const auto encoder = diagram.box(2, 0, {"encoder", "1024-256-256"});
    const auto q = diagram.box(4.1, 0, {"μ, λ", "(B, 10) each"});
    const auto noise = diagram.box(6, 1.2, {"noise", "(B, 10)"});
    const auto z = diagram.box(6, 0, {"z", "(B, 10)"});
    const auto decoder = diagram.box(8, 0, {"decoder", "10-256-256"});
    const auto logits = diagram.box(10.1, 0, {"logits", "(B, 1024)"});
    const auto kl = diagram.box(6, -1.3, {"KL", "(B,)"});
    const auto reconstruction = diagram.box(10.1, -1.3, {"reconstruction", "(B,)"});
    const auto loss = diagram.box(8, -2.5, {"loss", "reconstruction + β · KL"});
    for (const auto& [from, to] : {std::pair{x, encoder},
                                   {encoder, q},
                                   {q, z},
                                   {noise, z},
                                   {z, decoder},
                                   {decoder, logits},
                                   {logits, reconstruction},
                                   {q, kl},
                                   {reconstruction, loss}})
        diagram.arrow(from, to);
    diagram.arrow(kl, loss, "β");
    diagram.save(session.file("idea.png"));
}

// --- looking at a net -----------------------------------------------------------------------------

Indices by_kl(const models::LatentUse& use) {
    Indices units = tutorials::upto(use.levels[0].kl_per_unit.size());
    std::sort(units.begin(), units.end(), [&](std::size_t a, std::size_t b) {
        return use.levels[0].kl_per_unit[a] > use.levels[0].kl_per_unit[b];
    });
    return units;
}

std::size_t best_unit(const Net& net, std::size_t factor) {
    const Numbers& told = net.score.mutual_information.information[factor];
    return static_cast<std::size_t>(std::max_element(told.begin(), told.end()) - told.begin());
}

void traverse(Session& session, const Net& net, const std::string& file, std::size_t shown) {
    const std::size_t steps = 11;
    const Array heart = nn::draw_sprites({factors.item({2, 4, 5, 16, 16})});
    const Array start = tutorials::encode(net.vae, heart);
    std::vector<NamedImages> rows;
    for (const std::size_t unit : by_kl(net.use)) {
        if (rows.size() == shown) break;
        Array codes = nn::take(start, Indices(steps, 0));
        for (std::size_t i = 0; i < steps; ++i)
            codes(i, unit) = static_cast<Real>(-2 + 4 * static_cast<double>(i) / (steps - 1));
        char label[32];
        std::snprintf(label, sizeof label, "KL %.2f", net.use.levels[0].kl_per_unit[unit]);
        rows.push_back({label, tutorials::decode(net.vae, codes)});
    }
    tutorials::save_named_rows(session.file(file), rows, {sprite_side, sprite_side, 1});
}

Array place_maps(const Session& session, const Net& net) {
    const std::size_t each = session.flags.quick ? 1 : 12, side = factors[x_place].values;
    nn::Random random{session.flags.seed};
    Indices items;
    for (std::size_t place = 0; place < side * side; ++place)
        for (const std::size_t item : models::draw_items(factors, each, random))
            items.push_back(
                factors.with(factors.with(item, x_place, place % side), y_place, place / side));
    const Array codes = code_of(net.vae)(items);
    const Indices units = by_kl(net.use);
    Array maps = autograd::full({units.size(), side * side}, Real(0.5));
    for (std::size_t rank = 0; rank < units.size(); ++rank)
        for (std::size_t i = 0; i < items.size(); ++i)
            maps(rank, i / each) += codes(i, units[rank]) / Real(4 * each);
    return maps;
}

}  // namespace beta_vae
