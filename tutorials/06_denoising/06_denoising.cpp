// ---
// title: The denoising autoencoder
// builds_on: 03_autoencoder
// leads_to:
// tooltip: Corrupt the input, ask for the clean image: a net that cannot copy has to know the data.
// minutes: 1
// keywords: corruption, noise, Wiener filter, PSNR, posterior mean, score, vector field, inpainting
// ---
//
// ## What you will be able to do
//
// - Train a net that repairs images, with corruption that is new in every batch, and say what happens
//   if the noise is kept, or if the net never sees any (exercises 1, 3 and 4).
// - Say how good a denoiser is in decibels, compare it with the best *linear* one, and use the directions
//   of PCA from which that one is made (exercises 2 and 5).
// - Read $r(x) - x$ as a field of arrows that point to where the data are, and say of which function
//   it is the gradient (exercise 6).
//
// @predict{Add Gaussian noise of standard deviation .3 to every pixel, whose range is 0 to 1. By what
// factor can the squared error be reduced with nothing but the noisy image: by a linear filter, and by
// a network? Write down two numbers.}
//
// ## The idea in one figure
//
// @figure{idea.png, A denoising autoencoder is given a corrupted image and asked for the clean one. The
// corruption is drawn anew whenever an image comes up. Gradients flow from the loss through r back to all
// weights; the corruption has no weights.}
//
// What keeps a net from copying its input? In chapter 04 a narrow code did. Here is another answer,
// which lets the net be as wide as you like and adds no penalty to the loss: **ask a question to which
// the input is not the answer**. Corrupt the image, show the net the corrupted one, ask for the clean
// one. A copy is wrong by exactly the noise. To do better, the net has to know something about images of
// clothes.
//
// ## The model
//
// Here is all of it in operations of the tape. One hidden layer with the activation
// $\operatorname{silu}(a) = a \cdot \operatorname{sigmoid}(a)$ does what a linear filter cannot do. A
// linear path straight from the noisy pixels does the rest: the weaker the noise, the more of the answer is
// linear, and hidden units that are not linear copy that part badly (exercise 1). The sigmoid at the end
// keeps the answer between 0 and 1, where pixels are.

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace in_the_open {

using autograd::Parameter;
using autograd::Real;
using autograd::Variable;

struct Layer {
    Parameter weight, bias;
    Variable operator()(Variable x) const {
        return linear(x, x.tape().parameter(weight), x.tape().parameter(bias));
    }
};

struct Denoiser {
    Layer see, draw, straight;  // 784 → 1024 → 784, and 784 → 784

    Variable operator()(Variable corrupted) const {
        const Variable a = see(corrupted), hidden = a * sigmoid(a);
        return sigmoid(draw(hidden) + straight(corrupted));
    }
    /// x is (B, 784); `keep` and `add`, of the same shape, are the corruption: m and n below.
    Variable loss(Variable x, Variable keep, Variable add) const {
        const Variable r = (*this)(keep * x + add);
        return mean(sum(square(r - x), {1}));
    }
};

}  // namespace in_the_open

// In the library the hidden layer and its decoder are the `models::Autoencoder` of chapter 03. An
// autoencoder without a straight path needs no more than that: its loss can take two images, the corrupted
// and the clean one.
//
// @source{models/autoencoder.cpp, Autoencoder::loss}
//
// On one batch, with the same weights and the same noise, the code above gives
// @result{loss_written_out, .4f}, and the net made of library parts @result{loss_of_library, .4f}.
//
// @fold{How the two are compared, and the includes of the rest}

#include <algorithm>
#include <cstdio>

#include "nn/module.hpp"
#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

void compare_with_the_library(Session& session, const Array& images) {
    nn::Random random(session.flags.seed);
    Denoiser net(images.shape(1), 1024, random);
    const auto from = nn::parameters(net);  // weight and bias, layer by layer
    const auto layer = [&](std::size_t i) {
        return in_the_open::Layer{*from[2 * i].parameter, *from[2 * i + 1].parameter};
    };
    const in_the_open::Denoiser ours{layer(0), layer(1), layer(2)};
    const nn::Damage damage = nn::gaussian_noise(.3).draw(images.shape(), random);
    autograd::Tape tape;
    const Variable x = tape.constant(images);
    const Variable loss = ours.loss(x, tape.constant(damage.keep), tape.constant(damage.add));
    session.result("loss_written_out", double{loss.item()});
    const Variable restored = net(tape.constant(damage.apply(images)));
    session.result("loss_of_library", double{nn::squared_loss(restored, x).item()});
}

}  // namespace

// @endfold
//
// ## Corruption is data
//
// There are three classical corruptions (Vincent and others 2010). Each is of the form
// $\tilde x = m \circ x + n$ once its random numbers are drawn:
//
// | corruption | a pixel $x$ becomes | $m$ | $n$ |
// |---|---|---|---|
// | Gaussian noise | $x + \sigma \varepsilon$ | 1 | $\sigma \varepsilon$ |
// | masking noise | 0 with probability $p$ | 0 or 1 | 0 |
// | salt and pepper | 0 or 1, each with probability $p / 2$ | 0 or 1 | 1 where there is salt |
//
// Here ε is a standard normal number, drawn for each pixel. `nn::Corruption` says what may happen; its
// `draw` gives an `nn::Damage`, the arrays $m$ and $n$. Noise that is data can be kept: gradient checks need
// the same loss twice in a row, and all methods must be compared on the same noisy test images.
//
// @figure{corruptions.png, Eight test images under each corruption. Gaussian noise is not clipped:
// pixels leave the range from 0 to 1, and the picture shows them as black or white.}

namespace {

void show_corruptions(Session& session, const nn::Dataset& test) {
    const Array clean = few(test.images, 8);
    nn::Random random(session.flags.seed);
    tutorials::save_named_rows(
        session.file("corruptions.png"),
        {{"clean", clean},
         {"Gaussian, σ = .1", nn::gaussian_noise(.1)(clean, random)},
         {"Gaussian, σ = .3", nn::gaussian_noise(.3)(clean, random)},
         {"Gaussian, σ = .5", nn::gaussian_noise(.5)(clean, random)},
         {"masking, p = ½", nn::masking_noise(.5)(clean, random)},
         {"salt and pepper, p = ½", nn::salt_and_pepper_noise(.5)(clean, random)}},
        test.item);
}

}  // namespace

// ## What the best answer is
//
// Let the corruption draw $\tilde x$ from $q(\tilde x \mid x)$, and let $r$ be the net. The loss is
// $$ \operatorname{E}_{x} \operatorname{E}_{\tilde x \mid x} \bigl| x - r(\tilde x) \bigr|^2 . \tag{1} $$
// Fix one $\tilde x$ and look at all clean images that it may have come from. For any answer $r$
// $$ \operatorname{E}\bigl[ |x - r|^2 \bigm| \tilde x \bigr]
//    = \operatorname{E}\bigl[ |x - \operatorname{E}[x|\tilde x]|^2 \bigm| \tilde x \bigr]
//    + \bigl| r - \operatorname{E}[x|\tilde x] \bigr|^2 , $$
// because the cross term vanishes. The first term does not depend on $r$. So the minimum of (1) over
// all functions is the **posterior mean**, the mean of $x$ once $\tilde x$ is known:
// $$ r^*(\tilde x) = \operatorname{E}[\, x \mid \tilde x \,] . \tag{2} $$
// The best answer is an *average* of what may have been there. Where noise has destroyed the evidence,
// an average of several shirts is blurred. **That blur is the optimum of squared error.**
//
// ## The best linear answer: the Wiener filter
//
// Suppose $r$ may only be affine. With the mean $\mu$ and the covariance $\Sigma$ of the images, the best
// choice for Gaussian noise is $r = \mu + \Sigma\, (\Sigma + \sigma^2 I)^{-1} (\tilde x - \mu)$. In the
// coordinates of PCA, where $\Sigma$ is diagonal with the eigenvalues $\lambda_i$, it says: *shrink each
// coordinate by its share of signal*,
// $$ c_i \mapsto \frac{\lambda_i}{\lambda_i + \sigma^2}\, c_i ,
//    \qquad \text{error } = \sum_i \frac{\lambda_i\, \sigma^2}{\lambda_i + \sigma^2} . \tag{3} $$
// Why: along direction $i$ the signal has variance $\lambda_i$ and the noise $\sigma^2$. The answer
// $g c$ has the error $(1 - g)^2 \lambda_i + g^2 \sigma^2$; set its derivative to 0. It is this short:

namespace {

Array wiener_filter(const models::Pca& pca, double sigma, const Array& noisy) {
    Array coordinates = pca.encode(noisy);  // (N, D)
    for (std::size_t n = 0; n < coordinates.shape(0); ++n)
        for (std::size_t i = 0; i < coordinates.shape(1); ++i) {
            const double variance = pca.eigenvalues(i);
            coordinates(n, i) *= static_cast<Real>(variance / (variance + sigma * sigma));
        }
    return pca.decode(coordinates);
}

}  // namespace

// It needs no training, and its results on these test images are known from a separate computation, against
// which the tests compare as well: 18.82 dB at noise of .3. We
// get @result{psnr_wiener_30, .2f} dB. *Reproduce a number that needs no training before you train
// anything*: it checks the data, the noise and the decibels.
//
// The unit is the **peak signal-to-noise ratio** in decibels, $\mathrm{PSNR} = 10 \log_{10}
// (1/\mathrm{MSE})$, where 1 is the range of the pixels and MSE the squared error per pixel, averaged
// over all pixels of all test images before the logarithm is taken. Ten decibels are a factor of 10 in
// squared error, 3 decibels about a factor of 2.
//
// | symbol | C++ |
// |---|---|
// | $m$, $n$; $\tilde x = m \circ x + n$ | `Damage::keep`, `Damage::add`; `Damage::apply(clean)` |
// | $\mu$, $\lambda_i$, $c_i$ | `pca.mean`, `pca.eigenvalues(i)`, column $i$ of `pca.encode(noisy)` |
// | $r$ | `Denoiser`, or an `Autoencoder` |
// | (1) | `nn::squared_loss(net(corrupted), clean)` |
// | (3) | `models::wiener(pca, sigma)` |
// | PSNR | `models::psnr(restored, clean)` |
//
// > **Reduction.** The loss is summed over pixels and averaged over images. A mean squared error *per
// > pixel* enters only into decibels.
//
// ## Train, look, compare
//
// The net learns from eleven twelfths of the training images with noise of .3, new in every batch. The
// last twelfth is for validation; no choice is made by the test images. The filter's mean and covariance are
// those of all training images.

namespace {

void judge(Session& session, const Trained& trained, const nn::Dataset& test) {
    const Array noisy = noisy_test(session, .3);
    const Array linear = wiener_filter(all_directions(session), .3, noisy);
    const Array restored = restore(trained.net, noisy);
    Array limited = linear;  // the net's answers end at 0 and 1; the filter may have that help, too
    for (Real& pixel : limited) pixel = std::clamp(pixel, Real(0), Real(1));

    const double before = psnr(noisy, test.images), by_filter = psnr(linear, test.images),
                 by_net = psnr(restored, test.images);
    session.result("psnr_noisy_30", before);
    session.result("psnr_wiener_30", by_filter);
    session.result("psnr_wiener_clipped_30", psnr(limited, test.images));
    session.result("psnr_denoised_30", by_net);
    session.result("gain_wiener_30", std::pow(10, (by_filter - before) / 10));
    session.result("gain_denoised_30", std::pow(10, (by_net - before) / 10));
    tutorials::save_named_rows(session.file("denoised.png"),
                               {{"clean", few(test.images)},
                                {"noisy, σ = .3", few(noisy)},
                                {"Wiener", few(linear)},
                                {"net", few(restored)}},
                               test.item);
}

void lesson(Session& session) {
    const nn::TrainTest& data = session.load_data();
    draw_the_idea(session);
    show_corruptions(session, data.test);
    compare_with_the_library(session, few(data.train.images, 64));
    const Trained trained = lesson_net(session);
    judge(session, trained, data.test);
    session.result("train_images_per_second", trained.fit.images_per_second);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "06_denoising",
                           .title = "The denoising autoencoder",
                           .defaults = {.epochs = 9, .learning_rate = 2e-3}},
                          lesson);
}

// | noise .3, test images | decibels | seeds 2, 3 |
// |---|---|---|
// | noisy | @result{psnr_noisy_30, .2f} | |
// | Wiener filter | @result{psnr_wiener_30, .2f} | @result{seed_2/psnr_wiener_30, .2f}, @result{seed_3/psnr_wiener_30, .2f} |
// | Wiener filter, clipped to 0 and 1 | @result{psnr_wiener_clipped_30, .2f} | @result{seed_2/psnr_wiener_clipped_30, .2f}, @result{seed_3/psnr_wiener_clipped_30, .2f} |
// | net | @result{psnr_denoised_30, .2f} | @result{seed_2/psnr_denoised_30, .2f}, @result{seed_3/psnr_denoised_30, .2f} |
//
// @prediction{The Wiener filter divides the squared error by @result{gain_wiener_30, .1f}, the net by
// @result{gain_denoised_30, .1f}. Part of the net's advantage is that its outputs end at 0 and 1; the
// clipped filter has the same help. The rest is what the net knows about clothes beyond their
// mean and covariance.}
//
// @figure{denoised.png, Test images with noise of .3, restored by the filter and by the net. The filter
// leaves clouds on the background; the net's background is nearly black and its outlines are cleaner.
// Neither brings back details: the print of the second garment and the checks of the eighth are faint.}
//
// With another seed the noise and the start of the net are others. How does the net do at other strengths
// of the noise, and can one net serve all of them?
//
// @experiment{levels}
//
// ### Two mistakes
//
// @experiment{tasks}
//
// ### What the net does that no linear filter can
//
// @experiment{recipes}
//
// ### Could it memorise all the same?
//
// It cannot copy. But take (2) literally for the training set, $N$ points of equal probability:
// $$ r_N(\tilde x) = \sum_k w_k x_k , \qquad
//    w_k = \frac{\exp(-|\tilde x - x_k|^2 / 2\sigma^2)}
//               {\sum_l \exp(-|\tilde x - x_l|^2 / 2\sigma^2)} . \tag{4} $$
// This is the exact minimum of the *training* loss: an average of training images, weighted by how well
// noise explains the difference. A net that is large enough and is trained for long enough would come close
// to it.
//
// @experiment{memory}
//
// ### The arrows
//
// Let $p_\sigma(\tilde x) = \int p(x)\, \mathcal N(\tilde x; x, \sigma^2 I)\, dx$ be the density of noisy
// images. Differentiate under the integral:
// $$ \nabla p_\sigma(\tilde x)
//    = \int p(x)\, \mathcal N(\tilde x; x, \sigma^2 I)\, \frac{x - \tilde x}{\sigma^2}\, dx
//    = p_\sigma(\tilde x)\, \frac{\operatorname{E}[x \mid \tilde x] - \tilde x}{\sigma^2} , $$
// and divide by $p_\sigma$:
// $$ r^*(\tilde x) - \tilde x = \sigma^2\, \nabla \ln p_\sigma(\tilde x) . \tag{5} $$
// The correction that a perfect denoiser makes is the slope of the log density, times $\sigma^2$: it points
// uphill, towards where data are (Miyasawa 1961; Vincent 2011, Alain and Bengio 2014). Nothing was assumed
// about $p$, and about the noise only that it is Gaussian. A net that has learnt to remove noise has
// learnt a **vector field towards the data manifold**. Diffusion models are built on (5).
//
// @experiment{field}
//
// ### Other corruptions, and missing parts
//
// @experiment{others}
//
// @experiment{inpainting}
//
// Where it is used: grain in old photographs, noise in microscopy and in X-ray images taken with little
// dose, gaps in measurements. In medicine it needs care: an answer that is *likely* may not be
// what is *there*.
//
// ## Check it
//
// `meson test -C build models "models in double" nn 06_denoising` runs the tests. Among them: *a
// linear autoencoder that learns to remove noise becomes the Wiener filter*; *the gradient of the denoising
// loss is right, noise frozen*, under each corruption; *what a linear model restores of Fashion-MNIST is what
// is known*, the decibels of the filter.
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | the loss falls, but stays far above that of a clean target, and images stay noisy | the target is the noisy image | *the denoising loss compares what becomes of the corrupted image with the clean one* |
// | training loss falls on and on, held-out decibels do not rise | noise drawn once and kept | *corruption follows from the generator alone, and is new every time* |
// | noisy images have 3 decibels less than $-20 \log_{10} \sigma$ | noise added twice | *Gaussian noise has mean zero and the asked standard deviation, and is not clipped* |
// | another number for the same method in a paper | decibels averaged over images, or noise clipped to [0, 1] | *the errors of all images are averaged before the logarithm, not after* |
// | a gradient check fails at random | new noise between the two evaluations | *damage that is drawn is data: it does the same again, and to other images* |
// | all masked pixels come back dark | black taken for missing: mark missing pixels by a value of their own | none |
//
// ## Exercises
//
// @exercise{1, Take the straight path away. Is more lost at noise of .1 or of .3, and why there?}
//
// @exercise{2, What does the net for .5 do to noise of .1, and how does a net do that was trained on all
// levels and is not told which? Which of the two is better than the best linear filter there? Look at the
// experiment `levels` after you have guessed.}
//
// @exercise{3, Make the bug of the kept noise: draw the noise of the first 2000 images once and train on
// these pairs for 50 epochs. Compare with new noise in each batch.}
//
// @exercise{4, Train the net *clean → clean* for 40 epochs on 20 000 images, and measure how well it
// repairs noisy validation images after each. What happens while its loss falls?}
//
// @exercise{5, Estimate $\sigma$ from a noisy image alone. Hint: some directions of PCA have hardly any
// variance.}
//
// @exercise{6, In the experiment `field`, points that repeat $x \leftarrow r(x)$ end on the ridge of the
// arms. Let them take small steps with noise, $x \leftarrow x + \frac{\eta}{2\sigma^2} (r(x) - x) +
// \sqrt\eta\, \varepsilon$ with $\eta = \sigma^2/10$, 500 times. How are the end points distributed?}
//
// ## Where the real code differs
//
// In PyTorch the corruption is `x + sigma * torch.randn_like(x)` in the loop, or `nn.Dropout(p)(x)` for
// masking, which divides what is left by $1 - p$; ours does not. Denoisers for photographs are
// mostly convolutional. Some are told the noise level, some are blind. Many predict the noise, $\tilde x - r$,
// which by (5) is $-\sigma^2\, \nabla \ln p_\sigma$. Real noise is not Gaussian: photons are counted, so dark
// pixels have less of it.
//
// **Names.** $\nabla \ln p_\sigma$ is called the *score*. (The score of statistics is a gradient with
// respect to parameters; here it is with respect to the image.) *Denoising score matching* is training with
// loss (1) in order to get the score by (5). *Tweedie's formula* is (5).
//
// ## Further reading
//
// - P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, *Extracting and composing robust features with
//   denoising autoencoders*, ICML 2008; with I. Lajoie, *Stacked denoising autoencoders*, JMLR 11, 2010.
// - P. Vincent, *A connection between score matching and denoising autoencoders*, Neural Computation 23,
//   2011. G. Alain, Y. Bengio, *What regularized auto-encoders learn from the data-generating
//   distribution*, JMLR 15, 2014.
// - K. Miyasawa, *An empirical Bayes estimator of the mean of a normal population*, 1961. N. Wiener,
//   *Extrapolation, interpolation, and smoothing of stationary time series*, 1949.
// - X. Mao, C. Shen, Y. Yang, *Image restoration using very deep convolutional encoder-decoder networks
//   with symmetric skip connections*, NIPS 2016: the straight path.
// - S. Mohan, Z. Kadkhodaie, E. P. Simoncelli, C. Fernandez-Granda, *Robust and interpretable blind image
//   denoising via bias-free convolutional neural networks*, ICLR 2020: recipes of single pixels.
// - Y. Song, S. Ermon, *Generative modeling by estimating gradients of the data distribution*, NeurIPS
//   2019. J. Ho, A. Jain, P. Abbeel, *Denoising diffusion probabilistic models*, NeurIPS 2020.
