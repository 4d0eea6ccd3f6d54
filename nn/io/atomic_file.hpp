/// @file
/// Files as wholes: read at once, and replaced at once or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nn {

/// Replaces the file at `path` by `bytes`, or leaves it exactly as it was: the bytes go to a file of
/// their own in the same folder, `PATH.PROCESS-NUMBER.part`, reach the disk, and only then take the name `path`.
/// Several threads or programs may write to one path at a time: it then holds what one of them wrote,
/// whole. A link is followed: what it points to is replaced.
///
/// Throws if the folder does not exist or cannot be written, the disk is full, or `path` is something
/// else than a file, such as a folder or a device. What is at `path` is then untouched and the part is
/// gone.
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Removes the parts of files in a folder whose writers were killed: those whose process is no more.
void remove_abandoned_parts(const std::filesystem::path& folder);

/// All bytes of the file at `path`.
///
/// Throws if there is no such file, it is not a regular file, or it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace nn
