// The rows of a run's log in their order, and what reruns have left of them.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "logs/column_choice.hpp"
#include "losscast/logs/log_choices.hpp"
#include "losscast/logs/log_table.hpp"
#include "losscast/logs/omissions.hpp"

namespace losscast {

// What is read of a row.
enum class Field { training, validation, chosen, lr };
inline constexpr std::size_t kFields = 4;

struct RunRow {
  const LogTable* table;
  std::size_t row;
  Step step = 0;
  std::array<const LogCell*, kFields> cells{};  // null where the row has none

  const LogCell* cell(Field field) const { return cells[static_cast<std::size_t>(field)]; }
};

// The rows of one table that have a step and any of the fields; what is left out is counted. Throws InputError for a
// step that is no whole number from 0 on, or for text where a number should be.
std::vector<RunRow> rows_of(const LogTable& table, const ColumnChoice& columns, const LogChoices& choices,
                            Omissions& omissions);

// Leaves out the rows that a rerun has taken the place of: where the step of a field goes back, all rows before the
// rerun of that step or later. Throws InputError if that is every one of them: steps then begin anew.
std::vector<RunRow> without_abandoned(std::vector<RunRow> rows, Omissions& omissions);

}  // namespace losscast
