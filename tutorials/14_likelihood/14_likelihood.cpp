// ---
// title: Likelihood
// builds_on: 07_vae, 10_hierarchical_vae
// leads_to: 15_use
// tooltip: How good is a generative model? Tighter bounds, richer priors, and what a likelihood does not say.
// minutes: 2
// keywords: importance weighting, IWAE, DReG, VampPrior, mixture prior, amortization gap, annealed importance sampling, out-of-distribution
// ---
//
// ## What you will be able to do
// - Write a bound on $\ln p(x)$ with $K$ draws, say why it rises with $K$, and tell how far it still is from
//   $\ln p(x)$ (exercises 1, 2 and 3).
// - Give a VAE a prior that is learnt, and say what it can gain at most (exercises 4 and 5).
// - Say why an image with a high likelihood need not be like the training images, mend the test, and find where the
//   mended test fails (exercise 6).
//
// @predict{A VAE has learnt from images of clothes and nothing else. It then judges test images of clothes and
// drawn signs (rings, crosses, arrows), which it has never seen. Take one of each at random. How probable is it
// that the sign has the lower likelihood?}
//
// ## The idea in one figure
// @figure{flow.png, The bound of this chapter for a batch of B images and K draws of each. With K = 1 it is an
// estimate of the ELBO. Not drawn: ln p(x | z) takes x as well, and ln q(z | x) the mean and variance of q.}
//
// A VAE is trained on a bound, and so far we have compared models by it. That has a flaw. The ELBO is
// $\ln p(x)$ less the KL divergence of the encoder's $q(z \mid x)$ from the true posterior $p(z \mid x)$. A model with
// a lower ELBO can be the better model with the worse encoder. What we want to compare is $\ln p(x)$ itself, the **log
// likelihood**, in nats per image.
//
// $p(x) = \int p(x \mid z)\, p(z)\, dz$ is an expectation, and an expectation can be estimated by draws. Draws from
// the prior rarely hit a $z$ that explains $x$. The encoder knows where to look: draw $K$ times from
// $q(z \mid x)$, and weight each draw by how much more probable it is under the model than under $q$:
// $$ w_k = \frac{p(x \mid z_k)\, p(z_k)}{q(z_k \mid x)}, \qquad
//    \mathcal L_K = \mathbb E \Bigl[ \ln \frac1K \sum_{k=1}^K w_k \Bigr] \le \ln p(x) . \tag{1} $$
//
// ## The model in the open
// All of it, in operations of the tape, with one hidden layer on each side.

#include <cmath>
#include <vector>

#include "autograd/ops.hpp"

using autograd::Parameter;
using autograd::Real;
using autograd::Variable;

struct Layer {
    const Parameter &weight, &bias;  // (out, in) and (out,)
};
struct Weights {
    Layer look, mean, log_variance;  // the encoder
    Layer imagine, pixels;           // the decoder
};

static Variable affine(const Layer& layer, Variable x) {
    return linear(x, x.tape().parameter(layer.weight), x.tape().parameter(layer.bias));
}
static Variable again(Variable x, std::size_t times) {  // all rows, and all once more, ...
    return concat(std::vector<Variable>(times, x), 0);
}
static Variable log_normal(Variable z, Variable mean, Variable log_variance) {  // (rows,)
    const Variable squares = square(z - mean) * exp(-log_variance);
    return sum(log_variance + squares + Real(std::log(2 * 3.14159265358979)), {1}) / -2;
}

static Variable bound(const Weights& w, Variable x, Variable noise, std::size_t draws) {
    const Variable h = relu(affine(w.look, x));
    const Variable mean_z = again(affine(w.mean, h), draws);  // (K·B, 20)
    const Variable log_variance = again(affine(w.log_variance, h), draws);
    const Variable z = mean_z + exp(log_variance / 2) * noise;
    const Variable logits = affine(w.pixels, relu(affine(w.imagine, z)));

    const Variable zero = x.tape().constant(autograd::full({1, 1}, 0));
    const Variable log_w = -bce_with_logits(logits, again(x, draws))  // ln p(x | z)
                           + log_normal(z, zero, zero)                // + ln p(z)
                           - log_normal(z, mean_z, log_variance);     // − ln q(z | x)
    const Variable table = reshape(log_w, {draws, x.shape()[0]});     // (K, B)
    return mean(log_sum_exp(table, 0)) - std::log(Real(draws));
}

// The weights themselves are numbers such as $e^{-230}$, which are 0 in single precision. So we stay with their
// logarithms; `log_sum_exp` takes the largest out of the sum before it exponentiates.
//
// In the library any model gives its draws, and the bound is written once, for all of them:
//
// @source{models/bound.cpp, log_weights}
// @source{models/bound.cpp, importance_weighted}

#include <algorithm>
#include <cstdio>
#include <string>

#include "models/evaluate/roc.hpp"
#include "nn/data/glyphs.hpp"
#include "tutorials/14_likelihood/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"

using namespace likelihood;

static void compare_with_the_library(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Vae vae = new_vae(data, random);
    const auto all = nn::parameters(vae);
    const auto layer = [&](std::size_t i) -> Layer {
        return {*all[2 * i].parameter, *all[2 * i + 1].parameter};
    };
    const Weights w{layer(0), layer(1), layer(2), layer(3), layer(4)};
    Tape tape;
    const Variable x = tape.constant(nn::first(data.test, 100).images);
    const Variable noise = tape.constant(random.normal({500, vae.latent()}));
    const double by_hand = bound(w, x, noise, 5).item();
    const double by_library = models::importance_weighted(vae.draw(x, noise)).item();
    session.result("open_difference", std::abs(by_hand - by_library));
}

// Before training, with $K = 5$ and the same weights and noise, both give the same number for a batch of 100 images, up to
// rounding.
//
// ## The mathematics
// ### It is a bound, and it rises with $K$
// The mean of the weights is right on average: $\mathbb E_q[w] = \int q \cdot \frac{p(x, z)}{q}\, dz = p(x)$. The
// logarithm bends downward, so by Jensen's inequality the logarithm of an average has an expectation below
// $\ln p(x)$. With $K = 1$ this expectation is $\mathbb E_q[\ln p(x, z) - \ln q(z \mid x)]$: the ELBO.
//
// Why does it rise? Take $K + 1$ weights and leave out one of them at random. The mean of the means that are left
// is the mean of all $K + 1$. Now Jensen again, for the choice of the one left out:
// $$ \mathcal L_{K+1} = \mathbb E \ln \Bigl( \tfrac1{K+1} \sum_j \bar w_{-j} \Bigr)
//    \ge \mathbb E\, \tfrac1{K+1} \sum_j \ln \bar w_{-j} = \mathcal L_K , \tag{2} $$
// where $\bar w_{-j}$ is the mean of $K$ weights, without the $j$-th. So
// $\text{ELBO} = \mathcal L_1 \le \mathcal L_2 \le \dots \le \ln p(x)$. If the weights have a finite variance, the gap
// closes as $\operatorname{var}(w) / (2 K p(x)^2)$ (exercise 2): the better the proposal, the fewer draws are needed.
// With the exact posterior every weight is $p(x)$, and one is enough.
//
// ### A prior that is learnt
// Average the KL of the ELBO over the images. With the **mean posterior** $q(z) = \frac1N \sum_n q(z \mid x_n)$ it is
// $$ \frac1N \sum_n \mathrm{KL}(q(z \mid x_n) \,\|\, p(z)) = I(x; z) + \mathrm{KL}(q(z) \,\|\, p(z)) , \tag{3} $$
// where $I$ is the mutual information of the image's number and its code (exercise 4). The prior occurs only in the
// second term, and the best one is $q(z)$ itself. With $\mathcal N(0, I)$ the codes of all images together have to look
// like a standard normal distribution; any other shape costs $\mathrm{KL}(q(z) \,\|\, \mathcal N(0, I))$. With
// $p(z) = q(z)$ that cost is gone. So with encoder and decoder as they are, another prior gains at most this KL.
//
// But $q(z)$ of 50 000 images has 50 000 terms, and a model with such a prior can overfit: every training image finds
// its own posterior there, and other images do not (exercise 5). The **VampPrior** takes $C$ terms,
// $$ p(z) = \frac1C \sum_{c=1}^C q(z \mid u_c) , \tag{4} $$
// where the **pseudo-inputs** $u_c$ are images that are learnt like any weights. (Vamp: *variational mixture of
// posteriors*.) They pass through the same encoder as the data, so the prior moves along as the encoder changes.
//
// @source{models/priors.cpp, VampPrior::operator()}
// @source{nn/distributions/distributions.cpp, GaussianMixture::log_prob}
//
// The KL of a Gaussian and a mixture has no closed form. It is estimated at the draw, $\ln q(z \mid x) - \ln p(z)$,
// as in chapter 10 with bottom-up inference. Nothing else changes: `Draws` carries $\ln p(z)$ instead of a prior, and
// every bound is what it was.
//
// ### The encoder's gradient
// $\mathcal L_K$ is differentiable, so it can be the objective as well (**IWAE**, the importance-weighted autoencoder).
// With the shares $\tilde w_k = w_k / \sum_j w_j$ its gradient is
// $$ \nabla \ln \tfrac1K \sum_k w_k = \sum_k \tilde w_k \nabla \ln w_k . \tag{5} $$
// For the decoder all is well: more draws, less noise. For the encoder it is not. The larger $K$, the less it matters
// where the draws come from, because the bound approaches $\ln p(x)$ with any proposal. The gradient with respect to the
// parameters $\phi$ of $q$ shrinks as $1/K$, but its noise only as $1/\sqrt K$. The signal-to-noise ratio falls as
// $1/\sqrt K$: the better the bound, the worse the encoder is taught (Rainforth et al. 2018).
//
// The noise can be avoided. $\phi$ enters $\ln w_k$ twice: through the draw $z_k$, and directly through the density
// $-\ln q(z_k \mid x)$. For any function $g$ that does not itself depend on $\phi$,
// $$ \mathbb E_q[g(z)\, \nabla_\phi \ln q(z)] = \mathbb E_q[\tfrac{\partial g}{\partial z} \nabla_\phi z] , $$
// because both are the gradient of $\mathbb E_q[g]$, once with the density differentiated and once with the
// reparameterized draw. Take $\tilde w_k$ as a function of $z_k$ alone, with $\phi$ and the other draws fixed, for $g$.
// From $\tilde w_k = w_k / \sum_j w_j$ follows
// $\partial \tilde w_k / \partial z_k = \tilde w_k (1 - \tilde w_k)\, \partial \ln w_k / \partial z_k$. So the direct
// path can be exchanged for one through $z_k$, and both together are
// $$ \sum_k \bigl( \tilde w_k - \tilde w_k (1 - \tilde w_k) \bigr) \frac{\partial \ln w_k}{\partial z_k} \nabla_\phi z_k
//    = \sum_k \tilde w_k^2\, \frac{\partial \ln w_k}{\partial z_k} \nabla_\phi z_k . \tag{6} $$
// This is **DReG**, the doubly reparameterized gradient. If $q$ is the true posterior, $\ln w_k$ does not depend on $z_k$,
// and (6) is exactly 0 for every draw; (5) is 0 only on average. On the tape, $q$ is held still as a density, and the
// gradient is multiplied by $\tilde w_k$ once more on its way from $z_k$ to the encoder:
//
// @source{models/bound.hpp, doubly_reparameterized}
// @source{models/bound.cpp, scale_gradient}
//
// @experiment{signal}
//
// @experiment{objective}
//
// | symbol | C++ |
// |---|---|
// | $\ln w_k$ | `models::log_weights(draws)` |
// | $\mathcal L_K$, as an objective; as an estimate of single images | `models::importance_weighted(draws)`; `importance_weighted(model, images, K, random)` |
// | $u_c$ | `VampPrior::pseudo_inputs`, (C, 784) |
// | $\ln p(z)$ of (4), of $K \cdot B$ draws | `nn::GaussianMixture::log_prob`, `LatentLevel::log_p` |
// | `Vae` with such a prior | `models::VampVae`, `models::MixtureVae` |
//
// ## Train
// The pixels are binary, as in chapter 10: training images are drawn anew from their grey levels for each batch,
// validation and test images once. Two models: the VAE 784-400-20, and the same with a VampPrior of 200
// pseudo-inputs, which start as training images. Both learn from 50 000 images for ten epochs with the ELBO as
// objective.
//
// @source{tutorials/14_likelihood/shared.hpp, train}

static Numbers rise(Session& session, const std::string& name, const auto& model,
                    const Array& images, nn::Random& random, Plot& plot) {
    const std::size_t most = session.flags.quick ? 100 : 5000;
    Numbers at, means, last;
    for (const std::size_t k : {std::size_t{1}, std::size_t{5}, std::size_t{50}, most}) {
        last = costs(model, images, k, random);
        const Estimate found = estimate(last);
        at.push_back(static_cast<double>(k));
        means.push_back(found.mean);
        const std::string of = k == most ? "most" : std::to_string(k);
        session.result("iwae_" + of + name, found.mean);
        session.note("iwae_error_" + of + name, found.standard_error);
    }
    plot.line(name.empty() ? "N(0, I)" : "VampPrior", at, means);
    return last;
}

static void compare(Session& session, const Data& data, const Vae& standard, const VampVae& vamp,
                    nn::Random& random) {
    const Array images = some(session, data.test, 300);
    Plot plot{{.title = "300 test images",
               .x = "draws K",
               .y = "−ln p(x), estimate (nats per image)",
               .log_x = true}};
    const Numbers a = rise(session, "", standard, images, random, plot);
    const Numbers b = rise(session, "_vamp", vamp, images, random, plot);
    plot.save(session.file("bounds.png"));
    const Estimate gain = estimate(difference(a, b));
    session.result("vamp_gain", gain.mean);
    session.result("vamp_gain_error", gain.standard_error);
    for (const auto& [name, use] : {std::pair{"", models::latent_use(standard, images, random)},
                                    std::pair{"_vamp", models::latent_use(vamp, images, random)}}) {
        session.result(std::string("kl") + name, use.kl);
        session.result(std::string("reconstruction") + name, use.reconstruction);
    }
}

// ## The bound rises
// @figure{bounds.png, −ln p(x) of the same 300 test images, estimated with K = 1, 5, 50 and 5000 draws (seed 1). The
// lower, the better.}
//
// | $K$ | $\mathcal N(0, I)$: seeds 1, 2, 3 | VampPrior: seeds 1, 2, 3 |
// |---|---|---|
// | 1 (ELBO) | @result{iwae_1, .1f}, @result{seed_2/iwae_1, .1f}, @result{seed_3/iwae_1, .1f} | @result{iwae_1_vamp, .1f}, @result{seed_2/iwae_1_vamp, .1f}, @result{seed_3/iwae_1_vamp, .1f} |
// | 5 | @result{iwae_5, .1f}, @result{seed_2/iwae_5, .1f}, @result{seed_3/iwae_5, .1f} | @result{iwae_5_vamp, .1f}, @result{seed_2/iwae_5_vamp, .1f}, @result{seed_3/iwae_5_vamp, .1f} |
// | 50 | @result{iwae_50, .1f}, @result{seed_2/iwae_50, .1f}, @result{seed_3/iwae_50, .1f} | @result{iwae_50_vamp, .1f}, @result{seed_2/iwae_50_vamp, .1f}, @result{seed_3/iwae_50_vamp, .1f} |
// | 5000 | @result{iwae_most, .1f}, @result{seed_2/iwae_most, .1f}, @result{seed_3/iwae_most, .1f} | @result{iwae_most_vamp, .1f}, @result{seed_2/iwae_most_vamp, .1f}, @result{seed_3/iwae_most_vamp, .1f} |
// | gain of the VampPrior at 5000, image by image | | @result{vamp_gain, .2f} ± @result{vamp_gain_error, .2f}, @result{seed_2/vamp_gain, .2f} ± @result{seed_2/vamp_gain_error, .2f}, @result{seed_3/vamp_gain, .2f} ± @result{seed_3/vamp_gain_error, .2f} |
//
// Every column falls with $K$: the bound rises, for both models and with each seed. For the first model it is
// about three nats from the ELBO to $K = 5000$. With the VampPrior $-\ln p(x)$ is lower at every $K$ and with each seed,
// by about four nats at the end. The ± is the standard error of using 300 images and not all of them; the difference on
// the *same* image is known much better than the means themselves, whose standard error is @result{iwae_error_most, .1f}
// nats (chapter 10). How much another training changes the result, the three seeds show.
//
// Where does the gain come from? Most of it from the KL, which falls from @result{kl, .1f} to
// @result{kl_vamp, .1f} nats; the reconstruction goes from @result{reconstruction, .1f} to
// @result{reconstruction_vamp, .1f} (seed 1, one draw of each image). With each of the three seeds the KL falls by more than
// three nats and the reconstruction by less than two. It costs less to say which code. That is the direction of (3), but
// not a measurement of its second term: encoder and decoder have been trained anew, so the first term may have changed as
// well.
//
// Is the estimate at $K = 5000$ the truth? And what is missing in the ELBO? Two folds answer:
//
// @experiment{annealing}
//
// @experiment{gaps}
//
// ## What the prior has learnt

static void look_at_the_prior(Session& session, const Data& data, const Vae& standard, VampVae vamp,
                              nn::Random& random) {
    const std::size_t count = 14;
    Tape tape;
    tape.set_inference(true);
    const Array drawn = vamp.sample(tape, count, random).value();
    const Array pseudo = nn::take(vamp.prior.pseudo_inputs.value, tutorials::upto(count));
    const Array decoded = nn::evaluate(
        [&](Variable x) { return vamp.vae.decoder.mean(vamp.encode(x).mean); }, pseudo);
    tutorials::save_named_rows(session.file("prior.png"),
                               {{"pseudo-inputs", pseudo},
                                {"decoded", decoded},
                                {"samples, VampPrior", drawn},
                                {"samples, N(0, I)", standard.sample(tape, count, random).value()}},
                               data.test.item);
}

// @figure{prior.png, Fourteen of the 200 pseudo-inputs after training, values below 0 shown as black and above 1 as
// white; what the decoder makes of the mean of their q; draws from the VampPrior and from N(0, I), each decoded by the
// model that was trained with that prior (expected pixels, none left out, seed 1).}
//
// The pseudo-inputs, which started as training images, still look like clothes, some with a grain around them. What is
// drawn from the VampPrior looks like a shoe, a bag, trousers, a pullover or a dress with few exceptions; of the draws
// from $\mathcal N(0, I)$ about half look like nothing in particular (fourteen of each, judged by eye). That is what the
// second term of (3) is about: the standard normal distribution has mass between the codes of clothes, where no image has
// its code.
//
// @experiment{priors}
//
// ## Likelihood is not familiarity
// Can the model tell what it has not been trained on? The obvious test is the likelihood: what is unlike the training
// images should be improbable. Take drawn signs (`nn::glyphs`: ring, bar, cross, arrow and so on), binary like the
// clothes, and the estimate with $K = 50$.

static void is_it_familiar(Session& session, const Data& data, const Vae& vae, nn::Random& random) {
    const Array clothes = some(session, data.test, 1000);
    nn::Random pen{session.flags.seed};
    const Dataset signs = nn::binarise(nn::glyphs(clothes.shape(0), pen), pen);
    if (signs.images.shape(1) != clothes.shape(1)) return;
    const Numbers cost_clothes = costs(vae, clothes, 50, random),
                  cost_signs = costs(vae, signs.images, 50, random);
    const Numbers size_clothes = compressed(clothes), size_signs = compressed(signs.images);
    const Numbers rest_clothes = difference(cost_clothes, size_clothes),
                  rest_signs = difference(cost_signs, size_signs);
    session.result("cost_clothes", tutorials::mean(cost_clothes));
    session.result("cost_signs", tutorials::mean(cost_signs));
    session.result("size_clothes", tutorials::mean(size_clothes));
    session.result("size_signs", tutorials::mean(size_signs));
    session.result("familiar_auc", models::area_under_roc(cost_clothes, cost_signs));
    session.result("size_auc", models::area_under_roc(size_clothes, size_signs));
    session.result("familiar_auc_corrected", models::area_under_roc(rest_clothes, rest_signs));

    Plot raw{{.title = "−ln p(x)", .x = "nats", .y = "share of images"}};
    raw.histogram("clothes", cost_clothes, 30).histogram("signs", cost_signs, 30);
    Plot corrected{{.title = "−ln p(x) less compressed size", .x = "nats", .y = "share of images"}};
    corrected.histogram("clothes", rest_clothes, 30).histogram("signs", rest_signs, 30);
    tutorials::save_plots(session.file("familiar.png"), {raw, corrected}, 2);
    tutorials::save_named_rows(
        session.file("signs.png"),
        {{"clothes", nn::first(data.test, 14).images}, {"signs", nn::first(signs, 14).images}},
        data.test.item);
}

// @figure{signs.png, What is compared: test images and signs, both made binary.}
//
// @figure{familiar.png, Left, −ln p(x) by the model. Right, the same less the size of the image compressed by zlib. 1000
// images of each kind (seed 1).}
//
// @prediction{With probability @result{familiar_auc, .2f} (seeds 2 and 3: @result{seed_2/familiar_auc, .2f} and
// @result{seed_3/familiar_auc, .2f}).}
//
// The sign has the lower likelihood in fewer than one pair of four. The signs, which the model has never seen, have the
// *higher* one in most pairs. They cost @result{cost_signs, .0f} nats on average and clothes @result{cost_clothes, .0f}.
// The probability in question is the area under the ROC curve (AUC) of $-\ln p(x)$ as a detector of strangers. Chance
// gives ½, and this is far below it.
//
// Why? The costs of the pixels add up. A garment is a large surface whose grey levels were made binary by chance: a pixel
// of grey level $g$ costs at least $-g \ln g - (1 - g) \ln (1 - g)$ nats on average, up to $\ln 2$, even under a model
// that knows every grey level. For the 1000 test images this adds up to 190 nats per image. A sign is thin. Most of its
// image is black, and black pixels where the decoder expects black cost next to nothing. In the end a sign costs less on
// average than the noise alone of a garment. **The likelihood of an image mixes two things: how complex it is, and how
// well the model knows its kind.**
//
// Serrà et al. subtract the first. A compressor that knows nothing of clothes needs some number of nats for the image,
// here zlib: @result{size_clothes, .0f} for clothes on average and @result{size_signs, .0f} for signs. $-\ln p(x)$ is the
// length of the code that the model would need. The difference says what the model saves by knowing the kind:
//
// | AUC, signs against clothes | seed 1 | seed 2 | seed 3 |
// |---|--:|--:|--:|
// | $-\ln p(x)$ | @result{familiar_auc, .2f} | @result{seed_2/familiar_auc, .2f} | @result{seed_3/familiar_auc, .2f} |
// | compressed size alone | @result{size_auc, .2f} | @result{seed_2/size_auc, .2f} | @result{seed_3/size_auc, .2f} |
// | $-\ln p(x)$ less compressed size | @result{familiar_auc_corrected, .2f} | @result{seed_2/familiar_auc_corrected, .2f} | @result{seed_3/familiar_auc_corrected, .2f} |
//
// Two warnings. The size alone tells the two kinds apart nearly as well, if one knows that the strangers are the *smaller*
// ones: with the sign of the score turned, an AUC of $a$ becomes $1 - a$. The corrected score does not have to know that.
// And it mends only what complexity explains: of the two kinds of strangers in exercise 6 it helps with neither, and does
// harm with one (one seed).
//
// What may one conclude? Likelihoods compare *models* on the same data. Under one model they do not say which *images* are
// like the training images.

static void lesson(Session& session) {
    draw_flow(session);
    const Data data = load(session);
    compare_with_the_library(session, data);
    const Trained<Vae> standard = the_standard(session, data);
    const Trained<VampVae> vamp = the_vamp(session, data);
    session.result("train_images_per_second", standard.images_per_second);
    session.result("train_images_per_second_vamp", vamp.images_per_second);
    nn::Random random{session.flags.seed};
    compare(session, data, standard.model, vamp.model, random);
    look_at_the_prior(session, data, standard.model, vamp.model, random);
    is_it_familiar(session, data, standard.model, random);
}

int main(int argc, char** argv) {
    const tutorials::About about{
        .name = "14_likelihood", .title = "Likelihood", .options = protocol_options()};
    return tutorials::run(argc, argv, about, [](Session& session) {
        protocol.row.empty() ? lesson(session) : published_row(session);
    });
}

//
// @transcript
//
// Two more folds: grey levels in place of binary pixels, and the published numbers.
//
// @experiment{pixels}
//
// @experiment{rows}
//
// ## Check it
// ```sh
// meson test -C build 'models in double' 'nn in double' 14_likelihood
// ```
//
// - *on a linear model the bounds rise with K to the exact likelihood, and not above*.
// - *a mixture of one standard Gaussian is the standard prior, and of equal ones as well*; *the density of a VampPrior is
//   the mean of the posteriors of its pseudo-inputs*, against plain loops; *where the pseudo-inputs are the N images
//   themselves, none costs more than ln N*.
// - *doubly reparameterized, the gradient of the encoder is the same on average*, and *with the exact posterior the doubly
//   reparameterized encoder is left alone*.
// - *annealing finds the exact likelihood of probabilistic PCA, without an encoder*.
// - *refinement finds the exact posterior, and what it gains is the distance from it*; *what refinement cannot mend is the gap of the family, which is known for a
//   turned W*.
//
// ## What goes wrong
// | symptom | likely bug | what catches it |
// |---|---|---|
// | the estimate does not rise with K | the logarithm is taken before the mean over draws | bounds on a linear model |
// | the estimate lies above ln p(x) | −ln q or −ln K left out, or q and z of different draws | the same |
// | −∞ or NaN, with any K | weights exponentiated one by one | `log_sum_exp`; *a draw that is impossible counts as weight 0, and an example of such alone has none* |
// | the bounds of different images come out too much alike | (K, B) and (B, K) exchanged: draws of different images are averaged | *both bounds of any draws are what plain loops over the draws give* |
// | the VampPrior gains nothing | pseudo-inputs that no optimizer moves (not in `visit`) | the optimizer refuses such a gradient |
// | a model "wins" by its ELBO | encoders compared, not models | $\mathcal L_K$ with large K; annealing |
// | a density that grows without end | a pixel that never changes has a σ of its own | grey levels made continuous |
//
// ## Exercises
// @exercise{1, **Two weights.** Let $w$ be 1 or 9 with probability ½ each. Compute $\mathcal L_1$, $\mathcal L_2$ and
// $\mathcal L_3$ by hand, $\mathcal L_{50}$ by a program, and $\ln \mathbb E[w]$.}
// @exercise{2, **How fast it closes.** Derive that the gap of $\mathcal L_K$ is about
// $\operatorname{var}(w) / (2 K p(x)^2)$, and check it with exercise 1. For a posterior $\mathcal N(0, 1)$ and draws from
// $\mathcal N(0, s^2)$: for which $s$ is the variance finite? What does $s = 2$ cost in 20 dimensions?}
// @exercise{3, **From elsewhere.** Refine the posteriors of 30 test images starting from the prior instead of the
// encoder's answer. Do they end at the same bound?}
// @exercise{4, **Two parts of the KL.** Derive (3).}
// @exercise{5, **By heart.** Show that $I(x; z) \le \ln N$. Put the mean posterior of 5000 training images in the place of
// the prior. What does the KL become for 1000 of these images, and for test images?}
// @exercise{6, **Other strangers.** Repeat the test of familiarity with test images upside down, and with shuffled pixels.
// With which does the correction help?}
//
// ## Where the real code differs, and further reading
// - Papers report $K = 5000$ on 10 000 test images, and means over several trainings. Here it is 300 images.
// - Evaluation with AIS is usually run with thousands of temperatures on a GPU, and backwards as well (bidirectional Monte
//   Carlo), which bounds the error from the other side on simulated data.
// - Tomczak and Welling clip pseudo-inputs to [0, 1]. Here nothing keeps them there.
// - Serrà et al. compress with PNG, JPEG 2000 and FLIF and take the smallest. Their images are mostly coloured, and their
//   models are flows and autoregressive.
//
// Importance weighting as objective: Y. Burda, R. Grosse, R. Salakhutdinov, *Importance Weighted Autoencoders*, ICLR 2016.
// Signal and noise: T. Rainforth et al., *Tighter Variational Bounds are Not Necessarily Better*, ICML 2018. Its cure:
// G. Tucker, D. Lawson, S. Gu, C. J. Maddison, *Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives*,
// ICLR 2019; for $K = 1$ G. Roeder, Y. Wu, D. Duvenaud, *Sticking the Landing*, NeurIPS 2017. Gaps: C. Cremer, X. Li, D.
// Duvenaud, *Inference Suboptimality in Variational Autoencoders*, ICML 2018. (3): M. D. Hoffman, M. J. Johnson, *ELBO
// surgery*, NeurIPS workshop 2016. Prior: J. M. Tomczak, M. Welling, *VAE with a VampPrior*, AISTATS 2018. Annealing: R.
// M. Neal, *Annealed importance sampling*, Statistics and Computing 11 (2001); Y. Wu, Y. Burda, R. Salakhutdinov, R.
// Grosse, *On the Quantitative Analysis of Decoder-Based Generative Models*, ICLR 2017. Familiarity: E. Nalisnick et al.,
// *Do Deep Generative Models Know What They Don't Know?*, ICLR 2019; J. Serrà et al., *Input Complexity and
// Out-of-distribution Detection with Likelihood-based Generative Models*, ICLR 2020.
