// Logs that are printed for people: some of their lines hold numbers, each after its name.
#pragma once

#include <optional>
#include <string_view>

#include "logs/log_table_builder.hpp"

namespace losscast {

// A row of a table that stands in a line.
struct LineEntry {
  Step step;
  std::string_view values;               // the part of the line that holds names and numbers
  std::optional<Step> total_steps = {};  // where the line says it
};

// What tells a program's lines from others.
struct LineGrammar {
  // The entry in a line, nothing if there is none. `last_step` is the step of the entry before it, -1 if there is none.
  std::optional<LineEntry> (*entry)(std::string_view line, Step last_step);
  char separator;     // between values
  char before_value;  // between a name and its number: the last such character counts
};

// Whether one of the first lines of the content has an entry.
bool has_entries(std::string_view content, const LineGrammar& grammar);

// The table of all entries, with a column "step". What follows a name and is no number is passed over.
LogTable read_entries(const std::filesystem::path& file, std::string_view content, const LineGrammar& grammar);

}  // namespace losscast
