#include "logs/printed_number.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

// The decimal exponent of the last digit.
double last_digit_exponent(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, e);
  std::string_view exponent = e < text.size() ? text.substr(e + 1) : std::string_view("0");
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  const std::size_t point = digits.find('.');
  const double decimals = point == std::string_view::npos ? 0.0 : static_cast<double>(digits.size() - point - 1);
  return parse_number(exponent).value_or(0) - decimals;
}

}  // namespace

std::optional<PrintedNumber> parse_printed_number(std::string_view text) {
  text = without_blanks(text);
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  const std::optional<double> value = parse_number(text);
  if (!value) return std::nullopt;
  return PrintedNumber{*value, std::isfinite(*value) ? std::pow(10.0, last_digit_exponent(text)) : 0.0};
}

PrintedNumber shortest_printed(double value) {
  return parse_printed_number(number_text(value)).value_or(PrintedNumber{value, 0});
}

bool is_missing_value(std::string_view text) {
  text = without_blanks(text);
  return text.empty() || text == "None" || text == "null";
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

}  // namespace losscast
