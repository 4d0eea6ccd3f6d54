// ---
// title: A gallery of bugs
// builds_on: 05_sparse, 08_cvae, 10_hierarchical_vae
// leads_to:
// tooltip: Seventeen real mistakes, each beside the right program and the test that catches it.
// minutes: 1
// keywords: debugging, reduction, KL weight, gradient check, invariants, posterior collapse, data leak
// ---
//
// ## What you will be able to do
//
// - Recognise seventeen bugs by the curve or the picture they make.
// - Say of each why the loss goes down all the same, and which measurement would have told.
// - Choose, for a loss or a layer of your own, the one test that its likely bug cannot pass.
//
// **Predict first.** In a variational autoencoder, somebody averages the reconstruction over the
// 784 pixels and sums the KL over the units. The gradient check passes, the loss falls smoothly,
// and training ends without a warning. What do the reconstructions look like? Decide before you
// scroll to *pixel_mean*.
//
// ## The idea in one figure
//
// @figure{idea.png, What six programs report while they train the same VAE on the same images: each
// its own loss, on its own scale. One of the six is right.}
//
// A bug in ordinary code stops the program or gives an absurd answer. A bug in a learning program
// is *learnt around*: gradient descent minimises whatever it is given, and every curve in the
// figure falls. (D is the right one. Nothing in the figure says so; C alone gives itself away, to
// those who know that nats per image are in the hundreds.) Reading the code again seldom helps
// either, for one reads what one meant. What helps is to know what a wrong line *does*, and to have
// a test that it cannot pass.
//
// This chapter is a gallery to walk through. Each exhibit is two programs that differ in one line;
// that line is marked `WRONG`.
//
// | `--bug` | the wrong line | what you see | the test that catches it |
// |---|---|---|---|
// | `counted_twice` | gradients handed on before they are complete | gradients that explode with depth | *an intermediate result hands its gradient on once, when it is complete* |
// | `deaf_pullback` | a pullback ignores the incoming gradient | the loss stops at the mean picture | *the gradient of every operation is that of central differences* |
// | `last_row` | the gradient of what was broadcast is not summed | a bias that jumps about | *a column times a row: each gradient is summed over what was broadcast* |
// | `pixel_mean` | reconstruction averaged over pixels, KL summed | one picture for all images, KL 0 | *both parts of the bound are sums over dimensions, averaged over the batch* |
// | `unit_mean` | KL averaged over units | codes wider than the prior, KL too high | the same |
// | `batch_over_n` | KL weighted by batch / N | sharp reconstructions, ghosts for samples | *the bound is minus reconstruction minus beta times KL* |
// | `beta_unused` | β stored and never used | results that do not depend on β, to the last bit | the same |
// | `kl_sign` | KL subtracted from the loss | the loss falls without end | the same |
// | `log_sigma` | ln σ² taken for ln σ where z is drawn | a bound above the likelihood | *both parts of the bound are sums ...*, *the bound lies below the evidence ...* |
// | `one_layer` | one layer for mean and log variance | μ = ln σ², a poor bound | *mean and log variance have layers of their own, and the bound reaches both* |
// | `ladder_prior` | every level's KL taken to N(0, I) | a top level that says nothing | *on a Gaussian chain the KL of each level is the information that it carries* |
// | `no_condition` | sampling without the condition | one mixed class, whatever was asked for | *what the condition says, the code need not say* |
// | `per_example` | sparsity asked of every example | no unit is ever fully on | *units may take turns: only their means over the batch are priced* |
// | `half_kl` | the 1 − ρ half of the Bernoulli KL missing | units that are on for everything | *the KL between coins is zero at rho and has the values of paper and pencil* |
// | `no_noise` | z = μ at evaluation | test better than training | *the reconstruction is paid for codes that are drawn, not for the mean of the proposal* |
// | `leak` | test images in training | no gap between training and test | *no drawn test image is among those to learn from, and every grey level is a pixel's*, *first() and last() divide a set between them* |
// | `out_of_range` | pixels outside [0, 1] | a loss below zero, stencils for pictures | *a folder with the four files of MNIST is read, grey levels as byte / 255* |
//
// ## The mathematics
//
// ### Four places for a bug
//
// A program that learns computes four things, and a bug in each of them is caught by another kind
// of test.
//
// - **The gradient** $\bar w$ of the loss it has. A wrong pullback is found by comparing with
//   something that is not a pullback: differences, $\frac{f(w+h) - f(w-h)}{2h}$, with a random
//   cotangent (chapter 1).
// - **The objective.** A gradient check is no use here: the gradient of the wrong objective is
//   right. What helps is a second computation of the *value*, by plain loops or on paper, and the
//   **symmetries** that the right value has: it does not change when the batch is repeated, it
//   doubles when every pixel is there twice, it is zero where $q = p$.
// - **The estimate** that is reported. Inequalities catch it: a bound lies below what it bounds,
//   importance weighting rises with $K$, nobody is below the entropy of the data.
// - **The wiring**: which data, which layer, which condition. Neither gradient nor value is wrong
//   as such. What helps is to ask what depends on what: does every parameter get a gradient, does
//   the output change when this input changes, are these two sets disjoint?
//
// ### Most objective bugs are a β
//
// Divide the reconstruction $R$ by $c_R$ and the KL by $c_K$. Then
// $$ \frac{R}{c_R} + \frac{\mathrm{KL}}{c_K}
//    = \frac1{c_R} \Bigl( R + \frac{c_R}{c_K}\, \mathrm{KL} \Bigr) , \tag{1} $$
// and a factor in front of everything does not move a minimum. So the program trains, correctly, a
// β-VAE (chapter 9) with
// $$ \beta = c_R / c_K . $$
// That is why nothing looks broken. With 784 pixels, $K$ units, $N$ training images and batches of
// $B$: the averaged pixels are $\beta = 784$, the averaged units $\beta = 1/K$, the batch over $N$
// is $\beta = B/N$.
//
// | symbol | C++ |
// |---|---|
// | $R$, $\mathrm{KL}$ | `Elbo::reconstruction`, `Elbo::kl` |
// | $\mu$, $\lambda = \ln \sigma^2$ | `Normal::mean`, `Normal::log_variance` |
// | $\beta$ | the argument of `Elbo::value` |
// | $q(z_l \mid \dots)$, $p(z_l \mid z_{l+1})$ | `LatentLevel::posterior`, `LatentLevel::prior` |
// | $\rho$, $\hat\rho_j$ | `rho`, the mean of `code` over the batch |
// | right and wrong | `wrong ? ... : ...` |
//
// > **Reduction.** Every number below that is called a loss, a reconstruction or a KL is in nats
// > per image: summed over dimensions, averaged over images. The wrong programs minimise what they
// > minimise, but they are *judged* by the same honest measures as the right ones.
//
// ## The program

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/sparse.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

using autograd::Array;
using autograd::Indices;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;
using models::Vae;
using nn::Dataset;
using nn::map_rows;
using nn::mean_over_rows;
using tutorials::Plot;
using tutorials::Session;

namespace {

using Numbers = Plot::Numbers;

constexpr std::size_t units = 10;  // of every code
constexpr std::size_t shown = 14;  // pictures in a row

// ### How an exhibit is made
//
// Two numbers that tell the programs apart, and a figure: the right program at the left or above,
// the wrong one at the right or below.

struct Exhibit {
    std::string measure;  // what the two numbers are, with the unit
    double right = 0, wrong = 0;
    std::vector<Plot> plots = {};                       // right and wrong,
    std::vector<tutorials::NamedImages> pictures = {};  // or rows of pictures

    double& number(bool is_wrong) { return is_wrong ? wrong : right; }
};

struct Run {
    Vae vae;
    nn::History history;
    double images_per_second;
};

struct Gallery {
    Session& session;
    nn::TrainTest data;                    // few images: a bug needs no more room
    std::map<std::string, Run> runs = {};  // the VAEs that are trained already

    std::uint64_t seed() const { return session.flags.seed; }
    std::size_t pixels() const { return data.train.images.shape(1); }
};

Plot panel(bool wrong, tutorials::PlotSettings settings) {
    settings.title = wrong ? "wrong" : "right";
    return Plot{std::move(settings)};
}

// The loop is that of every chapter. All nets are small, and see @result{training_images} images
// @result{epochs} times.

template <class Module, class Loss>
nn::History train(Gallery& gallery, nn::TrainingSettings settings, Module& module,
                  const Dataset& data, nn::Random& random, const Loss& loss,
                  const nn::Training::Evaluation& test = {}, double* images_per_second = nullptr) {
    const tutorials::Flags& flags = gallery.session.flags;
    settings.folder = flags.out;
    settings.resume = flags.resume;
    settings.quiet = true;
    nn::Adam adam{module, {.learning_rate = Real(flags.learning_rate)}};
    nn::Batches batches{data, std::min(flags.batch, data.size())};
    Tape tape;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable l = loss(tape.constant(batch.images), batch);
        adam.step(tape.backward(l));
        return {{"loss", l.item()}};
    };
    nn::Training training{std::move(settings), module, adam, random};
    training.run(batches, step, test);
    if (images_per_second) *images_per_second = training.images_per_second();
    return training.history();
}

double last(const nn::History& history, const std::string& column) {
    return history.column(column).back();
}

// Most exhibits are of one VAE, 784-200-10, that is trained with this or that loss. `wrong` chooses
// between two lines inside the loss.

using VaeLoss = std::function<Variable(const Vae&, Variable x, Variable noise, bool wrong)>;

Variable bound(const Vae& vae, Variable x, Variable noise, bool) {
    return -vae.elbo(x, noise).value();
}

// What a VAE reports on a set of images has two lines as well. That is an exhibit of its own,
// *no_noise*, further down; all others are judged with `wrong` = false.

double reported(const Vae& vae, const Array& images, nn::Random& random, bool wrong) {
    return mean_over_rows(images, [&](Variable x) {
        const nn::Normal q = vae.encode(x);
        const Variable noise = nn::standard_normal(x.tape(), q.mean.shape(), random);
        const Variable z = wrong ? q.mean  // WRONG: the bound is an expectation over q
                                 : q.sample(noise);
        return nn::kl_to_standard_normal(q) - vae.log_likelihood(x, z);
    });
}

const Run& train_vae(Gallery& gallery, const std::string& name, const VaeLoss& loss, bool wrong) {
    const auto found = gallery.runs.find(name);
    if (found != gallery.runs.end()) return found->second;

    nn::Random random{gallery.seed()};
    Vae vae{{.input = gallery.pixels(), .hidden = {200}, .latent = units}, random};
    const Array& images = gallery.data.test.images;
    const auto minimised = [&](Variable x, const nn::Batch& batch) {
        const Variable noise = nn::standard_normal(x.tape(), {batch.size(), units}, random);
        return loss(vae, x, noise, wrong);
    };
    const auto kl = [&](Variable x) { return nn::kl_to_standard_normal(vae.encode(x)); };
    const auto test = [&]() -> nn::Metrics {
        return {{"neg_elbo", reported(vae, images, random, false)},
                {"neg_elbo_at_mean", reported(vae, images, random, true)},
                {"kl", mean_over_rows(images, kl)}};
    };
    double rate = 0;
    const nn::History history =
        train(gallery, {.epochs = gallery.session.flags.epochs, .name = name}, vae,
              gallery.data.train, random, minimised, test, &rate);
    return gallery.runs.emplace(name, Run{std::move(vae), history, rate}).first->second;
}

// Something to compare with: the mean picture of the training images, given as the answer for every
// test image. It is the best that can be said without looking, and costs @result{mean_picture}
// nats.

double mean_picture(const Gallery& gallery) {
    const auto mean_of = [](const Array& images, std::size_t d) {
        double total = 0;
        for (std::size_t i = 0; i < images.shape(0); ++i) total += double{images(i, d)};
        return total / static_cast<double>(images.shape(0));
    };
    double nats = 0;
    for (std::size_t d = 0; d < gallery.pixels(); ++d) {
        const double p = std::clamp(mean_of(gallery.data.train.images, d), 1e-6, 1 - 1e-6);
        const double x = mean_of(gallery.data.test.images, d);
        nats -= x * std::log(p) + (1 - x) * std::log(1 - p);
    }
    return nats;
}

// The right line is the same in all of these exhibits, the library's bound, so the right program is
// trained once. Before an exhibit borrows it, it has to show that with `wrong` = false it computes
// that bound.

const Run& right_run(Gallery& gallery) { return train_vae(gallery, "model", bound, false); }

double mean_loss(const VaeLoss& loss, bool wrong, const Vae& vae, const Array& images) {
    nn::Random random{7};
    const int draws = 10;
    double total = 0;
    for (int draw = 0; draw < draws; ++draw)
        total += nn::measure([&](Variable x, Variable noise) { return loss(vae, x, noise, wrong); },
                             images, random.normal({images.shape(0), units}));
    return total / draws;
}

const Run& wrong_run(Gallery& gallery, const std::string& name, const VaeLoss& loss) {
    const Vae& vae = right_run(gallery).vae;
    const Array images = nn::first(gallery.data.test, 100).images;
    const double here = mean_loss(loss, false, vae, images);
    const double there = mean_loss(bound, false, vae, images);
    autograd::require(std::abs(here - there) < 1e-4 * std::abs(there), "[", name,
                      "] the right line gives ", here, ", the bound is ", there);
    return train_vae(gallery, name, loss, true);
}

// Pictures for the figures.

Array samples(const Vae& vae) {
    nn::Random random{3};
    return map_rows(random.normal({shown, units}),
                    [&](Variable z) { return sigmoid(vae.decode(z)); });
}

Array reconstructions(const Vae& vae, const Array& images) {
    return map_rows(images, [&](Variable x) { return vae.reconstruct(x); });
}

// ### The gradient is wrong
//
// #### counted_twice
//
// The chain rule as a recursion: hand the gradient to the inputs, and have them do the same. But an
// input that is used twice is not complete when the first share arrives. Here it hands on at once
// what it has, and at the second share *all* that it has by then, the first one included.

struct Node {  // of a computation of single numbers
    struct Edge {
        std::size_t input;
        double slope;
    };
    std::vector<Edge> edges;
    double gradient = 0;
};

using Graph = std::vector<Node>;  // in the order of computation

void hand_on(Graph& graph, std::size_t node) {
    for (const auto& [input, slope] : graph[node].edges) {
        graph[input].gradient += graph[node].gradient * slope;
        hand_on(graph, input);  // WRONG: more may arrive there later
    }
}

void loop_backwards(Graph& graph) {
    for (std::size_t node = graph.size(); node-- > 0;)
        for (const auto& [input, slope] : graph[node].edges)
            graph[input].gradient += graph[node].gradient * slope;
}

// Nets with one path from loss to weight never notice. Residual blocks $x + f(x)$ use their input
// twice; with the slope $f' = 0.1$ the gradient through $n$ of them is $1.1^n$.

Graph residual_net(std::size_t blocks) {
    Graph graph{{}};
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t x = graph.size() - 1;
        graph.push_back({{{x, 0.1}}});            // f(x)
        graph.push_back({{{x, 1}, {x + 1, 1}}});  // x + f(x)
    }
    graph.back().gradient = 1;
    return graph;
}

Exhibit counted_twice(Gallery&) {
    Exhibit exhibit{"gradient through 4 residual blocks"};
    for (const bool wrong : {false, true}) {
        Numbers depths, gradients;
        for (std::size_t blocks = 1; blocks <= 8; ++blocks) {
            Graph graph = residual_net(blocks);
            wrong ? hand_on(graph, graph.size() - 1) : loop_backwards(graph);
            depths.push_back(static_cast<double>(blocks));
            gradients.push_back(graph.front().gradient);
        }
        exhibit.number(wrong) = gradients[3];
        exhibit.plots.push_back(panel(wrong, {.x = "residual blocks",
                                              .y = "gradient of the input",
                                              .log_y = true,
                                              .y_range = {{1, 1e7}}})
                                    .line("", depths, gradients));
    }
    return exhibit;
}

// **Symptom:** gradients that are right in shallow nets and explode in deep ones; people then clip
// them, and live with it. **Cause:** no topological order: an entry must not hand on before
// everything has arrived. A tape has the order for nothing (chapter 1). **Test:** *an intermediate
// result hands its gradient on once, when it is complete*. Note what it takes: a leaf that is used
// twice is right either way; the value that is used twice must itself have been computed.
//
// @figure{counted_twice.png, The gradient that arrives at the input, by depth. It should be 1.1 to
// the number of blocks; after four blocks it is already far off.}
//
// After four blocks: @result{counted_twice_right, .4f} and @result{counted_twice_wrong, .2f}.
//
// #### deaf_pullback
//
// A pullback is $\bar x \mathrel{+}= J^{\mathsf T} \bar y$. Somebody who thinks of it as *the
// derivative* forgets $\bar y$.

Variable bend(Variable x, bool wrong) {  // y = x / (1 + |x|), with slope 1 / (1 + |x|)²
    const auto shrink = [=](std::size_t i) { return 1 / (1 + std::abs(x.value().data()[i])); };
    return x.tape().record(
        "bend", {x},
        [=](autograd::Entry& y) {
            y.value.resize(x.shape());
            for (std::size_t i = 0; i < y.value.size(); ++i)
                y.value.data()[i] = x.value().data()[i] * shrink(i);
        },
        [=](autograd::Entry& y) {
            const auto [gradient, beta] = x.tape().contribution(x);
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                const Real slope = shrink(i) * shrink(i);
                const Real share = wrong ? slope  // WRONG: what comes in is forgotten
                                         : slope * y.gradient.data()[i];
                gradient.data()[i] = share + (beta == 0 ? 0 : gradient.data()[i]);
            }
        });
}

// An autoencoder 784-64-784 with this activation:

Exhibit deaf_pullback(Gallery& gallery) {
    Exhibit exhibit{"reconstruction, nats per test image"};
    const double look_away = mean_picture(gallery);
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        nn::Sequential net{nn::Linear(gallery.pixels(), 64, random),
                           [wrong](Variable x) { return bend(x, wrong); },
                           nn::Linear(64, gallery.pixels(), random)};
        const auto cost = [&](Variable x) { return bce_with_logits(net(x), x); };
        const nn::History history = train(
            gallery,
            {.epochs = gallery.session.flags.epochs, .name = wrong ? "deaf_wrong" : "deaf_right"},
            net, gallery.data.train, random,
            [&](Variable x, const nn::Batch&) { return mean(cost(x)); },
            [&]() -> nn::Metrics {
                return {{"loss", mean_over_rows(gallery.data.test.images, cost)}};
            });
        exhibit.number(wrong) = last(history, "test_loss");
        exhibit.plots.push_back(panel(wrong, {.x = "epoch",
                                              .y = "reconstruction (nats per test image)",
                                              .y_range = {{0.5 * look_away, 1.2 * look_away}}})
                                    .line("", history.column("epoch"), history.column("test_loss"))
                                    .level("the mean picture for every image", look_away));
    }
    return exhibit;
}

// **Symptom:** it learns something and then nothing more. **Cause:** all weights before the deaf
// operation are pushed, at every step, in a direction that has nothing to do with the loss. The
// units saturate and say the same about every image; what can still learn is the bias behind them,
// and that learns the mean picture, the best answer to *no idea*. **Test:** *the gradient of every
// operation is that of central differences*, which uses random cotangents: with a cotangent of ones
// the deaf pullback passes (chapter 1 shows it).
//
// @figure{deaf_pullback.png, The reconstruction becomes far better than the mean picture, or stays
// there.}
//
// #### last_row
//
// A bias of shape (D,) is added to each of B rows. On the way back the B gradients must be
// *summed*; whoever writes a loop over all elements and assigns keeps the last row. It has the
// right shape.

Variable add_bias(Variable x, Variable bias, bool wrong) {  // (B, D) + (D,), x a constant
    return x.tape().record(
        "add_bias", {x, bias},
        [=](autograd::Entry& y) {
            y.value = x.value();
            for (std::size_t i = 0; i < y.value.size(); ++i)
                y.value.data()[i] += bias.value().data()[i % bias.value().size()];
        },
        [=](autograd::Entry& y) {
            const auto [gradient, beta] = bias.tape().contribution(bias);
            if (beta == 0) gradient.fill(0);
            for (std::size_t i = 0; i < y.gradient.size(); ++i) {
                Real& out = gradient.data()[i % gradient.size()];
                out = wrong ? y.gradient.data()[i]  // WRONG: overwrites the row before
                            : out + y.gradient.data()[i];
            }
        });
}

// The smallest net that can show it is a bias alone. It predicts the same pixels for every image,
// so the best it can learn is the mean picture.

struct BiasAlone {
    Parameter bias;

    Variable logits(Variable x, bool wrong) const {
        const Variable zeros = x.tape().constant(autograd::full(x.shape(), 0));
        return add_bias(zeros, x.tape().parameter(bias), wrong);
    }
    void visit(auto&& see) { see("bias", bias); }
};

Exhibit last_row(Gallery& gallery) {
    Exhibit exhibit{"nats per test image, mean of the epochs"};
    const double best = mean_picture(gallery);
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        BiasAlone net{{autograd::full({gallery.pixels()}, 0)}};
        const auto cost = [&](Variable x) { return bce_with_logits(net.logits(x, wrong), x); };
        const nn::History history = train(
            gallery,
            {.epochs = gallery.session.flags.epochs,
             .name = wrong ? "bias_wrong" : "bias_right",
             .learning_rate = nn::schedule::constant(0.5)},
            net, gallery.data.train, random,
            [&](Variable x, const nn::Batch&) { return mean(cost(x)); },
            [&]() -> nn::Metrics {
                return {{"loss", mean_over_rows(gallery.data.test.images, cost)}};
            });
        const Numbers losses = history.column("test_loss");
        exhibit.number(wrong) =
            std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "epoch", .y = "nats per test image", .y_range = {{best - 5, best + 95}}})
                .line("", history.column("epoch"), losses)
                .level("the mean picture for every image", best));
    }
    return exhibit;
}

// **Symptom:** it trains after a fashion, noisily, and much worse than it should; a larger batch
// does not help. **Cause:** of B gradients B − 1 are thrown away: the bias chases single images.
// **Test:** *a column times a row: each gradient is summed over what was broadcast*, and for every
// linear map *pullbacks are the transpose of what is linear: <f(u), v> = <u, f'(v)>*.
//
// @figure{last_row.png, A bias that learns the mean picture, and one that runs after the last image
// of each batch.}
//
// ### The objective is wrong
//
// From here on every gradient is right: a gradient check passes. It is the gradient of something
// else.
//
// #### pixel_mean

Exhibit pixel_mean(Gallery& gallery) {
    const VaeLoss loss = [](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const nn::Normal q = vae.encode(x);
        const Variable logits = vae.decode(q.sample(noise));
        const Variable reconstruction =
            wrong ? mean(softplus(logits) - x * logits)  // WRONG: the mean over pixels as well
                  : mean(bce_with_logits(logits, x));
        return reconstruction + mean(nn::kl_to_standard_normal(q));
    };
    const Run &right = right_run(gallery), &wrong = wrong_run(gallery, "pixel_mean", loss);
    const Array images = nn::first(gallery.data.test, shown).images;
    return {"KL, nats per test image",
            last(right.history, "test_kl"),
            last(wrong.history, "test_kl"),
            {},
            {{"image", images},
             {"right", reconstructions(right.vae, images)},
             {"wrong", reconstructions(wrong.vae, images)}}};
}

// **Symptom:** one grey picture for every image; no unit active; the KL is
// @result{pixel_mean_wrong} nats instead of @result{pixel_mean_right, .1f}. **Cause:** by (1)
// this is $\beta = 784$. At that price no code is worth having. In other libraries it takes one
// word: `reduction='mean'`, which is the default. **Test:** *both parts of the bound are sums over
// dimensions, averaged over the batch*, which computes them once more in plain loops. A symmetry
// finds it too: *losses do not depend on how often the batch repeats an example, but grow with D*.
//
// @figure{pixel_mean.png, Test images, what the right program makes of them, and what the wrong one
// does. It is the most frequent bug in this gallery.}
//
// #### unit_mean

Exhibit unit_mean(Gallery& gallery) {
    const VaeLoss loss = [](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const nn::Normal q = vae.encode(x);
        const Variable twice = exp(q.log_variance) + square(q.mean) - Real(1) - q.log_variance;
        const Variable kl = wrong ? mean(twice) / 2  // WRONG: the mean over units as well
                                  : mean(sum(twice, {1})) / 2;
        return mean(bce_with_logits(vae.decode(q.sample(noise)), x)) + kl;
    };
    const Run &right = right_run(gallery), &wrong = wrong_run(gallery, "unit_mean", loss);
    Exhibit exhibit{"KL, nats per test image", last(right.history, "test_kl"),
                    last(wrong.history, "test_kl")};
    for (const Run* run : {&right, &wrong}) {
        const auto code = [&](Variable x) { return run->vae.encode(x).mean; };
        const Array means = map_rows(gallery.data.test.images, code);
        exhibit.plots.push_back(panel(run == &wrong, {.x = "posterior mean of a unit",
                                                      .y = "relative frequency",
                                                      .x_range = {{-7, 7}},
                                                      .y_range = {{0, 0.08}}})
                                    .histogram("", {means.begin(), means.end()}, 60));
    }
    return exhibit;
}

// **Symptom:** better reconstructions and worse samples. The KL is @result{unit_mean_wrong, .1f}
// nats, not @result{unit_mean_right, .1f}. The codes spread to ±5, where the prior hardly ever
// draws, and each is told more precisely, so that a draw of all ten units more often hits a place
// where there is none. **Cause:** $\beta = 1/10$ with ten units; and when the code is widened, β
// changes with it. **Test:** the same.
//
// @figure{unit_mean.png, Where the codes of test images lie, all units in one histogram. The prior
// draws from N(0, 1), within ±3.}
//
// #### batch_over_n

Exhibit batch_over_n(Gallery& gallery) {
    const Real n = static_cast<Real>(gallery.data.train.size());
    const VaeLoss loss = [n](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const models::Elbo elbo = vae.elbo(x, noise);
        const Real batch = static_cast<Real>(x.shape()[0]);
        const Real weight = wrong ? batch / n  // WRONG: both parts are means over the batch already
                                  : 1;
        return elbo.reconstruction + weight * elbo.total_kl();
    };
    const Run &right = right_run(gallery), &wrong = wrong_run(gallery, "batch_over_n", loss);
    return {"KL, nats per test image",
            last(right.history, "test_kl"),
            last(wrong.history, "test_kl"),
            {},
            {{"right", samples(right.vae)}, {"wrong", samples(wrong.vae)}}};
}

// **Symptom:** a splendid reconstruction loss, and samples that are ghosts, two garments on top of
// each other. (This small VAE mixes garments also where it is right, but less.) The KL is
// @result{batch_over_n_wrong, .0f} nats. **Cause:** a true sentence from another place. The bound
// of the whole data set is $N$ times the mean over a batch, and in a Bayesian treatment of the
// *weights* their KL, paid once for all $N$ images, has the weight $B/N$ beside the *sum* over a
// batch. The KL of a *code* is paid for every image. **Test:** *the bound is minus reconstruction
// minus beta times KL*. And a habit: look at samples, never at reconstructions alone.
//
// @figure{batch_over_n.png, Samples: the same draws from the prior, decoded by both programs.}
//
// #### beta_unused

struct BetaVae {
    const Vae& vae;
    Real beta;

    Variable loss(Variable x, Variable noise, bool wrong) const {
        const models::Elbo elbo = vae.elbo(x, noise);
        return wrong ? -elbo.value()  // WRONG: its default is 1
                     : -elbo.value(beta);
    }
};

Exhibit beta_unused(Gallery& gallery) {
    Exhibit exhibit{"KL at β = 4, nats per test image"};
    for (const bool wrong : {false, true}) {
        Numbers kls;
        for (const int beta : {1, 4, 16}) {
            const VaeLoss loss = [beta](const Vae& vae, Variable x, Variable noise, bool is_wrong) {
                return BetaVae{vae, Real(beta)}.loss(x, noise, is_wrong);
            };
            const std::string name = "beta_" + std::to_string(beta) + (wrong ? "_wrong" : "_right");
            const Run& run = beta == 1 ? right_run(gallery) : train_vae(gallery, name, loss, wrong);
            kls.push_back(last(run.history, "test_kl"));
        }
        exhibit.number(wrong) = kls[1];
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "β", .y = "KL (nats per test image)", .y_range = {{0, 1.5 * kls[0]}}})
                .bars("", {"1", "4", "16"}, kls));
    }
    return exhibit;
}

// **Symptom:** a sweep over β that shows nothing. Noise would make the runs differ a little; these
// agree *to the last bit*, and that is the give-away: equal results from different settings mean
// that the setting is not read. **Cause:** a member that is stored and never used. No compiler
// warns of it. **Test:** *the bound is minus reconstruction minus beta times KL*, which asks for
// more than one β. A test at β = 1 would pass.
//
// @figure{beta_unused.png, The KL against the β that was asked for.}
//
// #### kl_sign

Exhibit kl_sign(Gallery& gallery) {
    const VaeLoss loss = [](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const models::Elbo elbo = vae.elbo(x, noise);
        return wrong ? elbo.reconstruction - elbo.total_kl()  // WRONG: the KL is a cost
                     : elbo.reconstruction + elbo.total_kl();
    };
    const Run &right = right_run(gallery), &wrong = wrong_run(gallery, "kl_sign", loss);
    Exhibit exhibit{"log₁₀ of the KL in nats", std::log10(last(right.history, "test_kl")),
                    std::log10(last(wrong.history, "test_kl"))};
    for (const Run* run : {&right, &wrong})
        exhibit.plots.push_back(
            panel(run == &wrong, {.x = "epoch",
                                  .y = "KL (nats per test image)",
                                  .log_y = true,
                                  .y_range = {{1, 1e12}}})
                .line("", run->history.column("epoch"), run->history.column("test_kl")));
    return exhibit;
}

// **Symptom:** the best loss ever seen, and better with every epoch; at last infinity, or NaN.
// **Cause:** *maximise the ELBO* was turned into *minimise* for one of its two parts only. The KL
// is now a reward, and $\frac12 e^\lambda$ has no upper limit. **Test:** *the bound is minus
// reconstruction minus beta times KL*. And a floor: no loss of a Bernoulli decoder can be below the
// entropy of the pixels, 189.86 nats (chapter 7). Whoever knows a floor cannot be fooled by a good
// number.
//
// @figure{kl_sign.png, The KL, on a logarithmic scale. At the right the variances grow
// without end, since the loss pays for it.}
//
// #### log_sigma
//
// The encoder puts out $\lambda = \ln \sigma^2$, and $z = \mu + e^{\lambda/2} \varepsilon$. Another
// author's encoder puts out $\ln \sigma$. Take the KL from one program and the sample from the
// other:

double claimed_bound_less_likelihood(Exhibit& exhibit, bool wrong, double claimed, const Vae& vae,
                                     const Array& images, std::size_t most) {
    nn::Random random{5};
    Numbers ks, estimates;
    for (std::size_t k = 1; k <= most; k *= 3) {
        ks.push_back(static_cast<double>(k));
        estimates.push_back(models::importance_weighted(vae, images, k, random).mean);
    }
    exhibit.plots.push_back(
        panel(wrong, {.x = "samples K",
                      .y = "ln p(x) (nats per image)",
                      .log_x = true,
                      .x_range = {{1, 243}},
                      .y_range = {{estimates.back() - 7, estimates.back() + 7}}})
            .line("importance-weighted", ks, estimates)
            .level("the bound that is claimed", claimed));
    return claimed - estimates.back();
}

Exhibit log_sigma(Gallery& gallery) {
    const VaeLoss loss = [](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const nn::Normal q = vae.encode(x);
        const Variable sigma = wrong ? exp(q.log_variance)  // WRONG: that is σ²
                                     : exp(q.log_variance / 2);
        const Variable z = q.mean + sigma * noise;
        return mean(bce_with_logits(vae.decode(z), x)) + mean(nn::kl_to_standard_normal(q));
    };
    const Vae& right = right_run(gallery).vae;
    Vae wrong = wrong_run(gallery, "log_sigma", loss).vae;
    const Array images = nn::first(gallery.data.test, 200).images;
    const double claim = -mean_loss(loss, false, right, images);
    const double wrong_claim = -mean_loss(loss, true, wrong, images);

    // The wrong program has really drawn from $\mathcal N(\mu, e^{2\lambda})$. The honest VAE with
    // that proposal has a last layer that gives twice as much.
    for (Real& w : wrong.encoder.log_variance.weight.value) w *= 2;
    for (Real& b : wrong.encoder.log_variance.bias.value) b *= 2;

    const std::size_t most = gallery.session.flags.quick ? 9 : 243;
    Exhibit exhibit{"bound less importance-weighted ln p(x), nats"};
    exhibit.right = claimed_bound_less_likelihood(exhibit, false, claim, right, images, most);
    exhibit.wrong = claimed_bound_less_likelihood(exhibit, true, wrong_claim, wrong, images, most);
    return exhibit;
}

// **Symptom:** none in the curve; the number is *better* than that of the right program. **Cause:**
// where the KL charges for a deviation of $e^{\lambda/2} = 0.3$, the sample is made with
// $e^\lambda = 0.09$: the code is more precise than what was paid for. **Test:** *both parts of the
// bound are sums ...* draws $z$ once more by hand. In an experiment, an inequality finds it: the
// importance-weighted estimate starts at the bound and rises to $\ln p(x)$, so a bound *above* it
// is impossible. Here the claim is @result{log_sigma_wrong, .1f} nats above; it ought to be below,
// as at the left with @result{log_sigma_right, .1f}.
//
// @figure{log_sigma.png, Importance-weighted estimates of ln p(x), which rise towards it from
// below, and the bound that the program claims. At the right it claims more than there is.}
//
// #### one_layer

Exhibit one_layer(Gallery& gallery) {
    const VaeLoss loss = [](const Vae& vae, Variable x, Variable noise, bool wrong) {
        const models::GaussianNet& net = vae.encoder;
        const Variable h = net.hidden(x);
        const nn::Linear& head = wrong ? net.mean  // WRONG: copied and not changed
                                       : net.log_variance;
        const nn::Normal q{net.mean(h), head(h)};
        return mean(bce_with_logits(vae.decode(q.sample(noise)), x)) +
               mean(nn::kl_to_standard_normal(q));
    };
    const Vae& right = right_run(gallery).vae;
    Vae wrong = wrong_run(gallery, "one_layer", loss).vae;
    wrong.encoder.log_variance =
        wrong.encoder.mean;  // what the program did, for those who measure it

    nn::Random random{5};
    const Array &images = gallery.data.test.images, some = nn::first(gallery.data.test, 300).images;
    Exhibit exhibit{"−ELBO, nats per test image", reported(right, images, random, false),
                    reported(wrong, images, random, false)};
    for (const Vae* vae : std::array<const Vae*, 2>{&right, &wrong}) {
        const Array mean = map_rows(some, [&](Variable x) { return vae->encode(x).mean; });
        const Array log_variance =
            map_rows(some, [&](Variable x) { return vae->encode(x).log_variance; });
        exhibit.plots.push_back(panel(vae == &wrong, {.x = "μ of a unit",
                                                      .y = "ln σ² of the same unit",
                                                      .x_range = {{-6, 6}},
                                                      .y_range = {{-7, 2}}})
                                    .points("", {mean.begin(), mean.end()},
                                            {log_variance.begin(), log_variance.end()}));
    }
    return exhibit;
}

// **Symptom:** a bound that is @result{one_layer_wrong, .1f} nats instead of
// @result{one_layer_right, .1f}, which nobody suspects who has not seen the other number.
// **Cause:** one layer object with two jobs, by copy and paste, by a list that holds the same
// object twice (`[layer] * 2` in Python), by a name that was meant to be changed. The tape adds up
// both contributions correctly, as for weights that are tied on purpose. **Test:** *mean and log
// variance have layers of their own, and the bound reaches both*. The general form costs three
// lines and belongs into every project: after one backward pass, *every* parameter has a gradient.
// Counting parameters on paper finds it too.
//
// @figure{one_layer.png, Mean and log variance that encoders propose for test images, a point for
// each unit and image. On the line, whoever is sure can only be sure of something negative.}
//
// #### ladder_prior
//
// In a model with two levels (chapter 10), $p(z_2) = \mathcal N(0, I)$, and $z_1$ is drawn from
// $p(z_1 \mid z_2)$. So the KL of the lower level is taken to *that*.

Exhibit ladder_prior(Gallery& gallery) {
    Exhibit exhibit{"KL of the top level, nats per test image"};
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        models::HierarchicalVae vae{{.input = gallery.pixels(),
                                     .hidden = {200},
                                     .between = {100},
                                     .latent = {units, units}},
                                    random};
        const auto loss = [&](Variable x, const nn::Batch& batch) {
            const auto levels = vae.infer(x, vae.noise(x.tape(), batch.size(), random));
            Variable cost = -mean(vae.log_likelihood(x, models::codes(levels)));
            for (const models::LatentLevel& level : levels) {
                const Variable kl =
                    wrong ? nn::kl_to_standard_normal(level.posterior)  // WRONG below the top
                          : models::kl(level);
                cost = cost + mean(kl);
            }
            return cost;
        };
        train(gallery,
              {.epochs = gallery.session.flags.epochs,
               .name = wrong ? "ladder_wrong" : "ladder_right"},
              vae, gallery.data.train, random, loss);

        const auto kl = [&](std::size_t level) {
            return mean_over_rows(gallery.data.test.images, [&](Variable x) {
                const auto levels = vae.infer(x, vae.noise(x.tape(), x.shape()[0], random));
                return models::kl(levels[level]);
            });
        };
        const Numbers kls{kl(0), kl(1)};
        exhibit.number(wrong) = kls[1];
        exhibit.plots.push_back(panel(wrong, {.x = "level", .y = "KL (nats per test image)"})
                                    .bars("", {"z₁ given z₂", "z₂"}, kls));
    }
    return exhibit;
}

// **Symptom:** the top level carries @result{ladder_prior_wrong, .2f} nats instead of
// @result{ladder_prior_right, .2f}. It looks like posterior collapse, and people reach for warm-up
// and free bits. Meanwhile the lower level costs many times what the program charges for it, since
// $p(z_1 \mid z_2)$ was never asked to agree with the codes; and it is $p(z_1 \mid z_2)$ that
// samples are made with. **Cause:** the KL of a plain VAE, copied into a loop over levels. If $z_1$
// is compared with $\mathcal N(0, I)$ anyway, then $z_2$ cannot make it any cheaper, and what $z_2$
// says is paid for nothing. **Test:** *on a Gaussian chain the KL of each level is the information
// that it carries*: a model so simple that pencil and paper know all its divergences. A lesson
// comes with it. There is a test that is called *each level is compared with what the level above
// expects of it*, and the first draft of this chapter named that one. With the bug put into the
// library, it passed: it looks at which priors are made, not at what the bound does with them.
// Believe a test when you have seen it fail.
//
// @figure{ladder_prior.png, What each level costs, measured rightly for both programs. At the right
// the top is silent and the lower level is surprising at every draw. Mind the scales.}
//
// #### no_condition
//
// A conditional VAE (chapter 8) is told the class in its encoder and in its decoder. Training
// passes the label along; the sampling code is written a week later.

Exhibit no_condition(Gallery& gallery) {
    const Dataset& data = gallery.data.train;
    const std::size_t epochs = gallery.session.flags.epochs;
    nn::Random random{gallery.seed()};
    models::Cvae vae{{.vae = {.input = gallery.pixels(), .hidden = {200}, .latent = 3},
                      .condition = data.classes},
                     random};
    train(gallery,
          {.epochs = 3 * epochs, .name = "cvae", .learning_rate = nn::schedule::constant(3e-3)},
          vae, data, random, [&](Variable x, const nn::Batch& batch) {
              const Variable c = x.tape().constant(models::one_hot(batch.labels, data.classes));
              return -vae.elbo(x, c, random).value();
          });
    models::Classifier judge{{.input = gallery.pixels(), .hidden = {100}, .classes = data.classes},
                             random};
    train(gallery, {.epochs = epochs, .name = "judge"}, judge, data, random,
          [&](Variable x, const nn::Batch& batch) { return judge.loss(x, batch.labels); });

    Indices asked(1000);
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i] = i % data.classes;
    Exhibit exhibit{"share of samples that show the class asked for"};
    for (const bool wrong : {false, true}) {
        const Array label = models::one_hot(asked, data.classes);
        const Array none = autograd::full(label.shape(), 0);
        const Array& condition = wrong ? none  // WRONG: zeros are an input like any other
                                       : label;
        nn::Random draws{3};
        const Array pictures =
            nn::evaluate([&](Variable c) { return vae.sample(c, draws); }, condition);
        exhibit.number(wrong) = judge.accuracy(pictures, asked);
        exhibit.pictures.push_back(
            {wrong ? "wrong" : "right", nn::take(pictures, tutorials::upto(2 * data.classes))});
    }
    return exhibit;
}

// **Symptom:** samples that look well and are not what was asked for: a judge finds the class in
// @result{no_condition_wrong, .2f} of them, which is chance, instead of
// @result{no_condition_right, .2f}. **Cause:** a buffer of zeros that was made in the right shape
// and never filled. The nets cannot complain: a vector of zeros is an input like any other. (Labels
// of another batch, or labels shuffled apart from their images, look the same.) **Test:** *what the
// condition says, the code need not say*, which trains on three patterns and asks for each. Without
// training, one asks whether the output changes when the condition does.
//
// @figure{no_condition.png, Samples of T-shirt, trousers, pullover, dress, coat, sandal, shirt,
// sneaker, bag and ankle boot, from left to right and then once more; the wrong program was asked
// for the same, and had the same draws of z. Where the columns differ, the label had been heard.}
//
// #### per_example
//
// A sparse code (chapter 5) has units that are active for a share ρ of the *images*. The penalty
// $\sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)$ therefore takes the mean over the batch first.

using SparsePenalty = std::function<Variable(Variable code, bool wrong)>;

constexpr Real rho = Real(0.05);

Exhibit sparse(Gallery& gallery, const std::string& name, const SparsePenalty& penalty) {
    Exhibit exhibit{"share of activations above 0.9"};
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        models::Autoencoder net{{.input = gallery.pixels(),
                                 .latent = 100,
                                 .code_activation = autograd::sigmoid,
                                 .likelihood = models::Likelihood::bernoulli},
                                random};
        train(gallery,
              {.epochs = 2 * gallery.session.flags.epochs,
               .name = name + (wrong ? "_wrong" : "_right")},
              net, gallery.data.train, random, [&](Variable x, const nn::Batch&) {
                  const Variable code = net.encode(x);
                  return nn::bernoulli_loss(net.decode(code), x) + Real(5) * penalty(code, wrong);
              });
        const Array codes =
            map_rows(gallery.data.test.images, [&](Variable x) { return net.encode(x); });
        const auto on = std::count_if(codes.begin(), codes.end(), [](Real a) { return a > 0.9f; });
        exhibit.number(wrong) = static_cast<double>(on) / static_cast<double>(codes.size());
        exhibit.plots.push_back(panel(wrong, {.x = "activation",
                                              .y = "relative frequency",
                                              .log_y = true,
                                              .x_range = {{0, 1}},
                                              .y_range = {{1e-5, 1}}})
                                    .histogram("", {codes.begin(), codes.end()}));
    }
    return exhibit;
}

Exhibit per_example(Gallery& gallery) {
    return sparse(gallery, "per_example", [](Variable code, bool wrong) {
        const Variable share = wrong ? code  // WRONG: asks it of every image
                                     : mean(code, {0}, true);
        return mean(sum(models::bernoulli_kl(rho, share), {1}));
    });
}

// **Symptom:** a share of @result{per_example_wrong} of the activations is above 0.9, instead of
// @result{per_example_right, .3f}; the units neither rest nor speak.
// **Cause:** the wrong line asks *every image* to have every unit at a twentieth. The right one
// asks for that *on average*, and leaves it to the units to be fully on for a few images and off
// for the others. By Jensen the wrong penalty is never below the right one (chapter 5). **Test:**
// *units may take turns: only their means over the batch are priced*.
//
// @figure{per_example.png, Activations of 100 units on test images. At the left most are near 0 and
// some at 1; at the right they huddle.}
//
// #### half_kl

Exhibit half_kl(Gallery& gallery) {
    return sparse(gallery, "half_kl", [](Variable code, bool wrong) {
        const Variable share = mean(code, {0});
        return sum(wrong ? rho * log(rho / share)  // WRONG: half of it
                         : models::bernoulli_kl(rho, share));
    });
}

// **Symptom:** the *sparse* code is on nearly everywhere, @result{half_kl_wrong, .2f} of it above
// 0.9 instead of @result{half_kl_right, .3f}, and the penalty is negative. **Cause:**
// $\rho \ln \rho/\hat\rho$ alone falls all the way to $\hat\rho = 1$. A coin has two sides, and the
// side that is hardly ever up is the one that pays. **Test:** *the KL between coins is zero at rho
// and has the values of paper and pencil*. A penalty below zero is proof enough: no KL is.
//
// @figure{half_kl.png, The same with half of the KL. Nearly everything is on.}
//
// ### The measurement is wrong
//
// #### no_noise
//
// The two lines are in `reported`, near the top of the program: at evaluation, $z$ is the mean of
// the proposal instead of a draw.

Exhibit no_noise(Gallery& gallery) {
    const nn::History& history = right_run(gallery).history;
    Exhibit exhibit{"reported −ELBO, nats per test image"};
    const double end = last(history, "train_loss");
    for (const bool wrong : {false, true}) {
        const std::string column = wrong ? "test_neg_elbo_at_mean" : "test_neg_elbo";
        exhibit.number(wrong) = last(history, column);
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "epoch", .y = "−ELBO (nats per image)", .y_range = {{end - 10, end + 50}}})
                .line("training images", history.column("epoch"), history.column("train_loss"))
                .line("test images", history.column("epoch"), history.column(column)));
    }
    return exhibit;
}

// **Symptom:** @result{no_noise_wrong, .1f} nats on test images, where the right program has
// @result{no_noise_right, .1f}, and test images that fare *better* than training images. **Cause:**
// a switch *evaluation mode* that turned off more than dropout. The expectation over $q$ is part of
// the bound, and at the mean the decoder is spared the noise that it was trained to live with. The
// number is not a bound on anything. (Where pictures are wanted, the mean is the right choice.)
// **Test:** *the reconstruction is paid for codes that are drawn, not for the mean of the
// proposal*, on a linear decoder whose two answers, $\frac12 (1 + 4)$ and $\frac12$ up to a
// constant, are known.
//
// @figure{no_noise.png, The same training run, reported in two ways. At the right, images that the
// model has never seen seem easier than those it learns from.}
//
// In the first epochs it is so at the left as well, and no bug: the training loss is an average
// over an epoch, in which the model was worse than at its end. Wait before you draw conclusions.
//
// #### leak

Dataset joined(const Dataset& a, const Dataset& b) {
    Dataset both = a;
    both.images = tutorials::join(a.images, b.images);
    both.labels.insert(both.labels.end(), b.labels.begin(), b.labels.end());
    return both;
}

// So that there is something to learn by heart, 500 images only.

Exhibit leak(Gallery& gallery) {
    const std::size_t few = std::min<std::size_t>(500, gallery.data.test.size() / 2);
    const Dataset learnt = nn::first(gallery.data.train, few);
    const Dataset test = nn::first(gallery.data.test, few);
    const Dataset fresh = nn::last(gallery.data.test, few);
    Exhibit exhibit{"−ELBO, test less training, nats per image"};
    for (const bool wrong : {false, true}) {
        const Dataset data = wrong ? joined(learnt, test)  // WRONG: learns what it is asked later
                                   : learnt;
        nn::Random random{gallery.seed()};
        Vae vae{{.input = gallery.pixels(), .hidden = {200}, .latent = units}, random};
        const auto neg_elbo = [&](const Dataset& set) {
            return reported(vae, set.images, random, false);
        };
        const nn::History history = train(
            gallery,
            {.epochs = (wrong ? 10 : 20) * gallery.session.flags.epochs,  // as many steps in all
             .name = wrong ? "leak_wrong" : "leak_right"},
            vae, data, random,
            [&](Variable x, const nn::Batch&) { return -vae.elbo(x, random).value(); },
            [&]() -> nn::Metrics {
                return {{"learnt", neg_elbo(learnt)},
                        {"test", neg_elbo(test)},
                        {"fresh", neg_elbo(fresh)}};
            });
        exhibit.number(wrong) = last(history, "test_test") - last(history, "test_learnt");
        const double end = last(history, "test_learnt");
        Numbers seen = history.column("epoch");
        for (double& epoch : seen) epoch *= static_cast<double>(data.size()) / 1000;
        exhibit.plots.push_back(panel(wrong, {.x = "images seen (thousands)",
                                              .y = "−ELBO (nats per image)",
                                              .y_range = {{end - 20, end + 80}}})
                                    .line("training images", seen, history.column("test_learnt"))
                                    .line("test images", seen, history.column("test_test"))
                                    .line("fresh images", seen, history.column("test_fresh")));
    }
    return exhibit;
}

// **Symptom:** hardly a gap between training and test: @result{leak_wrong, .1f} nats, where the
// right program shows @result{leak_right, .1f}. One that good should make you suspicious, not
// proud. **Cause:** lists joined before they were split; augmented copies of one image on both
// sides; the choice of everything by the test set, which is the same leak, drop by drop. The third
// curve, of fresh images, knows the truth. **Test:** *no drawn test image is among those to learn
// from, and every grey level is a pixel's*, and *first() and last() divide a set between them*.
//
// @figure{leak.png, Learnt from 500 images (left), and from the same with 500 test images among
// them (right). The test curve falls onto the training curve; that of fresh images, which nobody
// has used, does not.}
//
// #### out_of_range
//
// A recipe for classifiers says to standardise pixels: subtract their mean, .286, and divide by
// their deviation, .353. A Bernoulli decoder speaks of numbers from 0 to 1.

Exhibit out_of_range(Gallery& gallery) {
    Exhibit exhibit{"loss, nats per training image"};
    const Array images = nn::first(gallery.data.test, shown).images;
    exhibit.pictures.push_back({"image", images});
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        nn::Sequential net =
            nn::mlp({gallery.pixels(), 64, gallery.pixels()}, autograd::relu, random);
        const auto prepared = [=](Variable x) {
            return wrong ? (x - Real(0.286)) / Real(0.353)  // WRONG: from −0.8 to 2
                         : x;
        };
        const nn::History history = train(
            gallery,
            {.epochs = gallery.session.flags.epochs, .name = wrong ? "range_wrong" : "range_right"},
            net, gallery.data.train, random, [&](Variable x, const nn::Batch&) {
                const Variable target = prepared(x);
                return nn::bernoulli_loss(net(target), target);
            });
        exhibit.number(wrong) = last(history, "train_loss");
        exhibit.pictures.push_back({wrong ? "wrong" : "right", map_rows(images, [&](Variable x) {
                                        return sigmoid(net(prepared(x)));
                                    })});
    }
    return exhibit;
}

// **Symptom:** a negative loss, @result{out_of_range_wrong, .0f} nats and falling, for something
// that is said to be minus the logarithm of a probability; reconstructions like stencils.
// **Cause:** $\ln(1 + e^l) - x\,l$ has a minimum only if $0 \le x \le 1$. For any other $x$ it
// falls without end, to one side or the other, and each pixel runs to black or white. (A decoder
// that ends in a sigmoid and is compared by squared error shows the same data another way: the loss
// stays high, for it cannot reach them.) **Test:** *a folder with the four files of MNIST is read,
// grey levels as byte / 255*. The loss itself does not check: it would cost a pass over the data in
// each step.
//
// @figure{out_of_range.png, Test images and what both programs make of them. Every pixel of the
// third row is black or white.}
//
// ### The whole of it

struct Bug {
    std::string name;
    Exhibit (*show)(Gallery&);
};

const std::vector<Bug> bugs{
    {"counted_twice", counted_twice}, {"deaf_pullback", deaf_pullback},
    {"last_row", last_row},           {"pixel_mean", pixel_mean},
    {"unit_mean", unit_mean},         {"batch_over_n", batch_over_n},
    {"beta_unused", beta_unused},     {"kl_sign", kl_sign},
    {"log_sigma", log_sigma},         {"one_layer", one_layer},
    {"ladder_prior", ladder_prior},   {"no_condition", no_condition},
    {"per_example", per_example},     {"half_kl", half_kl},
    {"no_noise", no_noise},           {"leak", leak},
    {"out_of_range", out_of_range},
};

void hang(Gallery& gallery, const Bug& bug, const std::string& name) {
    const Exhibit exhibit = bug.show(gallery);
    const bool secret = name != bug.name;  // then what was measured would give it away
    std::printf("  %-14s %11.5g %11.5g  %s\n", name.c_str(), exhibit.right, exhibit.wrong,
                secret ? "" : exhibit.measure.c_str());
    std::fflush(stdout);
    Session& session = gallery.session;
    session.note(name + "_right", exhibit.right);
    session.note(name + "_wrong", exhibit.wrong);
    if (!exhibit.plots.empty())
        tutorials::save_plots(session.file(name + ".png"), exhibit.plots, 2);
    else
        tutorials::save_named_rows(session.file(name + ".png"), exhibit.pictures,
                                   gallery.data.test.item);
}

// Which VAEs have a code that is used? The wrong ones are judged as the honest VAE that has their
// weights. So *one_layer* has here a layer for the log variance that was never trained, and
// *log_sigma* draws with the deviation that it had paid for: both numbers are other ones than in
// the exhibits.

void units_in_use(Gallery& gallery) {
    std::puts("\nThe VAEs on test images");
    nn::Random random{9};
    for (const auto& [name, run] : gallery.runs) {
        const auto use = models::latent_use(run.vae, gallery.data.test.images, random);
        std::printf("%s: %s\n", name.c_str(), models::report(use).c_str());
    }
}

// The figure at the beginning.

void draw_idea(Gallery& gallery) {
    const std::vector<std::string> names{"unit_mean", "log_sigma", "pixel_mean",
                                         "model",     "one_layer", "batch_over_n"};
    std::vector<Plot> plots;
    char letter = 'A';
    for (const std::string& name : names) {
        const nn::History& history = gallery.runs.at(name).history;
        plots.push_back(Plot{{.title = std::string(1, letter++), .x = "epoch", .y = "loss"}}.line(
            "", history.column("epoch"), history.column("train_loss")));
    }
    tutorials::save_plots(gallery.session.file("idea.png"), plots, 3);
}

struct Choice {
    std::string bug;        // the only one to show; empty: all
    std::size_t blind = 0;  // a number that stands for one of them; 0: none
};

void lesson(Session& session, const Choice& choice) {
    const nn::TrainTest all = session.load_data();
    const bool quick = session.flags.quick;
    Gallery gallery{
        session,
        {nn::first(all.train, quick ? 1024 : 12800), nn::first(all.test, quick ? 200 : 2000)}};
    session.note("training_images", static_cast<double>(gallery.data.train.size()));
    session.note("epochs", static_cast<double>(session.flags.epochs));
    session.note("mean_picture", mean_picture(gallery));
    std::printf("\n  %-14s %11s %11s\n", "bug", "right", "wrong");
    if (choice.blind > 0) {
        hang(gallery, bugs[nn::Random{choice.blind}.below(bugs.size())], "blind");
        std::puts("Which is it? Look at blind.png, then run your guess with --bug.");
        return;
    }
    std::size_t count = 0;
    for (const Bug& bug : bugs)
        if (choice.bug.empty() || choice.bug == bug.name) {
            hang(gallery, bug, bug.name);
            ++count;
        }
    autograd::require(count > 0, "[--bug] got ", choice.bug, ", which is not in the gallery");
    units_in_use(gallery);
    if (!choice.bug.empty()) return;
    draw_idea(gallery);
    session.note("train_images_per_second", right_run(gallery).images_per_second);
}

}  // namespace

int main(int argc, char** argv) {
    Choice choice;
    return tutorials::run(
        argc, argv,
        {.name = "11_bugs",
         .title = "A gallery of bugs",
         .options = {{"--bug", &choice.bug, "show only this one"},
                     {"--blind", &choice.blind, "show some bug, and you guess which"}}},
        [&](Session& session) { lesson(session, choice); });
}
// ## Check it
//
// The names in the table are those of real test cases. The claim that they catch these bugs can be
// checked, too:
//
// ```sh
// meson test -C build autograd nn models
// python3 tests/bugs.py build
// ```
//
// The second command puts the wrong lines into a copy of the library, one at a time, as far as the
// library has the line, and shows that the named test passes without the bug and fails with it. A
// single test is run by its name:
//
// ```sh
// build/tests/models/models -tc='both parts of the bound*'
// ```
//
// And the program itself checks before each exhibit of a VAE that its right line computes the
// library's bound, so that nothing but the marked line can be to blame.
//
// ## Run it
//
// ```sh
// build/tutorials/11_bugs
// build/tutorials/11_bugs --bug log_sigma
// build/tutorials/11_bugs --blind 7
// ```
//
// The first shows everything, in @result{seconds} seconds; the second one exhibit. The third is the
// examination: it shows *some* exhibit, with its figure in `blind.png`, and you say which it is.
// Any number will do.
//
// @transcript
//
//
// With `--quick` the numbers are others; a test compares these after every change:
//
//
// What is known (1.1⁴) is expected closely, and what training finds, loosely. But in the full run
// no tolerance is so wide that a right number could pass for a wrong one. A quick run is too short
// to tell most programs apart.
//
// ## Read the result
//
// - **The reported loss tells least.** It fell in nearly every one of the wrong programs. Honest
//   measures tell most bugs apart at a glance: reconstruction and KL apart, active units, samples.
// - **Six of the seventeen are a wrong weight** on something: the average over pixels, over units,
//   over the batch, the sign, the unused β, half of a KL. The weight of a term is the first thing
//   to look at.
// - **Too good is a symptom.** `kl_sign`, `log_sigma`, `no_noise`, `leak` and `out_of_range` all
//   report better numbers than the right program.
//
// ## What goes wrong
//
// The table at the beginning is this section, for once. When the symptom in front of you is not in
// it, this order finds most bugs in an hour:
//
// | step | what it excludes |
// |---|---|
// | overfit one batch of ten images | a pullback, an optimizer, a disconnected layer |
// | check the gradient in double, noise frozen, random cotangents | wrong pullbacks |
// | compute the loss of three examples in plain loops | reductions, signs, halves |
// | repeat the batch; double the pixels | means where sums belong |
// | print the parts of the loss apart | a weight that was never meant |
// | one backward pass: who has no gradient? | layers shared or cut off |
// | change one input: does the output change? | conditions and settings that are not read |
// | compare with a floor and with a trivial model | losses that cannot be true |
// | a model whose answer is known (a linear one) | all of it together |
//
// ## What one does with it
//
// Tests. Each row of the table is an afternoon that somebody has lost; as a test it is lost once.
// When you find a bug of your own, write the test first, see it fail, then mend the line. And when
// you read a paper's code, look for these lines before you believe its table.
//
// ## Possibilities for extension, and exercises
//
// A gallery is never complete. Missing here are the bugs of other models (a transposed convolution
// that pads on the wrong side, a discriminator that is trained through) and those of speed.
//
// 1. `--blind 1` to `--blind 20`: how many do you get right? Which two do you confuse? *Hint: ask
//    of each figure whether the KL is too high or too low.*
// 2. Two wrongs: average the reconstruction over pixels *and* the KL over units. Which β is that?
//    *Hint: equation (1); then train it.*
// 3. `last_row` with SGD instead of Adam (`nn::Sgd`, in `train`). Why is it now like batches of one
//    image with a learning rate that is $B$ times too small? *Hint: Adam divides by the size of the
//    gradient.*
// 4. Which gradient does `hand_on` find for two residual blocks? By hand, on paper. *Hint: what is
//    between the blocks is visited twice, the second time with everything.*
// 5. Put a decoder that ends in a sigmoid under a squared error, and data between −1 and 1. What is
//    the lowest loss that it can reach? *Hint: black pixels.*
// 6. Add an exhibit: dropout that is left on at evaluation. Which existing test would notice?
//
// ## Where the real code differs
//
// - In PyTorch, `binary_cross_entropy` averages over *everything* by default, also over the batch.
//   A KL that is summed over units and batch then has an effective β of 100 352 (the handbook's
//   page on the reduction convention has the table).
// - A gradient that still has the shape of the batch is summed there by the engine itself, and any
//   other wrong shape is refused; one of the right shape and the wrong value is found by nobody.
//   `torch.autograd.gradcheck` uses double precision and random directions, as ours does.
// - `kld_weight = batch / N` is written in much-copied code. With it go *recommended* learning
//   rates and numbers of epochs that were tuned until the pictures looked well.
// - Losses on logits do not look whether their targets make sense, here or there: a check would
//   cost a pass over the data in each step. Check data once, where they are read.
//
// **Naming traps.** *Posterior collapse* names a symptom, and several of the wrong lines above
// produce it; the papers on it mean the case in which the program is right. A parameter called
// `logvar`, `log_var` or `log_sigma` may be any of $\ln\sigma^2$ and $\ln\sigma$; only its use
// tells.
//
// ## Further reading
//
// - A. Karpathy, *A Recipe for Training Neural Networks*, 2019: the habits; "neural net training
//   fails silently".
// - D. Sculley and others, *Hidden Technical Debt in Machine Learning Systems*, NeurIPS 2015.
// - S. Kapoor, A. Narayanan, *Leakage and the reproducibility crisis in machine-learning-based
//   science*, Patterns 4 (2023): how often it happens.
// - J. Lucas, G. Tucker, R. Grosse, M. Norouzi, *Don't Blame the ELBO! A Linear VAE Perspective on
//   Posterior Collapse*, NeurIPS 2019.
// - T. Y. Chen and others, *Metamorphic Testing: A Review of Challenges and Opportunities*, ACM
//   Computing Surveys 51 (2018): testing by symmetries when the right answer is not known.
