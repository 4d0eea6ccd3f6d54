#include "nn/train/checkpoint.hpp"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>
#include <system_error>

#include "nn/io/safetensors.hpp"

namespace nn {

using autograd::require;

namespace {

// --- numbers as text that gives every bit back ----------------------------------------------------

std::string exact(double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::hex);
    return {digits, end.ptr};
}

std::string exact(std::uint64_t number) { return std::to_string(number); }

std::string joined(const std::vector<std::string>& parts) {
    std::string line;
    for (const auto& part : parts) {
        if (!line.empty()) line += ',';
        line += part;
    }
    return line;
}

std::string exact(const std::vector<double>& numbers) {
    std::vector<std::string> parts;
    for (const double number : numbers) parts.push_back(exact(number));
    return joined(parts);
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

/// What a checkpoint says besides its arrays.
class Notes {
  public:
    Notes(const std::filesystem::path& path, const std::map<std::string, std::string>& notes)
        : path_(path.string()), notes_(notes) {}

    const std::string& text(const std::string& name) const {
        const auto found = notes_.find(name);
        require(found != notes_.end(), "[resume] ", path_, " is no checkpoint: it has no ", name);
        return found->second;
    }

    std::uint64_t integer(const std::string& name) const {
        std::uint64_t number = 0;
        return parse(name, text(name), number);
    }

    double real(const std::string& name) const { return real(name, text(name)); }

    std::vector<double> reals(const std::string& name) const { return reals(name, text(name)); }

    History history() const {
        History history{split(text("history.names"), ','), {}};
        for (const auto& line : split(text("history.rows"), '\n')) {
            history.rows.push_back(reals("history.rows", line));
            require(history.rows.back().size() == history.names.size(), "[resume] ", path_,
                    " has a history with a row of ", history.rows.back().size(), " numbers below ",
                    history.names.size(), " names");
        }
        return history;
    }

  private:
    template <class Number, class... Format>
    Number parse(const std::string& name, const std::string& digits, Number& number,
                 Format... format) const {
        const char* const end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, number, format...);
        require(read.ec == std::errc{} && read.ptr == end, "[resume] ", path_, " has '", digits,
                "' as ", name, ", expected a number");
        return number;
    }
    double real(const std::string& name, const std::string& digits) const {
        double number = 0;
        return parse(name, digits, number, std::chars_format::hex);
    }
    std::vector<double> reals(const std::string& name, const std::string& line) const {
        std::vector<double> numbers;
        for (const auto& digits : split(line, ',')) numbers.push_back(real(name, digits));
        return numbers;
    }

    std::string path_;
    const std::map<std::string, std::string>& notes_;
};

// --- arrays ---------------------------------------------------------------------------------------

/// Every array of a run with its name in the file.
std::vector<NamedArray> arrays_of(const Learner& learner) {
    std::vector<NamedArray> arrays;
    for (const auto& [name, array] : learner.state) arrays.push_back({"model/" + name, array});
    for (const auto& [name, array] : learner.optimizer.state())
        arrays.push_back({"optimizer/" + name, array});
    require_distinct("checkpoint", {.parameters = {}, .buffers = arrays});
    return arrays;
}

void require_same_arrays(const std::vector<NamedArray>& wanted,
                         const std::map<std::string, Array>& found) {
    for (const auto& [name, array] : wanted) {
        const auto at = found.find(name);
        require(at != found.end(), "[resume] the checkpoint has no ", name);
        require(at->second.shape() == array->shape(), "[resume] ", name, " is ", at->second,
                " in the checkpoint but ", *array, " here");
        for (const Real number : at->second.storage())
            require(std::isfinite(number) || !name.starts_with("model/"), "[resume] ", name,
                    " has a number that is not finite, ", double{number}, ", in the checkpoint");
    }
    std::set<std::string> names;
    for (const auto& [name, array] : wanted) names.insert(name);
    for (const auto& [name, array] : found)
        require(names.contains(name), "[resume] the checkpoint has ", name, ", which is not here");
}

void require_same_conditions(const Conditions& conditions,
                             const std::map<std::string, std::string>& notes) {
    for (const auto& [name, wanted] : conditions) {
        const auto found = notes.find(as_utf8("with " + name));
        require(found == notes.end() || found->second == as_utf8(wanted),
                "[resume] the checkpoint was made with ", name, " ", found->second, ", not ",
                wanted);
    }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Learner& learner,
                     const TrainingState& state, const Conditions& conditions) {
    Tensors file;
    for (const auto& [name, array] : arrays_of(learner)) file.arrays[name] = *array;

    const Random::State now = learner.random.state();
    std::string rows;
    for (const auto& row : state.history.rows) rows += exact(row) + "\n";
    file.metadata = {
        {"epoch", exact(std::uint64_t{state.epoch})},
        {"step", exact(std::uint64_t{state.step})},
        {"random.seed", exact(now.seed)},
        {"random.counter", exact(now.counter)},
        {"epoch_start.seed", exact(state.epoch_start.seed)},
        {"epoch_start.counter", exact(state.epoch_start.counter)},
        {"optimizer.steps", exact(learner.optimizer.steps())},
        {"optimizer.learning_rate", exact(double{learner.optimizer.learning_rate()})},
        {"means.names", joined(state.means.names)},
        {"means.sums", exact(state.means.sums)},
        {"means.examples", exact(state.means.examples)},
        {"history.names", joined(state.history.names)},
        {"history.rows", rows},
        {"program", as_utf8(program_invocation_short_name)},
        {"file", as_utf8(path.filename().string())},
    };
    for (const auto& [name, value] : conditions)
        file.metadata[as_utf8("with " + name)] = as_utf8(value);
    write_safetensors(path, file);
}

bool is_own_checkpoint(const std::filesystem::path& path) try {
    const auto notes = read_safetensors(path).metadata;
    return notes.at("program") == as_utf8(program_invocation_short_name) &&
           notes.at("file") == as_utf8(path.filename().string());
} catch (const std::exception&) {
    return false;
}

void load_checkpoint(const std::filesystem::path& path, Learner& learner, TrainingState& state,
                     const Conditions& conditions) {
    Tensors file = read_safetensors(path);
    const Notes notes{path, file.metadata};
    const auto arrays = arrays_of(learner);
    require_same_conditions(conditions, file.metadata);
    require_same_arrays(arrays, file.arrays);

    TrainingState found;
    found.epoch = notes.integer("epoch");
    found.step = notes.integer("step");
    found.epoch_start = {notes.integer("epoch_start.seed"), notes.integer("epoch_start.counter")};
    found.means.names = split(notes.text("means.names"), ',');
    found.means.sums = notes.reals("means.sums");
    found.means.examples = notes.real("means.examples");
    found.history = notes.history();
    require(found.means.names.size() == found.means.sums.size(), "[resume] ", path.string(),
            " has ", found.means.sums.size(), " sums for ", found.means.names.size(), " metrics");
    const Random::State now{notes.integer("random.seed"), notes.integer("random.counter")};
    const std::uint64_t steps = notes.integer("optimizer.steps");
    const double learning_rate = notes.real("optimizer.learning_rate");

    // From here on nothing can fail.
    for (const auto& [name, array] : arrays) *array = std::move(file.arrays.at(name));
    learner.optimizer.continue_from(steps, static_cast<Real>(learning_rate));
    learner.random.restore(now);
    state = std::move(found);
}

}  // namespace nn
