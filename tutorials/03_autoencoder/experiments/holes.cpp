// A code of two numbers is a map that can be looked at. We train 784-256-128-2-128-256-784 with the
// cross-entropy, without labels, and ask two questions. If we draw codes at random, do they land
// where the net has codes? And if they do not, what does the decoder make of them?
//
// To draw codes we need a distribution. The net has none, so we give it the simplest one that fits
// its codes: the normal distribution with their mean and covariance. In coordinates $u$, turned and
// scaled so that the codes have mean 0 and covariance $I$, this is $N(0, I)$. We cut the map into
// squares of a quarter of a standard deviation. A square is a **hole** if it contains less than a
// tenth of the training codes that $N(0, I)$ would put there, and the *share of draws in holes* is
// the probability, under $N(0, I)$, of the holes together.
//
// Two yardsticks stand beside it. As many points as there are codes, drawn from $N(0, I)$ itself,
// tell how many holes chance alone makes. And a variational autoencoder, which chapter 07 explains,
// is a net whose codes are *trained* to follow $N(0, I)$: its loss has a second term for that. It
// has the same layers, the same reconstruction loss and as many epochs. It adds noise to its codes
// while it learns, and it is these noisy codes that are counted for its holes.

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/vae.hpp"
#include "nn/io/png.hpp"
#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using models::Likelihood;
using tutorials::Plot;
using tutorials::Session;

namespace {

using Map = std::function<Array(const Array&)>;

/// A net whose codes are drawn from N(0, I): places u (N, 2) from images, and images from places.
struct Generator {
    Map place, draw;
    Array trained;  ///< the places at which the decoder was trained, one for each training image
};

Generator plain(Session& session, const nn::Dataset& train, std::uint64_t seed) {
    nn::Random random(seed);
    models::Autoencoder net({.input = train.images.shape(1),
                             .hidden = {256, 128},
                             .latent = 2,
                             .activation = nn::silu,
                             .likelihood = Likelihood::bernoulli},
                            random);
    const std::size_t epochs = session.epochs(10);
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = "map_" + std::to_string(seed),
                    .learning_rate = nn::schedule::cosine(2e-3, 0, double(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images)), {}};
                   });
    const models::Pca axes = models::pca(tutorials::encode(net, train.images), 2);
    const Array deviation = nn::evaluate([](Variable v) { return sqrt(v); }, axes.eigenvalues);
    Generator found{[=](const Array& images) {
                        return nn::evaluate([](Variable a, Variable s) { return a / s; },
                                            axes.encode(tutorials::encode(net, images)), deviation);
                    },
                    [=](const Array& u) {
                        return tutorials::decode(
                            net, axes.decode(nn::evaluate(
                                     [](Variable a, Variable s) { return a * s; }, u, deviation)));
                    },
                    {}};
    found.trained = found.place(train.images);
    return found;
}

Generator variational(Session& session, const nn::Dataset& train, std::uint64_t seed) {
    nn::Random random(seed);
    models::Vae net(
        {.input = train.images.shape(1), .hidden = {256, 128}, .latent = 2, .activation = nn::silu},
        random);
    const std::size_t epochs = session.epochs(10);
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = "vae_map_" + std::to_string(seed),
                    .learning_rate = nn::schedule::cosine(2e-3, 0, double(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) {
                       return tutorials::neg_elbo(net.elbo(tape.constant(batch.images), random));
                   });
    const Array drawn =
        nn::map_rows(train.images, [&](Variable x) { return net.draw(x, 1, random).levels[0].z; });
    return {[=](const Array& images) { return tutorials::encode(net, images); },
            [=](const Array& u) { return tutorials::decode(net, u); }, drawn};
}

// ### Squares of the map

constexpr double edge = 2.5, cell = 0.25;  // the map goes from −2.5 to 2.5
constexpr std::size_t side = 20;           // squares across

/// The number of a place's square, row by row from the top left; side² if it is off the map.
std::size_t square_of(const Array& places, std::size_t row) {
    const double across = std::floor((double{places(row, 0)} + edge) / cell);
    const double down = std::floor((edge - double{places(row, 1)}) / cell);
    const bool inside = std::min(across, down) >= 0 && std::max(across, down) < double(side);
    return inside ? std::size_t(down) * side + std::size_t(across) : side * side;
}

/// How probable each square is under N(0, I).
std::vector<double> probabilities() {
    const auto below = [](double u) { return std::erfc(-u / std::sqrt(2.0)) / 2; };
    const auto strip = [&](std::size_t i) {
        const double low = double(i) * cell - edge;
        return below(low + cell) - below(low);
    };
    std::vector<double> out;
    for (std::size_t i = 0; i < side * side; ++i) out.push_back(strip(i / side) * strip(i % side));
    return out;
}

std::vector<bool> holes_in(const Array& places) {
    std::vector<double> counts(side * side + 1);
    for (std::size_t i = 0; i < places.shape(0); ++i) ++counts[square_of(places, i)];
    const std::vector<double> expected = probabilities();
    std::vector<bool> holes;
    for (std::size_t i = 0; i < side * side; ++i)
        holes.push_back(counts[i] < 0.1 * expected[i] * double(places.shape(0)));
    return holes;
}

double percent_in(const std::vector<bool>& holes) {
    const std::vector<double> probability = probabilities();
    double percent = 0;
    for (std::size_t i = 0; i < holes.size(); ++i) percent += holes[i] ? 100 * probability[i] : 0;
    return percent;
}

// ### What a draw from a hole looks like
//
// The decoder gives an image for every place. Is it one that the net knows? We compare it with the
// images that the decoder was trained to give: the reconstructions of 20 000 training images. The
// measure is the squared distance per pixel from the nearest of them. We compare with
// reconstructions because they are as blurred as what is drawn: measured against the training
// images themselves, every blurred image would look alike. For the reconstructions of test images
// the same distance says what is normal.

struct Found {
    double in_holes, of_test, of_draws, of_hole_draws;
};

Found examine(const Generator& net, const nn::TrainTest& data, std::uint64_t seed) {
    const std::vector<bool> holes = holes_in(net.trained);
    const auto redrawn = [&](const nn::Dataset& some) { return net.draw(net.place(some.images)); };
    const Array known = redrawn(nn::first(data.train, 20000));
    const auto distance = [&](const Array& images) {
        return tutorials::distance_to_nearest(images, known);
    };
    nn::Random random(seed);
    const Array places = random.normal({4000, 2}), drawn = net.draw(places);
    autograd::Indices from_holes;
    for (std::size_t i = 0; i < places.shape(0); ++i) {
        const std::size_t square = square_of(places, i);
        if (square < holes.size() && holes[square]) from_holes.push_back(i);
    }
    from_holes.resize(std::min<std::size_t>(from_holes.size(), 500));
    return {percent_in(holes), distance(redrawn(nn::first(data.test, 500))),
            distance(nn::take(drawn, tutorials::upto(500))),
            from_holes.empty() ? 0 : distance(nn::take(drawn, from_holes))};
}

// ### The map, and a way across a hole

Plot::Numbers column(const Array& places, std::size_t j) {
    Plot::Numbers numbers;
    for (std::size_t i = 0; i < places.shape(0); ++i) numbers.push_back(double{places(i, j)});
    return numbers;
}

/// Left where the test images are, right what each square decodes to: grey ground for holes.
void draw_map(const std::filesystem::path& file, const Generator& net, const nn::Dataset& test,
              const Array& line) {
    Array middles(Shape{side * side, 2});
    for (std::size_t i = 0; i < side * side; ++i) {
        middles(i, 0) = Real((double(i % side) + 0.5) * cell - edge);
        middles(i, 1) = Real(edge - (double(i / side) + 0.5) * cell);
    }
    const std::vector<bool> holes = holes_in(net.trained);
    Array tiles = net.draw(middles);
    for (std::size_t i = 0; i < tiles.shape(0); ++i)
        for (std::size_t d = 0; d < tiles.shape(1); ++d)
            if (holes[i]) tiles(i, d) = Real(0.4) + Real(0.6) * tiles(i, d);
    const std::array<double, 2> range{-edge, edge};
    const auto settings = [&](bool legend) {
        return tutorials::PlotSettings{.x = "u₁ (standard deviations)",
                                       .y = "u₂ (standard deviations)",
                                       .same_scale = true,
                                       .x_range = range,
                                       .y_range = range,
                                       .legend = legend};
    };
    Plot where(settings(true)), what(settings(false));
    where.scatter(net.place(test.images), test.labels, test.class_names);
    what.image(nn::image_grid(tiles, test.item, {.columns = side, .gap = 0}), range, range);
    if (line.dimension() == 2) {
        where.line("", column(line, 0), column(line, 1));
        what.line("", column(line, 0), column(line, 1));
    }
    tutorials::save_plots(file, {where, what}, 2);
}

/// For each class the place of an image in its midst: the one nearest to their mean.
Array class_centres(const Array& places, const nn::Dataset& data) {
    autograd::Indices rows;
    for (std::size_t label = 0; label < data.classes; ++label) {
        const autograd::Indices all = tutorials::members(data.labels, label);
        const Array of_class = nn::take(places, all);
        const Array middle = nn::evaluate([](Variable x) { return mean(x, {0}, true); }, of_class);
        rows.push_back(all[tutorials::nearest(middle, of_class)[0]]);
    }
    return nn::take(places, rows);
}

/// Of the straight lines between two classes the one with the most of 11 places in holes.
Array line_through_holes(const Array& centres, const std::vector<bool>& holes) {
    Array worst;
    std::size_t most = 0;
    for (std::size_t a = 0; a < centres.shape(0); ++a)
        for (std::size_t b = a + 1; b < centres.shape(0); ++b) {
            const Array line = tutorials::walk(nn::take(centres, {a}), nn::take(centres, {b}), 11);
            std::size_t found = 0;
            for (std::size_t i = 0; i < line.shape(0); ++i) {
                const std::size_t square = square_of(line, i);
                found += square < holes.size() && holes[square] ? 1 : 0;
            }
            if (worst.dimension() != 2 || found > most) most = found, worst = line;
        }
    return worst;
}

void draw_line(const Session& session, const Generator& net, const nn::TrainTest& data,
               const Array& line) {
    const Array walked = net.draw(line);
    const Array known = net.draw(net.place(data.train.images));
    const Array ends = tutorials::walk(nn::take(walked, {0}), nn::take(walked, {10}), 11);
    tutorials::save_named_rows(
        session.file("line.png"),
        {{"decoded", walked},
         {"nearest reconstruction", nn::take(known, tutorials::nearest(walked, known))},
         {"ends, faded", ends}},
        data.test.item);
}

void holes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    nn::Random random(session.flags.seed);
    session.result("holes_by_chance", percent_in(holes_in(random.normal({data.train.size(), 2}))));
    for (const auto& [name, make] : {std::pair("plain", &plain), {"vae", &variational}}) {
        std::vector<double> in_holes, of_test, of_draws, of_hole_draws;
        for (const std::uint64_t more : {0, 1, 2}) {
            const std::uint64_t seed = session.flags.seed + more;
            const Generator net = make(session, data.train, seed);
            const Found found = examine(net, data, seed);
            in_holes.push_back(found.in_holes);
            of_test.push_back(found.of_test);
            of_draws.push_back(found.of_draws);
            of_hole_draws.push_back(found.of_hole_draws);
            session.note(std::string(name) + "_distance_of_hole_draws_" + std::to_string(more + 1),
                         found.of_hole_draws);
            if (more > 0) continue;
            Array line{};
            if (make == &plain) {
                line = line_through_holes(class_centres(net.place(data.test.images), data.test),
                                          holes_in(net.trained));
                draw_line(session, net, data, line);
            }
            draw_map(session.file(std::string(name) + "_map.png"), net, data.test, line);
        }
        const auto note = [&](const char* key, const std::vector<double>& numbers) {
            lesson::note_seeds(session, std::string(name) + "_" + key, numbers);
        };
        note("percent_in_holes", in_holes);
        note("distance_of_test", of_test);
        note("distance_of_draws", of_draws);
        note("distance_of_hole_draws", of_hole_draws);
    }
}

}  // namespace

const tutorials::Experiment experiment{"holes", "Holes in the code, counted beside two yardsticks",
                                       holes};

// | three seeds | plain autoencoder | variational autoencoder |
// |---|---|---|
// | share of draws in holes, percent | @result{plain_percent_in_holes, .1f} ± @result{plain_percent_in_holes_sd, .1f} | @result{vae_percent_in_holes, .1f} ± @result{vae_percent_in_holes_sd, .1f} |
// | distance of rebuilt test images | @result{plain_distance_of_test, .5f} | @result{vae_distance_of_test, .5f} |
// | distance of all draws | @result{plain_distance_of_draws, .4f} ± @result{plain_distance_of_draws_sd, .4f} | @result{vae_distance_of_draws, .4f} ± @result{vae_distance_of_draws_sd, .4f} |
// | distance of draws from holes, each seed | @result{plain_distance_of_hole_draws_1, .4f}, @result{plain_distance_of_hole_draws_2, .4f}, @result{plain_distance_of_hole_draws_3, .4f} | @result{vae_distance_of_hole_draws_1, .4f}, @result{vae_distance_of_hole_draws_2, .4f}, @result{vae_distance_of_hole_draws_3, .4f} |
//
// Points drawn from $N(0, I)$ make no holes (@result{holes_by_chance, .0f} %). Both nets do, and about as many
// draws land in them. Both maps have a gap between shoes and the other garments, and holes at the edge. The
// difference is what the decoder makes of the holes. In each of the three seeds the plain decoder's images
// from holes are farther from what it was trained to give than those of the other decoder are. A likely
// reason: the variational autoencoder adds noise to the codes during training, so its decoder has also been
// trained on the surroundings of the codes.
//
// @figure{vae_map.png, The map of the variational autoencoder, whose codes are not turned or scaled. Left:
// the codes of test images without noise.}
//
// @figure{line.png, Along the line in the plain autoencoder's map: of all lines between the centres of two
// classes, one with the most of its 11 places in holes. Second row: for each decoded image the nearest
// reconstruction of a training image. Third row: the two ends faded into each other, which needs no net.}
//
// In the middle trousers dissolve before a sandal appears; what is decoded there is neither. The second row
// shows that the net also answers some training images with such fragments: two numbers are few.
