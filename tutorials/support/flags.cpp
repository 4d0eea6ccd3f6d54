#include "tutorials/support/flags.hpp"

#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstring>
#include <iostream>
#include <system_error>

#include "autograd/error.hpp"
#include "autograd/threads.hpp"
#include "nn/data/table.hpp"
#include "tutorials/support/experiment.hpp"

namespace tutorials {

namespace {

/// A decimal number of 64 bits; CLI11 would take 010 for eight, and a number too large for another.
std::optional<std::uint64_t> whole_number(const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const bool plain = text == "0" || !text.starts_with('0');
    return plain && read.ec == std::errc{} && read.ptr == end ? std::optional(number)
                                                              : std::nullopt;
}

std::string finite(const std::string& text) {
    return number_within(text, -1e38, 1e38) ? ""
                                            : "expected a number from -1e38 to 1e38, got " + text;
}

void add(CLI::App& app, const Option& option) {
    const auto add_value = [&](auto* value) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(value), bool*>)
            return app.add_flag(option.flag, *value, option.help);
        else
            return app.add_option(option.flag, *value, option.help)->capture_default_str();
    };
    CLI::Option* const added = std::visit(add_value, option.value);
    if (std::holds_alternative<std::size_t*>(option.value)) added->check(whole);
    if (std::holds_alternative<double*>(option.value)) added->check(finite);
}

/// What can be run apart from the lesson, for --help and messages.
std::string names_of_experiments(const char* separator, bool with_titles) {
    std::string names;
    for (const auto& [name, experiment] : experiments()) {
        names += (names.empty() ? "" : separator) + name;
        if (with_titles) names += ": " + experiment.title;
    }
    return names;
}

std::string an_experiment(const std::string& text) {
    return experiments().contains(text)
               ? ""
               : "expected one of " + names_of_experiments(", ", false) + ", got " + text;
}

void add_experiments(CLI::App& app, Flags& flags) {
    if (experiments().empty()) return;
    auto* const only = app.add_option("--only", flags.only, "an experiment instead of the lesson")
                           ->check(an_experiment);
    app.add_flag("--all", flags.all, "the lesson, then every experiment")->excludes(only);
    app.footer("\nExperiments:\n  " + names_of_experiments("\n  ", true));
}

}  // namespace

std::string whole(const std::string& text) {
    return whole_number(text) ? "" : "expected a whole number, got " + text;
}

std::string at_least_one(const std::string& text) {
    return whole_number(text).value_or(0) > 0
               ? ""
               : "expected a whole number of at least 1, got " + text;
}

std::string positive(const std::string& text) {
    return number_within(text, 1e-38, 1e38) ? ""
                                            : "expected a number from 1e-38 to 1e38, got " + text;
}

bool number_within(const std::string& text, double low, double high) {
    const std::optional<double> number = nn::number_in(text);
    return number && low <= *number && *number <= high;
}

std::string not_empty(const std::string& text) {
    return text.empty() ? "expected a name, got an empty one" : "";
}

void prepare_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    autograd::require(!error, "[--out] cannot make ", folder.string(), ": ", error.message());
    const bool writable = ::access(folder.c_str(), W_OK | X_OK) == 0;
    autograd::require(writable, "[--out] cannot write into ", folder.string(), ": ",
                      std::strerror(errno));
}

std::optional<Flags> parse(int argc, const char* const* argv, const About& about) {
    Flags flags = about.defaults;
    const auto threads = static_cast<std::size_t>(autograd::threads_given(omp_get_num_procs()));
    if (flags.threads == 0) flags.threads = static_cast<std::size_t>(omp_get_max_threads());
    if (flags.out.empty()) flags.out = std::filesystem::path("out") / about.name;

    CLI::App app{about.title, about.name};
    app.get_formatter()->column_width(32);
    app.add_option(
           "--data", flags.data,
           "auto, fashion-mnist, glyphs, sprites, colour-sprites, or a folder of PNG images "
           "or with MNIST files")
        ->check(not_empty)
        ->capture_default_str();
    app.add_option("--side", flags.side, "pixels to a side to which PNG images are made smaller")
        ->check(at_least_one)
        ->capture_default_str();
    auto* const epochs = app.add_option("--epochs", flags.epochs, "how often to see each example")
                             ->check(at_least_one)
                             ->capture_default_str();
    app.add_option("--batch", flags.batch, "examples per step")
        ->check(at_least_one)
        ->capture_default_str();
    app.add_option("--learning-rate", flags.learning_rate, "how far a step goes")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--seed", flags.seed, "of all random numbers")
        ->check(whole)
        ->capture_default_str();
    app.add_option("--threads", flags.threads, "processors to use")
        ->check(at_least_one)
        ->capture_default_str();
    app.add_option("--out", flags.out, "folder for figures, model and numbers")
        ->check(not_empty)
        ->capture_default_str();
    app.add_flag("--resume", flags.resume, "go on where an interrupted run stopped");
    app.add_flag("--quick", flags.quick, "a run of a few seconds: little data, two epochs");
    add_experiments(app, flags);
    for (const Option& option : about.options) add(app, option);

    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help();
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        for (const CLI::Option* const option : app.get_options())
            autograd::require(option->count() < 2 || option->get_expected_max() != 1, "[flags] ",
                              option->get_name(), " is given ", option->count(),
                              " times, expected once (see --help)");
        throw autograd::Error("[flags] " + std::string(error.what()) + " (see --help)");
    }
    if (flags.quick && epochs->count() == 0) flags.epochs = std::min<std::size_t>(flags.epochs, 2);
    flags.threads = std::min(flags.threads, threads);
    prepare_folder(flags.out);
    return flags;
}

}  // namespace tutorials
