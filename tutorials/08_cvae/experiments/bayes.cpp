// By Bayes' rule, $p(c \mid x) \propto p(x \mid c)\, p(c)$. With equally frequent classes, compute the bound
// of an image under each of the ten labels, and choose the label with the highest. The model was
// never trained to classify and is right about @result{bayes_accuracy, .1%} of the test images
// (one seed).
//
// This does not contradict (3). There the likelihood with the *right* label is compared with the
// likelihood *without* a label, and a label cannot say more than $\ln 10$ on average. Here the right
// label is compared with a *wrong* one, and
// $\ln p(x \mid c) - \ln p(x \mid c')$ has no upper limit: at equal class frequencies it is
// $\ln p(c \mid x) - \ln p(c' \mid x)$, and the last probability may be as small as you like. On
// average over all pairs of classes, a wrong label costs @result{lost_on_average, .0f} nats. Ankle
// boots called trousers lose @result{lost_boot_as_trouser, .0f}, shirts called T-shirts only
// @result{lost_shirt_as_tshirt, .1f}.

#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"

using namespace lesson;

namespace {

// The bound (2) on each image under each of the labels, with one noise for all labels: (B, classes).

Variable bounds_by_class(const Cvae& cvae, Variable x, nn::Random& random) {
    const std::size_t count = x.shape()[0], classes = cvae.condition;
    const Variable noise = nn::standard_normal(x.tape(), {count, cvae.latent()}, random);
    std::vector<Variable> columns;
    for (std::size_t label = 0; label < classes; ++label) {
        const Variable c = x.tape().constant(one_hot(Indices(count, label), classes));
        const nn::Normal q = cvae.encode(x, c);
        const Variable bound =
            cvae.log_likelihood(x, q.sample(noise), c) - nn::kl(q, cvae.prior(c));
        columns.push_back(reshape(bound, {count, 1}));
    }
    return autograd::concat(columns, 1);
}

// What the images of one class lose on average under another label.

double lost(const Array& bounds, const Indices& labels, std::size_t own, std::size_t other) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != own) continue;
        sum += bounds(i, own) - bounds(i, other);
        ++count;
    }
    return sum / count;
}

void classify_by_bayes(Session& session) {
    const Data data = split(session);
    const Cvae cvae = lesson_model(session, data);
    nn::Random random{session.flags.seed};
    const Array bounds = nn::map_rows(data.test.images,
                                      [&](Variable x) { return bounds_by_class(cvae, x, random); });
    const Indices best = nn::argmax(bounds), &labels = data.test.labels;
    double right = 0;
    for (std::size_t i = 0; i < best.size(); ++i) right += best[i] == labels[i];
    session.result("bayes_accuracy", right / static_cast<double>(best.size()));
    double all_wrong = 0;
    const std::size_t classes = data.test.classes;
    for (std::size_t own = 0; own < classes; ++own)
        for (std::size_t other = 0; other < classes; ++other)
            if (other != own)
                all_wrong +=
                    lost(bounds, labels, own, other) / static_cast<double>(classes * (classes - 1));
    session.result("lost_on_average", all_wrong);
    session.result("lost_boot_as_trouser", lost(bounds, labels, 9, 1));
    session.result("lost_shirt_as_tshirt", lost(bounds, labels, 6, 0));
}

}  // namespace

const tutorials::Experiment bayes{"bayes", "The model as a classifier", classify_by_bayes};
