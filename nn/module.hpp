/// @file
/// What a module is, and everything that follows from it: listing, counting, saving and loading
/// parameters.
///
/// A module is any struct with a call operator and one function that names its parts:
/// @code
/// struct Linear {
///     Parameter weight, bias;
///     Variable operator()(Variable x) const;
///     void visit(auto&& see) { see("weight", weight); see("bias", bias); }
/// };
/// @endcode
/// A part is a parameter, another module, or a std::vector of parts.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace nn {

using autograd::Array;
using autograd::Indices;
using autograd::NamedParameter;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;

/// A struct that names its parts.
template <class Part>
concept NamesParts = requires(Part part) {
    part.visit([](const char*, auto&) {});
};

/// A part that hides what it holds and lists its parameters itself, such as Layer.
template <class Part>
concept ListsParameters = requires(Part part, std::vector<NamedParameter> out) {
    part.collect(std::string(), out);
};

/// What has parameters inside, or at least could have.
template <class Part>
concept Module = NamesParts<Part> || ListsParameters<Part>;

/// Appends the parameters of a part, `path` being the name that leads to it.
template <class Part>
void collect(Part& part, const std::string& path, std::vector<NamedParameter>& out) {
    const std::string prefix = path.empty() ? "" : path + ".";
    if constexpr (std::is_same_v<Part, Parameter>)
        out.push_back({path, &part});
    else if constexpr (ListsParameters<Part>)
        part.collect(path, out);
    else if constexpr (requires { part.begin(); })
        for (std::size_t i = 0; i < part.size(); ++i)
            collect(part[i], prefix + std::to_string(i), out);
    else
        part.visit([&](const char* name, auto& inner) { collect(inner, prefix + name, out); });
}

/// The parameters of a module with the paths that lead to them, such as `encoder.0.weight`. Valid as
/// long as the module is neither moved nor changed in structure.
template <class Part>
std::vector<NamedParameter> parameters(Part& module) {
    std::vector<NamedParameter> out;
    collect(module, "", out);
    return out;
}

/// How many numbers the parameters hold.
std::size_t parameter_count(const std::vector<NamedParameter>& parameters);

/// A table of names, shapes and sizes, with the total.
void print_parameters(std::ostream& out, const std::vector<NamedParameter>& parameters);

/// Writes the parameters as safetensors; see write_safetensors.
void save(const std::filesystem::path& path, const std::vector<NamedParameter>& parameters);

/// Reads what `save` wrote. Throws, naming the file and the first difference, unless it holds just
/// these names and shapes; nothing is changed then.
void load(const std::filesystem::path& path, const std::vector<NamedParameter>& parameters);

}  // namespace nn
