/// @file
/// Figures, drawn by gnuplot in one style.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autograd/array.hpp"

namespace tutorials {

struct PlotSettings {
    std::string title = "";
    std::string x;  ///< what the horizontal axis shows, with its unit: `nats per image`
    std::string y;  ///< the vertical one
    bool log_x = false, log_y = false;
    bool same_scale = false;  ///< one unit is as long on both axes: for latent spaces
    /// From where to where; fitted to the data if there is none.
    std::optional<std::array<double, 2>> x_range = {}, y_range = {};
    bool legend = true;
};

/// A figure with axes, made of layers in the order they are added:
/// @code
/// tutorials::Plot plot{{.x = "epoch", .y = "nats per image"}};
/// plot.line("train", epochs, train).line("test", epochs, test);
/// plot.save(session.file("training.png"));
/// @endcode
/// Colours, which can be told apart by the colour-blind, follow the order of the layers; from the
/// eighth on, lines are dashed. Labels stand in the legend; a layer with an empty label does not.
/// Numbers that are not finite leave a gap. Layers throw if their arguments differ in length.
class Plot {
  public:
    using Numbers = std::vector<double>;

    /// Throws if an axis has no label.
    explicit Plot(PlotSettings settings);

    /// A line through the points, which are marked if they are few.
    Plot& line(const std::string& label, const Numbers& x, const Numbers& y);
    /// A thin dashed line in the colour of the layer before it, such as where a line goes on beyond
    /// the data. Throws if there is no layer in a colour.
    Plot& continuation(const Numbers& x, const Numbers& y);
    /// The same with a bar of ± `standard_deviation` at each point.
    Plot& error_bars(const std::string& label, const Numbers& x, const Numbers& y,
                     const Numbers& standard_deviation);
    /// A dashed grey line across, at height y: something to compare with.
    Plot& level(const std::string& label, double y);
    /// A thin grey line through the points, such as a contour, below what is to be looked at.
    Plot& contour(const Numbers& x, const Numbers& y);
    /// The same in the colour that `scatter` gives to a class, and not as thin.
    Plot& contour(const Numbers& x, const Numbers& y, std::size_t label);
    /// Unconnected points.
    Plot& points(const std::string& label, const Numbers& x, const Numbers& y);
    /// Points (N, ≥ 2), of which the first two columns are drawn, coloured by their labels (N).
    Plot& scatter(const autograd::Array& points, const autograd::Indices& labels,
                  const std::vector<std::string>& class_names);
    /// An arrow from each (x, y) to (x + dx, y + dy).
    Plot& arrows(const std::string& label, const Numbers& x, const Numbers& y, const Numbers& dx,
                 const Numbers& dy);
    /// Bars over named places; layers of bars over the same names stand side by side.
    Plot& bars(const std::string& label, const std::vector<std::string>& names,
               const Numbers& heights);
    /// A picture behind the layers that follow, (H, W) from black for 0 to white for 1 or (H, W, 3) in
    /// red, green and blue, between two values of x and two of y. Its first row is at the top.
    Plot& image(const autograd::Array& pixels, std::array<double, 2> x, std::array<double, 2> y);
    /// Words in the plot itself, each in a white box above its place.
    Plot& labels(const std::vector<std::string>& texts, const Numbers& x, const Numbers& y);
    /// How the values are distributed: relative frequency in `bins` equal parts of their range.
    Plot& histogram(const std::string& label, const Numbers& values, std::size_t bins = 40);

    /// Writes a PNG file, 1200 pixels wide; it is replaced as a whole or stays as it was. Without gnuplot
    /// it says so once and draws nothing. Throws if there is nothing to draw, or the file cannot be
    /// written.
    void save(const std::filesystem::path& path) const;

  private:
    friend void save_plots(const std::filesystem::path& path, const std::vector<Plot>& plots,
                           std::size_t columns);
    struct Layer {
        std::string clause;      // of gnuplot's plot command
        std::string rows = {};   // of numbers, by name, which stand before the command
        std::string bytes = {};  // what gnuplot reads for a '-' in the clause
    };
    std::string title_clause(const std::string& label);
    std::string next_colour();
    void add(const std::string& clause, const std::vector<const Numbers*>& columns);
    void add_rows(const std::string& rows, const std::string& clause);
    std::string x_range() const;
    std::string script(bool alone) const;

    PlotSettings settings_;
    std::vector<Layer> layers_;
    double lowest_x_ = std::numeric_limits<double>::infinity(), highest_x_ = -lowest_x_;
    std::size_t colours_ = 0;  // that are in use
    std::size_t entries_ = 0;  // of the legend
    std::size_t letters_ = 0;  // of the names below bars
    bool images_ = false;      // whether there are pictures
    bool bars_ = false;        // whether there are layers of bars
    bool lines_ = false;       // whether there are lines ...
    bool wide_ = false;        // ... over more than a few whole numbers
};

/// Several plots in one picture, row by row.
void save_plots(const std::filesystem::path& path, const std::vector<Plot>& plots,
                std::size_t columns);

/// Images in rows, such as originals above reconstructions: each array (N, D), all of the same N,
/// makes one row of images of the shape `item` = (H, W, C). Pixels are enlarged to squares of
/// `scale`.
void save_image_rows(const std::filesystem::path& path, const std::vector<autograd::Array>& rows,
                     const autograd::Shape& item, std::size_t scale = 3);

/// Images (N, D) that stand in a row, and what is written at its left.
struct NamedImages {
    std::string name;
    autograd::Array images;
};

/// The same with names. Rows may differ in length.
void save_named_rows(const std::filesystem::path& path, const std::vector<NamedImages>& rows,
                     const autograd::Shape& item, std::size_t scale = 3);

}  // namespace tutorials
