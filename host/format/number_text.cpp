#include "losscast/format/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace losscast {

namespace {

constexpr double kLargestPlainInteger = 1e15;
constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53

// "3e-04" to "3e-4": std::to_chars writes at least two digits of an exponent.
std::string without_exponent_zeros(std::string text) {
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  const std::size_t digits = e + 2;
  const std::size_t first_nonzero = text.find_first_not_of('0', digits);
  return text.erase(digits, first_nonzero - digits);
}

}  // namespace

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (value == 0 && std::signbit(value)) return "-0.0";  // "-0" would read back as the integer 0

  std::array<char, 32> buffer;  // the longest shortest form has 24 characters
  const bool plain_integer = value == std::trunc(value) && std::abs(value) < kLargestPlainInteger;
  const auto [end, status] = plain_integer
                                 ? std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::fixed)
                                 : std::to_chars(buffer.begin(), buffer.end(), value);
  return without_exponent_zeros(std::string(buffer.begin(), end));
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
