// The two autoencoders of the lesson get test images that were moved to the right, by up to six pixels. They
// have not seen such images in training. What leaves the frame on the right is lost, so the images
// themselves change a little with each pixel, in the same way for both nets.

#include <cmath>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

void shifted_images(Session& session) {
    const Data data = split(session);
    const Shape& item = data.test.item;
    const auto convolutional = the_convolutional(session, data), dense = the_dense(session, data);
    Plot plot{{.x = "pixels to the right", .y = "squared error per pixel"}};
    Numbers steps, errors, dense_errors, blank_errors;
    const std::size_t most = std::min<std::size_t>(6, item[1] - 1);
    for (std::size_t by = 0; by <= most; ++by) {
        const Array images = moved(data.test.images, item, by);
        steps.push_back(static_cast<double>(by));
        errors.push_back(tutorials::error_per_pixel(convolutional.model, images));
        dense_errors.push_back(tutorials::error_per_pixel(dense.model, images));
    }
    plot.line("convolutional", steps, errors).line("dense", steps, dense_errors);
    plot.save(session.file("shift.png"));
    session.result("shift_mse", errors);
    session.result("shift_mse_dense", dense_errors);
    session.result("shift_loss", errors.at(2) / errors.at(0));
    session.result("shift_loss_dense", dense_errors.at(2) / dense_errors.at(0));
}

}  // namespace

const tutorials::Experiment shift{"shift", "Images that lie elsewhere", shifted_images};

// @figure{shift.png, Squared error per pixel on moved test images (one seed).}
//
// Moved by two pixels, images have @result{shift_loss, .2f} times the error with the convolutional net and
// @result{shift_loss_dense, .2f} times with the dense one. The convolutional net stays the better one, and its error
// grows by nearly the same factor. Its two dense layers share no weights between places. Sharing weights in some
// layers does not make a net indifferent to position.
