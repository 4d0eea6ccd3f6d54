// The judge: asks a probe, compares with what is right, and prints a line of JSON for each check.
//
//     judge_a1 PROBE CHECK...  < {"seed": "...", "drawn": "...", "seconds": 10, "memory": 512}
//
// The seed comes over standard input, where no other process can read it afterwards; nor can one read
// this process's memory.

#include <sys/prctl.h>

#include <exception>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tutorials/assignments/judge/check.hpp"

namespace {

using judge::Verdict;

nlohmann::json line(const std::string& name, const Verdict& verdict) {
    return {{"check", name},
            {"passed", verdict.passed},
            {"what", verdict.what},
            {"at", verdict.at},
            {"expected", verdict.expected},
            {"came", verdict.came},
            {"trouble", verdict.trouble},
            {"cause", verdict.cause}};
}

std::string all_of_input() { return {std::istreambuf_iterator<char>(std::cin), {}}; }

int run(int count, char** arguments) {
    prctl(PR_SET_DUMPABLE, 0);
    const auto given = nlohmann::json::parse(all_of_input());
    const std::string program = arguments[1], seed = given.at("seed");
    judge::Limits limits;
    limits.seconds = given.value("seconds", limits.seconds);
    limits.memory = given.value("memory", limits.memory >> 20) << 20;
    limits.prints = given.value("prints", false);
    const auto checks = judge::checks(given.value("drawn", ""));
    for (int i = 2; i < count; ++i) {
        const std::string name = arguments[i];
        judge::Examiner examiner(program, seed + " " + name, limits);
        const auto found = checks.find(name);
        if (found == checks.end()) throw std::runtime_error("there is no check " + name);
        // A probe may write what is not UTF-8.
        std::cout << line(name, found->second(examiner))
                         .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                  << std::endl;
    }
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::cerr << "usage: judge PROBE CHECK...\n";
        return 2;
    }
    try {
        return run(count, arguments);
    } catch (const std::exception& error) {
        std::cerr << "judge: " << error.what() << '\n';
        return 2;
    }
}
