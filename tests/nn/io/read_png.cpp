#include <doctest/doctest.h>
#include <sys/stat.h>

#include <vector>

#include "nn/io/png.hpp"
#include "png_bytes.hpp"
#include "temporary_folder.hpp"

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using nn::Bitmap;
using nn::png_shape;
using nn::read_png;

namespace {

Bitmap decoded(const PngParts& parts) {
    const TemporaryFolder folder;
    put_bytes(folder / "a.png", png_bytes(parts));
    const Bitmap bitmap = read_png(folder / "a.png");
    CHECK(png_shape(folder / "a.png") == bitmap.shape);
    return bitmap;
}

/// The numbers of a picture of one line, which has no filter.
std::vector<int> numbers(std::uint32_t width, int kind, int bits, const std::string& line,
                         const std::string& before = "") {
    const Bitmap bitmap = decoded({.width = width,
                                   .height = 1,
                                   .bits = bits,
                                   .kind = kind,
                                   .lines = raw({0}) + line,
                                   .before = before});
    CHECK(bitmap.shape == Shape{1, width, kind == png_grey || kind == png_grey_alpha ? 1u : 3u});
    return {bitmap.bytes.begin(), bitmap.bytes.end()};
}

/// What is said of a file with these bytes, without the name.
std::string complaint(const std::string& bytes) {
    const TemporaryFolder folder;
    const auto path = folder / "a.png";
    put_bytes(path, bytes);
    const std::string front = "[read_png] " + path.string() + ": ";
    try {
        read_png(path);
    } catch (const Error& error) {
        const std::string words = error.what();
        CHECK(words.starts_with(front));
        CHECK(words.find('\n') == words.npos);
        return words.substr(front.size());
    }
    return "nothing";
}

using Numbers = std::vector<int>;
const PngParts two_greys{.width = 2, .height = 2, .lines = raw({0, 1, 2, 0, 3, 4})};

}  // namespace

TEST_CASE("grey of every number of bits becomes bytes: white is 255") {
    CHECK(numbers(3, png_grey, 1, raw({0b10100000})) == Numbers{255, 0, 255});
    CHECK(numbers(4, png_grey, 2, raw({0b00011011})) == Numbers{0, 85, 170, 255});
    CHECK(numbers(3, png_grey, 4, raw({0x0f, 0x80})) == Numbers{0, 255, 136});
    CHECK(numbers(3, png_grey, 8, raw({0, 77, 255})) == Numbers{0, 77, 255});
    // v · 255 / 65535, to the nearest: 127.502, 77.4984, 77.5023
    CHECK(numbers(5, png_grey, 16, raw({0, 0, 255, 255, 0x80, 0x00, 0x4d, 0xcd, 0x4d, 0xce})) ==
          Numbers{0, 255, 128, 77, 78});
}

TEST_CASE("colours of every kind keep red, green and blue apart") {
    CHECK(numbers(2, png_colour, 8, raw({1, 2, 3, 4, 5, 6})) == Numbers{1, 2, 3, 4, 5, 6});
    CHECK(numbers(2, png_colour, 16, raw({1, 1, 2, 2, 3, 3, 0xff, 0xff, 0x80, 0x00, 0, 0x7f})) ==
          Numbers{1, 2, 3, 255, 128, 0});
    const std::string four =
        png_chunk("PLTE", raw({10, 20, 30, 40, 50, 60, 70, 80, 90, 255, 0, 128}));
    const std::string two = png_chunk("PLTE", raw({10, 20, 30, 40, 50, 60}));
    CHECK(numbers(3, png_palette, 1, raw({0b01000000}), two) ==
          Numbers{10, 20, 30, 40, 50, 60, 10, 20, 30});
    CHECK(numbers(2, png_palette, 2, raw({0b11010000}), four) == Numbers{255, 0, 128, 40, 50, 60});
    CHECK(numbers(2, png_palette, 4, raw({0x20}), four) == Numbers{70, 80, 90, 10, 20, 30});
    CHECK(numbers(2, png_palette, 8, raw({1, 3}), four) == Numbers{40, 50, 60, 255, 0, 128});
}

TEST_CASE("what is transparent lies on white") {
    // opacity 0, 51 and 255 of 255: ⅕ · 100 + ⅘ · 255 = 224; 254: 3.99
    CHECK(numbers(4, png_grey_alpha, 8, raw({100, 0, 100, 51, 100, 255, 3, 254})) ==
          Numbers{255, 224, 100, 4});
    CHECK(numbers(2, png_grey_alpha, 16, raw({100, 100, 51, 51, 7, 7, 255, 255})) ==
          Numbers{224, 7});
    CHECK(numbers(3, png_colour_alpha, 8, raw({1, 2, 3, 0, 100, 0, 255, 51, 1, 2, 3, 255})) ==
          Numbers{255, 255, 255, 224, 204, 255, 1, 2, 3});
    CHECK(numbers(1, png_colour_alpha, 16, raw({100, 100, 0, 0, 255, 255, 51, 51})) ==
          Numbers{224, 204, 255});
    // one colour that stands for transparent, in the bits of the file
    CHECK(numbers(3, png_grey, 4, raw({0x5a, 0x50}), png_chunk("tRNS", raw({0, 5}))) ==
          Numbers{255, 170, 255});
    CHECK(numbers(2, png_grey, 16, raw({1, 2, 1, 1}), png_chunk("tRNS", raw({1, 2}))) ==
          Numbers{255, 1});
    CHECK(numbers(2, png_colour, 8, raw({1, 2, 3, 1, 2, 4}),
                  png_chunk("tRNS", raw({0, 1, 0, 2, 0, 3}))) == Numbers{255, 255, 255, 1, 2, 4});
    // an opacity for the first colours of a palette
    CHECK(numbers(3, png_palette, 8, raw({0, 1, 2}),
                  png_chunk("PLTE", raw({1, 2, 3, 100, 0, 255, 7, 8, 9})) +
                      png_chunk("tRNS", raw({0, 51}))) ==
          Numbers{255, 255, 255, 224, 204, 255, 7, 8, 9});
}

TEST_CASE("lines stand below each other, whatever their filters") {
    // Filters 0 to 4: as it is, less the left, the one above, the mean of both, Paeth's of three.
    const Bitmap bitmap =
        decoded({.width = 3, .height = 5, .lines = raw({0, 10, 20, 30,       // 10 20 30
                                                        1, 1,  1,  1,        // 1 2 3
                                                        2, 9,  8,  7,        // 10 10 10
                                                        3, 5,  5,  256 - 5,  // 10 15 7
                                                        4, 1,  1,  1})});    // 11 16 8
    CHECK(bitmap.shape == Shape{5, 3, 1});
    CHECK(Numbers(bitmap.bytes.begin(), bitmap.bytes.end()) ==
          Numbers{10, 20, 30, 1, 2, 3, 10, 10, 10, 10, 15, 7, 11, 16, 8});
}

TEST_CASE("interlaced pixels find their places") {
    // Of a picture of 3 × 3, Adam7 sends 00, 02, 20 22, 01, 21, 10 11 12, each part with a filter.
    const Bitmap bitmap =
        decoded({.width = 3,
                 .height = 3,
                 .lines = raw({0, 0, 0, 2, 0, 20, 22, 0, 1, 0, 21, 0, 10, 11, 12}),
                 .interlaced = true});
    CHECK(Numbers(bitmap.bytes.begin(), bitmap.bytes.end()) ==
          Numbers{0, 1, 2, 10, 11, 12, 20, 21, 22});
}

TEST_CASE("colour spaces and notes change no number, not even damaged ones") {
    std::string wrong_sum = png_chunk("tEXt", "Comment\0hello");
    wrong_sum.back() ^= 1;
    const std::string bomb = zlib_packed(std::string(50'000'000, 'x'));
    for (const std::string& note :
         {png_chunk("gAMA", big_endian(100000)), png_chunk("gAMA", "x"),
          png_chunk("iCCP", raw({'a', 0, 0}) + "no profile"), png_chunk("sRGB", raw({0})),
          png_chunk("sBIT", raw({3})), png_chunk("bKGD", raw({0, 9})), wrong_sum,
          png_chunk("zTXt", raw({'a', 0, 0}) + bomb), png_chunk("noSe", "x")})
        CHECK(numbers(2, png_grey, 8, raw({77, 200}), note) == Numbers{77, 200});
}

TEST_CASE("what was written is read again") {
    const TemporaryFolder folder;
    Array grey(Shape{3, 5}), colour(Shape{4, 2, 3});
    for (std::size_t i = 0; i < grey.size(); ++i) grey.flat(i) = static_cast<Real>(17 * i) / 255;
    for (std::size_t i = 0; i < colour.size(); ++i) colour.flat(i) = static_cast<Real>(9 * i) / 255;
    for (const Array& pixels : {grey, colour}) {
        nn::write_png(folder / "a.png", pixels);
        const Bitmap bitmap = read_png(folder / "a.png");
        REQUIRE(bitmap.bytes.size() == pixels.size());
        CHECK(bitmap.shape.size() == 3);
        CHECK(bitmap.shape[1] == pixels.shape(1));
        for (std::size_t i = 0; i < pixels.size(); ++i)
            CHECK(bitmap.bytes[i] / Real(255) == pixels.flat(i));
    }
}

TEST_CASE("a file that is no whole picture is named, with what is wrong") {
    const std::string good = png_bytes(two_greys);
    CHECK(complaint(good) == "nothing");
    CHECK(complaint(good + "more") == "nothing");
    CHECK(complaint("") == "is empty");
    CHECK(complaint("\xff\xd8\xff\xe0 a photograph") == "is not a PNG file");
    CHECK(complaint(png_signature) == "ends early");
    for (std::size_t size = 1; size < good.size(); ++size)
        CHECK(complaint(good.substr(0, size)) == (size < 8 ? "is not a PNG file" : "ends early"));

    // a bit wrong anywhere is found by a checksum, or else is in a length or a name
    for (std::size_t i = 8; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] ^= 4;
        CAPTURE(i);
        CHECK(complaint(bad) != "nothing");
    }
    PngParts wrong = two_greys;
    wrong.lines = raw({0, 1, 2});  // where two lines are promised
    CHECK(complaint(png_bytes(wrong)).starts_with("is damaged ("));
    wrong.lines = raw({9, 1, 2, 0, 3, 4});  // there are five filters
    CHECK(complaint(png_bytes(wrong)).starts_with("is damaged ("));
    wrong = two_greys;
    wrong.kind = png_palette;  // and none is there
    CHECK(complaint(png_bytes(wrong)).starts_with("is damaged ("));
    CHECK(complaint(png_header(two_greys) + png_chunk("IDAT", "not packed") + png_chunk("IEND", ""))
              .starts_with("is damaged ("));
}

TEST_CASE("a picture is refused by its header if it is too large, and takes no memory") {
    const auto of_size = [](std::uint32_t width, std::uint32_t height) {
        PngParts parts = two_greys;
        parts.width = width;
        parts.height = height;
        return complaint(png_bytes(parts));
    };
    CHECK(of_size(1 << 14, 1 << 13) == "declares 8192 × 16384 pixels, expected at most 67108864");
    CHECK(of_size(0x7fffffff, 0x7fffffff) ==
          "declares 2147483647 × 2147483647 pixels, expected at most 67108864");
    CHECK(of_size(0xffffffff, 1).starts_with("is damaged ("));
    CHECK(of_size(0, 2).starts_with("is damaged ("));
    CHECK(of_size(2, 0).starts_with("is damaged ("));
    CHECK(of_size(1 << 26, 1).starts_with("is damaged ("));  // not too large, but not there

    // what unpacks to more than was promised is not unpacked
    PngParts bomb = two_greys;
    bomb.lines += std::string(50'000'000, '\0');
    CHECK(complaint(png_bytes(bomb)) == "nothing");
}

TEST_CASE("what is no file is named, and nobody waits for it") {
    const TemporaryFolder folder;
    const auto complaint = [&](const std::string& name) {
        try {
            png_shape(folder / name);
        } catch (const Error& error) {
            const std::string front = "[read_png] " + (folder / name).string() + ": ";
            const std::string words = error.what();
            CHECK(words.starts_with(front));
            return words.substr(std::min(front.size(), words.size()));
        }
        return std::string("nothing");
    };
    CHECK(complaint("missing.png") == "No such file or directory");
    std::filesystem::create_directory(folder / "folder.png");
    CHECK(complaint("folder.png") == "is not a file");
    REQUIRE(mkfifo((folder / "pipe.png").c_str(), 0666) == 0);
    CHECK(complaint("pipe.png") == "is not a file");
    std::filesystem::create_symlink("round.png", folder / "round.png");
    CHECK(complaint("round.png") == "Too many levels of symbolic links");
    if (std::filesystem::exists("/proc/self/mem")) {  // can be opened, and not read
        std::filesystem::create_symlink("/proc/self/mem", folder / "unreadable.png");
        CHECK(complaint("unreadable.png") == "cannot be read: Input/output error");
    }
}
