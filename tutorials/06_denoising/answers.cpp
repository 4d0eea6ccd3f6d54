#include <cstdio>

#include "nn/data/toys.hpp"
#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

// ## Exercise 1
//
// The net without its straight path is an `Autoencoder` with 1024 hidden units. Both nets are trained as in
// the lesson, but for half as many epochs (rounded down). One seed.

namespace {

void without_straight_path(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learn = to_learn_from(data), held_out = validation(data);
    for (const double sigma : {.1, .3}) {
        const auto noise = nn::gaussian_noise(sigma);
        nn::Random of_validation(session.flags.seed + 500);
        const Array noisy = noise(held_out.images, of_validation);
        const auto measure = [&](auto net, const std::string& name) {
            nn::Random random(session.flags.seed);
            teach(
                session, net, learn, random,
                {.epochs = session.flags.epochs / 2, .name = name + percent(sigma), .quiet = true},
                session.flags.learning_rate, denoise(noise));
            session.result(name + percent(sigma), psnr(restore(net, noisy), held_out.images));
        };
        nn::Random random(session.flags.seed);
        measure(Denoiser(noisy.shape(1), 1024, random), "with_path_");
        measure(Denoiser(noisy.shape(1), 1024, random).bent, "without_path_");
    }
}

const tutorials::Experiment exercise_1{"exercise_1", "The net without its straight path",
                                       without_straight_path};

}  // namespace

// | decibels on validation images | noise .1 | noise .3 |
// |---|---|---|
// | with the straight path | @result{with_path_10, .2f} | @result{with_path_30, .2f} |
// | without | @result{without_path_10, .2f} | @result{without_path_30, .2f} |
//
// More is lost at weak noise. By equation (3) the filter lets those directions through whose eigenvalues
// are above $\sigma^2$. At .1 these are more than at .3, and without a straight path all of them have to
// pass through hidden units that are not linear.

// ## Exercise 2
//
// The net for .5 restores noise of .1 to @result{net_50_at_10, .2f} dB, where the noisy image has
// @result{noisy_at_10, .2f} and the net for .1 reaches @result{net_10_at_10, .2f}. It treats the images
// as if there were more noise, and removes details. The blind net has @result{net_blind_at_10, .2f} dB
// at .1, @result{net_blind_at_30, .2f} at .3 and @result{net_blind_at_50, .2f} at .5, where the nets for
// these levels have @result{net_10_at_10, .2f}, @result{net_30_at_30, .2f} and
// @result{net_50_at_50, .2f}. At noise of .1 neither the net for .5 nor the blind one is better than the
// Wiener filter with its @result{wiener_at_10, .2f} dB. With this budget, training for all levels costs most
// where the noise is weak. One reason: in the mean over a batch, images with strong noise have the largest
// errors and so most of the gradient. (One seed.)

// ## Exercise 3
//
// `nn::Batch::indices` says which images a batch holds, so that each can get the noise that was drawn for
// it.

namespace {

void kept_noise(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learn = nn::first(data.train, 2000), held_out = validation(data);
    nn::Random draw(session.flags.seed + 700);
    const Array kept = nn::gaussian_noise(.3)(learn.images, draw);
    const Array noisy = nn::gaussian_noise(.3)(held_out.images, draw);
    const auto measure = [&](const std::string& name, const Teacher& teacher) {
        nn::Random random(session.flags.seed);
        Autoencoder net = small_net(noisy.shape(1), random);
        const auto fit =
            teach(session, net, learn, random,
                  {.epochs = 50, .name = name + "_noise", .quiet = true}, 3e-3, teacher);
        session.result(name + "_noise_loss", fit.history.column("train_loss").back());
        session.result(name + "_noise_psnr", psnr(restore(net, noisy), held_out.images));
    };
    measure("kept", [&](const nn::Batch& batch, nn::Random&) -> Pair {
        return {nn::take(kept, batch.indices), batch.images};
    });
    measure("new", denoise(nn::gaussian_noise(.3)));
}

const tutorials::Experiment exercise_3{"exercise_3", "Noise that is drawn once and kept",
                                       kept_noise};

}  // namespace

// | 2000 images, 50 epochs | training loss | decibels on validation images |
// |---|---|---|
// | noise kept | @result{kept_noise_loss, .2f} | @result{kept_noise_psnr, .2f} |
// | noise new in each batch | @result{new_noise_loss, .2f} | @result{new_noise_psnr, .2f} |
//
// With kept noise the net begins to learn the 2000 pairs by heart: the training loss is far lower and the
// repairs are worse. (One seed.)

// ## Exercise 4

namespace {

void clean_to_clean(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learn = nn::first(data.train, 20'000), held_out = validation(data);
    nn::Random draw(session.flags.seed + 700), random(session.flags.seed);
    const Array noisy = nn::gaussian_noise(.3)(held_out.images, draw);
    Autoencoder net = small_net(noisy.shape(1), random);
    const auto fit = teach(
        session, net, learn, random, {.epochs = 40, .name = "clean_clean_long", .quiet = true},
        3e-3,
        [](const nn::Batch& batch, nn::Random&) -> Pair {
            return {batch.images, batch.images};
        },
        [&]() -> nn::Metrics {
            return {{"psnr", psnr(restore(net, noisy), held_out.images)}};
        });
    const auto epoch = fit.history.column("epoch"), decibels = fit.history.column("test_psnr");
    const auto best = std::max_element(decibels.begin(), decibels.end()) - decibels.begin();
    session.result("copier_best_psnr", decibels[static_cast<std::size_t>(best)]);
    session.result("copier_best_epoch", epoch[static_cast<std::size_t>(best)]);
    session.result("copier_last_psnr", decibels.back());
    Plot loss({.x = "epoch", .y = "loss on its own task, per image", .log_y = true});
    loss.line("", epoch, fit.history.column("train_loss"));
    Plot repair({.x = "epoch", .y = "repairs noise of .3 to (dB)"});
    repair.line("", epoch, decibels);
    tutorials::save_plots(session.file("copier.png"), {loss, repair}, 2);
}

const tutorials::Experiment exercise_4{"exercise_4", "A copier learns to copy noise, too",
                                       clean_to_clean};

}  // namespace

// @figure{copier.png, The net that is trained clean → clean: left its loss, right what it makes of noisy
// validation images.}
//
// Its best repair is @result{copier_best_psnr, .2f} dB after epoch @result{copier_best_epoch}, its last
// @result{copier_last_psnr, .2f} dB, while its loss falls all the time. What it removed, it removed
// because it could not copy well yet.

// ## Exercise 5
//
// In the last directions of PCA the images have hardly any variance, so what a noisy image has there is
// noise: the mean square of the last 200 coordinates estimates $\sigma^2$.

namespace {

void estimate_sigma(Session& session) {
    const models::Pca directions = all_directions(session);
    const std::size_t dimensions = directions.mean.size(),
                      last = std::min<std::size_t>(200, dimensions);
    for (const double sigma : {.1, .3, .5}) {
        const Array coordinates = directions.encode(few(noisy_test(session, sigma), 1000));
        double sum = 0, squares = 0;
        for (std::size_t n = 0; n < coordinates.shape(0); ++n) {
            double energy = 0;
            for (std::size_t i = dimensions - last; i < dimensions; ++i)
                energy += double{coordinates(n, i)} * double{coordinates(n, i)};
            const double estimate = std::sqrt(energy / static_cast<double>(last));
            sum += estimate, squares += estimate * estimate;
        }
        const double n = static_cast<double>(coordinates.shape(0)), mean = sum / n;
        session.result("sigma_mean_" + percent(sigma), mean);
        session.result("sigma_spread_" + percent(sigma), std::sqrt(squares / n - mean * mean));
    }
}

const tutorials::Experiment exercise_5{
    "exercise_5", "The strength of the noise from the image alone", estimate_sigma};

}  // namespace

// | true σ | estimate, mean ± standard deviation over 1000 test images |
// |---|---|
// | .1 | @result{sigma_mean_10, .3f} ± @result{sigma_spread_10, .3f} |
// | .3 | @result{sigma_mean_30, .3f} ± @result{sigma_spread_30, .3f} |
// | .5 | @result{sigma_mean_50, .3f} ± @result{sigma_spread_50, .3f} |
//
// A standard deviation that is estimated from 200 normal draws has itself the relative standard deviation
// $1/\sqrt{400} = 5\,\%$, and at .3 and .5 that is what the table has. At weak noise the variance that the
// images do have in these directions makes the estimate too large, and more so for some images than for
// others.

// ## Exercise 6
//
// Put (5) in: the step is $\frac{\eta}{2} \nabla \ln p_\sigma + \sqrt\eta\, \varepsilon$, Langevin's
// equation in small steps. Its distribution tends to $p_\sigma$ itself: the density of *noisy* data.
// The program uses the exact $r$ of equation (4), and compares the distance of the end points from the
// nearest data point with that of noisy data.

namespace {

double distance_to(const Array& points, const Array& data) {
    const auto nearest = tutorials::nearest(points, data);
    double sum = 0;
    for (std::size_t i = 0; i < points.shape(0); ++i)
        sum += std::hypot(double{points(i, 0)} - double{data(nearest[i], 0)},
                          double{points(i, 1)} - double{data(nearest[i], 1)});
    return sum / static_cast<double>(points.shape(0));
}

void langevin(Session& session) {
    nn::Random random(session.flags.seed);
    const bool quick = session.flags.quick;
    const nn::Dataset data = nn::spiral(quick ? 500 : 5000, random);
    const double sigma = .1, eta = sigma * sigma / 10;
    Array slid = random.uniform({300, 2});
    for (Real& coordinate : slid) coordinate = Real(2.8) * coordinate - Real(1.4);
    Array shaken = slid;
    for (int step = 0; step < (quick ? 20 : 500); ++step) {
        const Array to = remember(data.images, sigma, shaken),
                    noise = random.normal(shaken.shape());
        for (std::size_t i = 0; i < shaken.size(); ++i)
            shaken.data()[i] += static_cast<Real>(eta / (2 * sigma * sigma) *
                                                      double{to.data()[i] - shaken.data()[i]} +
                                                  std::sqrt(eta) * double{noise.data()[i]});
        if (step < 50) slid = remember(data.images, sigma, slid);
    }
    const Array noisy = nn::gaussian_noise(sigma)(few(data.images, 300), random);
    session.result("distance_slid", distance_to(slid, data.images));
    session.result("distance_shaken", distance_to(shaken, data.images));
    session.result("distance_noisy_data", distance_to(noisy, data.images));
}

const tutorials::Experiment exercise_6{"exercise_6", "Langevin steps end like noisy data",
                                       langevin};

}  // namespace

// Mean distance from the nearest data point, of 300 points each: @result{distance_shaken, .3f} for the
// small steps with noise, @result{distance_noisy_data, .3f} for data with noise of .1, and
// @result{distance_slid, .3f} for points that repeat $x \leftarrow r(x)$. So the end points are about as far
// from the data as noisy data are, as they must be if their distribution is $p_\sigma$. The smaller
// $\sigma$, the closer $p_\sigma$ is to the distribution of the data.
