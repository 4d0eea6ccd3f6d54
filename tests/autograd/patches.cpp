#include "autograd/patches.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <vector>

#include "evaluate.hpp"

using namespace autograd;
using optests::dot;
using optests::random_array;
using optests::same;

namespace {

/// What is seen from these lines.
Array gathered(const Windows& windows, const Array& images, Range lines) {
    Array out = full({lines.count() * windows.across(), windows.patch_size()}, -1);
    gather(windows, images.data(), lines, out.data());
    return out;
}

}  // namespace

TEST_CASE("patches of an image are its windows, row by row, and zero where they leave it") {
    const Array image = array({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
    const Windows inside("test", image.shape(), 2, 2, 1, 0);
    CHECK(same(gathered(inside, image, {0, 1}), array({2, 4}, {1, 2, 4, 5, 2, 3, 5, 6})));
    const Windows around("test", image.shape(), 2, 2, 2, 1);
    CHECK(around.down() == 2);
    CHECK(around.across() == 2);
    CHECK(same(gathered(around, image, {0, 2}),
               array({4, 4}, {0, 0, 0, 1, 0, 0, 2, 3, 0, 4, 0, 0, 5, 6, 0, 0})));
}

TEST_CASE("the channels of a pixel stay together") {
    const Array image = array({1, 1, 2, 2}, {1, 2, 3, 4});
    const Windows windows("test", image.shape(), 1, 2, 1, 1);
    CHECK(same(gathered(windows, image, {1, 2}),
               array({3, 4}, {0, 0, 1, 2, 1, 2, 3, 4, 3, 4, 0, 0})));
}

TEST_CASE("lines are counted through all images, and any of them can be gathered alone") {
    const Array images = random_array({3, 5, 4, 2});
    const Windows windows("test", images.shape(), 3, 2, 2, 1);
    const std::size_t all = windows.lines({0, 3}).end;
    CHECK(all == 3 * windows.down());
    const Array whole = gathered(windows, images, {0, all});
    for (std::size_t line = 0; line < all; ++line) {
        const Array alone = gathered(windows, images, {line, line + 1});
        CHECK(std::equal(alone.begin(), alone.end(),
                         whole.begin() + static_cast<std::ptrdiff_t>(line * windows.line_size())));
    }
}

TEST_CASE("scatter adds to what is there, and is the transpose of gather") {
    const Array images = random_array({2, 5, 4, 3}, 1);
    for (const std::size_t padding : {0, 1, 4}) {
        const Windows windows("test", images.shape(), 3, 2, 2, padding);
        const Range all = windows.lines({0, 2});
        const Array patches = random_array({all.count() * windows.across(), windows.patch_size()});
        Array back = full(images.shape(), 0);
        scatter(windows, patches.data(), all, back.data());
        CHECK(dot(images, back) ==
              doctest::Approx(dot(gathered(windows, images, all), patches)).epsilon(1e-5));
        Array twice = back;
        scatter(windows, patches.data(), all, twice.data());
        CHECK(dot(twice, images) == doctest::Approx(2 * dot(back, images)).epsilon(1e-5));
    }
}

TEST_CASE("parts of a range follow each other, and none is longer than another by more than one") {
    const Range range{3, 20};
    std::size_t next = 3;
    for (std::size_t i = 0; i < 5; ++i) {
        const Range part = range.part(i, 5);
        CHECK(part.begin == next);
        CHECK((part.count() == 3 || part.count() == 4));
        next = part.end;
    }
    CHECK(next == 20);
}

TEST_CASE("every image is in one part, whether there are few or many") {
    for (const std::size_t count : {0, 1, 7, 8, 9, 100, 1'000'000}) {
        std::vector<std::atomic<int>> seen(count);
        std::atomic<int> parts = 0;
        for_each_part(count, count, [&](std::size_t, Range images) {
            ++parts;
            for (std::size_t i = images.begin; i < images.end; ++i) ++seen[i];
        });
        CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& times) { return times == 1; }));
        CHECK(static_cast<std::size_t>(parts) == std::min<std::size_t>(count, 8));
    }
}
