// To edit an image one moves its code: by the mean code of images with an attribute minus that of images without it. Which
// codes are worth it? Four kinds are compared: the pixels themselves, the first 20 principal components, and the 20 numbers
// of the plain autoencoder and of the VAE. The last three appear twice: the edited code decoded, and **change only**, the
// original plus the difference of two decoded images, with the edit and without it. That keeps the details that the code has
// lost. The last method draws nothing: **nearest real** is the training image of the other class that is nearest to the image
// edited in pixels.
//
// Fashion-MNIST has no labels for attributes, only for classes. T-shirt to pullover should mean *long sleeves*, sneaker to
// ankle boot *a shaft*. Whether a picture has sleeves is not known, only what a classifier takes it for, and the two classes
// differ in more than sleeves.
//
// Each edited image is asked three things:
//
// - *seen*: does a judge take it for the other class, out of all ten? The judge is a classifier, 784-400-10, that
//   has learnt from the real training images.
// - *passed*: is it seen so and also lies among real images of the other class? That is, no farther from one of them than its
//   third neighbour is (`models::lie_among`), and this twice: in pixels, and in the 400 features of the judge's hidden layer.
//   Either alone can be fooled, pixels by blur and features by patterns that no garment has.
// - *recognised*: in the pixels where the mean images of the two classes differ by less than a tenth
//   (@result{sleeves_outside, .0f} and @result{shaft_outside, .0f} of 784), is it nearer to its own original than to all other
//   images that are edited?
//
// *Both* is the share of images that pass and are recognised. The strength, in multiples of the difference of the means, is
// chosen for each method on validation images, from ¼, ½, ... 4: if the method keeps the original and adds to it (pixels and
// *change only*), the one with most images for *both*, and otherwise, as most are not recognised then, for *passed*. One judge
// is there to choose. Another one, with other initial weights, measures on the 1000 test images; it is right for
// @result{editing_judge_accuracy, .1%} of all test images (seed 1). *Error* is the squared error per pixel to the original in
// the pixels of *recognised*; *distance* that to the nearest training image of the other class, in all pixels, which blur makes
// smaller.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "models/evaluate/pca.hpp"
#include "models/evaluate/precision_recall.hpp"
#include "tutorials/15_use/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"

namespace use {

namespace {

models::Classifier trained_judge(Session& session, const Data& data, const std::string& name,
                                 std::uint64_t seed) {
    nn::Random random{seed};
    models::Classifier judge{{.input = data.train.images.shape(1), .classes = data.train.classes},
                             random};
    const std::size_t epochs = session.epochs(10);
    tutorials::fit(session, judge, data.train, random,
                   {.epochs = epochs,
                    .name = name,
                    .learning_rate = nn::schedule::cosine(2e-3, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {judge.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    return judge;
}

Array mean_of(const Array& rows) {
    return nn::evaluate([](Variable x) { return mean(x, {0}, true); }, rows);
}

// rows + strength · direction, (N, D) and (1, D).
Array moved(const Array& rows, const Array& direction, Real strength) {
    return nn::evaluate([&](Variable z, Variable d) { return z + strength * d; }, rows, direction);
}

Array clipped(const Array& pictures) {
    return nn::evaluate([](Variable x) { return clip(x, 0, 1); }, pictures);
}

// The images, and the change that a model would make to what it rebuilds.
Array changed_by(const Array& images, const Array& after, const Array& before) {
    return nn::evaluate([](Variable x, Variable a, Variable b) { return clip(x + a - b, 0, 1); },
                        images, after, before);
}

// Those of the pixels: (N, kept).
Array some_pixels(const Array& images, const Indices& kept) {
    return nn::evaluate([&](Variable x) { return transpose(gather(transpose(x), kept)); }, images);
}

// The activations of the judge's hidden layer.
Array features(models::Classifier& judge, const Array& images) {
    const auto of = nn::parameters(judge);  // weights and biases, layer by layer
    return nn::evaluate(
        [](Variable x, Variable weight, Variable bias) { return relu(linear(x, weight, bias)); },
        images, of[0].parameter->value, of[1].parameter->value);
}

struct Marks {
    double seen = 0, passed = 0, recognised = 0, all = 0;
};

struct Method {
    std::string key, label;
    bool keeps;  // the original, and adds to it
    std::function<Array(const Array& images, Real strength)> edit;
};

// From one class to another.
struct Task {
    std::string key;
    std::size_t from, to;
    Indices kept = {};  // the pixels where the mean images of both differ by less than a tenth
};

// Images to be edited, and real ones of the other class.
struct Examples {
    Array images, real;
};

struct Editing {
    Session& session;
    const Data& data;
    Vae vae;
    Autoencoder plain;
    models::Pca pca;
    models::Classifier chooses, measures;

    Editing(Session& run, const Data& images)
        : session(run),
          data(images),
          vae(the_vae(session, data)),
          plain(the_autoencoder(session, data)),
          pca(models::pca(data.train.images, vae.latent())),
          chooses(trained_judge(session, data, "judge_chooses", session.flags.seed + 100)),
          measures(trained_judge(session, data, "judge_measures", session.flags.seed)) {
        session.result("editing_judge_accuracy",
                       measures.accuracy(data.test.images, data.test.labels));
    }

    std::vector<Method> methods(const Examples& train) const {
        const auto difference = [&](const auto& encode) {
            return moved(mean_of(encode(train.real)), mean_of(encode(train.images)), -1);
        };
        std::vector<Method> all;
        const Array in_pixels = difference([](const Array& x) { return x; });
        all.push_back({"pixels", "pixels", true, [=](const Array& x, Real strength) {
                           return clipped(moved(x, in_pixels, strength));
                       }});
        // What decodes a code; the same, taking over nothing but the change.
        const auto add = [&](const std::string& key, const std::string& label, const auto& encode,
                             const auto& decode) {
            const Array direction = difference(encode);
            const auto decoded = [=](const Array& x, Real strength) {
                return clipped(decode(moved(encode(x), direction, strength)));
            };
            all.push_back({key, label, false, decoded});
            all.push_back(
                {key + "_kept", label + ", change only", true, [=](const Array& x, Real strength) {
                     return changed_by(x, decoded(x, strength), decoded(x, 0));
                 }});
        };
        const auto add_model = [&](const std::string& key, const std::string& label,
                                   const auto& model) {
            add(
                key, label, [&model](const Array& x) { return tutorials::encode(model, x); },
                [&model](const Array& z) { return tutorials::decode(model, z); });
        };
        add(
            "pca", "PCA", [this](const Array& x) { return pca.encode(x); },
            [this](const Array& z) { return pca.decode(z); });
        add_model("plain", "autoencoder", plain);
        add_model("vae", "VAE", vae);
        all.push_back(
            {"nearest", "nearest real", false, [=, &train](const Array& x, Real strength) {
                 const Array edited = clipped(moved(x, in_pixels, strength));
                 return nn::take(train.real, tutorials::nearest(edited, train.real));
             }});
        return all;
    }

    // What a judge says of edited images, and how much of the originals is left, as shares.
    static Marks marks(models::Classifier& judge, const Task& task, const Examples& examples,
                       const Array& pictures) {
        const Indices said = judge.predict(pictures),
                      found = tutorials::nearest(some_pixels(pictures, task.kept),
                                                 some_pixels(examples.images, task.kept));
        const std::vector<bool> in_pixels = models::lie_among(pictures, examples.real),
                                in_features = models::lie_among(features(judge, pictures),
                                                                features(judge, examples.real));
        Marks out;
        const double one = 1 / static_cast<double>(pictures.shape(0));
        for (std::size_t i = 0; i < said.size(); ++i) {
            const bool seen = said[i] == task.to, passed = seen && in_pixels[i] && in_features[i];
            out.seen += one * seen;
            out.passed += one * passed;
            out.recognised += one * (found[i] == i);
            out.all += one * (passed && found[i] == i);
        }
        return out;
    }

    // The strength with which most validation images pass before the judge that chooses, and if the method
    // keeps the original, are recognised too.
    Real best_strength(const Method& method, const Task& task, const Examples& examples) {
        double most = -1;
        Real best = 0;
        for (Real strength = 0.25; strength <= 4; strength += Real(0.25)) {
            const Marks found =
                marks(chooses, task, examples, method.edit(examples.images, strength));
            const double good = method.keeps ? found.all : found.passed;
            if (good > most) most = good, best = strength;
        }
        return best;
    }

    // What the test images of the first class become, row by row.
    std::vector<tutorials::NamedImages> run(Task task) {
        const auto examples = [&](const Dataset& set) -> Examples {
            return {only(set, task.from).images, only(set, task.to).images};
        };
        const Examples train = examples(data.train), validation = examples(data.validation),
                       test = examples(data.test);
        const Array &images = test.images, &known = train.real,
                    difference = moved(mean_of(train.real), mean_of(train.images), -1);
        for (std::size_t d = 0; d < difference.size(); ++d)
            if (std::abs(difference(0, d)) < Real(0.1)) task.kept.push_back(d);
        session.result(task.key + "_outside", static_cast<double>(task.kept.size()));
        std::vector<tutorials::NamedImages> rows;
        const auto measure = [&](const std::string& name, const std::string& label,
                                 const Array& pictures) {
            const std::string key = task.key + "_" + name;
            const Marks found = marks(measures, task, test, pictures);
            session.note(key + "_seen", found.seen);
            session.result(key + "_passed", found.passed);
            session.note(key + "_recognised", found.recognised);
            session.result(key + "_all", found.all);
            session.note(key + "_error",
                         tutorials::error_per_pixel(some_pixels(images, task.kept),
                                                    some_pixels(pictures, task.kept)));
            session.note(key + "_distance",
                         tutorials::error_per_pixel(
                             pictures, nn::take(known, tutorials::nearest(pictures, known))));
            rows.push_back({label, pictures});
        };
        measure("before", "image", images);
        for (const Method& method : methods(train)) {
            const Real strength = best_strength(method, task, validation);
            session.note(task.key + "_" + method.key + "_strength", double{strength});
            measure(method.key, method.label, method.edit(images, strength));
        }
        const Array& real = validation.real;
        const Marks of_real = marks(measures, task, {real, test.real}, real);
        session.note(task.key + "_real_seen", of_real.seen);
        session.note(task.key + "_real_passed", of_real.passed);
        session.note(
            task.key + "_real_distance",
            tutorials::error_per_pixel(real, nn::take(known, tutorials::nearest(real, known))));
        return rows;
    }
};

void editing(Session& session) {
    const Data data = load(session);
    Editing all(session, data);
    enum : std::size_t { t_shirt = 0, pullover = 2, sneaker = 7, boot = 9 };
    const auto tops = all.run({"sleeves", t_shirt, pullover}),
               shoes = all.run({"shaft", sneaker, boot});
    std::vector<tutorials::NamedImages> rows;
    const Indices shown = tutorials::upto(7);
    for (std::size_t i = 0; i < tops.size(); ++i)
        rows.push_back({tops[i].name, tutorials::join(nn::take(tops[i].images, shown),
                                                      nn::take(shoes[i].images, shown))});
    tutorials::save_named_rows(session.file("editing.png"), rows, data.test.item);
}

const tutorials::Experiment experiment{
    "editing", "Editing attributes: the difference of two means, in four kinds of codes", editing};

}  // namespace

}  // namespace use

// @figure{editing.png, Test images, T-shirts on the left and sneakers on the right, and what each method makes of them with the strength
// chosen for it (seed 1).}
//
// | T-shirt to pullover | strength | seen | passed | recognised | both | error | distance |
// |---|---|---|---|---|---|---|---|
// | not edited |  | @result{sleeves_before_seen, .2f}, @result{editing_seed_2/sleeves_before_seen, .2f}, @result{editing_seed_3/sleeves_before_seen, .2f} | @result{sleeves_before_passed, .2f}, @result{editing_seed_2/sleeves_before_passed, .2f}, @result{editing_seed_3/sleeves_before_passed, .2f} |  |  |  | @result{sleeves_before_distance, .4f}, @result{editing_seed_2/sleeves_before_distance, .4f}, @result{editing_seed_3/sleeves_before_distance, .4f} |
// | real ones of the other class |  | @result{sleeves_real_seen, .2f}, @result{editing_seed_2/sleeves_real_seen, .2f}, @result{editing_seed_3/sleeves_real_seen, .2f} | @result{sleeves_real_passed, .2f}, @result{editing_seed_2/sleeves_real_passed, .2f}, @result{editing_seed_3/sleeves_real_passed, .2f} |  |  |  | @result{sleeves_real_distance, .4f}, @result{editing_seed_2/sleeves_real_distance, .4f}, @result{editing_seed_3/sleeves_real_distance, .4f} |
// | pixels | @result{sleeves_pixels_strength, .2f}, @result{editing_seed_2/sleeves_pixels_strength, .2f}, @result{editing_seed_3/sleeves_pixels_strength, .2f} | @result{sleeves_pixels_seen, .2f}, @result{editing_seed_2/sleeves_pixels_seen, .2f}, @result{editing_seed_3/sleeves_pixels_seen, .2f} | @result{sleeves_pixels_passed, .2f}, @result{editing_seed_2/sleeves_pixels_passed, .2f}, @result{editing_seed_3/sleeves_pixels_passed, .2f} | @result{sleeves_pixels_recognised, .2f}, @result{editing_seed_2/sleeves_pixels_recognised, .2f}, @result{editing_seed_3/sleeves_pixels_recognised, .2f} | @result{sleeves_pixels_all, .2f}, @result{editing_seed_2/sleeves_pixels_all, .2f}, @result{editing_seed_3/sleeves_pixels_all, .2f} | @result{sleeves_pixels_error, .4f}, @result{editing_seed_2/sleeves_pixels_error, .4f}, @result{editing_seed_3/sleeves_pixels_error, .4f} | @result{sleeves_pixels_distance, .4f}, @result{editing_seed_2/sleeves_pixels_distance, .4f}, @result{editing_seed_3/sleeves_pixels_distance, .4f} |
// | PCA | @result{sleeves_pca_strength, .2f}, @result{editing_seed_2/sleeves_pca_strength, .2f}, @result{editing_seed_3/sleeves_pca_strength, .2f} | @result{sleeves_pca_seen, .2f}, @result{editing_seed_2/sleeves_pca_seen, .2f}, @result{editing_seed_3/sleeves_pca_seen, .2f} | @result{sleeves_pca_passed, .2f}, @result{editing_seed_2/sleeves_pca_passed, .2f}, @result{editing_seed_3/sleeves_pca_passed, .2f} | @result{sleeves_pca_recognised, .2f}, @result{editing_seed_2/sleeves_pca_recognised, .2f}, @result{editing_seed_3/sleeves_pca_recognised, .2f} | @result{sleeves_pca_all, .2f}, @result{editing_seed_2/sleeves_pca_all, .2f}, @result{editing_seed_3/sleeves_pca_all, .2f} | @result{sleeves_pca_error, .4f}, @result{editing_seed_2/sleeves_pca_error, .4f}, @result{editing_seed_3/sleeves_pca_error, .4f} | @result{sleeves_pca_distance, .4f}, @result{editing_seed_2/sleeves_pca_distance, .4f}, @result{editing_seed_3/sleeves_pca_distance, .4f} |
// | PCA, change only | @result{sleeves_pca_kept_strength, .2f}, @result{editing_seed_2/sleeves_pca_kept_strength, .2f}, @result{editing_seed_3/sleeves_pca_kept_strength, .2f} | @result{sleeves_pca_kept_seen, .2f}, @result{editing_seed_2/sleeves_pca_kept_seen, .2f}, @result{editing_seed_3/sleeves_pca_kept_seen, .2f} | @result{sleeves_pca_kept_passed, .2f}, @result{editing_seed_2/sleeves_pca_kept_passed, .2f}, @result{editing_seed_3/sleeves_pca_kept_passed, .2f} | @result{sleeves_pca_kept_recognised, .2f}, @result{editing_seed_2/sleeves_pca_kept_recognised, .2f}, @result{editing_seed_3/sleeves_pca_kept_recognised, .2f} | @result{sleeves_pca_kept_all, .2f}, @result{editing_seed_2/sleeves_pca_kept_all, .2f}, @result{editing_seed_3/sleeves_pca_kept_all, .2f} | @result{sleeves_pca_kept_error, .4f}, @result{editing_seed_2/sleeves_pca_kept_error, .4f}, @result{editing_seed_3/sleeves_pca_kept_error, .4f} | @result{sleeves_pca_kept_distance, .4f}, @result{editing_seed_2/sleeves_pca_kept_distance, .4f}, @result{editing_seed_3/sleeves_pca_kept_distance, .4f} |
// | autoencoder | @result{sleeves_plain_strength, .2f}, @result{editing_seed_2/sleeves_plain_strength, .2f}, @result{editing_seed_3/sleeves_plain_strength, .2f} | @result{sleeves_plain_seen, .2f}, @result{editing_seed_2/sleeves_plain_seen, .2f}, @result{editing_seed_3/sleeves_plain_seen, .2f} | @result{sleeves_plain_passed, .2f}, @result{editing_seed_2/sleeves_plain_passed, .2f}, @result{editing_seed_3/sleeves_plain_passed, .2f} | @result{sleeves_plain_recognised, .2f}, @result{editing_seed_2/sleeves_plain_recognised, .2f}, @result{editing_seed_3/sleeves_plain_recognised, .2f} | @result{sleeves_plain_all, .2f}, @result{editing_seed_2/sleeves_plain_all, .2f}, @result{editing_seed_3/sleeves_plain_all, .2f} | @result{sleeves_plain_error, .4f}, @result{editing_seed_2/sleeves_plain_error, .4f}, @result{editing_seed_3/sleeves_plain_error, .4f} | @result{sleeves_plain_distance, .4f}, @result{editing_seed_2/sleeves_plain_distance, .4f}, @result{editing_seed_3/sleeves_plain_distance, .4f} |
// | autoencoder, change only | @result{sleeves_plain_kept_strength, .2f}, @result{editing_seed_2/sleeves_plain_kept_strength, .2f}, @result{editing_seed_3/sleeves_plain_kept_strength, .2f} | @result{sleeves_plain_kept_seen, .2f}, @result{editing_seed_2/sleeves_plain_kept_seen, .2f}, @result{editing_seed_3/sleeves_plain_kept_seen, .2f} | @result{sleeves_plain_kept_passed, .2f}, @result{editing_seed_2/sleeves_plain_kept_passed, .2f}, @result{editing_seed_3/sleeves_plain_kept_passed, .2f} | @result{sleeves_plain_kept_recognised, .2f}, @result{editing_seed_2/sleeves_plain_kept_recognised, .2f}, @result{editing_seed_3/sleeves_plain_kept_recognised, .2f} | @result{sleeves_plain_kept_all, .2f}, @result{editing_seed_2/sleeves_plain_kept_all, .2f}, @result{editing_seed_3/sleeves_plain_kept_all, .2f} | @result{sleeves_plain_kept_error, .4f}, @result{editing_seed_2/sleeves_plain_kept_error, .4f}, @result{editing_seed_3/sleeves_plain_kept_error, .4f} | @result{sleeves_plain_kept_distance, .4f}, @result{editing_seed_2/sleeves_plain_kept_distance, .4f}, @result{editing_seed_3/sleeves_plain_kept_distance, .4f} |
// | VAE | @result{sleeves_vae_strength, .2f}, @result{editing_seed_2/sleeves_vae_strength, .2f}, @result{editing_seed_3/sleeves_vae_strength, .2f} | @result{sleeves_vae_seen, .2f}, @result{editing_seed_2/sleeves_vae_seen, .2f}, @result{editing_seed_3/sleeves_vae_seen, .2f} | @result{sleeves_vae_passed, .2f}, @result{editing_seed_2/sleeves_vae_passed, .2f}, @result{editing_seed_3/sleeves_vae_passed, .2f} | @result{sleeves_vae_recognised, .2f}, @result{editing_seed_2/sleeves_vae_recognised, .2f}, @result{editing_seed_3/sleeves_vae_recognised, .2f} | @result{sleeves_vae_all, .2f}, @result{editing_seed_2/sleeves_vae_all, .2f}, @result{editing_seed_3/sleeves_vae_all, .2f} | @result{sleeves_vae_error, .4f}, @result{editing_seed_2/sleeves_vae_error, .4f}, @result{editing_seed_3/sleeves_vae_error, .4f} | @result{sleeves_vae_distance, .4f}, @result{editing_seed_2/sleeves_vae_distance, .4f}, @result{editing_seed_3/sleeves_vae_distance, .4f} |
// | VAE, change only | @result{sleeves_vae_kept_strength, .2f}, @result{editing_seed_2/sleeves_vae_kept_strength, .2f}, @result{editing_seed_3/sleeves_vae_kept_strength, .2f} | @result{sleeves_vae_kept_seen, .2f}, @result{editing_seed_2/sleeves_vae_kept_seen, .2f}, @result{editing_seed_3/sleeves_vae_kept_seen, .2f} | @result{sleeves_vae_kept_passed, .2f}, @result{editing_seed_2/sleeves_vae_kept_passed, .2f}, @result{editing_seed_3/sleeves_vae_kept_passed, .2f} | @result{sleeves_vae_kept_recognised, .2f}, @result{editing_seed_2/sleeves_vae_kept_recognised, .2f}, @result{editing_seed_3/sleeves_vae_kept_recognised, .2f} | @result{sleeves_vae_kept_all, .2f}, @result{editing_seed_2/sleeves_vae_kept_all, .2f}, @result{editing_seed_3/sleeves_vae_kept_all, .2f} | @result{sleeves_vae_kept_error, .4f}, @result{editing_seed_2/sleeves_vae_kept_error, .4f}, @result{editing_seed_3/sleeves_vae_kept_error, .4f} | @result{sleeves_vae_kept_distance, .4f}, @result{editing_seed_2/sleeves_vae_kept_distance, .4f}, @result{editing_seed_3/sleeves_vae_kept_distance, .4f} |
// | nearest real | @result{sleeves_nearest_strength, .2f}, @result{editing_seed_2/sleeves_nearest_strength, .2f}, @result{editing_seed_3/sleeves_nearest_strength, .2f} | @result{sleeves_nearest_seen, .2f}, @result{editing_seed_2/sleeves_nearest_seen, .2f}, @result{editing_seed_3/sleeves_nearest_seen, .2f} | @result{sleeves_nearest_passed, .2f}, @result{editing_seed_2/sleeves_nearest_passed, .2f}, @result{editing_seed_3/sleeves_nearest_passed, .2f} | @result{sleeves_nearest_recognised, .2f}, @result{editing_seed_2/sleeves_nearest_recognised, .2f}, @result{editing_seed_3/sleeves_nearest_recognised, .2f} | @result{sleeves_nearest_all, .2f}, @result{editing_seed_2/sleeves_nearest_all, .2f}, @result{editing_seed_3/sleeves_nearest_all, .2f} | @result{sleeves_nearest_error, .4f}, @result{editing_seed_2/sleeves_nearest_error, .4f}, @result{editing_seed_3/sleeves_nearest_error, .4f} | @result{sleeves_nearest_distance, .4f}, @result{editing_seed_2/sleeves_nearest_distance, .4f}, @result{editing_seed_3/sleeves_nearest_distance, .4f} |
//
// | sneaker to ankle boot | strength | seen | passed | recognised | both | error | distance |
// |---|---|---|---|---|---|---|---|
// | not edited |  | @result{shaft_before_seen, .2f}, @result{editing_seed_2/shaft_before_seen, .2f}, @result{editing_seed_3/shaft_before_seen, .2f} | @result{shaft_before_passed, .2f}, @result{editing_seed_2/shaft_before_passed, .2f}, @result{editing_seed_3/shaft_before_passed, .2f} |  |  |  | @result{shaft_before_distance, .4f}, @result{editing_seed_2/shaft_before_distance, .4f}, @result{editing_seed_3/shaft_before_distance, .4f} |
// | real ones of the other class |  | @result{shaft_real_seen, .2f}, @result{editing_seed_2/shaft_real_seen, .2f}, @result{editing_seed_3/shaft_real_seen, .2f} | @result{shaft_real_passed, .2f}, @result{editing_seed_2/shaft_real_passed, .2f}, @result{editing_seed_3/shaft_real_passed, .2f} |  |  |  | @result{shaft_real_distance, .4f}, @result{editing_seed_2/shaft_real_distance, .4f}, @result{editing_seed_3/shaft_real_distance, .4f} |
// | pixels | @result{shaft_pixels_strength, .2f}, @result{editing_seed_2/shaft_pixels_strength, .2f}, @result{editing_seed_3/shaft_pixels_strength, .2f} | @result{shaft_pixels_seen, .2f}, @result{editing_seed_2/shaft_pixels_seen, .2f}, @result{editing_seed_3/shaft_pixels_seen, .2f} | @result{shaft_pixels_passed, .2f}, @result{editing_seed_2/shaft_pixels_passed, .2f}, @result{editing_seed_3/shaft_pixels_passed, .2f} | @result{shaft_pixels_recognised, .2f}, @result{editing_seed_2/shaft_pixels_recognised, .2f}, @result{editing_seed_3/shaft_pixels_recognised, .2f} | @result{shaft_pixels_all, .2f}, @result{editing_seed_2/shaft_pixels_all, .2f}, @result{editing_seed_3/shaft_pixels_all, .2f} | @result{shaft_pixels_error, .4f}, @result{editing_seed_2/shaft_pixels_error, .4f}, @result{editing_seed_3/shaft_pixels_error, .4f} | @result{shaft_pixels_distance, .4f}, @result{editing_seed_2/shaft_pixels_distance, .4f}, @result{editing_seed_3/shaft_pixels_distance, .4f} |
// | PCA | @result{shaft_pca_strength, .2f}, @result{editing_seed_2/shaft_pca_strength, .2f}, @result{editing_seed_3/shaft_pca_strength, .2f} | @result{shaft_pca_seen, .2f}, @result{editing_seed_2/shaft_pca_seen, .2f}, @result{editing_seed_3/shaft_pca_seen, .2f} | @result{shaft_pca_passed, .2f}, @result{editing_seed_2/shaft_pca_passed, .2f}, @result{editing_seed_3/shaft_pca_passed, .2f} | @result{shaft_pca_recognised, .2f}, @result{editing_seed_2/shaft_pca_recognised, .2f}, @result{editing_seed_3/shaft_pca_recognised, .2f} | @result{shaft_pca_all, .2f}, @result{editing_seed_2/shaft_pca_all, .2f}, @result{editing_seed_3/shaft_pca_all, .2f} | @result{shaft_pca_error, .4f}, @result{editing_seed_2/shaft_pca_error, .4f}, @result{editing_seed_3/shaft_pca_error, .4f} | @result{shaft_pca_distance, .4f}, @result{editing_seed_2/shaft_pca_distance, .4f}, @result{editing_seed_3/shaft_pca_distance, .4f} |
// | PCA, change only | @result{shaft_pca_kept_strength, .2f}, @result{editing_seed_2/shaft_pca_kept_strength, .2f}, @result{editing_seed_3/shaft_pca_kept_strength, .2f} | @result{shaft_pca_kept_seen, .2f}, @result{editing_seed_2/shaft_pca_kept_seen, .2f}, @result{editing_seed_3/shaft_pca_kept_seen, .2f} | @result{shaft_pca_kept_passed, .2f}, @result{editing_seed_2/shaft_pca_kept_passed, .2f}, @result{editing_seed_3/shaft_pca_kept_passed, .2f} | @result{shaft_pca_kept_recognised, .2f}, @result{editing_seed_2/shaft_pca_kept_recognised, .2f}, @result{editing_seed_3/shaft_pca_kept_recognised, .2f} | @result{shaft_pca_kept_all, .2f}, @result{editing_seed_2/shaft_pca_kept_all, .2f}, @result{editing_seed_3/shaft_pca_kept_all, .2f} | @result{shaft_pca_kept_error, .4f}, @result{editing_seed_2/shaft_pca_kept_error, .4f}, @result{editing_seed_3/shaft_pca_kept_error, .4f} | @result{shaft_pca_kept_distance, .4f}, @result{editing_seed_2/shaft_pca_kept_distance, .4f}, @result{editing_seed_3/shaft_pca_kept_distance, .4f} |
// | autoencoder | @result{shaft_plain_strength, .2f}, @result{editing_seed_2/shaft_plain_strength, .2f}, @result{editing_seed_3/shaft_plain_strength, .2f} | @result{shaft_plain_seen, .2f}, @result{editing_seed_2/shaft_plain_seen, .2f}, @result{editing_seed_3/shaft_plain_seen, .2f} | @result{shaft_plain_passed, .2f}, @result{editing_seed_2/shaft_plain_passed, .2f}, @result{editing_seed_3/shaft_plain_passed, .2f} | @result{shaft_plain_recognised, .2f}, @result{editing_seed_2/shaft_plain_recognised, .2f}, @result{editing_seed_3/shaft_plain_recognised, .2f} | @result{shaft_plain_all, .2f}, @result{editing_seed_2/shaft_plain_all, .2f}, @result{editing_seed_3/shaft_plain_all, .2f} | @result{shaft_plain_error, .4f}, @result{editing_seed_2/shaft_plain_error, .4f}, @result{editing_seed_3/shaft_plain_error, .4f} | @result{shaft_plain_distance, .4f}, @result{editing_seed_2/shaft_plain_distance, .4f}, @result{editing_seed_3/shaft_plain_distance, .4f} |
// | autoencoder, change only | @result{shaft_plain_kept_strength, .2f}, @result{editing_seed_2/shaft_plain_kept_strength, .2f}, @result{editing_seed_3/shaft_plain_kept_strength, .2f} | @result{shaft_plain_kept_seen, .2f}, @result{editing_seed_2/shaft_plain_kept_seen, .2f}, @result{editing_seed_3/shaft_plain_kept_seen, .2f} | @result{shaft_plain_kept_passed, .2f}, @result{editing_seed_2/shaft_plain_kept_passed, .2f}, @result{editing_seed_3/shaft_plain_kept_passed, .2f} | @result{shaft_plain_kept_recognised, .2f}, @result{editing_seed_2/shaft_plain_kept_recognised, .2f}, @result{editing_seed_3/shaft_plain_kept_recognised, .2f} | @result{shaft_plain_kept_all, .2f}, @result{editing_seed_2/shaft_plain_kept_all, .2f}, @result{editing_seed_3/shaft_plain_kept_all, .2f} | @result{shaft_plain_kept_error, .4f}, @result{editing_seed_2/shaft_plain_kept_error, .4f}, @result{editing_seed_3/shaft_plain_kept_error, .4f} | @result{shaft_plain_kept_distance, .4f}, @result{editing_seed_2/shaft_plain_kept_distance, .4f}, @result{editing_seed_3/shaft_plain_kept_distance, .4f} |
// | VAE | @result{shaft_vae_strength, .2f}, @result{editing_seed_2/shaft_vae_strength, .2f}, @result{editing_seed_3/shaft_vae_strength, .2f} | @result{shaft_vae_seen, .2f}, @result{editing_seed_2/shaft_vae_seen, .2f}, @result{editing_seed_3/shaft_vae_seen, .2f} | @result{shaft_vae_passed, .2f}, @result{editing_seed_2/shaft_vae_passed, .2f}, @result{editing_seed_3/shaft_vae_passed, .2f} | @result{shaft_vae_recognised, .2f}, @result{editing_seed_2/shaft_vae_recognised, .2f}, @result{editing_seed_3/shaft_vae_recognised, .2f} | @result{shaft_vae_all, .2f}, @result{editing_seed_2/shaft_vae_all, .2f}, @result{editing_seed_3/shaft_vae_all, .2f} | @result{shaft_vae_error, .4f}, @result{editing_seed_2/shaft_vae_error, .4f}, @result{editing_seed_3/shaft_vae_error, .4f} | @result{shaft_vae_distance, .4f}, @result{editing_seed_2/shaft_vae_distance, .4f}, @result{editing_seed_3/shaft_vae_distance, .4f} |
// | VAE, change only | @result{shaft_vae_kept_strength, .2f}, @result{editing_seed_2/shaft_vae_kept_strength, .2f}, @result{editing_seed_3/shaft_vae_kept_strength, .2f} | @result{shaft_vae_kept_seen, .2f}, @result{editing_seed_2/shaft_vae_kept_seen, .2f}, @result{editing_seed_3/shaft_vae_kept_seen, .2f} | @result{shaft_vae_kept_passed, .2f}, @result{editing_seed_2/shaft_vae_kept_passed, .2f}, @result{editing_seed_3/shaft_vae_kept_passed, .2f} | @result{shaft_vae_kept_recognised, .2f}, @result{editing_seed_2/shaft_vae_kept_recognised, .2f}, @result{editing_seed_3/shaft_vae_kept_recognised, .2f} | @result{shaft_vae_kept_all, .2f}, @result{editing_seed_2/shaft_vae_kept_all, .2f}, @result{editing_seed_3/shaft_vae_kept_all, .2f} | @result{shaft_vae_kept_error, .4f}, @result{editing_seed_2/shaft_vae_kept_error, .4f}, @result{editing_seed_3/shaft_vae_kept_error, .4f} | @result{shaft_vae_kept_distance, .4f}, @result{editing_seed_2/shaft_vae_kept_distance, .4f}, @result{editing_seed_3/shaft_vae_kept_distance, .4f} |
// | nearest real | @result{shaft_nearest_strength, .2f}, @result{editing_seed_2/shaft_nearest_strength, .2f}, @result{editing_seed_3/shaft_nearest_strength, .2f} | @result{shaft_nearest_seen, .2f}, @result{editing_seed_2/shaft_nearest_seen, .2f}, @result{editing_seed_3/shaft_nearest_seen, .2f} | @result{shaft_nearest_passed, .2f}, @result{editing_seed_2/shaft_nearest_passed, .2f}, @result{editing_seed_3/shaft_nearest_passed, .2f} | @result{shaft_nearest_recognised, .2f}, @result{editing_seed_2/shaft_nearest_recognised, .2f}, @result{editing_seed_3/shaft_nearest_recognised, .2f} | @result{shaft_nearest_all, .2f}, @result{editing_seed_2/shaft_nearest_all, .2f}, @result{editing_seed_3/shaft_nearest_all, .2f} | @result{shaft_nearest_error, .4f}, @result{editing_seed_2/shaft_nearest_error, .4f}, @result{editing_seed_3/shaft_nearest_error, .4f} | @result{shaft_nearest_distance, .4f}, @result{editing_seed_2/shaft_nearest_distance, .4f}, @result{editing_seed_3/shaft_nearest_distance, .4f} |
//
// - Only three of five real pullovers and fewer than three of four real boots pass (second line of each table). A method whose
//   pictures pass more often draws typical pictures; they are not better than real ones.
// - *Pixels*, and PCA with *change only*, make the same change in each image, but for the limits 0 and 1 (exercise 7): grey
//   sleeves on white and on dark shirts, a white cloud above each sneaker. The judge takes nearly all of the sneakers with a
//   cloud for boots. It is the comparison with real images that half of them fail, with seed 3 and PCA three of five.
// - *The decoder of a VAE* draws the change to match the image: white sleeves on white shirts, grey ones on dark shirts. Of
//   what is decoded from a code its pictures pass most often. But 20 numbers do not keep the original, and *passed* does not
//   ask for it: with the strength chosen for it (seed 1: @result{shaft_vae_strength, .1f}), all
//   sneakers of the figure become about the same white boot.
// - *Change only* keeps more of it: nearly all shirts are recognised, and of the sneakers that the VAE edits about three of
//   four. By *both* the VAE is ahead of the plain autoencoder in both tasks, and of pixels and PCA for sleeves. For shafts its
//   lead over pixels is small, in numbers, and with seed 2 that over PCA too; look at the figure before you choose pixels.
// - *The nearest real image* passes far more often than all of these for sleeves, and about as often as what the VAE decodes
//   for shafts, where six of the seven sneakers of the figure get the same boot: the strength is chosen for *passed* alone. If a
//   pullover of about this shape is all that is wanted, search; no model has to be trained.
// - Not known: whether there are sleeves. No label says so, and the judges may look at hems.
//
// **Verdict:** for adding an attribute to an image and keeping the rest, the change that a VAE's decoder draws is the best of
// the four here, but two of three sleeves and nearly half of the shafts still fail, and if the rest need not be kept, looking
// up a real image is better than drawing one for sleeves, and as good for shafts.
