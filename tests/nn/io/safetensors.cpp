#include "nn/io/safetensors.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>

#include "temporary_folder.hpp"

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using nn::read_safetensors;
using nn::Tensors;
using nn::write_safetensors;

namespace {

const std::string own_type = sizeof(Real) == 4 ? "F32" : "F64";

/// The bits of the numbers: NaN and the sign of zero count.
std::string bits(const Array& array) {
    return {reinterpret_cast<const char*>(array.data()), array.size() * sizeof(Real)};
}

void check_equal(const Tensors& a, const Tensors& b) {
    CHECK(a.metadata == b.metadata);
    REQUIRE(a.arrays.size() == b.arrays.size());
    for (const auto& [name, array] : a.arrays) {
        REQUIRE(b.arrays.count(name) == 1);
        CHECK(array.shape() == b.arrays.at(name).shape());
        CHECK(bits(array) == bits(b.arrays.at(name)));
    }
}

/// What check_safetensors.py calls TENSORS and METADATA.
Tensors known_tensors() {
    const Real inf = std::numeric_limits<Real>::infinity();
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    Tensors tensors;
    tensors.arrays["encoder.weight"] = {{Real(.5), Real(-1.25), 3}, {0, -Real(0), 1024}};
    tensors.arrays["scalar"] = Array(Shape{}, Real(2.5));
    tensors.arrays["empty"] = Array(Shape{0, 4});
    tensors.arrays["special"] = {nan, inf, -inf};
    tensors.arrays["odd \"name\" ä"] = Array{{{{1, 2}}}};
    tensors.metadata = {{"step", "18446744073709551615"}, {"note", "two\nlines, \"quoted\""}};
    return tensors;
}

/// A file with this header and this many bytes of data, each with its own value.
std::string file_of(const std::string& header, std::size_t data = 0) {
    const std::uint64_t length = header.size();
    std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += header;
    for (std::size_t i = 0; i < data; ++i) bytes += static_cast<char>(i);
    return bytes;
}

/// A header that describes one tensor `x`.
std::string header_of(const std::string& type, const std::string& shape,
                      const std::string& offsets) {
    return R"({"x":{"dtype":)" + type + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}}";
}

/// What reading the bytes throws, without the name of the file; empty if it reads.
std::string refusal(const TemporaryFolder& folder, const std::string& bytes) {
    const auto path = folder / "model.safetensors";
    put_bytes(path, bytes);
    try {
        read_safetensors(path);
    } catch (const Error& error) {
        const std::string message = error.what();
        const std::string start = "[read_safetensors] " + path.string() + ": ";
        CHECK(message.substr(0, start.size()) == start);
        CHECK(message.find('\n') == std::string::npos);
        return message.substr(start.size());
    }
    return "";
}

std::string python_command(const std::string& arguments) {
    // The build puts the script beside this program.
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return "python3 '" + (folder / "check_safetensors.py").string() + "' " + arguments;
}

bool has_python() {
    const bool found = std::system("python3 -c '' > /dev/null 2>&1") == 0;
    if (!found) MESSAGE("skipped: there is no python3 to compare with");
    return found;
}

}  // namespace

TEST_CASE("arrays of every rank and notes come back bit for bit") {
    const TemporaryFolder folder;
    Tensors tensors = known_tensors();
    tensors.arrays["tiny"] = {std::numeric_limits<Real>::denorm_min(),
                              std::numeric_limits<Real>::max()};
    tensors.arrays["rank 5"] = Array(Shape{2, 1, 3, 1, 2}, 7);
    tensors.arrays[""] = {1};
    write_safetensors(folder / "model.safetensors", tensors);
    check_equal(tensors, read_safetensors(folder / "model.safetensors"));
    CHECK(folder.entries() == 1);
}

TEST_CASE("the payload of a NaN survives") {
    const TemporaryFolder folder;
    Array payload{0};
    const auto pattern = std::uint64_t{sizeof(Real) == 4 ? 0x7fc12345u : 0x7ff8000012345678u};
    std::memcpy(payload.data(), &pattern, sizeof(Real));
    write_safetensors(folder / "nan", {{{"x", payload}}, {}});
    CHECK(bits(read_safetensors(folder / "nan").arrays.at("x")) == bits(payload));
}

TEST_CASE("nothing at all can be saved") {
    const TemporaryFolder folder;
    write_safetensors(folder / "nothing", {});
    CHECK(bytes_of(folder / "nothing") == file_of("{}      "));
    check_equal({}, read_safetensors(folder / "nothing"));
}

TEST_CASE("the bytes are those of the format") {
    const TemporaryFolder folder;
    write_safetensors(folder / "one", {{{"x", Array{1}}}, {{"by", "hand"}}});
    const std::string header = R"({"__metadata__":{"by":"hand"},"x":{"data_offsets":[0,)" +
                               std::to_string(sizeof(Real)) + R"(],"dtype":")" + own_type +
                               R"(","shape":[1]}})";
    const std::string one =
        sizeof(Real) == 4 ? std::string("\0\0\x80\x3f", 4) : std::string("\0\0\0\0\0\0\xf0\x3f", 8);
    CHECK(bytes_of(folder / "one") ==
          file_of(header + std::string((8 - header.size() % 8) % 8, ' ')) + one);
}

TEST_CASE("the numbers start at a multiple of 8, however long the header") {
    const TemporaryFolder folder;
    for (std::size_t length = 0; length < 9; ++length) {
        write_safetensors(folder / "x", {{{std::string(length, 'n'), Array{1}}}, {}});
        CHECK((bytes_of(folder / "x").size() - sizeof(Real)) % 8 == 0);
    }
}

TEST_CASE("an independent program reads what is written here") {
    if (!has_python()) return;
    const TemporaryFolder folder;
    const auto path = folder / "model.safetensors";
    write_safetensors(path, known_tensors());
    CHECK(std::system(python_command("check '" + path.string() + "' " + own_type).c_str()) == 0);

    // The check can fail: one bit of one number.
    std::string bytes = bytes_of(path);
    bytes.back() ^= 1;
    put_bytes(path, bytes);
    const auto command = python_command("check '" + path.string() + "' " + own_type);
    CHECK(std::system((command + " 2> /dev/null").c_str()) != 0);
}

TEST_CASE("what an independent program writes is read here") {
    if (!has_python()) return;
    const TemporaryFolder folder;
    const auto path = folder / "model.safetensors";
    REQUIRE(std::system(python_command("write '" + path.string() + "'").c_str()) == 0);
    check_equal(known_tensors(), read_safetensors(path));
}

TEST_CASE("single and double precision are both read") {
    const TemporaryFolder folder;
    const float single = 0.1f;
    const double precise = 0.1;
    const std::string header = R"({"f":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                               R"("d":{"dtype":"F64","shape":[],"data_offsets":[4,12]}})";
    put_bytes(folder / "both", file_of(header) +
                                   std::string(reinterpret_cast<const char*>(&single), 4) +
                                   std::string(reinterpret_cast<const char*>(&precise), 8));
    const Tensors tensors = read_safetensors(folder / "both");
    CHECK(tensors.arrays.at("f")() == static_cast<Real>(single));
    CHECK(tensors.arrays.at("d")() == static_cast<Real>(precise));
}

TEST_CASE("what cannot be written leaves the old file as it was") {
    const TemporaryFolder folder;
    const auto path = folder / "model.safetensors";
    write_safetensors(path, known_tensors());
    CHECK_THROWS_WITH_AS(write_safetensors(path, {{{"__metadata__", Array{1}}}, {}}),
                         doctest::Contains("an array may not be called __metadata__"), Error);
    CHECK_THROWS_WITH_AS(write_safetensors(path, {{{"\xff", Array{1}}}, {}}),
                         doctest::Contains("a name or note is not UTF-8"), Error);
    CHECK_THROWS_AS(write_safetensors(path, {{}, {{"note", "\xff"}}}), Error);
    CHECK_THROWS_AS(write_safetensors(folder / "missing" / "x", {}), Error);
    check_equal(known_tensors(), read_safetensors(path));
    CHECK(folder.entries() == 1);
}

TEST_CASE("what the format's own reader accepts is read") {
    const TemporaryFolder folder;
    const auto path = folder / "x.safetensors";
    for (const char* start : {" \n\t\r{", "{\"__metadata__\":null,", "{\"__metadata__\":{},"}) {
        CAPTURE(start);
        put_bytes(path, file_of(start + header_of(R"("F32")", "[1]", "[0,4]").substr(1), 4));
        const Tensors found = read_safetensors(path);
        CHECK(found.metadata.empty());
        CHECK(found.arrays.at("x").size() == 1);
    }
}

TEST_CASE("a malformed file is refused with one line that says why") {
    const TemporaryFolder folder;
    const auto of = [&](const std::string& header, std::size_t data = 0) {
        return refusal(folder, file_of(header, data));
    };
    CHECK(refusal(folder, "") == "too short for a safetensors file: 0 bytes");
    CHECK(refusal(folder, "1234567") == "too short for a safetensors file: 7 bytes");
    CHECK(refusal(folder, file_of("{}").substr(0, 9)) ==
          "the header should have 2 bytes but only 1 follow");
    CHECK(refusal(folder, std::string(8, '\xff') + "{}") ==
          "the header should have 18446744073709551615 bytes but only 2 follow");
    CHECK(of("") == "the header is not a JSON object");
    CHECK(of("[]") == "the header is not a JSON object");
    CHECK(of("  ") == "the header is not a JSON object");
    CHECK(of("\xef\xbb\xbf{}") == "the header is not a JSON object");
    CHECK(of("{") == "the header is not JSON");
    CHECK(of("{} x") == "the header is not JSON");
    CHECK(of(std::string("{}\0x", 4)) == "the header is not JSON");
    CHECK(of("{\"\xff\":0}") == "the header is not JSON");
    CHECK(of(R"({"x":)") == "the header is not JSON");
    CHECK(of(R"({"x":1e999})") == "the header is not JSON");
    CHECK(of(R"({"__metadata__":[]})") == "__metadata__ is not an object");
    CHECK(of(R"({"__metadata__":{"step":1}})") == "__metadata__ has a value that is not text");
    CHECK(of(R"({"__metadata__":{"a":"1","a":"2"}})") == R"(the header has "a" twice)");
    CHECK(of(R"({"x":1,"x":1})") == R"(the header has "x" twice)");
    CHECK(of(R"({"x\n":1})") == R"(tensor "x\n" is not described by an object)");
    CHECK(of(R"({"x":{"shape":[],"data_offsets":[0,4]}})", 4) == R"(tensor "x" has no dtype)");
    CHECK(of(R"({"x":{"dtype":"F32","data_offsets":[0,4]}})", 4) == R"(tensor "x" has no shape)");
    CHECK(of(R"({"x":{"dtype":"F32","shape":[]}})", 4) == R"(tensor "x" has no data_offsets)");
    CHECK(of(header_of("1", "[]", "[0,4]"), 4) == R"(tensor "x" has a dtype that is not text)");
    CHECK(of(header_of(R"("BF16")", "[]", "[0,2]"), 2) ==
          R"(tensor "x" has dtype "BF16" but only F32 and F64 can be read)");

    for (const char* shape :
         {"3", "[-1]", "[1.0]", "[\"1\"]", "[[1]]", "[null]", "{}", "[99999999999999999999]"})
        CHECK(of(header_of(R"("F32")", shape, "[0,4]"), 4) ==
              R"(the shape of tensor "x" is not a list of whole numbers)");
    for (const char* shape : {"[4294967296,4294967296]", "[18446744073709551615]",
                              "[0,4294967296,4294967296]", "[4611686018427387905]"})
        CHECK(of(header_of(R"("F32")", shape, "[0,4]"), 4) ==
              R"(the shape of tensor "x" overflows)");

    for (const char* offsets : {"4", "[0,-4]", "[0.0,4.0]", "null"})
        CHECK(of(header_of(R"("F32")", "[1]", offsets), 4) ==
              R"(data_offsets of tensor "x" is not a list of whole numbers)");
    for (const char* offsets : {"[]", "[4]", "[0,4,4]"})
        CHECK(of(header_of(R"("F32")", "[1]", offsets), 4) ==
              R"(data_offsets of tensor "x" are not two)");
    for (const char* offsets : {"[0,3]", "[0,8]", "[4,0]", "[0,0]", "[18446744073709551612,0]"})
        CHECK(of(header_of(R"("F32")", "[1]", offsets), 8)
                  .find(R"(tensor "x" of shape (1,) needs 4 bytes but its data_offsets are )") ==
              0);
    CHECK(of(header_of(R"("F32")", "[1]", "[4,8]"), 8) ==
          R"(the data of tensor "x" leave a gap before them)");
    CHECK(of(header_of(R"("F32")", "[1]", "[0,4]"), 3) ==
          "the tensors need 4 bytes of data but there are 3");
    CHECK(of(header_of(R"("F32")", "[1]", "[0,4]"), 5) ==
          "the tensors need 4 bytes of data but there are 5");
    CHECK(of("{}", 1) == "the tensors need 0 bytes of data but there are 1");
}

TEST_CASE("arrays that overlap, leave a hole or lie inside each other are refused") {
    const TemporaryFolder folder;
    const auto two = [&](const char* shape, const char* first, const char* second) {
        const std::string start = R"(":{"dtype":"F32","shape":)";
        return refusal(
            folder, file_of(R"({"a)" + start + "[2]" + R"(,"data_offsets":)" + first + R"(},"b)" +
                                start + shape + R"(,"data_offsets":)" + second + "}}",
                            16));
    };
    CHECK(two("[2]", "[0,8]", "[8,16]") == "");
    CHECK(two("[2]", "[8,16]", "[0,8]") == "");
    CHECK(two("[2]", "[0,8]", "[4,12]") == R"(the data of tensor "b" overlap others)");
    CHECK(two("[2]", "[0,8]", "[0,8]") == R"(the data of tensor "b" overlap others)");
    CHECK(two("[1]", "[0,8]", "[12,16]") == R"(the data of tensor "b" leave a gap before them)");
    CHECK(two("[0]", "[0,8]", "[4,4]") == R"(the data of tensor "b" overlap others)");
    CHECK(two("[2]", "[0,8]", "[16,24]") == R"(the data of tensor "b" leave a gap before them)");
}

TEST_CASE("a header longer than 100 MB is refused unread") {
    const TemporaryFolder folder;
    const auto path = folder / "huge";
    put_bytes(path, std::string("\x01\xe1\xf5\x05\0\0\0\0{", 9));  // 100 000 001
    std::filesystem::resize_file(path, 8 + 100'000'001);           // sparse: no disk is used
    CHECK_THROWS_WITH_AS(read_safetensors(path), doctest::Contains("longer than 100 MB"), Error);
}

TEST_CASE("a file cut off anywhere is refused") {
    const TemporaryFolder folder;
    write_safetensors(folder / "whole", known_tensors());
    const std::string whole = bytes_of(folder / "whole");
    for (std::size_t length = 0; length < whole.size(); ++length)
        REQUIRE(refusal(folder, whole.substr(0, length)) != "");
    REQUIRE(refusal(folder, whole) == "");
}

TEST_CASE("whatever one byte of the header becomes, the file is refused or its numbers are right") {
    const TemporaryFolder folder;
    const auto path = folder / "model.safetensors";
    Tensors tensors;
    tensors.arrays["w"] = {{1, 2, 3}, {4, 5, 6}};
    tensors.arrays["b"] = {7};
    tensors.metadata["n"] = "8";
    write_safetensors(path, tensors);
    const std::string whole = bytes_of(path);
    const std::size_t data = 7 * sizeof(Real);
    const std::multiset<std::string> expected{bits(tensors.arrays["w"]), bits(tensors.arrays["b"])};

    std::set<char> values;  // each bit alone, and every character that means something in JSON
    for (const char character : std::string("{}[],:\"\\ -+.0123456789eEtfn\n\x7f\xff"))
        values.insert(character);
    values.insert('\0');
    for (std::size_t place = 0; place < whole.size() - data; ++place) {
        std::set<char> replacements = values;
        for (int bit = 0; bit < 8; ++bit)
            replacements.insert(static_cast<char>(whole[place] ^ (1 << bit)));
        for (const char value : replacements) {
            std::string bytes = whole;
            bytes[place] = value;
            if (refusal(folder, bytes) != "") continue;
            std::multiset<std::string> found;
            for (const auto& [name, array] : read_safetensors(path).arrays)
                found.insert(bits(array));
            CAPTURE(place);
            CAPTURE(value);
            REQUIRE(found == expected);
        }
    }
}
