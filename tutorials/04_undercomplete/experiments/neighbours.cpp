// *Search by likeness*: the images most like this one are those with the nearest codes. To put a number
// on it, let the nearest of the training images lend its label, and count how often that label is
// right, for the first 2000 test images. The labels judge; nothing is trained on them.

#include <string>

#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using tutorials::Plot;
using tutorials::Session;

namespace {

double percent_agreeing(const nn::TrainTest& data, const Array& queries, const Array& among) {
    const autograd::Indices found = tutorials::nearest(queries, among);
    std::size_t agree = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        agree += data.train.labels[found[i]] == data.test.labels[i] ? 1 : 0;
    return 100 * double(agree) / double(found.size());
}

void neighbours(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 64);
    const Array queries = nn::first(data.test, 2000).images;
    const Array& among = data.train.images;
    Plot::Numbers ks, of_net, of_pca;
    for (const auto& [k, net] : lesson::nets(session)) {
        const models::Pca axes = pca.first(k);
        ks.push_back(double(k));
        of_net.push_back(
            percent_agreeing(data, tutorials::encode(net, queries), tutorials::encode(net, among)));
        of_pca.push_back(percent_agreeing(data, axes.encode(queries), axes.encode(among)));
        session.result("neighbour_net_k" + std::to_string(k), of_net.back());
        session.result("neighbour_pca_k" + std::to_string(k), of_pca.back());
    }
    const double of_pixels = percent_agreeing(data, queries, among);
    session.result("neighbour_pixels", of_pixels);
    Plot(
        {.x = "numbers compared", .y = "nearest image has the same label (percent)", .log_x = true})
        .line("autoencoder", ks, of_net)
        .line("PCA", ks, of_pca)
        .level("all 784 pixels", of_pixels)
        .save(session.file("neighbours.png"));
}

}  // namespace

const tutorials::Experiment experiment{"neighbours", "Search by likeness with few numbers",
                                       neighbours};

// @figure{neighbours.png, How often the nearest training image has the label of the test image.}
//
// With two numbers the net's code is right for @result{neighbour_net_k2, .0f} %, PCA's for
// @result{neighbour_pca_k2, .0f} %; with eight it is @result{neighbour_net_k8, .0f} and
// @result{neighbour_pca_k8, .0f} %. All 784 pixels give @result{neighbour_pixels, .0f} %. At 16,
// 32 and 64 numbers, the net's code, PCA's of the same width and the pixels are within five percentage points
// of each other. (One seed.)
