// Pixels are missing: each with probability .3 or ½, or a whole quadrant, or the bottom half. They are filled in, and the
// measure is the squared error of a missing pixel, on the first 2000 test images. By squared error the best answer is the
// conditional mean $\operatorname{E}[x_m \mid x_k]$ of the missing pixels, m, given the known ones, k.
//
// | filler | what it does |
// |---|---|
// | mean | the mean of that pixel over the training images |
// | pPCA | the exact conditional mean of a Gaussian, probabilistic PCA with 64 directions: a 64 × 64 system for each image, `models::fill_in` |
// | pPCA, clipped | the same, with answers below 0 or above 1 moved there |
// | VAE, 20, iterated | the lesson's VAE: fill in, encode, decode, fill in what the decoder says, and so on, `models::impute` |
// | VAE, 64, iterated | the same with a better VAE for the purpose |
// | VAE, 64, searched | no encoder: look for the $q(z)$ with the highest bound of the *known* pixels alone, and decode its mean |
// | trained filler | a net in the way of chapter 6: shown the image with holes, and where they are, asked for the rest; trained on just these four kinds of holes |
//
// The mean and pPCA come from all 60 000 training images, so that the answers of pPCA can be compared with known ones; everything
// else learns from the 50 000 that are not for validation.
//
// **Why another VAE.** The lesson's has 20 numbers where pPCA has 64, and a decoder for black and white pixels. The other one
// is D-512-64-512-D with Gaussian pixels whose one $\sigma$ is learnt, and takes 12 epochs instead of 10. On 1000 *validation* images with half of the pixels missing the error of the first is
// @result{imputation_validation_plain, .4f} and that of the second @result{imputation_validation_wide, .4f}; so the second
// was chosen.
//
// **Why iterate, why search.** With a *linear* VAE whose encoder is exact the iteration ends at the conditional mean, from any start
// (exercise 4). With another one nothing of the kind is known: the encoder takes the guess of the round before for an observation.
// The search does without. It starts at the encoder's answer to what pPCA has filled in, and moves mean and variance of $q$
// by 60 steps of Adam (`models::refine`) along the gradient of
// $$ \operatorname{E}_{z \sim q}\bigl[\ln p(x_k \mid z)\bigr] - \operatorname{KL}\bigl(q(z) \,\|\, p(z)\bigr) . $$
// This needs nothing new from the model: its decoder says nothing of one pixel that depends on another, once $z$ is known,
// so pixels that are missing are simply left out of the sum.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/evaluate/imputation.hpp"
#include "models/evaluate/inference_gap.hpp"
#include "models/evaluate/wiener.hpp"
#include "tutorials/15_use/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

namespace use {

namespace {

// --- holes ----------------------------------------------------------------------------------------

/// What is missing: scattered pixels, or a rectangle; the same in all colours.
struct Hole {
    std::string key, label;
    double share = 0;  // of scattered pixels
    bool quadrant =
        false;  // one of four, drawn for each image; else, without a share, the lower half
};
const std::vector<Hole> holes{{"30", "three in ten", 0.3},
                              {"50", "half the pixels", 0.5},
                              {"quadrant", "a quadrant", 0, true},
                              {"half", "the bottom half"}};

/// 1 where a pixel of one image is known, else 0.
void draw_known(const Hole& hole, const Shape& item, nn::Random& random, Real* known) {
    const std::size_t rows = item[0], columns = item[1], colours = item[2];
    const std::size_t which = hole.quadrant ? random.below(4) : 0;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            const bool low = 2 * i >= rows, right = 2 * j >= columns;
            const bool missing = hole.share > 0  ? random.uniform() < hole.share
                                 : hole.quadrant ? low == (which > 1) && right == (which % 2 == 1)
                                                 : low;
            std::fill_n(known + (i * columns + j) * colours, colours, missing ? Real(0) : Real(1));
        }
}

/// The images with NaN where a pixel is missing.
Array with(const Hole& hole, const Dataset& data, nn::Random& random) {
    Array images = data.images, known(Shape{images.shape(1)});
    for (std::size_t n = 0; n < images.shape(0); ++n) {
        draw_known(hole, data.item, random, known.data());
        for (std::size_t d = 0; d < known.size(); ++d)
            if (known(d) == 0) images(n, d) = std::numeric_limits<Real>::quiet_NaN();
    }
    return images;
}

/// 1 where a pixel is known, else 0; and the images with 0 where it is not.
std::pair<Array, Array> known_and_shown(Array images) {
    Array known = autograd::full(images.shape(), 1);
    for (std::size_t i = 0; i < images.size(); ++i)
        if (std::isnan(images.data()[i])) known.data()[i] = images.data()[i] = 0;
    return {known, images};
}

/// The squared error of a missing pixel, averaged over all of them.
double error(const Array& filled, const Array& holed, const Array& images) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < images.size(); ++i)
        if (std::isnan(holed.data()[i])) {
            sum += std::pow(double{filled.data()[i]} - double{images.data()[i]}, 2);
            ++count;
        }
    return sum / count;
}

// --- fillers: images (N, D) with NaN to images without --------------------------------------------

Array clipped(Array images) {
    for (Real& pixel : images.storage()) pixel = std::clamp(pixel, Real(0), Real(1));
    return images;
}

/// What is known as it is, what is missing from `guess`: (N, D), or (D,) for all images.
Array completed(Array images, const Array& guess) {
    for (std::size_t i = 0; i < images.size(); ++i)
        if (std::isnan(images.data()[i])) images.data()[i] = guess.data()[i % guess.size()];
    return clipped(images);
}

/// What comes out, and the share of images that still move after 200 rounds, where it ends.
struct Iterated {
    Array images;
    double moving;
};

Iterated iterated(const Vae& vae, Array images) {
    const auto rebuild = [&](const Array& x) { return clipped(tutorials::reconstruct(vae, x)); };
    const auto moving = static_cast<double>(models::impute(images, rebuild, 200));
    return {images, moving / static_cast<double>(images.shape(0))};
}

/// Of a VAE with Gaussian pixels, from the encoder's answer to images that are filled in already.
Array searched(const Vae& vae, const Array& start, const Array& images, nn::Random& random) {
    const std::size_t pixels = images.shape(1);
    const Real precision = std::exp(-vae.decoder.log_variance.value(0));
    const auto bound_of_known = [&](Variable x, const nn::Normal& q, Variable z) -> models::Draws {
        const Variable known = slice(x, 1, 0, pixels), shown = slice(x, 1, pixels, 2 * pixels);
        const Variable squares = sum(square(known * (shown - vae.decode(z))), {1});
        return {1, Real(-0.5) * precision * squares, {{q, {}, z}}};  // less a constant
    };
    const auto [known, shown] = known_and_shown(images);
    const Array both = nn::evaluate(
        [](Variable k, Variable s) {
            return autograd::concat({k, s}, 1);
        },
        known, shown);
    const auto q = models::refine(bound_of_known, both, models::encoded(vae, start), random,
                                  {.steps = 60, .samples = 1, .learning_rate = Real(0.1)});
    return completed(images, tutorials::decode(vae, q.mean));
}

/// One hidden layer, and beside it a linear path from the known pixels.
struct Filler {
    nn::Sequential bent;
    nn::Linear straight;

    Filler(std::size_t pixels, nn::Random& random)
        : bent(nn::mlp({2 * pixels, 512, pixels}, nn::silu, random)),
          straight(pixels, pixels, random) {}
    Variable operator()(Variable known, Variable shown) const {
        return autograd::sigmoid(bent(autograd::concat({known, shown}, 1)) + straight(shown));
    }
    void visit(auto&& see) {
        see("bent", bent);
        see("straight", straight);
    }
};

Array filled(const Filler& filler, const Array& images) {
    const auto [known, shown] = known_and_shown(images);
    return completed(images, nn::evaluate(filler, known, shown));
}

// --- what is trained ------------------------------------------------------------------------------

/// Each image of a batch gets a hole of one of the kinds. The loss is the squared error in the hole.
Filler trained_filler(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Filler filler(data.train.images.shape(1), random);
    const std::size_t epochs = session.epochs(6);
    const double rate = 2 * session.flags.learning_rate;
    Array known, shown;
    tutorials::fit(session, filler, data.train, random,
                   {.epochs = epochs,
                    .name = "missing_filler",
                    .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       known = shown = batch.images;
                       for (std::size_t n = 0; n < known.shape(0); ++n)
                           draw_known(holes[random.below(holes.size())], data.train.item, random,
                                      &known(n, 0));
                       for (std::size_t i = 0; i < known.size(); ++i)
                           shown.data()[i] *= known.data()[i];
                       const Variable k = tape.constant(known), x = tape.constant(batch.images);
                       const Variable miss = (Real(1) - k) * (filler(k, tape.constant(shown)) - x);
                       return {mean(sum(square(miss), {1})), {}};
                   });
    return filler;
}

Vae trained_wide(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Vae vae({.input = data.train.images.shape(1),
             .hidden = {512},
             .latent = 64,
             .likelihood = models::Likelihood::gaussian,
             .sigma = Real(0.15),
             .learn_sigma = true},
            random);
    train(session, data.train, vae, random, "missing_wide", session.epochs(12));
    return vae;
}

// --- the comparison -------------------------------------------------------------------------------

void missing(Session& session) {
    const Data data = load(session);
    const Vae plain = the_vae(session, data), wide = trained_wide(session, data);
    const Filler filler = trained_filler(session, data);
    const Array& all = session.load_data().train.images;
    const models::ProbabilisticPca gaussian =
        models::probabilistic_pca(models::pca(all, std::min<std::size_t>(64, all.shape(1) - 1)));
    const Array& mean = gaussian.principal.mean;

    nn::Random random{session.flags.seed + 100};
    const std::size_t count = session.flags.quick ? 100 : 2000;
    const Dataset held_out = nn::first(data.validation, count / 2);
    const Array with_holes = with(holes[1], held_out, random);
    session.result("imputation_validation_plain",
                   error(iterated(plain, with_holes).images, with_holes, held_out.images));
    session.result("imputation_validation_wide",
                   error(iterated(wide, with_holes).images, with_holes, held_out.images));

    const Dataset test = nn::first(data.test, count);
    const Indices some = tutorials::upto(std::min<std::size_t>(12, test.size()));
    std::vector<tutorials::NamedImages> rows{{"original", nn::take(test.images, some)}};
    for (const Hole& hole : holes) {
        const Array holed = with(hole, test, random);
        const bool shown = hole.key != "30";
        if (shown)
            rows.push_back(
                {hole.label, completed(nn::take(holed, some), autograd::full({1}, Real(0.35)))});
        const auto measure = [&](const std::string& key, const std::string& label,
                                 const Array& out) {
            const double found = error(out, holed, test.images);
            session.result("imputation_" + key + "_" + hole.key, found);
            if (shown && !label.empty()) rows.push_back({label, nn::take(out, some)});
            return found;
        };
        const Array exact = models::fill_in(gaussian, holed);
        measure("mean", "", completed(holed, mean));
        const double linear = measure("ppca", "", exact);
        measure("clipped", "pPCA", clipped(exact));
        measure("plain", "", iterated(plain, holed).images);
        const Iterated guessed = iterated(wide, holed);
        const double by_iteration = measure("wide", "VAE, iterated", guessed.images);
        session.result("imputation_moving_" + hole.key, guessed.moving);
        const double by_search =
            measure("search", "VAE, searched", searched(wide, clipped(exact), holed, random));
        measure("filler", "trained filler", filled(filler, holed));
        session.note("imputation_over_ppca_" + hole.key, by_iteration / linear);
        session.note("imputation_search_over_ppca_" + hole.key, by_search / linear);
        if (hole.key == "50") session.result("imputation_over_ppca", by_iteration / linear);
    }
    tutorials::save_named_rows(session.file("missing.png"), rows, test.item, 2);
}

const tutorials::Experiment experiment{"missing", "Missing pixels, filled in", missing};

}  // namespace

}  // namespace use

// | squared error per missing pixel, seeds 1, 2, 3 | 30 % | 50 % | a quadrant | the bottom half |
// |---|---|---|---|---|
// | mean | @result{imputation_mean_30, .4f}, @result{missing_seed_2/imputation_mean_30, .4f}, @result{missing_seed_3/imputation_mean_30, .4f} | @result{imputation_mean_50, .4f}, @result{missing_seed_2/imputation_mean_50, .4f}, @result{missing_seed_3/imputation_mean_50, .4f} | @result{imputation_mean_quadrant, .4f}, @result{missing_seed_2/imputation_mean_quadrant, .4f}, @result{missing_seed_3/imputation_mean_quadrant, .4f} | @result{imputation_mean_half, .4f}, @result{missing_seed_2/imputation_mean_half, .4f}, @result{missing_seed_3/imputation_mean_half, .4f} |
// | pPCA, exact | @result{imputation_ppca_30, .4f}, @result{missing_seed_2/imputation_ppca_30, .4f}, @result{missing_seed_3/imputation_ppca_30, .4f} | @result{imputation_ppca_50, .4f}, @result{missing_seed_2/imputation_ppca_50, .4f}, @result{missing_seed_3/imputation_ppca_50, .4f} | @result{imputation_ppca_quadrant, .4f}, @result{missing_seed_2/imputation_ppca_quadrant, .4f}, @result{missing_seed_3/imputation_ppca_quadrant, .4f} | @result{imputation_ppca_half, .4f}, @result{missing_seed_2/imputation_ppca_half, .4f}, @result{missing_seed_3/imputation_ppca_half, .4f} |
// | pPCA, clipped | @result{imputation_clipped_30, .4f}, @result{missing_seed_2/imputation_clipped_30, .4f}, @result{missing_seed_3/imputation_clipped_30, .4f} | @result{imputation_clipped_50, .4f}, @result{missing_seed_2/imputation_clipped_50, .4f}, @result{missing_seed_3/imputation_clipped_50, .4f} | @result{imputation_clipped_quadrant, .4f}, @result{missing_seed_2/imputation_clipped_quadrant, .4f}, @result{missing_seed_3/imputation_clipped_quadrant, .4f} | @result{imputation_clipped_half, .4f}, @result{missing_seed_2/imputation_clipped_half, .4f}, @result{missing_seed_3/imputation_clipped_half, .4f} |
// | VAE, 20, iterated | @result{imputation_plain_30, .4f}, @result{missing_seed_2/imputation_plain_30, .4f}, @result{missing_seed_3/imputation_plain_30, .4f} | @result{imputation_plain_50, .4f}, @result{missing_seed_2/imputation_plain_50, .4f}, @result{missing_seed_3/imputation_plain_50, .4f} | @result{imputation_plain_quadrant, .4f}, @result{missing_seed_2/imputation_plain_quadrant, .4f}, @result{missing_seed_3/imputation_plain_quadrant, .4f} | @result{imputation_plain_half, .4f}, @result{missing_seed_2/imputation_plain_half, .4f}, @result{missing_seed_3/imputation_plain_half, .4f} |
// | VAE, 64, iterated | @result{imputation_wide_30, .4f}, @result{missing_seed_2/imputation_wide_30, .4f}, @result{missing_seed_3/imputation_wide_30, .4f} | @result{imputation_wide_50, .4f}, @result{missing_seed_2/imputation_wide_50, .4f}, @result{missing_seed_3/imputation_wide_50, .4f} | @result{imputation_wide_quadrant, .4f}, @result{missing_seed_2/imputation_wide_quadrant, .4f}, @result{missing_seed_3/imputation_wide_quadrant, .4f} | @result{imputation_wide_half, .4f}, @result{missing_seed_2/imputation_wide_half, .4f}, @result{missing_seed_3/imputation_wide_half, .4f} |
// | VAE, 64, searched | @result{imputation_search_30, .4f}, @result{missing_seed_2/imputation_search_30, .4f}, @result{missing_seed_3/imputation_search_30, .4f} | @result{imputation_search_50, .4f}, @result{missing_seed_2/imputation_search_50, .4f}, @result{missing_seed_3/imputation_search_50, .4f} | @result{imputation_search_quadrant, .4f}, @result{missing_seed_2/imputation_search_quadrant, .4f}, @result{missing_seed_3/imputation_search_quadrant, .4f} | @result{imputation_search_half, .4f}, @result{missing_seed_2/imputation_search_half, .4f}, @result{missing_seed_3/imputation_search_half, .4f} |
// | trained filler | @result{imputation_filler_30, .4f}, @result{missing_seed_2/imputation_filler_30, .4f}, @result{missing_seed_3/imputation_filler_30, .4f} | @result{imputation_filler_50, .4f}, @result{missing_seed_2/imputation_filler_50, .4f}, @result{missing_seed_3/imputation_filler_50, .4f} | @result{imputation_filler_quadrant, .4f}, @result{missing_seed_2/imputation_filler_quadrant, .4f}, @result{missing_seed_3/imputation_filler_quadrant, .4f} | @result{imputation_filler_half, .4f}, @result{missing_seed_2/imputation_filler_half, .4f}, @result{missing_seed_3/imputation_filler_half, .4f} |
// | iterated VAE over exact pPCA | @result{imputation_over_ppca_30, .2f}, @result{missing_seed_2/imputation_over_ppca_30, .2f}, @result{missing_seed_3/imputation_over_ppca_30, .2f} | @result{imputation_over_ppca_50, .2f}, @result{missing_seed_2/imputation_over_ppca_50, .2f}, @result{missing_seed_3/imputation_over_ppca_50, .2f} | @result{imputation_over_ppca_quadrant, .2f}, @result{missing_seed_2/imputation_over_ppca_quadrant, .2f}, @result{missing_seed_3/imputation_over_ppca_quadrant, .2f} | @result{imputation_over_ppca_half, .2f}, @result{missing_seed_2/imputation_over_ppca_half, .2f}, @result{missing_seed_3/imputation_over_ppca_half, .2f} |
// | searched VAE over exact pPCA | @result{imputation_search_over_ppca_30, .2f}, @result{missing_seed_2/imputation_search_over_ppca_30, .2f}, @result{missing_seed_3/imputation_search_over_ppca_30, .2f} | @result{imputation_search_over_ppca_50, .2f}, @result{missing_seed_2/imputation_search_over_ppca_50, .2f}, @result{missing_seed_3/imputation_search_over_ppca_50, .2f} | @result{imputation_search_over_ppca_quadrant, .2f}, @result{missing_seed_2/imputation_search_over_ppca_quadrant, .2f}, @result{missing_seed_3/imputation_search_over_ppca_quadrant, .2f} | @result{imputation_search_over_ppca_half, .2f}, @result{missing_seed_2/imputation_search_over_ppca_half, .2f}, @result{missing_seed_3/imputation_search_over_ppca_half, .2f} |
//
// @figure{missing.png, Twelve test images, three kinds of holes, and four fillers (seed 1); both VAEs are the one with 64
// numbers. Grey: missing.}
//
// The exact answers of pPCA are those known from a separate computation: .01274 and .01345 for scattered pixels, from which
// a run, with holes drawn at random, differs by about .0001 at most, and .04288 for the bottom half.
//
// **Scattered holes.** Known pixels are everywhere, and both ways of using the VAE with 64 numbers are better than the exact
// Gaussian answer, at 50 % by about a fifth and a quarter. (The VAE's answers are clipped. Clipped answers of pPCA are better by 4 to
// 8 % than exact ones, and still worse than both with scattered holes.) Images are not Gaussian, and here it pays to know that.
// The VAE with 20 numbers is worse than pPCA; probably its code is too narrow for the detail that half of the pixels still show.
//
// **Large holes.** With a quadrant missing the iteration, with 64 numbers, is a little better than exact pPCA and, with two of
// three seeds, a little worse than clipped pPCA. With the bottom half missing it fails: its answer is worse than the mean image.
// Look at the second and the eighth garment of the figure. It starts from one grey for the whole hole, the encoder can take that
// for cloth, and what the decoder makes of it is the next observation. It stops after 200 rounds at the latest. Then
// @result{imputation_moving_half, .0%}, @result{missing_seed_2/imputation_moving_half, .0%} and
// @result{missing_seed_3/imputation_moving_half, .0%} of the images still move (of those with a quadrant missing
// @result{imputation_moving_quadrant, .1%}, @result{missing_seed_2/imputation_moving_quadrant, .1%} and
// @result{missing_seed_3/imputation_moving_quadrant, .1%}, with half of the pixels missing
// @result{imputation_moving_50, .1%}, @result{missing_seed_2/imputation_moving_50, .1%} and
// @result{missing_seed_3/imputation_moving_50, .1%}), for which exercise 4 gives a reason, and
// nothing says that more rounds would lead to a better answer. The search, with the same decoder,
// is better than pPCA, exact or clipped, with all four kinds of holes. But it starts from pPCA's answer, and may need that: in a trial on bottom halves of
// validation images, which is not part of this program, it ended slightly behind pPCA when it started from the mean image.
//
// **The trained filler** gives the best answer for the bottom half, in one pass. For a quadrant it is as good as the search, to
// .0001. With scattered holes it is worse than pPCA: one net with 512 hidden units that learns four kinds of holes in six
// epochs. Whether a larger net or longer training would mend that, we have not tried. Another kind of hole needs another
// training; pPCA and the VAE need none.
//
// **Verdict.** A VAE is worth having for holes of every form that was tried here if $q$ is fitted to the known pixels; if the form
// of the hole is known beforehand and the hole is large, train a net to fill it; and do not trust the iteration with large holes.
