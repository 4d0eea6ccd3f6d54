/// @file
/// The family of task a9.7: linear maps of images that the framework does not have. What goes back is not said here.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "tutorials/assignments/judge/oracle.hpp"

namespace judge {

using Extents = std::array<long, 3>;  // height, width, channels

/// One image of a batch, as a member of the family looks at it.
class Image {
  public:
    Image(const Tensor& images, std::size_t number)
        : height(static_cast<long>(images.shape[1])),
          width(static_cast<long>(images.shape[2])),
          channels(static_cast<long>(images.shape[3])),
          first_(images.data.data() + static_cast<long>(number) * height * width * channels) {}

    const long height, width, channels;

    /// Zeros around the image.
    Long operator()(long i, long j, long c) const {
        const bool inside = 0 <= i && i < height && 0 <= j && j < width;
        return inside ? first_[(i * width + j) * channels + c] : 0;
    }
    /// The image goes on from the other side.
    Long around(long i, long j, long c) const {
        return (*this)((i + height) % height, (j + width) % width, c);
    }
    /// The nearest pixel of the image.
    Long nearest(long i, long j, long c) const {
        return (*this)(std::clamp(i, 0L, height - 1), std::clamp(j, 0L, width - 1), c);
    }

  private:
    const Long* first_;
};

struct Filter {
    Extents (*extents)(Extents);                    ///< of the result
    Long (*value)(const Image&, long, long, long);  ///< its number (i, j, c)
};

namespace filters {

inline Extents same(Extents x) { return x; }
inline Extents half(Extents x) { return {x[0] / 2, x[1] / 2, x[2]}; }
inline Extents folded(Extents x) { return {x[0] / 2, x[1] / 2, 4 * x[2]}; }
inline Extents framed(Extents x) { return {x[0] + 2, x[1] + 2, x[2]}; }

/// Σ weight(u)·weight(v)·at(u, v), u and v between both ends.
template <class Weight, class At>
Long weighted(long low, long high, Weight weight, At at) {
    Long total = 0;
    for (long u = low; u <= high; ++u)
        for (long v = low; v <= high; ++v) total += weight(u) * weight(v) * at(u, v);
    return total;
}

/// Where a row or column left of 0, or right of the last, has its mirror image.
inline long mirrored(long i, long extent) {
    return extent - 1 - std::abs(extent - 1 - std::abs(i));
}

}  // namespace filters

inline const std::map<std::string, Filter>& filter_family() {
    using namespace filters;
    using I = const Image&;
    static const std::map<std::string, Filter> family{
        {"blur",
         {same,
          [](I x, long i, long j, long c) {
              return weighted(
                  -1, 1, [](long u) { return u ? 0.25L : 0.5L; },
                  [&](long u, long v) { return x(i + u, j + v, c); });
          }}},
        {"box",
         {same,
          [](I x, long i, long j, long c) {
              return weighted(
                         -1, 1, [](long) { return Long{1}; },
                         [&](long u, long v) { return x.around(i + u, j + v, c); }) /
                     9;
          }}},
        {"sobel",
         {same,
          [](I x, long i, long j, long c) {
              const auto side = [&](long k) {
                  return x(i - 1, k, c) + 2 * x(i, k, c) + x(i + 1, k, c);
              };
              return side(j + 1) - side(j - 1);
          }}},
        {"laplace",
         {same,
          [](I x, long i, long j, long c) {
              return x(i - 1, j, c) + x(i + 1, j, c) + x(i, j - 1, c) + x(i, j + 1, c) -
                     4 * x(i, j, c);
          }}},
        {"depthwise",
         {same,
          [](I x, long i, long j, long c) {
              const Long k = static_cast<Long>(c + 1);
              return k * x(i - 1, j, c) - x(i, j + 1, c) / k;
          }}},
        {"emboss",
         {same,
          [](I x, long i, long j, long c) {
              return x(i, j, c) + x.nearest(i + 1, j + 1, c) - x.nearest(i - 1, j - 1, c);
          }}},
        {"unshuffle",
         {folded,
          [](I x, long i, long j, long c) { return x(2 * i + c % 4 / 2, 2 * j + c % 2, c / 4); }}},
        {"shuffle",
         {[](Extents x) {
              return Extents{2 * x[0], 2 * x[1], x[2] / 4};
          },
          [](I x, long i, long j, long c) { return x(i / 2, j / 2, 4 * c + i % 2 * 2 + j % 2); }}},
        {"dilated",
         {[](Extents x) {
              return Extents{x[0], x[1], 9 * x[2]};
          },
          [](I x, long i, long j, long c) {
              const long place = c / x.channels;
              return x(i + 2 * (place / 3) - 2, j + 2 * (place % 3) - 2, c % x.channels);
          }}},
        {"decimate", {half, [](I x, long i, long j, long c) { return x(2 * i + 1, 2 * j, c); }}},
        {"tent",
         {half,
          [](I x, long i, long j, long c) {
              return weighted(
                  0, 3, [](long u) { return u % 3 ? 0.375L : 0.125L; },
                  [&](long u, long v) { return x(2 * i + u - 1, 2 * j + v - 1, c); });
          }}},
        {"double",
         {[](Extents x) {
              return Extents{2 * x[0], 2 * x[1], x[2]};
          },
          [](I x, long i, long j, long c) {
              return weighted(
                  0, 1, [](long u) { return u ? 0.25L : 0.75L; },
                  [&](long u, long v) {
                      const long down = i % 2 ? u : -u, across = j % 2 ? v : -v;
                      return x.nearest(i / 2 + down, j / 2 + across, c);
                  });
          }}},
        {"roll", {same, [](I x, long i, long j, long c) { return x.around(i - 1, j + 2, c); }}},
        {"slopes",
         {[](Extents x) {
              return Extents{x[0], x[1], 2 * x[2]};
          },
          [](I x, long i, long j, long c) {
              const long down = 1 - c % 2, across = c % 2;
              return x.around(i + down, j + across, c / 2) - x(i, j, c / 2);
          }}},
        {"mirror",
         {framed,
          [](I x, long i, long j, long c) {
              return x(mirrored(i - 1, x.height), mirrored(j - 1, x.width), c);
          }}},
        {"edge", {framed, [](I x, long i, long j, long c) { return x.nearest(i - 1, j - 1, c); }}},
        {"torus", {framed, [](I x, long i, long j, long c) { return x.around(i - 1, j - 1, c); }}},
        {"integral",
         {same,
          [](I x, long i, long j, long c) {
              Long total = 0;
              for (long r = 0; r <= i; ++r)
                  for (long s = 0; s <= j; ++s) total += x(r, s, c);
              return total;
          }}},
        {"haar",
         {folded,
          [](I x, long i, long j, long c) {
              const auto row = [&](long r) {
                  return x(r, 2 * j, c / 4) + (c % 2 ? -1 : 1) * x(r, 2 * j + 1, c / 4);
              };
              return (row(2 * i) + (c % 4 > 1 ? -1 : 1) * row(2 * i + 1)) / 2;
          }}},
        {"turn",
         {[](Extents x) {
              return Extents{x[1], x[0], x[2]};
          },
          [](I x, long i, long j, long c) { return x(j, x.width - 1 - i, c); }}},
    };
    return family;
}

}  // namespace judge
