#include "tutorials/08_cvae/shared.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "nn/rows.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"

namespace lesson {

using autograd::Tape;
using nn::evaluate;

// --- training -------------------------------------------------------------------------------------

Data split(Session& session) {
    const nn::TrainTest& all = session.load_data();
    autograd::require(all.train.classes >= 10, "[08_cvae] expected ten classes, got ",
                      all.train.classes);
    const std::size_t held = all.train.size() / 6;
    return {nn::first(all.train, all.train.size() - held), nn::last(all.train, held), all.test};
}

models::Draws draws(const Cvae& cvae, Told told, Variable x, Variable c, nn::Random& random) {
    const Variable nothing = Real(0) * c;
    const nn::Normal q = cvae.encode(x, told.encoder ? c : nothing);
    const Variable z = q.sample(nn::standard_normal(x.tape(), q.mean.shape(), random));
    const Variable log_p = cvae.log_likelihood(x, z, told.decoder ? c : nothing);
    if (told.prior) return {1, log_p, {{q, cvae.prior(c), z}}};
    return {1, log_p, {{q, {}, z}}};
}

models::LatentUse use_of(const Trained& model, const Dataset& data, nn::Random& random) {
    const Array conditions = one_hot(data.labels, data.classes);
    const auto draw = [&](const std::vector<Variable>& given, std::size_t, nn::Random& noise) {
        return draws(model.cvae, model.told, given[0], given[1], noise);
    };
    return models::latent_use(draw, {data.images, conditions}, random);
}

Trained train(Session& session, const Data& data, nn::TrainingSettings settings, Told told,
              std::size_t latent, Real beta) {
    nn::Random random{session.flags.seed};
    const std::size_t pixels = data.train.images.shape(1), classes = data.train.classes;
    Trained model{Cvae{{.vae = {.input = pixels, .latent = latent},
                        .condition = classes,
                        .learn_prior = told.prior},
                       random},
                  told,
                  {},
                  0};
    const auto loss = [&](Tape& tape, const nn::Batch& batch) {
        const Variable x = tape.constant(batch.images);                    // (B, 784)
        const Variable c = tape.constant(one_hot(batch.labels, classes));  // (B, 10)
        return tutorials::neg_elbo(models::elbo(draws(model.cvae, told, x, c, random)), beta);
    };
    const auto validate = [&] {
        nn::Random noise{session.flags.seed}, styles{session.flags.seed};  // the same every time
        nn::Metrics found = tutorials::parts_of(use_of(model, data.validation, noise));
        found.add({"moved", moved_by_class(model.cvae, styles)});
        return found;
    };
    auto [history, rate] = tutorials::fit(session, model.cvae, data.train, random,
                                          std::move(settings), loss, validate);
    model.history = std::move(history);
    model.images_per_second = rate;
    return model;
}

Cvae lesson_model(Session& session, const Data& data) {
    return train(session, data, {.epochs = session.flags.epochs}, {true, true, true}).cvae;
}

Classifier train_classifier(Session& session, const Dataset& train, const std::string& name,
                            std::vector<std::size_t> hidden, std::size_t epochs, double rate) {
    nn::Random random{session.flags.seed};
    Classifier net{
        {.input = train.images.shape(1), .hidden = std::move(hidden), .classes = train.classes},
        random};
    tutorials::fit(session, net, train, random,
                   {.epochs = session.flags.quick ? 1 : epochs,
                    .name = name,
                    .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    return net;
}

Classifier train_judge(Session& session, const Dataset& train) {
    return train_classifier(session, train, "model_judge", {400}, 20, 2e-3);
}

// --- drawing --------------------------------------------------------------------------------------

Indices in_turn(std::size_t count, std::size_t classes) {
    Indices labels(count);
    for (std::size_t i = 0; i < count; ++i) labels[i] = i % classes;
    return labels;
}

Variable style(const Cvae& cvae, Variable z, Variable c) {
    const nn::Normal prior = cvae.prior(c);
    return (z - prior.mean) * exp(Real(-0.5) * prior.log_variance);
}

Array style(const Cvae& cvae, const Array& images, const Array& conditions) {
    return evaluate([&](Variable x, Variable c) { return style(cvae, cvae.encode(x, c).mean, c); },
                    images, conditions);
}

Array decode(const Cvae& cvae, const Array& styles, const Array& conditions) {
    return evaluate(
        [&](Variable u, Variable c) { return cvae.mean_pixels(cvae.prior(c).sample(u), c); },
        styles, conditions);
}

Array decode(const Cvae& cvae, const Array& styles, std::size_t label) {
    return decode(cvae, styles, one_hot(Indices(styles.shape(0), label), cvae.condition));
}

Array draw(const Cvae& cvae, const Array& conditions, nn::Random& random) {
    return nn::map_rows(conditions, [&](Variable c) { return cvae.sample(c, random); });
}

void save_grid(Session& session, const std::string& file, const Cvae& cvae, const Dataset& data) {
    const Array styles = nn::Random{session.flags.seed}.normal({10, cvae.latent()});
    std::vector<tutorials::NamedImages> rows;
    for (std::size_t label = 0; label < data.classes; ++label)
        rows.push_back({data.class_names[label], decode(cvae, styles, label)});
    tutorials::save_named_rows(session.file(file), rows, data.item);
}

Indices other_classes(const Session& session, const Dataset& data) {
    nn::Random random{session.flags.seed};
    Indices other = data.labels;
    for (std::size_t& label : other)
        label = (label + 1 + random.below(data.classes - 1)) % data.classes;
    return other;
}

// --- measuring ------------------------------------------------------------------------------------

double moved_by_class(const Cvae& cvae, nn::Random& random) {
    const std::size_t styles = 100, classes = cvae.condition;
    const Array z = random.normal({styles, cvae.latent()});
    Array all = decode(cvae, z, 0);
    for (std::size_t label = 1; label < classes; ++label)
        all = tutorials::join(all, decode(cvae, z, label));
    double at_fixed_style = 0;
    for (std::size_t i = 0; i < styles; ++i) {
        Indices every_class(classes);
        for (std::size_t label = 0; label < classes; ++label)
            every_class[label] = label * styles + i;
        at_fixed_style +=
            tutorials::variety(nn::take(all, every_class)) / static_cast<double>(styles);
    }
    return at_fixed_style / tutorials::variety(all);
}

double agreement(const Cvae& cvae, const Classifier& judge, std::size_t count, nn::Random& random) {
    const Indices asked = in_turn(count, cvae.condition);
    return judge.accuracy(draw(cvae, one_hot(asked, cvae.condition), random), asked);
}

double probe(Session& session, const Data& data, const Trained& model) {
    nn::Random random{session.flags.seed};
    const auto styles_of = [&](const Dataset& from) {
        const Array drawn = evaluate(
            [&](Variable x, Variable c, Variable noise) {
                return style(model.cvae, model.cvae.encode(x, c).sample(noise), c);
            },
            from.images, one_hot(from.labels, from.classes),
            random.normal({from.size(), model.cvae.latent()}));
        return Dataset{.name = "styles",
                       .images = drawn,
                       .labels = from.labels,
                       .item = {1, model.cvae.latent(), 1},
                       .classes = from.classes};
    };
    const Dataset seen = styles_of(nn::first(data.train, 10000)), unseen = styles_of(data.test);
    return train_classifier(session, seen, "probe", {}, 10, 2e-2)
        .accuracy(unseen.images, unseen.labels);
}

Numbers inks(const Array& images) {
    const std::size_t pixels = images.shape(1);
    Numbers out;
    for (const Real* row = images.data(); row != images.data() + images.size(); row += pixels)
        out.push_back(std::accumulate(row, row + pixels, 0.0) / static_cast<double>(pixels));
    return out;
}

double correlation(const Numbers& a, const Numbers& b) {
    const double mean_a = tutorials::mean(a), mean_b = tutorials::mean(b);
    double aa = 0, ab = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / std::sqrt(aa * bb);
}

}  // namespace lesson
