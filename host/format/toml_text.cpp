#include "format/toml_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/format/number_text.hpp"

namespace losscast {

std::string toml_number(double value) {
  constexpr double kIntegersEnd =
      9223372036854775808.0;  // 2^63: TOML's integers have 64 bits, its other numbers a point
  std::string text = number_text(value);
  const bool is_integer = text.find_first_not_of("-0123456789") == std::string::npos;
  return is_integer && !(std::abs(value) < kIntegersEnd) ? text + ".0" : text;
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20 || code == 0x7F) {
      quoted += fmt::format("\\u{:04X}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_key(std::string_view key) {
  constexpr std::string_view kBare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const bool is_bare = !key.empty() && key.find_first_not_of(kBare) == std::string_view::npos;
  return is_bare ? std::string(key) : toml_string(key);
}

}  // namespace losscast
