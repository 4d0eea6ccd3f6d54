// **Task.** Pass on synthetic images with labels in place of the real ones. One half of the training images, 25 000,
// is what there is. The conditional VAE of chapter 8 (784-400-20, a prior that depends on the class) learns from it
// for 20 epochs, and draws an image for each of its labels. A classifier (784-400-10, 6 epochs) learns from these
// alone and is tested on real test images.
//
// **Yardsticks.** The same classifier taught by the real half; and by the *other* real half, which shows how much
// depends on which 25 000 images one has. As a maker of images that is no VAE: one Gaussian for each class, with the
// mean and the covariance of its images, grey levels cut off at 0 and 1.
//
// **Metrics.** *TSTR over real* ("train on synthetic, test on real"): the accuracy on test images after synthetic
// training, divided by that after training on the real half. For the mean image and the covariance matrix, the
// distance from those of the real half, $|a - b| / |b|$, over all entries. The total variance, as a multiple of the
// real one. *Moved*: a classifier taught by the other half, as the judge, names the class of every image; moved is
// the share that would have to change class to give the counts that the judge finds in the real half. (The other half
// is judged by the classifier of the first.) *Agreement*: how often the judge names the class that was asked for.
//
// **Chosen** on validation images, by the accuracy of the classifier that they teach: expected pixels or pixels drawn
// as 0 or 1, for the CVAE; 64 directions and equal noise in all others (probabilistic PCA) or the full covariance,
// for the Gaussians.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "models/evaluate/pca.hpp"
#include "nn/rows.hpp"
#include "tutorials/15_use/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plot.hpp"

namespace use {

namespace {

using models::Classifier;
using models::Cvae;

// The makers of images.

Cvae teach_to_draw(Session& session, const Dataset& data) {
    nn::Random random{session.flags.seed};
    Cvae cvae{
        {.vae = {.input = data.images.shape(1)}, .condition = data.classes, .learn_prior = true},
        random};
    const std::size_t epochs = session.epochs(20);
    tutorials::fit(
        session, cvae, data, random,
        {.epochs = epochs,
         .name = "synthetic_cvae",
         .learning_rate =
             nn::schedule::cosine(session.flags.learning_rate, 0, static_cast<double>(epochs)),
         .quiet = true},
        [&](Tape& tape, const nn::Batch& batch) {
            const Variable c = tape.constant(models::one_hot(batch.labels, data.classes));
            return tutorials::neg_elbo(cvae.elbo(tape.constant(batch.images), c, random));
        });
    return cvae;
}

/// The expected pixels of a sample for each label.
Array drawn(const Cvae& cvae, const Indices& labels, nn::Random& random) {
    return nn::map_rows(models::one_hot(labels, cvae.condition),
                        [&](Variable c) { return cvae.sample(c, random); });
}

/// Each pixel black or white, white with the probability that its grey level is.
Array tossed(const Array& means, nn::Random& random) {
    Array pixels;
    random.bernoulli(means, pixels);
    return pixels;
}

/// One Gaussian for a class: k principal directions, and as much noise in all others as there is.
struct Gaussian {
    models::Pca axes;
    double noise;  ///< standard deviation

    Gaussian(const models::Pca& pca, std::size_t k) : axes(pca.first(k)), noise(0) {
        const std::size_t pixels = pca.mean.size();
        for (std::size_t j = k; j < pixels; ++j)
            noise += double{pca.eigenvalues(j)} / static_cast<double>(pixels - k);
        noise = std::sqrt(noise);
    }

    /// Grey levels below 0 become 0, those above 1 become 1.
    Array sample(std::size_t count, nn::Random& random) const {
        const std::size_t k = axes.components.shape(0);
        Array code = random.normal({count, k});
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < k; ++j) code(i, j) *= std::sqrt(axes.eigenvalues(j));
        const Array rest = random.normal({count, axes.mean.size()});
        Array x = axes.decode(code);
        for (std::size_t i = 0; i < x.size(); ++i)
            x.data()[i] = std::clamp(x.data()[i] + Real(noise) * rest.data()[i], Real(0), Real(1));
        return x;
    }
};

/// All principal directions of each class.
std::vector<models::Pca> axes_of_classes(const Dataset& data) {
    std::vector<models::Pca> found;
    for (std::size_t label = 0; label < data.classes; ++label)
        found.push_back(models::pca(only(data, label).images, data.images.shape(1)));
    return found;
}

Array of_gaussians(const std::vector<models::Pca>& classes, std::size_t k, const Indices& labels,
                   nn::Random& random) {
    Array images = autograd::full({labels.size(), classes[0].mean.size()}, 0);
    for (std::size_t label = 0; label < classes.size(); ++label) {
        const Indices rows = tutorials::members(labels, label);
        if (rows.empty()) continue;
        const Array some = Gaussian(classes[label], k).sample(rows.size(), random);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy_n(&some(i, 0), some.shape(1), &images(rows[i], 0));
    }
    return images;
}

// What their images are worth.

Classifier teach(Session& session, const Dataset& data, const std::string& name) {
    nn::Random random{session.flags.seed};
    Classifier net{{.input = data.images.shape(1), .classes = data.classes}, random};
    const std::size_t epochs = session.epochs(6);
    tutorials::fit(session, net, data, random,
                   {.epochs = epochs,
                    .name = "synthetic_" + name,
                    .learning_rate = nn::schedule::cosine(2e-3, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    return net;
}

Dataset with_images(Dataset data, Array images) {
    data.images = std::move(images);
    return data;
}

/// Mean and covariance of images, and what a classifier of real images takes them for.
struct Statistics {
    models::Pca pca;
    Array covariance;  ///< (D, D)
    Numbers shares;    ///< of the classes
    double agreement;  ///< how often it sees the class that the label says

    Statistics(const Dataset& data, const Classifier& judge)
        : pca(models::pca(data.images, data.images.shape(1))), shares(data.classes, 0) {
        covariance = nn::evaluate(
            [](Variable axes, Variable variances) {
                return matmul(transpose(axes * variances), axes);
            },
            pca.components, Array(xt::view(pca.eigenvalues, xt::all(), xt::newaxis())));
        const auto n = static_cast<double>(data.size());
        for (const std::size_t label : judge.predict(data.images)) shares[label] += 1 / n;
        agreement = judge.accuracy(data.images, data.labels);
    }
};

/// |a − b| / |b|, of all entries.
double relative(const Array& a, const Array& b) {
    return std::sqrt(nn::measure(
        [](Variable u, Variable v) { return sum(square(u - v)) / sum(square(v)); }, a, b));
}

double total(const Array& numbers) {
    return nn::measure([](Variable x) { return sum(x); }, numbers);
}

void compare(Session& session, const std::string& name, const Statistics& made,
             const Statistics& real) {
    double moved = 0;  // the share of images that would have to change class
    for (std::size_t c = 0; c < made.shares.size(); ++c)
        moved += std::abs(made.shares[c] - real.shares[c]) / 2;
    session.result("synthetic_mean_" + name, relative(made.pca.mean, real.pca.mean));
    session.result("synthetic_covariance_" + name, relative(made.covariance, real.covariance));
    session.result("synthetic_variance_" + name,
                   total(made.pca.eigenvalues) / total(real.pca.eigenvalues));
    session.result("synthetic_balance_" + name, moved);
    session.result("synthetic_agreement_" + name, made.agreement);
}

void synthetic(Session& session) {
    const Data data = load(session);
    const std::size_t half = data.train.size() / 2, pixels = data.train.images.shape(1);
    const Dataset real = nn::first(data.train, half), other = nn::last(data.train, half);
    nn::Random random{session.flags.seed};

    const auto accuracy = [](const Classifier& net, const Dataset& on) {
        return net.accuracy(on.images, on.labels);
    };
    struct Made {
        Dataset data;
        Classifier taught;
        double validated;
    };
    const auto made = [&](const std::string& name, const Array& images) {
        const Dataset as = with_images(real, images);
        const Classifier net = teach(session, as, name);
        const double validated = accuracy(net, data.validation);
        session.result("synthetic_validation_" + name, validated);
        return Made{as, net, validated};
    };
    const auto better = [](const Made& a, const Made& b) { return a.validated < b.validated; };

    const Cvae cvae = teach_to_draw(session, real);
    const Array means = drawn(cvae, real.labels, random);
    const std::vector<Made> by_cvae{made("means", means), made("pixels", tossed(means, random))};
    const std::vector<models::Pca> classes = axes_of_classes(real);
    std::vector<Made> by_gaussian;
    for (const std::size_t k : {std::size_t{64}, pixels})
        by_gaussian.push_back(made(k == pixels ? "gaussian" : "gaussian_64",
                                   of_gaussians(classes, k, real.labels, random)));
    const Made& vae = *std::max_element(by_cvae.begin(), by_cvae.end(), better);
    const Made& gaussian = *std::max_element(by_gaussian.begin(), by_gaussian.end(), better);

    const Classifier by_real = teach(session, real, "real"), judge = teach(session, other, "other");
    const double of_real = accuracy(by_real, data.test);
    session.result("synthetic_accuracy_real", of_real);
    session.result("tstr_over_real", accuracy(vae.taught, data.test) / of_real);
    session.result("tstr_over_real_gaussian", accuracy(gaussian.taught, data.test) / of_real);
    session.result("tstr_over_real_other", accuracy(judge, data.test) / of_real);

    const Statistics of_half(real, judge), of_other(other, by_real),
        of_means(by_cvae[0].data, judge), of_pixels(by_cvae[1].data, judge),
        of_gaussian(gaussian.data, judge);
    session.result("synthetic_agreement_real", of_half.agreement);
    compare(session, "other", of_other, of_half);
    compare(session, "means", of_means, of_half);
    compare(session, "pixels", of_pixels, of_half);
    compare(session, "gaussian", of_gaussian, of_half);

    const auto one_each = [](const Dataset& of) { return tutorials::one_of_each_class(of); };
    tutorials::save_named_rows(session.file("synthetic.png"),
                               {{"real", one_each(real)},
                                {"CVAE, means", one_each(by_cvae[0].data)},
                                {"CVAE, pixels", one_each(by_cvae[1].data)},
                                {"Gaussian, 64", one_each(by_gaussian[0].data)},
                                {"Gaussian, full", one_each(by_gaussian[1].data)}},
                               data.test.item);
    const auto shown = [](const Statistics& of) {  // those above rounding
        Numbers numbers;
        for (const Real value : of.pca.eigenvalues)
            if (value > 1e-5F) numbers.push_back(double{value});
        return numbers;
    };
    tutorials::Plot plot(
        {.x = "principal direction", .y = "variance along it", .log_x = true, .log_y = true});
    const auto add = [&](const std::string& name, const Statistics& of) {
        const Numbers numbers = shown(of);
        Numbers places;
        for (std::size_t i = 0; i < numbers.size(); ++i) places.push_back(double(i + 1));
        plot.line(name, places, numbers);
    };
    add("real", of_half);
    add("real, other half", of_other);
    add("CVAE, means", of_means);
    add("CVAE, pixels", of_pixels);
    add("Gaussian", of_gaussian);
    plot.save(session.file("synthetic_spectrum.png"));
}

}  // namespace

const tutorials::Experiment experiment{"synthetic", "Synthetic images instead of real ones",
                                       synthetic};

}  // namespace use

// @figure{synthetic.png, One image of each class: real, by the CVAE as expected pixels and as pixels drawn from them,
// and by the Gaussians. (Seed 1.)}
//
// | accuracy on validation images after training on; seeds 1, 2, 3 | |
// |---|---|
// | CVAE, expected pixels | @result{synthetic_validation_means, .3f}, @result{synthetic_seed_2/synthetic_validation_means, .3f}, @result{synthetic_seed_3/synthetic_validation_means, .3f} |
// | CVAE, pixels drawn | @result{synthetic_validation_pixels, .3f}, @result{synthetic_seed_2/synthetic_validation_pixels, .3f}, @result{synthetic_seed_3/synthetic_validation_pixels, .3f} |
// | Gaussians, 64 directions | @result{synthetic_validation_gaussian_64, .3f}, @result{synthetic_seed_2/synthetic_validation_gaussian_64, .3f}, @result{synthetic_seed_3/synthetic_validation_gaussian_64, .3f} |
// | Gaussians, full covariance | @result{synthetic_validation_gaussian, .3f}, @result{synthetic_seed_2/synthetic_validation_gaussian, .3f}, @result{synthetic_seed_3/synthetic_validation_gaussian, .3f} |
//
// | on test images; seeds 1, 2, 3 | |
// |---|---|
// | accuracy after the real half | @result{synthetic_accuracy_real, .3f}, @result{synthetic_seed_2/synthetic_accuracy_real, .3f}, @result{synthetic_seed_3/synthetic_accuracy_real, .3f} |
// | TSTR over real, CVAE | @result{tstr_over_real, .3f}, @result{synthetic_seed_2/tstr_over_real, .3f}, @result{synthetic_seed_3/tstr_over_real, .3f} |
// | TSTR over real, Gaussians | @result{tstr_over_real_gaussian, .3f}, @result{synthetic_seed_2/tstr_over_real_gaussian, .3f}, @result{synthetic_seed_3/tstr_over_real_gaussian, .3f} |
// | the other real half over the real half | @result{tstr_over_real_other, .3f}, @result{synthetic_seed_2/tstr_over_real_other, .3f}, @result{synthetic_seed_3/tstr_over_real_other, .3f} |
//
// Statistics of 25 000 images against those of the real half; seeds 1, 2, 3:
//
// | | mean image | covariance | total variance | moved | agreement |
// |---|---|---|---|---|---|
// | the real half itself | 0 | 0 | 1 | 0 | @result{synthetic_agreement_real, .2f}, @result{synthetic_seed_2/synthetic_agreement_real, .2f}, @result{synthetic_seed_3/synthetic_agreement_real, .2f} |
// | other real half | @result{synthetic_mean_other, .3f}, @result{synthetic_seed_2/synthetic_mean_other, .3f}, @result{synthetic_seed_3/synthetic_mean_other, .3f} | @result{synthetic_covariance_other, .3f}, @result{synthetic_seed_2/synthetic_covariance_other, .3f}, @result{synthetic_seed_3/synthetic_covariance_other, .3f} | @result{synthetic_variance_other, .2f}, @result{synthetic_seed_2/synthetic_variance_other, .2f}, @result{synthetic_seed_3/synthetic_variance_other, .2f} | @result{synthetic_balance_other, .3f}, @result{synthetic_seed_2/synthetic_balance_other, .3f}, @result{synthetic_seed_3/synthetic_balance_other, .3f} | @result{synthetic_agreement_other, .2f}, @result{synthetic_seed_2/synthetic_agreement_other, .2f}, @result{synthetic_seed_3/synthetic_agreement_other, .2f} |
// | CVAE, expected pixels | @result{synthetic_mean_means, .3f}, @result{synthetic_seed_2/synthetic_mean_means, .3f}, @result{synthetic_seed_3/synthetic_mean_means, .3f} | @result{synthetic_covariance_means, .3f}, @result{synthetic_seed_2/synthetic_covariance_means, .3f}, @result{synthetic_seed_3/synthetic_covariance_means, .3f} | @result{synthetic_variance_means, .2f}, @result{synthetic_seed_2/synthetic_variance_means, .2f}, @result{synthetic_seed_3/synthetic_variance_means, .2f} | @result{synthetic_balance_means, .3f}, @result{synthetic_seed_2/synthetic_balance_means, .3f}, @result{synthetic_seed_3/synthetic_balance_means, .3f} | @result{synthetic_agreement_means, .2f}, @result{synthetic_seed_2/synthetic_agreement_means, .2f}, @result{synthetic_seed_3/synthetic_agreement_means, .2f} |
// | CVAE, pixels drawn | @result{synthetic_mean_pixels, .3f}, @result{synthetic_seed_2/synthetic_mean_pixels, .3f}, @result{synthetic_seed_3/synthetic_mean_pixels, .3f} | @result{synthetic_covariance_pixels, .3f}, @result{synthetic_seed_2/synthetic_covariance_pixels, .3f}, @result{synthetic_seed_3/synthetic_covariance_pixels, .3f} | @result{synthetic_variance_pixels, .2f}, @result{synthetic_seed_2/synthetic_variance_pixels, .2f}, @result{synthetic_seed_3/synthetic_variance_pixels, .2f} | @result{synthetic_balance_pixels, .3f}, @result{synthetic_seed_2/synthetic_balance_pixels, .3f}, @result{synthetic_seed_3/synthetic_balance_pixels, .3f} | @result{synthetic_agreement_pixels, .2f}, @result{synthetic_seed_2/synthetic_agreement_pixels, .2f}, @result{synthetic_seed_3/synthetic_agreement_pixels, .2f} |
// | Gaussians, as chosen | @result{synthetic_mean_gaussian, .3f}, @result{synthetic_seed_2/synthetic_mean_gaussian, .3f}, @result{synthetic_seed_3/synthetic_mean_gaussian, .3f} | @result{synthetic_covariance_gaussian, .3f}, @result{synthetic_seed_2/synthetic_covariance_gaussian, .3f}, @result{synthetic_seed_3/synthetic_covariance_gaussian, .3f} | @result{synthetic_variance_gaussian, .2f}, @result{synthetic_seed_2/synthetic_variance_gaussian, .2f}, @result{synthetic_seed_3/synthetic_variance_gaussian, .2f} | @result{synthetic_balance_gaussian, .3f}, @result{synthetic_seed_2/synthetic_balance_gaussian, .3f}, @result{synthetic_seed_3/synthetic_balance_gaussian, .3f} | @result{synthetic_agreement_gaussian, .2f}, @result{synthetic_seed_2/synthetic_agreement_gaussian, .2f}, @result{synthetic_seed_3/synthetic_agreement_gaussian, .2f} |
//
// @figure{synthetic_spectrum.png, Variance along the principal directions of each set of images. The line of the real
// half is hidden by that of the other half. (Seed 1.)}
//
// A classifier that has seen no real image gives .92 to .93 times as many right answers as one taught by real ones. The
// CVAE is ahead of one Gaussian per class with each seed, but by .001 to .009 only, and the Gaussians take no training.
// Pixels drawn as 0 and 1 teach more than expected pixels, which look better; exercise 5 explains their variance.
//
// In the statistics the Gaussians are nearer to the real half in every column, although cutting off at 0 and 1 costs
// them a fifth of the variance. (Their agreement is even a little too high: the judge takes them for their class more
// often than it does real images.) The other real half is nearer still, by far for mean and covariance. The spectrum shows
// what expected pixels lack: after some twenty directions, about as many as the code has numbers, their variance falls
// off.
//
// **Verdict.** A classifier trained on samples of the CVAE reaches .92 or more of the accuracy that real images give,
// but with one Gaussian per class it is within .01 of that, and the Gaussians match mean, covariance and class
// balance better: for this use a VAE is hardly worth its training.
