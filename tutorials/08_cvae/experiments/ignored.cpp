// "The encoder gets the label, so the label is in the code, and the decoder can read it there." It
// sounds reasonable. But to draw, we leave the encoder out, and $z$ comes from $\mathcal N(0, I)$. No
// $c$ is left in the model.
//
// @figure{encoder_only.png, The same figure as above from a model of which only the encoder is told.
// All rows are equal.}
//
// Its bound on test images is @result{neg_elbo_encoder, .1f} nats, that of the baseline
// @result{test_neg_elbo_unconditional, .1f}, and the class moves
// @result{moved_encoder, .1%} of the variance. The condition has to reach what draws.
//
// The second bug is in the data, and the code is right: labels and images are off by one row. The
// decoder learns that the condition says nothing about the image. After as many epochs the bound is
// @result{neg_elbo_shifted, .1f} nats, and the class moves @result{moved_shifted, .1%}.
//
// One seed each, so neither bound is ranked against the baseline. What matters is that nothing in
// these two logs looks wrong. *Class moves* takes a second and needs neither labels nor judge.

#include <algorithm>

#include "tutorials/08_cvae/shared.hpp"

using namespace lesson;

namespace {

void note(Session& session, const Data& data, const Trained& model, const std::string& ending) {
    nn::Random random{session.flags.seed};
    session.result("neg_elbo_" + ending, use_of(model, data.test, random).neg_elbo());
    session.result("moved_" + ending, moved_by_class(model.cvae, random));
}

void ignored_conditions(Session& session) {
    Data data = split(session);
    const std::size_t epochs = session.flags.epochs;
    const Trained encoder = train(
        session, data, {.epochs = epochs, .name = "encoder", .quiet = true}, {true, false, false});
    note(session, data, encoder, "encoder");
    save_grid(session, "encoder_only.png", encoder.cvae, data.test);

    // The bug: every image is trained with the label of the next one.
    std::rotate(data.train.labels.begin(), data.train.labels.begin() + 1, data.train.labels.end());
    const Trained shifted = train(
        session, data, {.epochs = epochs, .name = "shifted", .quiet = true}, {true, true, true});
    note(session, data, shifted, "shifted");
}

}  // namespace

const tutorials::Experiment ignored{
    "ignored", "Two models that ignore the condition and train without complaint",
    ignored_conditions};
