#include "nn/module.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <map>
#include <set>

#include "nn/io/safetensors.hpp"

namespace nn {

using autograd::require;

void require_distinct(const char* operation, const Parts& parts) {
    std::map<const void*, std::string> names;
    std::set<std::string> used;
    const auto note = [&](const std::string& name, const void* part) {
        require(used.insert(name).second, "[", operation, "] two parts are called ", name);
        const auto [first, is_new] = names.emplace(part, name);
        require(is_new, "[", operation, "] ", first->second, " and ", name,
                " are the same part: a part is visited once, however often it is used");
    };
    for (const auto& [name, parameter, frozen] : parts.parameters) note(name, parameter);
    for (const auto& [name, array] : parts.buffers) note(name, array);
}

std::vector<NamedArray> arrays_of(const Parts& parts) {
    std::vector<NamedArray> out;
    for (const auto& [name, parameter, frozen] : parts.parameters)
        out.push_back({name, &parameter->value});
    out.insert(out.end(), parts.buffers.begin(), parts.buffers.end());
    return out;
}

std::size_t parameter_count(const std::vector<NamedParameter>& parameters) {
    std::size_t total = 0;
    for (const auto& [name, parameter, frozen] : parameters) total += parameter->value.size();
    return total;
}

void print_parameters(std::ostream& out, const std::vector<NamedParameter>& parameters) {
    std::size_t widest = 9;
    for (const NamedParameter& each : parameters) widest = std::max(widest, each.name.size());
    const auto row = [&](const std::string& name, const std::string& shape,
                         const std::string& size) {
        out << std::left << std::setw(static_cast<int>(widest) + 2) << name << std::setw(14)
            << shape << std::right << std::setw(10) << size;
    };
    row("parameter", "shape", "size");
    out << '\n';
    for (const auto& [name, parameter, frozen] : parameters) {
        row(name, autograd::text(parameter->value), std::to_string(parameter->value.size()));
        out << (frozen ? "  (frozen)\n" : "\n");
    }
    row("total", "", std::to_string(parameter_count(parameters)));
    out << '\n';
}

void save(const std::filesystem::path& path, const std::vector<NamedArray>& state) {
    require_distinct("save", {.parameters = {}, .buffers = state});
    Tensors tensors;
    for (const auto& [name, array] : state) tensors.arrays[name] = *array;
    write_safetensors(path, tensors);
}

void load(const std::filesystem::path& path, const std::vector<NamedArray>& state) {
    require_distinct("load", {.parameters = {}, .buffers = state});
    Tensors tensors = read_safetensors(path);
    const std::string file = path.string();
    std::set<std::string> wanted;
    for (const auto& [name, array] : state) {
        const auto found = tensors.arrays.find(name);
        require(found != tensors.arrays.end(), "[load] ", file, " has no ", name);
        require(found->second.shape() == array->shape(), "[load] ", name, " is ", found->second,
                " in ", file, " but ", *array, " in the model");
        for (const Real number : found->second.storage())
            require(std::isfinite(number), "[load] ", name, " has a number that is not finite, ",
                    double{number}, ", in ", file);
        wanted.insert(name);
    }
    for (const auto& [name, array] : tensors.arrays)
        require(wanted.contains(name), "[load] ", file, " holds ", name,
                ", which the model has not");
    for (const auto& [name, array] : state) *array = std::move(tensors.arrays.at(name));
}

}  // namespace nn
