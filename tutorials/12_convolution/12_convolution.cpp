// ---
// title: Convolution
// builds_on: 07_vae, 08_cvae
// leads_to:
// tooltip: Nets for images: weights that are shared by all places.
// minutes: 2
// keywords: convolution, feature map
// ---
#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/measure.hpp"
using namespace lesson;
static void run_lesson(Session& session) {
    const Data data = split(session);
    const auto conv = the_convolutional(session, data), dense = the_dense(session, data);
    session.result("test_mse_per_pixel", tutorials::error_per_pixel(conv.model, data.test.images));
    session.result("test_mse_per_pixel_dense",
                   tutorials::error_per_pixel(dense.model, data.test.images));
    session.result("weights", static_cast<double>(weights(conv.model)));
    session.result("weights_dense", static_cast<double>(weights(dense.model)));
    session.result("train_images_per_second", conv.images_per_second);
}
int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "12_convolution", .title = "Convolution"},
                          run_lesson);
}
