#include "tutorials/support/results.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "autograd/array.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using autograd::Error;
using tutorials::Results;
using tutorials::write_results;

namespace {

Results example() {
    return {.tutorial = "07_vae",
            .data = "fashion-mnist",
            .seed = 18446744073709551615u,
            .epochs = 10,
            .batch = 128,
            .threads = 2,
            .blas = "Cooperlake",
            .results = {}};
}

}  // namespace

TEST_CASE("results are written in the order they were added, with readable numbers") {
    const TemporaryFolder folder;
    Results results = example();
    results.add("test_neg_elbo", 244.41f);
    results.add("active_units", 14);
    results.add("kl_per_level", {1.5, 16.2f});
    results.add("a_last_one", 1e-7);
    write_results(folder / "results.json", results);
    CHECK(bytes_of(folder / "results.json") == R"({
  "tutorial": "07_vae",
  "data": "fashion-mnist",
  "seed": 18446744073709551615,
  "epochs": 10,
  "batch": 128,
  "threads": 2,
  "blas": "Cooperlake",
  "results": {
    "test_neg_elbo": 244.41,
    "active_units": 14,
    "kl_per_level": [
      1.5,
      16.2
    ],
    "a_last_one": 1e-07
  }
}
)");
}

TEST_CASE("a run without results is still a JSON file") {
    const TemporaryFolder folder;
    write_results(folder / "results.json", example());
    CHECK(bytes_of(folder / "results.json").find(R"("results": {})") != std::string::npos);
}

TEST_CASE("a result that is not finite is refused by name") {
    Results results;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS(results.add("test_kl", nan), "[results] test_kl is not a finite number",
                         Error);
    CHECK_THROWS_AS(results.add("test_kl", -inf), Error);
    CHECK_THROWS_AS(results.add("test_kl", 1e300), Error);  // JSON would hold an infinity
    CHECK_THROWS_AS(results.add("kl_per_level", {1, nan}), Error);
    CHECK(results.results.empty());
}

TEST_CASE("a key is used once") {
    Results results;
    results.add("test_kl", 16.2);
    CHECK_THROWS_WITH_AS(results.add("test_kl", 16.3), "[results] test_kl is there already", Error);
}

TEST_CASE("names from outside cannot break the file") {
    const TemporaryFolder folder;
    Results results = example();
    results.data = "a \"quoted\"\nfolder \xff";
    write_results(folder / "results.json", results);
    CHECK(bytes_of(folder / "results.json").find(R"("a \"quoted\"\nfolder )") != std::string::npos);
}
