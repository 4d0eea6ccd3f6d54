// A pullback is $\bar x \mathrel{+}= J^{\mathsf T} \bar y$. Thinking of it as *the derivative*, one
// forgets $\bar y$. Here it happens in the activation $y = x / (1 + |x|)$ of an autoencoder
// 784-64-784.

#include <cmath>

#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Variable bend(Variable x, bool wrong) {  // y = x / (1 + |x|), with slope 1 / (1 + |x|)²
    const auto shrink = [=](std::size_t i) { return 1 / (1 + std::abs(x.value().data()[i])); };
    return x.tape().record(
        "bend", {x},
        [=](autograd::Entry& y) {
            y.value.resize(x.shape());
            for (std::size_t i = 0; i < y.value.size(); ++i)
                y.value.data()[i] = x.value().data()[i] * shrink(i);
        },
        [=](autograd::Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                const Real slope = shrink(i) * shrink(i);
                const Real share = wrong ? slope  // WRONG: what comes in is forgotten
                                         : slope * y.gradient.data()[i];
                gradient.data()[i] = share + (beta == 0 ? 0 : gradient.data()[i]);
            }
        });
}

Exhibit exhibit_of(Gallery& gallery) {
    Exhibit exhibit{"reconstruction, nats per test image"};
    const double look_away = mean_picture(gallery);
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        nn::Sequential net{nn::Linear(gallery.pixels(), 64, random),
                           [wrong](Variable x) { return bend(x, wrong); },
                           nn::Linear(64, gallery.pixels(), random)};
        const auto cost = [&](Variable x) { return bce_with_logits(net(x), x); };
        const nn::History history =
            train(
                gallery,
                {.epochs = gallery.session.flags.epochs,
                 .name = wrong ? "deaf_wrong" : "deaf_right"},
                net, gallery.data.train, random,
                [&](Variable x, const nn::Batch&) { return mean(cost(x)); },
                [&]() -> nn::Metrics {
                    return {{"loss", mean_over_rows(gallery.data.test.images, cost)}};
                })
                .history;
        exhibit.number(wrong) = last(history, "test_loss");
        exhibit.plots.push_back(panel(wrong, {.x = "epoch",
                                              .y = "reconstruction (nats per test image)",
                                              .y_range = {{0.5 * look_away, 1.2 * look_away}}})
                                    .line("", history.column("epoch"), history.column("test_loss"))
                                    .level("the mean picture for every image", look_away));
    }
    return exhibit;
}

const tutorials::Experiment deaf_pullback{
    "deaf_pullback", "A pullback that ignores the incoming gradient",
    [](Session& session) { show(session, "deaf_pullback", exhibit_of); }};

}  // namespace

// **Symptom:** the loss falls to that of the mean picture and no further. **Cause:** all weights
// before the operation are pushed, at every step, in a direction that has nothing to do with the
// loss. Slopes and pixels are never negative, so the weights only fall, until each activation is near −1
// for every image. The layer behind can then learn no more than a bias, the mean picture. **Test:** *the
// gradient of every operation is that of central differences*, with random cotangents: with a
// cotangent of ones this pullback passes (chapter 1).
//
// @figure{deaf_pullback.png, The reconstruction on test images, epoch by epoch.}
