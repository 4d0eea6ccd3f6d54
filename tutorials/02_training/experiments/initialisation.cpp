// A unit adds up $I$ inputs, each times a weight. If the weights are independent with mean 0 and
// variance $v$, the variance of the sum is $I v\, \overline{x^2}$, with the mean square
// $\overline{x^2}$ of the inputs. A ReLU sets the negative half to 0, so the mean square of its
// output is half of that: each layer multiplies the mean square by $\frac12 I v$. It stays what it
// is at $v = 2/I$ (He and others 2015). With half that standard deviation, each layer halves the
// signal, and nine layers divide it by 512. On its way back the gradient meets the transposed
// weights and shrinks or grows by the same factors. A weight's gradient is the product of the
// signal that reaches its layer and of the gradient that comes back to it. So with ReLU it is about
// equally small, or equally large, in all hidden layers.
//
// A sigmoid has another difficulty. Its slope is $f(1 - f) \le \frac14$, so the gradient loses at
// least a factor of 4 per layer unless the weights make up for it. This is the **vanishing
// gradient**, one reason why deep networks use ReLU and its relatives.
//
// @figure{initialisation.png, Ten hidden layers of 100 units at their first weights, one batch of
// 512 images. Left: the root mean square of each layer's activations. Right: the root mean square
// of the gradient of each layer's weights. Layer 11 is the output. For the sigmoid the weights are
// Xavier's: variance 2/(I + O).}
//
// Then each of them learns: Adam, three epochs of 10 000 images, at the best of four rates (0.0003
// to 0.01). Adam's steps hardly depend on the size of the gradients, so this is a mild test. For
// the last line all weights of a network with one hidden layer of 64 units start at 0.01. Then all
// hidden units compute the same number, receive the same gradient and stay the same for ever. It is
// a network with a single hidden unit. (With the ReLU and *zeros* even that one gets no gradient.)
//
// | first weights | validation loss, three seeds |
// |---|--:|
// | He, standard deviation $\sqrt{2/I}$ | @result{init_he, .3f} ± @result{init_he_sd, .3f} |
// | half of that | @result{init_half, .3f} ± @result{init_half_sd, .3f} |
// | twice that | @result{init_double, .3f} ± @result{init_double_sd, .3f} |
// | sigmoid units, Xavier | @result{init_sigmoid, .3f} ± @result{init_sigmoid_sd, .3f} |
// | one hidden layer, He | @result{init_shallow, .3f} ± @result{init_shallow_sd, .3f} |
// | one hidden layer, all weights 0.01 | @result{init_equal, .3f} ± @result{init_equal_sd, .3f} |
//
// A factor of two in the weights costs a deep network more than the choice between one layer and
// ten. (For twice He's and for one layer the best of the four rates was the highest, 0.01, so a
// still higher one might do better.) Ten layers of sigmoid units have learnt little, about as much
// as a single hidden unit can. The largest difference between the weights of two hidden units of
// the last network, after training at the rate 0.001 (one seed), was
// @result{init_equal_difference}. Knowing nothing is $\ln 10 = 2.303$.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "nn/data/batches.hpp"
#include "nn/init.hpp"
#include "nn/layers/linear.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/plot.hpp"

namespace {

using namespace training;
using autograd::Array;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using tutorials::Session;

/// Hidden layers of one width, whose activations can be looked at.
struct Deep {
    std::vector<nn::Linear> layers;
    nn::Activation activation;

    /// The activations of all layers; the last are the logits.
    std::vector<Variable> all(Variable x) const {
        std::vector<Variable> out;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            x = layers[i](x);
            if (i + 1 < layers.size()) x = activation(x);
            out.push_back(x);
        }
        return out;
    }
    void visit(auto&& see) { see("layers", layers); }
};

struct Start {
    const char *name, *key;
    std::size_t depth, width;
    nn::Activation activation;
    double factor;  ///< times He's standard deviation; 0: all weights 0.01, for sigmoid Xavier's
};

const std::vector<Start> starts{
    {"He", "he", 10, 100, autograd::relu, 1},
    {"half of He", "half", 10, 100, autograd::relu, 0.5},
    {"twice He", "double", 10, 100, autograd::relu, 2},
    {"sigmoid, Xavier", "sigmoid", 10, 100, autograd::sigmoid, 1},
    {"one layer, He", "shallow", 1, 64, autograd::relu, 1},
    {"one layer, all 0.01", "equal", 1, 64, autograd::relu, 0},
};

Deep make(const Start& start, const nn::Dataset& data, nn::Random& random) {
    Deep net{{}, start.activation};
    std::size_t in = data.images.shape(1);
    for (std::size_t i = 0; i <= start.depth; ++i) {
        const std::size_t out = i == start.depth ? data.classes : start.width;
        net.layers.emplace_back(in, out, random);
        nn::Linear& layer = net.layers.back();
        layer.bias.value = autograd::full({out}, 0);
        layer.weight.value = start.activation == autograd::sigmoid
                                 ? nn::xavier_uniform({out, in}, random)
                                 : nn::he_normal({out, in}, random);
        for (Real& w : layer.weight.value.storage())
            w = start.factor == 0 ? Real(0.01) : static_cast<Real>(start.factor) * w;
        in = out;
    }
    return net;
}

double root_mean_square(const Array& a) {
    double total = 0;
    for (const Real x : a.storage()) total += double{x} * double{x};
    return std::sqrt(total / static_cast<double>(a.size()));
}

double judged(const Deep& net, const nn::Dataset& data) {
    Tape tape;
    tape.set_inference(true);
    return double{
        nn::categorical_loss(net.all(tape.constant(data.images)).back(), data.labels).item()};
}

/// Trains it, and gives the validation loss at the end; infinite if it left all bounds.
double learn(Deep& net, double rate, const nn::Dataset& data, const nn::Dataset& held_out,
             std::size_t epochs, nn::Random& random) {
    nn::Adam adam(net, {.learning_rate = static_cast<Real>(rate)});
    nn::Batches batches(data, 128);
    Tape tape;
    for (std::size_t epoch = 0; epoch < epochs; ++epoch)
        for (const nn::Batch& batch : batches.shuffled(random)) {
            tape.rewind();
            const Variable loss =
                nn::categorical_loss(net.all(tape.constant(batch.images)).back(), batch.labels);
            if (!std::isfinite(loss.item())) return std::numeric_limits<double>::infinity();
            adam.step(tape.backward(loss));
        }
    return judged(net, held_out);
}

double largest_difference_of_units(const Deep& net) {
    const Array& w = net.layers[0].weight.value;
    double largest = 0;
    for (std::size_t unit = 1; unit < w.shape(0); ++unit)
        for (std::size_t i = 0; i < w.shape(1); ++i)
            largest = std::max(largest, std::abs(double{w(unit, i)} - double{w(0, i)}));
    return largest;
}

void first_weights(Session& session) {
    const Parts data = divide(session.load_data());
    const nn::Dataset small = nn::first(data.train, 10000),
                      judging = nn::first(data.validation, 5000);
    const nn::Dataset batch = nn::first(data.train, 512);

    tutorials::Plot signals{
        {.title = "activations", .x = "layer", .y = "root mean square", .log_y = true}};
    tutorials::Plot slopes{{.title = "gradients of the weights",
                            .x = "layer",
                            .y = "root mean square",
                            .log_y = true}};
    for (const Start& start : starts) {
        if (start.depth == 1) continue;
        nn::Random random(session.flags.seed);
        Deep net = make(start, data.train, random);
        Tape tape;
        const std::vector<Variable> activations = net.all(tape.constant(batch.images));
        const autograd::Gradients& gradients =
            tape.backward(nn::categorical_loss(activations.back(), batch.labels));
        Numbers signal, slope;
        for (std::size_t i = 0; i < activations.size(); ++i) {
            signal.push_back(root_mean_square(activations[i].value()));
            slope.push_back(root_mean_square(gradients.of(net.layers[i].weight)));
        }
        signals.line(start.name, epochs_to(signal.size()), signal);
        slopes.line(start.name, epochs_to(slope.size()), slope);
        session.note(std::string("init_first_gradient_") + start.key, slope.front());
    }
    tutorials::save_plots(session.file("initialisation.png"), {signals, slopes}, 2);

    std::puts("First weights: validation loss after three epochs of 10 000 images");
    for (const Start& start : starts) {
        Spread best{std::numeric_limits<double>::infinity(), 0};
        double best_rate = 0;
        for (const double rate : {3e-4, 1e-3, 3e-3, 1e-2}) {
            Numbers losses;
            for (const auto seed : seeds(session)) {
                nn::Random random(seed);
                Deep net = make(start, data.train, random);
                losses.push_back(
                    learn(net, rate, small, judging, session.flags.quick ? 1 : 3, random));
                if (start.factor == 0 && rate == 1e-3 && losses.size() == 1)
                    session.note("init_equal_difference", largest_difference_of_units(net));
            }
            if (spread(losses).mean < best.mean) best = spread(losses), best_rate = rate;
        }
        std::printf("  %-20s %s at rate %g\n", start.name, text(best).c_str(), best_rate);
        session.note(std::string("init_") + start.key, best.mean);
        session.note(std::string("init_") + start.key + "_sd", best.deviation);
    }
}

const tutorials::Experiment initialisation{
    "initialisation", "First weights: too small, too large, all the same", first_weights};

}  // namespace
