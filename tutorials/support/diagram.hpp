/// @file
/// Boxes and arrows.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tutorials {

/// A drawing of what is computed from what: a tape, a model.
/// @code
/// tutorials::Diagram diagram;
/// const auto x = diagram.box(0, 0, {"x"}), y = diagram.box(3, 0, {"tanh", "value 0.76"});
/// diagram.arrow(x, y, "0.42");
/// diagram.save(session.file("graph.png"));
/// @endcode
/// Places are in units of 100 pixels, x to the right and y upward.
class Diagram {
  public:
    /// A box around lines of text, its centre at (x, y). The first line is dark, the second blue, the
    /// third vermilion. Returns its number. Throws without lines.
    std::size_t box(double x, double y, const std::vector<std::string>& lines);

    /// An arrow between two boxes of this diagram: straight, or an arch over what stands between
    /// boxes of the same height.
    void arrow(std::size_t from, std::size_t to, const std::string& label = "");

    /// Writes a PNG file just large enough; otherwise as Plot::save. Throws if there is no box.
    void save(const std::filesystem::path& path) const;

  private:
    struct Box {
        double x, y;
        std::vector<std::string> lines;
        double width() const;
        double height() const;
    };
    struct Point {
        double x, y;
    };
    struct Arrow {
        std::size_t from, to;
        std::string label;
    };
    std::vector<Point> course(const Arrow& arrow) const;

    std::vector<Box> boxes_;
    std::vector<Arrow> arrows_;
};

}  // namespace tutorials
