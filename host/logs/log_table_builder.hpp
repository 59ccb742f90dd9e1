// Filling a LogTable row by row.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "logs/printed_number.hpp"
#include "losscast/logs/log_table.hpp"

namespace losscast {

class LogTableBuilder {
 public:
  explicit LogTableBuilder(const std::filesystem::path& file) { table_.file = table_.source = file; }

  LogTable& table() { return table_; }
  LogTable take() && { return std::move(table_); }

  // The index of the column of that name, which is made if it is not there.
  std::size_t column(std::string_view name);

  // The index of a column of that name made anew.
  std::size_t new_column(std::string_view name);

  // What is added from now on is of a row that stands in this line; 0 if there are no lines.
  void begin_row(std::size_t line) { table_.lines.push_back(line); }

  // Adds to the row, which should have nothing in that column yet.
  void add(std::size_t column, PrintedNumber number);
  // Likewise a text, which is a number, no value at all, or something else.
  void add(std::size_t column, std::string_view text);

 private:
  LogTable table_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace losscast
