// The formula needs nothing but the data, and is itself a network: a linear layer whose weights
// are the training images, a softmax, and a linear layer whose weights are the training images again.
// (Elsewhere this is called *attention*.)
//
// @source{tutorials/06_denoising/shared.cpp, remember}

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

/// The share of rows that are the same, but for a hundredth of the range in each pixel.
double share_of_equal(const Array& a, const Array& b) {
    double equal = 0;
    for (std::size_t i = 0; i < a.shape(0); ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < a.shape(1); ++j)
            largest = std::max(largest, std::abs(a(i, j) - b(i, j)));
        equal += largest < Real(.01);
    }
    return equal / static_cast<double>(a.shape(0));
}

void memory_against_net(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learnt = to_learn_from(data);
    const std::size_t count = session.flags.quick ? 100 : 1000;
    nn::Random random(session.flags.seed);
    const Array seen = few(learnt.images, count), fresh = few(data.test.images, count);
    const Array noisy_seen = nn::gaussian_noise(.3)(seen, random);
    const Array noisy_fresh = few(noisy_test(session, .3), count);
    const Array recalled = remember(learnt.images, .3, noisy_fresh);
    const Denoiser net = lesson_net(session).net;
    session.result("recalled_percent",
                   100 * share_of_equal(remember(learnt.images, .3, noisy_seen), seen));
    session.result("psnr_memory_test", psnr(recalled, fresh));
    session.result("psnr_net_train", psnr(restore(net, noisy_seen), seen));
    session.result("psnr_net_test", psnr(restore(net, noisy_fresh), fresh));
    tutorials::save_named_rows(session.file("memory.png"),
                               {{"clean", few(fresh)},
                                {"noisy", few(noisy_fresh)},
                                {"memory", few(recalled)},
                                {"net", restore(net, few(noisy_fresh))}},
                               data.test.item);
}

const tutorials::Experiment memory{"memory", "The perfect memory is worse than the linear filter",
                                   memory_against_net};

}  // namespace

// Given *training* images with new noise, the memory returns the very image in
// @result{recalled_percent, .1f} % of the cases. Given 1000 test images, it reaches
// @result{psnr_memory_test, .1f} dB, where the Wiener filter has @result{psnr_wiener_30, .1f} dB on all
// test images. The net has @result{psnr_net_train, .1f} dB on 1000 of its training images with new noise and
// @result{psnr_net_test, .1f} dB on the 1000 test images: it is far from memorising.
//
// @figure{memory.png, Test images with noise of .3, what the memory answers, and what the net answers.
// The memory answers with training images or averages of a few: mostly sharp pictures of other garments.}
