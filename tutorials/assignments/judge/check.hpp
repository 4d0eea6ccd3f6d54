/// @file
/// Checks: a request, the right answer, and what to say of a wrong one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tutorials/assignments/judge/cell.hpp"
#include "tutorials/assignments/judge/oracle.hpp"

namespace judge {

/// What came of a check. All words are for the student.
struct Verdict {
    bool passed = false;
    std::string what;                ///< the array that is looked at: "gradient of b, (3, 1)"
    std::string at, expected, came;  ///< the worst entry and its two numbers
    std::string trouble;             ///< what went wrong if there is no such number
    std::string cause;               ///< what that often comes from
};

/// One probe to be asked, and the random numbers of one check.
class Examiner {
  public:
    Examiner(std::string program, const std::string& seed, const Limits& limits)
        : random(seed), program_(std::move(program)), limits_(limits) {}

    Random random;

    /// The same with so many seconds for each request.
    Examiner within(double seconds) const {
        Examiner out = *this;
        out.limits_.seconds = seconds;
        return out;
    }

    /// A fresh probe's arrays for an operation, or why there are none.
    struct Reply {
        std::vector<frame::Numbers> arrays;
        std::string trouble;
    };
    Reply ask(const std::string& operation, const std::vector<Tensor>& arrays) const;

  private:
    std::string program_;
    Limits limits_;
};

/// A cause, and what it would have given.
template <class What>
using Mistakes = std::vector<std::pair<std::string, What>>;

/// An array that is expected, and under which circumstances another one would have come.
struct Expected {
    std::string name;
    Tensor array;
    Mistakes<std::function<Tensor()>> mistakes{};
    Shape summed{};        ///< extents over which one might have averaged
    std::string advice{};  ///< what to say of any other array
};

/// Compares the arrays of an answer with what is expected at these places.
Verdict compare(const Examiner::Reply& reply, const std::map<std::size_t, Expected>& expected);

/// A function of the student's and the same in plain loops.
struct Subject {
    std::string operation;
    Function function;
    std::vector<std::string> names;  ///< of its inputs
    std::size_t entries = 1;         ///< that it takes on the tape; 0 if that is free
    Mistakes<Function> mistakes{};  ///< wrong functions, whose values and gradients are known again
};

/// The value at these inputs. The operation's name for that ends with `_value`.
Verdict check_value(const Examiner& examiner, const Subject& subject,
                    const std::vector<Tensor>& inputs);

/// Value and gradients at these inputs; only the gradients of those listed are looked at, all if none.
Verdict check_gradients(const Examiner& examiner, const Subject& subject,
                        const std::vector<Tensor>& inputs, const Tensor& cotangent,
                        const std::vector<std::size_t>& looked_at = {});

/// The checks of one assignment, by name, in its own checks.cpp. `drawn` names the member of a family
/// that a term has.
using Check = std::function<Verdict(Examiner&)>;
std::map<std::string, Check> checks(const std::string& drawn);

}  // namespace judge
