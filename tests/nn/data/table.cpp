#include "nn/data/table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <iostream>
#include <sstream>

#include "../io/temporary_folder.hpp"

using autograd::Array;
using autograd::Error;
using nn::read_table;
using nn::Standardisation;
using nn::Table;
using nn::TableOptions;

namespace {

using Names = std::vector<std::string>;

/// What is written to std::cerr while this lives.
struct Overheard {
    std::ostringstream words;
    std::streambuf* usual = std::cerr.rdbuf(words.rdbuf());
    ~Overheard() { std::cerr.rdbuf(usual); }
};

Table table_of(const std::string& text, const TableOptions& options = {}) {
    const TemporaryFolder folder;
    const Overheard overheard;
    put_bytes(folder / "t.csv", text);
    return read_table(folder / "t.csv", options);
}

/// What is said of such a file, without its path.
std::string complaint(const std::string& text, const TableOptions& options = {}) {
    try {
        table_of(text, options);
    } catch (const Error& error) {
        const std::string words = error.what();
        CHECK(words.find('\n') == words.npos);
        return words.substr(words.find("t.csv: ") + 7);
    }
    return "nothing";
}

}  // namespace

TEST_CASE("a table has the numbers of its file, and missing ones where cells are empty or say so") {
    const Table table = table_of("a, b ,c\n1,-2.5e-3, 3 \n,NaN,NA\n+4,\"5\",6\n");
    CHECK(table.columns == Names{"a", "b", "c"});
    CHECK(table.names == Names{"1", "2", "3"});
    CHECK(table.id.empty());
    CHECK(table.lines == std::vector<std::size_t>{2, 3, 4});
    CHECK(table.at(0, 1) == -2.5e-3);
    CHECK(table.at(2, 0) == 4);
    CHECK(table.at(2, 1) == 5);
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::isnan(table.at(1, i)));
}

TEST_CASE("whether the first line has names is seen by the second, or said") {
    CHECK(table_of("a,b\n1,2\n").rows() == 1);
    CHECK(table_of("1,2\n3,4\n").columns == Names{"column_1", "column_2"});
    CHECK(table_of("1,2\n3,4\n").rows() == 2);
    CHECK(table_of("2019,2020\n3,4\n", {.header = true}).columns == Names{"2019", "2020"});
    CHECK(table_of("name,2020\n3,4\n").columns == Names{"name", "2020"});
    CHECK(table_of(",a\n0,4\n").columns == Names{"column_1", "a"});
    CHECK(table_of("anna,1\nbob,2\n", {.id = "column_1", .header = false}).names ==
          Names{"anna", "bob"});
    CHECK(complaint("anna,1\nbob,2\n", {.id = "anna"}) ==
          "the first line may have names or numbers, such as \"anna\": say which with --header yes "
          "or no");
    const TemporaryFolder folder;
    put_bytes(folder / "t.csv", "1,2\n3,4\n");
    Overheard overheard;
    read_table(folder / "t.csv");
    CHECK(overheard.words.str() ==
          (folder / "t.csv").string() +
              " has no line of names: its columns are called column_1 to column_2.\n");
}

TEST_CASE("one column may name the rows") {
    CHECK(
        complaint("a,who,b\n1,anna,2\n") ==
        "line 2: column who: expected a finite number, got \"anna\" (a column that names the rows "
        "is given as --id NAME)");
    const Table named = table_of("a;who;b\n1;\"x, y\";2\n", {.id = "who"});
    CHECK(named.columns == Names{"a", "b"});
    CHECK(named.names == Names{"x, y"});
    CHECK(named.id == "who");
    CHECK(named.cells == std::vector<double>{1, 2});
}

TEST_CASE("a table that is none is refused in one line, with line and column") {
    CHECK(complaint("") == "is empty, expected a table");
    CHECK(complaint("\"a\nb\",c\n1,2\nx,3\n").find("column a b") != std::string::npos);
    CHECK(complaint("a,b\n") == "has no rows of numbers");
    CHECK(complaint("a,b\n1,2\n3\n") == "line 3: has 1 cells, expected 2 as in the first line");
    CHECK(complaint("a,b\n1,2\n3,4,5\n") == "line 3: has 3 cells, expected 2 as in the first line");
    CHECK(complaint("a;b\n1;2\n3;4,5\n") ==
          "line 3: column b: expected a finite number, got \"4,5\" (with a decimal point)");
    CHECK(complaint("w,a\nx,1\ny,inf\n", {.id = "w"}) ==
          "line 3: column a: expected a finite number, got \"inf\"");
    CHECK(complaint("a,w\n1,x\n1e999,y\n", {.id = "w"}) ==
          "line 3: column a: expected a finite number, got \"1e999\"");
    CHECK(complaint("a,w\n1,x\n0x10,y\n", {.id = "w"}).starts_with("line 3: column a: expected"));
    CHECK(complaint("a,w\n1,x\n+-1,y\n", {.id = "w"}).starts_with("line 3: column a: expected"));
    CHECK(complaint("a,a\n1,2\n") == "two columns are called \"a\"");
    CHECK(complaint("a,b\n1,2\n", {.id = "c"}) == "has no column \"c\" to name the rows");
    CHECK(complaint("a\n1\n", {.id = "a"}) == "has no column of numbers");
    CHECK(complaint("a,w\n1,x\n2,\n", {.id = "w"}) == "line 3: has no name in the column \"w\"");
    CHECK(complaint("a,\xe1\n1,2\n") == "line 1: expected text in UTF-8, got other bytes");
    const std::string long_cell = complaint("w,a\nx,1\ny," + std::string(1000, 'q'), {.id = "w"});
    CHECK(long_cell.size() < 120);
}

TEST_CASE("a table that is written is read back bit by bit") {
    const TemporaryFolder folder;
    Table table{.columns = {"a", "b, c"},
                .cells = {1. / 3, 1e9 + 1. / 3, NAN, -0., 5e-324, 1.7976931348623157e308},
                .names = {"x", "y \"z\"", "w"},
                .id = "who",
                .lines = {2, 3, 4}};
    write_table(folder / "t.csv", table);
    const Table again = read_table(folder / "t.csv", {.id = "who"});
    CHECK(again.columns == table.columns);
    CHECK(again.names == table.names);
    for (std::size_t i = 0; i < table.cells.size(); ++i)
        if (!std::isnan(table.cells[i])) CHECK(again.cells[i] == table.cells[i]);
    CHECK(std::isnan(again.cells[2]));
    CHECK(bytes_of(folder / "t.csv").starts_with("who,a,\"b, c\"\nx,0.3333333333333333,"));
    table.id = "";  // numbered rows have no column of their own
    write_table(folder / "t.csv", table);
    CHECK(read_table(folder / "t.csv").columns == table.columns);
}

TEST_CASE("columns are found by their names, in any order") {
    const Table table = table_of("a,b\n1,2\n3,4\n");
    CHECK(with_columns(table, {"b", "a"}, "test").cells == std::vector<double>{2, 1, 4, 3});
    CHECK_THROWS_WITH_AS(with_columns(table, {"a", "c"}, "test"),
                         "[test] expected a column \"c\", which the table has not", Error);
    CHECK_THROWS_WITH_AS(with_columns(table, {"a"}, "test"),
                         "[test] expected 1 columns, got one more: \"b\"", Error);
    CHECK(take(table, {1}).cells == std::vector<double>{3, 4});
    CHECK(take(table, {1}).names == Names{"2"});
    CHECK_THROWS_AS(take(table, {2}), Error);
    CHECK(whole_rows(table_of("a,b\n1,\n3,4\n,\n")).names == Names{"2"});
}

TEST_CASE("standardised columns have mean 0 and deviation 1, and come back") {
    // The first would be one number in single precision; the second is constant.
    const Table table = table_of("a,b,c\n1000000001,7,1\n1000000003,7,\n1000000002,7,3\n");
    const Standardisation scale = Standardisation::of(table);
    CHECK(scale.mean == std::vector<double>{1000000002, 7, 2});
    CHECK(scale.deviation[0] == doctest::Approx(std::sqrt(2. / 3)));
    CHECK(scale.deviation[1] == 0);
    CHECK(scale.deviation[2] == 1);
    const Array z = scale.apply(table);
    CHECK(double{z(0, 0)} == doctest::Approx(-std::sqrt(1.5)));
    CHECK(z(2, 1) == 0);
    CHECK(std::isnan(z(1, 2)));
    const std::vector<double> back = scale.undo(z);
    for (std::size_t i = 0; i < back.size(); ++i)
        if (i != 5) CHECK(back[i] == doctest::Approx(table.cells[i]).epsilon(1e-15));

    // A constant column comes back constant, whatever a model makes of it.
    CHECK(scale.apply(table_of("a,b,c\n1000000001,9,1\n"))(0, 1) == 2);
    CHECK(scale.undo(autograd::full({1, 3}, 5))[1] == 7);

    // Ten times 0.1 have another mean than 0.1, by rounding alone.
    CHECK(
        Standardisation::of(table_of("a\n.1\n.1\n.1\n.1\n.1\n.1\n.1\n.1\n.1\n.1\n")).deviation[0] ==
        0);
    CHECK_THROWS_WITH_AS(Standardisation::of(table_of("a,b\n1,\n2,\n")),
                         "[standardise] the column \"b\" has no numbers", Error);
    CHECK_THROWS_AS(Standardisation::of(table_of("a\n1e300\n-1e300\n")), Error);
    CHECK_THROWS_AS(scale.apply(table_of("a\n1\n")), Error);
    CHECK_THROWS_AS(scale.undo(autograd::full({1, 2}, 0)), Error);
}
