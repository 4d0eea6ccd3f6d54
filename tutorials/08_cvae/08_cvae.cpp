// ---
// title: The conditional VAE
// builds_on: 07_vae
// leads_to: 11_bugs
// tooltip: Draw on demand: a class, an attribute or the visible part of an image, told to both nets.
// minutes: 5
// keywords: conditional generation, label, attribute, style, conditional prior, inpainting
// ---
//
// ## What you will be able to do
//
// - Turn a VAE into a model that draws what is asked for: a class, an amount of ink, or the missing
//   quarter of a given image.
// - Say where the condition may enter (encoder, decoder, prior), what each place is good for, and
//   what happens to the latent code: it keeps what the condition does not say.
// - Tell with a judge, and with a number that needs no judge, whether a decoder obeys its condition
//   or ignores it, and why a high score from a judge is not enough.
//
// **Predict first.** To the VAE of chapter 7 an image of a garment costs some 244 nats. Now tell
// both of its nets what kind of garment it is, for free, one of ten. How much cheaper will the
// image be: 2 nats, 20, or 100?
//
// ## The idea in one figure
//
// @figure{grid.png, Drawn on demand. Each row is a class that was asked for, each column one draw
// of the style, the same for all classes.}
//
// The VAE draws *something*. It cannot be asked for a boot: whatever decides between boot and shirt
// is somewhere in the latent code, mixed with everything else. If labels are known, there is
// nothing to find out about them, so take them out of what must be coded: give the label to the
// decoder, which then knows *what* to draw, and to the encoder, which then need not say it. What is
// left for the code is the *how*.
//
// @figure{diagram.png, A conditional VAE is a VAE to whose encoder and decoder the condition c is
// joined as further inputs. To generate, drop the encoder, choose c and draw z.}
//
// That is the whole change, and the class `models::Cvae` is hardly longer than this sentence. The
// rest of the chapter is about what one can do with it, and about how it fails.
//
// ## The mathematics
//
// ### To the right of the bar
//
// Let $c$ be what is known about an image $x$: its label, a number, a part of the image. We do not
// model $c$; it is given. The model is that of chapter 7 with $c$ to the right of every bar,
// $$ p_\theta(x \mid c) = \int p_\theta(x \mid z, c)\, p(z \mid c)\, dz , \tag{1} $$
// and since nothing in the derivation of the bound asked what else the densities depend on, it
// holds as it stands, for each $c$:
// $$ \ln p_\theta(x \mid c) \;\ge\;
//    \underbrace{\mathbb E_{q_\phi(z \mid x, c)}[\ln p_\theta(x \mid z, c)]}_{-\text{reconstruction}}
//    - \underbrace{\mathrm{KL}(q_\phi(z \mid x, c) \,\|\, p(z \mid c))}_{\text{KL}} . \tag{2} $$
// What falls short of equality is again the error of the proposal,
// $\mathrm{KL}(q(z \mid x, c) \,\|\, p(z \mid x, c))$. Loss, training, reparameterization: as
// before, conditional.
//
// ### How a net is told
//
// **Join** (concatenate) $c$ to the inputs. A label becomes a **one-hot** row, 1 at the class and 0
// elsewhere; a continuous attribute is a number, scaled to be of order 1. For the first layer this
// means
// $$ W \begin{bmatrix} z \\ c \end{bmatrix} + b = W_z z + \underbrace{(W_c\, c + b)}_{\text{a bias
//    chosen by } c} , $$
// and with a one-hot $c$ the product $W_c\, c$ picks a column of $W_c$. So a CVAE is, for each
// class, a VAE with other biases in its two first layers and all other weights shared. (A test of
// this page says just that.) Ten separate VAEs would be ten times as many weights, each seeing a
// tenth of the images, and would have no common $z$; and for a continuous $c$ there would have to
// be infinitely many.
//
// `models::Cvae` starts with $W_c = 0$, so that at the first step it *is* the VAE of the same seed.
// Whatever it does better in the end is due to the condition.
//
// ### What a label is worth
//
// Average (2) over the data, and suppose for a moment that both models are perfect, so that bounds
// are likelihoods and likelihoods those of the data. Then the gain of being told is
// $$ \mathbb E[\ln p(x \mid c)] - \mathbb E[\ln p(x)] = I(x; c) = H(c) - H(c \mid x) \;\le\; H(c)
//    = \ln 10 = 2.30 \text{ nats} . \tag{3} $$
// A label is one choice among ten and cannot be worth more. So much for the prediction: of 244 nats
// it saves about two. (Of a *perfect* model. A real one may gain some more: the VAE without labels
// is not perfect, and what it loses between the classes, the label gives back.) And yet these few
// nats are the difference between a model that can be asked and one that cannot. **The bound hardly
// notices the condition**, and this is the reason why it can fail unnoticed.
//
// ### Why the code forgets the class
//
// Write $q(z \mid c)$ for the proposals of all images of one class put together,
// $\mathbb E_{x \mid c}[q(z \mid x, c)]$. Averaged over the images of the class, the KL of (2)
// splits into two parts,
// $$ \mathbb E_{x \mid c}\, \mathrm{KL}(q(z \mid x, c) \,\|\, p(z \mid c))
//    = \underbrace{I_q(x; z \mid c)}_{\text{what } z \text{ says about } x}
//    + \mathrm{KL}(q(z \mid c) \,\|\, p(z \mid c)) . \tag{4} $$
// The second part buys nothing and vanishes at best. The VAE of chapter 7 pays it for all classes
// *together*: together they fill the prior, each may have its own region. With
// $p(z \mid c) = \mathcal N(0, I)$ the CVAE pays it for *each* class, so that each class must fill
// the same bell on its own: then $z$ does not tell the class, and $z$ and $c$ can be chosen
// independently: that is what a column of the figure above wants to show, one style.
//
// The prior may be told as well, $p(z \mid c) = \mathcal N(m(c), \operatorname{diag} e^{l(c)})$
// with learned $m$ and $l$, as in the paper of Sohn, Lee and Yan. It makes the model no richer: put
// $z = m(c) + e^{l(c)/2} \odot u$ with $u \sim \mathcal N(0, I)$, and let the decoder, which knows
// $c$, do this first. But it makes training easier, since the codes of a class need not be moved to
// the middle of the bell, and it makes $z$ another thing: each class may have its own region again.
// What can be carried from class to class is then $u$, the code measured in deviations of its own
// prior. We call $u$ the **style**; with $p(z \mid c) = \mathcal N(0, I)$ it is $z$. The main model
// of this chapter tells encoder, decoder and prior, and a table below shows what each is good for.
//
// ### Symbols and their names
//
// | symbol | C++ |
// |---|---|
// | $c$, the condition | `c`, (B, C); `models::one_hot(labels, C)` |
// | $p(z \mid c)$ | `Cvae::prior`; $\mathcal N(0, I)$ unless `CvaeSettings::learn_prior` |
// | $q_\phi(z \mid x, c)$ | `Cvae::encode`, an `nn::Normal` |
// | $p_\theta(x \mid z, c)$ | `Cvae::decode` for its parameters, `Cvae::log_likelihood` |
// | $x \sim p_\theta(x \mid c)$ | `Cvae::sample`, as expected pixels |
// | the two parts of the bound (2) | `models::Elbo`, from `Cvae::elbo` |
// | the judge, $p(\text{label} \mid x)$ | `models::Classifier` |
//
// > **Reduction.** As everywhere: nats per image, summed over pixels and over latent units,
// > averaged over the batch, KL with weight 1. The condition costs nothing: it is told, not coded.
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/latent_use.hpp"
#include "nn/data/batches.hpp"
#include "nn/io/png.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plane.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Classifier;
using models::Cvae;
using models::one_hot;
using nn::Dataset;
using nn::evaluate;
using nn::map_rows;
using nn::measure;
using nn::take;
using tutorials::NamedImages;
using tutorials::Plot;
using tutorials::Session;

namespace {

using Numbers = Plot::Numbers;

// ### Training
//
// This chapter trains many nets: conditional VAEs that are told this or that, and classifiers. What
// differs between them is what a batch costs, so that is a function, and the loop is written once.
// The held-out set is measured by the same function, without a record for gradients.

struct Cost {
    Variable loss;  // nats per example
    nn::Metrics metrics;
};
using CostOf = std::function<Cost(Tape&, const nn::Batch&)>;

struct Trained {
    nn::History history;
    double images_per_second;
};

template <nn::Module Net>
Trained train(Session& session, const nn::TrainTest& data, Net& net, nn::Random& random,
              nn::TrainingSettings settings, const CostOf& cost) {
    settings.folder = session.flags.out;
    settings.resume = session.flags.resume;
    settings.quiet = settings.name != "model";
    if (settings.quiet)
        std::printf("\nTraining %s, %zu epochs\n", settings.name.c_str(), settings.epochs);
    std::fflush(stdout);
    nn::Adam adam{net, {.learning_rate = Real(session.flags.learning_rate)}};
    nn::Batches batches{data.train, session.flags.batch}, held_out{data.test, 500};
    Tape tape;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Cost now = cost(tape, batch);
        adam.step(tape.backward(now.loss));
        return now.metrics;
    };
    nn::MetricMeans means;
    const auto test = [&]() -> nn::Metrics {
        const autograd::InferenceMode no_record{tape};
        means.restart();
        for (const nn::Batch& batch : held_out.in_order()) {
            tape.rewind();
            means.add(cost(tape, batch).metrics, batch.size());
        }
        nn::Metrics out;
        for (std::size_t i = 0; i < means.names.size(); ++i)
            out.add({means.names[i].c_str(), means.mean(i)});
        return out;
    };
    nn::Training training{std::move(settings), net, adam, random};
    training.run(batches, step, test);
    return {training.history(), training.images_per_second()};
}

Cost minus(const models::Elbo& elbo) {
    const double reconstruction = elbo.reconstruction.item(), kl = elbo.total_kl().item();
    return {-elbo.value(),
            {{"neg_elbo", reconstruction + kl}, {"reconstruction", reconstruction}, {"kl", kl}}};
}

// ### The judge
//
// Whether a drawn boot is a boot should not be decided by the one who drew it. So the first net is
// a **judge**, a classifier with one hidden layer that has nothing to do with the rest and was
// trained on real images only. Whoever reports what a judge says must report how far it can be
// trusted: on real test images it is right in @result{judge_accuracy_real, .1%} of all cases, and
// its confusions are those that people make too, shirts and T-shirts above all.

Classifier train_classifier(Session& session, const std::string& name, const nn::TrainTest& data,
                            std::vector<std::size_t> hidden, std::size_t epochs, double rate) {
    nn::Random random{session.flags.seed};
    Classifier net{{.input = data.train.images.shape(1),
                    .hidden = std::move(hidden),
                    .classes = data.train.classes},
                   random};
    train(session, data, net, random,
          {.epochs = session.flags.quick ? 1 : epochs,
           .name = name,
           .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs))},
          [&](Tape& tape, const nn::Batch& batch) -> Cost {
              const Variable loss = net.loss(tape.constant(batch.images), batch.labels);
              return {loss, {{"cross_entropy", loss.item()}}};
          });
    return net;
}

Classifier train_judge(Session& session, const nn::TrainTest& data) {
    const Classifier judge = train_classifier(session, "judge", data, {400}, 12, 2e-3);
    session.result("judge_accuracy_real", judge.accuracy(data.test.images, data.test.labels));
    return judge;
}

// ### Whom to tell: the bound with a choice
//
// For the experiments that follow, the bound once more, with the choice of who is told. Who is not
// told is given zeros, and the weights on zeros never learn. If both are told this is `Cvae::elbo`;
// if neither is, it is the VAE of chapter 7 to the last bit. One class for all cases makes the
// comparison fair: same widths, same seed, same first weights, same order of the batches.

struct Told {
    bool encoder, decoder;
};

models::Elbo elbo(const Cvae& cvae, Variable x, Variable c, Told told, nn::Random& random) {
    const Variable nothing = Real(0) * c;
    const nn::Normal q = cvae.encode(x, told.encoder ? c : nothing);
    const Variable z = q.sample(nn::standard_normal(x.tape(), q.mean.shape(), random));
    const Variable log_p = cvae.log_likelihood(x, z, told.decoder ? c : nothing);
    return {-mean(log_p), {mean(nn::kl_to_standard_normal(q))}};
}

Cvae make_cvae(Session& session, const nn::TrainTest& data, std::size_t latent,
               bool learn_prior = false) {
    nn::Random random{session.flags.seed};
    return Cvae{{.vae = {.input = data.train.images.shape(1), .hidden = {400}, .latent = latent},
                 .condition = data.train.classes,
                 .learn_prior = learn_prior},
                random};
}

// Never judge a latent-variable model by one number. Every run ends with the two parts of the bound
// on test images, the KL of each unit, and a verdict.

models::LatentUse report(const Cvae& cvae, const Array& images, const Array& conditions,
                         nn::Random& random) {
    const models::LatentUse use = models::latent_use(cvae, images, conditions, random);
    std::printf("  %s\n", models::report(use).c_str());
    return use;
}

// A trained model, and what it makes of the test images given their true labels.

struct Candidate {
    std::string name;
    Cvae cvae;
    models::LatentUse use;
    nn::History history;
    double images_per_second;
};

using BoundOf = std::function<models::Elbo(const Cvae&, Variable x, Variable c, nn::Random&)>;

models::Elbo the_bound(const Cvae& cvae, Variable x, Variable c, nn::Random& random) {
    return cvae.elbo(x, c, random);
}

Candidate train_candidate(Session& session, const nn::TrainTest& data, const std::string& name,
                          Cvae cvae, const BoundOf& bound = the_bound) {
    nn::Random random{session.flags.seed};
    auto [history, rate] = train(
        session, data, cvae, random, {.epochs = session.flags.epochs, .name = name},
        [&](Tape& tape, const nn::Batch& batch) {
            const Variable x = tape.constant(batch.images);                              // (B, 784)
            const Variable c = tape.constant(one_hot(batch.labels, data.test.classes));  // (B, 10)
            return minus(bound(cvae, x, c, random));
        });
    const Array conditions = one_hot(data.test.labels, data.test.classes);
    const auto use = report(cvae, data.test.images, conditions, random);
    return {name, std::move(cvae), use, std::move(history), rate};
}

Candidate train_told(Session& session, const nn::TrainTest& data, const std::string& name,
                     Told told, std::size_t latent = 20) {
    return train_candidate(session, data, name, make_cvae(session, data, latent),
                           [told](const Cvae& cvae, Variable x, Variable c, nn::Random& random) {
                               return elbo(cvae, x, c, told, random);
                           });
}

// ### The wrong thing first: tell the encoder only
//
// "The encoder gets the label, the label goes into the code, and the decoder reads it there." It
// sounds reasonable, it trains without complaint, and its bound is no worse than that of the VAE.
// Now ask it for ten classes:
//
// @figure{encoder_only.png, The same figure as the first one, from a model of which only the
// encoder is told. The rows are equal: it draws what the code says, and nobody asked the code.}
//
// The model draws $x$ from $p(x \mid z)$ with $z$ from $\mathcal N(0, I)$: there is no $c$ in it.
// The encoder, who knew, is dropped when we generate. A condition that is to steer the drawing must
// reach what draws.

// What is held in a column is the **style** $u$, the code measured in deviations of its prior,
// $z = m(c) + e^{l(c)/2} \odot u$. With the prior $\mathcal N(0, I)$ it is the code itself.

Array decode(const Cvae& cvae, const Array& styles, const Array& conditions) {
    return evaluate(
        [&](Variable u, Variable c) { return cvae.mean_pixels(cvae.prior(c).sample(u), c); },
        styles, conditions);
}

// One class for all styles.

Array decode(const Cvae& cvae, const Array& styles, std::size_t label) {
    return decode(cvae, styles, one_hot(Indices(styles.shape(0), label), cvae.condition));
}

void save_grid(Session& session, const std::string& file, const Cvae& cvae, const Dataset& data) {
    const Array styles = nn::Random{session.flags.seed}.normal({10, cvae.latent()});
    std::vector<NamedImages> rows;
    for (std::size_t label = 0; label < data.classes; ++label)
        rows.push_back({data.class_names[label], decode(cvae, styles, label)});
    tutorials::save_named_rows(session.file(file), rows, data.item);
}

// ### The right thing
//
// All are told: `cvae.elbo(x, c, random)`, with `.learn_prior = true` in the settings. In a program
// of your own the step is
//
// ```cpp
// tape.rewind();
// const auto x = tape.constant(batch.images);                      // (B, 784)
// const auto c = tape.constant(models::one_hot(batch.labels, 10));  // (B, 10)
// adam.step(tape.backward(-cvae.elbo(x, c, random).value()));
// ```
//
// @figure{training.png, Left, the bound on test images with and without labels. Right, where about
// half of the difference is: the code is cheaper, for it need not say the class.}
//
// @figure{kl_per_unit.png, The price of the code unit by unit, sorted, without and with labels.}
//
// The VAE pays @result{test_neg_elbo_unconditional, .2f} nats for a test image, the CVAE
// @result{test_neg_elbo, .2f}: the label was worth @result{label_gain, .2f} nats, of which it
// spared the code @result{kl_saved, .2f}. That is more than (3) allows two perfect models, and so a
// measure of how imperfect the VAE is. One decoder for everything, and one bell for all codes, have
// to put some probability between the classes, on chimeras; the label takes it back.

void compare_training(Session& session, const Candidate& without, const Candidate& with) {
    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per test image"}};
    Plot kl{{.title = "KL", .x = "epoch", .y = "nats per test image"}};
    Plot units{{.x = "latent unit, by rank", .y = "KL (nats per test image)"}};
    for (const auto& [label, model] :
         {std::pair{"no labels", &without}, std::pair{"labels", &with}}) {
        const Numbers epochs = model->history.column("epoch");
        bound.line(label, epochs, model->history.column("test_neg_elbo"));
        kl.line(label, epochs, model->history.column("test_kl"));
        Numbers sorted = model->use.levels[0].kl_per_unit;
        std::sort(sorted.rbegin(), sorted.rend());
        std::vector<std::string> ranks;
        for (std::size_t k = 1; k <= sorted.size(); ++k) ranks.push_back(std::to_string(k));
        units.bars(label, ranks, sorted);
    }
    tutorials::save_plots(session.file("training.png"), {bound, kl}, 2);
    units.save(session.file("kl_per_unit.png"));

    std::puts("\nWith labels against without, nats per test image (perfect models: 2.30 at most)");
    session.result("test_neg_elbo_unconditional", without.use.neg_elbo());
    session.result("test_neg_elbo", with.use.neg_elbo());
    session.result("test_reconstruction", with.use.reconstruction);
    session.result("test_kl", with.use.kl);
    session.result("label_gain", without.use.neg_elbo() - with.use.neg_elbo());
    session.result("kl_saved", without.use.kl - with.use.kl);
    session.result("active_units", static_cast<double>(with.use.levels[0].active));
    session.result("train_images_per_second", with.images_per_second);
}

// ### How one sees whether the condition is obeyed
//
// Three measurements, of which the first needs no judge.
//
// - **How much the class moves the picture.** Draw styles, decode each with all ten classes. Of the
//   variance of all these pictures, the part that appears at a fixed style is due to the class. If
//   it is 0, the decoder is deaf.
// - **Agreement.** Draw 10 000 images, as many of each class, and let the judge say what they are.
//   Chance is 10 %.
// - **What the style still says about the class.** A linear classifier on $u$, at the mean of
//   $q(z \mid x, c)$: a **probe**. Chance is 10 % again, and here chance is what we want: by (4), a
//   code that knows the class either steers against the condition or has paid twice for the same
//   news.

double moved_by_class(const Cvae& cvae, nn::Random& random) {
    const std::size_t styles = 100, classes = cvae.condition;
    const Array z = random.normal({styles, cvae.latent()});
    Array all = decode(cvae, z, 0);
    for (std::size_t label = 1; label < classes; ++label)
        all = tutorials::join(all, decode(cvae, z, label));
    double at_fixed_style = 0;
    for (std::size_t style = 0; style < styles; ++style) {
        Indices ten(classes);
        for (std::size_t label = 0; label < classes; ++label) ten[label] = label * styles + style;
        at_fixed_style += tutorials::variety(take(all, ten)) / static_cast<double>(styles);
    }
    return at_fixed_style / tutorials::variety(all);
}

// As many labels of each class, in turn.

Indices in_turn(std::size_t count, std::size_t classes) {
    Indices labels(count);
    for (std::size_t i = 0; i < count; ++i) labels[i] = i % classes;
    return labels;
}

Array draw(const Cvae& cvae, const Array& conditions, nn::Random& random) {
    return map_rows(conditions, [&](Variable c) { return cvae.sample(c, random); });
}

// The style of an image, from the mean of $q(z \mid x, c)$.

Array encode(const Cvae& cvae, const Array& images, const Array& conditions) {
    return evaluate(
        [&](Variable x, Variable c) {
            const nn::Normal prior = cvae.prior(c);
            return (cvae.encode(x, c).mean - prior.mean) * exp(Real(-0.5) * prior.log_variance);
        },
        images, conditions);
}

Dataset codes_of(const Cvae& cvae, const Dataset& data) {
    Dataset codes = {.name = "codes", .classes = data.classes};
    codes.images = encode(cvae, data.images, one_hot(data.labels, data.classes));
    codes.labels = data.labels;
    return codes;
}

double probe(Session& session, const nn::TrainTest& data, const Candidate& model) {
    const nn::TrainTest codes{codes_of(model.cvae, nn::first(data.train, 10000)),
                              codes_of(model.cvae, data.test)};
    const Classifier linear = train_classifier(session, "probe_" + model.name, codes, {}, 10, 2e-2);
    return linear.accuracy(codes.test.images, codes.test.labels);
}

struct Obedience {
    double moved, judged, probed;
};

Obedience measure_obedience(Session& session, const nn::TrainTest& data, const Candidate& model,
                            const Classifier& judge) {
    nn::Random random{session.flags.seed};
    const Indices asked = in_turn(session.flags.quick ? 500 : 10000, data.train.classes);
    const Array samples = draw(model.cvae, one_hot(asked, data.train.classes), random);
    return {moved_by_class(model.cvae, random), judge.accuracy(samples, asked),
            probe(session, data, model)};
}

// ### A decoder that ignores its condition
//
// There are two kinds of deafness. The first we have seen: the decoder is not told. The second is
// nastier, because the code is right and the data are wrong. Shuffle the images and forget the
// labels, or be off by one row, and the decoder is told *noise*. It learns soon that the condition
// is not worth listening to, and the loss goes down as smoothly as ever, to where it goes without
// labels, a few nats above where it might have gone. Who would know?

Variable shifted_by_one(Variable c) {
    Indices next = tutorials::upto(c.shape()[0]);
    std::rotate(next.begin(), next.begin() + 1, next.end());
    return gather(c, next);
}

Candidate train_with_shifted_labels(Session& session, const nn::TrainTest& data) {
    return train_candidate(session, data, "shifted_labels", make_cvae(session, data, 20),
                           [](const Cvae& cvae, Variable x, Variable c, nn::Random& random) {
                               return cvae.elbo(x, shifted_by_one(c), random);
                           });
}

// Here are all who may be told, measured alike:
//
// | told | $-$ELBO, nats | class moves | judge agrees | style tells class |
// |---|---|---|---|---|
// | nobody: the VAE | @result{test_neg_elbo_unconditional, .2f} | @result{moved_nobody, .1%} | @result{judged_nobody, .1%} | @result{probe_nobody, .1%} |
// | the encoder | @result{neg_elbo_encoder, .2f} | @result{moved_encoder, .1%} | @result{judged_encoder, .1%} | @result{probe_encoder, .1%} |
// | the decoder | @result{neg_elbo_decoder, .2f} | @result{moved_decoder, .1%} | @result{judged_decoder, .1%} | @result{probe_decoder, .1%} |
// | both nets | @result{neg_elbo_both, .2f} | @result{moved_both, .1%} | @result{judged_both, .1%} | @result{probe_both, .1%} |
// | both and the prior: the CVAE | @result{test_neg_elbo, .2f} | @result{moved_all, .1%} | @result{judge_accuracy_samples, .1%} | @result{probe_all, .1%} |
// | both nets, wrong labels | @result{neg_elbo_shifted_labels, .2f} | @result{moved_shifted_labels, .1%} | @result{judged_shifted_labels, .1%} | @result{probe_shifted_labels, .1%} |

void print_obedience(Session& session, const nn::TrainTest& data, const Classifier& judge,
                     const std::vector<const Candidate*>& models) {
    std::vector<Obedience> found;
    for (const Candidate* model : models)
        found.push_back(measure_obedience(session, data, *model, judge));
    std::puts("\n  told            −ELBO   class moves  judge agrees  style tells class");
    for (std::size_t i = 0; i < models.size(); ++i) {
        const auto& [moved, judged, probed] = found[i];
        const std::string name = models[i]->name == "model" ? "all" : models[i]->name;
        const double neg_elbo = models[i]->use.neg_elbo();
        std::printf("  %-14s %6.2f %11.1f %% %11.1f %% %15.1f %%\n", name.c_str(), neg_elbo,
                    100 * moved, 100 * judged, 100 * probed);
        session.note("moved_" + name, moved);
        session.note("probe_" + name, probed);
        if (name != "all") session.note("judged_" + name, judged);
        if (name != "all" && name != "nobody") session.note("neg_elbo_" + name, neg_elbo);
    }
}

// Read the columns. The bound alone hardly tells the obedient from the deaf: a few nats in 240. The
// second column does without any judge, and the third agrees. Telling the decoder is what counts;
// the encoder that is told as well proposes better. And compare the last two columns of *both nets*
// with those of the CVAE. The second part of (4) ought to vanish and does not: after ten epochs the
// codes of a class still lie off the middle of the bell, where a probe finds them, so that a $z$
// from $\mathcal N(0, I)$ is often a code that this class has never had, and the decoder answers
// with a chimera. A prior that is told goes to where the codes of the class are. It cannot make the
// set of possible models richer, and it makes *this* model better.
//
// ### The same in the plane
//
// With two latent units one can see it. Codes of test images, drawn from $q(z \mid x, c)$:
//
// @figure{planes.png, Codes of 3000 test images, coloured by class. Left, nobody is told: the
// classes share the prior out among them. Middle, the nets are told: tops lie over tops and shoes
// over shoes, though the two still keep apart. Right, the prior is told as well: each class has its
// own (grey: two deviations).}
//
// On the left the *sum* of all classes is to be the bell. In the middle *each* class is to be, and
// is on its way: a point there is meant to be a style, whatever the class. On the right each class
// lives within its own ellipse, and the point itself tells the class again. Both are legitimate. In
// the middle one can exchange the class and hold the code; on the right one has to carry $u = (z -
// m(c)) \odot e^{-l(c)/2}$ over instead, the place within the ellipse.

Plot plane_panel(const char* title, const Cvae& cvae, const Dataset& shown, nn::Random& random) {
    const Array c = one_hot(shown.labels, shown.classes), e = random.normal({shown.size(), 2});
    const Array codes =
        evaluate([&](Variable x, Variable condition,
                     Variable noise) { return cvae.encode(x, condition).sample(noise); },
                 shown.images, c, e);
    Plot plot{{.title = title, .x = "z₁", .y = "z₂", .same_scale = true, .legend = false}};
    return plot.scatter(codes, shown.labels, shown.class_names);
}

// The prior of each class, as the circle of two deviations around its mean.

void add_priors(Plot& plot, const Cvae& cvae) {
    const std::size_t classes = cvae.condition;
    const Array each = one_hot(in_turn(classes, classes), classes);
    const Array m = evaluate([&](Variable c) { return cvae.prior(c).mean; }, each);
    const Array l = evaluate([&](Variable c) { return cvae.prior(c).log_variance; }, each);
    for (std::size_t label = 0; label < classes; ++label) {
        Numbers x, y;
        for (double angle = 0; angle < 6.3; angle += 0.1) {
            x.push_back(m(label, 0) + 2 * std::exp(l(label, 0) / 2) * std::cos(angle));
            y.push_back(m(label, 1) + 2 * std::exp(l(label, 1) / 2) * std::sin(angle));
        }
        plot.contour(x, y);
    }
}

// The middle one can be tried. A style is a place in the plane, and a class is a choice beside it.
//
// @explorer{styles.png, plane_decoder.safetensors, The styles of the first class, decoded at 12 × 12
// Normal quantiles. On the web page of this chapter, choose another class and hold the style.}
//
// To the right shirts are bright, upwards they are narrow. Choose trousers, and it is the same: one
// decoder serves ten classes, and it is cheapest to let a direction mean the same in all of them.
// At the left edge are scraps. Sneakers have their codes there, and shirts have none, so the decoder
// is asked for what it has never seen: in the middle picture above, tops and shoes keep apart.

void offer_the_styles(Session& session, Cvae cvae, const Dataset& data) {
    const std::size_t side = 12, classes = data.classes;
    nn::write_png(session.file("styles.png"),
                  nn::image_grid(decode(cvae, tutorials::normal_plane(side), 0), data.item,
                                 {.columns = side, .gap = 0, .scale = 3}));
    nn::Random random{session.flags.seed};
    const Array z = random.normal({classes, 2}), c = one_hot(in_turn(classes, classes), classes);
    const Array inputs = evaluate(
        [](Variable a, Variable b) {
            return autograd::concat({a, b}, 1);
        },
        z, c);
    std::string names;
    for (const std::string& name : data.class_names) names += (names.empty() ? "" : "\n") + name;
    tutorials::save_decoder(session.file("plane_decoder.safetensors"),
                            nn::parameters(cvae.decoder.net), inputs, decode(cvae, z, c),
                            {{"classes", names}});
}

void planes(Session& session, const nn::TrainTest& data) {
    const Candidate none = train_told(session, data, "plane_nobody", {false, false}, 2);
    const Candidate both =
        train_candidate(session, data, "plane_both", make_cvae(session, data, 2));
    const Candidate prior =
        train_candidate(session, data, "plane_prior", make_cvae(session, data, 2, true));
    nn::Random random{session.flags.seed};
    const Dataset shown = nn::first(data.test, 3000);
    Plot own = plane_panel("also the prior", prior.cvae, shown, random);
    add_priors(own, prior.cvae);
    tutorials::save_plots(session.file("planes.png"),
                          {plane_panel("nobody is told", none.cvae, shown, random),
                           plane_panel("encoder and decoder", both.cvae, shown, random), own},
                          3);
    offer_the_styles(session, both.cvae, shown);
}

// ### Style transfer
//
// Encode an image *with its own label*, hold the style $u$, decode with another label. What
// survives is what the style says: how dark, how wide, how long the sleeves, whether there is a
// pattern.
//
// @figure{style_transfer.png, First row, test images. Second, rebuilt with their own class. Below,
// the same styles with the label of each row.}
//
// Two questions to ask of every transfer: did the class change, and did the style stay? All test
// images, each given another class at random: the judge sees the class that was asked for in
// @result{transfer_judged, .1%} of all cases. For the style take something that can be measured and
// is no label, the amount of ink (the mean grey level). Before and after, it correlates with
// @result{transfer_ink_correlation, .2f}; the mean ink of the two classes alone would account for
// @result{transfer_ink_chance, .2f}.

double ink(const Array& images, std::size_t row) {
    const std::size_t size = images.shape(1);
    double sum = 0;
    for (std::size_t d = 0; d < size; ++d) sum += images(row, d);
    return sum / static_cast<double>(size);
}

Numbers inks(const Array& images) {
    Numbers out(images.shape(0));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = ink(images, i);
    return out;
}

double average(const Numbers& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
           static_cast<double>(numbers.size());
}

double correlation(const Numbers& a, const Numbers& b) {
    const double mean_a = average(a), mean_b = average(b);
    double aa = 0, ab = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / std::sqrt(aa * bb);
}

// The mean ink of the images of each class.

Numbers ink_by_class(const Dataset& data) {
    Numbers out;
    for (std::size_t label = 0; label < data.classes; ++label)
        out.push_back(average(inks(take(data.images, tutorials::members(data.labels, label)))));
    return out;
}

void style_transfer(Session& session, const Cvae& cvae, const Dataset& test,
                    const Classifier& judge) {
    const std::size_t classes = test.classes;
    Indices shown;  // one image of each class
    for (std::size_t label = 0; label < classes; ++label)
        shown.push_back(tutorials::members(test.labels, label).at(1));
    const Array images = take(test.images, shown);
    const Array own = one_hot(in_turn(classes, classes), classes);
    const Array z = encode(cvae, images, own);
    std::vector<NamedImages> rows{{"image", images}, {"rebuilt", decode(cvae, z, own)}};
    for (std::size_t label = 0; label < classes; ++label)
        rows.push_back({test.class_names[label], decode(cvae, z, label)});
    tutorials::save_named_rows(session.file("style_transfer.png"), rows, test.item);

    nn::Random random{session.flags.seed};
    Indices other = test.labels;
    for (std::size_t& label : other) label = (label + 1 + random.below(classes - 1)) % classes;
    const Array moved = decode(cvae, encode(cvae, test.images, one_hot(test.labels, classes)),
                               one_hot(other, classes));
    const Numbers by_class = ink_by_class(test);
    Numbers from, to;
    for (std::size_t i = 0; i < other.size(); ++i) {
        from.push_back(by_class[test.labels[i]]);
        to.push_back(by_class[other[i]]);
    }
    std::puts("\nStyle transfer: every test image, given another class");
    session.result("transfer_judged", judge.accuracy(moved, other));
    session.result("transfer_ink_correlation", correlation(inks(test.images), inks(moved)));
    session.result("transfer_ink_chance", correlation(from, to));
}

// ### Off the road: conditions that nobody trained
//
// A decoder takes any ten numbers. Between two labels it morphs, since it is continuous, though the
// way leads through places where it has never been. Twice a label is a caricature: more T-shirt
// than any T-shirt. With no label at all, the answer is neither an average nor an error but
// nonsense: to forget the condition when sampling is a bug that looks like a badly trained model.
//
// @figure{off_the_road.png, Above, from one label to another in equal steps, three styles each.
// Below, ten styles with the condition forgotten, all zeros, and with twice the label of the first
// class.}

void off_the_road(Session& session, const Cvae& cvae, const Dataset& data) {
    const std::size_t classes = data.classes, steps = 10;
    const Array styles = nn::Random{session.flags.seed}.normal({steps, cvae.latent()});
    std::vector<NamedImages> rows;
    for (const auto& [from, to] :
         {std::pair<std::size_t, std::size_t>{7, 9}, std::pair<std::size_t, std::size_t>{1, 3}}) {
        const Array way = tutorials::walk(one_hot({from}, classes), one_hot({to}, classes), steps);
        for (std::size_t style = 0; style < 3; ++style)
            rows.push_back({style == 0   ? data.class_names[from]
                            : style == 1 ? "to " + data.class_names[to]
                                         : "",
                            decode(cvae, take(styles, Indices(steps, style)), way)});
    }
    const auto all_with = [&](Real strength) {
        return evaluate([&](Variable c) { return strength * c; },
                        one_hot(Indices(steps, 0), classes));
    };
    rows.push_back({"no class", decode(cvae, styles, all_with(0))});
    rows.push_back({"twice " + data.class_names[0], decode(cvae, styles, all_with(2))});
    tutorials::save_named_rows(session.file("off_the_road.png"), rows, data.item);
}

// ### The judge's report, and why it is not enough
//
// Ten thousand samples, a thousand of each class:
//
// @figure{agreement.png, How often the judge finds the right class, for real test images and for
// drawn ones.}
//
// The judge finds the class that was asked for in @result{judge_accuracy_samples, .1%} of the
// samples, and in @result{judge_accuracy_real, .1%} of real images. Drawn ones can be *harder*,
// where the style does not suit the class, and *easier*, where they are more typical than life: a
// decoder averages, and the unusual is averaged out. The extreme case needs no model: hand in the
// mean image of each class, ten pictures, and the judge recognises @result{judged_class_means, .1%}
// of them, although there is nothing but one picture per class. So look at **variety** too: the
// variance among the images of a class is @result{variety_real} per pixel for real ones,
// @result{variety_samples} for drawn ones, and 0 for the means.
//
// A measure that sees both, fidelity and variety, turns the judge around (the *classification
// accuracy score* of Ravuri and Vinyals): **teach** a classifier on the drawn images and test it on
// real ones. What the samples lack, it cannot learn. Taught by 10 000 drawn images it is right on
// @result{taught_by_samples, .1%} of the real test images, taught by 10 000 real ones on
// @result{taught_by_real, .1%}.

double variety_within_classes(const Array& images, const Indices& labels, std::size_t classes) {
    double sum = 0;
    for (std::size_t label = 0; label < classes; ++label)
        sum += tutorials::variety(take(images, tutorials::members(labels, label)));
    return sum / static_cast<double>(classes);
}

Numbers accuracy_by_class(const Classifier& judge, const Dataset& set) {
    const Indices seen = judge.predict(set.images);
    Numbers right(set.classes, 0), count(set.classes, 0);
    for (std::size_t i = 0; i < set.size(); ++i) {
        ++count[set.labels[i]];
        right[set.labels[i]] += seen[i] == set.labels[i];
    }
    for (std::size_t label = 0; label < set.classes; ++label) right[label] /= count[label];
    return right;
}

Array class_means(const Dataset& data) {
    Array out = autograd::full({data.classes, data.images.shape(1)}, 0);
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Array mean = evaluate([](Variable x) { return autograd::mean(x, {0}); },
                                    take(data.images, tutorials::members(data.labels, label)));
        for (std::size_t d = 0; d < mean.size(); ++d) out(label, d) = mean(d);
    }
    return out;
}

void hear_the_judge(Session& session, const Cvae& cvae, const nn::TrainTest& data,
                    const Classifier& judge) {
    const std::size_t classes = data.test.classes, count = session.flags.quick ? 500 : 10000;
    nn::Random random{session.flags.seed};
    Dataset samples = nn::first(data.train, count);
    samples.labels = in_turn(samples.size(), classes);
    samples.images = draw(cvae, one_hot(samples.labels, classes), random);

    std::puts("\nThe judge's report");
    session.result("judge_accuracy_samples", judge.accuracy(samples.images, samples.labels));
    session.result("judged_class_means",
                   judge.accuracy(class_means(data.train), in_turn(classes, classes)));
    session.result("variety_real",
                   variety_within_classes(data.test.images, data.test.labels, classes));
    session.result("variety_samples",
                   variety_within_classes(samples.images, samples.labels, classes));
    Plot{{.x = "class asked for", .y = "judge agrees (fraction)", .y_range = {{0, 1}}}}
        .bars("real", data.test.class_names, accuracy_by_class(judge, data.test))
        .bars("drawn", data.test.class_names, accuracy_by_class(judge, samples))
        .save(session.file("agreement.png"));

    const auto taught = [&](const std::string& name, const Dataset& lessons) {
        const nn::TrainTest both{lessons, data.test};
        const Classifier pupil = train_classifier(session, name, both, {400}, 10, 1e-3);
        session.result(name, pupil.accuracy(data.test.images, data.test.labels));
    };
    taught("taught_by_samples", samples);
    taught("taught_by_real", nn::first(data.train, count));
}

// ### The model as a classifier
//
// Bayes' rule turns $p(x \mid c)$ around: $p(c \mid x) \propto p(x \mid c)\, p(c)$. So compute the
// bound (2) of an image under each of the ten labels and take the label that explains it best. It
// was never trained to classify and is right on @result{bayes_accuracy, .1%} of the test images.
// The few nats of (3) are all it has to tell them by. (With few labels this is the beginning of
// semi-supervised learning.)

Variable bounds_by_class(const Cvae& cvae, Variable x, nn::Random& random) {
    const std::size_t count = x.shape()[0], classes = cvae.condition;
    const Variable noise = nn::standard_normal(x.tape(), {count, cvae.latent()}, random);
    std::vector<Variable> columns;
    for (std::size_t label = 0; label < classes; ++label) {
        const Variable c = x.tape().constant(one_hot(Indices(count, label), classes));
        const nn::Normal q = cvae.encode(x, c);
        const Variable bound =
            cvae.log_likelihood(x, q.sample(noise), c) - nn::kl(q, cvae.prior(c));
        columns.push_back(reshape(bound, {count, 1}));
    }
    return autograd::concat(columns, 1);  // (B, classes)
}

void classify_by_bayes(Session& session, const Cvae& cvae, const Dataset& test) {
    nn::Random random{session.flags.seed};
    const Array bounds =
        map_rows(test.images, [&](Variable x) { return bounds_by_class(cvae, x, random); });
    double right = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
        const Real* row = bounds.data() + i * test.classes;
        right += static_cast<std::size_t>(std::max_element(row, row + test.classes) - row) ==
                 test.labels[i];
    }
    std::puts("\nWhich label explains the image best?");
    session.result("bayes_accuracy", right / static_cast<double>(test.size()));
}

// ### An attribute as a number
//
// A condition need not be a class. Join one more number: the ink of the image, scaled to mean 0 and
// deviation 1 over the training images. Nobody labelled it; any function of an image will do.
//
// @figure{ink.png, Each row one class and one code, held; from left to right, ink is asked for that
// 5 to 95 % of the real images of the class stay below.}
//
// @figure{ink_obeyed.png, Left, requests as they occur (class and ink of test images, code from the
// prior) and what was drawn. Right, requests beyond what the class has; the coloured part is where
// 90 % of its training images are.}
//
// Asked for class and ink as they occur together in test images, the drawings miss the ink by
// @result{ink_error} on average; drawings that are told the class only would miss it by
// @result{ink_error_class_only}. Beyond the range of the data the request is still understood for a
// while, and then it is not: **a condition can be trusted where there were training images that had
// it**.

struct Scale {
    double mean, deviation;
};

Scale ink_scale(const Dataset& data) {
    const Numbers all = inks(data.images);
    const double mean = average(all);
    double squares = 0;
    for (const double value : all) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / static_cast<double>(all.size()))};
}

Array class_and_ink(const Indices& labels, const Numbers& values, std::size_t classes,
                    Scale scale) {
    Array out = one_hot(labels, classes + 1);
    for (std::size_t i = 0; i < labels.size(); ++i)
        out(i, classes) = static_cast<Real>((values[i] - scale.mean) / scale.deviation);
    return out;
}

double quantile(Numbers values, double p) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

Numbers ink_of_class(const Dataset& data, std::size_t label) {
    return inks(take(data.images, tutorials::members(data.labels, label)));
}

Cvae train_on_ink(Session& session, const nn::TrainTest& data, Scale scale, std::size_t epochs) {
    nn::Random random{session.flags.seed};
    const std::size_t classes = data.train.classes;
    Cvae cvae{{.vae = {.input = data.train.images.shape(1)}, .condition = classes + 1}, random};
    train(session, data, cvae, random, {.epochs = epochs, .name = "ink"},
          [&](Tape& tape, const nn::Batch& batch) {
              const Array c = class_and_ink(batch.labels, inks(batch.images), classes, scale);
              return minus(cvae.elbo(tape.constant(batch.images), tape.constant(c), random));
          });
    report(cvae, data.test.images,
           class_and_ink(data.test.labels, inks(data.test.images), classes, scale), random);
    return cvae;
}

void save_ink_rows(Session& session, const Cvae& cvae, const Dataset& data, Scale scale) {
    const std::size_t steps = 10;
    nn::Random random{session.flags.seed};
    std::vector<NamedImages> rows;
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Numbers real = ink_of_class(data, label);
        Numbers asked;
        for (std::size_t i = 0; i < steps; ++i)
            asked.push_back(quantile(real, 0.05 + 0.1 * static_cast<double>(i)));
        const Array z = take(random.normal({1, cvae.latent()}), Indices(steps, 0));
        rows.push_back(
            {data.class_names[label],
             decode(cvae, z, class_and_ink(Indices(steps, label), asked, data.classes, scale))});
    }
    tutorials::save_named_rows(session.file("ink.png"), rows, data.item);
}

// Ink that is drawn, averaged over some codes, when a class is asked for with more and more of it.

Numbers ink_drawn(const Cvae& cvae, std::size_t label, const Numbers& asked, Scale scale,
                  nn::Random& random) {
    Numbers out;
    for (const double value : asked) {
        const std::size_t draws = 50;
        const Array c =
            class_and_ink(Indices(draws, label), Numbers(draws, value), cvae.condition - 1, scale);
        out.push_back(average(inks(draw(cvae, c, random))));
    }
    return out;
}

Numbers steps_between(double from, double to, std::size_t steps) {
    Numbers out;
    for (std::size_t i = 0; i <= steps; ++i)
        out.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(steps));
    return out;
}

void ask_for_ink(Session& session, const nn::TrainTest& data) {
    const Scale scale = ink_scale(data.train);
    const Cvae cvae =
        train_on_ink(session, data, scale, std::max<std::size_t>(1, session.flags.epochs / 2));
    save_ink_rows(session, cvae, data.train, scale);

    nn::Random random{session.flags.seed};
    const std::size_t classes = data.test.classes;
    const Numbers asked = inks(data.test.images);
    const Numbers got =
        inks(draw(cvae, class_and_ink(data.test.labels, asked, classes, scale), random));
    const Numbers by_class = ink_by_class(data.train);
    double error = 0, class_only = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        error += std::abs(asked[i] - got[i]) / static_cast<double>(asked.size());
        class_only +=
            std::abs(asked[i] - by_class[data.test.labels[i]]) / static_cast<double>(asked.size());
    }
    std::puts("\nInk asked for and ink drawn, mean absolute difference (0 to 1)");
    session.result("ink_error", error);
    session.result("ink_error_class_only", class_only);

    const std::size_t shown = std::min<std::size_t>(1500, asked.size());
    Plot obeyed{{.title = "requests as they occur",
                 .x = "ink asked for",
                 .y = "ink drawn",
                 .legend = false}};
    obeyed.contour({0, 0.8}, {0, 0.8});
    Array points = autograd::full({shown, 2}, 0);
    for (std::size_t i = 0; i < shown; ++i) {
        points(i, 0) = static_cast<Real>(asked[i]);
        points(i, 1) = static_cast<Real>(got[i]);
    }
    obeyed.scatter(points, nn::first(data.test, shown).labels, data.test.class_names);
    Plot beyond{{.title = "requests beyond the data", .x = "ink asked for", .y = "ink drawn"}};
    beyond.contour({0, 0.8}, {0, 0.8});
    for (const std::size_t label : {1, 2, 5}) {
        const Numbers real = ink_of_class(data.train, label);
        const Numbers wide = steps_between(0, 0.8, 30);
        const Numbers within = steps_between(quantile(real, 0.05), quantile(real, 0.95), 8);
        beyond.contour(wide, ink_drawn(cvae, label, wide, scale, random));
        beyond.line(data.test.class_names[label], within,
                    ink_drawn(cvae, label, within, scale, random));
    }
    tutorials::save_plots(session.file("ink_obeyed.png"), {obeyed, beyond}, 2);
}

// ### The condition is most of the image
//
// Now let $c$ be the pixels that can be seen and $x$ those that cannot. Same class, other numbers:
// with a quarter missing, `input` is 196 and `condition` 588. This is **completion** (inpainting),
// and it shows what a latent variable is for. A net without one, trained to predict the missing
// pixels from the visible ones, can give a *single guess*; where several continuations are possible
// it draws their mean. The CVAE first draws *which* continuation. Here the prior is told, too: what
// is seen says which codes are likely.

struct Mask {
    Indices visible, hidden;  // pixel numbers
};

// One quarter hidden, the lower right one; or all but the upper left one.

Mask hide(const Dataset& data, bool most) {
    Mask mask;
    const std::size_t rows = data.item[0], columns = data.item[1];
    for (std::size_t d = 0; d < rows * columns; ++d) {
        const bool lower = d / columns >= rows / 2, right = d % columns >= columns / 2;
        ((most ? lower || right : lower && right) ? mask.hidden : mask.visible).push_back(d);
    }
    return mask;
}

Array pixels_at(const Array& images, const Indices& which) {
    Array out = autograd::full({images.shape(0), which.size()}, 0);
    for (std::size_t i = 0; i < images.shape(0); ++i)
        for (std::size_t d = 0; d < which.size(); ++d) out(i, d) = images(i, which[d]);
    return out;
}

// Whole images again, from the visible pixels of some and hidden pixels from elsewhere.

Array completed(const Array& images, const Array& hidden, const Mask& mask) {
    Array out = images;
    for (std::size_t i = 0; i < images.shape(0); ++i)
        for (std::size_t d = 0; d < mask.hidden.size(); ++d) out(i, mask.hidden[d]) = hidden(i, d);
    return out;
}

Cvae train_completion(Session& session, const nn::TrainTest& data, const Mask& mask,
                      const std::string& name, std::size_t epochs) {
    nn::Random random{session.flags.seed};
    Cvae cvae{{.vae = {.input = mask.hidden.size()},
               .condition = mask.visible.size(),
               .learn_prior = true},
              random};
    train(session, data, cvae, random, {.epochs = epochs, .name = name},
          [&](Tape& tape, const nn::Batch& batch) {
              const Variable x = tape.constant(pixels_at(batch.images, mask.hidden));
              const Variable c = tape.constant(pixels_at(batch.images, mask.visible));
              return minus(cvae.elbo(x, c, random));
          });
    return cvae;
}

// The rival, one hidden layer of the same width and a Bernoulli for each missing pixel.

nn::Sequential train_guess(Session& session, const nn::TrainTest& data, const Mask& mask,
                           const std::string& name, std::size_t epochs) {
    nn::Random random{session.flags.seed};
    nn::Sequential net =
        nn::mlp({mask.visible.size(), 400, mask.hidden.size()}, autograd::relu, random);
    train(session, data, net, random, {.epochs = epochs, .name = name},
          [&](Tape& tape, const nn::Batch& batch) -> Cost {
              const Variable logits = net(tape.constant(pixels_at(batch.images, mask.visible)));
              const Variable loss =
                  nn::bernoulli_loss(logits, tape.constant(pixels_at(batch.images, mask.hidden)));
              return {loss, {{"nats", loss.item()}}};
          });
    return net;
}

// @figure{completion.png, The lower right quarter is missing: what can be seen, the single guess,
// four draws of the CVAE, the truth.}
//
// @figure{completion_most.png, The same with three quarters missing, which leaves much more to be
// decided.}
//
// Garments are nearly symmetric, so a missing quarter leaves little to be decided: the single guess
// pays @result{guess_neg_log_likelihood, .1f} nats for the missing pixels of a test image, the CVAE
// at most @result{completion_neg_elbo, .1f}. With three quarters missing it is
// @result{guess_most_neg_log_likelihood, .1f} against @result{completion_most_neg_elbo, .1f}, and
// the KL, which measures what the visible part left open, is @result{completion_most_kl, .2f} nats
// instead of @result{completion_kl, .2f}. The draws differ from each other and agree within
// themselves: two sleeves of a kind, a sole that goes on as it began. Where nothing but black can
// be seen, they range from a sandal to a boot. The guess hedges.

void complete(Session& session, const nn::TrainTest& data, bool most) {
    const std::string ending = most ? "_most" : "";
    const std::size_t epochs = std::max<std::size_t>(1, session.flags.epochs / 2);
    const Mask mask = hide(data.train, most);
    const nn::Sequential guess = train_guess(session, data, mask, "guess" + ending, epochs);
    const Cvae cvae = train_completion(session, data, mask, "completion" + ending, epochs);

    nn::Random random{session.flags.seed};
    const Array hidden = pixels_at(data.test.images, mask.hidden),
                visible = pixels_at(data.test.images, mask.visible);
    const auto use = report(cvae, hidden, visible, random);
    const double single = measure(
        [&](Variable c, Variable x) { return nn::bernoulli_loss(guess(c), x); }, visible, hidden);
    session.result("guess" + ending + "_neg_log_likelihood", single);
    session.result("completion" + ending + "_neg_elbo", use.neg_elbo());
    session.result("completion" + ending + "_kl", use.kl);

    const Array images = nn::first(data.test, 14).images;
    const Array seen = pixels_at(images, mask.visible);
    const auto with = [&](const Array& pixels) { return completed(images, pixels, mask); };
    std::vector<NamedImages> rows{
        {"seen", with(autograd::full({images.shape(0), mask.hidden.size()}, Real(0.5)))},
        {"one guess", with(evaluate([&](Variable c) { return sigmoid(guess(c)); }, seen))}};
    for (const char* name : {"draw 1", "draw 2", "draw 3", "draw 4"})
        rows.push_back({name, with(draw(cvae, seen, random))});
    rows.push_back({"truth", images});
    tutorials::save_named_rows(session.file("completion" + ending + ".png"), rows, data.test.item);
}

// ### The whole of it

void draw_diagram(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "784 pixels"});
    const auto encoder = diagram.box(3, 0, {"encoder", "q(z | x, c)"});
    const auto z = diagram.box(6, 0, {"code z", "20 numbers"});
    const auto decoder = diagram.box(9, 0, {"decoder", "p(x | z, c)"});
    const auto r = diagram.box(12, 0, {"reconstruction", "784 pixels"});
    const auto c = diagram.box(6, -1.7, {"condition c", "10 numbers"});
    diagram.arrow(x, encoder);
    diagram.arrow(encoder, z);
    diagram.arrow(z, decoder);
    diagram.arrow(decoder, r);
    diagram.arrow(c, encoder);
    diagram.arrow(c, decoder);
    diagram.save(session.file("diagram.png"));
}

void lesson(Session& session) {
    const nn::TrainTest data = session.load_data();
    autograd::require(data.test.classes >= 10, "[08_cvae] expected ten classes, got ",
                      data.test.classes);
    draw_diagram(session);
    const Classifier judge = train_judge(session, data);

    const Candidate nobody = train_told(session, data, "nobody", {false, false});
    const Candidate encoder = train_told(session, data, "encoder", {true, false});
    save_grid(session, "encoder_only.png", encoder.cvae, data.test);

    const Candidate all =
        train_candidate(session, data, "model", make_cvae(session, data, 20, true));
    save_grid(session, "grid.png", all.cvae, data.test);
    compare_training(session, nobody, all);

    const Candidate decoder = train_told(session, data, "decoder", {false, true});
    const Candidate both = train_told(session, data, "both", {true, true});
    const Candidate shifted = train_with_shifted_labels(session, data);
    print_obedience(session, data, judge, {&nobody, &encoder, &decoder, &both, &all, &shifted});
    planes(session, data);

    style_transfer(session, all.cvae, data.test, judge);
    off_the_road(session, all.cvae, data.test);
    hear_the_judge(session, all.cvae, data, judge);
    classify_by_bayes(session, all.cvae, data.test);
    ask_for_ink(session, data);
    complete(session, data, false);
    complete(session, data, true);
    std::printf("\nThe CVAE: %s\n", models::verdict(all.use).c_str());
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "08_cvae", .title = "The conditional VAE"}, lesson);
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
//   condition: what the comparison of this chapter rests on.
// - *for one class a CVAE is a VAE with other biases*: built by hand, weight by weight, with and
//   without hidden layers. A condition that is missing in the encoder, in the decoder, or in one of
//   the functions that use them: it fails.
// - *the KL is from the prior of the condition, as a sample of both densities says*, with a fixed
//   prior and with a learned one.
// - *the bound lies below ln p(x | c), computed by quadrature*: one latent unit.
// - *what the condition says, the code need not say*: three images, three classes; after training
//   the KL is 0 and each class draws its image.
// - *the gradient of the conditional bound is right, noise frozen*: all likelihoods and priors,
//   one-hot and continuous conditions.
// - *conditions that make no sense are refused in one line*: a class that does not exist, a
//   condition of the wrong width.
//
// ## Run it
//
// ```sh
// build/tutorials/08_cvae
// ```
//
// It takes @result{seconds} seconds, at @result{train_images_per_second} images per second for the
// CVAE. `--quick` exercises every line in a few seconds and shows nothing worth looking at;
// `--seed 2` is another draw of everything; with `--data glyphs` the classes are drawn signs and no
// data set is needed (the numbers below are for Fashion-MNIST).
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// The first is the number of chapter 7, from an independent program with the same protocol. The
// second is ours, and so are the last two.
//
// ## Read the result
//
// Begin with the table of who is told. Two rows have nearly the same bound as the VAE and look like
// success in a training log: *the encoder* and *wrong labels*. A log that prints the loss only
// cannot distinguish them from the CVAE by more than the noise of a bad seed. The column *class
// moves* takes a second to compute and needs neither labels nor judge.
//
// Then look at the first figure by columns. Is a dark, broad thing dark and broad in each row? If
// the columns are random, the code carries the class and fights with the condition.
//
// Then hold judge and variety against each other. Agreement alone rewards the model that draws one
// perfect boot a thousand times.
//
// Last, other seeds. The settings of this chapter were found by trials with seed 1.
//
// | seed | $-$ELBO without labels | with labels | judge right on real images | judge agrees with samples |
// |---|---|---|---|---|
// | 1 | @result{test_neg_elbo_unconditional, .2f} | @result{test_neg_elbo, .2f} | @result{judge_accuracy_real, .1%} | @result{judge_accuracy_samples, .1%} |
// | 2 | @result{seed_2/test_neg_elbo_unconditional, .2f} | @result{seed_2/test_neg_elbo, .2f} | @result{seed_2/judge_accuracy_real, .1%} | @result{seed_2/judge_accuracy_samples, .1%} |
// | 3 | @result{seed_3/test_neg_elbo_unconditional, .2f} | @result{seed_3/test_neg_elbo, .2f} | @result{seed_3/judge_accuracy_real, .1%} | @result{seed_3/judge_accuracy_samples, .1%} |
//
// ## What goes wrong
//
// | symptom | likely bug | what catches it |
// |---|---|---|
// | all rows of the grid are equal | the decoder is not told | *for one class a CVAE is a VAE with other biases*; class moves 0 % |
// | all rows of the grid are equal, though the decoder is told | labels and images in different order | class moves 0 %; look at ten images with their labels before training |
// | training is fine, samples are rubbish | the condition forgotten, or scaled otherwise, when sampling | *what the condition says, the code need not say* |
// | the right class, but columns are random | the encoder is not told, or the KL weight is too small: $q(z \mid c)$ is not the prior | the probe on the code |
// | samples of a class show other classes as well | $z$ drawn from $\mathcal N(0, I)$ although the prior was learned | *the KL is from the prior of the condition ...*; use `Cvae::sample` |
// | the bound is better by far more than $\ln 10$ | the condition contains the image (a label made from pixels, a test label from a classifier) | compare with $H(c)$ |
// | one class is drawn badly | it is rare: its column of $W_c$ had few steps | agreement by class, not on average |
// | `[one_hot] expected a class below 10, got 10` | labels count from 1 | that line |
// | every draw of a completion is the same | the decoder needs no code: the condition decides everything, or the KL has collapsed | KL and active units: chapter 10 |
//
// ## What one does with it
//
// - **Draw on demand**, also to fill up rare classes; but see what *taught by samples* reached
//   before you replace data by drawings.
// - **Edit**: hold the style, change the class or an attribute; the other way round, keep the class
//   and vary the style.
// - **Complete** missing parts, with several proposals instead of one average. The same model
//   predicts anything structured from anything else: a segmentation from an image, a depth from a
//   photograph, the next frame from the last.
// - **Remove** what is known: a code that has forgotten the class (or the scanner, the hospital,
//   the speaker) is what is left after this influence; batch effects in gene expression are taken
//   out so.
// - **Classify**, by asking which condition explains the image best.
//
// ## Possibilities for extension
//
// - Few labels: sum the bound over the ten possible labels of an unlabelled image, weighted by a
//   classifier that is trained along (Kingma and others 2014).
// - Tell every layer, not only the first: FiLM layers scale and shift hidden units by functions of
//   $c$.
// - Drop the condition at random during training, so that one net draws with and without it.
//   Diffusion models mix the two answers to obey more than the data do (*classifier-free
//   guidance*).
// - A latent unit for the class itself that nobody labelled: chapter 9 hopes for units with a
//   meaning.
//
// ## Exercises
//
// 1. **Forget the condition when sampling.** In `draw`, hand the decoder zeros. What does the judge
//    say, and which class is drawn most? *Hint:* the last rows of *off the road*; the zeros leave
//    the biases, which were trained for no class in particular.
// 2. **How many labels are needed?** Replace all but 1000 training labels by a random one. *Hint:*
//    in the lambda of `train_told`, from `batch.indices`. Where does *class moves* go to 0?
// 3. **Free bits for the class.** Train with a KL weight of 0.1 and of 10 (`value(beta)`) and plot
//    the probe against the agreement. *Hint:* with (4), think which part of the KL pays for what.
// 4. **Two attributes.** Join the width of the garment (columns with any ink) to class and ink.
//    Which pairs can be asked for independently? *Hint:* their correlation within a class.
// 5. **Show that the learned prior adds nothing** to the set of models $p(x \mid c)$: write down a
//    CVAE with $p(z) = \mathcal N(0, I)$ that equals a given one with $m(c), l(c)$. Why does
//    training find something else all the same? *Hint:* the decoder has to *learn* the product
//    $e^{l(c)/2} \odot u$; adding $m(c)$ is easy.
// 6. **Carry the wrong thing over.** In style transfer with the main model, hold $z$ instead of
//    $u$. *Hint:* decode the means of `Cvae::encode` with `Cvae::decode`, without a prior in
//    between.
//
// ## Where the real code differs
//
// - Most programs embed the label (`nn.Embedding` in PyTorch) and join the embedding; with a first
//   linear layer this is the same function as one-hot, with a detour through more weights.
// - Some join $c$ to the decoder only. By the table above this works; the proposal is a little
//   worse, for it has to find out what it could have been told.
// - Sohn, Lee and Yan let prior and decoder see the condition through deep nets, start the decoder
//   from the single guess, and train partly on samples from the prior so that training resembles
//   use.
// - First weights of 0 on the condition are a choice of this chapter, for the sake of the
//   comparison. Programs that join the inputs draw all weights at random, which does as well.
//
// **Naming traps.** *CVAE* is conditional here and in most papers; TensorFlow's tutorial
// "Convolutional Variational Autoencoder" calls its class `CVAE` and has no condition anywhere.
// *Conditional prior* means $p(z \mid c)$ here; in a hierarchical VAE it is $p(z_1 \mid z_2)$.
// *Controlled* or *guided* generation is the same wish, often with other means. The *classification
// accuracy score* is not the accuracy of a judge on samples but of a pupil on real images.
//
// ## Further reading
//
// - K. Sohn, H. Lee, X. Yan, *Learning Structured Output Representation using Deep Conditional
//   Generative Models*, NeurIPS 2015: the CVAE, with a learned prior, and completion of quadrants.
// - D. P. Kingma, D. J. Rezende, S. Mohamed, M. Welling, *Semi-supervised Learning with Deep
//   Generative Models*, NeurIPS 2014: labels as latent variables when they are missing, and the
//   figure of classes by styles.
// - X. Yan, J. Yang, K. Sohn, H. Lee, *Attribute2Image: Conditional Image Generation from Visual
//   Attributes*, ECCV 2016.
// - M. D. Hoffman, M. J. Johnson, *ELBO surgery: yet another way to carve up the variational
//   evidence lower bound*, NeurIPS workshop on advances in approximate Bayesian inference 2016:
//   equation (4) without condition.
// - S. Ravuri, O. Vinyals, *Classification Accuracy Score for Conditional Generative Models*,
//   NeurIPS 2019.
// - E. Perez, F. Strub, H. de Vries, V. Dumoulin, A. Courville, *FiLM: Visual Reasoning with a
//   General Conditioning Layer*, AAAI 2018. J. Ho, T. Salimans, *Classifier-Free Diffusion
//   Guidance*, arXiv:2207.12598 (2022).
// - R. Lopez, J. Regier, M. B. Cole, M. I. Jordan, N. Yosef, *Deep generative modeling for
//   single-cell transcriptomics*, Nature Methods 15 (2018): batch effects as a condition.
