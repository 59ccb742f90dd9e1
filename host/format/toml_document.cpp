#include "format/toml_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>

#include "format/nesting.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"

namespace losscast {

namespace {

// Turns a position in the text that toml++ was given into the place that people are told.
using Locate = std::function<Place(const toml::source_position&)>;

// The position of a byte of the text. Columns count characters, as toml++ does.
toml::source_position position_of(std::size_t byte, std::string_view text) {
  const std::string_view before = text.substr(0, byte);
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // all of it if there is no line before
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return {static_cast<toml::source_index>(std::count(before.begin(), before.end(), '\n') + 1),
          static_cast<toml::source_index>(std::count_if(line.begin(), line.end(), begins_character) + 1)};
}

toml::table parse(std::string_view text, const Locate& locate, std::string_view remedy) {
  if (const auto deep = too_deep_in_toml(text)) throw too_deep_error().at(to_string(locate(position_of(*deep, text))));
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw InputError("this is not valid TOML", error.description(), remedy).at(to_string(locate(error.source().begin)));
  }
}

DocumentNode convert(const toml::node& node, std::string name, std::string path, const Locate& locate);

DocumentTable convert_table(const toml::table& table, const std::string& path, const Locate& locate) {
  using Entry = std::pair<toml::source_position, DocumentNode>;
  std::vector<Entry> entries;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    entries.emplace_back(key.source().begin, convert(node, name, path.empty() ? name : path + "." + name, locate));
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });

  DocumentTable converted;
  for (Entry& entry : entries) converted.entries.push_back(std::move(entry.second));
  return converted;
}

DocumentNode::List convert_list(const toml::array& array, const std::string& path, const Locate& locate) {
  DocumentNode::List converted;
  for (const toml::node& node : array)
    converted.push_back(convert(node, "", fmt::format("{}[{}]", path, converted.size()), locate));
  return converted;
}

DocumentNode convert(const toml::node& node, std::string name, std::string path, const Locate& locate) {
  DocumentNode converted;
  if (const auto* table = node.as_table()) {
    converted.data = convert_table(*table, path, locate);
  } else if (const auto* array = node.as_array()) {
    converted.data = convert_list(*array, path, locate);
  } else if (const auto* text = node.as_string()) {
    converted.data = text->get();
  } else if (const auto* integer = node.as_integer()) {
    converted.data = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    converted.data = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    converted.data = boolean->get();
  } else {
    converted.data = DocumentNode::Other{};
  }
  converted.name = std::move(name);
  converted.path = std::move(path);
  converted.place = locate(node.source().begin);
  return converted;
}

}  // namespace

DocumentNode read_toml_file(const std::filesystem::path& file) {
  return parse_toml(read_text_file(file), file.string());
}

DocumentNode parse_toml(std::string_view text, std::string_view origin) {
  const auto shared_origin = std::make_shared<const std::string>(origin);
  const Locate locate = [&](const toml::source_position& position) {
    return Place{shared_origin, static_cast<int>(position.line), static_cast<int>(position.column)};
  };
  const toml::table table = parse(text, locate, "correct this line; the rules are at https://toml.io");
  return convert(table, "", "", locate);
}

DocumentNode parse_toml_value(std::string_view text, std::string_view origin) {
  constexpr std::string_view kKey = "value = ";
  const auto shared_origin = std::make_shared<const std::string>(origin);
  const Locate locate = [&](const toml::source_position& position) {
    if (position.line > 1)
      return Place{shared_origin, static_cast<int>(position.line), static_cast<int>(position.column)};
    return Place{shared_origin, 0, static_cast<int>(position.column) - static_cast<int>(kKey.size())};
  };
  constexpr std::string_view kRemedy = "correct the text; the rules are at https://toml.io";
  const toml::table table = parse(std::string(kKey) + std::string(text), locate, kRemedy);
  if (table.size() != 1) throw InputError("this is more than one TOML value", "one is wanted", kRemedy).at(origin);
  return convert(table.begin()->second, "", "", locate);
}

TomlAssignment parse_toml_assignment(std::string_view text, std::string_view origin) {
  constexpr std::size_t kShown = 200;  // of a text without end
  const auto place = std::make_shared<const std::string>(
      fmt::format("{} {}{}", origin, text.substr(0, kShown), text.size() > kShown ? "..." : ""));
  const Locate locate = [&](const toml::source_position&) { return Place{place, 0, 0}; };
  constexpr std::string_view kRemedy =
      "write KEY=VALUE with a TOML value; text needs quotes of its own: 'search.method=\"grid\"'";

  // The same key with a value that is no table leads to that value alone, which tells how deep the key goes.
  const toml::table assignment = parse(text, locate, kRemedy);
  const toml::table key_only = parse(std::string(text.substr(0, text.find('='))) + " = 0", locate, kRemedy);
  TomlAssignment result;
  const toml::node* value = &assignment;
  const toml::node* key = &key_only;
  while (key->is_table()) {
    const toml::table &table = *value->as_table(), &key_table = *key->as_table();
    if (table.size() != 1 || key_table.size() != 1)  // the first = may be that of a comment
      throw InputError("this is not one assignment", "one is wanted", kRemedy).at(*place);
    result.keys.emplace_back(table.begin()->first.str());
    value = &table.begin()->second;
    key = &key_table.begin()->second;
  }
  result.value = convert(*value, result.keys.back(), fmt::format("{}", fmt::join(result.keys, ".")), locate);
  return result;
}

}  // namespace losscast
