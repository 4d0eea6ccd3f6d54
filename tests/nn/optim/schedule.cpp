#include "nn/optim/schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "autograd/array.hpp"

using namespace nn::schedule;
using autograd::Error;
using doctest::Approx;
using nn::Schedule;

TEST_CASE("schedules have their textbook values") {
    CHECK(constant(0.3)(0) == 0.3);
    CHECK(constant(0.3)(1e9) == 0.3);

    const Schedule steps = step_decay(1, 10, 0.5);
    for (const auto& [time, value] : std::vector<std::pair<double, double>>{
             {0, 1}, {9.99, 1}, {10, 0.5}, {19, 0.5}, {20, 0.25}, {45, 0.0625}})
        CHECK(steps(time) == value);

    const Schedule decay = exponential_decay(2, 0.9);
    CHECK(decay(0) == 2);
    CHECK(decay(1) == Approx(1.8));
    CHECK(decay(0.5) == Approx(2 * std::sqrt(0.9)));
    CHECK(decay(10) == Approx(2 * std::pow(0.9, 10)));

    const Schedule wave = cosine(1, 0.1, 100);
    CHECK(wave(0) == 1);
    CHECK(wave(25) == Approx(0.1 + 0.9 * (1 + std::sqrt(0.5)) / 2));
    CHECK(wave(50) == Approx(0.55));
    CHECK(wave(75) == Approx(0.1 + 0.9 * (1 - std::sqrt(0.5)) / 2));
    CHECK(wave(100) == Approx(0.1));
    CHECK(wave(1000) == Approx(0.1));

    const Schedule ramp = linear_ramp(0, 1, 20);
    CHECK(ramp(0) == 0);
    CHECK(ramp(5) == Approx(0.25));
    CHECK(ramp(20) == 1);
    CHECK(ramp(21) == 1);
    CHECK(linear_ramp(3, 1, 4)(1) == Approx(2.5));

    const Schedule cycles = cyclic_ramp(4, 10);
    for (const auto& [time, value] : std::vector<std::pair<double, double>>{
             {0, 0}, {2.5, 2}, {5, 4}, {9, 4}, {10, 0}, {12.5, 2}, {37, 4}})
        CHECK(cycles(time) == Approx(value));
}

TEST_CASE("a warm-up scales any schedule up from zero, and then gets out of its way") {
    const Schedule wave = cosine(1, 0, 100), warm = warm_up(10, wave);
    CHECK(warm(0) == 0);
    CHECK(warm(2.5) == Approx(0.25 * wave(2.5)));
    CHECK(warm(5) == Approx(0.5 * wave(5)));
    for (const double time : {10., 11., 50., 100., 200.}) CHECK(warm(time) == wave(time));
    CHECK(warm_up(4, constant(8))(1) == 2);
}

TEST_CASE("smooth schedules have no jumps, and decaying ones never rise") {
    const std::vector<Schedule> smooth = {
        constant(1),           exponential_decay(1, 0.95),   cosine(1, 0, 20),
        linear_ramp(1, 0, 20), warm_up(5, cosine(1, 0, 20)), warm_up(20, constant(1))};
    for (std::size_t i = 0; i < smooth.size(); ++i)
        for (double time = 0; time < 30; time += 0.01) {
            CAPTURE(i);
            CAPTURE(time);
            REQUIRE(std::abs(smooth[i](time + 0.01) - smooth[i](time)) < 0.0025);
            if (i < 4) REQUIRE(smooth[i](time + 0.01) <= smooth[i](time));
        }
}

TEST_CASE("schedules refuse periods, durations and factors that are not above zero") {
    for (const double wrong : {0., -1., std::nan("")}) {
        CHECK_THROWS_AS(step_decay(1, wrong, 0.5), Error);
        CHECK_THROWS_AS(step_decay(1, 10, wrong), Error);
        CHECK_THROWS_AS(exponential_decay(1, wrong), Error);
        CHECK_THROWS_AS(cosine(1, 0, wrong), Error);
        CHECK_THROWS_AS(linear_ramp(0, 1, wrong), Error);
        CHECK_THROWS_AS(warm_up(wrong, constant(1)), Error);
        CHECK_THROWS_AS(cyclic_ramp(1, wrong), Error);
    }
    CHECK_THROWS_WITH_AS(cosine(1, 0, 0), "[cosine] expected a duration above 0, got 0", Error);
}
