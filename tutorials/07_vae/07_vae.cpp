// ---
// title: The variational autoencoder
// builds_on: 03_autoencoder
// leads_to: 08_cvae, 09_beta_vae, 10_hierarchical_vae, 12_convolution, 14_likelihood, 15_use
// tooltip: A model that draws: written out on the tape, its bound derived, trained and sampled from.
// minutes: 1
// keywords: latent variable, ELBO, KL divergence, reparameterization, prior, posterior, sampling
// ---
//
// ## What you will be able to do
// - Compute bound, evidence and gap, and compare two gradients of the bound (exercises 1, 2 and 7).
// - Train a VAE and tell from its parts and its units what it has learnt (exercises 3 to 6).
// - Generate images, and say what the pictures lack (exercise 8).
//
// @predict{A model draws images from codes of 20 numbers, which have a normal distribution. Draw
// 100 000 codes from it and keep the one that explains a given test image best. An encoder, which has
// seen the image, proposes one code. Which of the two codes explains the image better?}
//
// ## The idea
//
// @figure{idea.png, First row: test images. Second: every pixel is drawn from the data, independently
// of the others. Third: the left half of one image beside the right half of another. Fourth: images
// drawn by the model of this chapter.}
//
// A discriminative model answers a question about an image, such as its class. A **generative model**
// describes how images are distributed, so it can draw new ones, similar to the training set but not
// copies of it. To know each pixel alone is not enough. Every pixel of the second row has the right
// distribution, yet no garment appears, because pixels depend on each other: if the left half shows
// a boot, the right half is not a sleeve. The third row breaks just this rule.
//
// A person first decides what to draw and then draws it. Given that decision (*a dark pullover with
// long sleeves*), little is left for the pixels to agree on. The decision is a **latent variable**
// $z$: latent because the data do not contain it. Here it is 20 numbers with a normal distribution,
// and a network, the **decoder**, learns to draw what they say. No image comes with its $z$. So a
// second network, the **encoder**, proposes for each image which $z$ may have led to it.
//
// @figure{flow.png, What is computed from what, with shapes for a batch of B images. Noise enters at
// one place, as an input. Gradients flow against the arrows, but not into the image or the noise.}
//
// ## The model
// All of it, in operations of the tape (chapter 1). The encoder has one hidden layer and two heads:
// the mean $\mu$ and the logarithm $\lambda$ of the variance of its proposal. The decoder's outputs
// are logits $l$; pixel $i$ is white with probability $\pi_i = 1/(1 + e^{-l_i})$.

#include "autograd/ops.hpp"

using autograd::Parameter;
using autograd::Variable;

struct Affine {
    Parameter weight, bias;  // (outputs, inputs) and (outputs,)

    Variable operator()(Variable x) const {  // x·Wᵀ + b
        return linear(x, x.tape().parameter(weight), x.tape().parameter(bias));
    }
    void visit(auto&& part) { part("weight", weight), part("bias", bias); }
};

struct OpenVae {
    Affine see, mu, lambda;  // the encoder's weights φ: 784 to 400, and 400 to 20 twice
    Affine unfold, draw;     // the decoder's weights θ: 20 to 400, 400 to 784

    Variable neg_elbo(Variable x, Variable epsilon) const {     // (B, 784) and noise (B, 20)
        const Variable features = relu(see(x));                 // (B, 400)
        const Variable m = mu(features), l = lambda(features);  // of q(z | x): (B, 20)
        const Variable z = m + exp(0.5f * l) * epsilon;         // a draw from it: (B, 20)
        const Variable logits = draw(relu(unfold(z)));          // of p(x | z): (B, 784)

        const Variable log_likelihood = sum(x * logits - softplus(logits), {1});  // (B,)
        const Variable kl = -0.5f * sum(1 + l - square(m) - exp(l), {1});         // (B,)
        return mean(kl - log_likelihood);                                         // nats per image
    }
    void visit(auto&& part) {
        part("see", see), part("mu", mu), part("lambda", lambda);
        part("unfold", unfold), part("draw", draw);
    }
};

// `softplus(l)` is $\ln(1 + e^l)$; so $x l - \ln(1 + e^l)$ is $\ln \pi$ for a white pixel, $x = 1$,
// and $\ln(1-\pi)$ for a black one. This is `models::Vae`, which allows other nets, several draws and
// other likelihoods:
//
// @source{models/vae.cpp, Vae::draw}
// @source{models/bound.cpp, elbo}
//
// Are they the same? The program gives both the same weights, the same batch and the same noise.

#include <algorithm>
#include <cstdio>

#include "models/vae.hpp"
#include "nn/io/png.hpp"
#include "nn/train/training.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"

using tutorials::decode;
using tutorials::encode;
using tutorials::reconstruct;

void compare_with_the_library(Session& session, Vae& vae) {
    OpenVae open;
    const auto theirs = nn::parameters(vae), ours = nn::parameters(open);
    for (std::size_t i = 0; i < ours.size(); ++i)
        ours[i].parameter->value = theirs[i].parameter->value;

    const Array images = nn::first(session.load_data().train, 128).images;
    const Array noise = nn::Random{session.flags.seed}.normal({images.shape(0), vae.latent()});
    Tape left, right;
    const Variable by_hand = open.neg_elbo(left.constant(images), left.constant(noise));
    const Variable by_library = -vae.elbo(right.constant(images), right.constant(noise)).value();
    session.result("neg_elbo_by_hand", by_hand.item());
    session.result("neg_elbo_by_library", by_library.item());
    session.result("gradient_difference", largest_difference(left.backward(by_hand), ours,
                                                             right.backward(by_library), theirs));
}

// Before training, `OpenVae` gives @result{neg_elbo_by_hand, .4f} nats per image and `models::Vae`
// @result{neg_elbo_by_library, .4f}. No component of the two gradients differs by more than
// @result{gradient_difference} of the largest component: rounding of single precision.
//
// ## The mathematics
//
// ### What is maximised
// First $z$ is drawn from the **prior** $p(z) = \mathcal N(0, I)$, then $x$ from the **likelihood**
// $p_\theta(x \mid z)$, whose parameters the decoder computes. The probability of an image adds up
// all the ways in which it can have come about:
// $$ p_\theta(x) = \int p_\theta(x \mid z)\, p(z)\, dz . \tag{1} $$
// **Maximum likelihood** asks for the $\theta$ with the largest $\frac1N \sum_n \ln p_\theta(x_n)$.
// With many images this is $\mathbb E_{\text{data}}[\ln p_\theta(x)] = \mathbb
// E_{\text{data}}[\ln p_{\text{data}}(x)] - \mathrm{KL}(p_{\text{data}} \| p_\theta)$, and the first
// term does not contain $\theta$. So it looks for the model with the smallest KL divergence (chapter
// 5) from the data. Two likelihoods are usual:
//
// - **Bernoulli**, as above: $-\ln p(x \mid z) = -\sum_i [x_i \ln \pi_i + (1-x_i) \ln(1-\pi_i)]$. For
//   grey pixels it is a cross entropy and not a density. It is smallest at $\pi = x$, and there it is
//   the entropy of the grey levels and not 0.
// - **Gaussian**: $p(x \mid z) = \mathcal N(f(z), \sigma^2 I)$, so
//   $-\ln p = |x - f(z)|^2 / 2\sigma^2 + \tfrac D2 \ln 2\pi\sigma^2$. The standard deviation $\sigma$
//   sets how many nats an error costs. It can be chosen or learnt; exercise 6 does both.
//
// In both, pixels are independent *given $z$*. This is a restriction: whatever $z$ does not say about
// a pixel is drawn for this pixel alone.
//
// No sum over cells can replace the integral in 20 dimensions: with 300 cells to each axis there are
// $300^{20} \approx 3.5 \cdot 10^{49}$. No formula helps, because there is a network in it. It would
// help to know which few $z$ matter for this $x$. That is the **posterior**, by Bayes' rule
// $$ p_\theta(z \mid x) = \frac{p_\theta(x \mid z)\, p(z)}{p_\theta(x)} . \tag{2} $$
// Its numerator is easy to compute, its denominator is (1). With either of $p_\theta(x)$ and the posterior
// we could compute the other, and neither can be computed.
//
// ### The bound, derived twice
// The encoder with weights $\phi$ proposes $q_\phi(z \mid x) = \mathcal N(\mu(x), \operatorname{diag}
// e^{\lambda(x)})$; the logarithm of a variance may be any real number.
//
// **By Jensen.** Multiply and divide by $q$ and read the integral as an expectation. The logarithm
// is concave, so the logarithm of a mean is at least the mean of the logarithms:
// $$ \begin{aligned} \ln p(x)
//    &= \ln \int q(z \mid x)\, \frac{p(x \mid z)\, p(z)}{q(z \mid x)}\, dz
//    \\ &\ge \int q(z \mid x)\, \ln \frac{p(x \mid z)\, p(z)}{q(z \mid x)}\, dz
//     = \underbrace{\mathbb E_q[\ln p(x \mid z)]}_{-\text{reconstruction}}
//     - \underbrace{\mathrm{KL}(q(z \mid x) \,\|\, p(z))}_{\text{KL}} . \end{aligned} \tag{3} $$
// This is short, but it does not say how much was lost.
//
// **By Bayes.** How far is the proposal from the posterior? Insert (2) into the definition of the KL
// divergence; $\ln p(x)$ leaves the expectation because it does not contain $z$:
// $$ \begin{aligned} \mathrm{KL}(q(z|x) \,\|\, p(z|x))
//    &= \mathbb E_q[\ln q(z|x) - \ln p(z|x)]
//    \\ &= \mathbb E_q[\ln q(z|x) - \ln p(x|z) - \ln p(z)] + \ln p(x) . \end{aligned} $$
// Sort the terms:
// $$ \underbrace{\ln p(x)}_{\text{evidence}} - \underbrace{\mathrm{KL}(q(z|x) \,\|\, p(z|x))}_{\text{gap}}
//    = \mathbb E_q[\ln p(x|z)] - \mathrm{KL}(q(z|x) \,\|\, p(z)) . \tag{4} $$
// This is an identity. Its left side is what we want: a probable image, and a proposal near the
// posterior. Its right side is what we can compute. A KL divergence is never negative, so the right
// side is a bound below the **evidence** $\ln p(x)$: the **evidence lower bound**, ELBO. It is lower
// by exactly the error of the proposal. Raising it makes the data more probable or the proposals more
// accurate; the number alone does not say which. Of its two parts, *reconstruction* is what it costs
// to draw $x$ from its code, and *KL* what the code costs.
// @experiment{exact_gap}
//
// ### The KL between two Gaussians
// Let $p_i = \mathcal N(\mu_i, \Sigma_i)$ in $k$ dimensions, so $\ln p_i(x) = -\tfrac12 \bigl[ k \ln
// 2\pi + \ln\det\Sigma_i + (x-\mu_i)^{\mathsf T} \Sigma_i^{-1} (x-\mu_i) \bigr]$. We need the
// expectation of a quadratic form under $p_0$. A number is its own trace, and
// $\operatorname{tr}(uv^{\mathsf T}) = v^{\mathsf T} u$ (the *trace trick*), so
// $$ \begin{aligned} \mathbb E[(x-\mu_0)^{\mathsf T} A (x-\mu_0)]
//    &= \operatorname{tr}\bigl(A\, \mathbb E[(x-\mu_0)(x-\mu_0)^{\mathsf T}]\bigr)
//     = \operatorname{tr}(A \Sigma_0) ,
//    \\ \mathbb E[(x-a)^{\mathsf T} A (x-a)]
//    &= \operatorname{tr}(A \Sigma_0) + (\mu_0-a)^{\mathsf T} A (\mu_0-a) , \end{aligned} $$
// where $x - a = (x-\mu_0) + (\mu_0 - a)$ and the mixed terms have expectation 0. With
// $A = \Sigma_0^{-1}$, $a = \mu_0$ it is $\operatorname{tr} I = k$. So $\mathbb E[\ln p_0 - \ln p_1]$ is
// $$ \mathrm{KL}(p_0 \| p_1) = \tfrac12 \Bigl[ \operatorname{tr}(\Sigma_1^{-1} \Sigma_0)
//    + (\mu_1-\mu_0)^{\mathsf T} \Sigma_1^{-1} (\mu_1-\mu_0) - k
//    + \ln \frac{\det\Sigma_1}{\det\Sigma_0} \Bigr] , \tag{5} $$
// and against $\mathcal N(0, I)$, with variances $e^{\lambda_j}$, the line of `OpenVae`:
// $$ \mathrm{KL} = -\tfrac12 \sum_j \bigl( 1 + \lambda_j - \mu_j^2 - e^{\lambda_j} \bigr) . \tag{6} $$
// The log determinant of $\Sigma_0$ has a minus sign: a narrow $q$ says more, so it costs more.
// @experiment{wrong_sign}
//
// ### The gradient, and reparameterization
// The gradient of (3) for $\theta$ is easy: draw $z$ and differentiate $\ln p_\theta(x|z)$. For
// $\phi$ it is not. $\phi$ decides *where the draws lie*, and a draw is a number without derivative.
//
// - **Score function** (REINFORCE). From $\nabla q = q\, \nabla \ln q$ follows
//   $\nabla_\phi \mathbb E_q[f(z)] = \mathbb E_q[f(z)\, \nabla_\phi \ln q_\phi(z)]$. It is right for
//   any $f$ and also for discrete $z$, and it uses only the value of $f$.
// - **Reparameterization.** Write the draw as $z = g(\varepsilon, \phi, x)$ with noise $\varepsilon$
//   whose distribution does not contain $\phi$. Then the gradient may go inside the expectation:
//   $$ \nabla_\phi \mathbb E_{q_\phi}[f(z)] = \mathbb E_\varepsilon\Bigl[
//      \frac{\partial f}{\partial z}\, \frac{\partial g(\varepsilon, \phi, x)}{\partial \phi} \Bigr] .
//      \tag{7} $$
//   For our $q$, $g = \mu_\phi(x) + e^{\lambda_\phi(x)/2} \odot \varepsilon$ and
//   $\varepsilon \sim \mathcal N(0, I)$. In one dimension $g = F_\phi^{-1}(\varepsilon)$ with uniform
//   $\varepsilon$ serves any smooth distribution function $F_\phi$. A *discrete* $z$ jumps, so
//   $\partial g / \partial \phi$ is 0 almost everywhere, and (7) fails; there one takes the score
//   function, or a smooth substitute (Gumbel-softmax).
// @experiment{estimators}
// @experiment{bent_prior}
//
// In the code, `Vae::encode` gives $q_\phi(z \mid x)$ as an `nn::Normal` with `mean` $\mu$ and
// `log_variance` $\lambda$; its `sample` is $g$. `Vae::log_likelihood` is $\ln p_\theta(x \mid z)$, and
// `Elbo::reconstruction`, `Elbo::kl` and `Elbo::value()` are the parts and the whole of (3).
//
// ## Training
// `step` puts a batch on the tape, computes the bound, goes backwards and moves the weights by Adam (chapter 2).

Trained<Vae> train(Session& session, Vae vae, nn::TrainingSettings settings, nn::Random& random,
                   const std::function<void(const Vae&)>& after_epoch) {
    const nn::TrainTest& data = session.load_data();
    nn::Adam adam{vae, {.learning_rate = Real(session.flags.learning_rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    Tape tape;

    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const models::Elbo elbo = vae.elbo(tape.constant(batch.images), random);
        adam.step(tape.backward(-elbo.value()));
        const double reconstruction = elbo.reconstruction.item(), kl = elbo.total_kl().item();
        return {{"neg_elbo", reconstruction + kl}, {"reconstruction", reconstruction}, {"kl", kl}};
    };
    const auto test = [&] {
        if (after_epoch) after_epoch(vae);
        return tutorials::test_bound(vae, data.test.images, random);
    };
    nn::Training training{session.training(std::move(settings)), vae, adam, random};
    training.run(batches, step, test);
    return {std::move(vae), training.history(), training.images_per_second()};
}

// The loop draws one $z$ for each image. Is that enough?
// @experiment{one_sample}
//
// The model of the course is 784-400-20, trained for ten epochs. The table has two other seeds.

Vae new_vae(Session& session, nn::Random& random) {
    return Vae{{.input = session.load_data().train.images.shape(1), .hidden = {400}, .latent = 20},
               random};
}

Trained<Vae> the_vae(Session& session, const std::function<void(const Vae&)>& after_epoch) {
    nn::Random random{session.flags.seed};
    Vae vae = new_vae(session, random);
    return train(session, std::move(vae), {.epochs = session.flags.epochs}, random, after_epoch);
}

void judge(Session& session, const Trained<Vae>& vae) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    const models::LatentUse use = models::latent_use(vae.model, data.test.images, random);
    std::printf("The VAE: %s\n", models::report(use).c_str());
    session.result("train_images_per_second", vae.images_per_second);
    session.result("test_neg_elbo", use.neg_elbo());
    session.result("test_reconstruction", use.reconstruction);
    session.result("test_kl", use.kl);
    session.result("active_units", static_cast<double>(use.levels[0].active));
    session.result("independent_pixels", points_of_reference(data).independent_pixels);
    session.result("bernoulli_floor", points_of_reference(data).bernoulli_floor);
    plot_training(session.file("training.png"), vae.history, use);
}

// @figure{training.png, Left, −ELBO on training and test images after each epoch. Right, the KL of the
// trained model, unit by unit.}
//
// | per test image | this run | seed 2 | seed 3 |
// |---|--:|--:|--:|
// | $-$ELBO, nats | @result{test_neg_elbo, .1f} | @result{seed_2/test_neg_elbo, .1f} | @result{seed_3/test_neg_elbo, .1f} |
// | reconstruction | @result{test_reconstruction, .1f} | @result{seed_2/test_reconstruction, .1f} | @result{seed_3/test_reconstruction, .1f} |
// | KL | @result{test_kl, .1f} | @result{seed_2/test_kl, .1f} | @result{seed_3/test_kl, .1f} |
// | active units of 20 | @result{active_units} | @result{seed_2/active_units} | @result{seed_3/active_units} |
//
// Read the parts before the sum. Two points of reference need no network. A model without latent
// variables, which gives each pixel its training mean, needs @result{independent_pixels, .0f} nats. No
// Bernoulli decoder can be below the entropy of the grey levels, @result{bernoulli_floor, .0f}. The
// code costs @result{test_kl, .0f} nats and saves many more.
//
// A unit is **active** if its posterior mean moves with the image: variance above .01 over the test
// images. The KL has switched the others off, because what they could say was worth less than it
// cost. A model without active units has **collapsed**: the decoder ignores $z$. A weight $\beta$ on
// the KL moves this balance:
// @experiment{beta}
//
// ## Drawing
// To **reconstruct**, encode and decode the mean. To **generate**, drop the encoder: draw $z$ from the
// prior and decode. The generative model consists of prior and decoder.

void draw(Session& session, const Vae& vae, const Array& codes) {
    const nn::TrainTest& data = session.load_data();
    const Array images = nn::first(data.test, 14).images;
    tutorials::save_named_rows(session.file("reconstructions.png"),
                               {{"image", images}, {"rebuilt", reconstruct(vae, images)}},
                               data.test.item);
    nn::write_png(session.file("samples.png"),
                  nn::image_grid(decode(vae, codes), data.test.item, {.columns = 14, .scale = 3}));
}

// @figure{reconstructions.png, Test images and their reconstructions from 20 numbers.}
//
// @figure{samples.png, Decoded draws from N(0, I), none left out.}
//
// The reconstructions keep outline and brightness and lose prints, seams and straps. Many samples are
// garments. Others mix a boot and a bag, or fall apart into patches. A likely reason is that the prior
// draws codes that the encoder hardly ever proposes (the plane below shows such codes). All are blurred:
// @experiment{averages}
//
// Is the encoder needed? (1) is an expectation over the prior, and draws from the prior need no encoder.
// @experiment{monte_carlo}
//
// @prediction{The encoder. The best of 100 000 draws explains its image with $\ln p(x \mid z) =$
// @result{prior_best_fit, .0f} nats on average over 100 test images, the mean of the encoder's
// proposal with @result{encoder_fit, .0f} (one seed).}
//
// ## A plane of codes
// With two latent units one can see the codes. The net is 784-400-100-2, trained by the same loop.

void show_the_plane(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Vae plane = the_plane(session);
    const Grid grid{session.flags.quick ? std::size_t{90} : std::size_t{300}};
    const Aggregate codes = aggregate(plane, data.train.images, grid);
    tutorials::save_plots(session.file("plane.png"),
                          {plot_codes(plane, nn::first(data.test, 3000)), plot_aggregate(codes)},
                          2);
    nn::Random random{session.flags.seed};
    session.result("plane_kl", models::latent_use(plane, data.train.images, random).kl);
    session.result("plane_mismatch", codes.kl_to_prior());
    session.result("plane_holes", 100 * codes.holes());
    save_the_plane(session, plane);
}

// @figure{plane.png, Left, one draw from q(z given x) for each of 3000 test images, by class. Right,
// q(z), the mean of the proposals for all training images, against the prior p(z). Both have the
// circle of radius 2, which holds 86 % of the prior.}
//
// Near codes decode to similar pictures (**continuity**): the decoder is trained on noisy codes.
// Every draw from the prior should decode to a garment (**completeness**). For this $q(z)$, the mean of
// all proposals, would have to equal $p(z)$. It does not: dark bands lie between the classes, and even
// near $z = 0$, where the prior is densest, there are hardly any codes.
// Insert $q(z)$ into the KL, averaged over images, and it splits in two:
// $$ \mathbb E_x\, \mathrm{KL}(q(z|x) \| p(z)) = \underbrace{\mathbb E_x\, \mathrm{KL}(q(z|x) \| q(z))}_{
//    \text{what the code says about the image}} + \mathrm{KL}(q(z) \| p(z)) . \tag{8} $$
// Of @result{plane_kl, .1f} nats, the second term has @result{plane_mismatch, .2f}, a sum over the cells of
// the figure. A draw from the prior lands in a **hole**, where $q(z)$ is less than a tenth of $p(z)$, with a
// probability of @result{plane_holes, .0f} % (@result{seed_2/plane_holes, .0f} and @result{seed_3/plane_holes, .0f} % with seeds 2 and 3).
// @experiment{islands}
//
// @explorer{manifold.png, plane_decoder.safetensors, The plane decoded at 20 × 20 quantiles of the
// normal distribution, so that each picture stands for the same share of the prior.}
//
// Neighbours resemble each other. Where $q(z)$ is dark, as in the middle, the decoder draws ghosts.
//
// ## Walking between two images
// Encode two images, go from one code to the other in a straight line, decode on the way.

void walk(Session& session, const Vae& vae) {
    const nn::Dataset& test = session.load_data().test;
    const auto [plain, history, images_per_second] = the_autoencoder(session);
    session.result("plain_images_per_second", images_per_second);
    std::vector<tutorials::NamedImages> rows;
    for (const auto& [from, to] : {std::pair{1, 3}, std::pair{9, 8}, std::pair{0, 2}}) {  // classes
        const Array a = tutorials::first_of(test, from, 1), b = tutorials::first_of(test, to, 1);
        const auto between = [&](const auto& model) {
            return decode(model, tutorials::walk(encode(model, a), encode(model, b), 13));
        };
        rows.push_back({"pixels", tutorials::walk(a, b, 13)});
        rows.push_back({"plain", between(plain)});
        rows.push_back({"VAE", between(vae)});
    }
    tutorials::save_named_rows(session.file("interpolation.png"), rows, test.item);
}

// @figure{interpolation.png, Three walks: mixing the pixels, mixing the codes of a plain autoencoder of
// the same widths, mixing the codes of the VAE.}
//
// Mixed pixels show both garments at once. Both nets change one outline into the other, and in these
// three walks the plain autoencoder's pictures are as good. Half way between 250 pairs of test images of
// different classes, its pictures have @result{half_way_plain_edges, .0f} % of the images' edges, those of the
// VAE @result{half_way_vae_edges, .0f} % (one seed). So a smooth walk is no proof of a good latent space.
// @experiment{attributes}
//
// ## Plain autoencoder or VAE?
// | | plain autoencoder | VAE |
// |---|---|---|
// | the code of an image | a point | a distribution, $\mathcal N(\mu, \operatorname{diag} \sigma^2)$ |
// | encoder output; decoder input | 20 numbers; the same | 20 means and 20 log variances; a draw |
// | objective | reconstruction | reconstruction + KL |
// | regularization | the width of the code | the noise of the code, and its KL |
// | prior; generation | none; fit a distribution to the codes afterwards | $\mathcal N(0, I)$; draw from it and decode |
// | complexity: parameters | @result{plain_parameters} | @result{vae_parameters} |
// | training images per second (runs differ by up to a quarter) | @result{plain_images_per_second, .0f} | @result{train_images_per_second, .0f} |
// | reconstruction of test images, nats (VAE: from the mean) | @result{plain_reconstruction, .1f} | @result{vae_reconstruction, .1f} |
// | overfitting: the same, less that of training images | @result{plain_overfitting, .1f} | @result{vae_overfitting, .1f} |
// | sharpness: edges of reconstructions, % of the images' | @result{plain_edges, .0f} | @result{vae_edges, .0f} |
// | drawn from $\mathcal N(0, I)$: variety, % of the images' | @result{plain_variety, .0f} | @result{vae_variety, .0f} |
// | drawn from a Gaussian fitted to the codes of training images: variety | @result{fitted_variety, .0f} | |
// | uses (the numbers: one seed) | compressing, denoising, features, anomalies | the same, but see *Limits* for anomalies by the bound; and drawing without a fit, bounds on likelihoods |
// @experiment{rivals}
// @experiment{linear}
//
// ## The whole of it

void lesson(Session& session) {
    nn::Random random{session.flags.seed};
    Vae untrained = new_vae(session, random);
    compare_with_the_library(session, untrained);
    draw_the_flow(session.file("flow.png"));

    std::printf(
        "\nOpen these while it trains, they are drawn anew after every epoch:\n  %s\n  %s\n",
        session.file("samples.png").c_str(), session.file("reconstructions.png").c_str());
    const Array codes = nn::Random{session.flags.seed}.normal({6 * 14, 20});
    const auto vae = the_vae(session, [&](const Vae& now) { draw(session, now, codes); });
    draw(session, vae.model, codes);
    draw_the_idea(session, decode(vae.model, codes));
    judge(session, vae);
    show_the_plane(session);
    walk(session, vae.model);
}

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "07_vae", .title = "The variational autoencoder"},
                          lesson);
}

// ## Check it
// `meson test -C build 'autograd in double' 'models in double' 07_vae` runs the tests that guard this
// page. They compare gradients with central differences (possible because the noise is an input), the
// two parts of the bound with plain loops, and bound and evidence with quadrature.
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | the KL falls to 0, all samples look alike | reconstruction averaged over pixels, KL summed: $\beta = 784$ | *both parts of the bound are sums over dimensions, averaged over the batch* |
// | the loss falls below the floor | wrong sign of the log determinant; targets scaled twice | the floor; *the divergence of Gaussians is the integral that defines it* |
// | good reconstructions, poor samples | KL forgotten, or $\beta$ far below 1 | *the bound is minus reconstruction minus beta times KL* |
// | the encoder does not learn | the draw was made outside the tape | *the gradient of the bound is right, noise frozen* |
// | a KL estimated from draws differs from (6) | $\lambda$ is $\ln\sigma$ here and $\ln\sigma^2$ there | *fused operations are their composition ...* |
// | a Gaussian decoder uses few units of its code | $\sigma$ fixed at 1 | exercise 6 |
//
// ## Exercises
//
// @exercise{1, Let $z$ be 0 or 1 with $p(z) = \frac12$ each. For some image $p(x|z{=}1) = .4$ and
// $p(x|z{=}0) = .1$, and the encoder proposes $q(z{=}1|x) = .6$. Compute evidence, bound and gap by
// hand and check (4). For which $q$ is the bound the evidence?}
// @exercise{2, For $f(z) = z^2$, $q = \mathcal N(\mu, 1)$ show that the reparameterized gradient has
// variance 4 and the score function $\mu^4 + 14\mu^2 + 15$. ($\mathbb E[\varepsilon^2]$, $\mathbb
// E[\varepsilon^4]$, $\mathbb E[\varepsilon^6]$ are 1, 3, 15.)}
// @exercise{3, Train with the wrong sign, $\frac12 \sum (e^\lambda + \mu^2 - 1 + \lambda)$. Watch the
// loss, the standard deviations of $q$, and the samples.}
// @exercise{4, Train with ten draws for each image (`vae.draw(x, 10, random)`). Compare at equal
// seconds with one draw, in batches of 128 and of 1280.}
// @exercise{5, Raise the weight of the KL from 0 to 1 over the first three epochs. Are more units
// active? Is the bound better? Use three seeds.}
// @exercise{6, Give the model Gaussian pixels, with $\sigma = 1$ and with a learnt $\sigma$
// (`.likelihood = models::Likelihood::gaussian, .learn_sigma = true`). How many units are active?}
// @exercise{7, In the plane, find for 60 images the best proposal with axes parallel to ours, and the
// best Gaussian. How much of the gap comes from using one encoder for all images, how much from the
// tilt, how much from the shape of the posterior?}
// @exercise{8, Draw from $\mathcal N(0, t^2 I)$ with $t$ from ½ to 1½ and look. Then draw the pixels of
// one row from their Bernoulli distributions.}
//
// ## Limits, and where other code differs
// The pictures are blurred, the axes of the code have no meaning, and the bound is only a bound. A VAE
// guarantees no privacy: nothing in its loss keeps a decoder from repeating a training image. And a good
// bound does not show that an image is like the training set:
// @experiment{familiarity}
//
// Samples are shown as the decoder's *means*, here as in most papers. A Bernoulli likelihood of grey
// pixels is a convention; published likelihoods are of binarised images. In other programs
// "reconstruction loss" is often a mean squared error per pixel, and the loss a sum over the batch.
//
// ## Further reading
// D. P. Kingma, M. Welling, *Auto-Encoding Variational Bayes*, ICLR 2014, and D. J. Rezende, S. Mohamed,
// D. Wierstra, *Stochastic Backpropagation*, ICML 2014: the model, at the same time. C. Doersch, *Tutorial
// on Variational Autoencoders*, arXiv:1606.05908 (2016). S. Mohamed, M. Rosca, M. Figurnov, A. Mnih, *Monte
// Carlo Gradient Estimation in Machine Learning*, JMLR 21 (2020): (7) and its rivals.
// The handbook has a bibliography with what the experiments cite.
