#include "losscast/format/csv_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDelimiters = ",\t;";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// How to write what is no number as one.
std::string_view remedy_for(std::string_view text) {
  return text.find(',') == std::string_view::npos
             ? "correct it, or remove the row"
             : "write a point as decimal sign, and nothing between thousands: 1234.5";
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file, std::optional<char> delimiter)
    : file_(file.string()), content_(read_text_file(file)) {
  refuse_utf_16(file, content_);
  if (content_.starts_with(kByteOrderMark)) next_ = kByteOrderMark.size();
  if (!skip_blank_lines())
    fail("the file is empty", "a header row with the names of the columns is wanted", "check that it was written");
  delimiter_ = delimiter ? *delimiter : found_delimiter();
  next_record();
  header_ = row_;
  for (const Value& value : values_) names_.emplace_back(value.text);
}

char CsvReader::found_delimiter() {
  const std::size_t begin = next_;
  const auto size = [&](std::size_t otherwise) {  // of the next row; broken quotes are told of when it is read
    try {
      return next_record() ? values_.size() : otherwise;
    } catch (const InputError&) {
      return otherwise;
    }
  };
  const auto sizes = [&](char delimiter) {  // of the header and the first row
    delimiter_ = delimiter;
    next_ = begin;
    const std::size_t names = size(0);
    const std::size_t values = size(names);
    next_ = begin;
    return std::pair(names, values);
  };
  char agreeing = 0, occurring = 0;
  std::size_t most = 1;
  for (const char delimiter : kDelimiters) {
    const auto [names, values] = sizes(delimiter);
    if (names > 1 && occurring == 0) occurring = delimiter;
    if (names != values || names <= most) continue;
    most = names;
    agreeing = delimiter;
  }
  if (agreeing != 0) return agreeing;
  if (occurring != 0) return occurring;
  const auto [names, values] = sizes(kBlanks);
  return names > 1 && names == values ? kBlanks : ',';
}

std::size_t CsvReader::column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    const std::string near = nearest(name, names_);
    fail(fmt::format("the column \"{}\" is missing", name),
         fmt::format("the header names: {}", fmt::join(names_, ", ")),
         near.empty() ? "add it, or rename a column" : fmt::format("rename the column \"{}\" to \"{}\"", near, name));
  }
  if (std::find(found + 1, names_.end(), name) != names_.end())
    fail(fmt::format("the column \"{}\" is there twice", name), "which one is meant cannot be told",
         "rename one of them");
  return static_cast<std::size_t>(found - names_.begin());
}

bool CsvReader::next_row() {
  if (!next_record()) return false;
  if (values_.size() != names_.size())
    fail(std::min(values_.size(), names_.size()) - 1, "this row has " + counted(values_.size(), "value"),
         fmt::format("the header names {} columns", names_.size()),
         fmt::format("write one value a column, with a point as decimal sign, and in double quotes what has {} in it",
                     delimiter_ == kBlanks ? "a blank" : fmt::format("\"{}\"", delimiter_)));
  return true;
}

bool CsvReader::is_not_finite(std::size_t column) const {
  const std::optional<double> value = parse_number(text(column));
  return value && !std::isfinite(*value);
}

double CsvReader::number(std::size_t column) const {
  const std::string_view text = this->text(column);
  if (text.empty()) fail(column, "the value is missing", "a number is wanted", "fill it in, or remove the row");
  const std::optional<double> value = parse_number(text);
  if (!value)
    fail(column, fmt::format("\"{}\" is not a number", text), "a number such as 2.97 or 1e-3 is wanted",
         remedy_for(text));
  if (!std::isfinite(*value))
    fail(column, fmt::format("{} is not a finite number", text), "nothing can be fitted to it",
         "remove the row, and check the run that logged it");
  return *value;
}

std::int64_t CsvReader::whole_number(std::size_t column) const {
  const double value = number(column);
  if (!is_exact_integer(value))
    fail(column, fmt::format("{} is not a whole number", text(column)), "this column counts",
         "correct it, or remove the row");
  return static_cast<std::int64_t>(value);
}

void CsvReader::fail(std::size_t column, std::string_view problem, std::string_view why,
                     std::string_view remedy) const {
  const auto [line, character] = position(values_[column].begin);
  throw InputError(problem, why, remedy).at(names_[column]).at(fmt::format("{}:{}:{}", file_, line, character));
}

void CsvReader::fail(std::string_view problem, std::string_view why, std::string_view remedy) const {
  const bool is_header = row_ == header_;
  throw InputError(problem, why, remedy).at(is_header ? fmt::format("{}:{}", file_, position(row_).line) : file_);
}

void CsvReader::fail_at(std::size_t byte, std::string_view problem, std::string_view why,
                        std::string_view remedy) const {
  const auto [line, character] = position(byte);
  throw InputError(problem, why, remedy).at(fmt::format("{}:{}:{}", file_, line, character));
}

CsvReader::Position CsvReader::position(std::size_t byte) const {
  const std::string_view before = std::string_view(content_).substr(0, byte);
  const auto breaks = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_begin = breaks == 0 ? 0 : before.rfind('\n') + 1;
  return {breaks + 1, byte - line_begin + 1};
}

// Goes to the first line that is not blank; false if there is none.
bool CsvReader::skip_blank_lines() {
  for (std::size_t i = next_; i < content_.size(); ++i) {
    if (content_[i] == '\n')
      next_ = i + 1;
    else if (!is_blank(content_[i]))
      return true;
  }
  return false;
}

bool CsvReader::next_record() {
  if (!skip_blank_lines()) return false;
  row_ = next_;
  values_.clear();
  unquoted_.clear();
  if (delimiter_ == kBlanks) skip_blanks();
  for (;;) {
    values_.push_back(read_value());
    if (delimiter_ == kBlanks) skip_blanks();
    if (at_end_of_line()) break;
    if (delimiter_ != kBlanks) ++next_;
  }
  if (next_ < content_.size()) ++next_;
  return true;
}

bool CsvReader::at_end_of_line() const { return next_ >= content_.size() || content_[next_] == '\n'; }

// Goes to the next character that is no blank; a delimiter, be it a tab, is none here.
void CsvReader::skip_blanks() {
  while (next_ < content_.size() && is_blank(content_[next_]) &&
         (content_[next_] != delimiter_ || delimiter_ == kBlanks))
    ++next_;
}

CsvReader::Value CsvReader::read_value() {
  const std::size_t begin = next_;
  skip_blanks();
  if (!at_end_of_line() && content_[next_] == '"') return read_quoted_value();
  const bool ends_at_blanks = delimiter_ == kBlanks;
  while (!at_end_of_line() && (ends_at_blanks ? !is_blank(content_[next_]) : content_[next_] != delimiter_)) ++next_;
  const std::string_view text = trimmed(std::string_view(content_).substr(begin, next_ - begin));
  return {text, static_cast<std::size_t>(text.data() - content_.data())};
}

CsvReader::Value CsvReader::read_quoted_value() {
  const std::size_t quote = next_++;
  bool has_doubled = false;
  for (;; next_ += 2, has_doubled = true) {
    next_ = content_.find('"', next_);
    if (next_ == std::string::npos)
      fail_at(quote, "this quote has no other at its end", "a value in quotes goes on to the next one",
              "close it, or write a quote within a value as two");
    if (next_ + 1 >= content_.size() || content_[next_ + 1] != '"') break;
  }
  std::string_view text = std::string_view(content_).substr(quote + 1, next_ - quote - 1);
  ++next_;
  skip_blanks();
  if (!at_end_of_line() && content_[next_] != delimiter_ && !(delimiter_ == kBlanks && is_blank(content_[next_ - 1])))
    fail_at(next_, "something follows the closing quote", "a value is in quotes as a whole, or not at all",
            "write a quote within a value as two");
  if (has_doubled) {
    std::string& single = unquoted_.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
      single += text[i];
      if (text[i] == '"') ++i;
    }
    text = single;
  }
  return {trimmed(text), quote};
}

}  // namespace losscast
