#include "logs/delimited_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "logs/printed_number.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

char separator_of(std::string_view header) {
  if (header.find('\t') != std::string_view::npos) return '\t';
  return header.find(',') == std::string_view::npos && header.find(';') != std::string_view::npos ? ';' : ',';
}

// The value in quotes at the beginning of `rest`, which it is taken from; false if the quotes are not closed.
bool take_quoted(std::string_view& rest, std::string& value) {
  rest.remove_prefix(1);
  for (;;) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) return false;
    value += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return true;
    value += '"';
    rest.remove_prefix(1);
  }
}

// The values of a line; nothing of it is left if quotes are not closed.
std::vector<std::string> split_line(std::string_view rest, char separator) {
  std::vector<std::string> values;
  for (;;) {
    std::string value;
    if (rest.starts_with('"') && !take_quoted(rest, value)) return {};
    const std::size_t end = std::min(rest.find(separator), rest.size());
    value += without_blanks(rest.substr(0, end));
    values.push_back(std::move(value));
    if (end == rest.size()) return values;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> header_names(std::string_view content) {
  TextLines lines(content);
  return next_filled(lines) ? split_line(lines.line(), separator_of(lines.line())) : std::vector<std::string>();
}

DelimitedRows::DelimitedRows(const std::filesystem::path& file, std::string_view content)
    : file_(file), lines_(content) {
  if (!next_filled(lines_)) fail("the file is empty", "a header row such as step,loss is wanted", "check the file");
  separator_ = separator_of(lines_.line());
  names_ = split();
  const bool are_numbers =
      std::ranges::any_of(names_, [](const auto& name) { return parse_printed_number(name).has_value(); });
  if (are_numbers)
    fail("the first row holds numbers", "the columns' names are wanted", "put a row such as step,lr,loss above it");
}

bool DelimitedRows::next() {
  if (!next_filled(lines_)) return false;
  if (!lines_.is_whole() && is_cut(lines_.line())) {
    is_cut_off_ = true;
    return false;
  }
  values_ = split();
  if (values_.size() != names_.size())
    fail("this row has " + counted(values_.size(), "value"), fmt::format("the header names {} columns", names_.size()),
         "correct it, or remove the row");
  return true;
}

// Whether the last line, which has no end, lacks values or ends before something of the last of them.
bool DelimitedRows::is_cut(std::string_view line) const {
  return split_line(line, separator_).size() != names_.size() || line.ends_with(separator_);
}

std::vector<std::string> DelimitedRows::split() const {
  std::vector<std::string> values = split_line(lines_.line(), separator_);
  if (values.empty()) fail("a value's quotes are not closed", "a row is one line", "close them, or remove the row");
  return values;
}

void DelimitedRows::fail(std::string_view problem, std::string_view why, std::string_view remedy) const {
  throw InputError(problem, why, remedy)
      .at(fmt::format("{}:{}", file_.string(), std::max<std::size_t>(lines_.number(), 1)));
}

}  // namespace losscast
