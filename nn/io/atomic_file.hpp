/// @file
/// Files as wholes: read at once, and replaced at once or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nn {

/// Replaces the file at `path` by `bytes`, or leaves it exactly as it was: the bytes go to
/// `PATH.part` in the same folder, reach the disk, and only then take the name `path`.
///
/// Throws if the folder does not exist or cannot be written, the disk is full, or `path` is a folder.
/// The file at `path` is then untouched and `PATH.part` is gone.
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// All bytes of the file at `path`.
///
/// Throws if there is no such file, it is not a regular file, or it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace nn
