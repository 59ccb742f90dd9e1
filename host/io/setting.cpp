#include "io/setting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "format/toml_document.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

// The entry of that name in a table. `place` is that of the entry, and of the table, if they have to be made.
DocumentNode& entry(DocumentNode& node, const std::string& name, const Place& place) {
  if (!std::holds_alternative<DocumentTable>(node.data)) {
    node.data = DocumentTable{};
    node.place = place;
  }
  auto& entries = std::get<DocumentTable>(node.data).entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == name; });
  if (found != entries.end()) return *found;
  DocumentNode created{.data = DocumentTable{}, .name = name, .path = node.path, .place = place};
  created.path += (created.path.empty() ? "" : ".") + name;
  return entries.emplace_back(std::move(created));
}

void assign(DocumentNode& node, std::span<const std::string> keys, const DocumentNode& value) {
  DocumentNode* target = &node;
  for (const std::string& key : keys) target = &entry(*target, key, value.place);
  *target = value;
}

void assign_to_families(DocumentNode& root, const TomlAssignment& assignment) {
  const auto& [keys, value] = assignment;
  if (keys.size() < 3)
    value.fail("no argument is named", "a sweep may have several families", "write family.NAME.ARGUMENT=VALUE");
  root.at("family").list();  // throws unless there are families

  std::vector<std::string> names;
  bool found = false;
  for (DocumentNode& family : std::get<DocumentNode::List>(entry(root, "family", value.place).data)) {
    names.push_back(family.at("name").text());
    if (names.back() != keys[1]) continue;
    assign(family, std::span(keys).subspan(2), value);
    found = true;
  }
  if (!found)
    value.fail(fmt::format("there is no family \"{}\" in the sweep", keys[1]),
               fmt::format("it has: {}", fmt::join(names, ", ")), suggestion(keys[1], names, "name one of them"));
}

}  // namespace

void apply_setting(DocumentNode& root, std::string_view setting) {
  const TomlAssignment assignment = parse_toml_assignment(setting, "--set");
  const bool is_for_families = assignment.keys.front() == "family" && assignment.keys.size() > 1;
  if (is_for_families)
    assign_to_families(root, assignment);
  else
    assign(root, assignment.keys, assignment.value);
}

}  // namespace losscast
