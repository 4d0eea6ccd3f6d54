/// @file
/// What judge and probe say to each other: a number, some words, some arrays. Standard library only.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace frame {

struct Numbers {
    std::vector<std::size_t> shape;
    std::vector<double> data;  ///< in row-major order
};

/// A request, whose words are an operation, or its answer, whose words are empty or an error.
struct Message {
    std::uint64_t id = 0;
    std::string words;
    std::vector<Numbers> arrays;
};

/// A message is sent as the number of its bytes and these bytes. No longer one is believed.
inline constexpr std::uint64_t longest = 1 << 26;

inline void put(std::string& out, const void* bytes, std::size_t n) {
    out.append(static_cast<const char*>(bytes), n);
}
inline void put(std::string& out, std::uint64_t number) { put(out, &number, sizeof number); }

/// The bytes of a message, without their number.
inline std::string encode(const Message& message) {
    std::string out;
    put(out, message.id);
    put(out, message.words.size());
    out += message.words;
    put(out, message.arrays.size());
    for (const Numbers& array : message.arrays) {
        put(out, array.shape.size());
        for (const std::size_t extent : array.shape) put(out, extent);
        put(out, array.data.data(), array.data.size() * sizeof(double));
    }
    return out;
}

/// Reads what may be anything. Throws std::runtime_error where it is no message.
class Decoder {
  public:
    explicit Decoder(const std::string& bytes) : bytes_(bytes) {}

    Message message() {
        Message message;
        message.id = number();
        message.words.resize(number(left()));
        take(message.words.data(), message.words.size());
        message.arrays.resize(number(left() / sizeof(std::uint64_t)));
        for (Numbers& array : message.arrays) array = numbers();
        if (left() > 0) throw std::runtime_error("bytes are left over");
        return message;
    }

  private:
    std::size_t left() const { return bytes_.size() - at_; }

    void take(void* to, std::size_t n) {
        if (n > left()) throw std::runtime_error("it ends too early");
        std::memcpy(to, bytes_.data() + at_, n);
        at_ += n;
    }
    std::uint64_t number(std::uint64_t most = UINT64_MAX) {
        std::uint64_t found;
        take(&found, sizeof found);
        if (found > most) throw std::runtime_error("it ends too early");
        return found;
    }
    Numbers numbers() {
        Numbers array;
        array.shape.resize(number(8));  // no array has more axes
        std::size_t count = 1;
        for (std::size_t& extent : array.shape) {
            extent = number(longest);
            count *= extent;
            if (count > longest) throw std::runtime_error("an array is too large");
        }
        if (count > left() / sizeof(double)) throw std::runtime_error("it ends too early");
        array.data.resize(count);
        take(array.data.data(), count * sizeof(double));
        return array;
    }

    const std::string& bytes_;
    std::size_t at_ = 0;
};

}  // namespace frame
