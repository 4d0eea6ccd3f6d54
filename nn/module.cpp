#include "nn/module.hpp"

#include <algorithm>
#include <iomanip>
#include <set>

#include "nn/io/safetensors.hpp"

namespace nn {

std::size_t parameter_count(const std::vector<NamedParameter>& parameters) {
    std::size_t total = 0;
    for (const auto& [name, parameter] : parameters) total += parameter->value.size();
    return total;
}

void print_parameters(std::ostream& out, const std::vector<NamedParameter>& parameters) {
    std::size_t widest = 9;
    for (const auto& [name, parameter] : parameters) widest = std::max(widest, name.size());
    const auto row = [&](const std::string& name, const std::string& shape,
                         const std::string& size) {
        out << std::left << std::setw(static_cast<int>(widest) + 2) << name << std::setw(14)
            << shape << std::right << std::setw(10) << size << '\n';
    };
    row("parameter", "shape", "size");
    for (const auto& [name, parameter] : parameters)
        row(name, autograd::text(parameter->value), std::to_string(parameter->value.size()));
    row("total", "", std::to_string(parameter_count(parameters)));
}

void save(const std::filesystem::path& path, const std::vector<NamedParameter>& parameters) {
    Tensors tensors;
    for (const auto& [name, parameter] : parameters) tensors.arrays[name] = parameter->value;
    write_safetensors(path, tensors);
}

void load(const std::filesystem::path& path, const std::vector<NamedParameter>& parameters) {
    Tensors tensors = read_safetensors(path);
    const std::string file = path.string();
    std::set<std::string> wanted;
    for (const auto& [name, parameter] : parameters) {
        const auto found = tensors.arrays.find(name);
        autograd::require(found != tensors.arrays.end(), "[load] ", file, " has no ", name);
        autograd::require(found->second.shape() == parameter->value.shape(), "[load] ", name,
                          " is ", found->second, " in ", file, " but ", parameter->value,
                          " in the model");
        wanted.insert(name);
    }
    for (const auto& [name, array] : tensors.arrays)
        autograd::require(wanted.contains(name), "[load] ", file, " holds ", name,
                          ", which the model has not");
    for (const auto& [name, parameter] : parameters)
        parameter->value = std::move(tensors.arrays.at(name));
}

}  // namespace nn
