/// @file
/// Pictures of one's own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nn/data/dataset.hpp"

namespace nn {

/// A folder of PNG images as a data set: every file whose name ends in .png, also in folders below.
/// Other files are left out, and so is what is hidden, with a name that begins with a dot.
///
/// **Labels.** The sub-folders that have images are the classes, in the order of their names; without
/// any, all images are of one class, which has the name of the folder.
///
/// **Training and test.** If there are sub-folders `train` and `test`, these are the two parts, and
/// nothing beside them is looked at; a class of `test` must be one of `train` too. Otherwise every
/// sixth image of each class, in the order of their names, is for the test. Each part is then shuffled,
/// always in the same way. Names are in the order of their bytes, so that all of this is the same on
/// every machine.
///
/// **Size.** All images get the size of the smallest: the least height and the least width that any of
/// them has. If one of these is more than `limits.side`, both are made smaller in proportion. A larger
/// image is scaled until it just covers that size, each new pixel being the mean of the area that it
/// stands for, and what sticks out is cut off on both sides. None is enlarged, and images that have the
/// size stay as they are. If anything is changed, that is said in a line on `std::cerr`.
///
/// **Colour.** If any pixel of any image is coloured, all have three channels, otherwise one. See
/// read_png() for what becomes of 16 bits and of transparent pixels.
///
/// Only as many images as the limits say are kept in memory, and one more at a time.
///
/// Throws Error with one line that says what is wrong: no images, images both in sub-folders and beside
/// them, none for the test, a file that read_png() refuses, a folder that cannot be read or is a link
/// back to one that it is in, more than a million files, more than 2³⁰ numbers in a part.
TrainTest read_pictures(const std::filesystem::path& folder, Limits limits = {});

/// The images of a folder by name, without classes and parts.
struct NamedPictures {
    std::vector<std::string>
        names;     ///< the files, in order, as seen from the folder: `barn/0001.png`
    Array images;  ///< (N, D), a row for each
    Shape item;    ///< (H, W, C)
};

/// All PNG images of a folder and below, of one size and with as many channels as read_pictures() gives
/// them if no side is to be longer than `side`. Throws as it does.
NamedPictures read_named_pictures(const std::filesystem::path& folder, std::size_t side);

/// The same for the size and the channels that a model was made for: larger images are scaled and cut,
/// grey ones become three equal channels. Throws besides for an image that is smaller, or coloured if
/// there is one channel.
NamedPictures read_named_pictures(const std::filesystem::path& folder, const Shape& item);

/// One PNG file so, (1, D). Throws as the others.
Array read_picture(const std::filesystem::path& file, const Shape& item);

/// Writes each image, as PNG, under its name into a new folder, which is there when all of them are: until
/// then it is called `FOLDER.part`. Folders in names are made. Throws if one of the two is there, unless
/// `folder` is empty, or cannot be written, and as write_png() does.
void write_named_pictures(const std::filesystem::path& folder, const NamedPictures& pictures);

}  // namespace nn
