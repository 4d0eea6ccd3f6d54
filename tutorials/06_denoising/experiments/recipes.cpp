// How is a pixel of the answer put together from those of the noisy image? For a linear filter there
// is one recipe for all images, a row of its matrix. For the net the recipe is the gradient of that
// pixel with respect to the input, and the tape computes it: one backward pass with a cotangent that
// is 1 at the pixel. It tells how the answer follows *small changes* of this noisy image.

#include <algorithm>

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

/// The gradients of one pixel of the answers with respect to the noisy images (B, D).
Array recipes_of(const Denoiser& net, const Array& noisy, std::size_t pixel) {
    autograd::Tape tape;
    const Variable x = tape.variable(noisy);
    const Variable answers = slice(net(x), 1, pixel, pixel + 1);
    return tape.backward(sum(answers)).of(x);  // images do not mix: each row has its own
}

/// Rows as pictures: 0 is grey, the largest magnitude of each row black or white.
Array as_pictures(Array rows) {
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        Real largest = Real(1e-12);
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            largest = std::max(largest, std::abs(rows(i, j)));
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            rows(i, j) = Real(.5) + Real(.5) * rows(i, j) / largest;
    }
    return rows;
}

void show_recipes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const autograd::Indices which{0, 1, 2, 3};
    const Array noisy = nn::take(noisy_test(session, .3), which);
    const std::size_t pixel = data.test.item[0] / 2 * data.test.item[1] + data.test.item[1] / 4;
    const Array weights = models::wiener(all_directions(session), .3).weights_of(pixel);
    Array filter(noisy.shape());
    for (std::size_t i = 0; i < filter.shape(0); ++i)
        std::copy(weights.begin(), weights.end(), &filter(i, 0));
    const Denoiser net = lesson_net(session).net;
    tutorials::save_named_rows(session.file("recipes.png"),
                               {{"clean", nn::take(data.test.images, which)},
                                {"noisy", noisy},
                                {"Wiener filter", as_pictures(filter)},
                                {"net", as_pictures(recipes_of(net, noisy, pixel))}},
                               data.test.item, 8);
}

const tutorials::Experiment recipes{
    "recipes", "The filter has one recipe for a pixel, the net one for each image", show_recipes};

}  // namespace

// @figure{recipes.png, For one pixel, where the weights are brightest: how much each pixel of the noisy
// image counts for the answer there. Grey is zero, white positive, black negative; each picture has a
// scale of its own. The filter's weights are the same for all images; the net's differ from image to
// image.}
