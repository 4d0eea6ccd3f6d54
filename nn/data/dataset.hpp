/// @file
/// Labelled images, and where they come from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "autograd/array.hpp"
#include "nn/random.hpp"

namespace nn {

/// Labelled images, one flattened image per row.
struct Dataset {
    std::string name{};
    Array images{};    ///< (N, D); grey levels or channels in [0, 1], byte / 255
    Indices labels{};  ///< (N), each below `classes`
    Shape item{};      ///< of one of them, D numbers: (H, W, C) with C channels for an image
    std::size_t classes = 0;
    std::vector<std::string> class_names{};  ///< one for each class

    std::size_t size() const { return labels.size(); }
};

/// What a model learns from, and what it is judged by.
struct TrainTest {
    Dataset train, test;
};

/// The first n examples, or all if there are fewer. For a quick run.
Dataset first(const Dataset& data, std::size_t n);

/// The last n examples, or all if there are fewer. With first(), to hold examples out for choices:
/// ```cpp
/// const auto train = nn::first(all, all.size() - n), validation = nn::last(all, n);
/// ```
Dataset last(const Dataset& data, std::size_t n);

/// The data made binary: each grey level is taken as the probability of a 1, once and for all (as
/// papers do with validation and test sets). To draw anew for each batch of a training set, call
/// `random.bernoulli(batch.images, x)`.
Dataset binarise(const Dataset& data, Random& random);

/// How many examples to load, at most.
struct Limits {
    std::size_t train = std::numeric_limits<std::size_t>::max();
    std::size_t test = std::numeric_limits<std::size_t>::max();
};

/// Where Debian's package dataset-fashion-mnist puts its files.
inline constexpr const char* fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

/// Loads what `--data` names:
/// - `fashion-mnist`: 60 000 + 10 000 images of clothes, 28 × 28 (Xiao, Rasul, Vollgraf, 2017);
/// - `glyphs`: as many drawn ones, see glyphs(); needs no files;
/// - `sprites`: as many of another kind, 32 × 32, see sprite_factors(); needs no files either;
/// - `colour-sprites`: 20 000 + 5000 in colour, 32 × 32 × 3, see colour_sprite_factors(); nor do they;
/// - `auto`: Fashion-MNIST, or glyphs where that is not installed, which it says on `std::cerr`;
/// - a folder: the four files of MNIST or of any set of that form with ten classes,
///   `train-images-idx3-ubyte` and so on, each plain or as `.gz`.
///
/// Throws Error with one line that says what is wrong: the name, a missing file, a file that
/// read_idx() refuses, counts of images and labels or sizes of images that differ, a label above 9.
TrainTest load_data(const std::string& what, Limits limits = {},
                    const std::filesystem::path& fashion_mnist = fashion_mnist_folder);

}  // namespace nn
