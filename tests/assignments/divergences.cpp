// The densities of task a8.6 are densities: their integral, or sum, is 1. So is what a divergence must be: never below 0,
// and 0 where both are the same.
#include "tutorials/assignments/a8/divergences.hpp"

#include <doctest/doctest.h>

#include <cmath>

using judge::Long;

TEST_CASE("every density of the family integrates to one, whatever the net says") {
    CHECK(judge::densities().size() == 20);
    for (const auto& [name, family] : judge::densities())
        for (const Long o : {-1.4L, 0.3L, 1.4L}) {
            CAPTURE(name);
            CAPTURE(o);
            const auto density = [&, log = family.log](Long x) { return std::exp(log(x, o)); };
            CHECK(static_cast<double>(judge::integral(family, density, o, o + 0.2L)) ==
                  doctest::Approx(1).epsilon(1e-12));
        }
}

TEST_CASE("a divergence is positive, and 0 where both densities are the same") {
    for (const auto& [name, family] : judge::densities()) {
        CAPTURE(name);
        CHECK(judge::divergence(family, 0.4L, -0.7L) > 0.01L);
        CHECK(judge::divergence(family, -0.7L, 0.4L) > 0.01L);
        CHECK(std::abs(judge::divergence(family, 0.4L, 0.4L)) < 1e-15L);
    }
}

TEST_CASE("the divergence of exponentials, and of Cauchy's, is what a book says") {
    const auto of = [](const char* name, Long q, Long p) {
        return static_cast<double>(judge::divergence(judge::densities().at(name), q, p));
    };
    // ln(λ/μ) + μ/λ − 1 for rates λ and μ; ln(1 + d²/4) for a distance d.
    CHECK(of("exponential", std::log(2.0L), 0) ==
          doctest::Approx(std::log(2.) - 0.5).epsilon(1e-13));
    CHECK(of("cauchy", 1, 3) == doctest::Approx(std::log(2.)).epsilon(1e-13));
}
