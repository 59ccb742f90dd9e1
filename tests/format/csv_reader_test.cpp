#include "losscast/format/csv_reader.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Table = std::vector<std::vector<std::string>>;

// The header and the rows of a file with this content.
Table read(std::string_view content, std::optional<char> delimiter = {}) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("table.csv", content), delimiter);
  Table table = {reader.names()};
  while (reader.next_row()) {
    table.emplace_back();
    for (std::size_t column = 0; column < reader.names().size(); ++column)
      table.back().emplace_back(reader.text(column));
  }
  return table;
}

TEST(CsvReader, ReadsQuotedValues) {
  const Table wanted = {{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(read("\"a\",\"b\"\n\"1\",\"2\"\n"), wanted);
  EXPECT_EQ(read("\"a\",b\r\n1,\"2\"\r\n"), wanted) << "some in quotes, CRLF";
  EXPECT_EQ(read("\xEF\xBB\xBF\"a\" , \"b\"\n \"1\"\t,\"2\""), wanted) << "blanks around, no newline at the end";
  EXPECT_EQ(read("a,b\n\"x, y\",2\n"), (Table{{"a", "b"}, {"x, y", "2"}}));
  EXPECT_EQ(read("a,b\n\"x\ny\",2\n3,4\n"), (Table{{"a", "b"}, {"x\ny", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\n\"x\r\n\r\ny\",2\r\n"), (Table{{"a", "b"}, {"x\r\n\r\ny", "2"}}));
  EXPECT_EQ(read("a,b\n\"x \"\"y\"\"\",\"\"\"\"\n"), (Table{{"a", "b"}, {"x \"y\"", "\""}}));
  EXPECT_EQ(read("a,\"b \"\"c\"\", d\"\n\"\",\n"), (Table{{"a", "b \"c\", d"}, {"", ""}}));
  EXPECT_EQ(read("a,b\n5\" disk,2\n"), (Table{{"a", "b"}, {"5\" disk", "2"}})) << "a quote within an unquoted value";
}

TEST(CsvReader, FindsTheDelimiter) {
  const Table wanted = {{"step", "loss"}, {"1", "2.5"}};
  for (const char* content : {"step,loss\n1,2.5\n", "step\tloss\n1\t2.5\n", "step;loss\n1;2.5\n", "step loss\n1 2.5\n",
                              "  step   loss\n  1      2.5  \n", "\"step\"\t\"loss\"\n\"1\"\t\"2.5\"\n",
                              "\"step\";\"loss\"\n1;2.5\n", "\"step\" \"loss\"\n1 2.5\n"})
    EXPECT_EQ(read(content), wanted) << content;
  EXPECT_EQ(read("step\tloss, train\n1\t2.5\n"), (Table{{"step", "loss, train"}, {"1", "2.5"}}));
  EXPECT_EQ(read("step;loss\n1;2,5\n"), (Table{{"step", "loss"}, {"1", "2,5"}}));
  EXPECT_EQ(read("Wall time,Step\n1,2\n"), (Table{{"Wall time", "Step"}, {"1", "2"}})) << "blanks within names";
  EXPECT_EQ(read("step\tval loss\tloss\n1\t\t2\n"), (Table{{"step", "val loss", "loss"}, {"1", "", "2"}}));
  EXPECT_EQ(read("train loss\n1\n"), (Table{{"train loss"}, {"1"}})) << "one column";
  EXPECT_EQ(read("step,loss\n"), (Table{{"step", "loss"}})) << "no rows";
}

TEST(CsvReader, TakesTheDelimiterThatIsGiven) {
  EXPECT_EQ(read("a|b,c\n1|2\n", '|'), (Table{{"a", "b,c"}, {"1", "2"}}));
  EXPECT_EQ(read("a,b;c,d\n1,2;3,4\n", ';'), (Table{{"a,b", "c,d"}, {"1,2", "3,4"}}));
  EXPECT_EQ(read("a b\tc\n1  2 \t 3\n", CsvReader::kBlanks), (Table{{"a", "b", "c"}, {"1", "2", "3"}}));
}

TEST(CsvReader, LeadsToTheWrongCharacter) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
      {"a,b\n1,\"2\n3,4\n", {"table.csv:2:3: ", "no other at its end", "Close it"}},
      {"a,b\n1,\"2\"3\n", {"table.csv:2:6: ", "follows the closing quote"}},
      {"\"a\"x,b\n1,2\n", {"table.csv:1:4: ", "follows the closing quote"}},
      {"a,b\n\"x\ny\",2\n3\n", {"table.csv:4:1: a: ", "this row has 1 value (", "2 columns"}},
      {"a,b\n\"x\ny\",2,3\n", {"table.csv:3:4: b: ", "this row has 3 values", "double quotes"}},
      {"\xFF\xFE"
       "a",
       {"table.csv: ", "UTF-16", "UTF-8"}},
      {"", {"table.csv:1: ", "the file is empty"}},
  };
  for (const auto& [content, parts] : bad) {
    SCOPED_TRACE(content);
    expect_error(ExitCode::usage_or_input, parts, [&, content = content] { read(content); });
  }
}

TEST(CsvReader, FindsTheLineOfAValueBelowLineBreaks) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("table.csv", "note,loss\n\"one\ntwo\",\"x\"\n"));
  ASSERT_TRUE(reader.next_row());
  expect_error(ExitCode::usage_or_input, {"table.csv:3:6: loss: ", "\"x\" is not a number"}, [&] { reader.number(1); });
}

TEST(CsvReader, AsksForPointsAsDecimalSigns) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("table.csv", "step;loss\n1;2,5\n"));
  ASSERT_TRUE(reader.next_row());
  expect_error(ExitCode::usage_or_input, {"table.csv:2:3: loss: ", "\"2,5\" is not a number", "Write a point"},
               [&] { reader.number(1); });
}

TEST(CsvReader, NamesTheColumnToRename) {
  const ScratchFolder folder;
  const CsvReader reader(folder.write("table.csv", "Step,lr,lr\n1,2,3\n"));
  expect_error(ExitCode::usage_or_input,
               {"\"step\" is missing", "Step, lr, lr", "Rename the column \"Step\" to \"step\""},
               [&] { reader.column("step"); });
  expect_error(ExitCode::usage_or_input, {"\"lr\" is there twice", "Rename one"}, [&] { reader.column("lr"); });
}

}  // namespace
}  // namespace losscast::test
