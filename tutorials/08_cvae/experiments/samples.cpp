// @figure{agreement.png, How often the judge names the right class, for real test images and for
// images that the model drew.}
//
// The judge agrees with @result{judge_accuracy_samples, .0%} of the drawn images and with
// @result{judge_accuracy_real, .0%} of the real ones. It is easy to do better with a worse model: hand in
// the mean training image of each class, ten pictures in all. The judge recognises
// @result{judged_class_means, .0f} of the ten (@result{samples_2/judged_class_means, .0f} and
// @result{samples_3/judged_class_means, .0f} with seeds 2 and 3).
//
// So look at the **variety** too: the variance among the images of one class, averaged over pixels
// and classes. It is @result{variety_real, .3f} for real images, @result{variety_samples, .3f} for drawn
// ones (@result{samples_2/variety_samples, .3f}, @result{samples_3/variety_samples, .3f}) and 0 for
// the means. The model draws expected pixels, and an average varies less.
//
// One measure depends on both (Ravuri and Vinyals 2019): teach a classifier on 10 000 drawn images and
// test it on real ones. What the drawn images lack, it cannot learn. It is right about
// @result{taught_by_samples, .1%} of the test images (@result{samples_2/taught_by_samples, .1%},
// @result{samples_3/taught_by_samples, .1%}), after 10 000 real images about
// @result{taught_by_real, .1%} (@result{samples_2/taught_by_real, .1%},
// @result{samples_3/taught_by_real, .1%}).

#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;

namespace {

// The variance among the images of a class, averaged over pixels and classes.

double variety_within_classes(const Dataset& data) {
    double sum = 0;
    for (std::size_t label = 0; label < data.classes; ++label)
        sum += tutorials::variety(nn::take(data.images, tutorials::members(data.labels, label)));
    return sum / static_cast<double>(data.classes);
}

Numbers accuracy_by_class(const Classifier& judge, const Dataset& data) {
    Numbers found;
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Indices rows = tutorials::members(data.labels, label);
        found.push_back(judge.accuracy(nn::take(data.images, rows), Indices(rows.size(), label)));
    }
    return found;
}

// The mean image of each class: one picture for all that the class can be.

Array class_means(const Dataset& data) {
    Array means = autograd::full({data.classes, data.images.shape(1)}, 0);
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Array mean =
            nn::evaluate([](Variable x) { return autograd::mean(x, {0}); },
                         nn::take(data.images, tutorials::members(data.labels, label)));
        std::copy(mean.begin(), mean.end(), &means(label, 0));
    }
    return means;
}

void judge_samples(Session& session) {
    const Data data = split(session);
    const Cvae cvae = lesson_model(session, data);
    const Classifier judge = train_judge(session, data.train);
    const std::size_t classes = data.test.classes;

    nn::Random random{session.flags.seed};
    Dataset samples = nn::first(data.train, session.flags.quick ? 500 : 10000);
    const Dataset real = samples;
    samples.labels = in_turn(samples.size(), classes);
    samples.images = draw(cvae, one_hot(samples.labels, classes), random);

    session.result("judged_class_means",
                   10 * judge.accuracy(class_means(data.train), in_turn(classes, classes)));
    session.result("variety_real", variety_within_classes(data.test));
    session.result("variety_samples", variety_within_classes(samples));
    tutorials::Plot{{.x = "class asked for", .y = "judge agrees (share)", .y_range = {{0, 1}}}}
        .bars("real test images", data.test.class_names, accuracy_by_class(judge, data.test))
        .bars("drawn", data.test.class_names, accuracy_by_class(judge, samples))
        .save(session.file("agreement.png"));

    const auto taught = [&](const std::string& name, const Dataset& lessons) {
        session.result(name, train_classifier(session, lessons, name, {400}, 10, 1e-3)
                                 .accuracy(data.test.images, data.test.labels));
    };
    taught("taught_by_samples", samples);
    taught("taught_by_real", real);
}

}  // namespace

const tutorials::Experiment samples{"samples", "Why a high score from the judge is not enough",
                                    judge_samples};
