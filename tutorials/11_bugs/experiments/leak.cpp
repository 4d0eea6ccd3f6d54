// So that there is something to learn by heart, the net sees 500 images only, 20 times as often as elsewhere.
// The wrong program sees 1000 images half as often, so both make as many steps.

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Dataset joined(const Dataset& a, const Dataset& b) {
    Dataset both = a;
    both.images = tutorials::join(a.images, b.images);
    both.labels.insert(both.labels.end(), b.labels.begin(), b.labels.end());
    return both;
}

Exhibit exhibit_of(Gallery& gallery) {
    const std::size_t few = std::min<std::size_t>(500, gallery.data.test.size() / 2);
    const Dataset learnt = nn::first(gallery.data.train, few);
    const Dataset test = nn::first(gallery.data.test, few);
    const Dataset fresh = nn::last(gallery.data.test, few);
    Exhibit exhibit{"−ELBO, test less training, nats per image"};
    for (const bool wrong : {false, true}) {
        const Dataset data = wrong ? joined(learnt, test)  // WRONG: learns what it is asked later
                                   : learnt;
        nn::Random random{gallery.seed()};
        Vae vae{{.input = gallery.pixels(), .hidden = {200}, .latent = units}, random};
        const auto neg_elbo = [&](const Dataset& set) {
            return reported(vae, set.images, random, false);
        };
        const nn::History history =
            train(
                gallery,
                {.epochs =
                     (wrong ? 10 : 20) * gallery.session.flags.epochs,  // as many steps in all
                 .name = wrong ? "leak_wrong" : "leak_right"},
                vae, data, random,
                [&](Variable x, const nn::Batch&) { return -vae.elbo(x, random).value(); },
                [&]() -> nn::Metrics {
                    return {{"learnt", neg_elbo(learnt)},
                            {"test", neg_elbo(test)},
                            {"fresh", neg_elbo(fresh)}};
                })
                .history;
        exhibit.number(wrong) = last(history, "test_test") - last(history, "test_learnt");
        const double end = last(history, "test_learnt");
        Numbers seen = history.column("epoch");
        for (double& epoch : seen) epoch *= static_cast<double>(data.size()) / 1000;
        exhibit.plots.push_back(panel(wrong, {.x = "images seen (thousands)",
                                              .y = "−ELBO (nats per image)",
                                              .y_range = {{end - 20, end + 80}}})
                                    .line("training images", seen, history.column("test_learnt"))
                                    .line("test images", seen, history.column("test_test"))
                                    .line("fresh images", seen, history.column("test_fresh")));
    }
    return exhibit;
}

const tutorials::Experiment leak{"leak", "Test images in training",
                                 [](Session& session) { show(session, "leak", exhibit_of); }};

}  // namespace

// **Symptom:** hardly a gap between training and test: @result{leak_wrong, .1f} nats, where the right
// program shows @result{leak_right, .1f}. **Cause:** lists joined before they were split; augmented
// copies of one image on both sides; or choices made with the test set, which is the same leak in
// small amounts. The third curve, of fresh images, shows the truth. **Test:** *no
// drawn test image is among those to learn from, and every grey level is a pixel's*, and *first() and
// last() divide a set between them*.
//
// @figure{leak.png, The right program learns from 500 images, the wrong one from the same and the 500 test
// images. Fresh images are in neither set.}
