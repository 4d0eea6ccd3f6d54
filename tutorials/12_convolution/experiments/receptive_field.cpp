// With all weights 1 and no bias, the gradient of one unit with respect to a pixel counts the paths from this
// pixel to the unit.

#include <algorithm>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

Array paths_to_the_middle(std::size_t side, int layers) {
    Tape tape;
    const Variable image = tape.variable(autograd::full({1, side, side, 1}, 1));
    const Variable ones = tape.constant(autograd::full({1, 4, 4, 1}, 1));
    Variable y = image;
    for (int layer = 0; layer < layers; ++layer) y = conv2d(y, ones, 2, 1);
    Array middle = autograd::full(y.shape(), 0);
    middle(0, y.shape()[1] / 2, y.shape()[2] / 2, 0) = 1;
    const Array paths = tape.backward(y, middle).of(image);
    Array out = autograd::full({side, side}, 0);
    const Real most = *std::max_element(paths.begin(), paths.end());
    for (std::size_t i = 0; i < out.size(); ++i) out.data()[i] = paths.data()[i] / most;
    return out;
}

void draw_receptive_fields(Session& session) {
    std::vector<Plot> plots;
    for (const int layers : {1, 2, 3}) {
        const Array paths = paths_to_the_middle(32, layers);
        std::size_t seen = 0;
        for (std::size_t j = 0; j < 32; ++j) seen += paths(16, j) > 0;
        session.result("receptive_field_" + std::to_string(layers), static_cast<double>(seen));
        Plot plot{{.title = std::to_string(layers) + (layers > 1 ? " layers" : " layer"),
                   .x = "column of pixels",
                   .y = "row of pixels, from below",
                   .same_scale = true,
                   .x_range = {{0, 32}},
                   .y_range = {{0, 32}}}};
        plots.push_back(plot.image(paths, {0, 32}, {0, 32}));
    }
    tutorials::save_plots(session.file("receptive_fields.png"), plots, 3);
}

}  // namespace

const tutorials::Experiment receptive_field{
    "receptive_field", "The receptive field, counted by the tape", draw_receptive_fields};
