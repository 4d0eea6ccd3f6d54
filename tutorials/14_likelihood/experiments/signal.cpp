// How much signal is in the gradient? Take 16 images, estimate the gradient of $\mathcal L_K$ 100 times with other draws,
// and divide, for each weight, the absolute value of the mean by the standard deviation. The figure shows the mean of
// this **signal-to-noise ratio** over the weights of the encoder's last layers ($\mu$ and $\ln \sigma^2$) and over those
// of the decoder's first layer. 100 numbers that are noise and nothing else would give about .08, because their mean is
// not exactly 0. We do this once with a linear model of four numbers, whose encoder is nearly right, and once with the
// lesson's trained model and training images.

#include <cmath>

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
    const std::vector<const autograd::Parameter*> heads = {&copy.encoder.mean.weight,
                                                           &copy.encoder.log_variance.weight};
    const std::vector<const autograd::Parameter*> imagine = {
        nn::parameters(copy.decoder)[0].parameter};
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

// Four numbers z ~ N(0, I), observed as x = z + ε with ε ~ N(0, I). The posterior is N(x/2, I/2); every weight of the
// encoder is off by about .05.
Vae linear_model(nn::Random& random) {
    Vae vae({.input = 4, .hidden = {}, .latent = 4, .likelihood = models::Likelihood::gaussian},
            random);
    const auto diagonal = [](Array& weight, Real by) {
        weight.fill(0);
        for (std::size_t i = 0; i < weight.shape(0); ++i) weight(i, i) = by;
    };
    const auto decoder = nn::parameters(vae.decoder);
    diagonal(decoder[0].parameter->value, 1);
    decoder[1].parameter->value.fill(0);
    diagonal(vae.encoder.mean.weight.value, Real(0.5));
    vae.encoder.mean.bias.value.fill(0);
    vae.encoder.log_variance.weight.value.fill(0);
    vae.encoder.log_variance.bias.value.fill(Real(-std::log(2)));
    for (const auto& each : nn::parameters(vae.encoder))
        for (Real& weight : each.parameter->value.storage())
            weight += Real(0.05) * Real(random.normal());
    return vae;
}

Plot over_draws(Session& session, const std::string& key, const std::string& title, const Vae& vae,
                const Array& images, const std::vector<std::size_t>& draws, nn::Random& random) {
    const std::size_t times = session.flags.quick ? 10 : 100;
    Numbers at, encoder, doubly, decoder;
    for (const std::size_t k : draws) {
        const Ratio plain = ratio(vae, images, k, false, times, random);
        const Ratio other = ratio(vae, images, k, true, times, random);
        at.push_back(static_cast<double>(k));
        encoder.push_back(plain.encoder);
        decoder.push_back(plain.decoder);
        doubly.push_back(other.encoder);
        if (k != draws.front() && k != draws.back()) continue;
        const std::string of = key + (k == draws.front() ? "_first" : "_last");
        session.result("signal_encoder" + of, plain.encoder);
        session.result("signal_doubly" + of, other.encoder);
        session.result("signal_decoder" + of, plain.decoder);
    }
    Plot plot{{.title = title,
               .x = "draws K",
               .y = "signal-to-noise ratio",
               .log_x = true,
               .log_y = true}};
    plot.line("encoder", at, encoder).line("encoder, DReG", at, doubly);
    plot.line("decoder", at, decoder).level("noise alone", 0.0798);
    return plot;
}

void signal(Session& session) {
    const Data data = load(session);
    const Vae vae = the_standard(session, data).model;
    nn::Random random{session.flags.seed};
    const bool quick = session.flags.quick;
    Array images;
    random.bernoulli(nn::first(data.train, 16).images, images);
    using Draws = std::vector<std::size_t>;
    const Plot clothes = over_draws(session, "", "clothes", vae, images,
                                    quick ? Draws{2, 8} : Draws{2, 8, 32, 128}, random);
    const Vae known = linear_model(random);
    Array x = random.normal({16, 4});
    for (Real& each : x.storage()) each *= Real(std::sqrt(2));
    const Plot linear = over_draws(session, "_linear", "linear model", known, x,
                                   quick ? Draws{2, 8} : Draws{2, 8, 32, 128, 512}, random);
    tutorials::save_plots(session.file("signal.png"), {linear, clothes}, 2);
}

const tutorials::Experiment experiment{
    "signal", "Signal and noise in the encoder's gradient, with and without DReG", signal};

}  // namespace

}  // namespace likelihood

// @figure{signal.png, Signal-to-noise ratio of the gradient over K. Left, the linear model; right, the lesson's VAE. The
// dashed line is what 100 draws of pure noise give. Seed 1.}
//
// | ratio; seeds 1, 2, 3 | $K = 2$ | $K = 512$ (linear model), 128 (VAE) |
// |---|---|---|
// | linear model, encoder | @result{signal_encoder_linear_first, .2f}, @result{signal_seed_2/signal_encoder_linear_first, .2f}, @result{signal_seed_3/signal_encoder_linear_first, .2f} | @result{signal_encoder_linear_last, .2f}, @result{signal_seed_2/signal_encoder_linear_last, .2f}, @result{signal_seed_3/signal_encoder_linear_last, .2f} |
// | linear model, encoder with DReG | @result{signal_doubly_linear_first, .2f}, @result{signal_seed_2/signal_doubly_linear_first, .2f}, @result{signal_seed_3/signal_doubly_linear_first, .2f} | @result{signal_doubly_linear_last, .2f}, @result{signal_seed_2/signal_doubly_linear_last, .2f}, @result{signal_seed_3/signal_doubly_linear_last, .2f} |
// | linear model, decoder | @result{signal_decoder_linear_first, .2f}, @result{signal_seed_2/signal_decoder_linear_first, .2f}, @result{signal_seed_3/signal_decoder_linear_first, .2f} | @result{signal_decoder_linear_last, .1f}, @result{signal_seed_2/signal_decoder_linear_last, .1f}, @result{signal_seed_3/signal_decoder_linear_last, .1f} |
// | VAE, encoder | @result{signal_encoder_first, .2f}, @result{signal_seed_2/signal_encoder_first, .2f}, @result{signal_seed_3/signal_encoder_first, .2f} | @result{signal_encoder_last, .2f}, @result{signal_seed_2/signal_encoder_last, .2f}, @result{signal_seed_3/signal_encoder_last, .2f} |
// | VAE, encoder with DReG | @result{signal_doubly_first, .2f}, @result{signal_seed_2/signal_doubly_first, .2f}, @result{signal_seed_3/signal_doubly_first, .2f} | @result{signal_doubly_last, .2f}, @result{signal_seed_2/signal_doubly_last, .2f}, @result{signal_seed_3/signal_doubly_last, .2f} |
// | VAE, decoder | @result{signal_decoder_first, .2f}, @result{signal_seed_2/signal_decoder_first, .2f}, @result{signal_seed_3/signal_decoder_first, .2f} | @result{signal_decoder_last, .2f}, @result{signal_seed_2/signal_decoder_last, .2f}, @result{signal_seed_3/signal_decoder_last, .2f} |
//
// In the linear model the encoder's ratio falls with each seed from $K = 2$ to 512, where it is near what noise
// gives. (With 100 estimates the lowest values cannot be told from each other.) With DReG it is more than five times as
// large at both ends. The decoder's rises, in the figure a little slower than $\sqrt K$.
//
// With DReG the ratio falls with seed 1 and rises with the other two. (6) is a sum of $K$ terms of order $1/K^2$, so for
// large $K$ its mean shrinks as $1/K$, its noise as $K^{-3/2}$, and the ratio should rise as $\sqrt K$. But the factors
// depend on how the encoder is off, and that is one draw at random for each seed.
//
// With the images the ratio at $K = 128$ is no lower than at 2 for any of the three, although in the figure the encoder's
// two fall a little from 32 to 128. The theory is about large $K$, where the mean of the weights is near $p(x)$. Probably
// 128 draws are not many in that sense; how the weight is shared among them has not been measured. DReG about doubles the
// ratio at both ends, with each seed.
