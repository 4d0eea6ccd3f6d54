/// @file
/// What a module is, and everything that follows from it: listing, counting, saving and loading
/// what it holds.
///
/// A module is any struct with a call operator and one function that names its parts:
/// @code
/// struct Linear {
///     Parameter weight, bias;
///     Variable operator()(Variable x) const;
///     void visit(auto&& see) { see("weight", weight); see("bias", bias); }
/// };
/// @endcode
/// A part is a parameter, another module, or a std::vector of parts. Two further kinds are saved and
/// loaded as well, but no optimizer moves them:
/// @code
/// see.frozen("judge", judge);   // parameters that are to stay as they are
/// see.buffer("mean", mean);     // an Array that is state and not learnt
/// @endcode
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
using autograd::Gradients;
using autograd::Indices;
using autograd::NamedParameter;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;

/// An array and the path that leads to it.
struct NamedArray {
    std::string name;
    Array* array;
};

/// What a module holds, in the order in which it names its parts.
struct Parts {
    std::vector<NamedParameter> parameters;  ///< learnt and frozen ones
    std::vector<NamedArray> buffers;
};

class Visitor;

/// A struct that names its parts.
template <class Part>
concept Module = requires(Part part, Visitor see) {
    part.visit(see);
};

/// What `visit` is given. Notes each part with the path that leads to it, such as `encoder.0.weight`.
class Visitor {
  public:
    explicit Visitor(Parts& found) : found_(found) {}

    /// A part that is learnt.
    template <class Part>
    void operator()(const std::string& name, Part& part) {
        Visitor(found_, path_.empty() ? name : path_ + "." + name, frozen_).enter(part);
    }
    /// A part that stays as it is, with all that is inside.
    template <class Part>
    void frozen(const std::string& name, Part& part) {
        Visitor(found_, path_, true)(name, part);
    }
    /// An array that is not learnt and belongs to the module's state.
    void buffer(const std::string& name, Array& array) {
        found_.buffers.push_back({path_.empty() ? name : path_ + "." + name, &array});
    }

    /// The part to which the path so far leads.
    template <class Part>
    void enter(Part& part) {
        if constexpr (std::is_same_v<Part, Parameter>) {
            found_.parameters.push_back({path_, &part, frozen_});
        } else if constexpr (Module<Part>) {
            part.visit(*this);
        } else {
            static_assert(!std::is_same_v<Part, Array>,
                          "an array that is not learnt is named with see.buffer()");
            static_assert(
                requires { part[0], part.size(); },
                "a part is a parameter, a module with visit(), or a vector of parts");
            for (std::size_t i = 0; i < part.size(); ++i) (*this)(std::to_string(i), part[i]);
        }
    }

  private:
    Visitor(Parts& found, std::string path, bool frozen)
        : found_(found), path_(std::move(path)), frozen_(frozen) {}

    Parts& found_;
    std::string path_;
    bool frozen_ = false;
};

/// Every array of the parts, buffers last.
std::vector<NamedArray> arrays_of(const Parts& parts);

/// Throws, naming the operation, if a name stands twice in the list, or a part under two names.
void require_distinct(const char* operation, const Parts& parts);

/// All that a module holds. Valid as long as the module is neither moved nor changed in structure.
/// Throws if a part is visited twice, or two parts have one name.
template <class Part>
Parts parts(Part& module) {
    Parts found;
    Visitor(found).enter(module);
    require_distinct("visit", found);
    return found;
}

/// The parameters, learnt and frozen.
template <class Part>
std::vector<NamedParameter> parameters(Part& module) {
    return parts(module).parameters;
}

/// Every array of a module: what is saved and loaded.
template <class Part>
std::vector<NamedArray> state(Part& module) {
    return arrays_of(parts(module));
}

/// How many numbers the parameters hold.
std::size_t parameter_count(const std::vector<NamedParameter>& parameters);

/// A table of names, shapes and sizes, with the total.
void print_parameters(std::ostream& out, const std::vector<NamedParameter>& parameters);

/// Writes the arrays as safetensors; see write_safetensors. Throws if two have one name. The module is
/// not const, because one function, visit(), serves reading and writing.
void save(const std::filesystem::path& path, const std::vector<NamedArray>& state);
template <Module M>
void save(const std::filesystem::path& path, M& module) {
    save(path, state(module));
}

/// Reads what `save` wrote. Throws, naming the file and the first difference, unless it holds just
/// these names and shapes, and finite numbers; nothing is changed then.
void load(const std::filesystem::path& path, const std::vector<NamedArray>& state);
template <Module M>
void load(const std::filesystem::path& path, M& module) {
    load(path, state(module));
}

}  // namespace nn
