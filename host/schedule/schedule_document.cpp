#include "schedule/schedule_document.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast {

namespace {

constexpr std::string_view kFamilyOfFiles = "file";
constexpr std::string_view kFileArgument = "path";

std::vector<double> numbers_of(const DocumentNode::List& list) {
  std::vector<double> numbers;
  for (const DocumentNode& number : list) numbers.push_back(number.number());
  return numbers;
}

Value list_value(const DocumentNode::List& list) {
  if (!list.empty() && std::holds_alternative<DocumentTable>(list.front().data)) {
    std::vector<Arguments> phases;
    for (const DocumentNode& phase : list) phases.push_back(schedule_arguments(phase));
    return phases;
  }
  return numbers_of(list);
}

Stairs stairs_value(const DocumentNode& node) {
  const std::string keys[] = {std::string(kStairsSteps), std::string(kStairsValues)};
  node.allow_only(keys);
  return {numbers_of(node.at(kStairsSteps).list()), numbers_of(node.at(kStairsValues).list())};
}

bool is_family_of_files(const Arguments& arguments) {
  const auto family = arguments.values.find("family");
  if (family == arguments.values.end()) return false;
  const auto* name = std::get_if<std::string>(&family->second);
  return name && *name == kFamilyOfFiles;
}

// The deepest node inside `node` that lies on the way to `path`: the one at fault, or the one that lacks a key.
const DocumentNode& node_towards(const DocumentNode& node, std::string_view path) {
  const auto child_towards = [&](const std::vector<DocumentNode>& children) -> const DocumentNode& {
    for (const DocumentNode& child : children)
      if (path.starts_with(child.path) &&
          (path.size() == child.path.size() || path[child.path.size()] == '.' || path[child.path.size()] == '['))
        return node_towards(child, path);
    return node;
  };
  if (const auto* table = std::get_if<DocumentTable>(&node.data)) return child_towards(table->entries);
  if (const auto* list = std::get_if<DocumentNode::List>(&node.data)) return child_towards(*list);
  return node;
}

// `make(arguments)`, with the place in `table` of the argument that it finds wrong.
template <typename Make>
auto make_at(const DocumentNode& table, const Arguments& arguments, const Make& make) {
  try {
    return make(arguments);
  } catch (const ArgumentError& error) {
    node_towards(table, table.path.empty() ? error.key() : table.path + "." + error.key()).fail(error);
  }
}

}  // namespace

bool is_stairs(const DocumentNode& node) {
  return std::holds_alternative<DocumentTable>(node.data) && (node.find(kStairsSteps) || node.find(kStairsValues));
}

Value argument_value(const DocumentNode& node) {
  if (std::holds_alternative<std::string>(node.data)) return node.text();
  if (std::holds_alternative<DocumentNode::List>(node.data)) return list_value(node.list());
  if (is_stairs(node)) return stairs_value(node);
  return node.number();
}

Arguments schedule_arguments(const DocumentNode& table) {
  Arguments arguments;
  for (const DocumentNode& entry : table.table().entries) arguments.values.emplace(entry.name, argument_value(entry));
  return arguments;
}

Arguments with_files_in(const std::filesystem::path& folder, Arguments arguments) {
  const bool names_a_file = is_family_of_files(arguments);
  for (auto& [key, value] : arguments.values) {
    if (auto* phases = std::get_if<std::vector<Arguments>>(&value)) {
      for (Arguments& phase : *phases) phase = with_files_in(folder, std::move(phase));
    } else if (auto* text = std::get_if<std::string>(&value); text && names_a_file && key == kFileArgument) {
      *text = (folder / *text).string();
    }
  }
  return arguments;
}

Recipe make_recipe_at(const DocumentNode& table, const Arguments& arguments) {
  return make_at(table, arguments, make_recipe);
}

Schedule make_schedule_at(const DocumentNode& table, const Arguments& arguments) {
  return make_at(table, arguments, make_schedule);
}

}  // namespace losscast
