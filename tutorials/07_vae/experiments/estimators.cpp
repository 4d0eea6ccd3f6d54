// The gradient of $\mathbb E_q[\ln p(x|z)]$ with respect to $\mu(x)$, for one image at a time, from many
// single draws of each kind. For the reparameterized one the tape differentiates through the draw. For
// the score function, $\nabla_\mu \ln q = (z - \mu)/\sigma^2 = \varepsilon/\sigma$ is multiplied by the
// value. Its variance falls if one subtracts from the value a **baseline** that does not depend on the
// draw, because $\mathbb E[\nabla \ln q] = 0$; here the mean of all other draws.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"

namespace {

constexpr std::array names{"score function", "with a baseline", "reparameterized"};
using Estimates = std::array<Array, 3>;  // each (draws, units): one estimate in each row

Estimates estimate(const Vae& vae, const Array& image, std::size_t draws, nn::Random& random) {
    const Indices same(draws, 0);
    const Array mean = nn::take(tutorials::encode(vae, image), same);
    const Array log_variance = nn::take(encode_log_variance(vae, image), same);
    const Array noise = random.normal(mean.shape());

    Tape tape;
    const Variable mu = tape.variable(mean);
    const Variable z = reparameterize(mu, tape.constant(log_variance), tape.constant(noise));
    const Variable value = vae.log_likelihood(tape.constant(nn::take(image, same)), z);  // (draws,)

    Estimates out{noise, noise, tape.backward(sum(value)).of(mu)};
    const double average = double{autograd::mean(value).item()};
    const double others = static_cast<double>(draws) / static_cast<double>(draws - 1);
    for (std::size_t s = 0; s < draws; ++s)
        for (std::size_t k = 0; k < mean.shape(1); ++k) {
            const double score = double{noise(s, k)} / std::exp(0.5 * double{log_variance(s, k)});
            const double f = value.value()(s);
            out[0](s, k) = static_cast<Real>(f * score);
            out[1](s, k) = static_cast<Real>(others * (f - average) * score);
        }
    return out;
}

// The mean of `count` rows from `first` on.
Numbers mean_of(const Array& estimates, std::size_t first, std::size_t count) {
    Numbers mean(estimates.shape(1), 0);
    for (std::size_t s = first; s < first + count; ++s)
        for (std::size_t k = 0; k < mean.size(); ++k)
            mean[k] += double{estimates(s, k)} / static_cast<double>(count);
    return mean;
}

double squared_distance(const Numbers& a, const Numbers& b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sum;
}

// How far the mean of `count` draws is from the truth, relative to it: root of the mean square over
// all groups of so many draws.
double relative_error(const Array& estimates, std::size_t count, const Numbers& truth) {
    const std::size_t groups = estimates.shape(0) / count;
    double sum = 0;
    for (std::size_t g = 0; g < groups; ++g)
        sum += squared_distance(mean_of(estimates, g * count, count), truth);
    return std::sqrt(sum / static_cast<double>(groups) /
                     squared_distance(truth, Numbers(truth.size(), 0)));
}

void estimators(Session& session) {
    const Vae vae = the_vae(session).model;
    const std::size_t draws = session.flags.quick ? 1000 : 10000;
    const Array images = nn::first(session.load_data().test, session.flags.quick ? 2 : 20).images;
    nn::Random random{session.flags.seed};
    const Numbers counts{1, 10, 100, 1000};
    std::array<std::vector<Numbers>, 3> errors;  // by estimator and count, of all images
    for (auto& error : errors) error.resize(counts.size());
    Numbers ratios;
    for (std::size_t n = 0; n < images.shape(0); ++n) {
        const Array image = nn::take(images, {n});
        // The truth, from draws of their own.
        const Numbers truth = mean_of(estimate(vae, image, draws, random)[2], 0, draws);
        const Estimates found = estimate(vae, image, draws, random);
        for (std::size_t e = 0; e < 3; ++e)
            for (std::size_t c = 0; c < counts.size(); ++c)
                errors[e][c].push_back(
                    relative_error(found[e], static_cast<std::size_t>(counts[c]), truth));
        ratios.push_back(std::pow(errors[0][0].back() / errors[2][0].back(), 2));
    }

    Plot plot{{.x = "draws that are averaged",
               .y = "relative error of the gradient",
               .log_x = true,
               .log_y = true}};
    const std::array<std::string, 3> keys{"score", "baseline", "reparameterized"};
    for (std::size_t e = 0; e < 3; ++e) {
        Numbers middle;
        for (const Numbers& of_images : errors[e]) middle.push_back(tutorials::median(of_images));
        plot.line(names[e], counts, middle);
        // The mean of K independent draws has 1/√K of the error of one.
        session.result(keys[e] + "_samples", rounded(std::pow(middle[0] / 0.1, 2), 2));
    }
    plot.level("as large as the gradient", 1).save(session.file("gradients.png"));
    session.result("score_over_reparameterized", rounded(tutorials::median(ratios), 2));
    session.result("least_score_over_reparameterized",
                   rounded(*std::min_element(ratios.begin(), ratios.end()), 2));
    session.result("most_score_over_reparameterized",
                   rounded(*std::max_element(ratios.begin(), ratios.end()), 2));
}

const tutorials::Experiment experiment{
    "estimators", "The reparameterized gradient needs fewer draws than the score function",
    estimators};

}  // namespace

// @figure{gradients.png, Relative error of the gradient for the mean of q against the number of draws
// that are averaged: median over 20 test images, measured from 10 000 draws for each.}
//
// Both axes are logarithmic, and all three fall as $1/\sqrt K$. From the error of a single draw follows
// how many are needed for 10 %: about @result{score_samples, .0f} for the score function,
// @result{baseline_samples, .0f} with a baseline, @result{reparameterized_samples, .0f}
// reparameterized. The variance of the score function is @result{score_over_reparameterized, .0f} times
// that of the reparameterized gradient (median of 20 images; from
// @result{least_score_over_reparameterized, .0f} to @result{most_score_over_reparameterized, .0f}; one
// trained model, one seed). A factor
// in the variance is a factor in the draws, so without a baseline the score function needs tens of thousands of
// times as many (median); the baseline leaves a factor of about ten. The score function learns
// from *one* number how good a draw in 20 dimensions was; a reparameterized draw brings a derivative for each
// dimension.
