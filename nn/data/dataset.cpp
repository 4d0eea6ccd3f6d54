#include "nn/data/dataset.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <type_traits>

#include "nn/data/glyphs.hpp"
#include "nn/data/idx.hpp"
#include "nn/data/pictures.hpp"
#include "nn/data/sprites.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;
using autograd::Real;
using autograd::require;

using Names = std::array<const char*, 10>;  // there before main, unlike strings

constexpr Names clothes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                           "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
constexpr Names digits = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

bool is_folder(const fs::path& path) {
    std::error_code failure;  // counts as no
    return fs::is_directory(path, failure);
}

/// The file of that name, plain or compressed, or nothing.
fs::path find(const fs::path& folder, const std::string& name) {
    std::error_code failure;
    for (const fs::path& path : {folder / name, folder / (name + ".gz")})
        if (fs::exists(path, failure)) return path;
    return {};
}

fs::path require_file(const fs::path& folder, const std::string& name) {
    const fs::path path = find(folder, name);
    require(!path.empty(), "[load_data] ", folder.string(), ": holds neither ", name, " nor ", name,
            ".gz");
    return path;
}

/// Whether there is at least one of the four files.
bool is_mnist(const fs::path& folder) {
    for (const std::string part : {"train", "t10k"})
        for (const char* file : {"-images-idx3-ubyte", "-labels-idx1-ubyte"})
            if (!find(folder, part + file).empty()) return true;
    return false;
}

/// One half of a folder: `part` is "train" or "t10k".
Dataset read_part(const fs::path& folder, const std::string& part, const std::string& name,
                  const Names& class_names, std::size_t limit) {
    const fs::path image_path = require_file(folder, part + "-images-idx3-ubyte");
    const fs::path label_path = require_file(folder, part + "-labels-idx1-ubyte");
    const Idx images = read_idx(image_path, 3);
    const Idx labels = read_idx(label_path, 1);
    const std::size_t count = images.extents[0];
    require(count == labels.extents[0], "[load_data] ", label_path.string(), ": holds ",
            labels.extents[0], " labels, but ", image_path.string(), " ", count, " images");
    const auto highest = std::max_element(labels.values.begin(), labels.values.end());
    require(*highest < class_names.size(), "[load_data] ", label_path.string(), ": holds label ",
            +*highest, ", expected at most ", class_names.size() - 1);

    Dataset data{.name = name,
                 .item = {images.extents[1], images.extents[2], 1},
                 .classes = class_names.size(),
                 .class_names = {class_names.begin(), class_names.end()}};
    const std::size_t taken = std::min(count, limit);
    data.labels.assign(labels.values.begin(),
                       labels.values.begin() + static_cast<std::ptrdiff_t>(taken));
    data.images.resize({taken, autograd::element_count(data.item)});
    std::transform(images.values.data(), images.values.data() + data.images.size(),
                   data.images.data(), [](std::uint8_t byte) { return Real(byte) / 255; });
    return data;
}

TrainTest read_folder(const fs::path& folder, const std::string& name, const Names& class_names,
                      Limits limits) {
    TrainTest data{read_part(folder, "train", name, class_names, limits.train),
                   read_part(folder, "t10k", name, class_names, limits.test)};
    require(data.train.item == data.test.item, "[load_data] ", folder.string(),
            ": train images are ", data.train.item, ", test images ", data.test.item);
    return data;
}

Dataset empty_like(const Dataset& data) {
    return {.name = data.name,
            .item = data.item,
            .classes = data.classes,
            .class_names = data.class_names};
}

/// Examples begin ≤ i < begin + n.
Dataset part(const Dataset& data, std::size_t begin, std::size_t n) {
    Dataset out = empty_like(data);
    const auto label = data.labels.begin() + static_cast<std::ptrdiff_t>(begin);
    out.labels.assign(label, label + static_cast<std::ptrdiff_t>(n));
    const std::size_t width = data.images.shape(1);
    out.images.resize({n, width});
    std::copy_n(data.images.data() + begin * width, n * width, out.images.data());
    return out;
}

TrainTest draw_glyphs(Limits limits) {
    constexpr std::uint64_t seed = 28;
    Random random{seed};
    Random test_random = random.split();
    return {glyphs(std::min<std::size_t>(limits.train, 60'000), random),
            glyphs(std::min<std::size_t>(limits.test, 10'000), test_random)};
}

/// The first sprites of a split, so many at most: in colour they take three times the memory each.
TrainTest draw_sprites(SpriteSplit split, Dataset draw(const Indices&), Limits most,
                       Limits limits) {
    split.train.resize(std::min(limits.train, most.train));
    split.test.resize(std::min(limits.test, most.test));
    return {draw(split.train), draw(split.test)};
}

}  // namespace

Dataset first(const Dataset& data, std::size_t n) {
    return part(data, 0, std::min(n, data.size()));
}

Dataset last(const Dataset& data, std::size_t n) {
    const std::size_t taken = std::min(n, data.size());
    return part(data, data.size() - taken, taken);
}

Dataset binarise(const Dataset& data, Random& random) {
    Dataset binary = empty_like(data);
    binary.labels = data.labels;
    random.bernoulli(data.images, binary.images);
    return binary;
}

// FNV-1a over whole words, in four lanes side by side, because one would wait for each multiplication.
std::string checksum(const Dataset& data) {
    std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
    const auto mix = [&](std::uint64_t word, std::uint64_t& lane) {
        lane = (lane ^ word) * 0x100000001b3;
        lane ^= lane >> 32;
    };
    const auto add = [&](const auto* numbers, std::size_t count) {
        using Word = std::conditional_t<sizeof *numbers == 4, std::uint32_t, std::uint64_t>;
        for (std::size_t i = 0; i < count; ++i)
            mix(std::bit_cast<Word>(numbers[i]), lanes[i % lanes.size()]);
    };
    add(data.images.data(), data.images.size());
    add(data.labels.data(), data.labels.size());
    for (std::size_t i = 1; i < lanes.size(); ++i) mix(lanes[i], lanes[0]);
    char hexadecimal[17];
    std::snprintf(hexadecimal, sizeof hexadecimal, "%016llx",
                  static_cast<unsigned long long>(lanes[0]));
    return hexadecimal;
}

TrainTest load_data(const std::string& what, Limits limits, const fs::path& fashion_mnist) {
    const bool installed = is_folder(fashion_mnist);
    if (what == "auto" && !installed)
        std::cerr << "Drawing glyphs: Fashion-MNIST is not here (apt install "
                     "dataset-fashion-mnist).\n";
    if (what == "glyphs" || (what == "auto" && !installed)) return draw_glyphs(limits);
    if (what == "sprites") return draw_sprites(split_sprites(), sprites, {60'000, 10'000}, limits);
    if (what == "colour-sprites")
        return draw_sprites(split_colour_sprites(), colour_sprites, {20'000, 5'000}, limits);
    if (what == "fashion-mnist" || what == "auto") {
        require(installed, "[load_data] ", fashion_mnist.string(),
                ": is not here (apt install dataset-fashion-mnist)");
        return read_folder(fashion_mnist, "fashion-mnist", clothes, limits);
    }
    require(is_folder(what), "[load_data] got ", what,
            ", expected auto, fashion-mnist, glyphs, sprites, colour-sprites or a folder of PNG "
            "images or with the files of MNIST");
    if (!is_mnist(what)) return read_pictures(what, limits);
    return read_folder(what, fs::canonical(what).filename().string(), digits, limits);
}

}  // namespace nn
