#include "tutorials/tapestry/commands.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <numeric>

#include "models/evaluate/imputation.hpp"
#include "models/evaluate/latent_use.hpp"
#include "models/evaluate/pca.hpp"
#include "models/evaluate/psnr.hpp"
#include "nn/data/pictures.hpp"
#include "nn/io/csv.hpp"
#include "nn/io/decimal.hpp"
#include "nn/io/png.hpp"
#include "nn/io/safetensors.hpp"
#include "nn/rows.hpp"
#include "tutorials/support/session.hpp"

namespace own {

namespace fs = std::filesystem;
using autograd::Indices;
using autograd::Real;
using autograd::require;

// --- examples, read and written ------------------------------------------------------------------

namespace {

/// Rows of a table or pictures, as a model takes them.
struct Examples {
    nn::Table table;  ///< of pictures the names alone
    Array x;          ///< (N, D); standardised, or pixels; not a number where one is missing
};

Examples examples_of(nn::NamedPictures pictures) {
    Examples out{{.names = std::move(pictures.names), .id = "image"}, std::move(pictures.images)};
    out.table.lines.resize(out.table.rows());
    return out;
}

Shape item_of(const Settings& s) { return {s.item.begin(), s.item.end()}; }

/// The examples that a trained model is asked about.
Examples read(const Arguments& a, const Settings& s) {
    require(fs::exists(a.data), "[read] there is no ", a.data.string(),
            ": expected a folder of PNG images or a CSV table");
    require(fs::is_directory(a.data) != s.is_table(), "[read] ", a.data.string(), " is ",
            s.is_table() ? "a folder of pictures" : "a file", ", but the model was trained on ",
            s.is_table() ? "a table" : "a folder of pictures");
    if (!s.is_table()) return examples_of(nn::read_named_pictures(a.data, item_of(s)));
    nn::TableOptions options{.id = a.id, .header = a.header};
    if (a.id.empty() && !s.id.empty()) options.id = s.id;
    Examples out{nn::with_columns(nn::read_table(a.data, options), s.columns, "read"), {}};
    out.x = s.scale.apply(out.table);
    return out;
}

/// All but `impute` want every number.
Examples read_whole(const Arguments& a, const Settings& s) {
    Examples out = read(a, s);
    for (std::size_t i = 0; i < out.x.size(); ++i)
        require(!std::isnan(out.x.data()[i]), "[read] ", a.data.string(), ": line ",
                out.table.lines[i / out.x.shape(1)], ", column ",
                s.is_table() ? s.columns[i % out.x.shape(1)] : "",
                " is empty, expected a number: `tapestry impute` fills it in");
    return out;
}

/// Of numbered rows the numbers are written only where the rows themselves are not.
void number(nn::Table& table) {
    if (table.id.empty()) table.id = "row";
}

void require_free(const fs::path& out) {
    std::error_code failure;
    const bool empty_folder = fs::is_directory(out) && fs::is_empty(out, failure);
    require(!fs::exists(out) || empty_folder, "[--out] ", out.string(),
            " is there already, expected a new name");
}

/// The examples with other numbers: a CSV file in the table's units, or a folder of PNG images.
void write(const Arguments& a, const Settings& s, nn::Table table, const Array& x) {
    if (s.is_table()) {
        table.columns = s.columns;
        table.cells = s.scale.undo(x);
        nn::write_table(a.out, table);
    } else {
        nn::write_named_pictures(a.out, {table.names, x, item_of(s)});
    }
    std::cout << table.rows() << (s.is_table() ? " rows" : " pictures") << " written to "
              << a.out.string() << std::endl;
}

// --- training ------------------------------------------------------------------------------------

/// What is learnt from, what early stopping looks at, and what the result is measured by.
struct Parts {
    nn::Dataset train, validation, test;
};

nn::Dataset dataset(const std::string& name, Array x, const Settings& s) {
    const std::size_t count = x.shape(0);
    return {.name = name,
            .images = std::move(x),
            .labels = Indices(count),
            .item = item_of(s),
            .classes = 1,
            .class_names = {"all"}};
}

/// Rows by chance: a tenth each for validation and test, the rest to learn from.
std::array<Indices, 3> split(std::size_t count, const Arguments& a) {
    require(count >= 20, "[train] ", a.data.string(), " has ", count,
            " whole examples, expected at least 20");
    const Indices order = nn::Random{a.seed}.permutation(count);
    const auto tenth = static_cast<std::ptrdiff_t>(count / 10);
    return {Indices{order.begin() + 2 * tenth, order.end()},
            Indices{order.begin(), order.begin() + tenth},
            Indices{order.begin() + tenth, order.begin() + 2 * tenth}};
}

Parts read_parts(Arguments& a) {
    Settings& s = a.settings;
    const std::string name = nn::as_utf8(a.data.filename().string());
    require(fs::exists(a.data), "[train] there is no ", a.data.string(),
            ": expected a folder of PNG images or a CSV table");
    if (fs::is_directory(a.data)) {
        require(a.id.empty() && !a.header, "[train] --id and --header are for tables, but ",
                a.data.string(), " is a folder of pictures");
        const auto pictures = nn::read_named_pictures(a.data, a.side);
        s.item.assign(pictures.item.begin(), pictures.item.end());
        const auto [train, validation, test] = split(pictures.names.size(), a);
        const auto some = [&](const Indices& rows) {
            return dataset(name, nn::take(pictures.images, rows), s);
        };
        return {some(train), some(validation), some(test)};
    }
    const nn::Table all = nn::read_table(a.data, {.id = a.id, .header = a.header});
    s.item = {all.columns.size()};
    s.columns = all.columns;
    s.id = a.id;
    const nn::Table table = nn::whole_rows(all);
    if (table.rows() < all.rows())
        std::cout << all.rows() - table.rows() << " of " << all.rows()
                  << " rows have empty cells and are left out\n";
    const auto [train, validation, test] = split(table.rows(), a);
    s.scale = nn::Standardisation::of(nn::take(table, train));
    for (std::size_t i = 0; i < s.columns.size(); ++i)
        if (s.scale.deviation[i] == 0)
            std::cout << "the column " << s.columns[i]
                      << " is constant: nothing can be learnt of it\n";
    const auto some = [&](const Indices& rows) {
        return dataset(name, s.scale.apply(nn::take(table, rows)), s);
    };
    return {some(train), some(validation), some(test)};
}

/// A folder is for one run.
void require_folder(const Arguments& a) {
    for (const char* const name : {"model.safetensors", "model.checkpoint.safetensors"})
        require(a.resume || !fs::exists(a.out / name), "[--out] ", a.out.string(),
                " has the run that left ", name, ": go on with --resume, or give another folder");
    tutorials::prepare_folder(a.out);
}

nn::TrainingSettings training_settings(const Arguments& a, const Parts& parts) {
    return {.epochs = a.epochs,
            .folder = a.out,
            .resume = a.resume,
            .patience = a.patience,
            .conditions = {{"settings", text_of(a.settings)},
                           {"validation data whose checksum is", nn::checksum(parts.validation)}},
            .notes = {{"settings", text_of(a.settings)},
                      {"data", parts.train.name},
                      {"seed", std::to_string(a.seed)},
                      {"tapestry", TAPESTRY_VERSION}}};
}

/// The mean row, so many times.
Array mean_of(const Array& x, std::size_t count) {
    std::vector<double> sums(x.shape(1));
    for (std::size_t i = 0; i < x.size(); ++i) sums[i % sums.size()] += double{x.data()[i]};
    auto out = Array::from_shape({count, sums.size()});
    for (std::size_t i = 0; i < out.size(); ++i)
        out.data()[i] = static_cast<Real>(sums[i % sums.size()] / static_cast<double>(x.shape(0)));
    return out;
}

/// On examples that played no part in training, beside the mean of those that did and a linear code of
/// as many numbers; printed, and kept as a table.
void report(const Arguments& a, const Net& net, const Parts& parts) {
    constexpr std::size_t most_for_pca = 1024;
    const Array& x = parts.test.images;
    nn::Table table{.columns = {"value"}, .id = "measure"};
    std::cout << "\nOn " << x.shape(0) << " examples that were held out:\n";
    const auto note = [&](const std::string& name, double value) {
        table.names.push_back(name);
        table.cells.push_back(value);
        std::printf("  %-28s %.5g\n", name.c_str(), value);
    };
    note("error", models::mse_per_pixel(net.reconstruct(x), x));
    const std::size_t width = x.shape(1), code = std::min(net.settings.latent, width);
    note("error_of_the_mean", models::mse_per_pixel(mean_of(parts.train.images, x.shape(0)), x));
    if (width <= most_for_pca && code < width)  // a code as wide loses nothing
        note("error_of_pca",
             models::mse_per_pixel(models::pca(parts.train.images, code).reconstruct(x), x));
    nn::Random random{a.seed};
    if (const auto* const vae = std::get_if<models::Vae>(&net.model))
        for (const auto& [name, value] : tutorials::test_bound(*vae, x, random)) note(name, value);
    std::vector<double> scores = net.scores(x, a.samples, random);
    std::sort(scores.begin(), scores.end());
    note("score_median", scores[scores.size() / 2]);
    note("score_of_95_in_100", scores[scores.size() * 95 / 100]);
    nn::write_table(a.out / "held_out.csv", table);
}

}  // namespace

void train(Arguments& a) {
    Parts parts = read_parts(a);
    choose(a.settings, a.hidden_given);
    require_folder(a);
    const tutorials::FolderLock lock(a.out);
    const std::size_t count = parts.train.size();
    if (a.batch == 0) a.batch = std::clamp<std::size_t>(count / 32, 8, 128);

    nn::Random random{a.seed};
    Net net(a.settings, random);
    std::cout << a.settings.model << " of " << autograd::text(item_of(a.settings)) << ", hidden "
              << autograd::text(a.settings.hidden) << ", code " << a.settings.latent << ", "
              << a.settings.likelihood << "; " << count << " examples to learn from, "
              << parts.validation.size() << " to stop by, " << parts.test.size()
              << " held out, batches of " << a.batch << std::endl;
    nn::Adam adam{net, {.learning_rate = static_cast<Real>(a.learning_rate)}};
    nn::Batches batches{parts.train, a.batch};
    nn::Training training{training_settings(a, parts), net, adam, random};
    const auto loss = [&](autograd::Tape& tape, const nn::Batch& batch) {
        return net.loss(tape, batch.images, random);
    };
    const auto evaluate = [&]() -> nn::Metrics {
        const Array& x = parts.validation.images;
        nn::Random same{a.seed};  // draws for every epoch: what differs between epochs is the model
        if (const auto* const vae = std::get_if<models::Vae>(&net.model))
            return tutorials::test_bound(*vae, x, same);
        return {{"error", models::mse_per_pixel(net.reconstruct(x), x)}};
    };
    tutorials::fit(training, adam, batches, loss, evaluate);
    if (a.patience > 0)
        std::cout << "The best epoch on the examples to stop by was " << training.best_epoch()
                  << ", and is kept\n";
    report(a, net, parts);
    std::cout << "The model is " << training.model_path().string() << std::endl;
}

// --- with a trained model ------------------------------------------------------------------------

void reconstruct(Arguments& a) {
    require_free(a.out);
    const Net net = load_net(a.model);
    const Examples examples = read_whole(a, net.settings);
    const Array rebuilt = net.reconstruct(examples.x);
    write(a, net.settings, examples.table, rebuilt);
    std::printf("mean squared error %.5g%s\n", models::mse_per_pixel(rebuilt, examples.x),
                net.settings.is_table() ? ", of standardised numbers" : " per pixel");
}

void sample(Arguments& a) {
    require_free(a.out);
    const Net net = load_net(a.model);
    const Settings& s = net.settings;
    require(s.is_vae(), "[sample] expected a vae or conv_vae, got ", s.model,
            ", which has no distribution to draw codes from");
    nn::Random random{a.seed};
    Array x = net.decode(random.normal({a.count, s.latent}));
    const Array noise = random.normal(x.shape());
    for (std::size_t i = 0; s.is_table() && i < x.size(); ++i)  // of pictures the expected ones
        x.data()[i] += static_cast<Real>(net.sigma()) * noise.data()[i];
    nn::Table table;
    const std::size_t digits = std::to_string(a.count).size();
    for (std::size_t i = 1; i <= a.count; ++i) {
        std::string name = std::to_string(i);
        if (!s.is_table())
            name = "sample_" + std::string(digits - name.size(), '0') + name + ".png";
        table.names.push_back(name);
    }
    write(a, s, std::move(table), x);
}

void score(Arguments& a) {
    require_free(a.out);
    const Net net = load_net(a.model);
    Examples examples = read_whole(a, net.settings);
    nn::Random random{a.seed};
    nn::Table& table = examples.table;
    number(table);
    table.columns = {"score"};
    table.cells = net.scores(examples.x, a.samples, random);
    nn::write_table(a.out, table);
    Indices order(table.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](auto i, auto k) { return table.cells[i] > table.cells[k]; });
    std::cout << (net.settings.is_vae() ? "-ln p(x) in nats, estimated" : "squared error")
              << ", for " << table.rows() << " examples, is in " << a.out.string()
              << ". The strangest:\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i)
        std::printf("  %s  %.5g\n", table.names[order[i]].c_str(), table.cells[order[i]]);
}

void encode(Arguments& a) {
    require_free(a.out);
    const Net net = load_net(a.model);
    Examples examples = read_whole(a, net.settings);
    const Array codes = net.encode(examples.x);
    nn::Table& table = examples.table;
    number(table);
    if (a.out.extension() == ".safetensors") {
        std::string names = nn::as_utf8(nn::csv_line(table.names));
        names.pop_back();
        nn::write_safetensors(a.out, {{{"codes", codes}}, {{table.id, names}}});
    } else {
        table.columns.clear();
        for (std::size_t i = 1; i <= codes.shape(1); ++i)
            table.columns.push_back("code_" + std::to_string(i));
        table.cells.clear();
        for (const Real number : codes)  // with the digits of single precision
            table.cells.push_back(nn::number_in(nn::decimal(number)).value());
        nn::write_table(a.out, table);
    }
    std::cout << table.rows() << " codes of " << codes.shape(1) << " numbers written to "
              << a.out.string() << std::endl;
}

// --- missing numbers -----------------------------------------------------------------------------

namespace {

/// White pixels of a mask become missing ones.
void apply_masks(const Arguments& a, const Settings& s, Examples& examples) {
    const Shape item{s.item[0], s.item[1], 1};
    const std::size_t pixels = s.item[0] * s.item[1], channels = s.item[2];
    for (std::size_t i = 0; i < examples.table.rows(); ++i) {
        const std::string& name = examples.table.names[i];
        const fs::path file = fs::is_directory(a.mask) ? a.mask / name : a.mask;
        const Shape of_mask = nn::png_shape(file), of_picture = nn::png_shape(a.data / name);
        require(of_mask[0] == of_picture[0] && of_mask[1] == of_picture[1], "[--mask] ",
                file.string(), " is ", of_mask[0], " × ", of_mask[1], " pixels, but ", name, " is ",
                of_picture[0], " × ", of_picture[1]);
        const Array mask = nn::read_picture(file, item);
        for (std::size_t k = 0; k < pixels * channels; ++k)
            if (mask.data()[k / channels] > 0) examples.x(i, k) = NAN;
    }
}

}  // namespace

void impute(Arguments& a) {
    require_free(a.out);
    const Net net = load_net(a.model);
    const Settings& s = net.settings;
    require(s.is_table() == a.mask.empty(), "[--mask] expected ",
            s.is_table() ? "none for a table, whose empty cells are missing"
                         : "a picture that is white where pixels are missing, or a folder of them");
    Examples examples = read(a, s);
    if (!s.is_table()) apply_masks(a, s, examples);
    const Array before = examples.x;
    const auto start =
        s.is_table() ? std::optional<Real>(0) : std::nullopt;  // a column's mean is 0
    const std::size_t restless = models::impute(
        examples.x, [&](const Array& x) { return net.reconstruct(x); }, a.rounds, start);
    const nn::Table known = examples.table;
    Array& x = examples.x;
    const auto missing =
        std::count_if(before.begin(), before.end(), [](Real number) { return std::isnan(number); });
    if (s.is_table()) {  // known numbers stay as they are, bit by bit
        examples.table.cells = s.scale.undo(x);
        for (std::size_t i = 0; i < known.cells.size(); ++i)
            if (!std::isnan(known.cells[i])) examples.table.cells[i] = known.cells[i];
        nn::write_table(a.out, examples.table);
    } else {
        nn::write_named_pictures(a.out, {examples.table.names, x, item_of(s)});
    }
    std::cout << missing << (s.is_table() ? " cells" : " numbers of pixels") << " filled in, in "
              << a.out.string() << std::endl;
    if (restless > 0)
        std::cout << "after " << a.rounds << " rounds " << restless
                  << " rows still move: more are asked for by --rounds\n";
}

}  // namespace own
