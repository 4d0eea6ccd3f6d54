#include "nn/data/dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>
#include <sstream>

#include "files.hpp"
#include "nn/data/sprites.hpp"

using namespace nn;
using autograd::Error;
using autograd::Real;

namespace {

/// A folder like MNIST's: 3 images to learn from, 2 to judge by, of 1 × 2 pixels.
struct Mnist : TemporaryFolder {
    Mnist() {
        write(path / "train-images-idx3-ubyte", idx_bytes({3, 1, 2}, {0, 51, 102, 153, 204, 255}));
        write(path / "train-labels-idx1-ubyte.gz", gzip(idx_bytes({3}, {4, 9, 0})));
        write(path / "t10k-images-idx3-ubyte.gz", gzip(idx_bytes({2, 1, 2}, {1, 2, 3, 4})));
        write(path / "t10k-labels-idx1-ubyte", idx_bytes({2}, {5, 6}));
    }
};

std::string complaint(const std::string& what,
                      const std::filesystem::path& fashion_mnist = "/nowhere") {
    try {
        load_data(what, {.train = 1, .test = 1}, fashion_mnist);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing";
}

// Loaded before main, as by a program that has its data as a global.
const TrainTest early_glyphs = load_data("glyphs", {.train = 10, .test = 1});
const TrainTest early_folder = load_data(Mnist().path.string());
const Dataset early_sprites = sprites({0});

/// What is written to std::cerr while this lives.
struct Overheard {
    std::ostringstream words;
    std::streambuf* usual = std::cerr.rdbuf(words.rdbuf());
    ~Overheard() { std::cerr.rdbuf(usual); }
};

}  // namespace

TEST_CASE("data loaded before main are the same as later") {
    const auto later = load_data("glyphs", {.train = 10, .test = 1});
    CHECK(early_glyphs.train.images == later.train.images);
    CHECK(early_glyphs.train.class_names == later.train.class_names);
    CHECK(early_folder.train.classes == 10);
    CHECK(early_folder.train.class_names.at(9) == "9");
    CHECK(early_sprites.class_names == std::vector<std::string>{"square", "ellipse", "heart"});
}

TEST_CASE("a folder with the four files of MNIST is read, grey levels as byte / 255") {
    const Mnist folder;
    const auto [train, test] = load_data(folder.path.string() + "/");
    CHECK(train.name == folder.path.filename().string());
    CHECK(train.images.shape() == Shape{3, 2});
    for (std::size_t i = 0; i < 6; ++i) CHECK(train.images.flat(i) == Real(51 * i) / 255);
    CHECK(train.labels == Indices{4, 9, 0});
    CHECK(train.item == Shape{1, 2, 1});
    CHECK(train.classes == 10);
    CHECK(train.class_names.at(9) == "9");
    CHECK(test.labels == Indices{5, 6});
    CHECK(test.images(1, 0) == Real(3) / 255);
}

TEST_CASE("limits take the first examples, as first() does") {
    const Mnist folder;
    const auto whole = load_data(folder.path.string());
    const auto [train, test] = load_data(folder.path.string(), {.train = 2, .test = 1});
    CHECK(train.labels == Indices{4, 9});
    CHECK(test.size() == 1);
    const auto part = first(whole.train, 2);
    CHECK(part.images == train.images);
    CHECK(part.labels == train.labels);
    CHECK(part.class_names == train.class_names);
    CHECK(part.item == Shape{1, 2, 1});
    CHECK(first(whole.train, 100).size() == 3);
}

TEST_CASE("first() and last() divide a set between them") {
    const Mnist folder;
    const auto whole = load_data(folder.path.string()).train;
    const auto begun = first(whole, 1), rest = last(whole, 2);
    CHECK(begun.labels == Indices{whole.labels[0]});
    CHECK(rest.labels == Indices{whole.labels[1], whole.labels[2]});
    CHECK(rest.images(0, 1) == whole.images(1, 1));
    CHECK(rest.images(1, 0) == whole.images(2, 0));
    CHECK(rest.class_names == whole.class_names);
    CHECK(last(whole, 100).images == whole.images);
    CHECK(last(whole, 0).size() == 0);
}

TEST_CASE("files that do not fit each other are refused, each with the file named") {
    const Mnist folder;
    const std::string path = folder.path.string();
    const std::string labels = path + "/train-labels-idx1-ubyte.gz";
    write(labels, idx_bytes({2}, {4, 9}));
    CHECK(complaint(path) == "[load_data] " + labels + ": holds 2 labels, but " + path +
                                 "/train-images-idx3-ubyte 3 images");
    write(labels, idx_bytes({3}, {4, 10, 0}));
    CHECK(complaint(path) == "[load_data] " + labels + ": holds label 10, expected at most 9");
    write(labels, idx_bytes({3}, {4, 9, 0}));
    CHECK(complaint(path) == "nothing");
    write(path + "/t10k-images-idx3-ubyte.gz", idx_bytes({2, 1, 1}, {1, 2}));
    CHECK(complaint(path) ==
          "[load_data] " + path + ": train images are (1, 2, 1), test images (1, 1, 1)");
    write(path + "/t10k-images-idx3-ubyte.gz", idx_bytes({1, 2, 2}, {1, 2, 3, 4}));
    write(path + "/t10k-labels-idx1-ubyte", idx_bytes({1}, {5}));
    CHECK(complaint(path) ==
          "[load_data] " + path + ": train images are (1, 2, 1), test images (2, 2, 1)");
    write(path + "/t10k-images-idx3-ubyte.gz", {1, 2, 3});
    CHECK(complaint(path) ==
          "[read_idx] " + path + "/t10k-images-idx3-ubyte.gz: is not an IDX file");
    std::filesystem::remove(path + "/t10k-images-idx3-ubyte.gz");
    CHECK(complaint(path) ==
          "[load_data] " + path +
              ": holds neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz");
}

TEST_CASE("a name that is no data and no folder is answered with the choices") {
    CHECK(
        complaint("mnits") ==
        "[load_data] got mnits, expected auto, fashion-mnist, glyphs, sprites, colour-sprites or a "
        "folder with files like those of MNIST");
    CHECK(complaint(std::string(10'000, 'x')).starts_with("[load_data] got xxx"));
    CHECK(complaint("").starts_with("[load_data] got ,"));
}

TEST_CASE("auto takes Fashion-MNIST where it is installed, else glyphs, and says so") {
    const Mnist folder;
    Overheard overheard;
    CHECK(load_data("auto", {}, folder.path).train.name == "fashion-mnist");
    CHECK(overheard.words.str().empty());
    const auto data = load_data("auto", {.train = 20, .test = 10}, "/nowhere");
    CHECK(data.train.name == "glyphs");
    CHECK(data.train.size() == 20);
    CHECK(data.test.size() == 10);
    const std::string words = overheard.words.str();
    CHECK(words.find("apt install dataset-fashion-mnist") != std::string::npos);
    CHECK(std::count(words.begin(), words.end(), '\n') == 1);
    CHECK(complaint("fashion-mnist") ==
          "[load_data] /nowhere: is not here (apt install dataset-fashion-mnist)");
    const auto clothes = load_data("fashion-mnist", {}, folder.path);
    CHECK(clothes.train.class_names.at(9) == "Ankle boot");
}

TEST_CASE("no drawn test image is among those to learn from, and every grey level is a pixel's") {
    const auto [train, test] = load_data("glyphs", {.train = 2000, .test = 500});
    const auto image = [](const Dataset& data, std::size_t i) {
        const Real* begin = data.images.data() + i * data.images.shape(1);
        return std::vector<Real>(begin, begin + data.images.shape(1));
    };
    std::set<std::vector<Real>> learnt;
    for (std::size_t i = 0; i < train.size(); ++i) learnt.insert(image(train, i));
    for (std::size_t i = 0; i < test.size(); ++i) CHECK(!learnt.contains(image(test, i)));
    for (const Dataset* data : {&train, &test}) {
        const auto [least, most] = std::minmax_element(data->images.begin(), data->images.end());
        CHECK(*least == 0);
        CHECK((*most > Real(0.9) && *most <= 1));
    }
}

TEST_CASE("Fashion-MNIST, where it is installed, has its known size, mean and deviation") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("not installed, not checked");
        return;
    }
    const auto [train, test] = load_data("fashion-mnist", {.test = 100});
    REQUIRE(train.images.shape() == Shape{60'000, 784});
    double sum = 0, squares = 0;
    for (const double x : train.images) {
        sum += x;
        squares += x * x;
    }
    const auto n = static_cast<double>(train.images.size());
    CHECK(sum / n == doctest::Approx(.28604).epsilon(1e-5));
    CHECK(std::sqrt(squares / n - sum / n * sum / n) == doctest::Approx(.35302).epsilon(1e-5));
    std::vector<int> counts(10);
    for (const std::size_t label : train.labels) ++counts.at(label);
    CHECK(counts == std::vector<int>(10, 6000));
    CHECK(train.class_names.at(train.labels[0]) == "Ankle boot");
    CHECK(test.size() == 100);
}

TEST_CASE("binarised data are zeros and ones with the grey level as their mean, labels kept") {
    Dataset grey{.name = "grey", .images = Array(Shape{1000, 10}), .labels = Indices(1000, 3)};
    grey.images.fill(Real(.3));
    Random random{1};
    const auto binary = binarise(grey, random);
    const auto ones = std::count(binary.images.begin(), binary.images.end(), Real{1});
    CHECK(std::count(binary.images.begin(), binary.images.end(), Real{0}) + ones == 10'000);
    CHECK(std::abs(static_cast<double>(ones) - 3000) < 3.3 * std::sqrt(2100));
    CHECK(binary.labels == grey.labels);
    CHECK(binary.name == "grey");
    CHECK(binarise(grey, random).images != binary.images);
}
