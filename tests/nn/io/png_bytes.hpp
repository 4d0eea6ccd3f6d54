/// @file
/// PNG files put together by hand, as the specification says, without libpng.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <initializer_list>
#include <string>

/// Bytes as text, so that `bytes_of` and `put_bytes` take them.
inline std::string raw(std::initializer_list<int> values) {
    std::string out;
    for (const int value : values) out += static_cast<char>(value);
    return out;
}

inline std::string big_endian(std::uint32_t number) {
    std::string out;
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift);
    return out;
}

/// Length, name, data, and a checksum of name and data.
inline std::string png_chunk(const std::string& name, const std::string& data) {
    const std::string summed = name + data;
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(summed.data()), static_cast<uInt>(summed.size()));
    return big_endian(static_cast<std::uint32_t>(data.size())) + summed +
           big_endian(static_cast<std::uint32_t>(sum));
}

inline std::string zlib_packed(const std::string& data) {
    std::string packed(compressBound(data.size()), '\0');
    auto size = static_cast<uLongf>(packed.size());
    compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(data.data()), data.size());
    packed.resize(size);
    return packed;
}

inline const std::string png_signature = raw({0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});

// How the format numbers what pixels are.
constexpr int png_grey = 0, png_colour = 2, png_palette = 3, png_grey_alpha = 4,
              png_colour_alpha = 6;

struct PngParts {
    std::uint32_t width = 0, height = 0;
    int bits = 8;
    int kind = png_grey;
    std::string lines{};   ///< each with its filter in front
    std::string before{};  ///< chunks before the pixels: a palette, notes
    bool interlaced = false;
};

inline std::string png_header(const PngParts& parts) {
    return png_signature +
           png_chunk("IHDR", big_endian(parts.width) + big_endian(parts.height) +
                                 raw({parts.bits, parts.kind, 0, 0, parts.interlaced ? 1 : 0}));
}

inline std::string png_bytes(const PngParts& parts) {
    return png_header(parts) + parts.before + png_chunk("IDAT", zlib_packed(parts.lines)) +
           png_chunk("IEND", "");
}
