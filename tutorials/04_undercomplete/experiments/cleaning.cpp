// Noise has all 784 dimensions and the surface of reconstructions has few, so a projection of a noisy
// image onto it should remove most of the noise. We add normal noise of standard deviation .3 to each
// pixel of the test images. The peak signal-to-noise ratio is $-10 \log_{10}$ of the squared error per pixel, in
// decibels; higher is better.

#include <cstdio>
#include <string>

#include "models/evaluate/psnr.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/measure.hpp"

using autograd::Array;
using autograd::Real;
using autograd::Variable;
using tutorials::Session;

namespace {

void cleaning(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 64);
    const Array& clean = data.test.images;
    nn::Random random(session.flags.seed);
    const Array noise = random.normal(clean.shape());
    const Array noisy =
        nn::evaluate([](Variable x, Variable e) { return x + Real(0.3) * e; }, clean, noise);
    session.result("psnr_noisy", models::psnr(noisy, clean));
    std::printf("decibels\n   k    net    PCA\n");
    for (const auto& [k, net] : lesson::nets(session)) {
        const double of_net = models::psnr(tutorials::reconstruct(net, noisy), clean);
        const double of_pca = models::psnr(pca.first(k).reconstruct(noisy), clean);
        std::printf("%4zu  %5.2f  %5.2f\n", k, of_net, of_pca);
        session.note("psnr_net_k" + std::to_string(k), of_net);
        session.note("psnr_pca_k" + std::to_string(k), of_pca);
    }
}

}  // namespace

const tutorials::Experiment experiment{"cleaning", "Cleaning, and what more training does to it",
                                       cleaning};

// | numbers in the code | 2 | 8 | 16 | 32 | 64 |
// |---|---|---|---|---|---|
// | PCA | @result{psnr_pca_k2, .1f} | @result{psnr_pca_k8, .1f} | @result{psnr_pca_k16, .1f} | @result{psnr_pca_k32, .1f} | @result{psnr_pca_k64, .1f} |
// | autoencoder, 10 epochs, seed 1 | @result{psnr_net_k2, .1f} | @result{psnr_net_k8, .1f} | @result{psnr_net_k16, .1f} | @result{psnr_net_k32, .1f} | @result{psnr_net_k64, .1f} |
// | seed 2 | @result{seed_2/psnr_net_k2, .1f} | @result{seed_2/psnr_net_k8, .1f} | @result{seed_2/psnr_net_k16, .1f} | @result{seed_2/psnr_net_k32, .1f} | @result{seed_2/psnr_net_k64, .1f} |
// | seed 3 | @result{seed_3/psnr_net_k2, .1f} | @result{seed_3/psnr_net_k8, .1f} | @result{seed_3/psnr_net_k16, .1f} | @result{seed_3/psnr_net_k32, .1f} | @result{seed_3/psnr_net_k64, .1f} |
// | autoencoder, 40 epochs, seed 1 | @result{epochs_40/psnr_net_k2, .1f} | @result{epochs_40/psnr_net_k8, .1f} | @result{epochs_40/psnr_net_k16, .1f} | @result{epochs_40/psnr_net_k32, .1f} | @result{epochs_40/psnr_net_k64, .1f} |
//
// The noisy images have @result{psnr_noisy, .1f} dB, so every row cleans. For PCA one can say what
// happens. Of the noise the projection keeps what lies along its $K$ axes, a share of $K / 784$; of
// the image it loses what it always loses:
// $$ \text{error per pixel} \ =\ \text{error of PCA on clean images} \ +\ \sigma^2 \frac{K}{784} . $$
// So a wider code keeps more of the image and lets more noise through.
//
// After 10 epochs the net is ahead of PCA for codes of 2 to 32 numbers and level at 64. After 40 epochs (one
// seed) its error on clean images is smaller at every width (see the sweep), and it cleans worse: worse than
// after 10 epochs at every width, and worse than PCA from 16 numbers on. PCA moves *any* image to the nearest
// point of its subspace, by definition. The net's encoder was trained on clean images only; what it does
// with others is not determined by the loss, and here longer training makes it worse. The
// remedy is to show it noisy images during training: chapter 06.
