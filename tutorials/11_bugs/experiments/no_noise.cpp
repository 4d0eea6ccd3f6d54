// The two lines are in `reported`: at evaluation, $z$ is the mean of the proposal instead of a draw.
//
// @source{tutorials/11_bugs/shared.cpp, reported}

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const nn::History& history = right_run(gallery).history;
    Exhibit exhibit{"reported −ELBO, nats per test image"};
    const double end = last(history, "train_loss");
    for (const bool wrong : {false, true}) {
        const std::string column = wrong ? "test_neg_elbo_at_mean" : "test_neg_elbo";
        exhibit.number(wrong) = last(history, column);
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "epoch", .y = "−ELBO (nats per image)", .y_range = {{end - 10, end + 50}}})
                .line("training images", history.column("epoch"), history.column("train_loss"))
                .line("test images", history.column("epoch"), history.column(column)));
    }
    return exhibit;
}

const tutorials::Experiment no_noise{"no_noise", "z = μ at evaluation", [](Session& session) {
                                         show(session, "no_noise", exhibit_of);
                                     }};

}  // namespace

// **Symptom:** @result{no_noise_wrong, .1f} nats on test images, where the right program has
// @result{no_noise_right, .1f}, and test images that do better than training images. **Cause:** an
// evaluation mode that turned off more than dropout. The expectation over $q$ is part of the bound;
// at the mean the decoder does not get the noise that it was trained with. The number is not a bound
// on anything. (Where pictures are wanted, the mean is the right choice.) **Test:** *the
// reconstruction is paid for codes that are drawn, not for the mean of the proposal*, on a linear
// decoder whose two answers are known.
//
// @figure{no_noise.png, The same training run, reported in two ways. The wrong way, test images seem easier
// than training images to the end.}
//
// In the first epochs test images do better in the right program as well, and that is no bug: the training
// loss is an average over an epoch, in which the model was worse than at its end.
