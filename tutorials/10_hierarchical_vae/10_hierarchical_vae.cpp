// ---
// title: The hierarchical VAE
// builds_on: 07_vae, 09_beta_vae
// leads_to: 11_bugs, 14_likelihood
// tooltip: Levels of latent variables, coarse to fine; how levels fall silent, and are woken.
// minutes: 2
// keywords: ladder VAE, posterior collapse, KL warm-up, free bits, importance weighting
// ---
//
// ## What you will be able to do
//
// - Write the ELBO of a model with several levels of latent variables, and say for the KL of each
//   level which two distributions it compares (exercises 1 to 3).
// - Compare two models image by image, with the error of the difference (exercise 4).
// - Notice that a level has fallen silent, and wake it (exercises 5 and 6).
//
// @predict{A model draws an image in two stages: 40 numbers first, then 40 more that depend on them.
// In the trained model of this chapter the first stage carries 4 to 5 nats about an image, the second
// 8 to 10. You draw an image and then redraw one of the two stages. Which one changes it more?}
//
// ## The idea in one figure
//
// A VAE decides everything at once: it draws some independent numbers from a standard normal
// distribution, then the pixels. A **hierarchical VAE** decides in stages. It draws $z_2$ from
// $\mathcal N(0, I)$. A net computes from $z_2$ the mean and variance of another Gaussian, from which
// it draws $z_1$. A decoder turns $z_1$ into pixels. So the prior of $z_1$ is no longer one Gaussian for
// all images but a mixture, with one Gaussian for every $z_2$.
//
// @figure{flow.png, One training step. Blue, shapes; vermilion, what is charged. On the left x is read
// upward, without noise. On the right the levels are drawn downward. Gradients pass every arrow
// backwards, but x and the noise need none. To generate, only the right half without `combine` is used.}
//
// Two things get harder. There are more weights to overfit with. And levels tend to **fall silent**:
// the model learns to do without them. The second half of this chapter is about that.
//
// ## The model in the open
//
// Level 1 is next to the pixels. `up_1` and `up_2` read the image; `down_1` computes what level 2
// expects of level 1. Every net has one hidden layer and two outputs, a mean and a log variance.

#include "autograd/ops.hpp"

using autograd::Parameter;
using autograd::Variable;

struct Layer {
    const Parameter &weight, &bias;  // (out, in) and (out,)
};
struct Net {
    Layer hidden, mean, log_variance;
};
struct Weights {
    Net up_1, up_2, down_1;
    Layer decode, pixels;
};
struct Gaussian {
    Variable mean, log_variance;  // N(μ, diag e^λ), both (B, 40)
};
struct Parts {
    Variable reconstruction, kl_1, kl_2;  // of −ELBO, nats per image
};

Variable affine(const Layer& layer, Variable x) {
    return linear(x, x.tape().parameter(layer.weight), x.tape().parameter(layer.bias));
}
Gaussian gaussian(const Net& net, Variable h) {
    return {affine(net.mean, h), affine(net.log_variance, h)};
}
Variable sample(Gaussian g, Variable noise) { return g.mean + exp(g.log_variance / 2) * noise; }
Gaussian combine(Gaussian prior, Gaussian evidence) {
    const Variable gap = prior.log_variance - evidence.log_variance;
    return {prior.mean + sigmoid(gap) * (evidence.mean - prior.mean),
            prior.log_variance - softplus(gap)};
}
Variable kl(Gaussian q, Gaussian p) {
    const Variable far = square(q.mean - p.mean), ratio = q.log_variance - p.log_variance;
    return sum(exp(ratio) + far * exp(-p.log_variance) - ratio - 1, {1}) / 2;
}

Parts ladder(const Weights& w, Variable x, Variable noise_1, Variable noise_2) {
    const Variable h_1 = relu(affine(w.up_1.hidden, x));  // upward
    const Variable h_2 = relu(affine(w.up_2.hidden, h_1));
    const Gaussian evidence_1 = gaussian(w.up_1, h_1), q_2 = gaussian(w.up_2, h_2);

    const Variable z_2 = sample(q_2, noise_2);  // downward
    const Gaussian p_1 = gaussian(w.down_1, relu(affine(w.down_1.hidden, z_2)));
    const Gaussian q_1 = combine(p_1, evidence_1);
    const Variable z_1 = sample(q_1, noise_1);
    const Variable logits = affine(w.pixels, relu(affine(w.decode, z_1)));

    const Variable zero = x.tape().constant(autograd::full({1, 1}, 0));
    const Gaussian p_2{zero, zero};  // N(0, I)
    return {mean(bce_with_logits(logits, x)), mean(kl(q_1, p_1)), mean(kl(q_2, p_2))};
}

// The loss is the sum of the three parts. Note what each KL compares: `q_2` with $\mathcal N(0, I)$, but
// `q_1` with `p_1`, which depends on the $z_2$ just drawn. To generate, draw $z_2$ from
// $\mathcal N(0, I)$, then $z_1$ from `p_1`, and decode.
//
// ## The same from the library
//
// `models::HierarchicalVae` does this for any number of levels and layers:
//
// @source{models/hierarchical_vae.cpp, HierarchicalVae::descend}
//
// @source{models/hierarchical_vae.cpp, combine}
//
// With the same weights and the same noise, both must give the same three numbers:

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/hierarchical_vae.hpp"
#include "shared.hpp"
#include "tutorials/support/arrays.hpp"

using namespace hierarchical;

Weights weights_of(HierarchicalVae& model) {
    const auto all = nn::parameters(model);  // in the order of the fields above
    std::size_t next = 0;
    const auto layer = [&]() -> Layer {
        next += 2;
        return {*all[next - 2].parameter, *all[next - 1].parameter};
    };
    const auto net = [&]() -> Net { return {layer(), layer(), layer()}; };
    return {net(), net(), net(), layer(), layer()};
}

void compare_with_the_library(Session& session, const Array& images) {
    nn::Random random{session.flags.seed};
    HierarchicalVae library{
        {.input = images.shape(1), .hidden = {300}, .between = {300}, .latent = {40, 40}}, random};
    Tape tape;
    const Variable x = tape.constant(images);
    const auto noise = library.noise(tape, images.shape(0), random);
    const Parts ours = ladder(weights_of(library), x, noise[0], noise[1]);
    const models::Elbo theirs = library.elbo(x, noise);
    const auto apart = [](Variable a, Variable b) { return std::abs(a.item() - b.item()); };
    session.result("open_difference",
                   std::max({apart(ours.reconstruction, theirs.reconstruction),
                             apart(ours.kl_1, theirs.kl[0]), apart(ours.kl_2, theirs.kl[1])}));
}

// They differ by at most @result{open_difference, .0e} nats, which is the rounding of single precision.
//
// ## The mathematics
//
// ### One ELBO, one KL per level
//
// Number the levels from the data upward, $z_1$ to $z_L$. The model draws downward:
// $$ p(x, z_1, \dots, z_L) = p(z_L)\; p(z_{L-1} \mid z_L) \cdots p(z_1 \mid z_2)\; p(x \mid z_1) ,
//    \tag{1} $$
// with $p(z_L) = \mathcal N(0, I)$ and $p(z_l \mid z_{l+1}) = \mathcal N(m_l(z_{l+1}),
// \operatorname{diag} e^{\ell_l(z_{l+1})})$, both from a net. (Some models let the decoder see all
// levels; here that is the setting `skip`.) Jensen's inequality holds for several variables as for
// one:
// $$ \ln p(x) \ge \mathbb E_q \Bigl[ \ln p(x \mid z_1) + \ln \frac{p(z_1, \dots, z_L)}
//    {q(z_1, \dots, z_L \mid x)} \Bigr] . \tag{2} $$
// What remains is how $q$ is factored. Take the order in which the model draws,
// $q(z_2 \mid x)\, q(z_1 \mid z_2, x)$. The logarithm in (2) splits into one term per level, and the
// expectation of each over its own $z_l$ is a KL divergence:
// $$ \ln p(x) \ge \mathbb E_q[\ln p(x \mid z_1)]
//    - \underbrace{\mathbb E_{q(z_2 \mid x)} \bigl[ \mathrm{KL}(q(z_1 \mid z_2, x) \,\|\,
//      p(z_1 \mid z_2)) \bigr]}_{\mathrm{KL}_1}
//    - \underbrace{\mathrm{KL}(q(z_2 \mid x) \,\|\, p(z_2))}_{\mathrm{KL}_2} . \tag{3} $$
// Both are KLs of two Gaussians in closed form, given the draw above, and neither is negative.
// **Each level is compared with what the level above expects of it.**
//
// ### Combining what is expected with what is seen
//
// By Bayes' rule the true $p(z_1 \mid z_2, x)$ is proportional to $p(z_1 \mid z_2)\, p(x \mid z_1)$:
// what the level above expects, times what the image says. The **ladder VAE** gives $q$ that form. The
// encoder reads the image upward once and puts out, on each level, a Gaussian with mean $\hat\mu$ and
// log variance $\hat\lambda = \ln \hat\sigma^2$, the **evidence**. On the way down it is multiplied with
// the prior, mean $m$ and log variance $\ell = \ln \sigma_p^2$. In a product of densities the exponents
// add:
// $$ -\tfrac12 \Bigl[ \frac{(z - \hat\mu)^2}{\hat\sigma^2} + \frac{(z - m)^2}{\sigma_p^2} \Bigr]
//    = -\tfrac12 \Bigl( \frac1{\hat\sigma^2} + \frac1{\sigma_p^2} \Bigr) z^2
//      + \Bigl( \frac{\hat\mu}{\hat\sigma^2} + \frac{m}{\sigma_p^2} \Bigr) z + \text{const} . $$
// A Gaussian has $-\frac1{2\sigma^2} z^2 + \frac{\mu}{\sigma^2} z$ there. Comparing the coefficients,
// $$ \frac1{\sigma^2} = \frac1{\hat\sigma^2} + \frac1{\sigma_p^2}, \qquad
//    \mu = m + w\,(\hat\mu - m), \qquad
//    w = \frac{1/\hat\sigma^2}{1/\hat\sigma^2 + 1/\sigma_p^2} . \tag{4} $$
// The evidence pulls the mean away from the prior by its share $w$ of the precision $1/\sigma^2$. With
// $g = \ell - \hat\lambda$ this is $w = \operatorname{sigmoid}(g)$ and
// $\ln \sigma^2 = \ell - \operatorname{softplus}(g)$, which is what `combine` computes (exercise 1). If
// the image says nothing about the level, $\hat\sigma \to \infty$, then $w \to 0$, $q$ is $p$, and the
// level costs nothing. The encoder does not have to *learn* to imitate the prior.
//
// ### The other direction, and a trap
//
// One can also infer upward, $q(z_1 \mid x)\, q(z_2 \mid z_1)$. Then
// $$ \mathrm{KL}_1 = \mathbb E_q\bigl[ \ln q(z_1 \mid x) - \ln p(z_1 \mid z_2) \bigr], \qquad
//    \mathrm{KL}_2 = \mathbb E_{q(z_1 \mid x)}\bigl[ \mathrm{KL}(q(z_2 \mid z_1) \,\|\, p(z_2)) \bigr] .
//    \tag{5} $$
// $\mathrm{KL}_1$ looks like a KL of two Gaussians. But $z_2$ was drawn *from the same $z_1$* that stands
// in both logarithms. The closed form would average over a new $z_1$ that has nothing to do with
// $z_2$. So this term has to be estimated at the draw itself. It is not a divergence, and it may be
// negative (exercise 2). The next fold checks every one of these terms where all numbers are known.
//
// @experiment{chain}
//
// | symbol | C++ |
// |---|---|
// | $z_1, z_2, \dots$ | levels 0, 1, ... of `PerLevel<LatentLevel>`, lowest first |
// | $p(z_l \mid z_{l+1})$: $m_l, \ell_l$ | `HierarchicalVae::priors`, `LatentLevel::prior` |
// | $q(z_l \mid \dots)$, and a draw from it | `LatentLevel::posterior`, `LatentLevel::z` |
// | the evidence $\hat\mu_l, \hat\lambda_l$, and (4) | `encoders`, `models::combine` |
// | $p(x \mid z_1)$; $p(x \mid z_1, \dots, z_L)$ | `decoder`; the setting `skip` |
// | (3) or (5) | `Inference::top_down` or `Inference::bottom_up` |
// | $\mathrm{KL}_1, \mathrm{KL}_2, \dots$ | `Elbo::kl`, nats per image, summed over the units of a level |
//
// ## Train
//
// The likelihoods in papers are mostly of *binary* images: each grey level is taken as the probability that
// the pixel is 1. We binarise the test set once, with a fixed seed, so all models are judged by the same
// images, and resample the training set for every batch. On binary images the Bernoulli decoder is a
// probability, and $\ln p(x)$ is the logarithm of one. (The numbers of chapter 7 are cross entropies
// of grey images. Do not compare them with these.)
//
// The model has two levels of 40 units and gated layers of 300, and is trained with two cures that are
// explained below: the weight of the KL rises from 0 to 1 over the first half of the epochs, and four
// nats are free on each level. Its rival is a VAE with *one* level of 40 units, with the same epochs,
// batches, learning rates and warm-up (its KL is above four nats anyway), and with wider layers so that it
// has at least as many weights: @result{parameters_one_level, .0f} against
// @result{parameters_two_levels, .0f}.
//
// @source{tutorials/10_hierarchical_vae/shared.cpp, train}
//
// @figure{training.png, Left, −ELBO on the test images. Right, what each level costs.}
//
// While the KL has little weight, the lower level and the one-level model use many nats. As its weight
// rises to 1 in epoch 5, they use fewer. The upper level stays within one nat above the four free ones.
//
// A unit is called **active** if the variance of its posterior mean over the test images is above .01.
// In a lower level the distance of that mean from what the level above *expects* counts instead, in
// standard deviations of the expectation; otherwise a unit that only follows the level above would look
// active. A level is called **silent** if it costs less than one nat or has no active unit.
//
// @experiment{units}
//
// ## What each level says
//
// Encode an image, keep $z_2$, and replace $z_1$ by what the model expects below this $z_2$. What
// remains is what the upper level knows.
//
// @figure{levels.png, Test images (first row), what the upper level alone says of them (second), both
// levels (third). The upper level alone fails with two of the three trousers (columns 3 and 6) and turns
// the shoe of column 13 into something like a bag.}
//
// Now draw. Noise enters on each level, $z_2 = \varepsilon_2$ and
// $z_1 = m(z_2) + \sigma(z_2) \circ \varepsilon_1$. To **redraw the lower level**, keep
// $\varepsilon_2$ and draw $\varepsilon_1$ again. To **redraw the upper level**, keep
// $\varepsilon_1$, not $z_1$: in (1) the image depends on $z_1$ alone, so with $z_1$ fixed a new $z_2$
// changes nothing.
//
// @figure{redrawn.png, Two groups of five rows. First: the upper level is the same within a row, the
// lower is redrawn. Second: the lower noise is the same within a row, the upper level is redrawn.}

Array redraw(const HierarchicalVae& model, std::size_t level, std::size_t rows, std::size_t columns,
             nn::Random& random) {
    Tape tape;
    tape.set_inference(true);
    auto noise = model.noise(tape, rows * columns, random);
    autograd::Indices same(rows * columns);
    for (std::size_t i = 0; i < same.size(); ++i) same[i] = i / columns * columns;
    for (std::size_t l = 0; l < noise.size(); ++l)
        if (l != level && level < 2) noise[l] = gather(noise[l], same);  // 2: both are redrawn
    return model.generate(noise).value();
}

void look_at_levels(Session& session, const HierarchicalVae& model, const Dataset& test,
                    nn::Random& random) {
    const std::size_t columns = 14;
    const Array images = nn::first(test, columns).images;
    Tape tape;
    tape.set_inference(true);
    const Variable x = tape.constant(images);
    auto only_upper = model.no_noise(tape, columns);
    only_upper[1] = model.infer(x, model.no_noise(tape, columns))[1].z;
    tutorials::save_named_rows(session.file("levels.png"),
                               {{"image", images},
                                {"upper level", model.generate(only_upper).value()},
                                {"both levels", model.reconstruct(x).value()}},
                               test.item);

    const models::Classifier judge = train_judge(session);
    std::vector<tutorials::NamedImages> shown;
    for (const auto& [level, what] : {std::pair{0, "lower"}, {1, "upper"}, {2, "both"}}) {
        const Array pictures = redraw(model, level, 100, columns, random);
        note_change(session, what, pictures, columns, judge);
        if (level < 2) append_rows(shown, pictures, 5, columns, what + std::string(" redrawn"));
    }
    tutorials::save_named_rows(session.file("redrawn.png"), shown, test.item);
}

// How much do neighbours in a row differ? One measure is the mean squared difference per pixel. The
// other is how often a classifier, trained on real images, sees the same class in both. It names
// @result{judge_accuracy_real, .0f} % of the real test images correctly.
//
// | redrawn | change per pixel, seeds 1, 2, 3 | same class as its neighbour, % |
// |---|---|---|
// | lower level | @result{change_lower_redrawn, .3f}, @result{seed_2/change_lower_redrawn, .3f}, @result{seed_3/change_lower_redrawn, .3f} | @result{same_class_lower_redrawn, .0f}, @result{seed_2/same_class_lower_redrawn, .0f}, @result{seed_3/same_class_lower_redrawn, .0f} |
// | upper level | @result{change_upper_redrawn, .3f}, @result{seed_2/change_upper_redrawn, .3f}, @result{seed_3/change_upper_redrawn, .3f} | @result{same_class_upper_redrawn, .0f}, @result{seed_2/same_class_upper_redrawn, .0f}, @result{seed_3/same_class_upper_redrawn, .0f} |
// | both | @result{change_both_redrawn, .3f}, @result{seed_2/change_both_redrawn, .3f}, @result{seed_3/change_both_redrawn, .3f} | @result{same_class_both_redrawn, .0f}, @result{seed_2/same_class_both_redrawn, .0f}, @result{seed_3/same_class_both_redrawn, .0f} |
//
// @prediction{The upper level, with all three seeds, though it carries fewer nats. Redrawing it changes
// more per pixel and leaves the class the same less often. Nats do not measure what one sees. But the
// upper level does not settle the kind of garment either: with it fixed, 33 to 40 % of the neighbours are of
// one class, and rows two and three of the figure mix shirts, trousers and shoes. Nor does an upper
// level have to carry so few nats: four are free here, and it takes .3 to 1.3 more.}
//
// ## Better than one level?
//
// Comparing the ELBOs of two models is unfair to the model whose $q$ is further from its posterior.
// So compare $\ln p(x)$ itself, estimated by importance weighting (chapter 7) with draws of *all*
// levels:
// $$ \ln p(x) \approx \ln \frac1K \sum_k \frac{p(x, z_1^k, z_2^k)}{q(z_1^k, z_2^k \mid x)} . $$
// And compare **image by image**. $-\ln p(x)$ differs from image to image with a standard deviation of
// @result{spread_over_images, .0f} nats, and the mean of 1000 images has a standard error of
// @result{standard_error, .1f}. Most of this is the same for both models. In the difference on the
// *same* image it drops out.

void compare(Session& session, const HierarchicalVae& two, const HierarchicalVae& one,
             const Dataset& test, nn::Random& random) {
    const Array images = nn::first(test, session.flags.quick ? 40 : 1000).images;
    std::vector<Comparison> at;
    for (const std::size_t k : {1, 10, session.flags.quick ? 40 : 100}) {
        const Numbers of_one = costs(one, images, k, random),
                      of_two = costs(two, images, k, random);
        at.push_back({k, estimate(of_one), estimate(of_two), difference(of_one, of_two)});
    }
    note_comparison(session, at.back());
    draw_comparison(session, at);
}

// @figure{comparison.png, Left, the estimate of −ln p(x) on 1000 test images falls with K for both
// models. Right, the difference image by image at K = 100. Right of 0 the two-level model is better.}
//
// | seed | one level | two levels | difference, image by image | two levels are better on | KL upper, lower | active units upper, lower |
// |---|---|---|---|---|---|---|
// | 1 | @result{test_neg_log_likelihood_one_level, .1f} | @result{test_neg_log_likelihood, .1f} | @result{gain, .2f} ± @result{gain_error, .2f} | @result{better_percent, .0f} % | @result{kl_upper, .1f}, @result{kl_lower, .1f} | @result{active_upper, .0f}, @result{active_lower, .0f} |
// | 2 | @result{seed_2/test_neg_log_likelihood_one_level, .1f} | @result{seed_2/test_neg_log_likelihood, .1f} | @result{seed_2/gain, .2f} ± @result{seed_2/gain_error, .2f} | @result{seed_2/better_percent, .0f} % | @result{seed_2/kl_upper, .1f}, @result{seed_2/kl_lower, .1f} | @result{seed_2/active_upper, .0f}, @result{seed_2/active_lower, .0f} |
// | 3 | @result{seed_3/test_neg_log_likelihood_one_level, .1f} | @result{seed_3/test_neg_log_likelihood, .1f} | @result{seed_3/gain, .2f} ± @result{seed_3/gain_error, .2f} | @result{seed_3/better_percent, .0f} % | @result{seed_3/kl_upper, .1f}, @result{seed_3/kl_lower, .1f} | @result{seed_3/active_upper, .0f}, @result{seed_3/active_lower, .0f} |
//
// Each ± is the standard error from using 1000 images and not all; how much another training changes the result, the
// three seeds show. Two levels are better by about two nats with each.
//
// Are the samples (expected pixels) sharper? Neighbouring pixels of real images differ by @result{edges_real, .3f} on
// average. In samples of two levels (seeds 1, 2, 3) it is @result{edges_two_levels, .3f},
// @result{seed_2/edges_two_levels, .3f} and @result{seed_3/edges_two_levels, .3f}, of one level
// @result{edges_one_level, .3f}, @result{seed_2/edges_one_level, .3f} and
// @result{seed_3/edges_one_level, .3f}. So two levels are at most a little sharper: the difference is less
// than a tenth of what is missing to real images, and with seed 3 there is none.
//
// ## Why levels fall silent
//
// Look at (3) at the start of training. Nothing can be read from $z_2$ yet, because the net that reads
// it is random. Whatever $z_2$ says costs $\mathrm{KL}_2$ *at once*. Its use, a better expectation of
// $z_1$, comes only after $p(z_1 \mid z_2)$ has learnt to depend on $z_2$. Until then the KL makes
// $z_2$ say less at each step. Once $q(z_2 \mid x) = p(z_2)$ for every $x$, there is nothing left to learn from
// $z_2$, and the state is stable. The model is then a VAE with fewer levels. This is
// **posterior collapse**. It can happen to any level that the others can do without. A silent level in
// the middle passes on, with noise, what the level above has said. Inferring upward there is one more
// cause: $z_2$ knows the image only through a noisy draw of $z_1$.
//
// Cures:
//
// - **KL warm-up**: multiply the KL by $\beta$, which rises from 0 to 1 over the first epochs.
// - **Free bits**: charge $\max(c, \mathrm{KL}_l)$ in place of $\mathrm{KL}_l$, for the mean of the
//   batch. Below $c$ nats the charge stays the same, so fewer nats gain nothing.
// - **Gated layers**, $(Wx + b) \circ \operatorname{sigmoid}(Vx + c)$: the linear path $Wx + b$ passes
//   gradients where a ReLU would be off.
// - **The ladder** itself: an upper level reads the image without noise, and $q$ starts from $p$. All
//   rows of the table but the last have it; "no cure" means none of the other three.
//
// @experiment{cures}
//
// | cure | KL of levels 3, 2, 1: seed 1 | seed 2 | seed 3 | −ELBO: seed 1 | seed 2 | seed 3 |
// |---|---|---|---|---|---|---|
// | no cure | @result{kl_3_plain_1, .1f}, @result{kl_2_plain_1, .1f}, @result{kl_1_plain_1, .1f} | @result{kl_3_plain_2, .1f}, @result{kl_2_plain_2, .1f}, @result{kl_1_plain_2, .1f} | @result{kl_3_plain_3, .1f}, @result{kl_2_plain_3, .1f}, @result{kl_1_plain_3, .1f} | @result{neg_elbo_plain_1, .1f} | @result{neg_elbo_plain_2, .1f} | @result{neg_elbo_plain_3, .1f} |
// | warm-up | @result{kl_3_warm_up_1, .1f}, @result{kl_2_warm_up_1, .1f}, @result{kl_1_warm_up_1, .1f} | @result{kl_3_warm_up_2, .1f}, @result{kl_2_warm_up_2, .1f}, @result{kl_1_warm_up_2, .1f} | @result{kl_3_warm_up_3, .1f}, @result{kl_2_warm_up_3, .1f}, @result{kl_1_warm_up_3, .1f} | @result{neg_elbo_warm_up_1, .1f} | @result{neg_elbo_warm_up_2, .1f} | @result{neg_elbo_warm_up_3, .1f} |
// | free bits | @result{kl_3_free_bits_1, .1f}, @result{kl_2_free_bits_1, .1f}, @result{kl_1_free_bits_1, .1f} | @result{kl_3_free_bits_2, .1f}, @result{kl_2_free_bits_2, .1f}, @result{kl_1_free_bits_2, .1f} | @result{kl_3_free_bits_3, .1f}, @result{kl_2_free_bits_3, .1f}, @result{kl_1_free_bits_3, .1f} | @result{neg_elbo_free_bits_1, .1f} | @result{neg_elbo_free_bits_2, .1f} | @result{neg_elbo_free_bits_3, .1f} |
// | gated layers | @result{kl_3_gated_1, .1f}, @result{kl_2_gated_1, .1f}, @result{kl_1_gated_1, .1f} | @result{kl_3_gated_2, .1f}, @result{kl_2_gated_2, .1f}, @result{kl_1_gated_2, .1f} | @result{kl_3_gated_3, .1f}, @result{kl_2_gated_3, .1f}, @result{kl_1_gated_3, .1f} | @result{neg_elbo_gated_1, .1f} | @result{neg_elbo_gated_2, .1f} | @result{neg_elbo_gated_3, .1f} |
// | all three | @result{kl_3_all_1, .1f}, @result{kl_2_all_1, .1f}, @result{kl_1_all_1, .1f} | @result{kl_3_all_2, .1f}, @result{kl_2_all_2, .1f}, @result{kl_1_all_2, .1f} | @result{kl_3_all_3, .1f}, @result{kl_2_all_3, .1f}, @result{kl_1_all_3, .1f} | @result{neg_elbo_all_1, .1f} | @result{neg_elbo_all_2, .1f} | @result{neg_elbo_all_3, .1f} |
// | no cure, bottom-up | @result{kl_3_bottom_up_1, .1f}, @result{kl_2_bottom_up_1, .1f}, @result{kl_1_bottom_up_1, .1f} | @result{kl_3_bottom_up_2, .1f}, @result{kl_2_bottom_up_2, .1f}, @result{kl_1_bottom_up_2, .1f} | @result{kl_3_bottom_up_3, .1f}, @result{kl_2_bottom_up_3, .1f}, @result{kl_1_bottom_up_3, .1f} | @result{neg_elbo_bottom_up_1, .1f} | @result{neg_elbo_bottom_up_2, .1f} | @result{neg_elbo_bottom_up_3, .1f} |
//
// Without a cure, and with gated layers alone, the middle level is silent with all three seeds; with
// warm-up alone it is the top one. (Why this one, the table does not say.) With free bits alone every
// level carries about two nats or more, but −ELBO is worse than without a cure with each seed: what is free
// need not be useful. Warm-up alone gains up to two nats, gated layers alone gain or lose. All three cures
// together are best with each seed, five nats or more better than none. With free bits alone, and with gated
// layers alone, the seeds end more than five nats apart. Bottom-up no level looks silent, but there the KLs
// also count what an upper level says about the noise in the draw below. Only −ELBO can be compared: it is a
// little worse with each seed than that of the ladder without a cure.
//
// @experiment{overfitting}
//
// With all three seeds, the two-level model overfits more if the pixels are made binary once: its gap is
// wider, and it ends worse on test images. Resampled, both gaps are below ten nats, and it ends better.
//
// @experiment{protocol}

void lesson(Session& session) {
    draw_flow(session);
    const Data data = load(session);
    const std::size_t input = data.train.images.shape(1), epochs = session.flags.epochs;
    compare_with_the_library(session, nn::first(data.test, 128).images);
    nn::Random random{session.flags.seed};
    Trained two = train_two_levels(session, data);
    Trained one = train(session, data, one_level(input),
                        {.name = "one_level",
                         .epochs = epochs,
                         .warm_up = static_cast<double>(epochs) / 2,
                         .quiet = false});
    session.result("train_images_per_second", two.images_per_second);
    note_levels(session, note_model(session, "two_levels", two.model, data, random));
    note_model(session, "one_level", one.model, data, random);
    draw_training(session, two, one);
    look_at_levels(session, two.model, data.test, random);
    compare(session, two.model, one.model, data.test, random);
}

int main(int argc, char** argv) {
    const tutorials::About about{.name = "10_hierarchical_vae",
                                 .title = "The hierarchical VAE",
                                 .options = protocol_options()};
    return tutorials::run(argc, argv, about, [](Session& session) {
        protocol.row.empty() ? lesson(session) : published_protocol(session);
    });
}

//
// @transcript
//
// ## Check it
//
// `build/tests/models/models_double -sf='*hierarchical_vae*'` runs the tests of this model alone.
//
// - *the gradient of the hierarchical bound is right, noise frozen*: three levels, both directions.
// - *on a Gaussian chain every importance weight is the evidence itself, either way*, and *... the KL
//   of each level is the information that it carries*: any of the four wrong KLs fails.
// - *combining a prior with evidence multiplies the two densities*; *one level is a VAE*; *free bits
//   put a floor under the KL of each level*; *a lower unit that only follows the level above is not
//   active*.
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | samples are poor though reconstructions are fine | lower KL against $\mathcal N(0, I)$ (exercise 3) | *on a Gaussian chain the KL of each level ...* |
// | the ELBO lies above the importance-weighted estimate | KL against something that is not the prior | the same |
// | inferring upward, the ELBO is far too low | closed form in place of $\ln q - \ln p$ | the same |
// | the KL of a level falls to 0 and stays there | posterior collapse | KL per level in every report; the cures |
// | redrawing $z_2$ changes nothing, though its KL is not 0 | $z_1$ was kept, not its noise | *without noise the same top gives the same image ...* |
// | a model "wins" by a nat, another seed reverses it | means compared without pairing; one seed | one test set, differences image by image, several seeds |
//
// ## Exercises
//
// @exercise{1, Derive from (4) that $w = \operatorname{sigmoid}(\ell - \hat\lambda)$ and
// $\ln \sigma^2 = \ell - \operatorname{softplus}(\ell - \hat\lambda)$. Why does `combine` not compute
// $1/\hat\sigma^2 + 1/\sigma_p^2$ directly?}
//
// @exercise{2, Show that $\mathrm{KL}_1 + \mathrm{KL}_2 = I(x; z_1)$ in (5) if the posteriors are exact.
// Find $a, s, \sigma$ of the chain for which $\mathrm{KL}_1$ is negative, and check it with
// `exact_chain`.}
//
// @exercise{3, Train with the KL of the lower level taken against $\mathcal N(0, I)$. Compare the wrong
// "ELBO", the true one and the importance-weighted estimate, and look at samples.}
//
// @exercise{4, Compare the two means of seed 1 *without* pairing. What is the standard error of the
// difference? How many images would this comparison need to be as exact as the paired one?}
//
// @exercise{5, Let the decoder see both levels, `.skip = true`. Does the upper level carry more, and is
// the model better? Which statement of "What each level says" is no longer true?}
//
// @exercise{6, Train with free bits of 0, 2, 8 and 16 nats per level. What do the levels carry, and when
// does −ELBO suffer?}
//
// ## Where the real code differs, and further reading
//
// - Ladder VAE: C. K. Sønderby, T. Raiko, L. Maaløe, S. K. Sønderby, O. Winther, NeurIPS 2016: (4),
//   warm-up, silent units counted. It also uses batch normalisation, which it calls crucial.
// - Warm-up: S. R. Bowman et al., *Generating Sentences from a Continuous Space*, CoNLL 2016. Free bits
//   and top-down inference: D. P. Kingma et al., *Improved Variational Inference with Inverse
//   Autoregressive Flow*, NeurIPS 2016. Others count free bits per unit, or per image: other losses.
// - The published table: S. Norouzi, D. J. Fleet, M. Norouzi, *Exemplar VAE*, NeurIPS 2020. The
//   two-level model and gated nets: J. M. Tomczak, M. Welling, *VAE with a VampPrior*, AISTATS 2018. It
//   infers by nets that share nothing, instead of (4), and limits log variances to $[-6, 2]$. One level
//   with its VampPrior, a prior that is learnt, reaches 227.35 in that table.
// - Gates: Y. N. Dauphin et al., ICML 2017. Active units: Y. Burda et al., ICLR 2016.
// - Dozens of convolutional levels: A. Vahdat, J. Kautz, *NVAE*, NeurIPS 2020, which puts out the
//   *difference* of $q$ from $p$, regularises spectra and weights the KLs of levels at the start; R.
//   Child, *Very Deep VAEs*, ICLR 2021, which puts out $q$ itself and skips updates with large
//   gradients. A diffusion model is a hierarchical VAE too: its encoder is not learnt but adds noise.
// - Collapse: J. Lucas et al., *Don't Blame the ELBO!*, NeurIPS 2019; J. He et al., ICLR 2019.
//
// Traps of naming: pythae's "HVAE" is *Hamiltonian*; the ladder *network* is another thing; "level 1" is
// the lowest here and the top in some papers; the "evidence" of a level is not the evidence $\ln p(x)$.
