// Which columns of a run's logs are its steps, losses and rates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losscast/logs/log_choices.hpp"
#include "losscast/logs/log_table.hpp"

namespace losscast {

// A column that is read, by its name; empty if there is none.
struct ColumnChoice {
  std::string training, validation, chosen;  // losses: either of the first two or both, or the last alone
  std::string lr;
};

// Chooses among the columns of a run's tables. Throws InputError, naming the first table's file, if there is no loss,
// or no column of a name that was asked for.
ColumnChoice choose_columns(const std::vector<const LogTable*>& tables, const LogChoices& choices);

// The index of a table's column of steps: that of the name that was asked for, or of one that is usual. Throws
// InputError naming the file if there is none.
std::size_t step_column(const LogTable& table, const LogChoices& choices);

// The index of the column of that name; nothing if there is none. Throws InputError if it is there twice.
std::optional<std::size_t> column_index(const LogTable& table, const std::string& name);

}  // namespace losscast
