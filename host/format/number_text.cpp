#include "losscast/format/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace losscast {

namespace {

constexpr double kLargestPlainInteger = 1e15;
constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53

// "3e-04" as "3e-4": std::to_chars writes at least two digits of an exponent.
void append_without_exponent_zeros(std::string& text, std::string_view number) {
  const std::size_t e = number.find('e');
  if (e == std::string_view::npos) {
    text += number;
    return;
  }
  const std::size_t digits = e + 2;
  text += number.substr(0, digits);
  number.remove_prefix(std::min(number.find_first_not_of('0', digits), number.size()));
  text += number;
}

}  // namespace

void append_number(std::string& text, double value) {
  if (std::isnan(value)) {
    text += "nan";
    return;
  }
  if (value == 0 && std::signbit(value)) {
    text += "-0.0";  // "-0" would read back as the integer 0
    return;
  }
  std::array<char, 32> buffer;  // the longest shortest form has 24 characters
  const bool plain_integer = value == std::trunc(value) && std::abs(value) < kLargestPlainInteger;
  const auto [end, status] = plain_integer
                                 ? std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::fixed)
                                 : std::to_chars(buffer.begin(), buffer.end(), value);
  append_without_exponent_zeros(text, std::string_view(buffer.begin(), end));
}

std::string number_text(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc() || rest != end) return std::nullopt;
  return value;
}

bool is_exact_integer(double value) { return value == std::trunc(value) && std::abs(value) <= kLargestExactInteger; }

}  // namespace losscast
