#include "nn/data/pictures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <sstream>

#include "../io/png_bytes.hpp"
#include "../io/temporary_folder.hpp"

using namespace nn;
using autograd::Error;
using autograd::Real;

namespace {

namespace fs = std::filesystem;

/// A picture whose bytes, (H, W, C), are given.
std::string picture(std::uint32_t height, std::uint32_t width, const std::string& bytes) {
    PngParts parts{.width = width, .height = height};
    const std::size_t line = bytes.size() / height;
    if (line != width) parts.kind = png_colour;
    for (std::size_t y = 0; y < height; ++y) parts.lines += raw({0}) + bytes.substr(y * line, line);
    return png_bytes(parts);
}

/// A grey one of 1 × 2 pixels, `level` and 7.
std::string grey(int level) { return picture(1, 2, raw({level, 7})); }

void put(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    put_bytes(path, bytes);
}

/// Greys of level 0 to n − 1 as 00.png, 01.png, ...
void put_greys(const fs::path& folder, int n) {
    for (int i = 0; i < n; ++i)
        put(folder / ((i < 10 ? "0" : "") + std::to_string(i) + ".png"), grey(i));
}

/// The first pixel of each image, as a byte.
std::vector<int> levels(const Dataset& data) {
    std::vector<int> out;
    for (std::size_t i = 0; i < data.size(); ++i)
        out.push_back(static_cast<int>(std::lround(255 * data.images(i, 0))));
    return out;
}

std::vector<int> sorted(std::vector<int> values) {
    std::sort(values.begin(), values.end());
    return values;
}

/// What is written to std::cerr while this lives.
struct Overheard {
    std::ostringstream words;
    std::streambuf* usual = std::cerr.rdbuf(words.rdbuf());
    ~Overheard() { std::cerr.rdbuf(usual); }
};

/// What is said of a folder; its own path is written as @.
std::string complaint(const fs::path& folder, Limits limits = {}) {
    const Overheard overheard;
    try {
        load_data(folder.string(), limits);
    } catch (const Error& error) {
        std::string words = error.what();
        CHECK(words.find('\n') == words.npos);
        for (std::size_t at; (at = words.find(folder.string())) != words.npos;)
            words.replace(at, folder.string().size(), "@");
        return words;
    }
    return "nothing";
}

/// A folder of six images like this one, all alike, as a data set.
Dataset six_of(const std::string& bytes, Limits limits = {}) {
    const TemporaryFolder folder;
    for (const char* name : {"1.png", "2.png", "3.png", "4.png", "5.png", "6.png"})
        put(folder / name, bytes);
    const Overheard overheard;
    return load_data(folder.path.string(), limits).test;
}

const Array& close(const Array& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(255 * found.flat(i) == doctest::Approx(expected[i]).epsilon(1e-6));
    return found;
}

}  // namespace

TEST_CASE("a folder of PNG images is a data set: every sixth is for the test") {
    const TemporaryFolder folder;
    put_greys(folder.path, 14);
    const Overheard overheard;
    const auto [train, test] = load_data(folder.path.string() + "/");
    CHECK(overheard.words.str().empty());
    CHECK(sorted(levels(test)) == std::vector<int>{5, 11});
    CHECK(sorted(levels(train)) == std::vector<int>{0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13});
    CHECK(train.name == folder.path.filename().string());
    CHECK(train.item == Shape{1, 2, 1});
    CHECK(train.images.shape() == Shape{12, 2});
    for (std::size_t i = 0; i < train.size(); ++i) CHECK(train.images(i, 1) == Real(7) / 255);
    CHECK(train.classes == 1);
    CHECK(train.class_names == std::vector<std::string>{train.name});
    CHECK(train.labels == Indices(12, 0));
    CHECK(test.labels == Indices(2, 0));
    // shuffled, in the same way everywhere
    std::string order;
    for (const int level : levels(train)) order += std::to_string(level) + " ";
    CHECK(order == "6 10 13 1 8 0 7 4 12 2 9 3 ");
}

TEST_CASE("sub-folders are classes, each with every sixth image for the test") {
    const TemporaryFolder folder;
    for (int i = 11; i >= 0; --i) {  // not in the order of the names
        put(folder / ("owls/" + std::string(1, static_cast<char>('a' + i)) + ".PNG"), grey(i));
        put(folder / ("cats/" + std::to_string(10 + i) + "/deep/x.png"), grey(100 + i));
    }
    put(folder / "Zebras/one.png", grey(200));
    const auto [train, test] = load_data(folder.path.string());
    CHECK(train.classes == 3);
    CHECK(train.class_names == std::vector<std::string>{"Zebras", "cats", "owls"});
    CHECK(test.class_names == train.class_names);
    CHECK(train.size() == 21);
    CHECK(sorted(levels(test)) == std::vector<int>{5, 11, 105, 111});
    for (const Dataset* part : {&train, &test})
        for (std::size_t i = 0; i < part->size(); ++i) {
            const int level = levels(*part)[i];
            CHECK(part->labels[i] == (level >= 200 ? 0 : level >= 100 ? 1 : 2));
        }

    // The order in which the files came to be makes no difference.
    const TemporaryFolder other;
    const fs::path again = fs::path(other.path) / folder.path.filename();
    put(again / "Zebras/one.png", grey(200));
    for (int i = 0; i < 12; ++i) {
        put(again / ("cats/" + std::to_string(10 + i) + "/deep/x.png"), grey(100 + i));
        put(again / ("owls/" + std::string(1, static_cast<char>('a' + i)) + ".PNG"), grey(i));
    }
    const auto same = load_data(again.string());
    CHECK(same.train.images == train.images);
    CHECK(same.train.labels == train.labels);
    CHECK(same.test.images == test.images);
}

TEST_CASE("folders train and test are the two parts") {
    const TemporaryFolder folder;
    put_greys(folder / "train/b", 7);
    put_greys(folder / "train/a", 3);
    put_greys(folder / "train/c", 1);
    put(folder / "test/c/x.png", grey(9));
    put(folder / "test/b/x.png", grey(8));
    put(folder / "valid/d/x.png", "not looked at");
    const auto [train, test] = load_data(folder.path.string());
    CHECK(train.size() == 11);
    CHECK(train.class_names == std::vector<std::string>{"a", "b", "c"});
    CHECK(test.class_names == train.class_names);
    CHECK(sorted(levels(test)) == std::vector<int>{8, 9});
    for (std::size_t i = 0; i < 2; ++i) CHECK(test.labels[i] == (levels(test)[i] == 8 ? 1u : 2u));

    put(folder / "test/d/x.png", grey(1));
    CHECK(complaint(folder.path) ==
          "[load_data] @/test: expected the classes of the training part, got d");
    fs::remove_all(folder / "test");
    fs::remove_all(folder / "valid");
    CHECK(complaint(folder.path) == "[load_data] @: has a folder train, but no folder test");

    const TemporaryFolder plain;
    put_greys(plain / "train", 3);
    put_greys(plain / "test", 2);
    const auto unlabelled = load_data(plain.path.string());
    CHECK(sorted(levels(unlabelled.train)) == std::vector<int>{0, 1, 2});
    CHECK(sorted(levels(unlabelled.test)) == std::vector<int>{0, 1});
    CHECK(unlabelled.test.class_names == std::vector<std::string>{plain.path.filename().string()});
}

TEST_CASE("limits take the first images of the shuffled parts") {
    const TemporaryFolder folder;
    put_greys(folder.path, 20);
    const auto whole = load_data(folder.path.string());
    const auto [train, test] = load_data(folder.path.string(), {.train = 4, .test = 2});
    CHECK(train.images == first(whole.train, 4).images);
    CHECK(test.images == first(whole.test, 2).images);
    put(folder / "19.png", "damaged");  // which no limit hides
    CHECK(complaint(folder.path, {.train = 1, .test = 1}) ==
          "[read_png] @/19.png: is not a PNG file");
}

TEST_CASE("images of several sizes get the size of the smallest, cut around their middle") {
    const TemporaryFolder folder;
    put_greys(folder.path, 12);
    // 3 × 2 pixels: its middle line is taken. 2 × 4: each new pixel is the mean of four.
    put(folder / "05.png", picture(3, 2, raw({1, 2, 50, 60, 5, 6})));
    put(folder / "11.png", picture(2, 4, raw({80, 90, 10, 20, 100, 110, 30, 40})));
    Overheard overheard;
    const auto [train, test] = load_data(folder.path.string());
    CHECK(train.item == Shape{1, 2, 1});
    const std::size_t tall = test.images(0, 0) < test.images(1, 0) ? 0 : 1;
    CHECK(test.images(tall, 0) == Real(50) / 255);
    CHECK(test.images(tall, 1) == Real(60) / 255);
    CHECK(test.images(1 - tall, 0) == Real(95) / 255);
    CHECK(test.images(1 - tall, 1) == Real(25) / 255);
    CHECK(overheard.words.str() ==
          "Images of " + train.name +
              ", of up to 3 × 4 pixels, become 1 × 2, cut around their middle: the smallest, " +
              (folder / "00.png").string() + ", has 1 × 2.\n");

    const TemporaryFolder two;  // the smallest has the fewest pixels, whatever its longer side
    put(two / "a.png", picture(3, 2, raw({1, 2, 3, 4, 5, 6})));
    put(two / "b.png", picture(1, 4, raw({1, 2, 3, 4})));
    overheard.words.str("");
    read_named_pictures(two.path, 32);
    CHECK(overheard.words.str().ends_with("/b.png, has 1 × 4.\n"));

    // one of the least width and others of the least height
    Overheard again;
    put(folder / "05.png", picture(3, 1, raw({1, 2, 3})));
    CHECK(load_data(folder.path.string()).train.item == Shape{1, 1, 1});
    put_greys(folder.path, 12);
    again.words.str("");
    CHECK(load_data(folder.path.string(), {.side = 1}).train.item == Shape{1, 1, 1});
    CHECK(again.words.str() == "Images of " + train.name + ", of 1 × 2 pixels, become 1 × 1.\n");
}

TEST_CASE(
    "a limit of the side makes images smaller in proportion, each pixel the mean of its area") {
    // 2 × 3 as 1 × 2: a new pixel is 1½ old ones wide and as high; half a line is cut off at the end.
    const Dataset wide = six_of(picture(2, 3, raw({10, 20, 30, 40, 50, 60})), {.side = 2});
    CHECK(wide.item == Shape{1, 2, 1});
    close(wide.images,
          {(10 + 20 / 2. + 40 / 2. + 50 / 4.) / 2.25, (20 / 2. + 30 + 50 / 4. + 60 / 2.) / 2.25});
    // 5 × 5 as 2 × 2: the mean number of a row or column is (0 + 1 + ½ · 2) / 2½ = .8, and 3.2
    std::string ramp;
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 5; ++x) ramp += static_cast<char>(10 + 5 * y + 20 * x);
    close(six_of(picture(5, 5, ramp), {.side = 2}).images,
          {10 + 5 * .8 + 20 * .8, 10 + 5 * .8 + 20 * 3.2, 10 + 5 * 3.2 + 20 * .8,
           10 + 5 * 3.2 + 20 * 3.2});
    CHECK(six_of(picture(5, 5, ramp), {.side = 5}).item == Shape{5, 5, 1});
    CHECK(six_of(picture(1, 2, raw({1, 2})), {.side = 1}).item == Shape{1, 1, 1});
    CHECK(six_of(picture(1, 64, std::string(64, '\1')), {.side = 8}).item == Shape{1, 8, 1});
}

TEST_CASE("images have three channels if any pixel of any of them is coloured") {
    const TemporaryFolder folder;
    put_greys(folder.path, 10);
    put(folder / "10.png", picture(1, 2, raw({103, 103, 103, 4, 4, 4})));  // of a kind with colours
    put(folder / "11.png", png_bytes({.width = 2,
                                      .height = 1,
                                      .kind = png_palette,
                                      .lines = raw({0, 1, 0}),
                                      .before = png_chunk("PLTE", raw({9, 9, 9, 8, 8, 8}))}));
    const auto colourless = load_data(folder.path.string());
    CHECK(colourless.train.item == Shape{1, 2, 1});
    CHECK(levels(colourless.test).at(0) + levels(colourless.test).at(1) == 5 + 8);

    put(folder / "05.png", picture(1, 2, raw({5, 5, 5, 6, 7, 6})));
    const auto [train, test] = load_data(folder.path.string());
    CHECK(train.item == Shape{1, 2, 3});
    CHECK(test.item == Shape{1, 2, 3});
    for (std::size_t i = 0; i < train.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const int second = levels(train)[i] == 103 ? 4 : 7;
            CHECK(train.images(i, k) == train.images(i, 0));
            CHECK(train.images(i, 3 + k) == Real(second) / 255);
        }
    const std::size_t coloured = levels(test)[0] == 5 ? 0 : 1;
    CHECK(test.images(coloured, 3) == Real(6) / 255);
    CHECK(test.images(coloured, 4) == Real(7) / 255);
    CHECK(test.images(coloured, 5) == Real(6) / 255);
}

TEST_CASE("a larger image in colour is scaled channel by channel") {
    const Dataset data = six_of(
        picture(2, 2, raw({0, 10, 20, 40, 50, 60, 80, 90, 100, 120, 130, 140})), {.side = 1});
    close(data.images, {60, 70, 80});
}

TEST_CASE("what is no picture does not hurt") {
    const TemporaryFolder folder;
    put_greys(folder / "cats", 6);
    put_greys(folder / "dogs", 6);
    const auto before = load_data(folder.path.string());
    for (const char* name :
         {"README", ".DS_Store", "Thumbs.db", "cats/Thumbs.db", "cats/._00.png", "cats/labels.txt",
          "__MACOSX/cats/._00.png", ".git/a.png", "notes.png.txt", "png", "cats/.png"})
        put(folder / name, "no picture");
    fs::create_directories(folder / "empty" / "nothing");
    Overheard overheard;
    const auto after = load_data(folder.path.string());
    CHECK(after.train.images == before.train.images);
    CHECK(after.train.class_names == before.train.class_names);
    CHECK(after.test.labels == before.test.labels);
    CHECK(overheard.words.str() == "");

    put(folder / "cats/b.JPG", "a photograph");
    put(folder / "cats/a.webp", "another");
    CHECK(load_data(folder.path.string()).train.images == before.train.images);
    CHECK(overheard.words.str() == "Only PNG images are read: 2 others, such as " +
                                       (folder / "cats/a.webp").string() + ", are left out.\n");
}

TEST_CASE("links are followed, but not in a circle") {
    const TemporaryFolder folder, elsewhere;
    put_greys(elsewhere.path, 6);
    fs::create_directory_symlink(elsewhere.path, folder / "linked");
    CHECK(load_data(folder.path.string()).train.class_names == std::vector<std::string>{"linked"});
    fs::create_directory_symlink(elsewhere.path, folder / "again");  // no circle
    CHECK(load_data(folder.path.string()).train.classes == 2);
    fs::create_directory_symlink(folder.path, elsewhere / "back");
    CHECK(complaint(folder.path).ends_with("/back: is a link back to a folder that it is in"));
    fs::remove(elsewhere / "back");
    fs::create_symlink("round.png", elsewhere / "round.png");
    CHECK(complaint(elsewhere.path) == "[read_png] @/round.png: Too many levels of symbolic links");
    fs::remove(elsewhere / "round.png");
    fs::create_symlink("nowhere.png", elsewhere / "dangling.png");
    CHECK(complaint(elsewhere.path) == "[read_png] @/dangling.png: No such file or directory");
}

TEST_CASE("a folder that is no data set is named, with what is wrong") {
    const TemporaryFolder folder;
    CHECK(complaint(folder.path) == "[load_data] @: has no PNG images");
    put(folder / "a.webp", "another format");
    CHECK(complaint(folder.path) == "[load_data] @: has no PNG images, but others, such as a.webp");
    put_greys(folder.path, 5);
    CHECK(complaint(folder.path) ==
          "[load_data] @: has 5 images, expected at least 6 of some "
          "class, one of them for the test");
    put(folder / "05.png", "");
    CHECK(complaint(folder.path) == "[read_png] @/05.png: is empty");
    put(folder / "05.png", grey(5).substr(0, 40));
    CHECK(complaint(folder.path) == "[read_png] @/05.png: ends early");
    put(folder / "05.png", grey(5));
    CHECK(complaint(folder.path) == "nothing");
    put(folder / "more/a.png", grey(5));
    CHECK(complaint(folder.path) ==
          "[load_data] @: has images both beside its folders (00.png) and in them (more/a.png)");
    fs::remove_all(folder / "more");
    fs::create_directory(folder / "folder.png");  // without images, no class
    CHECK(complaint(folder.path) == "nothing");
}

TEST_CASE("images that would take too much memory are refused before any is read") {
    const TemporaryFolder folder;
    PngParts parts{.width = 1 << 13, .height = 1 << 13, .bits = 1};
    parts.lines = std::string((1 << 13) * ((1 << 10) + 1), '\0');
    const std::string large = png_bytes(parts);
    CHECK(large.size() < 20'000);
    for (int i = 0; i < 24; ++i) put(folder / (std::to_string(i) + ".png"), large);
    const std::string name = folder.path.filename().string();
    CHECK(complaint(folder.path) == "[load_data] " + name +
                                        ": has 20 images of (8192, 8192, 1), expected at most "
                                        "1073741824 numbers: make them smaller or fewer");
}

TEST_CASE("names may be any bytes") {
    const TemporaryFolder folder;
    const std::string odd = "caf\xe9 ' \n \"";
    put_greys(folder / odd, 6);
    const auto data = load_data((folder / odd).string());
    CHECK(data.train.name == odd);
    CHECK(data.train.class_names == std::vector<std::string>{odd});
}

TEST_CASE("pictures are read by name, and as a model wants them") {
    const TemporaryFolder folder;
    put(folder / "b.png", grey(1));
    put(folder / "a/c.png", grey(2));
    const NamedPictures found = read_named_pictures(folder.path, 32);
    CHECK(found.names == std::vector<std::string>{"a/c.png", "b.png"});
    CHECK(found.item == Shape{1, 2, 1});
    CHECK(found.images == autograd::array({2, 2}, {2, 7, 1, 7}) / Real{255});

    const NamedPictures coloured = read_named_pictures(folder.path, Shape{1, 2, 3});
    CHECK(coloured.images.shape() == Shape{2, 6});
    CHECK(coloured.images(0, 2) == found.images(0, 0));
    CHECK(read_picture(folder / "b.png", {1, 1, 1}).shape() == Shape{1, 1});
    CHECK_THROWS_AS(read_picture(folder / "b.png", {1, 3, 1}), Error);

    const auto refusal = [&](const Shape& item) {
        try {
            read_named_pictures(folder.path, item);
        } catch (const Error& error) {
            return std::string(error.what()).substr(std::string(error.what()).rfind('/'));
        }
        return std::string("nothing");
    };
    CHECK(refusal({2, 2, 1}) == "/c.png: is 1 × 2 pixels, expected at least 2 × 2");
    put(folder / "a/c.png", picture(1, 2, raw({1, 2, 3, 4, 5, 6})));
    CHECK(refusal({1, 2, 1}) == "/c.png: is in colour, expected grey");
    CHECK(refusal({1, 2, 3}) == "nothing");
}

TEST_CASE("pictures are written under their names, all of them or none") {
    const TemporaryFolder folder;
    put(folder / "in/a/b.png", grey(1));
    put(folder / "in/c.png", grey(2));
    const NamedPictures pictures = read_named_pictures(folder / "in", 32);
    write_named_pictures(folder / "out", pictures);
    CHECK(read_named_pictures(folder / "out", 32).images == pictures.images);
    CHECK(read_named_pictures(folder / "out", 32).names == pictures.names);
    CHECK(folder.entries() == 2);
    CHECK_THROWS_AS(write_named_pictures(folder / "out", pictures), Error);

    NamedPictures broken = pictures;
    broken.images(1, 0) = NAN;
    CHECK_THROWS_AS(write_named_pictures(folder / "other", broken), Error);
    CHECK(folder.entries() == 2);
    broken = pictures;
    broken.names = {"a", "a/b.png"};  // a file cannot be a folder
    CHECK_THROWS_AS(write_named_pictures(folder / "other", broken), Error);
    CHECK(folder.entries() == 2);
    fs::create_directory(folder / "other.part");
    CHECK_THROWS_WITH_AS(write_named_pictures(folder / "other", pictures),
                         ("[write_pictures] " + (folder / "other").string() +
                          ".part is there, of a run that was ended: remove it")
                             .c_str(),
                         Error);
    CHECK_THROWS_AS(write_named_pictures(folder / "in/c.png/x", pictures), Error);
}
