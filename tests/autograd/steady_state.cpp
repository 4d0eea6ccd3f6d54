// The second step and all later ones take no memory and repeat the first to the bit.
#include <doctest/doctest.h>

#include <vector>

#include "../allocations.hpp"
#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "evaluate.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;

namespace {

/// A small conditional variational autoencoder, written out: what a training step is made of.
struct Net {
    static constexpr std::size_t pixels = 33, classes = 3, hidden = 17, latent = 4;
    Parameter w1{random_array({hidden, pixels + classes}, 1)}, b1{random_array({hidden}, 2)};
    Parameter w2{random_array({2 * latent, hidden}, 3)}, b2{random_array({2 * latent}, 4)};
    Parameter w3{random_array({hidden, latent}, 5)}, b3{random_array({hidden}, 6)};
    Parameter w4{random_array({pixels, hidden}, 7)}, scale{random_array({1, pixels}, 8)};

    std::vector<Parameter*> parameters() { return {&w1, &b1, &w2, &b2, &w3, &b3, &w4, &scale}; }

    Variable loss(Tape& tape, const Array& images, const Array& labels, const Array& noise) const {
        const Variable x = tape.constant(images);
        const Variable seen = concat({x, tape.constant(labels)}, 1);
        const Variable h = relu(linear(seen, tape.parameter(w1), tape.parameter(b1)));
        const Variable posterior = linear(h, tape.parameter(w2), tape.parameter(b2));
        const Variable mu = slice(posterior, 1, 0, latent);
        const Variable log_variance = clip(slice(posterior, 1, latent, 2 * latent), -9, 9);
        const Variable z = reparameterize(mu, log_variance, tape.constant(noise));
        const Variable d = tanh(linear(z, tape.parameter(w3), tape.parameter(b3)));
        const Variable logits = linear(d, tape.parameter(w4)) * tape.parameter(scale);
        const Variable elbo = -bce_with_logits(logits, x) - 0.5 * gaussian_kl(mu, log_variance);
        const Variable penalty = sum(mean(square(h), {0}), {-1}, true) + sum(abs(mu));
        return -mean(elbo) + 0.01 * sum(penalty);
    }
};

/// Minibatches of any size, and what a step with one of them gives.
struct Step {
    Net net;
    Tape tape;

    std::vector<Array> operator()(std::size_t batch) {
        const Gradients& gradients =
            run(images(batch), random_array({batch, Net::classes}, 10), noise(batch));
        std::vector<Array> out;
        for (const Parameter* parameter : net.parameters()) out.push_back(gradients.of(*parameter));
        return out;
    }
    Gradients& run(const Array& x, const Array& labels, const Array& epsilon) {
        tape.rewind();
        return tape.backward(net.loss(tape, x, labels, epsilon));
    }
    static Array images(std::size_t batch) { return random_array({batch, Net::pixels}, 9); }
    static Array noise(std::size_t batch) { return random_array({batch, Net::latent}, 11); }
};

bool same_bits(const std::vector<Array>& a, const std::vector<Array>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Array& x, const Array& y) { return same(x, y); });
}

}  // namespace

TEST_CASE("a training step takes no memory from the second time on") {
    Step step;
    const Array x = Step::images(16), labels = random_array({16, Net::classes}, 10),
                noise = Step::noise(16);
    std::size_t before = allocations();
    step.run(x, labels, noise);
    CHECK(allocations() > before);  // the counter counts

    before = allocations();
    const Array array = full({100}, 1);
    CHECK(allocations() > before);  // arrays too, which come from elsewhere

    for (int i = 0; i < 3; ++i) {
        before = allocations();
        step.run(x, labels, noise);
        const std::size_t taken = allocations() - before;
        CHECK(taken == 0);
    }
}

TEST_CASE("no operation takes memory the second time, neither forwards nor backwards") {
    for (const optests::OpCase& op : optests::op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        std::vector<Variable> inputs;
        Array cotangent;
        const auto step = [&] {
            tape.rewind();
            inputs.clear();
            for (const Array& input : op.inputs) inputs.push_back(tape.variable(input));
            const Variable y = op.function(inputs);
            if (cotangent.shape() != y.shape()) cotangent = random_array(y.shape());
            tape.backward(y, cotangent);
        };
        step();
        const std::size_t before = allocations();
        step();
        const std::size_t taken = allocations() - before;
        CHECK(taken == 0);
    }
}

TEST_CASE("the gradient of the whole net is right along random directions" *
          doctest::skip(!optests::double_precision)) {
    Net net;
    std::vector<NamedParameter> parameters;
    for (Parameter* parameter : net.parameters()) parameters.push_back({"", parameter});
    const auto report = gradcheck(
        [&](Tape& tape) {
            return net.loss(tape, Step::images(16), random_array({16, Net::classes}, 10),
                            Step::noise(16));
        },
        parameters, {.mode = GradCheckMode::directional});
    INFO(text(report));
    CHECK(report.passed(1e-6));
}

TEST_CASE("the same step twice gives the same gradients to the bit") {
    Step step;
    const std::vector<Array> first = step(16);
    CHECK(same_bits(step(16), first));
}

TEST_CASE("a short last batch gives what a new tape gives, and the next full one is as before") {
    Step step;
    const std::vector<Array> full_batch = step(16), short_batch = step(5);
    CHECK(same_bits(short_batch, Step{}(5)));
    CHECK(same_bits(step(16), full_batch));
    CHECK(same_bits(step(5), short_batch));
    CHECK(same_bits(step(33), Step{}(33)));
}

TEST_CASE("a pass over a held-out batch in inference mode changes no later gradient") {
    Step step;
    const std::vector<Array> gradients = step(16);
    {
        step.tape.rewind();
        const InferenceMode inference(step.tape);
        step.net.loss(step.tape, Step::images(7), random_array({7, Net::classes}), Step::noise(7));
    }
    CHECK(same_bits(step(16), gradients));
}
