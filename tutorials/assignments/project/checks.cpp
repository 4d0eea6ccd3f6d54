// The project: trains the student's model once, and measures its bound on images that it has never seen.
// The bound is computed here. The program that encodes sees the images; the one that decodes is another,
// started afresh, and sees nothing but parameters and codes. So what it knows of an image has come through
// the code, whose KL is paid.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "nn/data/glyphs.hpp"

namespace judge {

namespace {

constexpr std::size_t pixels = 784, train_images = 6000, test_images = 2000;
constexpr std::size_t most_parameters = 600000, most_codes = 1000;
constexpr double train_seconds = 60;

Tensor tensor(const frame::Numbers& numbers) {
    Tensor out(numbers.shape);
    std::copy(numbers.data.begin(), numbers.data.end(), out.data.begin());
    return out;
}

Tensor glyphs(std::size_t count, std::uint64_t seed) {
    nn::Random random{seed};
    const nn::Dataset data = nn::glyphs(count, random);
    Tensor out({count, pixels});
    std::copy(data.images.begin(), data.images.end(), out.data.begin());
    return out;
}

Verdict failing(const std::string& what, const std::string& trouble) {
    Verdict verdict;
    verdict.what = what;
    verdict.trouble = trouble;
    return verdict;
}

/// Throws what is wrong with an array of an answer, in words for the student.
struct Wrong {
    std::string what, trouble;
};
Tensor expect(const frame::Numbers& array, const std::string& what, const Shape& shape) {
    if (array.shape != shape)
        throw Wrong{what, "expected the shape " + text(shape) + ", got " + text(array.shape)};
    Tensor out = tensor(array);
    const auto found = std::ranges::find_if_not(out.data, [](Long x) { return std::isfinite(x); });
    if (found != out.data.end())
        throw Wrong{what, "number " + std::to_string(found - out.data.begin()) + " of " +
                              std::to_string(out.data.size()) + ", counted from 0, is " +
                              (std::isnan(*found) ? "not a number" : "infinite")};
    return out;
}

/// The arrays of an answer, so many.
std::vector<frame::Numbers> ask(const Examiner& examiner, const std::string& operation,
                                const std::vector<Tensor>& arrays, std::size_t count) {
    Examiner::Reply reply = examiner.ask(operation, arrays);
    if (!reply.trouble.empty()) throw Wrong{operation, reply.trouble};
    if (reply.arrays.size() != count) throw Wrong{operation, "the answer has too few arrays"};
    return reply.arrays;
}

struct Posterior {
    Tensor mean, log_variance;

    std::size_t width() const { return mean.shape[1]; }
};

Posterior encode(const Examiner& examiner, const Tensor& parameters, const Tensor& images) {
    const auto found = ask(examiner, "encode", {parameters, images}, 2);
    const std::size_t width = found[0].shape.size() == 2 ? found[0].shape[1] : 0;
    if (width < 1 || width > most_codes)
        throw Wrong{"mean", "expected the shape (B, L) with 1 to " + std::to_string(most_codes) +
                                " numbers for each image, got " + text(found[0].shape)};
    const Shape shape{images.shape[0], width};
    return {expect(found[0], "mean", shape), expect(found[1], "log variance", shape)};
}

Tensor decode(const Examiner& examiner, const Tensor& parameters, const Tensor& codes) {
    return expect(ask(examiner, "decode", {parameters, codes}, 1)[0], "logits",
                  {codes.shape[0], pixels});
}

/// What `train` has left, or what is wrong with it. It is asked once in the life of a judge.
const Tensor& trained(const Examiner& examiner) {
    static Tensor parameters;
    static std::string trouble;
    if (parameters.data.empty() && trouble.empty()) try {
            const auto found =
                ask(examiner.within(train_seconds), "train", {glyphs(train_images, 1)}, 1)[0];
            const std::size_t size = count(found.shape);
            if (found.shape.size() != 1 || size < 1 || size > most_parameters)
                throw Wrong{"", "expected one row of 1 to " + std::to_string(most_parameters) +
                                    " numbers, got the shape " + text(found.shape)};
            parameters = expect(found, "", found.shape);
        } catch (const Wrong& wrong) {
            trouble = wrong.trouble;
        }
    if (!trouble.empty()) throw Wrong{"the parameters", trouble};
    return parameters;
}

/// −ELBO in nats for an image, from one draw of the code, of images drawn for this judge alone.
Long negative_elbo(Examiner& examiner) {
    static Long known = 0;
    if (known != 0) return known;
    const Tensor& parameters = trained(examiner);
    const Tensor x = glyphs(test_images, examiner.random.integer(2, 1u << 30));
    const auto [mean, log_variance] = encode(examiner, parameters, x);
    Tensor codes = mean;
    Long total = 0;
    for (std::size_t i = 0; i < codes.data.size(); ++i) {
        const Long m = mean.data[i], l = log_variance.data[i];
        codes.data[i] += std::exp(l / 2) * examiner.random.normal();
        total += (std::exp(l) + m * m - 1 - l) / 2;
    }
    const Tensor logits = decode(examiner, parameters, codes);
    for (std::size_t i = 0; i < logits.data.size(); ++i) {
        const Long o = logits.data[i];
        total += std::max(o, 0.0L) + std::log1p(std::exp(-std::abs(o))) - x.data[i] * o;
    }
    return known = total / test_images;
}

/// Of a check that may find something wrong with an answer.
Check guarded(const Check& check) {
    return [=](Examiner& examiner) {
        try {
            return check(examiner);
        } catch (const Wrong& wrong) {
            return failing(wrong.what, wrong.trouble);
        }
    };
}

Verdict passed() {
    Verdict verdict;
    verdict.passed = true;
    return verdict;
}

Check trains() {
    return guarded([](Examiner& examiner) {
        trained(examiner);
        return passed();
    });
}

/// Batches of these sizes have the right shapes.
Check shapes() {
    return guarded([](Examiner& examiner) {
        for (const std::size_t size : {1, 7, 130}) {
            const Tensor& parameters = trained(examiner);
            const Posterior posterior = encode(examiner, parameters, glyphs(size, 3));
            decode(examiner, parameters, posterior.mean);
        }
        return passed();
    });
}

/// The rows of an array from `first` on, `size` of them.
Tensor rows(const Tensor& x, std::size_t first, std::size_t size) {
    Tensor out({size, x.shape[1]});
    std::copy_n(x.data.begin() + static_cast<std::ptrdiff_t>(first * x.shape[1]), out.data.size(),
                out.data.begin());
    return out;
}

/// What comes of an example does not depend on the others of its batch, nor on when it is asked.
Check alone() {
    return guarded([](Examiner& examiner) {
        constexpr std::size_t size = 12, middle = 5;
        const Tensor& parameters = trained(examiner);
        const Tensor x = glyphs(size, examiner.random.integer(2, 1u << 30));
        const Posterior all = encode(examiner, parameters, x);
        const Posterior one = encode(examiner, parameters, rows(x, middle, 1));
        const Tensor logits = decode(examiner, parameters, all.mean);
        const Tensor logits_of_one = decode(examiner, parameters, rows(all.mean, middle, 1));
        const auto same = [&](const char* what, const Tensor& batch, const Tensor& single) {
            Verdict verdict =
                compare({{single.numbers()}, ""}, {{0, {what, rows(batch, middle, 1)}}});
            if (!verdict.passed)
                verdict.cause = "it depends on the other examples of the batch, or on chance";
            return verdict;
        };
        Verdict verdict = same("mean", all.mean, one.mean);
        if (verdict.passed) verdict = same("log variance", all.log_variance, one.log_variance);
        if (verdict.passed) verdict = same("logits", logits, logits_of_one);
        return verdict;
    });
}

Check below(Long limit) {
    return guarded([=](Examiner& examiner) {
        const auto digits = [](Long number) {
            char out[40];
            std::snprintf(out, sizeof out, "%.2Lf", number);
            return std::string(out);
        };
        const Long found = negative_elbo(examiner);
        Verdict verdict;
        verdict.passed = found < limit;
        verdict.what = "negative ELBO in nats for an image";
        verdict.at = std::to_string(test_images) + " test images";
        verdict.expected = "less than " + digits(limit);
        verdict.came = digits(found);
        return verdict;
    });
}

}  // namespace

std::map<std::string, Check> checks(const std::string&) {
    return {{"project.1.trains", trains()},    {"project.1.shapes", shapes()},
            {"project.1.alone", alone()},      {"project.1.bound_1", below(200)},
            {"project.1.bound_2", below(140)}, {"project.1.bound_3", below(125)},
            {"project.1.bound_4", below(118)}, {"project.1.bound_5", below(114)}};
}

}  // namespace judge
