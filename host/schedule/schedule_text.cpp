#include "losscast/schedule/schedule_text.hpp"

#include <fmt/format.h>

#include "format/toml_document.hpp"
#include "format/toml_text.hpp"
#include "schedule/schedule_document.hpp"

namespace losscast {

namespace {

constexpr std::string_view kFamily = "family";

struct ToText {
  std::string operator()(double number) const { return toml_number(number); }
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(const Arguments& arguments) const { return schedule_text(arguments); }
  std::string operator()(const Stairs& stairs) const {
    return fmt::format("{{ {} = {}, {} = {} }}", kStairsSteps, (*this)(stairs.steps), kStairsValues,
                       (*this)(stairs.values));
  }

  template <typename Element>
  std::string operator()(const std::vector<Element>& list) const {
    std::string text = "[";
    for (const Element& element : list) text += (text.size() > 1 ? ", " : "") + (*this)(element);
    return text + "]";
  }
};

}  // namespace

Arguments parse_schedule_text(std::string_view text, std::string_view origin) {
  return schedule_arguments(parse_toml_value(text, origin));
}

Recipe parse_recipe(std::string_view text, std::string_view origin) {
  const DocumentNode table = parse_toml_value(text, origin);
  return make_recipe_at(table, schedule_arguments(table));
}

Schedule parse_schedule(std::string_view text, std::string_view origin) {
  const DocumentNode table = parse_toml_value(text, origin);
  return make_schedule_at(table, schedule_arguments(table));
}

std::string schedule_text(const Arguments& arguments) {
  std::string entries;
  const auto append = [&](const std::string& key, const Value& value) {
    entries += fmt::format("{} {} = {}", entries.empty() ? "" : ",", toml_key(key), value_text(value));
  };
  for (const auto& [key, value] : arguments.values)
    if (key == kFamily) append(key, value);
  for (const auto& [key, value] : arguments.values)
    if (key != kFamily) append(key, value);
  return "{" + entries + " }";
}

std::string value_text(const Value& value) { return std::visit(ToText{}, value); }

}  // namespace losscast
