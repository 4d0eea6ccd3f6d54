#include "tutorials/tapestry/model.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "models/evaluate/log_likelihood.hpp"
#include "models/sparse.hpp"
#include "nn/data/corruption.hpp"
#include "nn/io/safetensors.hpp"
#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/measure.hpp"

namespace own {

using autograd::require;
using autograd::Variable;

const std::map<std::string, std::string>& kinds() {
    static const std::map<std::string, std::string> all{
        {"autoencoder", "03_autoencoder"},      {"sparse", "05_sparse"},
        {"denoising", "06_denoising"},          {"vae", "07_vae, with --beta 09_beta_vae"},
        {"conv_autoencoder", "12_convolution"}, {"conv_vae", "12_convolution"}};
    return all;
}

namespace {

constexpr std::size_t widest = 1'000'000;

bool is_conv(const Settings& s) { return s.model.starts_with("conv_"); }

std::size_t numbers_in(const Settings& s) {
    return std::accumulate(s.item.begin(), s.item.end(), std::size_t{1}, std::multiplies<>());
}

std::variant<models::Autoencoder, models::Vae> build(const Settings& s, nn::Random& random) {
    const std::size_t input = numbers_in(s);
    const bool gaussian = s.likelihood == "gaussian";
    const auto likelihood = gaussian ? models::Likelihood::gaussian : models::Likelihood::bernoulli;
    if (is_conv(s)) {
        const Shape item(s.item.begin(), s.item.end());
        const std::size_t maps = s.hidden.at(0), seen = lesson::features_seen(item, maps);
        nn::Sequential see = lesson::see(item, maps, random);
        if (s.is_vae()) {
            models::GaussianNet encoder(std::move(see), seen, s.latent, random);
            return models::Vae(std::move(encoder),
                               models::Decoder(lesson::draw(s.latent, item, maps, random),
                                               likelihood, 1, gaussian));
        }
        see.add(nn::Flatten{});
        see.add(nn::Linear(seen, s.latent, random));
        return models::Autoencoder(
            std::move(see),
            models::Decoder(lesson::draw(s.latent, item, maps, random), likelihood));
    }
    if (s.is_vae())
        return models::Vae({.input = input,
                            .hidden = s.hidden,
                            .latent = s.latent,
                            .likelihood = likelihood,
                            .learn_sigma = gaussian},
                           random);
    return models::Autoencoder(
        {.input = input,
         .hidden = s.hidden,
         .latent = s.latent,
         .code_activation = s.model == "sparse" ? autograd::relu : nn::identity,
         .likelihood = likelihood},
        random);
}

}  // namespace

void choose(Settings& s, bool hidden_given) {
    const std::size_t input = numbers_in(s);
    require(!is_conv(s) || !s.is_table(), "[train] ", s.model,
            " is for pictures, got a table: expected vae or another without conv_");
    require(!is_conv(s) || std::min(s.item[0], s.item[1]) >= 4, "[train] ", s.model,
            " needs at least 4 pixels to a side, got ", s.item);
    require(!s.is_table() || s.likelihood != "bernoulli",
            "[train] expected the likelihood gaussian for a table, got bernoulli");
    if (!hidden_given) s.hidden = {is_conv(s) ? 16u : s.is_table() ? 64u : 400u};
    require(!is_conv(s) || s.hidden.size() == 1, "[train] ", s.model,
            " wants one number of feature maps as --hidden, got ", s.hidden.size());
    if (s.latent == 0 && s.model == "sparse") s.latent = s.is_table() ? 2 * input : 256;
    if (s.latent == 0) s.latent = s.is_table() ? std::clamp<std::size_t>(input / 2, 1, 20) : 20;
    if (s.likelihood.empty()) s.likelihood = s.is_table() ? "gaussian" : "bernoulli";
    for (const std::size_t width : s.hidden)
        require(0 < width && width <= widest, "[train] expected a width of 1 to ", widest,
                " as --hidden, got ", width);
    require(s.latent <= widest, "[train] expected at most ", widest, " as --latent, got ",
            s.latent);
}

Net::Net(const Settings& s, nn::Random& random) : settings(s), model(build(s, random)) {}

// --- what it computes ----------------------------------------------------------------------------

Array Net::encode(const Array& x) const {
    return std::visit([&](const auto& part) { return tutorials::encode(part, x); }, model);
}

Array Net::decode(const Array& codes) const {
    return std::visit([&](const auto& part) { return tutorials::decode(part, codes); }, model);
}

tutorials::Loss Net::loss(autograd::Tape& tape, const Array& x, nn::Random& random) const {
    const Variable clean = tape.constant(x);
    if (const auto* const vae = std::get_if<models::Vae>(&model))
        return tutorials::neg_elbo(vae->elbo(clean, random),
                                   static_cast<autograd::Real>(settings.beta));
    const auto& net = std::get<models::Autoencoder>(model);
    if (settings.model == "denoising") {
        const auto corrupt = nn::masking_noise(settings.corruption);
        return {net.loss(tape.constant(corrupt(x, random)), clean), {}};
    }
    if (settings.model != "sparse") return {net.loss(clean), {}};
    const auto parts = models::sparse_loss(net, clean, models::l1_penalty);
    return {parts.value(static_cast<autograd::Real>(settings.price)),
            {{"error", parts.reconstruction.item()}, {"penalty", parts.penalty.item()}}};
}

std::vector<double> Net::scores(const Array& x, std::size_t samples, nn::Random& random) const {
    std::vector<double> out;
    if (const auto* const vae = std::get_if<models::Vae>(&model)) {
        const auto estimate = models::importance_weighted(*vae, x, samples, random);
        for (const double bound : estimate.per_image) out.push_back(-bound);
    } else {
        const Array rebuilt = reconstruct(x);
        out.resize(x.shape(0));
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double difference = double{x.data()[i]} - double{rebuilt.data()[i]};
            out[i / x.shape(1)] += difference * difference;
        }
    }
    for (double& score : out)  // what is too strange to be computed
        if (std::isnan(score)) score = std::numeric_limits<double>::infinity();
    return out;
}

double Net::sigma() const {
    const auto* const vae = std::get_if<models::Vae>(&model);
    return vae && settings.likelihood == "gaussian" ? vae->decoder.sigma() : 0;
}

// --- in a file -----------------------------------------------------------------------------------

namespace {

/// All fields, and what a file calls them.
const auto fields = [](auto& s, const auto& see) {
    see("model", s.model), see("hidden", s.hidden), see("latent", s.latent);
    see("likelihood", s.likelihood), see("beta", s.beta), see("corruption", s.corruption);
    see("price", s.price), see("item", s.item), see("columns", s.columns), see("id", s.id);
    see("means", s.scale.mean), see("deviations", s.scale.deviation);
};

/// What the nets are built from must fit together, whoever wrote the file.
void require_whole(const Settings& s, const std::string& file) {
    const auto is_width = [](std::size_t n) { return 0 < n && n <= widest; };
    const std::size_t columns = s.columns.size();
    const bool of_table = s.is_table() && s.item[0] == columns && !is_conv(s) &&
                          s.scale.mean.size() == columns && s.scale.deviation.size() == columns;
    const bool of_pictures = s.item.size() == 3 && (s.item[2] == 1 || s.item[2] == 3);
    const bool fits =
        kinds().contains(s.model) && (of_table || of_pictures) && is_width(s.latent) &&
        std::all_of(s.item.begin(), s.item.end(), is_width) &&
        std::all_of(s.hidden.begin(), s.hidden.end(), is_width) &&
        (!is_conv(s) || (s.hidden.size() == 1 && std::min(s.item[0], s.item[1]) >= 4)) &&
        (s.likelihood == "gaussian" || (s.likelihood == "bernoulli" && of_pictures));
    require(fits, "[--model] ", file, ": its settings do not fit together");
}

}  // namespace

std::string text_of(const Settings& settings) {
    nlohmann::ordered_json json;
    fields(settings, [&](const char* name, const auto& value) { json[name] = value; });
    return json.dump();
}

Net load_net(const std::filesystem::path& path) {
    const auto file = std::filesystem::is_directory(path) ? path / "model.safetensors" : path;
    const auto notes = nn::read_safetensors(file).metadata;
    const auto found = notes.find("settings");
    Settings settings;
    try {
        require(found != notes.end(), "[--model] ", file.string(),
                ": expected a model of `tapestry train`, got one without settings");
        const auto json = nlohmann::json::parse(found->second);
        fields(settings, [&](const char* name, auto& value) { json.at(name).get_to(value); });
        require_whole(settings, file.string());
    } catch (const nlohmann::json::exception&) {
        throw autograd::Error("[--model] " + file.string() + ": its settings are damaged");
    }
    nn::Random random{0};
    Net net(settings, random);
    nn::load(file, net);
    return net;
}

}  // namespace own
