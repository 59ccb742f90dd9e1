// Schedules in a document: from its values to a family's arguments, and to the recipe itself.
#pragma once

#include <filesystem>
#include <string_view>

#include "format/document.hpp"
#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// The keys of stairs.
inline constexpr std::string_view kStairsSteps = "steps";
inline constexpr std::string_view kStairsValues = "values";

// Whether the node is a table with a key of stairs.
bool is_stairs(const DocumentNode& node);

// One argument: a number, a word, a list of numbers, a list of tables or stairs. Throws InputError if it is anything
// else.
Value argument_value(const DocumentNode& node);

// All arguments of a table.
Arguments schedule_arguments(const DocumentNode& table);

// `arguments` with relative paths of files (the family `file`, also inside phases) made relative to `folder`.
Arguments with_files_in(const std::filesystem::path& folder, Arguments arguments);

// make_recipe(arguments), where `table` is what the arguments were read from: errors name the place of the argument
// at fault, or of the table if that argument is not in it.
Recipe make_recipe_at(const DocumentNode& table, const Arguments& arguments);

// make_schedule(arguments), likewise.
Schedule make_schedule_at(const DocumentNode& table, const Arguments& arguments);

}  // namespace losscast
