// Equation (5) where it can be seen. The data are points on two spiral arms in the plane, a manifold of
// one dimension. The net is 2-128-128-128-2 with ReLUs and linear outputs. At each point of a grid we
// draw $r(x) - x$, beside the exact minimum (4) of the training loss.

#include <array>

#include "nn/data/toys.hpp"
#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

/// How far a net's arrows are from the exact ones, as a share of those, where noisy data are.
double error_of_arrows(const Array& net, const Array& exact, const Array& from) {
    double difference = 0, length = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        difference += std::pow(double{net.data()[i]} - double{exact.data()[i]}, 2);
        length += std::pow(double{exact.data()[i]} - double{from.data()[i]}, 2);
    }
    return std::sqrt(difference / length);
}

/// side × side points over [−1.4, 1.4]².
Array grid(std::size_t side) {
    Array points(Shape{side * side, 2});
    const auto place = [&](std::size_t k) {
        return static_cast<Real>(-1.4 + 2.8 * (double(k) + .5) / double(side));
    };
    for (std::size_t i = 0; i < side * side; ++i)
        points(i, 0) = place(i % side), points(i, 1) = place(i / side);
    return points;
}

Plot::Numbers column(const Array& points, std::size_t number) {
    Plot::Numbers numbers;
    for (std::size_t i = 0; i < points.shape(0); ++i) numbers.push_back(double{points(i, number)});
    return numbers;
}

Plot plane(const std::string& title) {
    return Plot({.title = title,
                 .x = "x₁",
                 .y = "x₂",
                 .same_scale = true,
                 .x_range = std::array{-1.5, 1.5},
                 .y_range = std::array{-1.5, 1.5},
                 .legend = false});
}

/// Arrows from points to where they are sent, at most a sixth of a unit long.
Plot arrows(const std::string& title, const nn::Dataset& data, const Array& from, const Array& to) {
    Plot::Numbers dx = column(to, 0), dy = column(to, 1);
    const Plot::Numbers x = column(from, 0), y = column(from, 1);
    for (std::size_t i = 0; i < x.size(); ++i) {
        dx[i] -= x[i], dy[i] -= y[i];
        const double length = std::hypot(dx[i], dy[i]), factor = std::min(1., 1 / (6 * length));
        dx[i] *= factor, dy[i] *= factor;
    }
    const Array some = nn::first(data, 1000).images;
    return plane(title).points("", column(some, 0), column(some, 1)).arrows("", x, y, dx, dy);
}

Autoencoder learn_field(Session& session, const nn::Dataset& data, double sigma) {
    nn::Random random(session.flags.seed);
    Autoencoder net({.input = 2, .hidden = {128}, .latent = 128, .code_activation = autograd::relu},
                    random);
    teach(session, net, data, random,
          {.epochs = 80, .name = "field_" + percent(sigma), .quiet = true}, 3e-3,
          denoise(nn::gaussian_noise(sigma)));
    return net;
}

void draw_field(Session& session) {
    nn::Random random(session.flags.seed);
    const nn::Dataset data = nn::spiral(session.flags.quick ? 500 : 10'000, random);
    const Autoencoder fine = learn_field(session, data, .1),
                      coarse = learn_field(session, data, .4);
    const Array probes = nn::gaussian_noise(.1)(few(data.images, 2000), random);
    session.result(
        "field_error_percent",
        100 * error_of_arrows(restore(fine, probes), remember(data.images, .1, probes), probes));
    Array start = random.uniform({300, 2});
    for (Real& coordinate : start) coordinate = Real(2.8) * coordinate - Real(1.4);
    Array end = start;
    for (int step = 0; step < 10; ++step) end = restore(fine, end);
    Plot walk = plane("from anywhere (blue), ten times (orange)");
    walk.points("", column(start, 0), column(start, 1)).points("", column(end, 0), column(end, 1));
    const Array at = grid(20);
    tutorials::save_plots(session.file("field.png"),
                          {arrows("net, noise .1", data, at, restore(fine, at)),
                           arrows("exact, noise .1", data, at, remember(data.images, .1, at)),
                           arrows("net, noise .4", data, at, restore(coarse, at)), walk},
                          2);
}

const tutorials::Experiment field{"field", "A net that removes noise points to where the data are",
                                  draw_field};

}  // namespace

// @figure{field.png, Dots are data, arrows lead from x towards r(x) and are at most a sixth of a unit
// long. First row: the trained net and the exact posterior mean, for noise of .1. Second row: the net
// that was trained with noise of .4; and points from anywhere with the places where ten applications of
// the net for .1 take them.}
//
// Where noisy data are, the net's arrows for noise of .1 are off by @result{field_error_percent, .0f} %
// of the length of the exact ones (root mean squares; one seed). With noise of .4 the arms are blurred into one hill, and the arrows
// point to its middle: **the noise decides at which scale the manifold is seen**. Apply the net for
// noise of .1 again and again, and points from anywhere move onto the arms. This is not yet sampling; see
// exercise 6.
