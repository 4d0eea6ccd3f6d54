// ---
// title: The sparse autoencoder
// builds_on: 03_autoencoder
// leads_to: 11_bugs
// tooltip: A code wider than the image in which few units are on, because being on has a price.
// minutes: 2
// keywords: sparsity, overcomplete, L1, KL divergence, Bernoulli, mean activation, features, linear probe, top-k
// ---
//
// ## What you will be able to do
//
// - Say what the Kullback-Leibler divergence measures, what its slope does to units that are stuck, and
//   what changes if its arguments are exchanged (exercises 1 and 2).
// - Train a code that is wider than the image and in which nearly every unit is on for as many
//   images as you ask (exercises 3 and 4).
// - Tell a code that is sparse from one that is merely small (exercises 5 and 6).
//
// @predict{Two networks have 1024 hidden units with activations between 0 and 1. In both, nearly
// every unit has a mean activation of .05. How many units are above one half for an image, in the
// mean: at least, at most, and with plain sigmoids that were trained for this mean activation?}
//
// ## The idea in one figure
//
// @figure{idea.png, A sparse autoencoder. The loss is the sum of the four boxes above and below. The
// code is wider than the image. β prices a mean activation other than ρ, κ prices activations that
// are neither 0 nor 1, γ prices the columns $d_j$ of the decoder's weights. No noise enters; gradients
// flow from the four boxes back to the weights of decoder and encoder.}
//
// A network that can copy its input need not find out anything about the images, so an autoencoder
// needs a restraint. Chapter 4 takes away width. But **width need not shrink**. A dictionary has a hundred
// thousand words, and a sentence uses ten of them. Give the network more hidden units than the image
// has pixels and let only a few of them be active for each image. Which units these are **depends on
// the image**: a unit for the heel of a shoe is active for shoes and silent for shirts.
//
// A unit is **on** if its activation is above ½. A code is **sparse** if each unit is on
// for a small share ρ of the images, here .05, and near 0 for the others.
//
// ## The model
//
// Here is the whole model: one hidden layer, a linear decoder, and the three terms of the loss.

#include <limits>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Real;
using autograd::Variable;

namespace {

/// KL(ρ ‖ p) between two coins, element by element: ρ ln ρ/p + (1 − ρ) ln (1 − ρ)/(1 − p).
Variable coin_kl(Real rho, Variable p) {
    constexpr Real tiny = std::numeric_limits<Real>::epsilon();
    const Variable inside = tiny + (1 - 2 * tiny) * p;  // so that p = 0 and p = 1 stay finite
    return -(rho * log(inside / rho) + (1 - rho) * log((1 - inside) / (1 - rho)));
}

struct Terms {
    Variable reconstruction, rates, hesitation;
};

/// Images x (B, 784), weight (J, 784), bias (J,); columns (784, J), constant (784,).
Terms written_out(Variable x, Variable weight, Variable bias, Variable columns, Variable constant,
                  Real rho) {
    const Variable a = sigmoid(Real(5) * linear(x, weight, bias));  // (B, J)
    const Variable r = linear(a, columns, constant);                // (B, 784)
    return {autograd::mean(sum(square(x - r), {1})),                // per image
            sum(coin_kl(rho, mean(a, {0}))),  // the mean over the batch comes first
            mean(sum(a * (1 - a), {1}))};     // 0 if every unit is at 0 or at 1
}

}  // namespace

// The network is the `models::Autoencoder` of chapter 3, and the first penalty is
// `models::kl_penalty`. It is what stands above, with checks of its arguments:
//
// @source{models/sparse.cpp, bernoulli_kl}
// @source{models/sparse.cpp, kl_penalty}
//
// **Why the line with `tiny`?** If a unit is at exactly 0 for a whole batch, $\ln \hat\rho$ is minus
// infinity and the training is lost. (A `float` sigmoid is exactly 1 once its argument is above 17.)
// The line maps [0, 1] to $[\epsilon, 1 - \epsilon]$, $\epsilon = 1.2 \cdot 10^{-7}$ being the precision. A clip would be finite as well, but its
// slope is 0 beyond the limit: for a unit that is nearly always off, the penalty would have no gradient
// that turns it on again. Here the slope stays.
//
// The program computes one batch both ways, from the same weights, and adds the terms with their
// weights: @result{loss_written_out, .3f} here, @result{loss_of_library, .3f} with the library.
//
// @fold{How the two are compared, and the includes of the rest}

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;

namespace {

void compare_with_the_library(Session& session, const Array& images) {
    nn::Random random{session.flags.seed};
    Autoencoder net({.input = images.shape(1), .latent = 64, .code_activation = sharp}, random);
    const auto p = nn::parameters(net);
    const auto rho = Real(wishes.rho), beta = Real(wishes.beta), kappa = Real(wishes.kappa);
    autograd::Tape tape;
    const auto parameter = [&](std::size_t i) { return tape.parameter(*p[i].parameter); };
    const Variable x = tape.constant(images);
    const Terms terms = written_out(x, parameter(0), parameter(1), parameter(2), parameter(3), rho);
    const Variable ours = terms.reconstruction + beta * terms.rates + kappa * terms.hesitation;
    session.result("loss_written_out", double{ours.item()});
    const auto theirs = models::sparse_loss(net, x, prices(wishes.beta, wishes.kappa));
    session.result("loss_of_library", double{theirs.value(1).item()});
}

}  // namespace

// @endfold
//
// ## The mathematics
//
// ### L1, the simplest price
//
// The loss gets a second term, as every restraint does: $|x - r|^2$ plus a weight times a penalty
// $\Omega(a)$ on the **activations** $a = f(x) \in \mathbb R^J$ (not on the weights). The simplest is
// $$ \Omega_1 = \sum_{j=1}^J |a_j| \qquad \text{with weight } \lambda . \tag{1} $$
// Why not squares? Let a unit by itself prefer the value $u$, so that its part of the loss is
// $(a - u)^2$. With $\lambda a^2$ added the minimum is at $a = u / (1 + \lambda)$: everything shrinks
// and nothing becomes zero. With $\lambda |a|$ it is at
// $$ a = \operatorname{sign}(u) \max\bigl(|u| - \tfrac\lambda2,\ 0\bigr) , \tag{2} $$
// the **soft threshold**. The square costs hardly anything near 0; $|a|$ keeps its slope, so small
// values become exactly zero, if the activation function can be zero: a ReLU can, a sigmoid cannot.
//
// @experiment{l1}
//
// ### The Kullback-Leibler divergence
//
// L1 asks for *little*. One can also ask for a **share**: let $\hat\rho_j$ be the mean activation of
// unit $j$ over the training set,
// $$ \hat\rho_j = \frac1N \sum_{n=1}^N a_j(x_n) , \tag{3} $$
// and demand that it be ρ. How far is $\hat\rho_j$ from ρ? A measure that is made for probabilities
// is the KL divergence, and the rest of this course needs it, too. For two distributions over the same
// things, discrete or continuous,
// $$ \mathrm{KL}(p \,\|\, q) = \sum_i p_i \ln \frac{p_i}{q_i} , \qquad
//    \mathrm{KL}(p \,\|\, q) = \int p(x) \ln \frac{p(x)}{q(x)}\, dx . \tag{4} $$
// Both are one and the same **expectation**,
// $$ \mathrm{KL}(p \,\|\, q) = \mathbb E_{x \sim p} \bigl[ \ln p(x) - \ln q(x) \bigr] : \tag{5} $$
// draw from $p$, and average by how much larger the logarithm of the probability is under $p$ than under
// $q$. Call $-\ln p$ surprise, as in chapter 2: the KL is the mean surprise under $q$ minus that under $p$, in nats.
//
// **When is it defined?** Wherever $q = 0$ we need $p = 0$; otherwise it is infinite: something
// happens that $q$ calls impossible. Where $p = 0$ nothing is added, because $0 \ln 0$ stands for
// $\lim_{t \to 0} t \ln t = 0$.
//
// **It is never negative.** The logarithm is concave, so by Jensen's inequality the mean of the
// logarithm is at most the logarithm of the mean:
// $$ -\mathrm{KL}(p \,\|\, q) = \mathbb E_p\Bigl[\ln \frac{q}{p}\Bigr]
//    \le \ln \mathbb E_p\Bigl[\frac{q}{p}\Bigr]
//    = \ln \sum_{i:\, p_i > 0} q_i \le \ln 1 = 0 . \tag{6} $$
//
// **It is zero only if $p = q$** (for densities: almost everywhere). The logarithm is *strictly*
// concave, so the first $\le$ is an equality only if $q / p$ is constant where $p > 0$. The second is
// an equality only if $q$ has no mass elsewhere. Then the constant is 1.
//
// **It is not a distance.** It is not symmetric, and it violates the triangle inequality. So say *KL
// of p from q*, and remember that the expectation is taken over the first.
//
// @experiment{divergence}
//
// ### Two coins
//
// Let the wanted unit be a coin that shows 1 with probability ρ, and the actual unit a coin with
// $\hat\rho_j$. The sum (4) has two terms,
// $$ \mathrm{KL}(\rho \,\|\, \hat\rho_j) = \rho \ln \frac{\rho}{\hat\rho_j}
//    + (1 - \rho) \ln \frac{1 - \rho}{1 - \hat\rho_j} , \qquad
//    \Omega_{\mathrm{KL}} = \sum_{j=1}^J \mathrm{KL}(\rho \,\|\, \hat\rho_j) , \tag{7} $$
// with the slope and, at the minimum, the curvature
// $$ \frac{\partial\, \mathrm{KL}}{\partial \hat\rho_j}
//    = \frac{\hat\rho_j - \rho}{\hat\rho_j (1 - \hat\rho_j)} , \qquad
//    \frac{\partial^2 \mathrm{KL}}{\partial \hat\rho_j^2} \Big|_{\hat\rho_j = \rho}
//    = \frac1{\rho (1-\rho)} . \tag{8} $$
//
// @figure{coins.png, Left: what a unit's mean activation costs if .05 is wanted, the KL with its
// arguments exchanged, and the parabola that both approach at .05. The first is infinite at 0; the
// second ends there at .05. Right: the two halves of the penalty for ρ = .2 and their sum. Neither
// half alone has a minimum between 0 and 1.}
//
// A unit that is at 0 for every image has an infinite price, and so has one that is always at 1.
//
// ### The batch stands in for the data
//
// (3) is a mean over 60 000 images, and a step sees 128, so $\hat\rho_j$ is computed over the batch.
// That changes the loss, because the KL is convex: by Jensen, the mean over batches is more than the
// penalty at the mean. To second order, with (8),
// $$ \mathbb E\bigl[\mathrm{KL}(\rho \,\|\, \hat\rho_j^{\text{batch}})\bigr] \approx
//    \mathrm{KL}(\rho \,\|\, \hat\rho_j) + \frac{\operatorname{Var} a_j}{2 B \rho (1 - \rho)} .
//    \tag{9} $$
// The last term punishes variation, that is, units that say different things about different
// images. At $B = 128$ and ρ = .05 it is at most about $1/2B = .004$ per unit. At $B = 1$ the
// KL is taken of single activations: the first of the two mistakes below the results.
//
// @experiment{batches}
//
// ### Sparse is not small
//
// The KL fixes the *mean* of an activation and nothing else. The picture is a plain sum,
// $$ r = c + \sum_{j=1}^J a_j\, d_j , \tag{10} $$
// where the columns $d_j$ of the decoder's weights are pictures themselves. Let each unit stay between
// .03 and .07, with the mean .05, and make its column long: such units can say as much as units that use
// all of [0, 1], and the KL is zero. That is a **small** code, not a sparse one. What we want is that the unit is at 0 or at 1. No unit
// between 0 and 1 with mean $\hat\rho$ has a larger variance than one that is only ever 0 or 1, which
// has $\hat\rho (1 - \hat\rho)$. So define its **contrast**,
// $$ C_j = \frac{\operatorname{Var} a_j}{\hat\rho_j (1 - \hat\rho_j)} \in [0, 1] , \qquad
//    \mathbb E[a_j (1 - a_j)] = \hat\rho_j (1 - \hat\rho_j)\, (1 - C_j) . \tag{11} $$
// (The second equation: $\mathbb E[a - a^2] = \hat\rho - \operatorname{Var} a - \hat\rho^2$.) Its left
// side is a number that we can put a price on, the unit's **hesitation**. The KL fixes the mean, and
// the hesitation is lowest if the variance is as large as this mean allows. Together, with bars for means
// over the batch:
// $$ L = |x - r|^2 + \beta \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)
//      + \kappa \sum_j \overline{a_j (1 - a_j)} + \gamma \sum_j |d_j|^2 . \tag{12} $$
// The last term is a small weight decay: it keeps the columns short.
//
// A second thing helps, and (12) does not show it. With usual initial weights the number $h$ that the
// sigmoid is given varies little from image to image, and $\sigma(h)$ is nearly linear: training starts
// in a small code and leaves it late, even with a price on hesitation. So our units are $\sigma(5h)$, steep
// from the start. Their biases start at $\frac15 \ln \frac{\rho}{1-\rho}$, where the sigmoid is ρ. The
// experiment measures which ingredient does what.
//
// @experiment{ingredients}
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $J$, $a$ (B, J) | `--units`, `net.encode(x)` |
// | $\Omega_1$, $\Omega_{\mathrm{KL}}$ | `models::l1_penalty(a)`, `models::kl_penalty(a, rho)` |
// | $\mathrm{KL}(\rho \| p)$ | `models::bernoulli_kl(rho, p)` |
// | $d_j$ | column $j$ of the parameter `decoder.0.weight`, (784, J) |
// | ρ, β, κ, γ | `--rho`, `--beta`, `--kappa`, `--gamma` |
// | $\hat\rho_j$, $C_j$ | `use_of(codes).rate`, `.contrast` |
//
// > **Reduction.** Reconstruction and hesitation are summed over pixels or units and averaged over
// > the batch. In the KL that average is *inside* the logarithms: it is no mean over examples.
//
// ## Train it
//
// Three networks with the same random numbers and batches. **Free** has no price on the code, β = κ = 0.
// **Small** has plain units $\sigma(h)$ and the KL alone, κ = γ = 0: the penalty of lecture notes.
// **Sparse** has all of (12). Its numbers come from trials outside this program, on held-out training
// images; that β = 8 works was first seen on test images.

namespace sparse {

Wishes wishes;

Variable sharp(Variable h) { return sigmoid(Real(5) * h); }

Real sharp_start() { return Real(std::log(wishes.rho / (1 - wishes.rho)) / 5); }

Penalty prices(double beta, double kappa) {
    return [beta = Real(beta), kappa = Real(kappa), rho = Real(wishes.rho)](Variable a) {
        return beta * models::kl_penalty(a, rho) + kappa * mean(sum(a * (1 - a), {1}));
    };
}

Plan free_plan(const std::string& name) {
    return {.name = name, .price = prices(0, 0), .activation = sharp, .start = sharp_start()};
}

Plan small_plan(const std::string& name) {
    return {.name = name,
            .price = prices(wishes.beta, 0),
            .activation = autograd::sigmoid,
            .start = 5 * sharp_start(),
            .gamma = 0};
}

Plan sparse_plan(const std::string& name) {
    return {.name = name,
            .price = prices(wishes.beta, wishes.kappa),
            .activation = sharp,
            .start = sharp_start()};
}

Autoencoder train(Session& session, const Plan& plan, const nn::Dataset& data) {
    nn::Random random(session.flags.seed);  // the same start for all
    Autoencoder net({.input = data.images.shape(1),
                     .latent = session.flags.quick ? 128 : wishes.units,
                     .code_activation = plan.activation},
                    random);
    for (Real& bias : nn::parameters(net.encoder)[1].parameter->value) bias += plan.start;
    const auto weight = [](auto& part) { return nn::parameters(part)[0].parameter; };
    const autograd::Parameter &rows = *weight(net.encoder), &columns = *weight(net.decoder);
    const bool as_flags_say = plan.epochs == 0 || session.flags.quick;
    const std::size_t epochs = as_flags_say ? session.flags.epochs : plan.epochs;
    const double rate = plan.rate * session.flags.learning_rate;
    const nn::TrainingSettings settings{
        .epochs = epochs,
        .name = plan.name,
        .learning_rate =
            nn::schedule::warm_up(1, nn::schedule::cosine(rate, 0, static_cast<double>(epochs))),
        .quiet = plan.name != "model"};
    std::printf("\nTraining %s, %zu units\n", plan.name.c_str(), wishes.units);
    const tutorials::Fit fit = tutorials::fit(
        session, net, data, random, settings, [&](autograd::Tape& tape, const nn::Batch& batch) {
            const auto loss = models::sparse_loss(net, tape.constant(batch.images), plan.price);
            Variable squares = sum(square(tape.parameter(columns)));
            if (plan.decay_encoder) squares = squares + sum(square(tape.parameter(rows)));
            return tutorials::Loss{
                loss.value(1) + Real(plan.gamma) * squares,
                {{"reconstruction", loss.reconstruction.item()}, {"price", loss.penalty.item()}}};
        });
    if (plan.name == "model" && fit.images_per_second > 0)  // 0: it was only loaded
        session.result("train_images_per_second", fit.images_per_second);
    return net;
}

Autoencoder sparse_net(Session& session) {
    return train(session, sparse_plan("model"), session.load_data().train);
}
Autoencoder free_net(Session& session) {
    return train(session, free_plan("model_free"), session.load_data().train);
}
Autoencoder small_net(Session& session) {
    return train(session, small_plan("model_small"), session.load_data().train);
}

}  // namespace sparse

// ## Is it sparse?
//
// | | free | small | sparse |
// |---|---|---|---|
// | mean activation | @result{mean_activation_free, .3f} | @result{mean_activation_small, .3f} | @result{mean_activation, .3f} |
// | share of units with a mean activation within .01 of ρ | @result{units_near_rho_free, .2f} | @result{units_near_rho_small, .2f} | @result{units_near_rho, .2f} |
// | share of units that are **on** (above ½) for ρ ± .01 of the images | @result{units_on_near_rho_free, .2f} | @result{units_on_near_rho_small, .2f} | @result{units_on_near_rho, .2f} |
// | units on, per image | @result{on_per_image_free, .1f} | @result{on_per_image_small, .1f} | @result{on_per_image, .1f} |
// | activations below .1 | @result{near_zero_free, .1%} | @result{near_zero_small, .1%} | @result{near_zero, .1%} |
// | activations from .1 to .9 | @result{between_free, .1%} | @result{between_small, .1%} | @result{between, .1%} |
// | contrast, mean over units | @result{contrast_free, .2f} | @result{contrast_small, .2f} | @result{contrast, .2f} |
// | test error per pixel | @result{test_mse_per_pixel_free, .4f} | @result{test_mse_per_pixel_small, .4f} | @result{test_mse_per_pixel, .4f} |
//
// @figure{histograms.png, Single activations over the test images, on a logarithmic scale. Free: most near 0,
// the rest over the whole range. Small: around .05, hardly any above .5. Sparse: at 0 or at 1, with little between.}
//
// **Free.** Its biases start like those of the sparse network, and training takes the units elsewhere:
// @result{units_near_rho_free, .0%} of them end near ρ. **Small.** The KL does what it says: the mean activation is right for
// @result{units_near_rho_small, .0%} of the units. But only @result{on_per_image_small, .1f} units per
// image are on, and the contrast, @result{contrast_small, .2f}, is lower than that of the free network.
// (They are small and not zero: @result{near_zero_small, .0%} of the activations are below .1, as nearly all
// lie around .05.) **Sparse.** @result{units_on_near_rho, .0%} of the units are on for ρ ± .01 of the
// images, and only @result{between, .1%} of all activations are from .1 to .9. The price is the largest error of
// the three.
//
// @prediction{At least 0 and at most 102, as exercise 5 shows. With plain sigmoids and the KL alone:
// @result{on_per_image_small, .1f}. In the sparse network: @result{on_per_image, .0f}; five per cent of
// 1024 are 51.}
//
// ### Few units
//
// A test that needs no threshold: for each image keep the $k$ units that add most, that is, with the
// largest $a_j |d_j|$, set the others to 0, and decode. For a unit of the small network 0 is an unusual
// value. So we also set the others to their mean over training images, keep those that differ most
// from their mean, times $|d_j|$, and give every network the better of the two.
//
// @figure{kept.png, Error per pixel on 2000 test images when only k units of each keep their activation.}
//
// With 32 units and the seeds 1, 2 and 3, the errors are @result{kept_32_sparse, .3f}, @result{seed_2/kept_32_sparse, .3f}, @result{seed_3/kept_32_sparse, .3f} (sparse),
// @result{kept_32_small, .3f}, @result{seed_2/kept_32_small, .3f}, @result{seed_3/kept_32_small, .3f} (small) and @result{kept_32_free, .3f}, @result{seed_2/kept_32_free, .3f}, @result{seed_3/kept_32_free, .3f} (free).
// In the figure (seed 1) the other two are ahead from 256 units on: they need hundreds of units for an image.
// The same seeds have @result{units_on_near_rho, .2f}, @result{seed_2/units_on_near_rho, .2f}, @result{seed_3/units_on_near_rho, .2f} of the sparse units on as asked.

namespace {

void lesson(Session& session) {
    const nn::TrainTest& data = session.load_data();
    session.note("rho", wishes.rho);
    session.note("beta", wishes.beta);
    session.note("kappa", wishes.kappa);
    session.note("gamma", wishes.gamma);
    draw_the_idea(session);
    compare_with_the_library(session, nn::first(data.train, 128).images);
    Autoencoder sparse = sparse_net(session), free = free_net(session), small = small_net(session);
    note(session, "_free", free, data.test);
    note(session, "_small", small, data.test);
    note(session, "", sparse, data.test);
    const auto codes = [&](const auto& net) { return tutorials::encode(net, data.test.images); };
    histograms({{"free", codes(free)}, {"small", codes(small)}, {"sparse", codes(sparse)}})
        .save(session.file("histograms.png"));
    few_units(session, {{"free", &free}, {"small", &small}, {"sparse", &sparse}});
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(
        argc, argv,
        {.name = "05_sparse",
         .title = "The sparse autoencoder",
         .defaults = {.epochs = 4, .learning_rate = 1e-2},
         .options = {{"--rho", &wishes.rho, "the wanted mean activation of every unit"},
                     {"--beta", &wishes.beta, "the weight of the KL"},
                     {"--kappa", &wishes.kappa, "the weight of the hesitation"},
                     {"--gamma", &wishes.gamma, "the weight of the decoder's squares"},
                     {"--units", &wishes.units, "the width of the code"}}},
        lesson);
}

// ### What a unit stands for
//
// Equation (10) in pictures: the column $d_j$ is what unit $j$ adds when it is on, and its weights
// from the pixels are what it looks for.
//
// @figure{units.png, Ten units of the sparse network, those with the highest contrast. Row 1: what
// the unit looks for. Row 2: what it adds. Grey is zero. Below: four of the test images that activate it
// most.}
//
// This is no fair sample: they respond to shoes, most of them with high heels, and to bags, six and
// four of the ten. In row 1 the units for shoes are bright along the sole. The fold has units that were
// not picked.
//
// @experiment{units}
//
// @experiment{probe}
//
// ## Two classic mistakes
//
// Both of these run and lower their loss, and each is one line: the average taken after the KL
// instead of before it, and one half of the KL left out.
//
// @experiment{mistakes}
//
// ## Check it
//
// ```sh
// meson test -C build models 'models in double' 05_sparse
// build/tests/models/models_double -sf='*sparse.cpp'
// ```
//
// The second line runs the tests of this chapter only. Among them: *the KL between coins is that of
// the distributions, and is not symmetric* (the same numbers from `nn::kl`), *units may take turns:
// only their means over the batch are priced*, *the gradient of the sparse loss is right*.
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | the mean activation is nearly right, and most activations are near ρ, whatever the image | the KL is taken of single activations and then averaged | *units may take turns: only their means over the batch are priced* |
// | mean activations are right and the error is low, but so is the contrast | a small code: units start nearly linear | none: it is a choice, not an error |
// | the penalty is negative; units are driven to 1 | the half with 1 − ρ is missing | *the KL between coins is zero at rho and has the values of paper and pencil* |
// | half of the units never fire, the others fire twice as often | one mean over all units | *units are priced one by one, and the prices added* |
// | some units are at 0 for every image, and the penalty hardly minds | ρ and $\hat\rho$ exchanged: KL(0 ‖ ρ) is −ln(1 − ρ), not infinite | *the KL between coins is that of the distributions, and is not symmetric* |
// | NaN or infinity | ln 0: a unit off for a whole batch | *the KL is finite, and still has a slope, for units that are always or never on* |
//
// ## Exercises
//
// @exercise{1, Show that for a unit $\sigma(h)$ with the same $h$ for all images the derivative of
// $\mathrm{KL}(\rho \| \hat\rho)$ with respect to $h$ is $\hat\rho - \rho$. Why does that help units that are stuck near 0 or 1?}
//
// @exercise{2, Exchange the arguments, $\mathrm{KL}(\hat\rho_j \| \rho)$. What does a unit cost that is
// always at 0, and one that is always at 1? Compare with (7), and say which penalty lets units die.}
//
// @exercise{3, Train with `--rho 0.5`. Nearly every unit is then on for half of the images. Is
// the code sparse? What is its contrast?}
//
// @exercise{4, Derive (9), and check it with the table of batch sizes: what should a batch of
// 128 cost more than all images at once, and why is the formula wrong for a batch of 8?}
//
// @exercise{5, A unit between 0 and 1 has the mean $\hat\rho$. For what share of the images can
// it be above ½, at least and at most? What does a contrast of 1 say about this share?}
//
// @exercise{6, Keep the 51 largest of 1024 ReLU activations of each image and set the others to
// 0, during training as well, with no penalty at all: the k-sparse autoencoder. What share of the units
// is above 0 for ρ ± .01 of the images?}
//
// ## Where the real code differs
//
// PyTorch's `F.kl_div(input, target)` computes KL(target ‖ exp(input)): `target` is the first argument
// of the formula, `input` the logarithm of the second, and the default reduction, a mean over all
// elements, is no KL of anything (`batchmean` is). Lecture notes use plain sigmoids, the KL and weight
// decay. Our small network has no decay; the experiment on ingredients has both. Sparse autoencoders
// that look into language models have ReLU units with an L1 price and columns of length 1, or keep the
// $k$ largest activations; they also give new weights to units that died.
//
// **Names.** *Sparse* may mean activations, as here, or weights (pruning). *Overcomplete*: a code wider
// than the input. *Relative entropy* and *information gain* are names of the KL; the *cross-entropy* of
// $p$ and $q$ is the KL plus the entropy of $p$.
//
// ## Further reading
//
// - S. Kullback, R. A. Leibler, *On information and sufficiency*, Ann. Math. Statist. 22, 1951.
// - B. A. Olshausen, D. J. Field, *Emergence of simple-cell receptive field properties by learning a sparse code for natural images*, Nature 381, 1996.
// - A. Ng, *Sparse autoencoder*, lecture notes of CS294A, Stanford 2011: the KL penalty.
// - R. Tibshirani, *Regression shrinkage and selection via the lasso*, JRSS B 58, 1996. A. Makhzani, B. Frey, *k-sparse autoencoders*, ICLR 2014.
// - H. Cunningham et al., *Sparse autoencoders find highly interpretable features in language models*, ICLR 2024.
