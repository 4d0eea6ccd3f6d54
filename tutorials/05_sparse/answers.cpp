// What the answers need.

#include <algorithm>

#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;

// ## Exercise 1
//
// If $h$ is the same for all images, so is $a = \sigma(h)$, and $\hat\rho = \sigma(h)$. By (8) and
// $\sigma' = \sigma (1 - \sigma)$,
// $$ \frac{\partial\,\mathrm{KL}}{\partial h}
//    = \frac{\hat\rho - \rho}{\hat\rho (1 - \hat\rho)} \cdot \hat\rho (1 - \hat\rho)
//    = \hat\rho - \rho . $$
// The slope of the sigmoid vanishes at 0 and 1, and the slope of the KL grows just as fast. A unit
// that is stuck near 1 gets a gradient near $1 - \rho$, and one that is stuck near 0 gets one near $-\rho$:
// neither is lost. (The program's line with `tiny` bounds the slope of the KL, so there this holds as long
// as $\hat\rho$ is large against $10^{-7}$.) A squared difference $(\hat\rho - \rho)^2$ has a bounded slope, so its gradient in $h$ vanishes
// with the sigmoid's.

// ## Exercise 2
//
// $$ \mathrm{KL}(\hat\rho \,\|\, \rho) = \hat\rho \ln \frac{\hat\rho}{\rho}
//    + (1 - \hat\rho) \ln \frac{1 - \hat\rho}{1 - \rho} . $$
// At $\hat\rho = 0$ the first term is $0 \ln 0 = 0$, so the unit costs $-\ln(1 - \rho)$; for ρ = .05
// that is .051 nats. At $\hat\rho = 1$ it costs $-\ln \rho = 3.0$ nats. With the arguments of (7) both
// are infinite. So the exchanged penalty lets units die: 1024 dead units cost 52.5 nats in all. It
// takes the expectation over the actual coin, and events that the actual coin never produces do
// not enter. The left half of the figure of the two coins shows both curves.

// ## Exercise 3
//
// The program trains it as in the experiments, on 20 000 images for 6 epochs.

namespace {

void half_of_the_time(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const double before = wishes.rho;
    wishes.rho = 0.5;
    Plan plan = sparse_plan("rho_half");
    plan.epochs = short_epochs;
    const Autoencoder net = train(session, plan, some_of(data.train));
    note(session, "_rho_half", net, data.test);
    wishes.rho = before;
}

const tutorials::Experiment exercise_3{"exercise_3", "Units that are on for half of the images",
                                       half_of_the_time};

}  // namespace

// The mean activation is @result{mean_activation_rho_half, .3f}, the contrast is
// @result{contrast_rho_half, .2f}, and @result{units_on_near_rho_rho_half, .0%} of the units are on for
// .49 to .51 of the images, so @result{on_per_image_rho_half, .0f} units are on per image.
// The units are on or off, so the contrast is high, but the code is not sparse: half of it is on. The
// KL asks for a share, and sparse means that this share is small. Contrast is about the other half of
// the definition, that a unit which is not on is near 0.

// ## Exercise 4
//
// Let $\hat\rho$ be the mean over all images and $\hat\rho^{\,b}$ that of a random batch of $B$. It has
// the mean $\hat\rho$ and the variance $\operatorname{Var} a_j / B$. Expand around $\hat\rho$:
// $$ \mathrm{KL}(\rho \,\|\, \hat\rho^{\,b}) \approx \mathrm{KL}(\rho \,\|\, \hat\rho)
//    + \mathrm{KL}' \cdot (\hat\rho^{\,b} - \hat\rho)
//    + \tfrac12 \mathrm{KL}'' \cdot (\hat\rho^{\,b} - \hat\rho)^2 . $$
// In the mean the middle term vanishes and the square becomes the variance. With
// $\mathrm{KL}'' = 1/\rho(1-\rho)$ from (8), where $\hat\rho \approx \rho$, that is (9). Summed over
// the units of the sparse network and for $B = 128$ the table predicts @result{predicted_batch_128, .1f}
// nats, where all images at once cost @result{penalty_all, .1f}; measured are
// @result{penalty_batch_128, .1f}. For $B = 8$ it predicts @result{predicted_batch_8, .0f} and measured are
// @result{penalty_batch_8, .0f}: with probability $.95^8 = .66$ a unit with rate .05 is off for all eight,
// $\hat\rho^{\,b}$ is near 0, and an expansion around ρ says nothing about the KL there.
//
// The added term also moves the minimum. Keep $\hat\rho$ general: the term is $\frac{C}{2B}\,\hat\rho
// (1-\hat\rho) \bigl[\frac{\rho}{\hat\rho^2} + \frac{1-\rho}{(1-\hat\rho)^2}\bigr]$ with the
// contrast $C$, and its slope at ρ is $-\frac{C}{2B} \cdot \frac{1-2\rho}{\rho(1-\rho)}$. Set against
// the slope (8), that gives $\hat\rho - \rho = C (1 - 2\rho) / 2B$, whatever β is: .0033 for a contrast of
// .95 and $B = 128$. The mean activation of the sparse network is @result{mean_activation, .4f}: the formula
// explains most of what it has above .05. The rest is due to what the formula leaves out, the higher
// orders and the other terms of the loss.

// ## Exercise 5
//
// Let $s$ be the share of the images for which $a > \frac12$. On these the activation is more than ½,
// so $\hat\rho > s/2$ (if $s > 0$), that is, $s < 2 \hat\rho$: at most 10 % for $\hat\rho = .05$. There
// is no lower limit above 0: a unit that is always at .05 has $s = 0$. With 1024 units that is between
// 0 and 102 units per image.
//
// Contrast 1 means $\operatorname{Var} a = \hat\rho - \hat\rho^2$, that is,
// $\mathbb E[a - a^2] = 0$ by (11). Since $a - a^2 \ge 0$, it is 0 for every image, and $a$ is 0 or 1.
// Then $s = \hat\rho$ exactly. So high contrast is what makes the *mean activation*, which the KL
// prices, and the *share of images for which the unit is on*, which we want, the same number.

// ## Exercise 6
//
// The mask is a constant of the tape, so that gradients pass through the activations that were kept
// and not through the choice.

namespace {

Variable keep_largest(Variable h) {
    const Variable a = relu(h);
    const std::size_t units = a.shape()[1], k = std::max<std::size_t>(1, units / 20);
    Array mask = a.value();
    std::vector<Real> sorted(units);
    for (std::size_t i = 0; i < mask.shape(0); ++i) {
        std::copy_n(&mask(i, 0), units, sorted.begin());
        std::nth_element(sorted.begin(), sorted.begin() + std::ptrdiff_t(k), sorted.end(),
                         std::greater<>());
        for (std::size_t unit = 0; unit < units; ++unit)
            mask(i, unit) = mask(i, unit) > sorted[k] ? Real(1) : Real(0);
    }
    return a * a.tape().constant(mask);
}

void k_sparse(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Plan plan{.name = "k_sparse",
                    .price = [](Variable a) { return Real(0) * models::l1_penalty(a); },
                    .activation = keep_largest,
                    .rate = 0.2,
                    .epochs = short_epochs,
                    .gamma = 0};
    Autoencoder net = train(session, plan, some_of(data.train));
    const Use use = use_of(tutorials::encode(net, data.test.images), 0);
    session.result("on_rate_k_sparse", mean_of(use.on));
    session.result("units_on_near_rho_k_sparse", share_near(use.on));
    session.result("never_on_k_sparse",
                   static_cast<double>(std::count(use.on.begin(), use.on.end(), 0.0)));
    session.result("test_mse_per_pixel_k_sparse",
                   tutorials::error_per_pixel(net, data.test.images));
}

const tutorials::Experiment exercise_6{"exercise_6", "The k-sparse autoencoder", k_sparse};

}  // namespace

// Here *on* means above 0. By construction the units are on for @result{on_rate_k_sparse, .3f} of the
// test images *in the mean*. But only @result{units_on_near_rho_k_sparse, .0%} of the units are on for
// ρ ± .01 of the images, and @result{never_on_k_sparse, .0f} of 1024 for none: top-k fixes the number of
// units for each image, the KL the number of images for each unit. The error is
// @result{test_mse_per_pixel_k_sparse, .3f} per pixel; the sparse network of the experiment on
// ingredients, with the same images and epochs, has @result{test_mse_per_pixel_sharp_all, .3f}. Its units
// are at 0 or at 1, and these can have any value above 0, which says more. (One seed.)
