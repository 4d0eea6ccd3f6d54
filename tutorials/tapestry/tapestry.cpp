// The front door for data of one's own, a folder of pictures or a table of numbers: the command line.
// docs/pages/own_data.md tells what each command does.

#include <omp.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <sstream>

#include "autograd/threads.hpp"
#include "tutorials/support/flags.hpp"
#include "tutorials/support/session.hpp"
#include "tutorials/tapestry/commands.hpp"

using own::Arguments;
using namespace tutorials;

namespace {

/// What CLI11 calls to check a number.
auto between(double low, double high) {
    return [=](const std::string& text) -> std::string {
        if (number_within(text, low, high)) return "";
        return "expected a number from " + autograd::text(low) + " to " + autograd::text(high) +
               ", got " + text;
    };
}

/// `400,200`, or `none`.
std::vector<std::size_t> widths(const std::string& text) {
    std::vector<std::size_t> out;
    std::istringstream words(text == "none" ? "" : text + ",");
    for (std::string word; std::getline(words, word, ',');) {
        if (!at_least_one(word).empty())
            throw CLI::ValidationError("--hidden",
                                       "expected widths such as 400,200, or none, got " + text);
        out.push_back(std::stoul(word));
    }
    return out;
}

/// One of the commands, whose options are added by name.
struct Verb {
    CLI::App* app;
    Arguments& a;

    template <class Value, class Check>
    CLI::Option* option(const char* flag, Value& value, const char* help, Check check) {
        return app->add_option(flag, value, help)->check(check)->capture_default_str();
    }
    Verb& data() {
        option("DATA", a.data, "a folder of PNG images, or a CSV table", not_empty)->required();
        option("--id", a.id, "the column of a table that names its rows", not_empty);
        const auto set = [this_a = &a](const std::string& word) { this_a->header = word == "yes"; };
        app->add_option_function<std::string>("--header", set,
                                              "whether the first line of a table has names")
            ->check(CLI::IsMember({"yes", "no"}));
        return *this;
    }
    Verb& model() {
        option("--model", a.model, "model.safetensors of a training, or its folder", not_empty)
            ->required();
        return *this;
    }
    Verb& out(const char* what) {
        option("--out", a.out, what, not_empty)->required();
        return *this;
    }
    Verb& seed() {
        option("--seed", a.seed, "of all random numbers", whole);
        return *this;
    }
};

void add_training(Verb v) {
    own::Settings& s = v.a.settings;
    v.option("--model", s.model, "which kind", CLI::IsMember(own::kinds()));
    const auto set_widths = [&s, &a = v.a](const std::string& text) {
        s.hidden = widths(text);
        a.hidden_given = true;
    };
    v.app->add_option_function<std::string>(
        "--hidden", set_widths, "widths of hidden layers, 400,200 or none; of conv_ feature maps");
    v.option("--latent", s.latent, "numbers in a code; 0: as suits the data", whole);
    v.app->add_option("--likelihood", s.likelihood, "of pixels; gaussian with a learnt sigma")
        ->check(CLI::IsMember({"bernoulli", "gaussian"}));
    v.option("--beta", s.beta, "weight of the KL of a vae", between(0, 1e6));
    v.option("--corruption", s.corruption, "share of numbers hidden from denoising", between(0, 1));
    v.option("--price", s.price, "of the activations of a sparse code", between(0, 1e6));
    v.option("--side", v.a.side, "pixels to a side, to which pictures are made smaller",
             at_least_one);
    v.option("--epochs", v.a.epochs, "how often to see each example, at most", at_least_one);
    v.option("--patience", v.a.patience, "epochs without progress before the end; 0: any", whole);
    v.option("--batch", v.a.batch, "examples per step; 0: as suits the data", whole);
    v.option("--learning-rate", v.a.learning_rate, "how far a step goes", positive);
    v.app->add_flag("--resume", v.a.resume, "go on where an interrupted run stopped");
}

}  // namespace

int main(int argc, char** argv) {
    Arguments a;
    const auto processors = static_cast<std::size_t>(autograd::threads_given(omp_get_num_procs()));
    a.threads = processors;
    CLI::App app{"Autoencoders for a folder of pictures or a table of numbers", "tapestry"};
    app.set_version_flag("--version", TAPESTRY_VERSION);
    app.require_subcommand(1);
    app.footer("\n`tapestry COMMAND --help` lists the options of a command, with an example.");

    void (*chosen)(Arguments&) = nullptr;
    const auto add = [&](const char* name, const char* help, const char* example,
                         void (*command)(Arguments&)) {
        CLI::App* const verb = app.add_subcommand(name, help);
        verb->get_formatter()->column_width(32);
        verb->footer(std::string("\nExample: tapestry ") + name + " " + example);
        verb->callback([&chosen, command] { chosen = command; });
        Verb out{verb, a};
        out.option("--threads", a.threads, "processors to use", at_least_one);
        return out;
    };
    const char* const examples = "a new folder of pictures, or a new CSV file";
    add_training(add("train", "learn a model", "owls --model conv_vae --out out/owls", own::train)
                     .data()
                     .out("a new folder for the model and its history")
                     .seed());
    add("reconstruct", "encode and decode again", "owls --model out/owls --out rebuilt",
        own::reconstruct)
        .data()
        .model()
        .out(examples);
    add("sample", "draw from a vae", "--model out/owls --count 20 --out drawn", own::sample)
        .model()
        .out(examples)
        .seed()
        .option("--count", a.count, "how many", at_least_one);
    add("score", "how strange each example is, the strangest highest",
        "owls --model out/owls --out scores.csv", own::score)
        .data()
        .model()
        .out("a new CSV file")
        .seed()
        .option("--samples", a.samples, "of each code, to estimate ln p(x)", at_least_one);
    add("encode", "the code of each example", "owls --model out/owls --out codes.csv", own::encode)
        .data()
        .model()
        .out("a new CSV file, or NAME.safetensors");
    Verb impute = add("impute", "fill in empty cells, or pixels under a mask",
                      "owls --mask hole.png --model out/owls --out filled", own::impute)
                      .data()
                      .model()
                      .out(examples);
    impute.option("--mask", a.mask, "white where pixels are missing: a PNG file, or a folder",
                  not_empty);
    impute.option("--rounds", a.rounds, "of encoding and decoding, at most", at_least_one);

    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help();
        return 0;
    } catch (const CLI::CallForVersion& version) {
        std::cout << version.what() << std::endl;
        return 0;
    } catch (const CLI::ParseError& error) {
        const bool none = app.get_subcommands().empty() && (argc < 2 || argv[1][0] != '-');
        std::cerr << "[flags] "
                  << (none ? std::string("expected a command, got ") + (argc < 2 ? "none" : argv[1])
                           : error.what())
                  << " (see --help)" << std::endl;
        return 2;
    }
    return run(argc, argv, [&] {
        set_threads(std::min(a.threads, processors));
        chosen(a);
    });
}
