// A column of the decoder's weight is what one number of the code adds to an image, so it can be
// drawn as an image. So can the axes of PCA.

#include <algorithm>
#include <cmath>

#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Variable;
using tutorials::Session;

namespace {

/// Rows (n, D) as images: 0 is grey, the largest magnitude of each row black or white.
Array as_images(const Array& rows, std::size_t n) {
    return nn::evaluate(
        [&](Variable x) {
            const Variable some = slice(x, 0, 0, n);
            return Real(0.5) + Real(0.5) * some / max(abs(some), 1, true);
        },
        rows);
}

/// For each row of a the largest |cos| of its angles to the axes, which have length 1; the mean.
double mean_largest_cosine(const Array& a, const Array& axes) {
    return nn::measure(
        [](Variable rows, Variable unit) {
            const Variable length = sqrt(sum(square(rows), {1}, true));
            return mean(max(abs(matmul(rows / length, transpose(unit))), 1));
        },
        a, axes);
}

void axes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 20);
    const lesson::Trained linear = lesson::linear_net(session, pca);
    const Array columns = lesson::directions(linear.net);
    session.result("axis_cosine", mean_largest_cosine(columns, pca.components));

    // What it is for directions that know of nothing but the subspace:
    nn::Random random(session.flags.seed);
    const Array anyhow = nn::evaluate([](Variable a, Variable b) { return matmul(a, b); },
                                      random.normal({1000, 20}), pca.components);
    session.result("axis_cosine_random", mean_largest_cosine(anyhow, pca.components));

    const Array images = lesson::centred(data.train, pca.mean).images;
    const models::Pca found = models::pca(tutorials::reconstruct(linear.net, images), 10);
    tutorials::save_named_rows(session.file("axes.png"),
                               {{"axes of PCA", as_images(pca.components, 10)},
                                {"decoder's columns", as_images(columns, 10)},
                                {"PCA of reconstructions", as_images(found.components, 10)}},
                               data.test.item);
}

}  // namespace

const tutorials::Experiment experiment{
    "axes", "The decoder's columns span the subspace, and are not PCA's axes", axes};

// @figure{axes.png, Directions in the space of images; grey is zero. First row: the first ten axes
// of PCA. Second row: ten of the twenty columns of the decoder. Third row: the first ten axes that
// PCA finds in the net's reconstructions.}
//
// Take for each column the axis of PCA that is nearest to it in direction. The cosine between the
// two is @result{axis_cosine, .2f} on average. It would be 1 if the columns were the axes, and is
// @result{axis_cosine_random, .2f} for random directions of the same subspace. So the columns lean
// towards the axes, and are far from being axes. (One seed.) The loss gives them no reason to be axes:
// it is the same for every basis.
//
// The reconstructions vary within the subspace only, and there almost as PCA's projections do. So
// PCA of the *reconstructions* finds the axes again, as the third row shows.
