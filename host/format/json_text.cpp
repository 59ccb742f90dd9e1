#include "format/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 120;
constexpr std::size_t kIndent = 2;

std::string scalar_text(const Json& value) {
  // The names of files may hold any bytes; those that are no text are replaced by U+FFFD.
  if (!value.is_number_float()) return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!std::isfinite(value.get<double>())) throw std::invalid_argument("JSON has no number that is not finite");
  return number_text(value.get<double>());
}

bool is_list_of_numbers(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_number(); });
}

// The entries of a list or an object, each as `entry_text` gives it.
template <typename EntryText>
std::string joined(const Json& value, const std::string& separator, const EntryText& entry_text) {
  std::string text;
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    if (entry != value.begin()) text += separator;
    if (value.is_object()) text += scalar_text(entry.key()) + ": ";
    text += entry_text(*entry);
  }
  return text;
}

std::string bracketed(const Json& value, const std::string& inside) {
  return value.is_object() ? "{" + inside + "}" : "[" + inside + "]";
}

std::string one_line(const Json& value) {
  return value.is_structured() ? bracketed(value, joined(value, ", ", one_line)) : scalar_text(value);
}

std::string lines(const Json& value, std::size_t indent) {
  std::string line = one_line(value);
  if (!value.is_structured() || is_list_of_numbers(value) || indent + line.size() <= kWidth) return line;
  const std::size_t inner = indent + kIndent;
  const std::string new_line = fmt::format("\n{:{}}", "", inner);
  const std::string inside = joined(value, "," + new_line, [&](const Json& entry) { return lines(entry, inner); });
  return bracketed(value, fmt::format("{}{}\n{:{}}", new_line, inside, "", indent));
}

}  // namespace

std::string json_text(const Json& document) { return lines(document, 0) + "\n"; }

}  // namespace losscast
