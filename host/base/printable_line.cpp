#include "losscast/base/printable_line.hpp"

#include <algorithm>
#include <cstdint>

namespace losscast {

namespace {

// What a UTF-8 character that begins with a byte of this value has: how many bytes, and the least code point.
struct Utf8Form {
  std::size_t length;
  std::uint32_t least;
};

Utf8Form utf8_form(unsigned char first) {
  if (first < 0x80) return {1, 0};
  if (first >= 0xC0 && first < 0xE0) return {2, 0x80};
  if (first >= 0xE0 && first < 0xF0) return {3, 0x800};
  if (first >= 0xF0 && first < 0xF8) return {4, 0x10000};
  return {0, 0};
}

// The bytes of the character that the text begins with; 0 if it is none, or a control character. Precondition: the text
// is not empty.
std::size_t printable_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const auto [length, least] = utf8_form(first);
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (const char next : text.substr(1, length - 1)) {
    if ((static_cast<unsigned char>(next) & 0xC0u) != 0x80u) return 0;
    code = code << 6 | (static_cast<unsigned char>(next) & 0x3Fu);
  }
  const bool is_character = code >= least && code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000);
  const bool is_control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  return is_character && !is_control ? length : 0;
}

std::string escaped(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

std::string printable_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t bytes = printable_bytes(text);
    if (bytes > 0)
      line += text.substr(0, bytes);
    else
      line += escaped(text.front());
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return line;
}

}  // namespace losscast
