#include "tutorials/11_bugs/shared.hpp"

#include <cmath>
#include <cstdio>

#include "models/autoencoder.hpp"
#include "models/sparse.hpp"
#include "nn/losses/losses.hpp"

namespace bugs {

static bool secret = false;  // whether an exhibit is shown without its name

static constexpr std::size_t training_images = 12800, test_images = 2000;

Gallery::Gallery(Session& s)
    : session(s),
      data{nn::first(s.load_data().train, s.flags.quick ? 1024 : training_images),
           nn::first(s.load_data().test, s.flags.quick ? 200 : test_images)} {}

void show(Session& session, const std::string& name, const std::function<Exhibit(Gallery&)>& make) {
    Gallery gallery(session);
    const Exhibit exhibit = make(gallery);
    const std::string title = secret ? "blind" : name;  // what was measured would give it away
    std::printf("  %-14s right %11.5g   wrong %11.5g   %s\n", title.c_str(), exhibit.right,
                exhibit.wrong, secret ? "" : exhibit.measure.c_str());
    std::fflush(stdout);
    session.note(title + "_right", exhibit.right);
    session.note(title + "_wrong", exhibit.wrong);
    const auto file = session.file(title + ".png");
    if (!exhibit.plots.empty())
        tutorials::save_plots(file, exhibit.plots, 2);
    else
        tutorials::save_named_rows(file, exhibit.pictures, gallery.data.test.item);
}

std::string name_behind(std::size_t number) {
    std::vector<std::string> names;
    for (const auto& [name, experiment] : tutorials::experiments())
        if (!name.starts_with("exercise_")) names.push_back(name);
    return names[nn::Random{number}.below(names.size())];
}

void show_blind(Session& session, std::size_t number) {
    secret = true;
    tutorials::experiments().at(name_behind(number)).run(session);
    std::puts("Which is it? Look at blind.png, then run your guess with --only.");
}

Plot panel(bool wrong, tutorials::PlotSettings settings) {
    settings.title = wrong ? "wrong" : "right";
    return Plot{std::move(settings)};
}

double last(const nn::History& history, const std::string& column) {
    return history.column(column).back();
}

// --- the VAE of most exhibits ---------------------------------------------------------------------

Run train_vae(Gallery& gallery, const std::string& name, const VaeLoss& loss, bool wrong) {
    const auto found = gallery.runs.find(name);
    if (found != gallery.runs.end()) return found->second;

    nn::Random random{gallery.seed()};
    Vae vae{{.input = gallery.pixels(), .hidden = {200}, .latent = units}, random};
    const Array& images = gallery.data.test.images;
    const auto minimised = [&](Variable x, const nn::Batch& batch) {
        const Variable noise = nn::standard_normal(x.tape(), {batch.size(), units}, random);
        return loss(vae, x, noise, wrong);
    };
    const auto kl = [&](Variable x) { return nn::kl_to_standard_normal(vae.encode(x)); };
    const auto test = [&]() -> nn::Metrics {
        return {{"neg_elbo", reported(vae, images, random, false)},
                {"neg_elbo_at_mean", reported(vae, images, random, true)},
                {"kl", mean_over_rows(images, kl)}};
    };
    const auto [history, rate] =
        train(gallery, {.epochs = gallery.session.flags.epochs, .name = name}, vae,
              gallery.data.train, random, minimised, test);
    return gallery.runs.emplace(name, Run{std::move(vae), history, rate}).first->second;
}

Run right_run(Gallery& gallery) { return train_vae(gallery, "model", bound, false); }

double mean_loss(const VaeLoss& loss, bool wrong, const Vae& vae, const Array& images) {
    nn::Random random{7};
    const int draws = 10;
    double total = 0;
    for (int draw = 0; draw < draws; ++draw)
        total += nn::measure([&](Variable x, Variable noise) { return loss(vae, x, noise, wrong); },
                             images, random.normal({images.shape(0), units}));
    return total / draws;
}

Run wrong_run(Gallery& gallery, const std::string& name, const VaeLoss& loss) {
    const Vae vae = right_run(gallery).vae;
    const Array images = nn::first(gallery.data.test, 100).images;
    const double here = mean_loss(loss, false, vae, images);
    const double there = mean_loss(bound, false, vae, images);
    autograd::require(std::abs(here - there) < 1e-4 * std::abs(there), "[", name,
                      "] the right line gives ", here, ", the bound is ", there);
    return train_vae(gallery, name, loss, true);
}

double reported(const Vae& vae, const Array& images, nn::Random& random, bool wrong) {
    return mean_over_rows(images, [&](Variable x) {
        const nn::Normal q = vae.encode(x);
        const Variable noise = nn::standard_normal(x.tape(), q.mean.shape(), random);
        const Variable z = wrong ? q.mean  // WRONG: the bound is an expectation over q
                                 : q.sample(noise);
        return nn::kl_to_standard_normal(q) - vae.log_likelihood(x, z);
    });
}

double mean_picture(const Gallery& gallery) {
    const auto mean_of = [](const Array& images, std::size_t d) {
        double total = 0;
        for (std::size_t i = 0; i < images.shape(0); ++i) total += double{images(i, d)};
        return total / static_cast<double>(images.shape(0));
    };
    double nats = 0;
    for (std::size_t d = 0; d < gallery.pixels(); ++d) {
        const double p = std::clamp(mean_of(gallery.data.train.images, d), 1e-6, 1 - 1e-6);
        const double x = mean_of(gallery.data.test.images, d);
        nats -= x * std::log(p) + (1 - x) * std::log(1 - p);
    }
    return nats;
}

Array samples(const Vae& vae) {
    nn::Random random{3};
    return map_rows(random.normal({shown, units}),
                    [&](Variable z) { return sigmoid(vae.decode(z)); });
}

Array reconstructions(const Vae& vae, const Array& images) {
    return map_rows(images, [&](Variable x) { return vae.reconstruct(x); });
}

// --- a sparse code --------------------------------------------------------------------------------

Exhibit sparse(Gallery& gallery, const std::string& name, const SparsePenalty& penalty) {
    Exhibit exhibit{"share of activations above 0.9"};
    for (const bool wrong : {false, true}) {
        nn::Random random{gallery.seed()};
        models::Autoencoder net{{.input = gallery.pixels(),
                                 .latent = 100,
                                 .code_activation = autograd::sigmoid,
                                 .likelihood = models::Likelihood::bernoulli},
                                random};
        train(gallery,
              {.epochs = 2 * gallery.session.flags.epochs,
               .name = name + (wrong ? "_wrong" : "_right")},
              net, gallery.data.train, random, [&](Variable x, const nn::Batch&) {
                  const Variable code = net.encode(x);
                  return nn::bernoulli_loss(net.decode(code), x) + Real(5) * penalty(code, wrong);
              });
        const Array codes =
            map_rows(gallery.data.test.images, [&](Variable x) { return net.encode(x); });
        const auto on = std::count_if(codes.begin(), codes.end(), [](Real a) { return a > 0.9f; });
        exhibit.number(wrong) = static_cast<double>(on) / static_cast<double>(codes.size());
        exhibit.plots.push_back(panel(wrong, {.x = "activation",
                                              .y = "relative frequency",
                                              .log_y = true,
                                              .x_range = {{0, 1}},
                                              .y_range = {{1e-5, 1}}})
                                    .histogram("", {codes.begin(), codes.end()}));
    }
    return exhibit;
}

}  // namespace bugs
