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
// - Recognise bugs by the curve or the picture that they make (exercise 1).
// - Say why a loss falls in spite of a bug, and which measurement would have told (exercises 2 to 5).
// - Say what a likely bug in a layer would show, and which test it cannot pass (exercise 6).
//
// @predict{Seventeen programs differ from right ones in one wrong line each. In how many of them does
// a gradient check find the mistake?}
//
// ## The idea in one figure
//
// @figure{idea.png, What six programs report while they train the same VAE on the same images: each
// its own loss. One of the six is right. (A is unit_mean, B log_sigma, C pixel_mean, D the right one,
// E one_layer, F batch_over_n.)}
//
// A bug in ordinary code stops the program or gives an absurd answer. A learning program with a bug
// *learns around it*: gradient descent minimises whatever it is given, and every curve in the figure
// falls. Only C shows that something is wrong, if you know that nats per image are in the hundreds.
// Reading the code again seldom helps, because one reads what one meant. What helps is to know what a
// wrong line *does*, and to have a test that it cannot pass.
//
// ## One wrong line
//
// Here is the loss of a VAE, 784-200-10, in the operations of chapter 7, with one line twice: right,
// and wrong.

#include "tutorials/11_bugs/shared.hpp"

#include <cstdio>

#include "models/evaluate/latent_use.hpp"

using namespace bugs;

namespace {

Variable pixel_mean_loss(const Vae& vae, Variable x, Variable noise, bool wrong) {
    const nn::Normal q = vae.encode(x);  // means and log variances, (B, 10)
    const Variable z = q.mean + exp(Real(0.5) * q.log_variance) * noise;
    const Variable logits = vae.decode(z);                 // (B, 784)
    const Variable price = softplus(logits) - x * logits;  // −ln p of each pixel, (B, 784)
    const Variable reconstruction = wrong ? mean(price)    // WRONG: the mean over pixels as well
                                          : mean(sum(price, {1}));
    const Variable kl =
        Real(0.5) * sum(exp(q.log_variance) + square(q.mean) - Real(1) - q.log_variance, {1});
    return reconstruction + mean(kl);
}

Exhibit pixel_mean(Gallery& gallery) {
    const Run right = right_run(gallery);
    const Run wrong = wrong_run(gallery, "pixel_mean", pixel_mean_loss);
    const Array images = nn::first(gallery.data.test, shown).images;
    return {"KL, nats per test image",
            last(right.history, "test_kl"),
            last(wrong.history, "test_kl"),
            {},
            {{"image", images},
             {"right", reconstructions(right.vae, images)},
             {"wrong", reconstructions(wrong.vae, images)}}};
}

}  // namespace

// @figure{pixel_mean.png, Test images (first row), what the right program makes of them (second) and
// what the wrong one makes of them (third).}
//
// **Symptom:** the same grey picture for every image; no unit is active; the KL is
// @result{pixel_mean_wrong, .0e} nats instead of @result{pixel_mean_right, .1f}. **Cause:** the average
// divides the reconstruction by 784, which is the same as weighing the KL with 784: no code is worth
// that. In other libraries it takes one word, `reduction='mean'`, which is the default. **Test:** *both
// parts of the bound are sums over dimensions, averaged over the batch*, which computes them once more
// in plain loops. A symmetry finds it too: *losses do not depend on how often the batch repeats an
// example, but grow with D*.
//
// The program checks before it trains that the right line computes the library's bound, so nothing but
// the marked line is to blame:
//
// @source{tutorials/11_bugs/shared.cpp, wrong_run}
//
// ## Most wrong objectives are a β
//
// Divide the reconstruction $R$ by $c_R$ and the KL by $c_K$. Then
// $$ \frac{R}{c_R} + \frac{\mathrm{KL}}{c_K}
//    = \frac1{c_R} \Bigl( R + \frac{c_R}{c_K}\, \mathrm{KL} \Bigr) , \tag{1} $$
// and a factor in front of everything does not move a minimum. So the program trains, correctly, a
// β-VAE (chapter 9) with $\beta = c_R / c_K$. That is why nothing looks broken. With 784 pixels, $K$
// units, $N$ training images and batches of $B$: averaged pixels are $\beta = 784$, averaged units
// $\beta = 1/K$, the batch over $N$ is $\beta = B/N$.
//
// | symbol | C++ |
// |---|---|
// | $R$, $\mathrm{KL}$ | `Elbo::reconstruction`, `Elbo::kl` |
// | $\mu$, $\lambda = \ln \sigma^2$ | `Normal::mean`, `Normal::log_variance` |
// | $\beta$ | the argument of `Elbo::value` |
// | right and wrong | `wrong ? ... : ...` |
//
// > **Reduction.** Losses and KLs below are in nats per image: summed over dimensions, averaged over
// > images. The two numbers of an exhibit are the same measure of both programs, whatever the wrong one
// > minimises.
//
// ## Four places for a bug
//
// A program that learns computes four things, and a bug in each is caught by another kind of test.
// Every fold below is an exhibit: two programs that differ in the line marked `WRONG`. All nets are
// small. Where a fold does not say otherwise they see @result{training_images} images @result{epochs} times.
//
// ### The gradient of the loss it has
//
// A wrong pullback is found by comparing with something that is not a pullback: differences, with a
// random cotangent (chapter 1).
//
// @experiment{counted_twice}
//
// @experiment{deaf_pullback}
//
// @experiment{last_row}
//
// @prediction{In three: these. In the other fourteen the gradient is right. It is the gradient of the
// wrong objective, or the objective is right and what is reported or what goes in is wrong.}
//
// ### The objective
//
// A gradient check is no use here. What helps is a second computation of the *value*, by plain loops or
// on paper, and the symmetries that the right value has: it does not change when the batch is repeated,
// it doubles when every pixel is there twice, it is zero where $q = p$.
//
// @experiment{unit_mean}
//
// @experiment{batch_over_n}
//
// @experiment{beta_unused}
//
// @experiment{kl_sign}
//
// @experiment{log_sigma}
//
// @experiment{ladder_prior}
//
// @experiment{per_example}
//
// @experiment{half_kl}
//
// ### The number that is reported
//
// Inequalities catch it: a bound lies below what it bounds, importance weighting rises with $K$, no
// model is below the entropy of the data.
//
// @experiment{no_noise}
//
// ### The wiring: which data, which layer, which condition
//
// Neither gradient nor value is wrong as such. Ask what depends on what: does every parameter get a
// gradient, does the output change when this input changes, are these two sets disjoint?
//
// @experiment{one_layer}
//
// @experiment{no_condition}
//
// @experiment{leak}
//
// @experiment{out_of_range}
//
// ## All of them, from three seeds
//
// | `--only` | the number | right, seeds 1, 2, 3 | wrong, seeds 1, 2, 3 | the test that catches it |
// |---|---|---|---|---|
// | `counted_twice` | gradient through 4 blocks | @result{counted_twice_right, .2f} @result{seed_2/counted_twice_right, .2f} @result{seed_3/counted_twice_right, .2f} | @result{counted_twice_wrong, .2f} @result{seed_2/counted_twice_wrong, .2f} @result{seed_3/counted_twice_wrong, .2f} | *an intermediate result hands its gradient on once, when it is complete* |
// | `deaf_pullback` | reconstruction, nats | @result{deaf_pullback_right, .0f} @result{seed_2/deaf_pullback_right, .0f} @result{seed_3/deaf_pullback_right, .0f} | @result{deaf_pullback_wrong, .0f} @result{seed_2/deaf_pullback_wrong, .0f} @result{seed_3/deaf_pullback_wrong, .0f} | *the gradient of every operation is that of central differences* |
// | `last_row` | loss, nats, mean over the epochs | @result{last_row_right, .0f} @result{seed_2/last_row_right, .0f} @result{seed_3/last_row_right, .0f} | @result{last_row_wrong, .0f} @result{seed_2/last_row_wrong, .0f} @result{seed_3/last_row_wrong, .0f} | *a column times a row: each gradient is summed over what was broadcast* |
// | `pixel_mean` | KL, nats | @result{pixel_mean_right, .1f} @result{seed_2/pixel_mean_right, .1f} @result{seed_3/pixel_mean_right, .1f} | @result{pixel_mean_wrong, .1f} @result{seed_2/pixel_mean_wrong, .1f} @result{seed_3/pixel_mean_wrong, .1f} | *both parts of the bound are sums over dimensions, averaged over the batch* |
// | `unit_mean` | KL, nats | @result{unit_mean_right, .1f} @result{seed_2/unit_mean_right, .1f} @result{seed_3/unit_mean_right, .1f} | @result{unit_mean_wrong, .1f} @result{seed_2/unit_mean_wrong, .1f} @result{seed_3/unit_mean_wrong, .1f} | *both parts of the bound are sums over dimensions, averaged over the batch* |
// | `batch_over_n` | KL, nats | @result{batch_over_n_right, .0f} @result{seed_2/batch_over_n_right, .0f} @result{seed_3/batch_over_n_right, .0f} | @result{batch_over_n_wrong, .0f} @result{seed_2/batch_over_n_wrong, .0f} @result{seed_3/batch_over_n_wrong, .0f} | *the bound is minus reconstruction minus beta times KL* |
// | `beta_unused` | KL at β = 4, nats | @result{beta_unused_right, .1f} @result{seed_2/beta_unused_right, .1f} @result{seed_3/beta_unused_right, .1f} | @result{beta_unused_wrong, .1f} @result{seed_2/beta_unused_wrong, .1f} @result{seed_3/beta_unused_wrong, .1f} | *the bound is minus reconstruction minus beta times KL* |
// | `kl_sign` | lg KL | @result{kl_sign_right, .1f} @result{seed_2/kl_sign_right, .1f} @result{seed_3/kl_sign_right, .1f} | @result{kl_sign_wrong, .1f} @result{seed_2/kl_sign_wrong, .1f} @result{seed_3/kl_sign_wrong, .1f} | *the bound is minus reconstruction minus beta times KL* |
// | `log_sigma` | bound less ln p(x), nats | @result{log_sigma_right, .1f} @result{seed_2/log_sigma_right, .1f} @result{seed_3/log_sigma_right, .1f} | @result{log_sigma_wrong, .1f} @result{seed_2/log_sigma_wrong, .1f} @result{seed_3/log_sigma_wrong, .1f} | *both parts of the bound are sums over dimensions, averaged over the batch*, *the bound lies below the evidence, and importance weighting rises to it* |
// | `ladder_prior` | KL of the top level, nats | @result{ladder_prior_right, .1f} @result{seed_2/ladder_prior_right, .1f} @result{seed_3/ladder_prior_right, .1f} | @result{ladder_prior_wrong, .1f} @result{seed_2/ladder_prior_wrong, .1f} @result{seed_3/ladder_prior_wrong, .1f} | *on a Gaussian chain the KL of each level is the information that it carries* |
// | `per_example` | share of activations > .9 | @result{per_example_right, .4f} @result{seed_2/per_example_right, .4f} @result{seed_3/per_example_right, .4f} | @result{per_example_wrong, .4f} @result{seed_2/per_example_wrong, .4f} @result{seed_3/per_example_wrong, .4f} | *units may take turns: only their means over the batch are priced* |
// | `half_kl` | share of activations > .9 | @result{half_kl_right, .2f} @result{seed_2/half_kl_right, .2f} @result{seed_3/half_kl_right, .2f} | @result{half_kl_wrong, .2f} @result{seed_2/half_kl_wrong, .2f} @result{seed_3/half_kl_wrong, .2f} | *the KL between coins is zero at rho and has the values of paper and pencil* |
// | `no_noise` | reported −ELBO, nats | @result{no_noise_right, .1f} @result{seed_2/no_noise_right, .1f} @result{seed_3/no_noise_right, .1f} | @result{no_noise_wrong, .1f} @result{seed_2/no_noise_wrong, .1f} @result{seed_3/no_noise_wrong, .1f} | *the reconstruction is paid for codes that are drawn, not for the mean of the proposal* |
// | `one_layer` | −ELBO, nats | @result{one_layer_right, .1f} @result{seed_2/one_layer_right, .1f} @result{seed_3/one_layer_right, .1f} | @result{one_layer_wrong, .1f} @result{seed_2/one_layer_wrong, .1f} @result{seed_3/one_layer_wrong, .1f} | *mean and log variance have layers of their own, and the bound reaches both* |
// | `no_condition` | share of samples as asked | @result{no_condition_right, .2f} @result{seed_2/no_condition_right, .2f} @result{seed_3/no_condition_right, .2f} | @result{no_condition_wrong, .2f} @result{seed_2/no_condition_wrong, .2f} @result{seed_3/no_condition_wrong, .2f} | *what the condition says, the code need not say* |
// | `leak` | test less training, nats | @result{leak_right, .1f} @result{seed_2/leak_right, .1f} @result{seed_3/leak_right, .1f} | @result{leak_wrong, .1f} @result{seed_2/leak_wrong, .1f} @result{seed_3/leak_wrong, .1f} | *no drawn test image is among those to learn from, and every grey level is a pixel's* |
// | `out_of_range` | loss, nats | @result{out_of_range_right, .1e} @result{seed_2/out_of_range_right, .1e} @result{seed_3/out_of_range_right, .1e} | @result{out_of_range_wrong, .1e} @result{seed_2/out_of_range_wrong, .1e} @result{seed_3/out_of_range_wrong, .1e} | *a folder with the four files of MNIST is read, grey levels as byte / 255* |
//
// (`pixel_mean` is the lesson's own, without `--only`. `kl_sign` gives the logarithm to base 10.) In
// every exhibit the three seeds agree on which program has the larger number; how large a wrong one is
// may depend on the seed, as in `ladder_prior` and `kl_sign`. The first line needs no seed.
//
// - **The reported loss tells least.** Reconstruction and KL apart, the number of active units and a
//   look at samples tell more.
// - **A wrong weight is the most common kind here**: the average over pixels or units, the factor
//   $B/N$, the sign, the unused β, half of a KL. Look at the weight of each term first.
// - **Too good is a symptom.** `kl_sign`, `log_sigma`, `no_noise`, `leak` and `out_of_range` all report
//   better numbers than the right program, and so do A, B, C and F of the first figure.
//
// The claim that the named tests catch these bugs can be checked. `python3 tests/bugs.py build` puts
// the wrong lines into a copy of the library, one at a time, and shows that the named test passes
// without the bug and fails with it.

namespace {

struct Choice {
    std::size_t blind = 0;  // a number that stands for one of the exhibits; 0: none
};

/// The figure at the beginning.
void draw_idea(Gallery& gallery) {
    const Real n = static_cast<Real>(gallery.data.train.size());
    const std::vector<std::pair<std::string, VaeLoss>> programs{
        {"unit_mean", unit_mean_loss},
        {"log_sigma", log_sigma_loss},
        {"pixel_mean", pixel_mean_loss},
        {"model", bound},
        {"one_layer", one_layer_loss},
        {"batch_over_n", [n](const Vae& vae, Variable x, Variable noise, bool wrong) {
             return batch_over_n_loss(vae, x, noise, wrong, n);
         }}};
    std::vector<Plot> plots;
    char letter = 'A';
    for (const auto& [name, loss] : programs) {
        const Run run = train_vae(gallery, name, loss, name != "model");
        plots.push_back(Plot{{.title = std::string(1, letter++), .x = "epoch", .y = "loss"}}.line(
            "", run.history.column("epoch"), run.history.column("train_loss")));
        if (name == "log_sigma" || name == "one_layer") continue;  // their q is not vae.encode's
        nn::Random random{9};
        const auto use = models::latent_use(run.vae, gallery.data.test.images, random);
        std::printf("%s: %s\n", name.c_str(), models::report(use).c_str());
    }
    tutorials::save_plots(gallery.session.file("idea.png"), plots, 3);
}

void lesson(Session& session, const Choice& choice) {
    if (choice.blind > 0) return show_blind(session, choice.blind);
    show(session, "pixel_mean", pixel_mean);
    Gallery gallery(session);
    session.note("training_images", static_cast<double>(gallery.data.train.size()));
    session.note("epochs", static_cast<double>(session.flags.epochs));
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
         .options = {{"--blind", &choice.blind, "show some exhibit, and you guess which"}}},
        [&](Session& session) { lesson(session, choice); });
}

// ## When the bug in front of you is not in the list
//
// | step | what it excludes |
// |---|---|
// | overfit one batch of ten images | a pullback, an optimizer, a disconnected layer |
// | check the gradient in double, noise frozen, random cotangents | wrong pullbacks |
// | compute the loss of three examples in plain loops | reductions, signs, halves |
// | repeat the batch; double the pixels | means where sums belong |
// | print the parts of the loss apart | a weight that was never meant |
// | one backward pass: which parameter has no gradient? | layers shared or cut off |
// | change one input: does the output change? | conditions and settings that are not read |
// | compare with a floor and with a trivial model | losses that cannot be true |
// | a model whose answer is known (a linear one) | all of it together |
//
// When you have found it, write the test first, see it fail, then mend the line.
//
// ## Check it
//
// ```sh
// meson test -C build autograd nn models 11_bugs
// build/tests/models/models -tc='both parts of the bound*'
// ```
//
// ## Exercises
//
// @exercise{1, `--blind 1` to `--blind 20` show one of the sixteen folded exhibits as `blind.png`, without
// its name. How many do you recognise?}
//
// @exercise{2, Two wrongs: average the reconstruction over pixels *and* the KL over units. Which β is
// that? Compute it, then train it.}
//
// @exercise{3, Suppose `last_row` is trained with SGD instead of Adam. Why is it then like batches of one
// image with a learning rate that is $B$ times too small?}
//
// @exercise{4, Which gradient does the recursion of `counted_twice` find for two residual blocks? By
// hand, on paper.}
//
// @exercise{5, Put a decoder that ends in a sigmoid under a squared error, with data from −1 to 1. What
// is the lowest loss that it can reach on the test images?}
//
// @exercise{6, Dropout is left on at evaluation. What would you see, and which existing test would
// notice?}
//
// ## Where the real code differs
//
// - In PyTorch, `binary_cross_entropy` averages over everything by default, also over the batch. A KL
//   that is summed over units and batch then has an effective β of 100 352 with batches of 128 images of 784
//   pixels (the handbook's page on the reduction convention has the table).
// - `kld_weight = batch / N` stands in code that is often copied.
// - Losses on logits do not check that their targets lie between 0 and 1, here or in PyTorch: that would
//   take a pass over the data in each step. Check data once, where they are read.
//
// **Naming traps.** *Posterior collapse* names a symptom, and several of the wrong lines above produce
// it; the papers on it mean the case in which the program is right. A parameter called `logvar`,
// `log_var` or `log_sigma` may be either of $\ln\sigma^2$ and $\ln\sigma$; only its use tells.
//
// ## Further reading
//
// - A. Karpathy, *A Recipe for Training Neural Networks*, 2019.
// - D. Sculley and others, *Hidden Technical Debt in Machine Learning Systems*, NeurIPS 2015.
// - S. Kapoor, A. Narayanan, *Leakage and the reproducibility crisis in machine-learning-based
//   science*, Patterns 4 (2023).
// - J. Lucas, G. Tucker, R. Grosse, M. Norouzi, *Don't Blame the ELBO! A Linear VAE Perspective on
//   Posterior Collapse*, NeurIPS 2019.
// - T. Y. Chen and others, *Metamorphic Testing: A Review of Challenges and Opportunities*, ACM
//   Computing Surveys 51 (2018): testing by symmetries when the right answer is not known.
