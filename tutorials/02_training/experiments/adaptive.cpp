// The first step shows the difference best. Let three weights have the gradients 100, 1 and 0.01.
// At the rate 0.001 they move by
//
// | rule | gradient 100 | gradient 1 | gradient 0.01 |
// |---|--:|--:|--:|
// | SGD | @result{first_step_SGD_0, .5f} | @result{first_step_SGD_1, .5f} | @result{first_step_SGD_2, .5f} |
// | momentum | @result{first_step_momentum_0, .5f} | @result{first_step_momentum_1, .5f} | @result{first_step_momentum_2, .5f} |
// | RMSProp | @result{first_step_RMSProp_0, .5f} | @result{first_step_RMSProp_1, .5f} | @result{first_step_RMSProp_2, .5f} |
// | Adam | @result{first_step_Adam_0, .5f} | @result{first_step_Adam_1, .5f} | @result{first_step_Adam_2, .5f} |
//
// Adam's first step is $\hat m / \sqrt{\hat v} = g/|g|$: each weight moves by the learning rate.
// RMSProp's mean square starts at zero and is not corrected, so its first step is
// $1/\sqrt{1 - \alpha} = 10$ times as long. That is one reason to begin with a
// warm-up, a rate that rises from 0.
//
// And in a network? Adam moves a weight by $\eta\, \hat m / \sqrt{\hat v}$, so $1/\sqrt{\hat v}$,
// times $\eta$, is the factor between its mean gradient and its step. We train the classifier with
// 64 hidden units for three epochs, average $\sqrt{\hat v}$ over the units, and get one number for
// each pixel.
//
// @figure{adaptive.png, From the top: the mean training image; the size √v̂ of the gradients of the
// weights that look at a pixel; Adam's factor 1/√v̂ for these weights, on a logarithmic scale. Each
// picture is stretched from black to white by itself, with the lowest and the highest twentieth of
// its pixels cut off.}
//
// Weights that look at the corners, where nearly all images are black, have small gradients and a
// large factor. Between the pixel at the upper tenth and the one at the lower tenth, the factor
// differs @result{adaptive_rate_ratio, .0f}-fold (one seed).

#include <algorithm>
#include <cmath>
#include <string>

#include "autograd/ops.hpp"
#include "nn/data/batches.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using autograd::Array;
using autograd::Real;
using tutorials::Session;

void first_steps(Session& session) {
    for (const Rule& rule : rules) {
        autograd::Parameter w{autograd::full({3}, 0)};
        const auto optimizer = rule.make({{"w", &w}}, 1e-3);
        autograd::Tape tape;
        optimizer->step(tape.backward(
            sum(tape.constant(autograd::array({3}, {100, 1, 0.01})) * tape.parameter(w))));
        for (std::size_t i = 0; i < 3; ++i)
            session.result(std::string("first_step_") + rule.name + "_" + std::to_string(i),
                           double{w.value(i)});
    }
}

/// Scales numbers to [0, 1], all but the highest and lowest twentieth, which are clamped: (1, N).
Array stretched(const Numbers& values) {
    Numbers sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const double low = sorted[sorted.size() / 20], high = sorted[sorted.size() * 19 / 20];
    Array out = autograd::full({1, values.size()}, 0);
    for (std::size_t i = 0; i < values.size(); ++i)
        out(0, i) = static_cast<Real>(
            std::clamp((values[i] - low) / std::max(high - low, 1e-30), 0.0, 1.0));
    return out;
}

/// √v̂ for each pixel, averaged over the hidden units, after some training.
Numbers gradient_sizes(const nn::Dataset& data, std::size_t epochs, nn::Random& random) {
    models::Classifier net({.input = data.images.shape(1), .hidden = {64}, .classes = data.classes},
                           random);
    nn::Adam optimizer(net);
    nn::Batches batches(data, 128);
    autograd::Tape tape;
    for (std::size_t epoch = 0; epoch < epochs; ++epoch)
        for (const nn::Batch& batch : batches.shuffled(random)) {
            tape.rewind();
            optimizer.step(tape.backward(net.loss(tape.constant(batch.images), batch.labels)));
        }
    const Array* squares = nullptr;
    for (const auto& [name, array] : optimizer.state())
        if (name == "layers.0.weight/mean_square") squares = array;
    const double unbias = 1 - std::pow(0.999, static_cast<double>(optimizer.steps()));
    Numbers sizes(squares->shape(1), 0.0);
    for (std::size_t p = 0; p < sizes.size(); ++p)
        for (std::size_t unit = 0; unit < squares->shape(0); ++unit)
            sizes[p] += std::sqrt(double{(*squares)(unit, p)} / unbias) /
                        static_cast<double>(squares->shape(0));
    return sizes;
}

void rates_of_weights(Session& session) {
    first_steps(session);
    const Parts data = divide(session.load_data());
    nn::Random random(session.flags.seed);
    const Numbers gradient = gradient_sizes(data.train, session.flags.quick ? 1 : 3, random);
    Numbers image(gradient.size(), 0.0), factor;
    for (std::size_t p = 0; p < gradient.size(); ++p) {
        for (std::size_t i = 0; i < data.train.size(); ++i)
            image[p] += double{data.train.images(i, p)};
        factor.push_back(-std::log10(gradient[p] + 1e-8));
    }
    tutorials::save_named_rows(session.file("adaptive.png"),
                               {{"mean image", stretched(image)},
                                {"size of the gradients", stretched(gradient)},
                                {"Adam's factor", stretched(factor)}},
                               data.train.item, 8);
    std::sort(factor.begin(), factor.end());
    session.result("adaptive_rate_ratio",
                   std::pow(10, factor[factor.size() * 9 / 10] - factor[factor.size() / 10]));
}

const tutorials::Experiment adaptive{"adaptive", "RMSProp and Adam give every weight its own step",
                                     rates_of_weights};

}  // namespace
