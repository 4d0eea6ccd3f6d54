// @figure{style_transfer.png, First row, test images, one of each class. Second, decoded from their style with their own class.
// Below, the same styles decoded with the class of each row.}
//
// The brightness of an image survives in most columns, and for tops its width. Patterns do not:
// the plaid of the shirt is gone in the second row already, before the class is changed. Tops and footwear
// have little in common: the sandals are mostly scraps, and the boots made of a T-shirt and of a
// sneaker are blurs.
//
// Two numbers (one seed), with every test image moved to another class at random. The judge sees the class that
// was asked for in @result{transfer_judged, .0%} of the cases. For the style take something that can be
// measured, the ink (mean grey level). Before and after, it correlates with
// @result{transfer_ink_correlation, .2f}; if each image were only as dark as the mean of its class,
// before and after, it would be @result{transfer_ink_chance, .2f}.

#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;

namespace {

void save_transfers(Session& session, const Cvae& cvae, const Dataset& test) {
    const std::size_t classes = test.classes;
    Indices shown;  // one image of each class
    for (std::size_t label = 0; label < classes; ++label)
        shown.push_back(tutorials::members(test.labels, label).at(1));
    const Array images = nn::take(test.images, shown);
    const Array own = one_hot(in_turn(classes, classes), classes);
    const Array styles = style(cvae, images, own);
    std::vector<tutorials::NamedImages> rows{{"image", images},
                                             {"own class", decode(cvae, styles, own)}};
    for (std::size_t label = 0; label < classes; ++label)
        rows.push_back({test.class_names[label], decode(cvae, styles, label)});
    tutorials::save_named_rows(session.file("style_transfer.png"), rows, test.item);
}

// The mean ink of each image's class.

Numbers ink_of_classes(const Dataset& data, const Indices& labels) {
    Numbers by_class, out;
    for (std::size_t label = 0; label < data.classes; ++label)
        by_class.push_back(
            average(inks(nn::take(data.images, tutorials::members(data.labels, label)))));
    for (const std::size_t label : labels) out.push_back(by_class[label]);
    return out;
}

void transfer(Session& session) {
    const Data data = split(session);
    const Cvae cvae = lesson_model(session, data);
    save_transfers(session, cvae, data.test);

    const Indices other = other_classes(session, data.test);
    const std::size_t classes = data.test.classes;
    const Array styles = style(cvae, data.test.images, one_hot(data.test.labels, classes));
    const Array moved = decode(cvae, styles, one_hot(other, classes));
    session.result("transfer_judged", train_judge(session, data.train).accuracy(moved, other));
    session.result("transfer_ink_correlation", correlation(inks(data.test.images), inks(moved)));
    session.result("transfer_ink_chance", correlation(ink_of_classes(data.test, data.test.labels),
                                                      ink_of_classes(data.test, other)));
}

}  // namespace

const tutorials::Experiment style_transfer{"style_transfer", "Another class, the same style",
                                           transfer};
