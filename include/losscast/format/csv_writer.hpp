/// \file
/// Building a CSV table as text.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace losscast {

/// One header row, then one row a line. Numbers have their shortest round-trip digits (not finite: inf, -inf, nan),
/// text is in quotes only where it needs them (RFC 4180). To be written with write_atomically(),
/// or piece by piece to an AtomicFile.
class CsvWriter {
 public:
  /// Starts a table with these names of columns.
  explicit CsvWriter(std::span<const std::string> header);
  /// Starts with rows of so many values, without a header: they are to stand below those of another writer.
  explicit CsvWriter(std::size_t columns) : columns_(columns) {}

  /// The next value of the row.
  CsvWriter& add(double number);
  /// The next value, a text.
  CsvWriter& add(std::string_view text);
  /// The next value, a text.
  CsvWriter& add(const char* text) { return add(std::string_view(text)); }
  /// The next value, a whole number.
  template <std::integral Integer>
  CsvWriter& add(Integer number) {
    return add_plain(std::to_string(number));
  }
  /// An empty value.
  CsvWriter& add_empty() { return add_plain(""); }

  /// Ends the row. Throws std::logic_error if it has not as many values as the header.
  void end_row();

  /// The table so far: header and ended rows.
  const std::string& text() const& { return text_; }
  /// The table, of a writer that is no longer needed.
  std::string text() && { return std::move(text_); }

 private:
  CsvWriter& add_plain(std::string_view value);
  void begin_value();

  std::size_t columns_;
  std::size_t values_in_row_ = 0;
  std::string text_;
};

}  // namespace losscast
