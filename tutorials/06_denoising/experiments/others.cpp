// Nothing in (1) and (2) asks for Gaussian noise. The same small net is taught with each of three
// corruptions and tested on all of them, beside the median of 3 × 3 pixels, the classical remedy for
// salt and pepper.

#include <algorithm>
#include <array>
#include <cstdio>

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

/// Each pixel becomes the median of itself and its neighbours: eight, or fewer at the border.
Array median_filter(const Array& images, const Shape& item) {
    const std::size_t rows = item[0], columns = item[1];
    Array out(images.shape());
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j) {
                std::array<Real, 9> near{};
                std::ptrdiff_t count = 0;
                for (std::size_t y = i == 0 ? 0 : i - 1; y <= std::min(i + 1, rows - 1); ++y)
                    for (std::size_t x = j == 0 ? 0 : j - 1; x <= std::min(j + 1, columns - 1); ++x)
                        near[static_cast<std::size_t>(count++)] = images(n, y * columns + x);
                std::nth_element(near.begin(), near.begin() + count / 2, near.begin() + count);
                out(n, i * columns + j) = near[static_cast<std::size_t>(count / 2)];
            }
    return out;
}

void other_corruptions(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learn = to_learn_from(data);
    struct Kind {
        std::string name, title;
        nn::Corruption corruption;
        Array corrupted = {};
    };
    std::vector<Kind> kinds{{"gaussian", "Gaussian .3", nn::gaussian_noise(.3)},
                            {"masking", "masking ½", nn::masking_noise(.5)},
                            {"salt_pepper", "salt and pepper .3", nn::salt_and_pepper_noise(.3)}};
    nn::Random draw(session.flags.seed + 2000);
    for (Kind& kind : kinds) kind.corrupted = kind.corruption(data.test.images, draw);
    const auto row = [&](const std::string& key, const auto& repair) {
        for (const Kind& kind : kinds)
            session.result("psnr_" + key + kind.name,
                           psnr(repair(kind.corrupted), data.test.images));
    };
    row("corrupted_", [](const Array& x) { return x; });
    std::vector<NamedImages> pictures{{"clean", few(data.test.images)}};
    for (const Kind& kind : kinds) {
        nn::Random random(session.flags.seed);
        Autoencoder net = small_net(data.test.images.shape(1), random);
        teach(session, net, learn, random,
              {.epochs = 4, .name = "taught_" + kind.name, .quiet = true}, 3e-3,
              denoise(kind.corruption));
        row(kind.name + "_on_", [&](const Array& x) { return restore(net, x); });
        if (kind.name == "gaussian") continue;
        const Array some = few(kind.corrupted);
        pictures.push_back({kind.title, some});
        pictures.push_back({"net", restore(net, some)});
        pictures.push_back({"median", median_filter(some, data.test.item)});
    }
    row("median_on_", [&](const Array& x) { return median_filter(x, data.test.item); });
    tutorials::save_named_rows(session.file("others.png"), pictures, data.test.item);
}

const tutorials::Experiment others{"others", "A denoiser knows its noise as well as its images",
                                   other_corruptions};

}  // namespace

// | taught with (rows), repairs (columns), decibels | Gaussian .3 | masking ½ | salt and pepper .3 |
// |---|---|---|---|
// | (corrupted image) | @result{psnr_corrupted_gaussian, .2f} | @result{psnr_corrupted_masking, .2f} | @result{psnr_corrupted_salt_pepper, .2f} |
// | Gaussian .3 | @result{psnr_gaussian_on_gaussian, .2f} | @result{psnr_gaussian_on_masking, .2f} | @result{psnr_gaussian_on_salt_pepper, .2f} |
// | masking ½ | @result{psnr_masking_on_gaussian, .2f} | @result{psnr_masking_on_masking, .2f} | @result{psnr_masking_on_salt_pepper, .2f} |
// | salt and pepper .3 | @result{psnr_salt_pepper_on_gaussian, .2f} | @result{psnr_salt_pepper_on_masking, .2f} | @result{psnr_salt_pepper_on_salt_pepper, .2f} |
// | median of 3 × 3 pixels | @result{psnr_median_on_gaussian, .2f} | @result{psnr_median_on_masking, .2f} | @result{psnr_median_on_salt_pepper, .2f} |
//
// Four epochs each, one seed. The best of each column stands on the diagonal.
//
// @figure{others.png, Masked and peppered images, what the nets that were taught the respective
// corruption make of them, and the median filter. Where half of the pixels are set to black, the
// median of nine is often black, too.}
