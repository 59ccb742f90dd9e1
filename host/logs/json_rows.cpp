#include "logs/json_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "format/json_reason.hpp"
#include "format/nesting.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

using Json = nlohmann::json;

// The same text with quotes around Python's names of numbers that are not finite.
std::string with_quoted_names(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {"NaN", "-Infinity", "Infinity"};
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto name =
        in_string ? kNames.end()
                  : std::ranges::find_if(kNames, [&](std::string_view one) { return text.substr(i).starts_with(one); });
    if (name != kNames.end()) {
      out += fmt::format("\"{}\"", *name);
      i += name->size() - 1;
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    out += text[i];
    if (in_string && text[i] == '\\' && i + 1 < text.size()) out += text[++i];
  }
  return out;
}

void add_value(LogTableBuilder& builder, const std::string& name, const Json& value) {
  if (value.is_number()) builder.add(builder.column(name), shortest_printed(value.get<double>()));
  if (value.is_string()) builder.add(builder.column(name), value.get_ref<const std::string&>());
}

void add_entries(LogTableBuilder& builder, const std::string& prefix, const Json& object) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object())
      add_entries(builder, prefix + key + "/", value);
    else
      add_value(builder, prefix + key, value);
  }
}

}  // namespace

Json parse_python_json(std::string_view text) {
  if (too_deep_in_json(text)) throw too_deep_error();
  try {
    return Json::parse(with_quoted_names(text));
  } catch (const Json::exception& error) {
    throw InputError("this is not JSON", json_reason(error.what()), "check that the file was written to its end");
  }
}

void add_object(LogTableBuilder& builder, const Json& object) { add_entries(builder, "", object); }

}  // namespace losscast
