// Schedules in a document: from its values to a family's arguments, and to the schedule itself.
#pragma once

#include <filesystem>

#include "format/document.hpp"
#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// One argument: a number, a word, a list of numbers or a list of tables. Throws InputError if it is anything else.
Value argument_value(const DocumentNode& node);

// All arguments of a table.
Arguments schedule_arguments(const DocumentNode& table);

// `arguments` with relative paths of files (the family `file`, also inside phases) made relative to `folder`.
Arguments with_files_in(const std::filesystem::path& folder, Arguments arguments);

// make_schedule(arguments), where `table` is what the arguments were read from: errors name the place of the argument
// at fault, or of the table if that argument is not in it.
Schedule make_schedule_at(const DocumentNode& table, const Arguments& arguments);

}  // namespace losscast
