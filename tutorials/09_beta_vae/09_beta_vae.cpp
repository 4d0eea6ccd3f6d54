// ---
// title: Disentanglement and the β-VAE
// builds_on: 07_vae
// leads_to: 10_hierarchical_vae
// tooltip: One latent unit for each cause: a weight on the KL, what it buys, and how to measure it.
// minutes: 2
// keywords: β-VAE, disentanglement, capacity, MIG, FactorVAE score, BetaVAE score, SAP, sprites
// ---
//
// ## What you will be able to do
//
// - Put a weight $\beta$ on the KL, say what it buys and what it costs, and choose it (exercises 1
//   to 3).
// - Measure how well the units of a code stand for the causes of the data, and say what such a
//   score does not see (exercises 4 to 6).
// - Predict from eigenvalues how many units a linear β-VAE keeps (exercise 2).
//
// @predict{Two networks explain the same pictures exactly equally well, to the last digit of their
// likelihood. The first has a unit that says how far to the right a thing stands and another that
// says how far up. The units of the second say *right plus up* and *right minus up*. Which of the
// two does a VAE learn, and what makes it choose?}
//
// ## The idea in one figure
//
// @figure{idea.png, A β-VAE is the VAE of chapter 7 with one number more. Noise enters at z; the
// gradient of the reconstruction passes through z to the encoder, that of the KL reaches the encoder
// only, and β says how much the second counts.}
//
// A code is called **disentangled** if each cause of the data has a latent unit of its own: turn
// one knob, and one thing changes. In an **entangled** code each knob changes a bit of everything.
// Higgins et al. (2017) proposed a change to the VAE that is one number long: multiply the KL by a
// weight $\beta > 1$.
//
// ## The model
//
// Here is all of it, in operations of the tape. Encoder and decoder have two hidden layers each, with
// the ELU as the activation, which is $x$ above 0 and $e^x - 1$ below. What is new since chapter 7 is
// the $\beta$ in the last line.

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Parameter;
using autograd::Real;
using autograd::Variable;

namespace {

struct Layer {
    Parameter weight, bias;
    Variable operator()(Variable x) const {
        return linear(x, x.tape().parameter(weight), x.tape().parameter(bias));
    }
};

struct BetaVae {
    Layer see1, see2, mean, log_variance;  // 1024 → 256 → 256 → 10 and 10
    Layer draw1, draw2, pixels;            // 10 → 256 → 256 → 1024

    /// The loss of images x, (B, 1024); noise is (B, 10).
    Variable loss(Variable x, Variable noise, Real beta) const {
        const Variable h = elu(see2(elu(see1(x))));
        const Variable mu = mean(h), lambda = log_variance(h);  // λ = ln σ²
        const Variable z = mu + exp(Real(0.5) * lambda) * noise;
        const Variable logits = pixels(elu(draw2(elu(draw1(z)))));
        const Variable reconstruction = sum(softplus(logits) - x * logits, {1});
        const Variable kl = Real(0.5) * sum(exp(lambda) + mu * mu - Real(1) - lambda, {1});
        return autograd::mean(reconstruction + beta * kl);
    }
};

}  // namespace

// There is no class for it in the library. The model is `models::Vae`, and the weight is an
// argument of its bound:
//
// @source{models/bound.cpp, Elbo::value}
//
// The program computes one batch both ways, with the same weights and the same noise at
// $\beta = 4$: @result{loss_written_out, .3f} here and @result{loss_of_library, .3f} there.
//
// @fold{How the two are compared, and the includes of the rest}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "nn/rows.hpp"
#include "tutorials/09_beta_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

using namespace beta_vae;
using nn::sprite_side;
using tutorials::NamedImages;
using tutorials::Plot;

namespace {

const autograd::Shape picture{sprite_side, sprite_side, 1};

void compare_with_the_library(Session& session, const Array& images) {
    nn::Random random{session.flags.seed};
    models::Vae vae{sprite_net(), random};
    const auto from = nn::parameters(vae);  // weight and bias, layer by layer
    const auto layer = [&](std::size_t i) {
        return Layer{*from[2 * i].parameter, *from[2 * i + 1].parameter};
    };
    const BetaVae ours{layer(0), layer(1), layer(2), layer(3), layer(4), layer(5), layer(6)};
    autograd::Tape tape;
    const Variable x = tape.constant(images);
    const Variable noise = nn::standard_normal(tape, {images.shape(0), vae.latent()}, random);
    session.result("loss_written_out", double{ours.loss(x, noise, 4).item()});
    session.result("loss_of_library", -double{vae.elbo(x, noise).value(4).item()});
}

}  // namespace

// @endfold
//
// ## The data: pictures whose causes are known
//
// @figure{sprites.png, Each row changes one factor of a heart and keeps the others.}
//
// A **sprite** is a small white figure on a black ground, 32 × 32 pixels. It follows from five
// **factors**: shape (3 values), scale (6), rotation (40), x (32) and y (32). That makes 737 280
// pictures. They are drawn from their numbers when they are needed. The net sees pixels only; we
// keep the factors for the measurement.

namespace {

void draw_the_factors(Session& session) {
    const std::size_t heart = factors.item({2, 5, 0, 16, 16});
    std::vector<NamedImages> rows;
    for (std::size_t k = 0; k < factors.size(); ++k) {
        const std::size_t values = factors[k].values, shown = std::min<std::size_t>(values, 11);
        Indices items;
        for (std::size_t i = 0; i < shown; ++i)
            items.push_back(factors.with(heart, k, i * (values - 1) / (shown - 1)));
        rows.push_back({factors[k].name, nn::draw_sprites(items)});
    }
    tutorials::save_named_rows(session.file("sprites.png"), rows, picture);
}

}  // namespace

// ## What the weight means
//
// With $D$ for the reconstruction and $R$ for the KL, in nats per image, the loss is
// $$ \mathcal L_\beta = \underbrace{-\mathbb E_{q(z|x)}[\ln p(x|z)]}_{D}
//    + \beta\, \underbrace{\mathrm{KL}(q(z|x) \,\|\, p(z))}_{R} . \tag{1} $$
// At $\beta = 1$ it is minus the evidence lower bound. At $\beta > 1$ its negative is still a lower
// bound of $\ln p(x)$, because a KL is never negative, but a looser one.
//
// **Rate and distortion.** $R$ is the **rate**: the code tells at most so many nats about the
// picture. $D$ is the **distortion**. The best pairs $(R, D)$ that any encoder and decoder can reach form a
// falling convex curve.
// Minimising $D + \beta R$ finds the point where a line of slope $-\beta$ touches it:
// $$ \frac{dD}{dR} = -\beta . \tag{2} $$
// The last nat in the code saves $\beta$ nats of reconstruction, and a nat that would save less is
// left out (Alemi et al. 2018). So $\beta$ is an exchange rate; the fold on the sweep measures it.
//
// **The likelihood has no preferred axes.** Let $U$ be a rotation of the latent space.
// $\mathcal N(0, I)$ looks the same from all sides, so with $z \sim \mathcal N(0, I)$ the decoder
// $g(Uz)$ draws exactly the same distribution of pictures as $g(z)$. No amount of data can tell the
// two apart. Locatello et al. (2019) show the same for general nonlinear maps: without supervision,
// disentanglement is impossible unless model and training have a preference.
//
// **The encoder has.** $q(z|x)$ has a *diagonal* covariance. Say the picture must be known
// precisely in one direction of the latent space and only roughly in another. If both lie along
// axes, a diagonal $q$ can be narrow in one and wide in the other. If they are oblique, it must be
// narrow in both units, and each narrow unit adds to the KL. So the axes turn towards directions
// that differ in importance (Rolínek et al. 2019). Where two directions are equally important, as x
// and y are here, this argument is silent, and only the nonlinear details decide.
//
// | symbol | C++ |
// |---|---|
// | $\mathcal L_\beta$, equation (1) | `-elbo.value(beta)` |
// | $D$, $R$ | `Elbo::reconstruction`, `Elbo::total_kl()` |
// | the factors and the number of a sprite | `nn::sprite_factors()`, `Factors::item`, `Factors::value` |
// | $\mu(x)$ as a function of a sprite's number | `models::Code` |
// | $I(z_j; v_k)$, $H(v_k)$, MIG | `MutualInformationGap::information`, `entropy`, `score` |
//
// > **Reduction.** A $\beta$ means nothing without the reduction. Here both parts are sums over
// > pixels and over units, averaged over the batch. Averaging the reconstruction over the 1024
// > pixels and using $\beta = 4$ would be a $\beta$ of 4096 here. Papers therefore also give
// > $\beta$ times latent units over pixels; our 16 is .16.
//
// ## Train three nets
//
// They differ in the weight alone: $\beta = 1$, the ordinary VAE; $\beta =$ @result{beta}
// (`--beta`); and a weight that is @result{beta} for 30 % of the training, falls by equal factors,
// and is @result{last_beta, .1f} from the middle on. Each sees 60 000 sprites ten times.
//
// @fold{The weights, as functions of the bound's parts and of the progress}
// @source{tutorials/09_beta_vae/shared.cpp, falling}
// @source{tutorials/09_beta_vae/shared.cpp, train}
// @endfold
//
// | held-out sprites, seed 1 | $D$ | $R$ | active units | MIG | FactorVAE | BetaVAE | SAP |
// |---|---|---|---|---|---|---|---|
// | $\beta = 1$ | @result{test_reconstruction_beta1, .1f} | @result{test_kl_beta1, .1f} | @result{active_units_beta1} | @result{mig_beta1, .2f} | @result{factor_vae_beta1, .2f} | @result{beta_vae_beta1, .2f} | @result{sap_beta1, .2f} |
// | $\beta =$ @result{beta} | @result{test_reconstruction_constant, .1f} | @result{test_kl_constant, .1f} | @result{active_units_constant} | @result{mig_constant, .2f} | @result{factor_vae_constant, .2f} | @result{beta_vae_constant, .2f} | @result{sap_constant, .2f} |
// | falling from @result{beta} to @result{last_beta, .1f} | @result{test_reconstruction, .1f} | @result{test_kl, .1f} | @result{active_units} | @result{mig, .2f} | @result{factor_vae, .2f} | @result{beta_vae, .2f} | @result{sap, .2f} |
//
// The first two rows show the trade. With the larger weight
// the code has fewer nats and the reconstruction is worse. The third row lies between them in both. What
// the four scores mean comes below; first look at the units.
//
// @figure{positions.png, How the mean of each unit depends on where the sprite stands: white is +2,
// black −2, grey 0. Each small square is the 32 × 32 places, averaged over shape, scale and
// rotation; the units of a net stand in the order of their KL. A unit for x is a ramp from left to
// right.}
//
// @prediction{The likelihood does not choose. With β = 1 the net of the first row took neither of the
// two: several units respond to the place, as oblique or bent ramps, and none of them is x or y
// alone. With the large weight two units are ramps along x and along y. As the
// likelihood is the same, only the encoder with its diagonal covariance and the course of the training
// can make the difference. A larger weight is no guarantee: in the next fold the units of β = 64 are
// oblique again. The fold on seeds counts in how many of five runs each weight found the axes.}
//
// A **traversal** shows what a unit does: take the code of one picture, set one unit to values from
// −2 to 2, keep the others, and decode.
//
// @figure{traversal_beta1.png, β = 1. Each row moves one unit of a heart's code, those with the
// largest KL first. Place, size and form change together.}
//
// @figure{traversal_falling.png, The falling weight. The first two units move the sprite along x and
// along y, the third changes its size. The fourth and fifth change the form; the sixth, like the rest, is silent.}
//
// Under the large weight only place and scale are worth their nats, and they settle on axes of
// their own. When the weight falls, the same units keep their meaning and may say more, and two
// more units become active (seed 1) and describe the form: shape and rotation together.
//
// @figure{reconstructions.png, Held-out sprites (first row) and what each net makes of their codes.
// The large weight gives up rotation and shape.}

namespace {

void show(Session& session, const nn::TrainTest& data, const std::vector<const Net*>& nets) {
    const Array images = nn::first(data.test, 14).images;
    std::vector<NamedImages> rebuilt{{"sprite", images}}, places;
    for (const Net* net : nets) {
        rebuilt.push_back({net->title, tutorials::reconstruct(net->vae, images)});
        places.push_back({net->title, place_maps(session, *net)});
    }
    tutorials::save_named_rows(session.file("reconstructions.png"), rebuilt, picture);
    tutorials::save_named_rows(session.file("positions.png"), places, picture);
}

}  // namespace

// @experiment{sweep}
//
// @experiment{capacity}
//
// ## Measure it
//
// Let $v_1 \dots v_K$ be the factors and $z_j = \mu_j(x)$ the mean of unit $j$. Each metric asks in
// its own way whether a factor has one unit to itself.
//
// - **MIG**, the mutual information gap (Chen et al. 2018). How much does $z_j$ tell of $v_k$? Cut
//   $z_j$ into 20 bins and count to get the mutual information $I(z_j; v_k)$. The gap is how far the
//   best unit $j_1$ is ahead of the second best $j_2$, as a share of the entropy $H(v_k)$, which is
//   all there is to know of the factor:
//   $$ \text{MIG} = \frac1K \sum_k \frac{I(z_{j_1}; v_k) - I(z_{j_2}; v_k)}{H(v_k)} . \tag{3} $$
// - **FactorVAE score** (Kim and Mnih 2018). Fix one factor and draw 64 pictures with all others at
//   random. The unit that varies least among them, relative to its usual variation, votes. How often
//   does the majority of such votes name the factor that was fixed?
// - **BetaVAE score** (Higgins et al. 2017). Draw pairs that share one factor, take the mean of
//   $|z_j - z_j'|$ over 64 pairs, and let a linear classifier guess the factor.
// - **SAP**, separated attribute predictability (Kumar et al. 2018): a gap again, between how well
//   the best and the second best unit predict the factor by a straight line or a threshold.
//
// Before a metric judges a net, it has to judge codes whose quality is known:
//
// @experiment{known_codes}
//
// The numbers behind the MIG say more than their mean:
//
// @figure{information.png, Of what there is to know of each factor, the share that each unit tells,
// for the five units with the largest KL. Left, β = 1: none of them tells more than .15 of any factor.
// Right, the falling weight: x, y and the scale each have a unit that is far ahead of the others.
// Shape is spread over three units, and no unit alone tells much of the rotation.}

namespace {

void draw_information(Session& session, const std::vector<const Net*>& nets) {
    std::vector<std::string> names;
    for (const nn::Factor& factor : factors.list) names.push_back(factor.name);
    std::vector<Plot> plots;
    for (const Net* net : nets) {
        Plot plot{{.title = net->title,
                   .x = "factor",
                   .y = "I(unit; factor) / H(factor)",
                   .y_range = {{0, 1}}}};
        const Indices units = by_kl(net->use);
        for (std::size_t rank = 0; rank < 5; ++rank) {
            Numbers share;
            for (std::size_t k = 0; k < factors.size(); ++k)
                share.push_back(net->score.mutual_information.information[k][units[rank]] /
                                net->score.mutual_information.entropy[k]);
            plot.bars("unit " + std::to_string(rank + 1), names, share);
        }
        plots.push_back(plot);
    }
    tutorials::save_plots(session.file("information.png"), plots, 2);
}

}  // namespace

// One run proves little. The next fold repeats all three nets from five seeds.
//
// @experiment{seeds}
//
// ## Use it: change one attribute
//
// Find the unit that tells most about x, move it, decode. In chapter 7 a direction for *long
// sleeves* came from labelled examples. Here it is an axis, and a label is needed only to name it.
//
// @figure{manipulation.png, Held-out sprites, and the same with one unit set to −1 (−) and to 1
// (+): the unit that tells most about x, and the one that tells most about the scale. The sign of a
// unit is arbitrary.}
//
// A picture shows where its sprite stands, so we can measure what moved: the centre of brightness,
// averaged over 500 held-out sprites (seed 1). Moving the x unit from −1 to 1 shifts the sprites of
// $\beta = 1$ by @result{wanted_shift_1, .1f} pixels in x, which we asked for, and by
// @result{unwanted_shift_1, .1f} in y, which we did not. With the falling weight it is
// @result{wanted_shift, .1f} and @result{unwanted_shift, .1f}.

namespace {

Array with_unit(const Net& net, const Array& images, std::size_t factor, Real value) {
    Array codes = tutorials::encode(net.vae, images);
    for (std::size_t i = 0; i < codes.shape(0); ++i) codes(i, best_unit(net, factor)) = value;
    return tutorials::decode(net.vae, codes);
}

/// The centre of brightness of an image, (x, y) in pixels.
std::array<double, 2> centre(const Array& images, std::size_t row) {
    double weight = 1e-9, x = 0, y = 0;
    for (std::size_t i = 0; i < images.shape(1); ++i) {
        const double grey = images(row, i);
        weight += grey;
        x += grey * static_cast<double>(i % sprite_side);
        y += grey * static_cast<double>(i / sprite_side);
    }
    return {x / weight, y / weight};
}

void measure_shift(Session& session, const Net& net, const Array& images,
                   const std::string& suffix) {
    const Array before = with_unit(net, images, x_place, -1);
    const Array after = with_unit(net, images, x_place, 1);
    std::array<double, 2> shift{};  // mean magnitude in x and in y
    for (std::size_t i = 0; i < images.shape(0); ++i)
        for (const std::size_t axis : {0, 1})
            shift[axis] += std::abs(centre(after, i)[axis] - centre(before, i)[axis]) /
                           static_cast<double>(images.shape(0));
    session.result("wanted_shift" + suffix, shift[0]);
    session.result("unwanted_shift" + suffix, shift[1]);
}

void manipulate(Session& session, const nn::TrainTest& data, const Net& plain, const Net& relaxed) {
    const Array some = nn::first(data.test, 14).images;
    std::vector<NamedImages> rows{{"sprite", some}};
    for (const std::size_t factor : {x_place, scale})
        for (const Net* net : {&plain, &relaxed})
            for (const Real value : {-1, 1})
                rows.push_back(
                    {net->title + ", " + factors[factor].name + (value < 0 ? " −" : " +"),
                     with_unit(*net, some, factor, value)});
    tutorials::save_named_rows(session.file("manipulation.png"), rows, picture);
    const Array many = nn::first(data.test, 500).images;
    measure_shift(session, plain, many, "_1");
    measure_shift(session, relaxed, many, "");
}

void lesson(Session& session) {
    const nn::TrainTest& data = load_sprites(session);
    compare_with_the_library(session, nn::first(data.train, 64).images);
    draw_the_idea(session);
    draw_the_factors(session);
    session.note("beta", wishes.beta);
    session.note("last_beta", last_beta);

    const Net relaxed = falling_net(session), plain = plain_net(session),
              large = large_net(session);
    note_net(session, plain, "_beta1");
    note_net(session, large, "_constant");
    note_net(session, relaxed, "");
    traverse(session, plain, "traversal_beta1.png");
    traverse(session, relaxed, "traversal_falling.png");
    show(session, data, {&plain, &large, &relaxed});
    draw_information(session, {&plain, &relaxed});
    manipulate(session, data, plain, relaxed);
    session.result("train_images_per_second", relaxed.images_per_second);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(
        argc, argv,
        {.name = "09_beta_vae",
         .title = "Disentanglement and the β-VAE",
         .defaults = {.data = "sprites", .epochs = 10, .batch = 64},
         .options = {{"--beta", &wishes.beta, "the large weight, and where the falling one starts"},
                     {"--capacity", &wishes.capacity, "nats, for the experiment capacity"}}},
        lesson);
}

// ## How β is chosen
//
// - **By what is left.** Walk along the rate-distortion curve as far as the pictures are still good
//   enough. This needs no factors.
// - **By an amount**: the nats that the code may have. See the fold on capacity.
// - **By the noise that does not matter.** With a Gaussian decoder $\beta\sigma^2$ is the variance
//   below which details are not coded. The last fold derives and tests it.
// - **By agreement.** Train each $\beta$ from several seeds and take the one where the units of
//   different runs resemble each other most (Duan et al. 2020).
// - **Not by the bound**: $\beta = 1$ is the weight that maximises it on the training data.
//
// @experiment{linear}
//
// ## Check it
//
// ```sh
// meson test -C build nn models 'models in double' 09_beta_vae
// ```
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | every $\beta$ gives the same result | $\beta$ is stored and never used | *the bound is minus reconstruction minus beta times KL* |
// | no active unit even at $\beta = 1$ | reconstruction averaged over pixels: $\beta$ is 1024 times what it says | *both parts of the bound are sums over dimensions, averaged over the batch* |
// | the KL runs below $C$ and on to 0 | $\gamma(\mathrm{KL} - C)$ without the absolute value | *at capacity the KL is charged for its distance from so many nats, on either side* |
// | scores above those of a perfect code | a factor scored by its number instead of its value | *a perfect code gets the best scores there are* |
// | high FactorVAE score, all units silent | silent units vote: the ratio of two tiny variances | *a code that never changes scores chance* |
//
// ## Exercises
//
// @exercise{1, Show that $\gamma(\mathrm{KL} - C)$ without the bars is a β-VAE whatever $C$ is. Then
// train with $\gamma = 30$ and $\gamma = 100$ in place of 1000 in the experiment on capacity. Which
// meets the capacity, and which rebuilds best?}
//
// @exercise{2, A linear net with $\sigma = .895$ keeps 5 units at $\beta = 4$. How many does it keep
// at $\beta = 5$ and at 6? Predict it from the eigenvalues that `linear` prints, then train.}
//
// @exercise{3, Let the weight fall to 4 instead of 1.5, hold the large weight for only a tenth of the
// training, and use a ReLU instead of the ELU. Which units wake up, and do the axes of x and y hold?}
//
// @exercise{4, Score an *untrained* net. What does that say about the BetaVAE score?}
//
// @exercise{5, A square looks the same after a quarter of a turn. Replace the factor of rotation, in a
// perfect code, by the angle that can be seen (`value % 10` for squares, `% 20` for ellipses). What is
// the gap of the rotation now?}
//
// @exercise{6, Turn the two units for x and y of the net with the large weight by 45°, and build the
// opposite turn into its decoder. What happens to the distribution of pictures that it draws, and to
// its scores?}
//
// ## Where the real code differs
//
// Published nets are convolutional, have 64 × 64 pixels and see about thirty times as many pictures
// in training; their $\beta$ between 4 and 16 is for four times the pixels. `disentanglement_lib`, with which
// most published scores were computed, uses 20 bins as we do, a support vector machine for SAP, and
// 10 000 groups instead of 800. β-TCVAE and FactorVAE put the weight only on the dependence of the units
// on each other (their *total correlation*), which is one part of the KL's mean over the data.
//
// **Naming traps.** A weight on the KL that rises to 1 during *warm-up* is also called β and has
// another purpose (chapter 10). In Kim and Mnih's FactorVAE the *factor* is in the factorised
// distribution; the *FactorVAE score* is a metric for any code.
//
// ## Further reading
//
// - I. Higgins, L. Matthey, A. Pal, C. Burgess, X. Glorot, M. Botvinick, S. Mohamed, A. Lerchner,
//   *β-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*, ICLR 2017.
// - C. P. Burgess et al., *Understanding disentangling in β-VAE*, arXiv:1804.03599 (2018).
// - A. A. Alemi et al., *Fixing a Broken ELBO*, ICML 2018: rate and distortion.
// - R. T. Q. Chen, X. Li, R. Grosse, D. Duvenaud, *Isolating Sources of Disentanglement in
//   Variational Autoencoders*, NeurIPS 2018. H. Kim, A. Mnih, *Disentangling by Factorising*, ICML
//   2018. A. Kumar, P. Sattigeri, A. Balakrishnan, *Variational Inference of Disentangled Latent
//   Concepts from Unlabeled Observations*, ICLR 2018: the metrics.
// - F. Locatello et al., *Challenging Common Assumptions in the Unsupervised Learning of
//   Disentangled Representations*, ICML 2019.
// - M. Rolínek, D. Zietlow, G. Martius, *Variational Autoencoders Pursue PCA Directions (by
//   Accident)*, CVPR 2019. J. Lucas, G. Tucker, R. Grosse, M. Norouzi, *Don't Blame the ELBO!*,
//   NeurIPS 2019: the linear case.
// - S. Duan et al., *Unsupervised Model Selection for Variational Disentangled Representation
//   Learning*, ICLR 2020. L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, *dSprites:
//   Disentanglement testing Sprites dataset*, 2017.
