#include "nn/data/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "nn/io/png.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;
using autograd::Real;

constexpr std::size_t most_files = 1'000'000;
constexpr std::size_t most_numbers = std::size_t{1} << 30;  // 4 GiB in single precision
constexpr std::size_t one_in = 6;                           // images of a class is for the test

template <class... Parts>
void check(bool condition, const fs::path& path, const Parts&... parts) {
    autograd::require(condition, "[load_data] ", path.string(), ": ", parts...);
}

// --- which images there are ----------------------------------------------------------------------

bool is_folder(const fs::path& path) {
    std::error_code failure;  // counts as no
    return fs::is_directory(path, failure);
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// The images in a folder and below.
struct Found {
    std::vector<std::string> names;        ///< in the folder: `a.png`, `cats/b.png`
    std::size_t files = 0;                 ///< of any kind
    std::vector<std::string> strangers{};  ///< pictures of other formats
};

/// `inside` is where we are, and `above` the folders on the way to it.
void look(const fs::path& folder, const fs::path& inside, std::vector<fs::path> above,
          Found& found) {
    const fs::path here = inside.empty() ? folder : folder / inside;
    std::error_code failure;
    const fs::path itself = fs::canonical(here, failure);
    check(!failure, here, failure.message());
    check(std::find(above.begin(), above.end(), itself) == above.end(), here,
          "is a link back to a folder that it is in");
    above.push_back(itself);
    fs::directory_iterator entry(here, failure);
    check(!failure, here, failure.message());
    while (entry != fs::directory_iterator{}) {
        const fs::path name = entry->path().filename();
        const std::string kind = lower_case(name.extension().string());
        if (!name.string().starts_with('.')) {
            check(++found.files <= most_files, folder, "has more than ", most_files, " files");
            if (is_folder(entry->path()))
                look(folder, inside / name, above, found);
            else if (kind == ".png")
                found.names.push_back((inside / name).string());
            else if (kind == ".jpg" || kind == ".jpeg" || kind == ".gif" || kind == ".webp")
                found.strangers.push_back((inside / name).string());
        }
        entry.increment(failure);
        check(!failure, here, failure.message());
    }
}

/// Their names in order. What else the user may have meant is said.
std::vector<std::string> find_images(const fs::path& folder) {
    Found found;
    look(folder, {}, {}, found);
    const auto stranger = std::min_element(found.strangers.begin(), found.strangers.end());
    const bool only_png = stranger == found.strangers.end();
    check(!found.names.empty(), folder, "has no PNG images",
          only_png ? "" : ", but others, such as " + *stranger);
    if (!only_png)
        std::cerr << "Only PNG images are read: " << found.strangers.size() << " others, such as "
                  << (folder / *stranger).string() << ", are left out.\n";
    std::sort(found.names.begin(), found.names.end());
    return found.names;
}

/// Images with their labels.
struct Listing {
    std::vector<fs::path> files{};
    Indices labels{};
    std::vector<std::string> classes{};
};

bool is_in_folder(const std::string& file) { return file.find('/') != file.npos; }

/// In the order of their names. `name` is that of the class if there is only one.
Listing list(const fs::path& folder, const std::string& name) {
    const std::vector<std::string> files = find_images(folder);
    const auto in = std::find_if(files.begin(), files.end(), is_in_folder);
    const auto beside = std::find_if_not(files.begin(), files.end(), is_in_folder);
    const bool labelled = in != files.end();
    if (labelled && beside != files.end())
        check(false, folder, "has images both beside its folders (", *beside, ") and in them (",
              *in, ")");

    std::map<std::string, std::size_t> labels;
    const auto class_of = [&](const std::string& file) {
        return labelled ? file.substr(0, file.find('/')) : name;
    };
    for (const std::string& file : files) labels[class_of(file)] = 0;
    Listing listing;
    for (auto& [class_name, label] : labels) {
        label = listing.classes.size();
        listing.classes.push_back(class_name);
    }
    for (const std::string& file : files) {
        listing.files.push_back(folder / file);
        listing.labels.push_back(labels[class_of(file)]);
    }
    return listing;
}

// --- training and test ---------------------------------------------------------------------------

struct Parts {
    Listing train, test;
};

/// Labels as numbers of the classes of `like`.
void relabel(Listing& listing, const Listing& like, const fs::path& folder) {
    for (std::size_t& label : listing.labels) {
        const std::string& name = listing.classes[label];
        const auto found = std::lower_bound(like.classes.begin(), like.classes.end(), name);
        check(found != like.classes.end() && *found == name, folder,
              "expected the classes of the training part, got ", name);
        label = static_cast<std::size_t>(found - like.classes.begin());
    }
    listing.classes = like.classes;
}

Parts split(const Listing& all) {
    Parts parts;
    parts.train.classes = parts.test.classes = all.classes;
    std::vector<std::size_t> seen(all.classes.size());
    for (std::size_t i = 0; i < all.files.size(); ++i) {
        const std::size_t label = all.labels[i];
        Listing& part = ++seen[label] % one_in == 0 ? parts.test : parts.train;
        part.files.push_back(all.files[i]);
        part.labels.push_back(label);
    }
    return parts;
}

Parts find_parts(const fs::path& folder, const std::string& name) {
    const fs::path train = folder / "train", test = folder / "test";
    if (is_folder(train) && is_folder(test)) {
        Parts parts{list(train, name), list(test, name)};
        relabel(parts.test, parts.train, test);
        return parts;
    }
    const Listing all = list(folder, name);
    for (const auto& [half, other] : {std::pair("train", "test"), {"test", "train"}})
        check(all.classes != std::vector<std::string>{half}, folder, "has a folder ", half,
              ", but no folder ", other);
    Parts parts = split(all);
    check(!parts.test.files.empty(), folder, "has ", all.files.size(),
          " images, expected at least ", one_in, " of some class, one of them for the test");
    return parts;
}

Listing shuffled(const Listing& listing) {
    constexpr std::uint64_t seed = 6;
    Listing out{.classes = listing.classes};
    for (const std::size_t i : Random{seed}.permutation(listing.files.size())) {
        out.files.push_back(listing.files[i]);
        out.labels.push_back(listing.labels[i]);
    }
    return out;
}

// --- one size ------------------------------------------------------------------------------------

bool is_coloured(const Bitmap& picture) {
    const auto& bytes = picture.bytes;
    for (std::size_t i = 0; picture.shape[2] == 3 && i < bytes.size(); i += 3)
        if (bytes[i] != bytes[i + 1] || bytes[i] != bytes[i + 2]) return true;
    return false;
}

/// What the images of a folder have in common, and how they differ.
struct Survey {
    Shape least{}, most{};  ///< (H, W)
    fs::path smallest{};    ///< the one with the fewest pixels, (H, W) and which
    Shape its_size{};
    bool coloured = false;

    void add(const fs::path& file) {
        const Shape shape = png_shape(file);
        const Shape size{shape[0], shape[1]};
        if (least.empty()) least = most = size;
        if (its_size.empty() || size[0] * size[1] < its_size[0] * its_size[1]) {
            its_size = size;
            smallest = file;
        }
        for (std::size_t axis = 0; axis < 2; ++axis) {
            least[axis] = std::min(least[axis], size[axis]);
            most[axis] = std::max(most[axis], size[axis]);
        }
        // Files of grey pixels are often of a kind that could hold colours: one look inside tells.
        coloured = coloured || (shape[2] == 3 && is_coloured(read_png(file)));
    }
};

void say_change(const Survey& survey, const Shape& item, const std::string& name) {
    const auto& [least, most, smallest, its_size, coloured] = survey;
    const auto size = [](const Shape& shape) {
        return std::to_string(shape[0]) + " × " + std::to_string(shape[1]);
    };
    const std::string becomes = " become " + size(item);
    if (least != most)
        std::cerr << "Images of " << name << ", of up to " << size(most) << " pixels," << becomes
                  << ", cut around their middle: the smallest, " << smallest.string() << ", has "
                  << size(its_size) << ".\n";
    else if (size(item) != size(least))
        std::cerr << "Images of " << name << ", of " << size(least) << " pixels," << becomes
                  << ".\n";
}

/// (H, W, C) of what all become.
Shape item_of(const Survey& survey, std::size_t side, const std::string& name) {
    Shape item{survey.least[0], survey.least[1], survey.coloured ? 3u : 1u};
    const std::size_t longest = std::max(item[0], item[1]);
    for (std::size_t axis = 0; axis < 2 && longest > side; ++axis)
        item[axis] = std::max<std::size_t>((2 * item[axis] * side / longest + 1) / 2, 1);
    say_change(survey, item, name);
    return item;
}

/// Which pixels of a line become one, and how much of each.
struct Span {
    std::size_t first;
    std::vector<double> weights;  ///< which add up to 1
};

/// The middle of a line of `from` pixels as `to` new ones, each of `step` old ones.
std::vector<Span> spans(std::size_t from, std::size_t to, double step) {
    const double whole = static_cast<double>(from), taken = step * static_cast<double>(to);
    const double start = std::max(std::floor((whole - taken) / 2), 0.);
    std::vector<Span> out(to);
    for (std::size_t k = 0; k < to; ++k) {
        const double begin = start + step * static_cast<double>(k);
        const double end = std::min(begin + step, whole);
        out[k].first = static_cast<std::size_t>(begin);
        for (double pixel = std::floor(begin); pixel < end; ++pixel)
            out[k].weights.push_back((std::min(end, pixel + 1) - std::max(begin, pixel)) /
                                     (end - begin));
    }
    return out;
}

/// The picture as an image of the shape `item`, which is not larger.
void fit(const Bitmap& picture, const Shape& item, Real* image) {
    const std::size_t height = picture.shape[0], width = picture.shape[1],
                      channels = picture.shape[2];
    const auto ratio = [](std::size_t a, std::size_t b) {
        return static_cast<double>(a) / static_cast<double>(b);
    };
    const double step = std::min(ratio(height, item[0]), ratio(width, item[1]));
    const auto columns = spans(width, item[1], step);
    for (const Span& row : spans(height, item[0], step))
        for (const Span& column : columns)
            for (std::size_t c = 0; c < item[2]; ++c) {
                const std::uint8_t* const corner = picture.bytes.data() +
                                                   (row.first * width + column.first) * channels +
                                                   std::min(c, channels - 1);
                double mean = 0;
                for (std::size_t y = 0; y < row.weights.size(); ++y)
                    for (std::size_t x = 0; x < column.weights.size(); ++x)
                        mean +=
                            row.weights[y] * column.weights[x] * corner[(y * width + x) * channels];
                *image++ = static_cast<Real>(mean) / 255;
            }
}

Dataset read(const Listing& listing, std::size_t limit, const std::string& name,
             const Shape& item) {
    const std::size_t count = std::min(limit, listing.files.size());
    const std::size_t size = autograd::element_count(item);
    check(count == 0 || size <= most_numbers / count, name, "has ", count, " images of ", item,
          ", expected at most ", most_numbers, " numbers: make them smaller or fewer");
    Dataset data{.name = name,
                 .images = Array(Shape{count, size}),
                 .labels = {listing.labels.begin(),
                            listing.labels.begin() + static_cast<std::ptrdiff_t>(count)},
                 .item = item,
                 .classes = listing.classes.size(),
                 .class_names = listing.classes};
    for (std::size_t i = 0; i < count; ++i)
        fit(read_png(listing.files[i]), item, data.images.data() + i * size);
    return data;
}

Listing files_of(const fs::path& folder, const std::vector<std::string>& names) {
    Listing listing{.labels = Indices(names.size()), .classes = {"all"}};
    for (const std::string& name : names) listing.files.push_back(folder / name);
    return listing;
}

void require_fit(const fs::path& file, const Shape& item) {
    const Shape shape = png_shape(file);
    check(shape[0] >= item[0] && shape[1] >= item[1], file, "is ", shape[0], " × ", shape[1],
          " pixels, expected at least ", item[0], " × ", item[1]);
    check(item[2] == 3 || shape[2] == 1 || !is_coloured(read_png(file)), file,
          "is in colour, expected grey");
}

void write_into(const fs::path& folder, const NamedPictures& pictures) {
    Shape shape = pictures.item;
    if (shape[2] == 1) shape.pop_back();
    Array picture(shape);
    for (std::size_t i = 0; i < pictures.names.size(); ++i) {
        const fs::path file = folder / pictures.names[i];
        fs::create_directories(file.parent_path());
        std::copy_n(pictures.images.data() + i * picture.size(), picture.size(), picture.data());
        write_png(file, picture);
    }
}

}  // namespace

TrainTest read_pictures(const fs::path& folder, Limits limits) {
    std::error_code failure;
    const std::string name = fs::canonical(folder, failure).filename().string();
    check(!failure, folder, failure.message());
    const Parts parts = find_parts(folder, name);
    Survey survey;
    for (const Listing* part : {&parts.train, &parts.test})
        for (const fs::path& file : part->files) survey.add(file);
    const Shape item = item_of(survey, limits.side, name);
    return {read(shuffled(parts.train), limits.train, name, item),
            read(shuffled(parts.test), limits.test, name, item)};
}

NamedPictures read_named_pictures(const fs::path& folder, std::size_t side) {
    NamedPictures out{.names = find_images(folder), .images = {}, .item = {}};
    Survey survey;
    for (const std::string& name : out.names) survey.add(folder / name);
    const std::string name = folder.string();
    out.item = item_of(survey, side, name);
    out.images = read(files_of(folder, out.names), out.names.size(), name, out.item).images;
    return out;
}

NamedPictures read_named_pictures(const fs::path& folder, const Shape& item) {
    NamedPictures out{.names = find_images(folder), .images = {}, .item = item};
    for (const std::string& name : out.names) require_fit(folder / name, item);
    out.images = read(files_of(folder, out.names), out.names.size(), folder.string(), item).images;
    return out;
}

Array read_picture(const fs::path& file, const Shape& item) {
    require_fit(file, item);
    return read({{file}, {0}, {""}}, 1, file.string(), item).images;
}

void write_named_pictures(const fs::path& folder, const NamedPictures& pictures) {
    const std::string where = "[write_pictures] " + folder.string();
    const fs::path part = folder.string() + ".part";
    std::error_code failure;
    autograd::require(!fs::exists(folder) || fs::is_empty(folder, failure), where,
                      " is there already");
    autograd::require(!fs::exists(part), where,
                      ".part is there, of a run that was ended: remove it");
    try {
        write_into(part, pictures);
        fs::rename(part, folder);
    } catch (const fs::filesystem_error& error) {
        fs::remove_all(part, failure);
        throw autograd::Error(where + ": " + error.code().message());
    } catch (...) {
        fs::remove_all(part, failure);
        throw;
    }
}

}  // namespace nn
