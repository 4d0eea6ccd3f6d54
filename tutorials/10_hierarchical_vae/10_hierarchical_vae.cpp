// ---
// title: The hierarchical VAE
// builds_on: 07_vae, 09_beta_vae
// leads_to: 11_bugs
// tooltip: Levels of latent variables, coarse to fine; how upper levels fall silent, and are woken.
// minutes: 4
// keywords: ladder VAE, posterior collapse, KL warm-up, free bits, importance weighting
// ---
//
// ## What you will be able to do
//
// - Write the bound of a model with several levels of latent variables, with one KL per level, and
//   say which distribution each of them is taken from and against; check it on a chain of Gaussians
//   where every number is known beforehand.
// - See that a level has fallen silent, in its KL and in its active units, and wake it: KL warm-up,
//   free bits, gated layers, inference from the top down.
// - Compare two latent-variable models honestly: by importance weighting, on one binarised test
//   set, image by image, with the error of the difference.
//
// **Predict first.** A model draws in two stages: 40 numbers decide on the whole, and given these,
// 40 more decide on the rest. Take a drawing and redraw *one* of the stages, holding the other.
// Which of the two changes the picture more? And one stage carries more than twice as many nats as
// the other: the one that decides on the whole, or the rest?
//
// ## The idea in one figure
//
// @figure{idea.png, In each row the upper level was drawn once, and the lower level anew for every
// picture. What is common to a row is what the upper level decides.}
//
// A VAE decides everything at once: twenty or forty independent numbers from a bell curve, then the
// picture. People decide in stages. *A shoe*; then *a high one, dark*; then where the laces run.
// Each stage is a choice among what the stage before has left open, and only the first is made out
// of the blue.
//
// A **hierarchical VAE** stacks latent variables in the same way: coarse to fine. At the top stands
// $z_2$, drawn from a bell curve; a net computes from it a Gaussian, *its own* for each $z_2$, from
// which $z_1$ is drawn; and $z_1$ is decoded into pixels. Two things are gained. The prior of $z_1$
// is no longer one bell for all images but a mixture of infinitely many, so fewer draws fall where
// no image is. And the levels can divide the labour: what goes together in many ways (a kind of
// garment) sits above, what varies within it sits below.
//
// Two things get harder. There are more weights to overfit with. And upper levels have a habit of
// **falling silent**: the model learns to do without them, and what was to be a hierarchy is an
// ordinary VAE with a costly ornament. Half of this chapter is about why, how one sees it, and what
// helps.
//
// ## The mathematics
//
// ### Several levels
//
// Number the levels from the data upward, $z_1$ to $z_L$. The model draws downward:
// $$ p(x, z_1, \dots, z_L) = p(z_L)\; p(z_{L-1} \mid z_L) \cdots p(z_1 \mid z_2)\; p(x \mid z_1) ,
//    \tag{1} $$
// with $p(z_L) = \mathcal N(0, I)$ and $p(z_l \mid z_{l+1}) = \mathcal N(m_l(z_{l+1}),
// \operatorname{diag} e^{\ell_l(z_{l+1})})$, both by a net. Some authors let the decoder see all
// levels, $p(x \mid z_1, \dots, z_L)$; the option is called `skip` here.
//
// The bound needs a proposal for all of them, $q(z_1, \dots, z_L \mid x)$. Jensen's inequality does
// not mind how many variables there are:
// $$ \ln p(x) \ge \mathbb E_q \Bigl[ \ln p(x \mid z_1) + \ln \frac{p(z_1, \dots, z_L)}
//    {q(z_1, \dots, z_L \mid x)} \Bigr] . \tag{2} $$
// Everything else depends on how $q$ is factored. There are two ways.
//
// @figure{model.png, Left, how images are drawn. Middle, inference bottom-up: a chain of guesses.
// Right, inference top-down: the image is read upward without any noise, then the levels are drawn
// downward, each from what the image says and what the level above expects.}
//
// ### Bottom-up, and a trap
//
// Turn all arrows round: $q(z_1, z_2 \mid x) = q(z_1 \mid x)\, q(z_2 \mid z_1)$. Guess $z_1$ from
// the image, then $z_2$ from the guess. Put into (2):
// $$ \ln p(x) \ge \mathbb E_q[\ln p(x \mid z_1)]
//    - \underbrace{\mathbb E_q\bigl[ \ln q(z_1 \mid x) - \ln p(z_1 \mid z_2) \bigr]}
//      _{\mathrm{KL}_1}
//    - \underbrace{\mathbb E_{q(z_1 \mid x)}\bigl[ \mathrm{KL}(q(z_2 \mid z_1) \,\|\, p(z_2))
//      \bigr]}_{\mathrm{KL}_2} . \tag{3} $$
// $\mathrm{KL}_2$ is an old acquaintance, the KL of two Gaussians. The trap is $\mathrm{KL}_1$. It
// looks like $\mathrm{KL}(q(z_1 \mid x) \,\|\, p(z_1 \mid z_2))$, two Gaussians again, ready for
// the closed form. But $z_2$ was drawn *from the very $z_1$* that stands in both logarithms. The
// closed form averages over a fresh $z_1$ that has nothing to do with $z_2$, and so it charges for
// a disagreement that does not exist. The term has to be estimated by the draw itself,
// $\ln q - \ln p$ at that $z_1$ and $z_2$. It is not even a divergence and may be negative: what
// $z_2$ is paid for, $z_1$ gets back.
//
// ### Top-down: the ladder
//
// The true posterior can also be factored from the top, $p(z_2 \mid x)\, p(z_1 \mid z_2, x)$, in
// the order in which the model draws. Propose likewise, $q(z_2 \mid x)\, q(z_1 \mid z_2, x)$:
// $$ \ln p(x) \ge \mathbb E_q[\ln p(x \mid z_1)]
//    - \mathbb E_{q(z_2 \mid x)} \bigl[ \mathrm{KL}(q(z_1 \mid z_2, x) \,\|\, p(z_1 \mid z_2))
//      \bigr]
//    - \mathrm{KL}(q(z_2 \mid x) \,\|\, p(z_2)) . \tag{4} $$
// Now every term is an honest divergence *given the draw above*, never negative, in closed form. In
// each level, $q$ and $p$ hang on the same $z_{l+1}$, and that is the rule to remember: **a level
// is compared with what the level above expects of it.**
//
// What should $q(z_1 \mid z_2, x)$ look like? By Bayes' rule it is proportional to
// $p(z_1 \mid z_2)\, p(x \mid z_1)$: what the level above expects, times what the image says. The
// **ladder VAE** copies that form. The encoder reads the image upward once, without any noise, and
// on each level puts out what the image says of it: the **evidence**, a Gaussian with the mean
// $\hat\mu_l$ and the log variance $\hat\lambda_l = \ln \hat\sigma^2$. On the way down the evidence
// is multiplied with the prior $m_l, \ell_l = \ln \sigma_p^2$ that $z_{l+1}$ gives. A product of
// two Gaussians is one; precisions, which are one over variances, add up:
// $$ \frac1{\sigma^2} = \frac1{\hat\sigma^2} + \frac1{\sigma_p^2}, \qquad
//    \mu = m + w\,(\hat\mu - m), \qquad
//    w = \frac{1/\hat\sigma^2}{1/\hat\sigma^2 + 1/\sigma_p^2} . \tag{5} $$
// In logarithms, and numerically harmless, with $g = \ell - \hat\lambda$:
// $w = \operatorname{sigmoid}(g)$ and $\ln \sigma^2 = \ell - \operatorname{softplus}(g)$. The
// evidence pulls the mean away from the prior by its share in the precision. If it has nothing to
// say, $\hat\sigma \to \infty$, then $w \to 0$, $q$ is $p$, and the level costs nothing: it just
// does what the level above expects. The encoder need not *learn* to imitate the prior.
//
// ### Why levels fall silent
//
// Look at (4) as a newborn model does. Nothing can yet be read from $z_2$, since the net that reads
// it is random. Whatever $z_2$ says costs KL *at once*; its use, a better expectation of $z_1$,
// comes only when $p(z_1 \mid z_2)$ has learnt to listen. Until then each step makes $z_2$ say
// less. When it says nothing, $q(z_2 \mid x) = p(z_2)$ for every $x$, there is nothing left to
// learn to listen to, and the state holds itself: $p(z_1 \mid z_2)$ is one Gaussian, and the model
// a VAE with one level. It can happen to any level that the others can do without. A silent one in
// the middle just hands on, noisily, what the level above has said.
//
// This is **posterior collapse**. Bottom-up there is one cause more: $z_2$ hears of the image only
// through a noisy draw of $z_1$, whose meaning changes all the time, and $z_3$ through two. The
// cures give a level time, or a better line:
//
// - **KL warm-up**: weight the KL by $\beta$, which rises from 0 to 1 over the first epochs. While
//   speaking is cheap, all levels learn to speak and to listen.
// - **Free bits**: $\max(\lambda, \mathrm{KL}_l)$ in place of $\mathrm{KL}_l$ (for the mean of the
//   batch), with a number of nats $\lambda$ that one chooses. These nats are paid for anyway, so
//   there is no gain in saying less.
// - **Gated layers**, $(Wx + b) \circ \operatorname{sigmoid}(Vx + c)$: the linear path carries
//   gradients through a deep stack that ReLUs would thin out.
// - **The ladder**: the upper level reads the image itself, without noise; and the lower one starts
//   from what it expects.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $z_1, z_2, \dots$ | levels 0, 1, ... of `PerLevel<LatentLevel>`, lowest first |
// | $p(z_l \mid z_{l+1})$ | `HierarchicalVae::priors`, `LatentLevel::prior` |
// | $q(z_l \mid \dots)$ and a draw from it | `LatentLevel::posterior`, `LatentLevel::z`, from `infer` |
// | the evidence $\hat\mu_l, \hat\lambda_l$, and (5) | `encoders`, `models::combine` |
// | $p(x \mid z_1)$; $p(x \mid z_1, \dots, z_L)$ | `decoder`; the setting `skip` |
// | bottom-up (3) or top-down (4) | `Inference::bottom_up`, `Inference::top_down` |
// | $\mathrm{KL}_1, \mathrm{KL}_2, \dots$ | `Elbo::kl` |
// | $\beta$ and $\lambda$ of the cures | `Elbo::value(beta, free_bits)` |
//
// > **Reduction.** As everywhere: nats per image, summed over pixels and over the units of a level,
// > averaged over the batch. The KLs of the levels are added with weight 1. Free bits are per level
// > and for the mean of the batch; elsewhere they are per unit, or per image, which is another
// > loss.
//
// ## The program

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/io/history.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::HierarchicalVae;
using models::HierarchicalVaeSettings;
using models::Inference;
using models::LatentUse;
using nn::Dataset;
using tutorials::Plot;
using tutorials::Session;

namespace {

using Numbers = Plot::Numbers;

// A mean is worth little without its error.

struct Estimate {
    double mean, standard_error;
};

Estimate estimate(const Numbers& numbers) {
    const double n = static_cast<double>(numbers.size());
    double mean = 0, squares = 0;
    for (const double x : numbers) mean += x / n;
    for (const double x : numbers) squares += (x - mean) * (x - mean);
    return {mean, std::sqrt(squares / std::max(n - 1, 1.0) / n)};
}

// Two models are compared on the same images: a less b, image by image.

Numbers difference(const Numbers& a, const Numbers& b) {
    Numbers out(a.size());
    std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
    return out;
}

// The figure of the model: circles are boxes here.

void draw_the_model(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"x"}), z1 = diagram.box(0, 1.2, {"z₁"});
    const auto z2 = diagram.box(0, 2.4, {"z₂"});
    diagram.arrow(z2, z1, "p(z₁|z₂)");
    diagram.arrow(z1, x, "p(x|z₁)");
    const auto up_x = diagram.box(3, 0, {"x"}), up_1 = diagram.box(3, 1.2, {"z₁"});
    const auto up_2 = diagram.box(3, 2.4, {"z₂"});
    diagram.arrow(up_x, up_1, "q(z₁|x)");
    diagram.arrow(up_1, up_2, "q(z₂|z₁)");
    const auto in = diagram.box(6, 0, {"x"}), d1 = diagram.box(6, 1.2, {"features"});
    const auto d2 = diagram.box(6, 2.4, {"features"});
    const auto top = diagram.box(9, 2.4, {"z₂"}), low = diagram.box(9, 1.2, {"z₁"});
    diagram.arrow(in, d1);
    diagram.arrow(d1, d2);
    diagram.arrow(d2, top, "q(z₂|x)");
    diagram.arrow(d1, low, "evidence");
    diagram.arrow(top, low, "p(z₁|z₂)");
    diagram.save(session.file("model.png"));
}

// ### A chain where everything is known
//
// Before any image, a model that can be solved with pencil and paper: one number on each level,
// $$ z_2 \sim \mathcal N(0, 1), \qquad z_1 = a\,z_2 + s\,\varepsilon, \qquad
//    x = z_1 + \sigma\,\varepsilon', \qquad a^2 + s^2 = 1 . $$
// All marginals are Gaussian: $z_1 \sim \mathcal N(0, 1)$ and $x \sim \mathcal N(0, 1 + \sigma^2)$.
// So are all posteriors, whichever way they are factored. Without hidden layers, `HierarchicalVae`
// contains this chain, and its encoders can be *set* to the exact posterior.

constexpr double a = 0.8, s = 0.6, sigma = 0.5;

void set(nn::Linear& layer, double weight, double bias) {
    layer.weight.value.fill(Real(weight));
    layer.bias.value.fill(Real(bias));
}

void set(models::GaussianNet& net, double gain, double variance) {
    set(net.mean, gain, 0);
    set(net.log_variance, 0, std::log(variance));
}

// From Bayes' rule: with a prior $\mathcal N(0, t)$ on $z$ and an observation $y = c z$ + noise of
// variance $e$, the posterior has the precision $1/t + c^2/e$ and the mean $y \cdot c/e$ over it.

struct Answer {
    double gain, variance;
};

Answer bayes(double prior_variance, double c, double noise_variance) {
    const double variance = 1 / (1 / prior_variance + c * c / noise_variance);
    return {variance * c / noise_variance, variance};
}

HierarchicalVae exact_chain(Inference inference) {
    nn::Random random{1};
    HierarchicalVae model{{.input = 1,
                           .hidden = {},
                           .between = {},
                           .latent = {1, 1},
                           .inference = inference,
                           .likelihood = models::Likelihood::gaussian,
                           .sigma = Real(sigma)},
                          random};
    const auto decoder = nn::parameters(model.decoder);  // weight and bias
    decoder[0].parameter->value.fill(1);
    decoder[1].parameter->value.fill(0);
    set(model.priors[0], a, s * s);

    const bool ladder = inference == Inference::top_down;
    const Answer below = ladder ? Answer{1, sigma * sigma}            // p(x | z1), read for z1
                                : bayes(1, 1, sigma * sigma);         // q(z1 | x)
    const Answer above = ladder ? bayes(1, a, s * s + sigma * sigma)  // q(z2 | x)
                                : bayes(1, a, s * s);                 // q(z2 | z1)
    set(model.encoders[0], below.gain, below.variance);
    set(model.encoders[1], above.gain, above.variance);
    return model;
}

// With the exact posterior, $p(x, z) / q(z \mid x)$ is $p(x)$ *for every draw*, whatever $z$. So a
// single importance weight must give the evidence, without any error; it does to
// @result{chain_error} nats. And the KL of each level must be what information theory says:
// $$ \text{top-down:}\quad \mathrm{KL}_2 = I(x; z_2),\quad \mathrm{KL}_1 = I(x; z_1 \mid z_2);
//    \qquad \text{bottom-up:}\quad \mathrm{KL}_2 = I(z_1; z_2),\quad
//    \mathrm{KL}_1 = I(x; z_1) - I(z_1; z_2) . $$
// Both pairs add up to the same $I(x; z_1)$: the sum is what an image tells about the codes, and
// how one divides it among levels is a matter of accounting. (So "the KL of the upper level" is not
// a number that can be compared between the two.)
//
// Now the wrong ones, first as they come to mind, then as they come out. All of them have been
// published in somebody's repository.
//
// 1. *Ladder, against $\mathcal N(0, I)$*, as in a VAE. The lower level is charged for following
//    the upper one. In training, $p(z_1 \mid z_2)$ would never get a gradient.
// 2. *Ladder, the evidence instead of $q$*: $\mathrm{KL}(\hat q \,\|\, p)$. What was drawn is not
//    what is paid for.
// 3. *Ladder, $q$ against the evidence* of the level: two distributions that look alike in the
//    code. The "bound" comes out *above* $\ln p(x)$, which no bound can: nothing ties $z_1$ to what
//    the model would draw.
// 4. *Bottom-up, closed form*, the trap of above.
//
// (The bound of the exact posterior is $\ln p(x)$ itself. In the table that the program prints, the
// two right ones are off by some thousandths of a nat, to either side: the reconstruction is
// estimated with one draw for each $x$ and the closed forms are not, so the luck of the draws does
// not cancel.)

struct ChainKl {
    std::string what;
    double lower, upper;
};

std::vector<ChainKl> kl_right_and_wrong(const HierarchicalVae& model, Variable x,
                                        const models::PerLevel<Variable>& noise) {
    const auto elbo = model.elbo(x, noise);
    const auto found = model.infer(x, noise);
    const nn::Normal &q = found[0].posterior, &p = *found[0].prior;
    const double upper = elbo.kl[1].item();
    const auto charged = [&](const std::string& what, Variable kl) {
        return ChainKl{what, mean(kl).item(), upper};
    };
    if (!found[0].closed_form)
        return {{"bottom-up, by the draw", elbo.kl[0].item(), upper},
                charged("  wrong: closed form", nn::kl(q, p))};
    const nn::Normal evidence = model.encoders[0](x);
    return {{"top-down", elbo.kl[0].item(), upper},
            charged("  wrong: against N(0, I)", nn::kl_to_standard_normal(q)),
            charged("  wrong: the evidence instead of q", nn::kl(evidence, p)),
            charged("  wrong: q against the evidence", nn::kl(q, evidence))};
}

void known_chain(Session& session) {
    nn::Random random{session.flags.seed};
    const std::size_t count = 50000;
    const double variance = 1 + sigma * sigma;
    Array x = random.normal({count, 1});
    double evidence = 0, worst = 0;
    for (Real& pixel : x.storage()) {
        pixel *= Real(std::sqrt(variance));
        const double square = double{pixel} * double{pixel} / variance;
        evidence -= 0.5 * (std::log(2 * std::numbers::pi * variance) + square) / count;
    }
    std::printf("\nA Gaussian chain, nats. The mean of ln p(x) is %.4f.\n", evidence);
    std::printf("  %-38s %8s %8s %9s\n", "", "KL z1", "KL z2", "bound");
    Tape tape;
    tape.set_inference(true);
    for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
        const HierarchicalVae model = exact_chain(inference);
        const auto one_weight = models::importance_weighted(model, x, 1, random);
        worst = std::max(worst, std::abs(one_weight.mean - evidence));
        tape.rewind();
        const Variable images = tape.constant(x);
        const auto noise = model.noise(tape, count, random);
        const double reconstruction = model.elbo(images, noise).reconstruction.item();
        for (const auto& [what, lower, upper] : kl_right_and_wrong(model, images, noise))
            std::printf("  %-38s %8.4f %8.4f %9.4f\n", what.c_str(), lower, upper,
                        -reconstruction - lower - upper);
    }
    const auto information = [](double signal, double noise) {
        return 0.5 * std::log1p(signal / noise);
    };
    std::printf("  known: I(x;z1|z2) %.4f + I(x;z2) %.4f = I(x;z1) %.4f;  I(z1;z2) %.4f\n",
                information(s * s, sigma * sigma), information(a * a, s * s + sigma * sigma),
                information(1, sigma * sigma), information(a * a, s * s));
    session.result("chain_error", worst);
}

// ### Data and training
//
// Published likelihoods are of *binary* images: each grey level is taken as the probability of a 1.
// The test set is thrown once, with a fixed seed, so that all models are judged on the very same
// images. The training set is thrown *anew for each batch*, which is free data augmentation: no
// image comes twice. On binary images the Bernoulli decoder is a true probability, and $\ln p(x)$
// is the logarithm of one. (Do not compare with the numbers of chapter 7, which are cross entropies
// of grey images.)

struct Data {
    Dataset train;  // grey
    Dataset test;   // binary
};

Data load(Session& session) {
    nn::TrainTest data = session.load_data();
    nn::Random coins{2020};  // the same for every --seed
    return {std::move(data.train), nn::binarise(data.test, coins)};
}

// A recipe is what the experiments vary, besides the model.

struct Recipe {
    std::string name;
    std::size_t epochs;
    double warm_up = 0;    // epochs until the KL has its full weight
    double free_bits = 0;  // nats per level
    bool redraw = true;    // the training images, for each batch
    bool quiet = true;
};

// One type serves for all: a `HierarchicalVae` with one level *is* a VAE (there is a test that says
// so). The step is that of chapter 7, with a coin throw before it and the two cures in `value`.

struct Trained {
    HierarchicalVae model;
    nn::History history;
    double images_per_second;
};

Trained train(Session& session, const Data& data, const HierarchicalVaeSettings& settings,
              const Recipe& recipe) {
    static constexpr const char* kl_names[] = {"kl_1", "kl_2", "kl_3"};
    autograd::require(settings.latent.size() <= std::size(kl_names), "[train] got ",
                      settings.latent.size(), " levels, expected at most ", std::size(kl_names));
    nn::Random random{session.flags.seed};
    HierarchicalVae model{settings, random};
    const double rate = session.flags.learning_rate, epochs = static_cast<double>(recipe.epochs);
    nn::Schedule weight = nn::schedule::constant(1);
    if (recipe.warm_up > 0) weight = nn::schedule::linear_ramp(0, 1, recipe.warm_up);
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{data.train, session.flags.batch};
    nn::Training training{{.epochs = recipe.epochs,
                           .name = recipe.name,
                           .folder = session.flags.out,
                           .resume = session.flags.resume,
                           .learning_rate = nn::schedule::cosine(rate, rate / 20, epochs),
                           .quiet = recipe.quiet},
                          model,
                          adam,
                          random};
    Tape tape;
    Array binary;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        if (recipe.redraw) random.bernoulli(batch.images, binary);
        tape.rewind();
        const auto elbo = model.elbo(tape.constant(recipe.redraw ? binary : batch.images), random);
        const Real beta = Real(weight(training.time()));
        adam.step(tape.backward(-elbo.value(beta, Real(recipe.free_bits))));
        return {{"neg_elbo", -elbo.value().item()}};
    };
    const auto test = [&] {
        const auto use = models::latent_use(model, data.test.images, random);
        nn::Metrics out{{"neg_elbo", use.neg_elbo()}};
        for (std::size_t l = 0; l < use.levels.size(); ++l)
            out.add({kl_names[l], use.levels[l].kl});
        return out;
    };
    training.run(batches, step, test);
    return {std::move(model), training.history(), training.images_per_second()};
}

// Every run ends with the parts apart, level by level, and with a verdict. **Active** needs a word
// for lower levels. In a VAE a unit is active if its posterior mean moves with the image. Here the
// mean of a lower unit moves also when it merely follows the level above, saying nothing of its
// own. So what is looked at is its distance from what the level above *expects*, in deviations of
// that expectation. At the top that is the old definition, and bottom-up too, where no posterior
// hangs on the level above. A level is called **silent** if it says less than one nat, or has no
// active unit.

LatentUse report(const std::string& name, const HierarchicalVae& model, const Data& data,
                 nn::Random& random) {
    const auto use = models::latent_use(model, data.test.images, random);
    std::printf("%s: %s\n", name.c_str(), models::report(use).c_str());
    return use;
}

// ### Two levels
//
// The model of this chapter has two levels of 40 units, gated layers of 300 and inference from the
// top down, and is trained with both cures: a KL warm-up over the first half of the epochs, and
// four nats of free bits for each level.
//
// @figure{training.png, Left, the bound on the test images. Right, what each level costs. While the
// KL is cheap, the lower level and the VAE with one level talk a lot; as its weight rises, they
// keep what is worth its price. The upper level stays a little above the four nats that are free.}

HierarchicalVaeSettings two_levels(std::size_t input) {
    return {
        .input = input, .hidden = {300, 300}, .between = {300}, .latent = {40, 40}, .gated = true};
}

// Its rival is a VAE with *one* level of 40 units and gated layers too, wider ones, so that it has
// at least as many parameters.

HierarchicalVaeSettings one_level(std::size_t input) {
    return {.input = input, .hidden = {350, 350}, .latent = {40}, .gated = true};
}

void count_parameters(const std::string& name, HierarchicalVae& model) {
    std::printf("%s: %zu parameters\n", name.c_str(), nn::parameter_count(nn::parameters(model)));
}

void draw_training(Session& session, const Trained& two, const Trained& one) {
    const Numbers epochs = two.history.column("epoch");
    Plot bound{{.title = "−ELBO on test images", .x = "epoch", .y = "nats per image"}};
    bound.line("two levels", epochs, two.history.column("test_neg_elbo"));
    bound.line("one level", epochs, one.history.column("test_neg_elbo"));
    Plot kl{{.title = "KL per level", .x = "epoch", .y = "nats per image"}};
    kl.line("two levels: lower", epochs, two.history.column("test_kl_1"));
    kl.line("two levels: upper", epochs, two.history.column("test_kl_2"));
    kl.line("one level", epochs, one.history.column("test_kl_1"));
    tutorials::save_plots(session.file("training.png"), {bound, kl}, 2);
}

// @figure{kl_per_unit.png, The price of each unit, sorted within its level. Of forty units each
// level uses a few, and the lower one has fallen silent in the others altogether. The scales
// differ.}

void note_levels(Session& session, const LatentUse& use) {
    Numbers kl, active;
    for (const models::LevelUse& level : use.levels) {
        kl.push_back(level.kl);
        active.push_back(static_cast<double>(level.active));
    }
    session.result("kl_per_level", kl);
    session.result("active_units_per_level", active);
    session.note("kl_lower", kl.front());
    session.note("kl_upper", kl.back());
    session.note("active_lower", active.front());
    session.note("active_upper", active.back());
}

void judge_levels(Session& session, const LatentUse& use) {
    std::vector<Plot> plots;
    for (std::size_t l = use.levels.size(); l-- > 0;) {
        Numbers sorted = use.levels[l].kl_per_unit;
        std::sort(sorted.rbegin(), sorted.rend());
        std::vector<std::string> names;
        for (std::size_t u = 1; u <= sorted.size(); ++u)
            names.push_back(u % 5 == 0 ? std::to_string(u) : "");
        Plot plot{{.title = l == 0 ? "lower level" : "upper level",
                   .x = "unit, by rank",
                   .y = "KL (nats per image)"}};
        plots.push_back(plot.bars("", names, sorted));
    }
    tutorials::save_plots(session.file("kl_per_unit.png"), plots, 2);
    session.result("test_neg_elbo", use.neg_elbo());
    note_levels(session, use);
}

// ### What each level says
//
// Encode an image; then forget the lower level and let the model fill it in with what it *expects*
// below this $z_2$. What remains is what the upper level knows.
//
// @figure{levels.png, Test images (first row), what the upper level alone knows of them (second),
// both levels (third). The upper level mostly tells shoes from tops, and is at a loss with two of
// the three pairs of trousers.}
//
// Now draw. Noise goes in on each level: $z_2 = \varepsilon_2$ and
// $z_1 = m(z_2) + \sigma(z_2) \circ \varepsilon_1$. To **hold the upper level and redraw the
// lower** is to keep $\varepsilon_2$ and draw $\varepsilon_1$ again. The other way round there is a
// trap: whoever holds $z_1$ and redraws $z_2$ sees no change at all, for in (1) the image depends
// on $z_1$ alone. What has to be held is the lower *noise*: the same deviations from whatever is
// expected.
//
// @figure{redrawn.png, Two groups of four rows. First: each row has one upper level, and its lower
// level is redrawn from left to right. Second: each row has one lower noise, and the upper level is
// redrawn from left to right. The second group varies more.}

models::PerLevel<Variable> grid_noise(const HierarchicalVae& model, Tape& tape,
                                      std::size_t held_level, std::size_t rows, std::size_t columns,
                                      nn::Random& random) {
    models::PerLevel<Variable> noise = model.noise(tape, rows * columns, random);
    autograd::Indices same(rows * columns);
    for (std::size_t i = 0; i < same.size(); ++i) same[i] = i / columns * columns;
    noise[held_level] = gather(noise[held_level], same);  // one draw for each row
    return noise;
}

// How much does a picture change? The mean squared distance of neighbours in a row, per pixel.

double change(const Array& pictures, std::size_t columns) {
    const std::size_t size = pictures.shape(1);
    double sum = 0, count = 0;
    for (std::size_t i = 0; i + 1 < pictures.shape(0); ++i) {
        if ((i + 1) % columns == 0) continue;
        for (std::size_t d = 0; d < size; ++d)
            sum += std::pow(double{pictures(i, d)} - double{pictures(i + 1, d)}, 2);
        count += static_cast<double>(size);
    }
    return sum / count;
}

std::vector<tutorials::NamedImages> in_rows(const Array& pictures, std::size_t rows,
                                            std::size_t columns, const std::string& name) {
    std::vector<tutorials::NamedImages> out;
    for (std::size_t row = 0; row < rows; ++row) {
        autograd::Indices which(columns);
        for (std::size_t i = 0; i < columns; ++i) which[i] = row * columns + i;
        out.push_back({row == 0 ? name : "", nn::take(pictures, which)});
    }
    return out;
}

void draw_levels(Session& session, const HierarchicalVae& model, const Data& data,
                 nn::Random& random) {
    const std::size_t count = 14;
    Tape tape;
    tape.set_inference(true);
    const Array images = nn::first(data.test, count).images;
    const Variable x = tape.constant(images);
    auto only_upper = model.no_noise(tape, count);
    only_upper[1] = model.infer(x, model.no_noise(tape, count))[1].z;
    tutorials::save_named_rows(session.file("levels.png"),
                               {{"image", images},
                                {"upper level", model.generate(only_upper).value()},
                                {"both levels", model.reconstruct(x).value()}},
                               data.test.item);

    const auto redrawn = [&](std::size_t held, std::size_t rows) {
        tape.rewind();
        return model.generate(grid_noise(model, tape, held, rows, count, random)).value();
    };
    const Array upper_held = redrawn(1, 40), lower_held = redrawn(0, 40);
    auto rows = in_rows(upper_held, 4, count, "upper held");
    const auto more = in_rows(lower_held, 4, count, "lower held");
    rows.insert(rows.end(), more.begin(), more.end());
    tutorials::save_named_rows(session.file("redrawn.png"), rows, data.test.item);
    tutorials::save_named_rows(session.file("idea.png"),
                               in_rows(redrawn(1, 6), 6, count, "same z₂"), data.test.item);

    tape.rewind();
    const Array unrelated = model.generate(model.noise(tape, 40 * count, random)).value();
    session.result("change_lower_redrawn", change(upper_held, count));
    session.result("change_upper_redrawn", change(lower_held, count));
    session.result("change_both_redrawn", change(unrelated, count));
}

// ### Against one level
//
// Which model is better? Comparing their bounds would be unfair to whoever has the looser one: two
// levels of inference have two chances to be off. So compare $\ln p(x)$ itself, estimated by
// importance weighting (chapter 7) with draws of *all* levels:
// $$ \ln p(x) \approx \ln \frac1K \sum_k \frac{p(x, z_1^k, z_2^k)}{q(z_1^k, z_2^k \mid x)} . $$
// The weights span hundreds of nats, so their sum is kept as a logarithm, in double precision, and
// is streamed: no memory grows with $K$. And compare **image by image**. Images differ by far more
// than models do: a T-shirt costs some hundred nats less than a bag with a pattern. In the
// difference of the two models on the *same* image that drops out, and the error of the mean
// difference is a small fraction of the error of either mean.
//
// @figure{comparison.png, Left, the estimate of −ln p(x) falls with K for both models. Right, the
// difference image by image at the largest K: how many nats the second level saves.}

void compare(Session& session, const HierarchicalVae& two, const HierarchicalVae& one,
             const Data& data, nn::Random& random) {
    const bool quick = session.flags.quick;
    const Array images = nn::first(data.test, quick ? 40 : 1000).images;
    Numbers samples, estimates[2], per_image[2];
    std::printf("\n−ln p(x) of %zu binarised test images, nats per image\n", images.shape(0));
    for (const std::size_t k : {1, 10, quick ? 20 : 100, quick ? 40 : 500}) {
        samples.push_back(static_cast<double>(k));
        std::printf("  K = %3zu:", k);
        for (const bool second : {false, true}) {
            const auto found = models::importance_weighted(second ? two : one, images, k, random);
            estimates[second].push_back(-found.mean);
            per_image[second] = found.per_image;
            std::printf("  %s %.2f ± %.2f", second ? "two levels" : "one level", -found.mean,
                        found.standard_error);
        }
        std::puts("");
    }
    const Numbers saved = difference(per_image[1], per_image[0]);
    const auto [gain, error] = estimate(saved);
    const auto better = std::count_if(saved.begin(), saved.end(), [](double x) { return x > 0; });
    session.result("test_neg_log_likelihood", estimates[1].back());
    session.result("test_neg_log_likelihood_one_level", estimates[0].back());
    session.result("gain", gain);
    session.result("gain_error", error);
    session.result("better_percent", 100 * static_cast<double>(better) / saved.size());

    Plot rise{{.title = "importance weighting",
               .x = "samples K",
               .y = "−ln p(x), estimate (nats per image)",
               .log_x = true}};
    rise.line("two levels", samples, estimates[1]).line("one level", samples, estimates[0]);
    Plot paired{
        {.title = "image by image", .x = "nats saved by two levels", .y = "share of images"}};
    paired.histogram("", saved, 30);
    tutorials::save_plots(session.file("comparison.png"), {rise, paired}, 2);
}

// Are the pictures better too? A crude measure of sharpness is the mean difference of neighbouring
// pixels, and the same of real images is what it should be.
//
// @figure{samples.png, Samples, as expected pixels: two levels (first rows), one level (last
// rows).}

void compare_samples(Session& session, const HierarchicalVae& two, const HierarchicalVae& one,
                     const Data& data, nn::Random& random) {
    const std::size_t count = 14;
    std::vector<tutorials::NamedImages> rows;
    for (const bool second : {true, false}) {
        const HierarchicalVae& model = second ? two : one;
        Tape tape;
        tape.set_inference(true);
        const Array drawn = model.generate(model.noise(tape, 1000, random)).value();
        session.result(second ? "edges_two_levels" : "edges_one_level",
                       tutorials::edges(drawn, data.test.item));
        for (auto& row : in_rows(drawn, 3, count, second ? "two levels" : "one level"))
            rows.push_back(std::move(row));
    }
    session.result("edges_real",
                   tutorials::edges(nn::first(data.train, 1000).images, data.test.item));
    tutorials::save_named_rows(session.file("samples.png"), rows, data.test.item);
}

// ### Silent levels, and how to wake them
//
// Now the wrong thing, on purpose: *three* levels, of 32, 16 and 8 units, with ReLUs and with the
// full KL from the first step. Then one cure at a time, then all of them; and beside it the same
// three levels with bottom-up inference. The nets are smaller and the training is shorter, for
// there are six of them.
//
// @figure{collapse.png, What each of three levels says after four epochs, by cure. A missing bar is
// a silent level.}
//
// @figure{active.png, How many units of each level are active: of 8 at the top, 16 in the middle,
// 32 at the bottom.}

struct Variant {
    std::string name, label;
    HierarchicalVaeSettings settings;
    double warm_up = 0, free_bits = 0;
};

std::vector<Variant> variants(std::size_t input, double epochs) {
    const HierarchicalVaeSettings plain{
        .input = input, .hidden = {200, 200}, .between = {100}, .latent = {32, 16, 8}};
    HierarchicalVaeSettings gated = plain, upward = plain;
    gated.gated = true;
    upward.inference = Inference::bottom_up;
    return {{"plain", "no cure", plain},
            {"warm_up", "warm-up", plain, epochs / 2},
            {"free_bits", "free bits", plain, 0, 2},
            {"gated", "gated", gated},
            {"all", "all three", gated, epochs / 2, 2},
            {"bottom_up", "bottom-up", upward}};
}

void collapse(Session& session, const Data& data) {
    const std::size_t epochs = session.flags.quick ? 1 : 4;
    std::vector<std::string> labels;
    std::vector<Numbers> kl(3), active(3);
    std::printf("\nSix ways to train three levels, %zu epochs each\n", epochs);
    for (const Variant& v : variants(data.train.images.shape(1), static_cast<double>(epochs))) {
        const Trained trained =
            train(session, data, v.settings, {v.name, epochs, v.warm_up, v.free_bits});
        nn::Random random{session.flags.seed};
        const auto use = report("  " + v.label, trained.model, data, random);
        labels.push_back(v.label);
        std::size_t quietest = 0;
        for (std::size_t l = 0; l < 3; ++l) {
            kl[l].push_back(use.levels[l].kl);
            active[l].push_back(static_cast<double>(use.levels[l].active));
            if (kl[l].back() < kl[quietest].back()) quietest = l;
        }
        session.note("quietest_kl_" + v.name, kl[quietest].back());
        session.note("quietest_active_" + v.name, active[quietest].back());
        session.note("neg_elbo_" + v.name, use.neg_elbo());
    }
    const char* names[] = {"lowest level", "middle level", "top level"};
    Plot price{{.x = "cure", .y = "KL (nats per image)"}};
    Plot units{{.x = "cure", .y = "active units"}};
    for (const std::size_t l : {2, 1, 0}) {
        price.bars(names[l], labels, kl[l]);
        units.bars(names[l], labels, active[l]);
    }
    price.save(session.file("collapse.png"));
    units.save(session.file("active.png"));
}

// ### Overfitting
//
// More levels have more to overfit with. Give them only 500 images, thrown into black and white
// once and for all, and many epochs. Then the same with coins thrown anew for each batch.
//
// @figure{overfitting.png, Minus the bound on training and test images with 500 training images.
// With coins thrown once (left, middle), the training curves fall away from the test curves, with
// two levels the most, and there the test curve rises at the end; thrown anew for each batch
// (right), they stay closer together.}

void overfit(Session& session, const Data& data) {
    const bool quick = session.flags.quick;
    const std::size_t count = quick ? 256 : 500, epochs = quick ? 2 : 200;
    const Data small{nn::first(data.train, count), nn::first(data.test, 500)};
    nn::Random coins{2021};
    const Data fixed{nn::binarise(small.train, coins), small.test};
    HierarchicalVaeSettings two{.input = data.train.images.shape(1),
                                .hidden = {200, 200},
                                .between = {100},
                                .latent = {32, 16},
                                .gated = true};
    HierarchicalVaeSettings one = two;
    one.latent = {32};
    std::vector<Plot> plots;
    std::printf("\n%zu training images, %zu epochs: −ELBO in training and on test images\n", count,
                epochs);
    const auto run = [&](const std::string& name, const std::string& title, const Data& from,
                         const HierarchicalVaeSettings& settings, bool redraw) {
        const nn::History history =
            train(session, from, settings, {.name = name, .epochs = epochs, .redraw = redraw})
                .history;
        const Numbers learnt = history.column("train_neg_elbo"),
                      test = history.column("test_neg_elbo");
        std::printf("  %-30s %7.2f %7.2f, best %7.2f\n", title.c_str(), learnt.back(), test.back(),
                    *std::min_element(test.begin(), test.end()));
        session.note("gap_" + name, test.back() - learnt.back());
        Plot plot{
            {.title = title, .x = "epoch", .y = "−ELBO (nats per image)", .y_range = {{220, 340}}}};
        plot.line("training", history.column("epoch"), learnt);
        plots.push_back(plot.line("test", history.column("epoch"), test));
    };
    run("one_fixed", "one level, thrown once", fixed, one, false);
    run("two_fixed", "two levels, thrown once", fixed, two, false);
    run("two_redrawn", "two levels, thrown anew", small, two, true);
    tutorials::save_plots(session.file("overfitting.png"), plots, 3);
}

// ### The published table
//
// How do papers measure this? The protocol of the Exemplar VAE paper, on the same data: 50 000
// images to learn from, binarised anew for every batch, and 10 000 to choose by; validation and
// test images binarised once; KL warm-up over 100 epochs; batches of 100; stop when the validation
// bound has not fallen for 50 epochs and go back to the best; $\ln p(x)$ by importance weighting
// with $K = 5000$. One command reproduces a row of it. It is not part of the default run, for it
// takes nearly two hours of one core that has other work as well, a good part of it for the last
// estimate:
//
// ```sh
// build/tutorials/10_hierarchical_vae --protocol vae --epochs 500 --batch 100 --out out/vae
// build/tutorials/10_hierarchical_vae --protocol hvae --epochs 400 --batch 100 --out out/hvae --against out/vae
// ```
//
// | model | published | here | seconds, one busy core |
// |---|---|---|---|
// | gated VAE, 40 units | 228.70 ± .15 | @result{vae/test_neg_log_likelihood, .2f} ± @result{vae/standard_error, .2f} | @result{vae/seconds, .0f} |
// | two levels of 40 | 227.37 ± .10 | @result{hvae/test_neg_log_likelihood, .2f} ± @result{hvae/standard_error, .2f} | @result{hvae/seconds, .0f} |
//
// Both are reached. Our ± is the standard error of a mean over 10 000 images, which differ from each
// other by far more than models do; the other ± is the paper's. Image by image, two levels are
// better by @result{hvae/gain, .2f} ± @result{hvae/gain_error, .2f} nats. The VAE says
// @result{vae/kl_lower, .1f} nats in @result{vae/active_lower} active units; of the two levels the
// upper says @result{hvae/kl_upper, .1f} in @result{hvae/active_upper} and the lower
// @result{hvae/kl_lower, .1f} in @result{hvae/active_lower}. With time and skip connections the
// upper level becomes the one that talks. (The levels and the difference in pairs were computed
// afterwards, from the trained models of the two runs and from their files; since then the program
// does it itself.) The learning rate falls along a cosine here, which needs fewer epochs than a
// constant one.
//

struct Protocol {
    std::string row;             // vae or hvae; empty: the chapter itself
    std::size_t warm_up = 100;   // epochs until the KL has its full weight
    std::size_t patience = 50;   // epochs
    std::size_t samples = 5000;  // K
    std::size_t images = 10000;  // of the test set
    std::string against;         // the folder of another row, for the difference in pairs
};

// The bound of a whole set, with one draw per image.

template <class Model>
double bound_of(const Model& model, const Dataset& data, nn::Random& random) {
    nn::Batches batches{data, 500};
    Tape tape;
    tape.set_inference(true);
    double total = 0;
    for (const nn::Batch& batch : batches.in_order()) {
        tape.rewind();
        const double bound = model.elbo(tape.constant(batch.images), random).value().item();
        total += bound * static_cast<double>(batch.size());
    }
    return total / static_cast<double>(data.size());
}

template <class Model>
void train_by_protocol(Session& session, const Protocol& protocol, Model& model,
                       const Dataset& train, const Dataset& validation, nn::Random& random) {
    const double rate = session.flags.learning_rate;
    const double epochs = static_cast<double>(session.flags.epochs);
    const nn::Schedule weight =
        nn::schedule::linear_ramp(0, 1, static_cast<double>(protocol.warm_up));
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{train, session.flags.batch};
    nn::Training training{
        {.epochs = session.flags.epochs,
         .folder = session.flags.out,
         .resume = session.flags.resume,
         .learning_rate = nn::schedule::cosine(rate, rate / 50, epochs),
         .patience = protocol.patience,
         .conditions = {{"protocol", protocol.row}, {"warm-up", autograd::text(protocol.warm_up)}}},
        model,
        adam,
        random};
    Tape tape;
    Array binary;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        random.bernoulli(batch.images, binary);
        tape.rewind();
        const auto elbo = model.elbo(tape.constant(binary), random);
        const Variable loss = -elbo.value(Real(weight(training.time())));
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}, {"reconstruction", elbo.reconstruction.item()}};
    };
    training.run(batches, step, [&]() -> nn::Metrics {
        return {{"neg_elbo", -bound_of(model, validation, random)}};
    });
    session.result("best_epoch", static_cast<double>(training.best_epoch()));
    session.note("train_images_per_second", training.images_per_second());
}

// The estimate is printed as it grows: whoever has no patience reads it early, with its error. The
// numbers of all images go to a file, so that two rows can be compared in pairs, by `--against`.

template <class Model>
void evaluate_by_protocol(Session& session, const Protocol& protocol, const Model& model,
                          const Dataset& test, const Numbers& others, nn::Random& random) {
    Numbers costs;
    nn::History table;
    nn::Batches batches{test, 500};
    for (const nn::Batch& batch : batches.in_order()) {
        const auto found =
            models::importance_weighted(model, batch.images, protocol.samples, random);
        for (const double log_p : found.per_image) {
            table.add({{"image", static_cast<double>(costs.size())}, {"cost", -log_p}});
            costs.push_back(-log_p);
        }
        const auto [mean, error] = estimate(costs);
        std::printf("  %5zu images, K = %zu: %.2f ± %.2f nats\n", costs.size(), protocol.samples,
                    mean, error);
    }
    nn::write_history(session.file("neg_log_likelihood.csv"), table);
    session.result("test_neg_log_likelihood", estimate(costs).mean);
    session.result("standard_error", estimate(costs).standard_error);
    if (others.empty()) return;
    const Estimate gain = estimate(difference(others, costs));
    session.result("gain", gain.mean);
    session.result("gain_error", gain.standard_error);
}

// The other row's numbers, read before anything is trained.

Numbers costs_of_another(const Protocol& protocol) {
    if (protocol.against.empty()) return {};
    const auto table = nn::read_history(protocol.against + "/neg_log_likelihood.csv");
    autograd::require(table.rows.size() == protocol.images, "[--against] got ", table.rows.size(),
                      " images, expected ", protocol.images);
    return table.column("cost");
}

template <class Model>
void reproduce(Session& session, const Protocol& protocol, Model model) {
    const Numbers others = costs_of_another(protocol);
    const nn::TrainTest data = session.load_data();
    nn::Random coins{2020}, random{session.flags.seed};
    const std::size_t held_out = data.train.size() / 6;
    const Dataset train = nn::first(data.train, data.train.size() - held_out);
    const Dataset validation = nn::binarise(nn::last(data.train, held_out), coins);
    const Dataset test = nn::first(nn::binarise(data.test, coins), protocol.images);
    train_by_protocol(session, protocol, model, train, validation, random);
    session.result("test_neg_elbo", -bound_of(model, test, random));
    nn::Random draws{session.flags.seed};
    const auto use = models::latent_use(model, test.images, draws);
    std::printf("%s: %s\n", protocol.row.c_str(), models::report(use).c_str());
    note_levels(session, use);
    evaluate_by_protocol(session, protocol, model, test, others, random);
}

// The gated VAE 784-300-300-40 of the table, and the hierarchical one, whose decoder sees both
// levels.

void reproduce(Session& session, const Protocol& protocol) {
    nn::Random random{session.flags.seed};
    autograd::require(protocol.row == "vae" || protocol.row == "hvae", "[protocol] got ",
                      protocol.row, ", expected vae or hvae");
    if (protocol.row == "vae")
        return reproduce(session, protocol,
                         models::Vae{{.hidden = {300, 300}, .latent = 40, .gated = true}, random});
    reproduce(session, protocol, HierarchicalVae{{.gated = true, .skip = true}, random});
}

// ### The whole of it

void lesson(Session& session) {
    draw_the_model(session);
    known_chain(session);

    const Data data = load(session);
    const std::size_t input = data.train.images.shape(1), epochs = session.flags.epochs;
    const double warm_up = static_cast<double>(epochs) / 2;
    nn::Random random{session.flags.seed};
    std::puts("\nTwo levels, 40 and 40");
    Trained two = train(
        session, data, two_levels(input),
        {.name = "model", .epochs = epochs, .warm_up = warm_up, .free_bits = 4, .quiet = false});
    count_parameters("two levels", two.model);
    session.result("train_images_per_second", two.images_per_second);
    judge_levels(session, report("Two levels", two.model, data, random));
    std::puts("\nOne level, 40");
    Trained one =
        train(session, data, one_level(input),
              {.name = "one_level", .epochs = epochs, .warm_up = warm_up, .quiet = false});
    count_parameters("one level", one.model);
    report("One level", one.model, data, random);
    draw_training(session, two, one);
    draw_levels(session, two.model, data, random);
    compare(session, two.model, one.model, data, random);
    compare_samples(session, two.model, one.model, data, random);

    collapse(session, data);
    overfit(session, data);
}

}  // namespace

int main(int argc, char** argv) {
    Protocol protocol;
    const tutorials::About about{
        .name = "10_hierarchical_vae",
        .title = "The hierarchical VAE",
        .options = {
            {"--protocol", &protocol.row, "a row of the published table: vae or hvae"},
            {"--warm-up", &protocol.warm_up, "its KL warm-up, in epochs"},
            {"--patience", &protocol.patience, "epochs without a better one before it stops early"},
            {"--samples", &protocol.samples, "its samples K per test image"},
            {"--images", &protocol.images, "how many test images it judges by"},
            {"--against", &protocol.against, "the folder of a row to compare it with"}}};
    return tutorials::run(argc, argv, about, [&](Session& session) {
        if (protocol.row.empty())
            lesson(session);
        else
            reproduce(session, protocol);
    });
}

//
// ## Check it
//
// ```sh
// meson test -C build 'models in double' 10_hierarchical_vae
// build/tests/models/models_double -sf='*hierarchical_vae*'
// ```
//
// The second line runs only the tests of this model.
//
// - **Gradients.** *the gradient of the hierarchical bound is right, noise frozen*: three levels,
//   both ways of inference, plain and gated, with and without free bits, against central
//   differences.
// - **A model with a known answer.** *on a Gaussian chain every importance weight is the evidence
//   itself, either way* and *on a Gaussian chain the KL of each level is the information that it
//   carries*: the chain of above with two units on each level. Any of the four wrong KLs fails.
// - **What is compared with what.** *each level is compared with what the level above expects of
//   it*.
// - **Special cases.** *one level is a VAE*; *a level whose evidence is worthless costs nothing and
//   follows its prior*; *combining a prior with evidence multiplies the two densities*.
// - **Cures.** *free bits put a floor under the KL of each level*, value and gradient.
//
// ## Run it
//
// ```sh
// build/tutorials/10_hierarchical_vae
// ```
//
// It takes @result{seconds, .0f} seconds; the two-level model learns from
// @result{train_images_per_second, .0f} images per second. `--quick` exercises every line in a few
// seconds, `--data glyphs` needs no data set, `--resume` goes on after an interruption.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// **Better than one level?** On the same 1000 binarised test images, with about the same number of
// parameters, two levels need @result{test_neg_log_likelihood, .2f} nats and one level
// @result{test_neg_log_likelihood_one_level, .2f}. Taken by itself, either mean has an error of
// more than two nats, for images differ so much. The *difference*, image by image, is @result{gain,
// .2f} ± @result{gain_error, .2f}: two levels explain @result{better_percent, .0f} % of the images
// better. Mind what this error is: that of having 1000 images and not all. How much another seed of
// the training would change, it does not say; so here are three.
//
// | seed | one level | two levels | gain, image by image | nats of the upper level | its active units |
// |---|---|---|---|---|---|
// | 1 | @result{test_neg_log_likelihood_one_level, .2f} | @result{test_neg_log_likelihood, .2f} | @result{gain, .2f} ± @result{gain_error, .2f} | @result{kl_upper, .1f} | @result{active_upper, .0f} |
// | 2 | @result{seed_2/test_neg_log_likelihood_one_level, .2f} | @result{seed_2/test_neg_log_likelihood, .2f} | @result{seed_2/gain, .2f} ± @result{seed_2/gain_error, .2f} | @result{seed_2/kl_upper, .1f} | @result{seed_2/active_upper, .0f} |
// | 3 | @result{seed_3/test_neg_log_likelihood_one_level, .2f} | @result{seed_3/test_neg_log_likelihood, .2f} | @result{seed_3/gain, .2f} ± @result{seed_3/gain_error, .2f} | @result{seed_3/kl_upper, .1f} | @result{seed_3/active_upper, .0f} |
//
// **Sharper?** Neighbouring pixels differ by @result{edges_two_levels, .4f} in the samples of two
// levels, by @result{edges_one_level, .4f} in those of one, and by @result{edges_real, .4f} in real
// images: with this seed a step in the right direction, and a short one; with seed 3 it is one back,
// @result{seed_3/edges_two_levels, .4f} against @result{seed_3/edges_one_level, .4f}. Most of the
// way is left to levels of another kind, many and convolutional.
//
// **Who says what?** The upper level carries @result{kl_upper, .1f} nats in
// @result{active_upper, .0f} active units, the lower level @result{kl_lower, .1f} in
// @result{active_lower, .0f}. The upper level is hardly above the four nats that free bits pay for,
// with the other seeds by about one: it says what it may say for nothing, and little more. Hold the
// upper level and redraw the lower, and pictures change by @result{change_lower_redrawn, .4f} per
// pixel (squared); hold the lower noise and redraw the upper, and it is
// @result{change_upper_redrawn, .4f}. Drawing both anew gives @result{change_both_redrawn, .4f}. So
// the few nats of the upper level are worth more in the picture than the many of the lower one:
// they decide on what is large. But they do not settle the kind of garment. In the figure at the
// beginning there are rows of boots, and a row of bags, dresses and shirts that share no more than
// an outline.
//
// **Silent levels.** Of three levels without any cure, the quietest says
// @result{quietest_kl_plain, .2f} nats, with @result{quietest_active_plain, .0f} active units: it
// hands on what it is told and adds nothing. With KL warm-up alone the quietest says
// @result{quietest_kl_warm_up, .2f} nats (it may be another level), with gated layers alone
// @result{quietest_kl_gated, .2f}, with free bits @result{quietest_kl_free_bits, .2f}, and with all
// three @result{quietest_kl_all, .2f}, in @result{quietest_active_all, .0f} active units. Free bits
// are the one cure that *cannot* fail, for they pay for speech; whether it is worth hearing, the
// bound says: @result{neg_elbo_plain, .1f} nats without a cure, @result{neg_elbo_warm_up, .1f} with
// warm-up, @result{neg_elbo_gated, .1f} with gated layers, @result{neg_elbo_free_bits, .1f} with
// free bits, @result{neg_elbo_all, .1f} with all. With seeds 2 and 3 it is
// @result{seed_2/neg_elbo_plain, .1f} and @result{seed_3/neg_elbo_plain, .1f} without a cure,
// @result{seed_2/neg_elbo_warm_up, .1f} and @result{seed_3/neg_elbo_warm_up, .1f} with warm-up,
// @result{seed_2/neg_elbo_gated, .1f} and @result{seed_3/neg_elbo_gated, .1f} with gated layers,
// @result{seed_2/neg_elbo_free_bits, .1f} and @result{seed_3/neg_elbo_free_bits, .1f} with free
// bits. So warm-up alone helps a little, gated layers help or harm, and free bits alone do not
// help: a level that is paid to speak need not say anything useful. It is together that they help,
// with each of the three seeds.
//
// Bottom-up no level looks silent: the quietest says @result{quietest_kl_bottom_up, .2f} nats. Do
// not compare that with the ladder. Here an upper KL is what $z_2$ tells about the *draw* of $z_1$,
// its noise included, and the lower level gets it back; a unit counts as active whoever else says
// the same. What can be compared is the bound, @result{neg_elbo_bottom_up, .1f} nats, the worst of
// the six with this seed and not with the others. From the ladder without a cure it differs by so
// little that one training of each proves nothing.
//
// **Overfitting.** With 500 images, thrown once, the gap between training and test bound is
// @result{gap_one_fixed, .0f} nats for one level and @result{gap_two_fixed, .0f} for two; thrown
// anew for each batch, @result{gap_two_redrawn, .0f}.
//
// ## What goes wrong
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | samples are rubbish though reconstructions are fine | lower KL against $\mathcal N(0, I)$: $p(z_1 \mid z_2)$ never learns | *each level is compared with what the level above expects of it* |
// | the bound lies above the importance-weighted estimate | KL of something that was not drawn, or against something that is not the prior | *on a Gaussian chain the KL of each level ...* |
// | bottom-up, the upper level never wakes whatever one tries | closed form in place of $\ln q - \ln p$: it is fined for speaking | the same |
// | the upper KL falls to 0 within an epoch | posterior collapse | KL per level and active units in every report; the cures |
// | KL per level is fine, yet redrawing $z_2$ changes nothing | $z_1$ was held instead of its noise | *without noise the same top gives the same image ...* |
// | the lower level looks active though it copies the prior | activity measured by the posterior mean alone | *a lower unit that only follows the level above is not active* |
// | test bound rises while the training bound falls | overfitting, the more the more levels | throw the coins anew; early stopping (`patience`) |
// | a model "wins" by a nat, another seed reverses it | two means compared without pairing, or on test images binarised differently | one test set, differences image by image, their error |
//
// ## What one does with it
//
// - **Edit at a chosen depth**: keep the kind and vary the execution, or keep the style of
//   execution and vary the kind.
// - **Compress progressively**: send the upper level first, and refine.
// - **Find anomalies by level**: an image can be unusual in its details only (high $\mathrm{KL}_1$)
//   or altogether.
// - **Generate** richer and sharper pictures. With dozens of levels, each a map of features in
//   convolutions, this is the family of NVAE and VDVAE. A diffusion model is a hierarchical VAE
//   too: a thousand levels as wide as the image, an encoder that is not learnt but adds noise, and
//   one net for all steps downward.
//
// ## Possibilities for extension
//
// - More levels: after a fourth name in `kl_names`, `.latent = {40, 20, 10, 5}` just works in
//   `two_levels`. See how far up there is still something to say.
// - A richer prior at the top (VampPrior: a mixture of the proposals for some learnt images). It
//   gains about as much as the second level, 227.35 in the published table.
// - Convolutional levels; residual connections between levels.
//
// ## Exercises
//
// 1. Derive (5). *Hint:* complete the square in the sum of the two exponents.
// 2. Show that bottom-up $\mathrm{KL}_1 + \mathrm{KL}_2 = I(x; z_1)$ for exact posteriors, and find
//    $a, s, \sigma$ for which $\mathrm{KL}_1$ is negative. *Hint:* compare $1/\sigma^2$ with
//    $a^2/s^2$; try it in `known_chain`.
// 3. Put a wrong KL into `HierarchicalVae::elbo`, train, and look at samples, at the bound and at
//    the importance-weighted estimate (which does not use the KL). *Hint:* for the one against
//    $\mathcal N(0, I)$, `nn::kl_to_standard_normal(q)`.
// 4. Let the decoder see both levels, `.skip = true`. Does the upper level carry more? Which of the
//    figures change their meaning?
// 5. Try free bits of 0, 1, 4, 8 and 16 nats (in `lesson`). How many units does the upper level
//    keep, and when does the bound begin to suffer? *Hint:* look for the level that sits just above
//    its floor.
// 6. Warm up over 0, 25, 50 and 100 % of the epochs. *Hint:* `warm_up` in `lesson`; the flag
//    `--warm-up` is that of the published protocol alone.
//
// ## Where the real code differs
//
// - The two-level model of the published table proposes $q(z_2 \mid x)\, q(z_1 \mid x, z_2)$ by
//   nets that share nothing, instead of (5), and holds log variances within $[-6, 2]$.
// - The ladder VAE of the paper uses batch normalisation, which it found essential beside warm-up.
// - NVAE and VDVAE put out the *difference* of $q$ from $p$, regularise spectra or skip updates
//   with large gradients, and weight the KLs of levels to balance them.
// - Free bits are often applied per unit or per group of units.
//
// **Naming traps.** pythae's "HVAE" is *Hamiltonian*, not hierarchical. "Ladder" also names the
// ladder *network*, which is a semi-supervised denoising autoencoder. "Level 1" is the lowest here
// and in the ladder paper, and the top in others. The "evidence" of a level, what the image says of
// it, is not the evidence $\ln p(x)$.
//
// ## Further reading
//
// - C. K. Sønderby, T. Raiko, L. Maaløe, S. K. Sønderby, O. Winther, *Ladder Variational
//   Autoencoders*, NeurIPS 2016: (5), warm-up, silent units counted.
// - S. R. Bowman et al., *Generating Sentences from a Continuous Space*, CoNLL 2016: KL annealing.
// - D. P. Kingma, T. Salimans, R. Jozefowicz, X. Chen, I. Sutskever, M. Welling, *Improved
//   Variational Inference with Inverse Autoregressive Flow*, NeurIPS 2016: free bits, top-down
//   inference.
// - J. M. Tomczak, M. Welling, *VAE with a VampPrior*, AISTATS 2018: the two-level model and the
//   gated nets. S. Norouzi, D. J. Fleet, M. Norouzi, *Exemplar VAE*, NeurIPS 2020: the table.
// - Y. N. Dauphin, A. Fan, M. Auli, D. Grangier, *Language Modeling with Gated Convolutional
//   Networks*, ICML 2017: the gated layer.
// - Y. Burda, R. Grosse, R. Salakhutdinov, *Importance Weighted Autoencoders*, ICLR 2016: the
//   estimate, and active units.
// - A. Vahdat, J. Kautz, *NVAE: A Deep Hierarchical Variational Autoencoder*, NeurIPS 2020. R.
//   Child, *Very Deep VAEs Generalize Autoregressive Models and Can Outperform Them on Images*,
//   ICLR 2021.
// - J. Lucas, G. Tucker, R. Grosse, M. Norouzi, *Don't Blame the ELBO! A Linear VAE Perspective on
//   Posterior Collapse*, NeurIPS 2019. J. He, D. Spokoyny, G. Neubig, T. Berg-Kirkpatrick, *Lagging
//   Inference Networks and Posterior Collapse in Variational Autoencoders*, ICLR 2019.
