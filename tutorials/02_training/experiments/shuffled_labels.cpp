// We shuffle the labels of a thousand training images. No rule connects image and label any more. A
// network with 256 hidden units, 203 530 weights and biases, learns them for 3000 steps of 50
// images. Zhang and others (2017) did this with large networks.
//
// @figure{shuffled_labels.png, The share of the thousand training images that the network gives its
// label to, during the epoch, and of 5000 validation images with their true labels; right labels
// and shuffled ones; one seed. Dashed: a tenth.}
//
// In the last epoch it gave back @result{shuffled_train_accuracy, .4f} of the shuffled labels, mean
// of three seeds (the lowest: @result{shuffled_train_accuracy_least, .4f}). On the validation
// images it was right for @result{shuffled_accuracy, .3f}, and with the right labels for
// @result{unshuffled_accuracy, .3f}. Training accuracy by itself shows nothing.

#include <algorithm>
#include <cstdio>

#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using tutorials::Session;

void by_heart(Session& session) {
    const Parts data = divide(session.load_data());
    const nn::Dataset thousand = nn::first(data.train, 1000),
                      judging = nn::first(data.validation, 5000);
    const Recipe recipe{.rate = 2e-3, .epochs = 150, .batch = 50, .units = 256};
    tutorials::Plot plot{{.x = "epoch", .y = "share that is right", .y_range = {{0, 1.02}}}};
    Numbers trained, held_out, unshuffled;
    for (const auto seed : seeds(session)) {
        nn::Dataset shuffled = thousand;
        nn::Random random(seed);
        random.shuffle(shuffled.labels);
        const Course course = train(session, recipe, shuffled, judging, seed);
        const Course right = train(session, recipe, thousand, judging, seed);
        trained.push_back(course.train_accuracy.back());
        held_out.push_back(course.accuracy.back());
        unshuffled.push_back(right.accuracy.back());
        if (trained.size() > 1) continue;
        const Numbers epochs = epochs_to(course.accuracy.size());
        plot.line("training, right labels", epochs, right.train_accuracy)
            .line("validation, right labels", epochs, right.accuracy)
            .line("training, shuffled labels", epochs, course.train_accuracy)
            .line("validation, after shuffled labels", epochs, course.accuracy);
    }
    plot.level("", 0.1).save(session.file("shuffled_labels.png"));
    session.result("shuffled_train_accuracy", spread(trained).mean);
    session.result("shuffled_train_accuracy_least",
                   *std::min_element(trained.begin(), trained.end()));
    session.result("shuffled_accuracy", spread(held_out).mean);
    session.result("unshuffled_accuracy", spread(unshuffled).mean);
}

const tutorials::Experiment shuffled_labels{"shuffled_labels", "Shuffled labels, learnt by heart",
                                            by_heart};

}  // namespace
