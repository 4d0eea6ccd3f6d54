// ---
// title: The autoencoder
// builds_on: 02_training
// leads_to: 04_undercomplete, 05_sparse, 06_denoising, 07_vae
// tooltip: Encoder, decoder, and what keeps a net that copies its input from learning nothing.
// minutes: 2
// keywords: encoder, decoder, code, reconstruction, identity, PCA, principal angles, latent space
// ---
//
// ## What you will be able to do
//
// - Build an autoencoder from tape operations, and choose its outputs and its loss by their slopes
//   (exercises 4 and 1).
// - Test a training run against the proof that a linear autoencoder finds the subspace of principal
//   component analysis (exercises 2, 3 and 4).
// - Explain why copying is worthless, restrain a net so that it cannot copy, and measure what a code
//   is worth to a classifier (exercises 5 and 6).
//
// @predict{Two linear networks with a hidden layer as wide as the image learn to reproduce their
// input. One sees 60 000 images of clothes, the other nothing but white noise. Then both reproduce
// clothes that neither has seen. How much larger is the error of the second: twice, ten times, a
// hundred times?}
//
// ## The idea in one figure
//
// @figure{idea.png, An autoencoder is two networks with a narrow place between them. The shapes are
// those of a batch of B images. The image enters as a constant; the loss compares it with its own
// reconstruction, and the gradient runs from the loss through both networks.}
//
// In chapter 02 a person had to write down the right answer for every image. Here the image itself
// is the answer, so no labels are needed. This is **unsupervised learning**. To rebuild 784 pixels
// from 32 numbers, the network has to find out what garments have in common and how they differ:
// what they have in common goes into the weights, how they differ goes into the 32 numbers. These
// numbers are the **code** of the image, a **representation** of it. Some uses need the code alone
// (search, a map of the data, the input of a classifier), others need the reconstruction too
// (compression, anomaly detection, cleaning).
//
// ## The model itself
//
// An **encoder** $f$ maps an image $x$ of $D$ pixels to a code $h = f(x)$ of $K$ numbers, a
// **decoder** $g$ maps a code to a **reconstruction** $r = g(h)$. The network is $g \circ f$. In its
// smallest form each of the two is one layer. That is all there is to it:

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Parameter;
using autograd::Tape;
using autograd::Variable;

namespace {

struct Plain {
    Parameter encoder_weight, encoder_bias;  // (K, D), (K,)
    Parameter decoder_weight, decoder_bias;  // (D, K), (D,)

    /// Images x (B, D) to codes h (B, K).
    Variable encode(Variable x) const {
        Tape& tape = x.tape();
        return linear(x, tape.parameter(encoder_weight), tape.parameter(encoder_bias));
    }
    /// Codes h (B, K) to pixels r (B, D), which the sigmoid keeps between 0 and 1.
    Variable decode(Variable h) const {
        Tape& tape = h.tape();
        return sigmoid(linear(h, tape.parameter(decoder_weight), tape.parameter(decoder_bias)));
    }
    /// Σ (x − r)² over the pixels, averaged over the images.
    Variable loss(Variable x) const {
        const Variable r = decode(encode(x));
        return mean(sum(square(x - r), {1}));
    }
};

}  // namespace

// The library's version is the same with layers that can be replaced. Its loss is the squared error
// or the cross-entropy, as the decoder's `likelihood` says (more on this below), and `operator()`
// gives the pixels of the reconstruction.
//
// @source{models/autoencoder.hpp, Autoencoder}
//
// Do the two agree? The program gives both the same weights and the same 128 images. By hand the
// loss is @result{loss_by_hand, .4f}, with the library's version @result{loss_of_library, .4f}.
// (With random weights; the mean image would be closer.)

#include "models/autoencoder.hpp"
#include "nn/losses/losses.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using models::Autoencoder;
using models::Likelihood;
using tutorials::Plot;
using tutorials::Session;

namespace {

void compare_with_library(Session& session) {
    const Array images = nn::first(session.load_data().train, 128).images;
    nn::Random random(session.flags.seed);
    Autoencoder library({.input = 784, .latent = 32, .likelihood = Likelihood::bernoulli}, random);
    const auto weights = nn::parameters(library);
    const Plain by_hand{*weights[0].parameter, *weights[1].parameter, *weights[2].parameter,
                        *weights[3].parameter};
    const auto ours = [&](Variable x) { return by_hand.loss(x); };
    const auto theirs = [&](Variable x) { return nn::squared_loss(library(x), x); };
    session.result("loss_by_hand", nn::measure(ours, images));
    session.result("loss_of_library", nn::measure(theirs, images));
}

}  // namespace

// ### The training loop
//
// It is the loop of chapter 02. Only the target has changed: a batch has labels, and the step does
// not read them. `session.training()` says where the files go and whether to resume; the experiments
// of this chapter train with the same function.

tutorials::Fit lesson::train(Session& session, nn::TrainingSettings settings, Autoencoder& model,
                             const nn::Dataset& data, nn::Random& random,
                             const nn::Training::Evaluation& evaluate) {
    nn::Batches batches(data, session.flags.batch);
    nn::Adam adam(model);
    nn::Training training(session.training(settings), model, adam, random);
    Tape tape;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable x = tape.constant(batch.images);
        const Variable loss = nn::squared_loss(model(x), x);
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    };
    training.run(batches, step, evaluate);
    return {training.history(), training.images_per_second()};
}

// ## The mathematics
//
// The training minimises, over the weights of $f$ and $g$, the mean over the training images
// $$ \min_{f,\,g}\ \frac1N \sum_{n=1}^N L\bigl(x_n,\ g(f(x_n))\bigr) . $$
// With the code as its only hidden layer, $D \to K \to D$, this is the **vanilla** autoencoder. With
// more layers on both sides, usually as mirror images, it is a **deep** one. The layers need not be
// dense; for images they are often convolutions (chapter 12).
//
// | symbol | C++ |
// |---|---|
// | $f$, $h = f(x)$ | `Autoencoder::encoder`, `encode(x)` |
// | $g$, $r = g(h)$ | `Autoencoder::decoder`; `operator()` gives $r$ |
// | the logits $l$ before a sigmoid | `decode(h)` with `Likelihood::bernoulli` |
// | $D$, $K$ | `AutoencoderSettings::input`, `latent` |
// | $E$, $G$ of a linear net | `encoder.0.weight` (K, D), `decoder.0.weight` (D, K) |
// | $m$, the axes $v_i$, $\lambda_i$ | `models::Pca::mean`, `components`, `eigenvalues` |
// | principal angles | `models::principal_angles` |
//
// ### Which loss?
//
// The usual reconstruction losses are negative log-likelihoods, $-\ln p(x)$: the decoder's outputs
// describe a distribution $p$ of images, and the loss is small where $p$ gives the true image a high
// probability. If the outputs $r$ are the means of Gaussian pixels with variance ½, it is, up to a
// constant, the **squared error**. If they are the probabilities that a pixel is white and not black,
// it is the **cross-entropy**:
// $$ L_2 = \sum_{i=1}^D (x_i - r_i)^2 , \qquad
//    L_H = -\sum_{i=1}^D \bigl[ x_i \ln r_i + (1 - x_i) \ln (1 - r_i) \bigr] . \tag{1} $$
//
// The cross-entropy also accepts grey pixels. For every $x_i$ in $[0, 1]$ its minimum is at
// $r_i = x_i$, but the value there is not 0: it is the entropy $-x_i \ln x_i - (1 - x_i) \ln (1 - x_i)$.
// On the test images of Fashion-MNIST these entropies add up to 189.86 nats per image; no decoder can
// get below. Close to the minimum of a grey pixel, $0 < x_i < 1$, the loss is larger by
// $$ \frac{(x_i - r_i)^2}{2\, x_i (1 - x_i)} $$
// to second order: a squared error with a weight that is larger for nearly black and nearly white
// pixels than for medium grey. At a black pixel, $x_i = 0$, the loss is $-\ln (1 - r_i) \approx
// r_i$: linear in the error, not quadratic. So faint grey on a black background costs more.
//
// A **logit** $l$ is a number without bounds that the sigmoid $s(l) = 1 / (1 + e^{-l})$ turns into a
// probability. The sigmoid's slope is $s\,(1 - s)$, so by the chain rule the losses have these slopes:
//
// | output | loss | slope $\partial L / \partial l$ | use it for |
// |---|---|---|---|
// | $r = l$ | squared error | $2 (r - x)$ | real numbers without bounds |
// | $r = s(l)$ | cross-entropy | $r - x$ | black and white, probabilities |
// | $r = s(l)$ | squared error | $2 (r - x)\, r (1 - r)$ | grey levels judged by squared error |
//
// The factor $r (1 - r)$ in the last row vanishes at both ends: an output that is black and should
// be white has almost no slope. Exercise 1 asks why our nets do not get stuck there.
//
// @experiment{losses}
//
// ### Copying is worthless
//
// Let the code be as wide as the image, $K = D$. Then $f(x) = x$ and $g(h) = h$ is a perfect
// autoencoder that knows nothing about garments. The reconstruction is not the aim. It is the task
// by which the code becomes useful, provided that something prevents the copy. So every useful
// autoencoder balances two things,
// $$ \underbrace{L(x, g(f(x)))}_{\text{sensitive enough to rebuild}}
//    \ + \ \underbrace{\text{a restraint}}_{\text{too tight to copy}} , $$
// and the members of the family differ in the second:
//
// | restraint | what it prevents | chapter |
// |---|---|---|
// | a narrow code, $K \ll D$ | more than $K$ numbers per image | 04, and below |
// | few active units | using the whole code for every image | 05 |
// | a corrupted input, a clean target | copying, because the input is not the answer | 06 |
// | a noisy code with a prescribed distribution | codes of arbitrary precision | 07 to 10 |
// | a code that hardly moves when the input does | codes that follow every detail | none here; Rifai and others 2011 |
//
// @prediction{About @result{noise_to_data_ratio, .0f} times (one run; the experiment below), and
// both errors are around a thousandth of the variance of the images. A net that may copy learns to
// copy, even from noise.}
//
// @experiment{copying}
//
// ### A linear autoencoder is PCA
//
// **Principal component analysis** (PCA) is the classical method to describe data by fewer numbers.
// Let $m$ be the mean image, $y = x - m$, and $\Sigma = \operatorname E\, y y^{\mathsf T}$ the
// covariance (an upright E is the mean over the images), with orthonormal eigenvectors $v_1, \dots, v_D$
// and eigenvalues $\lambda_1 \ge \dots \ge \lambda_D \ge 0$; $\lambda_i$ is the variance of the data
// along the axis $v_i$. PCA keeps the coordinates along the first $K$ axes and drops the others.
//
// Now take an autoencoder without nonlinearities, $h = E y$ and $r = m + G h$, with a $K \times D$
// matrix $E$ and a $D \times K$ matrix $G$. (Subtracting the mean loses nothing: the best offset is
// the one for which the mean error is zero.) Its mean squared error is $J = \operatorname E\,
// |y - G E y|^2$.
//
// *Step 1: only the subspace counts.* Let $P$ be the orthogonal projection onto the subspace that
// the columns of $G$ span. No point of it is closer to $y$ than $P y$, so $J \ge \operatorname E\,
// |y - P y|^2$, with equality if $G E = P$. A projection has $P = P^{\mathsf T} = P^2$, and
// therefore
// $$ \operatorname E\, |(I - P)\, y|^2 = \operatorname{tr} \bigl( (I - P) \Sigma \bigr)
//    = \operatorname{tr} \Sigma - \operatorname{tr} (P \Sigma) . \tag{2} $$
//
// *Step 2: how large can tr(PΣ) be?* In the basis of the eigenvectors
// $$ \operatorname{tr} (P \Sigma) = \sum_i \lambda_i c_i , \qquad
//    c_i = v_i^{\mathsf T} P\, v_i = |P v_i|^2 . $$
// A projection lengthens nothing, so $0 \le c_i \le 1$; and $\sum_i c_i = \operatorname{tr} P \le K$.
// Such a weighted sum is largest if all the weight sits on the $K$ largest eigenvalues:
// $$ \sum_{i \le K} \lambda_i - \sum_i \lambda_i c_i
//    = \sum_{i \le K} \lambda_i (1 - c_i) - \sum_{i > K} \lambda_i c_i
//    \ \ge\ \lambda_K \Bigl( K - \sum_i c_i \Bigr) \ \ge\ 0 , \tag{3} $$
// because $\lambda_i \ge \lambda_K$ in the first sum and $\lambda_i \le \lambda_K$ in the second. So
// the least possible error is $\lambda_{K+1} + \dots + \lambda_D$, and PCA reaches it. If
// $\lambda_K > \lambda_{K+1}$, equality forces $c_i = 1$ for $i \le K$ and 0 for the others: the
// subspace of the first $K$ axes is the only optimum. $\blacksquare$
//
// There are no other minima in which the training could end: every other stationary point of $J$ is a
// saddle (Baldi and Hornik 1989). But the proof determines the *subspace*, not the weights. For any
// invertible matrix $A$ the pair $(G A,\ A^{-1} E)$ has the same product and the same error, so the
// columns of $G$ are some basis of the subspace. PCA's axes are one basis among these.
//
// **How to test a program against this.** The error is a poor test. Turn the subspace by an angle
// $\theta$ from $v_{20}$ towards $v_{21}$, and (2) grows by $(\lambda_{20} - \lambda_{21}) \sin^2
// \theta$. Here $\lambda_{20} =$ @result{eigenvalue_20, .3f} and $\lambda_{21} =$
// @result{eigenvalue_21, .3f}: if one direction is wrong by 90°, the error grows by
// @result{wrong_direction_percent, .1f} %. The **principal angles** between the two subspaces are a
// sharper test. The first is the smallest angle between a direction of one and a direction of the
// other, the second the smallest among the directions orthogonal to those, and so on. The largest of
// them is zero only if the subspaces agree.
//
// @figure{linear.png, A linear autoencoder 784-20-784 on its way to PCA. Left: how much larger its
// training error is than PCA's. Right: the largest principal angle.}
//
// After 25 epochs the squared error per test image is @result{linear_sse_per_image, .3f}, PCA's is
// @result{pca_sse_per_image, .3f}, and the largest of the twenty angles is
// @result{principal_angle_degrees, .1f}°. (One seed.) Notice epoch 15: the error is about one percent
// above PCA's, and the largest angle is still several degrees. The test images are used once, at the end.

namespace {

void linear_is_pca(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 20);
    const lesson::Trained linear = lesson::linear_net(session, pca);

    const nn::History& history = linear.fit.history;
    const Plot::Numbers epoch = history.column("epoch");
    Plot excess({.x = "epoch", .y = "training error above PCA's (percent)", .log_y = true});
    excess.line("", epoch, history.column("test_percent_above_pca"));
    Plot angle({.x = "epoch", .y = "largest angle to PCA's subspace (degrees)", .log_y = true});
    angle.line("", epoch, history.column("test_angle"));
    tutorials::save_plots(session.file("linear.png"), {excess, angle}, 2);

    const Array test = lesson::centred(data.test, pca.mean).images;
    session.result("pca_sse_per_image", pca.squared_error(data.test.images));
    session.result("linear_sse_per_image", 784 * tutorials::error_per_pixel(linear.net, test));
    session.result("principal_angle_degrees", history.column("test_angle").back());
    const double last = pca.eigenvalues(19), next = pca.eigenvalues(20);
    session.result("eigenvalue_20", last);
    session.result("eigenvalue_21", next);
    session.result("wrong_direction_percent",
                   100 * (last - next) / pca.squared_error(data.train.images));
}

}  // namespace

// Two details matter: the learning rate has to fall to zero, and the code has no preferred axes.
//
// @experiment{constant_rate}
//
// @experiment{axes}
//
// ## A deep autoencoder
//
// A subspace is a poor model of images: with any two shoes it contains their average, which is not a
// shoe. If images lie near a curved surface, a **manifold**, then to follow it takes nonlinear layers
// on both sides of the code. Here is 784-512-256-32-256-512-784 with sigmoid outputs and
// squared error, because squared error is what we shall judge it by. The activation between the
// layers is $\operatorname{silu}(x) = x\, s(x)$, a ReLU without the corner and without the dead half
// (Elfwing, Uchibe and Doya 2018; Hendrycks and Gimpel 2016). In the library, `nn::silu` is one line: an
// activation is any function from a variable to a variable.
//
// The last 5000 training images are held back as validation images. The curves show the error on
// them; the test images are used once, at the end.
//
// @figure{errors.png, Error per pixel on the validation images, with 32 numbers per image. PCA and
// both nets have seen the same 55 000 images.}

namespace {

void depth(Session& session) {
    const nn::TrainTest data = lesson::with_validation(session, session.load_data().train);
    const Array& test = session.load_data().test.images;
    const models::Pca pca = models::pca(data.train.images, 32);
    const models::AutoencoderSettings layers{.input = 784, .likelihood = Likelihood::bernoulli};
    const lesson::Trained vanilla = lesson::train_32(session, "model_vanilla", layers);
    const lesson::Trained deep = lesson::train_32(session, "model", lesson::deep_layers);

    Plot plot({.x = "epoch", .y = "squared error per pixel, validation images"});
    const auto curve = [&](const char* label, const nn::History& history) {
        plot.line(label, history.column("epoch"), history.column("test_error_per_pixel"));
    };
    curve("vanilla, 784-32-784", vanilla.fit.history);
    curve("deep, 784-512-256-32-256-512-784", deep.fit.history);
    plot.level("PCA with 32 numbers", pca.squared_error(data.test.images) / 784);
    plot.save(session.file("errors.png"));

    const models::Pca of_all = models::pca(session.load_data().train.images, 32);
    session.result("test_mse_per_pixel", tutorials::error_per_pixel(deep.net, test));
    session.result("train_mse_per_pixel", tutorials::error_per_pixel(deep.net, data.train.images));
    session.result("vanilla_mse_per_pixel", tutorials::error_per_pixel(vanilla.net, test));
    session.result("pca_mse_per_pixel", of_all.squared_error(test) / 784);
    session.result("train_images_per_second", deep.fit.images_per_second);

    const Array originals = tutorials::one_of_each_class(session.load_data().test);
    tutorials::save_named_rows(session.file("reconstructions.png"),
                               {{"test images", originals},
                                {"PCA, 32", of_all.reconstruct(originals)},
                                {"vanilla, 32", tutorials::reconstruct(vanilla.net, originals)},
                                {"deep, 32", tutorials::reconstruct(deep.net, originals)}},
                               session.load_data().test.item);
}

}  // namespace

// | 32 numbers per image | error per pixel, test images |
// |---|---|
// | PCA of all 60 000 training images | @result{pca_mse_per_pixel, .4f} |
// | vanilla | @result{vanilla_mse_per_pixel, .4f} |
// | deep | @result{test_mse_per_pixel, .4f} |
//
// (One seed for each net.) The vanilla net differs from a linear one by its sigmoid, which keeps the outputs
// between 0 and 1. The deep net leaves about half of PCA's error. Its error on the training images,
// @result{train_mse_per_pixel, .4f}, is lower than on the test images: with a million weights it has
// begun to adapt to its training images.
//
// @figure{reconstructions.png, The first test image of each class, rebuilt from 32 numbers.}
//
// PCA leaves grey shadows around the shapes. PCA and the vanilla net lose the strap of the sandal, the deep
// net keeps it. None of the three rebuilds the print on the pullover.
//
// ## Why it cannot generate
//
// With the decoder at hand it is tempting to make up a code, decode it, and get a new image. But the loss
// asks the decoder about the codes of training images only. It does not say where these should lie, nor how
// likely each of them is. So there is no distribution to draw codes from, and what the decoder does
// between the codes is left open. With a code of two numbers one can look. Here is another net,
// 784-256-128-2 and back:
//
// @figure{plain_map.png, A code of two numbers, turned and scaled to mean 0 and covariance I. Left: the
// test images by class. Right: what each square decodes to. The ground is grey where the code has a hole:
// less than a tenth of the training codes that a normal distribution would put there. The blue line belongs
// to the experiment below.}
//
// Some classes have a region mostly of their own (trousers, bags), others share one (pullover, coat, shirt). If
// codes are drawn from the normal distribution, @result{plain_percent_in_holes, .0f} ±
// @result{plain_percent_in_holes_sd, .0f} % of them land in holes (three seeds); chance alone makes none. In
// the upper right corner the decoder answers with torn shoes. But holes alone are not what is wrong: a
// variational autoencoder with the same layers leaves @result{vae_percent_in_holes, .0f} %. What differs is
// what lies in them: images from its holes resemble those that it was trained to give more closely than the
// plain autoencoder's do, in each of three seeds.
//
// @experiment{holes}
//
// @experiment{made_up}
//
// So a plain autoencoder has a code for every image, and no rule to draw new codes by. One can fit a
// distribution to the codes afterwards, and a better one than the normal gives better images (Ghosh and
// others 2020). Chapter 07 makes the distribution part of the training.
//
// ## The program

namespace {

void chapter(Session& session) {
    lesson::draw_the_idea(session);
    autograd::require(session.load_data().test.images.shape(1) == 784,
                      "[03_autoencoder] expected images of 784 pixels, 28 × 28, got ",
                      session.load_data().test.images.shape(1));
    compare_with_library(session);
    linear_is_pca(session);
    depth(session);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "03_autoencoder",
                           .title = "The autoencoder",
                           .defaults = {.epochs = 25, .learning_rate = 3e-3}},
                          chapter);
}

// ## Check it
//
// | what is tested | command |
// |---|---|
// | in six dimensions, the subspace and error of a linear net are PCA's | `build/tests/models/models -tc="a linear autoencoder*"` |
// | a wide net trained on noise copies what it has never seen | `build/tests/models/models -tc="as wide as its input*"` |
// | both losses against central differences | `build/tests/models/models_double -tc="the gradient of the autoencoder*"` |
// | PCA itself, with its known errors on Fashion-MNIST, and the angles | `build/tests/models/models -tc="*PCA*,principal angles*"` |
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | reconstructs anything, noise included | nothing restrains the net: the code is too wide | *as wide as its input, an autoencoder that has seen noise alone copies anything* |
// | a linear net does not reach PCA | outputs or code squashed, biases missing | *a linear autoencoder finds the plane of PCA, and leaves what PCA leaves* |
// | a few percent above PCA's error, and the subspace stays off | the learning rate did not fall to zero | *principal angles of planes that are turned by known angles* |
// | the loss is 784 times too small | mean over pixels where the sum is meant | *the loss sums over pixels and averages over the batch* |
// | cross-entropy becomes NaN | ln of a sigmoid that has rounded to 0 or 1; compute from logits | *binary cross-entropy is finite and exact at logits where its composition is not* |
// | pixels below 0 or above 1 | logits shown as if they were pixels | *codes and reconstructions have the promised shapes, and pixels of logits are in (0, 1)* |
// | many numbers of the code are always 0 | a ReLU on the code (experiment above) | none: it is a choice, not an error |
//
// ## Exercises
//
// @exercise{1, Derive the three slopes of the table of losses. A white pixel has the logit −8: how
// large is the slope of each loss? Why do our nets not get stuck there?}
//
// @exercise{2, Find PCA's axes from the weights of the linear net and the covariance of its codes,
// without looking at reconstructions. How well do they agree with PCA's?}
//
// @exercise{3, Train the linear net on raw pixels, without subtracting the mean. How many epochs pass
// before the largest angle is below 45°, and why?}
//
// @exercise{4, Tie the weights: E is the transpose of G. What must the product of G's transpose and G
// be at the optimum? Check it, and count the parameters.}
//
// @exercise{5, Multiply the inputs of the wide net by a random 0/1 mask and ask for the unmasked
// images. Does it still copy noise?}
//
// @exercise{6, Train a linear classifier with 100 and with 1000 labels on pixels, on 32 coordinates of
// PCA, and on the deep net's codes. Which is best?}
//
// ## Where the real code differs
//
// PyTorch has no autoencoder class: two `nn.Sequential` and `F.mse_loss(model(x), x)` suffice. Mind
// the reduction: `mse_loss` is the mean over pixels *and* images, our loss divided by 784, and plain
// SGD then needs another learning rate. Keras' `mse` and `binary_crossentropy` are means as well.
// Code for images is usually convolutional, as in chapter 12.
//
// **Names.** *Undercomplete* is a code narrower than the input, *overcomplete* a wider one. The code
// is also called latent, bottleneck, embedding or feature vector. *Unsupervised* is sometimes called
// *self-supervised*, because there are targets, which come with the data.
//
// ## Further reading
//
// - H. Bourlard, Y. Kamp, *Auto-association by multilayer perceptrons and singular value
//   decomposition*, Biological Cybernetics 59, 1988.
// - P. Baldi, K. Hornik, *Neural networks and principal component analysis: learning from examples
//   without local minima*, Neural Networks 2, 1989.
// - G. E. Hinton, R. R. Salakhutdinov, *Reducing the dimensionality of data with neural networks*,
//   Science 313, 2006. (Trained layer by layer at first, which better initialisation has made
//   unnecessary.)
// - S. Rifai and others, *Contractive auto-encoders*, ICML 2011.
// - Y. Bengio, A. Courville, P. Vincent, *Representation learning: a review and new perspectives*,
//   IEEE TPAMI 35, 2013.
// - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, MIT Press 2016, chapter 14.
// - D. Kunin and others, *Loss landscapes of regularized linear autoencoders*, ICML 2019.
// - P. Ghosh and others, *From variational to deterministic autoencoders*, ICLR 2020: how to fit a
//   distribution to the codes afterwards.
// - S. Elfwing, E. Uchibe, K. Doya, *Sigmoid-weighted linear units*, Neural Networks 107, 2018; D.
//   Hendrycks, K. Gimpel, *Gaussian error linear units*, 2016.
