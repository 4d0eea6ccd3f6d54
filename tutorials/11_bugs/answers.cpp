#include <cstdio>

#include "nn/layers/linear.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

// ## Exercise 1
//
// `build/tutorials/11_bugs --only exercise_1` prints the names behind the numbers 1 to 20.

namespace {

void names_behind_numbers(Session&) {
    for (std::size_t number = 1; number <= 20; ++number)
        std::printf("  --blind %2zu: %s\n", number, name_behind(number).c_str());
}

const tutorials::Experiment exercise_1{"exercise_1", "The names behind --blind 1 to 20",
                                       names_behind_numbers};

}  // namespace

// Some exhibits come more than once, others not at all. What to look for in the wrong program:
//
// | in the figure | then it is |
// |---|---|
// | bars: the KL of $z_2$ is smaller and that of $z_1$ larger | `ladder_prior` |
// | bars: the same KL for each β | `beta_unused` |
// | the KL grows without end | `kl_sign` |
// | a wider histogram of posterior means | `unit_mean` |
// | a histogram of activations that ends before 1, or piles up at 1 | `per_example`, or `half_kl` |
// | test images better than training images after the last epoch, too | `no_noise` |
// | the test curve close to the training curve, and fresh images above both | `leak` |
// | a bound above the importance-weighted estimate | `log_sigma` |
// | a loss that stays at the level of the mean picture, or jumps about above it | `deaf_pullback`, or `last_row` |
// | a gradient that explodes with depth | `counted_twice` |
// | all points on one line | `one_layer` |
// | samples: outlines of several garments in one, or garments of classes that were not asked for | `batch_over_n`, or `no_condition` |
// | white blots | `out_of_range` |

// ## Exercise 2
//
// By equation (1) with $c_R = 784$ and $c_K = 10$, $\beta = 784/10 = 78.4$.

namespace {

Variable both_means(const Vae& vae, Variable x, Variable noise, bool) {
    const nn::Normal q = vae.encode(x);
    const Variable logits = vae.decode(q.sample(noise));
    const Variable twice = exp(q.log_variance) + square(q.mean) - Real(1) - q.log_variance;
    return mean(softplus(logits) - x * logits) + Real(0.5) * mean(twice);
}

Variable weighted(const Vae& vae, Variable x, Variable noise, bool) {
    return -vae.elbo(x, noise).value(Real(78.4));
}

void two_wrongs(Session& session) {
    Gallery gallery(session);
    const Run means = train_vae(gallery, "both_means", both_means, true);
    session.result("both_means_kl", last(means.history, "test_kl"));
    const Run beta = train_vae(gallery, "beta_78", weighted, true);
    session.result("beta_78_kl", last(beta.history, "test_kl"));
    session.result("both_means_neg_elbo", last(means.history, "test_neg_elbo"));
    session.result("beta_78_neg_elbo", last(beta.history, "test_neg_elbo"));
}

const tutorials::Experiment exercise_2{"exercise_2", "Two averages, and the β that they are",
                                       two_wrongs};

}  // namespace

// Trained with both averages, the KL on test images is @result{both_means_kl, .2f} nats and −ELBO
// @result{both_means_neg_elbo, .1f}; trained as a β-VAE with $\beta = 78.4$ they are
// @result{beta_78_kl, .2f} and @result{beta_78_neg_elbo, .1f}. Adam divides by the size of the gradient,
// so the common factor 1/784 hardly matters to it.

// ## Exercise 3
//
// The right gradient is the mean over the batch, $\frac1B \sum_i g_i$: `mean` has put the factor
// $\frac1B$ into every row of $\bar y$. The wrong pullback keeps the last row, $\frac1B g_B$. With SGD
// the step is $-\frac{\eta}{B} g_B$: that of a batch of one image with the rate $\eta / B$. Adam divides
// by the root of the mean square of what it gets, so the factor $\frac1B$ cancels there, and what is left
// is the noise of single images at the full rate.

// ## Exercise 4
//
// Write $x_0$ for the input, $f_0 = 0.1 x_0$, $x_1 = x_0 + f_0$, $f_1 = 0.1 x_1$, $x_2 = x_1 + f_1$, and
// follow the calls.
//
// - $x_2$ gives 1 to $x_1$, which hands on at once: $x_0 = 1$, $f_0 = 1$, and $f_0$ hands on: $x_0 = 1.1$.
// - $x_2$ gives 1 to $f_1$, which gives .1 to $x_1 = 1.1$. That hands on *all* it has: $x_0 = 1.1 + 1.1 =
//   2.2$, $f_0 = 1 + 1.1 = 2.1$, and $f_0$ hands on all *it* has: $x_0 = 2.2 + .21 = 2.41$.
//
// The right gradient is $1.1^2 = 1.21$.

// ## Exercise 5
//
// The output lies between 0 and 1. For a pixel $x \ge 0$ the error can be 0; for $x < 0$ the best output
// is 0, with the error $x^2$. Nothing lower than $\sum_i \min(x_i, 0)^2$ can be reached.

namespace {

void floor_of_sigmoid(Session& session) {
    const Gallery gallery(session);
    double sum = 0;
    for (const Real grey : gallery.data.test.images.storage()) {
        const double x = 2 * double{grey} - 1;
        sum += x < 0 ? x * x : 0;
    }
    session.result("sigmoid_floor", sum / static_cast<double>(gallery.data.test.size()));
}

const tutorials::Experiment exercise_5{
    "exercise_5", "The floor of a sigmoid under data from −1 to 1", floor_of_sigmoid};

}  // namespace

// On the test images of this chapter that is @result{sigmoid_floor, .0f} per image, most of it from
// the black background, where each pixel contributes 1.

// ## Exercise 6
//
// You would see a test loss that is too high, and that differs from one evaluation to the next. In
// `tests/nn/layers/dropout.cpp` two tests fail: *dropout does nothing outside training, nor at rate 0, and
// draws no numbers then* and *training mode decides about dropout, recording does not*.
// With a program of your own, evaluate the same images twice: the numbers have to agree to the last bit
// wherever nothing random belongs to the model.
