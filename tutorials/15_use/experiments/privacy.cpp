// **Task.** Samples, or the model itself, are to be passed on, and the training images are to stay secret. Can
// someone tell which images the model has learnt from?
//
// **Nets.** The VAE and the plain autoencoder of this chapter, trained on all 50 000 training images (10 epochs) or
// on 500 of them, drawn at random, for half as many steps, in which each is seen 500 times. In between, a VAE on
// 5000, each seen 50 times. The 20 000 *held-out* images are those for validation and for test: no choice is made
// here. They are compared with 20 000 of the training images, or with the 500 or 5000.
//
// **First question: do samples copy?** A sample is blurred, and so its distance from any image says little in itself.
// We compare its distance to the nearest training image with that to the nearest of *as many* held-out images, 500 or
// 10 000 of either kind. A model that copies nothing comes nearer to either equally often. As a check, 2000 further
// held-out images take the place of the 2000 samples.
//
// **Second question: who was in the training set?** An attacker has the model and a pile of images (*membership
// inference*), and takes those for training images that cost the model little. Three scores:
// - $-\ln p(x)$ of the VAE, estimated with importance weights of ten draws;
// - the same less $-\ln p(x)$ under a *reference*, since a plain dark image costs little whether it was seen or not
//   (Watson et al. 2022). The reference is a VAE that the attacker trains on the whole pile, 20 000 images of the
//   training set, among them the 500 and the 5000, and the held-out ones, without knowing which is which;
// - the squared error of the plain autoencoder.
//
// **Metric.** The area under the ROC curve: the probability that a training image scores lower than a held-out one; ½
// says that the score tells nothing. The interval of 95 % comes from the scores (DeLong et al. 1988). And, as an area
// is an average over all images: the share of the training images found at a threshold that takes one held-out image
// in 1000 for one.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/evaluate/log_likelihood.hpp"
#include "models/evaluate/roc.hpp"
#include "nn/rows.hpp"
#include "tutorials/15_use/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"

namespace use {

namespace {

using tutorials::Plot;

Array rows(const Array& images, std::size_t begin, std::size_t count) {
    Indices which = tutorials::upto(count);
    for (std::size_t& row : which) row += begin;
    return nn::take(images, which);
}

/// All images that no model of the chapter has seen, in random order.
Array held_out(const Data& data, nn::Random& random) {
    const Array all = tutorials::join(data.validation.images, data.test.images);
    return nn::take(all, random.permutation(all.shape(0)));
}

/// The first n training images, again and again, so that an epoch has half as many steps as one of all.
Dataset again(const Dataset& data, std::size_t n) {
    Dataset some = nn::first(data, data.size() / 2);
    Indices which(some.size());
    for (std::size_t i = 0; i < which.size(); ++i) which[i] = i % n;
    some.images = nn::take(data.images, which);
    return some;
}

template <class Net>
Net trained(Session& session, const Dataset& images, Net net, nn::Random& random,
            const std::string& name) {
    train(session, images, net, random, name, session.flags.epochs);
    return net;
}

Vae vae_of(Session& session, const Data& data, const Dataset& images, const std::string& name) {
    nn::Random random{session.flags.seed};
    return trained(session, images, new_vae(data, random), random, name);
}

Autoencoder autoencoder_of(Session& session, const Data& data, const Dataset& images,
                           const std::string& name) {
    nn::Random random{session.flags.seed};
    return trained(session, images, new_autoencoder(data, random), random, name);
}

// The attacks.

/// Scores of training images, and of others. The attack says "training" if the score is low.
struct Attack {
    Numbers members, others;
};

Numbers costs(const Vae& vae, const Array& images, nn::Random& random) {  // −ln p(x), ten draws
    Numbers nats = models::importance_weighted(vae, images, 10, random).per_image;
    for (double& each : nats) each = -each;
    return nats;
}

Numbers costs(const Autoencoder& net, const Array& images) {
    return squared_errors(images, tutorials::reconstruct(net, images));
}

Numbers minus(Numbers a, const Numbers& b) {  // b may be longer
    for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
    return a;
}

/// What an image costs a model, less what it costs another: how hard it is in itself drops out.
Attack calibrated(const Attack& attack, const Attack& reference) {
    return {minus(attack.members, reference.members), minus(attack.others, reference.others)};
}

/// The same attack on the tenth of either kind that costs the reference most.
Attack on_unusual(const Attack& attack, const Attack& reference) {
    const auto tenth = [](const Numbers& scores, const Numbers& by) {
        Indices order = tutorials::upto(scores.size());
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return by[a] > by[b]; });
        Numbers some;
        for (std::size_t i = 0; i < std::max<std::size_t>(2, order.size() / 10); ++i)
            some.push_back(scores[order[i]]);
        return some;
    };
    return {tenth(attack.members, reference.members), tenth(attack.others, reference.others)};
}

/// The share of the training images that are found if one other image in 1000 is taken for one.
double found_at_few_alarms(const Attack& attack) {
    Numbers others = attack.others;
    std::sort(others.begin(), others.end());
    const double threshold = others[others.size() / 1000];
    const auto found = std::count_if(attack.members.begin(), attack.members.end(),
                                     [&](double score) { return score < threshold; });
    return double(found) / double(attack.members.size());
}

void note(Session& session, const std::string& key, const Attack& attack) {
    const models::RocArea found = models::area_with_error(attack.members, attack.others);
    session.result("privacy_auc_" + key, found.area);
    session.result("privacy_auc_" + key + "_within", 1.96 * found.standard_error);
    session.result("privacy_found_" + key, found_at_few_alarms(attack));
}

// The distances, by matrix products, block by block, and the whole comparison.

/// From each image to the nearest of those, by Euclid.
Numbers distances(const Array& from, const Array& to) {
    Numbers found = squared_errors(from, nn::take(to, tutorials::nearest(from, to)));
    for (double& each : found) each = std::sqrt(each);
    return found;
}

/// Layers with bars of one width.
void add_histogram(Plot& plot, const std::string& label, const Numbers& values, double width) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    plot.histogram(label, values,
                   std::max<std::size_t>(1, std::size_t(std::round((*most - *least) / width))));
}

double share_below(const Numbers& a, const Numbers& b) {
    double count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] < b[i];
    return count / static_cast<double>(a.size());
}

/// Samples beside held-out images: as many members of the training set as others stand around them.
Plot compare_distances(Session& session, const Vae& vae, const Array& members, const Array& others,
                       const Array& probes, std::size_t images, const std::string& key,
                       nn::Random& random) {
    const Array samples = nn::map_rows(random.normal({probes.shape(0), vae.latent()}),
                                       [&](Variable z) { return vae.decoder.mean(z); });
    const Numbers to_members = distances(samples, members), to_others = distances(samples, others),
                  of_probes = distances(probes, members),
                  probes_to_others = distances(probes, others);
    session.result("privacy_distance_" + key, tutorials::median(to_members));
    session.result("privacy_distance_others_" + key, tutorials::median(to_others));
    session.result("privacy_distance_real_" + key, tutorials::median(of_probes));
    session.result("privacy_nearer_" + key, share_below(to_members, to_others));
    session.result("privacy_nearer_real_" + key, share_below(of_probes, probes_to_others));
    const Array ten = rows(samples, 0, 10);
    tutorials::save_named_rows(
        session.file("privacy_" + key + ".png"),
        {{"sample", ten},
         {"nearest in training", nn::take(members, tutorials::nearest(ten, members))},
         {"nearest held out", nn::take(others, tutorials::nearest(ten, others))}},
        session.load_data().train.item);
    Plot plot({.title = std::to_string(images) + " training images",
               .x = "distance",
               .y = "share",
               .x_range = {{0, 14}}});
    add_histogram(plot, "sample to training image", to_members, 0.25);
    add_histogram(plot, "sample to held-out image", to_others, 0.25);
    add_histogram(plot, "held-out to training image", of_probes, 0.25);
    return plot;
}

/// Without the highest hundredth of the scores.
Plot show(const std::string& x, const Attack& attack) {
    Numbers all = attack.others;
    all.insert(all.end(), attack.members.begin(), attack.members.end());
    std::sort(all.begin(), all.end());
    const double least = all.front(), most = all[all.size() - 1 - all.size() / 100];
    Plot plot({.x = x, .y = "share", .x_range = {{least, most}}});
    add_histogram(plot, "training", attack.members, (most - least) / 40);
    add_histogram(plot, "held out", attack.others, (most - least) / 40);
    return plot;
}

void privacy(Session& session) {
    Data data = load(session);
    const Vae of_all = the_vae(session, data);
    const Autoencoder plain_of_all = the_autoencoder(session, data);
    nn::Random random{session.flags.seed};
    // In random order, whose first are those to be attacked. Labels play no part from here on.
    data.train.images = nn::take(data.train.images, random.permutation(data.train.size()));
    const Array others = held_out(data, random);
    const std::size_t size = data.train.size(), pool = std::min(others.shape(0), size);
    const std::size_t few = std::min<std::size_t>(500, size / 10),
                      some = std::min<std::size_t>(5000, size / 3);
    const Array members = rows(data.train.images, 0, pool);

    // The reference has seen both kinds alike.
    Dataset mixed = nn::first(data.train, pool);
    mixed.images = tutorials::join(members, others);
    mixed.labels.resize(mixed.images.shape(0), 0);
    const Vae reference = vae_of(session, data, mixed, "privacy_reference");
    const Attack easy{costs(reference, members, random), costs(reference, others, random)};
    note(session, "reference", easy);

    const auto attack = [&](const Vae& vae, std::size_t n, const std::string& key) {
        const Attack found{costs(vae, rows(members, 0, std::min(n, pool)), random),
                           costs(vae, others, random)};
        note(session, key, found);
        note(session, key + "_calibrated", calibrated(found, easy));
        return found;
    };
    const auto attack_plain = [&](const Autoencoder& net, std::size_t n, const std::string& key) {
        note(session, key + "_plain",
             {costs(net, rows(members, 0, std::min(n, pool))), costs(net, others)});
    };
    const Dataset the_few = again(data.train, few);
    const Vae of_few = vae_of(session, data, the_few, "privacy_few");
    const Attack on_few = attack(of_few, few, "few");
    attack(vae_of(session, data, again(data.train, some), "privacy_some"), some, "some");
    const Attack on_all = attack(of_all, size, "all");
    note(session, "all_unusual", on_unusual(calibrated(on_all, easy), easy));
    attack_plain(autoencoder_of(session, data, the_few, "privacy_plain"), few, "few");
    attack_plain(plain_of_all, size, "all");

    const std::size_t half = pool / 2, probes = std::min<std::size_t>(2000, half);
    const Array unseen = rows(others, half, probes);
    const Plot near_few = compare_distances(session, of_few, rows(members, 0, few),
                                            rows(others, 0, few), unseen, few, "few", random);
    const Plot near_all = compare_distances(session, of_all, rows(members, 0, half),
                                            rows(others, 0, half), unseen, size, "all", random);
    tutorials::save_plots(
        session.file("privacy.png"),
        {near_few, near_all, show("−ln p(x), nats", on_few), show("−ln p(x), nats", on_all),
         show("−ln p(x) less the reference's, nats", calibrated(on_few, easy)),
         show("−ln p(x) less the reference's, nats", calibrated(on_all, easy))},
        2);
}

}  // namespace

const tutorials::Experiment experiment{"privacy", "Samples are not anonymous by themselves",
                                       privacy};

}  // namespace use

// @figure{privacy_few.png, Samples of the VAE that has learnt from 500 images, and the nearest of 500 training images
// and of 500 held-out ones. (Seed 1.)}
//
// @figure{privacy_all.png, The same for 50 000 training images, of which 10 000 are looked at, beside as many
// held-out ones.}
//
// | distances; seeds 1, 2, 3 | 500 training images | 50 000 |
// |---|---|---|
// | sample to the nearest training image, median | @result{privacy_distance_few, .2f}, @result{privacy_seed_2/privacy_distance_few, .2f}, @result{privacy_seed_3/privacy_distance_few, .2f} | @result{privacy_distance_all, .2f}, @result{privacy_seed_2/privacy_distance_all, .2f}, @result{privacy_seed_3/privacy_distance_all, .2f} |
// | sample to the nearest held-out image, median | @result{privacy_distance_others_few, .2f}, @result{privacy_seed_2/privacy_distance_others_few, .2f}, @result{privacy_seed_3/privacy_distance_others_few, .2f} | @result{privacy_distance_others_all, .2f}, @result{privacy_seed_2/privacy_distance_others_all, .2f}, @result{privacy_seed_3/privacy_distance_others_all, .2f} |
// | held-out image to the nearest training image, median | @result{privacy_distance_real_few, .2f}, @result{privacy_seed_2/privacy_distance_real_few, .2f}, @result{privacy_seed_3/privacy_distance_real_few, .2f} | @result{privacy_distance_real_all, .2f}, @result{privacy_seed_2/privacy_distance_real_all, .2f}, @result{privacy_seed_3/privacy_distance_real_all, .2f} |
// | samples nearer to a training image | @result{privacy_nearer_few, .3f}, @result{privacy_seed_2/privacy_nearer_few, .3f}, @result{privacy_seed_3/privacy_nearer_few, .3f} | @result{privacy_nearer_all, .3f}, @result{privacy_seed_2/privacy_nearer_all, .3f}, @result{privacy_seed_3/privacy_nearer_all, .3f} |
// | held-out images nearer to a training image | @result{privacy_nearer_real_few, .3f}, @result{privacy_seed_2/privacy_nearer_real_few, .3f}, @result{privacy_seed_3/privacy_nearer_real_few, .3f} | @result{privacy_nearer_real_all, .3f}, @result{privacy_seed_2/privacy_nearer_real_all, .3f}, @result{privacy_seed_3/privacy_nearer_real_all, .3f} |
//
// With 500 training images a sample is nearer to one of them more often than the check is; with 50 000 a little more
// often. The check itself may differ from ½ by several hundredths where the sets are small, as with seed 2: presumably
// a few images lie near very many others, and chance puts them into one set or the other. So the first column is some
// evidence of copying, although no sample in the figure is a copy of its neighbour. The medians show why distance alone
// is no proof of anything: samples come about as near to training images as held-out images do, or nearer, probably
// because they are blurred.
//
// | area under the ROC; seeds 1, 2, 3 (interval of seed 1) | 500 training images | 5000 | 50 000 |
// |---|---|---|---|
// | VAE, $-\ln p(x)$ | @result{privacy_auc_few, .3f}, @result{privacy_seed_2/privacy_auc_few, .3f}, @result{privacy_seed_3/privacy_auc_few, .3f} (± @result{privacy_auc_few_within, .3f}) | @result{privacy_auc_some, .3f}, @result{privacy_seed_2/privacy_auc_some, .3f}, @result{privacy_seed_3/privacy_auc_some, .3f} (± @result{privacy_auc_some_within, .3f}) | @result{privacy_auc_all, .3f}, @result{privacy_seed_2/privacy_auc_all, .3f}, @result{privacy_seed_3/privacy_auc_all, .3f} (± @result{privacy_auc_all_within, .3f}) |
// | VAE, less the reference | @result{privacy_auc_few_calibrated, .3f}, @result{privacy_seed_2/privacy_auc_few_calibrated, .3f}, @result{privacy_seed_3/privacy_auc_few_calibrated, .3f} (± @result{privacy_auc_few_calibrated_within, .3f}) | @result{privacy_auc_some_calibrated, .3f}, @result{privacy_seed_2/privacy_auc_some_calibrated, .3f}, @result{privacy_seed_3/privacy_auc_some_calibrated, .3f} (± @result{privacy_auc_some_calibrated_within, .3f}) | @result{privacy_auc_all_calibrated, .3f}, @result{privacy_seed_2/privacy_auc_all_calibrated, .3f}, @result{privacy_seed_3/privacy_auc_all_calibrated, .3f} (± @result{privacy_auc_all_calibrated_within, .3f}) |
// | the same, the tenth that costs the reference most | | | @result{privacy_auc_all_unusual, .3f}, @result{privacy_seed_2/privacy_auc_all_unusual, .3f}, @result{privacy_seed_3/privacy_auc_all_unusual, .3f} (± @result{privacy_auc_all_unusual_within, .3f}) |
// | plain autoencoder | @result{privacy_auc_few_plain, .3f}, @result{privacy_seed_2/privacy_auc_few_plain, .3f}, @result{privacy_seed_3/privacy_auc_few_plain, .3f} (± @result{privacy_auc_few_plain_within, .3f}) | | @result{privacy_auc_all_plain, .3f}, @result{privacy_seed_2/privacy_auc_all_plain, .3f}, @result{privacy_seed_3/privacy_auc_all_plain, .3f} (± @result{privacy_auc_all_plain_within, .3f}) |
// | check: the reference by itself | | | @result{privacy_auc_reference, .3f}, @result{privacy_seed_2/privacy_auc_reference, .3f}, @result{privacy_seed_3/privacy_auc_reference, .3f} (± @result{privacy_auc_reference_within, .3f}) |
//
// | found, at one false alarm in 1000 | 500 training images | 5000 | 50 000 |
// |---|---|---|---|
// | VAE, $-\ln p(x)$ | @result{privacy_found_few, .2%}, @result{privacy_seed_2/privacy_found_few, .2%}, @result{privacy_seed_3/privacy_found_few, .2%} | @result{privacy_found_some, .2%}, @result{privacy_seed_2/privacy_found_some, .2%}, @result{privacy_seed_3/privacy_found_some, .2%} | @result{privacy_found_all, .2%}, @result{privacy_seed_2/privacy_found_all, .2%}, @result{privacy_seed_3/privacy_found_all, .2%} |
// | VAE, less the reference | @result{privacy_found_few_calibrated, .2%}, @result{privacy_seed_2/privacy_found_few_calibrated, .2%}, @result{privacy_seed_3/privacy_found_few_calibrated, .2%} | @result{privacy_found_some_calibrated, .2%}, @result{privacy_seed_2/privacy_found_some_calibrated, .2%}, @result{privacy_seed_3/privacy_found_some_calibrated, .2%} | @result{privacy_found_all_calibrated, .2%}, @result{privacy_seed_2/privacy_found_all_calibrated, .2%}, @result{privacy_seed_3/privacy_found_all_calibrated, .2%} |
// | plain autoencoder | @result{privacy_found_few_plain, .2%}, @result{privacy_seed_2/privacy_found_few_plain, .2%}, @result{privacy_seed_3/privacy_found_few_plain, .2%} | | @result{privacy_found_all_plain, .2%}, @result{privacy_seed_2/privacy_found_all_plain, .2%}, @result{privacy_seed_3/privacy_found_all_plain, .2%} |
//
// @figure{privacy.png, Left: 500 training images. Right: 50 000. Above: distances; middle: $-\ln p(x)$; below: the
// same less the reference's. The highest hundredth of the scores is left out. (Seed 1.)}
//
// **500 images: a leak.** $-\ln p(x)$ by itself tells little, as it differs by hundreds of nats between images, seen
// or not (middle left). Less the reference, the same numbers of the same model give an area of .93 or more (below
// left), and a fifth of the training images is found at one false alarm in 1000. The plain autoencoder needs no
// reference: its squared error alone gives .89 or more.
//
// **50 000 images: nearly gone.** For $-\ln p(x)$ the area is .505 or .506, hardly above ½: the interval contains ½
// with seeds 1 and 2 and begins just above it with seed 3. The reference by itself, which has seen both kinds alike,
// has .504 or .505, so that much is no leak; by the same measure the squared error of the plain autoencoder, up to
// .509, tells next to nothing. Less the reference, the area is about .52, small, and its interval does not contain ½.
// At one false alarm in 1000 hardly more than one training image in 1000 is found, which is what chance finds.
//
// **What an area near ½ does not prove.** It is about one attack: at 5000 images the first one has .51, the second
// one .59. There are others, stronger than these, with many reference models. And it is an average (exercise 6).
// Unusual images are the ones that a model may remember, as unusual people are those who can be recognised. Here the
// tenth that costs the reference most has about the same area as all together, to within what 2000 images of either
// kind can show; that is no promise for other data. A guarantee has to come from the training itself: differential
// privacy (Abadi et al. 2016) bounds what any attack can learn of one example, and costs quality.
//
// **Verdict.** Anonymity is not given by itself: a VAE trained for long on 500 images gives them away (area .93 or
// more), and even of 50 000, where the simple attack sees next to nothing, a better one sees a little (.52).
