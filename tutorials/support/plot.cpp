#include "tutorials/support/plot.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "nn/io/png.hpp"
#include "tutorials/support/gnuplot.hpp"

namespace tutorials {

using autograd::require;
using gnuplot::draw;
using gnuplot::number;
using gnuplot::quoted;

namespace {

// Okabe and Ito 2008 for up to seven layers; Tol's "muted" for classes, of which there may be ten.
constexpr std::array colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                             "#E69F00", "#56B4E9", "#000000"};
constexpr std::array class_colours{"332288", "DDCC77", "CC6677", "117733", "88CCEE",
                                   "882255", "44AA99", "999933", "AA4499", "555555"};
constexpr std::size_t few = 30;  // points of a line that are marked

std::string range(const std::optional<std::array<double, 2>>& limits) {
    if (!limits) return "[*:*]";
    std::string out = "[";
    return out.append(number((*limits)[0])).append(":").append(number((*limits)[1])).append("]");
}

/// Such as epochs: without this, gnuplot would mark 1.5 as well.
bool has_few_whole_numbers(const std::vector<double>& x) {
    const bool whole =
        std::all_of(x.begin(), x.end(), [](double value) { return value == std::floor(value); });
    return whole && !x.empty() && x.back() - x.front() <= 12;
}

constexpr const char* grey_scale =
    "set palette gray gamma 1\nset cbrange [0:255]\nunset colorbox\n";

/// A picture, (H, W) in grey or (H, W, 3) in colour, between two values of x and two of y: what gnuplot
/// is to plot, and the bytes that it then reads. As text, the pixels of a figure would take gnuplot the
/// best part of a minute.
struct Picture {
    std::string clause, bytes;
};

Picture picture(const autograd::Array& pixels, const std::array<double, 2>& x,
                const std::array<double, 2>& y) {
    const bool grey = pixels.dimension() == 2;
    require((grey || (pixels.dimension() == 3 && pixels.shape(2) == 3)) && pixels.shape(0) > 1 &&
                pixels.shape(1) > 1,
            "[plot] got an image ", pixels, ", expected (H, W) or (H, W, 3) of at least (2, 2)");
    const std::size_t height = pixels.shape(0), width = pixels.shape(1);
    const double dx = (x[1] - x[0]) / static_cast<double>(width);
    const double dy = (y[1] - y[0]) / static_cast<double>(height);
    Picture out;
    out.clause = "'-' binary array=(" + std::to_string(width) + "," + std::to_string(height) +
                 ") format='%uchar' origin=(" + number(x[0] + dx / 2) + "," +
                 number(y[0] + dy / 2) + ") dx=" + number(dx) + " dy=" + number(dy) +
                 (grey ? " with image notitle" : " with rgbimage notitle");
    const std::size_t line = pixels.size() / height;
    for (std::size_t row = height; row-- > 0;)  // from the origin upwards
        for (std::size_t i = 0; i < line; ++i) {
            const double value = std::clamp<double>(pixels.data()[row * line + i], 0, 1);
            require(!std::isnan(value), "[plot] got an image with a pixel that is not a number");
            out.bytes += static_cast<char>(static_cast<unsigned char>(std::lround(255 * value)));
        }
    return out;
}

}  // namespace

Plot::Plot(PlotSettings settings) : settings_(std::move(settings)) {
    require(!settings_.x.empty() && !settings_.y.empty(), "[plot] expected labels for both axes");
}

// --- layers ---------------------------------------------------------------------------------------

std::string Plot::next_colour() {
    const std::size_t number = colours_++;
    std::string clause = " lc rgb '";
    clause.append(colours[number % colours.size()]).append("'");
    return number < colours.size() ? clause : clause + " dt (8,4)";
}

std::string Plot::title_clause(const std::string& label) {
    if (label.empty()) return " notitle";
    ++entries_;
    return " title " + quoted(label);
}

void Plot::add(const std::string& clause, const std::vector<const Numbers*>& columns) {
    for (const Numbers* column : columns)
        require(column->size() == columns[0]->size(), "[plot] got ", columns[0]->size(), " and ",
                column->size(), " numbers, expected as many of each");
    std::string data;
    for (const double x : *columns[0]) {
        if (!std::isfinite(x)) continue;
        lowest_x_ = std::min(lowest_x_, x);
        highest_x_ = std::max(highest_x_, x);
    }
    for (std::size_t row = 0; row < columns[0]->size(); ++row) {
        for (const Numbers* column : columns) data += number((*column)[row]) + " ";
        data += "\n";
    }
    add_rows(data, clause);
}

/// Rows get a name: gnuplot 6 complains of each one that it reads for a '-' in a figure of several plots.
void Plot::add_rows(const std::string& rows, const std::string& clause) {
    const std::string name = "$layer" + std::to_string(layers_.size());
    layers_.push_back({.clause = name + " " + clause, .rows = name + " << END\n" + rows + "END\n"});
}

Plot& Plot::line(const std::string& label, const Numbers& x, const Numbers& y) {
    lines_ = true;
    wide_ = wide_ || !has_few_whole_numbers(x);
    const std::string style = x.size() <= few ? "linespoints pt 7 ps 1.2 lw 1.5" : "lines lw 1.5";
    add("using 1:2 with " + style + next_colour() + title_clause(label), {&x, &y});
    return *this;
}

Plot& Plot::continuation(const Numbers& x, const Numbers& y) {
    require(colours_ > 0, "[plot] expected a layer before its continuation, got none");
    const std::string colour = colours[(colours_ - 1) % colours.size()];
    add("using 1:2 with lines lw 1.25 dt (10,6) lc rgb '" + colour + "' notitle", {&x, &y});
    return *this;
}

Plot& Plot::error_bars(const std::string& label, const Numbers& x, const Numbers& y,
                       const Numbers& standard_deviation) {
    add("using 1:2:3 with yerrorlines pt 7 ps 1.2 lw 1.5" + next_colour() + title_clause(label),
        {&x, &y, &standard_deviation});
    return *this;
}

Plot& Plot::level(const std::string& label, double y) {
    layers_.push_back({.clause = number(y) + " with lines lw 1.5 dt (8,5) lc rgb '#777777'" +
                                 title_clause(label)});
    return *this;
}

Plot& Plot::contour(const Numbers& x, const Numbers& y) {
    add("using 1:2 with lines lw 0.75 lc rgb '#AAAAAA' notitle", {&x, &y});
    return *this;
}

Plot& Plot::contour(const Numbers& x, const Numbers& y, std::size_t label) {
    add("using 1:2 with lines lw 1.5 lc rgb '#" +
            std::string(class_colours[label % class_colours.size()]) + "' notitle",
        {&x, &y});
    return *this;
}

Plot& Plot::points(const std::string& label, const Numbers& x, const Numbers& y) {
    const std::string size = x.size() <= 200 ? "1.2" : x.size() <= 2000 ? "0.7" : "0.35";
    add("using 1:2 with points pt 7 ps " + size + next_colour() + title_clause(label), {&x, &y});
    return *this;
}

Plot& Plot::scatter(const autograd::Array& points, const autograd::Indices& labels,
                    const std::vector<std::string>& class_names) {
    require(points.dimension() == 2 && points.shape(1) >= 2 && points.shape(0) == labels.size(),
            "[plot] got points ", points, " and ", labels.size(),
            " labels, expected two columns and one label for each row");
    // One layer in the order of the points: drawn class by class, the last would cover the others.
    Numbers x, y, colour;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        require(labels[i] < class_names.size(), "[plot] got label ", labels[i], " of ",
                class_names.size(), " classes");
        const autograd::Real* const point = points.data() + i * points.shape(1);
        x.push_back(point[0]);
        y.push_back(point[1]);
        colour.push_back(std::stoi(class_colours[labels[i] % class_colours.size()], nullptr, 16));
    }
    const std::string size = labels.size() <= 2000 ? "0.8" : "0.45";
    add("using 1:2:3 with points pt 7 ps " + size + " lc rgb variable notitle", {&x, &y, &colour});
    for (std::size_t label = 0; label < class_names.size(); ++label)
        layers_.push_back({.clause = "keyentry with points pt 7 ps 1.5 lc rgb 0x" +
                                     std::string(class_colours[label % class_colours.size()]) +
                                     title_clause(class_names[label])});
    return *this;
}

Plot& Plot::arrows(const std::string& label, const Numbers& x, const Numbers& y, const Numbers& dx,
                   const Numbers& dy) {
    add("using 1:2:3:4 with vectors filled head size graph 0.012,20,60 lw 1" + next_colour() +
            title_clause(label),
        {&x, &y, &dx, &dy});
    return *this;
}

Plot& Plot::bars(const std::string& label, const std::vector<std::string>& names,
                 const Numbers& heights) {
    require(names.size() == heights.size(), "[plot] got ", names.size(), " names and ",
            heights.size(), " heights, expected as many of each");
    std::string data;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string name = names[i];
        std::replace(name.begin(), name.end(), '"', '\'');
        data += "\"" + name + "\" " + number(heights[i]) + "\n";
    }
    add_rows(data, "using 2:xtic(1) with histograms fs solid noborder" + next_colour() +
                       title_clause(label));
    bars_ = true;
    letters_ = 0;
    for (const auto& name : names) letters_ += name.size();
    return *this;
}

Plot& Plot::histogram(const std::string& label, const Numbers& all, std::size_t bins) {
    Numbers values;
    std::ranges::copy_if(all, std::back_inserter(values),
                         [](double x) { return std::isfinite(x); });
    require(!values.empty() && bins > 0, "[plot] a histogram expects finite values and bins");
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double width = *high > *low ? (*high - *low) / static_cast<double>(bins) : 1;
    Numbers centre, frequency(bins, 0.0), widths(bins, width);
    for (std::size_t bin = 0; bin < bins; ++bin)
        centre.push_back(*low + (static_cast<double>(bin) + 0.5) * width);
    for (const double value : values) {
        const auto bin = static_cast<std::size_t>((value - *low) / width);
        frequency[std::min(bin, bins - 1)] += 1 / static_cast<double>(values.size());
    }
    add("using 1:2:3 with boxes fs transparent solid 0.5 noborder" + next_colour() +
            title_clause(label),
        {&centre, &frequency, &widths});
    return *this;
}

Plot& Plot::labels(const std::vector<std::string>& texts, const Numbers& x, const Numbers& y) {
    require(texts.size() == x.size() && x.size() == y.size(), "[plot] got ", texts.size(),
            " labels for ", x.size(), " and ", y.size(), " places");
    std::string data;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::string text = texts[i];
        std::replace(text.begin(), text.end(), '"', '\'');
        data += number(x[i]) + " " + number(y[i]) + " \"" + text + "\"\n";
    }
    add_rows(data, "using 1:2:3 with labels boxed offset 0,0.9 notitle");
    return *this;
}

Plot& Plot::image(const autograd::Array& pixels, std::array<double, 2> x, std::array<double, 2> y) {
    const auto [clause, bytes] = picture(pixels, x, y);
    layers_.push_back({.clause = clause, .bytes = bytes});
    images_ = true;
    return *this;
}

// --- drawing --------------------------------------------------------------------------------------

/// A single epoch is no range, and gnuplot would complain of it.
std::string Plot::x_range() const {
    const bool fits = lowest_x_ != highest_x_ || images_ || bars_;
    if (settings_.x_range || fits) return range(settings_.x_range);
    return settings_.log_x ? range({{lowest_x_ / 2, lowest_x_ * 2}})
                           : range({{lowest_x_ - 0.5, lowest_x_ + 0.5}});
}

std::string Plot::script(bool alone) const {
    require(!layers_.empty(), "[plot] there is nothing to draw");
    const bool beside = alone && entries_ > 4;  // where there is room, a long legend stands beside
    std::string out =
        "reset\n"
        "set border 3 lw 0.75 lc rgb '#444444'\n"
        "set tics nomirror out scale 0.6 textcolor rgb '#222222'\n"
        "set grid back lt 1 lw 0.4 lc rgb '#DDDDDD'\n"
        "set style data lines\nset style histogram clustered gap 1\n"
        "set style textbox opaque fc rgb '#FFFFFF' noborder margins 0.4,0.2\n"
        "set datafile missing 'NaN'\n";
    out += beside ? "set key outside right top vertical Left reverse samplen 2.5 width 1\n"
                  : "set key outside top center horizontal Left reverse samplen 2.5 width 2\n";
    if (!settings_.title.empty()) out += "set title " + quoted(settings_.title) + "\n";
    out += "set xlabel " + quoted(settings_.x) + "\nset ylabel " + quoted(settings_.y) + "\n";
    if (settings_.log_x) out += "set logscale x\nset format x '%g'\n";
    if (settings_.log_y) out += "set logscale y\nset format y '%g'\n";
    if (settings_.same_scale) out += "set size ratio -1\n";
    if (!settings_.legend) out += "set key off\n";
    if (lines_ && !wide_ && !settings_.log_x) out += "set xtics 1\n";
    if (images_) out += grey_scale;
    if (bars_) out += "set grid noxtics\n";
    if (letters_ > 60) out += "set xtics rotate by -35\n";  // side by side they would overlap
    for (const Layer& layer : layers_) out += layer.rows;
    out += "plot " + x_range();
    out += bars_ && !settings_.y_range ? "[*<0:0<*]" : range(settings_.y_range);
    for (std::size_t i = 0; i < layers_.size(); ++i)
        out.append(i > 0 ? ", " : " ").append(layers_[i].clause);
    out += "\n";
    for (const Layer& layer : layers_) out += layer.bytes;
    return out;
}

void Plot::save(const std::filesystem::path& path) const {
    draw(path, 1200, settings_.same_scale ? 900 : 800, script(true));
}

void save_plots(const std::filesystem::path& path, const std::vector<Plot>& plots,
                std::size_t columns) {
    require(!plots.empty() && columns > 0, "[plot] expected at least one plot and one column");
    const std::size_t rows = (plots.size() + columns - 1) / columns;
    std::string script =
        "set multiplot layout " + std::to_string(rows) + "," + std::to_string(columns) + "\n";
    for (const Plot& plot : plots) script += plot.script(false);
    // A page shows the figure as wide as itself: with three in a row each is smaller, its letters are not.
    const std::size_t width = columns < 3 ? 800 : 560;
    draw(path, width * columns, width * 7 / 8 * rows, script + "unset multiplot\n");
}

void save_image_rows(const std::filesystem::path& path, const std::vector<autograd::Array>& rows,
                     const autograd::Shape& item, std::size_t scale) {
    require(!rows.empty(), "[save_image_rows] expected at least one row");
    for (const auto& row : rows)
        require(row.dimension() == 2 && row.shape() == rows[0].shape(), "[save_image_rows] got ",
                row, " below ", rows[0], ", expected rows of the same shape (N, D)");
    const std::size_t columns = rows[0].shape(0), size = rows[0].size();
    autograd::Array all(autograd::Shape{rows.size() * columns, rows[0].shape(1)});
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(rows[i].data(), size, all.data() + i * size);
    nn::write_png(path, nn::image_grid(all, item, {.columns = columns, .scale = scale}));
}

// Gnuplot puts a tic's number in the place of a % in its label; %% is one.
static std::string tic_label(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '%' ? std::string("%%") : std::string(1, c);
    return gnuplot::quoted(out);
}

void save_named_rows(const std::filesystem::path& path, const std::vector<NamedImages>& rows,
                     const autograd::Shape& item, std::size_t scale) {
    const std::size_t pixels = autograd::element_count(item);
    require(!rows.empty(), "[save_named_rows] expected at least one row");
    std::size_t columns = 0, letters = 0;
    for (const auto& [name, images] : rows) {
        require(images.dimension() == 2 && images.shape(1) == pixels,
                "[save_named_rows] expected rows of (N, ", pixels, "), got ", images);
        columns = std::max(columns, images.shape(0));
        letters = std::max(letters, name.size());
    }
    autograd::Array all = autograd::full({rows.size() * columns, pixels}, 1);
    for (std::size_t r = 0; r < rows.size(); ++r)
        std::copy_n(rows[r].images.data(), rows[r].images.size(),
                    all.data() + r * columns * pixels);
    const auto grid = nn::image_grid(all, item, {.columns = columns, .scale = scale});
    const auto [clause, bytes] = picture(grid, {0, 1}, {0, 1});

    // One pixel of the grid is one of the figure; the names stand in a margin at its left.
    const std::size_t margin = 14 * letters + 34, border = 8;
    const std::size_t drawn_width = grid.shape(1), drawn_height = grid.shape(0);
    const auto at = [](std::size_t pixel, std::size_t of) {
        return " at screen " + number(static_cast<double>(pixel) / static_cast<double>(of)) + "\n";
    };
    std::string script = "unset border\nunset key\nunset xtics\nset ytics scale 0 (";
    for (std::size_t r = 0; r < rows.size(); ++r)
        script += (r > 0 ? ", " : "") + tic_label(rows[r].name) + " " +
                  number(1 - (static_cast<double>(r) + 0.5) / static_cast<double>(rows.size()));
    const std::size_t total_width = margin + drawn_width + border;
    const std::size_t total_height = border + drawn_height + border;
    script += ")\nset lmargin" + at(margin, total_width) + "set rmargin" +
              at(margin + drawn_width, total_width) + "set bmargin" + at(border, total_height) +
              "set tmargin" + at(border + drawn_height, total_height);
    draw(path, total_width, total_height,
         script + grey_scale + "plot [0:1][0:1] " + clause + "\n" + bytes);
}

}  // namespace tutorials
