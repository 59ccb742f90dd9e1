#include "losscast/io/schedule_text.hpp"

#include <fmt/format.h>

#include "schedule_document.hpp"
#include "toml_document.hpp"
#include "toml_text.hpp"

namespace losscast {

namespace {

constexpr std::string_view kFamily = "family";

}  // namespace

Arguments parse_schedule_text(std::string_view text, std::string_view origin) {
  return schedule_arguments(parse_toml_value(text, origin));
}

Schedule parse_schedule(std::string_view text, std::string_view origin) {
  const DocumentNode table = parse_toml_value(text, origin);
  return make_schedule_at(table, schedule_arguments(table));
}

std::string schedule_text(const Arguments& arguments) {
  std::string entries;
  const auto append = [&](const std::string& key, const Value& value) {
    entries += fmt::format("{} {} = {}", entries.empty() ? "" : ",", toml_key(key), toml_value(value));
  };
  for (const auto& [key, value] : arguments.values)
    if (key == kFamily) append(key, value);
  for (const auto& [key, value] : arguments.values)
    if (key != kFamily) append(key, value);
  return "{" + entries + " }";
}

}  // namespace losscast
