#include "nn/data/idx.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "../../allocations.hpp"
#include "autograd/array.hpp"
#include "files.hpp"

using autograd::Error;
using nn::read_idx;

namespace {

const Bytes values = {0, 1, 2, 3, 250, 251, 252, 253, 254, 255, 10, 11};
const Bytes plain = idx_bytes({3, 2, 2}, values);

/// What read_idx says of a file with these bytes, without the beginning that every error has.
std::string complaint(const Bytes& bytes, std::size_t rank = 3) {
    const TemporaryFolder folder;
    const auto path = write(folder.path / "file", bytes);
    try {
        read_idx(path, rank);
    } catch (const Error& error) {
        const std::string beginning = "[read_idx] " + path.string() + ": ";
        const std::string message = error.what();
        CHECK(message.starts_with(beginning));
        CHECK(message.find('\n') == std::string::npos);
        return message.substr(beginning.size());
    }
    return "nothing";
}

/// True if the file is refused, or read as what was put into it.
bool refused_or_right(const Bytes& bytes) {
    const TemporaryFolder folder;
    const auto path = write(folder.path / "file", bytes);
    try {
        const auto idx = read_idx(path, 3);
        return idx.values == values && idx.extents == std::vector<std::size_t>{3, 2, 2};
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

TEST_CASE("an IDX file is read alike whether it is plain or compressed, whatever its name") {
    const TemporaryFolder folder;
    for (const Bytes& bytes : {plain, gzip(plain)}) {
        const auto idx = read_idx(write(folder.path / "images", bytes), 3);
        CHECK(idx.extents == std::vector<std::size_t>{3, 2, 2});
        CHECK(idx.values == values);
    }
    const auto labels = read_idx(write(folder.path / "labels.gz", gzip(idx_bytes({2}, {7, 9}))), 1);
    CHECK(labels.extents == std::vector<std::size_t>{2});
    CHECK(labels.values == Bytes{7, 9});
}

TEST_CASE("a file that compresses well is unpacked to its end") {
    const Bytes zeros(300'000);
    const TemporaryFolder folder;
    const auto idx = read_idx(write(folder.path / "zeros", gzip(idx_bytes({300'000}, zeros))), 1);
    CHECK(idx.values == zeros);
}

TEST_CASE("gzip data may come in several members, and be filled up with zeros") {
    const auto middle = plain.begin() + 20;
    const Bytes empty = gzip({}), zeros(512);
    Bytes members = gzip({plain.begin(), middle});
    const auto append = [&](const Bytes& bytes) {
        members.insert(members.end(), bytes.begin(), bytes.end());
    };
    append(empty);
    append(gzip({middle, plain.end()}));
    append(zeros);
    const TemporaryFolder folder;
    CHECK(read_idx(write(folder.path / "several", members), 3).values == values);
    append(gzip({1, 2, 3}));
    CHECK(complaint(members) == "holds 15 bytes of data, but declares 12");
    members.resize(members.size() - 1);
    CHECK(complaint(members) == "the gzip data ends early");
}

TEST_CASE("what is no IDX file of bytes of the right rank is refused with one line") {
    CHECK(complaint({}) == "is not an IDX file");
    CHECK(complaint({'h', 'e', 'l', 'l', 'o'}) == "is not an IDX file");
    CHECK(complaint(plain, 1) == "has 3 dimensions, expected 1");
    auto floats = plain;
    floats[2] = 0x0d;
    CHECK(complaint(floats) == "has elements of type 13, expected 8 (unsigned bytes)");
    CHECK(complaint({0, 0, 8, 3, 0, 0}) == "ends within its header");
    CHECK(complaint(idx_bytes({0, 2, 2}, {})) == "is empty along dimension 0");

    const TemporaryFolder folder;
    const auto missing = folder.path / "missing";
    CHECK_THROWS_WITH_AS(read_idx(missing, 1),
                         ("[read_idx] " + missing.string() + ": No such file or directory").c_str(),
                         Error);
    CHECK_THROWS_AS(read_idx(folder.path, 1), Error);
}

TEST_CASE("a file with too few or too many bytes is refused") {
    CHECK(complaint(idx_bytes({2, 2, 2}, values)) == "holds 12 bytes of data, but declares 8");
    CHECK(complaint(idx_bytes({4, 2, 2}, values)) == "holds 12 bytes of data, but declares 16");
    auto packed = gzip(plain);
    packed.push_back(7);
    CHECK(complaint(packed) == "1 bytes follow the gzip data");
    packed.resize(packed.size() - 3);
    CHECK(complaint(packed) == "the gzip data ends early");
    packed[2] = 0;  // the method of compression
    CHECK(complaint(packed) == "the gzip data is damaged (unknown compression method)");
}

TEST_CASE("a header that promises too much costs no memory") {
    constexpr std::uint32_t huge = 0xffffffff;
    const std::size_t before = allocated_bytes();
    CHECK(complaint(idx_bytes({huge, huge, huge}, values)) ==
          "declares more than 1073741824 bytes");
    CHECK(complaint(idx_bytes({huge, 1, 2}, values)) == "declares more than 1073741824 bytes");
    // 2⁶⁴ + 12 elements would pass for 12 if the product were let to overflow
    CHECK(complaint(gzip(idx_bytes({1u << 31, 1u << 31, 4}, values))) ==
          "declares more than 1073741824 bytes");
    CHECK(complaint(idx_bytes({1u << 30, 1, 1}, values)) ==
          "holds 12 bytes of data, but declares 1073741824");
    CHECK(allocated_bytes() - before < 100'000);
}

TEST_CASE("a file cut off anywhere is refused") {
    for (const Bytes& whole : {plain, gzip(plain)})
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CAPTURE(length);
            CHECK(complaint(Bytes(whole.begin(), whole.begin() + static_cast<long>(length))) !=
                  "nothing");
        }
}

TEST_CASE("a flipped bit is never read as other data") {
    for (std::size_t bit = 0; bit < 8 * 16; ++bit) {  // the header
        CAPTURE(bit);
        auto broken = plain;
        broken[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK(complaint(broken) != "nothing");
    }
    const auto packed = gzip(plain);
    for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
        CAPTURE(bit);
        auto broken = packed;
        broken[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK(refused_or_right(broken));
    }
}
