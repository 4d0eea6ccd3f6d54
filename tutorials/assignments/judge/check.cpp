#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

namespace judge {

namespace {

constexpr Long tolerance = 1e-8L;

bool close(Long got, Long wanted) {
    return std::abs(got - wanted) <= tolerance * (1 + std::abs(wanted));
}

std::string digits(Long number) {
    char out[40];
    std::snprintf(out, sizeof out, "%.6Lg", number);
    return out;
}

std::string position(const Shape& shape, std::size_t flat) {
    Shape at(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0; flat /= shape[axis])
        at[axis] = flat % shape[axis];
    return text(at);
}

bool all_close(const std::vector<Long>& got, const std::vector<Long>& wanted) {
    return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end(), close);
}

/// The one factor between two arrays, if there is one.
std::optional<Long> factor(const std::vector<Long>& got, const std::vector<Long>& wanted) {
    Long up = 0, down = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        up += got[i] * wanted[i];
        down += wanted[i] * wanted[i];
    }
    if (down == 0) return {};
    const Long ratio = up / down;
    std::vector<Long> scaled = wanted;
    for (Long& number : scaled) number *= ratio;
    return all_close(got, scaled) ? std::optional(ratio) : std::nullopt;
}

/// What gives this answer in place of the right one.
std::string likely_cause(const std::vector<Long>& got, const Expected& expected) {
    const std::vector<Long>& wanted = expected.array.data;
    if (std::any_of(got.begin(), got.end(), [](Long x) { return !std::isfinite(x); }))
        return "a number is not finite: does an exponential overflow, or is something divided by "
               "0?";
    for (const auto& [cause, wrong] : expected.mistakes)
        if (const Tensor array = wrong();
            all_close(got, array.data) && !all_close(wanted, array.data))
            return cause;
    if (!expected.advice.empty()) return expected.advice;
    if (std::all_of(got.begin(), got.end(), [](Long x) { return x == 0; }))
        return "nothing came: is there a contribution to this input?";
    const auto ratio = factor(got, wanted);
    if (!ratio) return "";
    if (close(*ratio, -1)) return "the sign is the wrong one";
    for (const std::size_t extent : expected.summed)
        if (extent > 1 && close(*ratio * static_cast<Long>(extent), 1))
            return "divided by " + std::to_string(extent) + ": a mean in place of a sum?";
    return "everything is " + digits(*ratio) + " times what it should be";
}

Verdict compare_one(const frame::Numbers& got, const Expected& expected) {
    Verdict verdict;
    verdict.what = expected.name + ", " + text(expected.array.shape);
    if (got.shape != expected.array.shape) {
        verdict.trouble =
            "expected the shape " + text(expected.array.shape) + ", got " + text(got.shape);
        return verdict;
    }
    const std::vector<Long> came(got.data.begin(), got.data.end());
    std::size_t worst = came.size();
    Long largest = 0;
    for (std::size_t i = 0; i < came.size(); ++i) {
        const Long wanted = expected.array.data[i];
        if (close(came[i], wanted)) continue;
        const Long error = std::isfinite(came[i]) ? std::abs(came[i] - wanted) : INFINITY;
        if (worst == came.size() || error > largest) worst = i, largest = error;
    }
    verdict.passed = worst == came.size();
    if (verdict.passed) return verdict;
    verdict.at = position(got.shape, worst);
    verdict.expected = digits(expected.array.data[worst]);
    verdict.came = digits(came[worst]);
    verdict.cause = likely_cause(came, expected);
    return verdict;
}

std::uint64_t request_number() {
    std::random_device device;  // and not the seed, so that a probe cannot know it before
    return std::uint64_t{device()} << 32 | device();
}

/// An error of the student's as one line of a bearable length.
std::string one_line(std::string words) {
    words.resize(std::min<std::size_t>(words.size(), 300));
    std::ranges::replace_if(
        words, [](unsigned char c) { return c < ' '; }, ' ');
    return words.find_first_not_of(' ') == std::string::npos ? "an error without words" : words;
}

Tensor ones(const Shape& shape) { return Tensor(shape, 1); }

/// The words of a request: an operation with its arguments, of which a part may go behind the name.
std::string with_ending(const std::string& operation, const std::string& ending) {
    const std::size_t end = std::min(operation.find(' '), operation.size());
    return operation.substr(0, end) + ending + operation.substr(end);
}

Expected expected_value(const Subject& subject, const std::vector<Tensor>& inputs) {
    Expected value{"value", subject.function(inputs)};
    for (const auto& [cause, wrong] : subject.mistakes)
        value.mistakes.emplace_back(cause, [f = wrong, inputs] { return f(inputs); });
    return value;
}

Expected expected_gradient(const Subject& subject, const std::vector<Tensor>& inputs, std::size_t k,
                           const Tensor& cotangent) {
    const auto with = [=](const Function& f, const Tensor& dy) {
        return [=] { return gradient(f, inputs, k, dy); };
    };
    Expected out{"gradient of " + subject.names.at(k), with(subject.function, cotangent)()};
    out.mistakes.emplace_back("the incoming gradient ȳ is not used",
                              with(subject.function, ones(cotangent.shape)));
    for (const auto& [cause, wrong] : subject.mistakes)
        out.mistakes.emplace_back(cause, with(wrong, cotangent));
    out.summed = cotangent.shape;
    return out;
}

}  // namespace

Examiner::Reply Examiner::ask(const std::string& operation,
                              const std::vector<Tensor>& arrays) const {
    frame::Message request{request_number(), operation, {}};
    for (const Tensor& array : arrays) request.arrays.push_back(array.numbers());
    const Outcome outcome = judge::ask(program_, request, limits_);
    if (!outcome.trouble.empty()) return {{}, "the program " + outcome.trouble};
    if (!outcome.answer.words.empty()) return {{}, one_line(outcome.answer.words)};
    return {outcome.answer.arrays, ""};
}

Verdict compare(const Examiner::Reply& reply, const std::map<std::size_t, Expected>& expected) {
    Verdict verdict;
    verdict.trouble = reply.trouble;
    if (!verdict.trouble.empty()) return verdict;
    for (const auto& [place, each] : expected) {
        if (place >= reply.arrays.size()) {
            verdict.trouble = "the answer has too few arrays";
            return verdict;
        }
        verdict = compare_one(reply.arrays[place], each);
        if (!verdict.passed) return verdict;
    }
    return verdict;
}

Verdict check_value(const Examiner& examiner, const Subject& subject,
                    const std::vector<Tensor>& inputs) {
    return compare(examiner.ask(with_ending(subject.operation, "_value"), inputs),
                   {{0, expected_value(subject, inputs)}});
}

Verdict check_gradients(const Examiner& examiner, const Subject& subject,
                        const std::vector<Tensor>& inputs, const Tensor& cotangent,
                        const std::vector<std::size_t>& looked_at) {
    std::map<std::size_t, Expected> expected;
    expected[0] = expected_value(subject, inputs);
    if (subject.entries > 0)
        expected[1] = {
            "number of entries on the tape",
            Tensor({}, static_cast<Long>(subject.entries)),
            {},
            {},
            "the task is one operation with a pullback of its own, not one made of others"};
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        if (!looked_at.empty() && std::ranges::count(looked_at, k) == 0) continue;
        expected[2 + k] = expected_gradient(subject, inputs, k, cotangent);
    }
    std::vector<Tensor> arrays = inputs;
    arrays.push_back(cotangent);
    return compare(examiner.ask(subject.operation, arrays), expected);
}

}  // namespace judge
