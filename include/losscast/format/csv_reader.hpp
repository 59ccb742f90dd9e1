/// \file
/// Reading a table of numbers from a CSV file, with messages that lead to the wrong character.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

/// One header row, then one row a line, values separated by commas, no quotes. Accepted beside that: a byte-order mark,
/// CRLF, blanks around values, blank lines. Every error is an InputError naming file, line and character.
class CsvReader {
 public:
  /// Reads the file and its header row. Throws also if the file is missing or empty.
  explicit CsvReader(const std::filesystem::path& file);
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Where the column of that name stands. Throws if it is missing or there twice.
  std::size_t column(std::string_view name) const;

  /// Goes to the next row; false after the last. Throws if the row has not as many values as the header has names.
  bool next_row();

  /// Whether the current row's value in a column is infinite or a NaN, as the log of a lost run may say.
  bool is_not_finite(std::size_t column) const;

  /// The current row's value in a column. Throws unless it is a finite number; for whole_number() a whole one below
  /// 2^53 in magnitude, of which 1e3 and 1000.0 are forms too.
  double number(std::size_t column) const;
  /// The same as a whole number.
  std::int64_t whole_number(std::size_t column) const;

  /// Throws the InputError "<file>:<line>:<character>: <column's name>: <message>" for a value of the current row.
  [[noreturn]] void fail(std::size_t column, std::string_view problem, std::string_view why,
                         std::string_view remedy) const;

  /// The same for the file as a whole.
  [[noreturn]] void fail(std::string_view problem, std::string_view why, std::string_view remedy) const;

 private:
  bool next_line();
  std::vector<std::string_view> split_line() const;

  std::string file_;
  std::string content_;
  std::size_t next_ = 0;   ///< where the next line begins in content_
  std::string_view line_;  ///< views into content_ from here on
  int line_number_ = 0;
  std::vector<std::string_view> names_;
  std::vector<std::string_view> values_;
};

}  // namespace losscast
