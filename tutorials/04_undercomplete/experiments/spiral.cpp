// In two dimensions one can look at the surface itself. One number is asked for, so PCA's surface is
// a line and the net's is a curve: decode many codes in a row and connect them. The points lie along
// a spiral, with normal noise of standard deviation .02 in both directions. The net is
// 2-64-64-1-64-64-2, trained on 2000 points; the figure shows 200 others.

#include <algorithm>

#include "nn/data/toys.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using tutorials::Plot;
using tutorials::Session;

namespace {

Plot::Numbers column(const Array& points, std::size_t j) {
    Plot::Numbers numbers;
    for (std::size_t i = 0; i < points.shape(0); ++i) numbers.push_back(double{points(i, j)});
    return numbers;
}

/// Codes in equal steps over the range of the given ones: (steps, 1).
Array over_the_range(const Array& codes, std::size_t steps) {
    const auto [low, high] = std::minmax_element(codes.begin(), codes.end());
    return tutorials::walk(autograd::full({1, 1}, *low), autograd::full({1, 1}, *high), steps);
}

/// Points, the curve, and a stroke from each point to its reconstruction.
Plot curve_plot(const std::string& title, const Array& points, const Array& curve,
                const Array& reconstructed) {
    Plot plot({.title = title, .x = "x₁", .y = "x₂", .same_scale = true});
    for (std::size_t i = 0; i < points.shape(0); ++i)
        plot.contour({double{points(i, 0)}, double{reconstructed(i, 0)}},
                     {double{points(i, 1)}, double{reconstructed(i, 1)}});
    plot.points("points", column(points, 0), column(points, 1))
        .line("all reconstructions", column(curve, 0), column(curve, 1));
    return plot;
}

void spiral(Session& session) {
    constexpr double noise = 0.02;
    nn::Random random(session.flags.seed);
    const nn::Dataset points = nn::spiral(2000, random, 1, noise);
    const Array unseen = nn::spiral(200, random, 1, noise).images;

    const models::Pca line = models::pca(points.images, 1);
    models::Autoencoder net({.input = 2, .hidden = {64, 64}, .latent = 1, .activation = nn::silu},
                            random);
    lesson::train(session, net, points, random, "spiral", session.epochs(150), 5e-3);

    const Array of_net = tutorials::reconstruct(net, unseen), of_line = line.reconstruct(unseen);
    session.result("spiral_pca_error", 2 * tutorials::error_per_pixel(unseen, of_line));
    session.result("spiral_net_error", 2 * tutorials::error_per_pixel(unseen, of_net));
    const Array codes = tutorials::encode(net, unseen);
    tutorials::save_plots(
        session.file("spiral.png"),
        {curve_plot("PCA", unseen, line.decode(over_the_range(line.encode(unseen), 2)), of_line),
         curve_plot("autoencoder", unseen, tutorials::decode(net, over_the_range(codes, 400)),
                    of_net)},
        2);
}

}  // namespace

const tutorials::Experiment experiment{"spiral", "A line and a curve through a spiral", spiral};
