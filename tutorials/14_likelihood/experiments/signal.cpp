// How much signal is in the gradient? Take the lesson's trained model and 16 training images, estimate the gradient of
// $\mathcal L_K$ 100 times with other draws, and divide, for each weight, the absolute value of the mean by the standard
// deviation. The figure shows the mean of this **signal-to-noise ratio** over the weights of the encoder's last layers
// ($\mu$ and $\ln \sigma^2$) and over those of the decoder's first layer. 100 numbers that are noise and nothing else
// would give about .08, because their mean is not exactly 0.

#include "nn/module.hpp"
#include "tutorials/14_likelihood/shared.hpp"

namespace likelihood {

namespace {

/// Mean and variance of each of many numbers, from their sums.
struct Sums {
    Numbers first, second;

    void add(const autograd::Gradients& gradients,
             const std::vector<const autograd::Parameter*>& of) {
        std::size_t i = 0;
        for (const autograd::Parameter* parameter : of)
            for (const Real g : gradients.of(*parameter).storage()) {
                if (i == first.size()) first.push_back(0), second.push_back(0);
                first[i] += double{g};
                second[i++] += double{g} * double{g};
            }
    }
    double signal_to_noise(double count) const {
        double total = 0, counted = 0;
        for (std::size_t i = 0; i < first.size(); ++i) {
            const double mean = first[i] / count;
            const double variance = second[i] / count - mean * mean;
            if (variance <= 0) continue;  // a unit that is off
            total += std::abs(mean) / std::sqrt(variance);
            ++counted;
        }
        return total / counted;
    }
};

struct Ratio {
    double encoder, decoder;
};

Ratio ratio(const Vae& vae, const Array& images, std::size_t samples, bool doubly,
            std::size_t times, nn::Random& random) {
    Vae copy = vae;
    const auto all = nn::parameters(copy);
    const std::vector<const autograd::Parameter*> heads = {&copy.encoder.mean.weight,
                                                           &copy.encoder.log_variance.weight};
    const std::vector<const autograd::Parameter*> imagine = {all[6].parameter};
    Sums encoder, decoder;
    Tape tape;
    for (std::size_t i = 0; i < times; ++i) {
        tape.rewind();
        const Variable loss =
            objective(copy, tape.constant(images), random,
                      {.name = "", .epochs = 0, .samples = samples, .doubly = doubly});
        const autograd::Gradients& gradients = tape.backward(loss);
        encoder.add(gradients, heads);
        decoder.add(gradients, imagine);
    }
    const auto count = static_cast<double>(times);
    return {encoder.signal_to_noise(count), decoder.signal_to_noise(count)};
}

void signal(Session& session) {
    const Data data = load(session);
    const Vae vae = the_standard(session, data).model;
    nn::Random random{session.flags.seed};
    const bool quick = session.flags.quick;
    Array images;
    random.bernoulli(nn::first(data.train, 16).images, images);
    const std::vector<std::size_t> draws =
        quick ? std::vector<std::size_t>{2, 8} : std::vector<std::size_t>{2, 8, 32, 128};
    Numbers at, encoder, doubly, decoder;
    for (const std::size_t k : draws) {
        const std::size_t times = quick ? 10 : 100;
        const Ratio plain = ratio(vae, images, k, false, times, random);
        const Ratio other = ratio(vae, images, k, true, times, random);
        at.push_back(static_cast<double>(k));
        encoder.push_back(plain.encoder);
        decoder.push_back(plain.decoder);
        doubly.push_back(other.encoder);
        if (k != draws.front() && k != draws.back()) continue;
        const std::string of = k == draws.front() ? "_first" : "_last";
        session.result("signal_encoder" + of, plain.encoder);
        session.result("signal_encoder_doubly" + of, other.encoder);
        session.result("signal_decoder" + of, plain.decoder);
    }
    Plot plot{{.title = "",
               .x = "draws K",
               .y = "signal-to-noise ratio of the gradient",
               .log_x = true,
               .log_y = true}};
    plot.line("encoder", at, encoder).line("encoder, DReG", at, doubly);
    plot.line("decoder", at, decoder).level("noise alone", 0.0798);
    plot.save(session.file("signal.png"));
}

const tutorials::Experiment experiment{
    "signal", "With more draws the encoder's gradient drowns in noise, and DReG's does not",
    signal};

}  // namespace

}  // namespace likelihood

// @figure{signal.png, Signal-to-noise ratio of the gradient over K. The dashed line is what 100 draws of pure noise give.
// One seed.}
//
// PROSE_SIGNAL
