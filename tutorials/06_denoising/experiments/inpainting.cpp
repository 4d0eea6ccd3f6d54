// A damage made by hand: one half of the image is gone, the lower, the upper, the left or the right one,
// each equally likely. A missing pixel is not a black one, so it is marked by a value that no pixel has:
// $m = 0$, $n = -1$. The net learns to answer with the whole image. We keep what is known and take the
// net's answer for the rest. The linear baseline is the expectation of the missing pixels given the
// others, under a Gaussian with the mean of the data, their variances along the first 64 directions of PCA
// and one and the same variance along all others (*probabilistic PCA*). Its error on the lower half of the
// first 2000 test images is known from a separate computation: .0429 per missing pixel.

#include <algorithm>

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

enum class Half { lower, upper, left, right };

/// Marks the pixels of one half as missing, in row n of a damage that has left all as they are.
void take_away(Half half, nn::Damage& damage, std::size_t n, const Shape& item) {
    const std::size_t rows = item[0], columns = item[1];
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            const bool missing = half == Half::lower   ? i >= rows / 2
                                 : half == Half::upper ? i < rows / 2
                                 : half == Half::left  ? j < columns / 2
                                                       : j >= columns / 2;
            if (!missing) continue;
            damage.keep(n, i * columns + j) = 0;
            damage.add(n, i * columns + j) = -1;
        }
}

nn::Damage no_damage(const Shape& shape) {
    return {autograd::full(shape, 1), autograd::full(shape, 0)};
}

/// The same half of all images.
nn::Damage without(Half half, const nn::Dataset& data) {
    nn::Damage damage = no_damage(data.images.shape());
    for (std::size_t n = 0; n < data.size(); ++n) take_away(half, damage, n, data.item);
    return damage;
}

/// What is known as it is, the rest as the net says.
Array complete(const Autoencoder& net, const nn::Damage& damage, const Array& clean) {
    Array out = restore(net, damage.apply(clean));
    for (std::size_t i = 0; i < out.size(); ++i)
        if (damage.keep.data()[i] != 0) out.data()[i] = clean.data()[i];
    return out;
}

/// The Gaussian's expectation of what is missing.
Array fill_in(const models::ProbabilisticPca& gaussian, const nn::Damage& damage,
              const Array& clean) {
    Array known(Shape{clean.shape(1)});
    std::copy_n(damage.keep.data(), known.size(), known.data());
    return models::fill_in(gaussian, clean, known);
}

void fill_halves(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset& test = data.test;
    nn::Random random(session.flags.seed);
    Autoencoder net = small_net(test.images.shape(1), random);
    teach(session, net, to_learn_from(data), random,
          {.epochs = 8, .name = "inpainting", .quiet = true}, 3e-3,
          denoise([&](const Array& clean, nn::Random& which) {
              nn::Damage damage = no_damage(clean.shape());
              for (std::size_t n = 0; n < clean.shape(0); ++n)
                  take_away(static_cast<Half>(which.below(4)), damage, n, test.item);
              return damage.apply(clean);
          }));

    const models::Pca directions = all_directions(session);
    const models::ProbabilisticPca gaussian = models::probabilistic_pca(
        directions.first(std::min<std::size_t>(64, test.images.shape(1) - 1)));
    const nn::Dataset some = nn::first(test, 2000);
    const nn::Damage lower = without(Half::lower, some);
    Array mean_image = some.images;
    for (std::size_t i = 0; i < mean_image.size(); ++i)
        if (lower.keep.data()[i] == 0)
            mean_image.data()[i] = directions.mean(i % test.images.shape(1));
    const auto error = [&](const Array& out) {  // all of it is in the missing half of the pixels
        return 2 * std::pow(10, -psnr(out, some.images) / 10);
    };
    session.result("inpainting_mean", error(mean_image));
    session.result("inpainting_linear", error(fill_in(gaussian, lower, some.images)));
    session.result("inpainting_net", error(complete(net, lower, some.images)));

    const nn::Dataset ten = nn::first(test, 10);
    std::vector<NamedImages> pictures{{"clean", ten.images}};
    for (const Half half : {Half::lower, Half::left}) {
        const nn::Damage damage = without(half, ten);
        Array grey = damage.apply(ten.images);
        for (Real& pixel : grey)
            if (pixel < 0) pixel = Real(.35);
        pictures.push_back({half == Half::lower ? "lower half gone" : "left half gone", grey});
        pictures.push_back({"Gaussian", fill_in(gaussian, damage, ten.images)});
        pictures.push_back({"net", complete(net, damage, ten.images)});
    }
    tutorials::save_named_rows(session.file("inpainted.png"), pictures, test.item);
}

const tutorials::Experiment inpainting{"inpainting", "Half an image, completed", fill_halves};

}  // namespace

// | answer for the lower half, first 2000 test images | squared error per missing pixel (one seed) |
// |---|---|
// | mean image | @result{inpainting_mean, .4f} |
// | conditional Gaussian | @result{inpainting_linear, .4f} |
// | net | @result{inpainting_net, .4f} |
//
// @figure{inpainted.png, The lower half is missing, then the left one. Where the visible half leaves
// several completions possible, both answers are blurred.}
//
// When half of the evidence is gone, many completions are possible, and the best answer by squared error
// is their average. What one often wants is *one* of them, drawn at random: a generative model, chapters
// 07 and 08.
