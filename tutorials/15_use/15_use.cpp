// ---
// title: Use
// builds_on: 07_vae, 08_cvae, 14_likelihood
// leads_to:
// tooltip: What autoencoders are good for, each use beside a yardstick that is not a VAE.
// minutes: 1
// keywords: semi-supervised learning, anomaly detection, imputation, class imbalance, synthetic data, privacy, membership inference, attribute editing
// ---
//
// ## What you will be able to do
// - Work out the bound of a model whose labels are sometimes missing, and say what an image without a label
//   teaches a classifier (exercises 1 and 2).
// - Say what measurements of a detector, of filled-in pixels and of the codes of two nets show, and what they cannot show
//   (exercises 3, 4 and 7).
// - Say why samples of a generative model are neither real data nor anonymous by themselves (exercises 5 and 6).
//
// @predict{A small net learns to name clothes from the VAE codes of 100 labelled images, ten of each class. Then it sees the
// codes of all 50 000 training images, without labels, in the model of this chapter. By how many points does its accuracy rise:
// about 1, about 5 or about 15?}
//
// A VAE has a code, a likelihood and samples, and for each of them uses have been proposed: find anomalies, fill in what
// is missing, learn from few labels, replace data that are too few or too private, edit. This chapter tries seven such
// uses. **Each stands beside a yardstick that is not a VAE**, both get the same data unless the fold says otherwise, and choices
// are made on validation images. In several cases the verdict is: do not use a VAE for this. We begin with the use that needs
// a new model.
//
// ## The idea in one figure
// @figure{flow.png, The model M2 for a batch of B inputs and C classes. Where the label is known, one row is decoded. Where
// it is not, all C labels are tried, and the classifier q(y | x) says how much each one counts.}
//
// Labels are expensive, images are not. The conditional VAE of chapter 8 needs a label for each image. But if the label is
// missing, we know what to do with a quantity that we do not see: treat it as a *latent variable*. The label $y$ becomes a
// second one beside $z$, with a prior $p(y)$ and a proposal $q(y \mid x)$. A proposal that maps an image to probabilities
// of classes is a classifier. It comes out of training as a by-product, and it has learnt from all images. Kingma,
// Mohamed, Rezende and Welling (2014) call this model **M2**.
//
// ## The model in the open
// Both bounds, in operations of the tape. The pixels, or whatever $x$ is, are Gaussian with a given $\sigma$.

#include <cmath>
#include <vector>

#include "autograd/ops.hpp"

using autograd::Array;
using autograd::Parameter;
using autograd::Real;
using autograd::Variable;

struct Layer {
    const Parameter &weight, &bias;  // (out, in) and (out,)
};
struct Weights {
    Layer look, mean, log_variance;  // q(z | x, y)
    Layer imagine, pixels;           // p(x | y, z)
    Layer compare, label;            // q(y | x)
};

static Variable affine(const Layer& layer, Variable x) {
    return linear(x, x.tape().parameter(layer.weight), x.tape().parameter(layer.bias));
}

static Variable with_label(const Weights& w, Variable x, Variable y, Variable noise, Real sigma) {
    const Variable h = relu(affine(w.look, autograd::concat({x, y}, 1)));
    const Variable mean = affine(w.mean, h), log_variance = affine(w.log_variance, h);
    const Variable z = mean + exp(log_variance / 2) * noise;
    const Variable rebuilt = affine(w.pixels, relu(affine(w.imagine, autograd::concat({z, y}, 1))));

    const auto inputs = Real(x.shape()[1]), classes = Real(y.shape()[1]);
    const Real constant = inputs * std::log(2 * Real(3.14159265) * sigma * sigma) / 2;
    const Variable log_p = -squared_error(x, rebuilt) / (2 * sigma * sigma) - constant;
    const Variable kl = sum(exp(log_variance) + square(mean) - log_variance - Real(1), {1}) / 2;
    return log_p - kl - std::log(classes);  // −L(x, y), (B,)
}

static Variable without_label(const Weights& w, Variable x, Variable noise, Real sigma) {
    const Variable logits = affine(w.label, relu(affine(w.compare, x)));  // (B, C)
    const Variable q = softmax(logits), minus_log_q = -log_softmax(logits);
    Variable bound = sum(q * minus_log_q, {1});            // the entropy
    for (std::size_t c = 0; c < logits.shape()[1]; ++c) {  // try every label
        Array y = autograd::full(logits.shape(), 0);
        for (std::size_t b = 0; b < y.shape(0); ++b) y(b, c) = 1;
        const Variable q_of_c = sum(slice(q, 1, c, c + 1), {1});  // (B,)
        bound = bound + q_of_c * with_label(w, x, x.tape().constant(y), noise, sigma);
    }
    return bound;  // −U(x), (B,)
}

// `with_label` is the bound of a conditional VAE and a constant. So `models::SemiSupervised` is a `Cvae` and a
// `Classifier`. In place of the loop it puts all $C \cdot B$ rows through the nets at once:
//
// @source{models/semi_supervised.cpp, SemiSupervised::labelled_bound}
// @source{models/semi_supervised.cpp, SemiSupervised::bound_of_each_class}
// @source{models/semi_supervised.cpp, SemiSupervised::unlabelled_bound}

#include <algorithm>
#include <cstdio>
#include <string>

#include "tutorials/15_use/experiments/few_labels.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace use;
using tutorials::Plot;

static void compare_with_the_library(Session& session) {
    nn::Random random{session.flags.seed};
    SemiSupervised model{{.vae = {.input = 20,
                                  .hidden = {16},
                                  .latent = 4,
                                  .likelihood = models::Likelihood::gaussian,
                                  .sigma = Real(0.5)},
                          .classifier = {16}},
                         random};
    std::vector<const Parameter*> all;
    for (const auto& each : nn::parameters(model))
        if (!each.frozen) all.push_back(each.parameter);
    for (const auto& each : nn::parameters(model))  // as if it had learnt what a label means
        for (Real& weight : each.parameter->value.storage())
            if (!each.frozen) weight += static_cast<Real>(0.3 * random.normal());
    const auto layer = [&](std::size_t i) -> Layer { return {*all[2 * i], *all[2 * i + 1]}; };
    const Weights w{layer(0), layer(1), layer(2), layer(3), layer(4), layer(5), layer(6)};
    Tape tape;
    const Variable x = tape.constant(random.normal({100, 20}));
    const Variable noise = tape.constant(random.normal({100, model.latent()}));
    const double by_hand = mean(without_label(w, x, noise, Real(0.5))).item();
    const double by_library = mean(model.unlabelled_bound(x, noise)).item();
    session.result("open_by_hand", by_hand);
    session.result("open_difference", std::abs(by_hand / by_library - 1));
}

// With weights, inputs and noise drawn at random, both give the same number up to rounding: they differ by less than one
// part in 100 000.
//
// ## The mathematics
// ### Label known
// The model is $p(x, y, z) = p(y)\, p(z)\, p(x \mid y, z)$ with $p(y) = 1/C$ for each of $C$ classes and
// $p(z) = \mathcal N(0, I)$. For a pair of image and label only $z$ is hidden. The steps of chapter 7, with $q(z \mid x, y)$ as
// proposal, give
// $$ \ln p(x, y) \ \ge\ \mathbb E_{q(z \mid x, y)} [\ln p(x \mid y, z)] - \mathrm{KL}(q(z \mid x, y) \,\|\, p(z)) + \ln p(y)
//    \ =:\ -\mathcal L(x, y) . \tag{1} $$
//
// ### Label missing
// Now $y$ and $z$ are hidden. The proposal for both is $q(y, z \mid x) = q(y \mid x)\, q(z \mid x, y)$. By Jensen's
// inequality
// $$ \ln p(x) = \ln \sum_y \int p(x, y, z)\, dz \ \ge\ \sum_y q(y \mid x)\, \mathbb E_{q(z \mid x, y)} \Bigl[ \ln
//    \frac{p(x, y, z)}{q(z \mid x, y)\, q(y \mid x)} \Bigr] . $$
// $\ln q(y \mid x)$ does not depend on $z$ and leaves the expectation. What remains inside is (1):
// $$ \ln p(x) \ \ge\ \sum_y q(y \mid x) \bigl( -\mathcal L(x, y) \bigr) + H(q(y \mid x)) \ =:\ -\mathcal U(x) , \tag{2} $$
// with the entropy $H(q) = -\sum_y q \ln q$. The sum over $y$ is exact. No label is drawn, so no trick is needed to pass a
// gradient through the draw (exercise 2). The price is $C$ passes through encoder and decoder for each image.
//
// ### What an image without a label teaches
// Let $r(y) = e^{-\mathcal L(x, y)} / \sum_{y'} e^{-\mathcal L(x, y')}$, which is Bayes' rule with the bounds in place of the true
// $\ln p(x, y)$. Put $-\mathcal L(x, y) = \ln r(y) + \ln \sum_{y'} e^{-\mathcal L(x, y')}$ into (2):
// $$ -\mathcal U(x) = \ln \sum_y e^{-\mathcal L(x, y)} - \mathrm{KL}(q(y \mid x) \,\|\, r(y)) . \tag{3} $$
// So the classifier is pulled toward $r$: toward the class under which the model rebuilds the image at the least cost. In
// turn the decoder of each class learns from the images in proportion to $q(y \mid x)$. That is expectation maximisation
// for clusters, and it is the strength and the weakness of the method. It helps where the classes are the groups into which
// the images fall by themselves. Where they are not, (3) pulls the classifier toward *other* groups, and nothing in it
// knows which ones we meant.
//
// ### The objective
// The classifier occurs in (2) and not in (1): labels, of all things, would not teach it. So its loss on the labelled
// images is added, with a weight $\alpha$. We minimise
// $$ \frac1N \sum_{n=1}^N \mathcal U(x_n) + \frac1N \sum_{m=1}^M \mathcal L(x_m, y_m) - \frac\alpha M \sum_{m=1}^M \ln q(y_m
//    \mid x_m) \tag{4} $$
// for $N$ images without labels and $M$ with them.
//
// | symbol | C++ |
// |---|---|
// | $p(x \mid y, z)$, $q(z \mid x, y)$ | `SemiSupervised::cvae`, a `models::Cvae` |
// | $q(y \mid x)$ | `SemiSupervised::classifier`, `SemiSupervised::label(x)` |
// | $-\mathcal L(x, y)$ | `labelled_bound(x, y, noise)`, (B,); of all classes `bound_of_each_class(x, noise)`, (B, C) |
// | $-\mathcal U(x)$ | `unlabelled_bound(x, noise)`, (B,) |
// | $\alpha$; $C$ | `Unlabelled::alpha`; `classes()` |
//
// ## Few labels
// ### The contest
// For each seed, 100 of the 50 000 training images keep their labels, ten of each class, drawn by chance. Choices are made on
// 1000 validation images with labels. (That is ten times as many labels as there are to learn from. It serves to see what
// the methods can do; if you have only 100 labels, you have to split these. Oliver et al. 2018 show that validation
// sets so small often cannot tell the methods apart.)
//
// Trying ten labels for each image of 784 pixels takes ten passes where chapter 8 takes one. So we do what the paper does
// with its better model, M1 + M2: a VAE without labels first (their M1, our 784-400-20, on all 50 000 images), and then M2 on
// its **codes**, the 20 means of $q(z \mid x)$, shifted to mean 0 and scaled by one factor to variance 1 on average. For 20
// numbers small nets are enough, and ten labels at once are affordable.
//
// The yardstick is the **same net on the labels alone**: the classifier 20-128-10 on the same codes, in the best form that we
// found for it: noise on its inputs while it learns, with the best of two strengths, three weight decays and 40 numbers of
// steps on the validation images. (It does profit from the images without labels, through the codes. A net on pixels that
// does not, with one strength of noise, stands beside it.) M2 starts with this very classifier and goes on for up to six epochs, with noise as
// well. Again validation images choose: among two sizes of $z$, 4 and 10, among the epochs, and whether M2 is used at all.
// ($\sigma^2 = .3$ and $\alpha = 10$ come from trials on the other 9000.) What M2 adds is what images without labels add beyond the
// codes.
//
// @source{tutorials/15_use/experiments/few_labels.cpp, semi_supervised}

struct Contest {
    Data codes;
    Dataset labelled;
    Classifier alone;
    SemiSupervised model;
    Classifier after;
};

static Contest hold_contest(Session& session, const Data& data, const Vae& vae) {
    Data codes = with_features(data, [&](const Array& x) { return tutorials::encode(vae, x); });
    codes.validation = nn::first(codes.validation, 1000);
    nn::Random random{session.flags.seed};
    const Dataset labelled = few(codes.train, 10, random);
    const Classifier alone = labels_alone(session, labelled, codes.validation, {}, "model_alone");
    const SemiSupervised model = best_m2(session, codes, labelled, alone, "model_m2");
    const double before = error(alone, codes.validation),
                 now = error(model.classifier, codes.validation);
    session.result("latent", static_cast<double>(model.latent()));
    session.result("validation_gain", 100 * (before - now));
    return {codes, labelled, alone, model, now < before ? model.classifier : alone};
}

static void report(Session& session, const Data& data, const Contest& contest) {
    Data pixels = with_features(data, [](const Array& x) { return x; });
    pixels.validation = nn::first(pixels.validation, 1000);
    nn::Random random{session.flags.seed};  // the same images
    const Dataset labelled = few(pixels.train, 10, random);
    const Classifier on_pixels =
        labels_alone(session, labelled, pixels.validation, {.hidden = {400}, .jitters = {1}},
                     "model_alone_pixels");
    const auto points = [](const Classifier& net, const Dataset& test) {
        return 100 * (1 - error(net, test));
    };
    const double alone = points(contest.alone, contest.codes.test),
                 m2 = points(contest.after, contest.codes.test);
    session.result("accuracy_pixels", points(on_pixels, pixels.test));
    session.result("accuracy_alone", alone);
    session.result("accuracy_m2", m2);
    session.result("semi_supervised_gain", m2 - alone);
}

// | accuracy on 10 000 test images, % | seed 1 | seed 2 | seed 3 |
// |---|--:|--:|--:|
// | 784-400-10 on pixels, 100 labels alone | @result{accuracy_pixels, .1f} | @result{seed_2/accuracy_pixels, .1f} | @result{seed_3/accuracy_pixels, .1f} |
// | 20-128-10 on codes, 100 labels alone | @result{accuracy_alone, .1f} | @result{seed_2/accuracy_alone, .1f} | @result{seed_3/accuracy_alone, .1f} |
// | the same net in M2, and 50 000 images without labels | @result{accuracy_m2, .1f} | @result{seed_2/accuracy_m2, .1f} | @result{seed_3/accuracy_m2, .1f} |
// | gain | @result{semi_supervised_gain, .1f} | @result{seed_2/semi_supervised_gain, .1f} | @result{seed_3/semi_supervised_gain, .1f} |

static void look_by_class(Session& session, const Contest& contest) {
    Plot plot{{.title = "100 labels",
               .x = "the class of the test image",
               .y = "share that is recognised",
               .y_range = {{0, 1}}}};
    const Dataset& test = contest.codes.test;
    for (const auto& [name, net] :
         {std::pair{"labels alone", &contest.alone}, std::pair{"M2", &contest.after}}) {
        std::vector<double> recognised;
        for (std::size_t label = 0; label < test.classes; ++label)
            recognised.push_back(1 - error(*net, only(test, label)));
        plot.bars(name, test.class_names, recognised);
    }
    plot.save(session.file("by_class.png"));
}

static void draw_classes(Session& session, const Data& data, const Vae& vae,
                         const Contest& contest) {
    const Scale scale(tutorials::encode(vae, data.train.images));
    nn::Random random{session.flags.seed};
    const std::size_t columns = 10, latent = contest.model.latent();
    const Array styles = random.normal({columns, latent});
    std::vector<tutorials::NamedImages> rows;
    for (std::size_t label = 0; label < data.train.classes; ++label) {
        const Array y = models::one_hot(Indices(columns, label), data.train.classes);
        const Array codes = nn::evaluate(
            [&](Variable z, Variable c) { return contest.model.cvae.mean_pixels(z, c); }, styles,
            y);
        rows.push_back({data.train.class_names[label], tutorials::decode(vae, scale.undo(codes))});
    }
    tutorials::save_named_rows(session.file("classes.png"), rows, data.train.item, 2);
}

static void draw_flow(Session& session) {
    tutorials::Diagram d;
    const auto x = d.box(0, 0, {"x", "(B, D)"});
    const auto label = d.box(2.6, 1.4, {"q(y | x)", "(B, C)", "the classifier"});
    const auto all = d.box(2.6, -1.4, {"y = 1 ... C", "(C·B, C)"});
    const auto encoder = d.box(5.2, 0, {"q(z | x, y)", "2 × (C·B, K)"});
    const auto z = d.box(7.8, 0, {"z", "(C·B, K)"});
    const auto decoder = d.box(10.4, 0, {"p(x | y, z)", "(C·B, D)"});
    const auto bounds = d.box(13, 0, {"−L(x, y)", "(B, C)"});
    const auto bound = d.box(13, 1.9, {"Σ q (−L) + H(q)", "(B,)", "below ln p(x)"});
    d.arrow(x, label);
    d.arrow(x, encoder);
    d.arrow(all, encoder);
    d.arrow(encoder, z);
    d.arrow(z, decoder);
    d.arrow(all, decoder);
    d.arrow(decoder, bounds);
    d.arrow(bounds, bound);
    d.arrow(label, bound);
    d.save(session.file("flow.png"));
}

static void lesson(Session& session) {
    draw_flow(session);
    compare_with_the_library(session);
    const Data data = load(session);
    const Vae vae = the_vae(session, data);
    const Contest contest = hold_contest(session, data, vae);
    report(session, data, contest);
    look_by_class(session, contest);
    draw_classes(session, data, vae, contest);
}

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "15_use", .title = "Use"}, lesson);
}

// @figure{by_class.png, Share of the test images of each class that is recognised, by the classifier that has learnt from 100
// labels alone, and by the same after M2 (seed 1).}
//
// @prediction{By @result{semi_supervised_gain, .1f}, @result{seed_2/semi_supervised_gain, .1f} and
// @result{seed_3/semi_supervised_gain, .1f} points with seeds 1, 2 and 3. "About 1" is nearest.}
//
// With seed 2 M2 made more errors on the validation images than the classifier that it started from, and was not used: the
// gain is 0 by that rule. With seed 1 dresses gain most, other classes less; T-shirts and coats lose. Both classifiers
// recognise fewer than one shirt in five. Shirts, and the classes that lose, are tops that resemble each other, where
// groups of images need not be classes: see (3). The seed, which decides among other things which images have labels, matters
// more than M2. The net on pixels, without any other images, is less than two points behind the net on codes, or ahead.
//
// @figure{classes.png, What M2 draws for each class: a row for each label, a column for each of ten draws of z, the same in
// all rows. M2 draws a code, and the decoder of the VAE makes an image of it (seed 1).}
//
// Where a style suits the class, the picture is right: see columns 4, 8 and 9 for sneakers, 2, 3 and 10 for ankle boots, and 2,
// 5 and 8 for trousers. But in the first column trousers look like a T-shirt, and sandals and ankle boots are broad blocks. $z$
// still says some of what $y$ should say. With all labels (chapter 8) most of the pictures show the class of their row.
//
// **Verdict: M2 gained less than two points over the same net on 100 labels alone, with two of three seeds next to nothing; use
// it only if you have validation images that say whether it helps.**
//
// @experiment{few_labels}
//
// ## Six more uses
// Each fold has the task, all yardsticks, the choices and three seeds.
//
// ### Anomalies
// Only normal images are there to learn from, and a score has to rise for the others. A VAE offers $-$ELBO, an autoencoder
// its error. Chapter 14 has shown that a likelihood is not the same as familiarity. Here the normal images are one class of
// garments, the anomalies are the other nine. Yardsticks: the distance from a plane (PCA) and from the nearest training
// image, neither of which needs a net.
//
// @experiment{anomaly}
//
// ### Missing pixels
// A generative model of whole images implies what a missing part may be, given the rest. The yardstick is a model for which
// this conditional expectation is exact: probabilistic PCA, a formula.
//
// @experiment{missing}
//
// ### A rare class
// Of one class there are 50 images, of the others 1000 each. A conditional VAE can draw more of the rare one. Yardsticks: an
// offset of the scores, copies of the 50 as they are or moved, and mixtures of two of them.
//
// @experiment{rare}
//
// ### Data in place of data
// Give away samples instead of the images. Are they as good to learn from? *Train on synthetic, test on real* (TSTR) says
// what a classifier loses. The yardstick is a Gaussian for each class.
//
// @experiment{synthetic}
//
// ### And is that anonymous?
// Samples bear no names. But a model may have learnt single training images by heart, and then its samples or its
// likelihood give away which images it has seen. Two attacks measure that: is a sample nearer to its nearest training image
// than to its nearest image that was held out, and does the bound tell training images from others?
//
// @experiment{privacy}
//
// ### Editing
// Add to a code the difference between the mean codes of two groups, and decode. The yardsticks make the same edit on the
// codes of an autoencoder, of PCA, and on bare pixels.
//
// @experiment{editing}
//
// ### So what is the difference between an autoencoder and a VAE?
// All over this course both have been compared, one aspect at a time. Here is the table, aspect by aspect, with the two
// nets of this chapter: the same layers, data and epochs.
//
// @experiment{comparison}
//
// ## The table
// Numbers of seed 1; those of all seeds, and their spread, stand in the folds.
//
// | use, and what is measured | with a VAE | yardstick | the better one |
// |---|---|---|---|
// | 100 labels: accuracy in % | M2 @result{accuracy_m2, .1f} | the same net, labels alone @result{accuracy_alone, .1f}; a net on pixels @result{accuracy_pixels, .1f} | M2 with seed 1; about equal with seeds 2 and 3 (gains @result{seed_2/semi_supervised_gain, .1f} and @result{seed_3/semi_supervised_gain, .1f}), and a linear classifier on pixels is ahead of it with seed 2 |
// | anomalies: AUC, mean over ten classes | −ELBO @result{anomaly_auc_elbo, .3f}; less its floor @result{anomaly_auc_above_floor, .3f} | nearest image @result{anomaly_auc_neighbour, .3f}, PCA @result{anomaly_auc_pca, .3f}, autoencoder @result{anomaly_auc_autoencoder, .3f} | no VAE: learnt features reach @result{anomaly_auc_feature, .3f} |
// | pixels missing, a half at random, or the bottom half: squared error over that of pPCA | iterated @result{imputation_over_ppca, .2f}, @result{imputation_over_ppca_half, .2f}; searched @result{imputation_search_over_ppca_50, .2f}, @result{imputation_search_over_ppca_half, .2f} | 1; some hundredths less if its answers are clipped to [0, 1] | the VAE with a search; for the bottom half a net that is trained to fill holes is better still, see the fold |
// | a rare class, the hard one: $F_1$ | drawn by a CVAE @result{rare_hard_f1_drawn, .2f} | copies @result{rare_hard_f1_copies, .2f}, mixtures of real images @result{rare_hard_f1_between, .2f} | real images, copied or mixed |
// | train on synthetic, test on real: accuracy over that of real data | CVAE @result{tstr_over_real, .3f} | a Gaussian for each class @result{tstr_over_real_gaussian, .3f} | about equal |
// | attack on 500 training images, and on all: AUC | @result{privacy_auc_few_calibrated, .2f}, @result{privacy_auc_all_calibrated, .2f} | chance, .5 | not anonymous by itself |
// | T-shirt to pullover, sneaker to boot: share of edits with all that is asked for | @result{sleeves_vae_kept_all, .2f}, @result{shaft_vae_kept_all, .2f} | autoencoder @result{sleeves_plain_kept_all, .2f}, @result{shaft_plain_kept_all, .2f}; PCA @result{sleeves_pca_kept_all, .2f}, @result{shaft_pca_kept_all, .2f}; bare pixels @result{sleeves_pixels_all, .2f}, @result{shaft_pixels_all, .2f} | the VAE, though many edits fail |
//
// ## What else is $x$?
// Nothing in chapters 3 to 14 knows that $x$ is a garment. When you read of a new use, ask three questions: what is $x$, what
// is $z$, what is the catch?
//
// | field | $x$ | $z$, and what one does with it | the catch |
// |---|---|---|---|
// | typefaces, logos, furniture | outlines or pixels of a design | a plane of styles; walk between two designs | between two good designs lies an average; what is new lies outside of the training data, where the decoder has not been taught |
// | faces, avatars | photographs | attributes; move along "age", "smile" | an attribute comes with whatever it went along with in the data (exercise 7) |
// | melodies, drum loops | sequences of notes (chapter 13) | interpolate between two bars, vary one | a strong decoder ignores $z$; over many bars one needs levels |
// | molecules | strings (SMILES) or graphs | a continuous space to optimise a property in | decoded strings need not be molecules; optimisation leaves the region where the decoder is right, so the predicted property is not the real one |
// | levels of a game | tiles, categorical pixels | blend levels, search for a difficulty | whether a level can be finished is global, and the loss looks at tiles: test by a solver, repair or reject |
// | control, games | frames of a screen | a small state for a policy or a model of the world | the loss weighs pixels, not importance: the ball of four pixels may be missing in $z$ |
// | single cells | counts of thousands of genes | a map of cell types, with the batch as condition | counts need their own likelihood (negative binomial); what the condition cannot explain it moves into $z$ |
// | machines, networks, payments | readings, packets, rows of a table | an anomaly score | see above: try PCA and nearest neighbours first |
//
// For all of them: find the simplest method that is not a generative model, and measure it on the same data. If you have
// a table of numbers of your own, the program `tapestry` does this chapter's anomalies and missing values on it, see the page
// "Your own data".
//
// ## Check it
// ```sh
// meson test -C build 'models in double' 15_use
// ```
//
// - *the bounds of all classes are what a plain loop over the classes gives*.
// - *if the classifier is certain, a missing label costs what that label costs*, and *if the nets do not look at the label, not
//   knowing it costs KL(q(y | x) || p(y)) alone*: the two ends of (2).
// - *no classifier gives a higher bound than the softmax of the bounds of the classes*, which is (3).
// - *the gradients of both bounds are right*; *a step with a missing label takes no memory from the heap*.
//
// ## What goes wrong
// | symptom | likely bug | what catches it |
// |---|---|---|
// | the classifier stays at chance, the bounds look fine | no $\alpha$: labels never reach $q(y \mid x)$ | *a step without labels takes the classifier along, and a labelled bound does not* |
// | rows of images and labels do not fit, bounds nearly right | (C, B) read as (B, C) in the reshape | plain loop over classes |
// | $q(y \mid x)$ is certain after a few steps and wrong | the entropy left out or with the wrong sign | *not knowing it costs KL(q(y \| x) \|\| p(y)) alone* |
// | accuracy falls while the bound rises | the groups that lower the bound are not the classes | validation images; a smaller or larger $z$, a larger $\sigma$ |
// | M2 wins by far | a weak baseline: no regularisation, no early stopping | tune it as long as the model |
// | a use "works" in a demo | no yardstick, one seed, test images used for choices | this chapter |
//
// ## Exercises
// @exercise{1, **By hand.** There are two classes, and for some image $-\mathcal L(x, 1) = -3$ and $-\mathcal L(x, 2) = -1$ nats.
// Compute $-\mathcal U$ for $q = (\frac12, \frac12)$, $(1, 0)$ and $(0, 1)$, the best $q$, and the bound that it reaches. Derive
// (3), and read from it the gradient of $-\mathcal U$ with respect to the classifier's logits.}
// @exercise{2, **One label instead of ten.** To save nine passes in ten, draw one label from $q(y \mid x)$ and use only its
// bound. Give an estimate of $-\mathcal U$ and of its gradient that are right on average. For the image of exercise 1 at
// $q = (\frac12, \frac12)$, what is the standard deviation of the estimated gradient, compared with its mean? What is a
// cure?}
// @exercise{3, **One in a thousand.** A detector finds 60 % of the anomalies with a threshold that 5 % of the normal
// images exceed. In production one part in a thousand is faulty. Which share of its alarms is real? How many false alarms
// may there be if every second alarm is to be real? Can the threshold for that be chosen on 1000 normal validation
// images? What does the AUC say about all this?}
// @exercise{4, **Where the iteration ends.** Let $p(x \mid z) = \mathcal N(\mu + W z, \sigma^2 I)$, and let the encoder
// give the exact posterior mean. Show that filling in, encoding and decoding again and again converges from any start,
// and that it ends at $\operatorname{E}[x_m \mid x_k]$. How fast? Why does a missing half need many more rounds than as
// many scattered pixels, and which part of the proof fails for a decoder that is not linear?}
// @exercise{5, Without a run. Training images of Fashion-MNIST have 784 pixels with the mean .2860 and the standard
// deviation .3530, all pixels of all images taken together; their total variance (of each pixel over the images, summed over
// the pixels) is 68.2. A model with Bernoulli pixels has the right mean image. What is the total variance of its samples if
// each pixel is drawn as 0 or 1? Does the answer depend on how good the model is otherwise? What is it for expected pixels
// instead, more or less than 68.2? Compare with the table of the fold on synthetic images.}
// @exercise{6, Without a run. (a) If scores tell nothing, the area under the ROC of $m$ training images against $n$ others
// has the variance $(m + n + 1) / (12\, m n)$. How wide is the interval of 95 % for 500 against 20 000 images and for 20 000
// against 20 000? What area can an attack have and still go unnoticed there? (b) A model remembers one of 1000 of its
// training images: these score lower than all others, the rest score as held-out images do. What is the area? What share of the
// training images does an attacker find without a single false alarm? What follows for a report that says "the area is .50"?}
// @exercise{7, The table says that the codes of the plain autoencoder are far from $\mathcal N(0, I)$, and that draws from a
// Gaussian fitted to them make other pictures than draws from $\mathcal N(0, I)$. (a) Change its last encoder layer and its
// first decoder layer so that all reconstructions stay the same and the codes have mean 0 and covariance $I$. What are then the
// KL divergence of the table and the pictures of codes from $\mathcal N(0, I)$? (b) May the same be done to a VAE? (c) What does
// (a) do to the edits by the difference of two means? (d) Why do such edits make the same change in every image if the codes are
// those of PCA, and not if the decoder has a hidden layer?}
//
// ## Where the real code differs, and further reading
// - Kingma et al. train M2 on pixels of MNIST, with 50 numbers in $z$ and nets of 500 units, and weigh the classifier's loss by
//   $\alpha = 0.1 N$; they report 11.97 % errors with 100 labels for M2 and 3.33 % for M1 + M2, which *draws* the codes of
//   M1 where we take their means. Digits are groups by themselves; shirts and coats are not.
// - Today's methods for few labels ask a classifier to answer alike for two augmented versions of an image, or learn features
//   from such pairs. They use knowledge about images that a VAE does not have: which changes leave the class as it is.
//
// Few labels: D. P. Kingma, S. Mohamed, D. J. Rezende, M. Welling, *Semi-supervised Learning with Deep Generative Models*,
// NeurIPS 2014; what comparisons need: A. Oliver, A. Odena, C. Raffel, E. D. Cubuk, I. Goodfellow, *Realistic Evaluation of
// Deep Semi-Supervised Learning Algorithms*, NeurIPS 2018. Missing data: P.-A. Mattei, J. Frellsen, *MIWAE*, ICML 2019; D. J.
// Rezende, S. Mohamed, D. Wierstra, *Stochastic Backpropagation*, ICML 2014. Anomalies: L. Ruff et al., *A Unifying Review of
// Deep and Shallow Anomaly Detection*, Proceedings of the IEEE 109 (2021). Train on synthetic, test on real: C. Esteban, S. L.
// Hyland, G. Rätsch, *Real-valued (Medical) Time Series Generation with Recurrent Conditional GANs*, 2017. Privacy: R.
// Shokri, M. Stronati, C. Song, V. Shmatikov, *Membership Inference Attacks Against Machine Learning Models*, IEEE S&P 2017;
// T. Stadler, B. Oprisanu, C. Troncoso, *Synthetic Data: Anonymisation Groundhog Day*, USENIX Security 2022; a guarantee
// needs noise in training: M. Abadi et al., *Deep Learning with Differential Privacy*, CCS 2016. Editing: A. B. L. Larsen, S. K.
// Sønderby, H. Larochelle, O. Winther, *Autoencoding beyond pixels using a learned similarity metric*, ICML 2016. Ideas: R.
// Gómez-Bombarelli et al., *Automatic Chemical Design Using a Data-Driven Continuous Representation of Molecules*, ACS
// Central Science 4 (2018); A. Roberts et al., *A Hierarchical Latent Vector Model for Learning Long-Term Structure in
// Music*, ICML 2018; A. Sarkar, Z. Yang, S. Cooper, *Controllable Level Blending between Games using Variational
// Autoencoders*, 2019; D. Ha, J. Schmidhuber, *World Models*, 2018; R. Lopez et al., *Deep generative modeling for
// single-cell transcriptomics*, Nature Methods 15 (2018).
