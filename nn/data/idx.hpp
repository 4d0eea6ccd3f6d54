/// @file
/// The file format of MNIST and its relatives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace nn {

/// Bytes in an array of any rank, row-major, as an IDX file holds them.
struct Idx {
    std::vector<std::size_t> extents;  ///< (N, rows, columns) for images, (N) for labels
    std::vector<std::uint8_t> values;
};

/// Reads an IDX file of unsigned bytes, plain or compressed by gzip, in several members too.
///
/// Throws Error, naming the file, if it cannot be read, is no such file, has another rank, or ends
/// before or after the number of bytes that its header declares. The memory taken is in proportion
/// to the data found, never to what a header promises; more than 1 GiB is refused.
///
/// Format: Y. LeCun, http://yann.lecun.com/exdb/mnist
Idx read_idx(const std::filesystem::path& path, std::size_t rank);

}  // namespace nn
