#include "nn/io/history.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autograd/array.hpp"
#include "temporary_folder.hpp"

using autograd::Error;
using nn::History;
using nn::read_history;
using nn::write_history;

namespace {

/// A row whose numbers have many digits, as a real run's have.
void add_epoch(History& history, int epoch) {
    history.add({{"epoch", epoch},
                 {"train_loss", 250 + std::sin(epoch)},
                 {"test_loss", static_cast<float>(244 + std::cos(epoch))}});
}

}  // namespace

TEST_CASE("history has a header and one line per epoch") {
    const TemporaryFolder folder;
    History history;
    history.add({{"epoch", 1}, {"loss", 262.4f}});
    history.add({{"epoch", 2}, {"loss", NAN}});
    write_history(folder / "history.csv", history);
    CHECK(bytes_of(folder / "history.csv") == "epoch,loss\n1,262.4\n2,nan\n");

    const History again = read_history(folder / "history.csv");
    CHECK(again.names == history.names);
    REQUIRE(again.rows.size() == 2);
    CHECK(again.rows[0] == std::vector<double>{1, 262.4});
    CHECK(std::isnan(again.rows[1][1]));
}

TEST_CASE("a run that was interrupted and resumed has the file of one that was not") {
    const TemporaryFolder folder;
    History whole;
    for (int epoch = 1; epoch <= 9; ++epoch) add_epoch(whole, epoch);
    write_history(folder / "whole.csv", whole);

    History history;
    for (int epoch = 1; epoch <= 4; ++epoch) add_epoch(history, epoch);
    write_history(folder / "resumed.csv", history);
    history = read_history(folder / "resumed.csv");
    for (int epoch = 5; epoch <= 9; ++epoch) add_epoch(history, epoch);
    write_history(folder / "resumed.csv", history);

    CHECK(bytes_of(folder / "resumed.csv") == bytes_of(folder / "whole.csv"));
}

TEST_CASE("a column is found by its name") {
    History history;
    add_epoch(history, 1);
    add_epoch(history, 2);
    CHECK(history.column("epoch") == std::vector<double>{1, 2});
    CHECK_THROWS_WITH_AS(history.column("los"),
                         "[history] expected a column among epoch,train_loss,test_loss, got los",
                         Error);
}

TEST_CASE("later rows have the columns of the first, and column names fit into a line") {
    History history;
    history.add({{"epoch", 1}, {"loss", 3}});
    CHECK_THROWS_WITH_AS(history.add({{"epoch", 2}, {"kl", 3}}),
                         "[history] expected a row with the columns epoch,loss, got epoch,kl",
                         Error);
    CHECK_THROWS_AS(history.add({{"epoch", 2}}), Error);
    CHECK(history.rows.size() == 1);

    for (const char* name : {"", "a,b", "a\nb", "a\"b"})
        CHECK_THROWS_AS(History().add({{"epoch", 1}, {name, 1}}), Error);
    CHECK_THROWS_AS(History().add({{"loss", 1}, {"loss", 1}}), Error);
    CHECK_THROWS_AS(History().add({}), Error);
}

TEST_CASE("a history that is not one is refused with its file and line") {
    const TemporaryFolder folder;
    const auto path = folder / "history.csv";
    const auto refusal = [&](const std::string& bytes) {
        put_bytes(path, bytes);
        try {
            read_history(path);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(refusal("") == "[read_history] " + path.string() + " has no header");
    CHECK(refusal("epoch,loss\n1,2\n2\n") ==
          "[read_history] " + path.string() + ", line 3: 1 cells below a header of 2");
    CHECK(refusal("epoch,loss\n1,\n") ==
          "[read_history] " + path.string() + ", line 2: '' is not a number");
    CHECK(refusal("epoch,loss\n1,2 \n") ==
          "[read_history] " + path.string() + ", line 2: '2 ' is not a number");
    CHECK(refusal(",loss\n") == "[read_history] " + path.string() +
                                    ", line 1: a column name must not be empty or hold a comma, "
                                    "quote or line break");
    CHECK(refusal("loss,loss\n") ==
          "[read_history] " + path.string() + ", line 1: two columns have the same name");
    CHECK_THROWS_AS(read_history(folder / "none.csv"), Error);
}
