// ---
// title: The conditional VAE
// builds_on: 07_vae
// leads_to: 11_bugs, 12_convolution, 15_use
// tooltip: Draw on demand: a class, an attribute or the visible part of an image, told to both nets.
// minutes: 1
// keywords: conditional generation, label, attribute, style, conditional prior, inpainting
// ---
//
// ## What you will be able to do
//
// - Turn a VAE into one that draws what you ask for, by joining a condition to the inputs of both
//   nets, and say what the join does to their first layers (exercises 1 and 5).
// - Say what a label can be worth in nats, and what wrong labels and the weight of the KL do to a
//   decoder that should obey them (exercises 2 and 3).
// - Measure whether a decoder obeys its condition, and move a style from one class to another
//   (exercises 4 and 6).
//
// @predict{The VAE of chapter 7 needs about 244 nats for a test image. Now tell both of its nets
// which of the ten classes the image belongs to. By how many nats does its bound improve: about 2,
// about 20 or about 100?}
//
// ## The idea in one figure
//
// @figure{diagram.png, A conditional VAE for a batch of B images. The condition c is joined to what
// the encoder reads and to what the decoder reads. μ and λ are the mean and the logarithm of the
// variance of q. Gradients flow back along every arrow except those from x, c and ε, which are given.}
//
// A VAE draws *a* garment, and you cannot choose which. Its code holds the difference between a
// boot and a shirt somewhere, mixed with everything else. If each image has a label, nothing about
// the label has to be found out. Give it to the decoder, which then knows *what* to draw, and to
// the encoder, which then need not say it. What remains for the code is *how* to draw it.
//
// To draw a boot, leave out the encoder: take z from the prior, take c for "boot", and decode.
//
// ## The model on the tape
//
// The whole model is the VAE of chapter 7 and two joins. Here is its loss for one batch, in
// operations of the tape. `w` holds ten arrays: weight and bias of the encoder's hidden layer, of
// its two heads, of the decoder's hidden layer and of the pixels' layer.

#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;

// Minus the bound on ln p(x | c), in nats per image, for images x (B, 784), labels c (B, 10), each a row
// with 1 at the class and 0 elsewhere (*one-hot*), and noise (B, 20) from the standard normal.

static Variable minus_bound(const std::vector<const Parameter*>& w, Variable x, Variable c,
                            Variable noise) {
    Tape& tape = x.tape();
    const auto layer = [&](Variable input, std::size_t i) {
        return linear(input, tape.parameter(*w[2 * i]), tape.parameter(*w[2 * i + 1]));
    };
    const Variable x_and_c = autograd::concat({x, c}, 1);  // (B, 794): the first join
    const Variable hidden = relu(layer(x_and_c, 0));       // (B, 400)
    const Variable mean = layer(hidden, 1);                // (B, 20)
    const Variable log_variance = layer(hidden, 2);        // (B, 20)
    const Variable z = mean + exp(Real(0.5) * log_variance) * noise;

    const Variable z_and_c = autograd::concat({z, c}, 1);       // (B, 30): the second join
    const Variable logits = layer(relu(layer(z_and_c, 3)), 4);  // (B, 784)

    const Variable reconstruction = sum(softplus(logits) - x * logits, {1});  // (B,)
    const Variable kl =
        Real(0.5) * sum(exp(log_variance) + square(mean) - Real(1) - log_variance, {1});
    return autograd::mean(reconstruction + kl);
}

// In the library this is models::Cvae. Its `told` checks the condition and joins it; encoder and
// decoder read the condition only through `told`:
//
// @source{models/cvae.cpp, Cvae::draw}
//
// @source{models/cvae.cpp, Cvae::told}

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "nn/data/batches.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

// Are they the same? Take the weights of a `Cvae`, train them for 100 steps with the loss above, and
// let both compute the loss of the same images with the same noise.

void compare_with_library(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    const std::size_t pixels = data.train.images.shape(1), classes = data.train.classes;
    Cvae cvae{{.vae = {.input = pixels}, .condition = classes}, random};
    std::vector<const Parameter*> weights;
    for (const auto& found : nn::parameters(cvae)) weights.push_back(found.parameter);

    nn::Adam adam{cvae, {.learning_rate = Real(0.001)}};
    const Dataset some = nn::first(data.train, 12800);
    nn::Batches batches{some, 128};
    Tape tape;
    for (const nn::Batch& batch : batches.shuffled(random)) {
        tape.rewind();
        const Variable x = tape.constant(batch.images);
        const Variable c = tape.constant(one_hot(batch.labels, classes));
        const Variable noise = nn::standard_normal(tape, {batch.size(), 20}, random);
        adam.step(tape.backward(minus_bound(weights, x, c, noise)));
    }

    tape.rewind();
    const Dataset few = nn::first(data.validation, 500);
    const Variable x = tape.constant(few.images), c = tape.constant(one_hot(few.labels, classes));
    const Variable noise = nn::standard_normal(tape, {few.size(), 20}, random);
    std::puts("\nThe loss of 500 validation images after 100 steps, nats per image");
    session.result("loss_on_the_tape", minus_bound(weights, x, c, noise).item());
    session.result("loss_of_the_library", -cvae.elbo(x, c, noise).value().item());
}

// The tape says @result{loss_on_the_tape, .3f} nats, the library @result{loss_of_the_library, .3f}.
//
// ## The mathematics
//
// ### Everything moves to the right of the bar
//
// Let $c$ be what is known about an image $x$: its label, a number, a part of the image. We do not
// model $c$; it is given. The model is that of chapter 7 with $c$ behind every bar,
// $$ p_\theta(x \mid c) = \int p_\theta(x \mid z, c)\, p(z \mid c)\, dz . \tag{1} $$
// The derivation of the bound never asked what else the densities depend on. So it holds for each
// $c$:
// $$ \ln p_\theta(x \mid c) \;\ge\;
//    \underbrace{\mathbb E_{q_\phi(z \mid x, c)}[\ln p_\theta(x \mid z, c)]}_{-\text{reconstruction}}
//    - \underbrace{\mathrm{KL}(q_\phi(z \mid x, c) \,\|\, p(z \mid c))}_{\text{KL}} . \tag{2} $$
// The two sides differ by $\mathrm{KL}(q(z \mid x, c) \,\|\, p(z \mid x, c))$, the error of the
// proposal, as before.
//
// ### The join is a bias that the condition chooses
//
// A label becomes a **one-hot** row: 1 at the class, 0 elsewhere. Split the weight of a layer that
// reads a join into the columns for $z$ and those for $c$:
// $$ W \begin{bmatrix} z \\ c \end{bmatrix} + b = W_z z + \underbrace{(W_c\, c + b)}_{\text{a bias
//    chosen by } c} . $$
// For a one-hot $c$ the product $W_c\, c$ is one column of $W_c$. So a CVAE is one VAE per class,
// with all weights shared except the biases of the two first layers. In `models::Cvae` $W_c$ starts
// at 0, so that the untrained model is the VAE of the same seed.
//
// ### What a label is worth
//
// Average (2) over the data, and suppose that both models are perfect: the bounds are tight, and
// the likelihoods are those of the data. Then the gain of knowing $c$ is the mutual information
// $$ \mathbb E[\ln p(x \mid c)] - \mathbb E[\ln p(x)] = I(x; c) = H(c) - H(c \mid x) \;\le\; H(c)
//    = \ln 10 = 2.30 \text{ nats} , \tag{3} $$
// the last step for ten equally frequent classes. One choice among ten cannot be worth more. (This needs
// normalised probabilities, which the cross entropy of grey pixels is not. Read a grey level as the
// probability of a white pixel. Then $-$reconstruction $-$ KL is a bound on the mean log-probability of
// the black-and-white images that a grey one stands for, and (3) is about these.) Real models are not
// perfect, so the measured gain is $I(x; c)$ plus what the VAE falls short of perfection minus what the
// CVAE falls short. It can be larger or smaller than $\ln 10$.
//
// ### Why the code forgets the class
//
// Write $q(z \mid c)$ for all proposals of one class put together,
// $\mathbb E_{x \mid c}[q(z \mid x, c)]$. Averaged over the images of the class, the KL of (2) is
// $$ \mathbb E_{x \mid c}\, \mathrm{KL}(q(z \mid x, c) \,\|\, p(z \mid c))
//    = \underbrace{I_q(x; z \mid c)}_{\text{what } z \text{ says about } x}
//    + \mathrm{KL}(q(z \mid c) \,\|\, p(z \mid c)) . \tag{4} $$
// (Add and subtract $\ln q(z \mid c)$ under the expectation.) The second part is 0 if the proposals
// of each class together fill the prior. With $p(z \mid c) = \mathcal N(0, I)$ every class is then
// spread over the same $z$, so $z$ does not tell the class, and you can choose $z$ and $c$
// independently.
//
// The prior may read the condition too, $p(z \mid c) = \mathcal N(m(c), \operatorname{diag}
// e^{l(c)})$ with learned $m$ and $l$ (Sohn, Lee and Yan 2015). Then each class may keep a region
// of its own, and what you can carry from class to class is
// $u = (z - m(c)) \odot e^{-l(c)/2}$, the code counted in standard deviations of its prior. We call
// $u$ the **style**; with the prior $\mathcal N(0, I)$ it is $z$.
//
// | symbol | C++ |
// |---|---|
// | $c$ | `c`, (B, C); `models::one_hot(labels, C)` |
// | $p(z \mid c)$ | `Cvae::prior`; $\mathcal N(0, I)$ unless `CvaeSettings::learn_prior` |
// | $q_\phi(z \mid x, c)$, $p_\theta(x \mid z, c)$ | `Cvae::encode`, `Cvae::log_likelihood` |
// | $x \sim p_\theta(x \mid c)$ | `Cvae::sample`, as expected pixels |
// | reconstruction, KL | `models::Elbo`, from `Cvae::elbo` |
//
// ## Train it, with labels and without
//
// One training without labels is the baseline, one tells encoder, decoder and prior. Both have the
// same widths, seed and number of epochs (10, as in chapter 7). They learn from 50 000 images; every
// choice of this chapter is made on the other 10 000 training images, and the test images serve only for
// the numbers and figures that are shown. A net that is not told the label gets zeros instead. The weights on
// those inputs get the gradient 0 and never change.
//
// @source{tutorials/08_cvae/shared.cpp, train}

void compare_training(Session& session, const Data& data, const Trained& without,
                      const Trained& with) {
    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per validation image"}};
    Plot kl{{.title = "KL", .x = "epoch", .y = "nats per validation image"}};
    for (const auto& [label, model] :
         {std::pair{"without labels", &without}, std::pair{"with labels", &with}}) {
        const Numbers epochs = model->history.column("epoch");
        bound.line(label, epochs, model->history.column("test_neg_elbo"));
        kl.line(label, epochs, model->history.column("test_kl"));
    }
    tutorials::save_plots(session.file("training.png"), {bound, kl}, 2);

    nn::Random random{session.flags.seed};
    const auto plain = use_of(without, data.test, random), told = use_of(with, data.test, random);
    std::puts("\nOn test images, nats per image");
    session.result("test_neg_elbo_unconditional", plain.neg_elbo());
    session.result("test_neg_elbo", told.neg_elbo());
    session.result("label_gain", plain.neg_elbo() - told.neg_elbo());
    session.result("kl_saved", plain.kl - told.kl);
    session.result("train_images_per_second", with.images_per_second);
}

// @figure{training.png, The two trainings on validation images. Left, minus the bound; right, the
// part of it that the code costs.}
//
// | seed | −ELBO without labels, test | with labels | gain |
// |---|---|---|---|
// | 1 | @result{test_neg_elbo_unconditional, .1f} | @result{test_neg_elbo, .1f} | @result{label_gain, .1f} |
// | 2 | @result{seed_2/test_neg_elbo_unconditional, .1f} | @result{seed_2/test_neg_elbo, .1f} | @result{seed_2/label_gain, .1f} |
// | 3 | @result{seed_3/test_neg_elbo_unconditional, .1f} | @result{seed_3/test_neg_elbo, .1f} | @result{seed_3/label_gain, .1f} |
//
// @prediction{Perfect models would gain at most 2.3 nats, so "about 2" is the right order. Ours gain
// @result{label_gain, .1f}, of which the code alone saves @result{kl_saved, .1f}. By (3) the VAE
// therefore falls short of perfection by about 2 nats more than the CVAE, or more. A likely reason
// is that ten classes have to share one prior.}
//
// The gain is about six times its standard deviation between the three seeds. But you see it only if you
// have trained the baseline as well. A single log that ends at 240 does not say whether the decoder
// listens.
//
// ## Ask it for ten classes

// @figure{grid.png, Drawn on demand. Each row is the class that was asked for, each column one style
// u, drawn from the standard normal and used for all classes.}
//
// (One seed.) Most pictures show the class of their row. Sandals look worst: several are scraps, one is
// nearly a boot. The trousers of the first column have sleeves. Look along the columns for a common
// style: the eighth is bright in almost every row, and the tops of the ninth are darker than those
// of its neighbours.
//
// ## Does it obey?
//
// Looking at ten columns proves little. Three numbers say more.
//
// - **How much the class moves the picture.** Decode 100 styles with each of the ten classes. Of the
//   variance of these 1000 pictures, take the share that is there at a fixed style. It is 0 if
//   neither prior nor decoder uses the condition.
// - **How often a judge agrees.** The judge is a classifier with one hidden layer, trained on real
//   images only. Ask for 1000 pictures of each class and let the judge name them. Chance is 10 %.
//   Beside it stands how often the judge is right about real images.
// - **What the style still says about the class.** A linear classifier, the **probe**, reads $u$ of
//   codes drawn from $q(z \mid x, c)$. Chance is 10 % again.

void measure_obedience(Session& session, const Data& data, const Trained& without,
                       const Trained& with) {
    const Classifier judge = train_judge(session, data.train);
    std::puts("\nDoes it obey?");
    session.result("judge_accuracy_real", judge.accuracy(data.test.images, data.test.labels));
    const std::size_t count = session.flags.quick ? 500 : 10000;
    for (const auto& [ending, model] :
         {std::pair{"_unconditional", &without}, std::pair{"", &with}}) {
        nn::Random random{session.flags.seed};
        const std::string name = ending;
        session.result("moved" + name, moved_by_class(model->cvae, random));
        session.result("judge_accuracy_samples" + name,
                       agreement(model->cvae, judge, count, random));
        session.result("probe" + name, probe(session, data, *model));
    }
}

// | | class moves | judge agrees | probe |
// |---|---|---|---|
// | without labels | @result{moved_unconditional, .0%} | @result{judge_accuracy_samples_unconditional, .0%} | @result{probe_unconditional, .0%} |
// | with labels | @result{moved, .0%} | @result{judge_accuracy_samples, .0%} | @result{probe, .0%} |
// | with labels, seeds 2 and 3 | @result{seed_2/moved, .0%}, @result{seed_3/moved, .0%} | @result{seed_2/judge_accuracy_samples, .0%}, @result{seed_3/judge_accuracy_samples, .0%} | @result{seed_2/probe, .0%}, @result{seed_3/probe, .0%} |
// | real test images | | @result{judge_accuracy_real, .0%} | |
//
// Without labels the class moves nothing, and the judge agrees by chance: nothing else is possible.
// The probe then names the class of most images, so the code holds it. With labels a linear probe
// hardly finds the class in the style, as one expects from (4).
//
// Where does the obedience come from? Not from the join to the decoder alone. Hold $z$ instead of
// $u$, change $c$, and the picture hardly changes (exercise 6): this prior has given each class a
// region of $z$, and the decoder draws what belongs there. Must one then tell the prior? Ten epochs do
// not answer that. The first experiment trains for 50.
//
// @experiment{ways}
//
// @experiment{ignored}
//
// @experiment{samples}
//
// ## What the style is
//
// Hold the class and vary $u$: other garments of one kind. Hold $u$ and vary the class: the same
// style on another garment, as far as the two have one in common.
//
// @experiment{style_transfer}
//
// @experiment{planes}
//
// ## Other conditions, other questions
//
// Nothing in the model asks for labels. Any numbers can be joined, and the model is the same.
//
// - **Ask for an amount**: a number beside the class, such as how much ink.
// - **Complete** an image from its visible part, with several proposals instead of one average. The
//   same model predicts any structured thing from another, such as a depth map from a photograph.
// - **Classify**: ask which condition explains the image best.
// - **Remove** what is known. A code that does not hold the scanner, the hospital or the speaker is
//   what is left when their influence is told separately (Lopez and others 2018).
//
// @experiment{ink}
//
// @experiment{completion}
//
// @experiment{bayes}
//
// ## The program

void draw_diagram(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "(B, 784)", "given"});
    const auto encoder = diagram.box(2.6, 0, {"encoder", "794 → 400 → 20, 20"});
    const auto q = diagram.box(5.3, 0, {"μ, λ", "(B, 20) each"});
    const auto z = diagram.box(7.7, 0, {"z = μ + e^(λ/2) ε", "(B, 20)"});
    const auto decoder = diagram.box(10.4, 0, {"decoder", "30 → 400 → 784"});
    const auto r = diagram.box(12.8, 0, {"logits", "(B, 784)"});
    const auto noise = diagram.box(7.7, 1.6, {"noise ε", "(B, 20)", "given"});
    const auto c = diagram.box(6.5, -1.7, {"condition c", "(B, 10)", "given"});
    diagram.arrow(x, encoder);
    diagram.arrow(encoder, q);
    diagram.arrow(q, z);
    diagram.arrow(noise, z);
    diagram.arrow(z, decoder);
    diagram.arrow(decoder, r);
    diagram.arrow(c, encoder, "join");
    diagram.arrow(c, decoder, "join");
    diagram.save(session.file("diagram.png"));
}

void run_lesson(Session& session) {
    draw_diagram(session);
    const Data data = split(session);
    compare_with_library(session, data);
    const std::size_t epochs = session.flags.epochs;
    const Trained without = train(session, data, {.epochs = epochs, .name = "model_without"}, {});
    const Trained with = train(session, data, {.epochs = epochs}, {true, true, true});
    compare_training(session, data, without, with);
    save_grid(session, "grid.png", with.cvae, data.test);
    measure_obedience(session, data, without, with);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "08_cvae", .title = "The conditional VAE"},
                          run_lesson);
}
//
// ## Check it
//
// ```sh
// meson test -C build models 'models in double' 08_cvae
// build/tests/models/models_double -sf='*cvae.cpp'
// ```
//
// The second line runs the tests of the model only.
//
// - *with weights of zero on the condition a CVAE is the VAE of the same seed*, whatever the
//   condition: why the training without labels is a fair baseline.
// - *for one class a CVAE is a VAE with other biases*, built by hand, weight by weight. It fails if
//   the condition is missing in the encoder, in the decoder, or in a function that uses them.
// - *the KL is from the prior of the condition, as a sample of both densities says*.
// - *the bound lies below ln p(x | c), computed by quadrature*, with one latent unit.
// - *what the condition says, the code need not say*: three images, three classes; after training
//   the KL is 0 and each class draws its image.
// - *the gradient of the conditional bound is right, noise frozen*: all likelihoods and priors.
// - *conditions that make no sense are refused in one line*.
//
// `--only NAME` runs one experiment of this page, `--all` the lesson and all of them. In the lines of
// an epoch, `test` means the validation images.
//
// @transcript
//
// ## What goes wrong
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | all rows of the grid are equal | the decoder is not told | *for one class a CVAE is a VAE with other biases*; class moves 0 % |
// | all rows are equal, though the decoder is told | labels and images in different order | class moves 0 %; look at ten images with their labels before training |
// | training looks fine, samples are poor | the condition is forgotten, or scaled otherwise, when sampling | *what the condition says, the code need not say*; exercise 4 |
// | the right class, but the columns have no common style | the encoder is not told, or the KL weight is too small: $q(z \mid c)$ is not the prior | the probe; exercise 3 |
// | samples of a class show other classes as well | z drawn from $\mathcal N(0, I)$ although the prior was learned | *the KL is from the prior of the condition ...*; use `Cvae::sample` |
// | the bound gains tens of nats from a label | the condition contains the image (a label made from pixels) | compare the gain with $H(c)$ |
// | one class is drawn badly | it is rare: its column of $W_c$ got few gradients (exercise 1) | agreement by class, not on average |
// | `[one_hot] expected a class below 10, got 10` | labels count from 1 | that line |
//
// ## Exercises
//
// @exercise{1, **The gradient of the join.** Derive the gradient of the loss with respect to $W_c$
// for one-hot conditions. Which images contribute to the column of a class? How does the column of a
// class learn that has 1 % of the images?}
//
// @exercise{2, **How good must labels be?** Before training, replace 50 % of the training labels by
// one of the ten classes at random, then 90 %. First compute from (3) what such a label can still
// be worth. Then train and measure *class moves* and the judge.}
//
// @exercise{3, **The weight of the KL.** Train with β = 0.1, 1 and 10 and the prior
// $\mathcal N(0, I)$. What does β do to the two parts of (4)? Predict the probe and the judge, then
// measure.}
//
// @exercise{4, **Forget the condition when sampling.** Give prior and decoder zeros. What does the
// judge see? What do you get for twice a label, and halfway between two?}
//
// @exercise{5, **The learned prior adds nothing** to the set of models $p(x \mid c)$. Write down a
// CVAE with $p(z) = \mathcal N(0, I)$ that equals a given one with $m(c)$ and $l(c)$. Does one of
// our size exist?}
//
// @exercise{6, **Carry the wrong thing over.** In the style transfer hold $z$ instead of $u$. What
// changes in the two numbers?}
//
// ## Where the real code differs
//
// - Many programs embed the label first (`nn.Embedding` in PyTorch) and join the embedding. Before
//   a linear layer this is the same family of functions as one-hot.
// - First weights of 0 on the condition are a choice of this library. Programs that join the inputs
//   and draw all weights at random start with some class dependence.
// - Sohn, Lee and Yan let deep nets read the condition, give the prior net also the guess of a plain
//   net, and train partly on samples from the prior.
// - Larger models tell every layer, by scaling and shifting hidden units as a function of $c$ (FiLM).
//   Some drop $c$ at random in training, so that one net draws with and without it, and mix both
//   answers when sampling (classifier-free guidance).
// - Without a label one can sum the bound over all ten, weighted by a classifier that is trained
//   along (Kingma and others 2014).
//
// **Naming traps.** *CVAE* is conditional here and in most papers; TensorFlow's tutorial
// "Convolutional Variational Autoencoder" calls its class `CVAE` and has no condition. *Conditional
// prior* means $p(z \mid c)$ here; in a hierarchical VAE it is $p(z_1 \mid z_2)$.
//
// ## Further reading
//
// - K. Sohn, H. Lee, X. Yan, *Learning Structured Output Representation using Deep Conditional
//   Generative Models*, NeurIPS 2015: the CVAE, with a learned prior, and completion of quadrants.
// - D. P. Kingma, D. J. Rezende, S. Mohamed, M. Welling, *Semi-supervised Learning with Deep
//   Generative Models*, NeurIPS 2014: labels as latent variables when they are missing.
// - X. Yan, J. Yang, K. Sohn, H. Lee, *Attribute2Image: Conditional Image Generation from Visual
//   Attributes*, ECCV 2016.
// - M. D. Hoffman, M. J. Johnson, *ELBO surgery*, NeurIPS workshop on advances in approximate
//   Bayesian inference 2016: equation (4) without condition.
// - S. Ravuri, O. Vinyals, *Classification Accuracy Score for Conditional Generative Models*,
//   NeurIPS 2019: teach a classifier on samples, test it on real images.
// - E. Perez, F. Strub, H. de Vries, V. Dumoulin, A. Courville, *FiLM: Visual Reasoning with a
//   General Conditioning Layer*, AAAI 2018. J. Ho, T. Salimans, *Classifier-Free Diffusion
//   Guidance*, arXiv:2207.12598 (2022).
// - R. Lopez, J. Regier, M. B. Cole, M. I. Jordan, N. Yosef, *Deep generative modeling for
//   single-cell transcriptomics*, Nature Methods 15 (2018): the laboratory's batch as a condition,
//   so that the code does not hold it.
