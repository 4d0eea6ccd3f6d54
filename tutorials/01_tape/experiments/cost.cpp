// Each entry costs backwards about what it costs forwards, once for each input. For a network that
// is nearly all matrix products the count is simple: forward one product for each layer, backward
// two, $\bar W = \bar Y^{\mathsf T} X$ and $\bar X = \bar Y W$. So the backward pass should cost
// twice the forward pass, whatever the number of weights. (Griewank 1989 proves a general bound:
// function and gradient together in at most five times the work of the function.) One product is
// never needed: images are constants, and the first layer's $\bar X$ would be the gradient of the
// pixels. The tape knows what requires no gradient and leaves it out.

#include <cstdio>

#include "nn/init.hpp"
#include "tutorials/01_tape/shared.hpp"
#include "tutorials/support/timing.hpp"

using namespace tape_chapter;

namespace {

/// 784 pixels, 400 units, 10 classes: two linear layers with a ReLU between them.
struct Classifier {
    Parameter w1, b1, w2, b2;

    Variable operator()(Variable x) const {
        Tape& tape = x.tape();
        const Variable first = tape.parameter(w1), h = relu(linear(x, first, tape.parameter(b1)));
        const Variable second = tape.parameter(w2);
        return linear(h, second, tape.parameter(b2));
    }
};

void measure_cost(Session& session) {
    nn::Random random(session.flags.seed);
    const Classifier net{{nn::he_normal({400, 784}, random)},
                         {autograd::full({400}, 0)},
                         {nn::he_normal({10, 400}, random)},
                         {autograd::full({10}, 0)}};
    const Array x = random.normal({128, 784});
    Tape tape;
    const auto forward = [&](bool pixels_too) {
        tape.rewind();
        const Variable input = pixels_too ? tape.variable(x) : tape.constant(x);
        return mean(square(net(input)));
    };
    const int times = session.flags.quick ? 5 : 101;
    const double alone = tutorials::seconds([&] { forward(false); }, times);
    const double all = tutorials::seconds([&] { tape.backward(forward(true)); }, times);
    const double weights = tutorials::seconds([&] { tape.backward(forward(false)); }, times);
    tape.set_inference(true);
    const double inference = tutorials::seconds([&] { forward(false); }, times);
    std::printf("  forward %.3f ms, in inference mode %.3f ms\n", 1e3 * alone, 1e3 * inference);
    std::printf("  forward and backward %.3f ms, with the gradient of the pixels %.3f ms\n",
                1e3 * weights, 1e3 * all);
    session.result("backward_over_forward", weights / alone - 1);
    session.result("backward_over_forward_pixels", all / alone - 1);
}

const tutorials::Experiment cost{"cost", "A gradient costs about two forward passes", measure_cost};

}  // namespace

// Measured on a batch of 128, with 318 010 weights and biases: backward took
// @result{backward_over_forward_pixels, .1f} times as long as forward when the pixels were asked
// for their gradient too, and @result{backward_over_forward, .1f} times when they were constants.
// The first layer does nearly all of the work here, and then needs one product instead of two.
// Central differences would take two forward passes for each weight. In **inference mode** nothing
// is noted for a backward pass.
