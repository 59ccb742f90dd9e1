#include "losscast/format/csv_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace losscast::test {
namespace {

TEST(CsvWriter, WritesOneRowALine) {
  CsvWriter table(std::vector<std::string>{"step", "mean", "note"});
  table.add(24000).add(0.1 + 0.2).add("plain").end_row();
  table.add(std::int64_t{9007199254740993}).add(3e-4).add_empty().end_row();
  table.add(std::size_t{0}).add(std::numeric_limits<double>::infinity()).add("").end_row();
  EXPECT_EQ(table.text(),
            "step,mean,note\n"
            "24000,0.30000000000000004,plain\n"
            "9007199254740993,3e-4,\n"
            "0,inf,\n");
}

TEST(CsvWriter, QuotesTextOnlyWhereNeeded) {
  CsvWriter table(std::vector<std::string>{"a,b", "c"});
  table.add("say \"hi\"").add("two\nlines").end_row();
  table.add("semi;colon 1e-3").add("ret\r").end_row();
  EXPECT_EQ(table.text(), "\"a,b\",c\n\"say \"\"hi\"\"\",\"two\nlines\"\nsemi;colon 1e-3,\"ret\r\"\n");
}

TEST(CsvWriter, ContinuesTheTableOfAnother) {
  CsvWriter table(std::size_t{2});
  table.add(1).add(-0.0).end_row();
  table.add(2).add("x").end_row();
  EXPECT_EQ(table.text(), "1,-0.0\n2,x\n");
  EXPECT_THROW(table.add(1).end_row(), std::logic_error);
}

TEST(CsvWriter, RefusesARowOfAnotherLength) {
  CsvWriter table(std::vector<std::string>{"a", "b"});
  table.add(1);
  EXPECT_THROW(table.end_row(), std::logic_error);
  table.add(2);
  EXPECT_NO_THROW(table.end_row());
  table.add(1).add(2).add(3);
  EXPECT_THROW(table.end_row(), std::logic_error);
}

}  // namespace
}  // namespace losscast::test
