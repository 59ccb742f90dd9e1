/// \file
/// Reading a table of numbers from a CSV file, with messages that lead to the wrong character.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

/// One header row, then one row for each point, as in RFC 4180: values are separated by a delimiter, and one in double
/// quotes may hold delimiters, line breaks and doubled quotes. Accepted beside that: a byte-order mark, CRLF, blanks
/// around values, blank lines. Every error is an InputError naming file, line and character.
class CsvReader {
 public:
  /// The delimiter that stands for one blank or more.
  static constexpr char kBlanks = ' ';

  /// Reads the file and its header row. Without a delimiter takes the comma, tab or semicolon that cuts the first row
  /// below the header into as many values as the header (of several the one with the most values, then in this order),
  /// or else the one that the header has; runs of blanks where the header has none of them and the first row as many
  /// words as the header. Throws also if the file is missing or empty, or in UTF-16.
  explicit CsvReader(const std::filesystem::path& file, std::optional<char> delimiter = {});
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// The names in the header row, without quotes.
  const std::vector<std::string>& names() const { return names_; }

  /// What separates values: given, or found.
  char delimiter() const { return delimiter_; }

  /// Where the column of that name stands. Throws if it is missing or there twice.
  std::size_t column(std::string_view name) const;

  /// Goes to the next row; false after the last. Throws if the row has not as many values as the header has names.
  bool next_row();

  /// The current row's value in a column as it stands in the file, without quotes and blanks around it.
  std::string_view text(std::size_t column) const { return values_[column].text; }

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

  /// The same for the file as a whole: the place is the header, or the file alone once a row has been read.
  [[noreturn]] void fail(std::string_view problem, std::string_view why, std::string_view remedy) const;

 private:
  struct Value {
    std::string_view text;  ///< in content_, or in unquoted_ where it has doubled quotes
    std::size_t begin;      ///< where it stands in content_, with its quote
  };

  struct Position {
    std::size_t line;       ///< from 1
    std::size_t character;  ///< from 1, in bytes
  };

  char found_delimiter();
  bool next_record();
  bool skip_blank_lines();
  void skip_blanks();
  Value read_value();
  Value read_quoted_value();
  bool at_end_of_line() const;
  Position position(std::size_t byte) const;
  [[noreturn]] void fail_at(std::size_t byte, std::string_view problem, std::string_view why,
                            std::string_view remedy) const;

  std::string file_;
  std::string content_;
  char delimiter_ = ',';
  std::size_t next_ = 0;    ///< the byte of content_ that is read next
  std::size_t row_ = 0;     ///< the byte at which the row read last begins
  std::size_t header_ = 0;  ///< likewise the header
  std::vector<std::string> names_;
  std::vector<Value> values_;         ///< of the row read last
  std::deque<std::string> unquoted_;  ///< values of that row that had doubled quotes
};

}  // namespace losscast
