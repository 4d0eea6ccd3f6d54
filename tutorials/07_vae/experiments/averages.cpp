// Which decoder would be best, if it could be anything? At a code $z$ it is trained on all images whose
// proposals reach $z$, each as often as its $q$ says. Set the derivative of
// $\sum_n q(z|x_n) \ln p(x_n|z)$ with respect to a pixel's $\pi$ to zero, and the best answer is a
// weighted mean (with squared error too):
// $$ \pi^*(z) = \frac{\sum_n q(z \mid x_n)\, x_n}{\sum_n q(z \mid x_n)} . $$
// The mean of sharp images is not sharp. The formula can be computed from the encoder and the training
// images, without the decoder; here for the model with two latent units.

#include <cmath>

#include "models/evaluate/log_likelihood.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/measure.hpp"

namespace {

void averages(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Vae vae = the_plane(session);
    const Array images = nn::first(data.test, 14).images, z = tutorials::encode(vae, images);
    const Array mean = tutorials::encode(vae, data.train.images),
                log_variance = encode_log_variance(vae, data.train.images);

    Array averaged = autograd::full(images.shape(), 0);
    double effective = 0;
    for (std::size_t i = 0; i < images.shape(0); ++i) {
        Numbers log_q;
        models::StreamingLogSumExp total;
        for (std::size_t n = 0; n < data.train.size(); ++n) {
            const Gaussian q{{mean(n, 0), mean(n, 1)},
                             {std::exp(log_variance(n, 0)), std::exp(log_variance(n, 1))}};
            log_q.push_back(q.log_density(double{z(i, 0)}, double{z(i, 1)}));
            total.add(log_q[n]);
        }
        double squares = 0;
        for (std::size_t n = 0; n < data.train.size(); ++n) {
            const double weight = std::exp(log_q[n] - total.value());
            squares += weight * weight;
            if (weight < 1e-8) continue;
            for (std::size_t d = 0; d < images.shape(1); ++d)
                averaged(i, d) += static_cast<Real>(weight) * data.train.images(n, d);
        }
        effective += 1 / squares / static_cast<double>(images.shape(0));
    }
    const Array drawn = tutorials::decode(vae, z);
    tutorials::save_named_rows(session.file("averages.png"),
                               {{"image", images}, {"decoder", drawn}, {"mean", averaged}},
                               data.test.item);
    session.result("averages_difference", tutorials::error_per_pixel(drawn, averaged));
    session.result("averages_reconstruction", tutorials::error_per_pixel(drawn, images));
    session.result("averages_images", std::round(effective));
}

const tutorials::Experiment experiment{
    "averages", "Why the pictures are blurred: the decoder draws the mean", averages};

}  // namespace

// @figure{averages.png, Test images (first row); what the decoder draws at their codes (second); the
// mean of all training images, weighted by q at these codes, computed without a decoder (third).}
//
// Decoder and weighted mean differ by @result{averages_difference, .4f} (squared error per pixel),
// decoder and image by @result{averages_reconstruction, .4f}. The mean runs over
// @result{averages_images, .0f} images (1 over the sum of the squared weights; all this is one seed). A
// likelihood rewards covering all of them and does not punish a picture that looks like none of them. A
// **generative adversarial network** is trained the other way: a second network tries to tell its
// pictures from real ones, and blur is easy to tell. So its pictures are sharp, but it may leave out
// whole kinds of images (*mode collapse*). Chapter 10 adds latent levels.
