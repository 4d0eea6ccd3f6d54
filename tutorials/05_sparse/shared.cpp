#include "tutorials/05_sparse/shared.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nn/rows.hpp"
#include "tutorials/support/diagram.hpp"

namespace sparse {

using tutorials::Plot;

nn::Dataset some_of(const nn::Dataset& train) { return nn::first(train, 20000); }

double share_near(const Numbers& rates) {
    const auto near = std::count_if(rates.begin(), rates.end(), [](double rate) {
        return std::abs(rate - wishes.rho) <= 0.01;
    });
    return static_cast<double>(near) / static_cast<double>(rates.size());
}

Use use_of(const Array& codes, Real on_above) {
    const std::size_t units = codes.shape(1);
    const auto images = static_cast<double>(codes.shape(0));
    Use use{Numbers(units, 0.0), Numbers(units, 0.0), Numbers(units, 0.0), 0, 0};
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t unit = 0; unit < units; ++unit) {
            const double a = codes(i, unit);
            use.rate[unit] += a / images;
            use.contrast[unit] += a * a / images;
            if (a > on_above) use.on[unit] += 1 / images;
            if (a < 0.1) use.near_zero += 1 / images / static_cast<double>(units);
            if (a >= 0.1 && a <= 0.9) use.between += 1 / images / static_cast<double>(units);
        }
    for (std::size_t unit = 0; unit < units; ++unit) {
        const double rate = use.rate[unit], most = rate * (1 - rate);
        use.contrast[unit] = most > 0 ? (use.contrast[unit] - rate * rate) / most : 0;
    }
    return use;
}

void note(Session& session, const std::string& ending, const Autoencoder& net,
          const nn::Dataset& test) {
    const Use use = use_of(tutorials::encode(net, test.images));
    session.result("mean_activation" + ending, tutorials::mean(use.rate));
    session.result("units_near_rho" + ending, share_near(use.rate));
    session.result("on_rate" + ending, tutorials::mean(use.on));
    session.result("units_on_near_rho" + ending, share_near(use.on));
    session.note("on_per_image" + ending, std::accumulate(use.on.begin(), use.on.end(), 0.0));
    session.note("near_zero" + ending, use.near_zero);
    session.note("between" + ending, use.between);
    session.result("contrast" + ending, tutorials::mean(use.contrast));
    session.result("test_mse_per_pixel" + ending, tutorials::error_per_pixel(net, test.images));
}

Plot histograms(const std::vector<std::pair<std::string, Array>>& named_codes) {
    constexpr std::size_t bins = 50;
    Numbers centres;
    for (std::size_t bin = 0; bin < bins; ++bin)
        centres.push_back((static_cast<double>(bin) + 0.5) / bins);
    Plot plot({.x = "activation",
               .y = "share of the activations, in steps of .02",
               .log_y = true,
               .x_range = {{0, 1}},
               .y_range = {{1e-6, 1}}});
    for (const auto& [name, codes] : named_codes) {
        Numbers share(bins, 0.0);
        for (const Real a : codes.storage())
            share[std::min(static_cast<std::size_t>(a * Real(bins)), bins - 1)] +=
                1 / static_cast<double>(codes.size());
        plot.line(name, centres, share);
    }
    return plot;
}

Array looked_for(Autoencoder& net) { return nn::parameters(net.encoder)[0].parameter->value; }

Array added(Autoencoder& net) {
    return nn::evaluate([](Variable weight) { return transpose(weight); },
                        nn::parameters(net.decoder)[0].parameter->value);
}

Numbers lengths(const Array& rows) {
    Numbers out;
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        const Real* const row = &rows(i, 0);
        out.push_back(std::sqrt(std::inner_product(row, row + rows.shape(1), row, 0.0)));
    }
    return out;
}

Array as_pictures(Array rows) {
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        Real largest = 0;
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            largest = std::max(largest, std::abs(rows(i, j)));
        for (std::size_t j = 0; j < rows.shape(1); ++j)
            rows(i, j) = Real(0.5) + Real(0.5) * rows(i, j) / largest;
    }
    return rows;
}

Indices highest_first(const Numbers& score) {
    Indices order = tutorials::upto(score.size());
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
    return order;
}

Numbers column(const Array& codes, std::size_t unit) {
    Numbers out;
    for (std::size_t i = 0; i < codes.shape(0); ++i) out.push_back(codes(i, unit));
    return out;
}

Array keep_units(Array codes, std::size_t k, const Numbers& length, const Numbers& silent) {
    const std::size_t units = codes.shape(1);
    Numbers adds(units);
    Indices order(units);
    for (std::size_t i = 0; i < codes.shape(0) && k < units; ++i) {
        for (std::size_t unit = 0; unit < units; ++unit)
            adds[unit] = std::abs(double{codes(i, unit)} - silent[unit]) * length[unit];
        std::iota(order.begin(), order.end(), 0);
        std::nth_element(order.begin(), order.begin() + std::ptrdiff_t(k), order.end(),
                         [&](std::size_t a, std::size_t b) { return adds[a] > adds[b]; });
        for (std::size_t rank = k; rank < units; ++rank)
            codes(i, order[rank]) = static_cast<Real>(silent[order[rank]]);
    }
    return codes;
}

void few_units(Session& session, const std::vector<std::pair<std::string, Autoencoder*>>& nets) {
    const nn::TrainTest& data = session.load_data();
    const Array images = nn::first(data.test, 2000).images;
    Plot plot({.x = "units kept for each image",
               .y = "squared error per pixel",
               .log_x = true,
               .log_y = true,
               .x_range = {{4, 1024}}});
    for (const auto& [name, net] : nets) {
        const Array codes = tutorials::encode(*net, images);
        const Numbers length = lengths(added(*net));
        const Numbers means =
            use_of(tutorials::encode(*net, nn::first(data.train, 10000).images)).rate;
        const Numbers zeros(length.size(), 0.0);
        const auto error = [&](std::size_t k, const Numbers& silent) {
            const Array kept = keep_units(codes, k, length, silent);
            return tutorials::error_per_pixel(images, tutorials::decode(*net, kept));
        };
        Numbers count, best;
        for (std::size_t k = 4; k <= length.size(); k *= 2) {
            count.push_back(static_cast<double>(k));
            best.push_back(std::min(error(k, zeros), error(k, means)));
            if (k == 32) session.result("kept_32_" + name, best.back());
            if (k == 64) session.result("kept_64_" + name, best.back());
        }
        plot.line(name, count, best);
    }
    plot.save(session.file("kept.png"));
}

void draw_the_idea(const Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "(B, 784)"});
    const auto a = diagram.box(3.2, 0, {"code a = σ(5 f(x))", "(B, 1024)"});
    const auto r = diagram.box(7.2, 0, {"picture r = c + Σ aⱼ dⱼ", "(B, 784)"});
    const auto error = diagram.box(3.6, 1.8, {"reconstruction  |x − r|²", "batch mean"});
    const auto rates = diagram.box(1.5, -1.8, {"+ β Σ KL(ρ ‖ mean of aⱼ)", "batch mean inside"});
    const auto hesitation = diagram.box(4.8, -1.8, {"+ κ Σ aⱼ (1 − aⱼ)", "batch mean"});
    const auto columns = diagram.box(7.2, -1.8, {"+ γ Σ |dⱼ|²", "weights only"});
    diagram.arrow(x, a);
    diagram.arrow(a, r);
    diagram.arrow(x, error);
    diagram.arrow(r, error);
    diagram.arrow(a, rates);
    diagram.arrow(a, hesitation);
    diagram.arrow(r, columns);
    diagram.save(session.file("idea.png"));
}

}  // namespace sparse
