// Grey levels are not binary. A decoder that gives each pixel a Gaussian is a density of real numbers, and its $\sigma$
// has to be chosen: fixed at 1 (the squared error, up to a factor ½), fixed at .1, one $\sigma$ learnt for all pixels, or
// one learnt for each pixel. Ten epochs on 20 000 images.
//
// There is a trap. A density has no upper limit. A pixel that is 0 in all images lets its $\sigma$ shrink and its density
// grow without end, and the likelihood grows with it, whatever the model does elsewhere. So the grey levels are made
// continuous: each byte $b$ becomes $(b + u)/256$ with $u$ uniform in $[0, 1)$. The mean of the density over $u$ is the
// probability of the 784 bytes times $256^{784}$. The mean of its logarithm is at most the logarithm of that (Jensen). So
// $-\frac{1}{784 \ln 2} \ln p(x) + 8$ **bits per pixel** are, on average, at least what the bytes would take in a file
// that is coded with this model. The table has them with the ELBO in place of $\ln p(x)$, and $u$ is drawn anew for each
// batch.

#include <algorithm>
#include <cmath>

#include "tutorials/14_likelihood/shared.hpp"
#include "tutorials/support/measure.hpp"

namespace likelihood {

namespace {

// (b + u) / 256 of pixels b / 255.
Array continuous(const Array& images, nn::Random& random) {
    Array out = random.uniform(images.shape());
    for (std::size_t i = 0; i < out.size(); ++i)
        out.data()[i] = (images.data()[i] * 255 + out.data()[i]) / 256;
    return out;
}

// Where the learning of each pixel's σ starts: 0.4 of its standard deviation in the images, .002 at least.
Array first_guess(const Array& images) {
    const std::size_t count = images.shape(0), pixels = images.shape(1);
    Array log_variance = Array::from_shape({pixels});
    for (std::size_t d = 0; d < pixels; ++d) {
        double sum = 0, squares = 0;
        for (std::size_t n = 0; n < count; ++n) {
            sum += double{images(n, d)};
            squares += std::pow(double{images(n, d)}, 2);
        }
        const double mean = sum / static_cast<double>(count);
        const double deviation = std::sqrt(squares / static_cast<double>(count) - mean * mean);
        log_variance(d) = Real(2 * std::log(std::max(0.4 * deviation, 0.002)));
    }
    return log_variance;
}

void pixels(Session& session) {
    const nn::TrainTest& all = session.load_data();
    const std::size_t epochs = session.epochs(10), inputs = all.train.images.shape(1);
    const Dataset train = nn::first(all.train, session.flags.quick ? 256 : 20000);
    nn::Random bytes{2020};
    const Array test =
        continuous(nn::first(all.test, session.flags.quick ? 20 : 2000).images, bytes);
    std::vector<tutorials::NamedImages> rows{{"image", nn::first(all.test, 14).images}};
    const auto measure = [&](const std::string& key, const std::string& label, Real sigma,
                             bool learn, bool each) {
        nn::Random random{session.flags.seed};
        Vae vae({.input = inputs,
                 .hidden = {400},
                 .latent = 20,
                 .likelihood = models::Likelihood::gaussian,
                 .sigma = sigma,
                 .learn_sigma = learn,
                 .sigma_per_pixel = each},
                random);
        if (each) vae.decoder.log_variance.value = first_guess(train.images);
        tutorials::fit(session, vae, train, random,
                       {.epochs = epochs, .name = "pixels_" + key, .quiet = true},
                       [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                           const Array x = continuous(batch.images, random);
                           return {-vae.elbo(tape.constant(x), random).value(), {}};
                       });
        const models::LatentUse use = models::latent_use(vae, test, random);
        const double count = static_cast<double>(inputs);
        session.result("pixels_bits_" + key, use.neg_elbo() / count / std::log(2) + 8);
        session.result("pixels_mse_" + key, tutorials::error_per_pixel(vae, test));
        session.result("pixels_kl_" + key, use.kl);
        session.note("pixels_active_" + key, static_cast<double>(use.levels[0].active));
        session.note("pixels_sigma_" + key, vae.decoder.sigma());
        rows.push_back({label, tutorials::reconstruct(vae, rows.front().images)});
        if (!each) return;
        Array sigmas = vae.decoder.log_variance.value;
        for (Real& l : sigmas.storage()) l = std::exp(l / 2);
        const auto [low, high] = std::minmax_element(sigmas.begin(), sigmas.end());
        session.result("pixels_sigma_least", *low);
        session.result("pixels_sigma_most", *high);
    };
    measure("one", "σ = 1", 1, false, false);
    measure("tenth", "σ = .1", Real(0.1), false, false);
    measure("learnt", "σ learnt", Real(0.15), true, false);
    measure("each", "σ per pixel", Real(0.15), true, true);
    tutorials::save_named_rows(session.file("pixels.png"), rows, all.test.item);
}

const tutorials::Experiment experiment{"pixels",
                                       "Gaussian pixels: σ decides what the code is worth", pixels};

}  // namespace

}  // namespace likelihood

// | $\sigma$; seeds 1, 2, 3 | bits per pixel | squared error per pixel | KL, nats | active units of 20 | $\sigma$ at the end |
// |---|---|---|---|---|---|
// | 1 | @result{pixels_bits_one, .2f}, @result{pixels_seed_2/pixels_bits_one, .2f}, @result{pixels_seed_3/pixels_bits_one, .2f} | @result{pixels_mse_one, .4f}, @result{pixels_seed_2/pixels_mse_one, .4f}, @result{pixels_seed_3/pixels_mse_one, .4f} | @result{pixels_kl_one, .1f}, @result{pixels_seed_2/pixels_kl_one, .1f}, @result{pixels_seed_3/pixels_kl_one, .1f} | @result{pixels_active_one, .0f}, @result{pixels_seed_2/pixels_active_one, .0f}, @result{pixels_seed_3/pixels_active_one, .0f} | 1 |
// | .1 | @result{pixels_bits_tenth, .2f}, @result{pixels_seed_2/pixels_bits_tenth, .2f}, @result{pixels_seed_3/pixels_bits_tenth, .2f} | @result{pixels_mse_tenth, .4f}, @result{pixels_seed_2/pixels_mse_tenth, .4f}, @result{pixels_seed_3/pixels_mse_tenth, .4f} | @result{pixels_kl_tenth, .1f}, @result{pixels_seed_2/pixels_kl_tenth, .1f}, @result{pixels_seed_3/pixels_kl_tenth, .1f} | @result{pixels_active_tenth, .0f}, @result{pixels_seed_2/pixels_active_tenth, .0f}, @result{pixels_seed_3/pixels_active_tenth, .0f} | .1 |
// | learnt | @result{pixels_bits_learnt, .2f}, @result{pixels_seed_2/pixels_bits_learnt, .2f}, @result{pixels_seed_3/pixels_bits_learnt, .2f} | @result{pixels_mse_learnt, .4f}, @result{pixels_seed_2/pixels_mse_learnt, .4f}, @result{pixels_seed_3/pixels_mse_learnt, .4f} | @result{pixels_kl_learnt, .1f}, @result{pixels_seed_2/pixels_kl_learnt, .1f}, @result{pixels_seed_3/pixels_kl_learnt, .1f} | @result{pixels_active_learnt, .0f}, @result{pixels_seed_2/pixels_active_learnt, .0f}, @result{pixels_seed_3/pixels_active_learnt, .0f} | @result{pixels_sigma_learnt, .3f}, @result{pixels_seed_2/pixels_sigma_learnt, .3f}, @result{pixels_seed_3/pixels_sigma_learnt, .3f} |
// | learnt, per pixel | @result{pixels_bits_each, .2f}, @result{pixels_seed_2/pixels_bits_each, .2f}, @result{pixels_seed_3/pixels_bits_each, .2f} | @result{pixels_mse_each, .4f}, @result{pixels_seed_2/pixels_mse_each, .4f}, @result{pixels_seed_3/pixels_mse_each, .4f} | @result{pixels_kl_each, .1f}, @result{pixels_seed_2/pixels_kl_each, .1f}, @result{pixels_seed_3/pixels_kl_each, .1f} | @result{pixels_active_each, .0f}, @result{pixels_seed_2/pixels_active_each, .0f}, @result{pixels_seed_3/pixels_active_each, .0f} | smallest @result{pixels_sigma_least, .4f}, @result{pixels_seed_2/pixels_sigma_least, .4f}, @result{pixels_seed_3/pixels_sigma_least, .4f}; largest @result{pixels_sigma_most, .2f}, @result{pixels_seed_2/pixels_sigma_most, .2f}, @result{pixels_seed_3/pixels_sigma_most, .2f} |
//
// @figure{pixels.png, Test images, and what the four decoders make of the mean of q (seed 1).}
//
// With $\sigma = 1$ the model needs more than 8 bits per pixel, more than the bytes themselves: it assumes noise that is
// not there. Under so much noise a wrong detail costs less than the code that would describe it. So the KL is small, and
// the error is the largest. A learnt $\sigma$ ends at @result{pixels_sigma_learnt, .2f}, near the root of its squared
// error, and is about as good as .1. With a $\sigma$ for each pixel the bits are more and the squared error is larger
// than with one for all, with each seed. Where $\sigma$ is smallest, an error weighs thousands of times as much as where
// it is largest, so the code probably goes to pixels that are nearly constant. Their $\sigma$ starts at 0.4 of each
// pixel's standard deviation and is free to move; after ten epochs on 20 000 images the smallest is still where it
// started, so this is not the end of what such a model can do.
