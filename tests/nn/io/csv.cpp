#include "nn/io/csv.hpp"

#include <doctest/doctest.h>

#include "autograd/error.hpp"
#include "temporary_folder.hpp"

using autograd::Error;
using nn::csv_line;
using nn::CsvReader;

namespace {

using Cells = std::vector<std::string>;

/// All records; each begins with its line.
std::vector<Cells> records(const std::string& text) {
    CsvReader csv(text, "text");
    std::vector<Cells> out;
    for (Cells cells; csv.next(cells);) {
        cells.insert(cells.begin(), std::to_string(csv.line()));
        out.push_back(cells);
    }
    return out;
}

}  // namespace

TEST_CASE("a CSV file is read record by record, whatever ends its lines") {
    for (const char* end : {"\n", "\r\n", "\r"}) {
        const std::string e = end;
        const std::vector<Cells> wanted{{"1", "a", "b"}, {"2", "1", ""}, {"4", "", "2"}};
        CHECK(records("a,b" + e + "1," + e + e + ",2" + e) == wanted);
        CHECK(records("\xef\xbb\xbf"
                      "a,b" +
                      e + "1," + e + e + ",2") == wanted);
    }
    CHECK(records("").empty());
    CHECK(records("\n\n").empty());
}

TEST_CASE(
    "a quoted cell may hold separators, quotes and line breaks, and lines are still counted") {
    CHECK(records("\"a,\"\"b\"\"\nc\",d\n\"\",2\n") ==
          std::vector<Cells>{{"1", "a,\"b\"\nc", "d"}, {"3", "", "2"}});
    CHECK(records("5\" pipe,x") == std::vector<Cells>{{"1", "5\" pipe", "x"}});
}

TEST_CASE("the separator is the one of the first record: tab, semicolon or comma") {
    CHECK(records("a;b\n1,5;2\n")[1] == Cells{"2", "1,5", "2"});
    CHECK(records("a\tb;c\n1\t2\n")[0] == Cells{"1", "a", "b;c"});
    CHECK(records("\"a;b\",c\n1,2\n")[0] == Cells{"1", "a;b", "c"});
    CHECK(records("one\n1\n")[1] == Cells{"2", "1"});
}

TEST_CASE("a CSV file that is none is refused with its name and line") {
    CHECK_THROWS_WITH_AS(records("a,b\n\"1,2\n3,4\n"),
                         "[read_csv] text, line 2: a quote is not closed", Error);
    CHECK_THROWS_WITH_AS(records("a,b\n\"1\"2,3\n"),
                         "[read_csv] text, line 2: something stands behind a closing quote", Error);
    CHECK_THROWS_WITH_AS(records(std::string("a\0,\0b\0\n\0", 8)),
                         "[read_csv] text: expected text in UTF-8, got zero bytes", Error);
    const TemporaryFolder folder;
    CHECK_THROWS_AS(CsvReader(folder / "none.csv"), Error);
    CHECK_THROWS_AS(CsvReader(folder.path), Error);
}

TEST_CASE("what csv_line writes is read back as it was") {
    for (const Cells& cells : {Cells{"a", "b"}, Cells{"", "1", ""}, Cells{""},
                               Cells{"a,b", "c;d\te"}, Cells{"say \"no\"", "two\nlines", "\r"}}) {
        const auto again = records(csv_line(cells) + csv_line(cells));
        REQUIRE(again.size() == 2);
        CHECK(Cells{again[1].begin() + 1, again[1].end()} == cells);
    }
    CHECK(csv_line({"plain", "1.5"}) == "plain,1.5\n");
}
