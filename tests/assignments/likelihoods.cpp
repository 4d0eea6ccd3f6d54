// The densities of task a5.7 are densities: their integral, or sum, is 1.
#include "tutorials/assignments/a5/likelihoods.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using judge::Likelihood;
using judge::Long;
using judge::Support;

namespace {

/// ∫ f(x(t)) x'(t) dt, the slope of x by differences.
Long integral(const std::function<Long(Long)>& density, const std::function<Long(Long)>& x) {
    constexpr Long step = 1e-3L, half = 1e-5L;
    Long total = 0;
    for (Long t = -20; t < 20; t += step)
        total += step * density(x(t)) * (x(t + half) - x(t - half)) / (2 * half);
    return total;
}

Long mass(const Likelihood& family, Long o) {
    const auto density = [&](Long x) { return std::exp(family.log_density(x, o)); };
    Long total = 0;
    switch (family.support) {
        case Support::real:
            return integral(density, [=](Long t) { return o + std::sinh(t); });
        case Support::positive:
            return integral(density, [](Long t) { return std::exp(t); });
        case Support::above_one:
            return integral(density, [](Long t) { return 1 + std::exp(t); });
        case Support::unit:
            return integral(density, [](Long t) { return 1 / (1 + std::exp(-t)); });
        case Support::counts:
            for (int x = 0; x <= (family.trials > 0 ? family.trials : 400); ++x)
                total += density(x);
    }
    return total;
}

}  // namespace

TEST_CASE("every likelihood of the family integrates to one, whatever the decoder says") {
    CHECK(judge::likelihoods().size() == 20);
    for (const auto& [name, family] : judge::likelihoods())
        for (const Long o : {-0.2L, 0.4L, 1.1L}) {
            CAPTURE(name);
            CAPTURE(o);
            CHECK(static_cast<double>(mass(family, o)) == doctest::Approx(1).epsilon(1e-6));
        }
}
