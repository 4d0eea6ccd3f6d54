// ---
// title: The autoencoder
// builds_on: 02_training
// leads_to: 04_undercomplete, 05_sparse, 06_denoising, 07_vae
// tooltip: Encoder, decoder, and what keeps a net that copies its input from learning nothing.
// minutes: 3
// keywords: encoder, decoder, code, reconstruction, identity, PCA, principal angles, latent space
// ---
//
// ## What you will be able to do
//
// - Build and train an encoder and a decoder of any depth, and say which reconstruction loss
//   belongs to which data, and why.
// - Prove that a linear autoencoder finds the same plane as principal component analysis, and test
//   a training run against that plane so sharply that a wrong one cannot hide.
// - Explain why copying is worthless, what restrains each member of the autoencoder family, and why
//   the plain autoencoder of this chapter cannot draw anything new.
//
// **Predict first.** Two networks with a hidden layer as wide as the image are trained to reproduce
// their input. One sees 60 000 pictures of clothes. The other sees nothing but white noise. Then
// both are shown clothes that neither has seen. How much worse is the second? Twice, ten times, a
// hundred times? Write your guess down.
//
// ## The idea in one figure
//
// @figure{idea.png, An autoencoder is two networks with a narrow place between them. The encoder f
// turns an image into a code, the decoder g turns the code back into an image, and the loss
// compares that with the image itself: no labels anywhere.}
//
// Until now a person had to write down, for every image, what the network should answer. Here the
// answer is the image. Whoever wants to rebuild 784 pixels from 32 numbers must find out what
// those pixels have in common: that trousers have two legs, that shoes point left. Nobody says so;
// the data do. This is **unsupervised learning**, and what comes out of it, the code, is a
// **representation**: fewer numbers that say the same. Its uses do not need the decoder at all.
//
// ## The mathematics
//
// ### Encoder, decoder, loss
//
// An **encoder** $f$ maps an image $x \in \mathbb R^D$ to a **code** $h = f(x) \in \mathbb R^k$, a
// **decoder** $g$ maps a code to a **reconstruction** $r = g(h)$. The network is $g \circ f$, and
// it is trained like any other, with the inputs as their own labels:
// $$ \min_{f,\,g}\ \frac1N \sum_{n=1}^N L\bigl(x_n,\ g(f(x_n))\bigr) . $$
//
// With one hidden layer, the code itself, this is the **vanilla** autoencoder: $D \to k \to D$.
// With more layers on both sides, usually as mirror images, it is a **deep** one. Nothing obliges
// the layers to be dense: with convolutions and their transposes it is a convolutional autoencoder,
// which a later chapter builds.
//
// ### Which loss?
//
// A loss is a likelihood in disguise. If the decoder's outputs $r$ are the means of Gaussian pixels
// with variance ½, the negative log-likelihood is, up to a constant, the **squared error**; if they
// are the probabilities of pixels that are black or white, it is the **cross-entropy**:
// $$ L_2 = \sum_{i=1}^D (x_i - r_i)^2 , \qquad
//    L_H = -\sum_{i=1}^D x_i \ln r_i + (1 - x_i) \ln (1 - r_i) . \tag{1} $$
//
// Grey pixels are allowed in the second: for every $x_i$ between 0 and 1 the minimum is at
// $r_i = x_i$. It is not zero there, though, but the entropy of $x_i$. On the test images of
// Fashion-MNIST this floor is known to be 189.86 nats, so a cross-entropy of 200 is an excellent
// one.
//
// Near its minimum the cross-entropy exceeds that floor by
// $$ \sum_i \frac{(x_i - r_i)^2}{2\, x_i (1 - x_i)} + \dots , $$
// a squared error with weights: small for medium grey, large for nearly black and nearly white. An
// error of one grey level on a black background, which no eye can see, costs as much as many on a
// sleeve. Both losses have a convenient slope where the decoder's last layer ends. With logits $l$:
//
// | output | loss | slope at the last layer | use it for |
// |---|---|---|---|
// | $r = l$ | squared error | $2 (r - x)$ | real numbers without bounds |
// | $r = \sigma(l)$ | cross-entropy | $r - x$ | black and white, probabilities |
// | $r = \sigma(l)$ | squared error | $2 (r - x)\, r (1 - r)$ | grey levels judged by squared error |
//
// The factor $r(1-r)$ in the last row is the price of squashing outputs into $[0, 1]$: an output
// that is black and should be white has almost no slope to leave by. Theory books warn of it. We
// shall measure all three.
//
// ### Copying is worthless
//
// Let the code be as wide as the image, $k = D$. Then $f(x) = x$ and $g(h) = h$ is a perfect
// autoencoder. It knows nothing about clothes. The reconstruction was never the aim: it is the
// pretext under which the code must become useful. Something has to stand in the way of the copy.
// So the loss of every autoencoder worth having has two parts,
// $$ \underbrace{L(x, g(f(x)))}_{\text{sensitive enough to rebuild}}
//    \ + \ \underbrace{\text{a restraint}}_{\text{too tight to copy}} , $$
// and the members of the family differ in the second:
//
// | restraint | what it forbids | chapter |
// |---|---|---|
// | a narrow code, $k \ll D$ | more than $k$ numbers per image | 04, and below |
// | few active units | answering with everything at once | 05 |
// | the input is corrupted, the target is clean | copying: the input is not the answer | 06 |
// | the code is noisy, and its distribution prescribed | codes of infinite precision; holes | 07 to 10 |
//
// ### A linear autoencoder is PCA
//
// Take away all nonlinearities: $h = E(x - m)$ and $r = m + D h$, with a $k \times D$ matrix $E$
// and a $D \times k$ matrix that papers unfortunately also call $D$; we write $G$ for it. Let
// $\Sigma$ be the covariance of the images, with eigenvalues $\lambda_1 \ge \lambda_2 \ge \dots$
// The mean error is
// $$ J(G, E) = \operatorname{E} \bigl|\, (I - GE)(x - m) \,\bigr|^2
//            = \operatorname{tr} \bigl( (I - GE)\, \Sigma\, (I - GE)^{\mathsf T} \bigr) . $$
// For a given $G$ the best that any code can do is the orthogonal projection onto the plane that
// the columns of $G$ span, $GE = P$. Then, because $P = P^{\mathsf T} = P^2$,
// $$ J = \operatorname{tr} \Sigma - \operatorname{tr} (P \Sigma) , \qquad
//    \operatorname{tr} (P\Sigma) \le \lambda_1 + \dots + \lambda_k , \tag{2} $$
// and the bound is reached when $P$ projects onto the first $k$ eigenvectors (Ky Fan). That plane
// is what **principal component analysis** computes, and $\lambda_{k+1} + \dots + \lambda_D$ is
// what is left. There are no other minima to get stuck in; every other stationary point is a saddle
// (Baldi and Hornik 1989).
//
// But notice what (2) says nothing about. It depends on $P$ only. Take any invertible matrix $A$:
// the pair $(G A,\ A^{-1} E)$ has the same product, hence the same error. So the **plane** is
// determined, the **weights** are not. Their columns are some basis of the plane, neither
// orthogonal nor of length one nor sorted by variance. PCA's axes are one basis among all these.
//
// How would you test a program against this? The error is a poor witness. Turn the plane so that
// the direction of $\lambda_k$ is replaced, by an angle $\theta$, by that of $\lambda_{k+1}$; (2)
// grows by $(\lambda_k - \lambda_{k+1}) \sin^2\theta$. In our data the eigenvalues around $k = 20$
// are @result{eigenvalue_20, .4f} and @result{eigenvalue_21, .4f}: a plane that is wrong by 90° in
// one direction has an error that is wrong by a thousandth. The sharp witness is the **principal
// angles** between the two planes: the smallest angle between any two directions, then the smallest
// among the directions at right angles to those, and so on. All of them are zero only if the planes
// agree.
//
// The same fact makes the training slow. Along that turn the loss is a valley whose curvature is
// proportional to $\lambda_{20} - \lambda_{21}$, while across it the curvature is proportional to
// $\lambda_1 =$ @result{eigenvalue_1, .1f}, more than a thousand times as much. It would be worse
// still with raw pixels: the mean $m$ is in every image, and $|m|^2$ is @result{mean_squared, .1f}.
// So we subtract it first. (The biases can learn to do that, and in the end they would.)
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $f$, $h = f(x)$ | `Autoencoder::encoder`, `encode(x)` |
// | $g$, $r = g(h)$ | `Autoencoder::decoder`, `decode(h)` |
// | $g \circ f$ | `Autoencoder::operator()`, which gives pixels |
// | $L_2$ of linear outputs, $L_H$ | `Autoencoder::loss` with `Likelihood::gaussian`, `bernoulli` |
// | $k$, $D$ | `AutoencoderSettings::latent`, `input` |
// | $E$, $G$ | `encoder.0.weight` (k, D), `decoder.0.weight` (D, k) |
// | $\lambda_i$, the axes, $m$ | `models::Pca::eigenvalues`, `components`, `mean` |
// | principal angles | `models::principal_angles` |
//
// > **Reduction.** Losses are summed over the pixels and averaged over the images, as everywhere in
// > this course; cross-entropies are in nats. Squared errors are also reported *per pixel*, divided
// > by 784, because other people do.
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "models/autoencoder.hpp"
#include "models/evaluate/pca.hpp"
#include "nn/data/glyphs.hpp"
#include "nn/io/png.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Autoencoder;
using models::Likelihood;
using nn::map_rows;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

namespace {

void draw_the_idea(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "784 pixels"});
    const auto f = diagram.box(2.9, 0, {"encoder f", "h = f(x)"});
    const auto h = diagram.box(5.6, 0, {"code h", "32 numbers"});
    const auto g = diagram.box(8.3, 0, {"decoder g", "r = g(h)"});
    const auto r = diagram.box(11.2, 0, {"reconstruction r", "784 pixels"});
    const auto loss = diagram.box(5.6, 1.7, {"loss: how far is r from x?"});
    diagram.arrow(x, f);
    diagram.arrow(f, h);
    diagram.arrow(h, g);
    diagram.arrow(g, r);
    diagram.arrow(x, loss);
    diagram.arrow(r, loss);
    diagram.save(session.file("idea.png"));
}

// ### One loop for all
//
// Eleven networks are trained in this chapter, all by the loop of the last one. A `Recipe` says
// what differs. Look at the step: the batch has labels, and nobody reads them.

using Loss = std::function<Variable(const Autoencoder&, Variable)>;

/// What the model's outputs mean decides: squared error of linear ones, cross-entropy of logits.
Variable likelihood_loss(const Autoencoder& model, Variable x) { return model.loss(x); }

/// Squared error of the pixels, through the sigmoid if there is one.
Variable pixel_loss(const Autoencoder& model, Variable x) { return nn::squared_loss(model(x), x); }

struct Recipe {
    std::string name;  ///< of the files
    std::size_t epochs;
    double learning_rate;
    Loss loss = likelihood_loss;
    double last_rate = 0;  ///< where the learning rate ends, after half a cosine
    bool quiet = true;
    /// What to measure after every epoch.
    std::function<nn::Metrics()> evaluate = {};
};

struct Trained {
    nn::History history;
    double images_per_second;
};

Trained train(const Session& session, const Recipe& recipe, Autoencoder& model,
              const nn::Dataset& data, nn::Random& random) {
    nn::Batches batches(data, session.flags.batch);
    nn::Adam adam(model);
    Tape tape;
    nn::Training training({.epochs = recipe.epochs,
                           .name = recipe.name,
                           .folder = session.flags.out,
                           .resume = session.flags.resume,
                           .learning_rate = nn::schedule::cosine(
                               recipe.learning_rate, recipe.last_rate, double(recipe.epochs)),
                           .quiet = recipe.quiet},
                          model, adam, random);
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable loss = recipe.loss(model, tape.constant(batch.images));
        adam.step(tape.backward(loss));
        return {{"loss", loss.item()}};
    };
    training.run(batches, step, recipe.evaluate);
    return {training.history(), training.images_per_second()};
}

/// Mean over the images of Σ (x − r)².
double error_per_image(const Autoencoder& model, const Array& images) {
    return nn::mean_over_rows(images,
                              [&](Variable x) { return autograd::squared_error(model(x), x); });
}

double error_per_pixel(const Autoencoder& model, const Array& images) {
    return error_per_image(model, images) / static_cast<double>(images.shape(1));
}

Array reconstruct(const Autoencoder& model, const Array& images) {
    return map_rows(images, [&](Variable x) { return model(x); });
}

Array encode(const Autoencoder& model, const Array& images) {
    return map_rows(images, [&](Variable x) { return model.encode(x); });
}

Array decode(const Autoencoder& model, const Array& codes) {
    return map_rows(codes, [&](Variable h) { return model.decoder.mean(h); });
}

/// A quick run does everything, but not for long.
std::size_t epochs(const Session& session, std::size_t wanted) {
    return session.flags.quick ? 2 : wanted;
}

// ### The wrong thing first: a net that may copy
//
// A hidden layer as wide as the image, no nonlinearity, nothing in the way. To have the answer in
// seconds, the images are shrunk to half their height and width: 196 pixels, 196 hidden units, and
// a sixteenth of the work. One such net is trained on the data, one on white noise, every pixel of
// every image drawn anew from a uniform distribution: there is nothing to learn in it. For
// comparison, a net with 16 hidden units is trained on the data.

Array halved(const Array& images, const Shape& item) {
    const std::size_t columns = item[1], height = item[0] / 2, width = columns / 2;
    Array small(Shape{images.shape(0), height * width});
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t i = 0; i < height; ++i)
            for (std::size_t j = 0; j < width; ++j) {
                const Real* const four = &images(n, 2 * i * columns + 2 * j);
                small(n, i * width + j) =
                    (four[0] + four[1] + four[columns] + four[columns + 1]) / 4;
            }
    return small;
}

// Errors on different kinds of images are not comparable: it is easy to be close to a dark image.
// So each is divided by the variance of its kind, which is the error of always answering with the
// mean image. 0 is perfect, 1 is worthless, and one can be worse than that.

double total_variance(const Array& images) {
    const auto n = static_cast<double>(images.shape(0));
    double total = 0;
    for (std::size_t j = 0; j < images.shape(1); ++j) {
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < images.shape(0); ++i) {
            const double pixel = images(i, j);
            sum += pixel, squares += pixel * pixel;
        }
        total += (squares - sum * sum / n) / n;
    }
    return total;
}

// @figure{copying.png, What three nets make of images they have not seen, five of each kind. First
// row: the originals. The wide nets copy whatever comes, also kinds of images that they were never
// shown, whether they were trained on clothes or on noise; the narrow net knows clothes and nothing
// else.}
//
// | error as a share of the variance | data | glyphs | noise |
// |---|---|---|---|
// | 196 units, trained on the data | @result{wide_on_data, .4f} | @result{wide_on_glyphs, .4f} | @result{wide_on_noise, .4f} |
// | 196 units, trained on noise | @result{noise_trained_on_data, .4f} | @result{noise_trained_on_glyphs, .4f} | @result{noise_trained_on_noise, .4f} |
// | 16 units, trained on the data | @result{narrow_on_data, .4f} | @result{narrow_on_glyphs, .4f} | @result{narrow_on_noise, .4f} |
//
// That answers the question at the beginning: @result{noise_to_data_ratio, .1f} times, and both
// errors are too small to be seen. Both nets have learnt the identity, and the identity is not
// knowledge: an autoencoder that reconstructs *everything* cannot tell a sandal from static. Nor
// does it look wrong while it trains. Its held-out error is superb, so overfitting is not the word:
// it generalises perfectly, to things that nobody asked for.
//
// The narrow net is worse on everything and better for it. It is useless for glyphs, and worse than
// useless for noise: what it learnt fits clothes only. That makes its error *informative*, a fact
// that anomaly detection lives on.

void copying(Session& session, const nn::TrainTest& data) {
    const nn::Dataset& test = data.test;
    nn::Random random(session.flags.seed);
    nn::Dataset clothes = data.train;
    clothes.images = halved(data.train.images, test.item);
    nn::Dataset noise = clothes;
    random.uniform(noise.images);

    // Held-out images of three kinds:
    const nn::Dataset some = nn::first(test, 1000);
    const nn::Dataset glyphs = nn::glyphs(some.size(), random);
    const std::size_t width = clothes.images.shape(1);
    const std::vector<NamedImages> kinds{{"data", halved(some.images, test.item)},
                                         {"glyphs", halved(glyphs.images, glyphs.item)},
                                         {"noise", random.uniform({some.size(), width})}};

    struct Copier {
        const char* name;
        const nn::Dataset& data;
        std::size_t hidden;
    };
    const auto five_of_each = [&](const std::function<Array(const Array&)>& f) {
        Array row(Shape{15, width});
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            const Array images = f(kinds[kind].images);
            std::copy_n(images.data(), 5 * width, &row(5 * kind, 0));
        }
        return row;
    };
    std::printf("\nA net that may copy: error on held-out images, as a share of their variance\n");
    std::printf("  trained on  hidden units      data    glyphs     noise\n");
    std::vector<double> on_data;
    std::vector<NamedImages> rows{{"original", five_of_each([](const Array& x) { return x; })}};
    for (const Copier& copier :
         {Copier{"wide", clothes, width}, Copier{"noise_trained", noise, width},
          Copier{"narrow", clothes, 16}}) {
        nn::Random init(session.flags.seed);
        Autoencoder model({.input = width, .latent = copier.hidden}, init);
        train(session, {.name = copier.name, .epochs = epochs(session, 8), .learning_rate = 3e-3},
              model, copier.data, init);
        const char* const trained_on = &copier.data == &noise ? "noise" : "data";
        std::printf("  %-10s  %12zu", trained_on, copier.hidden);
        for (const auto& [kind, images] : kinds) {
            const double share = error_per_image(model, images) / total_variance(images);
            std::printf("  %8.5f", share);
            session.note(std::string(copier.name) + "_on_" + kind, share);
            if (kind == "data") on_data.push_back(share);
        }
        std::printf("\n");
        rows.push_back({std::to_string(copier.hidden) + " units, " + trained_on,
                        five_of_each([&](const Array& x) { return reconstruct(model, x); })});
    }
    session.note("noise_to_data_ratio", on_data[1] / on_data[0]);
    tutorials::save_named_rows(session.file("copying.png"), rows,
                               {test.item[0] / 2, test.item[1] / 2, 1}, 4);
}

// ### The vanilla autoencoder, and its loss
//
// So the code is made narrow: 784 → 32 → 784. What the outputs are and how they are compared with
// the pixels is a choice, and (1) says which. We train the same net with each pair of the table in
// the mathematics, and measure both losses on the test images:
//
// | outputs | trained on | squared error per pixel | cross-entropy, nats |
// |---|---|---|---|
// | linear | squared error | @result{linear_squared_mse, .5f} | |
// | sigmoid | squared error | @result{sigmoid_squared_mse, .5f} | @result{sigmoid_squared_cross_entropy, .1f} |
// | sigmoid | cross-entropy | @result{sigmoid_entropy_mse, .5f} | @result{sigmoid_entropy_cross_entropy, .1f} |
// | linear, code after ReLU | squared error | @result{relu_code_mse, .5f} | |
//
// Three things to take away. *Each loss wins at its own game*: whoever is to be judged by squared
// error should train on it. *The sigmoid helps*: it knows that pixels end at 0 and 1, while
// @result{linear_squared_outside_percent, .0f} % of the linear outputs lie outside; and the flat
// ends that theory warns of do no harm here, for a net that starts in the middle does not get stuck
// in the wrong one. *A nonlinearity does not help everywhere*: a ReLU on the code itself leaves
// only half of each axis, and of the 32 numbers, @result{relu_code_dead} are zero for every single
// test image. They died early, and a ReLU that never opens gets no gradient that could revive it.
// Codes want to be linear; put the nonlinearities between the layers.

struct Contest {
    const char* name;
    Likelihood outputs;
    Loss loss;
    nn::Activation code = nn::identity;
};

double cross_entropy_per_image(const Autoencoder& model, const Array& images) {
    return nn::mean_over_rows(images, [&](Variable x) {
        return autograd::bce_with_logits(model.decode(model.encode(x)), x);
    });
}

double percent_outside(const Array& pixels) {
    const auto outside = std::count_if(pixels.data(), pixels.data() + pixels.size(),
                                       [](Real pixel) { return pixel < 0 || pixel > 1; });
    return 100 * static_cast<double>(outside) / static_cast<double>(pixels.size());
}

/// How many of the code's numbers are 0 for every image.
std::size_t dead_units(const Array& codes) {
    std::size_t dead = 0;
    for (std::size_t unit = 0; unit < codes.shape(1); ++unit) {
        bool alive = false;
        for (std::size_t i = 0; i < codes.shape(0); ++i) alive = alive || codes(i, unit) != 0;
        dead += alive ? 0 : 1;
    }
    return dead;
}

/// Returns the net with sigmoid outputs that was trained on squared error.
Autoencoder which_loss(Session& session, const nn::TrainTest& data) {
    const std::size_t pixels = data.test.images.shape(1);
    std::printf("\nWhich loss? %zu-32-%zu, measured on the test images\n", pixels, pixels);
    std::printf("  net              squared error per pixel  cross-entropy  outside [0, 1]\n");
    std::vector<Autoencoder> nets;
    for (const Contest& contest :
         {Contest{"linear_squared", Likelihood::gaussian, pixel_loss},
          Contest{"sigmoid_squared", Likelihood::bernoulli, pixel_loss},
          Contest{"sigmoid_entropy", Likelihood::bernoulli, likelihood_loss},
          Contest{"relu_code", Likelihood::gaussian, pixel_loss, autograd::relu}}) {
        nn::Random random(session.flags.seed);
        Autoencoder& net =
            nets.emplace_back(models::AutoencoderSettings{.input = pixels,
                                                          .latent = 32,
                                                          .code_activation = contest.code,
                                                          .likelihood = contest.outputs},
                              random);
        train(session,
              {.name = contest.name,
               .epochs = epochs(session, 12),
               .learning_rate = 2e-3,
               .loss = contest.loss,
               .evaluate = [&]() -> nn::Metrics {
                   return {{"error_per_pixel", error_per_pixel(net, data.test.images)}};
               }},
              net, data.train, random);

        const std::string name = contest.name;
        const Array& images = data.test.images;
        const double error = error_per_pixel(net, images);
        session.note(name + "_mse", error);
        std::printf("  %-15s  %23.6f", contest.name, error);
        if (contest.outputs == Likelihood::bernoulli) {
            const double nats = cross_entropy_per_image(net, images);
            session.note(name + "_cross_entropy", nats);
            std::printf("  %13.2f", nats);
        } else {
            const double outside = percent_outside(reconstruct(net, images));
            session.note(name + "_outside_percent", outside);
            std::printf("                 %12.1f %%", outside);
        }
        std::printf("\n");
    }
    const std::size_t dead = dead_units(encode(nets[3], data.test.images));
    std::printf("  relu_code: %zu of the 32 numbers are 0 for every test image\n", dead);
    session.note("relu_code_dead", static_cast<double>(dead));
    return nets[1];
}

// ### A linear autoencoder is PCA
//
// No activation anywhere, linear outputs, squared error, 20 numbers: the theory predicts the
// result, plane and error both. After every epoch we compare: the squared error on the test images
// with that of PCA, which is known to be 14.664 per image, and the largest of the 20 principal
// angles between the plane of PCA and the one that the decoder's columns span.

/// What each number of the code adds to the picture: the decoder's columns, as rows (k, D).
Array directions(Autoencoder& model) {
    const auto parameters = nn::parameters(model);
    const auto weight = std::find_if(parameters.begin(), parameters.end(),
                                     [](const auto& p) { return p.name == "decoder.0.weight"; });
    Tape tape;
    return transpose(tape.constant(weight->parameter->value)).value();
}

double largest_angle(Autoencoder& model, const models::Pca& pca) {
    const Array angles = models::principal_angles(directions(model), pca.components);
    return angles(angles.size() - 1);
}

/// The same images with their mean taken away.
nn::Dataset centred(nn::Dataset data, const Array& mean) {
    for (std::size_t i = 0; i < data.size(); ++i)
        for (std::size_t j = 0; j < mean.size(); ++j) data.images(i, j) -= mean(j);
    return data;
}

// The wrong thing first: Adam with a constant learning rate of .01. It is quick: after one epoch
// the error is within a few percent of PCA's. And there it stays, its plane off by many degrees.
// Every batch is another sample of the data and pulls towards another plane, and steps of constant
// length never average this out. Then the same with a rate that falls to zero.
//
// @figure{linear.png, A linear autoencoder on its way to PCA, with a constant learning rate and
// with one that falls to zero along half a cosine. Left: how much larger its test error is than
// that of PCA. Right: the largest angle between the two planes.}
//
// After 25 epochs at a falling rate the test error is @result{linear_sse_per_image, .4f} per image,
// PCA's is @result{pca_sse_per_image, .4f}, and no direction in the plane is more than
// @result{principal_angle_degrees, .2f}° away from PCA's plane. At a constant rate they are
// @result{constant_rate_sse_per_image, .2f} and @result{constant_rate_angle_degrees, .0f}°. Note
// epoch 15 of the falling rate: an error so close to the goal that one would stop there, and a
// plane that is not yet the right one.

struct LinearRun {
    Autoencoder net;
    nn::History history;
};

LinearRun train_linear(const Session& session, const std::string& name, double last_rate,
                       const nn::TrainTest& without_mean, const models::Pca& pca) {
    nn::Random random(session.flags.seed);
    LinearRun run{
        Autoencoder({.input = pca.mean.size(), .latent = pca.components.shape(0)}, random), {}};
    const auto evaluate = [&]() -> nn::Metrics {
        return {{"error", error_per_image(run.net, without_mean.test.images)},
                {"angle", largest_angle(run.net, pca)}};
    };
    run.history = train(session,
                        {.name = name,
                         .epochs = epochs(session, 25),
                         .learning_rate = 1e-2,
                         .last_rate = last_rate,
                         .evaluate = evaluate},
                        run.net, without_mean.train, random)
                      .history;
    return run;
}

/// Returns the net that has found PCA's plane.
Autoencoder linear_is_pca(Session& session, const nn::TrainTest& data, const models::Pca& pca) {
    const double goal = pca.squared_error(data.test.images);
    std::printf("\nA linear autoencoder of 20 numbers; the test error of PCA is %.4f\n", goal);
    const nn::TrainTest without_mean{centred(data.train, pca.mean), centred(data.test, pca.mean)};
    const LinearRun wrong = train_linear(session, "linear_constant", 1e-2, without_mean, pca);
    const LinearRun right = train_linear(session, "linear", 0, without_mean, pca);

    Plot excess({.x = "epoch", .y = "error above PCA's (percent)", .log_y = true});
    Plot angle({.x = "epoch", .y = "largest angle to PCA's plane (degrees)", .log_y = true});
    for (const auto& [label, run] :
         {std::pair("constant rate", &wrong), {"falling rate", &right}}) {
        const Plot::Numbers epoch = run->history.column("epoch");
        const Plot::Numbers error = run->history.column("test_error");
        const Plot::Numbers degrees = run->history.column("test_angle");
        Plot::Numbers percent;
        for (const double e : error) percent.push_back(100 * (e / goal - 1));
        excess.line(label, epoch, percent);
        angle.line(label, epoch, degrees);
        std::printf("  %s\n", label);
        for (std::size_t i = 0; i < epoch.size(); ++i)
            if (i == 0 || (i + 1) % 5 == 0)
                std::printf("    epoch %2.0f: error %.4f, largest angle %5.2f degrees\n", epoch[i],
                            error[i], degrees[i]);
    }
    tutorials::save_plots(session.file("linear.png"), {excess, angle}, 2);

    session.result("pca_sse_per_image", goal);
    session.result("linear_sse_per_image", right.history.column("test_error").back());
    session.result("principal_angle_degrees", right.history.column("test_angle").back());
    session.note("constant_rate_sse_per_image", wrong.history.column("test_error").back());
    session.note("constant_rate_angle_degrees", wrong.history.column("test_angle").back());
    for (const std::size_t i : {1, 20, 21})
        session.note("eigenvalue_" + std::to_string(i), double{pca.eigenvalues(i - 1)});
    double mean_squared = 0;
    for (const Real m : pca.mean) mean_squared += double{m} * double{m};
    session.note("mean_squared", mean_squared);
    return right.net;
}

// ### The plane, but not the axes
//
// Now look at the weights. A column of the decoder is what one number of the code adds to a
// picture, and can be drawn as one. So can the axes of PCA.
//
// @figure{axes.png, Directions in the space of images; grey is zero. First row: the first ten axes
// of PCA, coarse to fine. Second row: ten columns of the linear autoencoder's decoder, which span
// the same plane and look like nothing. Third row: PCA of the autoencoder's reconstructions finds
// the axes again.}
//
// A column of the decoder is on average as close to some axis as a cosine of @result{axis_cosine,
// .2f} says, where 1 would be along it. The training had no reason to prefer one basis: the loss is
// the same for all of them, as (2) told. If you want the axes, turn the basis afterwards. The
// reconstructions vary within the plane only, and along PCA's axes, with PCA's variances: PCA of
// the *reconstructions* finds them. (A penalty on the weights, or a code whose numbers may be
// dropped from the end, breaks the tie during training; see the exercises.)

/// Rows (k, D) as pictures: 0 is grey, the largest magnitude of each row black or white.
Array as_pictures(const Array& rows, std::size_t count) {
    Array pictures(Shape{count, rows.shape(1)});
    for (std::size_t i = 0; i < count; ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            largest = std::max(largest, std::abs(rows(i, j)));
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            pictures(i, j) = Real(0.5) + Real(0.5) * rows(i, j) / largest;
    }
    return pictures;
}

/// For each row of a the largest |cos| of its angles to the rows of b, which have length 1; their
/// mean.
double mean_largest_cosine(const Array& a, const Array& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.shape(0); ++i) {
        double length = 0, largest = 0;
        for (std::size_t d = 0; d < a.shape(1); ++d) length += double{a(i, d)} * double{a(i, d)};
        for (std::size_t j = 0; j < b.shape(0); ++j) {
            double product = 0;
            for (std::size_t d = 0; d < a.shape(1); ++d)
                product += double{a(i, d)} * double{b(j, d)};
            largest = std::max(largest, std::abs(product) / std::sqrt(length));
        }
        total += largest;
    }
    return total / static_cast<double>(a.shape(0));
}

void plane_without_axes(Session& session, Autoencoder& net, const nn::TrainTest& data,
                        const models::Pca& pca) {
    const Array columns = directions(net);
    session.result("axis_cosine", mean_largest_cosine(columns, pca.components));
    const Array images = centred(data.train, pca.mean).images;
    const models::Pca found = models::pca(reconstruct(net, images), 10);
    tutorials::save_named_rows(session.file("axes.png"),
                               {{"axes of PCA", as_pictures(pca.components, 10)},
                                {"decoder's columns", as_pictures(columns, 10)},
                                {"the axes again", as_pictures(found.components, 10)}},
                               data.test.item);
}

// ### Depth
//
// A plane is a poor model of clothes: the average of two shoes is in it, and is not a shoe. Images
// lie near a curved surface, a **manifold**, and to follow a curve takes nonlinear layers on both
// sides of the code. Here is 784-512-256-32-256-512-784, with sigmoid outputs and squared error,
// which is what we shall judge it by. Between the layers stands
// $$ \operatorname{silu}(x) = x\, \sigma(x) , $$
// a ReLU without the corner and without the dead half (Elfwing, Uchibe and Doya 2018, and Hendrycks
// and Gimpel 2016). The library does not have it. It need not: an activation is any function from a
// variable to a variable.

Variable silu(Variable x) { return x * sigmoid(x); }

// @figure{errors.png, Test error per pixel against epochs at 32 numbers per image: the vanilla
// autoencoder is somewhat better than PCA because its outputs are squashed; depth takes away more
// than half of PCA's error.}
//
// At the end the deep net's error is @result{test_mse_per_pixel, .5f} per pixel on test images
// (@result{train_mse_per_pixel, .5f} on the training images), that of PCA with as many numbers
// @result{pca_mse_per_pixel, .5f}. To be as good on the training images, PCA needs
// @result{pca_numbers_for_the_same} numbers, as its eigenvalues tell. The training error is below
// the test error: with a million weights the net has begun to learn single images by heart, though
// not enough to do harm. More epochs still help both, ever more slowly.

/// With how many components PCA leaves no more than this squared error per training image.
std::size_t components_for(const models::Pca& pca, double error) {
    double left = 0;
    std::size_t k = pca.eigenvalues.size();
    while (k > 0 && left + double{pca.eigenvalues(k - 1)} <= error)
        left += double{pca.eigenvalues(--k)};
    return k;
}

Autoencoder depth(Session& session, const nn::TrainTest& data, const models::Pca& pca) {
    nn::Random random(session.flags.seed);
    Autoencoder net({.input = data.test.images.shape(1),
                     .hidden = {512, 256},
                     .latent = 32,
                     .activation = silu,
                     .likelihood = Likelihood::bernoulli},
                    random);
    std::printf("\nThe deep autoencoder, %zu weights\n", nn::parameter_count(nn::parameters(net)));
    const Trained trained =
        train(session,
              {.name = "model",
               .epochs = session.flags.epochs,
               .learning_rate = session.flags.learning_rate,
               .loss = pixel_loss,
               .quiet = false,
               .evaluate = [&]() -> nn::Metrics {
                   return {{"error_per_pixel", error_per_pixel(net, data.test.images)}};
               }},
              net, data.train, random);
    const double of_pca =
        pca.squared_error(data.test.images) / static_cast<double>(pca.mean.size());
    session.result("test_mse_per_pixel", error_per_pixel(net, data.test.images));
    session.result("train_mse_per_pixel", error_per_pixel(net, data.train.images));
    session.result("pca_mse_per_pixel", of_pca);
    session.note("pca_numbers_for_the_same",
                 static_cast<double>(components_for(pca, error_per_image(net, data.train.images))));
    session.result("train_images_per_second", trained.images_per_second);

    const nn::History vanilla = nn::read_history(session.file("sigmoid_squared.history.csv"));
    Plot({.x = "epoch", .y = "squared error per pixel, test images"})
        .line("vanilla, 784-32-784", vanilla.column("epoch"),
              vanilla.column("test_error_per_pixel"))
        .line("deep, 784-512-256-32-256-512-784", trained.history.column("epoch"),
              trained.history.column("test_error_per_pixel"))
        .level("PCA with 32 numbers", of_pca)
        .save(session.file("errors.png"));
    return net;
}

// ### Holes in the code
//
// With the decoder at hand it is tempting to throw the encoder away: make up a code, decode it, get
// a new image. What could go wrong can be *seen* if the code has two numbers only, for then it is a
// map. We train 784-256-128-2-128-256-784, and look at where the encoder puts the images, and at
// what the decoder makes of every place on the map.

/// A rectangle of the map.
struct View {
    std::array<double, 2> x, y;
};

/// Where the codes (N, 2) are, without the outermost percent on each side.
View view_of(const Array& codes) {
    const auto range = [&](std::size_t axis) -> std::array<double, 2> {
        std::vector<double> places;
        for (std::size_t i = 0; i < codes.shape(0); ++i) places.push_back(codes(i, axis));
        std::sort(places.begin(), places.end());
        const double low = places[places.size() / 100];
        const double high = places[places.size() - 1 - places.size() / 100];
        return {low - 0.1 * (high - low), high + 0.1 * (high - low)};
    };
    return {range(0), range(1)};
}

constexpr std::size_t side = 20;  // cells of the map, across and up

/// The middles of side × side cells (side², 2), row by row from the top.
Array cell_middles(const View& view) {
    Array middles(Shape{side * side, 2});
    const auto between = [](const std::array<double, 2>& range, std::size_t cell) {
        const double part = (static_cast<double>(cell) + 0.5) / static_cast<double>(side);
        return static_cast<Real>(range[0] + part * (range[1] - range[0]));
    };
    for (std::size_t i = 0; i < side * side; ++i) {
        middles(i, 0) = between(view.x, i % side);
        middles(i, 1) = between(view.y, side - 1 - i / side);
    }
    return middles;
}

/// Which cells are empty: they have less than a tenth of the codes (N, 2) that they would have if
/// these were spread evenly.
std::vector<bool> empty_cells(const Array& codes, const View& view) {
    std::vector<std::size_t> counts(side * side);
    const auto cell = [](const std::array<double, 2>& range, double place) {
        return std::floor((place - range[0]) / (range[1] - range[0]) * static_cast<double>(side));
    };
    for (std::size_t i = 0; i < codes.shape(0); ++i) {
        const double across = cell(view.x, codes(i, 0)), up = cell(view.y, codes(i, 1));
        const bool inside = std::min(across, up) >= 0 && std::max(across, up) < double(side);
        if (inside) ++counts[(side - 1 - std::size_t(up)) * side + std::size_t(across)];
    }
    std::vector<bool> empty;
    for (const std::size_t count : counts)
        empty.push_back(10 * count * side * side < codes.shape(0));
    return empty;
}

struct Nearest {
    std::size_t row;
    double distance;  ///< squared
};

/// For each row of a (M, D) the nearest among the rows of b (N, D).
std::vector<Nearest> nearest(const Array& a, const Array& b) {
    // |a − b|² = |a|² + (|b|² − 2 a·b), and the matrix product does the work.
    const Array partly = map_rows(b, [&](Variable rows) {
        const Variable others = rows.tape().constant(a);
        return sum(square(rows), {-1}, true) - Real(2) * matmul(rows, transpose(others));
    });
    std::vector<Nearest> found(a.shape(0), {0, 1e30});
    for (std::size_t n = 0; n < b.shape(0); ++n)
        for (std::size_t m = 0; m < a.shape(0); ++m)
            if (partly(n, m) < found[m].distance) found[m] = {n, double{partly(n, m)}};
    for (std::size_t m = 0; m < a.shape(0); ++m)
        for (std::size_t d = 0; d < a.shape(1); ++d)
            found[m].distance += double{a(m, d)} * double{a(m, d)};
    return found;
}

// @figure{plane.png, The map of a code of two numbers. Left: where the encoder puts the test
// images. Right: what the decoder makes of the middle of each cell; the ground is grey where there
// are hardly any codes of training images. The line connects an image of one class with one of
// another.}
//
// The classes, of which the net was told nothing, have countries of their own; that is what a
// *representation* is. Between and around the countries is no man's land: @result{empty_percent,
// .0f} % of the cells have less than a tenth of their share of the 60 000 training images. The
// decoder answers there as well. It has to: it is a function, defined everywhere. But the loss has
// hardly ever asked it about these places, and what it says is an accident of how it continues from
// the nearest coast.
//
// One number shows that this is not a matter of taste. Decode a cell, and *encode the result
// again*. If the picture is one that the net knows, you come back to where you were. From cells
// with data the way back misses by @result{return_on_data, .2f} cells (the median), from the empty
// ones by @result{return_in_holes, .2f}. The encoder does not recognise what the decoder has drawn.
//
// @figure{interpolation.png, First row: decoded at equal steps along the line in the map. Second
// row: the training image that is nearest to each. Third row: the two ends faded into each other,
// which needs no network at all.}
//
// The line in the map is, of all lines between two classes, the one on which this goes most wrong:
// on its way there is a place from which the way back misses by @result{return_on_line, .1f} cells.
// Both ends are decent pictures. What is decoded between them is neither the one nor the other nor
// a third thing that one could wear; no training image looks like it.
//
// Why should it be otherwise? The training minimises the error at the codes of the training images.
// The encoder may put these wherever it is convenient, and convenient is: far apart, so that the
// decoder can tell them from each other. Nothing in the loss makes near codes mean similar images,
// nothing fills the gaps, and nothing says which codes are likely. So there is no way to draw a
// code at random, and **this autoencoder cannot generate**.

/// For each class the code (classes, 2) of an image in its midst: the one nearest to their mean.
Array class_centres(const Array& codes, const nn::Dataset& data) {
    Array centres = autograd::full({data.classes, 2}, 0);
    Plot::Numbers count(data.classes, 0.0);
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::size_t label = data.labels[i];
        count[label] += 1;
        for (const std::size_t axis : {0, 1})
            centres(label, axis) +=
                (codes(i, axis) - centres(label, axis)) / static_cast<Real>(count[label]);
    }
    const std::vector<Nearest> images = nearest(centres, codes);
    for (std::size_t label = 0; label < data.classes; ++label)
        for (const std::size_t axis : {0, 1}) centres(label, axis) = codes(images[label].row, axis);
    return centres;
}

/// `steps` rows from row `from` to row `to` in equal steps.
Array straight_line(const Array& rows, std::size_t from, std::size_t to, std::size_t steps) {
    Array line(Shape{steps, rows.shape(1)});
    for (std::size_t i = 0; i < steps; ++i) {
        const Real t = static_cast<Real>(i) / static_cast<Real>(steps - 1);
        for (std::size_t d = 0; d < rows.shape(1); ++d)
            line(i, d) = (1 - t) * rows(from, d) + t * rows(to, d);
    }
    return line;
}

double median(Plot::Numbers numbers) {
    autograd::require(!numbers.empty(), "[median] expected numbers");
    std::nth_element(numbers.begin(), numbers.begin() + std::ptrdiff_t(numbers.size() / 2),
                     numbers.end());
    return numbers[numbers.size() / 2];
}

/// How far, in cells, each place on the map moves when it is decoded and encoded again.
Plot::Numbers way_back(const Autoencoder& net, const Array& places, const View& view) {
    const Array again = encode(net, decode(net, places));
    Plot::Numbers distances;
    for (std::size_t i = 0; i < places.shape(0); ++i) {
        const double dx = (again(i, 0) - places(i, 0)) / (view.x[1] - view.x[0]);
        const double dy = (again(i, 1) - places(i, 1)) / (view.y[1] - view.y[0]);
        distances.push_back(std::hypot(dx, dy) * static_cast<double>(side));
    }
    return distances;
}

/// Of the straight lines between two centres the one that leads farthest astray, in 11 steps.
Array line_through_a_hole(const Autoencoder& net, const Array& centres, const View& view) {
    Array worst;
    double farthest = -1;
    for (std::size_t a = 0; a < centres.shape(0); ++a)
        for (std::size_t b = a + 1; b < centres.shape(0); ++b) {
            const Array line = straight_line(centres, a, b, 11);
            const Plot::Numbers ways = way_back(net, line, view);
            const double way = *std::max_element(ways.begin(), ways.end());
            if (way > farthest) farthest = way, worst = line;
        }
    return worst;
}

/// The decoded cells side by side, on a grey ground where there are no codes.
Array map_of(const Array& decoded, const std::vector<bool>& empty, const nn::Dataset& data) {
    Array tiles = decoded;
    for (std::size_t i = 0; i < tiles.shape(0); ++i)
        for (std::size_t d = 0; d < tiles.shape(1); ++d)
            if (empty[i]) tiles(i, d) = Real(0.4) + Real(0.6) * tiles(i, d);
    return nn::image_grid(tiles, data.item, {.columns = side, .gap = 0});
}

/// Returns the net with a code of two numbers.
Autoencoder train_map(Session& session, const nn::TrainTest& data) {
    nn::Random random(session.flags.seed);
    Autoencoder net({.input = data.test.images.shape(1),
                     .hidden = {256, 128},
                     .latent = 2,
                     .activation = silu,
                     .likelihood = Likelihood::bernoulli},
                    random);
    train(session,
          {.name = "map", .epochs = epochs(session, 12), .learning_rate = 2e-3, .loss = pixel_loss},
          net, data.train, random);
    std::printf("\nA code of two numbers\n");
    session.result("map_mse_per_pixel", error_per_pixel(net, data.test.images));
    return net;
}

void holes(Session& session, const Autoencoder& net, const nn::TrainTest& data) {
    const Array codes = encode(net, data.train.images), test_codes = encode(net, data.test.images);
    const View view = view_of(codes);
    const Array middles = cell_middles(view);
    const std::vector<bool> empty = empty_cells(codes, view);

    // Out of the map and back again, from cells with codes and from empty ones:
    Plot::Numbers from_data, from_holes;
    const Plot::Numbers ways = way_back(net, middles, view);
    for (std::size_t i = 0; i < ways.size(); ++i)
        (empty[i] ? from_holes : from_data).push_back(ways[i]);
    session.result("empty_percent", 100 * double(from_holes.size()) / double(ways.size()));
    session.result("return_on_data", median(from_data));
    session.result("return_in_holes", median(from_holes));

    // Along a line between two classes:
    const Array centres = class_centres(test_codes, data.test);
    const Array line = line_through_a_hole(net, centres, view), walked = decode(net, line);
    const Plot::Numbers astray = way_back(net, line, view);
    session.result("return_on_line", *std::max_element(astray.begin(), astray.end()));

    const std::vector<Nearest> near = nearest(walked, data.train.images);
    Array real(walked.shape());
    for (std::size_t i = 0; i < near.size(); ++i)
        std::copy_n(&data.train.images(near[i].row, 0), walked.shape(1), &real(i, 0));
    tutorials::save_named_rows(session.file("interpolation.png"),
                               {{"decoded", walked},
                                {"nearest image", real},
                                {"ends, faded", straight_line(walked, 0, 10, 11)}},
                               data.test.item);

    const auto axis = [](const Array& places, std::size_t number) {
        Plot::Numbers column;
        for (std::size_t i = 0; i < places.shape(0); ++i)
            column.push_back(double{places(i, number)});
        return column;
    };
    Plot where({.x = "h₁", .y = "h₂", .x_range = view.x, .y_range = view.y, .legend = false});
    where.scatter(test_codes, data.test.labels, data.test.class_names)
        .labels(data.test.class_names, axis(centres, 0), axis(centres, 1))
        .line("", axis(line, 0), axis(line, 1));
    Plot what({.x = "h₁", .y = "h₂", .x_range = view.x, .y_range = view.y, .legend = false});
    what.image(map_of(decode(net, middles), empty, data.test), view.x, view.y)
        .line("", axis(line, 0), axis(line, 1));
    tutorials::save_plots(session.file("plane.png"), {where, what}, 2);
}

// ### More numbers, more holes
//
// Two numbers are few. Would the deep net, with its 32 and its far better pictures, do better?
// Divide each of its axes into just two halves, and there are $2^{32}$, four thousand million,
// cells for 60 000 images: almost everything is a hole. To see it, make up codes as carefully as
// one can without knowing how the numbers depend on each other: take each of the 32 from the code
// of some training image, each from another one. Every number by itself is as likely as in the
// data.
//
// @figure{made_up.png, The deep autoencoder with 32 numbers. First row: test images. Second row:
// their reconstructions. Third row: what the same decoder makes of codes whose numbers come from
// ten thousand different images.}
//
// The better the autoencoder, the worse its inventions: with every number it has more combinations
// that mean nothing. Chapter 07 changes two things, and both are in the restraint: codes become
// clouds instead of points, so that the decoder is asked about the places between; and the clouds
// together are made to fill a distribution that one can draw from.

void made_up_codes(Session& session, const Autoencoder& net, const nn::TrainTest& data) {
    const Array codes = encode(net, data.train.images);
    nn::Random random(session.flags.seed);
    Array made_up(Shape{10, codes.shape(1)});
    for (std::size_t i = 0; i < made_up.shape(0); ++i)
        for (std::size_t unit = 0; unit < made_up.shape(1); ++unit)
            made_up(i, unit) = codes(random.below(codes.shape(0)), unit);
    const Array ten = nn::first(data.test, 10).images;
    tutorials::save_named_rows(session.file("made_up.png"),
                               {{"test images", ten},
                                {"reconstructed", reconstruct(net, ten)},
                                {"made up", decode(net, made_up)}},
                               data.test.item);
}

// ### All of them beside each other
//
// @figure{reconstructions.png, Test images, one of each class, and what is left of them after 32
// numbers (PCA, vanilla, deep) and after two. PCA blurs and leaves ghosts around the shape; the
// vanilla net has a cleaner background; only the deep one keeps the straps of the sandal. The print
// on the pullover is beyond them all.}

void compare(Session& session, const nn::TrainTest& data, const models::Pca& pca,
             const Autoencoder& vanilla, const Autoencoder& deep, const Autoencoder& map) {
    const nn::Dataset& test = data.test;
    Array originals = nn::first(test, test.classes).images;
    for (std::size_t label = 0; label < originals.shape(0); ++label) {
        const auto found = std::find(test.labels.begin(), test.labels.end(), label);
        if (found == test.labels.end()) continue;
        const auto row = static_cast<std::size_t>(found - test.labels.begin());
        std::copy_n(&test.images(row, 0), test.images.shape(1), &originals(label, 0));
    }
    tutorials::save_named_rows(session.file("reconstructions.png"),
                               {{"test images", originals},
                                {"PCA, 32", pca.reconstruct(originals)},
                                {"vanilla, 32", reconstruct(vanilla, originals)},
                                {"deep, 32", reconstruct(deep, originals)},
                                {"deep, 2", reconstruct(map, originals)}},
                               test.item);
}

// ### What the program does

void lesson(Session& session) {
    draw_the_idea(session);
    const nn::TrainTest data = session.load_data();
    autograd::require(data.test.item == autograd::Shape{28, 28, 1},
                      "[03_autoencoder] expected images of 28 × 28");
    const models::Pca pca = models::pca(data.train.images, 32);

    copying(session, data);
    const Autoencoder vanilla = which_loss(session, data);
    Autoencoder linear = linear_is_pca(session, data, pca.first(20));
    plane_without_axes(session, linear, data, pca.first(20));
    const Autoencoder deep = depth(session, data, pca);
    const Autoencoder map = train_map(session, data);
    holes(session, map, data);
    made_up_codes(session, deep, data);
    compare(session, data, pca, vanilla, deep, map);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "03_autoencoder",
                           .title = "The autoencoder",
                           .defaults = {.epochs = 25, .learning_rate = 3e-3}},
                          lesson);
}

// ## Check it
//
// `meson test -C build models "models in double"` runs the tests of the models. Those that guard
// this chapter, one at a time:
//
// - `build/tests/models/models -tc="a linear autoencoder*"`: in six dimensions, where training
//   takes less than a second, plane and error are those of PCA;
// - `build/tests/models/models -tc="as wide as its input*"`: a wide net trained on noise copies
//   what it has never seen; a narrow one leaves of noise the variance of the directions that it
//   lacks;
// - `build/tests/models/models_double -tc="the gradient of the autoencoder*"`: both losses against
//   central differences;
// - `build/tests/models/models -tc="*PCA*"` and `-tc="principal angles*"`: the yardstick itself,
//   the known errors of PCA on Fashion-MNIST among them.
//
// ## Run it
//
// `build/tutorials/03_autoencoder` trains eleven networks; half of the time goes to the deep one.
// `--epochs`, `--batch` and `--learning-rate` are those of the deep net; try `--epochs 100`.
// `--data glyphs` needs no files. `--quick` shows that everything works, and nothing else: with two
// epochs on 2048 images no number means anything.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// ## Read the result
//
// - `copying.png`: the second and third row cannot be told from the first. One of these nets has
//   never seen a picture of anything.
// - `linear.png`: two curves that fall together for the falling rate only. Where the left one has
//   passed one percent, the right one is still at several degrees.
// - `axes.png`: first and third row agree, sign for sign (the sign is a convention). The second
//   contains the same plane, and you cannot see it.
// - `errors.png`: the vanilla net is done after half of its epochs. The deep one passes PCA at once
//   and is still learning when the schedule ends it; `--epochs 100` shows how far it gets.
// - `reconstructions.png`: look at the sandal, from PCA to vanilla to deep. Then at the last row,
//   which has two numbers to say what kind of thing it is, and says little more: its error is
//   @result{map_mse_per_pixel, .4f} per pixel.
// - `plane.png`: find the same place left and right. Trousers decode to trousers where the trousers
//   are. Then look at the cells with grey ground.
// - `made_up.png`: good reconstructions and nonsense from one and the same decoder.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | reconstruction is superb on anything, noise included | nothing restrains the net: the code is too wide | *as wide as its input, an autoencoder that has seen noise alone copies anything* |
// | the error stays far above PCA's; some numbers of the code are always 0 | a ReLU on the code | *as wide as its input, an autoencoder that has seen noise alone copies anything* |
// | a linear net does not reach PCA | outputs or code squashed, biases missing | *a linear autoencoder finds the plane of PCA, and leaves what PCA leaves* |
// | the error is 784 times too small, the learning rate seems to need 784 times more | mean over pixels where the sum is meant | *the loss sums over pixels and averages over the batch* |
// | cross-entropy is NaN after some epochs | ln of a sigmoid that has rounded to 0 or 1; compute from logits | *binary cross-entropy is finite and exact at logits where its composition is not* |
// | pixels below 0 or above 1 with a Bernoulli decoder | logits shown as if they were pixels | *codes and reconstructions have the promised shapes, and pixels of logits are in (0, 1)* |
// | cross-entropy "does not go below 200" | it cannot: the entropy of grey targets is the floor | |
// | error like PCA's, but the plane is off | stopped at a learning rate that is too high | *principal angles of planes that are turned by known angles* |
// | all reconstructions look like the same grey shirt | the net answers with the mean: rate too high at the start, or the code is constant | |
//
// ## What one does with it
//
// - **Compress.** 784 bytes become 32 numbers. For photographs JPEG does this better and for every
//   picture; an autoencoder does it for *one kind* of picture, which chapter 04 makes use of.
// - **Represent.** A classifier that is given the code instead of the pixels needs fewer labels.
//   Search by likeness compares codes. Two numbers make a map.
// - **Find what does not belong.** What the narrow net reconstructs badly is not what it was
//   trained on: an anomaly score for machines, heartbeats, payments. It needs a net that *cannot*
//   copy.
// - **Clean.** Give it a noisy image, ask for the clean one: chapter 06.
// - **Start a deep net.** Around 2006 stacks of autoencoders, trained one layer at a time, were how
//   deep networks were brought to train at all. Better initialisation and activations have made
//   that unnecessary.
//
// ## Further, and exercises
//
// 1. Train the linear net on raw pixels (leave out `centred`). How many epochs pass before the
//    angle falls below 45°, and why? *Hint: compare |m|² with the eigenvalues.*
// 2. Recover the axes from the weights alone, without looking at images again. *Hint:
//    reconstructions have the covariance $G \operatorname{cov}(h)\, G^{\mathsf T}$.*
// 3. Add $\alpha (|G|^2 + |E|^2)$ to the linear net's loss. The columns of $G$ turn into the axes.
//    Why? *Hint: show that $G^{\mathsf T} G = E E^{\mathsf T}$ at a minimum; Kunin and others
//    2019.*
// 4. Tie the weights, $E = G^{\mathsf T}$. How does the noise-trained wide net change, and the
//    number of parameters? *Hint: a module may use one `Parameter` twice; the tape adds up.*
// 5. Multiply the wide net's training images by a random 0/1 mask and ask for the unmasked ones.
//    Does it still copy noise? You have invented chapter 06.
// 6. Put a third number into the map and train again. Is the share of empty cells larger or
//    smaller? *Hint: count cells in a cube with 20 to the side.*
//
// ## Where the real code differs
//
// PyTorch has no autoencoder class, and needs none: two `nn.Sequential` and `F.mse_loss(model(x),
// x)`. Beware of what that line means: `mse_loss` is the mean over *pixels and images*, our loss
// divided by 784, and the learning rate that is right for one is not for the other with plain SGD
// (Adam does not notice). Keras calls the squared error `mse` and the cross-entropy
// `binary_crossentropy`, both means as well. For images, real code is convolutional; the lessons
// are the same.
//
// **Names.** *Vanilla* means plain; some say *shallow*. *Undercomplete* is a code narrower than the
// input, *overcomplete* a wider one. The code is also called latent, bottleneck, embedding, or
// feature vector. *Unsupervised* is sometimes called *self-supervised*, because there are targets;
// they just cost nothing. TensorFlow's tutorial names its convolutional variational autoencoder
// "CVAE", which elsewhere is the conditional one. An *autoassociator* of the 1980s is what you have
// just built.
//
// ## Further reading
//
// - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning internal representations by error
//   propagation*, 1986: the encoder problem.
// - H. Bourlard, Y. Kamp, *Auto-association by multilayer perceptrons and singular value
//   decomposition*, Biological Cybernetics 59, 1988.
// - P. Baldi, K. Hornik, *Neural networks and principal component analysis: learning from examples
//   without local minima*, Neural Networks 2, 1989.
// - G. E. Hinton, R. R. Salakhutdinov, *Reducing the dimensionality of data with neural networks*,
//   Science 313, 2006.
// - Y. Bengio, A. Courville, P. Vincent, *Representation learning: a review and new perspectives*,
//   IEEE TPAMI 35, 2013.
// - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, MIT Press 2016, chapter 14.
// - E. Plaut, *From principal subspaces to principal components with linear autoencoders*, 2018.
// - D. Kunin, J. Bloom, A. Goeva, C. Seed, *Loss landscapes of regularized linear autoencoders*,
//   ICML 2019.
// - S. Elfwing, E. Uchibe, K. Doya, *Sigmoid-weighted linear units for neural network function
//   approximation in reinforcement learning*, Neural Networks 107, 2018.
// - D. Hendrycks, K. Gimpel, *Gaussian error linear units*, 2016.
