#include "losscast/format/csv_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "losscast/format/number_text.hpp"

namespace losscast {

CsvWriter::CsvWriter(std::span<const std::string> header) : columns_(header.size()) {
  for (const std::string& name : header) add(std::string_view(name));
  end_row();
}

CsvWriter& CsvWriter::add(double number) {
  begin_value();
  append_number(text_, number);
  return *this;
}

CsvWriter& CsvWriter::add(std::string_view text) {
  const auto needs_quotes = [](char c) { return c == '"' || c == ',' || c == '\r' || c == '\n'; };
  if (std::none_of(text.begin(), text.end(), needs_quotes)) return add_plain(text);
  begin_value();
  text_ += '"';
  for (const char c : text) text_.append(c == '"' ? 2 : 1, c);
  text_ += '"';
  return *this;
}

void CsvWriter::end_row() {
  if (values_in_row_ != columns_)
    throw std::logic_error(fmt::format("a CSV row has {} values, its header {}", values_in_row_, columns_));
  text_ += '\n';
  values_in_row_ = 0;
}

CsvWriter& CsvWriter::add_plain(std::string_view value) {
  begin_value();
  text_ += value;
  return *this;
}

void CsvWriter::begin_value() {
  if (values_in_row_ > 0) text_ += ',';
  ++values_in_row_;
}

}  // namespace losscast
