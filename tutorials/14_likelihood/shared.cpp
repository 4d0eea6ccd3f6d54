#include "tutorials/14_likelihood/shared.hpp"

#include <zlib.h>
#include <algorithm>
#include <cmath>

#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"

namespace likelihood {

// --- data -----------------------------------------------------------------------------------------

Data load(Session& session) {
    const nn::TrainTest& all = session.load_data();
    const std::size_t held_out = all.train.size() / 6;
    nn::Random coins{2020};  // the same for every --seed
    return {nn::first(all.train, all.train.size() - held_out),
            nn::binarise(nn::last(all.train, held_out), coins), nn::binarise(all.test, coins)};
}

Array some(const Session& session, const Dataset& data, std::size_t count) {
    return nn::first(data, session.flags.quick ? 20 : count).images;
}

// --- models ---------------------------------------------------------------------------------------

Vae new_vae(const Data& data, nn::Random& random) {
    return {{.input = data.train.images.shape(1), .hidden = {400}, .latent = 20}, random};
}

VampVae new_vamp(const Data& data, std::size_t components, nn::Random& random) {
    const Indices chosen = random.permutation(data.train.size());
    const Array images =
        nn::take(data.train.images, Indices(chosen.begin(), chosen.begin() + components));
    return {new_vae(data, random), models::VampPrior(images)};
}

Trained<Vae> the_standard(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    return train(session, data, new_vae(data, random), random,
                 {.name = "model", .epochs = session.flags.epochs});
}

Trained<VampVae> the_vamp(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    return train(session, data, new_vamp(data, 200, random), random,
                 {.name = "model_vamp", .epochs = session.flags.epochs});
}

// --- numbers --------------------------------------------------------------------------------------

Estimate estimate(const Numbers& numbers) {
    const models::LogLikelihood found = models::summary(numbers, 1);
    return {found.mean, found.standard_error};
}

Numbers difference(const Numbers& a, const Numbers& b) {
    Numbers out(a.size());
    std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
    return out;
}

Numbers compressed(const Array& images) {
    Numbers out;
    const std::size_t pixels = images.shape(1);
    for (std::size_t n = 0; n < images.shape(0); ++n) {
        std::vector<unsigned char> bytes(pixels);
        for (std::size_t d = 0; d < pixels; ++d) bytes[d] = images(n, d) > Real(0.5);
        uLongf size = compressBound(bytes.size());
        std::vector<unsigned char> file(size);
        compress2(file.data(), &size, bytes.data(), bytes.size(), Z_BEST_COMPRESSION);
        out.push_back(static_cast<double>(size) * 8 * std::log(2));
    }
    return out;
}

// --- figures --------------------------------------------------------------------------------------

void draw_flow(Session& session) {
    tutorials::Diagram d;
    const auto x = d.box(0, 0, {"x", "(B, 784)"}), q = d.box(2.3, 0, {"q(z | x)", "2 × (B, 20)"});
    const auto noise = d.box(4.6, 1.3, {"noise", "(K·B, 20)"});
    const auto z = d.box(4.6, 0, {"z₁ ... z_K", "(K·B, 20)"});
    const auto p = d.box(7.2, 0, {"ln p(x | z) + ln p(z)", "(K·B,)"});
    const auto minus = d.box(7.2, 1.3, {"− ln q(z | x)", "(K·B,)"});
    const auto w = d.box(10, 0, {"ln w", "(K, B)"});
    const auto bound = d.box(12.6, 0, {"ln of the mean of w", "(B,)", "below ln p(x)"});
    d.arrow(x, q);
    d.arrow(q, z);
    d.arrow(noise, z);
    d.arrow(z, p);
    d.arrow(z, minus);
    d.arrow(p, w);
    d.arrow(minus, w);
    d.arrow(w, bound);
    d.save(session.file("flow.png"));
}

}  // namespace likelihood
