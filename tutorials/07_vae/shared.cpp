#include "tutorials/07_vae/shared.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/evaluate/log_likelihood.hpp"
#include "nn/data/batches.hpp"
#include "nn/io/png.hpp"
#include "nn/rows.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plane.hpp"

// --- models ---------------------------------------------------------------------------------------

Vae new_plane(Session& session, nn::Random& random) {
    return Vae{
        {.input = session.load_data().train.images.shape(1), .hidden = {400, 100}, .latent = 2},
        random};
}

Vae the_plane(Session& session) {
    nn::Random random{session.flags.seed};
    Vae vae = new_plane(session, random);
    return train(session, std::move(vae),
                 {.epochs = session.flags.epochs, .name = "model_plane", .quiet = true}, random)
        .model;
}

Trained<models::Autoencoder> the_autoencoder(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    models::Autoencoder net{{.input = data.train.images.shape(1),
                             .hidden = {400},
                             .latent = 20,
                             .likelihood = models::Likelihood::bernoulli},
                            random};
    const auto fit =
        tutorials::fit(session, net, data.train, random,
                       {.epochs = session.flags.epochs, .name = "model_autoencoder", .quiet = true},
                       [&](Tape& tape, const nn::Batch& batch) {
                           return tutorials::Loss{net.loss(tape.constant(batch.images)), {}};
                       });
    return {std::move(net), fit.history, fit.images_per_second};
}

// --- proposals ------------------------------------------------------------------------------------

Array encode_log_variance(const Vae& vae, const Array& images) {
    return nn::map_rows(images, [&](Variable x) { return vae.encode(x).log_variance; });
}

// ln p(x | z) = Σ xᵢ lᵢ − ln(1 + e^lᵢ) with the logits l(z): one matrix product for all pairs.
Variable log_likelihood_table(const Vae& vae, Variable codes, Variable images) {
    const Variable logits = vae.decode(codes);                                    // (K, D)
    return matmul(logits, transpose(images)) - sum(softplus(logits), {1}, true);  // (K, N)
}

Array Grid::middles() const {
    Array z = autograd::full({side * side, 2}, 0);
    for (std::size_t i = 0; i < side * side; ++i) {
        z(i, 0) = static_cast<Real>(middle(i / side));
        z(i, 1) = static_cast<Real>(middle(i % side));
    }
    return z;
}

// A proposal's axes are parallel to ours, so its density is a product, and the sum over the images is
// a product of matrices.
Aggregate aggregate(const Vae& vae, const Array& images, Grid grid) {
    Array middles = autograd::full({1, grid.side}, 0);
    for (std::size_t i = 0; i < grid.side; ++i) middles(0, i) = static_cast<Real>(grid.middle(i));
    Aggregate out{grid, autograd::full({grid.side, grid.side}, 0)};
    nn::for_each_piece(images, 1000, [&](std::size_t, const Array& piece) {
        const Array sum = nn::evaluate(
            [&](Variable x, Variable z) {
                const nn::Normal q = vae.encode(x);
                const auto density = [&](int axis) {  // (B, side)
                    const Variable mean = slice(q.mean, 1, axis, axis + 1),
                                   l = slice(q.log_variance, 1, axis, axis + 1);
                    const Real log_two_pi = static_cast<Real>(std::log(2 * std::numbers::pi));
                    return exp(Real(-0.5) * (square(z - mean) * exp(-l) + l + log_two_pi));
                };
                return matmul(transpose(density(0)), density(1));
            },
            piece, middles);
        for (std::size_t i = 0; i < sum.size(); ++i)
            out.density.data()[i] += sum.data()[i] / static_cast<Real>(images.shape(0));
    });
    return out;
}

namespace {

double prior_density(const Grid& grid, std::size_t i, std::size_t j) {
    const double u = grid.middle(i), v = grid.middle(j);
    return std::exp(-0.5 * (u * u + v * v)) / (2 * std::numbers::pi);
}

}  // namespace

double Aggregate::kl_to_prior() const {
    double sum = 0;
    for (std::size_t i = 0; i < grid.side; ++i)
        for (std::size_t j = 0; j < grid.side; ++j)
            if (const double q = density(i, j); q > 0)
                sum += q * std::log(q / prior_density(grid, i, j));
    return sum * grid.step() * grid.step();
}

double Aggregate::holes() const {
    double sum = 0;
    for (std::size_t i = 0; i < grid.side; ++i)
        for (std::size_t j = 0; j < grid.side; ++j) {
            const double p = prior_density(grid, i, j);
            if (density(i, j) < 0.1 * p) sum += p;
        }
    return sum * grid.step() * grid.step();
}

// --- the exact posterior in the plane -------------------------------------------------------------

double Gaussian::distance(double d1, double d2) const {
    return (variance[1] * d1 * d1 - 2 * covariance * d1 * d2 + variance[0] * d2 * d2) /
           determinant();
}

double Gaussian::log_density(double z1, double z2) const {
    return -0.5 * (2 * std::log(2 * std::numbers::pi) + std::log(determinant()) +
                   distance(z1 - mean[0], z2 - mean[1]));
}

Gaussian proposal(const Vae& vae, const Array& image) {
    const Array mean = tutorials::encode(vae, image), l = encode_log_variance(vae, image);
    return {{mean(0, 0), mean(0, 1)}, {std::exp(l(0, 0)), std::exp(l(0, 1))}};
}

std::vector<Exact> integrate(const Vae& vae, const Array& images, const Grid& grid) {
    std::vector<Exact> out(images.shape(0));
    std::vector<models::StreamingLogSumExp> sums(out.size());
    const double log_area = 2 * std::log(grid.step());
    nn::for_each_piece(grid.middles(), 1000, [&](std::size_t, const Array& z) {
        const Array table = nn::evaluate(
            [&](Variable codes, Variable x) { return log_likelihood_table(vae, codes, x); }, z,
            images);
        for (std::size_t i = 0; i < z.shape(0); ++i)
            for (std::size_t n = 0; n < out.size(); ++n) {
                const double z1 = z(i, 0), z2 = z(i, 1);
                const double log_joint = double{table(i, n)} - 0.5 * (z1 * z1 + z2 * z2) -
                                         std::log(2 * std::numbers::pi);
                out[n].log_posterior.push_back(log_joint);
                sums[n].add(log_joint);
            }
    });
    for (std::size_t n = 0; n < out.size(); ++n) {
        out[n].evidence = sums[n].value() + log_area;
        for (double& l : out[n].log_posterior) l -= out[n].evidence;
    }
    return out;
}

double gap(const Gaussian& q, const Exact& exact, const Grid& grid) {
    double sum = 0;
    for (std::size_t i = 0; i < exact.log_posterior.size(); ++i) {
        const double log_q = q.log_density(grid.middle(i / grid.side), grid.middle(i % grid.side));
        if (log_q > -60) sum += std::exp(log_q) * (log_q - exact.log_posterior[i]);
    }
    return sum * grid.step() * grid.step();
}

// --- figures --------------------------------------------------------------------------------------

namespace {

// |z| = 2 holds 1 − e⁻² of N(0, I) in the plane.
void circle(Plot& plot) {
    Numbers x, y;
    for (int degrees = 0; degrees <= 360; degrees += 3) {
        const double angle = degrees * std::numbers::pi / 180;
        x.push_back(2 * std::cos(angle));
        y.push_back(2 * std::sin(angle));
    }
    plot.contour(x, y);
}

}  // namespace

Plot plot_codes(const Vae& vae, const nn::Dataset& shown, const std::string& title, double reach) {
    Plot plot{{.title = title,
               .x = "z₁",
               .y = "z₂",
               .same_scale = true,
               .x_range = {{-reach, reach}},
               .y_range = {{-reach, reach}}}};
    const Array noise = nn::Random{1}.normal({shown.size(), 2});
    plot.scatter(nn::evaluate([&](Variable x, Variable e) { return vae.encode(x).sample(e); },
                              shown.images, noise),
                 shown.labels, shown.class_names);
    circle(plot);
    return plot;
}

Plot plot_aggregate(const Aggregate& codes) {
    const std::size_t side = codes.grid.side;
    Array brightness = autograd::full({side, side}, 0);
    for (std::size_t i = 0; i < side; ++i)
        for (std::size_t j = 0; j < side; ++j) {
            const double q = codes.density(i, j), p = prior_density(codes.grid, i, j);
            brightness(side - 1 - j, i) = static_cast<Real>(q / (q + p));  // z₂ upward
        }
    const double reach = codes.grid.reach;
    Plot plot{{.title = "q(z) / (q(z) + p(z)), from 0 (black) to 1 (white)",
               .x = "z₁",
               .y = "z₂",
               .same_scale = true,
               .x_range = {{-reach, reach}},
               .y_range = {{-reach, reach}}}};
    plot.image(brightness, {-reach, reach}, {-reach, reach});
    circle(plot);
    return plot;
}

void save_the_plane(Session& session, Vae vae) {
    nn::write_png(
        session.file("manifold.png"),
        nn::image_grid(tutorials::decode(vae, tutorials::normal_plane(20)),
                       session.load_data().test.item, {.columns = 20, .gap = 0, .scale = 2}));
    const Array z = nn::Random{session.flags.seed}.normal({5, 2});
    tutorials::save_decoder(session.file("plane_decoder.safetensors"),
                            nn::parameters(vae.decoder.net), z, tutorials::decode(vae, z));
}

void draw_the_flow(const std::filesystem::path& path) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "(B, 784)", "no gradient"});
    const auto features = diagram.box(2.8, 0, {"features", "(B, 400)"});
    const auto mean = diagram.box(5.6, 0.8, {"mean μ", "(B, 20)"});
    const auto log_variance = diagram.box(5.6, -0.8, {"log variance λ", "(B, 20)"});
    const auto noise = diagram.box(8.8, 1.9, {"noise ε", "(B, 20)", "no gradient"});
    const auto z = diagram.box(8.8, 0, {"z = μ + exp(λ/2) ε", "(B, 20)"});
    const auto unfolded = diagram.box(8.8, -3.4, {"features", "(B, 400)"});
    const auto logits = diagram.box(6, -3.4, {"logits", "(B, 784)"});
    const auto reconstruction = diagram.box(3.1, -3.4, {"−ln p(x | z)", "(B,)"});
    const auto kl = diagram.box(3.1, -1.9, {"KL", "(B,)"});
    const auto loss = diagram.box(0.2, -2.6, {"−ELBO", "()"});
    diagram.arrow(x, features);
    diagram.arrow(features, mean);
    diagram.arrow(features, log_variance);
    diagram.arrow(mean, z);
    diagram.arrow(log_variance, z);
    diagram.arrow(noise, z);
    diagram.arrow(z, unfolded);
    diagram.arrow(unfolded, logits);
    diagram.arrow(logits, reconstruction);
    diagram.arrow(x, reconstruction);
    diagram.arrow(mean, kl);
    diagram.arrow(log_variance, kl);
    diagram.arrow(kl, loss);
    diagram.arrow(reconstruction, loss);
    diagram.save(path);
}

void draw_the_idea(Session& session, const Array& samples) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random{session.flags.seed};
    const std::size_t count = 14, size = data.test.images.shape(1), width = data.test.item[1];
    const Array real = nn::first(data.test, 2 * count).images;
    Array first = autograd::full({count, size}, 0), independent = first, halves = first;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < size; ++d) {
            const bool left = d % width < width / 2;
            first(i, d) = real(i, d);
            independent(i, d) = data.train.images(random.below(data.train.size()), d);
            halves(i, d) = real(left ? i : count + i, d);
        }
    tutorials::save_named_rows(session.file("idea.png"),
                               {{"real", first},
                                {"pixels alone", independent},
                                {"halves alone", halves},
                                {"the model's", nn::take(samples, tutorials::upto(count))}},
                               data.test.item);
}

void plot_training(const std::filesystem::path& path, const nn::History& history,
                   const models::LatentUse& use) {
    const Numbers epochs = history.column("epoch");
    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per image"}};
    bound.line("train", epochs, history.column("train_neg_elbo"));
    bound.line("test", epochs, history.column("test_neg_elbo"));
    Numbers sorted = use.levels[0].kl_per_unit;
    std::sort(sorted.rbegin(), sorted.rend());
    std::vector<std::string> ranks;  // every fifth, or the names would run together
    for (std::size_t unit = 1; unit <= sorted.size(); ++unit)
        ranks.push_back(unit == 1 || unit % 5 == 0 ? std::to_string(unit) : "");
    Plot kl{{.title = "KL of each latent unit", .x = "unit, by rank", .y = "nats per test image"}};
    kl.bars("", ranks, sorted);
    tutorials::save_plots(path, {bound, kl}, 2);
}

// --- measures -------------------------------------------------------------------------------------

double largest_difference(const autograd::Gradients& a, const std::vector<nn::NamedParameter>& of_a,
                          const autograd::Gradients& b,
                          const std::vector<nn::NamedParameter>& of_b) {
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
        const Array &u = a.of(*of_a[i].parameter), &v = b.of(*of_b[i].parameter);
        for (std::size_t j = 0; j < u.size(); ++j) {
            largest = std::max(largest, std::abs(double{u.data()[j]}));
            difference = std::max(difference, std::abs(double{u.data()[j]} - double{v.data()[j]}));
        }
    }
    return difference / largest;
}

double rounded(double x, int digits) {
    if (x == 0) return 0;
    const double unit = std::pow(10, std::floor(std::log10(std::abs(x))) + 1 - digits);
    return std::round(x / unit) * unit;
}

Reference points_of_reference(const nn::TrainTest& data) {
    const auto mean_pixels = [](const nn::Dataset& set) {
        Numbers mean(set.images.shape(1), 0);
        for (std::size_t i = 0; i < set.size(); ++i)
            for (std::size_t d = 0; d < mean.size(); ++d)
                mean[d] += double{set.images(i, d)} / static_cast<double>(set.size());
        return mean;
    };
    const Numbers train = mean_pixels(data.train), test = mean_pixels(data.test);
    double independent = 0, floor = 0;
    for (std::size_t d = 0; d < train.size(); ++d) {
        const double p = std::clamp(train[d], 1e-6, 1 - 1e-6), x = test[d];
        independent -= x * std::log(p) + (1 - x) * std::log(1 - p);
    }
    for (const Real x : data.test.images.storage())
        if (x > 0 && x < 1) floor -= x * std::log(double{x}) + (1 - x) * std::log(1 - double{x});
    return {independent, floor / static_cast<double>(data.test.size())};
}
