#include "shared.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>

#include "models/evaluate/log_likelihood.hpp"
#include "nn/data/batches.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/fit.hpp"

namespace hierarchical {

Data load(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random coins{2020};  // the same for every --seed
    return {data.train, nn::binarise(data.test, coins)};
}

// KL warm-up and free bits act on what is minimised. What is noted is −ELBO without them.
Trained train(Session& session, const Data& data, const HierarchicalVaeSettings& settings,
              const Recipe& recipe) {
    nn::Random random{session.flags.seed + recipe.repetition};
    HierarchicalVae model{settings, random};
    const double rate = session.flags.learning_rate, epochs = static_cast<double>(recipe.epochs);
    nn::Schedule beta = nn::schedule::constant(1);
    if (recipe.warm_up > 0) beta = nn::schedule::linear_ramp(0, 1, recipe.warm_up);
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    nn::Training training{
        session.training({.epochs = recipe.epochs,
                          .name = recipe.name,
                          .learning_rate = nn::schedule::cosine(rate, rate / 20, epochs),
                          .quiet = recipe.quiet}),
        model, adam, random};
    Array binary;
    const auto loss = [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
        if (recipe.resample) random.bernoulli(batch.images, binary);
        const auto elbo =
            model.elbo(tape.constant(recipe.resample ? binary : batch.images), random);
        const Real weight = Real(beta(training.time())), free_bits = Real(recipe.free_bits);
        return {-elbo.value(weight, free_bits), {{"neg_elbo", -elbo.value().item()}}};
    };
    const nn::Training::Evaluation test = [&] {
        const auto use = models::latent_use(model, data.test.images, random);
        nn::Metrics out{{"neg_elbo", use.neg_elbo()}, {"kl_1", use.levels.front().kl}};
        if (use.levels.size() > 1) out.add({"kl_top", use.levels.back().kl});
        return out;
    };
    auto [history, images_per_second] = tutorials::fit(
        training, adam, batches, loss, recipe.watch ? test : nn::Training::Evaluation{});
    return {std::move(model), std::move(history), images_per_second};
}

HierarchicalVaeSettings two_levels(std::size_t input) {
    return {
        .input = input, .hidden = {300, 300}, .between = {300}, .latent = {40, 40}, .gated = true};
}

HierarchicalVaeSettings one_level(std::size_t input) {
    return {.input = input, .hidden = {350, 350}, .latent = {40}, .gated = true};
}

Trained train_two_levels(Session& session, const Data& data) {
    const std::size_t epochs = session.flags.epochs;
    return train(session, data, two_levels(data.train.images.shape(1)),
                 {.name = "model",
                  .epochs = epochs,
                  .warm_up = static_cast<double>(epochs) / 2,
                  .free_bits = 4,
                  .quiet = false});
}

models::LatentUse report(const std::string& name, const HierarchicalVae& model, const Data& data,
                         nn::Random& random) {
    const auto use = models::latent_use(model, data.test.images, random);
    std::printf("%s: %s\n", name.c_str(), models::report(use).c_str());
    return use;
}

models::LatentUse note_model(Session& session, const std::string& name, HierarchicalVae& model,
                             const Data& data, nn::Random& random) {
    Tape tape;
    tape.set_inference(true);
    const Array drawn = model.generate(model.noise(tape, 1000, random)).value();
    const Array real = nn::first(data.train, 1000).images;
    const auto parameters = nn::parameters(model);
    session.result("parameters_" + name, static_cast<double>(nn::parameter_count(parameters)));
    session.result("edges_" + name, tutorials::edges(drawn, data.test.item));
    if (model.levels() > 1) session.result("edges_real", tutorials::edges(real, data.test.item));
    return report(name, model, data, random);
}

void note_levels(Session& session, const models::LatentUse& use) {
    Numbers kl, active;
    for (const models::LevelUse& level : use.levels) {
        kl.push_back(level.kl);
        active.push_back(static_cast<double>(level.active));
    }
    session.result("kl_per_level", kl);
    session.result("active_units_per_level", active);
    session.note("kl_lower", kl.front());
    session.note("kl_upper", kl.back());
    session.note("active_lower", active.front());
    session.note("active_upper", active.back());
}

void draw_flow(Session& session) {
    tutorials::Diagram d;
    const auto x = d.box(0, 0, {"x", "(B, 784)"}), h1 = d.box(0, 1.6, {"h₁", "(B, 300)"});
    const auto h2 = d.box(0, 3.9, {"h₂", "(B, 300)"});
    const auto evidence = d.box(2.6, 1.6, {"evidence", "2 × (B, 40)"});
    const auto q2 = d.box(2.6, 3.9, {"q(z₂ | x)", "2 × (B, 40)", "KL₂ against N(0, I)"});
    const auto z2 = d.box(5.9, 3.9, {"z₂", "(B, 40)"}), e2 = d.box(8.6, 3.9, {"noise ε₂"});
    const auto p1 = d.box(5.9, 2.8, {"p(z₁ | z₂)", "2 × (B, 40)"});
    const auto q1 =
        d.box(5.9, 1.6, {"combine: q(z₁ | z₂, x)", "2 × (B, 40)", "KL₁ against p(z₁ | z₂)"});
    const auto z1 = d.box(8.6, 1.6, {"z₁", "(B, 40)"}), e1 = d.box(8.6, 2.8, {"noise ε₁"});
    const auto logits = d.box(8.6, 0, {"logits", "(B, 784)", "reconstruction"});
    d.arrow(x, h1);
    d.arrow(h1, h2);
    d.arrow(h1, evidence);
    d.arrow(h2, q2);
    d.arrow(q2, z2);
    d.arrow(e2, z2);
    d.arrow(z2, p1);
    d.arrow(p1, q1);
    d.arrow(evidence, q1);
    d.arrow(q1, z1);
    d.arrow(e1, z1);
    d.arrow(z1, logits);
    d.save(session.file("flow.png"));
}

void draw_training(Session& session, const Trained& two, const Trained& one) {
    const Numbers epochs = two.history.column("epoch");
    tutorials::Plot elbo{{.title = "−ELBO on test images", .x = "epoch", .y = "nats per image"}};
    elbo.line("two levels", epochs, two.history.column("test_neg_elbo"));
    elbo.line("one level", epochs, one.history.column("test_neg_elbo"));
    tutorials::Plot kl{{.title = "KL per level", .x = "epoch", .y = "nats per image"}};
    kl.line("two levels: lower", epochs, two.history.column("test_kl_1"));
    kl.line("one level", epochs, one.history.column("test_kl_1"));
    kl.line("two levels: upper", epochs, two.history.column("test_kl_top"));
    tutorials::save_plots(session.file("training.png"), {elbo, kl}, 2);
}

void note_change(Session& session, const std::string& what, const Array& pictures,
                 std::size_t columns, const models::Classifier& judge) {
    const autograd::Indices seen = judge.predict(pictures);
    const std::size_t pixels = pictures.shape(1);
    double squares = 0, same = 0, pairs = 0;
    for (std::size_t i = 0; i + 1 < seen.size(); ++i) {
        if ((i + 1) % columns == 0) continue;
        for (std::size_t d = 0; d < pixels; ++d)
            squares += std::pow(double{pictures(i, d)} - double{pictures(i + 1, d)}, 2) /
                       static_cast<double>(pixels);
        same += seen[i] == seen[i + 1];
        ++pairs;
    }
    session.result("change_" + what + "_redrawn", squares / pairs);
    session.result("same_class_" + what + "_redrawn", 100 * same / pairs);
}

models::Classifier train_judge(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    models::Classifier judge{{.input = data.train.images.shape(1)}, random};
    tutorials::fit(session, judge, data.train, random,
                   {.epochs = 3, .name = "judge", .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {judge.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    session.result("judge_accuracy_real", 100 * judge.accuracy(data.test.images, data.test.labels));
    return judge;
}

void append_rows(std::vector<tutorials::NamedImages>& to, const Array& pictures, std::size_t rows,
                 std::size_t columns, const std::string& name) {
    for (std::size_t row = 0; row < rows; ++row) {
        autograd::Indices which(columns);
        for (std::size_t i = 0; i < columns; ++i) which[i] = row * columns + i;
        to.push_back({row == 0 ? name : "", nn::take(pictures, which)});
    }
}

Estimate estimate(const Numbers& numbers) {
    const double n = static_cast<double>(numbers.size());
    double mean = 0, squares = 0;
    for (const double x : numbers) mean += x / n;
    for (const double x : numbers) squares += (x - mean) * (x - mean);
    return {mean, std::sqrt(squares / std::max(n - 1, 1.0) / n)};
}

Numbers difference(const Numbers& a, const Numbers& b) {
    Numbers out(a.size());
    std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
    return out;
}

void note_comparison(Session& session, const Comparison& best) {
    const auto& [samples, one, two, saved] = best;
    const double n = static_cast<double>(saved.size());
    const auto better = std::count_if(saved.begin(), saved.end(), [](double x) { return x > 0; });
    session.result("test_neg_log_likelihood", two.mean);
    session.result("test_neg_log_likelihood_one_level", one.mean);
    session.result("standard_error", two.standard_error);
    session.result("standard_error_one_level", one.standard_error);
    session.result("spread_over_images", two.standard_error * std::sqrt(n));
    session.result("gain", estimate(saved).mean);
    session.result("gain_error", estimate(saved).standard_error);
    // For exercise 4: what the comparison would be without pairing.
    const double a = one.standard_error, b = two.standard_error,
                 paired = estimate(saved).standard_error;
    const double unpaired = std::hypot(a, b);
    session.note("unpaired_error", unpaired);
    session.note("correlation", (a * a + b * b - paired * paired) / (2 * a * b));
    session.note("images_factor", unpaired * unpaired / (paired * paired));
    session.result("better_percent", 100 * static_cast<double>(better) / n);
}

void draw_comparison(Session& session, const std::vector<Comparison>& at) {
    Numbers samples, one, two;
    for (const Comparison& each : at) {
        samples.push_back(static_cast<double>(each.samples));
        one.push_back(each.one.mean);
        two.push_back(each.two.mean);
    }
    tutorials::Plot rise{{.title = "importance weighting",
                          .x = "samples K",
                          .y = "−ln p(x), estimate (nats per image)",
                          .log_x = true}};
    rise.line("two levels", samples, two).line("one level", samples, one);
    tutorials::Plot paired{
        {.title = "image by image", .x = "nats saved by two levels", .y = "share of images"}};
    paired.histogram("", at.back().saved, 30);
    tutorials::save_plots(session.file("comparison.png"), {rise, paired}, 2);
}

Numbers costs(const HierarchicalVae& model, const Array& images, std::size_t samples,
              nn::Random& random) {
    Numbers out = models::importance_weighted(model, images, samples, random).per_image;
    for (double& log_p : out) log_p = -log_p;
    return out;
}

}  // namespace hierarchical
