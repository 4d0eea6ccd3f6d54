// The filter of equation (3) is told $\sigma$, so the nets are told as well: one is trained for noise
// of .1, one for .3 (the lesson's), one for .5. A fourth is *blind*: each image of its batches has a
// $\sigma$ of its own, between 0 and .55, and the net is not told which. All are tested on all levels.

#include <cstdio>

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

void compare_levels(Session& session) {
    const Array& clean = session.load_data().test.images;
    const models::Pca directions = all_directions(session);
    struct Method {
        std::string title, key;
        Denoiser net;
        Plot::Numbers decibels = {};
    };
    std::vector<Method> methods;
    methods.push_back({"net for .1", "10", net_for(session, nn::gaussian_noise(.1), "for_10").net});
    methods.push_back({"net for .3", "30", lesson_net(session).net});
    methods.push_back({"net for .5", "50", net_for(session, nn::gaussian_noise(.5), "for_50").net});
    const nn::Corruption any{nn::CorruptionKind::gaussian, 0, .55};
    methods.push_back({"blind net", "blind", net_for(session, any, "blind").net});

    Plot::Numbers sigmas, noisy, wiener;
    for (const double sigma : {.05, .1, .2, .3, .4, .5}) {
        const Array images = noisy_test(session, sigma);
        const std::string level = "_" + percent(sigma);
        sigmas.push_back(sigma);
        noisy.push_back(psnr(images, clean));
        wiener.push_back(psnr(models::wiener(directions, sigma)(images), clean));
        session.note("noisy_at" + level, noisy.back());
        session.note("wiener_at" + level, wiener.back());
        std::printf("  %.2f: noisy %5.2f  Wiener %5.2f", sigma, noisy.back(), wiener.back());
        for (Method& method : methods) {
            method.decibels.push_back(psnr(restore(method.net, images), clean));
            session.note("net_" + method.key + "_at" + level, method.decibels.back());
            std::printf("  %s %5.2f", method.title.c_str(), method.decibels.back());
        }
        std::printf("\n");
    }
    for (const std::size_t k : {0, 2}) {  // the keys of the course's tables
        const std::size_t at = k == 0 ? 1 : 5;
        session.note("psnr_noisy_" + methods[k].key, noisy[at]);
        session.note("psnr_wiener_" + methods[k].key, wiener[at]);
        session.note("psnr_denoised_" + methods[k].key, methods[k].decibels[at]);
    }
    Plot plot({.x = "standard deviation of the noise", .y = "PSNR (dB)"});
    for (const Method& method : methods) plot.line(method.title, sigmas, method.decibels);
    plot.line("Wiener filter for each level", sigmas, wiener)
        .line("noisy images", sigmas, noisy)
        .save(session.file("psnr.png"));
}

const tutorials::Experiment levels{"levels", "Nets for one level of noise, and one for all",
                                   compare_levels};

}  // namespace

// @figure{psnr.png, Quality of the restored test images against the strength of their noise. The Wiener
// filter is made anew for every level, and its answers are not clipped to 0 and 1.}
//
// | decibels at noise of | .05 | .1 | .2 | .3 | .4 | .5 |
// |---|---|---|---|---|---|---|
// | noisy | @result{noisy_at_5, .2f} | @result{noisy_at_10, .2f} | @result{noisy_at_20, .2f} | @result{noisy_at_30, .2f} | @result{noisy_at_40, .2f} | @result{noisy_at_50, .2f} |
// | Wiener | @result{wiener_at_5, .2f} | @result{wiener_at_10, .2f} | @result{wiener_at_20, .2f} | @result{wiener_at_30, .2f} | @result{wiener_at_40, .2f} | @result{wiener_at_50, .2f} |
// | net for .1 | @result{net_10_at_5, .2f} | @result{net_10_at_10, .2f} | @result{net_10_at_20, .2f} | @result{net_10_at_30, .2f} | @result{net_10_at_40, .2f} | @result{net_10_at_50, .2f} |
// | net for .3 | @result{net_30_at_5, .2f} | @result{net_30_at_10, .2f} | @result{net_30_at_20, .2f} | @result{net_30_at_30, .2f} | @result{net_30_at_40, .2f} | @result{net_30_at_50, .2f} |
// | net for .5 | @result{net_50_at_5, .2f} | @result{net_50_at_10, .2f} | @result{net_50_at_20, .2f} | @result{net_50_at_30, .2f} | @result{net_50_at_40, .2f} | @result{net_50_at_50, .2f} |
// | blind net | @result{net_blind_at_5, .2f} | @result{net_blind_at_10, .2f} | @result{net_blind_at_20, .2f} | @result{net_blind_at_30, .2f} | @result{net_blind_at_40, .2f} | @result{net_blind_at_50, .2f} |
//
// Each of the three nets is above the Wiener filter at its own level. Away from it they differ: the net
// for .1 is poor at strong noise, the net for .5 at weak noise, and the net for .3 is above the filter
// from .2 to .5. The blind net saw as many images as each of the others, spread over all levels. At every
// level it does about as well as the net for .3; at .1 and below, the filter that knows the level is better
// than both. One seed.
