// ## Exercise 1
//
// TODO

#include <cmath>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;

// ## Exercise 5
//
// TODO

namespace {

// Both halve an image twice: by a stride, or by the largest of 2 × 2 pixels behind a convolution with
// stride 1.

Classifier strided(const Dataset& data, nn::Random& random) {
    return Classifier(
        nn::Sequential{see(data.item, 16, random), nn::Flatten{},
                       nn::Linear(features_seen(data.item, 16), data.classes, random)});
}

Classifier pooled(const Dataset& data, nn::Random& random) {
    const nn::Kernel same{.size = 3, .padding = 1};
    return Classifier(nn::Sequential{
        nn::Unflatten{data.item[0], data.item[1], data.item[2]},
        nn::Convolution(data.item[2], 16, same, random), autograd::relu, nn::MaxPool{2},
        nn::Convolution(16, 32, same, random), autograd::relu, nn::MaxPool{2}, nn::Flatten{},
        nn::Linear(features_seen(data.item, 16), data.classes, random)});
}

Classifier dense(const Dataset& data, nn::Random& random) {
    return Classifier({.input = data.images.shape(1), .hidden = {30}, .classes = data.classes},
                      random);
}

void strides_and_pools(Session& session) {
    const Data data = split(session);
    const Dataset some = nn::first(data.train, 20000);
    const Array beside = moved(data.test.images, data.test.item, 2);
    const auto measure = [&](const std::string& name, const auto& new_net) {
        nn::Random random{session.flags.seed};
        const Classifier net =
            train(session, some, new_net(some, random), random, "pool_" + name, session.epochs(3));
        session.result("pool_weights_" + name, static_cast<double>(weights(net)));
        session.result("pool_accuracy_" + name, net.accuracy(data.test.images, data.test.labels));
        session.result("pool_moved_" + name, net.accuracy(beside, data.test.labels));
    };
    measure("strided", strided);
    measure("pooled", pooled);
    measure("dense", dense);
}

const tutorials::Experiment exercise_5{
    "exercise_5", "Stride, pooling, and images that lie elsewhere", strides_and_pools};

// ## Exercise 6
//
// TODO

// Starts from grey pictures and moves their logits until their features are those of the images.

struct Pictures {
    Parameter logits;  // (N, D)
    void visit(auto&& part) { part("logits", logits); }
};

Array with_the_features_of(const Array& images, const Features& features, int steps) {
    Pictures pictures{{autograd::full({images.shape(0), images.shape(1)}, 0)}};
    nn::Adam adam{pictures, {.learning_rate = Real(0.05)}};
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        tape.rewind();
        const Variable drawn = sigmoid(tape.parameter(pictures.logits));
        const Variable error = square(features(tape.constant(images)) - features(drawn));
        adam.step(tape.backward(sum(error)));
    }
    return nn::evaluate([](Variable l) { return sigmoid(l); }, pictures.logits.value);
}

void same_features(Session& session) {
    const Data data = split(session);
    const Judges judges = train_judges(session, data);
    const Features features{data.train.item, judges.target};
    const std::size_t count = session.flags.quick ? 20 : 200;
    const Dataset some = nn::first(data.test, count);
    const Array drawn = with_the_features_of(some.images, features, session.flags.quick ? 5 : 300);
    const auto apart = [&](const Array& pictures) {
        return nn::measure(
            [&](Variable a, Variable b) { return mean(square(features(a) - features(b))); },
            some.images, pictures);
    };
    const Array grey = autograd::full({count, some.images.shape(1)}, Real(0.5));
    session.result("same_features", 100 * apart(drawn) / apart(grey));
    session.result("same_pixels", 100 * tutorials::error_per_pixel(some.images, drawn) /
                                      tutorials::error_per_pixel(some.images, grey));
    for (const auto& [name, judge] :
         {std::pair{"target", &judges.target}, std::pair{"other", &judges.other},
          std::pair{"dense", &judges.dense}}) {
        session.result(std::string("same_real_") + name, judge->accuracy(some.images, some.labels));
        session.result(std::string("same_drawn_") + name, judge->accuracy(drawn, some.labels));
    }
    const Indices shown = tutorials::upto(session.flags.quick ? 4 : 14);
    tutorials::save_named_rows(
        session.file("same_features.png"),
        {{"image", nn::take(some.images, shown)}, {"same features", nn::take(drawn, shown)}},
        some.item);
}

const tutorials::Experiment exercise_6{"exercise_6", "Pictures with the same features",
                                       same_features};

}  // namespace
