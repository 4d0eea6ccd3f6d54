// Everything that reads a file or text from strangers, as libFuzzer calls it: READER in the environment says
// which. What it may do with damaged bytes is throw Error, in one line that names the file, or read them.
// What it has read it must be able to write and to read again as the same. All else ends the program, and
// what it was given then is kept: see run.py.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "nn/data/idx.hpp"
#include "nn/data/pictures.hpp"
#include "nn/data/table.hpp"
#include "nn/data/tunes.hpp"
#include "nn/data/words.hpp"
#include "nn/io/history.hpp"
#include "nn/io/midi.hpp"
#include "nn/io/png.hpp"
#include "nn/io/safetensors.hpp"
#include "nn/layers/linear.hpp"
#include "nn/train/checkpoint.hpp"
#include "tutorials/support/flags.hpp"
#include "tutorials/support/results.hpp"

namespace {

namespace fs = std::filesystem;

void expect(bool condition, const std::string& complaint) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", complaint.c_str());
    std::abort();
}

/// A file in memory whose bytes change from call to call.
class File {
    const int descriptor_ = ::memfd_create("input", 0);

  public:
    const fs::path path = "/proc/self/fd/" + std::to_string(descriptor_);

    void hold(std::string_view bytes) {
        expect(::ftruncate(descriptor_, 0) == 0 &&
                   ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()),
               "cannot write into memory");
    }
};

/// A folder of this process alone, that goes with it.
class Folder {
  public:
    const fs::path path =
        fs::temp_directory_path() / ("tapestry_fuzz." + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
};

fs::path scratch(const char* name) {
    static const Folder folder;
    return folder.path / name;
}

bool same(const autograd::Array& a, const autograd::Array& b) {
    return a.shape() == b.shape() &&
           std::memcmp(a.data(), b.data(), a.size() * sizeof *a.data()) == 0;
}

void read_tensors(const fs::path& path) {
    const nn::Tensors tensors = nn::read_safetensors(path);
    nn::write_safetensors(scratch("again"), tensors);
    const nn::Tensors again = nn::read_safetensors(scratch("again"));
    expect(again.metadata == tensors.metadata, "other notes");
    expect(std::ranges::equal(again.arrays, tensors.arrays,
                              [](const auto& a, const auto& b) {
                                  return a.first == b.first && same(a.second, b.second);
                              }),
           "other arrays");
}

void read_history(const fs::path& path) {
    const nn::History history = nn::read_history(path);
    nn::write_history(scratch("again"), history);
    const nn::History again = nn::read_history(scratch("again"));
    expect(again.names == history.names && again.rows.size() == history.rows.size(),
           "another history");
}

void read_table(const fs::path& path) {
    const nn::Table table = nn::read_table(path);
    nn::write_table(scratch("again.csv"), table);
    nn::TableOptions options;
    options.header = true;
    const nn::Table again = nn::read_table(scratch("again.csv"), options);
    expect(again.columns == table.columns && again.cells.size() == table.cells.size(),
           "another table");
}

/// What is refused has changed nothing.
void read_checkpoint(const fs::path& path) {
    nn::Random random{3};
    nn::Linear layer{2, 1, random};
    nn::Adam adam{layer, {}};
    nn::Learner learner{nn::state(layer), adam, random};
    nn::TrainingState state;
    const autograd::Array before = layer.weight.value;
    nn::is_own_checkpoint(path);
    try {
        nn::load_checkpoint(path, learner, state, {{"batch", "2"}});
    } catch (const autograd::Error&) {
        expect(same(before, layer.weight.value) && state.epoch == 0 && adam.steps() == 0,
               "a refused checkpoint has changed something");
        throw;
    }
    nn::save_checkpoint(scratch("checkpoint"), learner, state, {{"batch", "2"}});
    nn::load_checkpoint(scratch("checkpoint"), learner, state, {{"batch", "2"}});
}

/// The bytes as one of eight pictures in a folder.
void read_folder(const fs::path& path) {
    static const fs::path folder = [&] {
        const fs::path made = scratch("folder");
        fs::create_directories(made);
        autograd::Array grey({3, 5}, autograd::Real{0});
        for (const char* name : {"b.png", "c.png", "d.png", "e.png", "f.png", "g.png", "h.png"})
            nn::write_png(made / name, grey);
        fs::create_symlink(path, made / "a.png");
        return made;
    }();
    const nn::TrainTest data = nn::read_pictures(folder);
    expect(data.train.size() + data.test.size() == 8, "another number of pictures");
}

void read_results(const fs::path& path) {
    std::ofstream(scratch("results.json"), std::ios::binary) << std::ifstream(path).rdbuf();
    tutorials::Results results{.tutorial = "t", .data = "d"};
    results.add("loss", 1);
    tutorials::write_results(scratch("results.json"), results, true);
}

/// A word of the command line on each line. It makes a folder, which is to be here.
void read_flags(const fs::path& path) {
    std::ifstream file(path);
    std::vector<std::string> words{"program"};
    for (std::string line; std::getline(file, line, '\n');)
        words.push_back(line.substr(0, line.find('\0')));
    words.insert(words.end(), {"--out", scratch("out").string()});
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    double beta = 1;
    std::size_t latent = 2;
    tutorials::parse(int(pointers.size()), pointers.data(),
                     {.name = "fuzz",
                      .title = "Fuzzed",
                      .options = {{"--beta", &beta, "weight"}, {"--latent", &latent, "size"}}});
}

struct Reader {
    const char* name;
    void (*read)(const fs::path&);
    bool names_file = true;
};

const Reader readers[] = {
    {"idx", [](const fs::path& path) { nn::read_idx(path, 3); }},
    {"labels", [](const fs::path& path) { nn::read_idx(path, 1); }},
    {"safetensors", read_tensors},
    {"checkpoint", read_checkpoint, false},
    {"history", read_history},
    {"png", [](const fs::path& path) { nn::read_png(path); }},
    {"folder", read_folder, false},
    {"table", read_table},
    {"midi", [](const fs::path& path) { nn::read_midi(path); }},
    {"tunes", [](const fs::path& path) { nn::read_tunes(path); }},
    {"words", [](const fs::path& path) { nn::read_words(path); }},
    {"results", read_results, false},
    {"flags", read_flags, false},
};

const Reader& chosen() {
    const char* name = std::getenv("READER");
    for (const Reader& reader : readers)
        if (name != nullptr && std::strcmp(name, reader.name) == 0) return reader;
    std::fprintf(stderr, "[fuzz] expected READER to be one of");
    for (const Reader& reader : readers) std::fprintf(stderr, " %s", reader.name);
    std::fprintf(stderr, ", got %s\n", name != nullptr ? name : "nothing");
    std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Reader& reader = chosen();
    static File file;
    std::cout.rdbuf(nullptr);  // --help, and what a folder says of its pictures
    std::cerr.rdbuf(nullptr);
    file.hold({reinterpret_cast<const char*>(data), size});
    try {
        reader.read(file.path);
    } catch (const autograd::Error& error) {
        const std::string message = error.what();
        expect(message.find('\n') == std::string::npos, "more than one line: " + message);
        expect(!reader.names_file || message.find(file.path.string()) != std::string::npos,
               "does not name the file: " + message);
    }
    return 0;
}
