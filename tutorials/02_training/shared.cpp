#include "tutorials/02_training/shared.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "nn/data/batches.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/layers/linear.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"

namespace training {

using autograd::Real;
using autograd::Tape;
using autograd::Variable;

Parts divide(const nn::TrainTest& data) {
    const std::size_t held_out = std::min<std::size_t>(10000, data.train.size() / 6);
    Parts parts{nn::first(data.train, data.train.size() - held_out), nn::last(data.train, held_out),
                data.test};
    tutorials::require_classes(parts.validation, "validation images", 1);
    return parts;
}

double accuracy(const autograd::Array& logits, const autograd::Indices& labels) {
    const autograd::Indices decided = nn::argmax(logits);
    double right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += decided[i] == labels[i];
    return right / static_cast<double>(labels.size());
}

nn::Metrics judge(const models::Classifier& net, const nn::Dataset& data) {
    Tape tape;
    nn::set_evaluation(tape);
    const Variable logits = net.logits(tape.constant(data.images));
    return {{"loss", double{nn::categorical_loss(logits, data.labels).item()}},
            {"accuracy", accuracy(logits.value(), data.labels)}};
}

const std::array<Rule, 4> rules{{
    {"SGD",
     [](const auto& parameters, double rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Sgd>(
             parameters, nn::SgdSettings{.learning_rate = static_cast<Real>(rate)});
     }},
    {"momentum",
     [](const auto& parameters, double rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Sgd>(
             parameters,
             nn::SgdSettings{.learning_rate = static_cast<Real>(rate), .momentum = 0.9f});
     }},
    {"RMSProp",
     [](const auto& parameters, double rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::RmsProp>(
             parameters, nn::RmsPropSettings{.learning_rate = static_cast<Real>(rate)});
     }},
    {"Adam",
     [](const auto& parameters, double rate) -> std::unique_ptr<nn::Optimizer> {
         return std::make_unique<nn::Adam>(
             parameters, nn::AdamSettings{.learning_rate = static_cast<Real>(rate)});
     }},
}};

namespace {

constexpr double lost = 1000;  // nats; a loss above it has left all bounds

std::unique_ptr<nn::Optimizer> make_optimizer(const Recipe& recipe, models::Classifier& net) {
    if (recipe.weight_decay == 0) return rules[recipe.rule].make(nn::parameters(net), recipe.rate);
    return std::make_unique<nn::Adam>(
        net, nn::AdamSettings{.learning_rate = static_cast<Real>(recipe.rate),
                              .weight_decay = static_cast<Real>(recipe.weight_decay)});
}

}  // namespace

Course train(const tutorials::Session& session, const Recipe& recipe, const nn::Dataset& data,
             const nn::Dataset& held_out, std::uint64_t seed) {
    nn::Random random(seed);
    nn::Linear hidden(data.images.shape(1), recipe.units, random);
    nn::Linear output(recipe.units, data.classes, random);
    models::Classifier net(nn::Sequential(std::move(hidden), autograd::relu,
                                          nn::Dropout(recipe.dropout, random), std::move(output)));
    const auto optimizer = make_optimizer(recipe, net);
    nn::Batches batches(data, std::min(recipe.batch, data.size()));
    Tape tape;
    Course course;
    std::chrono::duration<double> seconds{0};
    const std::size_t epochs =
        session.flags.quick ? std::min<std::size_t>(recipe.epochs, 2) : recipe.epochs;
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
        nn::MetricMeans means;
        const auto start = std::chrono::steady_clock::now();
        double step = 0;
        for (const nn::Batch& batch : batches.shuffled(random)) {
            if (recipe.schedule)
                optimizer->set_learning_rate(static_cast<Real>(recipe.schedule(
                    static_cast<double>(epoch) + step++ / static_cast<double>(batches.count()))));
            tape.rewind();
            const Variable logits = net.logits(tape.constant(batch.images));
            const Variable loss = nn::categorical_loss(logits, batch.labels);
            if (!(loss.item() < lost)) {
                course.loss.push_back(std::numeric_limits<double>::infinity());
                course.train_loss.push_back(course.loss.back());
                return course;
            }
            optimizer->step(tape.backward(loss));
            means.add({{"loss", double{loss.item()}},
                       {"accuracy", accuracy(logits.value(), batch.labels)}},
                      batch.size());
        }
        seconds += std::chrono::steady_clock::now() - start;
        course.train_loss.push_back(means.mean(0));
        course.train_accuracy.push_back(means.mean(1));
        const nn::Metrics judged = judge(net, held_out);
        course.loss.push_back(judged.begin()[0].value);
        course.accuracy.push_back(judged.begin()[1].value);
    }
    course.images_per_second = static_cast<double>(epochs * data.size()) / seconds.count();
    return course;
}

std::vector<std::uint64_t> seeds(const tutorials::Session& session) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < (session.flags.quick ? 1 : 3); ++i)
        out.push_back(session.flags.seed + i);
    return out;
}

std::string text(const Spread& spread) {
    char out[64];
    std::snprintf(out, sizeof out, "%.3f ± %.3f", spread.mean, spread.deviation);
    return out;
}

void draw_classes(const tutorials::Session& session, const nn::Dataset& data) {
    std::vector<tutorials::NamedImages> rows;
    for (std::size_t label = 0; label < data.classes; ++label)
        rows.push_back({data.class_names[label], tutorials::first_of(data, label, 12)});
    tutorials::save_named_rows(session.file("data.png"), rows, data.item, 2);
}

void draw_network(const tutorials::Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"images X", "(128, 784)"});
    const auto s = diagram.box(2.5, 0, {"X·W₁ᵀ + b₁", "(128, 64)"});
    const auto h = diagram.box(4.9, 0, {"ReLU: H", "(128, 64)"});
    const auto l = diagram.box(7.4, 0, {"logits H·W₂ᵀ + b₂", "(128, 10)"});
    const auto p = diagram.box(10, 0, {"softmax P", "(128, 10)"});
    const auto loss = diagram.box(12.3, 0, {"loss −ln p", "()"});
    const auto w1 = diagram.box(2.5, -1.7, {"W₁, b₁", "(64, 784), (64,)", "learnt"});
    const auto w2 = diagram.box(7.4, -1.7, {"W₂, b₂", "(10, 64), (10,)", "learnt"});
    const auto y = diagram.box(12.3, -1.7, {"labels", "(128,)"});
    diagram.arrow(x, s), diagram.arrow(s, h), diagram.arrow(h, l), diagram.arrow(l, p);
    diagram.arrow(p, loss), diagram.arrow(w1, s), diagram.arrow(w2, l), diagram.arrow(y, loss);
    diagram.save(session.file("network.png"));
}

void draw_confusions(const tutorials::Session& session, const models::Classifier& net,
                     const nn::Dataset& data) {
    const autograd::Indices decided = net.predict(data.images);
    struct Pair {
        std::size_t label, taken_for;
        autograd::Indices images;
    };
    std::vector<Pair> pairs;
    for (std::size_t label = 0; label < data.classes; ++label)
        for (std::size_t other = 0; other < data.classes; ++other)
            pairs.push_back({label, other, {}});
    std::vector<std::size_t> right(data.classes, 0), all(data.classes, 0);
    for (std::size_t i = 0; i < data.size(); ++i) {
        ++all[data.labels[i]];
        right[data.labels[i]] += decided[i] == data.labels[i];
        if (decided[i] != data.labels[i])
            pairs[data.labels[i] * data.classes + decided[i]].images.push_back(i);
    }
    std::puts("\nTest images by class");
    for (std::size_t c = 0; c < data.classes; ++c)
        std::printf("  %-12s %4zu of %4zu right\n", data.class_names[c].c_str(), right[c], all[c]);
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
        return a.images.size() > b.images.size();
    });
    std::vector<tutorials::NamedImages> rows;
    for (auto& [label, taken_for, images] : pairs) {
        if (images.empty() || rows.size() == 6) break;
        const std::string name = data.class_names[label] + ", taken for " +
                                 data.class_names[taken_for] + ": " + std::to_string(images.size());
        if (images.size() > 12) images.resize(12);
        rows.push_back({name, nn::take(data.images, images)});
    }
    if (!rows.empty())
        tutorials::save_named_rows(session.file("confusions.png"), rows, data.item, 2);
}

Numbers epochs_to(std::size_t n) {
    Numbers out;
    for (std::size_t i = 1; i <= n; ++i) out.push_back(static_cast<double>(i));
    return out;
}

}  // namespace training
