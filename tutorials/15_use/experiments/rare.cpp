// **Task.** Of one class only 50 training images are left, of each of the other nine 1000, all drawn at random. A
// classifier (784-400-10) is to find that class nevertheless. We take shirts, which look like pullovers, coats and
// T-shirts, and, in a run of their own, bags, which look like nothing else here.
//
// **Ways.** *As is*: nothing is done. *Offset*: the same classifier, whose score $\ln p(c \mid x)$ of each class is
// reduced by $\tau \ln(\text{share of the class in training})$. The logarithm is below 0, and furthest below for the
// rare class, so its score gains most; with $\tau = 1$ the classifier no longer expects it to be rare (Menon et al.
// 2021). The other ways add images of the rare class until there are 100, 200 or 1000. They have an offset, too, from the
// shares *before* that, with a $\tau$ of their own:
// - *copies*: the 50 again and again, which on average is the same as more weight in the loss;
// - *moved*: copies, shifted by up to two pixels in each direction and mirrored at random;
// - *between two*: a random point on the line from an image to one of its five nearest neighbours among the 50
//   (SMOTE, Chawla et al. 2002);
// - *drawn*: expected pixels of samples of the conditional VAE of chapter 8, 784-400-20, trained on the same images,
//   which knows the rare class from the 50;
// - *varied*: the same, but $z$ is drawn from its $q(z \mid x, c)$, given each of the 50 images in turn.
//
// *All 1000 images* is what there would be without the shortage. Each classifier takes as many steps, to within 2 %.
// How far to fill up, and $\tau$ from 0, ¼, ... 2, is chosen for each way by F1 on the 10 000
// validation images, in which the class is not rare. (50 training images, and 1000 of the class to make choices on:
// all ways have this advantage, except *as is* and *all*, which choose nothing.)
//
// **Metrics**, on the test images: *recall*, the share of the rare class that is found; *F1*, the harmonic mean of
// recall and precision (the share of right answers among those that say "shirt"); *balanced accuracy*, the recall
// averaged over the ten classes.

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "nn/rows.hpp"
#include "tutorials/15_use/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"

namespace use {

namespace {

using models::Classifier;
using models::Cvae;

constexpr std::size_t few = 50,
                      many = 1000;  // training images of the rare class, and of the others

// The data: a few of one class, and ways to make more of it.

Dataset rows_of(const Dataset& data, const Indices& rows) {
    Dataset some = data;
    some.images = nn::take(data.images, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) some.labels[i] = data.labels[rows[i]];
    some.labels.resize(rows.size());
    return some;
}

Dataset with_rare(const Dataset& data, std::size_t rare, std::size_t count, nn::Random& random) {
    Indices taken(data.classes, 0), rows;
    for (const std::size_t row : random.permutation(data.size())) {
        const std::size_t label = data.labels[row];
        if (taken[label]++ < (label == rare ? count : many)) rows.push_back(row);
    }
    return rows_of(data, rows);
}

Dataset with_more(Dataset data, std::size_t rare, const Array& images) {
    data.images = tutorials::join(data.images, images);
    data.labels.resize(data.images.shape(0), rare);
    return data;
}

/// So many further images of the rare class.
using Supply = std::function<Array(std::size_t count)>;

Supply repeated(const Array& images) {
    return [=](std::size_t count) {
        Indices rows(count);
        for (std::size_t i = 0; i < count; ++i) rows[i] = i % images.shape(0);
        return nn::take(images, rows);
    };
}

/// Moved by up to two pixels in each direction, and mirrored with probability ½.
Supply moved(const Array& images, const Shape& item, nn::Random& random) {
    return [=, &random](std::size_t count) {
        const Array from = repeated(images)(count);
        const auto height = static_cast<int>(item[0]), width = static_cast<int>(item[1]);
        const std::size_t channels = item[2];
        Array to = autograd::full(from.shape(), 0);
        for (std::size_t i = 0; i < count; ++i) {
            const int down = static_cast<int>(random.below(5)) - 2;
            const int right = static_cast<int>(random.below(5)) - 2;
            const bool mirrored = random.below(2) == 1;
            for (int y = std::max(0, down); y < std::min(height, height + down); ++y)
                for (int x = std::max(0, right); x < std::min(width, width + right); ++x) {
                    const int column = mirrored ? width - 1 - (x - right) : x - right;
                    std::copy_n(&from(i, ((y - down) * width + column) * channels), channels,
                                &to(i, (y * width + x) * channels));
                }
        }
        return to;
    };
}

/// Somewhere on the line from an image to one of the five of its class that are nearest to it.
Supply between(const Array& images, nn::Random& random) {
    const Array distances = nn::evaluate(
        [](Variable a) {
            const Variable squares = sum(square(a), {1}, true);
            return squares + transpose(squares) - 2 * matmul(a, transpose(a));
        },
        images);
    return [=, &random](std::size_t count) {
        Array to = repeated(images)(count);
        const std::size_t those = images.shape(0), neighbours = std::min<std::size_t>(5, those - 1);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t from = i % those;
            Indices order = tutorials::upto(those);
            std::swap(order[0], order[from]);  // not itself
            std::partial_sort(order.begin() + 1, order.begin() + 1 + std::ptrdiff_t(neighbours),
                              order.end(), [&](std::size_t a, std::size_t b) {
                                  return distances(from, a) < distances(from, b);
                              });
            const std::size_t other = order[1 + random.below(neighbours)];
            const auto part = static_cast<Real>(random.uniform());
            for (std::size_t d = 0; d < images.shape(1); ++d)
                to(i, d) += part * (images(other, d) - images(from, d));
        }
        return to;
    };
}

/// Expected pixels of samples with the label.
Supply drawn(const Cvae& cvae, std::size_t label, nn::Random& random) {
    return [&, label](std::size_t count) {
        return nn::map_rows(models::one_hot(Indices(count, label), cvae.condition),
                            [&](Variable c) { return cvae.sample(c, random); });
    };
}

/// Expected pixels of samples of q(z | x, c): images like the given ones, one after the other.
Supply varied(const Cvae& cvae, const Array& images, std::size_t label, nn::Random& random) {
    return [&, label](std::size_t count) {
        const Array from = repeated(images)(count);
        return nn::map_rows(from, [&](Variable x) {
            const Variable c =
                x.tape().constant(models::one_hot(Indices(x.shape()[0], label), cvae.condition));
            const nn::Normal q = cvae.encode(x, c);
            return cvae.mean_pixels(q.sample(nn::standard_normal(x.tape(), q.mean.shape(), random)),
                                    c);
        });
    };
}

// The classifier and the conditional VAE.

/// As many epochs as it takes to see so many examples: the number of steps is the same for all.
nn::TrainingSettings settings_of(const Session& session, const Dataset& data,
                                 const std::string& name, double examples, double rate) {
    const double epochs = std::max(1., std::round(examples / static_cast<double>(data.size())));
    return {.epochs = session.epochs(static_cast<std::size_t>(epochs)),
            .name = name,
            .learning_rate = nn::schedule::cosine(rate, 0, epochs),
            .quiet = true};
}

Classifier teach(Session& session, const Dataset& data, const std::string& name) {
    nn::Random random{session.flags.seed};
    Classifier net{{.input = data.images.shape(1), .classes = data.classes}, random};
    tutorials::fit(session, net, data, random, settings_of(session, data, name, 100000, 2e-3),
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    return net;
}

Cvae teach_to_draw(Session& session, const Dataset& data, const std::string& name) {
    nn::Random random{session.flags.seed};
    Cvae cvae{
        {.vae = {.input = data.images.shape(1)}, .condition = data.classes, .learn_prior = true},
        random};
    tutorials::fit(
        session, cvae, data, random, settings_of(session, data, name, 200000, 1e-3),
        [&](Tape& tape, const nn::Batch& batch) {
            const Variable c = tape.constant(models::one_hot(batch.labels, data.classes));
            return tutorials::neg_elbo(cvae.elbo(tape.constant(batch.images), c, random));
        });
    return cvae;
}

// What is measured, and the comparison.

struct Scores {
    double recall;    ///< the share of the rare images that are found
    double f1;        ///< 2·found / (rare images + images called rare)
    double balanced;  ///< the recall of each class, averaged
};

Scores scores_of(const Indices& predicted, const Dataset& data, std::size_t rare) {
    Numbers right(data.classes, 0), there(data.classes, 0), called(data.classes, 0), recalls;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        there[data.labels[i]] += 1;
        called[predicted[i]] += 1;
        right[predicted[i]] += predicted[i] == data.labels[i];
    }
    for (std::size_t label = 0; label < data.classes; ++label)
        if (there[label] > 0) recalls.push_back(right[label] / there[label]);
    return {right[rare] / there[rare], 2 * right[rare] / (there[rare] + called[rare]),
            tutorials::mean(recalls)};
}

/// ln of the share that each class has, (1, C).
Array log_shares(const Dataset& data) {
    Array shares = autograd::full({1, data.classes}, 0);
    for (const std::size_t label : data.labels) shares(0, label) += 1 / Real(data.size());
    return nn::evaluate([](Variable p) { return log(p + Real(1e-6)); }, shares);
}

/// ln p(label | x) of a classifier, (N, C).
Array log_probabilities(const Classifier& net, const Array& images) {
    return nn::map_rows(images, [&](Variable x) { return log_softmax(net.logits(x)); });
}

/// The class of the highest score, once `part` of ln(share) is taken off.
Indices called_by(const Array& log_p, const Array& shares, double part) {
    return nn::argmax(
        nn::evaluate([part](Variable scores, Variable off) { return scores - Real(part) * off; },
                     log_p, shares));
}

/// What has been tried for a class, and how well each way has done.
struct Tried {
    std::vector<std::string> ways;
    Numbers f1;
};

Tried rare_class(Session& session, const Data& data, std::size_t rare, const std::string& key) {
    nn::Random random{session.flags.seed};
    const Dataset train = with_rare(data.train, rare, few, random);
    const Array images = nn::take(train.images, tutorials::members(train.labels, rare));
    const std::string name = "rare_" + key + "_";
    Tried tried;

    const Array shares = log_shares(train);

    const auto note = [&](const std::string& way, const Classifier& net, double part) {
        const Array log_p = log_probabilities(net, data.test.images);
        const Scores found = scores_of(called_by(log_p, shares, part), data.test, rare);
        session.result(name + "recall_" + way, found.recall);
        session.result(name + "f1_" + way, found.f1);
        session.result(name + "balanced_" + way, found.balanced);
        tried.ways.push_back(way);
        tried.f1.push_back(found.f1);
    };
    const auto best_of = [&](const std::string& way, const std::vector<Classifier>& nets) {
        double highest = -1, chosen_part = 0;
        std::size_t chosen = 0;
        for (std::size_t i = 0; i < nets.size(); ++i) {
            const Array log_p = log_probabilities(nets[i], data.validation.images);
            for (double part = 0; part <= 2; part += 0.25) {
                const Indices called = called_by(log_p, shares, part);
                const double f1 = scores_of(called, data.validation, rare).f1;
                if (f1 > highest) highest = f1, chosen = i, chosen_part = part;
            }
        }
        session.result(name + "net_" + way, double(chosen));
        session.result(name + "part_" + way, chosen_part);
        note(way, nets[chosen], chosen_part);
    };
    const auto filled = [&](const std::string& way, const Supply& supply) {
        std::vector<Classifier> nets;
        for (const std::size_t total : {100, 200, 1000}) {
            const Array more = supply(total - images.shape(0));
            nets.push_back(teach(session, with_more(train, rare, more), name + way));
            if (session.flags.quick) break;
        }
        best_of(way, nets);
    };

    const Classifier as_is = teach(session, train, name + "as_is");
    note("as_is", as_is, 0);
    best_of("offset", {as_is});
    filled("copies", repeated(images));
    filled("moved", moved(images, data.train.item, random));
    filled("between", between(images, random));
    const Cvae cvae = teach_to_draw(session, train, name + "cvae");
    filled("drawn", drawn(cvae, rare, random));
    filled("varied", varied(cvae, images, rare, random));
    note("all", teach(session, with_rare(data.train, rare, many, random), name + "all"), 0);

    const Array ten = nn::take(images, tutorials::upto(10));
    tutorials::save_named_rows(session.file("rare_" + key + ".png"),
                               {{"real", ten},
                                {"moved", moved(ten, data.train.item, random)(10)},
                                {"between two", between(images, random)(10)},
                                {"drawn", drawn(cvae, rare, random)(10)},
                                {"varied", varied(cvae, ten, rare, random)(10)}},
                               data.train.item);
    return tried;
}

void rare_classes(Session& session) {
    const Data data = load(session);
    tutorials::require_classes(data.train, "training images", 10);
    const Tried hard = rare_class(session, data, 6, "hard");
    const Tried easy = rare_class(session, data, 8, "easy");
    std::vector<std::string> ways = hard.ways;
    std::replace(ways.begin(), ways.end(), std::string("as_is"), std::string("as is"));
    tutorials::Plot(
        {.x = "what is done for the rare class", .y = "F1 of the rare class", .y_range = {{0, 1}}})
        .bars(data.test.class_names[6], ways, hard.f1)
        .bars(data.test.class_names[8], ways, easy.f1)
        .save(session.file("rare.png"));
}

}  // namespace

const tutorials::Experiment experiment{"rare", "A rare class, filled up with samples",
                                       rare_classes};

}  // namespace use

// @figure{rare_hard.png, Ten of the 50 shirts, and what the ways make of them. What is drawn has
// no image that it is made of. (Seed 1.)}
//
// @figure{rare_easy.png, The same for ten of the 50 bags.}
//
// @figure{rare.png, F1 of the rare class on test images, seed 1.}
//
// | Shirt; seeds 1, 2, 3 | recall | F1 | balanced accuracy |
// |---|---|---|---|
// | as is | @result{rare_hard_recall_as_is, .2f}, @result{rare_seed_2/rare_hard_recall_as_is, .2f}, @result{rare_seed_3/rare_hard_recall_as_is, .2f} | @result{rare_hard_f1_as_is, .2f}, @result{rare_seed_2/rare_hard_f1_as_is, .2f}, @result{rare_seed_3/rare_hard_f1_as_is, .2f} | @result{rare_hard_balanced_as_is, .3f}, @result{rare_seed_2/rare_hard_balanced_as_is, .3f}, @result{rare_seed_3/rare_hard_balanced_as_is, .3f} |
// | offset | @result{rare_hard_recall_offset, .2f}, @result{rare_seed_2/rare_hard_recall_offset, .2f}, @result{rare_seed_3/rare_hard_recall_offset, .2f} | @result{rare_hard_f1_offset, .2f}, @result{rare_seed_2/rare_hard_f1_offset, .2f}, @result{rare_seed_3/rare_hard_f1_offset, .2f} | @result{rare_hard_balanced_offset, .3f}, @result{rare_seed_2/rare_hard_balanced_offset, .3f}, @result{rare_seed_3/rare_hard_balanced_offset, .3f} |
// | copies | @result{rare_hard_recall_copies, .2f}, @result{rare_seed_2/rare_hard_recall_copies, .2f}, @result{rare_seed_3/rare_hard_recall_copies, .2f} | @result{rare_hard_f1_copies, .2f}, @result{rare_seed_2/rare_hard_f1_copies, .2f}, @result{rare_seed_3/rare_hard_f1_copies, .2f} | @result{rare_hard_balanced_copies, .3f}, @result{rare_seed_2/rare_hard_balanced_copies, .3f}, @result{rare_seed_3/rare_hard_balanced_copies, .3f} |
// | moved | @result{rare_hard_recall_moved, .2f}, @result{rare_seed_2/rare_hard_recall_moved, .2f}, @result{rare_seed_3/rare_hard_recall_moved, .2f} | @result{rare_hard_f1_moved, .2f}, @result{rare_seed_2/rare_hard_f1_moved, .2f}, @result{rare_seed_3/rare_hard_f1_moved, .2f} | @result{rare_hard_balanced_moved, .3f}, @result{rare_seed_2/rare_hard_balanced_moved, .3f}, @result{rare_seed_3/rare_hard_balanced_moved, .3f} |
// | between two | @result{rare_hard_recall_between, .2f}, @result{rare_seed_2/rare_hard_recall_between, .2f}, @result{rare_seed_3/rare_hard_recall_between, .2f} | @result{rare_hard_f1_between, .2f}, @result{rare_seed_2/rare_hard_f1_between, .2f}, @result{rare_seed_3/rare_hard_f1_between, .2f} | @result{rare_hard_balanced_between, .3f}, @result{rare_seed_2/rare_hard_balanced_between, .3f}, @result{rare_seed_3/rare_hard_balanced_between, .3f} |
// | drawn | @result{rare_hard_recall_drawn, .2f}, @result{rare_seed_2/rare_hard_recall_drawn, .2f}, @result{rare_seed_3/rare_hard_recall_drawn, .2f} | @result{rare_hard_f1_drawn, .2f}, @result{rare_seed_2/rare_hard_f1_drawn, .2f}, @result{rare_seed_3/rare_hard_f1_drawn, .2f} | @result{rare_hard_balanced_drawn, .3f}, @result{rare_seed_2/rare_hard_balanced_drawn, .3f}, @result{rare_seed_3/rare_hard_balanced_drawn, .3f} |
// | varied | @result{rare_hard_recall_varied, .2f}, @result{rare_seed_2/rare_hard_recall_varied, .2f}, @result{rare_seed_3/rare_hard_recall_varied, .2f} | @result{rare_hard_f1_varied, .2f}, @result{rare_seed_2/rare_hard_f1_varied, .2f}, @result{rare_seed_3/rare_hard_f1_varied, .2f} | @result{rare_hard_balanced_varied, .3f}, @result{rare_seed_2/rare_hard_balanced_varied, .3f}, @result{rare_seed_3/rare_hard_balanced_varied, .3f} |
// | all 1000 images | @result{rare_hard_recall_all, .2f}, @result{rare_seed_2/rare_hard_recall_all, .2f}, @result{rare_seed_3/rare_hard_recall_all, .2f} | @result{rare_hard_f1_all, .2f}, @result{rare_seed_2/rare_hard_f1_all, .2f}, @result{rare_seed_3/rare_hard_f1_all, .2f} | @result{rare_hard_balanced_all, .3f}, @result{rare_seed_2/rare_hard_balanced_all, .3f}, @result{rare_seed_3/rare_hard_balanced_all, .3f} |
//
// | Bag; seeds 1, 2, 3 | recall | F1 | balanced accuracy |
// |---|---|---|---|
// | as is | @result{rare_easy_recall_as_is, .2f}, @result{rare_seed_2/rare_easy_recall_as_is, .2f}, @result{rare_seed_3/rare_easy_recall_as_is, .2f} | @result{rare_easy_f1_as_is, .2f}, @result{rare_seed_2/rare_easy_f1_as_is, .2f}, @result{rare_seed_3/rare_easy_f1_as_is, .2f} | @result{rare_easy_balanced_as_is, .3f}, @result{rare_seed_2/rare_easy_balanced_as_is, .3f}, @result{rare_seed_3/rare_easy_balanced_as_is, .3f} |
// | offset | @result{rare_easy_recall_offset, .2f}, @result{rare_seed_2/rare_easy_recall_offset, .2f}, @result{rare_seed_3/rare_easy_recall_offset, .2f} | @result{rare_easy_f1_offset, .2f}, @result{rare_seed_2/rare_easy_f1_offset, .2f}, @result{rare_seed_3/rare_easy_f1_offset, .2f} | @result{rare_easy_balanced_offset, .3f}, @result{rare_seed_2/rare_easy_balanced_offset, .3f}, @result{rare_seed_3/rare_easy_balanced_offset, .3f} |
// | copies | @result{rare_easy_recall_copies, .2f}, @result{rare_seed_2/rare_easy_recall_copies, .2f}, @result{rare_seed_3/rare_easy_recall_copies, .2f} | @result{rare_easy_f1_copies, .2f}, @result{rare_seed_2/rare_easy_f1_copies, .2f}, @result{rare_seed_3/rare_easy_f1_copies, .2f} | @result{rare_easy_balanced_copies, .3f}, @result{rare_seed_2/rare_easy_balanced_copies, .3f}, @result{rare_seed_3/rare_easy_balanced_copies, .3f} |
// | moved | @result{rare_easy_recall_moved, .2f}, @result{rare_seed_2/rare_easy_recall_moved, .2f}, @result{rare_seed_3/rare_easy_recall_moved, .2f} | @result{rare_easy_f1_moved, .2f}, @result{rare_seed_2/rare_easy_f1_moved, .2f}, @result{rare_seed_3/rare_easy_f1_moved, .2f} | @result{rare_easy_balanced_moved, .3f}, @result{rare_seed_2/rare_easy_balanced_moved, .3f}, @result{rare_seed_3/rare_easy_balanced_moved, .3f} |
// | between two | @result{rare_easy_recall_between, .2f}, @result{rare_seed_2/rare_easy_recall_between, .2f}, @result{rare_seed_3/rare_easy_recall_between, .2f} | @result{rare_easy_f1_between, .2f}, @result{rare_seed_2/rare_easy_f1_between, .2f}, @result{rare_seed_3/rare_easy_f1_between, .2f} | @result{rare_easy_balanced_between, .3f}, @result{rare_seed_2/rare_easy_balanced_between, .3f}, @result{rare_seed_3/rare_easy_balanced_between, .3f} |
// | drawn | @result{rare_easy_recall_drawn, .2f}, @result{rare_seed_2/rare_easy_recall_drawn, .2f}, @result{rare_seed_3/rare_easy_recall_drawn, .2f} | @result{rare_easy_f1_drawn, .2f}, @result{rare_seed_2/rare_easy_f1_drawn, .2f}, @result{rare_seed_3/rare_easy_f1_drawn, .2f} | @result{rare_easy_balanced_drawn, .3f}, @result{rare_seed_2/rare_easy_balanced_drawn, .3f}, @result{rare_seed_3/rare_easy_balanced_drawn, .3f} |
// | varied | @result{rare_easy_recall_varied, .2f}, @result{rare_seed_2/rare_easy_recall_varied, .2f}, @result{rare_seed_3/rare_easy_recall_varied, .2f} | @result{rare_easy_f1_varied, .2f}, @result{rare_seed_2/rare_easy_f1_varied, .2f}, @result{rare_seed_3/rare_easy_f1_varied, .2f} | @result{rare_easy_balanced_varied, .3f}, @result{rare_seed_2/rare_easy_balanced_varied, .3f}, @result{rare_seed_3/rare_easy_balanced_varied, .3f} |
// | all 1000 images | @result{rare_easy_recall_all, .2f}, @result{rare_seed_2/rare_easy_recall_all, .2f}, @result{rare_seed_3/rare_easy_recall_all, .2f} | @result{rare_easy_f1_all, .2f}, @result{rare_seed_2/rare_easy_f1_all, .2f}, @result{rare_seed_3/rare_easy_f1_all, .2f} | @result{rare_easy_balanced_all, .3f}, @result{rare_seed_2/rare_easy_balanced_all, .3f}, @result{rare_seed_3/rare_easy_balanced_all, .3f} |
//
// The shortage costs a sixth of the recall for bags and nearly everything for shirts: as is, the classifier hardly ever
// says "shirt". That is mostly a matter of what it expects. The offset, a subtraction after training, brings back most
// of what any of these ways does. (Its $\tau$ for shirts is @result{rare_hard_part_offset, .2f},
// @result{rare_seed_2/rare_hard_part_offset, .2f} and @result{rare_seed_3/rare_hard_part_offset, .2f}.)
//
// To fill up with samples of the conditional VAE is the worst way to fill up: for both classes and with each seed
// *drawn* has a lower F1 than *copies*, *moved*, *between two* and *varied*. It is even worse than not to fill up,
// *offset*, but for bags and seed 3, where it is .003 better. The figures suggest why: from 50 images among 9050 the
// model has hardly learnt what the class is, and what it draws as bags looks mostly like other clothes. Few of
// them are best for validation images: 50 in four of the six runs, 150 in two. Samples of $q(z \mid x, c)$ keep
// closer to the images that there are, though handles and straps are lost. *Varied*, filled up to 1000, has the highest
// F1 for bags with each seed, .004 to .018 above the next best way to do something about the shortage; for shirts
// *between two* and *copies* are higher, by .02 and more.
//
// Balanced accuracy gains little for shirts, as the other classes together lose more than half of the recall that the
// shirts gain; with *drawn* and seed 3, and with *offset* and seed 1, it is lower than *as is*.
//
// All ways choose on many validation images of the rare class, which one does not have if a class is really rare.
//
// **Verdict.** Do not fill up a rare class with what a conditional VAE draws: copies and mixtures of neighbours give a
// higher F1 in each of the six runs, an offset of the scores alone in five, and only variations of the given images are
// worth a try (best for bags, not for shirts).
