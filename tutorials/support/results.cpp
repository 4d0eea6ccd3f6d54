#include "tutorials/support/results.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "autograd/error.hpp"
#include "nn/io/atomic_file.hpp"
#include "nn/io/decimal.hpp"

namespace tutorials {

using autograd::require;
using Json = nlohmann::ordered_json;

namespace {

Json to_json(double number) { return Json::parse(nn::decimal(number)); }

Json to_json(const std::vector<double>& numbers) {
    Json list = Json::array();
    for (const double number : numbers) list.push_back(to_json(number));
    return list;
}

/// As it will be written: JSON has no infinity.
bool is_finite(double number) { return std::isfinite(static_cast<float>(number)); }

void add_to(Results& all, const std::string& key, const Results::Value& value) {
    for (const auto& result : all.results)
        require(result.first != key, "[results] ", key, " is there already");
    all.results.emplace_back(key, value);
}

/// The numbers that a run of the same settings has left, or none.
Json earlier_numbers(const std::filesystem::path& path, const Json& now) {
    std::ifstream file(path);
    const Json before = Json::parse(file, nullptr, false);
    for (const char* setting : {"tutorial", "data", "seed", "epochs", "batch"})
        if (!before.is_object() || before.value(setting, Json{}) != now[setting])
            return Json::object();
    const Json numbers = before.value("results", Json{});
    return numbers.is_object() ? numbers : Json::object();
}

}  // namespace

void Results::add(const std::string& key, double number) {
    require(is_finite(number), "[results] ", key, " is not a finite number");
    add_to(*this, key, number);
}

void Results::add(const std::string& key, const std::vector<double>& numbers) {
    require(std::all_of(numbers.begin(), numbers.end(), is_finite), "[results] ", key,
            " has a number that is not finite");
    add_to(*this, key, numbers);
}

void write_results(const std::filesystem::path& path, const Results& results, bool adds) {
    Json json{{"tutorial", results.tutorial}, {"data", results.data},
              {"seed", results.seed},         {"epochs", results.epochs},
              {"batch", results.batch},       {"threads", results.threads},
              {"blas", results.blas}};
    Json numbers = adds ? earlier_numbers(path, json) : Json::object();
    for (const auto& [key, value] : results.results)
        numbers[key] = std::visit([](const auto& x) { return to_json(x); }, value);
    json["results"] = numbers;
    // A folder given as data may have a name that is not UTF-8: that is no reason to lose a run.
    nn::write_atomically(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace tutorials
