/// @file
/// Small MIDI files for tests, put together by hand.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Bytes of these values.
inline std::string bytes(const std::vector<unsigned>& values) {
    std::string out;
    for (const unsigned value : values) out += static_cast<char>(value);
    return out;
}

inline std::string chunk(const std::string& kind, const std::string& content) {
    const auto size = static_cast<unsigned>(content.size());
    return kind + bytes({size >> 24, size >> 16 & 255, size >> 8 & 255, size & 255}) + content;
}

/// With 96 ticks to a quarter note unless it is said.
inline std::string header(unsigned format = 0, unsigned tracks = 1, unsigned division = 96) {
    return chunk("MThd", bytes({0, format, 0, tracks, division >> 8, division & 255}));
}

inline std::string track(const std::string& events) {
    return chunk("MTrk", events + bytes({0, 0xFF, 0x2F, 0}));
}

/// A note of fewer than 128 ticks that begins where the last event was.
inline std::string note(unsigned pitch, unsigned ticks, unsigned channel = 0) {
    return bytes({0, 0x90 | channel, pitch, 64, ticks, 0x80 | channel, pitch, 0});
}
