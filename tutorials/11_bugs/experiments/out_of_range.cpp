// A recipe for classifiers says to standardise pixels: subtract their mean, .286, and divide by their
// standard deviation, .353. A Bernoulli decoder speaks of numbers from 0 to 1.

#include "nn/layers/mlp.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    Exhibit exhibit{"loss, nats per training image"};
    const Array images = nn::first(gallery.data.test, shown).images;
    exhibit.pictures.push_back({"image", images});
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        nn::Sequential net =
            nn::mlp({gallery.pixels(), 64, gallery.pixels()}, autograd::relu, random);
        const auto prepared = [=](Variable x) {
            return wrong ? (x - Real(0.286)) / Real(0.353)  // WRONG: from −0.8 to 2
                         : x;
        };
        const nn::History history = train(gallery,
                                          {.epochs = gallery.session.flags.epochs,
                                           .name = wrong ? "range_wrong" : "range_right"},
                                          net, gallery.data.train, random,
                                          [&](Variable x, const nn::Batch&) {
                                              const Variable target = prepared(x);
                                              return nn::bernoulli_loss(net(target), target);
                                          })
                                        .history;
        exhibit.number(wrong) = last(history, "train_loss");
        exhibit.pictures.push_back({wrong ? "wrong" : "right", map_rows(images, [&](Variable x) {
                                        return sigmoid(net(prepared(x)));
                                    })});
    }
    return exhibit;
}

const tutorials::Experiment out_of_range{
    "out_of_range", "Pixels outside [0, 1]",
    [](Session& session) { show(session, "out_of_range", exhibit_of); }};

}  // namespace

// **Symptom:** a negative loss, @result{out_of_range_wrong, .1e} nats and falling, for something that
// is said to be minus the logarithm of a probability. **Cause:** $\ln(1 + e^l) - x\,l$ is never
// negative if $0 \le x \le 1$. For any other $x$ it falls without end, to one side or the other.
// **Test:** *a folder with the four files of MNIST is read, grey levels as byte / 255*. The loss
// itself does not check: that would take a pass over the data in each step.
//
// @figure{out_of_range.png, Test images and what both programs make of them. Each pixel of the third
// row runs to black or white.}
