// @figure{filters.png, What the first 48 units of each network add to the picture; they were not
// picked. Grey is zero, and each picture has a scale of its own. Free and small:
// mostly textures. Sparse: mostly garments and parts of them, such as hems, soles and heels.}
//
// @figure{parts.png, Three test images, two rows each. Above: the image, and what the nine units add
// that contribute most. Below: the picture of the strongest 1, 2, 4 ... 256 units and of all.}
//
// @figure{classes.png, The mean activation, class by class, of the 256 units with the highest contrast.
// Each column is a unit, scaled so that the class for which it is most active is white; the columns are
// sorted by that class. Above: the free network. Below: the sparse one.}
//
// The picture of the trousers hardly changes beyond 32 units, those of sandal and bag beyond 64. The strap
// of the bag never appears. In the row of the bag some units look like parts of shoes: a column is a
// term of a sum and need not stand for a thing.
//
// **Which units for which class?** Every unit has a class for which it is most active. The share of
// that class, in the sum of the unit's mean activations over the ten classes, is .1 if it is equally
// active for all. The mean over the units is @result{selectivity_free, .2f} for the free network,
// @result{selectivity_small, .2f} for the small one, whose units are near .05 for every class, and
// @result{selectivity, .2f} for the sparse one (one seed). No network has seen a label.

#include <algorithm>

#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;
using tutorials::NamedImages;

namespace {

constexpr std::size_t pictures_in_row = 16, strip_height = 7, most_units = 256;

void draw_units(Session& session, Autoencoder& net, const Array& codes, const nn::Dataset& test) {
    Indices units = highest_first(use_of(codes).contrast);
    units.resize(10);
    std::vector<NamedImages> rows{{"looks for", as_pictures(nn::take(looked_for(net), units))},
                                  {"adds", as_pictures(nn::take(added(net), units))}};
    std::vector<Indices> best;
    for (const std::size_t unit : units) best.push_back(highest_first(column(codes, unit)));
    for (std::size_t rank = 0; rank < 4; ++rank) {
        Indices images;
        for (const Indices& order : best) images.push_back(order[rank]);
        rows.push_back({rank == 0 ? "active for" : "", nn::take(test.images, images)});
    }
    tutorials::save_named_rows(session.file("units.png"), rows, test.item);
}

void add_filters(std::vector<NamedImages>& pictures, const std::string& name, Autoencoder& net) {
    for (std::size_t row = 0; row < 3; ++row) {
        Indices units = tutorials::upto(pictures_in_row);
        for (std::size_t& unit : units) unit += row * pictures_in_row;
        pictures.push_back({row == 0 ? name : "", as_pictures(nn::take(added(net), units))});
    }
}

/// The pictures of one code (1, J) by its strongest 1, 2, 4, ... units, and by all: ten pictures.
Array growing(const Autoencoder& net, const Array& code, const Numbers& length) {
    const Numbers zeros(length.size(), 0.0);
    Array pictures = tutorials::decode(net, keep_units(code, 1, length, zeros));
    for (std::size_t k = 2; k <= 256; k *= 2)
        pictures =
            tutorials::join(pictures, tutorials::decode(net, keep_units(code, k, length, zeros)));
    return tutorials::join(pictures, tutorials::decode(net, code));
}

void draw_parts(Session& session, Autoencoder& net, const Array& codes, const nn::Dataset& test) {
    const Array columns = added(net);
    const Numbers length = lengths(columns);
    std::vector<NamedImages> rows;
    for (const std::size_t label : {1, 5, 8}) {
        const Indices members = tutorials::members(test.labels, label);
        if (members.empty()) continue;
        const Array code = nn::take(codes, {members[0]});
        Numbers adds;
        for (std::size_t unit = 0; unit < length.size(); ++unit)
            adds.push_back(code(0, unit) * length[unit]);
        Indices strongest = highest_first(adds);
        strongest.resize(9);
        rows.push_back(
            {test.class_names[label], tutorials::join(nn::take(test.images, {members[0]}),
                                                      as_pictures(nn::take(columns, strongest)))});
        rows.push_back({"1, 2, 4 ... all", growing(net, code, length)});
    }
    tutorials::save_named_rows(session.file("parts.png"), rows, test.item);
}

/// The mean activation of each unit over the images of each class: (classes, J).
Array activations_by_class(const Array& codes, const nn::Dataset& data) {
    Array means = autograd::full({data.classes, codes.shape(1)}, 0);
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Indices rows = tutorials::members(data.labels, label);
        if (rows.empty()) continue;
        const Numbers rates = use_of(nn::take(codes, rows)).rate;
        for (std::size_t unit = 0; unit < rates.size(); ++unit)
            means(label, unit) = static_cast<Real>(rates[unit]);
    }
    return means;
}

/// A unit's favourite class, and the share of its activation that it spends on it.
struct Favourite {
    std::size_t label;
    double share;
};

std::vector<Favourite> favourites(const Array& by_class) {
    std::vector<Favourite> out;
    for (std::size_t unit = 0; unit < by_class.shape(1); ++unit) {
        const Numbers rates = column(by_class, unit);
        const auto best = std::max_element(rates.begin(), rates.end());
        const double sum = std::max(mean_of(rates) * static_cast<double>(rates.size()), 1e-9);
        out.push_back({static_cast<std::size_t>(best - rates.begin()), *best / sum});
    }
    return out;
}

/// Strips, one for each class, with a column for each of these units.
void add_strips(std::vector<NamedImages>& rows, const std::string& ending, const Array& by_class,
                Indices units, const std::vector<std::string>& names) {
    const std::vector<Favourite> favourite = favourites(by_class);
    std::sort(units.begin(), units.end(), [&](std::size_t a, std::size_t b) {
        const Favourite &first = favourite[a], &second = favourite[b];
        return first.label != second.label ? first.label < second.label
                                           : first.share > second.share;
    });
    for (std::size_t label = 0; label < by_class.shape(0); ++label) {
        Array strip(autograd::Shape{1, strip_height * units.size()});
        for (std::size_t i = 0; i < strip.size(); ++i) {
            const std::size_t unit = units[i % units.size()];
            const Real most = by_class(favourite[unit].label, unit);
            strip(0, i) = most > 0 ? by_class(label, unit) / most : 0;
        }
        rows.push_back({names[label] + ending, strip});
    }
}

void look_at_units(Session& session) {
    const nn::Dataset& test = session.load_data().test;
    Autoencoder sparse = sparse_net(session), free = free_net(session), small = small_net(session);
    std::vector<NamedImages> filters, strips;
    for (const auto& [name, net] :
         {std::pair{"free", &free}, {"small", &small}, {"sparse", &sparse}}) {
        const Array codes = tutorials::encode(*net, test.images);
        const Array by_class = activations_by_class(codes, test);
        double share = 0;
        for (const Favourite& favourite : favourites(by_class)) share += favourite.share;
        const bool main = net == &sparse;
        session.result(main ? "selectivity" : std::string("selectivity_") + name,
                       share / static_cast<double>(by_class.shape(1)));
        add_filters(filters, name, *net);
        if (net == &small) continue;
        Indices units = highest_first(use_of(codes).contrast);
        units.resize(std::min(most_units, units.size()));
        add_strips(strips, main ? "" : ", free", by_class, units, test.class_names);
        if (!main) continue;
        draw_units(session, *net, codes, test);
        draw_parts(session, *net, codes, test);
    }
    const std::size_t columns = std::min(most_units, added(sparse).shape(0));
    tutorials::save_named_rows(session.file("filters.png"), filters, test.item, 2);
    tutorials::save_named_rows(session.file("classes.png"), strips, {strip_height, columns, 1}, 4);
}

const tutorials::Experiment units{"units", "Units, pictures made of units, and classes",
                                  look_at_units};

}  // namespace
