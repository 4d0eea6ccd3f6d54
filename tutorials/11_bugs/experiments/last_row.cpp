// A bias of shape (D,) is added to each of B rows. On the way back the B gradients must be summed. A
// loop over all elements that assigns keeps the last row, which has the right shape. The smallest net
// that can show it is a bias alone: it predicts the same pixels for every image, and the best it can
// learn is the mean picture.

#include <numeric>

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Variable add_bias(Variable x, Variable bias, bool wrong) {  // (B, D) + (D,), x a constant
    return x.tape().record(
        "add_bias", {x, bias},
        [=](autograd::Entry& y) {
            y.value = x.value();
            for (std::size_t i = 0; i < y.value.size(); ++i)
                y.value.data()[i] += bias.value().data()[i % bias.value().size()];
        },
        [=](autograd::Entry& y) {
            const auto [gradient, beta] = bias.tape().contribution(bias);
            if (beta == 0) gradient.fill(0);
            for (std::size_t i = 0; i < y.gradient.size(); ++i) {
                Real& out = gradient.data()[i % gradient.size()];
                out = wrong ? y.gradient.data()[i]  // WRONG: overwrites the row before
                            : out + y.gradient.data()[i];
            }
        });
}

struct BiasAlone {
    Parameter bias;

    Variable logits(Variable x, bool wrong) const {
        const Variable zeros = x.tape().constant(autograd::full(x.shape(), 0));
        return add_bias(zeros, x.tape().parameter(bias), wrong);
    }
    void visit(auto&& see) { see("bias", bias); }
};

Exhibit exhibit_of(Gallery& gallery) {
    Exhibit exhibit{"nats per test image, mean of the epochs"};
    const double best = mean_picture(gallery);
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        BiasAlone net{{autograd::full({gallery.pixels()}, 0)}};
        const auto cost = [&](Variable x) { return bce_with_logits(net.logits(x, wrong), x); };
        const nn::History history =
            train(
                gallery,
                {.epochs = gallery.session.flags.epochs,
                 .name = wrong ? "bias_wrong" : "bias_right",
                 .learning_rate = nn::schedule::constant(0.5)},
                net, gallery.data.train, random,
                [&](Variable x, const nn::Batch&) { return mean(cost(x)); },
                [&]() -> nn::Metrics {
                    return {{"loss", mean_over_rows(gallery.data.test.images, cost)}};
                })
                .history;
        const Numbers losses = history.column("test_loss");
        exhibit.number(wrong) =
            std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "epoch", .y = "nats per test image", .y_range = {{best - 5, best + 95}}})
                .line("", history.column("epoch"), losses)
                .level("the mean picture for every image", best));
    }
    return exhibit;
}

const tutorials::Experiment last_row{
    "last_row", "The gradient of what was broadcast is not summed",
    [](Session& session) { show(session, "last_row", exhibit_of); }};

}  // namespace

// **Symptom:** training is noisy and ends above what the net can reach. (The table of the lesson gives
// the mean over the epochs, because the last epoch alone depends on the last images.) **Cause:** of B
// gradients B − 1 are lost, so the bias follows single images. **Test:** *a column times a row: each
// gradient is summed over what was broadcast*, and for every linear map *pullbacks are the transpose of
// what is linear: <f(u), v> = <u, f'(v)>*.
//
// @figure{last_row.png, A bias that learns the mean picture, and one that follows the last image of
// each batch.}
