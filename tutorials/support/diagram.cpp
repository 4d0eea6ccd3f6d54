#include "tutorials/support/diagram.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "autograd/error.hpp"
#include "tutorials/support/gnuplot.hpp"

namespace tutorials {

using autograd::require;
using gnuplot::number;
using gnuplot::quoted;

namespace {

constexpr double unit = 100;         // pixels
constexpr double line_height = 0.3;  // of text, in units
constexpr double margin = 0.4;
constexpr std::array line_colours{"#222222", "#0072B2", "#D55E00"};

/// Characters of UTF-8 text: bytes that do not continue one.
double characters(const std::string& text) {
    return static_cast<double>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string at(double x, double y) { return number(x) + "," + number(y); }

/// Commands for gnuplot, and the room that they take.
class Canvas {
  public:
    void rectangle(double x, double y, double width, double height) {
        include(x - width / 2, y - height / 2), include(x + width / 2, y + height / 2);
        commands_ += "set object rectangle center " + at(x, y) + " size " + at(width, height) +
                     " fc rgb '#F3F6FA' fs solid 1 border lc rgb '#444444' lw 0.75\n";
    }
    void text(double x, double y, const std::string& text, const std::string& colour) {
        include(x, y + line_height / 2);
        commands_ += "set label " + quoted(text) + " at " + at(x, y) +
                     " center front textcolor rgb '" + colour + "'\n";
    }
    /// On a white ground, for what stands on a line.
    void label(double x, double y, const std::string& text) {
        include(x, y + line_height / 2);
        commands_ += "set label " + quoted(text) + " at " + at(x, y) +
                     " center front boxed textcolor rgb '#555555'\n";
    }
    /// A line through the points with a tip at its end.
    template <class Points>
    void arrow(const Points& points) {
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            include(points[i].x, points[i].y), include(points[i + 1].x, points[i + 1].y);
            commands_ += "set arrow from " + at(points[i].x, points[i].y) + " to " +
                         at(points[i + 1].x, points[i + 1].y) + " lc rgb '#777777' lw 0.75" +
                         (i + 2 < points.size() ? " nohead\n"
                                                : " head filled size first 0.14,20,90 fixed\n");
        }
    }
    void save(const std::filesystem::path& path) const {
        const double width = right_ - left_ + 2 * margin, height = top_ - bottom_ + 2 * margin;
        const std::string frame =
            "set style textbox opaque noborder margins 0.5,0.3\nunset border\nunset tics\nunset "
            "key\n"
            "set lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0\n";
        const std::string axes = "plot [" + number(left_ - margin) + ":" + number(right_ + margin) +
                                 "][" + number(bottom_ - margin) + ":" + number(top_ + margin) +
                                 "] NaN notitle\n";
        gnuplot::draw(path, static_cast<std::size_t>(unit * width),
                      static_cast<std::size_t>(unit * height), frame + commands_ + axes);
    }

  private:
    void include(double x, double y) {
        left_ = std::min(left_, x), right_ = std::max(right_, x);
        bottom_ = std::min(bottom_, y), top_ = std::max(top_, y);
    }

    static constexpr double far = std::numeric_limits<double>::infinity();
    double left_ = far, right_ = -far, bottom_ = far, top_ = -far;
    std::string commands_;
};

}  // namespace

double Diagram::Box::width() const {
    double longest = 0;
    for (const std::string& line : lines) longest = std::max(longest, characters(line));
    return 0.12 * longest + 0.3;
}

double Diagram::Box::height() const {
    return line_height * static_cast<double>(lines.size()) + 0.2;
}

std::size_t Diagram::box(double x, double y, const std::vector<std::string>& lines) {
    require(!lines.empty(), "[diagram] a box expects at least one line of text");
    boxes_.push_back({x, y, lines});
    return boxes_.size() - 1;
}

void Diagram::arrow(std::size_t from, std::size_t to, const std::string& label) {
    require(from < boxes_.size() && to < boxes_.size() && from != to,
            "[diagram] got an arrow from ", from, " to ", to, ", expected two of the ",
            boxes_.size(), " boxes");
    arrows_.push_back({from, to, label});
}

/// The points of an arrow: a parabola from top to top, or a line between the nearest sides.
std::vector<Diagram::Point> Diagram::course(const Arrow& arrow) const {
    const Box &a = boxes_[arrow.from], &b = boxes_[arrow.to];
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double side = dx > 0 ? 1 : -1, up = dy > 0 ? 1 : -1;
    if (std::abs(dy) > (a.height() + b.height()) / 2)
        return {{a.x, a.y + up * a.height() / 2}, {b.x, b.y - up * b.height() / 2}};
    const bool neighbours = std::none_of(boxes_.begin(), boxes_.end(), [&](const Box& other) {
        return (other.x - a.x) * side > 0 && (b.x - other.x) * side > 0 &&
               std::abs(other.y - a.y) < a.height();
    });
    if (neighbours) return {{a.x + side * a.width() / 2, a.y}, {b.x - side * b.width() / 2, b.y}};

    const Point start{a.x + side * a.width() / 4, a.y + a.height() / 2};
    const Point end{b.x - side * b.width() / 4, b.y + b.height() / 2};
    const double rise = 0.25 + 0.22 * std::abs(dx);
    std::vector<Point> out;
    for (int i = 0; i <= 40; ++i) {
        const double t = i / 40.0;
        out.push_back({start.x + t * (end.x - start.x),
                       start.y + t * (end.y - start.y) + 4 * t * (1 - t) * rise});
    }
    return out;
}

void Diagram::save(const std::filesystem::path& path) const {
    require(!boxes_.empty(), "[diagram] there is nothing to draw");
    Canvas canvas;
    for (const Box& box : boxes_) {
        canvas.rectangle(box.x, box.y, box.width(), box.height());
        double y = box.y + (static_cast<double>(box.lines.size()) - 1) / 2 * line_height;
        for (std::size_t i = 0; i < box.lines.size(); ++i, y -= line_height)
            canvas.text(box.x, y, box.lines[i], line_colours[std::min<std::size_t>(i, 2)]);
    }
    for (const Arrow& arrow : arrows_) {
        const std::vector<Point> points = course(arrow);
        canvas.arrow(points);
        if (arrow.label.empty()) continue;
        const Point a = points[(points.size() - 1) / 2], b = points[points.size() / 2];
        canvas.label((a.x + b.x) / 2, (a.y + b.y) / 2, arrow.label);
    }
    canvas.save(path);
}

}  // namespace tutorials
