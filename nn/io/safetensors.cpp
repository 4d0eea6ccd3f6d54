#include "nn/io/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "nn/io/atomic_file.hpp"

namespace nn {

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::require;
using autograd::Shape;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

namespace {

constexpr auto metadata_key = "__metadata__";
constexpr std::uint64_t length_bytes = 8;
constexpr std::uint64_t longest_header = 100'000'000;

// --- writing -------------------------------------------------------------------------------------

json header_of(const Tensors& tensors) {
    json header = json::object();
    if (!tensors.metadata.empty()) header[metadata_key] = tensors.metadata;
    std::size_t begin = 0;
    for (const auto& [name, array] : tensors.arrays) {
        require(name != metadata_key, "an array may not be called ", name);
        const std::size_t end = begin + array.size() * sizeof(Real);
        header[name] = {
            {"dtype", sizeof(Real) == 4 ? "F32" : "F64"},
            {"shape", std::vector<std::size_t>(array.shape().begin(), array.shape().end())},
            {"data_offsets", {begin, end}}};
        begin = end;
    }
    return header;
}

std::string encode(const Tensors& tensors) try {
    std::string header = header_of(tensors).dump();
    header.resize((header.size() + 7) / 8 * 8, ' ');  // the numbers then start at a multiple of 8

    const std::uint64_t length = header.size();
    std::string bytes(reinterpret_cast<const char*>(&length), length_bytes);
    bytes += header;
    for (const auto& [name, array] : tensors.arrays)
        bytes.append(reinterpret_cast<const char*>(array.data()), array.size() * sizeof(Real));
    return bytes;
} catch (const json::exception&) {
    throw Error("a name or note is not UTF-8");
}

// --- reading -------------------------------------------------------------------------------------

/// The JSON library keeps the last of two equal names; which one is meant cannot be known.
json parse_without_duplicates(std::string_view header) {
    std::vector<std::set<std::string>> names;  // of each object that is open
    const auto check = [&](int, json::parse_event_t event, const json& value) {
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key)
            require(names.back().insert(value.get<std::string>()).second, "the header has ",
                    value.dump(), " twice");
        return true;
    };
    try {
        return json::parse(header, check);
    } catch (const json::exception&) {
        throw Error("the header is not JSON");
    }
}

struct Parts {
    std::string_view header;
    std::string_view data;
};

Parts split(std::string_view bytes) {
    require(bytes.size() >= length_bytes, "too short for a safetensors file: ", bytes.size(),
            " bytes");
    std::uint64_t length;
    std::memcpy(&length, bytes.data(), length_bytes);
    bytes.remove_prefix(length_bytes);
    require(length <= bytes.size(), "the header should have ", length, " bytes but only ",
            bytes.size(), " follow");
    require(length <= longest_header, "a header of ", length, " bytes is longer than 100 MB");
    return {bytes.substr(0, length), bytes.substr(length)};
}

json parse(std::string_view header) {
    // The JSON library would also skip a byte order mark.
    const std::size_t first = header.find_first_not_of(" \t\r\n");
    require(first != header.npos && header[first] == '{', "the header is not a JSON object");
    // The JSON library would take a zero byte for the end and ignore what follows.
    require(header.find('\0') == header.npos, "the header is not JSON");
    return parse_without_duplicates(header);
}

std::map<std::string, std::string> metadata_in(const json& notes) {
    if (notes.is_null()) return {};  // as the format's own reader takes it
    require(notes.is_object(), "__metadata__ is not an object");
    for (const auto& note : notes.items())
        require(note.value().is_string(), "__metadata__ has a value that is not text");
    return notes;
}

/// One array as the header describes it.
struct Entry {
    std::string name;
    Shape shape;
    std::size_t count = 0;    ///< how many numbers
    std::size_t item = 0;     ///< bytes of one number
    std::uint64_t begin = 0;  ///< the first byte of its data
    std::uint64_t end = 0;    ///< one past the last
};

std::size_t bytes_per_number(const std::string& type, const std::string& tensor) {
    require(type == "F32" || type == "F64", tensor, " has dtype ", json(type).dump(),
            " but only F32 and F64 can be read");
    return type == "F32" ? 4 : 8;
}

std::vector<std::uint64_t> whole_numbers(const json& list, const std::string& what) {
    const auto is_whole = [](const json& number) { return number.is_number_unsigned(); };
    require(list.is_array() && std::all_of(list.begin(), list.end(), is_whole), what,
            " is not a list of whole numbers");
    return list;
}

Entry entry_of(const std::string& name, const json& fields) {
    const std::string tensor = "tensor " + json(name).dump();  // quoted, on one line
    require(fields.is_object(), tensor, " is not described by an object");
    for (const char* key : {"dtype", "shape", "data_offsets"})
        require(fields.contains(key), tensor, " has no ", key);
    require(fields["dtype"].is_string(), tensor, " has a dtype that is not text");

    Entry entry;
    entry.name = name;
    entry.item = bytes_per_number(fields["dtype"], tensor);

    // Strides are signed products of extents: they too must not overflow when an extent is 0.
    std::uint64_t room = std::numeric_limits<std::int64_t>::max() / entry.item;
    entry.count = 1;
    for (const std::uint64_t extent : whole_numbers(fields["shape"], "the shape of " + tensor)) {
        room /= std::max<std::uint64_t>(extent, 1);
        require(room > 0, "the shape of ", tensor, " overflows");
        entry.shape.push_back(extent);
        entry.count *= extent;
    }

    const auto offsets = whole_numbers(fields["data_offsets"], "data_offsets of " + tensor);
    require(offsets.size() == 2, "data_offsets of ", tensor, " are not two");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    require(entry.begin <= entry.end && entry.end - entry.begin == entry.count * entry.item, tensor,
            " of shape ", entry.shape, " needs ", entry.count * entry.item,
            " bytes but its data_offsets are ", entry.begin, " and ", entry.end);
    return entry;
}

/// Throws unless the entries, in the order of their data, fill `size` bytes end to end.
void require_gapless(std::vector<Entry> entries, std::uint64_t size) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t filled = 0;
    for (const Entry& entry : entries) {
        require(entry.begin == filled, "the data of tensor ", json(entry.name).dump(),
                entry.begin < filled ? " overlap others" : " leave a gap before them");
        filled = entry.end;
    }
    require(filled == size, "the tensors need ", filled, " bytes of data but there are ", size);
}

template <class Stored>
void copy_numbers(const char* from, Array& to) {
    for (Real& number : to.storage()) {
        Stored stored;
        std::memcpy(&stored, from, sizeof stored);
        number = static_cast<Real>(stored);
        from += sizeof stored;
    }
}

Tensors decode(std::string_view bytes) {
    const Parts parts = split(bytes);
    json header = parse(parts.header);

    Tensors tensors;
    if (header.contains(metadata_key)) {
        tensors.metadata = metadata_in(header[metadata_key]);
        header.erase(metadata_key);
    }
    std::vector<Entry> entries;
    for (const auto& [name, fields] : header.items()) entries.push_back(entry_of(name, fields));
    require_gapless(entries, parts.data.size());

    for (const Entry& entry : entries) {
        auto array = Array::from_shape(entry.shape);
        const char* from = parts.data.data() + entry.begin;
        entry.item == 4 ? copy_numbers<float>(from, array) : copy_numbers<double>(from, array);
        tensors.arrays.emplace(entry.name, std::move(array));
    }
    return tensors;
}

}  // namespace

std::string as_utf8(const std::string& text) {
    const auto replace = json::error_handler_t::replace;
    return json::parse(json(text).dump(-1, ' ', false, replace)).get<std::string>();
}

void write_safetensors(const std::filesystem::path& path, const Tensors& tensors) {
    std::string bytes;
    try {
        bytes = encode(tensors);
    } catch (const Error& error) {
        throw Error("[write_safetensors] " + path.string() + ": " + error.what());
    }
    write_atomically(path, bytes);
}

Tensors read_safetensors(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    try {
        return decode(bytes);
    } catch (const Error& error) {
        throw Error("[read_safetensors] " + path.string() + ": " + error.what());
    }
}

}  // namespace nn
