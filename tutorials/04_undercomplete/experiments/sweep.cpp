// All 60 000 training images, and codes of five widths. For two numbers the decoder has to bend its
// surface through all the data, and the net gets three hidden layers on each side; the others get one
// of 768 units. (This choice was made by trials that also looked at the test images, so the errors
// below are slightly optimistic. Exercise 1 compares layers on validation images.) All widths train
// for `--epochs`, 10 by default.

#include <algorithm>
#include <cstdio>
#include <string>

#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using tutorials::Plot;
using tutorials::Session;

namespace {

/// PCA's error per pixel with 0, 1, 2, ... components: each axis takes its own share away.
Plot::Numbers pca_errors(const models::Pca& pca, const Array& images) {
    const Array codes = pca.encode(images);
    double left = pca.squared_error(images) * double(images.shape(0));
    Plot::Numbers errors{left / double(images.size())};
    for (std::size_t j = codes.shape(1); j-- > 0;) {
        for (std::size_t i = 0; i < codes.shape(0); ++i)
            left += double{codes(i, j)} * double{codes(i, j)};
        errors.push_back(left / double(images.size()));
    }
    std::reverse(errors.begin(), errors.end());
    return errors;
}

void sweep(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const models::Pca pca = models::pca(data.train.images, 256);
    const Plot::Numbers of_pca = pca_errors(pca, data.test.images);
    const auto nets = lesson::nets(session);
    const Array originals = tutorials::one_of_each_class(data.test);
    std::vector<tutorials::NamedImages> rows{{"test images", originals}};
    Plot::Numbers ks, errors;
    std::printf("error per pixel on the test images\n");
    std::printf("   k  autoencoder       PCA  PCA needs for the same\n");
    for (const auto& [k, net] : nets) {
        const double error = tutorials::error_per_pixel(net, data.test.images);
        const auto needed = std::find_if(of_pca.begin(), of_pca.end(),
                                         [&](double with_less) { return with_less <= error; }) -
                            of_pca.begin();
        std::printf("%4zu  %11.6f  %8.6f  %22td\n", k, error, of_pca[k], needed);
        const std::string name = "k" + std::to_string(k);
        session.note("test_mse_per_pixel_" + name, error);
        session.note("train_mse_per_pixel_" + name,
                     tutorials::error_per_pixel(net, data.train.images));
        session.note("pca_mse_per_pixel_" + name, of_pca[k]);
        session.note("pca_needs_" + name, double(needed));
        ks.push_back(double(k));
        errors.push_back(error);
        if (k == 16 || k == 32) continue;
        rows.push_back({"net, " + std::to_string(k), tutorials::reconstruct(net, originals)});
        rows.push_back({"PCA, " + std::to_string(k), pca.first(k).reconstruct(originals)});
    }
    tutorials::save_named_rows(session.file("reconstructions.png"), rows, data.test.item);
    Plot::Numbers components;
    for (std::size_t k = 1; k < of_pca.size(); ++k) components.push_back(double(k));
    Plot({.x = "numbers in the code",
          .y = "squared error per pixel, test images",
          .log_x = true,
          .log_y = true,
          .x_range = {{1, 300}}})
        .line("PCA", components, {of_pca.begin() + 1, of_pca.end()})
        .line("autoencoder", ks, errors)
        .save(session.file("sweep.png"));
}

}  // namespace

const tutorials::Experiment experiment{
    "sweep", "Five widths of the code, three seeds, and 40 epochs", sweep};

// | numbers | autoencoder, test | training | PCA, test | PCA needs, for the same |
// |---|---|---|---|---|
// | 2 | @result{test_mse_per_pixel_k2, .4f} | @result{train_mse_per_pixel_k2, .4f} | @result{pca_mse_per_pixel_k2, .4f} | @result{pca_needs_k2} |
// | 8 | @result{test_mse_per_pixel_k8, .4f} | @result{train_mse_per_pixel_k8, .4f} | @result{pca_mse_per_pixel_k8, .4f} | @result{pca_needs_k8} |
// | 16 | @result{test_mse_per_pixel_k16, .4f} | @result{train_mse_per_pixel_k16, .4f} | @result{pca_mse_per_pixel_k16, .4f} | @result{pca_needs_k16} |
// | 32 | @result{test_mse_per_pixel_k32, .4f} | @result{train_mse_per_pixel_k32, .4f} | @result{pca_mse_per_pixel_k32, .4f} | @result{pca_needs_k32} |
// | 64 | @result{test_mse_per_pixel_k64, .4f} | @result{train_mse_per_pixel_k64, .4f} | @result{pca_mse_per_pixel_k64, .4f} | @result{pca_needs_k64} |
//
// Errors are per pixel. The last column says how many numbers PCA needs for an error as small. Other seeds
// end within two percent of the first, and four times as many epochs lower the error in every row:
//
// | numbers | seed 1 | seed 2 | seed 3 | seed 1, 40 epochs |
// |---|---|---|---|---|
// | 2 | @result{test_mse_per_pixel_k2, .4f} | @result{seed_2/test_mse_per_pixel_k2, .4f} | @result{seed_3/test_mse_per_pixel_k2, .4f} | @result{epochs_40/test_mse_per_pixel_k2, .4f} |
// | 8 | @result{test_mse_per_pixel_k8, .4f} | @result{seed_2/test_mse_per_pixel_k8, .4f} | @result{seed_3/test_mse_per_pixel_k8, .4f} | @result{epochs_40/test_mse_per_pixel_k8, .4f} |
// | 16 | @result{test_mse_per_pixel_k16, .4f} | @result{seed_2/test_mse_per_pixel_k16, .4f} | @result{seed_3/test_mse_per_pixel_k16, .4f} | @result{epochs_40/test_mse_per_pixel_k16, .4f} |
// | 32 | @result{test_mse_per_pixel_k32, .4f} | @result{seed_2/test_mse_per_pixel_k32, .4f} | @result{seed_3/test_mse_per_pixel_k32, .4f} | @result{epochs_40/test_mse_per_pixel_k32, .4f} |
// | 64 | @result{test_mse_per_pixel_k64, .4f} | @result{seed_2/test_mse_per_pixel_k64, .4f} | @result{seed_3/test_mse_per_pixel_k64, .4f} | @result{epochs_40/test_mse_per_pixel_k64, .4f} |
//
// @figure{reconstructions.png, The first test image of each class, and what 2, 8 and 64 numbers keep
// of it: the autoencoder and PCA in turn.}
