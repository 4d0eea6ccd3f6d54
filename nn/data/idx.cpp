#include "nn/data/idx.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "autograd/error.hpp"

namespace nn {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t limit = std::size_t{1} << 30;
constexpr std::uint8_t unsigned_byte = 0x08;  // the format's code for the type of its elements

template <class... Parts>
void check(bool condition, const std::filesystem::path& path, const Parts&... parts) {
    autograd::require(condition, "[read_idx] ", path.string(), ": ", parts...);
}

Bytes read_file(const std::filesystem::path& path) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(path, failure);  // fails for a folder
    check(!failure, path, failure.message());
    check(size <= limit, path, "is ", size, " bytes long, expected at most ", limit);
    std::ifstream file(path, std::ios::binary);
    check(file.is_open(), path, "cannot be opened");
    Bytes bytes(size);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    check(file.good(), path, "cannot be read");
    return bytes;
}

bool is_gzip(const std::uint8_t* bytes, std::size_t size) {
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/// Owns what zlib allocates while it decompresses.
struct Inflater {
    z_stream stream{};
    Inflater() { inflateInit2(&stream, 15 + 16); }  // the largest window, gzip format only
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

/// Appends what the member of the file unpacks to at which the stream stands.
void inflate_member(z_stream& stream, Bytes& bytes, const std::filesystem::path& path) {
    std::array<std::uint8_t, 1 << 16> some;
    for (int status = Z_OK; status != Z_STREAM_END;) {
        stream.next_out = some.data();
        stream.avail_out = static_cast<uInt>(some.size());
        status = inflate(&stream, Z_NO_FLUSH);
        check(status != Z_BUF_ERROR && !(status == Z_OK && stream.avail_out > 0), path,
              "the gzip data ends early");
        check(status == Z_OK || status == Z_STREAM_END, path, "the gzip data is damaged",
              stream.msg ? std::string(" (") + stream.msg + ")" : "");
        bytes.insert(bytes.end(), some.data(), stream.next_out);
        check(bytes.size() <= limit, path, "unpacks to more than ", limit, " bytes");
    }
}

/// RFC 1952, section 2.2: a file is a series of members, which unpack to one thing. Zeros may fill it
/// up, as tapes do.
Bytes gunzip(const Bytes& packed, const std::filesystem::path& path) {
    Inflater inflater;
    z_stream& stream = inflater.stream;
    stream.next_in = const_cast<Bytef*>(packed.data());  // zlib does not write to it
    stream.avail_in = static_cast<uInt>(packed.size());
    Bytes bytes;
    while (stream.avail_in > 0) {
        check(is_gzip(stream.next_in, stream.avail_in), path, stream.avail_in,
              " bytes follow the gzip data");
        inflateReset(&stream);
        inflate_member(stream, bytes, path);
        while (stream.avail_in > 0 && *stream.next_in == 0) ++stream.next_in, --stream.avail_in;
    }
    return bytes;
}

std::size_t big_endian(const std::uint8_t* bytes) {
    return std::size_t{bytes[0]} << 24 | std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 |
           bytes[3];
}

}  // namespace

Idx read_idx(const std::filesystem::path& path, std::size_t rank) {
    Bytes bytes = read_file(path);
    if (is_gzip(bytes.data(), bytes.size())) bytes = gunzip(bytes, path);

    const std::size_t header = 4 + 4 * rank;
    check(bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0, path, "is not an IDX file");
    check(bytes[2] == unsigned_byte, path, "has elements of type ", +bytes[2],
          ", expected 8 (unsigned bytes)");
    check(bytes[3] == rank, path, "has ", +bytes[3], " dimensions, expected ", rank);
    check(bytes.size() >= header, path, "ends within its header");

    Idx idx;
    std::size_t declared = 1;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::size_t extent = big_endian(&bytes[4 + 4 * axis]);
        check(extent > 0, path, "is empty along dimension ", axis);
        check(declared <= limit / extent, path, "declares more than ", limit, " bytes");
        declared *= extent;
        idx.extents.push_back(extent);
    }
    const std::size_t found = bytes.size() - header;
    check(found == declared, path, "holds ", found, " bytes of data, but declares ", declared);
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
    idx.values = std::move(bytes);
    return idx;
}

}  // namespace nn
