#include "toml_text.hpp"

#include <fmt/format.h>

#include "losscast/io/number_text.hpp"
#include "losscast/io/schedule_text.hpp"

namespace losscast {

namespace {

struct ToText {
  std::string operator()(double number) const { return number_text(number); }
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(const Arguments& arguments) const { return schedule_text(arguments); }

  template <typename Element>
  std::string operator()(const std::vector<Element>& list) const {
    std::string text = "[";
    for (const Element& element : list) text += (text.size() > 1 ? ", " : "") + (*this)(element);
    return text + "]";
  }
};

}  // namespace

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

std::string toml_value(const Value& value) { return std::visit(ToText{}, value); }

}  // namespace losscast
