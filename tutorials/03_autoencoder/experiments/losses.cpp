// The table of losses in the lesson has three pairs of output and loss. Here the same net,
// 784-32-784, is trained with each of them for 10 epochs, from three random initialisations. A
// fourth net has a ReLU on the code.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "nn/losses/losses.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"

using autograd::Array;
using autograd::Variable;
using models::Autoencoder;
using models::Likelihood;
using tutorials::Session;

namespace {

struct Contest {
    const char* name;
    Likelihood outputs;
    bool cross_entropy;
    nn::Activation code = nn::identity;
};

double cross_entropy_per_image(const Autoencoder& net, const Array& images) {
    return nn::mean_over_rows(
        images, [&](Variable x) { return bce_with_logits(net.decode(net.encode(x)), x); });
}

double percent_outside(const Array& pixels) {
    const auto outside =
        std::count_if(pixels.begin(), pixels.end(), [](auto p) { return p < 0 || p > 1; });
    return 100 * double(outside) / double(pixels.size());
}

/// How many numbers of the code are 0 for every image.
double dead_units(const Array& codes) {
    std::size_t dead = 0;
    for (std::size_t unit = 0; unit < codes.shape(1); ++unit) {
        bool alive = false;
        for (std::size_t i = 0; i < codes.shape(0); ++i) alive = alive || codes(i, unit) != 0;
        dead += alive ? 0 : 1;
    }
    return double(dead);
}

void losses(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Array& test = data.test.images;
    const std::size_t pixels = test.shape(1), epochs = session.epochs(10);
    for (const Contest& contest :
         {Contest{"linear_squared", Likelihood::gaussian, false},
          Contest{"sigmoid_squared", Likelihood::bernoulli, false},
          Contest{"sigmoid_entropy", Likelihood::bernoulli, true},
          Contest{"relu_code", Likelihood::gaussian, false, autograd::relu}}) {
        std::vector<double> error, nats, outside, dead, dead_at_first;
        for (const std::uint64_t seed : {1, 2, 3}) {
            nn::Random random(session.flags.seed + seed - 1);
            Autoencoder net({.input = pixels,
                             .latent = 32,
                             .code_activation = contest.code,
                             .likelihood = contest.outputs},
                            random);
            const auto loss = [&](autograd::Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                const Variable x = tape.constant(batch.images);
                return {contest.cross_entropy ? net.loss(x) : nn::squared_loss(net(x), x), {}};
            };
            const auto evaluate = [&]() -> nn::Metrics {
                return {{"dead", dead_units(tutorials::encode(net, data.train.images))}};
            };
            const bool relu_code = contest.code != nn::identity;
            const auto fit =
                tutorials::fit(session, net, data.train, random,
                               {.epochs = epochs,
                                .name = std::string(contest.name) + "_" + std::to_string(seed),
                                .learning_rate = nn::schedule::cosine(2e-3, 0, double(epochs)),
                                .quiet = true},
                               loss, relu_code ? evaluate : nn::Training::Evaluation{});
            error.push_back(tutorials::error_per_pixel(net, test));
            if (contest.outputs == Likelihood::bernoulli)
                nats.push_back(cross_entropy_per_image(net, test));
            else
                outside.push_back(percent_outside(tutorials::reconstruct(net, test)));
            if (relu_code) {
                dead.push_back(fit.history.column("test_dead").back());
                dead_at_first.push_back(fit.history.column("test_dead").front());
            }
        }
        const std::string name = contest.name;
        lesson::note_seeds(session, name + "_mse", error);
        if (!nats.empty()) lesson::note_seeds(session, name + "_cross_entropy", nats);
        if (!outside.empty()) lesson::note_seeds(session, name + "_outside_percent", outside);
        if (!dead.empty()) lesson::note_seeds(session, name + "_dead", dead);
        if (!dead.empty())
            lesson::note_seeds(session, name + "_dead_after_one_epoch", dead_at_first);
    }
}

}  // namespace

const tutorials::Experiment experiment{"losses", "Which loss, and which output?", losses};

// | outputs | trained on | squared error per pixel | cross-entropy, nats |
// |---|---|---|---|
// | linear | squared error | @result{linear_squared_mse, .5f} ± @result{linear_squared_mse_sd, .5f} | |
// | sigmoid | squared error | @result{sigmoid_squared_mse, .5f} ± @result{sigmoid_squared_mse_sd, .5f} | @result{sigmoid_squared_cross_entropy, .2f} ± @result{sigmoid_squared_cross_entropy_sd, .2f} |
// | sigmoid | cross-entropy | @result{sigmoid_entropy_mse, .5f} ± @result{sigmoid_entropy_mse_sd, .5f} | @result{sigmoid_entropy_cross_entropy, .2f} ± @result{sigmoid_entropy_cross_entropy_sd, .2f} |
// | linear, ReLU on the code | squared error | @result{relu_code_mse, .4f} ± @result{relu_code_mse_sd, .4f} | |
//
// Test images; mean and standard deviation over three seeds. Each of the two sigmoid nets is better at
// the loss that it was trained on. So train on the loss by which you will judge.
//
// The sigmoid helps. The pixels lie between 0 and 1, and @result{linear_squared_outside_percent, .0f} % of
// the linear outputs do not. Trained on the squared error, the net with the sigmoid ends below the linear one
// in spite of the sigmoid's flat ends.
//
// A ReLU on the code is harmful here. Of the 32 numbers, @result{relu_code_dead_after_one_epoch, .0f} are 0
// for every training image after the first epoch, and @result{relu_code_dead, .0f} after the last (means of
// three seeds). A ReLU that is never positive passes no gradient, so such a number does not come back. This
// says nothing about ReLUs on wide codes, which chapter 05 uses.
