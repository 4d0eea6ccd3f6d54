// A condition need not be a class. Join one more number: the **ink** of the image, its mean grey
// level, counted in standard deviations of the training set. It needs no labelling.
//
// @figure{ink.png, Each row is one class and one style. From left to right, ink is asked for from the
// 5 % to the 95 % point of the real images of that class.}
//
// @figure{ink_obeyed.png, Ink asked for and ink drawn (left), and how often the judge still sees the
// class (right), for three classes, 50 pictures at each point. In colour: where the middle 90 % of
// the class's training images are. Grey: beyond.}
//
// Asked for class and ink as they occur together in the test images, the drawings miss the ink by
// @result{ink_error, .3f} on average (0 is black, 1 white). Drawings with the mean ink of their class
// would miss it by @result{ink_error_class_only, .3f}. The judge sees the class in
// @result{ink_judged, .0%} of them (numbers and figures are of one seed).
//
// In the first figure most rows change their grey level and keep their shape. The sandal is a blob,
// whatever is asked for, and the upper part of the dress is nearly black.
//
// The second figure asks for more than the class has. On the left each grey line follows the request
// far beyond its coloured part: asked for 0.4, which hardly any trouser or sandal has, both draw 0.34
// or more. All classes share the weight on the ink, so it can be learned from classes that have more of it,
// such as pullovers. On the right the class gets lost: of trousers and sandals the judge recognises fewer
// and fewer, and beyond 0.6 less than a fifth. Class and ink may each be common in the data, and their
// combination absent.

#include <algorithm>
#include <cmath>

#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

struct Scale {
    double mean, deviation;
};

Scale scale_of(const Numbers& values) {
    const double mean = average(values);
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

// The condition: a one-hot class, and the ink in standard deviations of the training set.

Array class_and_ink(const Indices& labels, const Numbers& values, std::size_t classes,
                    Scale scale) {
    Array out = one_hot(labels, classes + 1);
    for (std::size_t i = 0; i < labels.size(); ++i)
        out(i, classes) = static_cast<Real>((values[i] - scale.mean) / scale.deviation);
    return out;
}

Cvae train_on_ink(Session& session, const Dataset& train, Scale scale) {
    nn::Random random{session.flags.seed};
    const std::size_t classes = train.classes;
    Cvae cvae{
        {.vae = {.input = train.images.shape(1)}, .condition = classes + 1, .learn_prior = true},
        random};
    tutorials::fit(session, cvae, train, random,
                   {.epochs = session.flags.epochs, .name = "ink", .quiet = true},
                   [&](autograd::Tape& tape, const nn::Batch& batch) {
                       const Array c =
                           class_and_ink(batch.labels, inks(batch.images), classes, scale);
                       const Variable x = tape.constant(batch.images);
                       return tutorials::neg_elbo(cvae.elbo(x, tape.constant(c), random));
                   });
    return cvae;
}

double quantile(Numbers values, double p) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

Numbers ink_of_class(const Dataset& data, std::size_t label) {
    return inks(nn::take(data.images, tutorials::members(data.labels, label)));
}

Numbers steps(double from, double to, std::size_t count) {
    Numbers out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(count - 1));
    return out;
}

void save_rows(Session& session, const Cvae& cvae, const Dataset& train, Scale scale) {
    nn::Random random{session.flags.seed};
    std::vector<tutorials::NamedImages> rows;
    for (std::size_t label = 0; label < train.classes; ++label) {
        const Numbers real = ink_of_class(train, label);
        const Numbers asked = steps(quantile(real, 0.05), quantile(real, 0.95), 10);
        const Array styles = nn::take(random.normal({1, cvae.latent()}), Indices(10, 0));
        rows.push_back(
            {train.class_names[label],
             decode(cvae, styles, class_and_ink(Indices(10, label), asked, train.classes, scale))});
    }
    tutorials::save_named_rows(session.file("ink.png"), rows, train.item);
}

// Fifty pictures for each amount of ink: their own ink, and how often the judge sees the class.

void add_requests(Plot& drawn, Plot& judged, const Cvae& cvae, const Classifier& judge,
                  const Dataset& train, std::size_t label, Scale scale, nn::Random& random) {
    const Numbers real = ink_of_class(train, label);
    const double low = quantile(real, 0.05), high = quantile(real, 0.95);
    Numbers asked = steps(0, 0.8, 33), got, agrees;
    for (const double value : asked) {
        const Indices labels(50, label);
        const Array pictures =
            draw(cvae, class_and_ink(labels, Numbers(50, value), train.classes, scale), random);
        got.push_back(average(inks(pictures)));
        agrees.push_back(judge.accuracy(pictures, labels));
    }
    const auto within = [&](const Numbers& all) {
        Numbers some;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (asked[i] >= low && asked[i] <= high) some.push_back(all[i]);
        return some;
    };
    drawn.contour(asked, got);
    judged.contour(asked, agrees);
    drawn.line(train.class_names[label], within(asked), within(got));
    judged.line(train.class_names[label], within(asked), within(agrees));
}

void ask_for_ink(Session& session) {
    const Data data = split(session);
    const std::size_t classes = data.train.classes;
    const Scale scale = scale_of(inks(data.train.images));
    const Cvae cvae = train_on_ink(session, data.train, scale);
    const Classifier judge = train_judge(session, data.train);
    save_rows(session, cvae, data.train, scale);

    nn::Random random{session.flags.seed};
    const Numbers asked = inks(data.test.images);
    const Array pictures =
        draw(cvae, class_and_ink(data.test.labels, asked, classes, scale), random);
    const Numbers got = inks(pictures);
    Numbers by_class;
    for (std::size_t label = 0; label < classes; ++label)
        by_class.push_back(average(ink_of_class(data.train, label)));
    Numbers missed, class_only;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        missed.push_back(std::abs(asked[i] - got[i]));
        class_only.push_back(std::abs(asked[i] - by_class[data.test.labels[i]]));
    }
    session.result("ink_error", average(missed));
    session.result("ink_error_class_only", average(class_only));
    session.result("ink_judged", judge.accuracy(pictures, data.test.labels));

    Plot drawn{
        {.x = "ink asked for", .y = "ink drawn", .x_range = {{0, 0.8}}, .y_range = {{0, 0.8}}}};
    Plot judged{{.x = "ink asked for",
                 .y = "judge agrees (share)",
                 .x_range = {{0, 0.8}},
                 .y_range = {{0, 1}}}};
    drawn.contour({0, 0.8}, {0, 0.8});
    for (const std::size_t label : {1, 2, 5})
        add_requests(drawn, judged, cvae, judge, data.train, label, scale, random);
    tutorials::save_plots(session.file("ink_obeyed.png"), {drawn, judged}, 2);
}

}  // namespace

const tutorials::Experiment ink{"ink", "A condition that is a number: how much ink", ask_for_ink};
