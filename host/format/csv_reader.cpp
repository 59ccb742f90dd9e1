#include "losscast/format/csv_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file) : file_(file.string()), content_(read_text_file(file)) {
  if (content_.starts_with(kByteOrderMark)) next_ = kByteOrderMark.size();
  if (!next_line()) fail("the file is empty", "a header row such as step,loss is wanted", "check that it was written");
  names_ = split_line();
}

std::size_t CsvReader::column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    const std::vector<std::string> there(names_.begin(), names_.end());
    fail(fmt::format("the column \"{}\" is missing", name), fmt::format("the header names: {}", fmt::join(there, ", ")),
         suggestion(name, there, "add it, or rename a column"));
  }
  if (std::find(found + 1, names_.end(), name) != names_.end())
    fail(fmt::format("the column \"{}\" is there twice", name), "which one is meant cannot be told",
         "rename one of them");
  return static_cast<std::size_t>(found - names_.begin());
}

bool CsvReader::next_row() {
  if (!next_line()) return false;
  values_ = split_line();
  if (values_.size() != names_.size())
    fail(values_.size() < names_.size() ? values_.size() - 1 : names_.size() - 1,
         fmt::format("this row has {} values", values_.size()),
         fmt::format("the header names {} columns", names_.size()),
         "write one value a column, with a point as decimal sign and no quotes");
  return true;
}

bool CsvReader::is_not_finite(std::size_t column) const {
  const std::optional<double> value = parse_number(values_[column]);
  return value && !std::isfinite(*value);
}

double CsvReader::number(std::size_t column) const {
  const std::string_view text = values_[column];
  if (text.empty()) fail(column, "the value is missing", "a number is wanted", "fill it in, or remove the row");
  const std::optional<double> value = parse_number(text);
  if (!value)
    fail(column, fmt::format("\"{}\" is not a number", text), "a number such as 2.97 or 1e-3 is wanted",
         "correct it, or remove the row");
  if (!std::isfinite(*value))
    fail(column, fmt::format("{} is not a finite number", text), "nothing can be fitted to it",
         "remove the row, and check the run that logged it");
  return *value;
}

std::int64_t CsvReader::whole_number(std::size_t column) const {
  const double value = number(column);
  if (!is_exact_integer(value))
    fail(column, fmt::format("{} is not a whole number", values_[column]), "this column counts",
         "correct it, or remove the row");
  return static_cast<std::int64_t>(value);
}

void CsvReader::fail(std::size_t column, std::string_view problem, std::string_view why,
                     std::string_view remedy) const {
  const auto character = values_[column].data() - line_.data() + 1;
  throw InputError(problem, why, remedy).at(names_[column]).at(fmt::format("{}:{}:{}", file_, line_number_, character));
}

void CsvReader::fail(std::string_view problem, std::string_view why, std::string_view remedy) const {
  throw InputError(problem, why, remedy).at(fmt::format("{}:{}", file_, std::max(line_number_, 1)));
}

bool CsvReader::next_line() {
  while (next_ < content_.size()) {
    const std::size_t end = std::min(content_.find('\n', next_), content_.size());
    line_ = std::string_view(content_).substr(next_, end - next_);
    next_ = end + 1;
    ++line_number_;
    if (!trimmed(line_).empty()) return true;
  }
  return false;
}

std::vector<std::string_view> CsvReader::split_line() const {
  std::vector<std::string_view> values;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = line_.find(',', begin);
    values.push_back(trimmed(line_.substr(begin, comma == std::string_view::npos ? comma : comma - begin)));
    if (comma == std::string_view::npos) return values;
    begin = comma + 1;
  }
}

}  // namespace losscast
