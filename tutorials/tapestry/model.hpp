/// @file
/// The models for data of one's own, and the settings that their files hold.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "models/autoencoder.hpp"
#include "models/vae.hpp"
#include "nn/data/table.hpp"
#include "tutorials/support/fit.hpp"

namespace own {

using autograd::Array;
using autograd::Shape;

/// All that is needed to build the model anew, and to read other data for it.
struct Settings {
    std::string model = "vae";  ///< one of kinds()
    std::vector<std::size_t>
        hidden{};              ///< widths of hidden layers; of convolutions, the feature maps
    std::size_t latent = 0;    ///< 0, until it is chosen: what suits the data
    std::string likelihood{};  ///< `bernoulli` or `gaussian`
    double beta = 1;           ///< weight of the KL
    double corruption = 0.25;  ///< of numbers that a denoiser does not see
    double price = 0.1;        ///< of the activations of a sparse code
    std::vector<std::size_t> item{};  ///< (H, W, C) of a picture, (D) of a table's row
    std::vector<std::string> columns{};
    std::string id{};  ///< the column that names the rows
    nn::Standardisation scale{};

    bool is_table() const { return item.size() == 1; }
    bool is_vae() const { return model.ends_with("vae"); }
};

/// `vae`, and which chapter it comes from.
const std::map<std::string, std::string>& kinds();

/// Fills in what was left open. Throws if the model cannot be one of such data.
void choose(Settings& settings, bool hidden_given);

/// A model with its settings.
struct Net {
    Settings settings;
    std::variant<models::Autoencoder, models::Vae> model;

    Net(const Settings& settings, nn::Random& random);
    void visit(auto&& see) {
        std::visit([&](auto& part) { part.visit(see); }, model);
    }

    /// (N, latent) of (N, D) and back; of a VAE the means. The numbers of a table are standardised.
    Array encode(const Array& x) const;
    Array decode(const Array& codes) const;
    Array reconstruct(const Array& x) const { return decode(encode(x)); }
    /// What training minimises, for a batch (B, D).
    tutorials::Loss loss(autograd::Tape& tape, const Array& x, nn::Random& random) const;
    /// How strange each row is: −ln p(x) in nats, estimated with so many samples, or the squared error.
    std::vector<double> scores(const Array& x, std::size_t samples, nn::Random& random) const;
    /// The standard deviation that a VAE has learnt for what is Gaussian, else 0.
    double sigma() const;
};

/// The settings as JSON.
std::string text_of(const Settings& settings);
/// A model as it was saved, `FILE` or `FOLDER/model.safetensors`. Throws if it is not one.
Net load_net(const std::filesystem::path& path);

}  // namespace own
